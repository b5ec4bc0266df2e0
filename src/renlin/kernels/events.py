"""Keep what happens next in order: by time, then by waiting, then by rank.

Two binary heaps: ``now`` holds what happens within the step, ``timers`` what comes
later. Because the order is total, neither the numbering of links nor the order of
rows can change a result.
"""

from __future__ import annotations

from typing import Final

from renlin.kernels.codes import code
from renlin.kernels.compiled import compiled
from renlin.kernels.world import Records, World

# Kinds, in the order in which they happen at one instant to one entity.
TIMER: Final = code(0)  #: the state of the entity runs out
REACH: Final = code(1)  #: it comes to the end of its link, or looks again where to go on
NODE: Final = code(2)  #: it stands at a node and goes on with its journey
HEAD: Final = code(3)  #: it is first in its lane and tries to pass

# LANE.state
IDLE: Final = 0
SCHEDULED: Final = 1  #: a HEAD event is in the heap
POSTPONED: Final = 2  #: its headway ends after this step
HELD: Final = 3  #: no room ahead

FIRST: Final = code(0)  #: place of the first event in a heap

FAULT_HEAP: Final = 1  #: CLOCK.fault: a heap overflowed


@compiled
def sooner(heap: Records, i: int, j: int) -> bool:
    """Return whether event ``i`` comes before event ``j``."""
    a, b = heap[i], heap[j]
    if a.time != b.time:
        return bool(a.time < b.time)
    if a.since != b.since:
        return bool(a.since < b.since)
    if a.rank != b.rank:
        return bool(a.rank < b.rank)
    return bool(a.kind < b.kind)


@compiled
def swap(heap: Records, i: int, j: int) -> None:
    """Exchange two events."""
    a, b = heap[i], heap[j]
    a.time, b.time = b.time, a.time
    a.since, b.since = b.since, a.since
    a.rank, b.rank = b.rank, a.rank
    a.kind, b.kind = b.kind, a.kind
    a.entity, b.entity = b.entity, a.entity
    a.stamp, b.stamp = b.stamp, a.stamp


@compiled
def rise(heap: Records, place: int) -> None:
    """Move the event at ``place`` up until its parent comes before it."""
    i = place
    while i > 0:
        parent = (i - 1) >> 1
        if not sooner(heap, i, parent):
            return
        swap(heap, i, parent)
        i = parent


@compiled
def sink(heap: Records, size: int) -> None:
    """Move the first event down until it comes before its children."""
    i = FIRST
    while True:
        child = 2 * i + 1
        if child >= size:
            return
        if child + 1 < size and sooner(heap, child + 1, child):
            child += 1
        if not sooner(heap, child, i):
            return
        swap(heap, i, child)
        i = child


@compiled
def write(w: World, heap: Records, size: int, e: int, kind: int) -> None:
    """Write an event of entity ``e`` at ``heap[size]``; its times stand there already."""
    event, person = heap[size], w.people[e]
    event.rank, event.kind, event.entity, event.stamp = person.rank, kind, e, person.stamp
    rise(heap, size)


@compiled
def soon(w: World, e: int, time: float, since: float, kind: int) -> None:
    """Let something happen to ``e`` at ``time``, which lies within this step."""
    clock = w.clock[0]
    size = clock.n_now
    if size >= w.now.shape[0]:
        clock.fault = FAULT_HEAP
        return
    event = w.now[size]
    event.time, event.since = time, since
    write(w, w.now, size, e, kind)
    clock.n_now = size + 1


@compiled
def later(w: World, e: int, time: float) -> None:
    """Let the state of ``e`` run out at ``time``, in this step or a later one."""
    clock = w.clock[0]
    w.people[e].timer = 1
    if time < clock.end:
        soon(w, e, time, time, TIMER)
        return
    if clock.n_timers >= w.timers.shape[0]:
        forget_stale(w)
    size = clock.n_timers
    if size >= w.timers.shape[0]:
        clock.fault = FAULT_HEAP
        return
    event = w.timers[size]
    event.time, event.since = time, time
    write(w, w.timers, size, e, TIMER)
    clock.n_timers = size + 1


@compiled
def forget_stale(w: World) -> None:
    """Drop the timers of states that have ended, and put the others in order again."""
    clock, kept = w.clock[0], FIRST
    for i in range(clock.n_timers):
        if w.timers[i].stamp != w.people[w.timers[i].entity].stamp:
            continue
        if i != kept:
            swap(w.timers, i, kept)
        rise(w.timers, kept)
        kept += 1
    clock.n_timers = kept


@compiled
def call_timers(w: World) -> None:
    """Move the timers that run out before the end of this step to the events of now."""
    clock = w.clock[0]
    while clock.n_timers > 0 and w.timers[0].time < clock.end:
        event = w.timers[0]
        e, time, stamp = event.entity, event.time, event.stamp
        clock.n_timers -= 1
        swap(w.timers, FIRST, clock.n_timers)
        sink(w.timers, clock.n_timers)
        if stamp == w.people[e].stamp:
            soon(w, e, time, time, TIMER)


@compiled
def schedule(w: World, lane: int, time: float) -> None:
    """Let the head of ``lane`` try to pass at ``time``, within this step."""
    w.lanes[lane].state = SCHEDULED
    soon(w, w.lanes[lane].first, time, w.lanes[lane].since, HEAD)
