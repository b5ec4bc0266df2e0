"""Key elements on Willow: what each gives and takes, worked by hand."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.simulation import court

from renlin.community.scheme import apply
from renlin.community.scheme_text import edits_text
from renlin.community.settings import Scheme
from renlin.errors import SchemeFault
from renlin.simulation import key_elements, person_times
from renlin.simulation.elements.gains import Outcome, leading, outcome_of, worst_off
from renlin.simulation.elements.improvements import improvement, scheme_of
from renlin.simulation.elements.listing import Element, elements
from renlin.simulation.elements.passable import only_way
from renlin.simulation.elements.worlds import Today, improved, without
from renlin.simulation.ensemble import Counter, draw_seeds, run_all
from renlin.simulation.network import lay_out
from renlin.simulation.observation import stage
from renlin.simulation.population import residents
from renlin.simulation.scene import limits_of, scene

DAY, NIGHT = 14.0, 2.0
HORIZON = 1800.0
FROM_THIRD = 4 * court.FLIGHT / court.STAIRS + court.TO_SHELTER / court.LEVEL
EVERY = 40
"""More than Willow has elements."""


def _today(place, scenario, who=None):
    people, ground = residents(place, who or court.needs()), lay_out(place)
    limit = limits_of(place, ground, people)
    own = stage(scene(place, ground, limit, people, scenario))
    return Today(place, people, scenario, limit, own, elements(ground))


def _runs(today, made, seeds):
    drawn = draw_seeds(today.who, today.place.catalogue, seeds)
    return outcome_of(run_all(made, drawn, whole=False, count=Counter("", 0, None)))


def _found(place, scenario, who=None, seeds=range(2), most=EVERY):
    return key_elements(
        place, who or court.needs(), scenarios=[scenario], seeds=seeds, most=most
    )  # fmt: skip


def _row(found, code):
    return found.key_elements.table.set_index("element").loc[code]


def _group(found, code, action, display):
    table = found.key_groups.table.set_index(["element", "action", "display"])
    return table.loc[(code, action, display)]


def _tiny(place):
    """Return ``place`` with bodies that take no room, so that nothing but capacity delays."""
    size = {code: kind.model_copy(update={"size": court.point(0.001)})
            for code, kind in place.catalogue.classes.items()}  # fmt: skip
    return replace(place, catalogue=replace(place.catalogue, classes=size))


def test_elements_are_what_a_planner_can_point_at():
    listed = {element.code for element in elements(lay_out(court.willow())).listed}
    assert listed == {
        "door/A-1", "door/B-1", "door/C-1", "facility/clinic", "facility/ground-shelter",
        "gate/east", "stair/A-1", "stair/B-1", "stair/C-1", "walk/main-east", "walk/main-west",
        "walk/path-a", "walk/path-b", "walk/path-c",
    }  # fmt: skip


def test_every_link_belongs_to_one_element():
    ground = lay_out(court.willow())
    of = elements(ground).of
    assert len(of) == ground.n_links
    names = dict(zip(ground.walks.links["link"], of, strict=True))
    flights = {at for name, at in names.items() if name.startswith("stair/A-1")}
    assert len(flights) == 1
    assert names["hall/A-1"] == names["threshold/A-1"] == names["approach/A-1"]


@pytest.mark.parametrize(
    "scenario",
    [
        court.quake(DAY),
        court.quake(NIGHT),
        court.scenario("stair_fire", NIGHT, places={"entrance": "A-1"}),
    ],
    ids=["quake by day", "quake at night", "fire"],
)
@pytest.mark.parametrize("kind", ["walk", "gate", "door", "stair", "facility"])
def test_an_improvement_does_what_the_scheme_of_its_edits_does(kind, scenario):
    place = court.willow()
    today = _today(place, scenario)
    for element in today.elements.listed:
        if element.kind != kind:
            continue
        edits = improvement(place, element, today.scene.site.there)
        quick = _runs(today, improved(today, [element], edits), range(3))
        world = apply(scheme_of([element], edits), place)
        full = person_times(
            place, court.needs(), schemes={"base": place, "edited": world}, scenario=scenario,
            seeds=range(3),
        )  # fmt: skip
        assert np.array_equal(quick.time, full.time["edited"].astype(float), equal_nan=True)
        assert np.array_equal(quick.arrived, full.arrived["edited"])


def test_the_edits_of_the_table_are_a_scheme_that_applies():
    place = court.willow()
    found = _found(place, court.quake())
    for row in found.key_elements.table.itertuples():
        fields = tomllib.loads(row.edits)
        fields["edit"] = [{"was": None, **edit} for edit in fields["edit"]]
        world = apply(Scheme(code="k", zh="k", en="k", **fields), place)
        table = {"walk": "walks", "gate": "gates", "facility": "facilities"}.get(
            row.kind, "entrances"
        )
        assert not world[table].equals(place[table])


def test_a_gate_opens_a_door_gets_a_ramp_a_stair_is_cleared_lit_and_railed():
    today = _today(court.willow(), court.quake())

    def told(kind, key):
        edits = improvement(today.place, Element(kind, key), today.scene.site.there)
        return {(edit.column, edit.was, edit.now) for edit in edits}

    assert told("gate", "east") == {
        ("width", 2.0, 3.0), ("open_hours", "05:00-23:00", "00:00-24:00"),
    }  # fmt: skip
    assert told("door", "B-1") == {("door_width", 1.0, 2.0), ("ramp", False, True)}
    assert told("stair", "B-1") == {
        ("stair_width", 1.2, 2.2), ("blocked_width", 0.2, 0.0), ("handrail", "none", "both"),
        ("lit", False, True),
    }  # fmt: skip
    assert told("facility", "ground-shelter") == {("width", 3.0, 4.0), ("capacity", 20, 30)}


def test_an_unknown_width_is_widened_from_what_is_assumed_and_the_table_says_so():
    today = _today(court.willow(), court.quake())
    (edit,) = improvement(today.place, Element("walk", "path-c"), today.scene.site.there)
    assert (edit.was, edit.now) == (None, today.place.catalogue.number("assumed_lane_width") + 1.0)
    assert "was" not in edits_text([edit])


def test_without_the_only_stair_its_resident_loses_all_the_time_to_the_horizon():
    found = _found(court.plain(), court.quake(), court.only("zhou-2"))
    row = _row(found, "stair/A-1")
    assert row["harm"] == pytest.approx(HORIZON - FROM_THIRD, abs=1.0)
    assert row["harm_verdict"] == "slower"
    assert (row["depends"], row["cut_off"], row["cut_off_households"]) == (1, 1, 1)
    assert row["cut_reason"] == "only_way"
    assert row["more_left"] == 1.0


def test_who_lives_on_the_ground_floor_does_not_need_the_stair():
    found = _found(court.plain(), court.quake(), court.only("zhou-2", "sun-1", "sun-2"))
    assert _row(found, "stair/A-1")["depends"] == 1
    assert _row(found, "door/A-1")["depends"] == 3


def test_widening_a_bottleneck_gains_the_queue_of_who_comes_second():
    """Two households of two reach a gate 0.6 m wide together; the second waits for two persons.

    Gate: (0.6 - 2 x 0.15) m x 1.3 persons/(m s). Widened, only the hall holds them apart:
    (1.2 - 2 x 0.2) m x the greatest flow on the level.
    """
    place = court.cell(_tiny(court.plain()), "dwellings", "A-1-202", "floor", 1)
    place = court.cell(place, "gates", "east", "width", 0.6)
    found = _found(place, court.quake(), court.only("he-1", "he-2", "qian-1", "qian-2"))
    number = place.catalogue.number
    gate = (0.6 - 2 * number("boundary_door")) * number("flow_door")
    level = place.catalogue.speed_density["weidmann"].flow
    hall = (1.2 - 2 * number("boundary_corridor_wall")) * level
    saved = 2.0 / gate - 2.0 / hall
    everybody = _group(found, "gate/east", "improve", "all")
    assert everybody["difference"] == pytest.approx(-saved / 2.0, abs=0.02)
    assert _row(found, "gate/east")["gain"] == pytest.approx(saved, abs=0.02)
    assert _row(found, "gate/east")["verdict"] == "faster"


def test_a_planted_narrow_gate_is_found_first():
    place = court.cell(court.sure(), "gates", "east", "width", 0.6)
    table = _found(place, court.quake(), seeds=range(6)).key_elements.table
    first = table[table["rank"] == 1].iloc[0]
    assert (first["element"], first["verdict"]) == ("gate/east", "faster")
    assert first["gain"] > 60.0


def test_a_gate_shut_at_night_is_tried_though_nobody_can_use_it_and_opening_it_saves_all():
    found = _found(court.plain(), court.quake(NIGHT), court.only("zhou-2"))
    row = _row(found, "gate/east")
    assert (row["screened_by"], row["opens"], row["users"]) == ("opens", 1, 0)
    assert row["gain"] == pytest.approx(HORIZON - FROM_THIRD, abs=1.0)
    assert row["fewer_left"] == 1.0
    assert row["harm"] == 0.0
    assert row["cut_off"] == 0


def test_a_lane_nobody_uses_changes_nothing_and_is_not_listed():
    place, who = court.plain(), court.only("he-1", "he-2", "sun-1", "sun-2", "sun-3")
    found = _found(place, court.quake(), who)
    assert "walk/path-c" not in set(found.key_elements.table["element"])
    today = _today(place, court.quake(), who)
    base = _runs(today, today.stage, range(2))
    lane = Element("walk", "path-c")
    edits = improvement(place, lane, today.scene.site.there)
    for made in (improved(today, [lane], edits), without(today, lane)):
        assert np.array_equal(_runs(today, made, range(2)).time, base.time, equal_nan=True)


def test_what_changes_nothing_is_undecided_and_exactly_zero():
    found = _found(court.plain(), court.quake(), court.only("zhou-2"))
    row = _row(found, "walk/main-west")
    assert (row["gain"], row["gain_low"], row["gain_high"]) == (0.0, 0.0, 0.0)
    assert row["verdict"] == "undecided"


def test_without_the_only_shelter_everybody_is_cut_off_and_without_one_of_two_nobody():
    place = court.plain()
    alone = _found(place, court.quake(), court.only("zhou-2"))
    assert _row(alone, "facility/ground-shelter")["cut_off"] == 1
    rows = place["facilities"]
    more = rows[rows["facility"] == "ground-shelter"].assign(
        facility="yard", x=500000.0, y=3500000.0, capacity=100, space=None
    )
    spot = rows[rows["facility"] == "clinic"].geometry.to_numpy()
    second = place.with_tables(
        facilities=pd.concat([rows, more.set_geometry(spot)], ignore_index=True)
    )
    both = _found(second, court.quake(), court.only("zhou-2"))
    assert set(both.key_elements.table["cut_off"][both.key_elements.table["kind"] == "facility"]) \
        == {0}  # fmt: skip
    assert _row(both, "walk/path-a")["cut_off"] == 1


def test_what_stands_in_the_other_way_is_the_reason_for_being_cut_off():
    """Wheels need the level way; the second way round has steps."""
    place = court.plain()
    walks = place["walks"]
    steps = walks[walks["walk"] == "main-east"].assign(
        walk="round", kind="steps", steps=10, wheelchair="no"
    )
    line = steps.geometry.iloc[0]
    bent = type(line)([line.coords[0], (500070.0, 3500020.0), line.coords[-1]])
    place = place.with_tables(
        walks=pd.concat([walks, steps.set_geometry([bent])], ignore_index=True)
    )
    place = court.cell(place, "dwellings", "A-1-301", "floor", 1)
    rolling = court.needs().profiles.table.set_index("person").at["lin", "class"]
    kind = place.catalogue.classes[rolling].model_copy(update={"takes_steps": "no"})
    classes = {**place.catalogue.classes, rolling: kind}
    place = replace(place, catalogue=replace(place.catalogue, classes=classes))
    row = _row(_found(place, court.quake(), court.only("lin")), "walk/main-east")
    assert (row["cut_off"], row["cut_reason"]) == (1, "steps")


def test_who_needs_an_element_is_who_would_have_no_way_without_it():
    today = _today(court.willow(), court.quake())
    needs = only_way(today.scene, today.elements)
    living = dict(zip(today.who.households, today.scene.site.live.node >= 0, strict=True))
    for at, element in enumerate(today.elements.listed):
        if element.kind == "stair":
            homes = {today.who.households[h] for h in today.who.household[needs[at]]}
            assert all(living[home] for home in homes)
    path_b = today.elements.listed.index(Element("walk", "path-b"))
    who = {today.who.persons[p] for p in np.flatnonzero(needs[path_b])}
    assert "wang" in who
    assert "zhou-2" not in who


def test_a_gate_behind_a_narrow_hall_gains_more_when_both_are_widened():
    """The second household waits for two persons at the narrowest way, be it hall or gate.

    Today the gate holds it, 0.39 persons/s; widened alone, the hall, 0.488; the hall widened
    alone gains nothing; both, the gate again, 1.69.
    """
    place = court.cell(_tiny(court.plain()), "dwellings", "A-1-202", "floor", 1)
    place = court.cell(place, "gates", "east", "width", 0.6)
    place = court.cell(place, "entrances", "A-1", "door_width", 0.8)
    found = _found(place, court.quake(), court.only("he-1", "he-2", "qian-1", "qian-2"))
    number, level = place.catalogue.number, place.catalogue.speed_density["weidmann"].flow
    wait = {
        width: 2.0 / ((width - 2 * number("boundary_door")) * number("flow_door"))
        for width in (0.6, 1.6)
    }
    hall = 2.0 / ((0.8 - 2 * number("boundary_corridor_wall")) * level)
    assert wait[1.6] < hall < wait[0.6]
    rows = found.key_pairs.table.set_index(["first", "second"])
    row = rows.loc[("gate/east", "door/A-1")]
    assert row["gain_first"] == pytest.approx(wait[0.6] - hall, abs=0.02)
    assert row["gain_second"] == 0.0
    assert row["gain_both"] == pytest.approx(wait[0.6] - wait[1.6], abs=0.02)
    assert row["interaction"] == pytest.approx(hall - wait[1.6], abs=0.02)
    assert row["verdict"] == "reinforce"


def test_the_order_of_rows_changes_nothing():
    place = court.willow()
    turned = place.with_tables(
        **{
            name: place[name].iloc[::-1].reset_index(drop=True)
            for name in ("walks", "gates", "entrances", "facilities", "households", "dwellings")
        }
    )
    first, second = (_found(world, court.quake(), seeds=range(3)) for world in (place, turned))
    for name in ("key_elements", "key_groups", "key_pairs"):
        assert getattr(first, name).content == getattr(second, name).content


def test_the_same_seeds_give_the_same_bytes():
    first, second = (_found(court.willow(), court.quake(), seeds=range(3)) for _ in range(2))
    for name in ("key_elements", "key_groups", "key_pairs"):
        assert getattr(first, name).id == getattr(second, name).id
        assert getattr(first, name).content == getattr(second, name).content


def test_the_worst_off_of_a_run_are_read_from_the_other_runs():
    time = np.array([[9.0, 1.0, 1.0, 1.0], [1.0, 5.0, 1.0, 1.0], [1.0, 5.0, 1.0, 1.0]])
    found = worst_off(time, 0.25)
    assert found[0].tolist() == [0.0, 1.0, 0.0, 0.0]
    assert found[1].tolist() == [1.0, 0.0, 0.0, 0.0]


def test_who_is_away_in_a_run_is_not_among_its_worst_off():
    time = np.array([[np.nan, 1.0], [9.0, 1.0], [9.0, 1.0]])
    assert worst_off(time, 0.5)[0].tolist() == [0.0, 0.5]


def test_equally_badly_off_share_what_is_left():
    assert leading(np.array([5.0, 5.0, 5.0, 1.0]), 0.5).tolist() == [2 / 3, 2 / 3, 2 / 3, 0.0]


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=30), st.floats(0.01, 0.99), st.randoms()
)  # fmt: skip
def test_the_leading_share_is_that_share_in_any_order(values, share, luck):
    plain = np.array(values, dtype=float)
    order = list(range(len(values)))
    luck.shuffle(order)
    assert leading(plain, share).sum() == pytest.approx(share * len(values))
    assert np.array_equal(leading(plain[order], share), leading(plain, share)[order])


def test_a_fall_at_home_has_no_elements():
    place = court.willow()
    found = _found(place, court.scenario("personal_incident"))
    assert len(found.key_elements.table) == 0
    assert {"rank", "gain", "edits"} <= set(found.key_elements.table.columns)


@pytest.mark.parametrize(("seeds", "most"), [([0], 3), ([0, 0], 3), ([0, 1], 0)])
def test_one_seed_a_repeated_one_or_nothing_to_try_is_refused(seeds, most):
    with pytest.raises(SchemeFault):
        _found(court.willow(), court.quake(), seeds=seeds, most=most)


def test_an_outcome_keeps_who_is_away_missing():
    today = _today(court.willow(), court.quake())
    made = _runs(today, today.stage, range(4))
    assert isinstance(made, Outcome)
    assert np.isnan(made.time).any()
    assert not made.arrived[np.isnan(made.time)].any()
