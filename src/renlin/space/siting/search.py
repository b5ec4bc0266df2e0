"""Find a good plan: by exchanges, or within a budget by what each yuan saves."""

from __future__ import annotations

import numpy as np

from renlin.kernels import swap
from renlin.random_streams import draw
from renlin.space.siting.problem import Flags, Floats, Problem, Terms

FAR = 4.0
"""The fewest persons left out cost this many times all that could be travelled, so that no
plan leaves anybody out to save way."""


def weighted(problem: Problem, cost: Floats | None = None, *, far: Floats | None = None) -> Floats:
    """Return persons x cost, finite: where no way leads stands ``far``, else a large number.

    A demand that no site reaches at all costs nothing: no plan can do anything about it, and
    the answer counts it by itself.
    """
    given = problem.cost if cost is None else cost
    finite = np.isfinite(given)
    whole = problem.weight[:, None] * np.where(finite, given, 0.0)
    left_out = ~finite & problem.reachable[:, None]
    out = left_out_cost(problem, whole) if far is None else far
    return np.where(left_out, out[:, None], whole)


def left_out_cost(problem: Problem, costs: Floats) -> Floats:
    """Return what leaving each demand out costs: by persons, and above all ways together."""
    here = problem.weight > 0
    each = FAR * (float(costs.max(axis=1).sum()) + 1.0) / float(problem.weight[here].min())
    return problem.weight * each


def by_exchange(problem: Problem, costs: Floats, p: int, terms: Terms) -> Flags:
    """Return the best plan of ``p`` sites that no single exchange makes cheaper.

    Parameters
    ----------
    costs
        Persons x cost, finite, shape (n_demands, n_sites).
    p
        Sites open in all, those built included.
    """
    free = np.flatnonzero(~problem.built)
    fixed = np.flatnonzero(problem.built)
    wanted = p - len(fixed)
    opened = problem.built.copy()
    if wanted == len(free) or wanted == 0:
        opened[free[:wanted]] = True
        return opened
    lots = draw(terms.seed, "siting", problem.sites[free].tolist(), count=terms.starts)
    rows = (
        np.argsort(lots, axis=0)[:wanted].T if lots.ndim == 2 else np.argsort(lots)[None, :wanted]
    )
    plan = swap.choose(costs, free[rows], fixed)
    opened[plan.sites] = True
    return opened


def by_price(problem: Problem, costs: Floats, budget: float, p: int | None) -> Flags:
    """Return a plan within ``budget``: open what saves most per yuan, then exchange.

    Parameters
    ----------
    budget
        Yuan for all sites opened.
    p
        Most sites open in all, or None.
    """
    opened = problem.built.copy()
    most = len(opened) if p is None else p
    now = np.full(len(costs), np.inf) if not opened.any() else costs[:, opened].min(axis=1)
    while opened.sum() < most:
        left = budget - problem.price[opened].sum()
        fits = ~opened & (problem.price <= left + 1e-9)
        if not fits.any():
            break
        gain = _gain(costs[:, fits], now) / np.maximum(problem.price[fits], 1e-9)
        best = np.flatnonzero(fits)[int(np.argmax(gain))]
        if gain.max() <= 0:
            break
        opened[best] = True
        now = np.minimum(now, costs[:, best])
    return _exchanged(problem, costs, opened, budget)


def total(costs: Floats, opened: Flags) -> float:
    """Return the cost of serving every demand from the cheapest open site."""
    return float(costs[:, opened].min(axis=1).sum()) if opened.any() else float("inf")


def _gain(columns: Floats, now: Floats) -> Floats:
    if np.isinf(now).any():
        never = float(columns.max()) * len(columns) + 1.0
        return np.asarray(never - columns.sum(axis=0))
    return np.asarray(np.maximum(now[:, None] - columns, 0.0).sum(axis=0))


def _exchanged(problem: Problem, costs: Floats, opened: Flags, budget: float) -> Flags:
    """Exchange one open site for a closed one the money allows, while the total falls."""
    best = total(costs, opened)
    while True:
        found = None
        for out in np.flatnonzero(opened & ~problem.built):
            rest = opened.copy()
            rest[out] = False
            left = budget - problem.price[rest].sum()
            now = costs[:, rest].min(axis=1) if rest.any() else np.full(len(costs), np.inf)
            fits = np.flatnonzero(~opened & (problem.price <= left + 1e-9))
            if not len(fits):
                continue
            sums = np.minimum(costs[:, fits], now[:, None]).sum(axis=0)
            if sums.min() < best * (1 - 1e-12):
                best, found = float(sums.min()), (out, fits[int(np.argmin(sums))])
        if found is None:
            return opened
        opened = opened.copy()
        opened[found[0]], opened[found[1]] = False, True
