"""Run the steps: hazards, crowding, walking, then what happens at the nodes in order."""

from __future__ import annotations

from renlin.kernels.accounts import account
from renlin.kernels.arrivals import reach
from renlin.kernels.codes import (
    STATE_ARRIVED,
    STATE_BLOCKED,
    STATE_QUEUED,
    STATE_READY,
    STATE_WALKING,
)
from renlin.kernels.compiled import compiled
from renlin.kernels.crowding import refresh, refresh_active, rest_idle
from renlin.kernels.events import FIRST, HEAD, REACH, TIMER, call_timers, later, sink, swap
from renlin.kernels.hazard import hear, integrate, set_places, stop_the_overcome, try_again
from renlin.kernels.journey import proceed, run_out
from renlin.kernels.lanes import attempt, is_scheduled, look_again
from renlin.kernels.snapshots import snap
from renlin.kernels.walkers import move
from renlin.kernels.wayfinding import adopt_manner
from renlin.kernels.world import EXPOSED, RANKED, Records, Tables, World


@compiled
def set_out(w: World, tables: Tables) -> None:
    """Put everybody at its origin and set the timers of their release."""
    clock = w.clock[0]
    for space in range(clock.n_spaces):
        refresh(w, tables, space)
    for i in range(clock.n_people):
        e = w.lists[RANKED, i]
        adopt_manner(w, e, w.people[e].mode)
        if w.people[e].release < float("inf"):
            later(w, e, w.people[e].release)


@compiled
def happen(w: World) -> None:
    """Take the first event of this step and let it happen, unless it has lapsed."""
    clock = w.clock[0]
    event = w.now[0]
    e, kind, time, stamp = event.entity, event.kind, event.time, event.stamp
    clock.n_now -= 1
    swap(w.now, FIRST, clock.n_now)
    sink(w.now, clock.n_now)
    if stamp != w.people[e].stamp:
        return
    if kind == HEAD:
        lane = w.people[e].lane
        if is_scheduled(w, lane, e):
            attempt(w, lane, time)
    elif kind == REACH:
        reach(w, e, time)
    elif kind == TIMER:
        run_out(w, e, time)
    else:
        proceed(w, e, time)


@compiled
def step(w: World, tables: Tables) -> None:
    """Simulate one step."""
    clock = w.clock[0]
    clock.t, clock.end = clock.step * clock.dt, (clock.step + 1) * clock.dt
    clock.changed = 0
    set_places(w)
    refresh_active(w, tables)
    refresh_exposed(w, tables)
    stop_the_overcome(w)
    hear(w, tables)
    try_again(w)
    move(w)
    call_timers(w)
    look_again(w)
    while clock.n_now > 0:
        happen(w)
    integrate(w)
    rest_idle(w, tables)
    clock.agent_steps += w.n_state[STATE_WALKING] + w.n_state[STATE_QUEUED] + w.n_state[STATE_READY]
    clock.step += 1


@compiled
def refresh_exposed(w: World, tables: Tables) -> None:
    """Refresh the spaces that a hazard may have changed."""
    clock = w.clock[0]
    for i in range(clock.n_exposed):
        place = w.lists[EXPOSED, i]
        if place < clock.n_spaces:
            refresh(w, tables, place)


@compiled
def nothing_left(w: World, tables: Tables) -> bool:
    """Return whether nothing can happen any more that would change an outcome."""
    clock, n = w.clock[0], w.n_state
    if n[STATE_ARRIVED] == clock.n_people:
        return True
    if clock.n_exposed > 0 or clock.live_next < tables.live_time.shape[0]:
        return False
    moving = n[STATE_WALKING] + n[STATE_QUEUED] + n[STATE_READY] + n[STATE_BLOCKED]
    return bool(moving == 0 and clock.n_timers == 0)


@compiled
def run_steps(w: World, tables: Tables, rows: Records, until: float) -> int:
    """Simulate up to ``until``, or as long as something happens; return a fault or 0."""
    clock = w.clock[0]
    while clock.step * clock.dt < until and clock.fault == 0 and not nothing_left(w, tables):
        snap(w, rows, clock.step * clock.dt)
        step(w, tables)
    return int(clock.fault)


@compiled
def close(w: World, rows: Records, time: float) -> None:
    """Close all accounts at ``time`` and write the last snapshot."""
    clock = w.clock[0]
    clock.t = clock.step * clock.dt
    for i in range(clock.n_people):
        account(w, w.lists[RANKED, i], time)
    clock.next_snapshot = min(clock.next_snapshot, time)
    snap(w, rows, clock.next_snapshot)
