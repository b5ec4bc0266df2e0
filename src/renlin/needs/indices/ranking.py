"""Round, rank and turn values into shares of a reference extent; unknown stays unknown.

Every function takes one column of numbers, shape (n,), where NaN is unknown, and returns a
new one of the same shape. ``n`` counts the known values only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

Floats = npt.NDArray[np.float64]
Half = Literal["half_up", "half_even"]
Ties = Literal["min", "average", "max", "dense"]
NOISE_DIGITS = 8
"""Digits beyond the last one kept at which binary noise is removed before a half is judged:
0.285 * 100 is 28.499999999999996 in binary and means 28.5."""
CONVENTIONS: Mapping[str, Callable[[Floats, int], Floats]] = {
    "(rank-1)/(n-1)": lambda rank, n: (rank - 1) / (n - 1) if n > 1 else np.full_like(rank, np.nan),
    "(rank-1)/n": lambda rank, n: (rank - 1) / n,
    "(rank-0.5)/n": lambda rank, n: (rank - 0.5) / n,
    "rank/n": lambda rank, n: rank / n,
    "rank/(n+1)": lambda rank, n: rank / (n + 1),
}
"""Name of a percentile convention -> formula of the ascending rank and the n known values.
The first one is not defined for a single value: unknown, not zero."""


def rounded(values: Floats, digits: int, half: Half) -> Floats:
    """Return values with ``digits`` decimals; a half goes away from zero or to the even digit.

    Examples
    --------
    >>> rounded(np.array([0.285, 0.03125]), 2, "half_up").tolist()
    [0.29, 0.03]
    >>> rounded(np.array([0.03125]), 4, "half_even").tolist()
    [0.0312]
    """
    factor = 10.0**digits
    scaled = np.round(np.asarray(values, dtype=np.float64) * factor, NOISE_DIGITS)
    if half == "half_even":
        return np.asarray(np.rint(scaled) / factor)
    return np.asarray(np.sign(scaled) * np.floor(np.abs(scaled) + 0.5) / factor)


def ranked(values: Floats, ties: Ties, *, descending: bool = False) -> Floats:
    """Return ranks from 1; descending gives 1 to the greatest value.

    Examples
    --------
    >>> ranked(np.array([3.0, 1.0, np.nan, 3.0]), "min").tolist()
    [2.0, 1.0, nan, 2.0]
    """
    values = np.asarray(values, dtype=np.float64)
    known = ~np.isnan(values)
    out = np.full(values.shape, np.nan)
    out[known] = rankdata(-values[known] if descending else values[known], method=ties)
    return out


def percentile(values: Floats, ties: Ties, convention: str) -> Floats:
    """Return the place of each value among the known ones under a convention of `CONVENTIONS`.

    With dense ties n is the number of different values, else that of known values.

    Examples
    --------
    >>> percentile(np.array([1.0, 2.0, 2.0, 5.0]), "min", "(rank-1)/(n-1)").round(3).tolist()
    [0.0, 0.333, 0.333, 1.0]
    """
    rank = ranked(values, ties)
    known = values[~np.isnan(values)]
    n = len(np.unique(known)) if ties == "dense" else len(known)
    return np.asarray(CONVENTIONS[convention](rank, n)) if n else rank


def share_of_rank(rank: Floats, n: float) -> Floats:
    """Return (n - rank + 1) / n for ranks in which 1 is the most deprived of n."""
    return np.asarray((n - rank + 1) / n)


def exponential(share: Floats, scale: float) -> Floats:
    """Return -s ln(1 - R (1 - exp(-100 / s))) of shares R in 0..1, s = ``scale``: 0 to 100.

    Source: iod2019 (s = 23).

    Examples
    --------
    >>> exponential(np.array([0.5, 1.0]), 23.0).round(3).tolist()
    [15.645, 100.0]
    """
    return np.asarray(-scale * np.log1p(-share * -np.expm1(-100 / scale)))


def min_max(values: Floats, low: float | None = None, high: float | None = None) -> Floats:
    """Return (x - low) / (high - low); the least and greatest known value when not stated.

    A column without spread has no place between its ends: it is unknown throughout.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return values.copy()
    least = float(known.min()) if low is None else low
    most = float(known.max()) if high is None else high
    if most == least:
        return np.full(values.shape, np.nan)
    return np.asarray((values - least) / (most - least))


def standardised(values: Floats, ddof: int) -> Floats:
    """Return (x - mean) / standard deviation with ``ddof``; unknown without spread."""
    known = values[~np.isnan(values)]
    if len(known) <= ddof or known.min(initial=np.inf) == known.max(initial=-np.inf):
        return np.full(values.shape, np.nan)
    return np.asarray((values - known.mean()) / known.std(ddof=ddof))


def quantiles(rank: Floats, n_classes: int) -> Floats:
    """Return ceil(rank / n * classes): class 1 holds the first ranks.

    Source: iod2019 (deciles of small areas).

    Examples
    --------
    >>> quantiles(np.array([1.0, 2.0, 3.0, 4.0]), 2).tolist()
    [1.0, 1.0, 2.0, 2.0]
    """
    n = int((~np.isnan(rank)).sum())
    return np.asarray(np.ceil(np.round(rank * n_classes / max(n, 1), NOISE_DIGITS)))
