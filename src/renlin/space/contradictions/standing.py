"""Say what people have decided on contradictions: contested, closed, found again.

Nothing vanishes: an undone decision stays on record, and one whose contradiction the rules
no longer find is told as such.
"""

from __future__ import annotations

import pandas as pd

OPEN, CONTESTED, CLOSED, REOPENED = "open", "contested", "closed", "reopened"
GONE, UNDONE, REPLACED = "no_longer_found", "undone", "replaced"
HISTORY = (
    "objection",
    "contradiction",
    "action",
    "role",
    "decided_on",
    "reason",
    "evidence",
    "outcome",
)


def standing(
    contradictions: pd.Series, observed_on: pd.Series, objections: pd.DataFrame
) -> pd.Series:
    """Return what stands of each contradiction.

    ``open``; ``contested`` by the newest decision; ``closed``; or ``reopened``: closed, and
    what it rests on was seen later than the closing.

    Parameters
    ----------
    contradictions
        Keys.
    observed_on
        Date of the newest row behind each.
    objections
        Layer of that name.
    """
    latest = newest(objections).set_index("contradiction")
    asked = latest.reindex(contradictions.to_numpy()).set_axis(contradictions.index)
    action, closed_on = asked["action"], pd.to_datetime(asked["decided_on"])
    made = pd.Series(OPEN, index=contradictions.index, dtype="object")
    made[action == CONTESTED] = CONTESTED
    closed = action == CLOSED
    made[closed] = CLOSED
    made[closed & (pd.to_datetime(observed_on) > closed_on)] = REOPENED
    return made


def newest(objections: pd.DataFrame) -> pd.DataFrame:
    """Return the decision that stands for each contradiction: the newest active one."""
    active = objections[objections["state"].fillna("active") != UNDONE]
    ordered = active.sort_values(["decided_on", "objection"], kind="stable")
    return ordered.drop_duplicates("contradiction", keep="last")


def history(objections: pd.DataFrame, stands: pd.Series) -> pd.DataFrame:
    """Return every decision ever written, with what came of it.

    Parameters
    ----------
    stands
        Contradiction -> what stands of it.

    Returns
    -------
    Columns of ``HISTORY``. ``outcome`` is what stands; ``replaced`` by a newer decision;
    ``undone``; or ``no_longer_found``: the rules do not find it in the data of today.
    """
    current = set(newest(objections)["objection"])
    found = stands.reindex(objections["contradiction"].to_numpy())
    outcome = found.set_axis(objections.index).astype("object").fillna(GONE)
    outcome[~objections["objection"].isin(current)] = REPLACED
    outcome[objections["state"].fillna("active") == UNDONE] = UNDONE
    return objections.assign(outcome=outcome)[list(HISTORY)].reset_index(drop=True)
