"""Decide which link an entity takes next, with what it knows and what it can pass."""

from __future__ import annotations

from typing import Final

from renlin.kernels.codes import (
    AT_TARGET,
    HELPED,
    LEG_SHELTER,
    NO_ROUTE,
    REASON_BARRED,
    REASON_CLOSED,
    REASON_NARROW,
    REASON_NO_ROUTE,
    REASON_NONE,
    VIEW_FOLLOW,
    VIEW_LIVE,
)
from renlin.kernels.compiled import compiled
from renlin.kernels.world import World

#: A choice at or below this says: blocked, for the reason ``BLOCKED - choice``.
BLOCKED: Final = -10

#: So many times an entity may learn at one node before it gives up for now.
LESSONS: Final = 2


@compiled
def adopt_manner(w: World, e: int, mode: int) -> None:
    """Let ``e`` move by itself (OWN) or as helped (HELPED) from now on."""
    person, manner = w.people[e], w.manners[e, mode]
    person.mode = mode
    person.size, person.body, person.barred = manner.size, manner.body, manner.barred
    person.routing = manner.routing
    person.level, person.down, person.up = manner.level, manner.down, manner.up
    person.load, person.slow_load = person.members, person.slow
    helper = person.first_helper if mode == HELPED else -1
    while helper >= 0:
        person.load += w.people[helper].members
        person.slow_load += w.people[helper].slow
        helper = w.people[helper].next_helper


@compiled
def pace_on(w: World, e: int, link: int) -> float:
    """Return the free speed of ``e`` on ``link``, m/s along its length."""
    person, space = w.people[e], w.spaces[link >> 1]
    if space.climb == 0:
        pace = person.level * w.links[link].incline
    else:
        rises = (space.climb > 0) == ((link & 1) == 0)
        pace = person.up if rises else person.down
    if space.clear < person.narrow_below:
        pace *= person.narrow_factor
    return float(pace)


@compiled
def hindrance(w: World, e: int, link: int) -> int:
    """Return why ``e`` cannot enter ``link`` now, or ``REASON_NONE``."""
    person, space = w.people[e], w.spaces[link >> 1]
    place = w.places[link >> 1]
    if place.closed & (1 << (link & 1)) or place.width <= 0.0:
        return REASON_CLOSED
    if (space.barrier | place.barrier) & person.barred or pace_on(w, e, link) <= 0.0:
        return REASON_BARRED
    if person.body > space.clear * place.width:
        return REASON_NARROW
    return REASON_NONE


@compiled
def info_of(w: World, e: int) -> int:
    """Return the info that ``e`` goes by."""
    person = w.people[e]
    return int(w.clock[0].live_info if person.sight == VIEW_LIVE else person.info)


@compiled
def places_needed(w: World, e: int) -> int:
    """Return the shelter places ``e`` takes, with helpers who have nowhere else to go."""
    person = w.people[e]
    persons, helper = person.members, person.first_helper
    while helper >= 0:
        other = w.people[helper]
        if other.leg + 1 >= other.leg_end:
            persons += other.members
        helper = other.next_helper
    return int(persons)


@compiled
def full(w: World, target: int, persons: int) -> bool:
    """Return whether ``target`` is one shelter without room for ``persons``."""
    shelter = w.targets[target]
    return bool(shelter >= 0 and w.room[shelter] < persons)


@compiled
def redirect(w: World, e: int, owner: int) -> bool:
    """Head for the next alternative on the list of shelter ``owner`` that has room."""
    person = w.people[e]
    if person.owner < 0:
        person.owner, person.position = owner, 0
    while person.position < w.alternatives.shape[1]:
        target = w.alternatives[person.owner, person.position]
        person.position += 1
        if target >= 0 and not full(w, target, places_needed(w, e)):
            person.target = target
            return True
    return False


@compiled
def look_ahead(w: World, e: int, node: int, time: float) -> None:
    """Let ``e`` change its shelter before it gets there: it hears or sees of another."""
    person = w.people[e]
    if w.legs[person.leg].kind != LEG_SHELTER:
        return
    if person.sight == VIEW_FOLLOW and person.followed == 0:
        seen = w.nodes[node]
        if seen.last_target >= 0 and time - seen.last_time <= w.clock[0].follow_window:
            person.target, person.followed = seen.last_target, 1
    if person.sight == VIEW_LIVE and full(w, person.target, places_needed(w, e)):
        redirect(w, e, w.targets[person.target])


@compiled
def learn(w: World, e: int, space: int) -> None:
    """Let ``e`` learn from meeting an impassable ``space``."""
    person = w.people[e]
    person.info = w.clock[0].live_info
    if person.met == 0 and w.spaces[space].info >= 0:
        person.info = w.spaces[space].info
    person.met += 1


@compiled
def choose(w: World, e: int, node: int, time: float) -> int:
    """Return the link ``e`` takes at ``node``, ``AT_TARGET``, or ``BLOCKED - reason``."""
    person = w.people[e]
    look_ahead(w, e, node, time)
    lessons = 0
    while True:
        row = w.row[person.routing, person.target, info_of(w, e)]
        link = NO_ROUTE
        if row >= 0:
            link = w.next_link[row, node]
        if link == AT_TARGET:
            return AT_TARGET
        if link < 0:
            return BLOCKED - REASON_NO_ROUTE
        reason = hindrance(w, e, link)
        if reason == REASON_NONE:
            return int(link)
        if person.sight == VIEW_LIVE or lessons == LESSONS:
            return BLOCKED - reason
        learn(w, e, link >> 1)
        lessons += 1
