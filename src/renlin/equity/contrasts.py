"""Hold a group against everybody else, with an interval: ratio and difference together.

The two can disagree (a small group's share may double by one person), so both are always
shown. Neighbours share their exposure: give the building as cluster wherever it is known.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from renlin.equity.groups import Memberships, memberships
from renlin.equity.intervals import LEVEL, Interval, log_ratio_wald, newcombe, wilson
from renlin.equity.levels import ratio
from renlin.equity.resampling import N_DRAWS, cluster_codes, cluster_counts, percentile_interval
from renlin.equity.samples import (
    BoolArray,
    FloatArray,
    Numbers,
    aligned,
    input_fault,
    numbers,
    with_unknown,
)
from renlin.errors import DataFault, Said


def contrast_shares(flags: Any, groups: Any, *, level: float = LEVEL) -> pd.DataFrame:
    """Return, per group, the share of persons flagged against the share of all others.

    Parameters
    ----------
    flags
        One yes, no or unknown per person, shape (n,): in a hazard class, in a top tier,
        reachable in time.
    groups
        Labels or a boolean table, as in ``groups.memberships``.
    level
        Confidence, 0 to 1.

    Returns
    -------
    Columns ``group``, ``n``, ``n_flagged``, ``n_unknown`` (flag not known), ``n_undecided``
    (membership not known), ``share`` with ``share_low`` and ``share_high`` (Wilson),
    ``rest_n``, ``rest_share``, ``difference`` with bounds (Newcombe), ``ratio`` with
    bounds (log-ratio Wald). Shares are 0 to 1. Where a side is empty the estimate is NaN
    and the bounds say nothing.

    Raises
    ------
    DataFault
        When flags are not yes, no or unknown, or rows do not fit.

    Examples
    --------
    >>> table = contrast_shares([True, True, False, False], ["old", "old", "old", "young"])
    >>> table["n_flagged"].tolist()
    [2, 0]
    """
    x = _flags(flags)
    belong = memberships(groups, flags, place="equity.contrast_shares")
    rows = [_share_row(name, x, *_sides(belong, g), level) for g, name in enumerate(belong.names)]
    table = pd.DataFrame(rows)
    table.insert(4, "n_undecided", (~belong.decided).sum(axis=0))
    return table


def contrast_means(
    values: Numbers,
    weights: Numbers | None,
    groups: Any,
    *,
    clusters: Any,
    seed: int,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Return, per group, its mean against that of all others, resampling whole clusters.

    Parameters
    ----------
    values, weights
        Shapes (n,); unknown values are in no mean and counted.
    groups
        Labels or a boolean table, as in ``groups.memberships``.
    clusters
        One label per row, usually the building.
    seed, level
        Of the resampling; confidence 0 to 1.

    Returns
    -------
    Columns ``group``, ``n``, ``n_unknown``, ``n_undecided``, ``n_clusters``, ``mean``,
    ``rest_mean``, ``difference`` and ``ratio``, both with ``_low`` and ``_high``
    (percentiles of 2,000 resamples).

    Raises
    ------
    DataFault
        When rows do not fit or a cluster is missing.

    Source: cameron2008.
    """
    place = "equity.contrast_means"
    x, w = with_unknown(values, weights, place=place)
    if isinstance(clusters, pd.Series):
        clusters = aligned(clusters, values, place=place, column="clusters")
    _same_length(place, x, clusters)
    belong = memberships(groups, values, place=place)
    block, n_clusters = cluster_codes(clusters)
    told = ~np.isnan(x) & (w > 0)
    rows, sums = [], []
    for g, name in enumerate(belong.names):
        inside, outside = _sides(belong, g)
        rows.append(
            {
                "group": name,
                "n": int((inside & told).sum()),
                "n_unknown": int((inside & np.isnan(x)).sum()),
                "n_undecided": int((~belong.decided[:, g]).sum()),
                "n_clusters": n_clusters,
            }
        )
        sums += [_cluster_sums(x, w, side & told, block, n_clusters) for side in (inside, outside)]
    contrasts = _mean_contrasts(np.hstack(sums), seed, level)
    return pd.DataFrame([row | found for row, found in zip(rows, contrasts, strict=True)])


def _sides(belong: Memberships, group: int) -> tuple[BoolArray, BoolArray]:
    inside = belong.member[:, group]
    return inside, belong.decided[:, group] & ~inside


def _share_row(
    name: str, x: FloatArray, inside: BoolArray, outside: BoolArray, level: float
) -> dict[str, Any]:
    told = ~np.isnan(x)
    n, m = int((inside & told).sum()), int((outside & told).sum())
    a, b = int(x[inside & told].sum()), int(x[outside & told].sum())
    own = wilson(a, n, level=level)
    nothing = Interval(float("nan"), 0.0, float("inf"), level, "log_ratio_wald", n + m)
    quotient = log_ratio_wald(a, n, b, m, level=level) if n and m else nothing
    difference = newcombe(a, n, b, m, level=level)
    return {
        "group": name,
        "n": n,
        "n_flagged": a,
        "n_unknown": int((inside & ~told).sum()),
        "share": own.estimate,
        "share_low": own.low,
        "share_high": own.high,
        "rest_n": m,
        "rest_share": b / m if m else float("nan"),
        **_named("difference", difference),
        **_named("ratio", quotient),
    }


def _named(name: str, interval: Interval) -> dict[str, float]:
    return {name: interval.estimate, f"{name}_low": interval.low, f"{name}_high": interval.high}


def _cluster_sums(
    x: FloatArray, w: FloatArray, rows: BoolArray, block: Any, n_clusters: int
) -> FloatArray:
    """Return, per cluster, the weighted sum and the weight, shape (n_clusters, 2)."""
    at = block[rows]
    total = np.bincount(at, weights=w[rows] * x[rows], minlength=n_clusters)
    mass = np.bincount(at, weights=w[rows], minlength=n_clusters)
    return np.column_stack([total, mass])


def _mean_contrasts(sums: FloatArray, seed: int, level: float) -> list[dict[str, float]]:
    """Return the contrast of each group, all groups over the same resamples.

    ``sums`` holds total and weight of a group and of its rest side by side, shape
    (n_clusters, 4 * n_groups).
    """
    n = len(sums)
    whole = _means(sums.sum(axis=0, keepdims=True))
    batches = [np.full((1, whole.shape[1], 2), np.nan)]
    if n >= 2:
        batches = [
            _means(counts @ sums) for counts in cluster_counts(n, seed=seed, n_draws=N_DRAWS)
        ]
    draws = np.concatenate(batches)
    found = []
    for g in range(whole.shape[1]):
        here, there = float(whole[0, g, 0]), float(whole[0, g, 1])
        own, other = draws[:, g, 0], draws[:, g, 1]
        with np.errstate(divide="ignore", invalid="ignore"):
            quotients = own / other
        difference = percentile_interval(here - there, own - other, level=level, n=n)
        quotient = percentile_interval(ratio(here, there), quotients, level=level, n=n)
        found.append(
            {
                "mean": here,
                "rest_mean": there,
                **_named("difference", difference),
                **_named("ratio", quotient),
            }
        )
    return found


def _means(sums: FloatArray) -> FloatArray:
    """Return total over weight, shape (draws, n_groups, 2), NaN where there is nobody."""
    parts = sums.reshape(len(sums), -1, 2, 2)
    total, mass = parts[..., 0], parts[..., 1]
    return np.where(mass > 0, total / np.where(mass > 0, mass, 1.0), np.nan)


def _flags(flags: Any) -> FloatArray:
    place = "equity.contrast_shares"
    x = numbers(flags, place=place, column="flags")
    if not (np.isnan(x) | (x == 0) | (x == 1)).all():
        got = Said("别的值", "something else")
        expected = Said("是、否或未知", "yes, no or unknown")
        raise DataFault(input_fault(place, "flags", expected, got))
    return x


def _same_length(place: str, x: FloatArray, clusters: Any) -> None:
    if len(clusters) != len(x):
        got = Said(f"{len(clusters)} 行", f"{len(clusters)} rows")
        expected = Said(f"{len(x)} 行", f"{len(x)} rows")
        raise DataFault(input_fault(place, "clusters", expected, got))
