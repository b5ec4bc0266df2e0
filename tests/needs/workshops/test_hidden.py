"""Residents no register knows are shown as a range only, or as a lower bound only."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renlin.needs.workshops.hidden import bound


def test_the_range_by_hand():
    """n1 20, n2 15, m 5: N = 21 x 16 / 6 - 1 = 55, M = 30, f = 25, var = 21*16*15*10/(36*7)."""
    found = bound(20, 15, 5, interval=0.9)
    factor = math.exp(1.6448536 * math.sqrt(math.log(1 + 200 / 625)))
    assert (found.low, found.high) == pytest.approx((30 + 25 / factor, 30 + 25 * factor))


def test_without_overlap_only_a_lower_bound_is_said():
    found = bound(4, 3, 0, interval=0.9)
    assert found.lower_bound_only
    assert (found.low, math.isnan(found.high)) == (7, True)


def test_two_equal_lists_leave_nobody_unseen():
    assert (bound(6, 6, 6, interval=0.9).low, bound(6, 6, 6, interval=0.9).high) == (6, 6)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 40))
def test_nobody_seen_is_ever_lost_from_the_range(only_first, only_second, both):
    found = bound(only_first + both, only_second + both, both, interval=0.9)
    assert only_first + only_second + both <= found.low <= found.high


def test_more_on_both_than_on_one_is_a_programming_error():
    with pytest.raises(ValueError, match="both"):
        bound(1, 5, 2, interval=0.9)
