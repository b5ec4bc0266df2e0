"""Hold groups against all others when some values are known only within bounds.

Two kinds of not knowing are kept apart and then joined: what missing data leave open (the
bounds of a value) and what chance leaves open (whole buildings resampled, since neighbours
share their exposure). The joint interval is never narrower than the bounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from renlin.equity.groups import Memberships, memberships
from renlin.equity.intervals import LEVEL, normal_bound
from renlin.equity.levels import ratio
from renlin.equity.resampling import N_DRAWS, cluster_codes, cluster_counts
from renlin.equity.samples import BoolArray, FloatArray, input_fault, numbers
from renlin.errors import DataFault, Said

SIDES = ("value", "low", "high")
COLUMNS = (
    "measure", "group", "n", "n_unknown", "n_undecided", "n_clusters", "n_group_clusters",
    "few_clusters", "mean", "rest_n", "rest_mean", "difference", "open_low", "open_high",
    "difference_low", "difference_high", "ratio", "ratio_low", "ratio_high",
)  # fmt: skip


def contrast_bounds(
    measures: Mapping[str, pd.DataFrame],
    groups: Any,
    *,
    clusters: Any,
    few: int,
    seed: int,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Return, per measure and group, its mean against that of all others, as bounds allow.

    ``open_low = low_g - high_rest`` and ``open_high = high_g - low_rest`` are what missing
    data leave open. In each resample of whole clusters both are taken anew; the interval
    runs from the lower quantile of the first to the upper quantile of the second, so it
    covers the whole identified range, and is widened to hold ``open_low`` and
    ``open_high`` themselves. With fewer than ``few`` clusters on the scarcer side each half
    is stretched by ``t(G - 1) / z * sqrt(G / (G - 1))``; with fewer than two on either side
    nothing is sure and the interval is unbounded.

    Parameters
    ----------
    measures
        Measure -> columns value, low, high, shape (n, 3); an unknown value still has bounds.
    groups
        Labels or a boolean table, as in ``groups.memberships``; groups may overlap.
    clusters
        One label per row, usually the building, none missing.
    few
        Clusters below which the percentile interval is stretched.
    seed, level
        Of the resampling; confidence 0 to 1.

    Returns
    -------
    Columns of ``COLUMNS``; ``n`` members with bounds, ``n_unknown`` those whose bounds
    differ, ``n_undecided`` rows of which it is unknown whether they belong.

    Raises
    ------
    DataFault
        When rows do not fit, a cluster is missing or a lower bound exceeds its upper one.

    Source: horowitz2000 for intervals of bounds; cameron2008 for few clusters. Assumption:
    the stretch, which is that of a mean of G clusters.

    Examples
    --------
    >>> shares = pd.DataFrame({"value": [1.0, 0.0], "low": [1.0, 0.0], "high": [1.0, 1.0]})
    >>> table = contrast_bounds(
    ...     {"tier": shares}, ["old", "young"], clusters=["b1", "b2"], few=10, seed=1)
    >>> table.loc[0, ["open_low", "open_high"]].tolist()
    [0.0, 1.0]
    """
    normal_bound("contrast_bounds", level)
    tables = {name: _checked(name, table) for name, table in measures.items()}
    block, n_clusters = cluster_codes(clusters)
    first = next(iter(measures.values()))
    belong = memberships(groups, first["value"], place="equity.contrast_bounds")
    if len(block) != len(first):
        raise _unequal(len(first), len(block))
    rows, sums = [], []
    for name, table in tables.items():
        for g, group in enumerate(belong.names):
            sides = _sides(belong, g, ~np.isnan(table[:, 1]))
            rows.append(_counts(name, group, table, sides, belong, g, block, few))
            sums += [_cluster_sums(table, side, block, n_clusters) for side in sides]
    if not rows:
        return pd.DataFrame(columns=list(COLUMNS))
    stacked = np.hstack(sums)
    whole = _means(stacked.sum(axis=0, keepdims=True))[0]
    draws = _resampled(stacked, n_clusters, seed)
    made = [
        {k: v for k, v in row.items() if k != "scarce"}
        | _contrast(whole[at], draws[:, at], row["scarce"], few, level)
        for at, row in enumerate(rows)
    ]
    return pd.DataFrame(made)[list(COLUMNS)]


def _checked(name: str, table: pd.DataFrame) -> FloatArray:
    place = "equity.contrast_bounds"
    made = np.column_stack([numbers(table[s], place=place, column=f"{name}.{s}") for s in SIDES])
    wrong = int((made[:, 1] > made[:, 2] + 1e-12).sum())
    if wrong:
        expected = Said("下界不大于上界", "low not above high")
        got = Said(f"{wrong} 行相反", f"{wrong} rows the other way")
        raise DataFault(input_fault(place, name, expected, got))
    made[np.isnan(made[:, 1:]).any(axis=1)] = np.nan
    return np.asarray(made, dtype=np.float64)


def _unequal(expected: int, got: int) -> DataFault:
    return DataFault(
        input_fault(
            "equity.contrast_bounds",
            "clusters",
            Said(f"{expected} 行", f"{expected} rows"),
            Said(f"{got} 行", f"{got} rows"),
        )
    )


def _sides(belong: Memberships, group: int, told: BoolArray) -> tuple[BoolArray, BoolArray]:
    inside = belong.member[:, group]
    return inside & told, belong.decided[:, group] & ~inside & told


def _counts(
    name: str,
    group: str,
    table: FloatArray,
    sides: tuple[BoolArray, BoolArray],
    belong: Memberships,
    at: int,
    block: Any,
    few: int,
) -> dict[str, Any]:
    inside, outside = sides
    own, other = (len(np.unique(block[side])) for side in sides)
    return {
        "measure": name,
        "group": group,
        "n": int(inside.sum()),
        "n_unknown": int((inside & (table[:, 1] != table[:, 2])).sum()),
        "n_undecided": int((~belong.decided[:, at]).sum()),
        "n_clusters": len(np.unique(block[inside | outside])),
        "n_group_clusters": own,
        "few_clusters": min(own, other) < few,
        "rest_n": int(outside.sum()),
        "scarce": min(own, other),
    }


def _cluster_sums(table: FloatArray, side: BoolArray, block: Any, n: int) -> FloatArray:
    """Return, per cluster, sum and number of the values and sum and number of the bounds."""
    known = side & ~np.isnan(table[:, 0])
    columns = [
        np.bincount(block[known], weights=table[known, 0], minlength=n),
        np.bincount(block[known], minlength=n).astype(np.float64),
        np.bincount(block[side], weights=table[side, 1], minlength=n),
        np.bincount(block[side], weights=table[side, 2], minlength=n),
        np.bincount(block[side], minlength=n).astype(np.float64),
    ]
    return np.column_stack(columns)


def _means(sums: FloatArray) -> FloatArray:
    """Return value, low and high mean of both sides, shape (draws, rows, 2, 3)."""
    parts = sums.reshape(len(sums), -1, 2, 5)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = parts[..., 0] / parts[..., 1]
        low, high = parts[..., 2] / parts[..., 4], parts[..., 3] / parts[..., 4]
    return np.stack([value, low, high], axis=-1)


def _resampled(sums: FloatArray, n: int, seed: int) -> FloatArray:
    if n < 2:
        return np.full((1, sums.shape[1] // 10, 2, 3), np.nan)
    batches = cluster_counts(n, seed=seed, n_draws=N_DRAWS)
    return np.concatenate([_means(counts @ sums) for counts in batches])


def _contrast(
    whole: FloatArray, draws: FloatArray, scarce: int, few: int, level: float
) -> dict[str, float]:
    (own, low, high), (other, rest_low, rest_high) = whole
    stretch = _stretch(scarce, few, level)
    made = {"mean": own, "rest_mean": other, "difference": own - other}
    made |= {"open_low": low - rest_high, "open_high": high - rest_low}
    made["difference_low"], made["difference_high"] = _joined(
        draws[:, 0, 1] - draws[:, 1, 2],
        draws[:, 0, 2] - draws[:, 1, 1],
        (low - rest_high, high - rest_low),
        stretch,
        level,
    )
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        least, most = draws[:, 0, 1] / draws[:, 1, 2], draws[:, 0, 2] / draws[:, 1, 1]
    edges = _joined(least, most, (ratio(low, rest_high), ratio(high, rest_low)), stretch, level)
    made |= {"ratio": ratio(own, other), "ratio_low": max(edges[0], 0.0), "ratio_high": edges[1]}
    return {name: float(value) for name, value in made.items()}


def _stretch(scarce: int, few: int, level: float) -> float:
    """Return by how much each half is widened; infinite with fewer than two clusters."""
    if scarce < 2:
        return float("inf")
    if scarce >= few:
        return 1.0
    tail = (1 + level) / 2
    return float(stdtrit(scarce - 1, tail) / ndtri(tail) * np.sqrt(scarce / (scarce - 1)))


def _joined(
    least: FloatArray,
    most: FloatArray,
    open_: tuple[float, float],
    stretch: float,
    level: float,
) -> tuple[float, float]:
    """Return the interval that holds both what is unknown and what is chance."""
    least, most = least[~np.isnan(least)], most[~np.isnan(most)]
    if not len(least) or not len(most) or np.isnan(open_).any() or np.isinf(stretch):
        return -np.inf, np.inf
    low = float(np.quantile(least, (1 - level) / 2, method="inverted_cdf"))
    high = float(np.quantile(most, (1 + level) / 2, method="inverted_cdf"))
    down, up = max(open_[0] - low, 0.0), max(high - open_[1], 0.0)
    down = 0.0 if np.isnan(down) else down
    up = 0.0 if np.isnan(up) else up
    return open_[0] - stretch * down, open_[1] + stretch * up
