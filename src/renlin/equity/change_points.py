"""Find where the share of a series of counts changed, with a known rate of false alarms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.stats import binom

from renlin.equity.samples import FloatArray, input_fault
from renlin.errors import DataFault, Said
from renlin.random_streams import draw

MOST_CHANGES = 5
"""Changes looked for at most; Assumption: repeated surveys of a community are short."""
MOST_POINTS = 400
"""Points of one series, a matter of memory only (the search grows with the square)."""
N_SIMULATED = 999
"""Simulated series without change. Source: davison1997, ch. 4 (999 for a level of 5 %)."""
_CELLS = 1 << 23


class Change(NamedTuple):
    """One change: it lies before point ``at``; ``first`` to ``last`` hold it surely enough."""

    at: int
    first: int
    last: int


class Segmented(NamedTuple):
    """Changes in order, the price of each, and the p-value of there being any."""

    changes: tuple[Change, ...]
    price: float
    p_any: float


def segment(hits: FloatArray, n: FloatArray, *, alarm: float, level: float, seed: int) -> Segmented:
    """Return the changes of a series of binomial counts, by exact segmentation.

    Dynamic programming finds, for each number of changes ``k`` up to five, the split with
    the largest gain ``G_k`` in twice the log-likelihood. A series has a change when
    ``max_k G_k / k`` exceeds a price, and then the ``k`` with the largest ``G_k - k price``
    is taken. The price is not assumed: it is the ``1 - alarm`` quantile of the same maximum
    over simulated series of the same sizes and one common share, so that a series without
    any change raises an alarm with probability ``alarm``.

    Parameters
    ----------
    hits, n
        Whole numbers, shape (n_points,), ``0 <= hits <= n``, n at least 1; in order of time.
    alarm
        Share of series without change that may be called changed, 0 to 1.
    level
        Confidence of the place of each change: the shortest run of places around it that
        holds this share of the likelihood, its neighbours held fixed.
    seed
        Of the simulated series.

    Returns
    -------
    Segmented; no change when fewer than three points are known.

    Raises
    ------
    DataFault
        When the counts do not fit or there are more than 400 points.

    Source: auger1989 for the search; jackson2005 for its exactness; davison1997 for the
    price. Assumption: counts vary as binomial; waves of the seasons or of who was asked
    raise more alarms than stated.

    Examples
    --------
    >>> found = segment(np.array([2.0, 3, 2, 18, 17, 19]), np.full(6, 20.0),
    ...                 alarm=0.05, level=0.95, seed=1)
    >>> [change.at for change in found.changes]
    [3]
    """
    hits, n = _checked(hits, n)
    if len(hits) < 3:
        return Segmented((), float("nan"), 1.0)
    most = min(MOST_CHANGES, len(hits) - 1)
    gains, ends = _search(hits[None], n, most)
    simulated = np.concatenate([
        (_search(sample, n, most)[0] / np.arange(1, most + 1)).max(axis=1)
        for sample in _without_change(hits, n, seed)
    ])  # fmt: skip
    price = float(np.quantile(simulated, 1 - alarm, method="higher"))
    best = float((gains[0] / np.arange(1, most + 1)).max())
    p_any = float((1 + (simulated >= best - 1e-9).sum()) / (1 + len(simulated)))
    if best <= price + 1e-9:
        return Segmented((), price, p_any)
    chosen = int(np.argmax(gains[0] - price * np.arange(1, most + 1))) + 1
    places = _traced(ends, chosen, len(hits))
    edges = [0, *places, len(hits)]
    changes = tuple(
        _placed(hits, n, edges[i], edges[i + 1], edges[i + 2], level) for i in range(chosen)
    )
    return Segmented(changes, price, p_any)


def _checked(hits: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    x, m = np.asarray(hits, dtype=np.float64), np.asarray(n, dtype=np.float64)
    fits = x.ndim == 1 and x.shape == m.shape and len(x) <= MOST_POINTS
    if not fits or not (np.isfinite(x).all() and np.isfinite(m).all()):
        expected = Said(f"至多 {MOST_POINTS} 对已知的数", f"at most {MOST_POINTS} known pairs")
        got = Said("别的", "something else")
        raise DataFault(input_fault("equity.segment", "hits", expected, got))
    wrong = int(((x < 0) | (x > m) | (m < 1) | (x != np.floor(x)) | (m != np.floor(m))).sum())
    if wrong:
        expected = Said("0 到 n 的整数", "whole numbers from 0 to n")
        got = Said(f"{wrong} 个不是", f"{wrong} others")
        raise DataFault(input_fault("equity.segment", "hits", expected, got))
    return x, m


def _without_change(hits: FloatArray, n: FloatArray, seed: int) -> Iterator[FloatArray]:
    share = hits.sum() / n.sum()
    size = max(1, _CELLS // (len(n) + 1) ** 2)
    for start in range(0, N_SIMULATED, size):
        ids = np.arange(start, min(start + size, N_SIMULATED))
        luck = draw(seed, "no change", ids, count=len(n)).reshape(len(ids), len(n))
        yield np.asarray(binom.ppf(luck, n, share), dtype=np.float64)


def _search(hits: FloatArray, n: FloatArray, most: int) -> tuple[FloatArray, np.ndarray]:
    """Return the gain of the best split by number of changes, and where its parts end.

    Shapes (n_series, most) and (n_series, most + 1, n_points + 1).
    """
    fit = _fits(hits, n)
    length = len(n)
    best = fit[:, 0, :]
    gains, ends = [], np.zeros((len(hits), most + 1, length + 1), dtype=np.int64)
    for k in range(1, most + 1):
        through = best[:, :, None] + fit
        ends[:, k] = through.argmax(axis=1)
        best = through.max(axis=1)
        gains.append(best[:, length] - fit[:, 0, length])
    return np.maximum(np.column_stack(gains), 0.0), ends


def _fits(hits: FloatArray, n: FloatArray) -> FloatArray:
    """Return twice the log-likelihood of every run from i to j, -inf where it is empty."""
    x = np.concatenate([np.zeros((len(hits), 1)), np.cumsum(hits, axis=1)], axis=1)
    m = np.concatenate([[0.0], np.cumsum(n)])
    own = x[:, None, :] - x[:, :, None]
    size = m[None, :] - m[:, None]
    filled = size > 0
    whole = np.where(filled, size, 1.0)
    share = np.where(filled, own, 0.0) / whole
    made = 2 * whole * (_times_log(share) + _times_log(1 - share))
    return np.where(filled, made, -np.inf)


def _times_log(share: FloatArray) -> FloatArray:
    made: FloatArray = share * np.log(np.where(share > 0, share, 1.0))
    return made


def _traced(ends: np.ndarray, chosen: int, length: int) -> list[int]:
    places, at = [], length
    for k in range(chosen, 0, -1):
        at = int(ends[0, k, at])
        places.append(at)
    return places[::-1]


def _placed(hits: FloatArray, n: FloatArray, start: int, at: int, end: int, level: float) -> Change:
    """Return a change with the places around it that hold ``level`` of the likelihood."""
    fit = _fits(hits[None, start:end], n[start:end])[0]
    inner = np.arange(1, end - start)
    gain = fit[0, inner] + fit[inner, end - start]
    weight = np.exp((gain - gain.max()) / 2)
    weight /= weight.sum()
    first = last = at - start - 1
    held = weight[first]
    while held < level and (first > 0 or last < len(weight) - 1):
        down = weight[first - 1] if first > 0 else -1.0
        up = weight[last + 1] if last < len(weight) - 1 else -1.0
        if down >= up:
            first -= 1
        else:
            last += 1
        held = weight[first : last + 1].sum()
    return Change(at, start + first + 1, start + last + 1)
