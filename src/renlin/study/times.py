"""Hold what a scenario took everybody in every run, and read it by person, group and run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from renlin.equity.intervals import Interval
from renlin.equity.levels import worst_mean

Seconds = npt.NDArray[np.floating[Any]]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
BASE = "base"
SAME = 1e-3  # s: runs nearer than this are the same
SLOWER, FASTER, UNDECIDED, UNCHANGED = 1, -1, 0, 2
LEAST_RUNS = 2
"""Runs a person must be there in to be compared at all."""


@dataclass(frozen=True)
class Times:
    """Times of every person in every run, for one scenario.

    Attributes
    ----------
    persons
        Ids, in the order of the columns.
    time
        Scheme -> seconds, censored at the horizon, shape (n_seeds, n_persons); NaN in a
        run in which the person was away.
    arrived
        Scheme -> whether they arrived, same shape.
    """

    persons: npt.NDArray[np.object_]
    time: Mapping[str, Seconds]
    arrived: Mapping[str, Flags]


def seen(times: Times) -> Times:
    """Return the times of persons who were there in two runs or more, as float64.

    Who is away at that hour in a run has no time in it; who is away in nearly all of them
    cannot be compared and is left out of all views alike.
    """
    enough = (~np.isnan(times.time[BASE])).sum(axis=0) >= LEAST_RUNS
    return Times(
        times.persons[enough],
        {view: time[:, enough].astype(np.float64) for view, time in times.time.items()},
        {view: arrived[:, enough] for view, arrived in times.arrived.items()},
    )


@dataclass(frozen=True)
class Levels:
    """What one scheme means run by run. Arrays of shape (n_seeds,), seconds or persons.

    Attributes
    ----------
    mean
        Over everybody who is there.
    groups
        One column per group, NaN in a run in which nobody of it is there.
    gap
        Mean of the slowest group less that of the reference (of the fastest, where the
        reference is not there).
    worst_decile
        Mean of the policy's share of persons who take longest.
    not_evacuated
        Persons there who did not get to safety.
    """

    mean: Floats
    groups: pd.DataFrame
    gap: Floats
    worst_decile: Floats
    not_evacuated: Floats

    @property
    def worst(self) -> str:
        """Return the group that is slowest on average, the last by code on ties."""
        level = self.groups.mean()
        return str(sorted(level[level == level.max()].index)[-1])


def levels(
    times: Times, view: str, display: npt.NDArray[np.object_], reference: str, share: float
) -> Levels:
    """Return the levels of one scheme.

    Parameters
    ----------
    display
        Group of each person, in the order of ``times.persons``.
    reference, share
        Reference group and share of the worst-off, from the policy.
    """
    time, there = times.time[view], ~np.isnan(times.time[view])
    names = sorted({str(name) for name in display})
    groups = pd.DataFrame({name: by_run(time[:, display == name]) for name in names})
    against = groups[reference] if reference in groups else groups.min(axis=1)
    return Levels(
        mean=by_run(time),
        groups=groups,
        gap=(groups.max(axis=1) - against).to_numpy(),
        worst_decile=np.array([_worst(row, share) for row in time]),
        not_evacuated=(~times.arrived[view] & there).sum(axis=1).astype(np.float64),
    )


def by_run(time: Seconds) -> Floats:
    """Return the mean over those who are there, NaN where nobody is. Shape (n_seeds,)."""
    known = ~np.isnan(time)
    count = known.sum(axis=1)
    total = np.where(known, time, 0.0).sum(axis=1)
    found: Floats = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return found


def _worst(row: Seconds, share: float) -> float:
    known = row[~np.isnan(row)]
    return float(worst_mean(known, share)) if len(known) else float("nan")


def person_states(difference: Seconds, confidence: float) -> npt.NDArray[np.int8]:
    """Return for each person SLOWER, FASTER, UNDECIDED or UNCHANGED.

    Paired t interval over the runs in which the person was there; unchanged when every run
    is the same to ``SAME`` seconds. Who is there in one run only is undecided.

    Parameters
    ----------
    difference
        Scheme less base, s; NaN where away. Shape (n_seeds, n_persons).
    """
    known = ~np.isnan(difference)
    n = known.sum(axis=0)
    least = np.maximum(n, LEAST_RUNS)
    value = np.where(known, difference, 0.0)
    mean = value.sum(axis=0) / np.maximum(n, 1)
    spread = np.where(known, value - mean, 0.0)
    error = np.sqrt((spread**2).sum(axis=0) / (least - 1) / least)
    half = stdtrit(least - 1, (1.0 + confidence) / 2.0) * error
    told = n >= LEAST_RUNS
    state = np.full(difference.shape[1], UNDECIDED, dtype=np.int8)
    state[told & (mean - half > 0)] = SLOWER
    state[told & (mean + half < 0)] = FASTER
    state[(np.abs(value) < SAME).all(axis=0)] = UNCHANGED
    return state


def better(interval: Interval, *, first: str, second: str) -> str:
    """Return the side whose burden is surely less, "" inside the noise.

    Parameters
    ----------
    interval
        Of second less first.
    """
    if not interval.excludes_zero:
        return ""
    return second if interval.estimate < 0 else first
