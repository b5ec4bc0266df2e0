"""Draw small networks and routing tables for the tests of the kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from renlin.kernels import codes as c
from renlin.kernels import movement
from renlin.kernels.contract import (
    Crowd,
    Entities,
    Hazards,
    Legs,
    Network,
    Parameters,
    Routing,
    Shelters,
)
from renlin.kernels.outcome import Outcome
from renlin.kernels.plain import no_shelters, plain_entities

N_STEPS = 512


class Stretch(NamedTuple):
    """One space between two nodes; capacity 1.3 persons/s per metre unless given."""

    tail: int
    head: int
    length: float
    width: float = 10.0
    capacity: float | None = None
    climb: int = 0
    incline: tuple[float, float] = (1.0, 1.0)
    crowd_class: int = 0
    barrier: int = 0
    area: float | None = None


def crowd(
    factor: Callable[[np.ndarray], np.ndarray] = np.ones_like,
    *,
    top: float = 5.4,
    jam: float = 5.4,
    peak: float = np.inf,
    slow: Sequence[float] = (1.0,),
    against_capacity: Sequence[float] = (1.0,),
    against_speed: Sequence[float] = (1.0,),
) -> Crowd:
    """Return the tables of one crowd class."""
    density = np.linspace(0.0, top, N_STEPS)
    shares = len(slow)
    return Crowd(
        speed_factor=factor(density)[None, :].astype(np.float32),
        density_step=np.array([density[1]], dtype=np.float32),
        peak_density=np.array([peak], dtype=np.float32),
        diagram=np.zeros((1, shares), dtype=np.int32),
        capacity_factor=np.array([slow], dtype=np.float32),
        jam_density=np.full((1, shares), jam, dtype=np.float32),
        counterflow_capacity=np.array(against_capacity, dtype=np.float32),
        counterflow_speed=np.array(against_speed, dtype=np.float32),
    )


WEIDMANN_PEAK = 1.75


def weidmann(density: np.ndarray) -> np.ndarray:
    """Return v / v0 = 1 - exp(-1.913 (1 / rho - 1 / 5.4)), not below 0.05."""
    rho = np.maximum(density, 1e-6)
    return np.clip(1.0 - np.exp(-1.913 * (1.0 / rho - 1.0 / 5.4)), 0.05, 1.0)


def network(
    stretches: Sequence[Stretch],
    *,
    tables: Crowd | None = None,
    n_nodes: int | None = None,
    rest: Sequence[int] = (),
    shelter: dict[int, int] | None = None,
) -> Network:
    """Return the network of ``stretches``."""
    n = n_nodes or 1 + max(max(s.tail, s.head) for s in stretches)
    resting, sheltering = np.zeros(n, dtype=np.int8), np.full(n, -1, dtype=np.int32)
    resting[list(rest)] = 1
    for node, number in (shelter or {}).items():
        sheltering[node] = number

    def column(values: list[float], kind: type) -> np.ndarray:
        return np.array(values, dtype=kind)

    return Network(
        tail=column([s.tail for s in stretches], np.int32),
        head=column([s.head for s in stretches], np.int32),
        length=column([s.length for s in stretches], np.float32),
        area=column([s.area or max(s.length, 0.1) * s.width for s in stretches], np.float32),
        capacity=column([s.capacity or 1.3 * s.width for s in stretches], np.float32),
        clear_width=column([s.width for s in stretches], np.float32),
        climb=column([s.climb for s in stretches], np.int8),
        incline=np.array([s.incline for s in stretches], dtype=np.float32),
        crowd_class=column([s.crowd_class for s in stretches], np.int32),
        barrier=column([s.barrier for s in stretches], np.int32),
        rest=resting,
        shelter=sheltering,
        crowd=tables or crowd(),
    )


def next_links(net: Network, targets: set[int], closed: set[int], barred: int) -> np.ndarray:
    """Return the next link towards the nearest target by length; ties to the lower link."""
    distance = dict.fromkeys(targets, 0.0)
    table = np.full(len(net.rest), c.NO_ROUTE, dtype=np.int32)
    heap = [(0.0, node) for node in sorted(targets)]
    while heap:
        far, node = heappop(heap)
        if far > distance[node]:
            continue
        for space in range(len(net.tail)):
            if space in closed or int(net.barrier[space]) & barred:
                continue
            for link, start, end in (
                (2 * space, net.tail[space], net.head[space]),
                (2 * space + 1, net.head[space], net.tail[space]),
            ):
                more = far + float(net.length[space]) + 1e-3
                if int(end) == node and more < distance.get(int(start), np.inf):
                    distance[int(start)] = more
                    table[start] = link
                    heappush(heap, (more, int(start)))
    for node in targets:
        table[node] = c.AT_TARGET
    return table


def routing(
    net: Network,
    targets: Sequence[set[int]],
    *,
    infos: Sequence[set[int]] = (frozenset(),),
    classes: Sequence[int] = (0,),
    live: Sequence[tuple[float, int]] = ((0.0, 0),),
    on_meeting: dict[int, int] | None = None,
    target_shelter: Sequence[int] | None = None,
    shelters: Shelters | None = None,
) -> Routing:
    """Return tables for each barrier mask in ``classes``, target and info."""
    rows, table = [], np.zeros((len(classes), len(targets), len(infos)), dtype=np.int32)
    for i, barred in enumerate(classes):
        for j, target in enumerate(targets):
            for k, closed in enumerate(infos):
                table[i, j, k] = len(rows)
                rows.append(next_links(net, set(target), set(closed), barred))
    meeting = np.full(len(net.tail), -1, dtype=np.int32)
    for space, info in (on_meeting or {}).items():
        meeting[space] = info
    return Routing(
        next_link=np.array(rows, dtype=np.int32),
        row=table,
        live_time=np.array([time for time, _ in live], dtype=np.float64),
        live_info=np.array([info for _, info in live], dtype=np.int32),
        info_on_meeting=meeting,
        target_shelter=np.array(
            [-1] * len(targets) if target_shelter is None else target_shelter, dtype=np.int32
        ),
        shelters=shelters or no_shelters(),
    )


def shelters(capacity: Sequence[int], alternatives: Sequence[Sequence[int]]) -> Shelters:
    """Return shelters with their order lists."""
    width = max(1, *(len(row) for row in alternatives))
    table = np.full((len(capacity), width), -1, dtype=np.int32)
    for i, row in enumerate(alternatives):
        table[i, : len(row)] = row
    return Shelters(np.array(capacity, dtype=np.int32), table)


class Leg(NamedTuple):
    """One leg of a journey."""

    kind: int = c.LEG_SHELTER
    target: int = 0
    partner: int = -1
    dwell: float = 0.0
    helpers: int = 0


def legs(journeys: Sequence[Sequence[Leg]]) -> Legs:
    """Return the legs of all journeys."""
    every = [leg for journey in journeys for leg in journey]

    def column(name: str, kind: type) -> np.ndarray:
        return np.array([getattr(leg, name) for leg in every], dtype=kind)

    return Legs(
        start=np.cumsum([0] + [len(journey) for journey in journeys]).astype(np.int32),
        kind=column("kind", np.int32),
        target=column("target", np.int32),
        partner=column("partner", np.int32),
        dwell=column("dwell", np.float64),
        helpers=column("helpers", np.int32),
    )


def walkers(
    origins: Sequence[int],
    journeys: Sequence[Sequence[Leg]],
    *,
    speed: float | Sequence[float] = 1.0,
    release: float | Sequence[float] = 0.0,
) -> Entities:
    """Return one person per origin; ``speed`` holds on level, half of it on stairs."""
    n = len(origins)
    level = np.broadcast_to(np.asarray(speed, dtype=np.float32), (n,))
    paces = np.stack([level, level / 2, level / 2], axis=1)
    start = np.broadcast_to(np.asarray(release, dtype=np.float64), (n,))
    return plain_entities(np.array(origins, dtype=np.int32), start, paces, legs(journeys))


def set_rows(entities: Entities, **columns: dict[int, object]) -> Entities:
    """Return ``entities`` with single rows of columns changed: ``size={3: 2.5}``."""
    changed = {}
    for name, rows in columns.items():
        values = np.array(getattr(entities, name))
        for row, value in rows.items():
            values[row] = value
        changed[name] = values
    return entities._replace(**changed)


class Frame(NamedTuple):
    """One keyframe of a place."""

    place: int
    time: float
    speed: float = 1.0
    width: float = 1.0
    closed: int = 0
    caught: int = c.CAUGHT_GO_ON
    barrier: int = 0
    dose: float = 0.0
    unsafe: int = 0
    smooth: int = 0


def hazards(net: Network, frames: Sequence[Frame]) -> Hazards:
    """Return the keyframes in the layout of the contract."""
    n_places = len(net.tail) + len(net.rest)
    rows = sorted(frames, key=lambda frame: (frame.place, frame.time))
    counts = np.bincount([row.place for row in rows], minlength=n_places)

    def column(name: str, kind: type) -> np.ndarray:
        return np.array([getattr(row, name) for row in rows], dtype=kind)

    return Hazards(
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        time=column("time", np.float64),
        speed=column("speed", np.float32),
        width=column("width", np.float32),
        closed=column("closed", np.int8),
        caught=column("caught", np.int8),
        barrier=column("barrier", np.int32),
        dose=column("dose", np.float32),
        unsafe=column("unsafe", np.int8),
        smooth=column("smooth", np.int8),
    )


def settings(**changed: float) -> Parameters:
    """Return settings of 1,000 s and one group, with what is ``changed``."""
    usual = {
        "n_groups": 1,
        "horizon": 1000.0,
        "stuck_time": 60.0,
        "minor_share": 0.17,
        "follow_window": 30.0,
        "retry": 60.0,
    }
    return Parameters(**{**usual, **changed})


def simulate(
    net: Network,
    entities: Entities,
    table: Routing,
    frames: Sequence[Frame] = (),
    **parameters: float,
) -> Outcome:
    """Return the outcome with the books proved at every step."""
    return movement.run(
        net, entities, table, hazards(net, frames), settings(**{"check": 1, **parameters})
    )
