"""Introduce the rooms of the simulation to each other and hand on findings that can be traced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.community.settings import Scenario
from renlin.errors import Fault, Said, SchemeFault, raise_all
from renlin.finding import Finding
from renlin.kernels import movement
from renlin.simulation import traced
from renlin.simulation.blocks import Store, blocks
from renlin.simulation.comparison import BASE
from renlin.simulation.ensemble import (
    Counter,
    Ensemble,
    Progress,
    Seeds,
    Work,
    default_workers,
    draw_seeds,
    run_all,
)
from renlin.simulation.event import ALONE, AT_HOME, PERSONAL
from renlin.simulation.fall import fall
from renlin.simulation.kept_at_home import kept_at_home
from renlin.simulation.lead_tables import tiers_of
from renlin.simulation.marks import marks
from renlin.simulation.network import Ground, lay_out
from renlin.simulation.observation import Run, Stage, stage
from renlin.simulation.population import Residents, residents
from renlin.simulation.replay import replay
from renlin.simulation.rounds import LEAD, by_policy
from renlin.simulation.routing import Limits
from renlin.simulation.scenario_checks import check_scenarios
from renlin.simulation.scene import limits_of, scene
from renlin.simulation.stopping import Precision, enough, precision
from renlin.simulation.waiting import Waiting

WHAT = "灾中过程模拟 simulation"
WAITING = {PERSONAL: fall, AT_HOME: kept_at_home}
"""Mechanism in which nobody leaves -> what makes it ready."""
Works = Mapping[tuple[str, str], Work]
"""(scheme, scenario) -> how its runs are worked off."""


@dataclass(frozen=True)
class Simulated:
    """What would happen to whom, under every scheme and scenario.

    Attributes
    ----------
    groups, persons, households, clearance, reach, links, routes, stays, shelters, comparison,
    replay
        Findings ``simulation.<name>``.
    times, arrived
        (scheme, scenario) -> seconds to safety, and whether safe in the end, shape
        (n_seeds, n_persons). Who does not get there has the horizon; who is away in a run
        is missing (NaN) there.
    person_ids
        Persons in the order of the columns.
    """

    groups: Finding
    persons: Finding
    households: Finding
    clearance: Finding
    reach: Finding
    links: Finding
    routes: Finding
    stays: Finding
    shelters: Finding
    comparison: Finding
    replay: Finding
    times: Mapping[tuple[str, str], npt.NDArray[np.float32]]
    arrived: Mapping[tuple[str, str], npt.NDArray[np.bool_]]
    person_ids: npt.NDArray[np.object_]


@dataclass(frozen=True)
class PersonTimes:
    """Times of every person in every run, for one scenario.

    Attributes
    ----------
    persons
        Ids, in the order of the columns.
    time
        Scheme -> seconds to safety, censored at the horizon, missing (NaN) where a person
        is away; shape (n_seeds, n_persons).
    arrived
        Scheme -> whether safe in the end, same shape.
    """

    persons: npt.NDArray[np.object_]
    time: Mapping[str, npt.NDArray[np.float32]]
    arrived: Mapping[str, npt.NDArray[np.bool_]]


def simulate(
    place: Community,
    needs: NeedsFindings,
    *,
    schemes: Mapping[str, Community],
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    most: int | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
    keep: Path | None = None,
) -> Simulated:
    """Return what would happen to everybody under every scheme, scenario and seed.

    Every scheme meets the same luck: draws belong to (seed, purpose, id). Who does not get
    to safety is counted with a reason and enters times with the horizon, never dropped.
    Who is told to stay is safe from the start, with time 0. In a fall at home the time is
    that until the first help. The same seeds give the same bytes for any number of workers,
    and whether or not the job was stopped and went on.

    Parameters
    ----------
    place
        The community as it stands.
    needs
        Findings of needs identification for it.
    schemes
        Code -> community under that scheme; ``base`` among them.
    scenarios
        What strikes, see ``scenarios/*.toml``.
    seeds
        Numbers of the runs.
    most
        Runs of a scenario at most. While its comparisons are not sure enough, see
        :mod:`renlin.simulation.stopping`, blocks of seeds following the highest are added
        for all schemes alike. None: ``seeds`` and no more.
    progress
        Called with what is done, runs done and runs in all; raising from it stops the job.
        With 0 in all it is a remark: that blocks are resumed, or that one is damaged.
    workers
        Runs at the same time; None: two, or one on a machine with one processor.
    keep
        Folder for finished blocks of runs: the same job goes on from them after a stop.
        What is kept for other communities, schemes, seeds or programs is never used. It is
        the caller's to delete. None: nothing is kept.

    Raises
    ------
    OSError
        When ``keep`` cannot be written.
    SchemeFault
        For a scenario that cannot work, a missing ``base``, no seed or a repeated one.

    Source: simulation reference; features E1 to E12.

    Examples
    --------
    >>> import renlin as rl
    >>> place = rl.open_community("tests/places/willow")
    >>> found = simulate(
    ...     place,
    ...     rl.needs.identify(place),
    ...     schemes={"base": place},
    ...     scenarios=[place.scenarios["quake"]],
    ...     seeds=range(6),
    ... )
    >>> rows = found.groups.table.query("seed == 0 and display == 'all'")
    >>> rows[["n", "away", "unplaced"]].sum(axis=1).tolist()
    [21]
    """
    check_job(schemes, scenarios, seeds, place)
    who = residents(place, needs)
    drawn = draw_seeds(who, place.catalogue, seeds)
    count = Counter(WHAT, len(schemes) * len(scenarios) * len(seeds), progress)
    grounds: dict[str, tuple[Ground, Limits]] = {}
    shown, played = _shown(place, schemes, scenarios), traced.nothing_to_replay()
    parts, times, arrived = [], {}, {}
    stop = precision(place.catalogue, place.policy.confidence, most or len(seeds))
    ran = set(drawn.luck)
    works = _works(drawn, schemes, scenarios, workers, keep)
    _tell_resumed(works, seeds, count, whole=True)
    for scenario in scenarios:
        set_out = {code: own for _, code, own in stages(who, needs, schemes, [scenario], grounds)}
        every = _ensembles(scenario, set_out, drawn, count, stop, works)
        for code, made in every.items():
            parts.append(traced.tabulate(made, who, place.policy.worst_share, scenario.horizon))
            times[code, scenario.code], arrived[code, scenario.code] = made.time, made.arrived
            ran |= {run.seed for run in made.runs}
            if (code, scenario.code) == shown and isinstance(made.made, Stage):
                played = _replay(place, made, made.made, drawn)
    return Simulated(
        **traced.findings(place, needs, schemes, scenarios, sorted(ran), parts),
        replay=traced.replay_finding(place, needs, played),
        times=times,
        arrived=arrived,
        person_ids=np.array(who.persons, dtype=object),
    )


def person_times(
    place: Community,
    needs: NeedsFindings,
    *,
    schemes: Mapping[str, Community],
    scenario: Scenario,
    seeds: Sequence[int],
    progress: Progress | None = None,
    workers: int | None = None,
    keep: Path | None = None,
) -> PersonTimes:
    """Return the times of everybody under every scheme, and nothing else.

    The light path for trying many measures: same runs and same luck as :func:`simulate`.

    Parameters
    ----------
    place, needs, schemes, seeds, progress, workers, keep
        As :func:`simulate` has them.
    scenario
        The one scenario to run.

    Raises
    ------
    SchemeFault
        As :func:`simulate`.

    Examples
    --------
    >>> import renlin as rl
    >>> place = rl.open_community("tests/places/willow")
    >>> found = person_times(
    ...     place,
    ...     rl.needs.identify(place),
    ...     schemes={"base": place},
    ...     scenario=place.scenarios["quake"],
    ...     seeds=range(6),
    ... )
    >>> found.time["base"].shape
    (6, 21)
    """
    check_job(schemes, [scenario], seeds, place)
    who = residents(place, needs)
    drawn = draw_seeds(who, place.catalogue, seeds)
    count = Counter(WHAT, len(schemes) * len(seeds), progress)
    time, arrived = {}, {}
    works = _works(drawn, schemes, [scenario], workers, keep)
    _tell_resumed(works, seeds, count, whole=False)
    for _, code, own in stages(who, needs, schemes, [scenario], {}):
        runs = run_all(own, drawn, whole=False, count=count, work=works[code, scenario.code])
        made = Ensemble(code, scenario.code, own, runs)
        time[code], arrived[code] = made.time, made.arrived
    return PersonTimes(np.array(who.persons, dtype=object), time, arrived)


def check_job(
    schemes: Mapping[str, Community],
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    place: Community,
) -> None:
    """Refuse a job that cannot be run; all faults at once.

    Raises
    ------
    SchemeFault
        As :func:`simulate`.
    """
    check_scenarios(scenarios, place)
    faults = []
    if BASE not in schemes:
        expected = Said(f"其中有 {BASE}", f"{BASE} among them")
        faults.append(_fault("schemes", expected, ", ".join(schemes)))
    if len(seeds) == 0 or len(set(seeds)) < len(seeds):
        expected = Said("至少一个种子，不重复", "at least one seed, each once")
        faults.append(_fault("seeds", expected, f"{len(seeds)}"))
    raise_all(faults, SchemeFault)


def _fault(column: str, expected: Said, got: str) -> Fault:
    shown = Said(got or "没有", got or "none")
    return Fault("study.toml", expected, shown, Said("改正后再跑。", "Correct it."), None, column)


def _works(
    drawn: Seeds,
    schemes: Mapping[str, Community],
    scenarios: Sequence[Scenario],
    workers: int | None,
    keep: Path | None,
) -> Works:
    """Return how the runs of every scheme under every scenario are worked off.

    Nothing is kept where staff go by the time to spare: that order comes of runs and tiers
    that no mark names.
    """
    n = workers or default_workers()
    by_lead = any(world.policy.door_round_order == LEAD for world in schemes.values())
    if keep is None or by_lead:
        return {(code, one.code): Work(n) for code in schemes for one in scenarios}
    store = Store(keep)
    named = marks(drawn.who, drawn.catalogue, schemes, scenarios)
    return {key: Work(n, store, mark) for key, mark in named.items()}


def _tell_resumed(works: Works, seeds: Sequence[int], count: Counter, *, whole: bool) -> None:
    """Say how many blocks are there already, if any."""
    known = [
        block in work.store
        for work in works.values()
        if work.store is not None
        for block in blocks(work.mark, seeds, whole=whole)
    ]
    n, m = sum(known), len(known)
    if n:
        zh, en = f"接着上次，{m} 块里有 {n} 块已经算好", f"resumed: {n} of {m} blocks"
        count.remark(Said(zh, en))


def _ensembles(
    scenario: Scenario,
    set_out: Mapping[str, Stage | Waiting],
    drawn: Seeds,
    count: Counter,
    stop: Precision,
    works: Works,
) -> dict[str, Ensemble]:
    """Return all runs of one scenario, more blocks of them while the comparison is unsure."""

    def run(code: str, seeds: Seeds) -> tuple[Run, ...]:
        work = works[code, scenario.code]
        return run_all(set_out[code], seeds, whole=True, count=count, work=work)

    runs = {code: run(code, drawn) for code in set_out}
    made = {code: Ensemble(code, scenario.code, own, runs[code]) for code, own in set_out.items()}
    who = drawn.who
    groups = {name: who.display == at for at, name in enumerate(who.displays)}
    n, place = len(drawn.luck), max(drawn.luck) + 1
    while n < stop.most and not _sure(made, groups, stop):
        more = range(place, place + min(stop.block, stop.most - n))
        added = draw_seeds(who, drawn.catalogue, more)
        count.total += len(more) * len(set_out)
        for code, own in set_out.items():
            runs[code] += run(code, added)
            made[code] = Ensemble(code, scenario.code, own, runs[code])
        n, place = n + len(more), place + len(more)
    return made


def _sure(
    made: Mapping[str, Ensemble], groups: Mapping[str, npt.NDArray[np.bool_]], stop: Precision
) -> bool:
    others = [one.time for code, one in made.items() if code != BASE]
    return enough(made[BASE].time, others, groups, stop)


def stages(
    who: Residents,
    needs: NeedsFindings,
    schemes: Mapping[str, Community],
    scenarios: Sequence[Scenario],
    grounds: dict[str, tuple[Ground, Limits]],
    *,
    ordered: bool = True,
) -> Iterator[tuple[Scenario, str, Stage | Waiting]]:
    """Yield every scenario and scheme with what its runs share.

    ``grounds`` keeps the networks of the schemes, laid out once. Where ``ordered``, staff go
    their door rounds in the order the policy asks for.
    """
    movement.warm()
    tiers = tiers_of(needs.households.table, who)
    for scenario in scenarios:
        for code, world in schemes.items():
            if code not in grounds:
                like = next((k for k in grounds if _same_ground(schemes[k], world)), None)
                ground = lay_out(world) if like is None else grounds[like][0]
                limit = limits_of(world, ground, who) if like is None else grounds[like][1]
                grounds[code] = (ground, limit)
            ground, limit = grounds[code]
            works = world.catalogue.scenarios[scenario.kind].mechanism
            if works in WAITING:
                yield scenario, code, WAITING[works](world, ground, who, scenario)
            else:
                made = stage(scene(world, ground, limit, who, scenario))
                yield scenario, code, by_policy(made, tiers) if ordered else made


def _same_ground(one: Community, other: Community) -> bool:
    """Return whether two worlds differ in nothing that the ground shows: in people at most."""
    shared = [name for name in traced.TABLES if name not in ("helpers", "pairs")]
    same = one.catalogue is other.catalogue and one.policy is other.policy
    return same and all(one[name] is other[name] for name in shared)


def _shown(
    place: Community, schemes: Mapping[str, Community], scenarios: Sequence[Scenario]
) -> tuple[str, str] | None:
    """Return what to replay: the study's choice, else the first event in which people move."""
    kinds = place.catalogue.scenarios
    moving = [s.code for s in scenarios if kinds[s.kind].mechanism not in ALONE]
    if not moving:
        return None
    study = place.study
    scenario = study.main_scenario if study and study.main_scenario in moving else moving[0]
    scheme = study.replay_scheme if study and study.replay_scheme in schemes else BASE
    return scheme, scenario


def _replay(place: Community, made: Ensemble, own: Stage, drawn: Seeds) -> traced.Played:
    """Return the first seed of one ensemble, frame by frame."""
    seed = min(drawn.luck)
    luck = drawn.luck[seed].also(own.scene.keys)
    number, horizon = place.catalogue.number, own.parameters.horizon
    most = number("replay_rows") / max(len(own.scene.site.who.households), 1)
    step = max(number("replay_step"), float(np.ceil(horizon / max(most, 1.0))))
    table = replay(own, drawn.bodies[seed], luck, step)
    manifest = {"scheme": made.scheme, "scenario": made.scenario, "seed": seed, "step": step}
    return traced.Played(table, manifest)
