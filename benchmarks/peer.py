"""The same town walked by Mesa in the same process: CPU seconds, and whether it is the same work.

Mesa does less: :mod:`benchmarks._mesa` says what it does. It leaves out capacities of doors
and stairs (headways), lanes at nodes and their order, meeting streams, the share of slow
persons, overtaking, barriers and widths, helpers and responders, rests, smoke and closed
stairs, who knows what, shelters that fill up, reasons, and all books: phases, flows, stays,
density, groups.

The ``bare`` town is the town without all that; walked by either, its arrivals must agree. On
both sides only the steps are timed, not what is laid out before them.
"""

from __future__ import annotations

from time import process_time

import numpy as np

from benchmarks import Row
from benchmarks._mesa import Evacuation, graph_of, ways_of
from benchmarks.town import Town, town
from renlin.kernels import movement
from renlin.kernels.plain import no_hazards, no_shelters, plain_entities, plain_legs

REPEATS = 5
SMALL, LARGE = 2_000, 10_000
LARGE_WITHIN = 60.0  # CPU-s that Mesa may take for the large town, judged by the small one
FREE = 1e6  # persons/s: a passage that holds nobody up
BAR = "kernel >= 100 x faster"


def rows() -> list[Row]:
    """Return the rows of the comparison."""
    movement.warm()
    found, took = _compared(SMALL)
    if took * LARGE / SMALL <= LARGE_WITHIN:
        found += _compared(LARGE)[0]
    return found


def _compared(n: int) -> tuple[list[Row], float]:
    """Return the rows of a town with ``n`` agents, and the CPU seconds of Mesa."""
    whole = town(n)
    reduced = bare(whole)
    spent, times = _mesa(reduced)
    made = [Row(f"peer: Mesa, {n:,} agents, bare town", _told(spent, times))]
    for name, case in (("bare", reduced), ("whole", whole)):
        own, times = _kernel(case)
        told = f"{_told(own, times)}, {spent / own:.0f} x faster than Mesa"
        bar = BAR if name == "whole" else "arrivals as Mesa's"
        made.append(Row(f"peer: kernel, {n:,} agents, {name} town", told, bar))
    return made, spent


def _told(seconds: float, times: np.ndarray) -> str:
    there = times[~np.isnan(times)]
    late = np.quantile(there, 0.95)
    arrival = f"{len(there):,} there, mean {there.mean():.0f} s, p95 {late:.0f} s"
    return f"{seconds:.3g} CPU-s, {arrival}"


def _kernel(case: Town) -> tuple[float, np.ndarray]:
    """Return the least CPU time of the kernel's steps over some runs, and the arrivals."""
    spent = []
    for _ in range(REPEATS):
        under_way = movement.begin(*case)
        start = process_time()
        movement.advance(under_way, case.parameters.horizon)
        spent.append(process_time() - start)
    return min(spent), movement.conclude(under_way).exit_time


def _mesa(case: Town) -> tuple[float, np.ndarray]:
    """Return the lesser CPU time of Mesa's steps over two runs, and the arrivals."""
    graph = graph_of(case)
    ways = ways_of(case, graph)
    spent = []
    for _ in range(2):
        model = Evacuation(case, graph, ways)
        start = process_time()
        while model.running:
            model.step()
        spent.append(process_time() - start)
    return min(spent), model.arrived


def bare(case: Town) -> Town:
    """Return the town without what Mesa leaves out.

    A space is full at the density of the greatest flow, so that passages do not fill to a
    standstill now that no capacity keeps queues outside; and nobody squeezes in.
    """
    network, who = case.network, case.entities
    one = np.ones(1, dtype=np.float32)
    crowd = network.crowd._replace(
        diagram=network.crowd.diagram[:, :1].copy(),
        capacity_factor=np.ones((2, 1), dtype=np.float32),
        jam_density=network.crowd.peak_density[:, None].copy(),
        peak_density=np.full(2, np.inf, dtype=np.float32),
        counterflow_capacity=one,
        counterflow_speed=one,
    )
    network = network._replace(
        capacity=np.full_like(network.capacity, FREE),
        barrier=np.zeros_like(network.barrier),
        shelter=np.full_like(network.shelter, -1),
        crowd=crowd,
    )
    legs = plain_legs(np.zeros(len(who.origin), dtype=np.int32))
    walkers = plain_entities(who.origin, who.release, who.speed[:, 0], legs)
    routing = case.routing._replace(
        row=np.ascontiguousarray(case.routing.row[:, :, :1]),
        live_time=np.zeros(1),
        live_info=np.zeros(1, dtype=np.int32),
        target_shelter=np.full_like(case.routing.target_shelter, -1),
        shelters=no_shelters(),
    )
    return Town(
        network,
        walkers._replace(members=who.members, size=who.size, group_persons=who.members),
        routing,
        no_hazards(len(network.tail), len(network.rest)),
        case.parameters._replace(flow_bin=0.0, stuck_time=np.inf),
    )
