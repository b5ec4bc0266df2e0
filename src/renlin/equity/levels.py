"""Say how high a burden lies: mean, quantile, the worst part of the persons.

The plain measures on which the others rest; all weighted, none caring for order.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from renlin.equity.samples import (
    FloatArray,
    Numbers,
    Sample,
    all_zero,
    bad_number,
    input_fault,
    sample,
)
from renlin.errors import DataFault, Said, did_you_mean

Worse: TypeAlias = Literal["higher", "lower"]

DECILE = 0.1
"""Share of persons, by the meaning of the word."""
SAME = 1e-12
"""Shares of a total closer than this are one and the same: the noise of summing."""


def mean(values: Numbers, weights: Numbers | None = None) -> float:
    """Return the weighted mean, in the unit of ``values``.

    Examples
    --------
    >>> mean([0.0, 3.0], [2.0, 1.0])
    1.0
    """
    return centre(ascending(sample(values, weights, measure="mean", lowest=-np.inf)))


def quantile(values: Numbers, share: float, weights: Numbers | None = None) -> float:
    """Return the value below which ``share`` of the persons lie.

    The smallest value whose cumulative weight reaches ``share``; where it is reached
    exactly, the middle between that value and the next. A quantile is therefore unmoved
    by copying everybody, and that of the mirrored values is the mirrored quantile.

    Parameters
    ----------
    values
        Shape (n,), any sign.
    share
        0 to 1; 0 gives the smallest and 1 the largest value.
    weights
        Persons per row, shape (n,).

    Raises
    ------
    DataFault
        When the share is outside 0 to 1 or the values are not as ``sample`` asks.

    Source: hyndman1996, definition 2.

    Examples
    --------
    >>> quantile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.5
    """
    _share("quantile", share)
    x, w = ascending(sample(values, weights, measure="quantile", lowest=-np.inf))
    reached = np.cumsum(w)
    wanted, near = share * reached[-1], SAME * reached[-1]
    at = min(int(np.searchsorted(reached, wanted - near)), len(x) - 1)
    if share > 0.0 and abs(reached[at] - wanted) <= near and at + 1 < len(x):
        return float((x[at] + x[at + 1]) / 2)
    return float(x[at])


def worst_mean(
    values: Numbers, share: float, weights: Numbers | None = None, *, worse: Worse = "higher"
) -> float:
    """Return the mean of the worst ``share`` of the persons (conditional value at risk).

    The row on the boundary counts with the part of its weight that is needed, so ties
    and the order of rows cannot change the result.

    Parameters
    ----------
    values
        Shape (n,), any sign.
    share
        Above 0 and at most 1.
    weights
        Persons per row, shape (n,).
    worse
        ``"higher"`` for burdens (time, harm), ``"lower"`` for goods (coverage, capacity).

    Raises
    ------
    DataFault
        When the share is outside its bounds or the values are not as ``sample`` asks.

    Source: rockafellar2000.

    Examples
    --------
    >>> worst_mean([10.0, 20.0, 60.0, 90.0], 0.5)
    75.0
    """
    _share("worst_mean", share, above_zero=True)
    x, w = ascending(sample(values, weights, measure="worst_mean", lowest=-np.inf))
    if upward(worse) > 0:
        x, w = x[::-1], w[::-1]
    return leading_mean(x, w, share)


def worst_decile_mean(
    values: Numbers, weights: Numbers | None = None, *, worse: Worse = "higher"
) -> float:
    """Return the mean of the tenth of the persons who fare worst.

    Examples
    --------
    >>> worst_decile_mean([1.0] * 9 + [11.0])
    11.0
    """
    return worst_mean(values, DECILE, weights, worse=worse)


def ratio(above: float, below: float) -> float:
    """Return ``above / below``; NaN for zero over zero, infinite for more than zero over it."""
    if below == 0.0:
        return float("nan") if above == 0.0 or above != above else float(np.copysign(np.inf, above))
    return above / below


def upward(worse: str) -> float:
    """Return +1 where higher is worse and -1 where lower is.

    Raises
    ------
    DataFault
        When the word is neither, since a misspelt direction turns every verdict round.
    """
    if worse not in ("higher", "lower"):
        expected = Said("higher 或 lower", "higher or lower")
        remedy = did_you_mean(worse, ("higher", "lower"))
        raise DataFault(
            input_fault("equity", "worse", expected, Said(str(worse), str(worse)), remedy)
        )
    return 1.0 if worse == "higher" else -1.0


def centre(checked: Sample) -> float:
    """Return the mean of a checked sample, exact when all values are one."""
    x, w = checked
    return float(x[0] + (w * (x - x[0])).sum() / w.sum())


def positive_mean(checked: Sample, measure: str) -> float:
    """Return the mean, or refuse where all values are zero and relative measures end."""
    average = centre(checked)
    if average <= 0.0:
        raise all_zero(measure)
    return average


def ascending(checked: Sample) -> Sample:
    """Return the sample from the smallest value up, in an order that rows cannot change."""
    order = np.lexsort((checked.weights, checked.values))
    return Sample(checked.values[order], checked.weights[order])


def leading_mean(x: FloatArray, w: FloatArray, share: float) -> float:
    """Return the mean of the first ``share`` of the weight, the boundary row in part."""
    wanted = share * w.sum()
    taken = np.clip(wanted - (np.cumsum(w) - w), 0.0, w)
    return float((taken * x).sum() / taken.sum())


def log_power_mean(logs: FloatArray, share: FloatArray, power: float) -> float:
    """Return ``ln(sum share exp(power logs)) / power``, exact near power 0, never overflowing.

    Shares that sum to less than one stand beside persons whose term is zero.
    """
    if power == 0.0:
        return float((share * logs).sum())
    exponent = power * logs
    if abs(exponent).max() < 1.0:
        missing = float(share.sum()) - 1.0
        inside = float((share * np.expm1(exponent)).sum())
        inside += missing if missing < -SAME else 0.0
        return float(np.log1p(inside) / power)
    top = exponent.max()
    return float((top + np.log((share * np.exp(exponent - top)).sum())) / power)


def _share(measure: str, share: float, *, above_zero: bool = False) -> None:
    if not 0.0 <= share <= 1.0 or (above_zero and share == 0.0):
        raise bad_number(measure, "share", Said("0 到 1", "0 to 1"), share)
