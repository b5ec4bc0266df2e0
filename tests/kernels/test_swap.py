"""The exchange heuristic against enumeration and by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.kernels.swap import choose

NONE = np.zeros(0, dtype=np.int64)


def _line(*places: float) -> np.ndarray:
    at = np.array(places)
    return np.abs(at[:, None] - at[None, :])


def _total(cost: np.ndarray, sites: list[int]) -> float:
    return float(cost[:, sites].min(axis=1).sum())


def test_two_sites_on_a_line_go_to_its_two_ends() -> None:
    """Closing 0 or 1 for site 2 is worth the same: the lower number is closed."""
    plan = choose(_line(0.0, 1.0, 9.0, 10.0), np.array([[0, 1]]), NONE)
    assert plan.total == 2.0
    assert plan.sites.tolist() == [1, 2]
    assert plan.exchanges == 1


def test_an_existing_shelter_stays_open_and_the_new_one_complements_it() -> None:
    plan = choose(_line(0.0, 1.0, 9.0, 10.0), np.array([[1]]), np.array([0]))
    assert plan.sites.tolist() == [0, 2]


def test_weights_pull_the_site_to_the_many() -> None:
    weight = np.array([1.0, 1.0, 50.0])
    cost = weight[:, None] * _line(0.0, 1.0, 10.0)
    assert choose(cost, np.array([[0]]), NONE).sites.tolist() == [2]


def test_ties_go_to_the_lower_number() -> None:
    plan = choose(_line(0.0, 1.0), np.array([[1], [0]]), NONE)
    assert plan.sites.tolist() == [0]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 100_000), p=st.integers(1, 3), m=st.integers(0, 2))
def test_no_single_exchange_makes_the_plan_better(seed: int, p: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0.0, 100.0, (12, 8))
    sites = rng.permutation(8)
    fixed = np.sort(sites[:m])
    plan = choose(cost, sites[None, m : m + p], fixed)
    assert plan.total == pytest.approx(_total(cost, plan.sites.tolist()))
    assert len(plan.sites) == p + m
    assert set(fixed) <= set(plan.sites.tolist())
    for closing in set(plan.sites.tolist()) - set(fixed.tolist()):
        for opening in set(range(8)) - set(plan.sites.tolist()):
            other = [*(set(plan.sites.tolist()) - {closing}), opening]
            assert _total(cost, other) >= plan.total - 1e-9


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_from_every_start_the_optimum_of_enumeration_is_found(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0.0, 100.0, (15, 7))
    starts = np.array(list(combinations(range(7), 3)))
    plan = choose(cost, starts, NONE)
    best = min(_total(cost, list(sites)) for sites in combinations(range(7), 3))
    assert plan.total == pytest.approx(best)


def test_the_order_of_demands_and_of_starts_never_matters() -> None:
    rng = np.random.default_rng(5)
    cost = rng.uniform(0.0, 100.0, (30, 9)).round(1)
    starts = np.array([[0, 1, 2], [3, 4, 5], [6, 7, 8]])
    one = choose(cost, starts, NONE)
    two = choose(cost[rng.permutation(30)], starts[::-1], NONE)
    assert one.sites.tolist() == two.sites.tolist()
    assert one.total == pytest.approx(two.total)


@pytest.mark.parametrize(
    ("starts", "fixed", "said"),
    [
        ([[0, 0]], [], "no site twice"),
        ([[0]], [0], "none that is fixed"),
        ([[7]], [], "starts: expected sites 0..1"),
        ([[0]], [5], "fixed: expected sites 0..1"),
    ],
)
def test_starts_that_cannot_be_are_refused(
    starts: list[list[int]], fixed: list[int], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        choose(_line(0.0, 1.0), np.array(starts), np.array(fixed, dtype=np.int64))


def test_a_cost_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        choose(np.array([[0.0, np.inf]]), np.array([[0]]), NONE)
