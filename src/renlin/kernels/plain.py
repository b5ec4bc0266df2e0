"""Build the plainest inputs of the movement kernel, to be changed with ``_replace``."""

from __future__ import annotations

from typing import Any

import numpy as np

from renlin.kernels.codes import FALLBACK_WAIT, LEG_SHELTER, VIEW_LOCAL
from renlin.kernels.contract import (
    F4,
    F8,
    I4,
    Crowd,
    Entities,
    Hazards,
    Legs,
    Network,
    Routing,
    Shelters,
)


def plain_entities(origin: I4, release: F8, speed: F4, legs: Legs) -> Entities:
    """Return entities of one able person each; change what differs with ``_replace``.

    They are in group 0, of size 1, with local knowledge of info 0, routing class 0,
    need nobody and stop nowhere. Ranks follow the rows: pass your own.

    Parameters
    ----------
    origin, release
        Shape (n,), node and s.
    speed
        Shape (n, 3): level, down, up, m/s, used with and without help.
    legs
        What they do.
    """
    n = int(origin.shape[0])
    whole = _filled(n)
    return Entities(
        members=whole(1),
        slow_members=whole(0),
        rank=np.arange(n, dtype=np.int32),
        origin=np.ascontiguousarray(origin, dtype=np.int32),
        release=np.ascontiguousarray(release, dtype=np.float64),
        woken=np.zeros(n, dtype=np.int8),
        speed=np.repeat(np.asarray(speed, dtype=np.float32).reshape(n, 1, 3), 2, axis=1),
        size=np.ones((n, 2), dtype=np.float32),
        body_width=np.zeros((n, 2), dtype=np.float32),
        barred=np.zeros((n, 2), dtype=np.int32),
        routing_class=np.zeros((n, 2), dtype=np.int32),
        no_overtaking_below=np.zeros(n, dtype=np.float32),
        narrow_below=np.zeros(n, dtype=np.float32),
        narrow_factor=np.ones(n, dtype=np.float32),
        view=whole(VIEW_LOCAL),
        info=whole(0),
        patience=np.full(n, np.inf),
        fallback=whole(FALLBACK_WAIT),
        responder_at=np.full(n, np.inf),
        responder_dwell=np.zeros(n),
        dose_limit=np.full(n, np.inf),
        group_start=np.arange(n + 1, dtype=np.int32),
        group=whole(0),
        group_persons=whole(1),
        stop_start=np.zeros(n + 1, dtype=np.int32),
        stop_after=np.zeros(0),
        stop_dwell=np.zeros(0),
        legs=legs,
    )


def plain_legs(target: I4) -> Legs:
    """Return one leg per entity that ends in the shelter or exit ``target``."""
    n = int(target.shape[0])
    return Legs(
        start=np.arange(n + 1, dtype=np.int32),
        kind=np.full(n, LEG_SHELTER, dtype=np.int32),
        target=np.ascontiguousarray(target, dtype=np.int32),
        partner=np.full(n, -1, dtype=np.int32),
        dwell=np.zeros(n),
        helpers=np.zeros(n, dtype=np.int32),
    )


def plain_crowd() -> Crowd:
    """Return tables without any effect: nobody is slowed, no space is ever full."""
    one = np.ones((1, 1), dtype=np.float32)
    return Crowd(
        speed_factor=np.ones((1, 2), dtype=np.float32),
        density_step=one[0],
        peak_density=np.full(1, np.inf, dtype=np.float32),
        diagram=np.zeros((1, 1), dtype=np.int32),
        capacity_factor=one,
        jam_density=np.full((1, 1), 100.0, dtype=np.float32),
        counterflow_capacity=one[0],
        counterflow_speed=one[0],
    )


def plain_network(tail: I4, head: I4, length: F4) -> Network:
    """Return level spaces 10 m wide that let 10 persons/s through; no shelter, no rest.

    Parameters
    ----------
    tail, head
        Shape (n_spaces,): the nodes of each space, numbered from 0.
    length
        Shape (n_spaces,), m.
    """
    n_spaces, n_nodes = len(tail), int(max(tail.max(), head.max())) + 1
    ten = np.full(n_spaces, 10.0, dtype=np.float32)
    return Network(
        tail=tail,
        head=head,
        length=length,
        area=np.maximum(10.0 * length, 1.0).astype(np.float32),
        capacity=ten,
        clear_width=ten,
        climb=np.zeros(n_spaces, dtype=np.int8),
        incline=np.ones((n_spaces, 2), dtype=np.float32),
        crowd_class=np.zeros(n_spaces, dtype=np.int32),
        barrier=np.zeros(n_spaces, dtype=np.int32),
        rest=np.zeros(n_nodes, dtype=np.int8),
        shelter=np.full(n_nodes, -1, dtype=np.int32),
        crowd=plain_crowd(),
    )


def plain_routing(network: Network, next_link: I4) -> Routing:
    """Return one row of ``next_link`` per target, for one class and one info.

    Parameters
    ----------
    network
        The network the rows are for.
    next_link
        Shape (n_targets, n_nodes).
    """
    n_targets = next_link.shape[0]
    return Routing(
        next_link=next_link,
        row=np.arange(n_targets, dtype=np.int32).reshape(1, n_targets, 1),
        live_time=np.zeros(1),
        live_info=np.zeros(1, dtype=np.int32),
        info_on_meeting=np.full(network.tail.shape[0], -1, dtype=np.int32),
        target_shelter=np.full(n_targets, -1, dtype=np.int32),
        shelters=no_shelters(),
    )


def no_hazards(n_spaces: int, n_nodes: int) -> Hazards:
    """Return the empty table of keyframes."""
    flags = np.zeros(0, dtype=np.int8)
    factors = np.zeros(0, dtype=np.float32)
    return Hazards(
        start=np.zeros(n_spaces + n_nodes + 1, dtype=np.int32),
        time=np.zeros(0),
        speed=factors,
        width=factors,
        closed=flags,
        caught=flags,
        dose=factors,
        unsafe=flags,
        smooth=flags,
    )


def no_shelters() -> Shelters:
    """Return the empty list of shelters: every target takes any number."""
    return Shelters(np.zeros(0, dtype=np.int32), np.full((0, 1), -1, dtype=np.int32))


def _filled(n: int) -> Any:
    return lambda value: np.full(n, value, dtype=np.int32)
