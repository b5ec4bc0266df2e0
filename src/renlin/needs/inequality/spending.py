"""Compare what is spent per head and per person at risk, and what would even it out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

COLUMNS = (
    "side", "n_units", "n_unknown", "amount", "persons", "at_risk", "at_risk_high", "per_head",
    "per_risk", "per_risk_low", "rest_per_head", "rest_per_risk", "ratio_head", "ratio_risk",
    "transfer_head", "transfer_risk",
)  # fmt: skip


BY_GROUP = (
    "display", "n", "n_unknown", "n_no_account", "persons", "at_risk", "at_risk_high", "amount",
    "per_head", "per_risk", "per_risk_low", "rest_per_head", "rest_per_risk", "ratio_head",
    "ratio_risk", "small",
)  # fmt: skip


def compare(units: pd.DataFrame) -> pd.DataFrame:
    """Return spending per head and per person at risk of each side against all others.

    ``transfer_head`` is what the others would hand over so that both sides have the same
    per head, ``(A' P - A P') / (P + P')``; below zero the side itself hands over. ``A``
    amount, ``P`` persons, primed those of the others; ``transfer_risk`` the same with the
    persons at risk. Units whose amount is unknown are in no sum: counted, never zero.

    Parameters
    ----------
    units
        One row per building or community: ``unit``, ``side`` (old or new, a kind, or the
        unit itself), ``amount`` (yuan, missing is unknown), ``persons``, ``at_risk``
        (persons surely at risk) and ``at_risk_high`` (possibly).

    Returns
    -------
    Columns of ``COLUMNS``, amounts in yuan; per-head and transfers missing where a side has
    nobody or nothing known.

    Examples
    --------
    >>> table = compare(pd.DataFrame({
    ...     "unit": ["a", "b"], "side": ["old", "new"], "amount": [100.0, 500.0],
    ...     "persons": [10, 10], "at_risk": [5, 1], "at_risk_high": [5, 1]}))
    >>> table.set_index("side").loc["old", ["transfer_head", "transfer_risk"]].tolist()
    [200.0, 400.0]
    """
    known = units["amount"].notna()
    rows = []
    for side in sorted(units["side"].dropna().astype(str).unique()):
        inside = (units["side"] == side).fillna(False)
        own, other = units[inside & known], units[~inside & known]
        row = _row(side, int(inside.sum()), int((inside & ~known).sum()), own)
        rows.append(row | _against(row, own, other))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(side: str, n_units: int, n_unknown: int, own: pd.DataFrame) -> dict[str, Any]:
    amount, persons = float(own["amount"].sum()), float(own["persons"].sum())
    sure, may = float(own["at_risk"].sum()), float(own["at_risk_high"].sum())
    told = n_units > n_unknown
    return {
        "side": side,
        "n_units": n_units,
        "n_unknown": n_unknown,
        "amount": amount if told else np.nan,
        "persons": persons,
        "at_risk": sure,
        "at_risk_high": may,
        "per_head": _over(amount, persons),
        "per_risk": _over(amount, sure),
        "per_risk_low": _over(amount, may),
    }


def _against(row: dict[str, Any], own: pd.DataFrame, other: pd.DataFrame) -> dict[str, float]:
    made: dict[str, float] = {}
    amount, more = float(own["amount"].sum()), float(other["amount"].sum())
    for name, column in (("head", "persons"), ("risk", "at_risk")):
        here, there = float(own[column].sum()), float(other[column].sum())
        rest = _over(more, there)
        made[f"rest_per_{name}"] = rest
        made[f"ratio_{name}"] = _over(row[f"per_{name}"], rest)
        sure = len(own) > 0 and len(other) > 0 and here > 0 and there > 0
        made[f"transfer_{name}"] = (
            (more * here - amount * there) / (here + there) if sure else float("nan")
        )
    return made


def units_of(
    spending: pd.DataFrame, buildings: pd.Series, sure: pd.Series, possible: pd.Series
) -> pd.DataFrame:
    """Return one row per building that has residents or a sum, for :func:`compare`.

    Sums on a place that is no building (the whole community) stay out: they cannot be laid
    on one building.

    Parameters
    ----------
    spending
        Table spending.
    buildings
        Building of each resident, missing where it is not known.
    sure, possible
        Whether each resident is surely, or possibly, in tier 1 or 2.
    """
    people = pd.DataFrame({"unit": buildings, "at_risk": sure, "at_risk_high": possible})
    counted = (
        people.dropna(subset=["unit"])
        .groupby("unit")
        .agg(
            persons=("at_risk", "size"),
            at_risk=("at_risk", "sum"),
            at_risk_high=("at_risk_high", "sum"),
        )
    )
    amounts = spending.groupby("place")["amount"].sum(min_count=1)
    made = counted.assign(amount=amounts.reindex(counted.index)).reset_index()
    return made.assign(side=made["unit"])


def by_group(
    units: pd.DataFrame,
    buildings: pd.Series,
    members: pd.DataFrame,
    sure: pd.Series,
    possible: pd.Series,
    *,
    small_below: int,
) -> pd.DataFrame:
    """Return spending per head and per person at risk of each group against everybody else.

    What is spent on a building is laid on its residents in equal parts: an assumption, since
    accounts name places and not people. Residents of buildings without accounts, or whose
    building is not known, are counted and in no sum; so are those who may belong.

    Parameters
    ----------
    units
        As :func:`units_of` returns.
    buildings, sure, possible
        As there, one row per resident.
    members
        Columns person and one nullable boolean per group, rows aligned. Groups overlap.
    small_below
        Residents below which a group is marked ``small``.

    Returns
    -------
    Columns of ``BY_GROUP``, amounts in yuan; missing where nobody or nothing is known.
    """
    part = units.set_index("unit")["amount"] / units.set_index("unit")["persons"]
    people = pd.DataFrame(
        {
            "amount": buildings.map(part).to_numpy(dtype=np.float64),
            "persons": 1,
            "at_risk": sure.to_numpy(dtype=bool),
            "at_risk_high": possible.to_numpy(dtype=bool),
        }
    )
    told = people["amount"].notna().to_numpy()
    rows = []
    for group in members.columns.drop("person"):
        flags = members[group].astype("boolean")
        inside = flags.fillna(False).to_numpy(dtype=bool)
        outside = (~flags).fillna(False).to_numpy(dtype=bool)
        row = _row(
            str(group), int(inside.sum()), int((inside & ~told).sum()), people[inside & told]
        )
        row |= _against(row, people[inside & told], people[outside & told])
        row |= {"display": row["side"], "n": row["n_units"], "n_no_account": row["n_unknown"]}
        row |= {"n_unknown": int(flags.isna().sum()), "small": 0 < row["persons"] < small_below}
        rows.append(row)
    made = pd.DataFrame(rows, columns=list(BY_GROUP))
    whole = ("persons", "at_risk", "at_risk_high")
    return made.astype(dict.fromkeys(whole, "int64")) if rows else made


def _over(amount: float, number: float) -> float:
    return amount / number if number > 0 else float("nan")
