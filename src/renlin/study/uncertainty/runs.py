"""Run every draw: the same persons, schemes and luck under another table of parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.models import Value
from renlin.community.community import Community
from renlin.community.settings import Policy
from renlin.equity.outcomes import Outcome
from renlin.equity.paradox import detect
from renlin.study.paradox import LEAST_GROUPS
from renlin.study.times import BASE, Levels, Times, levels
from renlin.study.uncertainty.doubts import Doubt
from renlin.study.uncertainty.held import values_of, watched, with_values

Floats = npt.NDArray[np.float64]
Simulate = Callable[[Mapping[str, Community]], Times]
"""Times of everybody under every community given, for one scenario and all seeds."""
AS_STATED = 0
"""Draw in which the catalogue holds as it stands."""
MEASURES = ("all", "worst_group", "worst_decile", "gap", "not_evacuated")
"""Mean of everybody, of the slowest group and of the slowest tenth, s; the slowest group less
the reference, s; persons who do not get to safety."""
ALL, WORST, GAP = "all", "worst_decile", "gap"


@dataclass(frozen=True)
class Setting:
    """What all draws of one scenario share.

    Attributes
    ----------
    scenario
        Its code.
    policy
        Gives the reference group, the share of the worst-off and the confidence.
    display
        Person -> display group.
    """

    scenario: str
    policy: Policy
    display: Mapping[str, str]


@dataclass(frozen=True)
class Tried:
    """What every draw of one scenario came to.

    Attributes
    ----------
    scenario
        Its code.
    schemes
        Codes, the base first.
    level
        Measure -> level of every run, shape (n_draws + 1, n_schemes, n_seeds); the first
        draw is the catalogue as it stands.
    verdicts
        Answer of the paradox detector, shape (n_draws + 1, n_schemes); "" for the base.
    rows
        Rows of ``study.uncertainty_draws``.
    """

    scenario: str
    schemes: tuple[str, ...]
    level: Mapping[str, Floats]
    verdicts: npt.NDArray[np.object_]
    rows: tuple[dict[str, Any], ...]


def read_by(worlds: Mapping[str, Community], simulate: Simulate) -> set[str]:
    """Return the names of the catalogue's values that a simulation of ``worlds`` reads."""
    names: set[str] = set()
    spied = {
        code: replace(world, catalogue=watched(world.catalogue, names.add))
        for code, world in worlds.items()
    }
    simulate(spied)
    return names


def moved(
    worlds: Mapping[str, Community], doubts: Sequence[Doubt], numbers: Sequence[float]
) -> dict[str, Community]:
    """Return every community under the parameter table of one draw."""
    made = {}
    for code, world in worlds.items():
        own = values_of(world.catalogue)
        values: dict[str, Value] = {
            doubt.name: doubt.moved(own[doubt.name], number)
            for doubt, number in zip(doubts, numbers, strict=True)
        }
        made[code] = replace(world, catalogue=with_values(world.catalogue, values))
    return made


def try_all(
    worlds: Mapping[str, Community],
    doubts: Sequence[Doubt],
    table: Floats,
    simulate: Simulate,
    setting: Setting,
) -> Tried:
    """Run the catalogue as it stands and every draw of ``table``; the luck stays the same."""
    under = [worlds, *(moved(worlds, doubts, list(row)) for row in table)]
    read = [_read(at, simulate(own), setting) for at, own in enumerate(under)]
    schemes = tuple(worlds)
    level = {
        measure: np.stack([[_level(one[s], measure) for s in schemes] for one, _ in read])
        for measure in MEASURES
    }
    verdicts = np.array([_verdicts(one, setting.policy) for one, _ in read], dtype=object)
    rows = tuple(row for _, own in read for row in own)
    return Tried(setting.scenario, schemes, level, verdicts, rows)


def _read(
    at: int, times: Times, setting: Setting
) -> tuple[dict[str, Levels], list[dict[str, Any]]]:
    """Return the levels of every scheme in one draw, and its rows."""
    shown = np.array([setting.display[str(person)] for person in times.persons], dtype=object)
    policy = setting.policy
    found = {
        code: levels(_plain(times, code), code, shown, policy.reference, policy.worst_share)
        for code in times.time
    }
    rows = [
        {"draw": at, "scheme": code, "scenario": setting.scenario, **row}
        for code, own in found.items()
        for row in _rows(own, _plain(times, code), code, shown)
    ]
    return found, rows


def _plain(times: Times, code: str) -> Times:
    """Return the times of one scheme as float64: sums of single floats lose seconds."""
    return Times(
        times.persons, {code: times.time[code].astype(np.float64)}, {code: times.arrived[code]}
    )


def _rows(
    own: Levels, times: Times, code: str, shown: npt.NDArray[np.object_]
) -> Iterator[dict[str, Any]]:
    there = ~np.isnan(times.time[code])
    out = there & ~times.arrived[code]
    everybody = np.ones(len(shown), dtype=bool)
    of = {ALL: everybody} | {str(name): shown == name for name in own.groups}
    for display, member in of.items():
        mean = own.mean if display == ALL else own.groups[display].to_numpy(dtype=np.float64)
        stuck = float(out[:, member].sum(axis=1).mean())
        persons = float(there[:, member].sum(axis=1).mean())
        yield _row(display, mean, persons, stuck)
    yield _row(WORST, own.worst_decile, np.nan, np.nan)
    yield _row(GAP, own.gap, np.nan, np.nan)


def _row(display: str, by_seed: Floats, persons: float, stuck: float) -> dict[str, Any]:
    known = by_seed[~np.isnan(by_seed)]
    return {
        "display": display,
        "n": persons,
        "mean_time": float(known.mean()) if len(known) else np.nan,
        "variance": float(known.var(ddof=1)) if len(known) > 1 else np.nan,
        "not_evacuated": stuck,
        "n_seeds": len(known),
    }


def _level(own: Levels, measure: str) -> Floats:
    if measure == "worst_group":
        return own.groups.max(axis=1).to_numpy(dtype=np.float64)
    if measure == ALL:
        return own.mean
    found: Floats = getattr(own, measure)
    return found


def _verdicts(found: Mapping[str, Levels], policy: Policy) -> list[str]:
    """Return the detector's answer for every scheme; undecided with fewer than two groups."""
    base = _outcome(found[BASE])
    made = []
    for code, own in found.items():
        if code == BASE:
            made.append("")
        elif base.groups.shape[1] < LEAST_GROUPS:
            made.append("undecided")
        else:
            made.append(detect(base, _outcome(own), level=policy.confidence).answer)
    return made


def _outcome(own: Levels) -> Outcome:
    known = [name for name in own.groups if own.groups[name].notna().any()]
    return Outcome(
        mean=pd.Series(own.mean),
        groups=own.groups[known],
        worst_decile=pd.Series(own.worst_decile),
    )
