"""Give the kernel its entities: speeds, sizes, barriers, start times and legs of one run."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from renlin.kernels import contract
from renlin.kernels.codes import (
    LEG_PICK_UP,
    LEG_SHELTER,
    LEG_WALK,
    VIEW_FOLLOW,
    VIEW_LIVE,
    VIEW_LOCAL,
)
from renlin.simulation.behaviour import ADULT, staff_speeds
from renlin.simulation.crew import Crew
from renlin.simulation.grouping import CARRY
from renlin.simulation.luck import Luck, sample
from renlin.simulation.parties import Draft, blank, paces, set_parties
from renlin.simulation.population import asleep
from renlin.simulation.routing import HELPED, ON_FOOT, OWN, UNHELPED_BIT
from renlin.simulation.scene import SAFETY, Scene
from renlin.simulation.vehicles import Ride, rides, set_rides
from renlin.simulation.visitors import set_visitors

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

LEAST_SIZE = 0.001  # persons: the kernel's smallest body


def entities(scene: Scene, made: Crew, luck: Luck) -> contract.Entities:
    """Return the entities of one run as the kernel wants them.

    A household moves at the pace of its slowest member who walks, pairs and groups a
    little slower still, and takes the room of all. A party moves as its centre does when
    helped, and waits for the helpers it lacks. A helper goes from door to door, over a stand
    of shared vehicles where it fetches one, and to safety at last.
    """
    draft = blank(made.n)
    _walkers(draft, scene, made)
    _starts(draft, scene, made, luck)
    set_parties(draft, scene, made)
    _staff(draft, scene, made, luck)
    given = rides(scene, made, draft, luck)
    set_rides(draft, scene, made, given)
    set_visitors(draft, scene, made, luck)
    return _kernel(draft, scene, made, given)


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
    pace = paces(scene, bodies)[person]
    pace[in_arms] = np.inf
    speed = np.full((made.n, 3), np.inf)
    np.minimum.at(speed, entity, pace)
    walking = np.bincount(entity, ~in_arms, minlength=made.n)
    abreast = scene.site.place.catalogue.number("pair_speed_factor")
    speed[walking > 1] *= abreast
    draft.speed[:] = np.where(np.isfinite(speed), speed, 0.0)[:, None, :]
    draft.size[:] = np.bincount(entity, bodies.size[person], minlength=made.n)[:, None]
    pattern = np.zeros(made.n, dtype=np.int64)
    np.maximum.at(pattern, entity, how.pattern[who.kind[person], OWN] * ~in_arms)
    known = np.bincount(entity, ~how.unfamiliar[who.kind[person]], minlength=made.n) > 0
    foot = np.full(made.n, ON_FOOT, dtype=np.int64)
    draft.mover[entity] = how.codes(pattern, foot, ~known & (walking > 0))[entity, None]
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
    asleep_adds = asleep(catalogue, scene.event.scenario.hour) * catalogue.number("asleep_delay")
    first = np.min([alert.time for alert in made.strike.alerts], axis=0)
    person, entity = _moving(made)
    older = (who.age >= catalogue.number("older_age")) & who.alone
    factor = bodies.reaction * np.where(older, catalogue.number("older_alone_factor"), 1.0)
    slow, ready = np.zeros(made.n), np.zeros(made.n)
    np.maximum.at(slow, entity, factor[person])
    np.maximum.at(ready, entity, bodies.preparation[person])
    home = draft.household
    at_home = np.zeros(made.n, dtype=bool)
    at_home[entity] = made.presence.home[person]
    known = np.where(at_home, made.notice.time[home], first[home])
    late = np.where(at_home, asleep_adds + made.notice.delay[home], 0.0)
    draft.release[:] = known + made.ready[home] * slow + ready + late
    _helper_starts(draft, scene, made, luck)


def _helper_starts(draft: Draft, scene: Scene, made: Crew, luck: Luck) -> None:
    """Let helpers set out soon after they know: they read the call and go."""
    catalogue, agreed = scene.site.place.catalogue, scene.agreed
    reads = sample(catalogue.premovement["volunteer_notice"], luck("helper", "notice"))
    wait = reads + catalogue.number("helper_leaves_after")
    called = min(float(a.time.min(initial=np.inf)) for a in made.strike.alerts)
    for helper, entity in made.helper.items():
        person = agreed.person[helper]
        home = scene.site.who.household[person] if person >= 0 else -1
        known = made.notice.time[home] + made.notice.delay[home] if person >= 0 else called
        draft.release[entity] = known + wait[helper]
        draft.patience[entity] = catalogue.number("helper_stands_by")
        draft.origin[entity] = agreed.node[helper]


def _staff(draft: Draft, scene: Scene, made: Crew, luck: Luck) -> None:
    """Set how helpers move whom no register describes."""
    agreed, catalogue = scene.agreed, scene.site.place.catalogue
    speeds = staff_speeds(catalogue, luck("helper", "speed"))
    adult = next(at for at, kind in enumerate(scene.site.who.kinds) if kind.code == ADULT)
    pattern = scene.movers.pattern[adult, OWN]
    mover = scene.movers.codes(np.array([pattern]), np.array([ON_FOOT]), np.array([False]))[0]
    for helper, entity in made.helper.items():
        if agreed.person[helper] < 0:
            draft.speed[entity] = speeds[helper]
            draft.size[entity] = catalogue.classes[ADULT].size.value
            draft.mover[entity] = mover
            draft.barred[entity] = (1 << int(pattern)) | UNHELPED_BIT


def _kernel(draft: Draft, scene: Scene, made: Crew, given: tuple[Ride, ...]) -> contract.Entities:
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
        view=_views(scene, made, person, entity),
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
        legs=_legs(scene, made, given),
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


def _views(scene: Scene, made: Crew, person: Whole, entity: Whole) -> contract.I4:
    """Return what each entity goes by: live news, what one knows, or others who go before."""
    kinds, n = scene.site.who.kinds, made.n
    live = np.array([kind.view == "live" for kind in kinds])[scene.site.who.kind[person]]
    strange = np.array([kind.view == "unfamiliar" for kind in kinds])[scene.site.who.kind[person]]
    n_known = np.bincount(entity, ~strange, minlength=n)
    n_live = np.bincount(entity, live, minlength=n)
    n_all = np.bincount(entity, minlength=n)
    view = np.where((n_all > 0) & (n_known == 0), int(VIEW_FOLLOW), int(VIEW_LOCAL))
    view[made.visitors] = int(VIEW_FOLLOW)
    return np.where(n_live > 0, int(VIEW_LIVE), view).astype(np.int32)


def _stops(draft: Draft, scene: Scene, made: Crew) -> tuple[contract.I4, Floats, Floats]:
    """Return the rests of each entity, evenly over its way: count, metres walked, seconds."""
    far = scene.routes.metres[draft.mover[:, HELPED], draft.origin]
    goes = far > 0
    goes[list(made.helper.values())] = False
    count = np.zeros(made.n, dtype=np.int64)
    count[goes] = made.bodies.stops[draft.slowest[goes]]
    start = np.concatenate([[0], np.cumsum(count)])
    entity = np.repeat(np.arange(made.n), count)
    nth = np.arange(len(entity)) - start[entity] + 1
    after = far[entity] * nth / (count[entity] + 1)
    dwell = made.bodies.dwell[draft.slowest[entity]] if len(entity) else np.zeros(0)
    return start.astype(np.int32), after, dwell


def _legs(scene: Scene, made: Crew, given: tuple[Ride, ...]) -> contract.Legs:
    """Return what everybody does: walk to safety; helpers fetch vehicles, households before."""
    rows: list[tuple[int, int, int, int, int, float, int]] = []
    parties, catalogue = made.grouping.parties, scene.site.place.catalogue
    lacks = dict(zip(map(int, made.party), (p.lacks for p in parties), strict=True))
    shelter, pick_up, walk = int(LEG_SHELTER), int(LEG_PICK_UP), int(LEG_WALK)
    number = catalogue.number
    fetched = {(ride.helper, ride.party): int(scene.fleet.node[ride.stand]) for ride in given}
    for helper, trips in made.trips.trips.items():
        entity = made.helper[helper]
        for order, at in enumerate(trips):
            party = parties[at]
            lifts = scene.can.help[party.centre] == CARRY and not scene.can.rolls[party.centre]
            dwell = number("carry_preparation") if lifts else 0.0
            door = scene.door_of(party.household)
            if (helper, at) in fetched:
                stand = scene.target_of(fetched[helper, at])
                rows.append((entity, 2 * order, walk, stand, -1, number("vehicle_unlock"), 0))
                dwell += number("vehicle_loading")
            rows.append((entity, 2 * order + 1, pick_up, door, int(made.party[at]), dwell, 0))
    last = 2 * len(parties) + 1
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
