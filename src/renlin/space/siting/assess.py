"""Lay out where each service should open next: efficiency first and equity first side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding
from renlin.space.siting import traced
from renlin.space.siting.answer import Siting
from renlin.space.siting.candidates import candidates
from renlin.space.siting.frontier import changed, described, dominated, frontier, today
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
    terms = [one for one in asked.sizes(most) if (one.p or 0) > built]
    table, plans = frontier(asked.problem, terms, (EFFICIENCY, *BETWEEN, EQUITY))
    rows: list[Any] = table.drop(columns="dominated").to_dict("records")
    start = today(asked.problem, terms[0]) if built else None
    if start is not None:
        rows.insert(0, described(start) | {"status": TODAY, "gap": np.nan, "p": built})
    made = pd.DataFrame(rows)
    made["more"] = (made["p"] - built).astype("int64")
    made["plan"] = [
        _named(model, more) for model, more in zip(made["model"], made["more"], strict=True)
    ]
    made["service"] = asked.kind
    made["dominated"] = dominated(made)
    sites = [told.split("、") if told else [] for told in made["sites"]]
    made["price"] = [asked.price(opened) if opened else np.nan for opened in sites]
    return made, _changes(asked, plans, start, built), _sites(asked, plans, built)


def _named(model: str, more: int) -> str:
    return TODAY if model == TODAY else f"{model}+{more}"


def _changes(asked: Study, plans: list[Siting], start: Siting | None, built: int) -> pd.DataFrame:
    """Return who gains and loses from each plan to that of one more site, by group."""
    parts = [pd.DataFrame(columns=list(CHANGES))]
    before: dict[str, Siting | None] = {}
    for plan in plans:
        last = before.get(plan.model, start)
        before[plan.model] = plan
        if last is None:
            continue
        names = [_named(one.model, int(one.terms.p or 0) - built) for one in (plan, last)]
        moved = changed(asked.problem, last, plan)
        parts.append(moved.assign(service=asked.kind, plan=names[0], before=names[1]))
    kept = [part for part in parts if len(part)] or parts
    return pd.concat(kept, ignore_index=True)


def _sites(asked: Study, plans: list[Siting], built: int) -> pd.DataFrame:
    """Return every ground: when each list opens it, and whom it alone would bring within reach."""
    problem, limit = asked.problem, asked.limit
    reach = np.asarray(problem.within(limit), dtype=bool)
    already = np.asarray(reach[:, problem.built].any(axis=1), dtype=bool)
    new = reach & ~already[:, None]
    vulnerable = asked.homes["vulnerable"].to_numpy(dtype=bool)
    first = asked.homes["first"].to_numpy(dtype=bool)
    rows = []
    for at in np.flatnonzero(~problem.built):
        name, gained = str(problem.sites[at]), problem.weight * new[:, at]
        room = problem.capacity[at]
        rows.append(
            {
                "site": name,
                "candidate": True,
                "reason_zh": "",
                "reason_en": "",
                "room": float(room) if np.isfinite(room) else np.nan,
                "price": asked.prices[name],
                "efficiency_step": _step(name, EFFICIENCY, plans, built),
                "equity_step": _step(name, EQUITY, plans, built),
                "newly_covered": float(gained.sum()),
                "newly_vulnerable": float(gained[vulnerable].sum()),
                "newly_first": float(gained[first].sum()),
            }
        )
    for name, why in asked.left_out.items():
        rows.append({"site": name, "candidate": False, "reason_zh": why.zh, "reason_en": why.en})
    made = pd.DataFrame(rows).assign(service=asked.kind).reindex(columns=list(SITES))
    steps = ["efficiency_step", "equity_step"]
    return made.astype(dict.fromkeys(steps, "Int64"))


def _step(site: str, model: str, plans: list[Siting], built: int) -> int | None:
    """Return with how many more sites the list first opens ``site``; None: never."""
    sizes = [int(plan.terms.p or 0) - built for plan in plans
             if plan.model == model and site in plan.opened]  # fmt: skip
    return min(sizes, default=None)
