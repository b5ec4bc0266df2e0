"""Small groups and single homes stay out of what everybody may read."""

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from renlin.report.privacy import Reader, gap_gives_away, merged_units

PUBLIC = Reader(10, 3)


def doors(*places):
    rows = [
        {"entrance": name, "building": building, "geometry": Point(x, 0)}
        for name, building, x in places
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry")


def people(**counts):
    table = pd.DataFrame.from_dict(counts, orient="index", columns=["persons", "households"])
    return table.rename_axis("entrance")


def test_a_group_under_k_is_hidden_and_nobody_is_not():
    assert not PUBLIC.sees(9)
    assert PUBLIC.sees(10)
    assert PUBLIC.sees(0)
    assert not PUBLIC.sees(40, 2)


def test_staff_see_every_group():
    assert Reader(1, 1).sees(1, 1)


def test_the_only_hidden_group_cannot_be_found_by_subtraction():
    shown = PUBLIC.counts({"general": 900, "wheelchair": 41, "deaf": 4})
    assert shown == {"general": "shown", "wheelchair": "some", "deaf": "few"}


def test_two_hidden_groups_protect_one_another():
    shown = PUBLIC.counts({"general": 900, "blind": 3, "deaf": 4})
    assert shown == {"general": "shown", "blind": "few", "deaf": "few"}


def test_a_small_stairwell_joins_its_own_building_before_a_nearer_one():
    table = doors(("a-1", "a", 0), ("a-2", "a", 30), ("b-1", "b", 31))
    made = merged_units(table, people(**{"a-1": (20, 8), "a-2": (4, 2), "b-1": (20, 8)}), PUBLIC)
    assert made.to_dict() == {"a-1": "a-1", "a-2": "a-1", "b-1": "b-1"}


def test_willow_merges_its_two_small_buildings():
    """Building A has 11 people in 6 homes, B has 6 in 4, C has 4 in 2."""
    table = doors(("A-1", "A", 20), ("B-1", "B", 50), ("C-1", "C", 80))
    made = merged_units(table, people(**{"A-1": (11, 6), "B-1": (6, 4), "C-1": (4, 2)}), PUBLIC)
    assert made.to_dict() == {"A-1": "A-1", "B-1": "B-1", "C-1": "B-1"}


def test_an_empty_stairwell_is_shown_as_it_is():
    table = doors(("a-1", "a", 0), ("a-2", "a", 13))
    made = merged_units(table, people(**{"a-1": (20, 8)}), PUBLIC)
    assert made["a-2"] == "a-2"


COUNTS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 200)), min_size=1, max_size=9)


@given(COUNTS)
@settings(deadline=None, max_examples=40)
def test_every_unit_with_people_may_be_shown_or_holds_everybody(counts):
    names = [f"u{i}" for i in range(len(counts))]
    table = doors(*((n, n[0] + n[1:], float(x)) for n, (_, x) in zip(names, counts, strict=True)))
    living = {n: (p, p // 2) for n, (p, _) in zip(names, counts, strict=True) if p}
    made = merged_units(table, people(**living) if living else people(**{"none": (0, 0)}), PUBLIC)
    summed = pd.DataFrame(living.values(), index=list(living), columns=["p", "h"])
    summed = summed.groupby(made.reindex(summed.index).to_numpy()).sum() if living else summed
    assert len(summed) <= 1 or all(PUBLIC.sees(p, h) for p, h in summed.to_numpy())


@given(st.permutations(["a-1", "a-2", "b-1"]))
@settings(deadline=None, max_examples=6)
def test_order_of_rows_never_matters(order):
    place = {"a-1": ("a", 0), "a-2": ("a", 13), "b-1": ("b", 40)}
    table = doors(*((n, *place[n]) for n in order))
    counts = people(**{"a-1": (6, 2), "a-2": (6, 3), "b-1": (5, 3)})
    made = merged_units(table, counts.loc[order], PUBLIC)
    assert made.sort_index().to_dict() == {"a-1": "a-1", "a-2": "a-1", "b-1": "a-1"}


@pytest.mark.parametrize(
    ("hidden", "high_is_worse", "expected"),
    [
        ((), True, False),
        (("stick",), True, False),
        (("wheelchair",), True, True),
        (("general",), True, True),
        (("wheelchair",), False, False),
        (("stick",), False, True),
    ],
)
def test_the_gap_is_told_only_where_it_tells_no_hidden_figure(hidden, high_is_worse, expected):
    values = {"general": 6.0, "wheelchair": 20.0, "stick": 5.0}
    told = gap_gives_away(values, hidden, "general", high_is_worse=high_is_worse)
    assert told is expected
