"""Lay out where each service should open next: efficiency first and equity first side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.errors import Infeasible
from renlin.finding import Finding
from renlin.space.siting import traced
from renlin.space.siting.answer import Siting
from renlin.space.siting.candidates import candidates
from renlin.space.siting.frontier import changed, frontier, today
from renlin.space.siting.problem import Terms
from renlin.space.siting.study import Study, study

EFFICIENCY, EQUITY = "p-median", "floor"
"""Models of the two lists: least way in all; the highest tier first, then the uncovered."""
BETWEEN = ("kolm-pollak", "epsilon")
"""Models laid out beside them: far weighs more; the slowest group held near its best."""
TODAY = "today"
PLANS = (
    "service",
    "plan",
    "model",
    "more",
    "status",
    "gap",
    "mean",
    "worst_group",
    "worst_group_mean",
    "kolm_pollak",
    "price",
    "n_sites",
    "unreached_persons",
    "uncovered_persons",
    "sites",
    "dominated",
    "infeasible",
)
CHANGES = (
    "service",
    "plan",
    "before",
    "group",
    "persons",
    "nearer",
    "farther",
    "same",
    "mean_change",
    "newly_reached",
    "no_longer_reached",
)
SITES = (
    "service",
    "site",
    "candidate",
    "reason_zh",
    "reason_en",
    "room",
    "price",
    "efficiency_step",
    "equity_step",
    "newly_covered",
    "newly_vulnerable",
    "newly_first",
)


@dataclass(frozen=True)
class Sited:
    """Where each service should open next.

    Attributes
    ----------
    siting
        Every plan: the frontier between mean, worst group and money.
    siting_changes
        Who gains and who loses at each step, by group.
    siting_sites
        Every ground: when each list opens it, whom it alone would bring within reach, or
        why it is no candidate.
    """

    siting: Finding
    siting_changes: Finding
    siting_sites: Finding


def assess_siting(place: Community, needs: NeedsFindings) -> Sited:
    """Return the plans of every service of the policy that has a ground to open on."""
    most = int(place.catalogue.number("siting_more"))
    asked = [study(place, needs, kind) for kind in _services(place)]
    laid = [_laid_out(one, most) for one in asked]
    plans, changes, sites = (
        pd.concat([part[at] for part in laid], ignore_index=True)[list(columns)]
        if laid
        else pd.DataFrame({column: pd.Series(dtype="object") for column in columns})
        for at, columns in enumerate((PLANS, CHANGES, SITES))
    )
    found = traced.siting(place, plans, needs)
    return Sited(
        found,
        traced.siting_changes(place, changes, found),
        traced.siting_sites(place, sites, found),
    )


def _services(place: Community) -> list[str]:
    """Return the services of the policy with a walking limit and a ground to open on."""
    kinds = dict.fromkeys(place.policy.services)
    limited = [kind for kind in kinds if place.catalogue.facilities[kind].walk_limit is not None]
    return [kind for kind in limited if candidates(place, kind).edits]


def _laid_out(asked: Study, most: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return plans, changes and sites of one service."""
    built = int(asked.problem.built.sum())
    sizes = range(max(built, 1), min(built + most, len(asked.problem.sites)) + 1)
    terms = [Terms(p=p, radius=asked.limit) for p in sizes if p > built]
    table, plans = frontier(asked.problem, terms, (EFFICIENCY, *BETWEEN, EQUITY))
    table["more"] = table["p"] - built
    table["price"] = [
        asked.price(plans[int(plan)].opened) if pd.notna(plan) else np.nan
        for plan in table["plan"]
    ]
    found = {_named(plan, built): plan for plan in plans}
    table["plan"] = [f"{row.model}+{row.more}" for row in table.itertuples()]
    table["service"] = asked.kind
    start = _start(asked, terms)
    changes = _changes(asked, found, start)
    if start is not None:
        table = pd.concat([_today(asked, start), table], ignore_index=True)
    return table, changes, _sites(asked, found)


def _named(plan: Siting, built: int) -> str:
    return f"{plan.model}+{int(plan.terms.p or 0) - built}"


def _start(asked: Study, terms: list[Terms]) -> Siting | None:
    """Return what is open today as a plan; None where nothing is."""
    if not asked.problem.built.any() or not terms:
        return None
    try:
        return today(asked.problem, terms[0])
    except Infeasible:
        return None


def _today(asked: Study, start: Siting) -> pd.DataFrame:
    """Return the row of today in the table of plans."""
    slowest = start.groups.sort_values("mean", ascending=False) if len(start.groups) else None
    row = {
        "service": asked.kind,
        "plan": TODAY,
        "model": TODAY,
        "more": 0,
        "status": TODAY,
        "gap": np.nan,
    }
    del slowest
    return pd.DataFrame([row])


def _changes(asked: Study, found: dict[str, Siting], start: Siting | None) -> pd.DataFrame:
    """Return who gains and loses from each plan to that of one more site, by group."""
    parts = []
    before: dict[str, tuple[str, Siting]] = {}
    for name, plan in found.items():
        last = before.get(plan.model) or (None if start is None else (TODAY, start))
        if last is not None:
            moved = changed(asked.problem, last[1], plan)
            parts.append(moved.assign(service=asked.kind, plan=name, before=last[0]))
        before[plan.model] = (name, plan)
    if parts:
        return pd.concat(parts, ignore_index=True)
    return pd.DataFrame(columns=list(CHANGES))
