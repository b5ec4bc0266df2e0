"""Resample to learn how sure a number is, where no formula says so.

Seeded, and blind to the order of rows: the same seed and the same content give the same
bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri

from renlin.equity.intervals import LEVEL, Interval, known_differences, normal_bound
from renlin.equity.samples import FloatArray, Numbers, input_fault
from renlin.errors import DataFault, Said
from renlin.random_streams import draw

N_DRAWS = 2000
"""Resamples of a bootstrap. Source: efron1993, ch. 14 (a thousand or more)."""
_BLOCK = 1 << 22
"""Resampled cells held at once, a matter of memory only."""

Statistic: TypeAlias = Callable[[FloatArray], FloatArray]


def paired_bca(
    pairs: Numbers | FloatArray,
    statistic: Statistic | None = None,
    *,
    seed: int,
    level: float = LEVEL,
    n_draws: int = N_DRAWS,
) -> Interval:
    """Return the bias-corrected accelerated bootstrap interval over paired runs.

    Parameters
    ----------
    pairs
        Shape (n,), one difference per run; or (n, k) with k numbers per run, resampled
        together. Rows with an unknown number are left out; ``n`` says how many remain.
    statistic
        Takes resamples of shape (draws, n) or (draws, n, k) and returns (draws,): it
        reduces axis 1 and must not care for order. The mean of the differences when None.
    seed
        Of the resampling; independent of the seeds of the runs.
    level, n_draws
        Confidence 0 to 1; number of resamples.

    Raises
    ------
    DataFault
        When a number is infinite or the level is not between 0 and 1.

    Source: efron1987.

    Examples
    --------
    >>> interval = paired_bca([-9.0, -7.0, -8.0, -5.0, -6.0, -9.0, -4.0, -8.0], seed=1)
    >>> interval.estimate, interval.excludes_zero
    (-7.0, True)
    """
    rows = _sorted_rows(pairs)
    normal_bound("paired_bca", level)
    measure = statistic or _mean_over_runs
    n = len(rows)
    if n == 0:
        return Interval(float("nan"), -np.inf, np.inf, level, "paired_bca", 0)
    estimate = float(measure(rows[None])[0])
    if n < 2:
        return Interval(estimate, -np.inf, np.inf, level, "paired_bca", n)
    if (rows == rows[0]).all():
        return Interval(estimate, estimate, estimate, level, "paired_bca", n)
    draws = np.concatenate([measure(rows[pick]) for pick in _picks(n, seed, n_draws)])
    low, high = _bca_bounds(estimate, draws, _jackknife(rows, measure), level)
    return Interval(estimate, low, high, level, "paired_bca", n)


def cluster_bootstrap(
    statistic: Callable[[FloatArray], float],
    clusters: Any,
    *,
    seed: int,
    level: float = LEVEL,
    n_draws: int = N_DRAWS,
) -> Interval:
    """Return a percentile interval that resamples whole clusters, such as buildings.

    Neighbours share their exposure; treating them as independent makes an interval too
    narrow.

    Parameters
    ----------
    statistic
        Takes one multiplicity per row, shape (n,) (how often the row's cluster was drawn;
        use it as a weight), and returns a number; NaN where a resample lacks a group.
    clusters
        One label per row, shape (n,), none missing.
    seed, level, n_draws
        As in ``paired_bca``.

    Returns
    -------
    Interval whose ``n`` is the number of clusters; unbounded with fewer than two, or when
    no resample gives a number.

    Raises
    ------
    DataFault
        When there is no row or a label is missing.

    Source: efron1993, ch. 8; cameron2008.

    Examples
    --------
    >>> seconds = np.array([60.0, 62.0, 90.0, 88.0])
    >>> average = lambda times: float(np.average(seconds, weights=times))
    >>> interval = cluster_bootstrap(average, ["b1", "b1", "b2", "b2"], seed=1)
    >>> interval.low, interval.high, interval.n
    (61.0, 89.0, 2)
    """
    normal_bound("cluster_bootstrap", level)
    block, n_clusters = cluster_codes(clusters)
    estimate = float(statistic(np.ones(len(block))))
    if n_clusters < 2:
        return Interval(estimate, -np.inf, np.inf, level, "cluster_bootstrap", n_clusters)
    draws = np.array(
        [
            statistic(counts[block])
            for batch in cluster_counts(n_clusters, seed=seed, n_draws=n_draws)
            for counts in batch
        ]
    )
    return percentile_interval(estimate, draws, level=level, n=n_clusters)


def percentile_interval(estimate: float, draws: FloatArray, *, level: float, n: int) -> Interval:
    """Return the interval between the quantiles of the resampled numbers that are known."""
    told = draws[~np.isnan(draws)]
    if len(told) == 0 or np.isnan(estimate):
        return Interval(estimate, -np.inf, np.inf, level, "cluster_bootstrap", n)
    low, high = np.quantile(told, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf")
    return Interval(estimate, float(low), float(high), level, "cluster_bootstrap", n)


def cluster_codes(clusters: Any) -> tuple[npt.NDArray[np.intp], int]:
    """Return the position of each row's cluster among the sorted labels, and their number."""
    series = pd.Series(list(clusters), dtype=object)
    n_missing = int(series.isna().sum())
    if len(series) == 0 or n_missing:
        got = Said(
            f"{n_missing} 个缺失，共 {len(series)} 行", f"{n_missing} of {len(series)} missing"
        )
        expected = Said("每行一个簇标签", "one cluster label per row")
        raise DataFault(input_fault("equity.cluster_bootstrap", "clusters", expected, got))
    found, block = np.unique(np.array([str(c) for c in series]), return_inverse=True)
    return block, len(found)


def cluster_counts(n_clusters: int, *, seed: int, n_draws: int) -> Iterator[FloatArray]:
    """Yield how often each cluster is drawn, in batches of shape (draws, n_clusters)."""
    for pick in _picks(n_clusters, seed, n_draws):
        flat = pick + n_clusters * np.arange(len(pick))[:, None]
        counts = np.bincount(flat.ravel(), minlength=len(pick) * n_clusters)
        yield counts.reshape(len(pick), n_clusters).astype(np.float64)


def _sorted_rows(pairs: Any) -> FloatArray:
    """Return known rows in an order that depends on their content only."""
    if np.ndim(pairs) != 2:
        return known_differences("paired_bca", pairs)
    table: FloatArray = np.array(
        pd.DataFrame(pairs).astype("Float64").to_numpy(np.float64, na_value=np.nan)
    )
    if np.isinf(table).any():
        known_differences("paired_bca", table.ravel())
    rows: FloatArray = table[~np.isnan(table).any(axis=1)]
    return rows[np.lexsort(rows.T[::-1])]


def _mean_over_runs(resamples: FloatArray) -> FloatArray:
    return np.asarray(resamples.mean(axis=1))


def _picks(n: int, seed: int, n_draws: int) -> Iterator[npt.NDArray[np.int64]]:
    """Yield positions drawn with replacement, shape (draws, n), a bounded batch at a time."""
    size = max(1, _BLOCK // n)
    for start in range(0, n_draws, size):
        ids = np.arange(start, min(start + size, n_draws))
        luck = draw(seed, "bootstrap", ids, count=n).reshape(len(ids), n)
        yield (luck * n).astype(np.int64)


def _jackknife(rows: FloatArray, measure: Statistic) -> FloatArray:
    return np.array([float(measure(np.delete(rows, i, axis=0)[None])[0]) for i in range(len(rows))])


def _bca_bounds(
    estimate: float, draws: FloatArray, left_out: FloatArray, level: float
) -> tuple[float, float]:
    n = len(draws)
    below = (np.sum(draws < estimate) + 0.5 * np.sum(draws == estimate)) / n
    bias = float(ndtri(np.clip(below, 0.5 / n, 1 - 0.5 / n)))
    pull = left_out.mean() - left_out
    scale = float((pull**2).sum()) ** 1.5
    acceleration = float((pull**3).sum()) / (6 * scale) if scale > 0 else 0.0
    z = ndtri(np.array([(1 - level) / 2, (1 + level) / 2])) + bias
    shares = ndtr(bias + z / (1 - acceleration * z))
    low, high = np.quantile(draws, np.clip(shares, 0.0, 1.0), method="inverted_cdf")
    return float(low), float(high)
