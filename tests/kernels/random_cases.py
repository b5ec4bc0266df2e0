"""Draw small cases with every feature of the kernel in them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from tests.kernels import builders as b

from renlin.kernels import codes as c
from renlin.kernels.contract import Entities, Hazards, Network, Parameters, Routing

STEPS = 1
N_GROUPS = 3
_INCLINES = ((1.0, 1.0), (0.7, 1.0), (0.9, 0.6))


class Case(NamedTuple):
    """The inputs of one run."""

    network: Network
    entities: Entities
    routing: Routing
    hazards: Hazards
    parameters: Parameters


def case(seed: int, *, n_entities: int = 18, dt: float = 1.0, check: int = 1) -> Case:
    """Return the case of ``seed``: a ring with stairs, doors, shelters, helpers, smoke."""
    rng, rests = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    net = _network(rng)
    seat = np.where(rests.random(len(net.rest)) < 0.3, c.REST_ASIDE, net.rest)
    net = net._replace(rest=np.where(net.rest > 0, seat, 0).astype(np.int8))
    homes = [6, 7, 8, 9, 10]
    targets = [{0}, {3}, {0, 3}, *({home} for home in homes), {4}]
    shelter_of = [0, 1, -1, *([-1] * len(homes)), -1]
    infos = [set(), {int(rng.integers(0, 6))}, {int(rng.integers(0, 6)), 6}]
    routing = b.routing(
        net,
        targets,
        infos=infos,
        classes=(0, STEPS),
        live=[(0.0, 0), (37.5, 1), (120.0, int(rng.integers(0, 3)))],
        on_meeting={s: int(rng.integers(-1, 3)) for s in range(6)},
        target_shelter=shelter_of,
        shelters=b.shelters([int(rng.integers(2, 9)), int(rng.integers(4, 30))], [[1, 0], [0]]),
    )
    entities = _entities(rng, homes, n_entities)
    parameters = Parameters(
        n_groups=N_GROUPS,
        horizon=float(rng.integers(200, 500)),
        dt=dt,
        stuck_time=float(rng.integers(5, 40)),
        minor_share=float(rng.choice([0.0, 0.17, 0.5])),
        follow_window=30.0,
        retry=float(rng.integers(7, 30)),
        flow_bin=10.0,
        arrival_bin=15.0,
        route_rows=4000,
        check=check,
        rest_blocks_width=float(rests.choice([0.0, 0.5, 0.9])),
        seat_near=float(rests.choice([0.0, 20.0, 60.0])),
    )
    return Case(net, entities, routing, _hazards(rng, net), parameters)


def shuffled(drawn: Case, order: np.ndarray) -> Case:
    """Return the same case with the entities in another order of rows."""
    ent = drawn.entities
    place = np.argsort(order).astype(np.int32)
    legs = ent.legs
    leg_rows = _rows(legs.start, order)
    group_rows, stop_rows = _rows(ent.group_start, order), _rows(ent.stop_start, order)
    partner = legs.partner[leg_rows]
    moved_legs = legs._replace(
        start=_starts(legs.start, order),
        kind=legs.kind[leg_rows],
        target=legs.target[leg_rows],
        partner=np.where(partner >= 0, place[np.maximum(partner, 0)], -1).astype(np.int32),
        dwell=legs.dwell[leg_rows],
        helpers=legs.helpers[leg_rows],
    )
    per_entity = {
        name: np.ascontiguousarray(value[order])
        for name, value in ent._asdict().items()
        if name != "legs" and not name.startswith(("group", "stop"))
    }
    moved = ent._replace(
        **per_entity,
        group_start=_starts(ent.group_start, order),
        group=ent.group[group_rows],
        group_persons=ent.group_persons[group_rows],
        stop_start=_starts(ent.stop_start, order),
        stop_after=ent.stop_after[stop_rows],
        stop_dwell=ent.stop_dwell[stop_rows],
        legs=moved_legs,
    )
    return drawn._replace(entities=moved)


def _rows(start: np.ndarray, order: np.ndarray) -> np.ndarray:
    parts = [np.arange(start[e], start[e + 1]) for e in order]
    return np.concatenate(parts).astype(np.int64)


def _starts(start: np.ndarray, order: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(np.diff(start)[order])]).astype(np.int32)


def _network(rng: np.random.Generator) -> Network:
    """Return a ring 0-1-2-3-4-5 with five homes up stairs, some narrow, one stepped."""
    ring = [
        b.Stretch(
            i,
            (i + 1) % 6,
            float(rng.uniform(5, 40)),
            width=float(rng.uniform(0.6, 3)),
            area=float(rng.choice([0.6, 1.5, 30.0])),
            incline=_INCLINES[i % 3],
        )
        for i in range(6)
    ]
    ring.append(b.Stretch(1, 4, float(rng.uniform(5, 15)), width=0.8, barrier=STEPS))
    stairs = [
        b.Stretch(6, 1, float(rng.uniform(4, 9)), width=1.2, climb=-1, barrier=STEPS),
        b.Stretch(7, 6, 6.0, width=1.1, climb=-1, barrier=STEPS),
        b.Stretch(2, 8, float(rng.uniform(0.0, 3.0)), width=0.9, climb=1),
        b.Stretch(8, 9, 5.0, width=1.2, climb=1),
        b.Stretch(5, 10, 0.0, width=0.9),
    ]
    tables = b.crowd(
        b.weidmann,
        slow=(1.0, 0.7, 0.6),
        against_capacity=(1.0, 0.9, 0.94),
        against_speed=(1.0, 0.8),
        jam=float(rng.uniform(2.0, 5.4)),
        peak=float(rng.choice([0.3, 1.75, np.inf])),
    )
    return b.network(ring + stairs, tables=tables, rest=(1, 2, 4), shelter={0: 0, 3: 1})


def _entities(rng: np.random.Generator, homes: list[int], n: int) -> Entities:
    """Return households of which some need help, and helpers that fetch them."""
    home_of = rng.integers(0, len(homes), n)
    needy = [e for e in range(n // 2) if rng.random() < 0.5]
    journeys = []
    for e in range(n):
        last = b.Leg(c.LEG_SHELTER, target=int(rng.integers(0, 3)))
        if e in needy:
            first = b.Leg(c.LEG_HAND_OVER, target=8, dwell=5.0, helpers=1)
            helped = last._replace(helpers=int(rng.integers(1, 3)))
            journeys.append([first, last] if rng.random() < 0.3 else [helped])
        elif needy and rng.random() < 0.5:
            journeys.append(_fetch(rng, needy, home_of, last))
        else:
            walk = b.Leg(c.LEG_WALK, target=8, dwell=float(rng.integers(0, 20)))
            stay = b.Leg(c.LEG_STAY)
            choices = [[last], [walk, last], [walk], [walk, stay], [stay], []]
            journeys.append(choices[rng.choice(6, p=[0.5, 0.25, 0.1, 0.05, 0.05, 0.05])])
    ent = b.walkers(
        [homes[h] for h in home_of],
        journeys,
        speed=rng.uniform(0.4, 1.6, n),
        release=np.where(rng.random(n) < 0.05, np.inf, rng.uniform(0, 60, n).round(1)),
    )
    return _vary(rng, ent, n)


def _fetch(
    rng: np.random.Generator, needy: list[int], home_of: np.ndarray, last: b.Leg
) -> list[b.Leg]:
    chosen = rng.choice(needy, size=min(len(needy), 2), replace=False)
    fetch = [
        b.Leg(c.LEG_PICK_UP, 3 + int(home_of[p]), int(p), float(rng.integers(0, 30)))
        for p in chosen
    ]
    return [*fetch, last] if rng.random() < 0.7 else fetch


def _vary(rng: np.random.Generator, ent: Entities, n: int) -> Entities:
    members = rng.integers(1, 4, n).astype(np.int32)
    stops = rng.integers(0, 3, n)
    wheel = rng.random((n, 2)) < 0.2
    speed = np.array(ent.speed)
    speed[:, 1] *= np.float32(0.7)
    return ent._replace(
        members=members,
        slow_members=rng.integers(0, members + 1).astype(np.int32),
        rank=rng.permutation(n).astype(np.int32),
        woken=(rng.random(n) < 0.5).astype(np.int8),
        speed=speed,
        size=np.where(wheel, 2.5, rng.uniform(0.8, 1.3, (n, 2))).astype(np.float32),
        body_width=np.where(wheel, rng.uniform(0.5, 0.8, (n, 2)), 0.0).astype(np.float32),
        barred=np.where(wheel & (rng.random((n, 2)) < 0.5), STEPS, 0).astype(np.int32),
        routing_class=(wheel & (rng.random((n, 2)) < 0.8)).astype(np.int32),
        no_overtaking_below=np.where(rng.random(n) < 0.3, 1.4, 0.0).astype(np.float32),
        narrow_below=np.where(rng.random(n) < 0.3, 1.5, 0.0).astype(np.float32),
        narrow_factor=np.full(n, 0.7, dtype=np.float32),
        view=rng.integers(0, 3, n).astype(np.int32),
        patience=np.where(rng.random(n) < 0.5, rng.uniform(20, 120, n), np.inf),
        fallback=rng.integers(0, 3, n).astype(np.int32),
        responder_at=np.where(rng.random(n) < 0.7, rng.uniform(50, 250, n), np.inf),
        responder_dwell=rng.uniform(0, 20, n),
        dose_limit=np.where(rng.random(n) < 0.3, rng.uniform(10, 60, n), np.inf),
        group_start=(2 * np.arange(n + 1)).astype(np.int32),
        group=rng.integers(0, N_GROUPS, 2 * n).astype(np.int32),
        group_persons=rng.integers(0, 3, 2 * n).astype(np.int32),
        stop_start=np.concatenate([[0], np.cumsum(stops)]).astype(np.int32),
        stop_after=rng.uniform(0, 60, int(stops.sum())),
        stop_dwell=rng.uniform(0, 30, int(stops.sum())),
    )


def _hazards(rng: np.random.Generator, net: Network) -> Hazards:
    if rng.random() < 0.15:
        return b.hazards(net, [])
    frames = []
    n_spaces = len(net.tail)
    for place in rng.choice(n_spaces + 8, size=5, replace=False):
        times = np.unique(rng.uniform(0, 200, 3).round(0))
        for time in times:
            frames.append(
                b.Frame(
                    int(place),
                    float(time),
                    speed=float(rng.choice([1.0, 0.5, 0.2])),
                    width=float(rng.choice([1.0, 0.5, 1.0, 0.0])),
                    closed=int(rng.choice([0, 0, 3, 1, 2])),
                    caught=int(rng.integers(0, 3)),
                    barrier=int(rng.choice([0, 0, STEPS])),
                    dose=float(rng.choice([0.0, 0.3])),
                    unsafe=int(rng.integers(0, 2)),
                    smooth=int(rng.integers(0, 2)),
                )
            )
    return b.hazards(net, frames)
