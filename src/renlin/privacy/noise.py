"""Add noise to counts meant for open data, and keep the account of what was spent.

Never for a list somebody works from: noise would drop a person who needs help. The noise
comes from the system's secrets, so nobody who knows a seed can take it off again.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from renlin.errors import Fault, PrivacyFault, Said

Below = Callable[[int], int]
"""Returns a uniform whole number from 0 up to, not including, its argument."""


@dataclass(frozen=True)
class Budget:
    """How much may be told of a place in all, and how much was.

    Attributes
    ----------
    limit, spent
        Epsilon; exact fractions, so that nothing is lost by rounding.
    """

    limit: Fraction
    spent: Fraction = Fraction(0)

    def after(self, epsilon: Fraction) -> Budget:
        """Return the budget with ``epsilon`` more spent.

        Raises
        ------
        PrivacyFault
            When that is more than is left.
        """
        if epsilon <= 0 or self.spent + epsilon > self.limit:
            left = float(self.limit - self.spent)
            raise PrivacyFault(
                Fault(
                    "epsilon",
                    Said(
                        f"大于 0、不超过剩余的 {left:g}", f"above 0 and at most the {left:g} left"
                    ),
                    Said(f"{float(epsilon):g}", f"{float(epsilon):g}"),
                    Said("少公布一些，或由委员会提高总额。", "Publish less, or raise the limit."),
                )
            )
        return Budget(self.limit, self.spent + epsilon)


def noisy(count: int, epsilon: Fraction, below: Below = secrets.randbelow) -> int:
    """Return ``count`` plus discrete Laplace noise for sensitivity 1.

    Whole arithmetic throughout, so that the digits of the noise tell nothing. The result
    may be negative and is published as it is. Source: Canonne, Kamath, Steinke 2020, alg. 2.

    Parameters
    ----------
    epsilon
        Privacy parameter, above 0.
    below
        Source of luck; tests bring their own.
    """
    return count + discrete_laplace(epsilon, below)


def discrete_laplace(epsilon: Fraction, below: Below = secrets.randbelow) -> int:
    """Return a whole number x with probability proportional to exp(-epsilon |x|)."""
    if epsilon <= 0:
        raise ValueError("epsilon must be above 0")
    s, t = epsilon.numerator, epsilon.denominator
    while True:
        u = below(t)
        if not _exponential(Fraction(u, t), below):
            continue
        v = 0
        while _exponential(Fraction(1), below):
            v += 1
        x = (u + t * v) // s
        sign = below(2)
        if not (sign == 1 and x == 0):
            return -x if sign == 1 else x


def variance(epsilon: float) -> float:
    """Return the variance of the noise."""
    p = math.exp(-epsilon)
    return 2 * p / (1 - p) ** 2


def _exponential(gamma: Fraction, below: Below) -> bool:
    """Return True with probability exp(-gamma), for gamma in [0, 1]."""
    k = 1
    while _bernoulli(gamma / k, below):
        k += 1
    return k % 2 == 1


def _bernoulli(p: Fraction, below: Below) -> bool:
    return below(p.denominator) < p.numerator
