"""Triggers about ways, gates, shelters and inspections: case, mirror and threshold of each."""

import numpy as np
import pytest
from tests.community.drawn import facility, walk
from tests.governance.planted import evidence, needs_of, profile, street

from renlin.governance.triggers import TRIGGERS

PEOPLE = (profile("p-h", "h"), profile("p-g", "g"))


def hits(code, place=None, *, least=1.0, **tables):
    place = place or street()
    found = TRIGGERS[code](evidence(place, needs_of(place, *PEOPLE), **tables), least)
    return {hit.place: hit.persons for hit in found}


def point(cause, **more):
    return {
        "point": "p1", "entrance": "A-1", "cause": cause, "unserved": 1, "unknown": 0,
        "display_worst": "wheelchair", **more,
    }  # fmt: skip


def cover(**more):
    return {
        "person": "p-h", "service": "shelter", "entrance": "A-1", "state": "not_covered",
        "time_optimistic": 1000.0, "capacity_ratio": 1.0, **more,
    }  # fmt: skip


def inspection(kind, **more):
    return {
        "building": "A", "hazard": "x", "kind": kind, "place_table": "buildings", "place": "A",
        "measure": np.nan, "rate": 0.9, "closed": False, **more,
    }  # fmt: skip


# coverage


@pytest.mark.parametrize(
    ("seconds", "cause", "found"),
    [
        (1000.0, "too_far", {"A-1": 1}), (900.0, "too_far", {}), (np.nan, "no_facility", {"A-1": 1}),
        (1000.0, "stairs", {}),
    ],
)  # fmt: skip
def test_a_shelter_is_called_for_where_the_way_is_longer_than_a_quarter_of_an_hour(
    seconds, cause, found
):
    tables = {"space_points": [point(cause)], "space_coverage": [cover(time_optimistic=seconds)]}
    assert hits("gap_too_far", least=900.0, **tables) == found


def test_the_way_to_another_service_calls_for_no_shelter():
    rows = [cover(service="clinic"), cover(time_optimistic=100.0)]
    assert (
        hits("gap_too_far", least=900.0, space_points=[point("too_far")], space_coverage=rows) == {}
    )


@pytest.mark.parametrize(
    ("ratio", "least", "found"), [(0.5, 1.0, {"A-1": 1}), (1.0, 1.0, {}), (0.5, 2.0, {}), (0.0, 2.0, {"A-1": 1})]
)  # fmt: skip
def test_room_is_called_for_where_more_ask_than_a_shelter_holds(ratio, least, found):
    rows = [cover(state="covered", capacity_ratio=ratio)]
    assert hits("gap_full", least=least, space_points=[point("full")], space_coverage=rows) == found


# gates and ways out


def shut(place, rule="locked_at_night", state="found"):
    return {
        "contradiction": f"{rule}:{place}", "space": place, "rule": rule, "state": state,
        "offered": 0.0, "persons": 7,
    }  # fmt: skip


def test_a_gate_that_is_shut_at_night_and_all_there_is_calls_for_opening():
    place = street(gate={"open_hours": "05:00-23:00"})
    assert hits("gate_locked_in_need", place, least=1.5, space_contradictions=[shut("east")]) == {
        "east": 2
    }


def test_a_gate_beside_which_there_is_a_short_way_round_does_not():
    """The way round past the gate is 20 m longer: 100 m against 120 m from A, ratio below 1.5."""
    place = street(
        gate={"open_hours": "05:00-23:00"},
        walks=[
            walk("lane", (0, 0), (30, 0), (60, 0), (100, 0), kind="lane", width=4.0),
            walk("round", (40, 0), (40, 10), (80, 10), (80, 0)),
            walk("path-a", (0, 0), (0, 10)), walk("path-b", (30, 0), (30, 10)),
        ],
    )  # fmt: skip
    case = ("gate_locked_in_need", place)
    assert hits(*case, least=1.5, space_contradictions=[shut("east")]) == {}
    assert hits(*case, least=1.1, space_contradictions=[shut("east")]) == {"east": 2}


def test_a_gate_always_locked_is_measured_against_itself_open():
    place = street(gate={"locked": "yes"})
    assert hits("gate_locked_in_need", place, least=1.5, space_contradictions=[shut("east")]) == {
        "east": 2
    }


def test_a_ground_shut_at_night_calls_for_opening_and_one_of_unknown_hours_does_not():
    assert hits("gate_locked_in_need", space_contradictions=[shut("ground")]) == {"ground": 7}
    assert hits("gate_locked_in_need", space_contradictions=[shut("ground", state="no_data")]) == {}
    assert (
        hits("gate_locked_in_need", space_contradictions=[shut("ground", rule="no_manager")]) == {}
    )


def test_a_second_way_out_is_called_for_on_the_lane_several_doors_hang_on():
    """Both doors hang on the lane from 30 m to the shelter; each own path never counts."""
    found = hits("single_exit")
    assert found["lane"] == 2
    assert "path-a" not in found
    assert "path-b" not in found


def test_a_ring_and_two_shelters_leave_no_single_way_out():
    place = street(
        walks=[
            walk("lane", (-100, 0), (0, 0), (30, 0), (100, 0), kind="lane", width=4.0),
            walk("path-a", (0, 0), (0, 10)), walk("path-b", (30, 0), (30, 10)),
        ],
        facilities=[
            facility("s", "shelter", 100, 0, step_free="yes"),
            facility("t", "shelter", -100, 0, step_free="yes"),
        ],
    )  # fmt: skip
    assert hits("single_exit", place) == {}


def test_without_any_shelter_no_link_is_the_way_out():
    assert hits("single_exit", street(facilities=[])) == {}


def test_more_links_than_stand_between_a_door_and_the_shelter_call_for_nothing():
    assert hits("single_exit", least=1000.0) == {}


# inspections


def test_wiring_as_bad_as_the_threshold_is_to_be_renewed():
    least = 0.714286
    case = ("wiring_risk_high",)
    assert hits(*case, least=least, space_inspections=[inspection("wiring", rate=0.72)]) == {"A": 1}
    assert hits(*case, least=least, space_inspections=[inspection("wiring", rate=0.70)]) == {}
    assert hits(*case, least=least, space_inspections=[inspection("wiring", closed=True)]) == {}
    assert hits(*case, least=least, space_inspections=[inspection("drainage")]) == {}


def test_a_cluttered_stair_is_to_be_cleared_and_one_put_right_is_not():
    row = inspection("stair_clutter", place_table="entrances", place="A-1")
    assert hits("stair_cluttered", space_inspections=[row]) == {"A-1": 1}
    assert hits("stair_cluttered", space_inspections=[{**row, "closed": True}]) == {}
    assert hits("stair_cluttered", space_inspections=[{**row, "rate": 0.0}]) == {}
    assert hits("stair_cluttered", space_inspections=[row], least=2.0) == {}


@pytest.mark.parametrize(
    ("measure", "rate", "found"),
    [(3.0, 0.5, {"lane": 2}), (4.0, 0.0, {}), (np.nan, 0.5, {"lane": 2}), (np.nan, np.nan, {})],
)
def test_a_fire_lane_is_to_be_cleared_below_four_metres_or_as_graded(measure, rate, found):
    rows = [
        inspection("fire_lane_blocked", building=b, place_table="walks", place="lane",
                   measure=measure, rate=rate)
        for b in "AB"
    ]  # fmt: skip
    assert hits("fire_lane_blocked", least=4.0, space_inspections=rows) == found


def test_a_lane_drawn_too_narrow_is_told_once_and_by_the_threshold():
    drawn = shut("lane", rule="fire_lane_narrow") | {"offered": 3.5}
    rows = [inspection("fire_lane_blocked", place_table="walks", place="lane", measure=3.0)]
    assert hits("fire_lane_blocked", least=4.0, space_contradictions=[drawn]) == {"lane": 7}
    assert hits("fire_lane_blocked", least=3.0, space_contradictions=[drawn]) == {}
    both = {"space_contradictions": [drawn], "space_inspections": rows}
    assert hits("fire_lane_blocked", least=4.0, **both) == {"lane": 1}


# shelters, supplies, the map


def load(**more):
    known = {"scheme": "base", "scenario": "quake", "facility": "s", "capacity": 50, "p95": 60.0}
    return {**known, **more}


@pytest.mark.parametrize(
    ("row", "least", "found"),
    [
        (load(), 1.0, {"s": 10}), (load(), 1.2, {}), (load(p95=50.0), 1.0, {}),
        (load(scheme="a"), 1.0, {}), (load(capacity=np.nan), 1.0, {}),
    ],
)  # fmt: skip
def test_a_shelter_is_over_its_capacity_by_the_95th_percentile_as_things_stand(row, least, found):
    assert hits("shelter_over_capacity", least=least, simulation_shelters=[row]) == found


def test_a_corner_of_supplies_is_called_for_where_fetching_takes_too_long():
    """From B 30 m along the lane and 10 m of path: 40 m to a point at 0 m, there and back."""
    near = street(facilities=[facility("d", "supply_point", 0, 0)])
    assert hits("supplies_far", near, least=300.0) == {}
    assert hits("supplies_far", near, least=30.0) == {"B": 1}
    assert hits("supplies_far", street(), least=300.0) == {"A": 1, "B": 1}


def test_a_piece_of_the_map_with_residents_is_to_be_walked():
    assert hits("network_gap", space_network_gaps=[{"gap": "g1", "persons": 4}]) == {"g1": 4}
    assert hits("network_gap", space_network_gaps=[{"gap": "g1", "persons": 0}]) == {}


# duties


def duty(status, phase="warn"):
    return {"hazard": "fire", "phase": phase, "status": status}


@pytest.mark.parametrize(
    ("status", "gap", "night"),
    [
        ("ok", {}, {}), ("gap", {"fire": 2}, {}), ("overlap", {"fire": 2}, {}),
        ("nobody_acts", {"fire": 2}, {}), ("over_load", {"fire": 2}, {}),
        ("no_deputy", {}, {"fire": 2}),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_duties_calls_for_the_list_or_for_deputies(status, gap, night):
    assert hits("duty_gap", governance_duties=[duty(status)]) == gap
    assert hits("night_gap", governance_duties=[duty(status)]) == night


def test_fewer_rows_than_asked_for_call_for_nothing():
    assert hits("duty_gap", governance_duties=[duty("gap")], least=2.0) == {}
    both = [duty("gap"), duty("overlap", "respond")]
    assert hits("duty_gap", governance_duties=both, least=2.0) == {"fire": 2}
