"""Hold each group against the rest: exposure, sensitivity, capacity, side by side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from renlin.equity.bounded_contrasts import COLUMNS, contrast_bounds
from renlin.equity.contrasts import contrast_shares
from renlin.equity.measures import erreygers_index, kolm_pollak, theil_split
from renlin.errors import DataFault

SHARES = ("tier_1_share", "tier_1_2_share")
"""Measures that are yes or no for each resident: a formula for shares stands beside them."""
COMPARED = (*SHARES, "exposure", "sensitivity", "adaptive")
"""Never added into one number (reference needs 8)."""
ROUNDING = 1e-9
"""Below it a difference of shares is a matter of rounding, not of people."""
FORMULA = ("share_difference_low", "share_difference_high", "share_ratio_low", "share_ratio_high")


def compare(
    measures: Mapping[str, pd.DataFrame],
    members: pd.DataFrame,
    clusters: pd.Series,
    *,
    few: int,
    small_below: int,
    seed: int,
    confidence: float,
) -> pd.DataFrame:
    """Return the gap of every group to the rest, as difference and as ratio, with intervals.

    Beside the interval of ``equity.bounded_contrasts`` (buildings resampled, joined with
    what missing data leave open) shares carry that of a formula (Newcombe and log-ratio
    Wald on what is sure, residents taken as independent). ``methods_disagree`` marks where
    only one of them excludes no difference, ``scales_disagree`` where difference and ratio
    disagree.

    Parameters
    ----------
    measures
        Measure -> columns value, low, high, one row per resident.
    members
        Columns person and one nullable boolean per group, rows aligned.
    clusters
        Building of each row.
    few
        Clusters below which an interval is widened and marked.
    small_below
        Residents below which a group is marked ``small``.
    seed, confidence
        Of the resampling; 0 to 1.

    Source: reference needs 8.
    """
    groups = members.drop(columns=["person"]).reset_index(drop=True)
    chosen = {name: measures[name].reset_index(drop=True) for name in COMPARED if name in measures}
    if len(groups) == 0 or not chosen:
        return _told(pd.DataFrame(columns=list(COLUMNS)), small_below)
    made = contrast_bounds(
        chosen, groups, clusters=list(clusters), few=few, seed=seed, level=confidence
    )
    formula = [
        _formula(name, chosen[name], groups, confidence) for name in SHARES if name in chosen
    ]
    if formula:
        made = made.merge(pd.concat(formula), on=["measure", "group"], how="left")
    return _told(made, small_below)


def _formula(
    name: str, values: pd.DataFrame, groups: pd.DataFrame, confidence: float
) -> pd.DataFrame:
    table = contrast_shares(values["value"], groups, level=confidence)
    made = pd.DataFrame({"measure": name, "group": table["group"]})
    for column in FORMULA:
        made[column] = table[column.removeprefix("share_")]
    return made


def _told(made: pd.DataFrame, small_below: int) -> pd.DataFrame:
    for column in FORMULA:
        if column not in made:
            made[column] = np.nan
    made["small"] = made["n"] < small_below
    apart = (made["difference_low"] > ROUNDING) | (made["difference_high"] < -ROUNDING)
    by_ratio = (made["ratio_low"] > 1 + ROUNDING) | (made["ratio_high"] < 1 - ROUNDING)
    formula = (made[FORMULA[0]] > 0) | (made[FORMULA[1]] < 0)
    made["apart"] = apart
    made["scales_disagree"] = apart != by_ratio
    made["methods_disagree"] = made[FORMULA[0]].notna() & (formula != apart)
    return made.rename(columns={"group": "display"})


def side_by_side(
    measures: Mapping[str, pd.DataFrame],
    members: pd.DataFrame,
    buildings: pd.Series,
    *,
    epsilon: float,
) -> pd.DataFrame:
    """Return four numbers of inequality per measure and split, never summed.

    By ``partition``: ``building`` and each group against the rest. ``theil`` is
    ``between + within`` to rounding; ``erreygers`` is the concentration of the measure
    among the more sensitive (corrected for a measure from 0 to 1), above zero when it lies
    on them; ``equivalent`` is the Kolm-Pollak level of the burden with kappa normalised,
    ``kappa = epsilon * sum(x) / sum(x^2)``, and ``penalty`` what inequality adds to the
    mean. A number that is not defined (all zero, nobody known) is missing.

    Parameters
    ----------
    measures
        Measure -> columns value, low, high; here values from 0 to 1.
    members
        Columns person and one nullable boolean per group, rows aligned.
    buildings
        Building of each row.
    epsilon
        Aversion to inequality among burdens, below zero.

    Source: reference needs 8.
    """
    rank = measures["sensitivity"]["value"].to_numpy(dtype=float)
    splits = {"building": buildings.astype("object").reset_index(drop=True)}
    for name in members.columns.drop("person"):
        yes = members[name].reset_index(drop=True)
        splits[str(name)] = yes.map({True: str(name), False: "rest"}).astype("object")
    rows = []
    for measure in COMPARED:
        x = measures[measure]["value"].to_numpy(dtype=float)
        burden = 1.0 - x if measure == "adaptive" else x
        for partition, label in splits.items():
            rows.append(_four(measure, partition, burden, rank, label, epsilon))
    return pd.DataFrame(rows)


def _four(
    measure: str,
    partition: str,
    burden: np.ndarray,
    rank: np.ndarray,
    label: pd.Series,
    epsilon: float,
) -> dict[str, object]:
    known = ~np.isnan(burden) & label.notna().to_numpy()
    x = burden[known]
    row: dict[str, object] = {"measure": measure, "partition": partition, "n": len(x)}
    row |= {"n_unknown": len(burden) - len(x), "n_groups": int(label[known].nunique())}
    row |= dict.fromkeys(
        ("theil", "between", "within", "erreygers", "mean", "equivalent", "penalty", "kappa"),
        float("nan"),
    )
    try:
        split = theil_split(x, None, label[known].astype(str).tolist())
        row |= {"theil": split.total, "between": split.between, "within": split.within}
    except DataFault:
        pass  # all zero, or nobody: there is nothing to split, and the cell stays missing
    if len(x):
        level = kolm_pollak(x, epsilon)
        row |= {"mean": level.mean, "equivalent": level.equivalent}
        row |= {"penalty": level.index, "kappa": level.kappa}
    ranked = known & ~np.isnan(rank)
    if ranked.any():
        row["erreygers"] = erreygers_index(burden[ranked], rank[ranked])
    return row
