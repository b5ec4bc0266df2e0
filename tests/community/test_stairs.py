"""A stair is walked flight by flight, below ground too, and its length is that of its slope."""

import numpy as np
import pandas as pd
import pytest
from tests.community.drawn import building, drawn, entrance, walk, willow

from renlin.community.assembly import flight_length, flight_steps

NUMBER = willow().catalogue.number


def stair(*floors, **facts):
    """Return the network of one unit in which somebody lives on each of ``floors``."""
    dwellings = [
        {"dwelling": f"d{n}", "entrance": "A-1", "floor": floor, "door": str(n)}
        for n, floor in enumerate(floors)
    ]
    return drawn(
        walks=[walk("lane", (0, 0), (20, 0))],
        buildings=[building("A", 10, 4, floors=facts.pop("storeys", None))],
        entrances=[entrance("A-1", "A", 10, 4, **facts)],
        dwellings=dwellings,
    ).network


def flights(network):
    return network.links.loc[network.links["kind"] == "stair", "link"].tolist()


def test_a_flight_is_half_a_storey_along_the_slope_and_its_landing():
    rise = NUMBER("storey_height") / 2
    run = rise * NUMBER("stair_tread") / NUMBER("stair_riser")
    assert flight_length(NUMBER) == pytest.approx(np.hypot(rise, run) + NUMBER("landing_length"))
    assert flight_steps(NUMBER) == round(rise / NUMBER("stair_riser"))


def test_storeys_are_those_of_the_stair_else_of_the_house_else_lived_on():
    assert len(flights(stair(1, floors=4, storeys=6))) == 2 * 3
    assert len(flights(stair(1, storeys=6))) == 2 * 5
    assert len(flights(stair(3))) == 2 * 2
    assert len(flights(stair(1))) == 0


def test_somebody_above_the_stated_roof_still_has_a_way_down():
    assert ("A-1", 5) in stair(5, floors=3).landing_of


def test_residents_below_ground_climb_to_the_hall():
    network = stair(-2, 1, floors=2)
    assert [floor for _, floor in network.landing_of] == [2, 1, -1, -2]
    lower = network.links.set_index("link").loc["stair/A-1/-1/2"]
    assert lower["target"] == network.landing_of["A-1", -2]
    hall = network.links.set_index("link").loc["hall/A-1"]
    assert hall["origin"] == network.landing_of["A-1", 1]


def test_a_storey_0_exists_only_where_somebody_lives_on_it():
    assert ("A-1", 0) not in stair(-1, 1).landing_of
    network = stair(0, 1)
    assert network.landing_of["A-1", 0] != network.node_of["entrances", "A-1"]


def test_flights_below_the_lowest_dwellings_are_walked_too():
    straight, raised = stair(1, floors=1), stair(1, floors=1, storeys_drop=2)
    assert len(flights(straight)) == 0
    assert flights(raised) == ["stair/A-1/1/3", "stair/A-1/1/4"]
    hall = raised.links.set_index("link").loc["hall/A-1"]
    assert hall["origin"] != raised.landing_of["A-1", 1]


def test_things_stored_on_the_stair_narrow_every_flight():
    width = stair(2, stair_width=1.2, blocked_width=0.5).links.set_index("link")["width"]
    assert width["stair/A-1/2/1"] == pytest.approx(0.7)


def test_a_stair_nobody_has_measured_stays_unknown():
    width = stair(2, stair_width=None, blocked_width=0.5).links.set_index("link")["width"]
    assert pd.isna(width["stair/A-1/2/1"])


def test_nodes_of_doors_and_facilities_are_found_by_their_keys():
    network = willow().network
    assert set(network.node_of) == {
        *(("entrances", unit) for unit in ("A-1", "B-1", "C-1")),
        *(("facilities", name) for name in ("ground-shelter", "clinic")),
    }
