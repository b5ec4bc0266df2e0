"""Keep the books: how long each entity was in each state, and where."""

from __future__ import annotations

from renlin.kernels.codes import (
    PHASE_BEFORE,
    PHASE_BLOCKED,
    PHASE_DWELL,
    PHASE_HELP,
    PHASE_LANES,
    PHASE_PREPARATION,
    PHASE_QUEUE,
    PHASE_STAIRS,
    PHASE_STAYED,
    STATE_ARRIVED,
    STATE_ATTACHED,
    STATE_BEFORE,
    STATE_DWELLING,
    STATE_PREPARING,
    STATE_QUEUED,
    STATE_READY,
    STATE_STANDING_BY,
    STATE_STAYED,
    STATE_WAITING,
    STATE_WALKING,
)
from renlin.kernels.compiled import compiled
from renlin.kernels.world import World


@compiled
def phase_of(state: int, climb: int) -> int:
    """Return the phase a state counts into."""
    if state == STATE_WALKING:
        return PHASE_STAIRS if climb != 0 else PHASE_LANES
    if state in (STATE_QUEUED, STATE_READY):
        return PHASE_QUEUE
    if state == STATE_BEFORE:
        return PHASE_BEFORE
    if state in (STATE_WAITING, STATE_STANDING_BY):
        return PHASE_HELP
    if state == STATE_PREPARING:
        return PHASE_PREPARATION
    if state == STATE_DWELLING:
        return PHASE_DWELL
    if state == STATE_STAYED:
        return PHASE_STAYED
    return PHASE_BLOCKED


@compiled
def spread(w: World, e: int, row: int, span: float) -> None:
    """Add ``span`` for every member of ``e`` to a row of the ledger."""
    person = w.people[e]
    for i in range(person.group_start, person.group_end):
        member = w.groups[i]
        w.ledger[row, member.group] += member.persons * span
    w.ledger[row, w.ledger.shape[1] - 1] += person.members * span


@compiled
def post(w: World, e: int, state: int, span: float) -> None:
    """Enter ``span`` seconds of ``state`` for ``e``, where it is or is being led."""
    person = w.people[e]
    place = w.people[person.carrier] if person.state == STATE_ATTACHED else person
    n_spaces = w.clock[0].n_spaces
    climb = 0
    if place.link >= 0:
        space = place.link >> 1
        climb = w.spaces[space].climb
        spread(w, e, 2 * space, span)
        if state == STATE_QUEUED:
            spread(w, e, 2 * space + 1, span)
    elif state != STATE_BEFORE and state != STATE_STAYED:
        spread(w, e, 2 * n_spaces + place.node, span)
    w.phase[e, phase_of(state, climb)] += span


@compiled
def dose_until(w: World, place: int, time: float) -> float:
    """Return the dose someone would have taken up at ``place`` from 0 to ``time``."""
    record = w.places[place]
    return float(record.dose_sum + record.rate * (time - w.clock[0].t))


@compiled
def unsafe_until(w: World, place: int, time: float) -> float:
    """Return the seconds from 0 to ``time`` at which ``place`` was unsafe."""
    record = w.places[place]
    return float(record.unsafe_sum + record.unsafe * (time - w.clock[0].t))


@compiled
def place_of(w: World, e: int) -> int:
    """Return the place where ``e`` is."""
    person = w.people[e]
    return int(person.link >> 1 if person.link >= 0 else w.clock[0].n_spaces + person.node)


@compiled
def mark(w: World, e: int, time: float) -> None:
    """Start to count the dose of ``e`` afresh at the place where it now is."""
    if w.clock[0].dosed == 0:
        return
    person, place = w.people[e], place_of(w, e)
    person.mark = dose_until(w, place, time)
    person.unsafe_mark = unsafe_until(w, place, time)


@compiled
def expose(w: World, e: int, time: float) -> None:
    """Add the dose taken up since the last mark to ``e`` and those who walk with it."""
    if w.clock[0].dosed == 0:
        return
    person, place = w.people[e], place_of(w, e)
    dose = dose_until(w, place, time) - person.mark
    unsafe = unsafe_until(w, place, time) - person.unsafe_mark
    mark(w, e, time)
    person.dose += dose
    person.unsafe += unsafe
    helper = person.first_helper
    while helper >= 0:
        if w.people[helper].state == STATE_ATTACHED:
            w.people[helper].dose += dose
            w.people[helper].unsafe += unsafe
        helper = w.people[helper].next_helper


@compiled
def account(w: World, e: int, time: float) -> None:
    """Close the books of ``e`` up to ``time``, with those who walk as part of it."""
    person = w.people[e]
    state = person.state
    if state in (STATE_ARRIVED, STATE_ATTACHED):
        return
    span = time - person.since
    if span > 0.0:
        person.since = time
        post(w, e, state, span)
        helper = person.first_helper
        while helper >= 0:
            if w.people[helper].state == STATE_ATTACHED:
                post(w, helper, state, span)
            helper = w.people[helper].next_helper
    expose(w, e, time)


@compiled
def become(w: World, e: int, state: int, time: float) -> None:
    """Let ``e`` pass into ``state`` at ``time``; timers of the old state lose their force."""
    account(w, e, time)
    person = w.people[e]
    w.n_state[person.state] -= 1
    w.n_state[state] += 1
    person.state = state
    person.since = time
    person.stamp += 1
    person.timer = 0
