"""Name the parameters that drive the difference between schemes, and leave the rest undecided.

The measure is rank correlation between a parameter's draws and the difference the draws
come to: it asks for no straight line, only for one direction. With enough draws for the
number of parameters it is *partial*: what the other parameters explain (in ranks) is taken
off both sides first. With fewer, nothing can be taken off, and the plain rank correlation
is given; the columns of the hypercube are independent of each other, so it is not biased,
only blurred by the others. ``method`` says which.

A parameter is named where its bootstrap interval leaves out zero *and* its p-value,
adjusted by Holm over all parameters of that difference, is no more than one less the
confidence. Else it is undecided: with few draws most are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammaln, stdtr
from scipy.stats import rankdata

from renlin.equity.intervals import holm
from renlin.random_streams import draw
from renlin.study.times import BASE, SAME
from renlin.study.uncertainty.doubts import Doubt
from renlin.study.uncertainty.runs import MEASURES, Tried

Floats = npt.NDArray[np.float64]
KEY = ("scenario", "measure", "scheme", "against", "parameter")
RAISES, LOWERS, UNDECIDED = "raises", "lowers", "undecided"
PARTIAL_FROM = 3
"""Draws per parameter from which correlations are partial. Assumption: a resample holds two
thirds of the draws, and each parameter needs more than one of those."""
CELLS = 1 << 21
"""Resampled cells held at once, a matter of memory only."""


def influence(
    tried: Tried,
    doubts: Sequence[Doubt],
    table: Floats,
    *,
    confidence: float,
    n_resamples: int,
    seed: int = 0,
) -> pd.DataFrame:
    """Return how each parameter moves the difference between each two schemes.

    Parameters
    ----------
    table
        Number of every doubt in every draw, shape (n_draws, n_doubts).

    Returns
    -------
    One row per measure, pair of schemes and parameter. The difference is ``scheme`` less
    ``against``; a positive coefficient raises it as the parameter grows.

    Source: spearman1904; iman1979; efron1993 for the interval (percentiles); holm1979.
    """
    names, responses = _differences(tried)
    found = correlations(table, responses)
    low, high = _intervals(table, responses, confidence, n_resamples, seed)
    n = len(table)
    partial = is_partial(n, table.shape[1])
    given_up = table.shape[1] - 1 if partial else 0
    rows: list[dict[str, Any]] = []
    for at, (measure, scheme, against) in enumerate(names):
        p = _p_values(found[:, at], n - 2 - given_up)
        adjusted = _holm(p)
        for i, doubt in enumerate(doubts):
            told = (float(found[i, at]), float(low[i, at]), float(high[i, at]))
            rows.append(
                {
                    "scenario": tried.scenario,
                    "measure": measure,
                    "scheme": scheme,
                    "against": against,
                    "parameter": doubt.name,
                    **_described(doubt),
                    "coefficient": told[0],
                    "coefficient_low": told[1],
                    "coefficient_high": told[2],
                    "p_value": float(p[i]),
                    "p_holm": float(adjusted[i]),
                    "state": _state(told, float(adjusted[i]), confidence),
                    "method": "partial_rank" if partial else "rank",
                    "n_draws": n,
                }
            )
    return pd.DataFrame(rows)


def is_partial(n_draws: int, n_doubts: int) -> bool:
    """Return whether there are draws enough to take the other parameters off."""
    return n_doubts > 1 and n_draws >= PARTIAL_FROM * (n_doubts + 1)


def correlations(table: Floats, responses: Floats) -> Floats:
    """Return the rank correlation of every column with every response, partial where it can be.

    With ``Q`` the inverse of the rank correlations of the columns, ``r`` those with the
    response, ``b = Q r`` and ``u = 1 / (1 - r'b)``, the partial correlation of column ``j``
    is ``b_j u / sqrt(u (Q_jj + b_j^2 u))``.

    Parameters
    ----------
    table, responses
        Shapes (n_draws, n_doubts) and (n_draws, n_responses).

    Returns
    -------
    Shape (n_doubts, n_responses); NaN for a column or response that never changes.
    """
    found: Floats = _correlated(table[None], responses[None], is_partial(*table.shape))[0]
    return found


def _correlated(tables: Floats, responses: Floats, partial: bool) -> Floats:
    """Return the correlations of stacked tables, shape (b, n_doubts, n_responses)."""
    x, y = _standard(tables), _standard(responses)
    n = tables.shape[1]
    r = np.einsum("bnp,bnr->bpr", x, y) / n
    if partial:
        r = _partial(np.einsum("bnp,bnq->bpq", x, x) / n, r)
    fixed_x, fixed_y = (x == 0.0).all(axis=1), (y == 0.0).all(axis=1)
    r[fixed_x[:, :, None] | fixed_y[:, None, :]] = np.nan
    found: Floats = np.clip(r, -1.0, 1.0)
    return found


def _partial(among: Floats, r: Floats) -> Floats:
    inverse = np.linalg.pinv(among, hermitian=True)
    b = inverse @ r
    rest = np.maximum(1.0 - np.einsum("bpr,bpr->br", r, b), np.finfo(np.float64).eps)
    u = (1.0 / rest)[:, None, :]
    own = np.einsum("bpp->bp", inverse)[:, :, None]
    scale = np.sqrt(u * (own + b**2 * u))
    found: Floats = np.where(scale > 0, b * u / np.where(scale > 0, scale, 1.0), 0.0)
    return found


def _standard(values: Floats) -> Floats:
    """Return ranks over the draws with mean 0 and variance 1; 0 where nothing changes."""
    ranks = np.asarray(rankdata(values, axis=1), dtype=np.float64)
    ranks -= ranks.mean(axis=1, keepdims=True)
    spread = ranks.std(axis=1, keepdims=True)
    found: Floats = np.divide(ranks, spread, out=np.zeros_like(ranks), where=spread > 0)
    return found


def _intervals(
    table: Floats, responses: Floats, confidence: float, n_resamples: int, seed: int
) -> tuple[Floats, Floats]:
    """Return percentile bounds over resampled draws; unbounded where nothing is known."""
    n, p = table.shape
    partial, size = is_partial(n, p), max(1, CELLS // max(n * p, 1))
    made = []
    for start in range(0, n_resamples, size):
        ids = np.arange(start, min(start + size, n_resamples))
        pick = (draw(seed, "bootstrap_draws", ids, count=n).reshape(len(ids), n) * n).astype(int)
        made.append(_correlated(table[pick], responses[pick], partial))
    drawn = np.concatenate(made)
    drawn = np.where(np.isnan(drawn), 0.0, drawn)  # a resample without change shows no influence
    tails = [(1.0 - confidence) / 2.0, (1.0 + confidence) / 2.0]
    low, high = np.quantile(drawn, tails, axis=0, method="inverted_cdf")
    return low, high


def _differences(tried: Tried) -> tuple[list[tuple[str, str, str]], Floats]:
    """Return every measure and pair of schemes, and the mean difference of every draw."""
    names: list[tuple[str, str, str]] = []
    columns = []
    for measure in MEASURES:
        level = tried.level[measure][1:]
        for first, second in _pairs(tried.schemes):
            at, base = tried.schemes.index(first), tried.schemes.index(second)
            apart = level[:, at] - level[:, base]
            known = ~np.isnan(apart)
            total = np.where(known, apart, 0.0).sum(axis=1)
            mean = total / np.maximum(known.sum(axis=1), 1)
            names.append((measure, first, second))
            columns.append(np.round(mean / SAME) * SAME)
    return names, np.column_stack(columns)


def _pairs(schemes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each scheme with the base, then each later scheme with each earlier one."""
    others = [code for code in schemes if code != BASE]
    yield from ((code, BASE) for code in others)
    yield from ((later, earlier) for earlier, later in combinations(others, 2))


def _p_values(r: Floats, freedom: int) -> Floats:
    """Return two-sided p-values of correlations, NaN where they are not known.

    Student's t; but never less than the chance of one order out of all, 2 / n!, which a
    perfect correlation of few draws is no rarer than.
    """
    if freedom < 1:
        return np.full(r.shape, np.nan)
    with np.errstate(divide="ignore"):
        t = np.abs(r) * np.sqrt(freedom / (1.0 - r**2))
    least = 2.0 * np.exp(-gammaln(freedom + 3.0))
    found: Floats = np.minimum(np.maximum(2.0 * stdtr(freedom, -t), least), 1.0)
    return found


def _holm(p: Floats) -> Floats:
    adjusted = np.full(p.shape, np.nan)
    known = ~np.isnan(p)
    if known.any():
        adjusted[known] = holm(p[known])
    return adjusted


def _state(told: tuple[float, float, float], p_holm: float, confidence: float) -> str:
    estimate, low, high = told
    if not (p_holm <= 1.0 - confidence and (low > 0 or high < 0)):
        return UNDECIDED
    return RAISES if estimate > 0 else LOWERS


def _described(doubt: Doubt) -> dict[str, Any]:
    value = doubt.value
    return {
        "kind": doubt.kind,
        "unit": value.unit,
        "value": value.value,
        "low": doubt.low,
        "high": doubt.high,
        "source": value.source,
        "note": value.note,
    }
