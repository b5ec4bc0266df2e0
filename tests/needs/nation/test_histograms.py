"""Percentile ranks by counts are those of a window, and counts add up."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.needs.nation.histograms import COLUMNS, merged, ranks

VALUES = st.lists(st.one_of(st.none(), st.integers(-5, 5).map(float)), max_size=40)


def histogram(values, column="age"):
    known = pd.Series([v for v in values if v is not None], dtype="float64")
    counts = known.value_counts().sort_index()
    return pd.DataFrame({"column": column, "value": counts.index, "n": counts.to_numpy()})


def ranked(values):
    """Return the rank of each value by its histogram; None where it is not known."""
    found = ranks(merged([histogram(values)])).set_index("value")["rank"]
    return [None if v is None else float(found[v]) for v in values]


def window(values):
    table = pd.DataFrame({"row": range(len(values)), "v": pd.Series(values, dtype="Float64")})
    sql = 'SELECT "row", percent_rank() OVER (ORDER BY v) FROM given WHERE v IS NOT NULL'
    connection = duckdb.connect()
    connection.register("given", table)
    known = dict(connection.execute(sql).fetchall())
    return [known.get(at) for at in range(len(values))]


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_the_rank_by_counts_is_the_percent_rank_of_a_window(values):
    assert ranked(values) == window(values)


@settings(max_examples=60, deadline=None)
@given(VALUES, VALUES)
def test_counts_of_two_districts_added_are_those_of_the_union(one, other):
    together = merged([histogram(one), histogram(other)])
    pd.testing.assert_frame_equal(together, merged([histogram(one + other)]))
    pd.testing.assert_frame_equal(together, merged([histogram(other), histogram(one)]))


def test_equal_values_share_a_rank_by_those_below():
    assert ranked([1.0, 2.0, 2.0, 2.0, 9.0]) == [0.0, 0.25, 0.25, 0.25, 1.0]


def test_the_only_one_known_ranks_0_and_the_unknown_has_no_rank():
    assert ranked([None, 7.0, None]) == [None, 0.0, None]


def test_a_constant_ranks_0():
    assert ranked([3.0, 3.0]) == [0.0, 0.0]


def test_columns_are_ranked_each_for_itself():
    both = merged([histogram([1.0, 2.0]), histogram([5.0, 5.0, 8.0], "adl_level")])
    found = ranks(both).set_index(["column", "value"])["rank"]
    assert found["age", 2.0] == 1.0
    assert found["adl_level", 8.0] == pytest.approx(1.0)


def test_nothing_counted_gives_no_rank():
    empty = merged([])
    assert list(empty) == list(COLUMNS)
    assert np.asarray(ranks(empty)["rank"]).size == 0
