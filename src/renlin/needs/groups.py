"""Put every average on its groups: level, bounds, who is unknown, and the gap."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from renlin.equity.groups import by_group
from renlin.equity.intervals import wilson
from renlin.equity.levels import Worse
from renlin.needs.capacities import CAPACITIES, DIMENSIONS
from renlin.needs.population import ALL
from renlin.needs.values import BoolArray

GAP = "gap"
TOP = 2
"""Lowest tier that counts as high. Source: reference needs 8, sensitivity."""
BURDENS = ("tier_1_share", "tier_1_2_share", "unknown_share", "exposure", "sensitivity")
COLUMNS = (
    "measure", "display", "n", "value", "low", "high", "n_unknown", "n_undecided", "reference",
    "difference", "ratio", "small", "worst",
)  # fmt: skip


def measures(
    tiers: pd.DataFrame, profiles: pd.DataFrame, table: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return every measure of the stage, one row per resident: value, low and high.

    ``tier_1_share`` and ``tier_1_2_share``: surely in the tier (value and low), possibly
    (high). ``unknown_share``: share of the indicators nothing is known about. The scores
    of ``capacities``, with the bounds that missing data leave.
    """
    made = {}
    for name, level in (("tier_1_share", 1), ("tier_1_2_share", TOP)):
        sure = (tiers["sure"] <= level).astype("float64")
        made[name] = _bounded(sure, sure, (tiers["possible"] <= level).astype("float64"))
    indicators = table.drop(columns=["person", "household"])
    unknown = indicators.isna().mean(axis=1)
    made["unknown_share"] = _bounded(unknown, unknown, unknown)
    for name in DIMENSIONS:
        made[name] = _bounded(profiles[name], profiles[f"{name}_low"], profiles[f"{name}_high"])
    for name in CAPACITIES:
        most = profiles[name].fillna(0.0) + profiles[f"{name}_unknown"]
        made[name] = _bounded(profiles[name], profiles[name].fillna(0.0), most)
    return made


def compare_groups(
    found: dict[str, pd.DataFrame],
    members: pd.DataFrame,
    *,
    reference: str,
    confidence: float,
    small_below: int,
) -> pd.DataFrame:
    """Return each measure for all residents, for each group and as the gap.

    Groups overlap. For shares in a tier the bounds are Wilson's: the lower one of the sure
    share, the upper one of the possible share; for the other measures they are what
    missing data leave open. The row ``gap`` is the worst group against the reference
    group, with the bounds the two leave; groups below ``small_below`` are kept and marked.

    Parameters
    ----------
    found
        Measure -> value, low, high, one row per resident.
    members
        Columns person and one nullable boolean per group, rows aligned with ``found``.
    reference
        Group of the policy that gaps are taken against.
    confidence
        Of the intervals, 0 to 1.
    small_below
        Residents below which a group is marked small.

    Returns
    -------
    Columns of ``COLUMNS``.

    Source: reference needs 8.
    """
    groups = members.drop(columns=["person"])
    groups.insert(0, ALL, pd.Series(True, index=groups.index, dtype="boolean"))
    tables = [
        _measure(name, values, groups, reference, confidence, small_below)
        for name, values in found.items()
    ]
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def _measure(
    name: str,
    values: pd.DataFrame,
    groups: pd.DataFrame,
    reference: str,
    confidence: float,
    small_below: int,
) -> pd.DataFrame:
    worse: Worse = "higher" if name in BURDENS else "lower"
    against = reference if reference in groups else ALL
    level = by_group(
        values["value"], None, groups, reference=against, worse=worse, small_below=small_below
    )
    inside = [groups[name].fillna(False).to_numpy(dtype=bool) for name in level["group"]]
    made = pd.DataFrame(
        {
            "measure": name,
            "display": level["group"],
            "n": level["n"] + level["n_unknown"],
            "value": level["mean"],
            "low": [_mean(values["low"], here) for here in inside],
            "high": [_mean(values["high"], here) for here in inside],
            "n_unknown": [_unsettled(values, here) for here in inside],
            "n_undecided": level["n_undecided"],
            "reference": against,
            "difference": level["gap"],
            "ratio": level["ratio"],
            "small": level["small"],
            "worst": False,
        }
    )
    if name.startswith("tier_"):
        made[["low", "high"]] = [
            _wilson(n, low, high, confidence)
            for n, low, high in zip(made["n"], made["low"], made["high"], strict=True)
        ]
    return _with_gap(made, against, worse)


def _mean(values: pd.Series, inside: BoolArray) -> float:
    return float(values[inside].mean()) if inside.any() else float("nan")


def _unsettled(values: pd.DataFrame, inside: BoolArray) -> int:
    """Return how many members have a value that missing data leave open."""
    return int(((values["low"] != values["high"]) & inside).sum())


def _wilson(n: int, low: float, high: float, confidence: float) -> tuple[float, float]:
    if n == 0:
        return 0.0, 1.0
    least = wilson(round(low * n), n, level=confidence).low
    return least, wilson(round(high * n), n, level=confidence).high


def _with_gap(made: pd.DataFrame, against: str, worse: Worse) -> pd.DataFrame:
    """Mark the worst group and add the gap between it and the reference group."""
    own = made[~made["display"].isin([ALL, against]) & made["value"].notna()]
    row: dict[str, Any] = dict.fromkeys(COLUMNS, np.nan)
    row |= {"measure": made["measure"].iloc[0], "display": GAP, "n": 0, "n_unknown": 0}
    row |= {"n_undecided": 0, "reference": against, "small": False, "worst": False}
    base = made[made["display"] == against].iloc[0]
    if len(own):
        edge = own["value"].max() if worse == "higher" else own["value"].min()
        made.loc[own.index[own["value"] == edge], "worst"] = True
        worst = own[own["value"] == edge].iloc[0]
        row |= {"n": int(worst["n"]), "value": worst["value"] - base["value"]}
        row |= {"low": worst["low"] - base["high"], "high": worst["high"] - base["low"]}
        row |= {"small": bool(worst["small"]), "n_unknown": int(worst["n_unknown"])}
    return pd.concat([made, pd.DataFrame([row])], ignore_index=True)


def _bounded(value: Any, low: Any, high: Any) -> pd.DataFrame:
    columns = {"value": value, "low": low, "high": high}
    return pd.DataFrame({k: np.asarray(v, dtype=np.float64) for k, v in columns.items()})
