"""Move those who walk: the hot loop over a dense list."""

from __future__ import annotations

from typing import Final

from renlin.kernels.codes import STATE_QUEUED, STATE_WALKING
from renlin.kernels.compiled import compiled
from renlin.kernels.events import REACH, soon
from renlin.kernels.world import World

#: Links one entity may pass within one step; only links of no length come near it.
HOPS: Final = 64


@compiled
def put_on_list(w: World, e: int, link: int, rem: float, pace: float) -> None:
    """Put ``e`` on the list of walkers, ``rem`` metres from the end of ``link``."""
    slot = w.clock[0].n_walkers
    walker = w.walkers[slot]
    walker.entity, walker.link, walker.rem, walker.pace = e, link, rem, pace
    w.people[e].slot = slot
    w.clock[0].n_walkers = slot + 1


@compiled
def take_off_list(w: World, e: int) -> float:
    """Take ``e`` off the list of walkers; return the metres that were left."""
    person, last = w.people[e], w.clock[0].n_walkers - 1
    if person.slot < 0:
        return 0.0
    walker, moved = w.walkers[person.slot], w.walkers[last]
    rem = float(walker.rem)
    walker.entity, walker.link = moved.entity, moved.link
    walker.rem, walker.pace = moved.rem, moved.pace
    w.people[moved.entity].slot = person.slot
    w.clock[0].n_walkers = last
    person.slot = -1
    return rem


@compiled
def add_walker(w: World, e: int, pace: float, goal: float, time: float) -> None:
    """Let ``e`` walk ``goal`` metres from ``time`` on: this step to its end, then on."""
    person, clock = w.people[e], w.clock[0]
    person.goal = goal
    if person.hop_step != clock.step:
        person.hop_step, person.hops = clock.step, 0
    person.hops += 1
    speed = pace * w.factor[person.link]
    walked = speed * (clock.end - time)
    if walked < goal or person.hops > HOPS:
        put_on_list(w, e, person.link, max(goal - walked, 0.0), pace)
        return
    soon(w, e, time + goal / speed if goal > 0.0 else time, time, REACH)


@compiled
def move(w: World) -> None:
    """Move all walkers by one step; those who reach the end become events."""
    clock, i = w.clock[0], 0
    dt = clock.dt
    while i < clock.n_walkers:
        walker = w.walkers[i]
        rem = float(walker.rem)
        speed = walker.pace * w.factor[walker.link]
        left = rem - speed * dt
        if left > 0.0:
            walker.rem = left
            i += 1
            continue
        e = walker.entity
        take_off_list(w, e)
        time = clock.t + rem / speed if rem > 0.0 else clock.t
        soon(w, e, time, time, REACH)


@compiled
def is_ahead(w: World, e: int) -> bool:
    """Return whether the one whom ``e`` may not overtake still walks before it."""
    person = w.people[e]
    if person.follows < 0:
        return False
    front = w.people[person.follows]
    if front.visit != person.follow_visit or front.link != person.link:
        return False
    return bool(front.state == STATE_WALKING or (front.state == STATE_QUEUED and front.lane < 0))


@compiled
def close_up(w: World, e: int) -> None:
    """Let ``e``, at the end of its link, wait for the slow one it cannot get past."""
    person = w.people[e]
    front = w.people[person.follows]
    person.next_behind = -1
    if front.behind < 0:
        front.behind = e
    else:
        w.people[front.behind_last].next_behind = e
    front.behind_last = e


@compiled
def let_pass(w: World, e: int, time: float) -> None:
    """Let those who waited behind ``e`` come to the end of the link as well."""
    person = w.people[e]
    other = person.behind
    person.behind = -1
    while other >= 0:
        following = w.people[other].next_behind
        w.people[other].next_behind = -1
        if w.people[other].follows == e and w.people[other].state == STATE_QUEUED:
            soon(w, other, time, w.people[other].reach, REACH)
        other = following
