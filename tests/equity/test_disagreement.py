"""Disagreement: published patterns, ends of the scale, and bodies that say the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance

from renlin.equity.disagreement import agreement, between_share, kinds_distance, ordered_distance
from renlin.errors import DataFault


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([0, 0, 5, 0, 0], 1.0),
        ([5, 0, 0, 0, 5], -1.0),
        ([1, 1, 1, 1, 1], 0.0),
        ([1, 1, 0, 0, 0], 0.75),
        ([1, 1, 1, 0, 0], 0.5),
    ],
)
def test_agreement_of_plain_patterns_is_that_of_the_definition(counts, expected):
    assert agreement(np.array(counts, dtype=float)) == pytest.approx(expected)


@given(st.lists(st.integers(0, 20), min_size=3, max_size=8).filter(any))
def test_agreement_lies_between_its_ends_and_reads_both_ways(counts):
    x = np.array(counts, dtype=float)
    assert -1 - 1e-9 <= agreement(x) <= 1 + 1e-9
    assert agreement(x) == pytest.approx(agreement(x[::-1]))


def test_two_steps_are_no_ordered_scale():
    with pytest.raises(DataFault):
        agreement(np.array([1.0, 2.0]))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=6))
def test_distances_are_those_of_scipy(pairs):
    counts = np.array(pairs, dtype=float).T + 0.5
    shares = counts / counts.sum(axis=1, keepdims=True)
    steps = np.arange(shares.shape[1])
    moved = wasserstein_distance(steps, steps, *shares) / (len(steps) - 1)
    assert float(ordered_distance(shares)) == pytest.approx(moved, abs=1e-12)
    apart = jensenshannon(*shares, base=2) ** 2
    assert float(kinds_distance(shares)) == pytest.approx(np.nan_to_num(apart), abs=1e-9)


def test_bodies_at_opposite_ends_are_as_far_apart_as_can_be():
    ends = np.array([[1.0, 0, 0], [0, 0, 1.0]])
    assert float(ordered_distance(ends)) == 1.0
    assert between_share(ends) == 1.0
    assert between_share(np.ones((2, 3))) == 0.0
