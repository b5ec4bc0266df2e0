"""Put one number to a distribution: how unequal it is, and how bad for the worst-off.

Every measure takes weights (persons per row), ignores the order of rows, and gives the
same for two copies of a community as for one. Values must be known and finite; see
``renlin.equity.samples``. Levels, Theil and Kolm-Pollak have their own rooms and are
offered here too: this is the one door to all measures.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from renlin.equity.kolm_pollak import KolmPollak, kolm_pollak, kolm_pollak_at, kolm_pollak_kappa
from renlin.equity.levels import (
    DECILE,
    Worse,
    ascending,
    centre,
    leading_mean,
    log_power_mean,
    mean,
    positive_mean,
    quantile,
    ratio,
    worst_decile_mean,
    worst_mean,
)
from renlin.equity.samples import (
    FloatArray,
    Numbers,
    Sample,
    aligned,
    bad_number,
    numbers,
    sample,
)
from renlin.equity.theil import TheilSplit, theil, theil_split
from renlin.errors import Said

__all__ = [
    "DECILE",
    "EndsContrast",
    "KolmPollak",
    "TheilSplit",
    "Worse",
    "atkinson",
    "concentration_index",
    "erreygers_index",
    "gini",
    "kolm_pollak",
    "kolm_pollak_at",
    "kolm_pollak_kappa",
    "mean",
    "palma",
    "quantile",
    "quintile_contrast",
    "ratio",
    "theil",
    "theil_split",
    "worst_decile_mean",
    "worst_mean",
]

QUINTILE = 0.2
"""Share of persons, by the meaning of the word."""
PALMA_TOP, PALMA_BOTTOM = 0.1, 0.4
"""Shares of persons whose totals the Palma ratio compares. Source: cobham2013."""


def gini(values: Numbers, weights: Numbers | None = None) -> float:
    """Return the Gini index, 0 (all equal) to 1, not corrected for small n.

    ``G = sum_ij w_i w_j |x_i - x_j| / (2 W^2 m)``; ``w`` weight, ``W`` its sum, ``m`` mean.

    Raises
    ------
    DataFault
        When a value is negative or all are zero.

    Source: gini1912.

    Examples
    --------
    >>> gini([0.0, 1.0])
    0.5
    """
    checked = ascending(sample(values, weights, measure="gini"))
    average = positive_mean(checked, "gini")
    x, w = checked
    total = float(w.sum())
    below_minus_above = 2 * np.cumsum(w) - w - total
    spread = float((w * (x - x[0]) * below_minus_above).sum())
    return max(spread / (total**2 * average), 0.0)


def atkinson(values: Numbers, aversion: float, weights: Numbers | None = None) -> float:
    """Return the Atkinson index of a good: the share that inequality wastes, 0 to 1.

    ``A = 1 - (sum p (x/m)^(1-a))^(1/(1-a))``; ``p`` share of persons, ``m`` mean, ``a``
    aversion; at ``a = 1`` the geometric mean. With ``a >= 1`` one person with zero makes
    the index 1, its limit: for burdens, where zero is good news, use ``kolm_pollak``.

    Raises
    ------
    DataFault
        When the aversion or a value is negative, or all values are zero.

    Source: atkinson1970.

    Examples
    --------
    >>> round(atkinson([1.0, 4.0], 1.0), 6)
    0.2
    """
    if not (np.isfinite(aversion) and aversion >= 0):
        raise bad_number(
            "atkinson", "aversion", Said("有限且不小于零", "finite, zero or more"), aversion
        )
    checked = ascending(sample(values, weights, measure="atkinson"))
    relative = checked.values / positive_mean(checked, "atkinson")
    if (relative == relative[0]).all():
        return 0.0
    if aversion >= 1 and (relative == 0).any():
        return 1.0
    there = relative > 0
    share = (checked.weights / checked.weights.sum())[there]
    power = 1.0 - aversion
    return float(-np.expm1(log_power_mean(np.log(relative[there]), share, power)))


def palma(values: Numbers, weights: Numbers | None = None) -> float:
    """Return what the top tenth of persons hold over what the bottom four tenths hold.

    For resources only: among burdens the top tenth are those who suffer.

    Raises
    ------
    DataFault
        When a value is negative, all are zero, or the bottom four tenths hold nothing.

    Source: cobham2013.

    Examples
    --------
    >>> palma([1.0] * 9 + [8.0])
    2.0
    """
    checked = ascending(sample(values, weights, measure="palma"))
    positive_mean(checked, "palma")
    x, w = checked
    top = PALMA_TOP * leading_mean(x[::-1], w[::-1], PALMA_TOP)
    bottom = PALMA_BOTTOM * leading_mean(x, w, PALMA_BOTTOM)
    if bottom == 0.0:
        expected = Said("最低四成合计大于零", "a bottom 40 % that holds something")
        raise bad_number("palma", "values", expected, 0.0)
    return float(top / bottom)


def concentration_index(values: Numbers, ranking: Numbers, weights: Numbers | None = None) -> float:
    """Return how far ``values`` gather at the high end of ``ranking``, -1 to 1.

    ``C = 2 cov(x, r) / m``; ``r`` the share of persons ranked below (ties share the middle
    of their block), ``m`` mean of x. Ranked by vulnerability, above zero means that the
    burden lies on the vulnerable.

    Parameters
    ----------
    values
        Shape (n,), zero or more.
    ranking
        Shape (n,): vulnerability, income or the like, any unit; only its order counts.
    weights
        Persons per row, shape (n,).

    Raises
    ------
    DataFault
        When a value is negative, all are zero, or a rank is unknown.

    Source: kakwani1997.

    Examples
    --------
    >>> concentration_index([0.0, 1.0], [1.0, 2.0])
    0.5
    """
    checked, rank = _ranked("concentration_index", values, ranking, weights)
    return 2.0 * _covariance(checked, rank) / positive_mean(checked, "concentration_index")


def erreygers_index(
    values: Numbers,
    ranking: Numbers,
    weights: Numbers | None = None,
    *,
    bounds: tuple[float, float] = (0.0, 1.0),
) -> float:
    """Return the concentration index corrected for an indicator that has bounds, -1 to 1.

    ``E = 8 cov(x, r) / (b - a)``. It is the same in size whether the indicator is counted
    as reached or as not reached, which the plain index is not.

    Parameters
    ----------
    values, ranking, weights
        As in ``concentration_index``.
    bounds
        The least and largest possible value (a, b), both attainable.

    Raises
    ------
    DataFault
        When a value lies outside the bounds or the bounds are not in order.

    Source: erreygers2009.

    Examples
    --------
    >>> erreygers_index([0.0, 1.0], [1.0, 2.0])
    1.0
    """
    low, high = bounds
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise bad_number(
            "erreygers_index", "bounds", Said("下界小于上界", "low below high"), high - low
        )
    checked, rank = _ranked("erreygers_index", values, ranking, weights, lowest=low)
    if checked.values.max() > high:
        expected = Said(f"不大于 {high:g}", f"{high:g} or less")
        raise bad_number("erreygers_index", "values", expected, checked.values.max())
    return 8.0 * _covariance(checked, rank) / (high - low)


class EndsContrast(NamedTuple):
    """The most and the least vulnerable fifth of the persons, side by side."""

    most: float
    least: float
    difference: float
    ratio: float


def quintile_contrast(
    values: Numbers, ranking: Numbers, weights: Numbers | None = None
) -> EndsContrast:
    """Return means of the highest and the lowest ranked fifth, their gap and ratio.

    Persons tied in rank on a boundary enter in equal parts. The ratio is NaN when both
    means are zero and infinite when only the lower end's is.

    Examples
    --------
    >>> quintile_contrast([1.0, 2.0, 2.0, 2.0, 3.0], [1, 2, 3, 4, 5]).ratio
    3.0
    """
    checked, rank = _ranked("quintile_contrast", values, ranking, weights, lowest=-np.inf)
    _, block = np.unique(rank, return_inverse=True)
    mass = np.bincount(block, weights=checked.weights).astype(np.float64)
    level = np.bincount(block, weights=checked.weights * checked.values) / mass
    least = leading_mean(level, mass, QUINTILE)
    most = leading_mean(level[::-1], mass[::-1], QUINTILE)
    return EndsContrast(most, least, most - least, ratio(most, least))


def _covariance(checked: Sample, rank: FloatArray) -> float:
    share = checked.weights / checked.weights.sum()
    return float((share * (checked.values - centre(checked)) * (rank - 0.5)).sum())


def _ranked(
    measure: str,
    values: Numbers,
    ranking: Numbers,
    weights: Numbers | None,
    *,
    lowest: float = 0.0,
) -> tuple[Sample, FloatArray]:
    """Return the sample and each row's fractional rank; ties share the block's middle."""
    place = f"equity.{measure}"
    order = numbers(
        aligned(ranking, values, place=place, column="ranking"), place=place, column="ranking"
    )
    w = None if weights is None else aligned(weights, values, place=place, column="weights")
    checked = sample(values, w, measure=measure, lowest=lowest)
    if w is not None:
        given = numbers(w, place=place, column="weights")
        order = order[given > 0] if len(order) == len(given) else order
    if len(order) != len(checked.values) or np.isnan(order).any():
        expected = Said("每行一个已知的排序值", "one known rank value per row")
        raise bad_number(measure, "ranking", expected, float(np.isnan(order).sum()))
    rows = np.lexsort((checked.weights, checked.values, order))
    order, checked = order[rows], Sample(checked.values[rows], checked.weights[rows])
    _, block = np.unique(order, return_inverse=True)
    mass = np.bincount(block, weights=checked.weights)
    middle = (np.cumsum(mass) - mass / 2) / mass.sum()
    return checked, middle[block]
