"""Answer each model of location theory: heuristic first, then exact, or with a bound.

Source: space reference §8; hakimi1964 (p-median, p-center), toregas1971 (LSCP),
church1974 (MCLP), hogan1986 (backup covering).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import combinations
from math import comb
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from renlin.equity.measures import kolm_pollak_kappa
from renlin.equity.solver import Solution
from renlin.errors import Infeasible, Said, SchemeFault
from renlin.space.siting import limits
from renlin.space.siting.forms import Form, V, Y, covering, levels, sharing
from renlin.space.siting.problem import Flags, Floats, Problem, Terms
from renlin.space.siting.proof import proven
from renlin.space.siting.search import (
    FAR,
    by_exchange,
    by_price,
    left_out_cost,
    total,
    weighted,
)

OPTIMAL, BOUND = "optimal", "bound"
MOST_LISTED = 256
"""Plans up to which each one is looked at instead of searched for."""
TIGHT = 1e-6
"""Relative distance to the bound at which a plan counts as proven."""


class Outcome(NamedTuple):
    """A plan and what is proven about any better one.

    ``objective`` and ``bound`` are in the unit of the model: persons x cost, uncovered
    persons, sites, or cost. ``status`` is ``optimal`` or ``bound``: the best lies between the
    two.
    """

    opened: Flags
    status: str
    objective: float
    bound: float


Model = Callable[[Problem, Terms], Outcome]


def p_median(problem: Problem, terms: Terms) -> Outcome:
    """Choose the sites with the least persons x cost."""
    return _cheapest(problem, weighted(problem), terms)


def kolm_pollak(problem: Problem, terms: Terms) -> Outcome:
    """Choose the sites with the least Kolm–Pollak equivalent of the costs.

    Kappa comes from the costs of the p-median plan, from which the search also begins; the
    better of both is kept.
    """
    base = p_median(problem, terms)
    kappa = kappa_of(problem, base.opened, terms)
    if kappa == 0:
        return base
    return _cheapest(problem, burdens(problem, kappa), terms, known=base.opened)


def kappa_of(problem: Problem, opened: Flags, terms: Terms) -> float:
    """Return the kappa of the Kolm–Pollak measure at the costs of a plan, in 1/unit."""
    near = problem.cost[:, opened].min(axis=1)
    there = np.isfinite(near) & (problem.weight > 0)
    if not there.any():
        return 0.0
    return kolm_pollak_kappa(near[there], terms.aversion, problem.weight[there])


def burdens(problem: Problem, kappa: float) -> Floats:
    """Return ``w exp(-kappa cost)``, whose sum orders plans as Kolm–Pollak does."""
    finite = np.isfinite(problem.cost)
    largest = float(problem.cost[finite].max())
    return weighted(problem, np.where(finite, np.exp(-kappa * (problem.cost - largest)), np.inf))


def mclp(problem: Problem, terms: Terms) -> Outcome:
    """Choose the sites that leave the fewest persons uncovered."""
    return _least_uncovered(problem, terms, np.zeros(len(problem.demands), bool), "mclp")


def floor(problem: Problem, terms: Terms) -> Outcome:
    """Cover every demand of the highest tier; then leave the fewest others uncovered."""
    fault = limits.unreachable(problem, radius_of(terms), problem.first)
    if fault is not None:
        raise Infeasible(fault)
    return _least_uncovered(problem, terms, problem.first, "floor")


def lscp(problem: Problem, terms: Terms) -> Outcome:
    """Cover every demand with the fewest sites, or for the least money where priced."""
    return _covering_all(problem, terms, np.ones(len(problem.demands), bool))


def backup(problem: Problem, terms: Terms) -> Outcome:
    """Cover every demand with the fewest sites, and as many as can be by a second one."""
    fewest = lscp(problem, replace(terms, budget=None))
    reach = problem.within(radius_of(terms))
    fixed = replace(terms, p=int(fewest.opened.sum()), budget=None)
    form = covering(problem, reach, fixed)
    form.cover(np.ones(len(problem.demands), bool))
    n = len(problem.demands)
    form.programme.add_columns(np.zeros(n), np.ones(n))
    same = form.uncovered[V]
    near = reach.astype(np.float64)
    form.programme.add_rows({Y: near, V + 1: same}, np.full(n, 2.0), np.full(n, np.inf))
    solution = form.ask({V + 1: np.ones(n)}, terms)
    return _outcome(form, solution)


def p_center(problem: Problem, terms: Terms) -> Outcome:
    """Choose the sites with the least largest cost; among those, with the least mean."""
    start = _heuristic(problem, weighted(problem), terms)
    asked = problem.part(problem.reachable)
    high = float(asked.cost[:, start].min(axis=1).max())
    low = float(asked.cost.min(axis=1).max())
    steps = np.unique(asked.cost[(asked.cost >= low) & np.isfinite(asked.cost)])
    plan, proven = start, True
    if np.isfinite(high) and not problem.limited:
        steps = steps[steps <= high]
    below, above = -1, len(steps) - 1
    best = None
    while below + 1 < above or best is None:
        middle = above if best is None else (below + above) // 2
        made, sure = _within(asked, terms, float(steps[middle]))
        if made is not None:
            plan, above, best = made, middle, middle
        elif best is None and middle == len(steps) - 1:
            raise limits.too_few("p-center", terms, terms.p or 0, "p")
        else:
            below, proven = middle, proven and sure
    widest = float(steps[above])
    closer = _cheaper_within(problem, terms, widest, plan)
    return Outcome(closer, OPTIMAL if proven else BOUND, widest, widest if proven else low)


def epsilon(problem: Problem, terms: Terms) -> Outcome:
    """Leave the fewest out; keep the slowest group within epsilon; then the least persons x cost.

    Within epsilon of the best mean the slowest group can have. Means are of those some site
    reaches; who reaches none that is open counts there at the largest cost of all.
    """
    if problem.group is None:
        raise SchemeFault(limits.no_groups())
    few = _listed(problem, terms)
    if few is not None:
        return _best_listed(problem, few, terms)
    ceiling = np.where(problem.reachable, problem.weight * _largest(problem), 0.0)
    costs = weighted(problem, far=ceiling)
    form = _form(problem, costs, ceiling, terms)
    reached = [member & problem.reachable for _, member in problem.groups()]
    sizes = [(member, float(problem.weight[member].sum())) for member in reached]
    shares = [member / persons for member, persons in sizes if persons > 0]
    slowest = form.programme.add_columns(np.zeros(1), np.full(1, np.inf))
    for share in shares:
        parts = {b: np.atleast_2d(v) for b, v in form.summed(form.cost, share).items()}
        parts[slowest] = np.array([[-1.0]])
        form.programme.add_rows(parts, np.array([-np.inf]), np.array([-float(share @ form.base)]))
    price = FAR * (_largest(problem) + 1.0) / float(problem.weight[problem.weight > 0].min())
    out = form.summed(form.uncovered, problem.weight * price)
    worst = form.ask({slowest: np.ones(1)} | out, terms)
    _refuse_unserved(problem, form, worst)
    best = float(worst.values[form.programme.slices()[slowest]][0])
    form.at_most({slowest: np.ones(1)}, best * (1 + terms.epsilon) * (1 + TIGHT) + TIGHT)
    whole = form.summed(form.cost, np.ones(len(problem.demands)))
    out = form.summed(form.uncovered, left_out_cost(problem, costs))
    solution = form.ask(_added(whole, out), terms)
    found = _served(form, solution, left_out_cost(problem, costs) + ceiling)
    return found if worst.status == OPTIMAL else found._replace(status=BOUND)


MODELS: Mapping[str, Model] = MappingProxyType(
    {
        "p-median": p_median,
        "mclp": mclp,
        "lscp": lscp,
        "lscp-b": backup,
        "p-center": p_center,
        "kolm-pollak": kolm_pollak,
        "epsilon": epsilon,
        "floor": floor,
    }
)
"""Name of a model -> what answers it."""


def _listed(problem: Problem, terms: Terms) -> list[Flags] | None:
    """Return every plan of ``p`` sites, or None where there are many or rooms bind."""
    free = np.flatnonzero(~problem.built)
    wanted = (terms.p or 0) - int(problem.built.sum())
    if problem.limited or terms.p is None or comb(len(free), max(wanted, 0)) > MOST_LISTED:
        return None
    plans = []
    for chosen in combinations(free.tolist(), wanted):
        opened = problem.built.copy()
        opened[list(chosen)] = True
        if terms.budget is None or problem.price[opened].sum() <= terms.budget + 1e-9:
            plans.append(opened)
    return plans or None


def _best_listed(problem: Problem, plans: list[Flags], terms: Terms) -> Outcome:
    """Return what :func:`epsilon` seeks, by looking at every plan."""
    there = problem.reachable
    levels = []
    for opened in plans:
        near = problem.cost[:, opened].min(axis=1) if opened.any() else np.full(len(there), np.inf)
        out = there & np.isinf(near)
        capped = np.where(np.isinf(near), _largest(problem), near)
        means = [
            float((problem.weight * capped)[who & there].sum() / problem.weight[who & there].sum())
            for _, who in problem.groups()
            if problem.weight[who & there].sum() > 0
        ]
        ways = float((problem.weight * np.where(np.isinf(near), 0.0, near)).sum())
        levels.append((float(problem.weight[out].sum()), max(means, default=0.0), ways))
    fewest = min(left for left, _, _ in levels)
    slowest = min(worst for left, worst, _ in levels if left == fewest)
    limit = slowest * (1 + terms.epsilon) * (1 + TIGHT) + TIGHT
    kept = [
        (ways, at)
        for at, (left, worst, ways) in enumerate(levels)
        if left == fewest and worst <= limit
    ]
    best, at = min(kept)
    return Outcome(plans[at], OPTIMAL, best, best)


def _cheapest(problem: Problem, costs: Floats, terms: Terms, known: Flags | None = None) -> Outcome:
    """Return the plan that leaves the fewest out, with the least sum of ``costs`` of the rest."""
    if problem.limited:
        return _shared(problem, costs, terms)
    plan = _heuristic(problem, costs, terms)
    if known is not None and total(costs, known) < total(costs, plan):
        plan = known
    found = proven(problem, costs, plan, terms)
    sure = found.total - found.bound <= TIGHT * abs(found.total)
    out = _paid_for_leaving(problem, costs, found.opened)
    best, bound = found.total - out, max(found.bound - out, 0.0)
    return Outcome(found.opened, OPTIMAL if sure else BOUND, best, best if sure else bound)


def _paid_for_leaving(problem: Problem, costs: Floats, opened: Flags) -> float:
    """Return the part of the sum of ``costs`` that stands for demands no open site reaches."""
    out = problem.reachable & np.isinf(problem.cost[:, opened]).all(axis=1)
    return float(costs[np.ix_(out, opened)].min(axis=1).sum()) if out.any() else 0.0


def _shared(problem: Problem, costs: Floats, terms: Terms) -> Outcome:
    """Return the plan that has a place for most, with the least sum of costs of those."""
    far = np.where(problem.reachable, left_out_cost(problem, costs), 0.0)
    form = _form(problem, costs, far, terms)
    solution = form.ask(form.summed(form.cost, np.ones(len(problem.demands))), terms)
    _refuse_unserved(problem, form, solution)
    return _served(form, solution, far)


def _served(form: Form, solution: Solution, far: Floats) -> Outcome:
    """Return the outcome without what ``far`` counted for those left out."""
    base = float(form.base.sum())
    found = _outcome(form, solution, base=base - float(far @ form.left_out(solution)))
    return found if found.status == OPTIMAL else found._replace(bound=max(found.bound, 0.0))


def _added(*sums: dict[int, Floats]) -> dict[int, Floats]:
    """Return the sum of costs per column, block by block."""
    made: dict[int, Floats] = {}
    for part in sums:
        for block, values in part.items():
            made[block] = made[block] + values if block in made else values
    return made


def _form(problem: Problem, costs: Floats, left_out: Floats, terms: Terms) -> Form:
    """Return the form of ``costs``; ``left_out`` is what each counts that has no place."""
    if problem.limited:
        return sharing(problem, costs, np.isfinite(problem.cost), terms, left_out=left_out)
    return levels(problem, costs, terms)


def _largest(problem: Problem) -> float:
    return float(problem.cost[np.isfinite(problem.cost)].max(initial=0.0))


def _heuristic(problem: Problem, costs: Floats, terms: Terms) -> Flags:
    if terms.budget is not None:
        return by_price(problem, costs, terms.budget, terms.p)
    return by_exchange(problem, costs, int(terms.p or 0), terms)


def _reaching(problem: Problem, terms: Terms, reach: Flags, *, counted: bool) -> Form:
    if problem.limited:
        way = np.where(reach, problem.weight[:, None] * np.where(reach, problem.cost, 0.0), 0.0)
        return sharing(problem, way, reach, terms, counted=counted)
    return covering(problem, reach, terms, counted=counted)


def _least_uncovered(problem: Problem, terms: Terms, must: Flags, model: str) -> Outcome:
    """Return the plan with the fewest uncovered; among such plans, one with little way."""
    form = _reaching(problem, terms, problem.within(radius_of(terms)), counted=True)
    if must.any():
        form.cover(must)
    way = _slight(problem, form)
    solution = form.ask(_added(form.summed(form.uncovered, problem.weight), way), terms)
    if solution.status == "infeasible":
        needed = _covering_all(problem, replace(terms, p=None, budget=None), must)
        money = terms.p is None or needed.opened.sum() <= terms.p
        what = "budget" if money else "p"
        raise limits.too_few(model, terms, needed.bound, what)
    walked = sum(float(solution.values[form.programme.slices()[b]] @ w) for b, w in way.items())
    found = _outcome(form, solution, base=-walked)
    return found._replace(opened=_nearer(problem, terms, must, found.opened))


def _slight(problem: Problem, form: Form) -> dict[int, Floats]:
    """Return the ways of a form in a unit so small that all together weigh less than a person."""
    if not form.cost:
        return {}
    here = problem.weight[problem.weight > 0]
    unit = float(here.min()) / (FAR * float(here.sum()) * (_largest(problem) + 1.0))
    return form.summed(form.cost, np.full(len(problem.demands), unit))


def _nearer(problem: Problem, terms: Terms, must: Flags, plan: Flags) -> Flags:
    """Return a plan that covers as many with less way, if exchanges find one."""
    if problem.limited:
        return plan
    radius, far = radius_of(terms), left_out_cost(problem, weighted(problem))
    ways = weighted(problem)
    beyond = (problem.cost > radius) & problem.reachable[:, None]
    costs = ways + np.where(beyond, far[:, None], 0.0)
    tried = _heuristic(problem, costs, terms)

    def missed(opened: Flags) -> Flags:
        return ~np.asarray(problem.within(radius)[:, opened].any(axis=1), dtype=bool)

    out, before = missed(tried), missed(plan)
    as_many = problem.weight[out].sum() <= problem.weight[before].sum() and not out[must].any()
    return tried if as_many and total(ways, tried) < total(ways, plan) else plan


def _covering_all(problem: Problem, terms: Terms, must: Flags) -> Outcome:
    """Cover ``must`` with the fewest sites, or for the least money where sites are priced."""
    reach = problem.within(radius_of(terms))
    fault = limits.unreachable(problem, radius_of(terms), must)
    if fault is not None:
        raise Infeasible(fault)
    form = _reaching(problem, terms, reach, counted=False)
    form.cover(must)
    each = problem.price if problem.price.any() else np.ones(len(problem.sites))
    solution = form.ask({Y: each}, terms)
    _refuse_none(solution)
    found = _outcome(form, solution)
    _refuse_more(found, problem, terms)
    return found


def _refuse_more(found: Outcome, problem: Problem, terms: Terms) -> None:
    if terms.p is not None and not problem.price.any() and found.bound > terms.p + 1e-6:
        raise limits.too_few("lscp", terms, round(found.bound), "p")
    if terms.budget is not None and problem.price.any() and found.bound > terms.budget + 1e-6:
        raise limits.too_few("lscp", terms, found.bound, "budget")


def _within(problem: Problem, terms: Terms, radius: float) -> tuple[Flags | None, bool]:
    """Return a plan that covers everybody within ``radius``, and whether none is proven."""
    form = _reaching(problem, terms, problem.within(radius), counted=True)
    form.cover(np.ones(len(problem.demands), bool))
    try:
        solution = form.ask({Y: np.zeros(len(problem.sites))}, terms)
    except Infeasible:
        return None, False
    if solution.status == "infeasible":
        return None, True
    return form.opened(solution), True


def _cheaper_within(problem: Problem, terms: Terms, radius: float, plan: Flags) -> Flags:
    """Return a plan with a smaller mean and no cost above ``radius``, if exchanges find one."""
    if problem.limited:
        return plan
    costs = weighted(problem, np.where(problem.cost <= radius, problem.cost, np.inf))
    costs = np.where((problem.cost > radius) & (costs == 0), 1.0, costs)
    tried = _heuristic(problem, costs, terms)
    kept = problem.cost[problem.reachable][:, tried].min(axis=1).max() <= radius
    return tried if kept and total(costs, tried) < total(costs, plan) else plan


def _outcome(form: Form, solution: Solution, base: float = 0.0) -> Outcome:
    """Return a plan; sums of whole numbers come without what the solver's rounding adds."""
    opened = form.opened(solution)
    value = solution.cost + base
    value = float(round(value)) if abs(value - round(value)) < TIGHT else value
    if solution.status == OPTIMAL:
        return Outcome(opened, OPTIMAL, value, value)
    return Outcome(opened, BOUND, value, min(value, solution.bound + base))


def _refuse_none(solution: Solution) -> None:
    if solution.status == "infeasible":
        raise Infeasible(limits.no_cover())


def _refuse_unserved(problem: Problem, form: Form, solution: Solution) -> None:
    """Refuse a plan with limited room that leaves persons out whom an open site could reach."""
    if not problem.limited:
        return
    left = form.left_out(solution)
    opened = form.opened(solution)
    reached = np.isfinite(problem.cost[:, opened]).any(axis=1)
    persons = float((problem.weight * left)[reached].sum())
    if persons > TIGHT * problem.weight.sum():
        raise Infeasible(limits.no_room(persons))


def radius_of(terms: Terms) -> float:
    """Return the radius; a model that needs one refuses terms without."""
    if terms.radius is None:
        raise SchemeFault(limits.missing("radius", Said("一个距离或时间", "a time or distance")))
    return terms.radius
