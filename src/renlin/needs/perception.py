"""Follow how well residents know their risk, apart from how exposed they are.

A group may have become safer and understand less: both stand side by side, never summed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.needs.population import ALL
from renlin.needs.values import plain_value, read_word

MEASURES = ("risk_awareness", "drill_reaction")
"""Indicators of perception: knowledge (share right) and reaction in a drill (s)."""
COLUMNS = (
    "measure", "display", "n_members", "n_both", "n_one", "n_unknown", "before", "after",
    "change", "change_low", "change_high", "direction", "exposure", "understands_less", "small",
)  # fmt: skip


def perception(
    facts: pd.DataFrame,
    members: pd.DataFrame,
    exposure: pd.Series,
    catalogue: Catalogue,
    day: pd.Timestamp,
    *,
    z: float,
    small_below: int,
) -> pd.DataFrame:
    """Return first and newest answer of each group, and the change of those asked twice.

    The change is the mean difference of the residents who answered on two days or more,
    with the interval mean ± z s / √n; with fewer than two of them it has no interval. Who
    was asked once counts in neither. ``understands_less`` is true where the whole interval
    lies on the worse side; exposure stands beside and enters nothing.

    Parameters
    ----------
    facts
        Table of the community: subject, indicator, value, observed_on.
    members
        Columns person and one nullable boolean per group.
    exposure
        Exposure of each row of ``members``, a share.
    z
        Bound of the normal interval.

    Returns
    -------
    Columns of ``COLUMNS``, one row per measure and group, ``all`` too.

    Source: features I11.
    """
    groups = members.drop(columns=["person"]).reset_index(drop=True)
    groups.insert(0, ALL, pd.Series(True, index=groups.index, dtype="boolean"))
    rows = []
    for measure in MEASURES:
        if measure not in catalogue.indicators:
            continue
        told = _told(facts, measure, catalogue, day).reindex(members["person"])
        told = told.reset_index(drop=True)
        worse = catalogue.indicators[measure].worse()
        for name in groups:
            own = groups[name].fillna(False).to_numpy(dtype=bool)
            rows.append(
                {"measure": measure, "display": name, "direction": worse}
                | _row(told[own], worse, z, small_below)
                | {"exposure": _mean(exposure.to_numpy(dtype=float)[own])}
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _told(
    facts: pd.DataFrame, measure: str, catalogue: Catalogue, day: pd.Timestamp
) -> pd.DataFrame:
    """Return the first and the newest answer of every resident, and on how many days."""
    entry = catalogue.indicators[measure]
    rows = facts[(facts["indicator"] == measure) & (facts["observed_on"] <= day)]
    rows = rows.dropna(subset=["value"])
    words = [read_word(str(text), entry, catalogue.answers) for text in rows["value"]]
    known = rows.assign(number=[plain_value(w, entry) if w else np.nan for w in words])
    known = known.dropna(subset=["number"]).astype({"number": "float64"})
    order = known.sort_values(["subject", "observed_on", "fact"], kind="stable")
    each = order.groupby("subject")
    return pd.DataFrame(
        {
            "before": each["number"].first(),
            "after": each["number"].last(),
            "days": each["observed_on"].nunique(),
        }
    )


def _row(told: pd.DataFrame, worse: str, z: float, small_below: int) -> dict[str, object]:
    both = told[told["days"] > 1]
    moved = (both["after"] - both["before"]).to_numpy(dtype=float)
    n = len(moved)
    change = float(moved.mean()) if n else float("nan")
    half = z * float(moved.std(ddof=1)) / np.sqrt(n) if n > 1 else float("nan")
    low, high = change - half, change + half
    less = high < 0 if worse == "lower" else low > 0
    return {
        "n_members": len(told),
        "n_both": n,
        "n_one": int((told["days"] == 1).sum()),
        "n_unknown": int(told["days"].isna().sum()),
        "before": _mean(both["before"].to_numpy(dtype=float)),
        "after": _mean(both["after"].to_numpy(dtype=float)),
        "change": change,
        "change_low": low,
        "change_high": high,
        "understands_less": bool(n > 1 and less),
        "small": n < small_below,
    }


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
