"""Work out how many persons pass one spot per second and metre, by the share of slow walkers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student

from renlin.errors import Fault, Said, SchemeFault, raise_all
from renlin.random_streams import draw
from renlin.simulation.micro.adapter import Rules, run
from renlin.simulation.micro.inflow import Pools
from renlin.simulation.micro.refusal import MOST_WALKERS
from renlin.simulation.micro.spot import Spot
from renlin.simulation.micro.walkers import Crossings, Walkers

Floats = npt.NDArray[np.float64]
Progress = Callable[[str, int, int], None]

WHAT = "微观检查 micro check"
COLUMNS = ("share", "flow", "low", "high", "factor", "n_runs", "n_stuck", "persons")
FROM, TO = 0.25, 0.75
"""The steady part: the middle half of those who cross, when the queue has formed and has not
yet thinned out. Source: simulation reference 9.2 measures the steady half."""
LEAST_CROSSED = 20  # persons in all: fewer show no steady part


def capacity(
    spot: Spot,
    pools: Pools,
    *,
    shares: Sequence[float],
    seeds: Sequence[int],
    rules: Rules,
    confidence: float,
    persons: int,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return the capacity of ``spot`` as a function of the share of slow walkers.

    A crowd waits before the passage and goes through it; ``flow = (k - 1) / (t_k - t_1) / w``
    with ``k`` persons in the middle half of those who cross, ``t`` their times, s, and ``w``
    the clear width, m. Every share meets the same luck. A run that jams counts in
    ``n_stuck``, with the flow it had while it moved; jams are never left out.

    Parameters
    ----------
    pools
        Residents who can pass, from whom the crowd is drawn.
    shares
        Shares of slow walkers, 0 to 1, the first one 0.
    seeds
        One run each.
    confidence
        Of the interval over seeds (Student's t), 0 to 1.
    persons
        In the crowd of one run.
    progress
        Called after every run.

    Returns
    -------
    Columns of ``COLUMNS``: flow with its interval, persons/(s m); ``factor`` on the flow of
    a crowd without slow walkers. Missing where no run had a steady part.

    Raises
    ------
    SchemeFault
        For shares that do not start at 0, no seed, or a share of slow walkers where nobody
        slow can pass; and as :func:`renlin.simulation.micro.adapter.run`.

    Source: simulation reference 4.5 and 9.1.
    """
    raise_all(_faults(spot, pools, shares, seeds, persons), SchemeFault)
    total, done, rows = len(shares) * len(seeds), 0, []
    for share in shares:
        found = []
        for seed in seeds:
            crowd = mixed(pools, share, persons, seed)
            found.append(run(spot, crowd, rules, seed=seed))
            done += 1
            if progress is not None:
                progress(WHAT, done, total)
        rows.append(_row(share, found, spot.width, confidence, persons))
    made = pd.DataFrame(rows)
    made["factor"] = made["flow"] / made["flow"].iloc[0]
    return made[list(COLUMNS)]


def mixed(pools: Pools, share: float, n: int, seed: int) -> Walkers:
    """Return a crowd of ``n`` with this share of slow walkers, well mixed.

    Person ``k`` is drawn from its pool by (seed, k) and is slow by its own rank of luck, so
    that a larger share only makes more persons slow.
    """
    at = np.arange(n)
    rank = np.argsort(np.argsort(draw(seed, "micro_order", at), kind="stable"), kind="stable")
    slow = rank < round(share * n)
    luck = draw(seed, "micro_person", at)
    chosen = np.empty(n, dtype=np.int64)
    for flag in (False, True):
        own = np.flatnonzero(pools.slow == flag)
        mine = slow == flag
        if mine.any():
            chosen[mine] = own[(luck[mine] * len(own)).astype(np.int64)]
    return Walkers(
        time=np.zeros(n),
        speed=pools.speed[chosen],
        speed_on_stairs=pools.speed_on_stairs[chosen],
        radius=pools.radius[chosen],
        slow=slow,
        back=np.zeros(n, dtype=bool),
    )


def steady_flow(time: Floats, width: float) -> float:
    """Return persons per second and metre in the steady part; missing when there is none.

    Parameters
    ----------
    time
        Seconds at which each crossed, missing for who did not.
    width
        Clear width, m.

    Examples
    --------
    >>> steady_flow(np.arange(0.0, 50.0, 0.5), 2.0)
    1.0
    """
    crossed = np.sort(time[np.isfinite(time)])
    if len(crossed) < LEAST_CROSSED:
        return float("nan")
    part = crossed[int(FROM * len(crossed)) : int(TO * len(crossed))]
    spent = float(part[-1] - part[0])
    return (len(part) - 1) / spent / width if spent > 0.0 else float("nan")


def interval(values: Floats, confidence: float) -> tuple[float, float, float]:
    """Return mean, low and high over runs; the bounds are missing for fewer than two.

    Student's t with ``n - 1`` degrees of freedom; never below 0.

    Examples
    --------
    >>> [round(v, 3) for v in interval(np.array([1.0, 1.2]), 0.95)]
    [1.1, 0.0, 2.371]
    """
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return float("nan"), float("nan"), float("nan")
    mean = float(known.mean())
    if len(known) < 2:
        return mean, float("nan"), float("nan")
    wide = float(student.ppf(0.5 + confidence / 2.0, len(known) - 1))
    half = wide * float(known.std(ddof=1)) / float(np.sqrt(len(known)))
    return mean, max(mean - half, 0.0), mean + half


def _row(
    share: float, found: Sequence[Crossings], width: float, confidence: float, persons: int
) -> dict[str, float]:
    flows = np.array([steady_flow(one.time, width) for one in found])
    mean, low, high = interval(flows, confidence)
    return {
        "share": share,
        "flow": mean,
        "low": low,
        "high": high,
        "n_runs": len(found),
        "n_stuck": sum(one.stuck for one in found),
        "persons": persons,
    }


def _faults(
    spot: Spot, pools: Pools, shares: Sequence[float], seeds: Sequence[int], persons: int
) -> list[Fault]:
    faults = []
    kept = list(shares)
    if not kept or kept[0] != 0.0 or kept != sorted(set(kept)) or kept[-1] > 1.0:
        expected = Said("从 0 起、递增、不超过 1 的份额", "shares that rise from 0 to 1 at most")
        faults.append(_fault(spot, "shares", expected, Said(str(kept), str(kept))))
    if not len(seeds) or len(set(seeds)) < len(seeds):
        expected = Said("至少一个种子，不重复", "at least one seed, each once")
        faults.append(_fault(spot, "seeds", expected, Said(f"{len(seeds)} 个", f"{len(seeds)}")))
    if not LEAST_CROSSED <= persons <= MOST_WALKERS:
        expected = Said(
            f"{LEAST_CROSSED} 到 {MOST_WALKERS} 人", f"{LEAST_CROSSED} to {MOST_WALKERS} persons"
        )
        faults.append(_fault(spot, "persons", expected, Said(f"{persons} 人", f"{persons}")))
    for flag, zh, en in ((False, "走得不慢的", "not slow"), (True, "慢行的", "slow")):
        needed = kept and (min(kept) < 1.0 if not flag else max(kept) > 0.0)
        if needed and not (pools.slow == flag).any():
            expected = Said(f"过得去的居民里有{zh}人", f"residents who can pass and are {en}")
            faults.append(_fault(spot, "slow", expected, Said("没有", "none")))
    return faults


def _fault(spot: Spot, column: str, expected: Said, got: Said) -> Fault:
    remedy = Said("改正后再跑。", "Correct it and run again.")
    return Fault(spot.code, expected, got, remedy, None, column)
