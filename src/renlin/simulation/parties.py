"""Say how parties move: whom they wait for, how the carried move, when rescuers come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.kernels.codes import FALLBACK_RESPONDER, FALLBACK_SELF, FALLBACK_WAIT
from renlin.simulation.behaviour import Bodies, has_wheels
from renlin.simulation.crew import Crew
from renlin.simulation.grouping import CARRY, NO_HELP
from renlin.simulation.routing import CARRIED, HELPED, ON_FOOT, OWN, UNHELPED_BIT, WHEELS_BIT
from renlin.simulation.scene import Scene

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]


@dataclass
class Draft:
    """Columns of the entities while they are being filled; one row each."""

    household: Whole
    origin: Whole
    speed: Floats
    size: Floats
    body: Floats
    barred: Whole
    mover: Whole
    release: Floats
    woken: Flags
    patience: Floats
    fallback: Whole
    responder_at: Floats
    responder_dwell: Floats
    slowest: Whole


def blank(n: int) -> Draft:
    """Return ``n`` entities with nothing filled in: never ready, waiting for nobody."""
    return Draft(
        household=np.full(n, -1, dtype=np.int64),
        origin=np.zeros(n, dtype=np.int64),
        speed=np.zeros((n, 2, 3)),
        size=np.zeros((n, 2)),
        body=np.zeros((n, 2)),
        barred=np.zeros((n, 2), dtype=np.int64),
        mover=np.zeros((n, 2), dtype=np.int64),
        release=np.full(n, np.inf),
        woken=np.zeros(n, dtype=bool),
        patience=np.full(n, np.inf),
        fallback=np.full(n, int(FALLBACK_WAIT), dtype=np.int64),
        responder_at=np.full(n, np.inf),
        responder_dwell=np.zeros(n),
        slowest=np.zeros(n, dtype=np.int64),
    )


def paces(scene: Scene, bodies: Bodies) -> Floats:
    """Return level, down and up speed of everybody, with the rails of their own stair, m/s."""
    stairs = scene.rails
    return np.stack([bodies.level, bodies.down * stairs, bodies.up * stairs], axis=1)


class Parties(NamedTuple):
    """What the parties of one run have in common, one row each.

    ``steps``: the centre walks steps; ``rolls``: leaves on wheels; ``stuck``: has no way of
    its own out.
    """

    centre: Whole
    entity: Whole
    lacks: Whole
    kind: Whole
    steps: Flags
    rolls: Flags
    stuck: Flags

    @property
    def borne(self) -> Flags:
        """Return whose centre is carried."""
        return ~self.steps & ~self.rolls


def parties_of(scene: Scene, made: Crew) -> Parties:
    """Return the parties of one run as columns."""
    who, can = scene.site.who, scene.can
    centre = np.array([party.centre for party in made.grouping.parties], dtype=np.int64)
    lacks = np.array([party.lacks for party in made.grouping.parties], dtype=np.int64)
    kind = who.kind[centre]
    steps = np.array([k.takes_steps == "yes" for k in who.kinds])[kind]
    rolls = can.rolls[centre]
    carried = (can.help[centre] == CARRY) & ~(rolls & (can.need[centre] == 0))
    stuck = carried | (can.help[centre] == NO_HELP)
    return Parties(centre, made.party, lacks, kind, steps, rolls, stuck)


def set_parties(draft: Draft, scene: Scene, made: Crew) -> None:
    """Set how parties move, for whom they wait, and what they do when nobody comes.

    Who cannot leave alone goes with whoever comes first, helpers or rescuers; who can waits
    ``wait_for_helper`` for the agreed ones.
    """
    number, rescue = scene.site.place.catalogue.number, made.strike.rescue
    them = parties_of(scene, made)
    _party_moves(draft, scene, made, them)
    ready = them.entity[them.lacks == 0]
    for column in (draft.speed, draft.size, draft.body, draft.barred, draft.mover):
        column[ready, OWN] = column[ready, HELPED]
    members = np.array([len(party.members) for party in made.grouping.parties], dtype=np.int64)
    draft.barred[them.entity[(them.lacks == 0) & (members == 1)]] |= UNHELPED_BIT
    waits = them.lacks > 0
    coming = np.zeros(len(waits), dtype=np.int64)
    for party, n in made.trips.coming.items():
        coming[party] = n
    entity, stuck = them.entity[waits], them.stuck[waits]
    draft.woken[entity] = True
    lasts = number("wait_for_helper")
    draft.patience[entity] = np.where((coming[waits] > 0) & ~stuck, lasts, 0.0)
    draft.fallback[entity] = np.where(stuck, int(FALLBACK_RESPONDER), int(FALLBACK_SELF))
    queue = _rescue_order(scene, made, them, coming)
    draft.responder_at[entity] = np.where(stuck, rescue.arrival + queue[waits], np.inf)
    draft.responder_dwell[entity] = np.where(stuck, number("carry_preparation"), 0.0)


def _party_moves(draft: Draft, scene: Scene, made: Crew, them: Parties) -> None:
    """Set both columns of the parties from the class of their centres.

    Wheels go up and down ramps, which are all the steps they pass, at their level speed.
    """
    who, how, bodies, entity = scene.site.who, scene.movers, made.bodies, them.entity
    own = np.stack([bodies.level, bodies.down, bodies.up], axis=1)[them.centre]
    pace = np.where(them.steps[:, None], paces(scene, bodies)[them.centre], own[:, [0, 0, 0]])
    draft.origin[entity] = made.presence.node[them.centre]
    draft.slowest[entity] = them.centre
    draft.speed[entity] = pace[:, None, :]
    width = np.array([kind.min_width.value for kind in who.kinds])[them.kind]
    draft.body[entity] = np.where(them.steps, 0.0, width)[:, None]
    helped = np.maximum(bodies.size[them.centre], draft.size[entity, OWN])
    borne = them.borne
    least = scene.site.place.catalogue.devices[BY_HAND].size.value
    draft.size[entity, HELPED] = np.where(borne, np.maximum(helped, least), helped)
    factor = _carrying(scene)[them.kind]
    draft.speed[entity[borne], OWN] = 0.0
    draft.speed[entity[borne], HELPED] = (own * factor)[borne]
    for mode in (OWN, HELPED):
        carried = borne & (mode == HELPED)
        pattern = how.pattern[them.kind, np.where(them.rolls, OWN, mode)]
        on = np.where(carried, CARRIED, ON_FOOT)
        draft.mover[entity, mode] = how.codes(pattern, on, how.unfamiliar[them.kind])
        bits = np.where(~them.steps & ~carried, WHEELS_BIT, 0)
        bits |= UNHELPED_BIT if mode == OWN else 0
        draft.barred[entity, mode] = (1 << pattern) | bits


BY_HAND = "untrained_arms"
"""Device of neighbours who carry without one: its size is that of the party."""


def _carrying(scene: Scene) -> Floats:
    """Return the factors on level, down and up speed of each class when it is carried.

    On stairs the draw of the class is scaled by ``carry_speed_stairs`` over the class's
    mean, so that chairs and training move it; on the level a class with wheels rolls on,
    one without is carried at ``carry_speed_level``, scaled alike.
    """
    number = scene.site.place.catalogue.number
    rows = []
    for kind in scene.site.who.kinds:
        stairs = number("carry_speed_stairs") / kind.speed_down.value
        level = number("carry_speed_level") / kind.speed_level.value
        rows.append([1.0 if has_wheels(kind) else level, stairs, stairs])
    return np.array(rows)


def _rescue_order(scene: Scene, made: Crew, them: Parties, coming: Whole) -> Floats:
    """Return the seconds from the rescuers' arrival until they stand at each party's door.

    They take the unit of the event first, upwards, then the others: those to whom too few
    helpers come, in order of need. Each household costs the search of its storeys.
    """
    live, rescue = scene.site.live, made.strike.rescue
    home = np.array([party.household for party in made.grouping.parties], dtype=np.int64)
    queue = np.zeros(len(home))
    waits = np.flatnonzero((them.lacks > 0) & them.stuck)
    elsewhere = live.entrance[home] != rescue.first
    up = np.where(elsewhere, 0, live.floor[home])
    enough = coming >= them.lacks
    order = waits[np.lexsort((waits, up[waits], enough[waits], elsewhere[waits]))]
    cost = rescue.per_floor * np.maximum(live.floor[home[order]], 1)
    queue[order] = np.cumsum(cost)
    return queue
