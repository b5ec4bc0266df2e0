"""Say how sure a number is: shares, their ratios and differences, paired runs.

An interval that nothing is known about is unbounded, so it can exclude nothing.
Intervals that need resampling are in ``resampling``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from renlin.equity.levels import Worse, ratio, upward
from renlin.equity.samples import FloatArray, Numbers, input_fault, numbers
from renlin.errors import DataFault, Said

LEVEL = 0.95
"""Share of such intervals that hold the true value. Assumption: the usual one; the policy's
``confidence`` takes its place."""


@dataclass(frozen=True)
class Interval:
    """An estimate with bounds; closed on both sides.

    Parameters
    ----------
    estimate, low, high
        In the unit of the measure.
    level
        Confidence, 0 to 1.
    method
        Code of the method.
    n
        Observations (rows, pairs or clusters) it rests on.
    """

    estimate: float
    low: float
    high: float
    level: float
    method: str
    n: int

    @property
    def excludes_zero(self) -> bool:
        """Return whether the whole interval lies on one side of zero."""
        return self.low > 0 or self.high < 0


class Better(NamedTuple):
    """Shares of the paired runs in which the scheme was better, the same and worse."""

    better: float
    same: float
    worse: float
    n: int


def wilson(count: int, n: int, *, level: float = LEVEL) -> Interval:
    """Return the score interval of a share; with nobody observed it is 0 to 1.

    Raises
    ------
    DataFault
        When the count is not between 0 and n, or the level not between 0 and 1.

    Source: wilson1927.

    Examples
    --------
    >>> interval = wilson(8, 10)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.4902, 0.9433)
    """
    _count("wilson", count, n)
    z = normal_bound("wilson", level)
    if n == 0:
        return Interval(float("nan"), 0.0, 1.0, level, "wilson", 0)
    share = count / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low = 0.0 if count == 0 else float(middle - half)
    high = 1.0 if count == n else float(middle + half)
    return Interval(share, low, high, level, "wilson", n)


def log_ratio_wald(
    count: int, n: int, other_count: int, other_n: int, *, level: float = LEVEL
) -> Interval:
    """Return the ratio of two shares with the interval of its logarithm.

    ``se = sqrt(1/a - 1/n + 1/b - 1/m)``. Where a share is 0, or both are 1, the interval
    (never the estimate) takes half a case and half a non-case more on each side. A ratio
    to zero is infinite, zero to zero is NaN with bounds 0 and infinity.

    Raises
    ------
    DataFault
        When a count is not between 0 and its n, or a group is empty.

    Source: katz1978; pettigrew1986.

    Examples
    --------
    >>> round(log_ratio_wald(30, 100, 15, 100).estimate, 6)
    2.0
    """
    place = "log_ratio_wald"
    _count(place, count, n, smallest_n=1)
    _count(place, other_count, other_n, smallest_n=1)
    z = normal_bound(place, level)
    a, na, b, nb = float(count), float(n), float(other_count), float(other_n)
    if count == 0 or other_count == 0 or (count == n and other_count == other_n):
        a, na, b, nb = a + 0.5, na + 1.0, b + 0.5, nb + 1.0
    centre = np.log(a / na) - np.log(b / nb)
    half = z * np.sqrt(1 / a - 1 / na + 1 / b - 1 / nb)
    low, high = float(np.exp(centre - half)), float(np.exp(centre + half))
    if count == 0:
        low = 0.0
    if other_count == 0:
        high = float("inf")
    return Interval(ratio(count / n, other_count / other_n), low, high, level, place, n + other_n)


def newcombe(
    count: int, n: int, other_count: int, other_n: int, *, level: float = LEVEL
) -> Interval:
    """Return the difference of two shares with the interval made of their score intervals.

    Source: newcombe1998, method 10.

    Examples
    --------
    >>> interval = newcombe(56, 70, 48, 80)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0524, 0.3339)
    """
    own, other = wilson(count, n, level=level), wilson(other_count, other_n, level=level)
    if n == 0 or other_n == 0:
        low, high = own.low - other.high, own.high - other.low
        return Interval(float("nan"), low, high, level, "newcombe", n + other_n)
    p, q = own.estimate, other.estimate
    low = p - q - float(np.hypot(p - own.low, other.high - q))
    high = p - q + float(np.hypot(own.high - p, q - other.low))
    return Interval(p - q, low, high, level, "newcombe", n + other_n)


def paired_t(differences: Numbers, *, level: float = LEVEL) -> Interval:
    """Return the mean of paired differences with Student's interval.

    Unknown differences are left out and ``n`` says how many pairs remain; with fewer than
    two the interval is unbounded.

    Raises
    ------
    DataFault
        When a difference is infinite or the level is not between 0 and 1.

    Source: student1908.

    Examples
    --------
    >>> paired_t([-5.0, -5.0, -5.0]).excludes_zero
    True
    """
    known = known_differences("paired_t", differences)
    n, estimate = len(known), _centre(known)
    normal_bound("paired_t", level)
    if n < 2:
        return Interval(estimate, -np.inf, np.inf, level, "paired_t", n)
    half = float(stdtrit(n - 1, (1 + level) / 2)) * _standard_error(known)
    return Interval(estimate, estimate - half, estimate + half, level, "paired_t", n)


def paired_p(differences: Numbers) -> float:
    """Return the two-sided p-value of the paired t test; NaN with fewer than two pairs."""
    known = known_differences("paired_p", differences)
    if len(known) < 2:
        return float("nan")
    estimate, error = _centre(known), _standard_error(known)
    if error == 0.0:
        return 1.0 if estimate == 0.0 else 0.0
    return float(2 * stdtr(len(known) - 1, -abs(estimate) / error))


def holm(p_values: Numbers) -> FloatArray:
    """Return p-values adjusted for looking at several schemes, in the order given.

    Raises
    ------
    DataFault
        When a p-value is unknown or outside 0 to 1.

    Source: holm1979.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    p = numbers(p_values, place="equity.holm", column="p_values")
    wrong = int((~((p >= 0) & (p <= 1))).sum())
    if wrong:
        got = Said(f"{wrong} 个不是", f"{wrong} that are not")
        expected = Said("0 到 1 的 p 值", "p-values from 0 to 1")
        raise DataFault(input_fault("equity.holm", "p_values", expected, got))
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p))))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def probability_better(differences: Numbers, *, worse: Worse = "higher") -> Better:
    """Return in what share of the paired runs the scheme was better, the same and worse.

    Parameters
    ----------
    differences
        Scheme minus base, one per run; unknown ones are left out of ``n``.
    worse
        ``"higher"`` for burdens, ``"lower"`` for goods.

    Examples
    --------
    >>> probability_better([-4.0, -1.0, 0.0, 2.0]).better
    0.5
    """
    known = known_differences("probability_better", differences)
    harm = upward(worse) * known
    n = len(harm)
    if n == 0:
        return Better(float("nan"), float("nan"), float("nan"), 0)
    better, worsened = int((harm < 0).sum()), int((harm > 0).sum())
    return Better(better / n, (n - better - worsened) / n, worsened / n, n)


def known_differences(measure: str, differences: Numbers) -> FloatArray:
    """Return the known differences in ascending order, refusing infinite ones."""
    x = numbers(differences, place=f"equity.{measure}", column="differences")
    if np.isinf(x).any():
        got = Said(f"{int(np.isinf(x).sum())} 个无穷", f"{int(np.isinf(x).sum())} infinite")
        expected = Said("有限的差值", "finite differences")
        raise DataFault(input_fault(f"equity.{measure}", "differences", expected, got))
    return np.sort(x[~np.isnan(x)])


def _centre(known: FloatArray) -> float:
    if len(known) == 0:
        return float("nan")
    return float(known[0] + (known - known[0]).mean())


def _standard_error(known: FloatArray) -> float:
    return float(np.std(known - known[0], ddof=1) / np.sqrt(len(known)))


def normal_bound(measure: str, level: float) -> float:
    """Return the normal deviate of a two-sided level, refusing what is no level."""
    if not 0.0 < level < 1.0:
        got = Said(f"{level:g}", f"{level:g}")
        expected = Said("0 与 1 之间的置信水平", "a level between 0 and 1")
        raise DataFault(input_fault(f"equity.{measure}", "level", expected, got))
    return float(ndtri((1 + level) / 2))


def _count(measure: str, count: int, n: int, *, smallest_n: int = 0) -> None:
    if not (smallest_n <= n and 0 <= count <= n):
        got = Said(f"{n} 中的 {count}", f"{count} of {n}")
        expected = Said("0 到 n 的计数", "a count from 0 to n")
        raise DataFault(input_fault(f"equity.{measure}", "count", expected, got))
