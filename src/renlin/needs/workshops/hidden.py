"""Bound how many residents no register knows, from two lists of them: capture-recapture."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import ndtri

ASSUMPTIONS = ("closed", "independent", "equal_chance", "matched")
"""What must hold: nobody came or went between the lists; being on one says nothing about
the other; everybody had the same chance; the same person is recognised on both. Residents
who hide from both lists are fewer in the range than in truth."""


@dataclass(frozen=True)
class Range:
    """How many hidden residents there are, as a range only.

    Attributes
    ----------
    n_first, n_second, n_both
        On the first list, on the second, on both.
    low, high
        Range; ``high`` is NaN when only a lower bound can be said.
    """

    n_first: int
    n_second: int
    n_both: int
    low: float
    high: float

    @property
    def lower_bound_only(self) -> bool:
        """Return whether the lists share nobody, so that nothing bounds the number above."""
        return math.isnan(self.high)


def bound(n_first: int, n_second: int, n_both: int, *, interval: float) -> Range:
    """Return the range of Chapman's estimate.

    N = (n1 + 1)(n2 + 1) / (m + 1) - 1 and its variance
    (n1 + 1)(n2 + 1)(n1 - m)(n2 - m) / ((m + 1)^2 (m + 2)), with m on both lists. The range
    is log-normal in the unseen f = N - M, M = n1 + n2 - m seen: [M + f / C, M + f C],
    C = exp(z sqrt(ln(1 + var / f^2))), so that it never falls below those who were seen.

    Without anybody on both lists no upper bound exists: low is M, high is unknown.

    Parameters
    ----------
    n_first, n_second, n_both
        Residents on the first list, the second, both.
    interval
        Probability inside the range under the assumptions, 0 to 1.

    Raises
    ------
    ValueError
        When more are on both lists than on one: a programming error.

    Source: chapman1951; reference needs 7.

    Examples
    --------
    >>> found = bound(20, 15, 5, interval=0.9)
    >>> found.low <= 55 <= found.high  # Chapman's estimate is 55
    True
    """
    if not 0 <= n_both <= min(n_first, n_second):
        raise ValueError("more on both lists than on one of them")
    seen = n_first + n_second - n_both
    if n_both == 0:
        return Range(n_first, n_second, 0, float(seen), math.nan)
    n = (n_first + 1) * (n_second + 1) / (n_both + 1) - 1
    unseen = n - seen
    variance: float = (n_first + 1) * (n_second + 1) * (n_first - n_both) * (n_second - n_both)
    variance /= (n_both + 1) ** 2 * (n_both + 2)
    if unseen <= 0:
        return Range(n_first, n_second, n_both, float(seen), float(seen))
    z = float(ndtri((1 + interval) / 2))
    factor = math.exp(z * math.sqrt(math.log1p(variance / unseen**2)))
    return Range(n_first, n_second, n_both, seen + unseen / factor, seen + unseen * factor)
