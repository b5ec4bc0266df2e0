"""Let people rest on the way, and take width from those who pass while they do."""

from __future__ import annotations

from renlin.kernels.codes import REST_ASIDE, REST_IN_THE_WAY, REST_NOWHERE
from renlin.kernels.compiled import compiled
from renlin.kernels.crowding import activate
from renlin.kernels.wayfinding import info_of
from renlin.kernels.world import World


@compiled
def rest_due(w: World, e: int, node: int) -> bool:
    """Return whether ``e`` has a rest to take and can take it at ``node``."""
    person = w.people[e]
    if person.stop >= person.stop_end or w.nodes[node].rest == REST_NOWHERE:
        return False
    if w.stops[person.stop].after > person.walked:
        return False
    return w.nodes[node].rest == REST_ASIDE or not seat_ahead(w, e, node)


@compiled
def seat_ahead(w: World, e: int, node: int) -> bool:
    """Return whether ``e`` has a seat within ``seat_near`` m before it, on the way it knows."""
    person, near = w.people[e], w.clock[0].seat_near
    row = w.row[person.routing, person.target, info_of(w, e)]
    if near <= 0.0 or row < 0:
        return False
    at, metres = node, 0.0
    while w.next_link[row, at] >= 0:
        link = w.next_link[row, at]
        metres += w.spaces[link >> 1].length
        at = w.links[link].end
        if metres > near:
            return False
        if w.nodes[at].rest == REST_ASIDE and w.next_link[row, at] >= 0:
            return True
    return False


@compiled
def sit_down(w: World, e: int) -> None:
    """Start the rest that is due to ``e``, in the way of others unless there is a seat."""
    person = w.people[e]
    person.stop += 1
    person.stops += 1
    if w.clock[0].rest_blocks_width > 0.0 and w.nodes[person.node].rest == REST_IN_THE_WAY:
        person.resting = 1
        w.nodes[person.node].resting += 1
        tell_spaces(w, person.node)


@compiled
def get_up(w: World, e: int) -> None:
    """End the rest of ``e``, who is in nobody's way any more."""
    person = w.people[e]
    person.resting = 0
    w.nodes[person.node].resting -= 1
    tell_spaces(w, person.node)


@compiled
def tell_spaces(w: World, node: int) -> None:
    """Have the spaces at ``node`` refreshed at the start of the next step."""
    way = w.nodes[node].way
    if way < 0:
        return
    for place in range(w.nodes[node].degree):
        space = w.lanes[w.links[way].lane + place].next >> 1
        w.spaces[space].stale = 1
        activate(w, space)
