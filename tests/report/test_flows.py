"""Where one scenario crowds and where it queues, on two maps."""

from __future__ import annotations

import re

from tests.report.books import book, changed, without

from renlin.report.pages.flows import flow_maps

SCENARIO = "fire-stair"


def _figures(made=None, language="zh"):
    side = flow_maps(book(made, language=language), SCENARIO)
    return side.left[0], side.right[0]


def test_the_titles_name_the_greatest_density_and_the_longest_queue():
    table = book().rows("simulation.links", scenario=SCENARIO, scheme="base")
    density, queue = _figures(language="en")
    assert f"{table['max_density'].max():.1f}" in str(density.title)
    assert f"{table['queue_s'].max() / 60:.0f}" in str(queue.title)


def test_a_lane_nobody_queued_on_is_not_drawn_on_the_map_of_queues():
    none = changed("simulation.links", lambda rows: rows.assign(queue_s=0.0))
    _, queue = _figures(none)
    _, before = _figures()
    drawn = [re.findall(r'class="m-unit risk-[2-5]"', str(f.picture)) for f in (queue, before)]
    paths = [
        re.findall(r'<path d="(M[^"]+)" class="m-unit risk-', str(f.picture))
        for f in (queue, before)
    ]
    assert len(drawn[0]) == len(drawn[1]) == 4
    assert len(paths[0]) == 0
    assert len(paths[1]) > 0


def test_stretches_indoors_are_left_out_and_without_lanes_there_is_no_map():
    indoors = changed(
        "simulation.links", lambda rows: rows.assign(link="stair/" + rows["link"].astype(str))
    )
    assert flow_maps(book(indoors), SCENARIO) is None
    assert flow_maps(book(without("simulation.links")), SCENARIO) is None
