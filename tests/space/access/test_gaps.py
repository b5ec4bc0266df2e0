"""Where the walk network is in pieces, who lives there and how far the main part is."""

import pandas as pd
import pytest
from shapely import Point
from tests.community.drawn import X, Y, building, drawn, entrance, facility, walk, willow

from renlin.space.access.gaps import COLUMNS, network_gaps

CRS = "EPSG:32650"


def found(place, residents, least=20.0):
    return network_gaps(place.network, pd.Series(residents, dtype=float), CRS, least_length=least)


def court(distance=30.0, **rows):
    """Return a street, and a court ``distance`` metres north of it with two houses."""
    top = distance
    usual = {
        "walks": [walk("street", (0, 0), (200, 0)), walk("court", (60, top), (100, top))],
        "buildings": [building("A", 20, 4), building("B", 60, top + 4), building("C", 100, top + 4)],
        "entrances": [
            entrance("A-1", "A", 20, 4), entrance("B-1", "B", 60, top + 4), entrance("C-1", "C", 100, top + 4),
        ],
    }  # fmt: skip
    return drawn(**(usual | rows))


def test_the_gap_of_willow_by_hand():
    counted = {"A-1": 11, "B-1": 6, "C-1": 4}
    (row,) = found(willow(), counted).to_dict("records")
    assert (row["gap"], row["n_entrances"], row["persons"], row["bridged"]) == (
        "gap-0001",
        1,
        4,
        False,
    )
    assert row["distance_to_main"] == pytest.approx(58.3095, abs=1e-3)
    assert row["n_nodes"] == 8
    ends = [Point(corner) for corner in row["geometry"].coords]
    assert ends[0].equals(Point(X + 80, Y + 60))
    assert ends[1].equals(Point(X + 50, Y + 10))


def test_a_court_off_the_street_is_a_gap_with_its_residents_and_a_line_to_the_street():
    (row,) = found(court(), {"A-1": 3, "B-1": 5, "C-1": 7}).to_dict("records")
    assert (row["persons"], row["n_entrances"]) == (12, 2)
    assert row["distance_to_main"] == pytest.approx(30.0, abs=1.0)
    assert row["geometry"].length == pytest.approx(row["distance_to_main"])
    assert row["length"] == pytest.approx(40 + 2 * (4 + 4 + 4 * 3.707269), abs=0.01)


def test_one_network_has_no_gap():
    whole = court(walks=[walk("street", (0, 0), (200, 0)), walk("court", (60, 30), (60, 0))],
                  buildings=[building("A", 20, 4)], entrances=[entrance("A-1", "A", 20, 4)])  # fmt: skip
    table = found(whole, {})
    assert tuple(table.columns) == COLUMNS
    assert len(table) == 0


def test_a_door_that_a_rule_has_joined_is_a_gap_that_is_bridged():
    place = drawn(
        walks=[walk("street", (0, 0), (200, 0))],
        buildings=[building("A", 20, 40)],
        entrances=[entrance("A-1", "A", 20, 40)],
    )
    (row,) = found(place, {"A-1": 9}).to_dict("records")
    assert (row["persons"], row["bridged"]) == (9, True)
    indoors = 4 + 4 * 3.707269
    assert row["length"] == pytest.approx(indoors, abs=0.01)


def test_a_short_piece_where_nobody_lives_is_left_out():
    place = court(
        walks=[walk("street", (0, 0), (200, 0)), walk("stub", (60, 50), (70, 50))],
        buildings=[building("A", 20, 4)], entrances=[entrance("A-1", "A", 20, 4)],
    )  # fmt: skip
    assert len(found(place, {})) == 0
    assert len(found(place, {}, least=5.0)) == 1


def test_the_piece_with_most_residents_comes_first():
    place = court(
        buildings=[building("A", 20, 4), building("B", 60, 34), building("D", 20, -90)],
        entrances=[entrance("A-1", "A", 20, 4), entrance("B-1", "B", 60, 34), entrance("D-1", "D", 20, -90)],
        walks=[walk("street", (0, 0), (200, 0)), walk("court", (60, 30), (100, 30)), walk("south", (20, -94), (60, -94))],
    )  # fmt: skip
    assert found(place, {"B-1": 2, "D-1": 30})["persons"].tolist() == [30, 2]


def test_a_facility_on_an_island_is_a_node_of_it():
    place = court(facilities=[facility("s", "shelter", 80, 30)])
    assert found(place, {})["n_nodes"].iloc[0] == found(court(), {})["n_nodes"].iloc[0] + 1


def test_an_empty_map_has_no_gaps():
    assert len(found(drawn(), {})) == 0
