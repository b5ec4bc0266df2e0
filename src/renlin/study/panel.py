"""Put two plans side by side: mean, worst group, gap, who loses, who gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.community.settings import Policy
from renlin.equity.intervals import Interval, paired_t
from renlin.study.times import (
    BASE,
    FASTER,
    SAME,
    SLOWER,
    UNCHANGED,
    UNDECIDED,
    Floats,
    Levels,
    Seconds,
    Times,
    better,
    by_run,
    levels,
    person_states,
)

UNIVERSAL, EQUITY, CONTROL = "universal", "equity", "person"
VIEWS = (UNIVERSAL, EQUITY, BASE, CONTROL)
IN_SECONDS = ("mean", "worst", "gap", "worst_decile")
IN_PERSONS = ("worse_off", "undecided", "not_evacuated")
FIGURES = (
    "row",
    "universal",
    "equity",
    "unit",
    "difference",
    "low",
    "high",
    "better",
    "base",
    "person",
    "note",
    "universal_note",
)
STATES = {"slower": SLOWER, "faster": FASTER, "undecided": UNDECIDED, "unchanged": UNCHANGED}


@dataclass(frozen=True)
class Panel:
    """One view: levels run by run, and what became of each person against today.

    Attributes
    ----------
    slower
        Persons slower than today by more than ``SAME`` seconds in each run.
    state
        State of each person over all runs.
    """

    levels: Levels
    slower: Floats
    state: npt.NDArray[np.int8]


def panels(times: Times, display: npt.NDArray[np.object_], policy: Policy) -> dict[str, Panel]:
    """Return the panel of every view."""
    made = {}
    for view in VIEWS:
        difference = np.asarray(times.time[view] - times.time[BASE], dtype=np.float64)
        made[view] = Panel(
            levels(times, view, display, policy.reference, policy.worst_share),
            (difference > SAME).sum(axis=1).astype(np.float64),
            person_states(difference, policy.confidence),
        )
    return made


def figures(
    made: Mapping[str, Panel], spent: Mapping[str, float], budget: float, policy: Policy
) -> pd.DataFrame:
    """Return the rows of figures: both views, their difference, the better side.

    A side is better only where the paired interval of the difference says so: no winner is
    named inside the noise. Every figure is a burden, less is better; budget and cost are
    neither.

    Parameters
    ----------
    spent
        View -> yuan; today costs nothing.
    """
    rows = [
        _plain("budget", dict.fromkeys((UNIVERSAL, EQUITY, CONTROL), budget), "yuan"),
        _plain("cost", {BASE: 0.0, **spent}, "yuan"),
    ]
    for name in IN_SECONDS:
        rows.append(_compared(name, {view: _seconds(made, view, name) for view in VIEWS}, policy))
        if name == "worst":
            rows[-1] |= {
                "note": made[EQUITY].levels.worst,
                "universal_note": made[UNIVERSAL].levels.worst,
            }
    for name in IN_PERSONS:
        rows.append(_counted(name, made, policy))
    return pd.DataFrame(rows, columns=list(FIGURES))


def _seconds(made: Mapping[str, Panel], view: str, name: str) -> Floats:
    own = made[view].levels
    if name == "worst":
        return own.groups[own.worst].to_numpy(dtype=np.float64)
    found: Floats = getattr(own, name)
    return found


def _plain(name: str, values: Mapping[str, float], unit: str) -> dict[str, Any]:
    return {
        "row": name,
        **{view: values.get(view, float("nan")) for view in VIEWS},
        "unit": unit,
        "difference": values[EQUITY] - values[UNIVERSAL],
        "low": float("nan"),
        "high": float("nan"),
        "better": "",
        "note": "",
        "universal_note": "",
    }


def _compared(
    name: str, runs: Mapping[str, Floats], policy: Policy, unit: str = "s"
) -> dict[str, Any]:
    interval = paired_t(runs[EQUITY] - runs[UNIVERSAL], level=policy.confidence)
    row = _plain(name, {view: float(np.nanmean(values)) for view, values in runs.items()}, unit)
    return row | _told(interval)


def _told(interval: Interval) -> dict[str, Any]:
    return {
        "low": interval.low,
        "high": interval.high,
        "better": better(interval, first=UNIVERSAL, second=EQUITY),
    }


def _counted(name: str, made: Mapping[str, Panel], policy: Policy) -> dict[str, Any]:
    if name == "not_evacuated":
        runs = {view: made[view].levels.not_evacuated for view in VIEWS}
        return _compared(name, runs, policy, "persons")
    wanted = SLOWER if name == "worse_off" else UNDECIDED
    counts = {view: float((made[view].state == wanted).sum()) for view in VIEWS}
    row = _plain(name, counts, "persons")
    if name == "worse_off":
        slower = made[EQUITY].slower - made[UNIVERSAL].slower
        row |= {"better": _agreeing(counts, paired_t(slower, level=policy.confidence))}
    return row


def _agreeing(counts: Mapping[str, float], interval: Interval) -> str:
    """Return the side with surely fewer losers: by the runs and by the persons alike."""
    named = better(interval, first=UNIVERSAL, second=EQUITY)
    fewer = UNIVERSAL if counts[UNIVERSAL] < counts[EQUITY] else EQUITY
    return named if named == fewer and counts[UNIVERSAL] != counts[EQUITY] else ""


def price(times: Times, display: npt.NDArray[np.object_], policy: Policy) -> pd.DataFrame:
    """Return who gives and who gains: the equity view against the universal view and today.

    Returns
    -------
    One row per group and ``all``: ``against_universal`` and ``against_base``, mean
    difference in seconds with its paired interval; how many persons are surely slower,
    faster, undecided or unchanged against the universal view, and the largest mean loss of
    one person, s; ``against_person`` and, for all, ``price_of_fairness``: what the mean
    loses against the plan that counts every person alike, as a share.

    Source: bertsimas2011.
    """
    rows = []
    for name in ["all", *sorted({str(one) for one in display})]:
        member = np.ones(len(display), dtype=bool) if name == "all" else display == name
        own = {view: times.time[view][:, member] for view in VIEWS}
        row: dict[str, Any] = {"display": name, "n": int(member.sum())}
        for other in (UNIVERSAL, BASE, CONTROL):
            row |= _against(own[EQUITY] - own[other], other, policy)
        row |= _losers(own[EQUITY] - own[UNIVERSAL], policy)
        fair = float(np.nanmean(by_run(own[CONTROL])))
        share = float(row[f"against_{CONTROL}"]) / fair if fair else float("nan")
        rows.append(row | {"price_of_fairness": share if name == "all" else float("nan")})
    return pd.DataFrame(rows)


def _against(difference: Seconds, other: str, policy: Policy) -> dict[str, float]:
    interval = paired_t(by_run(difference), level=policy.confidence)
    return {
        f"against_{other}": interval.estimate,
        f"{other}_low": interval.low,
        f"{other}_high": interval.high,
    }


def _losers(difference: Seconds, policy: Policy) -> dict[str, Any]:
    state = person_states(difference, policy.confidence)
    mean = by_run(difference.T)
    lost = mean[state == SLOWER]
    return {
        **{f"n_{name}": int((state == code).sum()) for name, code in STATES.items()},
        "largest_loss": float(lost.max()) if len(lost) else 0.0,
    }
