"""Hold the state of a run as a few record arrays, and lay it out before the first step."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.kernels.codes import N_PHASES, N_STATES, STATE_BEFORE
from renlin.kernels.contract import F8, I4, I8, Entities, Hazards, Network, Parameters, Routing
from renlin.kernels.records import (
    CLOCK,
    EVENT,
    FRAME,
    GROUP,
    LANE,
    LINK,
    LOG,
    MANNER,
    NODE,
    PERSON,
    PLACE,
    SPACE,
    STEP,
    STOP,
    WALKER,
)

Records = npt.NDArray[np.void]

#: Space is counted in whole thousandths of a person, so that sums never drift.
MILLI: Final = 1000

# Rows of World.lists
ACTIVE: Final = 0  #: spaces with somebody on them or with an unfinished headway
WAITING: Final = 1  #: lanes whose head waits for time or room
RANKED: Final = 2  #: entities by rank
EXPOSED: Final = 3  #: places with hazard keyframes


class World(NamedTuple):
    """Everything a step reads and writes.

    ``people[e]``, ``spaces[s]``, ``links[d]``, ``nodes[v]``, ``places[p]``,
    ``lanes[l]`` are records (:mod:`renlin.kernels.records`); lanes ``0 .. n_links-1``
    are the queues at the entrance of each link, the others stand at the end of a
    link, one per link that goes on from there and one for those who leave it.
    ``walkers`` is the dense list of those who move this step. ``ledger`` has the
    rows occupancy of space s (2 s), queue on it (2 s + 1), stay at node v
    (2 n_spaces + v); its last column is the total over persons.
    """

    people: Records
    manners: Records
    walkers: Records
    spaces: Records
    links: Records
    nodes: Records
    places: Records
    lanes: Records
    legs: Records
    stops: Records
    groups: Records
    frames: Records
    clock: Records
    now: Records
    timers: Records
    lists: I8
    factor: F8
    next_link: I4
    row: I8
    alternatives: I8
    targets: I8
    room: I8
    phase: F8
    ledger: F8
    traversals: I4
    flow: I4
    binned: I4
    n_state: I4
    log: Records


class Tables(NamedTuple):
    """What only the start of a step needs: crowd tables and the live information."""

    curves: F8
    step: F8
    peak: F8
    diagram: I4
    capacity: F8
    jam: F8
    against_capacity: F8
    against_speed: F8
    live_time: F8
    live_info: I4


def tables(network: Network, routing: Routing) -> Tables:
    """Return the crowd tables in the precision of the kernel's arithmetic."""
    crowd = network.crowd
    return Tables(
        curves=crowd.speed_factor.astype(np.float64),
        step=crowd.density_step.astype(np.float64),
        peak=crowd.peak_density.astype(np.float64),
        diagram=crowd.diagram.copy(),
        capacity=crowd.capacity_factor.astype(np.float64),
        jam=crowd.jam_density.astype(np.float64),
        against_capacity=crowd.counterflow_capacity.astype(np.float64),
        against_speed=crowd.counterflow_speed.astype(np.float64),
        live_time=routing.live_time.copy(),
        live_info=routing.live_info.copy(),
    )


def lay_out(
    network: Network,
    entities: Entities,
    routing: Routing,
    hazards: Hazards,
    parameters: Parameters,
) -> World:
    """Return the world at time 0, everybody at the origin and nothing refreshed yet."""
    n, n_links = entities.members.shape[0], 2 * network.tail.shape[0]
    places = _places(network, hazards)
    links, lanes = _links(network)
    clock = _clock(network, entities, hazards, parameters)
    ledger_rows = n_links + network.rest.shape[0]
    n_groups, n_bins = parameters.n_groups, int(clock["n_bins"][0])
    n_shelters = routing.shelters.capacity.shape[0]
    tally = np.zeros(N_STATES, dtype=np.int32)
    tally[STATE_BEFORE] = n
    timers = np.zeros(2 * n + entities.legs.kind.shape[0] + 64, dtype=EVENT)
    return World(
        people=_people(entities),
        manners=_manners(entities),
        walkers=np.zeros(n, dtype=WALKER),
        spaces=_spaces(network, routing),
        links=links,
        nodes=_nodes(network),
        places=places,
        lanes=lanes,
        legs=_records(
            STEP, entities.legs._asdict(), ("kind", "target", "partner", "helpers", "dwell")
        ),
        stops=_records(STOP, {"after": entities.stop_after, "dwell": entities.stop_dwell}),
        groups=_records(GROUP, {"group": entities.group, "persons": entities.group_persons}),
        frames=_frames(hazards),
        clock=clock,
        now=np.zeros(3 * n + 2 * lanes.shape[0] + 64, dtype=EVENT),
        timers=timers,
        lists=_lists(entities, lanes, places),
        factor=np.zeros(n_links),
        next_link=_writable(routing.next_link),
        row=routing.row.astype(np.int64),
        alternatives=routing.shelters.alternatives.astype(np.int64),
        targets=routing.target_shelter.astype(np.int64),
        room=routing.shelters.capacity.astype(np.int64),
        phase=np.zeros((n, N_PHASES)),
        ledger=np.zeros((ledger_rows, n_groups + 1)),
        traversals=np.zeros((n_links, n_groups), dtype=np.int32),
        flow=np.zeros((n_links, int(clock["n_flow_bins"][0])), dtype=np.int32),
        binned=np.zeros((n_groups + 1 + n_shelters, n_bins), dtype=np.int32),
        n_state=tally,
        log=np.zeros(parameters.route_rows, dtype=LOG),
    )


def _writable(table: I4) -> I4:
    """Return ``table`` itself, or a copy when it is read-only.

    Read-only arrays are another type for the compiler, which would compile anew.
    """
    return table if table.flags.writeable else table.copy()


def _records(
    kind: np.dtype[np.void], columns: dict[str, Any], names: tuple[str, ...] | None = None
) -> Records:
    chosen = tuple(columns) if names is None else names
    out = np.zeros(len(columns[chosen[0]]), dtype=kind)
    for name in chosen:
        out[name] = columns[name]
    return out


def _frames(hazards: Hazards) -> Records:
    columns = hazards._asdict()
    if not len(hazards.barrier):
        columns["barrier"] = np.zeros(len(hazards.time), dtype=np.int32)
    return _records(FRAME, columns, FRAME.names)


def _people(entities: Entities) -> Records:
    people = np.zeros(entities.members.shape[0], dtype=PERSON)
    for name in ("members", "rank", "info", "fallback", "woken", "patience"):
        people[name] = getattr(entities, name)
    for name in ("responder_at", "responder_dwell", "dose_limit"):
        people[name] = getattr(entities, name)
    people["sight"], people["slow"] = entities.view, entities.slow_members
    people["load"], people["slow_load"] = entities.members, entities.slow_members
    people["node"] = entities.origin
    people["blocks_below"] = entities.no_overtaking_below
    people["narrow_below"], people["narrow_factor"] = entities.narrow_below, entities.narrow_factor
    people["leg"], people["leg_end"] = entities.legs.start[:-1], entities.legs.start[1:]
    people["leg_start"] = entities.legs.start[:-1]
    people["group_start"], people["group_end"] = entities.group_start[:-1], entities.group_start[1:]
    people["stop"], people["stop_end"] = entities.stop_start[:-1], entities.stop_start[1:]
    for name in ("link", "lane", "slot", "behind", "target", "owner", "follows", "shelter"):
        people[name] = -1
    for name in ("next_in_lane", "next_behind", "carrier", "first_helper", "next_helper"):
        people[name] = -1
    people["release"] = entities.release
    for name in ("exit_time", "departure_time", "helper_time"):
        people[name] = np.nan
    return people


def _manners(entities: Entities) -> Records:
    manners = np.zeros(entities.size.shape, dtype=MANNER)
    manners["size"] = np.maximum(1, np.rint(entities.size.astype(np.float64) * MILLI))
    manners["body"] = entities.body_width
    manners["barred"] = entities.barred
    manners["routing"] = entities.routing_class
    for column, name in enumerate(("level", "down", "up")):
        manners[name] = entities.speed[:, :, column]
    return manners


def _spaces(network: Network, routing: Routing) -> Records:
    spaces = np.zeros(network.tail.shape[0], dtype=SPACE)
    for name in ("tail", "head", "length", "area", "capacity", "climb", "crowd_class", "barrier"):
        spaces[name] = getattr(network, name)
    spaces["clear"] = network.clear_width
    spaces["info"] = routing.info_on_meeting
    spaces["held"], spaces["active"] = -1, -1
    return spaces


def _nodes(network: Network) -> Records:
    nodes = np.zeros(network.rest.shape[0], dtype=NODE)
    nodes["rest"], nodes["shelter"] = network.rest, network.shelter
    nodes["last_target"], nodes["way"] = -1, -1
    ends = np.stack([network.head, network.tail], axis=1).reshape(-1)
    nodes["degree"] = np.bincount(ends, minlength=nodes.shape[0])
    nodes["way"][ends] = np.arange(len(ends))
    return nodes


def _places(network: Network, hazards: Hazards) -> Records:
    places = np.zeros(network.tail.shape[0] + network.rest.shape[0], dtype=PLACE)
    places["speed"], places["width"] = 1.0, 1.0
    places["frame"], places["frame_end"] = hazards.start[:-1], hazards.start[1:]
    places["frame"] -= 1
    places["frame_start"] = hazards.start[:-1]
    return places


def _links(network: Network) -> tuple[Records, Records]:
    """Return the links and their lanes: entrances first, then exits link by link."""
    n_links = 2 * network.tail.shape[0]
    ends = np.stack([network.head, network.tail], axis=1).reshape(-1)
    starts = np.stack([network.tail, network.head], axis=1).reshape(-1)
    links = np.zeros(n_links, dtype=LINK)
    links["start"], links["end"] = starts, ends
    links["incline"] = network.incline.reshape(-1)
    links["blocker"] = -1
    order = np.argsort(starts, kind="stable")
    degree = np.bincount(starts, minlength=network.rest.shape[0])
    first = np.cumsum(degree) - degree
    links["slot"][order] = np.arange(n_links) - first[starts[order]]
    width = degree[ends] + 1 if n_links else np.zeros(0, dtype=np.int64)
    links["lane"] = n_links + np.cumsum(width) - width
    lanes = np.zeros(n_links + int(width.sum()), dtype=LANE)
    for name in ("first", "last", "next_held"):
        lanes[name] = -1
    lanes["link"][:n_links], lanes["next"][:n_links] = -1, np.arange(n_links)
    of = np.repeat(np.arange(n_links), width)
    lanes["link"][n_links:] = of
    lanes["next"][n_links:] = -1
    turn = np.arange(n_links, len(lanes)) - links["lane"][of]
    onward = np.flatnonzero(turn < degree[ends[of]])
    lanes["next"][n_links + onward] = order[first[ends[of[onward]]] + turn[onward]]
    return links, lanes


def _lists(entities: Entities, lanes: Records, places: Records) -> I8:
    n = entities.members.shape[0]
    lists = np.zeros((4, max(n, lanes.shape[0], places.shape[0])), dtype=np.int64)
    lists[RANKED, :n] = np.argsort(entities.rank, kind="stable")
    exposed = np.flatnonzero(places["frame_end"] > places["frame_start"])
    lists[EXPOSED, : len(exposed)] = exposed
    return lists


def _clock(
    network: Network, entities: Entities, hazards: Hazards, parameters: Parameters
) -> Records:
    clock = np.zeros(1, dtype=CLOCK)
    for name in ("horizon", "dt", "stuck_time", "minor_share", "follow_window", "retry", "check"):
        clock[name] = getattr(parameters, name)
    clock["snapshot_every"] = parameters.snapshot_every
    clock["rest_blocks_width"] = parameters.rest_blocks_width
    clock["seat_near"] = parameters.seat_near
    clock["flow_bin"], clock["arrival_bin"] = parameters.flow_bin, parameters.arrival_bin
    clock["n_flow_bins"] = _n_bins(parameters.horizon, parameters.flow_bin)
    clock["n_bins"] = _n_bins(parameters.horizon, parameters.arrival_bin)
    clock["n_spaces"], clock["n_nodes"] = network.tail.shape[0], network.rest.shape[0]
    clock["n_people"], clock["n_groups"] = entities.members.shape[0], parameters.n_groups
    clock["n_exposed"] = int((np.diff(hazards.start) > 0).sum())
    clock["dosed"] = bool((hazards.dose > 0).any() or (hazards.unsafe > 0).any())
    clock["limited"] = bool((hazards.dose > 0).any() and np.isfinite(entities.dose_limit).any())
    return clock


def _n_bins(horizon: float, width: float) -> int:
    return int(np.ceil(horizon / width)) if width > 0 else 0
