"""Run households, helpers and crowds over stairs and lanes: the public side of the kernel.

A step of ``dt`` seconds moves every walker by its own speed times the factors of
its link; what happens at nodes (reaching an end, passing, entering, arriving,
being fetched) is taken in order of its exact time within the step, ties by time
waited and then by rank. So results depend neither on the order of rows nor on the
numbering of links, and hardly on ``dt``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from renlin.kernels.codes import (
    AT_TARGET,
    REASON_NO_HELPER,
    REASON_NONE,
    REASON_NOT_RELEASED,
    REASON_UNDER_WAY,
    STATE_ARRIVED,
    STATE_ATTACHED,
    STATE_BEFORE,
    STATE_BLOCKED,
    STATE_STAYED,
    STATE_TRAPPED,
    STATE_TURNED_AWAY,
    STATE_WAITING,
    STATE_WALKING,
)
from renlin.kernels.contract import F4, F8, I1, I4, Entities, Hazards, Network, Parameters, Routing
from renlin.kernels.entries import entries
from renlin.kernels.outcome import Outcome
from renlin.kernels.plain import (
    no_hazards,
    plain_entities,
    plain_legs,
    plain_network,
    plain_routing,
)
from renlin.kernels.records import ROW
from renlin.kernels.validation import check
from renlin.kernels.world import Records, Tables, World, lay_out, tables


class Run(NamedTuple):
    """A run under way: pass it to :func:`advance` and :func:`conclude`."""

    world: World
    tables: Tables
    rows: Records


def run(
    network: Network,
    entities: Entities,
    routing: Routing,
    hazards: Hazards,
    parameters: Parameters,
) -> Outcome:
    """Return what happens to everybody until the horizon.

    Parameters
    ----------
    network, entities, routing, hazards, parameters
        As :mod:`renlin.kernels.contract` has them. They are not changed.

    Raises
    ------
    ValueError
        When arrays do not fit together; every fault on a line of its own.
    RuntimeError
        When ``parameters.check`` finds that the books do not balance.
    """
    under_way = begin(network, entities, routing, hazards, parameters)
    advance(under_way, parameters.horizon)
    return conclude(under_way)


def begin(
    network: Network,
    entities: Entities,
    routing: Routing,
    hazards: Hazards,
    parameters: Parameters,
) -> Run:
    """Return a run at time 0, to be taken on in pieces.

    Between two pieces the rows of ``routing.next_link`` may be rewritten in place
    (with a later entry in ``live_time`` that makes the queues look again), which is
    how routes follow congestion.
    """
    check(network, entities, routing, hazards, parameters)
    under_way = Run(
        lay_out(network, entities, routing, hazards, parameters),
        tables(network, routing),
        np.zeros(parameters.snapshot_rows, dtype=ROW),
    )
    entries().begin(under_way.world, under_way.tables)
    return under_way


def advance(under_way: Run, until: float) -> float:
    """Simulate up to ``until`` or the horizon; return the time reached, s."""
    world, clock = under_way.world, under_way.world.clock
    until = min(float(until), float(clock["horizon"][0]))
    dt = float(clock["dt"][0])
    proving = bool(clock["check"][0])
    fault, step = 0, -1
    while not fault and step < int(clock["step"][0]):
        step = int(clock["step"][0])
        reach = min(until, (step + 0.5) * dt) if proving else until
        fault = entries().advance(world, under_way.tables, under_way.rows, reach)
        if proving and not fault:
            fault = entries().prove(world)
    if fault:
        raise RuntimeError(f"the books of step {step} do not balance: fault {fault}")
    return float(clock["step"][0] * dt)


def warm() -> None:
    """Compile the kernel, or load it from disk: call it when a worker starts."""
    ends = np.array([0, 1], dtype=np.int32)
    network = plain_network(ends[:1], ends[1:], np.ones(1, dtype=np.float32))
    speed = np.ones((1, 3), dtype=np.float32)
    entities = plain_entities(ends[:1], np.zeros(1), speed, plain_legs(ends[:1]))
    routing = plain_routing(network, np.array([[0, AT_TARGET]], dtype=np.int32))
    settings = Parameters(1, 2.0, stuck_time=1.0, minor_share=0.5, follow_window=1.0, retry=1.0)
    run(network, entities, routing, no_hazards(1, 2), settings)


def travel_times(under_way: Run, speed: F8) -> F8:
    """Return the seconds each link takes now, for costs of congestion.

    Parameters
    ----------
    speed
        Shape (n_links,), free speed on each link, m/s.

    Returns
    -------
    Shape (n_links,): length / (speed x factor) + persons in the queue / capacity.
    """
    world = under_way.world
    length = np.repeat(world.spaces["length"], 2)
    queued = np.zeros(len(length))
    standing = world.people["lane"] >= len(length)
    np.add.at(queued, world.people["link"][standing], world.people["load"][standing])
    with np.errstate(divide="ignore"):
        return np.asarray(length / (speed * world.factor) + queued / world.links["capacity"])


def conclude(under_way: Run) -> Outcome:
    """Close the books and return the outcome of a run."""
    world, clock = under_way.world, under_way.world.clock
    entries().finish(world, under_way.rows, _end(under_way))
    people = world.people
    n_spaces, n_groups = world.spaces.shape[0], int(clock["n_groups"][0])
    rows = under_way.rows[: int(clock["n_rows"][0])]
    log = world.log[: int(clock["n_log"][0])]
    spaces, stay = world.ledger[: 2 * n_spaces], world.ledger[2 * n_spaces :]
    return Outcome(
        **_fates(world)._asdict(),
        exit_time=people["exit_time"].copy(),
        departure_time=people["departure_time"].copy(),
        helper_time=people["helper_time"].copy(),
        helped_by=people["helped_by"].astype(np.int8),
        shelter=people["shelter"].copy(),
        target=people["target"].copy(),
        phase=world.phase.copy(),
        dose=people["dose"].copy(),
        unsafe_time=people["unsafe"].copy(),
        missed=people["missed"].copy(),
        stops=people["stops"].copy(),
        max_density=world.spaces["max_density"].astype(np.float32),
        occupancy=spaces[0::2, :n_groups].copy(),
        queue=spaces[1::2, :n_groups].copy(),
        occupancy_total=spaces[0::2, n_groups].copy(),
        queue_total=spaces[1::2, n_groups].copy(),
        stay=stay[:, :n_groups].copy(),
        stay_total=stay[:, n_groups].copy(),
        traversals=world.traversals.copy(),
        flow=world.flow.copy(),
        arrivals=world.binned[:n_groups].copy(),
        arrivals_total=world.binned[n_groups].copy(),
        shelter_load=np.cumsum(world.binned[n_groups + 1 :], axis=1, dtype=np.int32),
        gridlock=world.spaces["gridlock"].copy(),
        snapshot_time=rows["time"].copy(),
        snapshot_entity=rows["entity"].copy(),
        snapshot_link=rows["link"].copy(),
        snapshot_fraction=rows["fraction"].copy(),
        snapshots_lost=int(clock["rows_lost"][0]),
        route_time=log["time"].copy(),
        route_entity=log["entity"].copy(),
        route_link=log["link"].copy(),
        routes_lost=int(clock["log_lost"][0]),
        steps=int(clock["step"][0]),
        agent_steps=int(clock["agent_steps"][0]),
    )


def _end(under_way: Run) -> float:
    """Return the time up to which the books run: all of it once nothing can happen."""
    clock = under_way.world.clock
    dt, horizon = float(clock["dt"][0]), float(clock["horizon"][0])
    if entries().is_over(under_way.world, under_way.tables):
        return float(np.ceil(horizon / dt) * dt)
    return float(clock["step"][0] * dt)


class Fates(NamedTuple):
    """How and where everybody ended."""

    state: I1
    reason: I1
    node: I4
    link: I4
    fraction: F4
    distance: F8


def _fates(world: World) -> Fates:
    """Return how everybody ended; whoever is led shares the fate of the leader."""
    people = world.people
    attached = people["state"] == STATE_ATTACHED
    leader = np.where(attached, people["carrier"], np.arange(len(people)))
    state = people["state"].copy()
    trapped = attached & (state[leader] == STATE_TRAPPED)
    state[trapped] = STATE_TRAPPED
    link = people["link"][leader]
    length = world.spaces["length"][np.maximum(link, 0) >> 1]
    rem = _metres_left(world)[leader]
    on_link = (link >= 0) & (length > 0)
    fraction = np.ones(len(people))
    fraction[on_link] = np.clip(1.0 - rem[on_link] / length[on_link], 0.0, 1.0)
    walked = _walked(world)
    led = np.where(attached, walked[leader] - people["lead"], 0.0)
    return Fates(
        state=state.astype(np.int8),
        reason=_reasons(state, people["reason"][leader]),
        node=people["node"][leader],
        link=link,
        fraction=fraction.astype(np.float32),
        distance=walked + led,
    )


def _metres_left(world: World) -> F8:
    rem = world.people["rem"].copy()
    walking = world.people["slot"] >= 0
    rem[walking] = world.walkers["rem"][world.people["slot"][walking]]
    return np.asarray(rem, dtype=np.float64)


def _walked(world: World) -> F8:
    """Return metres walked, with the part of a link that is not finished."""
    people = world.people
    under_way = (people["state"] == STATE_WALKING) | (people["state"] == STATE_TRAPPED)
    part = np.where(under_way & (people["link"] >= 0), people["goal"] - _metres_left(world), 0.0)
    return np.asarray(people["walked"] + part, dtype=np.float64)


def _reasons(state: I4, noted: I4) -> I1:
    """Return why each did not arrive: noted on the way, or told by its last state."""
    reason = np.full(len(state), REASON_UNDER_WAY)
    for ending in (STATE_ARRIVED, STATE_STAYED):
        reason[state == ending] = REASON_NONE
    for ending in (STATE_BLOCKED, STATE_TRAPPED, STATE_TURNED_AWAY):
        reason[state == ending] = noted[state == ending]
    reason[state == STATE_WAITING] = REASON_NO_HELPER
    reason[state == STATE_BEFORE] = REASON_NOT_RELEASED
    return reason.astype(np.int8)
