"""Every model finds what trying all plans finds, and says what it has proven."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from renlin.equity.measures import kolm_pollak_at
from renlin.errors import Infeasible, SchemeFault
from renlin.space.siting import models
from renlin.space.siting.models import MODELS, kappa_of
from renlin.space.siting.problem import Problem, Terms, stated
from renlin.space.siting.rooms import answered

SIZES = st.tuples(st.integers(2, 9), st.integers(2, 6), st.integers(0, 10_000))


def place(n: int, m: int, seed: int, *, gaps: float = 0.0, built: bool = False) -> Problem:
    """Return a random place: rounded costs (so that there are ties), groups, prices."""
    lots = np.random.default_rng(seed)
    cost = lots.integers(1, 12, (n, m)).astype(float)
    cost[lots.random((n, m)) < gaps] = np.inf
    fixed = np.zeros(m, bool)
    fixed[0] = built
    return stated(
        [f"d{i}" for i in range(n)],
        [f"s{j}" for j in range(m)],
        cost,
        weight=lots.integers(0, 5, n) + (np.arange(n) == 0),
        group=np.array(["甲", "乙"])[lots.integers(0, 2, n)],
        first=lots.random(n) < 0.3,
        built=fixed,
        price=lots.integers(1, 5, m),
    )


def plans(at: Problem, terms: Terms):
    """Yield every plan that keeps to the terms."""
    m = len(at.sites)
    for size in range(1, m + 1) if terms.p is None else [terms.p]:
        for chosen in combinations(range(m), size):
            opened = np.isin(np.arange(m), chosen)
            paid = terms.budget is None or at.price[opened].sum() <= terms.budget + 1e-9
            if paid and not (at.built & ~opened).any():
                yield opened


def near(at: Problem, opened) -> np.ndarray:
    return at.cost[:, opened].min(axis=1)


def mean_cost(at: Problem, opened, reachable=None) -> float:
    return float((near(at, opened) * at.weight).sum())


def uncovered(at: Problem, opened, radius: float) -> float:
    return float(at.weight[near(at, opened) > radius].sum())


@given(SIZES, st.booleans(), st.booleans())
@settings(max_examples=30, deadline=None)
def test_the_p_median_is_the_best_of_all_plans(size, built, money):
    at = place(*size, built=built)
    terms = Terms(budget=6.0) if money else Terms(p=2)
    if not any(True for _ in plans(at, terms)):
        return
    found = answered(at, "p-median", terms)
    best = min(mean_cost(at, opened) for opened in plans(at, terms))
    assert found.status == "optimal"
    assert found.objective == pytest.approx(best)
    assert mean_cost(at, found.opened) == pytest.approx(best)
    assert found.bound <= best * (1 + 1e-9)


@given(SIZES, st.integers(1, 10))
@settings(max_examples=30, deadline=None)
def test_maximal_covering_leaves_as_few_uncovered_as_any_plan(size, radius):
    at = place(*size, gaps=0.2)
    assume(at.reachable.any())  # a place without any way is refused, see below
    terms = Terms(p=2, radius=float(radius))
    found = answered(at, "mclp", terms)
    best = min(uncovered(at, opened, radius) for opened in plans(at, terms))
    assert found.objective == pytest.approx(best)
    assert uncovered(at, found.opened, radius) == pytest.approx(best)


@given(SIZES, st.integers(1, 10))
@settings(max_examples=30, deadline=None)
def test_set_covering_takes_the_least_money_or_says_whom_no_site_covers(size, radius):
    at = place(*size)
    terms = Terms(radius=float(radius))
    if (at.cost.min(axis=1) > radius).any():
        with pytest.raises(Infeasible, match="it takes"):
            answered(at, "lscp", terms)
        return
    found = answered(at, "lscp", terms)
    full = [o for o in plans(at, Terms()) if (near(at, o) <= radius).all()]
    assert found.objective == pytest.approx(min(at.price[o].sum() for o in full))
    assert (near(at, found.opened) <= radius).all()


@given(SIZES)
@settings(max_examples=30, deadline=None)
def test_the_p_center_has_the_least_largest_cost(size):
    at = place(*size)
    found = answered(at, "p-center", Terms(p=2))
    best = min(near(at, opened).max() for opened in plans(at, Terms(p=2)))
    assert (found.status, found.objective) == ("optimal", best)
    assert near(at, found.opened).max() == best


@given(SIZES)
@settings(max_examples=30, deadline=None)
def test_kolm_pollak_is_the_best_of_all_plans_at_its_kappa(size):
    at = place(*size)
    terms = Terms(p=2, aversion=-2.0)
    base = answered(at, "p-median", terms)
    kappa = kappa_of(at, base.opened, terms)
    found = answered(at, "kolm-pollak", terms)
    values = [kolm_pollak_at(near(at, o), kappa, at.weight).equivalent for o in plans(at, terms)]
    own = kolm_pollak_at(near(at, found.opened), kappa, at.weight).equivalent
    assert own == pytest.approx(min(values))


@given(SIZES, st.sampled_from([0.0, 0.15, 0.5]))
@example((8, 6, 2233), 0.0)
@example((8, 6, 2233), 0.5)
@settings(max_examples=30, deadline=None)
def test_epsilon_takes_the_least_total_among_plans_near_the_best_for_the_slowest_group(size, share):
    at = place(*size)
    terms = Terms(p=2, epsilon=share)

    def worst(opened) -> float:
        means = [
            (near(at, opened)[who] * at.weight[who]).sum() / at.weight[who].sum()
            for _, who in at.groups()
            if at.weight[who].sum() > 0
        ]
        return float(max(means))

    best = min(worst(opened) for opened in plans(at, terms))
    close = [o for o in plans(at, terms) if worst(o) <= best * (1 + share) + 1e-9]
    found = answered(at, "epsilon", terms)
    assert worst(found.opened) <= best * (1 + share) * (1 + 1e-6)
    assert mean_cost(at, found.opened) == pytest.approx(min(mean_cost(at, o) for o in close))


@given(SIZES, st.integers(1, 10))
@settings(max_examples=30, deadline=None)
def test_the_floor_covers_the_highest_tier_before_it_counts_anybody_else(size, radius):
    at = place(*size)
    terms = Terms(p=2, radius=float(radius))
    kept = [o for o in plans(at, terms) if (near(at, o)[at.first] <= radius).all()]
    if not kept:
        with pytest.raises(Infeasible):
            answered(at, "floor", terms)
        return
    found = answered(at, "floor", terms)
    assert (near(at, found.opened)[at.first] <= radius).all()
    assert found.objective == pytest.approx(min(uncovered(at, o, radius) for o in kept))


@given(SIZES)
@settings(max_examples=40, deadline=None)
def test_nobody_is_left_out_to_save_way(size):
    at = place(*size, gaps=0.4)
    assume(at.reachable.any())  # a place without any way is refused, see below
    terms = Terms(p=2)
    found = answered(at, "p-median", terms)

    def key(opened) -> tuple[float, float]:
        costs = near(at, opened)
        there = np.isfinite(costs)
        return float(at.weight[~there].sum()), float((at.weight[there] * costs[there]).sum())

    assert key(found.opened) == pytest.approx(min(key(opened) for opened in plans(at, terms)))


def test_persons_no_site_reaches_do_not_make_their_group_look_fast():
    """Of group 乙 half reach nothing; the mean of the other half is what counts."""
    at = stated(
        ["a", "b", "lost"],
        ["x", "y"],
        [[0.0, 8.0], [12.0, 4.0], [np.inf, np.inf]],
        weight=[10, 2, 2],
        group=["甲", "乙", "乙"],
    )
    found = answered(at, "epsilon", Terms(p=1, epsilon=0.0))
    assert at.sites[found.opened].tolist() == ["y"]


def room(capacity: list[float]) -> Problem:
    """Two demands of 3 persons at the left site, one of 2 in between."""
    return stated(
        ["a", "b", "c"],
        ["left", "right"],
        [[1.0, 10.0], [1.0, 10.0], [4.0, 5.0]],
        weight=[3, 3, 2],
        capacity=capacity,
    )


def test_a_full_site_sends_on_those_who_have_least_further_to_go():
    found = answered(room([6, 2]), "p-median", Terms(p=2))
    assert found.objective == 3 + 3 + 2 * 5


def test_a_demand_may_be_split_between_sites():
    found = answered(room([7, 2]), "p-median", Terms(p=2))
    assert found.objective == pytest.approx(3 + 3 + 4 + 5)


def test_too_little_room_is_told_with_what_is_missing():
    with pytest.raises(Infeasible, match="3 too few"):
        answered(room([3, 2]), "p-median", Terms(p=2))


def test_who_reaches_no_open_site_is_left_out_and_no_lack_of_room():
    at = stated(["a", "b"], ["x", "y"], [[1.0, np.inf], [np.inf, 1.0]], weight=[5, 2],
                capacity=[9, 9])  # fmt: skip
    found = answered(at, "p-median", Terms(p=1))
    assert at.sites[found.opened].tolist() == ["x"]


def test_covering_within_room_counts_those_who_find_none():
    found = answered(room([4, 100]), "mclp", Terms(p=1, radius=4.0))
    assert found.objective == pytest.approx(4.0)


@pytest.mark.parametrize("p", [0, 3, -1])
def test_an_impossible_number_of_sites_is_refused(p):
    with pytest.raises(Infeasible, match="1 to 2 sites"):
        answered(room([9, 9]), "p-median", Terms(p=p))


def test_a_budget_below_the_cheapest_plan_is_refused_with_the_difference():
    at = stated(["a"], ["x", "y"], [[1.0, 2.0]], price=[300.0, 200.0])
    with pytest.raises(Infeasible, match="150 too few"):
        answered(at, "p-median", Terms(p=1, budget=50.0))


def test_a_floor_that_the_number_cannot_pay_says_how_many_it_takes():
    at = stated(["a", "b"], ["x", "y"], [[1.0, 9.0], [9.0, 1.0]], first=[True, True])
    with pytest.raises(Infeasible, match="at least 2 sites for model floor, got 1"):
        answered(at, "floor", Terms(p=1, radius=2.0))


def test_backup_covers_all_with_the_fewest_and_most_of_them_twice():
    at = stated(
        ["a", "b", "c"],
        ["x", "y", "z"],
        [[1, 1, 9], [9, 1, 1], [9, 9, 1.0]],
    )
    found = answered(at, "lscp-b", Terms(radius=2.0))
    assert at.sites[found.opened].tolist() == ["y", "z"]
    assert found.objective == 2.0


@pytest.mark.parametrize("model", sorted(MODELS))
def test_names_and_order_of_rows_decide_nothing_about_the_total(model):
    at = place(8, 5, 3)
    terms = Terms(p=3, radius=9.0)
    turned = stated(
        [f"x{i}" for i in range(8)][::-1],
        [f"y{j}" for j in range(5)][::-1],
        at.cost[::-1, ::-1],
        weight=at.weight[::-1],
        group=at.group[::-1],
        first=at.first[::-1],
        price=at.price[::-1],
    )
    a, b = answered(at, model, terms), answered(turned, model, terms)
    assert a.objective == pytest.approx(b.objective)


def test_a_model_that_is_not_there_is_refused_with_the_nearest_name():
    with pytest.raises(SchemeFault, match="p-median"):
        answered(room([9, 9]), "pmedian", Terms(p=1))


@pytest.mark.parametrize("model", ["mclp", "lscp", "lscp-b", "floor"])
def test_a_model_by_radius_asks_for_it(model):
    with pytest.raises(SchemeFault, match="radius"):
        answered(room([9, 9]), model, Terms(p=1))


@pytest.mark.parametrize(
    ("odd", "column"),
    [
        ({"radius": -1.0}, "radius"),
        ({"radius": float("nan")}, "radius"),
        ({"budget": float("nan")}, "budget"),
        ({"epsilon": -0.1}, "epsilon"),
        ({"aversion": 1.0}, "aversion"),
        ({"aversion": float("nan")}, "aversion"),
    ],
)
@pytest.mark.parametrize("model", sorted(MODELS))
def test_a_term_that_means_nothing_is_refused_by_name(model, odd, column):
    asked = {"p": 1, "radius": 9.0} | odd
    with pytest.raises((SchemeFault, Infeasible)) as caught:
        answered(place(4, 3, 1), model, Terms(**asked))
    assert column in {fault.column for fault in caught.value.faults}


@pytest.mark.parametrize("model", sorted(MODELS))
def test_costs_without_any_way_are_refused(model):
    at = stated(["a", "b"], ["x"], [[np.inf], [np.inf]], group=["甲", "乙"])
    with pytest.raises(Infeasible, match="a way from one demand"):
        answered(at, model, Terms(p=1, radius=1.0))


def left_out(at: Problem, opened) -> float:
    """Return the persons some site reaches and none that is open."""
    return float(at.weight[at.reachable & np.isinf(near(at, opened))].sum())


def served_cost(at: Problem, opened) -> float:
    there = np.isfinite(near(at, opened))
    return float((near(at, opened)[there] * at.weight[there]).sum())


@given(SIZES, st.booleans())
@settings(max_examples=30, deadline=None)
def test_the_fewest_are_left_out_first_and_the_objective_is_the_way_of_the_others(size, rooms):
    at = place(*size, gaps=0.5)
    assume(at.reachable.any())
    if rooms:
        at = replace(at, capacity=np.full(len(at.sites), at.weight.sum()))
    found = answered(at, "p-median", Terms(p=2))
    every = list(plans(at, Terms(p=2)))
    fewest = min(left_out(at, opened) for opened in every)
    least = min(served_cost(at, o) for o in every if left_out(at, o) == fewest)
    assert left_out(at, found.opened) == fewest
    assert served_cost(at, found.opened) == pytest.approx(least)
    assert found.objective == pytest.approx(least, rel=1e-6, abs=1e-6)
    assert found.bound <= found.objective * (1 + 1e-9)


@given(SIZES, st.booleans())
@settings(max_examples=30, deadline=None)
def test_epsilon_leaves_the_fewest_out_whatever_the_groups_gain(size, rooms):
    at = place(*size, gaps=0.5)
    assume(at.reachable.any())
    if rooms:
        at = replace(at, capacity=np.full(len(at.sites), at.weight.sum()))
    found = answered(at, "epsilon", Terms(p=2, epsilon=0.15))
    every = list(plans(at, Terms(p=2)))
    fewest = min(left_out(at, opened) for opened in every)
    assert left_out(at, found.opened) == fewest
    assert found.objective == pytest.approx(served_cost(at, found.opened), rel=1e-6, abs=1e-6)
    least = min(served_cost(at, o) for o in every if left_out(at, o) == fewest)
    assert found.objective >= least * (1 - 1e-6)


def test_who_no_site_reaches_at_all_does_not_stop_a_plan_with_limited_rooms():
    at = stated(["a", "b", "c"], ["x", "y"], [[1.0, 5.0], [4.0, 2.0], [np.inf, np.inf]],
                weight=[5, 2, 3], group=["甲", "乙", "乙"], capacity=[9, 9])  # fmt: skip
    found = answered(at, "epsilon", Terms(p=2))
    assert (found.status, found.objective) == ("optimal", 9.0)


@given(SIZES, st.sampled_from(["p-median", "mclp", "floor", "epsilon"]))
@settings(max_examples=30, deadline=None)
def test_people_of_one_door_on_many_floors_are_sited_as_if_each_stood_alone(size, model):
    n, m, seed = size
    street = place(n, m, seed)
    floors = np.random.default_rng(seed).integers(0, 3, 3 * n) * 2.0
    at = stated(
        [f"d{i:02d}" for i in range(3 * n)],
        street.sites,
        np.repeat(street.cost, 3, axis=0) + floors[:, None],
        weight=np.repeat(street.weight, 3),
        group=np.repeat(street.group, 3),
        first=np.zeros(3 * n, bool),
        capacity=np.full(m, 1.2 * 3 * street.weight.sum() / 2),
    )
    terms = Terms(p=2, radius=8.0)
    merged = answered(at, model, terms)
    alone = MODELS[model](at, terms)
    assert merged.objective == pytest.approx(alone.objective, rel=1e-6, abs=1e-6)


def test_with_many_pairs_and_little_room_kolm_pollak_is_bounded_and_says_so():
    lots = np.random.default_rng(7)
    at = stated(
        [f"d{i:05d}" for i in range(4000)],
        [f"s{j}" for j in range(6)],
        lots.random((4000, 6)) * 600,
        capacity=[805.0] * 6,
    )
    found = answered(at, "kolm-pollak", Terms(p=5))
    assert found.status == "bound"
    assert 0 < found.bound <= found.objective


@given(SIZES, st.booleans())
@settings(max_examples=30, deadline=None)
def test_few_plans_looked_at_one_by_one_give_what_the_programme_gives(size, left_out):
    at = place(*size, gaps=0.4 if left_out else 0.0)
    assume(at.reachable.any())
    terms = Terms(p=2, epsilon=0.15)
    listed = answered(at, "epsilon", terms)
    with patch.object(models, "MOST_LISTED", 0):
        searched = answered(at, "epsilon", terms)
    assert listed.objective == pytest.approx(searched.objective, rel=1e-6, abs=1e-6)
