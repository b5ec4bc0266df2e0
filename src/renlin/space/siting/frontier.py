"""Lay the plans of several models and sizes side by side: who gains, who loses, what it costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from renlin.equity.groups import SMALL_GROUP
from renlin.errors import Infeasible
from renlin.space.siting.answer import Siting, site, told
from renlin.space.siting.models import BOUND, Outcome
from renlin.space.siting.problem import Problem, Terms

Progress = Callable[[str, int, int], None]
LEVELS = ("mean", "worst_group_mean", "kolm_pollak", "price", "n_sites")
"""What the frontier weighs against each other; less of each is better."""


def frontier(
    problem: Problem,
    sizes: Sequence[Terms],
    models: Sequence[str],
    progress: Progress | None = None,
) -> tuple[pd.DataFrame, list[Siting]]:
    """Return every plan of ``models`` at every size, and which of them none other betters.

    Parameters
    ----------
    sizes
        Terms to try: numbers of sites, or budgets, or epsilons.
    models
        Names as in :func:`renlin.space.siting.answer.site`.

    Returns
    -------
    One row per plan: ``plan`` (number), ``model``, ``status``, ``gap``, ``mean``,
    ``worst_group``, ``worst_group_mean``, ``kolm_pollak``, ``price``, ``n_sites``,
    ``unreached_persons``, ``uncovered_persons``, ``sites``, ``dominated`` (another plan is as
    good in everything and better in something),
    ``infeasible`` (why there is no plan, or nothing); and the plans, in order of ``plan``.

    Source: space reference §8, Pareto front.
    """
    rows: list[dict[str, object]] = []
    plans: list[Siting] = []
    asked = [(model, terms) for model in models for terms in sizes]
    for at, (model, terms) in enumerate(asked, start=1):
        try:
            found = site(problem, model, terms)
        except Infeasible as error:
            rows.append(_none(model, terms, error))
        else:
            plans.append(found)
            rows.append(described(found) | {"plan": len(plans) - 1})
        if progress is not None:
            progress("选址 siting", at, len(asked))
    table = pd.DataFrame(rows)
    table["dominated"] = dominated(table)
    return table, plans


def dominated(table: pd.DataFrame) -> list[bool | None]:
    """Return for each plan whether another is nowhere worse and somewhere better."""
    values = table[list(LEVELS)].to_numpy(dtype=np.float64)
    lost = table["unreached_persons"].to_numpy(dtype=np.float64)
    values = np.column_stack([values, lost])
    there = ~np.isnan(values[:, 0])
    found: list[bool | None] = []
    for row, known in zip(values, there, strict=True):
        if not known:
            found.append(None)
            continue
        others = values[there]
        near = np.isclose(others, row, rtol=1e-9, atol=1e-9)
        better = ((others < row) | near).all(axis=1) & ((others < row) & ~near).any(axis=1)
        found.append(bool(better.any()))
    return found


def changed(problem: Problem, before: Siting, after: Siting) -> pd.DataFrame:
    """Return who gains and who loses between two plans, by group and for all.

    Returns
    -------
    One row per group and one for ``all``: ``group``, ``persons``, ``nearer``, ``farther``,
    ``same`` (persons), ``mean_change`` (unit of costs, of those who reach a site in both),
    ``newly_reached``, ``no_longer_reached`` (persons).
    """
    first, second = before.demands["cost"].to_numpy(), after.demands["cost"].to_numpy()
    members = [("all", np.ones(len(first), bool)), *problem.groups()]
    return pd.DataFrame([_moved(name, who, problem, first, second) for name, who in members])


def stability(problem: Problem, model: str, terms: Terms, seeds: Sequence[int]) -> float:
    """Return the mean Jaccard likeness of the sites chosen under several seeds with the first.

    One means that the same sites come out whatever the search begins from.
    """
    runs = [set(site(problem, model, replace(terms, seed=seed)).opened) for seed in seeds]
    alike = [len(runs[0] & other) / len(runs[0] | other) for other in runs[1:]]
    return float(np.mean(alike)) if alike else 1.0


def today(problem: Problem, terms: Terms) -> Siting:
    """Return the plan that opens nothing new: the built sites as they are.

    Raises
    ------
    Infeasible
        When nothing is built.
    """
    value = float("nan")
    return told(problem, "today", terms, Outcome(problem.built, BOUND, value, value))


def described(found: Siting) -> dict[str, object]:
    """Return a plan as a row of the frontier, but for its number."""
    worst = _slowest(found.groups)
    figures = found.figures
    return {
        "plan": None,
        "model": found.model,
        "p": found.terms.p,
        "budget": found.terms.budget,
        "status": found.status,
        "gap": found.gap,
        "mean": figures["mean"],
        "worst_group": "all" if worst is None else str(worst["group"]),
        "worst_group_mean": figures["mean"] if worst is None else float(worst["mean"]),
        "kolm_pollak": figures["kolm_pollak"],
        "price": figures["price"],
        "n_sites": figures["n_sites"],
        "unreached_persons": figures["unreached_persons"],
        "uncovered_persons": figures.get("uncovered_persons", float("nan")),
        "sites": "、".join(found.opened),
        "infeasible": "",
    }


def _moved(name: str, who: Any, problem: Problem, first: Any, second: Any) -> dict[str, object]:
    weight = problem.weight * who
    both = np.isfinite(first) & np.isfinite(second)
    change = np.where(both, second - first, 0.0)
    near = np.isclose(change, 0.0, atol=1e-9)
    seen = float(weight[both].sum())
    return {
        "group": name,
        "persons": float(weight.sum()),
        "nearer": float(weight[both & (change < 0) & ~near].sum()),
        "farther": float(weight[both & (change > 0) & ~near].sum()),
        "same": float(weight[both & near].sum()),
        "mean_change": float((weight * change).sum() / seen) if seen else float("nan"),
        "newly_reached": float(weight[np.isnan(first) & np.isfinite(second)].sum()),
        "no_longer_reached": float(weight[np.isfinite(first) & np.isnan(second)].sum()),
    }


def _slowest(groups: pd.DataFrame) -> pd.Series | None:
    """Return the group with the largest mean; one of few persons only where all are so."""
    if not len(groups):
        return None
    told = groups[groups["persons"] >= SMALL_GROUP]
    ranked = (told if len(told) else groups).sort_values("mean", ascending=False, kind="stable")
    return ranked.iloc[0]


def _none(model: str, terms: Terms, error: Infeasible) -> dict[str, object]:
    names = ("gap", *LEVELS, "unreached_persons", "uncovered_persons")
    missing = dict.fromkeys(names, float("nan"))
    return {
        "plan": None, "model": model, "p": terms.p, "budget": terms.budget, "status": "infeasible",
        **missing, "worst_group": "", "sites": "", "infeasible": error.text("en"),
    }  # fmt: skip
