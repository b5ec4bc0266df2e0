"""State the arrays that go into the movement kernel (:mod:`outcome` has what comes out).

Words used throughout
---------------------
entity
    What moves as one: a household, a group, a helper. It counts ``members``
    persons and is never split.
node
    A place where links meet: a flat, a landing, a gate, a yard, a shelter.
space
    An undirected stretch between two nodes; both directions share its area.
link
    A space in one direction. Link ``2 * s`` leads from ``tail[s]`` to
    ``head[s]``, link ``2 * s + 1`` back. So ``link >> 1`` is its space and
    ``link ^ 1`` its reverse.
place
    A space or a node in one numbering: ``0 .. n_spaces - 1`` are spaces,
    ``n_spaces + node`` is a node. Hazards are given per place.
target
    Where a leg leads: one node or any of a set of nodes.
info
    One state of knowledge of the network: nothing closed, or stair 3 closed, ...
helped
    Two columns describe how an entity moves: column 0 (``OWN``) by itself,
    column 1 (``HELPED``) with helpers or a responder. An entity that never
    needs help uses column 0 only.

Metres, seconds, persons, persons/m2, persons/s. Every array is C-contiguous and
has the type named beside it. Codes (``LEG_*``, ``STATE_*`` ...) are in
:mod:`renlin.kernels.codes`. The kernel holds no luck: draw before, pass in.

Traps
-----
- A door is a space of its own (some decimetres long, its own capacity) or the
  capacity of the space it belongs to; both the entrance and the exit of a space are
  limited to its capacity.
- Keep the slope length on stairs; ``area`` is what bodies stand on.
- ``size`` in column HELPED holds the helpers; ``members`` never does.
- Whoever helpers may join needs its HELPED columns filled, also when its leg asks
  for none: a helper who is there in time walks along.
- A width factor of 0 shuts the entrance only. To close a space, close it.
- A leg's target must lead, in the routing class of the one who walks it, from where
  it stands then: a helper goes by its own class, the pair by the HELPED class of
  the one who is led.
- What happens at a fraction of a second counts at that fraction; hazards and news
  take effect at the start of the step.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

I1 = npt.NDArray[np.int8]
I4 = npt.NDArray[np.int32]
I8 = npt.NDArray[np.int64]
F4 = npt.NDArray[np.float32]
F8 = npt.NDArray[np.float64]

_NO_BITS: Final[I4] = np.zeros(0, dtype=np.int32)


class Crowd(NamedTuple):
    """How crowds slow down and how much fits through, as tables.

    A *class* is a row of the catalogue (level lane, stair, door, narrow path ...);
    each space names one. ``n_shares`` columns run over the share of slow persons on
    the space, 0 to 1 in equal steps; the nearest column is taken. With no
    composition effect ``n_shares`` is 1.

    Parameters
    ----------
    speed_factor
        float32 (n_diagrams, n_steps), 512 steps by convention: speed over free speed
        at density ``k * density_step``, linear between, constant beyond the last.
        The floor of the curve is part of the table.
    density_step
        float32 (n_diagrams,), persons/m2 per step.
    peak_density
        float32 (n_diagrams,), persons/m2, where flow is greatest. Above it the
        entrance admits no more per second than moves on inside (sum of speeds over
        length), so that a passage fed beyond its flow keeps its queue outside
        instead of filling up to a standstill. inf switches that off.
    diagram
        int32 (n_classes, n_shares): which diagram holds.
    capacity_factor
        float32 (n_classes, n_shares): factor on the flow capacity; 1 at share 0.
    jam_density
        float32 (n_classes, n_shares), persons/m2: nobody enters beyond it.
    counterflow_capacity
        float32 (n,), factor on the sum of both directions, over the minor share of
        the persons, 0 to 1/2 in equal steps, linear between; 1 at share 0.
    counterflow_speed
        float32 (n,), factor on speed, over the share of persons who come the other
        way, 0 to 1 in equal steps, linear between; 1 at share 0.
    """

    speed_factor: F4
    density_step: F4
    peak_density: F4
    diagram: I4
    capacity_factor: F4
    jam_density: F4
    counterflow_capacity: F4
    counterflow_speed: F4


class Network(NamedTuple):
    """Spaces, nodes and the crowd tables that hold for them.

    Parameters
    ----------
    tail, head
        int32 (n_spaces,): the two nodes of each space.
    length
        float32 (n_spaces,), m >= 0; the slope length on stairs.
    area
        float32 (n_spaces,), m2 > 0: effective width x length, or the room's area.
    capacity
        float32 (n_spaces,), persons/s > 0 through the effective width, for both
        directions together. It limits the entrance as well as the exit.
    clear_width
        float32 (n_spaces,), m: what a body must fit through.
    climb
        int8 (n_spaces,): +1 a stair that rises from tail to head, -1 one that falls,
        0 level.
    incline
        float32 (n_spaces, 2), above 0, at most 1: factor on level speed from tail to
        head, and back; 1 on the level. On stairs it does nothing.
    crowd_class
        int32 (n_spaces,): row of the crowd tables.
    barrier
        int32 (n_spaces,): bits of what hinders (steps, kerb, lock ...); an entity
        whose ``barred`` shares a bit cannot pass.
    rest
        int8 (n_nodes,), one of ``REST_*``: whether one can stop there and rest, and
        whether that is in the way of others.
    shelter
        int32 (n_nodes,): index of the shelter that stands there, or -1.
    crowd
        The tables.
    """

    tail: I4
    head: I4
    length: F4
    area: F4
    capacity: F4
    clear_width: F4
    climb: I1
    incline: F4
    crowd_class: I4
    barrier: I4
    rest: I1
    shelter: I4
    crowd: Crowd


class Legs(NamedTuple):
    """What each entity does, leg after leg; entity ``e`` owns ``start[e]:start[e + 1]``.

    An entity without legs stays where it is.

    Parameters
    ----------
    start
        int32 (n + 1,).
    kind
        int32 (n_legs,), one of ``LEG_*``. A journey ends with ``LEG_SHELTER`` or
        ``LEG_STAY``; when the last leg is another one, the entity has arrived at
        its end.
    target
        int32 (n_legs,); ignored for ``LEG_STAY``.
    partner
        int32 (n_legs,): the entity to pick up, or -1. A pick-up succeeds when the
        partner is at the helper's target node and has not set out; else the helper
        goes on with its next leg and ``Outcome.missed`` counts it.
    dwell
        float64 (n_legs,), s at the target; of a pick-up: the preparation.
    helpers
        int32 (n_legs,): helper entities that must have joined before this leg
        starts. The joint entity moves with the columns ``HELPED`` of the helped one;
        its size column must already hold the helpers.
    """

    start: I4
    kind: I4
    target: I4
    partner: I4
    dwell: F8
    helpers: I4


class Entities(NamedTuple):
    """Who moves, how, and with which luck already drawn.

    Parameters
    ----------
    members, slow_members
        int32 (n,): persons, and how many of them count as slow.
    rank
        int32 (n,): a permutation of 0..n-1 that belongs to the entities' ids. Ties
        go to the lower rank, so the order of rows never matters.
    origin
        int32 (n,): node at the start.
    release
        float64 (n,), s >= 0: end of pre-movement; inf for those never reached.
    woken
        int8 (n,): 1 when a helper at the door ends the pre-movement.
    speed
        float32 (n, 2, 3), m/s >= 0, axes (own/helped, level/down/up); along the
        slope on stairs. 0 means: cannot.
    size
        float32 (n, 2), persons of space >= 0.001; kept to 1/1000.
    body_width
        float32 (n, 2), m; 0 for those who can always turn sideways. Two bodies that
        meet must fit beside each other.
    barred
        int32 (n, 2): bits of the barriers it cannot take.
    routing_class
        int32 (n, 2): row block of ``Routing.row``.
    no_overtaking_below
        float32 (n,), m: on spaces narrower than this nobody behind gets past it;
        0 for most.
    narrow_below, narrow_factor
        float32 (n,), m, and a factor on its speed on spaces narrower than that (a
        wheelchair in a tight corridor); 0 and 1 for most.
    view, info
        int32 (n,): one of ``VIEW_*``, and the info held at the start.
    patience
        float64 (n,), s of waiting for a helper before the fallback. Of a helper:
        how long it stands by at a household that does not set out. May be inf.
    fallback
        int32 (n,), one of ``FALLBACK_*``.
    responder_at, responder_dwell
        float64 (n,), s: when the responder is there, and the preparation after.
    dose_limit
        float64 (n,): dose at which it can go no further; inf for none. Someone who
        is helped is carried on as long as the helpers' own doses allow.
    group_start, group, group_persons
        int32 (n + 1,), (m,), (m,): the groups of its members and the persons in
        each; groups may overlap.
    stop_start, stop_after, stop_dwell
        int32 (n + 1,), float64 (k,), float64 (k,): rests on the way. Once it has
        walked ``stop_after`` m (ascending) it dwells ``stop_dwell`` s at the next
        node with ``rest``.
    legs
        What they do.
    """

    members: I4
    slow_members: I4
    rank: I4
    origin: I4
    release: F8
    woken: I1
    speed: F4
    size: F4
    body_width: F4
    barred: I4
    routing_class: I4
    no_overtaking_below: F4
    narrow_below: F4
    narrow_factor: F4
    view: I4
    info: I4
    patience: F8
    fallback: I4
    responder_at: F8
    responder_dwell: F8
    dose_limit: F8
    group_start: I4
    group: I4
    group_persons: I4
    stop_start: I4
    stop_after: F8
    stop_dwell: F8
    legs: Legs


class Shelters(NamedTuple):
    """Places with room for so many persons.

    Parameters
    ----------
    capacity
        int32 (n_shelters,), persons.
    alternatives
        int32 (n_shelters, k): targets to try, in order, when the shelter is full or
        cannot be reached; -1 fills up. Those known to be full are passed over.
    """

    capacity: I4
    alternatives: I4


class Routing(NamedTuple):
    """Next-link tables, worked out beforehand, and who learns what when.

    Parameters
    ----------
    next_link
        int32 (n_rows, n_nodes): the link to take at a node, ``AT_TARGET`` or
        ``NO_ROUTE``. Following one row must never run in a circle.
    row
        int32 (n_routing_classes, n_targets, n_infos): row of ``next_link``, or -1
        where no entity asks (treated as no route).
    live_time, live_info
        float64 (m,) ascending from 0, int32 (m,): the info of live-informed entities
        from each time on.
    info_on_meeting
        int32 (n_spaces,): the info adopted by a local entity that meets this space
        closed; -1 for the live info. At its second meeting it takes the live info.
    target_shelter
        int32 (n_targets,): the one shelter this target leads to, or -1.
    shelters
        Capacities and order lists.
    """

    next_link: I4
    row: I4
    live_time: F8
    live_info: I4
    info_on_meeting: I4
    target_shelter: I4
    shelters: Shelters


class Hazards(NamedTuple):
    """Keyframes per place, as a ragged table: ``start[p]:start[p + 1]`` are those of ``p``.

    Before its first keyframe a place is sound. After the last, the last holds.
    Of nodes only ``dose`` and ``unsafe`` are used.

    Parameters
    ----------
    start
        int32 (n_spaces + n_nodes + 1,).
    time
        float64 (m,), s, ascending within a place.
    speed, width
        float32 (m,), factors >= 0 on walking speed; and on area, capacity and clear
        width.
    closed
        int8 (m,): bit 0 closes tail to head, bit 1 head to tail; 3 both.
    caught
        int8 (m,), one of ``CAUGHT_*``.
    dose
        float32 (m,), dose per second.
    unsafe
        int8 (m,): 1 counts into ``Outcome.unsafe_time``.
    smooth
        int8 (m,): 1 runs linearly to the next keyframe (speed, width, dose); 0 steps.
    barrier
        int32 (m,), or empty for none: bits added to those of ``Network.barrier``
        (water too deep for wheels, smoke too thick for those alone). They keep out
        who is not yet on it.
    """

    start: I4
    time: F8
    speed: F4
    width: F4
    closed: I1
    caught: I1
    dose: F4
    unsafe: I1
    smooth: I1
    barrier: I4 = _NO_BITS


class Parameters(NamedTuple):
    """Numbers that hold for the whole run.

    Parameters
    ----------
    n_groups
        Number of groups.
    horizon
        s simulated at most, rounded up to whole steps.
    stuck_time
        s a person at the head of a lane waits for room before squeezing in; every
        such entry is counted in ``Outcome.gridlock``. inf switches the rule off.
    minor_share
        0..1/2: share of a space's capacity that the weaker direction keeps (at least
        1/100, else it would never start).
    follow_window
        s during which a follower sees who went before it at a node.
    retry
        s between two attempts of a blocked entity; it also tries whenever
        something closes, opens or becomes known.
    dt
        s per step. Source: imo1533 asks that actions differ by at most 1 s.
    flow_bin, arrival_bin
        s per bin; 0 switches the table off.
    snapshot_every, snapshot_rows
        s between snapshots (0: none) and room for so many rows.
    route_rows
        Room for so many rows of the route log (0: none).
    check
        1 proves at every step that persons are conserved and that every space holds
        who is said to be on it; slow, for tests.
    rest_blocks_width
        m, taken from each space at a node by each entity that rests there
        (``REST_IN_THE_WAY``). From the next step on the capacity of a space at that
        end is times ``1 - taken / clear width``, at least 1/100: people squeeze by. A
        body that must fit through waits until there is room beside those who rest,
        ``stuck_time`` at most. Who is overcome while resting stays in the way. 0: nobody
        who rests is in the way.
    seat_near
        m: who would rest in the way goes on when a seat (``REST_ASIDE``) is this near on
        the way it knows. 0: rests where it is due.
    """

    n_groups: int
    horizon: float
    stuck_time: float
    minor_share: float
    follow_window: float
    retry: float
    dt: float = 1.0
    flow_bin: float = 0.0
    arrival_bin: float = 10.0
    snapshot_every: float = 0.0
    snapshot_rows: int = 0
    route_rows: int = 0
    check: int = 0
    rest_blocks_width: float = 0.0
    seat_near: float = 0.0
