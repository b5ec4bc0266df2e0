"""Covered on paper only: inside the circle, not on foot."""

import numpy as np
import pytest
from tests.community.drawn import facility, home, walk, willow
from tests.space.street import covered, gate, street

from renlin.space.access.paper import COLUMNS, paper_only

CATALOGUE = willow().catalogue
CHAIR = "wheelchair_pushed"
AROUND = [walk("w", (0, 0), (0, -450), (100, -450), (100, 0))]


def listed(place, *people):
    coverage = covered(place, *people).reset_index()
    return paper_only(coverage, place["entrances"], CATALOGUE)


def test_near_in_a_straight_line_and_far_on_foot():
    (row,) = listed(street(way=AROUND), ("p", "g", "adult")).to_dict("records")
    kind = CATALOGUE.classes["adult"]
    assert (row["entrance"], row["display"], row["service"], row["facility"]) == (
        "A-1",
        "general",
        "shelter",
        "s",
    )
    assert row["straight_m"] == pytest.approx(np.hypot(100, 4))
    assert row["walk_m"] == pytest.approx(4 + 4 + 1000)
    assert row["time"] == pytest.approx(1008 / kind.speed_level.value)
    assert (row["radius"], row["limit"], row["persons"], row["unknown"]) == (500.0, 600.0, 1, 0)
    assert (row["state"], row["cause"]) == ("not_covered", "too_far")
    assert row["would_change_en"] == "a nearer place, or a vehicle"
    assert row["would_change_zh"] == "近处增设一处，或备车接送"


def test_covered_on_foot_is_no_paper():
    assert len(listed(street(), ("p", "h", "adult"))) == 0


def test_outside_the_circle_is_no_paper():
    away = street(way=[walk("w", (0, 0), (900, 0))], facilities=[facility("s", "shelter", 900, 0)])
    assert len(listed(away, ("p", "h", "adult"))) == 0


def test_what_stops_somebody_leaves_them_without_a_time():
    (row,) = listed(street(), ("p", "h", CHAIR)).to_dict("records")
    assert np.isinf(row["time"])
    assert row["walk_m"] == pytest.approx(108 + 2 * 3.707269, abs=1e-3)
    assert row["cause"] == "stairs"


def test_the_facility_is_the_one_whose_circle_it_is():
    both = [facility("near", "shelter", 100, 0), facility("far", "shelter", 0, -900)]
    ways = [*AROUND, walk("x", (0, -450), (0, -900))]
    (row,) = listed(street(way=ways, facilities=both), ("p", "g", "adult")).to_dict("records")
    assert row["facility"] == "near"
    assert row["straight_m"] < 101


def test_unknown_residents_are_listed_as_such_and_never_as_failing():
    pieces = [walk("west", (0, 0), (40, 0)), walk("east", (60, 0), (100, 0))]
    (row,) = listed(street(way=pieces), ("p", "h", "adult"), ("q", "g", "adult")).to_dict("records")
    assert (row["state"], row["cause"], row["persons"], row["unknown"]) == (
        "unknown",
        "network_gap",
        2,
        2,
    )


def test_a_row_of_both_tells_of_those_who_fail_and_counts_the_others_beside():
    pieces = [walk("west", (0, 0), (40, 0)), walk("east", (60, 0), (100, 0))]
    (row,) = listed(
        street(way=pieces), ("p", "h", CHAIR), ("q", "g", CHAIR), ("r", "g", CHAIR)
    ).to_dict("records")
    assert (row["state"], row["cause"], row["persons"], row["unknown"]) == (
        "not_covered",
        "stairs",
        1,
        2,
    )


def test_groups_and_doors_have_rows_of_their_own():
    shut = street(gates=[gate(locked=True)])
    table = listed(shut, ("p", "h", "adult"), ("q", "g", "adult"), ("r", "g", "stick"))
    assert table[["display", "persons"]].to_numpy().tolist() == [["general", 2], ["stick_slow", 1]]
    assert set(table["cause"]) == {"gate_locked"}


def test_a_resident_without_address_is_in_no_circle():
    lost = street(households=[home("h", "A-1")[0] | {"dwelling": None}], dwellings=[])
    assert len(listed(lost, ("p", "h", "adult"))) == 0


def test_nobody_gives_a_table_with_its_columns():
    assert tuple(listed(street(), ("p", "h", "adult")).columns) == COLUMNS
