"""Lay what sessions stated beside the corrections, and count what speaks against a rule."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from renlin.catalogue.rules import RuleSet
from renlin.community.community import Community

QUESTION_COLUMNS = (
    "rule", "version", "direction", "n_cases", "n_sessions", "first_on", "last_on", "state",
)  # fmt: skip
OPEN, COLLECTING, CLOSED = "open", "collecting", "closed"


def with_sessions(place: Community) -> Community:
    """Return the community with the statements of its sessions among its corrections.

    Measurements only: preferences stay in their own table and never become a correction.
    What was said in free words stays behind. A session that was undone brings undone rows,
    and undoes the rows of the layer that name it as their workshop. A place without
    sessions is returned as it is.
    """
    held = place.tables.get("sessions")
    if held is None or len(held) == 0:
        return place
    stated, own = place["statements"], place["corrections"]
    own = _placed(own, set(held.loc[held["state"] == "undone", "session"]))
    if len(stated) == 0:
        return place.with_tables(corrections=own)
    held = held.set_index("session")
    rows = stated.reset_index(drop=True)
    by = held.loc[rows["session"]].reset_index(drop=True)
    numbers = rows.groupby("session").cumcount() + 1
    made = pd.DataFrame(
        {
            "correction": rows["statement"],
            "workshop": rows["session"],
            "kind": rows["kind"],
            "subject": rows["subject"],
            "field": rows["field"],
            "was": pd.Series(None, index=rows.index, dtype="str"),
            "is": rows["is"],
            "n_asked": rows["n_asked"],
            "n_yes": rows["n_yes"],
            "method": by["method"],
            "held_on": by["held_on"],
            "signed_by": by["signed_by"],
            "why": pd.Series("", index=rows.index, dtype="str"),
            "state": by["state"],
        }
    )
    made["file"] = "workshops/" + rows["session"] + ".toml"
    made["row"] = numbers
    made = made.astype(own.dtypes.to_dict())
    return place.with_tables(corrections=pd.concat([own, made], ignore_index=True))


def _placed(corrections: pd.DataFrame, undone: set[str]) -> pd.DataFrame:
    """Return the corrections of the layer with the file and row each stands in."""
    rows = pd.Series(range(2, len(corrections) + 2), index=corrections.index, dtype="Int64")
    file = pd.Series("layers/corrections.csv", index=corrections.index, dtype="str")
    state = corrections["state"].where(~corrections["workshop"].isin(undone), "undone")
    return corrections.assign(state=state.astype("str"), file=file, row=rows)


def rule_questions(
    statements: pd.DataFrame,
    sessions: pd.DataFrame,
    rule_sets: Sequence[RuleSet],
    *,
    least: int,
) -> pd.DataFrame:
    """Return how many cases speak against each rule, by version and direction.

    A case is one resident or household of whom a session says that the rule should have
    put it higher or lower; of one subject the cases count once. ``open``: at least
    ``least`` cases against the version in force, so the committee has to decide;
    ``collecting``: fewer; ``closed``: the rule has another version since.

    Parameters
    ----------
    statements, sessions
        Tables of the community.
    rule_sets
        Rules in force.
    least
        Cases that open a question.

    Returns
    -------
    Columns of ``QUESTION_COLUMNS``; no case is named.

    Source: reference needs 7.
    """
    active = sessions.loc[sessions["state"] == "active", ["session", "held_on"]]
    cases = statements.merge(active, on="session")
    cases = cases[cases["rule"].notna() & cases["direction"].notna() & cases["subject"].notna()]
    versions = {rules.file: rules.version for rules in rule_sets}
    stated = cases["rule_version"].where(cases["rule_version"].notna(), "")
    cases = cases.assign(version=stated.astype("str"))
    rows = []
    for (rule, version, way), part in cases.groupby(["rule", "version", "direction"], sort=True):
        n = int(part["subject"].nunique())
        waiting = OPEN if n >= least else COLLECTING
        rows.append(
            {
                "rule": rule,
                "version": version,
                "direction": way,
                "n_cases": n,
                "n_sessions": int(part["session"].nunique()),
                "first_on": part["held_on"].min(),
                "last_on": part["held_on"].max(),
                "state": waiting if versions.get(str(rule)) == version else CLOSED,
            }
        )
    types = dict.fromkeys(("rule", "version", "direction", "state"), "str")
    types |= {"n_cases": "int64", "n_sessions": "int64"}
    types |= dict.fromkeys(("first_on", "last_on"), "datetime64[s]")
    return pd.DataFrame(rows, columns=list(QUESTION_COLUMNS)).astype(types)
