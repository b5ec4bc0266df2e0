"""Say how many seconds a change gives or takes, by group, paired by seed, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.equity.intervals import Interval, holm, paired_p, paired_t
from renlin.equity.levels import worst_mean
from renlin.equity.paradox import BOOTSTRAP_FROM
from renlin.equity.resampling import paired_bca
from renlin.simulation.observation import Run
from renlin.simulation.people_tables import ALL, WORST
from renlin.simulation.population import Residents
from renlin.simulation.summary import mean_over

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

WORST_OFF = "worst_off"
"""Those who take longest today: fixed persons, before and after."""
FASTER, SLOWER, UNDECIDED = "faster", "slower", "undecided"
NEAR = 1e-3  # s: persons whose means lie nearer than this are equally badly off


class Outcome(NamedTuple):
    """Times and arrivals of everybody in every run, shape (n_seeds, n_persons)."""

    time: Floats
    arrived: Flags


class Sureness(NamedTuple):
    """Confidence of intervals, and resamples of a bootstrap."""

    confidence: float
    n_draws: int


class Reading(NamedTuple):
    """Who is looked at: persons of each group, and how much each counts in each run.

    Attributes
    ----------
    member
        Group -> weight of each person in each run, (n_seeds, n_persons).
    share
        Share of persons that counts as the worst-off.
    """

    member: Mapping[str, Floats]
    share: float


def outcome_of(runs: Sequence[Run]) -> Outcome:
    """Return the times and arrivals of some runs."""
    time = np.stack([run.persons.time for run in runs]).astype(np.float64)
    return Outcome(time, np.stack([run.persons.arrived for run in runs]))


def reading(today: Outcome, who: Residents, share: float) -> Reading:
    """Return all, the worst-off of today, and every group that lives here."""
    ones = np.ones(today.time.shape)
    member = {ALL: ones, WORST_OFF: worst_off(today.time, share)}
    for index, display in enumerate(who.displays):
        if (who.display == index).any():
            member[display] = ones * (who.display == index)
    return Reading(member, share)


def worst_off(time: Floats, share: float) -> Floats:
    """Return how much each person counts among the ``share`` who take longest.

    Who they are in a run is read from the other runs, so that the luck of a run does not
    choose those who were unlucky in it and will look better in any other. Persons who take
    equally long share what is left, so that the order of rows means nothing.

    Parameters
    ----------
    time
        Seconds to safety today, (n_seeds, n_persons); missing where away.
    """
    known = ~np.isnan(time)
    total = np.where(known, time, 0.0)
    weights = np.zeros(time.shape)
    for seed in range(len(time)):
        count = known.sum(axis=0) - known[seed]
        here = known[seed] & (count > 0)
        mean = (total.sum(axis=0) - total[seed])[here] / count[here]
        weights[seed, here] = leading(np.round(mean / NEAR) * NEAR, share)
    return weights


def leading(values: Floats, share: float) -> Floats:
    """Return how much of each value is among the greatest ``share`` of them; ties share."""
    if len(values) == 0:
        return np.zeros(0)
    _, at, count = np.unique(-values, return_inverse=True, return_counts=True)
    before = np.concatenate([[0], np.cumsum(count)[:-1]])
    part = np.clip((share * len(values) - before) / count, 0.0, 1.0)
    return np.asarray(part[at], dtype=np.float64)


def rows(today: Outcome, then: Outcome, who: Reading, sure: Sureness) -> Iterator[dict[str, Any]]:
    """Yield one row per group: seconds today and then, their difference, who is not safe.

    Differences are ``then`` less ``today``, run by run, over the persons who are there in
    both. ``worst_decile`` are the slowest of each world, whoever they are.
    """
    there = ~np.isnan(today.time) & ~np.isnan(then.time)
    for display, weight in who.member.items():
        counted = np.where(there, weight, 0.0)
        if counted.any():
            levels = [_mean(one.time, counted) for one in (today, then)]
            left = [(~one.arrived * counted).sum(axis=1) for one in (today, then)]
            yield _row(display, levels, left, counted.sum(axis=1), sure)
    slowest = [_slowest(one.time, there, who.share) for one in (today, then)]
    if there.any():
        counts = np.ceil(who.share * there.sum(axis=1))
        yield _row(WORST, slowest, [np.zeros(len(there))] * 2, counts, sure)


def _row(
    display: str, levels: Sequence[Floats], left: Sequence[Floats], n: Floats, sure: Sureness
) -> dict[str, Any]:
    change = levels[1] - levels[0]
    interval = interval_of(display, change, sure)
    known = ~np.isnan(change)
    return {
        "display": display,
        "n": float(n.mean()),
        "base": float(mean_over(levels[0][known])),
        "value": float(mean_over(levels[1][known])),
        "difference": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "p_value": paired_p(change),
        "not_evacuated": float(np.nan) if display == WORST else float(left[0].mean()),
        "more_left": float(np.nan) if display == WORST else float((left[1] - left[0]).mean()),
        "verdict": told(interval),
    }


def interval_of(display: str, change: Floats, sure: Sureness) -> Interval:
    """Return the interval of paired differences; of the worst-off by resampling."""
    known = change[~np.isnan(change)]
    if display in (WORST, WORST_OFF) and len(known) >= BOOTSTRAP_FROM:
        return paired_bca(known, seed=0, level=sure.confidence, n_draws=sure.n_draws)
    return paired_t(known, level=sure.confidence)


def told(interval: Interval) -> str:
    """Return on which side of zero a difference lies; what spans zero is undecided."""
    if not interval.excludes_zero:
        return UNDECIDED
    return FASTER if interval.estimate < 0 else SLOWER


def corrected(
    p_values: Floats, verdicts: Sequence[str], confidence: float
) -> tuple[Floats, list[str]]:
    """Return p-values adjusted for looking at many elements, and the verdicts that survive it."""
    adjusted = np.full(len(p_values), np.nan)
    known = ~np.isnan(p_values)
    if known.any():
        adjusted[known] = holm(p_values[known])
    kept = [
        verdict if p <= 1.0 - confidence else UNDECIDED
        for verdict, p in zip(verdicts, adjusted, strict=True)
    ]
    return adjusted, kept


def _mean(time: Floats, weight: Floats) -> Floats:
    """Return the weighted mean of each run; missing where nobody counts."""
    total = (np.where(weight > 0, time, 0.0) * weight).sum(axis=1)
    count = weight.sum(axis=1)
    return np.asarray(np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0))


def _slowest(time: Floats, there: Flags, share: float) -> Floats:
    """Return the mean of the slowest share of each run."""
    return np.array(
        [worst_mean(row[here], share) if here.any() else np.nan
         for row, here in zip(time, there, strict=True)]
    )  # fmt: skip
