"""Schedule the steps of a conversion: critical path, limited crew, luck of every duration.

A step starts when those it waits for are done and enough of the crew is free
(resource-constrained project scheduling, serial generation scheme).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

from renlin.random_streams import draw

Floats = npt.NDArray[np.float64]
SLACK = 1e-9
"""Minutes by which a step may start before another ends and still count as after it."""


@dataclass(frozen=True)
class Work:
    """The steps of one plan as arrays, each after those it waits for.

    Attributes
    ----------
    codes
        Names of the steps.
    before
        Rows of the steps each one waits for.
    crew
        Persons each step takes.
    """

    codes: tuple[str, ...]
    before: tuple[tuple[int, ...], ...]
    crew: tuple[int, ...]


def critical_path(work: Work, minutes: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return earliest finish of every step with crew without limit, and which are critical.

    Parameters
    ----------
    minutes
        Duration of every step, shape (n_steps,).
    """
    n = len(work.codes)
    finish, tail = np.zeros(n), np.zeros(n)
    for row in range(n):
        start = max((finish[b] for b in work.before[row]), default=0.0)
        finish[row] = start + minutes[row]
    after = [[k for k in range(n) if row in work.before[k]] for row in range(n)]
    for row in reversed(range(n)):
        tail[row] = max((tail[k] + minutes[k] for k in after[row]), default=0.0)
    return finish, finish + tail >= finish.max(initial=0.0) - SLACK


def serial(work: Work, order: Sequence[int], minutes: Floats, crew: int) -> tuple[Floats, Floats]:
    """Return start and finish of every step when scheduled one after the other in ``order``.

    Each step takes the first moment at which those before it are done and, for all its
    duration, enough of ``crew`` is free.

    Parameters
    ----------
    order
        Rows of the steps; no step stands before one it waits for.
    minutes
        Shape (n_draws, n_steps).

    Returns
    -------
    Two arrays of shape (n_draws, n_steps).
    """
    start, finish = np.zeros_like(minutes), np.zeros_like(minutes)
    placed: list[int] = []
    for row in order:
        ready = np.max([finish[:, b] for b in work.before[row]], axis=0, initial=0.0)
        ready = np.broadcast_to(ready, len(minutes)) if np.ndim(ready) == 0 else ready
        begin = _first_free(work, placed, start, finish, row, ready, minutes[:, row], crew)
        start[:, row], finish[:, row] = begin, begin + minutes[:, row]
        placed.append(row)
    return start, finish


def _first_free(
    work: Work, placed: list[int], start: Floats, finish: Floats, row: int, ready: Floats,
    minutes: Floats, crew: int,
) -> Floats:  # fmt: skip
    """Return the first moment from ``ready`` on at which the crew of a step stays free."""
    others = [k for k in placed if work.crew[k] > 0]
    if work.crew[row] == 0 or not others:
        return ready
    begins, ends = start[:, others], finish[:, others]
    weight = np.array([work.crew[k] for k in others], dtype=np.float64)
    moments = np.sort(np.maximum(np.column_stack([ready, ends]), ready[:, None]), axis=1)
    chosen = moments[:, -1].copy()
    open_still = np.ones(len(ready), dtype=bool)
    for column in moments.T:
        fits = _busiest(begins, ends, weight, column, minutes) <= crew - work.crew[row]
        take = open_still & fits
        chosen[take] = column[take]
        open_still &= ~fits
    return chosen


def _busiest(begins: Floats, ends: Floats, weight: Floats, at: Floats, minutes: Floats) -> Floats:
    """Return the most crew at work at any moment of [at, at + minutes)."""
    busy = _at_work(begins, ends, weight, at)
    for moment in begins.T:
        inside = (moment > at + SLACK) & (moment < at + minutes - SLACK)
        busy = np.maximum(busy, np.where(inside, _at_work(begins, ends, weight, moment), 0.0))
    return busy


def _at_work(begins: Floats, ends: Floats, weight: Floats, at: Floats) -> Floats:
    there = (begins <= at[:, None] + SLACK) & (ends > at[:, None] + SLACK)
    busy: Floats = there @ weight
    return busy


def best_order(work: Work, minutes: Floats, crew: int, most: int) -> tuple[tuple[int, ...], str]:
    """Return the order of work with the earliest end, and how sure that is.

    All orders are tried where there are at most ``most``: then the end is the least that
    is possible (``optimal``), for one of the orders gives every schedule that cannot be
    moved forward. Otherwise steps with the longest work behind them go first; the end is
    ``optimal`` where it equals a bound (critical path, or work divided by crew), else
    ``heuristic``.
    """
    orders = _orders(work, most)
    if orders is None:
        order = _longest_tail(work, minutes)
        reached = _ends(work, order, minutes, crew) <= _bound(work, minutes, crew) + SLACK
        return order, "optimal" if reached else "heuristic"
    bound, best = _bound(work, minutes, crew), (np.inf, orders[0])
    for order in orders:
        best = min(best, (_ends(work, order, minutes, crew), order))
        if best[0] <= bound + SLACK:
            break
    return best[1], "optimal"


def _ends(work: Work, order: Sequence[int], minutes: Floats, crew: int) -> float:
    return float(serial(work, order, minutes[None, :], crew)[1].max(initial=0.0))


def _bound(work: Work, minutes: Floats, crew: int) -> float:
    """Return minutes no schedule can beat: critical path, and all work divided by the crew."""
    labour = float(np.dot(np.array(work.crew, dtype=np.float64), minutes)) / max(crew, 1)
    return max(float(critical_path(work, minutes)[0].max(initial=0.0)), labour)


def _longest_tail(work: Work, minutes: Floats) -> tuple[int, ...]:
    """Return steps by the work that hangs on them, most first, none before its own."""
    n = len(work.codes)
    tail = np.zeros(n)
    for row in reversed(range(n)):
        after = [tail[k] for k in range(n) if row in work.before[k]]
        tail[row] = minutes[row] + max(after, default=0.0)
    chosen: list[int] = []
    while len(chosen) < n:
        ready = [k for k in range(n) if k not in chosen and set(work.before[k]) <= set(chosen)]
        chosen.append(min(ready, key=lambda k: (-tail[k], k)))
    return tuple(chosen)


def _orders(work: Work, most: int) -> list[tuple[int, ...]] | None:
    """Return all orders that keep the waits; None where there are more than ``most``."""
    found: list[tuple[int, ...]] = []
    for order in _extensions(work, ()):
        found.append(order)
        if len(found) > most:
            return None
    return found


def _extensions(work: Work, begun: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if len(begun) == len(work.codes):
        yield begun
        return
    done = set(begun)
    for row in range(len(work.codes)):
        if row not in done and set(work.before[row]) <= done:
            yield from _extensions(work, (*begun, row))


def durations(
    points: Mapping[str, tuple[float, float, float]], seed: int, plan: str, n_draws: int,
    shape: float,
) -> Floats:  # fmt: skip
    """Return drawn minutes of every step, shape (n_draws, n_steps).

    PERT: a beta on [low, high] with ``a = 1 + shape (mode - low) / (high - low)`` and
    ``b = 1 + shape (high - mode) / (high - low)``; its mean is
    ``(low + shape mode + high) / (shape + 2)``. A step without spread takes its mode.
    The luck belongs to plan, step and draw.

    Source: malcolm1959.
    """
    made = []
    for code, (low, mode, high) in points.items():
        if high <= low:
            made.append(np.full(n_draws, mode))
            continue
        ids = [f"{plan}/{code}/{index}" for index in range(n_draws)]
        uniform = draw(seed, "conversion", ids)
        a = 1.0 + shape * (mode - low) / (high - low)
        b = 1.0 + shape * (high - mode) / (high - low)
        made.append(low + (high - low) * betaincinv(a, b, uniform))
    return np.column_stack(made) if made else np.zeros((n_draws, 0))
