"""Run one seed through the kernel and keep what the findings need of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from renlin.kernels import contract, movement
from renlin.kernels.codes import (
    PHASE_BEFORE,
    PHASE_BLOCKED,
    PHASE_DWELL,
    PHASE_HELP,
    PHASE_LANES,
    PHASE_PREPARATION,
    PHASE_QUEUE,
    PHASE_STAIRS,
    REASON_BARRED,
    REASON_CLOSED,
    REASON_DOSE,
    REASON_FULL,
    REASON_HAZARD,
    REASON_NARROW,
    REASON_NO_HELPER,
    REASON_NO_ROUTE,
    REASON_NOT_RELEASED,
    STATE_ARRIVED,
    STATE_TURNED_AWAY,
)
from renlin.kernels.outcome import Outcome
from renlin.simulation.advice.ways import Advice, directed, with_advice
from renlin.simulation.behaviour import Bodies
from renlin.simulation.crew import Crew, crew
from renlin.simulation.entities import entities
from renlin.simulation.luck import Luck
from renlin.simulation.routing import OWN
from renlin.simulation.scene import Scene, Shelters, routing, shelters
from renlin.simulation.strike import LOST, indoors
from renlin.simulation.vehicles import used

Floats = npt.NDArray[np.float64]
Seconds = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]

REASONS = (
    "", "away", "unplaced", "sheltered", "casualty", "collapsed", "gate_closed", "steps",
    "too_narrow", "several", "network_gap", "no_destination", "stair_closed", "way_closed",
    "trapped", "smoke", "full", "no_helper", "not_reached", "still_at_home", "under_way",
    "not_noticed",
)  # fmt: skip
"""Why somebody did not arrive, or did not have to go."""
CODE = {name: code for code, name in enumerate(REASONS)}
PHASES = ("premove", "wait", "prepare", "stairs", "lanes", "queue", "rest", "blocked")
_PHASE_COLUMNS = (
    PHASE_BEFORE,
    PHASE_HELP,
    PHASE_PREPARATION,
    PHASE_STAIRS,
    PHASE_LANES,
    PHASE_QUEUE,
    PHASE_DWELL,
    PHASE_BLOCKED,
)
STAIRWELL = ("landing", "half_landing", "inside_door")
LINKS_PER_WAY = 200  # room in the route log for each entity, in links


@dataclass(frozen=True)
class Persons:
    """What became of everybody in one run, shape (n_persons,) each.

    ``time`` is seconds to safety: 0 for who is safe where they are, the horizon for who
    does not get there, missing for who is away or lives nobody knows where.
    """

    time: Seconds
    arrived: Flags
    reason: Codes
    unsafe: Seconds


@dataclass(frozen=True)
class Households:
    """How each household left, by the entity of it that came last; shape (n_households, ...).

    ``time`` is that of its last member at home, who is not away helping others; missing
    when none is at home. ``reason`` is that member's. ``facility`` and ``helped_by`` are
    -1 and 0 where nothing is known; ``route`` gives the links of each household's way
    through ``start``.
    """

    time: Seconds
    arrived: Flags
    reason: Codes
    phase: Seconds
    helper_time: Seconds
    helped_by: Codes
    facility: npt.NDArray[np.int16]
    moved: Flags
    start: Whole
    route: npt.NDArray[np.int32]


@dataclass(frozen=True)
class Places:
    """Use of links, nodes and shelters in one run; ``waits`` is the queue of each group."""

    persons: npt.NDArray[np.int32]
    density: npt.NDArray[np.float32]
    queue: Floats
    waits: Floats
    stay: Floats
    load: Whole
    turned_away: Whole
    gridlock: int


@dataclass(frozen=True)
class Run:
    """One run, reduced."""

    seed: int
    persons: Persons
    households: Households | None
    places: Places | None
    channel: Codes
    counts: dict[str, float]


@dataclass(frozen=True)
class Stage:
    """A scene with what the kernel needs of it in every run; ``advice`` where ways are advised."""

    scene: Scene
    stalls: Shelters
    barrier: npt.NDArray[np.int32]
    parameters: contract.Parameters
    advice: Advice | None = None


def stage(scene: Scene) -> Stage:
    """Return the scene with shelters, barriers and kernel parameters laid out."""
    number = scene.site.place.catalogue.number
    barrier = np.zeros(scene.site.ground.n_links, dtype=np.int32)
    for bit, closed in enumerate(scene.movers.closed):
        barrier |= np.where(closed, 1 << bit, 0).astype(np.int32)
    parameters = contract.Parameters(
        n_groups=len(scene.site.who.displays),
        horizon=scene.event.scenario.horizon,
        dt=number("time_step"),
        stuck_time=number("stuck_time"),
        minor_share=number("counterflow_minor_share"),
        follow_window=number("follow_window"),
        retry=number("reroute_interval"),
        arrival_bin=0.0,
        rest_blocks_width=number("rest_blocks_width"),
        seat_near=number("rest_seat_near"),
    )
    stalls = shelters(scene.site.there, scene.routes, scene.site.ground)
    return Stage(scene, stalls, barrier, parameters)


def run_persons(made: Stage, bodies: Bodies, luck: Luck) -> Run:
    """Return what became of everybody in the run of ``luck``, and nothing else."""
    who = crew(made.scene, bodies, luck)
    movers = moving(made, who, luck)
    outcome = run_kernel(made, who, movers, made.parameters)
    persons = _persons(made.scene, who, outcome)
    counts = {**who.strike.counts, **used(made.scene, movers, outcome)}
    return Run(luck.seed, persons, None, None, _channels(who), counts)


def run_whole(made: Stage, bodies: Bodies, luck: Luck) -> Run:
    """Return one run with what the findings on households and places need."""
    who = crew(made.scene, bodies, luck)
    movers = moving(made, who, luck)
    parameters = made.parameters._replace(route_rows=LINKS_PER_WAY * who.n)
    outcome = run_kernel(made, who, movers, parameters)
    persons = _persons(made.scene, who, outcome)
    vehicles = used(made.scene, movers, outcome)
    return Run(
        luck.seed,
        persons,
        _households(made.scene, who, outcome, persons),
        _places(made.scene, outcome, movers.members),
        _channels(who),
        {**who.strike.counts, **vehicles, "routes_cut": float(outcome.routes_lost)},
    )


def moving(made: Stage, who: Crew, luck: Luck) -> contract.Entities:
    """Return the entities of one run, led the way they are advised where they follow."""
    movers = entities(made.scene, who, luck)
    if made.advice is None:
        return movers
    return directed(movers, made.advice, made.scene, who, luck)


def run_kernel(
    made: Stage, who: Crew, movers: contract.Entities, parameters: contract.Parameters
) -> Outcome:
    """Return the kernel's outcome for one crew."""
    space = made.scene.space(who.strike)._replace(shelter=made.stalls.at)
    tables = routing(made.scene, who.strike, made.stalls)
    if made.advice is not None:
        tables = with_advice(tables, made.advice, made.scene, who.strike)
    return movement.run(
        space._replace(barrier=space.barrier | made.barrier),
        movers,
        tables,
        who.strike.hazards,
        parameters,
    )


def _channels(who: Crew) -> Codes:
    return who.notice.channel.astype(np.int8)


def _persons(scene: Scene, who: Crew, outcome: Outcome) -> Persons:
    """Return time, arrival and reason of everybody; nobody is left out."""
    horizon = scene.event.scenario.horizon
    n = scene.site.who.n
    time = np.zeros(n, dtype=np.float32)
    arrived = np.ones(n, dtype=bool)
    reason = np.full(n, CODE["sheltered"], dtype=np.int8)
    unsafe = np.zeros(n, dtype=np.float32)
    moving = who.entity >= 0
    of = who.entity[moving]
    there = outcome.state == STATE_ARRIVED
    spent = np.where(there, outcome.exit_time, horizon)
    danger = _unsafe(scene, who, outcome)
    time[moving], arrived[moving], unsafe[moving] = spent[of], there[of], danger[of]
    reason[moving] = entity_reasons(scene, who, outcome)[of]
    inside = who.presence.home & ~moving
    for code in range(1, len(LOST)):
        lost = inside & (who.lost == code)
        time[lost], arrived[lost], unsafe[lost] = horizon, False, horizon
        reason[lost] = CODE[LOST[code]]
    for gone, name in ((who.presence.away, "away"), (who.presence.unplaced, "unplaced")):
        out = gone & ~moving
        time[out], unsafe[out], arrived[out], reason[out] = np.nan, np.nan, False, CODE[name]
    return Persons(time, arrived, reason, unsafe)


def _unsafe(scene: Scene, who: Crew, outcome: Outcome) -> Floats:
    """Return seconds each entity was where the event makes it unsafe.

    Inside a damaged building that is all the time until the street.
    """
    damaged = who.strike.unsafe_inside
    if damaged is None:
        return np.asarray(outcome.unsafe_time)
    home = np.full(who.n, -1, dtype=np.int64)
    moving = np.flatnonzero(who.entity >= 0)
    home[who.entity[moving]] = np.where(
        who.presence.home[moving], scene.site.who.household[moving], -1
    )
    struck = np.append(damaged, False)[np.append(scene.site.live.building, -1)[home]]
    inside = outcome.phase[:, [PHASE_BEFORE, PHASE_HELP, PHASE_PREPARATION, PHASE_STAIRS]]
    return np.asarray(np.where(struck, inside.sum(axis=1), 0.0) + outcome.unsafe_time)


_PLAIN = {
    int(REASON_NARROW): "too_narrow",
    int(REASON_HAZARD): "trapped",
    int(REASON_DOSE): "smoke",
    int(REASON_FULL): "full",
    int(REASON_NO_HELPER): "no_helper",
}


def entity_reasons(scene: Scene, who: Crew, outcome: Outcome) -> Codes:
    """Return why each entity did not arrive, in the words of ``REASONS``."""
    found = np.full(who.n, CODE["under_way"], dtype=np.int8)
    found[outcome.state == STATE_ARRIVED] = CODE[""]
    for code, name in _PLAIN.items():
        found[outcome.reason == code] = CODE[name]
    buried = (outcome.reason == REASON_DOSE) & _buried(scene, who)[outcome.node]
    found[buried] = CODE["collapsed"]
    kinds = scene.site.ground.walks.nodes["kind"]
    inside = kinds.isin(STAIRWELL).to_numpy()[outcome.node]
    shut = np.isin(outcome.reason, [int(REASON_CLOSED), int(REASON_BARRED)])
    found[shut] = np.where(inside, CODE["stair_closed"], CODE["way_closed"])[shut]
    for entity in np.flatnonzero(outcome.reason == REASON_NO_ROUTE):
        found[entity] = CODE[_cause(scene, who, int(entity), int(outcome.node[entity]))]
    late = outcome.reason == REASON_NOT_RELEASED
    found[late] = np.where(_known(scene, who), CODE["still_at_home"], CODE["not_reached"])[late]
    return found


def _buried(scene: Scene, who: Crew) -> Flags:
    """Return the nodes inside buildings that fall in this run."""
    fallen = who.strike.fallen
    if fallen is None:
        return np.zeros(scene.site.ground.n_nodes, dtype=bool)
    _, unit = indoors(scene.site)
    return np.asarray(np.append(fallen[scene.site.live.of_entrance], False)[unit])


def _known(scene: Scene, who: Crew) -> Flags:
    """Return which entities were reached at all."""
    known = np.ones(who.n, dtype=bool)
    home = np.flatnonzero((who.entity >= 0) & who.presence.home)
    notice = np.isfinite(who.notice.time[scene.site.who.household[home]])
    known[who.entity[home]] = notice
    return known


def _cause(scene: Scene, who: Crew, entity: int, node: int) -> str:
    """Return why an entity without a way has none: of its members, the one most hindered."""
    person = np.flatnonzero(who.entity == entity)
    kinds = scene.site.who.kind[person]
    how = scene.movers
    codes = how.codes(how.pattern[kinds, OWN], how.pace[kinds, OWN], how.unfamiliar[kinds])
    named = [str(cause) for cause in scene.cause[codes, node] if cause]
    return named[0] if named else "way_closed"


def _households(scene: Scene, who: Crew, outcome: Outcome, persons: Persons) -> Households:
    """Return how each household left; helpers of others do not count for their own."""
    site = scene.site
    chosen, home = came_last(scene, who, persons.time)
    entity = who.entity[chosen]
    n = len(site.who.households)
    moved = np.zeros(n, dtype=bool)
    moved[home] = entity >= 0
    entity, gone = entity[entity >= 0], home[entity >= 0]
    start, route = _routes(outcome, entity, gone, n, who.n)
    return Households(
        time=spread(n, home, persons.time[chosen], np.nan),
        arrived=spread(n, home, persons.arrived[chosen], False),
        reason=spread(n, home, persons.reason[chosen], CODE["away"]),
        phase=spread(n, gone, outcome.phase[entity][:, _PHASE_COLUMNS].astype("f4"), np.nan),
        helper_time=spread(n, gone, outcome.helper_time[entity].astype("f4"), np.nan),
        helped_by=spread(n, gone, outcome.helped_by[entity], 0),
        facility=spread(n, gone, outcome.shelter[entity].astype("i2"), -1),
        moved=moved,
        start=start,
        route=route,
    )


def came_last(scene: Scene, who: Crew, time: npt.NDArray[np.floating[Any]]) -> tuple[Whole, Whole]:
    """Return of each household with somebody at home the member who takes longest, and it.

    Helpers of others do not count for their own.
    """
    helping = np.append(np.zeros(who.n, dtype=bool), False)
    helping[list(who.helper.values())] = True
    mine = np.flatnonzero(who.presence.home & ~helping[who.entity])
    household = scene.site.who.household[mine]
    last = last_of(household, (-who.entity[mine], time[mine]))
    return mine[last], household[last]


def last_of(group: Whole, order: tuple[npt.NDArray[Any], ...]) -> Whole:
    """Return the row of each group that comes last by ``order`` (its last key counts first)."""
    rows = np.lexsort((*order, group))
    last = np.ones(len(rows), dtype=bool)
    last[:-1] = group[rows][1:] != group[rows][:-1]
    return np.asarray(rows[last], dtype=np.int64)


def spread(n: int, at: Whole, values: npt.NDArray[Any], empty: Any) -> npt.NDArray[Any]:
    """Return ``values`` placed at rows ``at`` of ``n``, ``empty`` elsewhere."""
    found = np.full((n, *values.shape[1:]), empty, dtype=values.dtype)
    found[at] = values
    return found


def _routes(
    outcome: Outcome, chosen: Whole, home: Whole, n: int, n_entities: int
) -> tuple[Whole, npt.NDArray[np.int32]]:
    """Return the links each household's entity walked, in order, household by household."""
    owner = np.full(n_entities, -1, dtype=np.int64)
    owner[chosen] = home
    household = owner[outcome.route_entity]
    known = household >= 0
    order = np.argsort(household[known], kind="stable")
    counts = np.bincount(household[known], minlength=n)
    links = (outcome.route_link[known] >> 1)[order]
    return np.concatenate([[0], np.cumsum(counts)]), links.astype(np.int32)


def _places(scene: Scene, outcome: Outcome, members: npt.NDArray[np.int32]) -> Places:
    """Return the use of links, nodes and shelters; staff take places in shelters too."""
    there = scene.site.there
    both = outcome.traversals.reshape(scene.site.ground.n_links, 2, -1).sum(axis=1)
    inside = outcome.shelter >= 0
    load = np.bincount(outcome.shelter[inside], members[inside], minlength=there.n)
    away = outcome.state == STATE_TURNED_AWAY
    at_node = np.bincount(outcome.node[away], members[away], minlength=scene.site.ground.n_nodes)
    return Places(
        persons=both.astype(np.int32),
        density=outcome.max_density,
        queue=outcome.queue_total,
        waits=outcome.queue,
        stay=outcome.stay,
        load=load.astype(np.int64),
        turned_away=at_node[there.node].astype(np.int64),
        gridlock=int(outcome.gridlock.sum()),
    )
