"""Search a large network, share places, and assess a whole district; peers in the same run.

The network is a grid with uneven lanes, some missing. networkx gets the same nearest
facility; PySAL access the same floating catchment.
"""

from __future__ import annotations

import warnings
from time import process_time

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from benchmarks import Row
from benchmarks.district import district
from renlin.community.paths import Graph, field, times_to
from renlin.random_streams import draw
from renlin.space import assess
from renlin.space.access.catchment import stepped, two_step

SIDE = 316
"""Nodes along the grid: 99,856 in all."""
FACILITIES, ISOCHRONES, RADIUS = 200, 200, 1_000.0
HOMES, SITES = 5_000, 200
RESIDENTS = 20_000
BOUNDS, WEIGHTS = np.array([500.0, 750.0, 1_000.0]), np.array([1.0, 0.68, 0.22])


def rows() -> list[Row]:
    """Return nearest facility, isochrones, sharing and a district, each beside its peer."""
    return [*_network(), *_sharing(), _district()]


def _grid() -> Graph:
    """Return the grid in metres, both directions alike."""
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    tail = np.concatenate([node[:-1].ravel(), node[:, :-1].ravel()])
    head = np.concatenate([node[1:].ravel(), node[:, 1:].ravel()])
    there = draw(1, "missing", np.arange(len(tail))) > 0.15
    length = 40 + 40 * draw(1, "length", np.arange(len(tail)))
    tail, head, length = tail[there], head[there], length[there]
    pairs = (np.concatenate([tail, head]), np.concatenate([head, tail]))
    shape = (SIDE * SIDE,) * 2
    links = np.concatenate([np.arange(len(tail)) + 1] * 2)
    return Graph(csr_matrix((np.tile(length, 2), pairs), shape), csr_matrix((links, pairs), shape))


def _network() -> list[Row]:
    walks = _grid()
    targets = np.unique((draw(1, "facility", np.arange(FACILITIES)) * SIDE * SIDE).astype(int))
    field(walks, targets.tolist())
    start = process_time()
    own = field(walks, targets.tolist()).time
    nearest = process_time() - start
    start = process_time()
    for at in range(0, ISOCHRONES, 16):
        some = targets[at : at + 16].tolist()
        np.isfinite(times_to(walks, some, limit=RADIUS)).sum()
    rings = process_time() - start
    drawn = nx.from_scipy_sparse_array(walks.times, create_using=nx.DiGraph)
    start = process_time()
    found = nx.multi_source_dijkstra_path_length(drawn, set(targets.tolist()))
    theirs = process_time() - start
    off = max(abs(own[node] - length) for node, length in found.items())
    return [
        Row(
            f"space: nearest of {len(targets)}, {SIDE * SIDE:,} nodes",
            f"{nearest:.3f} CPU-s, ways included; {off:.0e} m from networkx",
            "<= 0.2 CPU-s",
        ),
        Row("peer: networkx, the same", f"{theirs:.2f} CPU-s", ""),
        Row(f"space: {ISOCHRONES} isochrones of 1 km", f"{rings:.2f} CPU-s", "<= 0.5 CPU-s"),
    ]


def _sharing() -> list[Row]:
    here, there = (draw(2, what, np.arange(n), count=2) for what, n in (("h", HOMES), ("s", SITES)))
    metres = np.linalg.norm(here[:, None] - there[None], axis=2) * 6_000.0
    people = 1 + np.floor(40 * draw(2, "people", np.arange(HOMES)))
    places = 1 + np.floor(500 * draw(2, "places", np.arange(SITES)))
    start = process_time()
    own = two_step(stepped(metres, BOUNDS, WEIGHTS), people, places)
    ours = process_time() - start
    theirs, found = _peer(metres, people, places)
    told = f"{ours:.3f} CPU-s; {np.abs(own - found).max():.0e} from the peer"
    return [
        Row(f"space: E2SFCA {HOMES:,} x {SITES}", told, "<= 0.05 CPU-s"),
        Row("peer: PySAL access, the same", f"{theirs:.2f} CPU-s", ""),
    ]


def _peer(metres: np.ndarray, people: np.ndarray, places: np.ndarray) -> tuple[float, np.ndarray]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from access import fca, weights

        step = weights.step_fn(dict(zip(BOUNDS.tolist(), WEIGHTS.tolist(), strict=True)))
        near = metres <= BOUNDS[-1]
        origin, dest = np.nonzero(near)
        cost = pd.DataFrame({"origin": origin, "dest": dest, "cost": metres[near]})
        demand = pd.DataFrame({"geoid": range(HOMES), "demand": people}).set_index("geoid")
        supply = pd.DataFrame({"geoid": range(SITES), "supply": places}).set_index("geoid")
        start = process_time()
        found = fca.two_stage_fca(
            demand, supply, cost, max_cost=BOUNDS[-1], demand_index=True, supply_index=True,
            weight_fn=step,
        )  # fmt: skip
        seconds = process_time() - start
    return seconds, found.reindex(range(HOMES)).fillna(0.0).to_numpy()


def _district() -> Row:
    """Assess a small district first, so that kernels are compiled."""
    assess(*district(300))
    place, needs = district(RESIDENTS)
    n_nodes = len(place.network.nodes)
    start = process_time()
    found = assess(place, needs)
    seconds = process_time() - start
    fragile = found.fragility.table["sturdy"].eq("fails").mean()
    told = f"{seconds:.1f} CPU-s, {n_nodes:,} nodes, {fragile:.0%} of the covered fragile"
    return Row(f"space: whole stage, {RESIDENTS:,} residents", told, "<= 30 s")
