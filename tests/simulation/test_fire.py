"""A fire in the stair of building A: smoke climbs, slows, harms, and shuts the stair."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.simulation import court

from renlin.simulation.event import resolve
from renlin.simulation.fire import dose_rate, smoke_arrival, smoke_factor
from renlin.simulation.network import lay_out
from renlin.simulation.population import residents
from renlin.simulation.routing import UNHELPED_BIT
from renlin.simulation.scene import limits_of, scene

FIRE = court.scenario("stair_fire", 14.0, places={"entrance": "A-1"})


def _frames(fire):
    """Return link -> keyframes as (time, speed, closed, barrier)."""
    place = court.willow()
    ground = lay_out(place)
    who = residents(place, court.needs())
    made = scene(place, ground, limits_of(place, ground, who), who, fire)
    hazards = made.strike(None).hazards
    found = {}
    for row, name in enumerate(ground.walks.links["link"]):
        part = slice(hazards.start[row], hazards.start[row + 1])
        found[name] = list(
            zip(hazards.time[part], hazards.speed[part], hazards.closed[part],
                hazards.barrier[part], strict=True)
        )  # fmt: skip
    return found


def test_smoke_climbs_storey_by_storey_and_sinks_more_slowly():
    event = resolve(FIRE, court.willow().catalogue)
    start, up, down = (event.number(f"smoke_{n}") for n in
                       ("start", "rise_per_floor", "sink_per_floor"))  # fmt: skip
    assert smoke_arrival(event, 2, 2) == start
    assert smoke_arrival(event, 4, 2) == start + 2 * up
    assert smoke_arrival(event, 1, 2) == start + down


def test_a_flight_is_lost_when_its_tenable_time_is_over_and_opens_with_the_first_water():
    event = resolve(FIRE, court.willow().catalogue)
    frames = _frames(FIRE)["stair/A-1/3/1"]
    arrival = event.number("smoke_start") + event.number("smoke_rise_per_floor")
    lost = [float(time) for time, _, closed, _ in frames if closed == 3]
    assert lost == [arrival + event.number("tenable_time")]
    steps = ("fire_service_notice", "fire_service_turnout", "fire_service_arrival", "first_water")
    catalogue = court.willow().catalogue
    from_gate = 90.0 + catalogue.number("gate_depth")  # too narrow for the engine: on foot
    inside = from_gate / catalogue.classes["adult"].speed_level.value
    cleared = event.number("detection_with_alarm") + sum(event.number(s) for s in steps) + inside
    time, speed, closed, _ = frames[-1]
    assert (float(time), closed) == (pytest.approx(cleared), 0)
    assert float(speed) == pytest.approx(event.number("smoke_cleared_share"))


def test_thick_smoke_keeps_out_who_goes_without_help_before_the_stair_is_lost():
    frames = _frames(FIRE)["stair/A-1/2/1"]
    barred = [float(time) for time, _, closed, bits in frames if bits and closed == 0]
    lost = next(float(time) for time, _, closed, _ in frames if closed == 3)
    event = resolve(FIRE, court.willow().catalogue)
    visibility_three = (2.0 / 3.0) / event.number("extinction_ramp")
    assert barred[0] == pytest.approx(event.number("smoke_start") + visibility_three)
    assert barred[0] < lost
    assert all(bits in (0, UNHELPED_BIT) for _, _, _, bits in frames)


def test_other_stairs_and_lanes_stay_clear():
    frames = _frames(FIRE)
    assert frames["stair/B-1/2/1"] == []
    assert frames["gate/east"] == []


def test_who_leaves_before_the_smoke_gets_out_and_who_leaves_later_does_not():
    place = court.plain()
    found = court.run(place, FIRE, who=court.only("zhou-2", "wang"))
    assert court.person(found, "zhou-2")["arrived_share"] == 1.0
    late = {**place.catalogue.premovement, "fire_same_stair": court.point(600.0)}
    slow = replace(place, catalogue=replace(place.catalogue, premovement=late))
    short = court.scenario("stair_fire", 14.0, horizon=900.0, places={"entrance": "A-1"})
    row = court.person(court.run(slow, short, who=court.only("zhou-2")), "zhou-2")
    assert (row["arrived_share"], row["reason"]) == (0.0, "stair_closed")


def test_without_an_alarm_the_fire_is_noticed_later():
    place = court.plain()
    silent = place.with_tables(sensors=place["sensors"].iloc[:0])
    found = court.run(place, FIRE, schemes={"silent": silent}, who=court.only("wang"))
    base, later = (court.person(found, "wang", code)["mean_time"] for code in ("base", "silent"))
    kind = place.catalogue.scenarios["stair_fire"].parameters
    gap = kind["detection_without_alarm"].value - kind["detection_with_alarm"].value
    assert later - base == pytest.approx(gap, abs=1.0)


def test_only_buildings_within_the_radius_are_called_out():
    near = court.scenario("stair_fire", 14.0, places={"entrance": "A-1"}, leave_radius=5.0)
    found = court.run(court.plain(), near, who=court.only("zhou-2", "wang"))
    row = court.person(found, "wang")
    assert (row["reason"], row["mean_time"], row["arrived_share"]) == ("sheltered", 0.0, 1.0)
    assert court.person(found, "zhou-2")["mean_time"] > 0


def test_speed_in_smoke_falls_by_fridolf_to_its_floor():
    catalogue = court.willow().catalogue
    free = catalogue.classes["adult"].speed_down.value
    assert smoke_factor(3.0, catalogue) == 1.0
    assert smoke_factor(2.0, catalogue) == pytest.approx((free - 0.34) / free)
    assert smoke_factor(0.1, catalogue) == pytest.approx(0.2 / free)


def test_dose_follows_purser_and_grows_with_smoke():
    place = court.willow()
    event = resolve(FIRE, place.catalogue)
    c = 2.0 * event.number("co_ppm_per_extinction")
    percent = 2.0 * event.number("co2_percent_per_extinction")
    by_hand = 4.607e-7 * c**1.036 * np.exp(0.193 * percent + 2.0004) / 7.1
    assert dose_rate(2.0, event, place.catalogue) == pytest.approx(by_hand)
    assert dose_rate(4.0, event, place.catalogue) > 2 * dose_rate(2.0, event, place.catalogue)


def test_time_in_the_burning_stair_counts_as_unsafe():
    found = court.run(court.plain(), FIRE, who=court.only("zhou-2", "wang"))
    rows = found.groups.table.query("display == 'all'")
    assert (rows["unsafe_time"] > 0).all()
    other = court.run(court.plain(), FIRE, who=court.only("wang")).groups.table
    assert (other.query("display == 'all'")["unsafe_time"] == 0).all()
