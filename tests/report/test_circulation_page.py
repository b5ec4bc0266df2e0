"""The page of micro-circulation: honest titles, the reader's rules, every figure traceable."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from tests.simulation import court

from renlin.finding import find
from renlin.report.book import Book
from renlin.report.language import speak
from renlin.report.layers import layers
from renlin.report.pages.circulation import circulation_page
from renlin.report.privacy import reader
from renlin.report.readings.places import atlas
from renlin.simulation import circulation
from renlin.space import assess
from renlin.study.results import Results, gather

GROUPS, STOPS = "simulation.rescue_groups", "simulation.rescue_stops"
MEASURES, EFFECTS = "simulation.circulation_measures", "simulation.circulation"
SEEDS = range(2)


@cache
def run():
    place, needs = court.willow(), court.needs()
    found = circulation(place, needs, scenario=court.quake(), fall=None, seeds=SEEDS)
    return Results(place, gather(needs, assess(place, needs), found))


def book(made=None, *, language="zh", audience="internal"):
    opened = made or run()
    settings = opened.community.settings
    spoken = speak(language, opened.community.catalogue)
    return Book(opened, spoken, reader(audience, settings), "out")


def page(made=None, **how):
    return circulation_page(book(made, **how), None)


def plain(made):
    return re.sub(r"<[^>]+>", "", repr(made))


def changed(name, change):
    """Return the run with the table of one finding changed."""
    found = run().findings[name]
    key = found.provenance.key
    table = change(found.table.copy()).reset_index(drop=True)
    made = find(name, table, key=key, parameters={"hour": 2.0}, seeds=SEEDS)
    return Results(run().community, {**run().findings, name: made})


def without(*names):
    kept = {name: one for name, one in run().findings.items() if name not in names}
    return Results(run().community, kept)


def large(table):
    """Return groups of a hundred residents in many buildings, whose gaps nobody is sure of."""
    return table.assign(
        n=100, n_unknown=0, few_clusters=False, difference_low=-9.0, difference_high=9.0
    )


def longer(display, by=42.0):
    def change(table):
        made = large(table)
        mine = (made["display"] == display) & (made["vehicle"] == "ambulance")
        made.loc[mine, ["difference", "difference_low", "difference_high"]] = [by, by - 5, by + 5]
        return made

    return change


def test_a_run_without_a_way_in_has_no_page():
    assert page(without(GROUPS)) is None


def test_the_title_names_who_surely_waits_longer():
    made = changed(GROUPS, longer("wheelchair"))
    assert page(made).pieces[0].title == "救护车到坐轮椅的居民的门口，平均比到别人门口多用 42 秒"
    english = page(made, language="en").pieces[0].title
    assert (
        english
        == "The ambulance takes 42 s longer to the doors of wheelchair users than to all others"
    )


def test_where_no_interval_leaves_out_nothing_nobody_is_named():
    title = page(changed(GROUPS, large)).pieces[0].title
    assert title == "列出的人群里，没有哪个等救援车确实更久"


def test_a_gap_between_too_few_buildings_is_not_sure():
    made = changed(GROUPS, lambda table: longer("wheelchair")(table).assign(few_clusters=True))
    told = page(made)
    assert "没有哪个" in told.pieces[0].title
    assert "楼太少" in plain(told)


def test_the_public_is_not_told_of_a_group_of_a_few():
    def few(table):
        made = longer("wheelchair")(table)
        made.loc[made["display"] == "wheelchair", "n"] = 3
        return made

    made = changed(GROUPS, few)
    assert "坐轮椅" in page(made).pieces[0].title
    section = page(made, audience="public").pieces[0]
    assert "没有哪个" in section.title
    rows = section.parts[0].rows
    assert "坐轮椅" not in [str(row[0]) for row in rows]
    assert "坐轮椅少于" in section.parts[0].note


def test_a_share_that_rests_on_a_few_is_left_out_in_public():
    def few(table):
        made = large(table).assign(stopped_share=0.5)
        made.loc[made["display"] == "wheelchair", "stopped_share"] = 0.03
        return made

    made = changed(GROUPS, few)
    shares = {
        audience: {str(row[0]): plain(row[4]) for row in _rows(page(made, audience=audience))}
        for audience in ("public", "internal")
    }
    assert "3%" in shares["internal"]["坐轮椅"]
    assert "%" not in shares["public"]["坐轮椅"]
    assert "50%" in shares["public"]["全体平均"]


def _rows(made, piece=0):
    return made.pieces[piece].parts[0].rows


def test_the_public_reads_no_count_of_fewer_than_k_behind_a_lane():
    k = run().community.settings.k_persons
    made = changed(STOPS, lambda t: t.assign(persons=k + 5, households=40, vulnerable=k - 1))
    (row, *_) = _rows(page(made, audience="public"), 1)
    assert (plain(row[6]), plain(row[7])) == (f"Markup('{k + 5}')", f"'<{k}'")
    made = changed(STOPS, lambda t: t.assign(persons=k + 5, households=1, vulnerable=k + 2))
    (row, *_) = _rows(page(made, audience="public"), 1)
    assert (str(row[6]), str(row[7])) == (f"<{k}", f"<{k}")


def test_the_package_of_layers_keeps_to_k_as_well():
    k = run().community.settings.k_persons
    made = changed(STOPS, lambda t: t.assign(persons=k + 5, vulnerable=k - 1))
    (layer,) = [
        table for name, table in layers(made, book(made, audience="public")) if name == STOPS
    ]
    assert layer["persons"].notna().all()
    assert layer["vulnerable"].isna().all()
    made = changed(STOPS, lambda t: t.assign(persons=k + 5, vulnerable=k + 5, households=1))
    (layer,) = [
        table for name, table in layers(made, book(made, audience="public")) if name == STOPS
    ]
    assert layer[["persons", "vulnerable", "households"]].isna().all(axis=None)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_stop_says_what_to_do(language):
    (engine, ambulance) = _rows(page(language=language), 1)
    told = [str(row[9]).replace("\u00a0", " ") for row in (engine, ambulance)]
    words = ["拓到 4 米", "拓到 2.8 米"] if language == "zh" else ["Widen to 4 m", "Widen to 2.8 m"]
    assert told == words


@pytest.mark.parametrize(
    ("cause", "left", "said"),
    [("taken", 0.7, "就够宽"), ("narrow", 0.7, "先清走"), ("narrow", 1.0, "拓到"),
     ("steps", 1.0, "从别处"), ("no_lane", 1.0, "人走的路")],
)  # fmt: skip
def test_each_cause_has_its_remedy(cause, left, said):
    made = changed(STOPS, lambda t: t.assign(cause=cause, left=left))
    assert said in str(_rows(page(made), 1)[0][9])
    assert ("先清走" in str(_rows(page(made), 1)[0][9])) == (cause == "narrow" and left < 1)


def test_the_places_to_clear_are_counted_in_the_title():
    assert "没有一处清走占道的就够" in page().pieces[1].title
    made = changed(STOPS, lambda t: t.assign(cause="taken"))
    assert "在 1 处停下，其中 1 处" in page(made).pieces[1].title.replace("\u00a0", " ")


def test_where_nothing_stops_vehicles_the_page_says_so():
    made = changed(STOPS, lambda t: t.iloc[:0])
    assert "没有一处拦住" in page(made).pieces[1].title


def test_the_map_draws_a_number_for_every_lane():
    read = book()
    figure = circulation_page(read, atlas(read)).pieces[1]
    assert figure.kind == "figure"
    assert "m-stop-dot" in figure.picture
    assert f'data-finding="{read.id_of[STOPS]}"' in figure.picture


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_opens_a_cell_that_is_there(language):
    made = page(language=language)
    known = {one.id: one for one in run().findings.values()}
    told = re.findall(
        r'data-finding="([^"]+)" data-row="([^"]+)" data-column="([^"]+)"', repr(made)
    )
    assert {known[finding].name for finding, _, _ in told} == {GROUPS, STOPS, MEASURES, EFFECTS}
    for finding, row, column in told:
        table = known[finding].table
        keys = table[list(known[finding].provenance.key)].astype(str).agg("|".join, axis=1)
        assert row in set(keys)
        assert column in table


def effects(**verdicts):
    """Return the effects with the change of some groups in the evacuation set, s."""

    def change(table):
        made = table.assign(n=100.0)
        mine = made["outcome"] == "evacuation"
        made.loc[mine, ["difference", "low", "high"]] = 0.0
        made.loc[mine, "verdict"] = "undecided"
        for display, (value, verdict) in verdicts.items():
            at = mine & (made["display"] == display)
            made.loc[at, ["difference", "low", "high"]] = [value, value - 6, value + 6]
            made.loc[at, "verdict"] = verdict
        return made

    return changed(EFFECTS, change)


def test_without_a_sure_gain_no_measure_is_praised():
    assert page().pieces[-1].title == "没有一项措施确实加快撤离"


def test_the_measure_that_surely_speeds_evacuation_heads_its_section():
    made = effects(all=(-30.0, "faster"), general=(-40.0, "faster"))
    title = page(made).pieces[-1].title.replace("\u00a0", " ")
    assert title == "东门拓到 4 米：撤离平均快 30 秒"


def test_who_loses_by_it_is_told_in_the_same_breath():
    made = effects(all=(-30.0, "faster"), tenant=(90.0, "slower"))
    assert (
        page(made, language="en")
        .pieces[-1]
        .title.endswith("evacuation 30 s faster on average, but 1.5 min slower for tenants")
    )
    row = _rows(page(made), -1)[1]
    assert "租户" in str(row[4])
    assert "慢 1.5" in str(row[4])
    assert "+1.4 至 +1.6" in str(row[4])


def test_a_loser_of_a_few_is_not_named_in_public():
    made = effects(all=(-30.0, "faster"), tenant=(90.0, "slower"))
    found = made.findings[EFFECTS]
    table = found.table.copy()
    table.loc[table["display"] == "tenant", "n"] = 2.0
    small = Results(made.community, {**made.findings, EFFECTS: replace(found, table=table)})
    assert "租户" in plain(page(small).pieces[-1])
    assert "租户" not in plain(page(small, audience="public").pieces[-1])


def test_changes_on_the_way_of_vehicles_are_told_in_seconds_without_an_interval():
    row = next(r for r in _rows(page(), -1) if str(r[0]).startswith("消防车"))
    saved = _effect("fire_engine", "all")["difference"]
    assert f"快 {abs(saved):.0f}<" in str(row[2])
    assert "至" not in str(row[2])


def _effect(outcome, display):
    table = run().findings[EFFECTS].table
    return table[(table["outcome"] == outcome) & (table["display"] == display)].iloc[0]


def test_without_measures_the_page_says_how_to_try_them():
    assert "renlin circulate" in page(without(EFFECTS, MEASURES)).pieces[-1].words
    empty = changed(EFFECTS, lambda t: t.iloc[:0])
    assert "没有要试的措施" in page(empty).pieces[-1].words


def test_who_has_no_known_way_in_is_counted_apart():
    assert "4 人的门不知道在哪" in page().pieces[0].parts[0].note.replace("\u00a0", " ")
    public = page(audience="public").pieces[0].parts[0].note
    assert "4 人" not in public.replace("\u00a0", " ")


def test_a_group_without_any_known_way_has_dashes():
    made = changed(GROUPS, lambda t: _unknown(large(t), "tenant"))
    (row, *_) = [r for r in _rows(page(made)) if str(r[0]) == "租户"]
    assert [plain(cell) for cell in row[4:]] == ["'–'", "'–'", "'–'"]


def _unknown(table: pd.DataFrame, display: str) -> pd.DataFrame:
    mine = table["display"] == display
    told = ["mean", "on_foot", "stopped_share", "difference", "difference_low", "difference_high"]
    table.loc[mine, told] = np.nan
    table.loc[mine, "n_unknown"] = table.loc[mine, "n"]
    return table
