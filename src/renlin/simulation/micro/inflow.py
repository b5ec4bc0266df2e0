"""Ask the meso simulation who comes to a spot, when, and with whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import BehaviourClass
from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.community.settings import Scenario
from renlin.errors import Fault, Said, SchemeFault
from renlin.kernels import contract, movement
from renlin.kernels.codes import HELP_NONE
from renlin.kernels.outcome import Outcome
from renlin.simulation.crew import Crew, crew
from renlin.simulation.ensemble import draw_seeds
from renlin.simulation.entities import entities
from renlin.simulation.event import ALONE
from renlin.simulation.micro.walkers import Walkers
from renlin.simulation.network import Ground, lay_out
from renlin.simulation.observation import LINKS_PER_WAY, Stage, run_kernel, stage
from renlin.simulation.population import Residents, residents
from renlin.simulation.routing import HELPED, OWN
from renlin.simulation.scenario_checks import check_scenarios
from renlin.simulation.scene import Scene, limits_of, scene

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

OPEN = 1_000.0
"""Factor on room and capacity of the spot while its demand is counted: what people would
come to, were it not for the spot itself."""
GRAIN = 0.001  # m: widths are compared to a millimetre
LEVEL, DOWN, UP = range(3)  # columns of a speed
STAFF = "staff"


@dataclass(frozen=True)
class Run:
    """One seed of one scenario, before the kernel runs."""

    scene: Scene
    made: Stage
    crew: Crew
    movers: contract.Entities


@dataclass(frozen=True)
class Inflow:
    """Who comes to one spot in one run of the meso simulation.

    Attributes
    ----------
    link, forward
        Row of the link most of them use, and whether most go from its origin to its target.
    walkers
        One row per person, ``time`` of arrival at the passage if nothing held them up there;
        ``back`` for those against the stream. Infants in arms have no body of their own.
    display
        Group of each, ``staff`` for who is on no register.
    run
        The run they come from.
    """

    link: int
    forward: bool
    walkers: Walkers
    display: npt.NDArray[np.object_]
    run: Run


@dataclass(frozen=True)
class Pools:
    """Residents who can pass one spot by their own means, slow ones and others.

    Attributes
    ----------
    speed, speed_on_stairs, radius, slow
        As :class:`renlin.simulation.micro.walkers.Walkers` has them, one row per resident.
    """

    speed: Floats
    speed_on_stairs: Floats
    radius: Floats
    slow: Flags


def prepare(
    place: Community, needs: NeedsFindings, scenario: Scenario, seed: int, ground: Ground
) -> Run:
    """Return one seed of ``scenario``, ready to run on ``ground``.

    Raises
    ------
    SchemeFault
        When the scenario cannot work, or nobody moves in it.
    """
    check_scenarios([scenario], place)
    if place.catalogue.scenarios[scenario.kind].mechanism in ALONE:
        raise SchemeFault(_nobody_moves(scenario))
    movement.warm()
    who = residents(place, needs)
    drawn = draw_seeds(who, place.catalogue, [seed])
    made = stage(scene(place, ground, limits_of(place, ground, who), who, scenario))
    luck = drawn.luck[seed].also(made.scene.keys)
    group = crew(made.scene, drawn.bodies[seed], luck)
    return Run(made.scene, made, group, entities(made.scene, group, luck))


def inflow(
    place: Community,
    needs: NeedsFindings,
    *,
    links: Whole,
    scenario: Scenario,
    seed: int,
) -> Inflow:
    """Return who comes to a spot in one run, from the meso simulation's own movements.

    While they are counted the spot itself holds nobody up: what the micro model is to find
    out must not be in its input. An entity of several persons comes as so many, at one
    pace; helpers who carry or push somebody count in that person's room.

    Parameters
    ----------
    links
        Rows of the network that the spot may be; the one most persons use is kept.
    scenario, seed
        Which run.

    Raises
    ------
    SchemeFault
        As :func:`prepare`; also when nobody comes by.
    """
    ground = _opened(lay_out(place), links)
    run = prepare(place, needs, scenario, seed, ground)
    rows = LINKS_PER_WAY * run.crew.n
    outcome = run_kernel(
        run.made, run.crew, run.movers, run.made.parameters._replace(route_rows=rows)
    )
    passed = np.isin(outcome.route_link >> 1, links)
    if not passed.any():
        raise SchemeFault(_nobody_comes(ground, links, scenario, seed))
    taken, persons = outcome.route_link[passed], run.movers.members[outcome.route_entity[passed]]
    load = np.bincount(taken, persons, minlength=2 * ground.n_links).reshape(-1, 2)
    link = int(load.sum(axis=1).argmax())
    forward = bool(load[link, 0] >= load[link, 1])
    mine = passed & ((outcome.route_link >> 1) == link)
    return _inflow(run, outcome, np.flatnonzero(mine), link, forward, place.catalogue)


def _inflow(
    run: Run,
    outcome: Outcome,
    rows: Whole,
    link: int,
    forward: bool,
    catalogue: Catalogue,
) -> Inflow:
    """Return one walker per person of the entities that pass in ``rows`` of the route log."""
    entity = outcome.route_entity[rows].astype(np.int64)
    turned = (outcome.route_link[rows] & 1).astype(bool)
    person, start = _members(run)
    count = np.diff(start)[entity]
    heads = np.maximum(count, 1)
    at = np.repeat(np.arange(len(rows)), heads)
    nth = np.arange(len(at)) - np.repeat(np.cumsum(heads) - heads, heads)
    who = np.where(count[at] > 0, np.append(person, -1)[start[entity[at]] + nth], -1)
    column = np.where(outcome.helped_by[entity] == HELP_NONE, OWN, HELPED)
    downhill = run.scene.site.ground.falls[link] != turned
    speed = run.movers.speed[entity, column].astype(np.float64)
    stair = np.where(downhill, speed[:, DOWN], speed[:, UP])
    size = run.movers.size[entity, column] / heads
    folk = run.scene.site.who
    kinds = folk.kind[np.maximum(who, 0)]
    rolls = (who >= 0) & _of_kind(folk, lambda kind: kind.takes_steps != "yes")[kinds]
    slow = (who >= 0) & _of_kind(folk, lambda kind: kind.slow_walker)[kinds]
    walkers = Walkers(
        time=outcome.route_time[rows][at].astype(np.float64),
        speed=speed[:, LEVEL][at],
        speed_on_stairs=stair[at],
        radius=radius(size[at], rolls, catalogue),
        slow=slow,
        back=(turned == forward)[at],
    )
    names = np.array([*folk.displays, STAFF], dtype=object)
    group = np.where(who >= 0, folk.display[np.maximum(who, 0)], len(names) - 1)
    return Inflow(link, forward, walkers, names[group], run)


def _members(run: Run) -> tuple[Whole, Whole]:
    """Return persons with a body of their own by entity, and where each entity starts."""
    there = (run.crew.entity >= 0) & ~run.crew.grouping.in_arms
    person = np.flatnonzero(there)
    person = person[np.argsort(run.crew.entity[person], kind="stable")]
    counts = np.bincount(run.crew.entity[person], minlength=run.crew.n)
    return person, np.concatenate([[0], np.cumsum(counts)])


def pools(run: Run, *, width: float, stairs: bool, rises: bool, catalogue: Catalogue) -> Pools:
    """Return the residents who can pass a way of this width by their own means.

    Parameters
    ----------
    stairs, rises
        Whether it is a flight, and whether people go up it: who rolls takes none.
    """
    folk, bodies = run.scene.site.who, run.crew.bodies
    rolls = _of_kind(folk, lambda kind: kind.takes_steps != "yes")[folk.kind]
    fits = np.array([kind.min_width.value <= width + GRAIN for kind in folk.kinds])[folk.kind]
    can = fits & (bodies.level > 0) & ~run.scene.can.infant & ~(rolls & stairs)
    return Pools(
        speed=bodies.level[can],
        speed_on_stairs=(bodies.up if rises else bodies.down)[can],
        radius=radius(bodies.size, rolls, catalogue)[can],
        slow=_of_kind(folk, lambda kind: kind.slow_walker)[folk.kind][can],
    )


def radius(size: Floats, rolls: Flags, catalogue: Catalogue) -> Floats:
    """Return the radius of the disc that stands for a body, m.

    ``r = r_1 sqrt(size)``: the room it takes, in persons, at the room of one. Whoever rolls
    has the radius of a wheelchair.

    Source: parameters ``micro_radius`` and ``micro_radius_rolling``.
    """
    one, rolling = catalogue.number("micro_radius"), catalogue.number("micro_radius_rolling")
    made: Floats = np.where(rolls, rolling, np.minimum(one * np.sqrt(size), rolling))
    return made


def _of_kind(folk: Residents, holds: Callable[[BehaviourClass], bool]) -> Flags:
    return np.array([holds(kind) for kind in folk.kinds], dtype=bool)


def _opened(ground: Ground, links: Whole) -> Ground:
    """Return ``ground`` with the spot so wide that it holds nobody up."""
    area, capacity = ground.space.area.copy(), ground.space.capacity.copy()
    area[links] *= OPEN
    capacity[links] *= OPEN
    return replace(ground, space=ground.space._replace(area=area, capacity=capacity))


def _nobody_moves(scenario: Scenario) -> Fault:
    return Fault(
        f"scenarios/{scenario.code}.toml",
        Said("有人走动的情景", "an event in which people move"),
        Said("个体事件，没有人走动", "an incident of one person; nobody moves"),
        Said("换一个情景。", "Choose another scenario."),
        None,
        "kind",
    )


def _nobody_comes(ground: Ground, links: Whole, scenario: Scenario, seed: int) -> Fault:
    row = ground.walks.links.iloc[int(links[0])]
    return Fault(
        f"{row['table']}/{row['place']}",
        Said("有人经过的地点", "a spot that people pass"),
        Said(
            f"情景 {scenario.code} 的第 {seed} 次推演里没有人经过",
            f"nobody comes by in run {seed} of scenario {scenario.code}",
        ),
        Said("换一个地点、情景或种子。", "Choose another spot, scenario or seed."),
        None,
        "spot",
    )
