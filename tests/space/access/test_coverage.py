"""Covered, not covered or unknown, and why: every cause by a street drawn for it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.community.drawn import bare, building, entrance, facility, home, walk, willow
from tests.space.street import covered, gate, ground, people_of, state, street

from renlin.community.assembly import flight_length
from renlin.space.access.coverage import COLUMNS, cover, responder, service

CATALOGUE = willow().catalogue
CHAIR = "wheelchair_pushed"
COVERED = ("covered", "")


class TestTimesByHand:
    def test_an_adult_walks_two_flights_the_hall_the_door_and_the_street(self):
        row = covered(street(), ("p", "h", "adult")).loc["p"]
        kind, number = CATALOGUE.classes["adult"], CATALOGUE.number
        stairs = 2 * flight_length(number) / kind.speed_down.value
        level = number("hall_length") + number("threshold_length") + 4 + 100
        expected = stairs + level / kind.speed_level.value
        assert row["time_optimistic"] == row["time_pessimistic"] == pytest.approx(expected)
        assert row["state"] == "covered"
        assert row["walk_m"] == pytest.approx(level + 2 * flight_length(number))
        assert row["straight_m"] == pytest.approx(np.hypot(100, 4))
        assert (row["facility"], row["limit"]) == ("s", 600.0)

    def test_a_hair_within_the_limit_is_covered_and_a_hair_beyond_is_not(self):
        row = covered(street(), ("p", "h", "adult")).loc["p"]
        pace = CATALOGUE.classes["adult"].speed_level.value
        spare = (600.0 - row["time_pessimistic"]) * pace
        for metres, expected in ((spare - 0.01, "covered"), (spare + 0.01, "not_covered")):
            way = [walk("street", (0, 0), (100 + metres, 0))]
            shelter = facility("s", "shelter", 100 + metres, 0)
            assert state(street(way=way, facilities=[shelter]))[0] == expected

    def test_who_comes_to_the_residents_walks_as_an_adult_and_climbs(self):
        place = street(facilities=[facility("m", "micro_station", 100, 0)])
        row = covered(place, ("p", "h", CHAIR), kind="micro_station").loc["p"]
        kind = responder(CATALOGUE)
        up = 2 * flight_length(CATALOGUE.number) / kind.speed_up.value
        assert row["time_pessimistic"] == pytest.approx(up + 108 / kind.speed_level.value)
        assert row["state"] == "covered"


class TestCauses:
    def test_too_far_in_a_straight_line(self):
        assert state(
            street(way=[walk("w", (0, 0), (900, 0))], facilities=[facility("s", "shelter", 900, 0)])
        ) == (
            "not_covered",
            "too_far",
        )

    def test_too_far_on_foot_though_near_on_paper(self):
        around = [walk("w", (0, 0), (0, -450), (100, -450), (100, 0))]
        row = covered(street(way=around), ("p", "h", "adult")).loc["p"]
        assert (row["state"], row["reason"]) == ("not_covered", "too_far")
        assert row["paper_m"] < 105
        assert row["walk_m"] > 1000

    def test_stairs(self):
        assert state(street(), CHAIR) == ("not_covered", "stairs")
        assert state(street(), CHAIR, household="g") == COVERED

    def test_not_step_free_at_the_door(self):
        place = street(entrances=[entrance("A-1", "A", 0, 4, steps=2)])
        assert state(place, CHAIR, household="g") == ("not_covered", "not_step_free")
        ramped = street(entrances=[entrance("A-1", "A", 0, 4, steps=2, ramp=True)])
        assert state(ramped, CHAIR, household="g") == COVERED

    def test_not_step_free_on_the_way(self):
        for facts in (
            {"steps": 3, "wheelchair": None},
            {"wheelchair": "no"},
            {"kind": "steps", "wheelchair": None},
        ):
            place = street(way=[walk("street", (0, 0), (100, 0), **facts)])
            assert state(place, CHAIR, household="g") == ("not_covered", "not_step_free"), facts

    def test_not_step_free_into_the_place_itself(self):
        place = street(
            spaces=[ground()],
            facilities=[facility("s", "shelter", 100, 0, space="square", step_free=False)],
        )
        assert state(place, CHAIR, household="g") == ("not_covered", "not_step_free")

    def test_too_narrow(self):
        place = street(way=[walk("street", (0, 0), (100, 0), width=0.7, wheelchair=None)])
        assert state(place, CHAIR, household="g") == ("not_covered", "too_narrow")
        assert state(place) == COVERED

    def test_too_narrow_where_things_are_stored_on_the_stair(self):
        place = street(entrances=[entrance("A-1", "A", 0, 4, stair_width=0.9, blocked_width=0.5)])
        assert state(place) == ("not_covered", "too_narrow")
        assert state(place, household="g") == COVERED

    def test_too_steep(self):
        place = street(way=[walk("street", (0, 0), (100, 0), slope=0.2, wheelchair=None)])
        assert state(place, CHAIR, household="g") == ("not_covered", "too_steep")
        assert state(place) == COVERED

    def test_gate_locked(self):
        assert state(street(gates=[gate(locked=True)])) == ("not_covered", "gate_locked")
        assert state(street(gates=[gate()])) == COVERED

    def test_gate_shut_at_the_hour_that_is_asked(self):
        place = street(gates=[gate(open_hours="06:00-22:00")])
        assert state(place, hour=2.0) == ("not_covered", "gate_locked")
        assert state(place, hour=12.0) == COVERED
        assert state(place) == COVERED

    def test_no_facility(self):
        assert state(street(facilities=[facility("s", "shelter", 100, 0, state="planned")])) == (
            "not_covered",
            "no_facility",
        )
        closed = street(facilities=[facility("s", "shelter", 100, 0, open_hours="08:00-17:00")])
        assert state(closed, hour=2.0) == ("not_covered", "no_facility")
        assert state(closed) == COVERED

    def test_the_first_obstacle_on_the_way_is_the_cause(self):
        stepped = [walk("street", (0, 0), (100, 0), steps=3, wheelchair="no")]
        assert state(street(way=stepped, gates=[gate(locked=True)]), CHAIR) == (
            "not_covered",
            "stairs",
        )
        assert (
            state(street(way=stepped, gates=[gate(locked=True)]), CHAIR, household="g")[1]
            == "not_step_free"
        )

    def test_distance_is_the_cause_where_it_would_stay_after_the_obstacle_is_gone(self):
        far = street(way=[walk("w", (0, 0), (0, -450), (100, -450), (100, 0))])
        assert state(far, CHAIR) == ("not_covered", "too_far")


def test_a_place_as_near_to_two_ways_joins_one_of_them_whatever_the_order_of_rows():
    around = walk("around", (60, 0), (60, -40), (160, -40), (160, 40), (100, 40))
    ways = [walk("south", (0, 0), (60, 0)), around, walk("stub", (100, 40), (110, 60))]
    between = [facility("s", "shelter", 60, 40)]
    times = [
        covered(street(way=order, facilities=between), ("p", "h", "adult")).loc[
            "p", "time_optimistic"
        ]
        for order in (ways, ways[::-1])
    ]
    assert times[0] == pytest.approx(times[1])


class TestUnknown:
    @pytest.mark.parametrize("unknown", ["width", "slope", "steps"])
    def test_an_attribute_nobody_measured_is_checked_on_site_and_no_pass(self, unknown):
        place = street(way=[walk("street", (0, 0), (100, 0), wheelchair=None, **{unknown: None})])
        row = covered(place, ("p", "g", CHAIR)).loc["p"]
        assert (row["state"], row["reason"]) == ("unknown", "check_on_site")
        assert row["time_optimistic"] <= 600 < row["time_pessimistic"]
        assert np.isnan(row["capacity_ratio"])

    def test_a_door_joined_by_rule_is_checked_on_site(self):
        place = street(buildings=[building("A", 0, 40)], entrances=[entrance("A-1", "A", 0, 40)])
        assert state(place) == ("unknown", "check_on_site")

    def test_a_gap_of_the_network_is_unknown(self):
        pieces = [walk("west", (0, 0), (40, 0)), walk("east", (60, 0), (100, 0))]
        assert state(street(way=pieces)) == ("unknown", "network_gap")

    def test_a_facility_off_the_network_is_unknown(self):
        assert state(street(facilities=[facility("s", "shelter", 50, 200)])) == (
            "unknown",
            "network_gap",
        )

    def test_who_cannot_leave_the_house_is_not_covered_whatever_the_map_lacks(self):
        pieces = [walk("west", (0, 0), (40, 0)), walk("east", (60, 0), (100, 0))]
        assert state(street(way=pieces), CHAIR) == ("not_covered", "stairs")
        assert state(street(way=pieces), CHAIR, household="g") == ("unknown", "network_gap")

    def test_a_near_facility_beyond_a_gap_is_unknown_though_another_is_too_far(self):
        ways = [walk("long", (0, 0), (0, -900)), walk("piece", (60, 0), (100, 0))]
        both = [facility("s", "shelter", 100, 0), facility("t", "shelter", 0, -900)]
        assert state(street(way=ways, facilities=both)) == ("unknown", "network_gap")

    def test_a_resident_without_address_or_storey_is_unknown(self):
        lost = {"household": "lost", "origin": "registered"}
        somewhere, dwelling = home("somewhere", "A-1", None)
        place = street(households=[lost, somewhere], dwellings=[dwelling], persons=[])
        rows = covered(place, ("p", "lost", "adult"), ("q", "somewhere", "adult"))
        assert rows["state"].tolist() == ["unknown", "unknown"]
        assert rows["reason"].tolist() == ["address_unknown", "floor_unknown"]
        assert rows[["time_optimistic", "time_pessimistic", "straight_m"]].isna().all(axis=None)

    def test_a_resident_without_address_is_unknown_too_where_no_facility_is(self):
        place = street(
            households=[{"household": "lost", "origin": "registered"}], dwellings=[], facilities=[]
        )
        assert state(place, household="lost") == ("unknown", "address_unknown")


def pair(number, helper, role="primary", agreed="2026-01-01"):
    return {
        "pair": f"p{number}",
        "household": "h",
        "helper": helper,
        "role": role,
        "agreed_on": agreed,
    }


def helpers(*strong):
    return [{"helper": f"w{n}", "kind": "neighbour", "strong": s} for n, s in enumerate(strong)]


class TestHelp:
    def carried(self, pairs, strong):
        return state(street(pairs=pairs, helpers=helpers(*strong)), CHAIR)

    def test_two_agreed_helpers_who_can_lift_carry_somebody_down(self):
        both = [pair(1, "w0"), pair(2, "w1", "second")]
        assert self.carried(both, (True, True)) == COVERED

    @pytest.mark.parametrize(
        ("pairs", "strong"),
        [
            ([pair(1, "w0")], (True, True)),
            ([pair(1, "w0"), pair(2, "w1", "second")], (True, False)),
            ([pair(1, "w0"), pair(2, "w1", "backup")], (True, True)),
            ([pair(1, "w0"), pair(2, "w0", "second")], (True,)),
        ],
    )
    def test_one_too_few_is_not_enough(self, pairs, strong):
        assert self.carried(pairs, strong) == ("not_covered", "stairs")

    def test_help_that_is_proposed_only_is_unknown(self):
        pairs = [pair(1, "w0"), pair(2, "w1", "second", agreed=None)]
        assert self.carried(pairs, (True, True)) == ("unknown", "help_proposed")

    def test_a_helper_of_unknown_strength_is_unknown(self):
        both = [pair(1, "w0"), pair(2, "w1", "second")]
        assert self.carried(both, (True, None)) == ("unknown", "help_proposed")

    def test_help_does_not_shorten_a_way(self):
        far = street(
            way=[walk("w", (0, 0), (900, 0))], facilities=[facility("s", "shelter", 900, 0)],
            pairs=[pair(1, "w0"), pair(2, "w1", "second")], helpers=helpers(True, True),
        )  # fmt: skip
        assert state(far, CHAIR) == ("not_covered", "too_far")

    def test_modes_of_those_who_need_no_help_are_alone(self):
        place = street(pairs=[pair(1, "w0")], helpers=helpers(True))
        modes = people_of(
            place, ("a", "h", "adult"), ("b", "h", "blind_guided"), ("c", "h", CHAIR)
        )["mode"]
        assert modes.tolist() == ["alone", "helped", "alone"]


class TestLifts:
    def test_who_comes_down_by_lift_only_is_unknown(self):
        assert state(street(), CHAIR, lifts=frozenset({"A-1"})) == ("unknown", "lift")
        assert state(street(), CHAIR, lifts=frozenset({"B-1"})) == ("not_covered", "stairs")

    def test_a_lift_does_not_take_away_the_steps_before_the_door(self):
        place = street(entrances=[entrance("A-1", "A", 0, 4, steps=2)])
        assert state(place, CHAIR, lifts=frozenset({"A-1"}))[0] == "not_covered"

    def test_who_walks_down_the_stairs_needs_no_lift(self):
        assert state(street(), lifts=frozenset({"A-1"})) == COVERED


class TestCapacity:
    def test_places_are_shared_among_all_who_surely_reach_them(self):
        rows = covered(
            street(capacity=3),
            ("a", "h", "adult"),
            ("b", "g", "adult"),
            ("c", "g", CHAIR),
            ("d", "h", CHAIR),
        )
        assert rows["capacity_ratio"].tolist() == [1.0, 1.0, 1.0, 0.0]

    def test_places_come_from_the_area_where_no_capacity_is_stated(self):
        place = street(facilities=[facility("s", "shelter", 100, 0, area=8.0)])
        per_person = CATALOGUE.facilities["shelter"].area_per_person.value
        assert covered(place, ("a", "h", "adult")).loc["a", "capacity_ratio"] == 8.0 // per_person

    def test_an_unknown_number_of_places_stays_unknown(self):
        place = street(facilities=[facility("s", "shelter", 100, 0)])
        row = covered(place, ("a", "h", "adult")).loc["a"]
        assert row["state"] == "covered"
        assert np.isnan(row["capacity_ratio"])

    def test_a_clinic_does_not_hold_people(self):
        place = street(facilities=[facility("s", "clinic", 100, 0, capacity=1)])
        rows = covered(place, ("a", "h", "adult"), ("b", "h", "adult"), kind="clinic")
        assert rows["capacity_ratio"].isna().all()


class TestFacilityChosen:
    def test_the_one_reached_soonest_and_the_one_nearest_on_paper_are_told_apart(self):
        around = [walk("w", (0, 0), (0, -400), (50, -400), (50, 0))]
        both = [facility("near", "shelter", 50, 0), facility("far", "shelter", 0, -300)]
        row = covered(street(way=around, facilities=both), ("p", "h", "adult")).loc["p"]
        assert (row["facility"], row["paper_facility"]) == ("far", "near")
        assert row["straight_m"] == pytest.approx(304.0)
        assert row["paper_m"] == pytest.approx(np.hypot(50, 4))
        assert row["walk_m"] < row["paper_walk_m"]

    def test_the_straight_line_is_never_longer_than_the_way(self):
        rows = covered(willow_like(), ("p", "h", "adult"), ("q", "g", "stick"))
        assert (rows["straight_m"] <= rows["walk_m"]).all()
        assert (rows["paper_m"] <= rows["straight_m"]).all()


def test_kinds_without_a_limit_are_no_service():
    unlimited = CATALOGUE.facilities["clinic"].model_copy(update={"walk_limit": None})
    without = replace(CATALOGUE, facilities={**CATALOGUE.facilities, "clinic": unlimited})
    assert service("clinic", street()["facilities"], without) is None
    assert service("clinic", street()["facilities"], CATALOGUE) is not None


def test_every_resident_has_one_row_with_the_columns_of_the_contract():
    place = street()
    offered = service("shelter", place["facilities"], CATALOGUE)
    table = cover(
        people_of(place, ("b", "h", "adult"), ("a", "g", CHAIR)), place.network, offered, CATALOGUE
    )
    assert tuple(table.columns) == COLUMNS
    assert table["person"].tolist() == ["a", "b"]


def test_nobody_gives_an_empty_table():
    place = street()
    people = people_of(place, ("b", "h", "adult")).iloc[:0]
    table = cover(
        people, place.network, service("shelter", place["facilities"], CATALOGUE), CATALOGUE
    )
    assert tuple(table.columns) == COLUMNS
    assert len(table) == 0


def willow_like():
    return street(way=[walk("w", (0, 0), (50, 20), (100, 0)), bare("x", (50, 20), (50, 60))])


def test_pandas_does_not_turn_storeys_into_text():
    rows = covered(street(), ("p", "h", "adult"))
    assert rows["floor"].dtype == pd.Int64Dtype()
