"""Say who took part in each session: counts by group, small ones protected."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

COLUMNS = (
    "session", "display", "form", "held_on", "recruitment", "method", "signed_by", "state",
    "undone_by", "undone_on", "n", "shown", "n_measured", "n_wishes", "n_cases",
)  # fmt: skip
ALL = "all"


def attendance(tables: Mapping[str, pd.DataFrame], *, k_persons: int) -> pd.DataFrame:
    """Return one row per session and group: how many took part, and what came of it.

    A group of fewer than ``k_persons`` has no number (``few``); when it is the only one of
    its session, the smallest of the others has none either (``some``), since the whole
    less the others would tell it.

    Parameters
    ----------
    tables
        Tables of the community; sessions, participants, statements, preferences.
    k_persons
        Fewer are not told.

    Returns
    -------
    Columns of ``COLUMNS``; a session without counts has one row for ``all``, n missing.
    """
    sessions = tables["sessions"]
    came = tables["participants"].groupby(["session", "display"])["n"].sum()
    counts = pd.DataFrame(came).reset_index()
    silent = [s for s in sessions["session"] if s not in set(counts["session"])]
    unsaid = pd.DataFrame({"session": silent, "display": ALL, "n": None}, dtype="object")
    counts = pd.concat([counts.astype("object"), unsaid], ignore_index=True)
    counts = counts.astype({"session": "str", "display": "str"})
    counts["n"] = counts["n"].astype("Int64")
    shown: dict[int, str] = {}
    for _, part in counts.groupby("session", sort=True):
        shown |= _shown(part, k_persons)
    counts["shown"] = pd.Series(shown, dtype="str").reindex(counts.index)
    counts["n"] = counts["n"].where((counts["shown"] == "shown").astype(bool), pd.NA)
    made = counts.merge(sessions.drop(columns=["venue", "digest"]), on="session")
    stated, wished = tables["statements"], tables["preferences"]
    measured = stated[stated["kind"] == "prevalence"].groupby("session").size()
    cases = stated[stated["kind"].isin(["person", "rule"])].groupby("session").size()
    for name, n in (("n_measured", measured), ("n_cases", cases), ("n_wishes", _sizes(wished))):
        made[name] = [int(n.get(one, 0)) for one in made["session"]]
    return made[list(COLUMNS)].astype(
        {"display": "str", **dict.fromkeys(("n_measured", "n_cases", "n_wishes"), "int64")}
    )


def _sizes(table: pd.DataFrame) -> pd.Series:
    return table.groupby("session").size()


def _shown(part: pd.DataFrame, k_persons: int) -> dict[int, str]:
    """Return row -> shown, few, some or unknown, for the groups of one session."""
    made: dict[int, str] = {}
    for at, n in zip(part.index, part["n"], strict=True):
        if pd.isna(n):
            made[int(at)] = "unknown"
        else:
            made[int(at)] = "shown" if n == 0 or n >= k_persons else "few"
    groups = part[part["display"] != ALL]
    few = [at for at in groups.index if made[int(at)] == "few"]
    told = groups.loc[[at for at in groups.index if made[int(at)] == "shown"]]
    told = told[told["n"] > 0].sort_values(["n", "display"], kind="stable")
    if len(few) == 1 and len(told):
        made[int(told.index[0])] = "some"
    return made
