"""Refuse arrays that the compiled loop could not take, all faults at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.kernels.codes import AT_TARGET, LEG_PICK_UP, LEG_STAY, NO_ROUTE, REST_ASIDE
from renlin.kernels.contract import Entities, Hazards, Network, Parameters, Routing

Array = npt.NDArray[Any]


class Sizes(NamedTuple):
    """Numbers of rows that the arrays must agree on."""

    spaces: int
    nodes: int
    entities: int
    legs: int
    targets: int
    infos: int
    classes: int


def check(
    network: Network,
    entities: Entities,
    routing: Routing,
    hazards: Hazards,
    parameters: Parameters,
) -> None:
    """Raise ValueError with every fault found in the inputs of a run."""
    faults = list(_types(network, entities, routing, hazards))
    if not faults:
        sizes = _sizes(network, entities, routing)
        faults += _network_faults(network, routing, sizes)
        faults += _entity_faults(entities, sizes, parameters)
        faults += _leg_faults(entities, sizes)
        faults += _routing_faults(network, routing, sizes)
        faults += _hazard_faults(hazards, sizes)
        faults += _parameter_faults(parameters)
    if faults:
        raise ValueError("\n".join(faults))


def check_routes(network: Network, routing: Routing) -> None:
    """Raise ValueError when following a row of ``next_link`` runs in a circle.

    Costs a few passes over the table: once per network, not once per run.
    """
    n_nodes = network.rest.shape[0]
    ends = np.stack([network.head, network.tail], axis=1).reshape(-1)
    faults = []
    for row, links in enumerate(routing.next_link):
        following = np.where(links >= 0, ends[np.maximum(links, 0)], np.arange(n_nodes))
        for _ in range(max(1, int(n_nodes).bit_length())):
            following = following[following]
        circling = np.flatnonzero(links[following] >= 0)
        if len(circling):
            faults.append(f"routing.next_link row {row}: runs in a circle from node {circling[0]}")
    if faults:
        raise ValueError("\n".join(faults))


_TYPES: dict[str, str] = {
    "I1": "int8",
    "I4": "int32",
    "F4": "float32",
    "F8": "float64",
}


def _types(*bundles: Any) -> Iterator[str]:
    """Yield a fault for every array of the wrong type, or not contiguous."""
    for bundle in bundles:
        name = type(bundle).__name__
        for field, kind in type(bundle).__annotations__.items():
            value = getattr(bundle, field)
            expected = _TYPES.get(str(getattr(kind, "__forward_arg__", kind)))
            if expected is None:
                yield from _types(value)
            elif not isinstance(value, np.ndarray) or value.dtype != expected:
                yield f"{name}.{field}: expected an array of {expected}"
            elif not value.flags.c_contiguous:
                yield f"{name}.{field}: expected C-contiguous rows"


def _sizes(network: Network, entities: Entities, routing: Routing) -> Sizes:
    return Sizes(
        spaces=network.tail.shape[0],
        nodes=network.rest.shape[0],
        entities=entities.members.shape[0],
        legs=entities.legs.kind.shape[0],
        targets=routing.target_shelter.shape[0],
        infos=routing.row.shape[2],
        classes=network.crowd.diagram.shape[0],
    )


def _shape(name: str, array: Array, *shape: int) -> list[str]:
    if array.shape == shape:
        return []
    return [f"{name}: expected shape {shape}, got {array.shape}"]


def _within(name: str, array: Array, low: float, high: float) -> list[str]:
    """Return a fault when a value lies outside [low, high] or is not a number."""
    if not array.size or (array.min() >= low and array.max() <= high):
        return []
    wrong = np.flatnonzero(~((array >= low) & (array <= high)).reshape(-1))
    where = tuple(int(i) for i in np.unravel_index(wrong[0], array.shape))
    return [
        f"{name}: expected {low:g}..{high:g}, got {array[where]} at {where}, {len(wrong)} in all"
    ]


def _offsets(name: str, start: Array, rows: int, total: int) -> list[str]:
    """Return a fault when ``start`` is no list of ragged rows over ``total`` items."""
    if start.shape != (rows + 1,):
        return _shape(name, start, rows + 1)
    if start[0] != 0 or start[-1] != total or (np.diff(start) < 0).any():
        return [f"{name}: expected offsets that rise from 0 to {total}"]
    return []


def _network_faults(network: Network, routing: Routing, sizes: Sizes) -> list[str]:
    faults = []
    for name in ("tail", "head", "length", "area", "capacity", "clear_width", "climb"):
        faults += _shape(f"network.{name}", getattr(network, name), sizes.spaces)
    for name in ("crowd_class", "barrier"):
        faults += _shape(f"network.{name}", getattr(network, name), sizes.spaces)
    faults += _shape("network.incline", network.incline, sizes.spaces, 2)
    if faults:
        return faults
    faults += _within("network.tail", network.tail, 0, sizes.nodes - 1)
    faults += _within("network.head", network.head, 0, sizes.nodes - 1)
    faults += _within("network.length", network.length, 0.0, 1e5)
    faults += _within("network.area", network.area, 1e-6, 1e6)
    faults += _within("network.capacity", network.capacity, 1e-6, 1e6)
    faults += _within("network.clear_width", network.clear_width, 0.0, 1e4)
    faults += _within("network.climb", network.climb, -1, 1)
    faults += _within("network.incline", network.incline, 1e-3, 1.0)
    faults += _within("network.crowd_class", network.crowd_class, 0, sizes.classes - 1)
    faults += _within("network.rest", network.rest, 0, int(REST_ASIDE))
    faults += _shape("network.shelter", network.shelter, sizes.nodes)
    n_shelters = routing.shelters.capacity.shape[0]
    faults += _within("network.shelter", network.shelter, -1, n_shelters - 1)
    return faults + _crowd_faults(network, sizes)


def _crowd_faults(network: Network, sizes: Sizes) -> list[str]:
    crowd = network.crowd
    shares = crowd.diagram.shape[1]
    n_diagrams = crowd.speed_factor.shape[0]
    faults = _shape("crowd.density_step", crowd.density_step, n_diagrams)
    faults += _shape("crowd.peak_density", crowd.peak_density, n_diagrams)
    faults += _within("crowd.peak_density", crowd.peak_density, 1e-3, np.inf)
    faults += _shape("crowd.capacity_factor", crowd.capacity_factor, sizes.classes, shares)
    faults += _shape("crowd.jam_density", crowd.jam_density, sizes.classes, shares)
    faults += _within("crowd.diagram", crowd.diagram, 0, n_diagrams - 1)
    faults += _within("crowd.speed_factor", crowd.speed_factor, 0.0, 1.0)
    faults += _within("crowd.density_step", crowd.density_step, 1e-6, 10.0)
    faults += _within("crowd.capacity_factor", crowd.capacity_factor, 1e-3, 10.0)
    faults += _within("crowd.jam_density", crowd.jam_density, 0.01, 100.0)
    faults += _within("crowd.counterflow_capacity", crowd.counterflow_capacity, 1e-3, 1.0)
    faults += _within("crowd.counterflow_speed", crowd.counterflow_speed, 1e-3, 1.0)
    if not len(crowd.counterflow_capacity) or not len(crowd.counterflow_speed):
        faults.append("crowd.counterflow_*: expected at least one entry, 1 for no effect")
    return faults


_PER_ENTITY = (
    "members",
    "slow_members",
    "rank",
    "origin",
    "release",
    "woken",
    "no_overtaking_below",
    "narrow_below",
    "narrow_factor",
    "view",
    "info",
    "patience",
    "fallback",
    "responder_at",
    "responder_dwell",
    "dose_limit",
)


def _entity_faults(entities: Entities, sizes: Sizes, parameters: Parameters) -> list[str]:
    n, faults = sizes.entities, []
    for name in _PER_ENTITY:
        faults += _shape(f"entities.{name}", getattr(entities, name), n)
    for name in ("size", "body_width", "barred", "routing_class"):
        faults += _shape(f"entities.{name}", getattr(entities, name), n, 2)
    faults += _shape("entities.speed", entities.speed, n, 2, 3)
    faults += _offsets("entities.group_start", entities.group_start, n, len(entities.group))
    faults += _offsets("entities.stop_start", entities.stop_start, n, len(entities.stop_after))
    faults += _shape("entities.group_persons", entities.group_persons, len(entities.group))
    faults += _shape("entities.stop_dwell", entities.stop_dwell, len(entities.stop_after))
    if faults:
        return faults
    if not np.array_equal(np.sort(entities.rank), np.arange(n)):
        faults.append(f"entities.rank: expected a permutation of 0..{n - 1}")
    faults += _within("entities.members", entities.members, 1, 10_000)
    faults += _within("entities.slow_members", entities.members - entities.slow_members, 0, 10_000)
    faults += _within("entities.origin", entities.origin, 0, sizes.nodes - 1)
    faults += _within("entities.speed", entities.speed, 0.0, 20.0)
    faults += _within("entities.size", entities.size, 1e-3, 1e4)
    faults += _within("entities.body_width", entities.body_width, 0.0, 1e2)
    faults += _within("entities.narrow_factor", entities.narrow_factor, 1e-3, 1.0)
    faults += _within("entities.view", entities.view, 0, 2)
    faults += _within("entities.fallback", entities.fallback, 0, 2)
    faults += _within("entities.info", entities.info, 0, sizes.infos - 1)
    for name in ("release", "patience", "responder_at", "responder_dwell", "dose_limit"):
        faults += _within(f"entities.{name}", getattr(entities, name), 0.0, np.inf)
    faults += _within("entities.stop_dwell", entities.stop_dwell, 0.0, 1e9)
    faults += _within("entities.group", entities.group, 0, parameters.n_groups - 1)
    return faults


def _leg_faults(entities: Entities, sizes: Sizes) -> list[str]:
    legs = entities.legs
    faults = _offsets("legs.start", legs.start, sizes.entities, sizes.legs)
    for name in ("target", "partner", "dwell", "helpers"):
        faults += _shape(f"legs.{name}", getattr(legs, name), sizes.legs)
    if faults:
        return faults
    faults += _within("legs.kind", legs.kind, 0, LEG_STAY)
    going = legs.kind != LEG_STAY
    faults += _within("legs.target", legs.target[going], 0, sizes.targets - 1)
    picking = legs.kind == LEG_PICK_UP
    faults += _within("legs.partner", legs.partner[picking], 0, sizes.entities - 1)
    owner = np.repeat(np.arange(sizes.entities), np.diff(legs.start))
    if (legs.partner[picking] == owner[picking]).any():
        faults.append("legs.partner: expected somebody else than the helper itself")
    faults += _within("legs.dwell", legs.dwell, 0.0, 1e9)
    return faults + _within("legs.helpers", legs.helpers, 0, 1000)


def _routing_faults(network: Network, routing: Routing, sizes: Sizes) -> list[str]:
    rows, shelters = routing.next_link, routing.shelters
    faults = _within("routing.next_link", rows, AT_TARGET, 2 * sizes.spaces - 1)
    faults += _within("routing.row", routing.row, NO_ROUTE, rows.shape[0] - 1)
    faults += _shape("routing.info_on_meeting", routing.info_on_meeting, sizes.spaces)
    faults += _within("routing.info_on_meeting", routing.info_on_meeting, -1, sizes.infos - 1)
    faults += _within("routing.live_info", routing.live_info, 0, sizes.infos - 1)
    faults += _shape("routing.live_info", routing.live_info, len(routing.live_time))
    if routing.row.shape[1] != sizes.targets:
        faults.append(f"routing.row: expected {sizes.targets} targets, got {routing.row.shape[1]}")
    if not len(routing.live_time) or routing.live_time[0] != 0.0:
        faults.append("routing.live_time: expected to start at 0")
    if (np.diff(routing.live_time) <= 0).any():
        faults.append("routing.live_time: expected ascending times")
    n = shelters.capacity.shape[0]
    faults += _within("routing.target_shelter", routing.target_shelter, -1, n - 1)
    faults += _within("shelters.capacity", shelters.capacity, 0, 2**31 - 1)
    faults += _within("shelters.alternatives", shelters.alternatives, -1, sizes.targets - 1)
    if shelters.alternatives.shape[0] != n:
        faults.append(f"shelters.alternatives: expected {n} rows")
    if rows.shape[1:] != (sizes.nodes,):
        return [*faults, f"routing.next_link: expected {sizes.nodes} nodes, got {rows.shape[1:]}"]
    return faults if faults else _tail_faults(network, rows)


def _tail_faults(network: Network, rows: Array) -> list[str]:
    starts = np.stack([network.tail, network.head], axis=1).reshape(-1)
    if not len(starts):
        return []
    # AT_TARGET and NO_ROUTE fall on the last two links, and do not count.
    astray = (starts[rows] != np.arange(rows.shape[1], dtype=starts.dtype)) & (rows >= 0)
    if not astray.any():
        return []
    row, node = np.argwhere(astray)[0]
    return [f"routing.next_link: link {rows[row, node]} of row {row} does not start at node {node}"]


def _hazard_faults(hazards: Hazards, sizes: Sizes) -> list[str]:
    m = hazards.time.shape[0]
    faults = _offsets("hazards.start", hazards.start, sizes.spaces + sizes.nodes, m)
    for name in ("speed", "width", "closed", "caught", "dose", "unsafe", "smooth"):
        faults += _shape(f"hazards.{name}", getattr(hazards, name), m)
    if len(hazards.barrier):
        faults += _shape("hazards.barrier", hazards.barrier, m)
    if faults:
        return faults
    owner = np.repeat(np.arange(sizes.spaces + sizes.nodes), np.diff(hazards.start))
    same = owner[1:] == owner[:-1]
    if (np.diff(hazards.time)[same] <= 0).any():
        faults.append("hazards.time: expected ascending times within a place")
    faults += _within("hazards.speed", hazards.speed, 0.0, 10.0)
    faults += _within("hazards.width", hazards.width, 0.0, 100.0)
    faults += _within("hazards.closed", hazards.closed, 0, 3)
    faults += _within("hazards.caught", hazards.caught, 0, 2)
    faults += _within("hazards.dose", hazards.dose, 0.0, np.inf)
    return faults + _within("hazards.time", hazards.time, 0.0, 1e12)


def _parameter_faults(parameters: Parameters) -> list[str]:
    faults = []
    if not 0 < parameters.dt <= 60:
        faults.append(f"parameters.dt: expected above 0 and at most 60, got {parameters.dt:g}")
    if not 0 < parameters.horizon < np.inf:
        faults.append(f"parameters.horizon: expected above 0, got {parameters.horizon:g}")
    if not 0.0 <= parameters.minor_share <= 0.5:
        faults.append(f"parameters.minor_share: expected 0..1/2, got {parameters.minor_share:g}")
    if not parameters.retry > 0:
        faults.append(f"parameters.retry: expected above 0, got {parameters.retry:g}")
    if not parameters.stuck_time >= 0:
        faults.append(f"parameters.stuck_time: expected 0 or more, got {parameters.stuck_time:g}")
    for name in ("rest_blocks_width", "seat_near"):
        value = getattr(parameters, name)
        if not 0.0 <= value < np.inf:
            faults.append(f"parameters.{name}: expected 0 or more, got {value:g}")
    return faults
