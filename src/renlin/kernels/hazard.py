"""Let hazards, openings and news take effect at the start of a step."""

from __future__ import annotations

from renlin.kernels.accounts import become, dose_until, place_of
from renlin.kernels.arrivals import lane_for
from renlin.kernels.codes import (
    CAUGHT_TRAPPED,
    CAUGHT_TURN_BACK,
    HELPED,
    REASON_DOSE,
    REASON_HAZARD,
    STATE_ARRIVED,
    STATE_ATTACHED,
    STATE_BLOCKED,
    STATE_PREPARING,
    STATE_QUEUED,
    STATE_READY,
    STATE_TRAPPED,
    STATE_WAITING,
    STATE_WALKING,
    VIEW_LIVE,
)
from renlin.kernels.compiled import compiled
from renlin.kernels.events import NODE, REACH, soon
from renlin.kernels.journey import detach
from renlin.kernels.lanes import drop
from renlin.kernels.presence import follow, note, set_down, step_off, step_on, take_up
from renlin.kernels.walkers import let_pass, put_on_list, take_off_list
from renlin.kernels.wayfinding import choose, pace_on
from renlin.kernels.world import EXPOSED, RANKED, Tables, World


@compiled
def set_place(w: World, place: int) -> None:
    """Set the hazard of ``place`` as its keyframes have it at the start of the step."""
    record, time = w.places[place], w.clock[0].t
    while record.frame + 1 < record.frame_end and w.frames[record.frame + 1].time <= time:
        record.frame += 1
    if record.frame < record.frame_start:
        return
    frame = w.frames[record.frame]
    record.speed, record.width, record.rate = frame.speed, frame.width, frame.dose
    record.unsafe = frame.unsafe
    if frame.barrier != record.barrier:
        record.barrier = frame.barrier
        w.clock[0].changed = 1
    record.shut = frame.closed & ~record.closed
    record.opened = record.closed & ~frame.closed
    record.closed = frame.closed
    if frame.smooth == 0 or record.frame + 1 >= record.frame_end:
        return
    following = w.frames[record.frame + 1]
    part = (time - frame.time) / (following.time - frame.time)
    record.speed += (following.speed - frame.speed) * part
    record.width += (following.width - frame.width) * part
    record.rate += (following.dose - frame.dose) * part


@compiled
def set_places(w: World) -> None:
    """Set all hazards of this step, then deal with those caught by what closed."""
    clock = w.clock[0]
    for i in range(clock.n_exposed):
        place = w.lists[EXPOSED, i]
        set_place(w, place)
        if place < clock.n_spaces and (w.places[place].shut or w.places[place].opened):
            clock.changed = 1
    if clock.changed == 0:
        return
    for i in range(clock.n_people):
        e = w.lists[RANKED, i]
        if w.people[e].link >= 0:
            catch(w, e)


@compiled
def integrate(w: World) -> None:
    """Add the dose and the unsafe time of the past step to each exposed place."""
    clock = w.clock[0]
    for i in range(clock.n_exposed):
        record = w.places[w.lists[EXPOSED, i]]
        record.dose_sum += record.rate * clock.dt
        record.unsafe_sum += record.unsafe * clock.dt


@compiled
def catch(w: World, e: int) -> None:
    """Turn back, trap or set free ``e``, as the change on its link demands."""
    person = w.people[e]
    place, bit = w.places[person.link >> 1], 1 << (person.link & 1)
    if place.shut & bit:
        caught = w.frames[place.frame].caught
        if caught == CAUGHT_TRAPPED and person.state != STATE_TRAPPED:
            trap(w, e, REASON_HAZARD)
        elif caught == CAUGHT_TURN_BACK and person.state == STATE_WALKING:
            turn_back(w, e)
    elif place.opened & bit and person.state == STATE_TRAPPED and person.reason == REASON_HAZARD:
        set_free(w, e)


@compiled
def trap(w: World, e: int, reason: int) -> None:
    """Let ``e`` go no further; its body stays where it is and takes up space."""
    person, time = w.people[e], w.clock[0].t
    if person.state == STATE_WALKING:
        person.rem = take_off_list(w, e)
    elif person.link >= 0:
        person.rem, person.goal = 0.0, 0.0
    drop(w, e, time)
    if person.carrier >= 0:
        detach(w, person.carrier, e, time)
    become(w, e, STATE_TRAPPED, time)
    person.reason = reason
    if person.link >= 0:
        set_down(w, e, person.link)
        let_pass(w, e, time)


@compiled
def set_free(w: World, e: int) -> None:
    """Let ``e``, trapped by what has opened again, walk on."""
    person, time = w.people[e], w.clock[0].t
    become(w, e, STATE_WALKING, time)
    person.reason, person.follows = 0, -1
    take_up(w, e, person.link)
    if person.rem > 0.0:
        put_on_list(w, e, person.link, person.rem, pace_on(w, e, person.link))
    else:
        soon(w, e, time, time, REACH)


@compiled
def turn_back(w: World, e: int) -> None:
    """Let ``e`` walk back the way it came on its link."""
    person, time = w.people[e], w.clock[0].t
    rem = take_off_list(w, e)
    become(w, e, STATE_WALKING, time)
    person.walked += person.goal - rem
    old, new = person.link, person.link ^ 1
    set_down(w, e, old)
    take_up(w, e, new)
    step_off(w, e, old)
    step_on(w, e, new)
    let_pass(w, e, time)
    person.link, person.visit = new, person.visit + 1
    person.goal = w.spaces[new >> 1].length - rem
    follow(w, e, new)
    note(w, e, new, time)
    pace = pace_on(w, e, new)
    put_on_list(w, e, new, person.goal, pace)
    if pace <= 0.0:
        trap(w, e, REASON_HAZARD)


@compiled
def stop_the_overcome(w: World) -> None:
    """Trap all whose dose has passed their limit, or the limit of those who lead them."""
    clock = w.clock[0]
    if clock.limited == 0:
        return
    for i in range(clock.n_people):
        e = w.lists[RANKED, i]
        if is_overcome(w, e):
            trap(w, e, REASON_DOSE)


@compiled
def is_overcome(w: World, e: int) -> bool:
    """Return whether ``e`` can go no further for its dose or that of its helpers."""
    person = w.people[e]
    state = person.state
    if state in (STATE_ARRIVED, STATE_ATTACHED, STATE_TRAPPED, STATE_WAITING, STATE_PREPARING):
        return False
    more = dose_until(w, place_of(w, e), w.clock[0].t) - person.mark
    if person.mode != HELPED:
        return bool(person.dose + more > person.dose_limit)
    helper = person.first_helper
    while helper >= 0:
        if w.people[helper].dose + more > w.people[helper].dose_limit:
            return True
        helper = w.people[helper].next_helper
    return False


@compiled
def hear(w: World, tables: Tables) -> None:
    """Let the live-informed know what is new, and have those who queue look again."""
    clock, news = w.clock[0], False
    while clock.live_next < tables.live_time.shape[0]:
        if tables.live_time[clock.live_next] > clock.t:
            break
        clock.live_info = tables.live_info[clock.live_next]
        clock.live_next += 1
        news = True
    if not news:
        return
    clock.changed = 1
    for i in range(clock.n_people):
        e = w.lists[RANKED, i]
        if w.people[e].sight == VIEW_LIVE and w.people[e].lane >= 0:
            change_lane(w, e)


@compiled
def change_lane(w: World, e: int) -> None:
    """Take ``e`` out of its lane if it would now choose another."""
    person, time = w.people[e], w.clock[0].t
    if person.state == STATE_QUEUED:
        if lane_for(w, e, time) != person.lane:
            drop(w, e, time)
            soon(w, e, time, person.reach, REACH)
    elif person.state == STATE_READY and choose(w, e, person.node, time) != person.lane:
        drop(w, e, time)
        soon(w, e, time, time, NODE)


@compiled
def try_again(w: World) -> None:
    """Let the blocked try again when something closed, opened or became known."""
    clock = w.clock[0]
    if clock.changed == 0:
        return
    for i in range(clock.n_people):
        e = w.lists[RANKED, i]
        if w.people[e].state == STATE_BLOCKED:
            soon(w, e, clock.t, clock.t, NODE)
