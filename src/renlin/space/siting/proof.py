"""Prove a plan best, or bound how far from the best it can be: branch and bound by Lagrange.

Every demand pays a price for being served, a site earns what the prices exceed its costs, and
no plan is cheaper than the sum of prices less the largest earnings that number and money
allow (Cornuejols, Fisher, Nemhauser 1977). Prices move along the subgradient (Held, Wolfe,
Crowder 1974); where the bound stays below the best plan known, a site is once kept open and
once kept closed. The same problem takes the same steps: branches are limited, not time.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np

from renlin.space.siting.problem import Flags, Floats, Problem, Terms
from renlin.space.siting.search import total

TIGHT = 1e-9
"""Relative distance to the bound at which a plan counts as proven."""
ROUNDS, LATER = 300, 60
"""Steps along the subgradient at first, and after a branch, where prices are near already.
These and the next change how soon a bound is found, never what is true. Assumption."""
WORK = 50_000_000
"""Pairs of demand and site looked at over all branches: large problems get fewer branches, so
that a proof takes some ten seconds at most on one core. Assumption."""
PATIENCE = 12
"""Steps without a better bound after which steps become half as long."""


class Proof(NamedTuple):
    """The best plan found, its total cost, and what no plan goes below."""

    opened: Flags
    total: float
    bound: float


class _Branch(NamedTuple):
    """Sites kept open, sites kept closed, and the prices that led here."""

    opened: Flags
    closed: Flags
    prices: Floats


class _Bound(NamedTuple):
    """What holds in a branch: bound, prices and earnings at it, how often a site was open."""

    value: float
    prices: Floats
    earnings: Floats
    often: Floats
    best: Flags


class _Question(NamedTuple):
    """Costs with persons (n_demands, n_sites), prices of sites, and the terms."""

    costs: Floats
    yuan: Floats
    p: int | None
    budget: float


def proven(problem: Problem, costs: Floats, plan: Flags, terms: Terms) -> Proof:
    """Return the best plan, or the best found when the branches are spent.

    There are ``terms.node_limit`` of them, fewer where the problem is large (``WORK``).

    Parameters
    ----------
    costs
        Persons x cost, finite, shape (n_demands, n_sites).
    plan
        A plan that is known, shape (n_sites,).
    """
    asked = _Question(
        costs, problem.price, terms.p, np.inf if terms.budget is None else terms.budget
    )
    none = np.zeros(len(plan), dtype=bool)
    second = min(1, costs.shape[1] - 1)
    start = np.partition(costs, second, axis=1)[:, second]
    best, least = plan, total(costs, plan)
    waiting = [(-np.inf, 0, _Branch(problem.built, none, start))]
    ended, count = np.inf, 0
    most = max(1, min(terms.node_limit, WORK // costs.size))
    while waiting and count < most:
        bound, _, branch = heapq.heappop(waiting)
        if _closed(bound, least):
            ended = min(ended, bound)
            continue
        found = _bounded(asked, branch, least, LATER if count else ROUNDS)
        tried = total(costs, found.best)
        if tried < least:
            best, least = found.best, tried
        low = max(found.value, bound)
        count += 1
        if _closed(low, least):
            ended = min(ended, low)
            continue
        for number, child in enumerate(_split(asked, branch, found, least)):
            heapq.heappush(waiting, (low, 2 * count + number, child))
    left = min((bound for bound, _, _ in waiting), default=np.inf)
    return Proof(best, least, min(least, ended, left))


def _closed(bound: float, least: float) -> bool:
    """Return whether nothing better than the plan known lies beyond a bound."""
    return least - bound <= TIGHT * abs(least)


def _split(asked: _Question, branch: _Branch, found: _Bound, least: float) -> list[_Branch]:
    """Return both halves: the site about which prices are least agreed, open and closed."""
    closed = branch.closed | _hopeless(asked, branch, found, least)
    free = np.flatnonzero(~branch.opened & ~closed)
    if not len(free):
        return []
    site = free[int(np.argmin(np.abs(found.often[free] - 0.5)))]
    halves = []
    for opened in (True, False):
        kept, out = branch.opened.copy(), closed.copy()
        (kept if opened else out)[site] = True
        if _possible(asked, kept, out):
            halves.append(_Branch(kept, out, found.prices))
    return halves


def _possible(asked: _Question, opened: Flags, closed: Flags) -> bool:
    """Return whether number and money allow these sites."""
    number = asked.p is None or opened.sum() <= asked.p <= (~closed).sum()
    some = bool(opened.any()) or bool((~closed & (asked.yuan <= asked.budget)).any())
    return bool(number and some and asked.yuan[opened].sum() <= asked.budget + TIGHT)


def _hopeless(asked: _Question, branch: _Branch, found: _Bound, least: float) -> Flags:
    """Return the free sites that are in no better plan (reduced costs); by number only."""
    free = ~branch.opened & ~branch.closed
    wanted = 0 if asked.p is None else asked.p - int(branch.opened.sum())
    if np.isfinite(asked.budget) or wanted == 0 or wanted >= free.sum():
        return np.zeros(len(free), dtype=bool)
    last = np.sort(found.earnings[free])[wanted - 1]
    return np.asarray(free & (found.value + found.earnings - last > least), dtype=bool)


def _bounded(asked: _Question, branch: _Branch, least: float, rounds: int) -> _Bound:
    """Move the prices of a branch; return the highest bound met."""
    alive = ~branch.closed
    costs = asked.costs[:, alive]
    prices, kept_prices = branch.prices, branch.prices
    value, kept, stretch, since, done = -np.inf, np.zeros(len(alive)), 2.0, 0, 0
    often, cheapest, best = np.zeros(len(alive)), np.inf, branch.opened
    for _ in range(rounds):
        done += 1
        saved = np.minimum(costs - prices[:, None], 0.0)
        earnings = np.zeros(len(alive))
        earnings[alive] = saved.sum(axis=0)
        plan, earned = _earning(asked, branch, earnings)
        here = float(prices.sum() + earned)
        if here > value:
            since = 0 if here > value + 1e-7 * abs(least) else since + 1
            value, kept, kept_prices = here, earnings, prices
            tried = total(asked.costs, plan)
            if tried < cheapest and _possible(asked, plan, ~plan):
                cheapest, best = tried, plan
        else:
            since += 1
        often += plan
        if since >= PATIENCE:
            stretch, since = stretch / 2, 0
        slope = 1.0 - (saved[:, plan[alive]] < 0).sum(axis=1)
        steep = float(slope @ slope)
        if steep == 0 or _closed(value, least) or stretch < 1e-4:
            break
        prices = prices + stretch * max(least * 1.0005 - here, 0.0) / steep * slope
    return _Bound(value, kept_prices, kept, often / done, best)


def _earning(asked: _Question, branch: _Branch, earnings: Floats) -> tuple[Flags, float]:
    """Return the sites to open at these earnings, and what they come to at the least."""
    plan = branch.opened.copy()
    free = np.flatnonzero(~plan & ~branch.closed)
    if np.isinf(asked.budget) and asked.p is not None:
        plan[free[np.argsort(earnings[free], kind="stable")[: asked.p - int(plan.sum())]]] = True
        return plan, float(earnings[plan].sum())
    value, left = float(earnings[plan].sum()), asked.budget - float(asked.yuan[plan].sum())
    rate = earnings[free] / np.maximum(asked.yuan[free], TIGHT)
    for site in free[np.argsort(rate, kind="stable")]:
        if earnings[site] >= 0:
            break
        share = 1.0 if asked.yuan[site] <= left else left / float(asked.yuan[site])
        value += share * float(earnings[site])
        left -= share * float(asked.yuan[site])
        plan[site] = share == 1.0
        if share < 1.0:
            break
    return plan, value
