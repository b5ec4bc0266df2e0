"""Choose sites by one model, and say what the plan means for everybody and for each group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from renlin.equity.groups import ALL, by_group
from renlin.equity.measures import gini, kolm_pollak, quantile
from renlin.space.siting.models import Outcome
from renlin.space.siting.problem import Flags, Floats, Problem, Terms, named
from renlin.space.siting.rooms import answered
from renlin.space.siting.serving import Served, serve

FAR_END = 0.9
"""Quantile of persons printed beside the mean."""


@dataclass(frozen=True, eq=False)
class Siting:
    """A plan of sites.

    Attributes
    ----------
    model, terms
        What was asked.
    status
        ``optimal``; ``bound``: the best plan lies between ``objective`` and ``bound``.
    objective, bound
        In the unit of the model: persons x cost (p-median), the sum the Kolm–Pollak measure
        orders by, uncovered persons (mclp, floor), sites or yuan (lscp), demands with one
        site only (lscp-b), cost (p-center).
    opened
        Ids of the open sites, built ones included.
    demands
        One row per demand: ``demand``, ``persons``, ``group``, ``cost`` (missing where no
        open site is reached), ``unserved`` (share without a place), ``covered``.
    flows
        One row per demand and site it goes to: ``demand``, ``site``, ``share``, ``cost``.
    figures
        One number each: see :func:`measured`.
    groups
        One row per group with the gap to all (``renlin.equity.groups.by_group``) and
        ``uncovered_share``; empty where no groups were given.
    """

    model: str
    terms: Terms
    status: str
    objective: float
    bound: float
    opened: tuple[str, ...]
    demands: pd.DataFrame
    flows: pd.DataFrame
    figures: Mapping[str, float]
    groups: pd.DataFrame

    @property
    def gap(self) -> float:
        """Return the distance between plan and bound, as a share of the plan's objective."""
        return abs(self.objective - self.bound) / abs(self.objective) if self.objective else 0.0


def site(problem: Problem, model: str, terms: Terms) -> Siting:
    """Return the best plan of one model, with what is proven about it.

    Parameters
    ----------
    model
        ``p-median``, ``mclp``, ``lscp``, ``lscp-b``, ``p-center``, ``kolm-pollak``,
        ``epsilon`` or ``floor``.
    terms
        Number of sites or budget, radius, epsilon, aversion.

    Raises
    ------
    SchemeFault
        When the model is unknown or what it needs is missing.
    Infeasible
        When no plan keeps the terms; it says which one fails, and by how much.

    Source: space reference §8.

    Examples
    --------
    >>> from renlin.space.siting.problem import stated
    >>> made = stated(["a", "b"], ["x", "y"], [[1, 9], [9, 2]], weight=[5, 1])
    >>> found = site(made, "p-median", Terms(p=1))
    >>> found.opened, found.status, found.figures["mean"]
    (('x',), 'optimal', 2.3333333333333335)
    """
    return told(problem, model, terms, answered(problem, model, terms))


def told(problem: Problem, model: str, terms: Terms, found: Outcome) -> Siting:
    """Return a plan with its tables and figures."""
    served = serve(problem, found.opened, terms.radius)
    demands = _demands(problem, served, terms)
    return Siting(
        model,
        terms,
        found.status,
        found.objective,
        found.bound,
        tuple(named(problem, found.opened)),
        demands,
        served.table(problem),
        measured(problem, found.opened, demands, terms),
        _groups(problem, demands),
    )


def measured(
    problem: Problem, opened: Flags, demands: pd.DataFrame, terms: Terms
) -> dict[str, float]:
    """Return the figures of a plan.

    ``n_sites``, ``price`` (yuan); ``persons``; ``mean``, ``p90``, ``max`` cost, ``gini`` and
    ``kolm_pollak`` of those who reach a site; ``unreached_demands`` and
    ``unreached_persons``; with a radius ``covered_demands``, ``uncovered_demands``,
    ``covered_demands_share``, ``covered_persons``, ``uncovered_persons`` and
    ``covered_persons_share``.
    """
    cost, weight = demands["cost"].to_numpy(), problem.weight
    there = np.isfinite(cost) & (weight > 0)
    found: dict[str, float] = {
        "n_sites": int(opened.sum()),
        "price": float(problem.price[opened].sum()),
        "n_demands": len(cost),
        "persons": float(weight.sum()),
        **_levels(cost[there], weight[there], terms),
        "max": float(np.nanmax(cost)) if np.isfinite(cost).any() else float("nan"),
        "unreached_demands": int(np.isnan(cost).sum()),
        "unreached_persons": float(weight @ demands["unserved"].to_numpy()),
    }
    return found | (_covered(demands, weight) if terms.radius is not None else {})


def _levels(cost: Floats, weight: Floats, terms: Terms) -> dict[str, float]:
    if not len(cost):
        return dict.fromkeys(("mean", "p90", "gini", "kolm_pollak"), float("nan"))
    return {
        "mean": float((cost * weight).sum() / weight.sum()),
        "p90": quantile(cost, FAR_END, weight),
        "gini": gini(cost, weight) if cost.any() else 0.0,
        "kolm_pollak": kolm_pollak(cost, terms.aversion, weight).equivalent,
    }


def _covered(demands: pd.DataFrame, weight: Floats) -> dict[str, float]:
    covered = demands["covered_share"].to_numpy()
    whole = covered > 1 - 1e-9
    return {
        "covered_demands": int(whole.sum()),
        "uncovered_demands": int((~whole).sum()),
        "covered_demands_share": float(whole.mean()),
        "covered_persons": float((covered * weight).sum()),
        "uncovered_persons": float(((1 - covered) * weight).sum()),
        "covered_persons_share": float((covered * weight).sum() / weight.sum()),
    }


def _demands(problem: Problem, served: Served, terms: Terms) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "demand": problem.demands,
            "persons": problem.weight,
            "group": problem.group if problem.group is not None else ALL,
            "first": problem.first,
            "cost": served.cost,
            "unserved": served.unserved,
        }
    )
    if terms.radius is not None:
        table["covered_share"] = served.within(problem, terms.radius)
    return table


def _groups(problem: Problem, demands: pd.DataFrame) -> pd.DataFrame:
    """Return levels and gaps by group; persons whom no site reaches count as unknown there."""
    if problem.group is None:
        return pd.DataFrame()
    table = by_group(demands["cost"], problem.weight, problem.group, reference=ALL)
    who = dict(problem.groups())
    unserved = problem.weight * demands["unserved"].to_numpy()
    lost = [float(unserved[who[name]].sum()) for name in table["group"]]
    table["unreached_persons"] = lost
    if "covered_share" not in demands:
        return table
    left = (1 - demands["covered_share"].to_numpy()) * problem.weight
    whole = [float(problem.weight[who[name]].sum()) for name in table["group"]]
    out = [float(left[who[name]].sum()) for name in table["group"]]
    table["uncovered_persons"] = out
    table["uncovered_share"] = np.divide(
        out, whole, out=np.full(len(out), np.nan), where=np.asarray(whole) > 0
    )
    return table
