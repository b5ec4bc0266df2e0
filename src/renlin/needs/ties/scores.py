"""Sum ties and attitudes up by building and group, and hold each group against the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from renlin.equity.bounded_contrasts import COLUMNS, contrast_bounds
from renlin.equity.intervals import paired_t, wilson
from renlin.needs.population import ALL
from renlin.needs.ties import attitudes
from renlin.needs.ties.standing import ISOLATED, UNKNOWN

ISOLATION, MESSAGE = "isolated", "reached"
SHARES = (ISOLATION, MESSAGE)
"""Measures that are yes or no for each resident."""
SCALES = ("belonging", "collective_action")
SCORE_COLUMNS = (
    "measure", "part", "unit", "n", "n_known", "n_unknown", "value", "interval_low",
    "interval_high", "open_low", "open_high", "alpha", "small",
)  # fmt: skip
ROUNDING = 1e-9
"""Below it a difference of shares is a matter of rounding, not of people."""


def measured(people: pd.DataFrame, scored: pd.DataFrame, *, most: int) -> dict[str, pd.DataFrame]:
    """Return measure -> value, low and high of every resident; unknown lies from 0 to 1.

    ``isolated``: tied to no other household and to nobody outside; its ``value`` is that of
    residents who were asked alone, since of the others only those with ties come to be known.
    ``reached``: a message from the helpers comes within ``most`` steps; as long as it is
    unknown of anybody it has bounds and no value, for the same reason. ``belonging``,
    ``collective_action``: the score of the resident's sheet.
    """
    near = (people["steps"] <= most).fillna(False).to_numpy(dtype=bool)
    may = (people["steps_possible"] <= most).fillna(False).to_numpy(dtype=bool)
    if not (people["steps"] == 0).any():
        may = np.ones(len(people), dtype=bool)
    state = people["state"].to_numpy(dtype=object)
    alone = _between(state == ISOLATED, (state == ISOLATED) | (state == UNKNOWN))
    alone["value"] = alone["value"].where(people["asked"].to_numpy(dtype=bool))
    message = _between(near, near | may)
    if message["value"].isna().any():
        message["value"] = np.nan
    told = {ISOLATION: alone, MESSAGE: message}
    return told | {s: attitudes.of_people(scored, s, people["person"]) for s in SCALES}


def scores(
    measures: Mapping[str, pd.DataFrame],
    members: pd.DataFrame,
    buildings: pd.Series,
    scored: pd.DataFrame,
    alphas: Mapping[str, float],
    *,
    confidence: float,
    small_below: int,
) -> pd.DataFrame:
    """Return each measure for all, each building and each group, with what is not known.

    ``value`` is the mean over the ``n_known`` residents or sheets with a value, with an
    interval of chance (Wilson for shares, Student for scores; taken as drawn at random);
    ``open_low`` and ``open_high`` are the mean over all ``n`` residents if everybody
    unknown (``n_unknown``) had the least, or the most. Sheets without a name count for all
    and for their building, not for groups.

    Parameters
    ----------
    measures
        As :func:`measured` returns.
    members
        Columns person and one nullable boolean per group, rows aligned.
    buildings
        Building of each row, missing where it is not known.
    scored
        As ``attitudes.sheets`` returns.
    alphas
        Scale -> alpha, told beside the whole community only.
    confidence, small_below
        0 to 1; known answers below which a row is marked small.
    """
    masks = {("all", ALL): np.ones(len(members), dtype=bool)}
    homes = buildings.reset_index(drop=True)
    masks |= {
        ("building", str(b)): (homes == b).fillna(False).to_numpy(dtype=bool)
        for b in sorted(homes.dropna().unique())
    }
    groups = members.drop(columns=["person"]).reset_index(drop=True)
    masks |= {("display", str(g)): groups[g].fillna(False).to_numpy(dtype=bool) for g in groups}
    rows = []
    for measure, table in measures.items():
        for (part, unit), mask in masks.items():
            more = _unnamed(scored, measure, part, unit)
            row = _row(table[mask], more, confidence, measure in SHARES)
            row |= {"measure": measure, "part": part, "unit": unit}
            row["alpha"] = alphas.get(measure, np.nan) if part == "all" else np.nan
            row["small"] = row["n_known"] < small_below
            rows.append(row)
    return pd.DataFrame(rows, columns=list(SCORE_COLUMNS))


def gaps(
    measures: Mapping[str, pd.DataFrame],
    members: pd.DataFrame,
    clusters: pd.Series,
    *,
    few: int,
    small_below: int,
    seed: int,
    confidence: float,
) -> pd.DataFrame:
    """Return the gap of every group to the rest in each measure, with its joint interval.

    Buildings are resampled and what is not known stays open (``equity.bounded_contrasts``);
    ``apart`` where the whole interval lies on one side of no difference.
    """
    groups = members.drop(columns=["person"]).reset_index(drop=True)
    if len(groups) == 0:
        made = pd.DataFrame(columns=list(COLUMNS))
    else:
        made = contrast_bounds(
            measures, groups, clusters=list(clusters), few=few, seed=seed, level=confidence
        )
    made["small"] = made["n"] < small_below
    made["apart"] = (made["difference_low"] > ROUNDING) | (made["difference_high"] < -ROUNDING)
    return made.rename(columns={"group": "display"})


def _between(low: np.ndarray, high: np.ndarray) -> pd.DataFrame:
    value = np.where(low == high, low.astype(np.float64), np.nan)
    ends = {"low": low.astype(np.float64), "high": high.astype(np.float64)}
    return pd.DataFrame({"value": value, **ends})


def _unnamed(scored: pd.DataFrame, measure: str, part: str, unit: str) -> np.ndarray:
    """Return the scores of sheets without a name that count for this unit."""
    own = scored[(scored["scale"] == measure) & scored["person"].isna()]
    if part == "display":
        own = own.iloc[:0]
    elif part == "building":
        own = own[(own["building"] == unit).fillna(False).astype(bool)]
    return own["score"].to_numpy(dtype=np.float64)


def _row(table: pd.DataFrame, more: np.ndarray, confidence: float, share: bool) -> dict[str, Any]:
    own, least, most = (table[c].to_numpy(dtype=np.float64) for c in ("value", "low", "high"))
    known = np.concatenate([own[~np.isnan(own)], more])
    settled = least[least == most]
    n, k = len(table), len(known)
    unknown = max(n - len(settled) - len(more), 0)
    whole, total = len(settled) + len(more) + unknown, float(settled.sum() + more.sum())
    if k == 0:
        low, high = 0.0, 1.0
    elif share:
        found = wilson(int(known.sum()), k, level=confidence)
        low, high = found.low, found.high
    else:
        spread = paired_t(known, level=confidence)
        low, high = max(spread.low, 0.0), min(spread.high, 1.0)
    return {
        "n": n,
        "n_known": k,
        "n_unknown": unknown,
        "value": float(known.mean()) if k else np.nan,
        "interval_low": low,
        "interval_high": high,
        "open_low": total / whole if whole else np.nan,
        "open_high": (total + unknown) / whole if whole else np.nan,
    }
