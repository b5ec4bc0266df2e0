"""The ground of a micro check is cut as the map has it, and what cannot work is refused."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, box
from tests.simulation import court, narrow

from renlin.errors import SchemeFault
from renlin.simulation.micro.flight import lay_flight
from renlin.simulation.micro.naming import links_named
from renlin.simulation.micro.passage import Axis
from renlin.simulation.micro.placing import ELBOW, free_place, places
from renlin.simulation.micro.refusal import refusals
from renlin.simulation.micro.spot import clip, connected, enclose
from renlin.simulation.network import lay_out

X, Y = 500100.0, 3500000.0  # the east gate: 2 m in a lane of 4 m that leads east


def cut(place=None, spot="gates/east", *, forward=True, radius=20.0):
    place = place or court.willow()
    ground = lay_out(place)
    link = int(links_named(place, ground, spot)[0])
    return clip(place, ground, link, forward=forward, radius=radius)


def with_building(*shapes):
    place = court.willow()
    table = place["buildings"]
    row = table.iloc[[0]]
    more = [row.assign(building=f"x{n}", geometry=[shape]) for n, shape in enumerate(shapes)]
    every = gpd.GeoDataFrame(pd.concat([table, *more], ignore_index=True), crs=table.crs)
    return place.with_tables(buildings=every)


def with_space(shape):
    place = court.willow()
    table = place["spaces"]
    more = table.iloc[[0]].assign(space="yard", geometry=[shape])
    every = gpd.GeoDataFrame(pd.concat([table, more], ignore_index=True), crs=table.crs)
    return place.with_tables(spaces=every)


def columns(caught):
    return [fault.column for fault in caught.value.faults]


def test_the_east_gate_is_two_metres_of_a_lane_of_four():
    spot = cut()

    assert spot.code == "gates/east"
    assert spot.width == pytest.approx(2.0)
    assert spot.walkable.area == pytest.approx(4.0 * 40.0 - 2.0 * 0.5, abs=1.0)
    assert (spot.left_out, spot.assumed) == (0.0, False)


@pytest.mark.parametrize(("forward", "side"), [(True, 1.0), (False, -1.0)])
def test_people_wait_before_the_gate_and_leave_six_metres_behind_it(forward, side):
    spot = cut(forward=forward)

    assert side * (spot.behind.exit.centroid.x - X) > 6.0
    assert side * (spot.before.waits.centroid.x - X) < 0.0
    assert spot.behind.exit.distance(spot.passage) == pytest.approx(6.0)
    assert spot.before.enters.distance(spot.passage) > spot.before.waits.distance(spot.passage)


def test_nobody_can_walk_round_a_gate_through_the_yard_beside_it():
    spot = cut(with_space(box(X - 10, Y - 10, X + 10, Y + 10)))

    assert spot.width == pytest.approx(2.0)
    assert len(spot.walkable.difference(spot.passage.buffer(0.01)).geoms) == 2


def test_a_building_takes_its_footprint_from_the_passage():
    assert cut(with_building(box(X - 5, Y + 0.5, X + 5, Y + 5))).width == pytest.approx(1.5)


def test_a_lane_drawn_through_a_building_is_an_archway():
    across = box(X - 9, Y - 5, X - 6, Y + 5)

    assert cut(with_building(across)).walkable.area == pytest.approx(cut().walkable.area, abs=0.1)


def test_ground_that_is_not_connected_is_left_out_and_told():
    spot = cut(with_space(box(X - 10, Y + 6, X - 5, Y + 10)))

    assert spot.left_out == pytest.approx(20.0)
    assert spot.walkable.area == pytest.approx(cut().walkable.area, abs=0.01)


def test_of_two_disjoint_parts_the_one_with_the_spot_is_kept():
    ground = MultiPolygon([box(0, 0, 2, 2), box(5, 0, 10, 2)])

    kept, left_out = connected(ground, Point(1, 1))

    assert (kept.area, left_out) == (4.0, 10.0)


def test_a_lane_that_ends_behind_the_spot_is_refused_by_name():
    with pytest.raises(SchemeFault) as caught:
        cut(spot="path-a#1")

    assert columns(caught) == ["walkable"]
    assert caught.value.faults[0].place == "walks/path-a"


def test_two_parts_without_a_passage_are_refused_on_both_sides():
    apart = box(-20, -2, -5, 2)

    with pytest.raises(SchemeFault) as caught:
        enclose(
            "gates/test", "gate/test", apart, Axis(0.0, 0.0, 1.0, 0.0), 0.5, MultiPolygon(),
            run_out=6.0, assumed=False, left_out=60.0,
        )  # fmt: skip

    assert columns(caught) == ["walkable", "walkable"]


@pytest.mark.parametrize("radius", [19.9, 60.1])
def test_a_spot_is_twenty_to_sixty_metres(radius):
    with pytest.raises(SchemeFault) as caught:
        cut(radius=radius)

    assert columns(caught) == ["radius"]


def test_an_exit_in_the_door_is_refused_when_the_spot_is_laid_out():
    with pytest.raises(SchemeFault) as caught:
        narrow.gate(2.4, run_out=2.9)

    assert columns(caught) == ["micro_exit_distance"]


def test_an_exit_moved_into_the_door_is_refused_before_a_run():
    spot = narrow.gate(2.4)
    moved = replace(spot, behind=replace(spot.behind, exit=spot.passage))

    assert [f.column for f in refusals(moved, narrow.crowd(10))] == ["exit"]


def test_a_disc_of_044_never_passes_a_door_of_090_and_one_of_040_does():
    door = narrow.gate(0.9)

    assert [f.column for f in refusals(door, narrow.crowd(3, radius=0.44))] == ["radius"]
    assert refusals(door, narrow.crowd(3, radius=0.40)) == []


def test_everything_that_would_fail_is_told_at_once():
    crowd = narrow.crowd(1001, radius=0.44)
    crowd.speed[0] = np.nan

    told = refusals(narrow.gate(0.9), crowd)

    assert sorted(str(fault.column) for fault in told) == ["persons", "radius", "walkers"]


def test_a_thousand_walkers_are_no_fault():
    assert refusals(narrow.gate(2.4), narrow.crowd(1000)) == []


def test_a_flight_is_as_long_as_its_slope_and_as_wide_as_its_stair():
    place = court.willow()
    ground = lay_out(place)
    link = int(links_named(place, ground, "stair/A-1/2/1")[0])

    spot = lay_flight(place, ground, link)

    assert spot.code == "entrances/A-1"
    assert spot.width == pytest.approx(ground.width[link])
    assert spot.flight.area == pytest.approx(court.FLIGHT * ground.width[link])
    assert spot.behind.exit.distance(spot.flight) > 3.0


def test_a_lane_of_steps_is_walked_at_stair_speed():
    place = court.willow()
    walks = place["walks"].copy()
    walks.loc[walks["walk"] == "main-east", "steps"] = 60

    assert cut(place.with_tables(walks=walks)).flight.area > 50.0
    assert cut().flight.is_empty


@pytest.mark.parametrize(
    ("spot", "first"),
    [
        ("gates/east", "gate/east"),
        ("east", "gate/east"),
        ("ground", "main-east#10"),
        ("stair/A-1/3/2", "stair/A-1/3/2"),
    ],
)
def test_a_spot_is_found_by_its_key_or_by_the_name_of_a_link(spot, first):
    place = court.willow()
    ground = lay_out(place)

    assert ground.walks.links["link"].iloc[links_named(place, ground, spot)[0]] == first


def test_an_unknown_spot_is_refused_with_the_nearest_one():
    place = court.willow()

    with pytest.raises(SchemeFault, match="Did you mean gates/east"):
        links_named(place, lay_out(place), "gates/est")


@settings(max_examples=25, deadline=None)
@given(radius=st.floats(0.15, 0.45), width=st.floats(1.0, 5.0))
def test_those_who_wait_touch_nobody_and_no_wall(radius, width):
    spot = narrow.gate(width)

    at = places(spot.before.waits, spot.walkable, spot.axis, radius)

    gap = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)) + np.eye(len(at)) * 9.0
    assert gap.min() >= 2.0 * radius + ELBOW - 1e-9
    assert all(spot.walkable.buffer(-radius).covers(Point(*place)) for place in at)
    assert (np.diff(np.hypot(*at.T).round(6)) >= 0.0).all()


def test_a_place_somebody_stands_on_is_not_free():
    choice = np.array([[0.0, 0.0], [3.0, 0.0]])

    assert free_place(choice, choice[:1], 0.0, 0.2).tolist() == [3.0, 0.0]
    assert free_place(choice, choice, 0.7, 0.2) is None
    assert free_place(choice[:0], choice, 0.7, 0.2) is None
