"""Work out what a space lets through at the start of a step: speed, room, headways."""

from __future__ import annotations

from typing import Any, Final

from renlin.kernels.compiled import compiled
from renlin.kernels.contract import F8
from renlin.kernels.world import ACTIVE, MILLI, Tables, World

#: Share of its capacity that an entrance keeps in the densest crowd or against the
#: strongest stream. Assumption: people squeeze in at one in a hundred; 0 would let a
#: standstill last for ever.
LEAST_SUPPLY: Final = 0.01


@compiled
def between(table: F8, position: float) -> float:
    """Return ``table`` at a fractional ``position``, linear, constant beyond its ends."""
    last = table.shape[0] - 1
    if position >= last:
        return float(table[last])
    i = int(position)
    return float(table[i] + (table[i + 1] - table[i]) * (position - i))


@compiled
def usable_width(w: World, space: int) -> float:
    """Return the width factor; a width of 0 shuts the entrance, not the way out."""
    width = w.places[space].width
    return float(width if width > 0.0 else 1.0)


@compiled
def refresh(w: World, tables: Tables, space: int) -> None:
    """Set speed factor, capacity, storage and headway ends of both directions.

    Density of the others: rho = occupied / area * (n - 1) / n, n entities on the
    space, so that one who walks alone is never slowed by itself. Capacity:
    C = C0 * width * f(slow share) * g(minor share), split between the directions by
    persons, the weaker one keeping at least ``minor_share``.
    """
    record = w.spaces[space]
    ahead, back = w.links[2 * space], w.links[2 * space + 1]
    width = usable_width(w, space)
    persons = ahead.persons + back.persons
    shares = tables.capacity.shape[1]
    share = 0
    if persons > 0:
        share = int((ahead.slow + back.slow) / persons * (shares - 1) + 0.5)
    kind = record.crowd_class
    density = record.occupied / (MILLI * record.area * width)
    record.max_density = max(record.max_density, density)
    others = density * (record.on - 1) / record.on if record.on > 0 else 0.0
    diagram = tables.diagram[kind, share]
    speed = between(tables.curves[diagram], others / tables.step[diagram])
    speed *= w.places[space].speed
    capacity = record.capacity * width * tables.capacity[kind, share]
    record.storage = int(tables.jam[kind, share] * record.area * width * MILLI)
    w.factor[2 * space], w.factor[2 * space + 1] = speed, speed
    ahead.capacity, back.capacity = capacity, capacity
    if ahead.persons > 0 or back.persons > 0:
        divide(w, tables, space)
    ahead.supply, back.supply = ahead.capacity, back.capacity
    if others > tables.peak[diagram] and record.length > 0.0:
        hold_outside(w, space)
    if w.clock[0].rest_blocks_width > 0.0:
        squeeze_by(w, space)
    free_at(w, ahead)
    free_at(w, back)
    record.stale = 0


@compiled
def divide(w: World, tables: Tables, space: int) -> None:
    """Share capacity between the two directions, and slow those who meet others."""
    ahead, back = w.links[2 * space], w.links[2 * space + 1]
    persons = ahead.persons + back.persons
    forward, backward = ahead.persons / persons, back.persons / persons
    minor = min(forward, backward)
    last = tables.against_capacity.shape[0] - 1
    total = ahead.capacity * between(tables.against_capacity, 2.0 * minor * last)
    least = max(w.clock[0].minor_share, LEAST_SUPPLY)
    most = 1.0 - least if minor > 0.0 else 1.0
    ahead.capacity = total * min(max(forward, least), most)
    back.capacity = total * min(max(backward, least), most)
    last = tables.against_speed.shape[0] - 1
    w.factor[2 * space] *= between(tables.against_speed, backward * last)
    w.factor[2 * space + 1] *= between(tables.against_speed, forward * last)


@compiled
def hold_outside(w: World, space: int) -> None:
    """Admit no more than moves on inside: beyond the density of the greatest flow.

    Flow inside: q = sum of persons x speed / length, persons/s. A direction keeps at
    least ``minor_share`` of both, and ``LEAST_SUPPLY`` of its capacity.
    """
    ahead, back = w.links[2 * space], w.links[2 * space + 1]
    length = MILLI * w.spaces[space].length
    forward = ahead.flux * w.factor[2 * space] / length
    backward = back.flux * w.factor[2 * space + 1] / length
    least = w.clock[0].minor_share * (forward + backward)
    ahead.supply = min(ahead.capacity, max(forward, least, LEAST_SUPPLY * ahead.capacity))
    back.supply = min(back.capacity, max(backward, least, LEAST_SUPPLY * back.capacity))


@compiled
def taken_at(w: World, node: int) -> float:
    """Return the width that those who rest at ``node`` take from who passes, m."""
    return float(w.nodes[node].resting * w.clock[0].rest_blocks_width)


@compiled
def left_beside(w: World, space: int, node: int) -> float:
    """Return the share of ``space`` that is left at ``node`` beside those who rest there.

    ``1 - taken / clear width``, at least ``LEAST_SUPPLY``.
    """
    taken = taken_at(w, node)
    if taken <= 0.0:
        return 1.0
    clear = w.spaces[space].clear * usable_width(w, space)
    return float(max(LEAST_SUPPLY, 1.0 - taken / clear))


@compiled
def squeeze_by(w: World, space: int) -> None:
    """Let fewer out and in at an end of ``space`` where somebody rests in the way."""
    ahead, back = w.links[2 * space], w.links[2 * space + 1]
    at_tail = left_beside(w, space, w.spaces[space].tail)
    at_head = left_beside(w, space, w.spaces[space].head)
    ahead.capacity *= at_head
    back.supply *= at_head
    back.capacity *= at_tail
    ahead.supply *= at_tail


@compiled
def free_at(w: World, link: Any) -> None:
    """Set when the headways owed at the exit and the entrance of a link end."""
    start = w.clock[0].t
    link.exit_free = start + link.exit_debt / link.capacity if link.exit_debt > 0.0 else 0.0
    link.entry_free = start + link.entry_debt / link.supply if link.entry_debt > 0.0 else 0.0


@compiled
def owe(w: World, link: Any) -> bool:
    """Turn headways that outlast the step into debts; return whether there are any.

    A debt is kept in persons, not seconds, so that it is paid at the capacity of
    later steps. Nothing is saved up while nobody passes: no burst after idling.
    """
    end = w.clock[0].end
    link.exit_debt = max(0.0, link.exit_free - end) * link.capacity
    link.entry_debt = max(0.0, link.entry_free - end) * link.supply
    return bool(link.exit_debt > 0.0 or link.entry_debt > 0.0)


@compiled
def activate(w: World, space: int) -> None:
    """Have ``space`` refreshed at every step from now on."""
    clock, record = w.clock[0], w.spaces[space]
    if record.active < 0:
        record.active = clock.n_active
        w.lists[ACTIVE, clock.n_active] = space
        clock.n_active += 1


@compiled
def refresh_active(w: World, tables: Tables) -> None:
    """Refresh the spaces whose walkers, headways or hazards have changed."""
    for i in range(w.clock[0].n_active):
        space = w.lists[ACTIVE, i]
        if w.spaces[space].stale != 0:
            refresh(w, tables, space)


@compiled
def rest_idle(w: World, tables: Tables) -> None:
    """Carry headways into the next step and drop the spaces that have become idle."""
    clock, i = w.clock[0], 0
    while i < clock.n_active:
        space = w.lists[ACTIVE, i]
        record = w.spaces[space]
        owed_ahead = owe(w, w.links[2 * space])
        owed_back = owe(w, w.links[2 * space + 1])
        if owed_ahead or owed_back:
            record.stale = 1
        if record.on > 0 or owed_ahead or owed_back:
            i += 1
            continue
        clock.n_active -= 1
        moved = w.lists[ACTIVE, clock.n_active]
        w.lists[ACTIVE, i] = moved
        w.spaces[moved].active = i
        record.active = -1
        refresh(w, tables, space)
