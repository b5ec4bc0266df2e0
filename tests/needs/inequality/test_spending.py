"""Spending: per head, per person at risk, and the transfer that closes the gap."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.needs.inequality.spending import by_group, compare, units_of


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


@settings(deadline=None)
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


def grouped(amounts, members, buildings=("b1", "b1", "b2", "b2", None), sure=(1, 0, 1, 1, 0)):
    spent = pd.DataFrame({"place": list(amounts), "amount": list(amounts.values())})
    spent = spent.astype({"place": "str", "amount": "float64"})
    homes, top = pd.Series(list(buildings)), pd.Series(sure, dtype=bool)
    flags = pd.DataFrame({"person": range(len(homes))} | {
        name: pd.array(told, dtype="boolean") for name, told in members.items()
    })  # fmt: skip
    units = units_of(spent, homes, top, top)
    made = by_group(units, homes, flags, top, top, small_below=3)
    return made.set_index("display")


def test_money_of_a_building_is_shared_by_its_residents_and_held_against_the_rest():
    """b1 60 for two, b2 20 for two: tenants live in b1 and b2 once each, 40 for 2 of them."""
    made = grouped({"b1": 60.0, "b2": 20.0}, {"tenant": [True, False, True, False, False]})
    row = made.loc["tenant"]
    assert (row["persons"], row["amount"], row["per_head"]) == (2, 40.0, 20.0)
    assert (row["per_risk"], row["rest_per_risk"]) == (20.0, 40.0)
    assert (row["rest_per_head"], row["ratio_head"], row["small"]) == (20.0, 1.0, True)


def test_who_may_belong_and_whose_building_has_no_account_is_in_no_sum():
    made = grouped({"b1": 60.0}, {"tenant": [True, None, True, False, True]}).loc["tenant"]
    assert (made["n"], made["n_unknown"], made["n_no_account"]) == (3, 1, 2)
    assert (made["persons"], made["amount"]) == (1, 30.0)
    assert np.isnan(made["rest_per_head"])


def test_a_group_of_nobody_has_no_figure_and_is_not_small():
    made = grouped({"b1": 60.0}, {"tenant": [False] * 5}).loc["tenant"]
    assert made["persons"] == 0
    assert np.isnan(made["per_head"])
    assert not made["small"]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.booleans()), min_size=1),
    st.tuples(*[st.floats(0, 1e6)] * 3),
)
def test_a_group_and_the_rest_spend_what_was_laid_on_buildings(rows, amounts):
    homes, inside, sure = zip(*rows, strict=True)
    lived = dict(zip("abc", amounts, strict=True))
    made = grouped(lived, {"x": list(inside), "y": [not one for one in inside]}, homes, sure)
    whole = sum(lived[one] for one in set(homes))
    assert made["amount"].fillna(0).sum() == pytest.approx(whole)
    assert made["persons"].sum() == len(rows)
