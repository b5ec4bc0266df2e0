"""Queue at the ends of links, pass the node, enter the next link.

At the end of a link stands one lane per link that goes on from there, and one for
those who leave the link; at the entrance of each link one lane for those who come
from the node. The head of a lane passes when its own link's exit and the next
link's entrance have finished the headway of the one before, and when there is room
ahead. A head that cannot pass holds up its own lane only.
"""

from __future__ import annotations

from renlin.kernels.accounts import become, mark
from renlin.kernels.codes import (
    REASON_NONE,
    STATE_QUEUED,
    STATE_WALKING,
)
from renlin.kernels.compiled import compiled
from renlin.kernels.crowding import activate, taken_at
from renlin.kernels.events import (
    HELD,
    IDLE,
    NODE,
    POSTPONED,
    REACH,
    SCHEDULED,
    schedule,
    soon,
)
from renlin.kernels.presence import (
    announce,
    follow,
    note,
    set_down,
    step_off,
    step_on,
    take_up,
)
from renlin.kernels.walkers import add_walker
from renlin.kernels.wayfinding import hindrance, pace_on
from renlin.kernels.world import WAITING, World


@compiled
def lane_to(w: World, link: int, following: int) -> int:
    """Return the lane at the end of ``link`` for those who go on to ``following``.

    A ``following`` below 0 means: they step out to the node.
    """
    if following >= 0:
        return int(w.links[link].lane + w.links[following].slot)
    return int(w.links[link].lane + w.nodes[w.links[link].end].degree)


@compiled
def join(w: World, e: int, lane: int, time: float) -> None:
    """Put ``e`` last into ``lane``; the first of a lane tries to pass at once."""
    record, person = w.lanes[lane], w.people[e]
    person.lane, person.next_in_lane = lane, -1
    if record.first < 0:
        record.first, record.last, record.since = e, e, time
        call_head(w, lane, time)
        return
    w.people[record.last].next_in_lane = e
    record.last = e


@compiled
def take_head(w: World, lane: int, time: float) -> None:
    """Take the head out of ``lane``; the next one stands at the front from now on."""
    record = w.lanes[lane]
    person = w.people[record.first]
    record.first, record.state, record.since = person.next_in_lane, IDLE, time
    person.lane, person.next_in_lane = -1, -1
    person.stamp += 1
    if record.first < 0:
        record.last = -1


@compiled
def call_head(w: World, lane: int, time: float) -> None:
    """Let the head of ``lane``, if any, pass as soon as headways allow."""
    if w.lanes[lane].first < 0:
        return
    earliest = passing_time(w, lane, time)
    if earliest <= w.clock[0].end:
        schedule(w, lane, earliest)
    else:
        w.lanes[lane].state = POSTPONED
        list_lane(w, lane)


@compiled
def drop(w: World, e: int, time: float) -> None:
    """Take ``e`` out of its lane, wherever it stands in it."""
    person = w.people[e]
    lane = person.lane
    if lane < 0:
        return
    record = w.lanes[lane]
    if record.first == e:
        take_head(w, lane, time)
        call_head(w, lane, time)
        return
    before = record.first
    while w.people[before].next_in_lane != e:
        before = w.people[before].next_in_lane
    w.people[before].next_in_lane = person.next_in_lane
    if record.last == e:
        record.last = before
    person.lane, person.next_in_lane = -1, -1
    person.stamp += 1


@compiled
def list_lane(w: World, lane: int) -> None:
    """Have ``lane`` looked at again at the start of the next step."""
    record, clock = w.lanes[lane], w.clock[0]
    if record.listed == 0:
        record.listed = 1
        w.lists[WAITING, clock.n_waiting] = lane
        clock.n_waiting += 1


@compiled
def hold(w: World, lane: int) -> None:
    """Let ``lane`` wait until somebody leaves the space ahead."""
    record = w.lanes[lane]
    record.state = HELD
    list_lane(w, lane)
    if record.chained == 0:
        space = w.spaces[record.next >> 1]
        record.chained, record.next_held = 1, space.held
        space.held = lane


@compiled
def wake(w: World, space: int, time: float) -> None:
    """Let every lane that waits for room on ``space`` try again."""
    lane = w.spaces[space].held
    w.spaces[space].held = -1
    while lane >= 0:
        record = w.lanes[lane]
        following = record.next_held
        record.chained, record.next_held = 0, -1
        if record.state == HELD:
            schedule(w, lane, time)
        lane = following


@compiled
def passing_time(w: World, lane: int, time: float) -> float:
    """Return when the headways at the exit and at the next entrance allow to pass."""
    record = w.lanes[lane]
    earliest = time
    if record.link >= 0:
        earliest = max(earliest, w.links[record.link].exit_free)
    if record.next >= 0:
        earliest = max(earliest, w.links[record.next].entry_free)
    return earliest


@compiled
def has_room(w: World, lane: int) -> bool:
    """Return whether the head of ``lane`` finds room on the space ahead.

    A body is let in when the space is empty, however large it is. Two bodies that
    meet must fit beside each other, and beside those who rest at the entrance.
    """
    record = w.lanes[lane]
    if record.next < 0 or (record.link >= 0 and record.next >> 1 == record.link >> 1):
        return True
    person, number = w.people[record.first], record.next >> 1
    space, facing = w.spaces[number], w.links[record.next ^ 1]
    if space.occupied > 0 and space.occupied + person.size > space.storage:
        return False
    taken = taken_at(w, w.links[record.next].start)
    if person.body <= 0.0 or (facing.n_wide == 0 and taken <= 0.0):
        return True
    widest = facing.widest if facing.n_wide > 0 else 0.0
    return bool(widest + person.body + taken <= space.clear * w.places[number].width)


@compiled
def attempt(w: World, lane: int, time: float) -> None:
    """Let the head of ``lane`` pass, or have it wait for time or for room."""
    record = w.lanes[lane]
    e, following = record.first, record.next
    if passing_time(w, lane, time) > time:
        call_head(w, lane, time)
        return
    if following >= 0:
        if hindrance(w, e, following) != REASON_NONE:
            look_elsewhere(w, e, lane, time)
            return
        if not has_room(w, lane):
            if time - record.since < w.clock[0].stuck_time:
                hold(w, lane)
                return
            w.spaces[following >> 1].gridlock += 1
    take_head(w, lane, time)
    if record.link >= 0:
        leave(w, e, record.link, time)
    if following >= 0:
        enter(w, e, following, time)
    else:
        soon(w, e, time, time, NODE)
    call_head(w, lane, time)


@compiled
def look_elsewhere(w: World, e: int, lane: int, time: float) -> None:
    """Take the head ``e``, which may not go on that way, out of ``lane`` to choose anew."""
    take_head(w, lane, time)
    if w.people[e].state == STATE_QUEUED:
        soon(w, e, time, w.people[e].reach, REACH)
    else:
        soon(w, e, time, time, NODE)
    call_head(w, lane, time)


@compiled
def leave(w: World, e: int, link: int, time: float) -> None:
    """Take ``e`` off ``link`` at its end and start the headway behind it."""
    become(w, e, STATE_QUEUED, time)
    person, record, space = w.people[e], w.links[link], w.spaces[link >> 1]
    record.exit_free = time + person.load / record.capacity
    set_down(w, e, link)
    step_off(w, e, link)
    space.occupied -= person.size
    space.on -= 1
    person.link, person.node = -1, record.end
    mark(w, e, time)
    count(w, e, link, time)
    helper = person.first_helper
    while helper >= 0:
        count(w, helper, link, time)
        helper = w.people[helper].next_helper
    wake(w, link >> 1, time)


@compiled
def count(w: World, e: int, link: int, time: float) -> None:
    """Count the members of ``e`` as having walked ``link``."""
    person, clock = w.people[e], w.clock[0]
    for i in range(person.group_start, person.group_end):
        w.traversals[link, w.groups[i].group] += w.groups[i].persons
    if clock.n_flow_bins > 0:
        column = min(int(time / clock.flow_bin), clock.n_flow_bins - 1)
        w.flow[link, column] += person.members


@compiled
def enter(w: World, e: int, link: int, time: float) -> None:
    """Put ``e`` on ``link`` at ``time`` and let it walk for the rest of the step."""
    become(w, e, STATE_WALKING, time)
    person, record, space = w.people[e], w.links[link], w.spaces[link >> 1]
    person.link, person.visit = link, person.visit + 1
    mark(w, e, time)
    record.entry_free = time + person.load / record.supply
    space.occupied += person.size
    space.on += 1
    take_up(w, e, link)
    step_on(w, e, link)
    activate(w, link >> 1)
    follow(w, e, link)
    announce(w, e, record.start, time)
    if person.departure_time != person.departure_time:
        person.departure_time = time
    note(w, e, link, time)
    add_walker(w, e, pace_on(w, e, link), space.length, time)


@compiled
def look_again(w: World) -> None:
    """At the start of a step, let waiting lanes try whose time or room has come."""
    clock, i = w.clock[0], 0
    while i < clock.n_waiting:
        lane = w.lists[WAITING, i]
        record = w.lanes[lane]
        if record.state == POSTPONED:
            earliest = passing_time(w, lane, clock.t)
            if earliest <= clock.end:
                schedule(w, lane, earliest)
        elif record.state == HELD:
            tired = record.since + clock.stuck_time
            if has_room(w, lane):
                schedule(w, lane, clock.t)
            elif tired <= clock.end:
                schedule(w, lane, max(clock.t, tired))
        if record.state == POSTPONED or record.state == HELD:
            i += 1
            continue
        record.listed = 0
        clock.n_waiting -= 1
        w.lists[WAITING, i] = w.lists[WAITING, clock.n_waiting]


@compiled
def is_scheduled(w: World, lane: int, e: int) -> bool:
    """Return whether a HEAD event of ``e`` still holds."""
    return bool(lane >= 0 and w.lanes[lane].state == SCHEDULED and w.lanes[lane].first == e)
