"""Give the kernel its entities: speeds, sizes, barriers, start times and legs of one run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.kernels import contract
from renlin.kernels.codes import (
    FALLBACK_RESPONDER,
    FALLBACK_SELF,
    FALLBACK_WAIT,
    LEG_PICK_UP,
    LEG_SHELTER,
    VIEW_FOLLOW,
    VIEW_LIVE,
    VIEW_LOCAL,
)
from renlin.simulation.behaviour import staff_speeds
from renlin.simulation.crew import Crew
from renlin.simulation.grouping import CARRY, NO_HELP, Party, helper_label
from renlin.simulation.luck import Luck, sample
from renlin.simulation.population import asleep
from renlin.simulation.routing import CARRIED, HELPED, ON_FOOT, OWN, UNHELPED_BIT, WHEELS_BIT
from renlin.simulation.scene import SAFETY, Scene

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

LEAST_SIZE = 0.001  # persons: the kernel's smallest body


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


class Timing(NamedTuple):
    """Pre-movement of one run, per household."""

    base: Floats
    asleep: float


def entities(scene: Scene, made: Crew, luck: Luck) -> contract.Entities:
    """Return the entities of one run as the kernel wants them.

    A household moves at the pace of its slowest member who walks, pairs and groups a
    little slower still, and takes the room of all. A party moves as its centre does when
    helped, and waits for the helpers it lacks. A helper goes from door to door and to
    safety at last.
    """
    draft = _draft(scene, made)
    _walkers(draft, scene, made)
    _starts(draft, scene, made, luck)
    _parties(draft, scene, made)
    _staff(draft, scene, made, luck)
    return _kernel(draft, scene, made)


def _draft(scene: Scene, made: Crew) -> Draft:
    n = made.n
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


def _moving(made: Crew) -> tuple[Whole, Whole]:
    """Return the persons who move and the entity of each."""
    person = np.flatnonzero(made.entity >= 0)
    return person, made.entity[person]


def _walkers(draft: Draft, scene: Scene, made: Crew) -> None:
    """Fill in everybody as if they walked together without help."""
    who, bodies, how = scene.site.who, made.bodies, scene.movers
    person, entity = _moving(made)
    draft.household[entity] = who.household[person]
    draft.origin[entity] = made.presence.node[person]
    in_arms = made.grouping.in_arms[person]
    pace = np.stack([bodies.level, bodies.down, bodies.up], axis=1)[person]
    pace[in_arms] = np.inf
    speed = np.full((made.n, 3), np.inf)
    np.minimum.at(speed, entity, pace)
    walking = np.bincount(entity, ~in_arms, minlength=made.n)
    speed *= np.where(walking > 1, scene.site.place.catalogue.number("pair_speed_factor"), 1.0)[
        :, None
    ]
    draft.speed[:] = np.where(np.isfinite(speed), speed, 0.0)[:, None, :]
    draft.size[:] = np.bincount(entity, bodies.size[person], minlength=made.n)[:, None]
    pattern = np.zeros(made.n, dtype=np.int64)
    np.maximum.at(pattern, entity, how.pattern[who.kind[person], OWN] * ~in_arms)
    strange = np.ones(made.n, dtype=np.int64)
    np.minimum.at(strange, entity, how.unfamiliar[who.kind[person]].astype(np.int64))
    foot = np.full(made.n, ON_FOOT, dtype=np.int64)
    draft.mover[:] = how.codes(pattern, foot, strange.astype(bool))[:, None]
    draft.barred[:] = ((1 << pattern) | UNHELPED_BIT)[:, None]
    draft.slowest[:] = _most_stops(made, person, entity)


def _most_stops(made: Crew, person: Whole, entity: Whole) -> Whole:
    """Return the person of each entity who rests most often: its rests hold for all."""
    order = np.lexsort((-person, made.bodies.stops[person], entity))
    found = np.zeros(made.n, dtype=np.int64)
    found[entity[order]] = person[order]
    return found


def _starts(draft: Draft, scene: Scene, made: Crew, luck: Luck) -> None:
    """Set when each entity is ready to leave: notice, pre-movement, getting ready, delay.

    ``t = notice + base x reaction (x older and alone) + asleep + preparation + delay``;
    of those who leave together the slowest reaction and preparation count.
    """
    who, bodies, catalogue = scene.site.who, made.bodies, scene.site.place.catalogue
    alert, time = made.strike.alert, timing(scene, made, luck)
    person, entity = _moving(made)
    older = (who.age >= catalogue.number("older_age")) & who.alone
    factor = bodies.reaction * np.where(older, catalogue.number("older_alone_factor"), 1.0)
    slow, ready = np.zeros(made.n), np.zeros(made.n)
    np.maximum.at(slow, entity, factor[person])
    np.maximum.at(ready, entity, bodies.preparation[person])
    home = draft.household
    at_home = np.zeros(made.n, dtype=bool)
    at_home[entity] = made.presence.home[person]
    known = np.where(at_home, made.notice.time[home], alert.time[home])
    late = np.where(at_home, time.asleep + made.strike.delay[home], 0.0)
    draft.release[:] = known + time.base[home] * slow + ready + late
    _helper_starts(draft, scene, made, luck)


def timing(scene: Scene, made: Crew, luck: Luck) -> Timing:
    """Return the base of pre-movement of every household, and what sleep adds, s."""
    alert, catalogue = made.strike.alert, scene.site.place.catalogue
    drawn = luck("household", "premovement")
    base = np.stack([sample(case, drawn) for case in alert.cases])
    asleep_now = asleep(catalogue, scene.event.scenario.hour)
    return Timing(
        base[alert.case, np.arange(len(drawn))],
        catalogue.number("asleep_delay") if asleep_now else 0.0,
    )


def _helper_starts(draft: Draft, scene: Scene, made: Crew, luck: Luck) -> None:
    """Let helpers set out soon after they know: they read the call and go."""
    catalogue, agreed = scene.site.place.catalogue, scene.agreed
    reads = sample(catalogue.premovement["volunteer_notice"], luck("helper", "notice"))
    wait = reads + catalogue.number("helper_leaves_after")
    called = float(made.strike.alert.time.min(initial=np.inf))
    for helper, entity in made.helper.items():
        person = agreed.person[helper]
        home = scene.site.who.household[person] if person >= 0 else -1
        known = made.notice.time[home] + made.strike.delay[home] if person >= 0 else called
        draft.release[entity] = known + wait[helper]
        draft.patience[entity] = catalogue.number("helper_stands_by")
        draft.origin[entity] = agreed.node[helper]


def _parties(draft: Draft, scene: Scene, made: Crew) -> None:
    """Set how parties move, for whom they wait, and what they do when nobody comes."""
    catalogue, rescue = scene.site.place.catalogue, made.strike.rescue
    coming = made.trips.coming
    queue = _rescue_order(scene, made)
    for at, (party, entity) in enumerate(zip(made.grouping.parties, made.party, strict=True)):
        _party_moves(draft, scene, made, party, int(entity))
        if party.lacks == 0:
            draft.speed[entity, OWN] = draft.speed[entity, HELPED]
            draft.size[entity, OWN] = draft.size[entity, HELPED]
            draft.body[entity, OWN] = draft.body[entity, HELPED]
            draft.barred[entity, OWN] = draft.barred[entity, HELPED]
            draft.mover[entity, OWN] = draft.mover[entity, HELPED]
            continue
        draft.woken[entity] = True
        draft.patience[entity] = (
            catalogue.number("wait_for_helper") if coming.get(at, 0) > 0 else 0.0
        )
        draft.fallback[entity] = int(FALLBACK_SELF)
        if cannot_go_alone(scene, party):
            draft.fallback[entity] = int(FALLBACK_RESPONDER)
            draft.responder_at[entity] = rescue.arrival + queue.get(at, 0.0)
            draft.responder_dwell[entity] = catalogue.number("carry_preparation")


def cannot_go_alone(scene: Scene, party: Party) -> bool:
    """Return whether the centre of a party has no way of its own out."""
    can, centre = scene.can, party.centre
    carried = can.help[centre] == CARRY and not (can.rolls[centre] and _turns_wheels(scene, centre))
    return bool(carried or can.help[centre] == NO_HELP)


def _turns_wheels(scene: Scene, centre: int) -> bool:
    """Return whether somebody on wheels moves them alone."""
    return bool(scene.can.need[centre] == 0)


def _party_moves(draft: Draft, scene: Scene, made: Crew, party: Party, entity: int) -> None:
    """Set both columns of one party from the class of its centre."""
    who, can, how, bodies = scene.site.who, scene.can, scene.movers, made.bodies
    catalogue, centre = scene.site.place.catalogue, party.centre
    kind = who.kinds[who.kind[centre]]
    own = np.array([bodies.level[centre], bodies.down[centre], bodies.up[centre]])
    steps = kind.takes_steps == "yes"
    draft.origin[entity] = made.presence.node[centre]
    draft.slowest[entity] = centre
    draft.speed[entity] = own if steps else own * np.array([1.0, 0.0, 0.0])
    width = 0.0 if steps else kind.min_width.value
    draft.body[entity] = width
    draft.size[entity, HELPED] = max(bodies.size[centre], draft.size[entity, OWN])
    for mode in (OWN, HELPED):
        pattern = how.pattern[who.kind[centre], OWN if can.rolls[centre] else mode]
        carried = not steps and mode == HELPED and not can.rolls[centre]
        code = how.codes(
            np.array([pattern]),
            np.array([CARRIED if carried else ON_FOOT]),
            np.array([how.unfamiliar[who.kind[centre]]]),
        )
        draft.mover[entity, mode] = code[0]
        bits = (0 if steps or carried else WHEELS_BIT) | (UNHELPED_BIT if mode == OWN else 0)
        draft.barred[entity, mode] = (1 << int(pattern)) | bits
    if not steps and not can.rolls[centre]:
        draft.speed[entity, OWN] = 0.0
        draft.speed[entity, HELPED] = carried_speed(own, kind, catalogue)
        least = catalogue.devices[BY_HAND].size.value
        draft.size[entity, HELPED] = max(draft.size[entity, HELPED], least)


BY_HAND = "untrained_arms"
"""Device of neighbours who carry without one: its size is that of the party."""


def carried_speed(own: Floats, kind: object, catalogue: Catalogue) -> Floats:
    """Return level, down and up speed of somebody who is carried, m/s.

    On stairs the draw of the class, scaled by ``carry_speed_stairs`` over the class's mean
    (so that chairs and training move it); on the level a class with wheels rolls on, one
    without is carried at ``carry_speed_level``, scaled alike.
    """
    stairs = catalogue.number("carry_speed_stairs") / kind.speed_down.value  # type: ignore[attr-defined]
    level = catalogue.number("carry_speed_level") / kind.speed_level.value  # type: ignore[attr-defined]
    wheels = kind.companions.value < kind.n_helpers  # type: ignore[attr-defined]
    return own * np.array([1.0 if wheels else level, stairs, stairs])


def _rescue_order(scene: Scene, made: Crew) -> dict[int, float]:
    """Return party -> seconds from the rescuers' arrival until they stand at its door.

    They take the unit of the event first, upwards, then the others in order of need; each
    household costs the search of its storeys.
    """
    live, rescue, coming = scene.site.live, made.strike.rescue, made.trips.coming
    waiting = [
        (live.entrance[p.household] != rescue.first, coming.get(at, 0) >= p.lacks, at, p)
        for at, p in enumerate(made.grouping.parties)
        if p.lacks > 0 and cannot_go_alone(scene, p)
    ]
    waiting.sort(key=lambda w: (w[0], w[1], int(live.floor[w[3].household]) if not w[0] else 0, w[2]))
    clock, found = 0.0, {}
    for _, _, at, party in waiting:
        clock += rescue.per_floor * max(int(live.floor[party.household]), 1)
        found[at] = clock
    return found


def _staff(draft: Draft, scene: Scene, made: Crew, luck: Luck) -> None:
    """Set how helpers move whom no register describes."""
    agreed, catalogue = scene.agreed, scene.site.place.catalogue
    speeds = staff_speeds(catalogue, luck("helper", "speed"))
    adult = next(at for at, kind in enumerate(scene.site.who.kinds) if kind.code == "adult")
    pattern = scene.movers.pattern[adult, OWN]
    mover = scene.movers.codes(np.array([pattern]), np.array([ON_FOOT]), np.array([False]))[0]
    for helper, entity in made.helper.items():
        if agreed.person[helper] < 0:
            draft.speed[entity] = speeds[helper]
            draft.size[entity] = catalogue.classes["adult"].size.value
            draft.mover[entity] = mover
            draft.barred[entity] = (1 << int(pattern)) | UNHELPED_BIT


def _kernel(draft: Draft, scene: Scene, made: Crew) -> contract.Entities:
    n, who, catalogue = made.n, scene.site.who, scene.site.place.catalogue
    person, entity = _moving(made)
    members = np.bincount(entity, minlength=n)
    slow = np.array([kind.slow_walker for kind in who.kinds])[who.kind[person]]
    frail = np.bincount(entity, slow | scene.can.child[person], minlength=n) > 0
    start, group, persons = _groups(scene, made, person, entity)
    stops = _stops(draft, scene, made)
    whole = np.maximum(members, 1)
    carried = np.zeros(n, dtype=bool)
    carried[made.party] = draft.body[made.party, HELPED] > 0
    rolls = np.zeros(n, dtype=bool)
    rolls[made.party] = [bool(scene.can.rolls[p.centre]) for p in made.grouping.parties]
    blocks = carried | (whole >= catalogue.number("group_blocks_from"))
    limit = catalogue.number
    return contract.Entities(
        members=whole.astype(np.int32),
        slow_members=np.bincount(entity, slow, minlength=n).astype(np.int32),
        rank=np.arange(n, dtype=np.int32),
        origin=draft.origin.astype(np.int32),
        release=draft.release,
        woken=draft.woken.astype(np.int8),
        speed=draft.speed.astype(np.float32),
        size=np.maximum(draft.size, LEAST_SIZE).astype(np.float32),
        body_width=draft.body.astype(np.float32),
        barred=draft.barred.astype(np.int32),
        routing_class=draft.mover.astype(np.int32),
        no_overtaking_below=np.where(blocks, limit("carry_overtake_width"), 0.0).astype(np.float32),
        narrow_below=np.where(rolls, limit("wheelchair_narrow_width"), 0.0).astype(np.float32),
        narrow_factor=np.where(rolls, limit("wheelchair_narrow_factor"), 1.0).astype(np.float32),
        view=_views(scene, person, entity, n),
        info=np.zeros(n, dtype=np.int32),
        patience=draft.patience,
        fallback=draft.fallback.astype(np.int32),
        responder_at=draft.responder_at,
        responder_dwell=draft.responder_dwell,
        dose_limit=np.where(frail, limit("dose_limit_frail"), limit("dose_limit")),
        group_start=start,
        group=group,
        group_persons=persons,
        stop_start=stops[0],
        stop_after=stops[1],
        stop_dwell=stops[2],
        legs=_legs(scene, made),
    )


def _groups(
    scene: Scene, made: Crew, person: Whole, entity: Whole
) -> tuple[contract.I4, contract.I4, contract.I4]:
    """Return the persons of each display group in each entity; staff are in none."""
    n_groups = len(scene.site.who.displays)
    cell = entity * n_groups + scene.site.who.display[person]
    cells, count = np.unique(cell, return_counts=True)
    per_entity = np.bincount(cells // n_groups, minlength=made.n)
    start = np.concatenate([[0], np.cumsum(per_entity)])
    return (
        start.astype(np.int32),
        (cells % n_groups).astype(np.int32),
        count.astype(np.int32),
    )


def _views(scene: Scene, person: Whole, entity: Whole, n: int) -> contract.I4:
    """Return what each entity goes by: live news, what one knows, or others who go before."""
    kinds = scene.site.who.kinds
    live = np.array([kind.view == "live" for kind in kinds])[scene.site.who.kind[person]]
    strange = np.array([kind.view == "unfamiliar" for kind in kinds])[scene.site.who.kind[person]]
    n_known = np.bincount(entity, ~strange, minlength=n)
    n_live = np.bincount(entity, live, minlength=n)
    n_all = np.bincount(entity, minlength=n)
    view = np.where((n_all > 0) & (n_known == 0), int(VIEW_FOLLOW), int(VIEW_LOCAL))
    return np.where(n_live > 0, int(VIEW_LIVE), view).astype(np.int32)


def _stops(draft: Draft, scene: Scene, made: Crew) -> tuple[contract.I4, Floats, Floats]:
    """Return the rests of each entity, evenly over its way: count, metres walked, seconds."""
    far = scene.routes.cost[draft.mover[:, OWN], draft.origin]
    helped = np.zeros(made.n, dtype=bool)
    helped[list(made.helper.values())] = True
    rests = (made.entity >= 0).any() and made.n > 0
    count = np.where(
        np.isfinite(far) & ~helped & rests, made.bodies.stops[draft.slowest], 0
    ).astype(np.int64)
    start = np.concatenate([[0], np.cumsum(count)])
    entity = np.repeat(np.arange(made.n), count)
    nth = np.arange(len(entity)) - start[entity] + 1
    after = far[entity] * nth / (count[entity] + 1)
    return start.astype(np.int32), after, made.bodies.dwell[draft.slowest[entity]]


def _legs(scene: Scene, made: Crew) -> contract.Legs:
    """Return what everybody does: walk to safety; helpers fetch households before."""
    rows: list[tuple[int, int, int, int, int, float, int]] = []
    parties, catalogue = made.grouping.parties, scene.site.place.catalogue
    lacks = dict(zip(map(int, made.party), (p.lacks for p in parties), strict=True))
    shelter, pick_up = int(LEG_SHELTER), int(LEG_PICK_UP)
    for helper, trips in made.trips.trips.items():
        entity = made.helper[helper]
        for order, at in enumerate(trips):
            party = parties[at]
            lifts = scene.can.help[party.centre] == CARRY and not scene.can.rolls[party.centre]
            dwell = catalogue.number("carry_preparation") if lifts else 0.0
            door = scene.door_of(party.household)
            rows.append((entity, order, pick_up, door, int(made.party[at]), dwell, 0))
    last = len(parties) + 1
    table = np.array(
        rows + [(e, last, shelter, SAFETY, -1, 0.0, lacks.get(e, 0)) for e in range(made.n)]
    ).reshape(-1, 7)
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    counts = np.bincount(table[:, 0].astype(np.int64), minlength=made.n)
    whole = table.astype(np.int32)
    return contract.Legs(
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        kind=np.ascontiguousarray(whole[:, 2]),
        target=np.ascontiguousarray(whole[:, 3]),
        partner=np.ascontiguousarray(whole[:, 4]),
        dwell=np.ascontiguousarray(table[:, 5]),
        helpers=np.ascontiguousarray(whole[:, 6]),
    )
