"""No hidden cell can be found from what is shown, by any arithmetic."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import linprog

from renlin.privacy.publishing import (
    Limits,
    feasible,
    hidden_cells,
    k_anonymity,
    l_diversity,
    two_way,
)
from renlin.privacy.tables import published, published_inside

TABLES = hnp.arrays(np.int64, st.tuples(st.integers(1, 5), st.integers(1, 5)),
                    elements=st.integers(0, 40))  # fmt: skip


@given(TABLES)
@settings(deadline=None, max_examples=60)
def test_every_small_cell_stays_uncertain_by_the_stated_width(counts):
    sums = two_way(counts)
    small = (sums.values > 0) & (sums.values < 10)
    hidden = hidden_cells(sums, small, 5.0)
    assert (hidden | ~small).all()
    for cell in np.flatnonzero(small):
        low, high = feasible(sums, hidden, int(cell))
        assert low - 1e-6 <= sums.values[cell] <= high + 1e-6
        assert high - low >= 5.0 - 1e-6


def test_hiding_one_cell_alone_would_be_undone_by_subtraction():
    sums = two_way(np.array([[4, 30], [25, 40]]))
    alone = np.zeros(9, dtype=bool)
    alone[0] = True
    assert feasible(sums, alone, 0) == (4.0, 4.0)
    hidden = hidden_cells(sums, alone, 5.0)
    assert hidden.reshape(3, 3).tolist() == [
        [True, True, False], [True, True, False], [False, False, False],
    ]  # fmt: skip


def test_nothing_small_hides_nothing():
    sums = two_way(np.array([[10, 20], [30, 0]]))
    assert not hidden_cells(sums, np.zeros(9, dtype=bool), 5.0).any()


def people(*cells):
    rows = [
        {"group": group, "tier": tier, "household": f"{group}{tier}{n % homes}"}
        for group, tier, count, homes in cells
        for n in range(count)
    ]
    return pd.DataFrame(rows, columns=["group", "tier", "household"])


def test_many_persons_of_few_households_are_hidden_too():
    told = people(("a", 1, 20, 2), ("a", 2, 30, 9), ("b", 1, 40, 9), ("b", 2, 50, 9))
    made = published(told, "group", "tier", Limits(10, 3, 5.0)).set_index(["row", "column"])
    assert made.loc[("a", "1"), "hidden"]
    assert made.loc[("total", "total"), "n"] == 140
    assert made.loc[made["hidden"], "n"].isna().all()


def test_an_unknown_feature_is_a_class_of_its_own_and_counts_are_rounded():
    told = people(("a", 1, 21, 9), ("a", None, 33, 9))
    made = published(told, "group", "tier", Limits(10, 3, 5.0), base=5)
    cells = made.set_index(["row", "column"])["n"].to_dict()
    assert cells["a", "unknown"] == 35
    assert cells["a", "1.0"] == 20


def test_anonymity_and_diversity_of_a_toy_table():
    told = pd.DataFrame({"age": [60, 60, 70, 70, 70], "sex": list("ffmmm"), "ill": [1, 2, 1, 1, 1]})
    assert k_anonymity(told, ["age", "sex"]) == 2
    assert l_diversity(told, ["age", "sex"], "ill") == 1
    assert k_anonymity(told.iloc[:0], ["age"]) == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_block_of_small_cells_in_one_row_is_protected(seed):
    counts = np.array([[1, 2, 3], [50, 60, 70], [20, 30, 40]]) + seed
    sums = two_way(counts)
    small = (sums.values > 0) & (sums.values < 10)
    hidden = hidden_cells(sums, small, 5.0)
    assert all(
        np.diff(feasible(sums, hidden, int(c)))[0] >= 5 - 1e-6 for c in np.flatnonzero(small)
    )


def attack(made, cell):
    """Return least and most of a lowest cell over all whole tables that fit what is shown.

    Every shown cell is the sum of the lowest cells whose place begins with its name.
    """
    lowest = [(r, c) for r, c in zip(made["row"], made["column"], strict=True)
              if "/" in r and c != "total"]  # fmt: skip
    shown = made[~made["hidden"]]
    inside = [
        [float((r == "total" or low == r or low.startswith(f"{r}/")) and c in ("total", column))
         for low, column in lowest]
        for r, c in zip(shown["row"], shown["column"], strict=True)
    ]  # fmt: skip
    goal = np.array([float(one == cell) for one in lowest])
    fits = {"A_eq": inside or None, "b_eq": shown["n"].to_numpy(float) if inside else None}
    least = linprog(goal, bounds=(0, 99), integrality=1, **fits)
    most = linprog(-goal, bounds=(0, 99), integrality=1, **fits)
    return round(least.fun), round(-most.fun)


@given(hnp.arrays(np.int64, (2, 2, 2), elements=st.integers(0, 4)))
@settings(deadline=None, max_examples=25)
def test_what_is_hidden_in_a_place_cannot_be_found_from_the_places_around_it(counts):
    """Two buildings of two entrances, two tiers: all whole tables that fit are weighed."""
    rows = [
        {"building": f"b{b}", "entrance": f"e{e}", "tier": str(t), "household": f"h{b}{e}{t}{n}"}
        for (b, e, t), many in np.ndenumerate(counts)
        for n in range(many)
    ]
    if not rows or (counts.sum(axis=(1, 2)) == 0).any() or (counts.sum(axis=(0, 1)) == 0).any():
        return
    people_ = pd.DataFrame(rows)
    made = published_inside(people_, ["building", "entrance"], "tier", Limits(3, 1, 2.0))
    true = people_.assign(r=people_["building"] + "/" + people_["entrance"])
    sizes = true.groupby(["r", "tier"]).size()
    for (row, column), n in sizes.items():
        if 0 < n < 3:
            low, high = attack(made, (row, column))
            assert low <= n <= high
            assert high - low >= 2


def test_a_group_that_is_all_of_one_tier_is_not_shown_so():
    told = people(("a", 1, 40, 20), ("b", 1, 30, 15), ("b", 2, 50, 25), ("c", 2, 60, 30))
    bare = published(told, "group", "tier", Limits(10, 3, 5.0)).set_index(["row", "column"])
    assert bare.loc[("a", "2"), "n"] == 0
    kept = published(told, "group", "tier", Limits(10, 3, 5.0, 2)).set_index(["row", "column"])
    assert kept.loc[("a", "1"), "hidden"]
    assert kept.loc[("a", "2"), "hidden"]
    assert kept.loc[("b", "total"), "n"] == 80


def test_a_feature_everybody_shares_tells_nothing_of_one_group():
    told = people(("a", 1, 40, 20), ("b", 1, 30, 15))
    kept = published(told, "group", "tier", Limits(10, 3, 5.0, 2))
    assert not kept["hidden"].any()
