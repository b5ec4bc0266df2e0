"""Compare how often something happens to a group and to the others, exactly for small counts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binom

from renlin.equity.intervals import LEVEL, Interval, normal_bound
from renlin.equity.levels import ratio
from renlin.equity.samples import input_fault
from renlin.errors import DataFault, Said


def rate_ratio(
    events: int, time: float, other_events: int, other_time: float, *, level: float = LEVEL
) -> Interval:
    """Return the ratio of two rates with its conditional mid-p interval.

    Given the total of events, those of the first side are binomial with share
    ``r T1 / (r T1 + T2)``; ``r`` is the ratio, ``T`` the time at risk. Each bound is the
    ratio at which the mid-p tail is half of what the level leaves out. Without any event
    the estimate is NaN and the bounds say nothing.

    Parameters
    ----------
    events, other_events
        Whole numbers, zero or more.
    time, other_time
        Person-years (any unit, the same on both sides), zero or more.
    level
        Confidence, 0 to 1.

    Raises
    ------
    DataFault
        When a count or a time is negative, or the level is not between 0 and 1.

    Source: rothman1986, chapter 11 (exact analysis, mid-p).

    Examples
    --------
    >>> found = rate_ratio(8, 10.0, 2, 20.0)
    >>> found.estimate, found.low > 1.0
    (8.0, True)
    """
    normal_bound("rate_ratio", level)
    for name, value in (("events", events), ("other_events", other_events), ("time", time),
                        ("other_time", other_time)):  # fmt: skip
        if not np.isfinite(value) or value < 0:
            expected = Said("有限且不小于零", "finite, zero or more")
            got = Said("别的数", "something else")
            raise DataFault(input_fault("equity.rate_ratio", name, expected, got))
    total = events + other_events
    if total == 0 or time == 0 or other_time == 0:
        return Interval(float("nan"), 0.0, np.inf, level, "rate_ratio", total)
    estimate = ratio(events / time, other_events / other_time)
    tail = (1 - level) / 2
    low = _share(lambda p: _above(events, total, p) - tail) if events else 0.0
    high = _share(lambda p: _above(events, total, p) - 1 + tail) if other_events else 1.0
    bounds = [np.inf if p >= 1 else p / (1 - p) * other_time / time for p in (low, high)]
    return Interval(estimate, float(bounds[0]), float(bounds[1]), level, "rate_ratio", total)


def _above(events: int, total: int, share: float) -> float:
    """Return the mid-p of as many events or more."""
    return float(binom.sf(events, total, share) + 0.5 * binom.pmf(events, total, share))


def _share(crossing: Callable[[float], float]) -> float:
    found: float = brentq(crossing, 1e-12, 1 - 1e-12, xtol=1e-13)
    return found
