"""Rescuers inside the community: they drive as far as lanes let them, then walk."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulation import court

from renlin.simulation.network import lay_out
from renlin.simulation.rescue import (
    BY_AMBULANCE,
    BY_ENGINE,
    approach,
    clear,
    entries,
    stopped,
    vehicle,
)

PLACE = court.willow()
CATALOGUE = PLACE.catalogue
ADULT = CATALOGUE.classes["adult"].speed_level.value
DRIVEN = CATALOGUE.number("rescue_speed_inside")
GATE = CATALOGUE.number("gate_depth")
DAY, NIGHT = 14.0, 1.0
A = "A-1"


def cells(*changes, place=PLACE):
    """Return Willow with some cells changed, each ``table/key/column`` and its value."""
    for at, value in changes:
        place = court.cell(place, *at.split("/"), value)
    return place


WIDE = ("gates/east/width", 4.0)


def arrive(place, *, kind=BY_ENGINE, hour=DAY, door=A):
    """Return the approach to one door, its ground and the link where the vehicle was left."""
    ground = lay_out(place)
    node = np.array([ground.walks.node_of["entrances", door]])
    car = vehicle(place.catalogue, kind)
    made = approach(ground, node, car, place.catalogue, hour)
    return made, ground, int(stopped(ground, made, place.catalogue)[0])


def test_where_the_gate_is_too_narrow_the_crew_walks_from_it():
    made, ground, at = arrive(PLACE)
    assert made.on_foot[0] == pytest.approx(90.0 + GATE)
    assert made.seconds[0] == pytest.approx((90.0 + GATE) / ADULT)
    assert ground.walks.links["place"][at] == "east"


def test_through_a_wide_gate_it_drives_to_the_path_and_is_near_enough_to_the_door():
    made, _, at = arrive(cells(WIDE))
    assert made.on_foot[0] == pytest.approx(10.0)
    assert made.seconds[0] == pytest.approx((80.0 + GATE) / DRIVEN + 10.0 / ADULT)
    assert CATALOGUE.number("rescue_at_door") >= 10.0
    assert at == -1


def test_parked_cars_stop_the_engine_and_let_the_ambulance_through():
    taken = cells(WIDE, ("walks/main-west/barrier", "parked_cars"))
    engine, ground, at = arrive(taken)
    assert ground.walks.links["place"][at] == "main-west"
    assert clear(ground)[at] == pytest.approx(4.0 * CATALOGUE.number("barrier_factor_parked_cars"))
    assert engine.on_foot[0] == pytest.approx(40.0)
    narrow = CATALOGUE.number("ambulance_lane_width")
    assert narrow <= clear(ground)[at]
    assert arrive(taken, kind=BY_AMBULANCE)[0].on_foot[0] == pytest.approx(10.0)


def test_steps_stop_a_vehicle_and_not_its_crew():
    made, ground, at = arrive(cells(WIDE, ("walks/main-west/steps", 3)))
    assert made.on_foot[0] == pytest.approx(40.0)
    assert ground.walks.links["place"][at] == "main-west"


def test_what_is_shut_at_the_hour_is_forced():
    day, night = arrive(cells(WIDE))[0], arrive(cells(WIDE), hour=NIGHT)[0]
    forced = CATALOGUE.number("gate_forced")
    assert night.seconds[0] - day.seconds[0] == pytest.approx(forced)


def test_a_lane_of_unknown_width_lets_vehicles_pass():
    assert arrive(cells(WIDE, ("walks/main-west/width", None)))[0].on_foot[0] == pytest.approx(10.0)


def test_on_a_public_road_vehicles_are_there_when_they_have_arrived():
    made, ground, _ = arrive(cells(("walks/main-west/kind", "road")))
    assert made.seconds[0] == pytest.approx(10.0 / ADULT)
    ends = ground.walks.links.query("place == 'main-west' and table == 'walks'")
    lanes = ends[ends["kind"] == "road"][["origin", "target"]].to_numpy()
    assert set(entries(ground, vehicle(CATALOGUE, BY_ENGINE))) == set(lanes.ravel())


def test_without_roads_and_gates_nobody_knows_where_they_come_in():
    place = PLACE.with_tables(gates=PLACE["gates"].iloc[:0])
    made, _, at = arrive(place)
    assert np.isnan(made.seconds[0])
    assert np.isnan(made.on_foot[0])
    assert at == -1


@settings(max_examples=25)
@given(st.lists(st.floats(0.8, 6.0), min_size=4, max_size=4), st.floats(0.0, 3.0))
def test_a_wider_lane_never_keeps_rescuers_longer(widths, more):
    at = ("gates/east", "walks/main-east", "walks/main-west", "walks/path-a")
    before = cells(*((f"{one}/width", width) for one, width in zip(at, widths, strict=True)))
    after = cells((f"{at[2]}/width", widths[2] + more), place=before)
    for kind in (BY_ENGINE, BY_AMBULANCE):
        first, second = (arrive(one, kind=kind)[0].seconds[0] for one in (before, after))
        assert second <= first + 1e-9


def test_the_ambulance_of_a_fall_comes_in_from_the_street():
    fall = court.scenario("personal_incident", DAY, horizon=86400.0)
    alone = court.without_staff(court.plain())
    narrow = court.run(court.pairs(alone), fall, who=court.only("lin"))
    wide = court.run(court.pairs(cells(WIDE, place=alone)), fall, who=court.only("lin"))
    first, second = (one.times["base", fall.code] for one in (narrow, wide))
    own = 1.0  # m/s of adults in the plain court
    lanes = 80.0 + GATE  # to the path of her stair
    saved = lanes / own - lanes / DRIVEN
    lin = list(narrow.person_ids).index("lin")
    assert (first - second)[:, lin] == pytest.approx(saved, abs=0.01)
