"""Ranks, percentiles and roundings are what they are by hand, unknown values set apart."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renlin.needs.indices.ranking import (
    CONVENTIONS,
    exponential,
    min_max,
    percentile,
    quantiles,
    ranked,
    rounded,
    share_of_rank,
    standardised,
)

NUMBERS = st.lists(
    st.one_of(st.none(), st.integers(-5, 5).map(float)), min_size=1, max_size=30
).map(lambda cells: np.array([np.nan if c is None else c for c in cells]))


@given(st.integers(-(10**7), 10**7), st.integers(0, 4))
def test_a_decimal_is_rounded_as_decimals_are_in_both_ways(whole, digits):
    written = Decimal(whole).scaleb(-5)
    step = Decimal(1).scaleb(-digits)
    for half, rule in (("half_up", ROUND_HALF_UP), ("half_even", ROUND_HALF_EVEN)):
        got = rounded(np.array([float(written)]), digits, half)[0]
        assert got == float(written.quantize(step, rounding=rule))


def test_binary_noise_does_not_turn_a_half_down():
    assert rounded(np.array([0.285 * 100 / 100, 1.005]), 2, "half_up").tolist() == [0.29, 1.01]


def test_a_half_goes_where_the_definition_says():
    assert rounded(np.array([0.03125]), 4, "half_up")[0] == 0.0313
    assert rounded(np.array([0.03125]), 4, "half_even")[0] == 0.0312


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ("min", [1, 2, 2, 4]),
        ("max", [1, 3, 3, 4]),
        ("average", [1, 2.5, 2.5, 4]),
        ("dense", [1, 2, 2, 3]),
    ],
)
def test_ties_follow_the_rule_that_is_named(ties, expected):
    assert ranked(np.array([1.0, 2.0, 2.0, 9.0]), ties).tolist() == expected


@given(NUMBERS)
def test_unknown_stays_unknown_and_does_not_count(values):
    known = values[~np.isnan(values)]
    for convention in CONVENTIONS:
        got = percentile(values, "min", convention)
        assert (np.isnan(got) >= np.isnan(values)).all()
        alone = percentile(known, "min", convention)
        assert np.array_equal(got[~np.isnan(values)], alone, equal_nan=True)


@given(NUMBERS)
def test_the_item_rank_is_the_share_of_strictly_smaller_values(values):
    known = values[~np.isnan(values)]
    got = percentile(values, "min", "(rank-1)/(n-1)")
    for at, value in enumerate(values):
        if not np.isnan(value) and len(known) > 1:
            assert got[at] == (known < value).sum() / (len(known) - 1)


def test_one_value_alone_has_no_percentile_but_a_share():
    assert np.isnan(percentile(np.array([3.0]), "min", "(rank-1)/(n-1)"))[0]
    assert percentile(np.array([3.0]), "min", "rank/n")[0] == 1.0


def test_dense_ties_reach_one():
    assert percentile(np.array([1.0, 1.0, 2.0]), "dense", "(rank-1)/(n-1)").tolist() == [0, 0, 1]


def test_the_most_deprived_of_n_gets_a_hundred():
    share = share_of_rank(np.array([1.0, 4.0]), 4)
    assert share.tolist() == [1.0, 0.25]
    assert exponential(share, 23.0)[0] == pytest.approx(100.0)
    by_hand = -23 * np.log(1 - 0.25 * (1 - np.exp(-100 / 23)))
    assert exponential(share, 23.0)[1] == pytest.approx(by_hand, abs=1e-12)


def test_a_column_without_spread_has_no_place_between_its_ends():
    same = np.array([2.0, 2.0])
    assert np.isnan(min_max(same)).all()
    assert np.isnan(standardised(same, 0)).all()
    assert min_max(same, 0.0, 4.0).tolist() == [0.5, 0.5]


@given(st.integers(1, 60), st.integers(2, 12))
def test_classes_hold_the_first_ranks_first(n, classes):
    got = quantiles(np.arange(1.0, n + 1), classes)
    assert got.tolist() == [-(-rank * classes // n) for rank in range(1, n + 1)]
