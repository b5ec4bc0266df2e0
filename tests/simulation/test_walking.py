"""One household walks from its door to the school yard: every second by hand."""

from __future__ import annotations

import pytest
from tests.simulation import court

DOWN_FROM_THIRD = 4 * court.FLIGHT / court.STAIRS
WAY = court.TO_SHELTER / court.LEVEL


def test_somebody_alone_takes_stairs_and_lanes_at_their_own_speed():
    found = court.run(court.plain(), court.quake(), who=court.only("zhou-2"))
    assert court.person(found, "zhou-2")["mean_time"] == pytest.approx(
        DOWN_FROM_THIRD + WAY, abs=1.0
    )


def test_the_phases_of_a_household_sum_to_its_time():
    who = court.only("zhou-1", "zhou-2")
    row = court.household(
        court.run(court.sure(), court.quake(), who=who, seeds=range(1)), "hu-zhou"
    )
    phases = ("premove", "wait", "prepare", "stairs", "lanes", "queue", "rest", "blocked")
    assert sum(row[f"{name}_p50"] for name in phases) == pytest.approx(row["p50"], abs=0.1)


def test_a_household_is_as_slow_as_its_slowest_and_walks_together():
    place = court.kind(court.plain(), "older", speed_level=court.point(0.5))
    found = court.run(place, court.quake(), who=court.only("he-1", "he-2"))
    times = [court.person(found, name)["mean_time"] for name in ("he-1", "he-2")]
    assert times[0] == times[1] == pytest.approx(court.TO_SHELTER / 0.5, abs=2.0)


def test_two_who_walk_together_are_slower_than_one_by_the_pair_factor():
    place = court.numbers(court.plain(), pair_speed_factor=0.8)
    found = court.run(place, court.quake(), who=court.only("he-1", "he-2"))
    assert court.person(found, "he-1")["mean_time"] == pytest.approx(WAY / 0.8, abs=1.0)


def test_an_infant_goes_in_arms_and_does_not_slow_the_household():
    place = court.kind(court.plain(), "child_infant", speed_level=court.point(0.1))
    found = court.run(place, court.quake(), who=court.only("sun-1", "sun-2", "sun-3"))
    times = {court.person(found, f"sun-{n}")["mean_time"] for n in (1, 2, 3)}
    assert len(times) == 1
    assert times.pop() == pytest.approx(WAY, abs=1.0)


def test_the_route_leads_from_the_door_of_the_flat_to_the_shelter():
    found = court.run(court.plain(), court.quake(), who=court.only("qian-1", "qian-2"))
    row = court.household(found, "hu-qian")
    links = row["route"].split(";")
    assert links[:3] == ["stair/A-1/2/1", "stair/A-1/2/2", "hall/A-1"]
    assert "gate/east" in links
    assert links[-1].startswith("inside/ground-shelter")
    assert row["destination"] == "ground-shelter"


def test_carried_volume_slows_by_the_published_factors():
    place = court.kind(court.plain(), "adult", carried_l=court.point(100.0, "l"))
    found = court.run(place, court.quake(), who=court.only("zhou-2"))
    large = place.catalogue.number("luggage_factor_large")
    assert court.person(found, "zhou-2")["mean_time"] == pytest.approx(
        DOWN_FROM_THIRD + WAY / large, abs=1.0
    )


def test_rests_on_the_way_add_their_number_times_their_length():
    rests = {"n_stops": court.point(3.0, "stops"), "dwell": court.point(40.0)}
    place = court.kind(court.plain(), "adult", **rests)
    found = court.run(place, court.quake(), who=court.only("zhou-2"))
    assert court.household(found, "hu-zhou")["rest_p50"] == pytest.approx(120.0)
    assert court.person(found, "zhou-2")["mean_time"] == pytest.approx(
        DOWN_FROM_THIRD + WAY + 120.0, abs=2.0
    )


def test_a_stranger_takes_all_rests_too_though_side_ways_cost_them_more():
    rests = {"n_stops": court.point(2.0, "stops"), "dwell": court.point(30.0)}
    place = court.kind(court.plain(), "newcomer", **rests)
    found = court.run(place, court.quake(), who=court.only("chen-1"))
    assert court.household(found, "hu-chen")["rest_p50"] == pytest.approx(60.0)
