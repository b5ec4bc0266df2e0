"""Introduce the rooms of the outer loop: what may be off, draws, runs, ranks, drivers.

Two kinds of not knowing are kept apart. Luck (who is at home, which stair falls) differs
from run to run and would stay whatever one measured: the seeds. Parameters nobody measured
could be known, and are not: the draws. A verdict that the first kind calls sure may still
hang on the second; this room says how often it would be another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.community.settings import Scenario
from renlin.errors import Fault, Said, SchemeFault
from renlin.finding import Finding
from renlin.simulation import person_times
from renlin.study.times import BASE, Times
from renlin.study.uncertainty import influence as drivers
from renlin.study.uncertainty import ranks, runs, traced
from renlin.study.uncertainty.doubts import Doubt, doubts, narrowed
from renlin.study.uncertainty.held import values_of
from renlin.study.uncertainty.latin import Floats, design

Progress = Callable[[str, int, int], None]
WHAT = "参数不确定性 uncertainty"
WATCHED_SEEDS = 2
"""Runs over which it is watched which values are read; the most common way is taken in one."""


@dataclass(frozen=True)
class Varied:
    """What the outer loop found.

    Attributes
    ----------
    parameter_draws, uncertainty_draws, rank_stability, paradox_stability, influence
        Findings ``study.<name>``.
    """

    parameter_draws: Finding
    uncertainty_draws: Finding
    rank_stability: Finding
    paradox_stability: Finding
    influence: Finding


def vary(
    place: Community,
    needs: NeedsFindings,
    *,
    schemes: Mapping[str, Community],
    scenarios: Sequence[Scenario],
    draws: int,
    seeds: Sequence[int],
    only: Sequence[str] = (),
    progress: Progress | None = None,
) -> Varied:
    """Run all schemes under many tables of parameters and say whether their order stands.

    Parameters
    ----------
    place, needs
        The community as it stands, and who needs what.
    schemes
        Code -> community under that scheme; ``base`` among them, and another.
    scenarios
        What strikes, each on its own.
    draws
        Tables of parameters, two or more; the catalogue as it stands is run besides.
    seeds
        Runs under each table, two or more; the same for all, so that adding some changes
        neither the tables nor the other runs.
    only
        Names of values to vary, or what names begin with; all that have bounds and are
        read by the simulation when empty.
    progress
        Called with what is done, runs done and runs in all; raising from it stops the job.

    Raises
    ------
    SchemeFault
        For a scheme or scenario that cannot be run, a name ``only`` the catalogue does
        not have, or nothing to vary.

    Source: simulation reference 6.2; mckay1979; helton2003.
    """
    _check(schemes, draws, seeds)
    total = len(scenarios) * len(schemes) * (len(seeds) * (draws + 1) + WATCHED_SEEDS)
    count = _Count(progress, total)
    read = {
        one.code: runs.read_by(schemes, _simulation(needs, one, range(WATCHED_SEEDS), count))
        for one in scenarios
    }
    values, everything = values_of(place.catalogue), set().union(*read.values())
    known = doubts(values, everything, place.catalogue)
    listed = list(narrowed(known, values, only).values())
    table = design(listed, draws)
    people = needs.profiles.table
    display = {str(p): str(d) for p, d in zip(people["person"], people["display"], strict=True)}
    tried = [
        runs.try_all(
            schemes,
            listed,
            table,
            _simulation(needs, one, seeds, count),
            runs.Setting(one.code, place.policy, display),
        )
        for one in scenarios
    ]
    manifest = {
        "draws": draws,
        "scenarios": list(read),
        "schemes": list(schemes),
        "varied": {doubt.name: [doubt.low, doubt.high] for doubt in listed},
        "one_sided": [doubt.name for doubt in listed if doubt.one_sided],
        "read_without_bounds": sorted(everything - set(known)),
    }
    tables = _tables(place, tried, listed, table, read)
    return Varied(*traced.findings(place, needs.profiles, schemes, seeds, tables, manifest))


def _tables(
    place: Community,
    tried: Sequence[runs.Tried],
    listed: Sequence[Doubt],
    table: Floats,
    read: Mapping[str, set[str]],
) -> dict[str, pd.DataFrame]:
    """Return finding name -> table; of a scenario only parameters it reads can drive it."""
    confidence = place.policy.confidence
    n_resamples = int(place.catalogue.number("bootstrap_draws"))
    driven = []
    for one in tried:
        at = [i for i, doubt in enumerate(listed) if doubt.name in read[one.scenario]]
        mine = [listed[i] for i in at]
        if mine:
            driven.append(
                drivers.influence(
                    one, mine, table[:, at], confidence=confidence, n_resamples=n_resamples
                )
            )
    return {
        traced.TABLE: traced.parameter_rows(listed, table),
        traced.DRAWS: pd.DataFrame([row for one in tried for row in one.rows]),
        traced.RANKS: pd.concat([ranks.stability(one, confidence) for one in tried]),
        traced.PARADOX: pd.concat([ranks.paradox_stability(one, confidence) for one in tried]),
        traced.INFLUENCE: pd.concat(driven),
    }


@dataclass
class _Count:
    """Tell the caller how far the whole job is."""

    progress: Progress | None
    total: int
    done: int = 0

    def step(self, _what: str, _done: int, _total: int) -> None:
        """Count one run; whatever ``progress`` raises stops the job."""
        self.done += 1
        if self.progress is not None:
            self.progress(WHAT, self.done, self.total)


def _simulation(
    needs: NeedsFindings, scenario: Scenario, seeds: Sequence[int], count: _Count
) -> runs.Simulate:
    def run(worlds: Mapping[str, Community]) -> Times:
        found = person_times(
            worlds[BASE], needs, schemes=worlds, scenario=scenario, seeds=seeds,
            progress=count.step,
        )  # fmt: skip
        return Times(found.persons, found.time, found.arrived)

    return run


def _check(schemes: Mapping[str, Community], draws: int, seeds: Sequence[int]) -> None:
    faults = []
    if BASE not in schemes or len(schemes) < 2:
        expected = Said("现状和至少一个方案", "today and at least one scheme")
        faults.append(_fault("schemes", expected, ", ".join(schemes)))
    for name, n in (("uncertainty.draws", draws), ("uncertainty.seeds", len(seeds))):
        if n < 2:
            expected = Said("至少 2", "2 or more")
            faults.append(_fault(name, expected, str(n)))
    if faults:
        raise SchemeFault(faults)


def _fault(column: str, expected: Said, got: str) -> Fault:
    shown = Said(got or "没有", got or "none")
    return Fault("study.toml", expected, shown, Said("改正后再跑。", "Correct it."), None, column)
