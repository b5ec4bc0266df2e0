"""Weigh what a workshop counted against the register: discounted Beta-Binomial.

Register of a group of N residents, y say yes, u are unknown, k = N - u known, p = y / k:

    prior      Beta(m p, m (1 - p)),  m = min(k, cap) k / N
    posterior  Beta(m p + sum x / deff, m (1 - p) + sum (n - x) / deff)
    shift      posterior mean - p
    interval   [q_low(posterior) - (y + u) / N,  q_high(posterior) - y / N]

The register's own share lies between y / N (no unknown says yes) and (y + u) / N (all do),
so the interval of the shift holds, with the stated probability, whatever the unknown are.
The factor k / N makes the prior wider where part of the group is unknown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scipy.special import betaincinv

NOT_SAID = 0.5
"""Cases a side starts with where neither register nor workshop says anything (Jeffreys)."""
ALIKE = 1e-12
"""Shares closer than this are a tie, not an order."""


@dataclass(frozen=True)
class Estimate:
    """A share with its interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Register:
    """What the register says of a group: residents who say yes, no, and are unknown."""

    n_yes: int
    n_no: int
    n_unknown: int = 0

    @property
    def n(self) -> int:
        """Return the residents of the group."""
        return self.n_yes + self.n_no + self.n_unknown

    @property
    def share(self) -> float:
        """Return the share of yes among the known, NaN when nobody is known."""
        known = self.n_yes + self.n_no
        return self.n_yes / known if known else math.nan

    @property
    def bounds(self) -> tuple[float, float]:
        """Return the share when no unknown resident says yes, and when all do."""
        if self.n == 0:
            return 0.0, 1.0
        return self.n_yes / self.n, (self.n_yes + self.n_unknown) / self.n


@dataclass(frozen=True)
class Count:
    """What one workshop counted, and by how much its way of asking is discounted.

    Attributes
    ----------
    n_yes, n_asked
        Participants who said so, participants asked; weighted counts need not be whole.
    design_effect
        Of how the participants were found, at least 1.
    """

    n_yes: float
    n_asked: float
    design_effect: float


@dataclass(frozen=True)
class Shift:
    """The share before and after, and by how much it moved."""

    before: Estimate
    after: Estimate
    shift: Estimate

    @property
    def is_correction(self) -> bool:
        """Return whether the interval of the shift excludes 0."""
        return self.shift.low > 0 or self.shift.high < 0


def beta(alpha: float, beta_: float, interval: float) -> Estimate:
    """Return mean and central interval of Beta(alpha, beta).

    A side with no weight at all leaves a point: of nobody asked, none said yes.
    """
    if alpha <= 0 and beta_ <= 0:
        alpha = beta_ = NOT_SAID
    if alpha <= 0 or beta_ <= 0:
        point = 0.0 if alpha <= 0 else 1.0
        return Estimate(point, point, point)
    tail = (1 - interval) / 2
    low, high = betaincinv(alpha, beta_, [tail, 1 - tail])
    return Estimate(alpha / (alpha + beta_), float(low), float(high))


def update(register: Register, counts: Iterable[Count], *, cap: float, interval: float) -> Shift:
    """Return the share of a group before and after all its workshops.

    The counts are added exactly (``math.fsum``), so their order never matters.

    Parameters
    ----------
    register
        What the register says.
    counts
        One per workshop; none leaves the share as it was.
    cap
        Residents the register counts for at most.
    interval
        Probability inside the interval, 0 to 1.

    Source: reference needs 7; ibrahim_chen2000 (discounted evidence).

    Examples
    --------
    >>> found = update(Register(3, 27), [Count(12, 20, 2)], cap=30, interval=0.9)
    >>> found.after.mean, found.is_correction
    (0.225, True)
    """
    told = list(counts)
    p = register.share
    known = register.n_yes + register.n_no
    m = min(float(known), cap) * known / register.n if known else 0.0
    alpha, beta_ = (m * p, m * (1 - p)) if known else (0.0, 0.0)
    before = beta(alpha, beta_, interval)
    if not told:
        return _moved(register, before, before)
    yes = math.fsum(one.n_yes / one.design_effect for one in told)
    no = math.fsum((one.n_asked - one.n_yes) / one.design_effect for one in told)
    return _moved(register, before, beta(alpha + yes, beta_ + no, interval))


def _moved(register: Register, before: Estimate, after: Estimate) -> Shift:
    low, high = register.bounds
    against = before.mean if math.isnan(register.share) else register.share
    shift = Estimate(after.mean - against, after.low - high, after.high - low)
    return Shift(before, after, shift)


def with_absent(count: Count, n_residents: float, factor: float) -> Count:
    """Return the count as if those who stayed away had odds ``factor`` times as high.

    Participants' share s = x / n, odds o = s / (1 - s); the absent have odds ``factor`` o.
    Of n_residents, n came: the share of the group is (n s + (n_residents - n) s') /
    n_residents. As many answers are kept, so that the weight of the workshop is the same.
    """
    if count.n_asked <= 0:
        return count
    s = count.n_yes / count.n_asked
    absent = factor * s / (1 - s + factor * s)
    came = min(count.n_asked / n_residents, 1.0) if n_residents > 0 else 1.0
    share = came * s + (1 - came) * absent
    return Count(share * count.n_asked, count.n_asked, count.design_effect)


def order_flips(shares: Sequence[float], others: Sequence[float]) -> list[bool]:
    """Return for each group whether its place against any other differs between two lists.

    Groups that are level in one list and apart in the other have flipped too; a group that
    is unknown (NaN) in either has no place.
    """
    flipped = [False] * len(shares)
    for i in range(len(shares)):
        for j in range(i):
            one, two = _sign(shares[i] - shares[j]), _sign(others[i] - others[j])
            if one is not None and two is not None and one != two:
                flipped[i] = flipped[j] = True
    return flipped


def _sign(difference: float) -> int | None:
    if math.isnan(difference):
        return None
    return 0 if abs(difference) < ALIKE else (1 if difference > 0 else -1)
