"""Answer a model by name, with or without limits of room."""

from __future__ import annotations

import numpy as np

from renlin.errors import Infeasible, Said, SchemeFault
from renlin.space.siting import limits
from renlin.space.siting.models import (
    BOUND,
    MODELS,
    Outcome,
    burdens,
    kappa_of,
    p_median,
    radius_of,
)
from renlin.space.siting.problem import Flags, Floats, Problem, Terms
from renlin.space.siting.search import left_out_cost
from renlin.space.siting.serving import serve

MOST_PAIRS = 20_000
"""Pairs of demand and site up to which the Kolm–Pollak plan within rooms is proven."""
BY_RADIUS = ("mclp", "lscp", "lscp-b", "floor")
"""Models that need a radius."""


def answered(problem: Problem, model: str, terms: Terms) -> Outcome:
    """Return the plan of a model.

    Raises
    ------
    SchemeFault
        When there is no such model, or what it needs is missing (radius, number, groups).
    Infeasible
        When no plan keeps the terms; it says which one fails, and by how much.

    Limited rooms are first left aside: where everybody finds a place at the nearest site of
    the plan that comes out, no plan within the rooms is better.
    """
    if model not in MODELS:
        raise SchemeFault(limits.unknown(model, MODELS))
    if model in BY_RADIUS:
        radius_of(terms)
    if model not in ("lscp", "lscp-b") and terms.p is None and terms.budget is None:
        raise SchemeFault(limits.missing("p", Said("p 或 budget", "p or a budget")))
    limits.check_terms(problem, terms)
    if problem.limited and model not in ("mclp", "floor"):
        fault = limits.too_small(problem, float(problem.weight.sum()))
        if fault is not None:
            raise Infeasible(fault)
    if problem.limited:
        free = MODELS[model](problem.boundless(), terms)
        if problem.roomy(free.opened) and _same_kappa(problem, model, terms):
            return free
        return _within_rooms(problem, model, terms, free)
    return MODELS[model](problem, terms)


def _same_kappa(problem: Problem, model: str, terms: Terms) -> bool:
    """Return whether rooms leave the plan alone that the Kolm–Pollak measure takes kappa from."""
    if model != "kolm-pollak":
        return True
    return problem.roomy(p_median(problem.boundless(), terms).opened)


def _within_rooms(problem: Problem, model: str, terms: Terms, free: Outcome) -> Outcome:
    """Return the plan that keeps to the rooms.

    Demands a model cannot tell apart are made one first: at one door they differ by stairs
    only, which no site shortens.
    """
    if model in BY_RADIUS:
        alike = problem.within(radius_of(terms)).astype(np.float64)
    elif model in ("p-median", "epsilon"):
        least = problem.cost.min(axis=1, keepdims=True)
        alike = problem.cost - np.where(np.isfinite(least), least, 0.0)
    else:
        alike = problem.cost
    small, _ = problem.merged(alike)
    if model == "kolm-pollak" and small.cost.size > MOST_PAIRS:
        return _better_of(problem, terms, free)
    return MODELS[model](small, terms)


def _better_of(problem: Problem, terms: Terms, free: Outcome) -> Outcome:
    """Return the better by Kolm–Pollak of the plan without rooms and that of the p-median.

    Bounded by the first: room left aside, nothing is better.
    """
    base = p_median(problem.boundless(), terms)
    worth = burdens(problem, kappa_of(problem, base.opened, terms))
    near = _within_rooms(problem, "p-median", terms, base)
    tried = [(_burden(problem, worth, one.opened), one.opened) for one in (free, near)]
    best, opened = min(tried, key=lambda one: one[0])
    return Outcome(opened, BOUND, best, min(best, free.bound))


def _burden(problem: Problem, worth: Floats, opened: Flags) -> float:
    served = serve(problem, opened)
    out = left_out_cost(problem, worth) * np.where(problem.reachable, served.unserved, 0.0)
    finite = np.where(np.isfinite(problem.cost), worth, 0.0)
    return float((served.share * finite).sum() + out.sum())
