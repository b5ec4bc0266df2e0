"""Spending: per head, per person at risk, and the transfer that closes the gap."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renlin.needs.inequality.spending import compare, units_of


def units(*rows):
    return pd.DataFrame(
        rows, columns=["unit", "side", "amount", "persons", "at_risk", "at_risk_high"]
    )


def test_old_and_new_are_compared_by_hand():
    """Old 100 for 10 (5 at risk), new 500 for 10 (1 at risk): 30 a head and 100 a risk is even."""
    row = (
        compare(units(("a", "old", 100.0, 10, 5, 6), ("b", "new", 500.0, 10, 1, 1)))
        .set_index("side")
        .loc["old"]
    )
    assert (row["per_head"], row["rest_per_head"], row["ratio_head"]) == (10.0, 50.0, 0.2)
    assert (row["per_risk"], row["rest_per_risk"]) == (20.0, 500.0)
    assert (row["transfer_head"], row["transfer_risk"]) == (200.0, 400.0)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.integers(1, 500), st.integers(1, 500))
def test_after_the_transfer_both_sides_have_the_same_per_head(a, b, n, m):
    table = compare(units(("a", "old", a, n, 1, 1), ("b", "new", b, m, 1, 1))).set_index("side")
    moved = table.loc["old", "transfer_head"]
    assert (a + moved) / n == pytest.approx((b - moved) / m, abs=1e-6)
    assert table.loc["new", "transfer_head"] == pytest.approx(-moved, abs=1e-6)


def test_a_unit_without_accounts_is_unknown_and_in_no_sum():
    table = compare(
        units(
            ("a", "old", np.nan, 10, 5, 5),
            ("b", "old", 100.0, 10, 5, 5),
            ("c", "new", 50.0, 5, 1, 1),
        )
    )
    row = table.set_index("side").loc["old"]
    assert (row["n_unknown"], row["persons"], row["per_head"]) == (1, 10.0, 10.0)


def test_nobody_at_risk_leaves_the_ratio_open():
    row = (
        compare(units(("a", "old", 9.0, 3, 0, 1), ("b", "new", 9.0, 3, 1, 1)))
        .set_index("side")
        .loc["old"]
    )
    assert np.isnan(row["per_risk"])
    assert row["per_risk_low"] == 9.0


def test_sums_on_the_whole_community_are_laid_on_no_building():
    spent = pd.DataFrame({"place": ["b1", "b1", "liulin"], "amount": [1.0, 2.0, 99.0]})
    made = units_of(
        spent,
        pd.Series(["b1", "b2", None]),
        pd.Series([True, False, True]),
        pd.Series([True, True, True]),
    )
    assert made["amount"].fillna(-1).tolist() == [3.0, -1.0]
