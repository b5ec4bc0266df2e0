"""Hold the proposed tiers against what people decided, group by group (fairness audit)."""

from __future__ import annotations

import pandas as pd

from renlin.equity.intervals import wilson

DECISIONS = ("confirmed", "changed", "refused")
SIDES = ("raised", "lowered")
COLUMNS = (
    "decision", "display", "n_members", "n_decided", "n", "share", "low", "high", "difference",
    "small",
)  # fmt: skip
ALL = "all"


def audit(
    confirmations: pd.DataFrame,
    members: pd.DataFrame,
    day: pd.Timestamp,
    *,
    confidence: float,
    small_below: int,
) -> pd.DataFrame:
    """Return how often people agreed with the rules, in each group.

    Of the residents of a group about whom somebody decided (the newest decision that is
    not undone counts): the share confirmed, changed and refused, and raised or lowered by
    the change, with Wilson's interval. Where nobody decided the share is not known, and
    its bounds are 0 and 1: a group never looked at is not a group without error.

    Parameters
    ----------
    confirmations
        Table of the community.
    members
        Columns person and one nullable boolean per group.
    day
        Survey date; later decisions do not count.
    confidence
        Of the interval, 0 to 1.
    small_below
        Decisions below which a row is marked small.

    Returns
    -------
    Columns of ``COLUMNS``; ``difference`` is the share against that of everybody.

    Source: features H11.
    """
    active = confirmations["state"].fillna("active") == "active"
    known = confirmations[active & (confirmations["decided_on"] <= day)]
    order = known.sort_values(["decided_on", "confirmation"], kind="stable")
    newest = order.drop_duplicates("person", keep="last").set_index("person")
    told = _told(newest).reindex(members["person"]).reset_index(drop=True)
    groups = members.drop(columns=["person"]).reset_index(drop=True)
    rows = [
        _row(name, str(group), told, inside.fillna(False).astype(bool), confidence, small_below)
        for name in (*DECISIONS, *SIDES)
        for group, inside in (
            (ALL, pd.Series(True, index=groups.index, dtype="boolean")),
            *groups.items(),
        )
    ]
    made = pd.DataFrame(rows, columns=[c for c in COLUMNS if c != "difference"])
    whole = made[made["display"] == ALL].set_index("decision")["share"]
    made["difference"] = made["share"] - made["decision"].map(whole)
    return made[list(COLUMNS)]


def _told(newest: pd.DataFrame) -> pd.DataFrame:
    """Return one nullable boolean per outcome, one row per resident decided about."""
    made = {name: newest["decision"] == name for name in DECISIONS}
    made["raised"] = (newest["tier_set"] < newest["tier"]).fillna(False)
    made["lowered"] = (newest["tier_set"] > newest["tier"]).fillna(False)
    return pd.DataFrame(made).astype("boolean")


def _row(
    name: str,
    group: str,
    told: pd.DataFrame,
    inside: pd.Series,
    confidence: float,
    small_below: int,
) -> dict[str, object]:
    decided = told.loc[inside, name].dropna()
    n, k = len(decided), int(decided.sum())
    bounds = wilson(k, n, level=confidence) if n else None
    return {
        "decision": name,
        "display": group,
        "n_members": int(inside.sum()),
        "n_decided": n,
        "n": k,
        "share": k / n if n else float("nan"),
        "low": bounds.low if bounds is not None else 0.0,
        "high": bounds.high if bounds is not None else 1.0,
        "small": n < small_below,
    }
