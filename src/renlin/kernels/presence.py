"""Count who is on a link, whom others must get past, and leave traces of having been there."""

from __future__ import annotations

from renlin.kernels.codes import LEG_SHELTER, VIEW_FOLLOW
from renlin.kernels.compiled import compiled
from renlin.kernels.wayfinding import pace_on
from renlin.kernels.world import MILLI, World


@compiled
def take_up(w: World, e: int, link: int) -> None:
    """Count ``e`` and those it leads among the persons who move on ``link``."""
    record, person = w.links[link], w.people[e]
    person.flux = person.load * int(pace_on(w, e, link) * MILLI + 0.5)
    record.persons += person.load
    record.slow += person.slow_load
    record.flux += person.flux
    w.spaces[link >> 1].stale = 1


@compiled
def set_down(w: World, e: int, link: int) -> None:
    """Take ``e`` and those it leads off the persons who move on ``link``."""
    record, person = w.links[link], w.people[e]
    record.persons -= person.load
    record.slow -= person.slow_load
    record.flux -= person.flux
    w.spaces[link >> 1].stale = 1


@compiled
def step_on(w: World, e: int, link: int) -> None:
    """Count ``e`` among the bodies on ``link`` that others must get past."""
    person, record = w.people[e], w.links[link]
    if person.body > 0.0:
        record.widest = max(record.widest, person.body) if record.n_wide > 0 else person.body
        record.n_wide += 1


@compiled
def step_off(w: World, e: int, link: int) -> None:
    """Take ``e`` off the bodies on ``link``."""
    if w.people[e].body > 0.0:
        w.links[link].n_wide -= 1


@compiled
def follow(w: World, e: int, link: int) -> None:
    """Remember behind whom ``e`` must stay on ``link``, and whether it holds up others."""
    person, record = w.people[e], w.links[link]
    person.follows, person.follow_visit = record.blocker, record.blocker_visit
    if w.spaces[link >> 1].clear < person.blocks_below:
        record.blocker, record.blocker_visit = e, person.visit


@compiled
def announce(w: World, e: int, node: int, time: float) -> None:
    """Leave word at ``node`` where ``e`` is heading, for followers."""
    person = w.people[e]
    if w.legs[person.leg].kind != LEG_SHELTER:
        return
    if person.sight != VIEW_FOLLOW or person.followed == 1:
        w.nodes[node].last_target, w.nodes[node].last_time = person.target, time


@compiled
def note(w: World, e: int, link: int, time: float) -> None:
    """Write the entry into the route log, if there is room."""
    clock = w.clock[0]
    if w.log.shape[0] == 0:
        return
    if clock.n_log >= w.log.shape[0]:
        clock.log_lost += 1
        return
    row = w.log[clock.n_log]
    row.time, row.entity, row.link = time, e, link
    clock.n_log += 1
