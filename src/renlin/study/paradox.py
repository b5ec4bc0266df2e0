"""Ask of every scheme and scenario whether the average hides a loss of the worst-off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from renlin.community.settings import Policy
from renlin.equity.outcomes import Outcome
from renlin.equity.paradox import Verdict, detect
from renlin.finding import Finding, find
from renlin.study.traced import paradox_lineage

BASE = "base"
ALL, WORST = "all", "worst_decile"
MEASURE = "mean_time"
LEAST_GROUPS = 2
"""Groups needed for a gap between them."""


def paradox(groups: Finding, policy: Policy, *, seed: int = 0) -> Finding:
    """Return the verdict on every scheme under every scenario.

    Parameters
    ----------
    groups
        Finding ``simulation.groups``: mean time by scheme, scenario, seed and group.
    policy
        Gives the confidence.
    seed
        Of the bootstrap.

    Returns
    -------
    Finding ``study.paradox``, one row per scheme and scenario: verdict, forms, the change
    of the mean, the groups that lose, the gap before and after, each with its interval, s.
    """
    table = groups.table
    rows = []
    for (scheme, scenario), part in table[table["scheme"] != BASE].groupby(["scheme", "scenario"]):
        base = outcome(table[(table["scheme"] == BASE) & (table["scenario"] == scenario)])
        rows.append(
            {"scheme": scheme, "scenario": scenario, **_judged(base, outcome(part), policy, seed)}
        )
    columns = ["scheme", "scenario", *_COLUMNS]
    return find(
        "study.paradox",
        pd.DataFrame(rows, columns=columns),
        key=["scheme", "scenario"],
        parents=[groups],
        policy={"confidence": policy.confidence},
        lineage=paradox_lineage(),
        privacy="public",
    )


def _judged(base: Outcome, scheme: Outcome, policy: Policy, seed: int) -> dict[str, Any]:
    """Return the verdict as a row; with fewer than two groups nothing can be said.

    A group counts that somebody is in on some seed of both worlds.
    """
    shared = base.groups.columns.intersection(scheme.groups.columns, sort=False)
    if len(shared) < LEAST_GROUPS:
        blank: dict[str, Any] = dict.fromkeys(_COLUMNS, np.nan)
        words = ("forms", "possible_forms", "worst_off", "losing", "gaining", "worst_group")
        n = len(base.mean)
        return blank | dict.fromkeys(words, "") | {"verdict": "undecided", "n_seeds": n}
    ours, theirs = (replace(one, groups=one.groups[shared]) for one in (base, scheme))
    return _row(detect(ours, theirs, level=policy.confidence, seed=seed))


def outcome(part: pd.DataFrame) -> Outcome:
    """Return the runs of one scheme under one scenario as the detector reads them."""
    wide = part.pivot_table(index="seed", columns="display", values=MEASURE, dropna=False)
    persons = part.groupby("display")["n"].max()
    named = [name for name in wide.columns if name not in (ALL, WORST) and wide[name].notna().any()]
    return Outcome(
        mean=wide[ALL], groups=wide[named], worst_decile=wide[WORST], persons=persons[named]
    )


_COLUMNS = (
    "verdict",
    "forms",
    "possible_forms",
    "worst_off",
    "losing",
    "gaining",
    "n_seeds",
    *(
        f"{name}_{part}"
        for name in ("mean", "worst", "gap", "decile")
        for part in ("before", "after", "change", "low", "high", "state")
    ),
    "worst_group",
    "worst_persons",
)


def _row(verdict: Verdict) -> dict[str, Any]:
    table = verdict.table
    worst = _worst(verdict)
    made: dict[str, Any] = {
        "verdict": verdict.answer,
        "forms": ";".join(verdict.forms),
        "possible_forms": ";".join(verdict.possible_forms),
        "worst_off": ";".join(verdict.worst_off),
        "losing": ";".join(verdict.losing),
        "gaining": ";".join(verdict.gaining),
        "n_seeds": verdict.n_seeds,
        "worst_group": worst["group"],
        "worst_persons": worst["persons"],
    }
    chosen: Mapping[str, Any] = {
        "mean": table[table["measure"] == "mean"].iloc[0],
        "worst": worst,
        "gap": table[table["measure"] == "gap"].iloc[0],
        "decile": table[table["measure"] == "worst_decile"].iloc[0],
    }
    for name, row in chosen.items():
        made |= {
            f"{name}_before": row["base"],
            f"{name}_after": row["scheme"],
            f"{name}_change": row["change"],
            f"{name}_low": row["low"],
            f"{name}_high": row["high"],
            f"{name}_state": row["state"],
        }
    return made


def _worst(verdict: Verdict) -> Any:
    """Return the group to name: among the losing the greatest loss, else the worst off."""
    groups = verdict.table[verdict.table["measure"] == "group"]
    losing = groups[groups["group"].isin(verdict.losing) & groups["worst_off"]]
    if len(losing) == 0:
        losing = groups[groups["group"].isin(verdict.losing)]
    if len(losing) == 0:
        return groups.sort_values(["base", "group"], ascending=[False, True]).iloc[0]
    return losing.sort_values(["change", "group"], ascending=[False, True]).iloc[0]
