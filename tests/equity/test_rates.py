"""Rates against rates: exact when there are few."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from renlin.equity.rates import rate_ratio
from renlin.errors import DataFault


def test_no_event_says_nothing():
    found = rate_ratio(0, 10.0, 0, 10.0)
    assert np.isnan(found.estimate)
    assert (found.low, found.high) == (0.0, np.inf)


def test_each_bound_leaves_half_of_the_rest_by_mid_p():
    found = rate_ratio(6, 12.0, 3, 20.0)
    for bound, tail in ((found.low, 0.025), (found.high, 0.975)):
        share = bound * 12 / (bound * 12 + 20)
        assert binom.sf(6, 9, share) + 0.5 * binom.pmf(6, 9, share) == pytest.approx(tail, abs=1e-9)


@given(st.integers(0, 40), st.integers(0, 40), st.floats(0.5, 50), st.floats(0.5, 50))
def test_exchanging_the_sides_inverts_the_ratio(a, b, s, t):
    one, other = rate_ratio(a, s, b, t), rate_ratio(b, t, a, s)
    if a and b:
        assert one.low == pytest.approx(1 / other.high, rel=1e-5)
        assert one.low <= one.estimate <= one.high


def test_a_time_below_zero_is_refused():
    with pytest.raises(DataFault, match="zero or more"):
        rate_ratio(1, -1.0, 1, 1.0)
