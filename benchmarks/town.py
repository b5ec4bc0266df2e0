"""Draw a town of walk-up buildings on a grid of streets, with every feature of the kernel."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from renlin.kernels import codes as c
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
from renlin.kernels.plain import plain_entities
from renlin.random_streams import draw

STOREYS, FLATS_PER_STOREY = 6, 2
STEPS = 1
TRUNK = 4  # shelters in the corners of the grid
SEED = 20


class Town(NamedTuple):
    """The five inputs of a run."""

    network: Network
    entities: Entities
    routing: Routing
    hazards: Hazards
    parameters: Parameters


def town(n_entities: int, *, side: int = 21, horizon: float = 1800.0, seed: int = SEED) -> Town:
    """Return a town with ``n_entities`` entities in its flats; ``seed`` is their luck."""
    n_buildings = max(1, n_entities // (5 * STOREYS * FLATS_PER_STOREY))
    tail, head, length, width, climb, landings = _spaces(side, n_buildings)
    corners = [0, side - 1, side * (side - 1), side * side - 1]
    n_nodes, n_spaces = side * side + len(landings), len(tail)
    shelter = np.full(n_nodes, -1, dtype=np.int32)
    shelter[corners] = np.arange(TRUNK)
    rest = np.zeros(n_nodes, dtype=np.int8)
    rest[: side * side] = 1
    specific = np.where(climb != 0, 1.0, 1.3)
    network = Network(
        tail=tail,
        head=head,
        length=length,
        area=(length * width).astype(np.float32),
        capacity=(width * specific).astype(np.float32),
        clear_width=width,
        climb=climb,
        incline=np.ones((n_spaces, 2), dtype=np.float32),
        crowd_class=(climb != 0).astype(np.int32),
        barrier=np.where(climb != 0, STEPS, 0).astype(np.int32),
        rest=rest,
        shelter=shelter,
        crowd=_crowd(),
    )
    burning = int(np.flatnonzero(climb)[0])
    entities = _entities(landings, n_entities, seed)
    homes = np.unique(entities.origin[entities.legs.helpers[entities.legs.start[:-1]] > 0])
    routing = _routing(network, corners, homes, burning, entities)
    entities = entities._replace(legs=_addressed(entities, homes))
    hazards = _smoke(n_spaces, n_nodes, burning)
    settings = Parameters(
        n_groups=4,
        horizon=horizon,
        stuck_time=60.0,
        minor_share=0.17,
        follow_window=30.0,
        retry=60.0,
        flow_bin=60.0,
    )
    return Town(network, entities, routing, hazards, settings)


def _spaces(side: int, n_buildings: int) -> tuple[np.ndarray, ...]:
    grid = np.arange(side * side).reshape(side, side)
    tails = [grid[:-1].ravel(), grid[:, :-1].ravel()]
    heads = [grid[1:].ravel(), grid[:, 1:].ravel()]
    n_streets = sum(len(part) for part in tails)
    base = (draw(SEED, "base", np.arange(n_buildings)) * side * side).astype(int)
    landings = side * side + np.arange(n_buildings * STOREYS)
    below = np.where(
        np.arange(len(landings)) % STOREYS == 0, np.repeat(base, STOREYS), landings - 1
    )
    tails.append(landings)
    heads.append(below)
    luck = draw(SEED, "street", np.arange(n_streets), count=2)
    return (
        np.concatenate(tails).astype(np.int32),
        np.concatenate(heads).astype(np.int32),
        np.concatenate([40 + 20 * luck[:, 0], np.full(len(landings), 8.0)]).astype(np.float32),
        np.concatenate([3 + 3 * luck[:, 1], np.full(len(landings), 1.2)]).astype(np.float32),
        np.concatenate([np.zeros(n_streets), np.full(len(landings), -1)]).astype(np.int8),
        landings,
    )


def _crowd() -> Crowd:
    """Return a level and a stair class; curves of Weidmann's form, as in the catalogue."""
    density = np.linspace(0.0, 5.4, 512)
    with np.errstate(divide="ignore"):
        curve = 1.0 - np.exp(-1.913 * (1.0 / density - 1.0 / 5.4))
    curve = np.clip(curve, 0.04, 1.0).astype(np.float32)
    shares = np.linspace(0.0, 1.0, 21)
    slow = np.interp(shares, [0.0, 0.1, 0.2, 1.0], [1.0, 0.71, 0.61, 0.5]).astype(np.float32)
    return Crowd(
        speed_factor=np.stack([curve, curve]),
        density_step=np.full(2, density[1], dtype=np.float32),
        peak_density=np.full(2, 1.75, dtype=np.float32),
        diagram=np.repeat(np.arange(2, dtype=np.int32)[:, None], 21, axis=1),
        capacity_factor=np.stack([slow, slow]),
        jam_density=np.full((2, 21), 5.4, dtype=np.float32),
        counterflow_capacity=np.array([1.0, 0.84, 0.94], dtype=np.float32),
        counterflow_speed=np.array([1.0, 0.9, 0.8], dtype=np.float32),
    )


def _entities(landings: np.ndarray, n: int, seed: int) -> Entities:
    """Return walkers, of whom 5 % need a helper, 5 % help, 4 % sit in wheelchairs."""
    ids = np.arange(n)
    luck = {name: draw(seed, name, ids) for name in ("kind", "speed", "release", "home", "view")}
    needs, helps = luck["kind"] < 0.05, (luck["kind"] >= 0.05) & (luck["kind"] < 0.10)
    wheels = needs & (luck["kind"] < 0.04)
    level = np.clip(1.2 + 0.5 * (luck["speed"] - 0.5), 0.3, 2.0)
    level[needs] = 0.6
    speed = level[:, None] * np.array([1.0, 0.6, 0.5])
    release = np.exp(np.log(120.0) + 1.4 * (luck["release"] - 0.5))
    entities = plain_entities(
        landings[(luck["home"] * len(landings)).astype(int)].astype(np.int32),
        release,
        speed.astype(np.float32),
        _legs(needs, helps),
    )
    size = np.ones((n, 2), dtype=np.float32)
    size[wheels] = 2.5
    members = (1 + (luck["speed"] * 3).astype(np.int32)).astype(np.int32)
    resting = luck["speed"] < 0.2
    return entities._replace(
        members=members,
        slow_members=np.where(needs | resting, 1, 0).astype(np.int32),
        group=(luck["speed"] * 4).astype(np.int32),
        group_persons=members,
        size=(size * members[:, None]).astype(np.float32),
        body_width=np.where(size > 1.0, 0.7, 0.0).astype(np.float32),
        no_overtaking_below=np.where(needs, 1.4, 0.0).astype(np.float32),
        view=np.where(luck["view"] < 0.3, c.VIEW_LIVE, c.VIEW_LOCAL).astype(np.int32),
        patience=np.where(needs, 600.0, np.inf),
        fallback=np.where(needs, c.FALLBACK_RESPONDER, c.FALLBACK_WAIT).astype(np.int32),
        responder_at=np.where(needs, 900.0, np.inf),
        stop_start=np.concatenate([[0], np.cumsum(resting)]).astype(np.int32),
        stop_after=np.full(int(resting.sum()), 100.0),
        stop_dwell=np.full(int(resting.sum()), 60.0),
    )


def _legs(needs: np.ndarray, helps: np.ndarray) -> Legs:
    """Return: helpers fetch one each and go to the shelter; all others go there."""
    n = len(needs)
    pairs = min(int(needs.sum()), int(helps.sum()))
    fetching = np.zeros(n, dtype=bool)
    fetching[np.flatnonzero(helps)[:pairs]] = True
    partner = np.full(n, -1)
    partner[fetching] = np.flatnonzero(needs)[:pairs]
    start = np.concatenate([[0], np.cumsum(1 + fetching)]).astype(np.int32)
    m = int(start[-1])
    first = start[:-1]
    columns: dict[str, Any] = {
        "kind": np.full(m, c.LEG_SHELTER, dtype=np.int32),
        "target": np.zeros(m, dtype=np.int32),
        "partner": np.full(m, -1, dtype=np.int32),
        "dwell": np.zeros(m),
        "helpers": np.zeros(m, dtype=np.int32),
    }
    columns["kind"][first[fetching]] = c.LEG_PICK_UP
    columns["partner"][first[fetching]] = partner[fetching]
    columns["dwell"][first[fetching]] = 45.0
    columns["helpers"][first[needs]] = 1
    return Legs(start=start, **columns)


def _addressed(entities: Entities, homes: np.ndarray) -> Legs:
    """Return the legs with each pick-up leading to its partner's home."""
    legs = entities.legs
    picking = legs.kind == c.LEG_PICK_UP
    home = entities.origin[np.maximum(legs.partner, 0)]
    number = 1 + TRUNK + np.searchsorted(homes, home)
    return legs._replace(target=np.where(picking, number, legs.target).astype(np.int32))


def _routing(
    network: Network, corners: list[int], homes: np.ndarray, burning: int, entities: Entities
) -> Routing:
    """Return rows to the nearest shelter, to each, and to the homes of those fetched."""
    targets = [corners, *([corner] for corner in corners), *([int(home)] for home in homes)]
    rows = [_row(network, target, []) for target in targets]
    rows += [_row(network, target, [burning]) for target in targets]
    table = np.arange(2 * len(targets), dtype=np.int32).reshape(2, len(targets)).T
    n = len(entities.members)
    alternatives = [[1 + (k + i) % TRUNK for i in range(1, TRUNK)] for k in range(TRUNK)]
    return Routing(
        next_link=np.stack(rows),
        row=np.ascontiguousarray(table[None]),
        live_time=np.array([0.0, 180.0]),
        live_info=np.array([0, 1], dtype=np.int32),
        info_on_meeting=np.full(len(network.tail), -1, dtype=np.int32),
        target_shelter=np.array([-1, *range(TRUNK), *[-1] * len(homes)], dtype=np.int32),
        shelters=Shelters(
            np.full(TRUNK, max(4, int(0.7 * n)), dtype=np.int32),
            np.array(alternatives, dtype=np.int32),
        ),
    )


def _row(network: Network, target: list[int], closed: list[int]) -> np.ndarray:
    """Return the next link from every node towards the nearest of ``target``."""
    n, n_spaces = len(network.rest), len(network.tail)
    open_spaces = np.setdiff1d(np.arange(n_spaces), closed)
    tail, head = network.tail[open_spaces], network.head[open_spaces]
    cost = network.length[open_spaces].astype(float)
    graph = csr_matrix(
        (
            np.concatenate([cost, cost, np.full(len(target), 1e-3)]),
            (np.concatenate([head, tail, [n] * len(target)]), np.concatenate([tail, head, target])),
        ),
        shape=(n + 1, n + 1),
    )
    _, following = dijkstra(graph, indices=n, return_predecessors=True)
    numbers = np.concatenate([2 * open_spaces, 2 * open_spaces + 1]).astype(np.int32)
    links = csr_matrix(
        (numbers + 1, (np.concatenate([tail, head]), np.concatenate([head, tail]))), shape=(n, n)
    )
    known = (following[:n] >= 0) & (following[:n] < n)
    row = np.full(n, c.NO_ROUTE, dtype=np.int32)
    nodes = np.flatnonzero(known)
    row[nodes] = np.asarray(links[nodes, following[nodes]]).ravel() - 1
    row[target] = c.AT_TARGET
    return row


def _smoke(n_spaces: int, n_nodes: int, burning: int) -> Hazards:
    """Return smoke that slows one stair from 60 s and closes it at 180 s."""
    start = np.zeros(n_spaces + n_nodes + 1, dtype=np.int32)
    start[burning + 1 :] = 3
    flags = np.array([0, 0, 3], dtype=np.int8)
    return Hazards(
        start=start,
        time=np.array([0.0, 60.0, 180.0]),
        speed=np.array([1.0, 1.0, 0.2], dtype=np.float32),
        width=np.ones(3, dtype=np.float32),
        closed=flags,
        caught=np.array([0, 0, c.CAUGHT_TURN_BACK], dtype=np.int8),
        dose=np.array([0.0, 0.0, 0.01], dtype=np.float32),
        unsafe=np.array([0, 0, 1], dtype=np.int8),
        smooth=np.array([0, 1, 0], dtype=np.int8),
    )
