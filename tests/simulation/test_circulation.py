"""微循环: who waits how long for rescuers, where vehicles stop, and what measures change."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box
from tests.simulation import court

from renlin.community.scheme import apply
from renlin.community.settings import Edit, Scheme
from renlin.errors import SchemeFault
from renlin.simulation import circulation, rescue
from renlin.simulation.circulation.assess import MEASURES
from renlin.simulation.circulation.lanes import chosen, edits, openings
from renlin.simulation.circulation.measures import measures
from renlin.simulation.circulation.schemes import codes, schemes
from renlin.simulation.circulation.state import approaches, opened, per_person, state
from renlin.simulation.network import lay_out
from renlin.simulation.population import homes, residents
from renlin.simulation.rescue import BY_AMBULANCE, BY_ENGINE, vehicle

PLACE = court.willow()
CATALOGUE = PLACE.catalogue
ADULT = CATALOGUE.classes["adult"].speed_level.value
GATE = CATALOGUE.number("gate_depth")
NEED = vehicle(CATALOGUE, BY_ENGINE).width
DAY = 14.0
FAR, NEAR = (90.0 + GATE) / ADULT, (60.0 + GATE) / ADULT
"""Seconds on foot from outside the east gate to A-1 and B-1; nothing leads to C-1."""
IN_A, IN_B, IN_C = 11, 6, 4
EAST, WEST = ("walks", "main-east"), ("walks", "main-west")
WIDE = ("gates/east/width", 4.0)
WAYS = ("gates/east", "walks/main-east", "walks/main-west")


def cells(*changes, place=PLACE):
    for at, value in changes:
        place = court.cell(place, *at.split("/"), value)
    return place


@cache
def lying():
    """Return the needs of Willow with Grandma Lin in bed, without a wheelchair."""
    found = court.needs()
    table = found.profiles.table.copy()
    table.loc[table["person"] == "lin", "class"] = "bedridden"
    return SimpleNamespace(
        profiles=replace(found.profiles, table=table),
        indicators=found.indicators,
        households=found.households,
    )


def known(place, needs=None, hour=DAY):
    ground, who = lay_out(place), residents(place, needs or court.needs())
    return state(place, ground, who, homes(place, ground, who, hour), hour)


def engine(now, ground):
    return approaches(now, ground)[BY_ENGINE].seconds


def groups(place=PLACE, kind=BY_ENGINE):
    table = rescue(place, court.needs(), hour=DAY).rescue_groups.table
    return table[table["vehicle"] == kind].set_index("display")


def stops(place=PLACE, kind=BY_ENGINE):
    table = rescue(place, court.needs(), hour=DAY).rescue_stops.table
    return table[table["vehicle"] == kind].set_index("place")


def tried(place, who=None, **asked):
    how = {"scenario": court.quake(), "fall": None, "seeds": range(2)} | asked
    return circulation(place, who or court.needs(), **how)


def test_a_mean_is_over_the_residents_whose_door_has_a_way_in():
    whole = groups().loc["all"]
    assert whole["mean"] == pytest.approx((IN_A * FAR + IN_B * NEAR) / (IN_A + IN_B))
    assert whole["on_foot"] == pytest.approx((IN_A * 90 + IN_B * 60) / (IN_A + IN_B) + GATE)
    assert (whole["n"], whole["n_unknown"]) == (IN_A + IN_B + IN_C, IN_C)


def test_a_group_is_held_against_all_others():
    lin = groups().loc["wheelchair"]
    rest = ((IN_A - 1) * FAR + IN_B * NEAR) / (IN_A + IN_B - 1)
    assert lin["mean"] == pytest.approx(FAR)
    assert lin["difference"] == pytest.approx(FAR - rest)
    assert lin["difference_low"] <= lin["difference"] <= lin["difference_high"]


def test_two_buildings_are_too_few_for_an_interval_and_say_so():
    assert groups().drop("all")["few_clusters"].all()


def test_nobody_knows_the_way_of_vehicles_without_roads_and_gates():
    found = groups(PLACE.with_tables(gates=PLACE["gates"].iloc[:0]))
    assert np.isnan(found.loc["all", "mean"])
    assert (found["n"] == found["n_unknown"]).all()
    assert len(stops(PLACE.with_tables(gates=PLACE["gates"].iloc[:0]))) == 0


@pytest.mark.parametrize(
    ("changes", "place", "cause"),
    [
        ((), "east", "narrow"),
        ((WIDE, ("walks/main-west/barrier", "parked_cars")), "main-west", "taken"),
        ((WIDE, ("walks/main-west/width", 3.0)), "main-west", "narrow"),
        ((WIDE, ("walks/main-west/steps", 2)), "main-west", "steps"),
        ((WIDE, ("walks/main-west/kind", "footway"), ("walks/main-west/width", 2.0)), "main-west",
         "no_lane"),
    ],
)  # fmt: skip
def test_a_stop_tells_its_cause(changes, place, cause):
    assert stops(cells(*changes)).loc[place, "cause"] == cause


def test_a_stop_counts_who_lives_behind_it():
    row = stops().loc["east"]
    assert (row["entrances"], row["households"], row["persons"]) == (2, 10, IN_A + IN_B)
    frail = sum(CATALOGUE.displays[d].vulnerable for d in _displays()[: IN_A + IN_B])
    assert row["vulnerable"] == frail
    assert row["on_foot"] == pytest.approx(75.0 + GATE)


def _displays():
    people = court.needs().profiles.table
    inside = ~people["household"].isin(["hu-feng", "hu-liu"])
    return [*people.loc[inside, "display"], *people.loc[~inside, "display"]]


def test_an_hour_that_is_none_is_refused():
    with pytest.raises(SchemeFault):
        rescue(PLACE, court.needs(), hour=24.0)


WIDTHS = st.lists(st.sampled_from([1.5, 2.9, 3.5, 4.0, 5.0]), min_size=3, max_size=3)
BARRIERS = st.sampled_from(["none", "parked_cars", "stalls"])


def drawn(widths, barrier):
    at = [(f"{one}/width", width) for one, width in zip(WAYS, widths, strict=True)]
    return known(cells(*at, ("walks/main-west/barrier", barrier)))


@settings(max_examples=20)
@given(WIDTHS, BARRIERS)
def test_openings_save_time_and_those_chosen_share_no_lane(widths, barrier):
    found = openings(drawn(widths, barrier))
    assert all(one.saved > 0 for one in found)
    taken = [at for one in chosen(found, 5) for at in one.places]
    assert len(taken) == len(set(taken))


@settings(max_examples=20)
@given(WIDTHS, BARRIERS)
def test_opening_more_lanes_never_slows(widths, barrier):
    now = drawn(widths, barrier)
    one = engine(now, opened(now.ground, frozenset({WEST}), NEED))
    two = engine(now, opened(now.ground, frozenset({WEST, EAST, ("gates", "east")}), NEED))
    before = engine(now, now.ground)
    told = np.isfinite(before)
    assert (one[told] <= before[told] + 1e-9).all()
    assert (two[told] <= one[told] + 1e-9).all()


@settings(max_examples=15)
@given(WIDTHS, BARRIERS)
def test_the_edits_of_a_scheme_open_what_was_tried(widths, barrier):
    now = drawn(widths, barrier)
    for one in openings(now):
        made = apply(Scheme(code="o", zh="o", en="o", edit=edits(now, one.places)), now.place)
        np.testing.assert_allclose(
            engine(now, lay_out(made)), engine(now, opened(now.ground, one.places, NEED))
        )


def test_what_is_only_taken_is_cleared_and_not_widened():
    now = known(cells(WIDE, ("walks/main-west/barrier", "parked_cars")))
    (one,) = measures(now, 1)
    assert [(e.column, e.was, e.now) for e in one.edits] == [("barrier", "parked_cars", "none")]
    assert (one.said.zh, one.said.en) == ("清走 main-west 的停车", "Clear main-west of parked cars")


def test_what_is_taken_and_narrow_is_cleared_and_widened():
    narrow = ("walks/main-west/width", 3.0)
    now = known(cells(WIDE, ("walks/main-west/barrier", "parked_cars"), narrow))
    (one,) = measures(now, 1)
    assert [e.column for e in one.edits] == ["barrier", "width"]
    assert one.said.zh == "清走 main-west 的停车、拓到 4 米"
    assert all("消防车" in e.why and "fire engine" in e.why for e in one.edits)


def test_a_way_for_people_on_foot_is_not_widened():
    foot = (("walks/main-west/kind", "footway"), ("walks/main-west/width", 2.0))
    assert openings(known(cells(WIDE, *foot))) == []


@cache
def opened_gate():
    return tried(PLACE)


def test_the_table_of_effects_holds_what_the_opened_lanes_change():
    now = known(PLACE)
    rows = opened_gate().circulation.table.set_index(["outcome", "display"])
    after = approaches(now, opened(now.ground, frozenset({("gates", "east")}), NEED))
    for kind in (BY_ENGINE, BY_AMBULANCE):
        first = per_person(now, approaches(now, now.ground)[kind].seconds)
        second = per_person(now, after[kind].seconds)
        row = rows.loc[(kind, "all")]
        assert row["before"] == pytest.approx(np.nanmean(first))
        assert row["difference"] == pytest.approx(np.nanmean(second - first))
        assert (row["low"], row["high"]) == (row["difference"], row["difference"])
        assert (row["verdict"], row["n"]) == ("faster", IN_A + IN_B)


def test_measures_are_handed_on_as_schemes_that_can_be_applied():
    found = opened_gate()
    (made,) = schemes(found.circulation_measures.table)
    assert made.code in codes(2)
    assert (made.zh, made.en) == ("东门拓到 4 米", "Widen 东门 to 4 m")
    assert apply(made, PLACE)["gates"]["width"].tolist() == [NEED]


def test_the_same_seeds_give_the_same_bytes():
    again, first = tried(PLACE), opened_gate()
    for name in ("rescue_groups", "rescue_stops", "circulation_measures", "circulation"):
        assert getattr(again, name).id == getattr(first, name).id
        assert getattr(again, name).content == getattr(first, name).content


def test_where_nothing_helps_the_tables_are_empty():
    found = tried(PLACE, lanes=0)
    assert list(found.circulation_measures.table.columns) == list(MEASURES)
    assert len(found.circulation.table) == 0
    assert len(found.rescue_groups.table) > 0


def test_an_event_in_which_nobody_moves_and_one_seed_are_both_refused():
    fall = court.scenario("personal_incident", horizon=86400.0)
    with pytest.raises(SchemeFault) as caught:
        tried(PLACE, scenario=fall, seeds=[3])
    assert {fault.place for fault in caught.value.faults} == {"scenario", "seeds"}


def test_an_event_in_which_nobody_falls_is_no_fall():
    with pytest.raises(SchemeFault) as caught:
        tried(PLACE, fall=court.quake())
    assert [fault.place for fault in caught.value.faults] == ["fall"]


def test_the_time_until_help_in_a_fall_is_told_apart_from_evacuation():
    fall = court.scenario("personal_incident", DAY, horizon=86400.0)
    rows = tried(PLACE, fall=fall).circulation.table
    told = rows.groupby("outcome")["scenario"].agg(set).to_dict()
    assert told["first_help"] == {fall.code}
    assert told["evacuation"] == {"earthquake"}
    assert {told[BY_ENGINE].pop(), told[BY_AMBULANCE].pop()} == {""}


def test_a_seed_that_stands_twice_is_refused():
    with pytest.raises(SchemeFault):
        tried(PLACE, seeds=[1, 2, 2])


def with_duty_room(place=PLACE):
    row = {
        "kind": "duty_room", "name": "门房", "capacity": 2, "state": "open",
        "x": 500090.0, "y": 3500000.0,
    }  # fmt: skip
    edit = Edit(lever="net.dest.add", op="add", table="facilities", key="duty", row=row)
    return apply(Scheme(code="duty", zh="门房", en="duty", edit=(edit,)), place)


def test_vehicles_stand_beside_a_staffed_place_with_a_charging_point_for_each():
    (one,) = measures(known(with_duty_room(), lying()), 0)
    n = int(CATALOGUE.number("circulation_vehicles"))
    assert one.places == ("facilities/duty",)
    rows = [edit.row for edit in one.edits]
    assert [(row["kind"], row["capacity"]) for row in rows] == [
        ("shared_vehicle", n), ("charging_point", n),
    ]  # fmt: skip
    assert one.said.zh == f"门房旁放 {n} 辆共享转运车，带充电点"


def test_without_a_staffed_place_or_anybody_carried_no_vehicles_are_tried():
    assert measures(known(PLACE, lying()), 0) == ()
    assert measures(known(with_duty_room()), 0) == ()


def test_a_stand_of_vehicles_leaves_the_way_of_rescuers_as_it_is():
    found = tried(with_duty_room(), who=lying(), lanes=0).circulation.table
    ways = found[found["outcome"].isin([BY_ENGINE, BY_AMBULANCE])]
    assert (ways["difference"] == 0.0).all()
    assert set(ways["verdict"]) == {"same"}
    assert ways[ways["display"] == "all"]["before"].notna().all()


def charged(*units, use="undecided"):
    """Return Willow with e-bikes found charging in stairs, and a yard beside the lane."""
    now, spaces = PLACE["hazards"], PLACE["spaces"]
    found = pd.concat([now.iloc[[1] * len(units)]], ignore_index=True).assign(
        hazard=[f"e{n}" for n in range(len(units))], kind="ebike_charging", place=list(units)
    )
    yard = spaces.iloc[[0]].assign(
        space="yard", name="车棚", kind="parking", emergency_use=use,
        geometry=[box(500030, 3499990, 500036, 3499996)],
    )  # fmt: skip
    return PLACE.with_tables(
        hazards=pd.concat([now, found], ignore_index=True),
        spaces=pd.concat([spaces, yard], ignore_index=True),
    )


def test_a_shed_has_room_for_the_homes_of_all_units_where_e_bikes_charge():
    (one,) = [m for m in measures(known(charged("A-1", "B-1")), 0) if m.kind == "charging"]
    assert one.places == ("spaces/yard",)
    assert one.unit == "A-1"
    need = CATALOGUE.number("ebikes_per_household")
    (edit,) = one.edits
    assert edit.row["capacity"] == int(np.ceil(10 * need))


def test_no_shed_stands_on_ground_kept_for_an_emergency():
    assert measures(known(charged("A-1", use="allowed")), 0) == ()


def test_a_shed_is_judged_by_a_fire_in_the_unit_it_is_for():
    rows = tried(charged("A-1"), lanes=0).circulation.table
    assert set(rows[rows["outcome"] == "evacuation"]["scenario"]) == {"fire-A-1"}


def test_a_measure_carried_out_can_be_tried_once_more():
    place = with_duty_room()
    for _ in range(3):
        now = known(place, lying())
        [stand] = [one for one in measures(now, 0) if one.kind == "vehicles"]
        place = apply(stand.scheme, place)
    stands = place["facilities"].query("kind == 'shared_vehicle'")["facility"]
    names = ["circulation-shared_vehicle" + end for end in ("", "-2", "-3")]
    assert sorted(stands) == names


def test_the_gap_is_the_slowest_group_against_the_reference():
    table = opened_gate().circulation.table.query("outcome == 'fire_engine'")
    of = table.set_index("display")
    named = [one for one in of.index if one not in ("all", "gap")]
    for side in ("before", "after"):
        slowest = max(of.loc[named, side])
        assert of.loc["gap", side] == pytest.approx(slowest - of.loc[PLACE.policy.reference, side])
