"""Places carry the names people use: a lane by the building beside it, a hole by its number."""

import pandas as pd
import pytest
from tests.report.books import book

from renlin.report.readings.naming import link_name, of_links, place_name, some


def test_a_lane_is_named_by_its_kind_and_the_building_beside_it():
    read = book()
    walk = str(read.community["walks"]["walk"].iloc[0])
    told = place_name(read, walk)
    names = {read.language.set(str(n)) for n in read.community["buildings"]["name"]}
    assert walk not in told
    assert any(name in told for name in names)


def test_a_stair_is_named_by_its_stairwell():
    read = book()
    entrance = str(read.community["entrances"]["entrance"].iloc[0])
    building, stairwell = read.doors[entrance]
    assert building in link_name(read, f"stair/{entrance}/3/1")
    assert stairwell in link_name(read, f"stair/{entrance}/3/1")


def test_the_pieces_of_one_lane_and_of_one_stairwell_are_counted_together():
    parts = of_links(pd.Series(["axis-1#0", "axis-1#3", "stair/b03-2/5/1", "stair/b03-2/4/2"]))
    assert parts.tolist() == ["axis-1", "axis-1", "stair/b03-2", "stair/b03-2"]


@pytest.mark.parametrize(
    ("language", "names", "expected"),
    [
        ("zh", ["甲", "乙"], "甲、乙"),
        ("zh", ["甲", "乙", "丙"], "甲、乙等 3 项"),
        ("zh", ["甲", "甲", "乙"], "甲、乙"),
        ("en", ["a", "b", "c"], "a, b (3 in all)"),
        ("en", [], ""),
    ],
)
def test_a_long_list_says_how_many_there_are(language, names, expected):
    assert some(book(language=language), names, 2) == expected
