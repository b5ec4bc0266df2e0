"""Lead each entity from leg to leg: help, rests, pick-ups, shelters, staying."""

from __future__ import annotations

from typing import Final

from renlin.kernels.accounts import account, become, mark
from renlin.kernels.codes import (
    AT_TARGET,
    FALLBACK_RESPONDER,
    FALLBACK_SELF,
    HELP_HELPER,
    HELP_RESPONDER,
    HELP_SELF,
    HELPED,
    LEG_HAND_OVER,
    LEG_PICK_UP,
    LEG_SHELTER,
    LEG_STAY,
    LEG_WALK,
    OWN,
    REASON_FULL,
    REASON_NONE,
    STATE_ARRIVED,
    STATE_ATTACHED,
    STATE_BEFORE,
    STATE_BLOCKED,
    STATE_DWELLING,
    STATE_PREPARING,
    STATE_READY,
    STATE_STANDING_BY,
    STATE_STAYED,
    STATE_TURNED_AWAY,
    STATE_WAITING,
    VIEW_LIVE,
)
from renlin.kernels.compiled import compiled
from renlin.kernels.events import NODE, TIMER, later, soon
from renlin.kernels.lanes import join
from renlin.kernels.rests import get_up, rest_due, sit_down
from renlin.kernels.wayfinding import BLOCKED, adopt_manner, choose, places_needed, redirect
from renlin.kernels.world import World

# PERSON.stage
START: Final = 0  #: of a leg
GO: Final = 1  #: under way
REACHED: Final = 2  #: at the target
DONE: Final = 3  #: the leg is over

# PERSON.called
NOT_CALLED: Final = 0
CALLED: Final = 1
CAME: Final = 2


@compiled
def proceed(w: World, e: int, time: float) -> None:
    """Take ``e``, who stands at a node, as far as it gets without time passing."""
    account(w, e, time)
    person = w.people[e]
    goes_on = True
    while goes_on:
        if person.stage == START:
            goes_on = start_leg(w, e, time)
        elif person.stage == GO:
            goes_on = go(w, e, time)
        elif person.stage == REACHED:
            goes_on = be_there(w, e, time)
        else:
            person.leg += 1
            person.stage = START


@compiled
def start_leg(w: World, e: int, time: float) -> bool:
    """Start the leg ``e`` is at; return whether it can set out at once."""
    person = w.people[e]
    over = person.leg >= person.leg_end
    if over or w.legs[person.leg].kind == LEG_STAY:
        let_go(w, e, time)
        there = over and person.leg_start < person.leg_end
        finish(w, e, STATE_ARRIVED if there else STATE_STAYED, time)
        return False
    leg = w.legs[person.leg]
    person.target, person.owner, person.position = leg.target, -1, 0
    if person.waived == 0:
        if person.n_helpers < leg.helpers:
            become(w, e, STATE_WAITING, time)
            if person.patience < float("inf"):
                later(w, e, time + person.patience)
            return False
        if person.n_helpers > 0 and person.mode == OWN:
            prepare(w, e, person.prep, time)
            return False
    person.stage = GO
    return True


@compiled
def go(w: World, e: int, time: float) -> bool:
    """Rest, join the lane of the next link, or be there, or be blocked."""
    person = w.people[e]
    choice = choose(w, e, person.node, time)
    if choice == AT_TARGET:
        person.stage = REACHED
        return True
    if rest_due(w, e, person.node):
        become(w, e, STATE_DWELLING, time)
        later(w, e, time + w.stops[person.stop].dwell)
        sit_down(w, e)
        return False
    if choice < 0:
        return give_up(w, e, BLOCKED - choice, time)
    person.reason = REASON_NONE
    become(w, e, STATE_READY, time)
    join(w, e, choice, time)
    return False


@compiled
def give_up(w: World, e: int, reason: int, time: float) -> bool:
    """Try the next shelter, leave out this leg, or stand blocked and try again later."""
    person = w.people[e]
    leg = w.legs[person.leg]
    if leg.kind == LEG_PICK_UP or (leg.kind == LEG_WALK and person.leg + 1 < person.leg_end):
        person.missed += 1
        person.stage = DONE
        return True
    if person.owner < 0 or person.reason == REASON_NONE:
        person.reason = reason
    if leg.kind == LEG_SHELTER:
        shelter = w.targets[person.target]
        if shelter >= 0 and redirect(w, e, shelter):
            return True
    person.target, person.owner, person.position = leg.target, -1, 0
    if person.state != STATE_BLOCKED:
        become(w, e, STATE_BLOCKED, time)
    if person.timer == 0:
        later(w, e, time + w.clock[0].retry)
    return False


@compiled
def be_there(w: World, e: int, time: float) -> bool:
    """Do at the target what the leg is for; return whether no time passes with it."""
    person = w.people[e]
    leg = w.legs[person.leg]
    if leg.kind == LEG_SHELTER:
        return take_places(w, e, time)
    person.stage = DONE
    if leg.kind == LEG_PICK_UP:
        return not meet(w, e, leg.partner, time)
    if leg.kind == LEG_HAND_OVER:
        let_go(w, e, time)
        if person.mode == HELPED:
            person.waived, person.called = 0, NOT_CALLED
        adopt_manner(w, e, OWN)
        person.prep = 0.0
    if leg.dwell <= 0.0:
        return True
    become(w, e, STATE_DWELLING, time)
    later(w, e, time + leg.dwell)
    return False


@compiled
def take_places(w: World, e: int, time: float) -> bool:
    """Enter the shelter, or be sent to the next; return whether it goes on at once."""
    person = w.people[e]
    shelter = w.nodes[person.node].shelter
    if shelter >= 0:
        needed = places_needed(w, e)
        if w.room[shelter] < needed:
            if redirect(w, e, shelter):
                person.stage = GO
                return True
            person.reason = REASON_FULL
            end_together(w, e, STATE_TURNED_AWAY, time)
            return False
        w.room[shelter] -= needed
    person.shelter = shelter
    person.reason = REASON_NONE
    end_together(w, e, STATE_ARRIVED, time)
    return False


@compiled
def end_together(w: World, e: int, state: int, time: float) -> None:
    """End the journey of ``e`` and of its helpers who have no leg left; let the others go."""
    person = w.people[e]
    helper = person.first_helper
    while helper >= 0:
        other = w.people[helper]
        following = other.next_helper
        detach(w, e, helper, time)
        if other.leg + 1 >= other.leg_end:
            other.shelter, other.reason = person.shelter, person.reason
            finish(w, helper, state, time)
        else:
            soon(w, helper, time, time, NODE)
        helper = following
    finish(w, e, state, time)


@compiled
def finish(w: World, e: int, state: int, time: float) -> None:
    """End the journey of ``e`` and count its members if they arrived."""
    become(w, e, state, time)
    if state != STATE_ARRIVED:
        return
    person, clock = w.people[e], w.clock[0]
    person.exit_time = time
    if clock.n_bins == 0:
        return
    column = min(int(time / clock.arrival_bin), clock.n_bins - 1)
    for i in range(person.group_start, person.group_end):
        w.binned[w.groups[i].group, column] += w.groups[i].persons
    w.binned[clock.n_groups, column] += person.members
    if person.shelter >= 0:
        w.binned[clock.n_groups + 1 + person.shelter, column] += person.members


@compiled
def meet(w: World, e: int, partner: int, time: float) -> bool:
    """Let helper ``e`` join ``partner`` if it is here and has not set out."""
    helper, other = w.people[e], w.people[partner]
    here = other.link < 0 and other.node == helper.node
    if not here or not (other.state == STATE_BEFORE or other.state == STATE_WAITING):
        helper.missed += 1
        return False
    helper.carrier, helper.next_helper = partner, -1
    if other.first_helper < 0:
        other.first_helper = e
    else:
        last = other.first_helper
        while w.people[last].next_helper >= 0:
            last = w.people[last].next_helper
        w.people[last].next_helper = e
    other.n_helpers += 1
    other.prep = max(other.prep, w.legs[helper.leg].dwell)
    if other.helper_time != other.helper_time:
        other.helper_time = time
    become(w, e, STATE_STANDING_BY, time)
    if helper.patience < float("inf"):
        later(w, e, time + helper.patience)
    if other.state == STATE_BEFORE:
        if other.woken:
            soon(w, partner, time, time, TIMER)
    elif other.n_helpers >= w.legs[other.leg].helpers:
        prepare(w, partner, other.prep, time)
    return True


@compiled
def prepare(w: World, e: int, span: float, time: float) -> None:
    """Let ``e`` be made ready to be led or carried."""
    become(w, e, STATE_PREPARING, time)
    later(w, e, time + span)


@compiled
def set_off(w: World, e: int, time: float) -> None:
    """Let ``e`` and those who stand by move as one from now on."""
    account(w, e, time)
    person = w.people[e]
    came = person.called == CAME
    person.helped_by = HELP_RESPONDER if came else HELP_HELPER
    person.called = CAME if came else NOT_CALLED
    adopt_manner(w, e, HELPED)
    helper = person.first_helper
    while helper >= 0:
        if w.people[helper].state != STATE_ATTACHED:
            become(w, helper, STATE_ATTACHED, time)
            w.people[helper].lead = person.walked
        helper = w.people[helper].next_helper
    person.stage = GO


@compiled
def detach(w: World, e: int, helper: int, time: float) -> None:
    """Take ``helper`` out of the chain of ``e``; it stands where ``e`` stands."""
    account(w, e, time)
    person, other = w.people[e], w.people[helper]
    if other.state == STATE_ATTACHED:
        other.walked += person.walked - other.lead
        other.node = person.node
        person.load -= other.members
        person.slow_load -= other.slow
    if person.first_helper == helper:
        person.first_helper = other.next_helper
    else:
        before = person.first_helper
        while w.people[before].next_helper != helper:
            before = w.people[before].next_helper
        w.people[before].next_helper = other.next_helper
    person.n_helpers -= 1
    other.carrier, other.next_helper, other.stage = -1, -1, DONE
    become(w, helper, STATE_STANDING_BY, time)
    mark(w, helper, time)


@compiled
def let_go(w: World, e: int, time: float) -> None:
    """Let all helpers of ``e`` go on with their next legs."""
    helper = w.people[e].first_helper
    while helper >= 0:
        following = w.people[helper].next_helper
        detach(w, e, helper, time)
        soon(w, helper, time, time, NODE)
        helper = following


@compiled
def lose_patience(w: World, e: int, time: float) -> bool:
    """Fall back on what is planned when nobody came; return whether ``e`` goes now."""
    person = w.people[e]
    if person.called == CALLED:
        person.called, person.waived = CAME, 1
        prepare(w, e, person.responder_dwell, time)
    elif person.fallback == FALLBACK_SELF:
        person.waived, person.helped_by, person.stage = 1, HELP_SELF, GO
        let_go(w, e, time)
        adopt_manner(w, e, OWN)
        return True
    elif person.fallback == FALLBACK_RESPONDER and person.called == NOT_CALLED:
        person.called = CALLED
        if person.responder_at < float("inf"):
            later(w, e, max(time, person.responder_at))
    return False


@compiled
def run_out(w: World, e: int, time: float) -> None:
    """Do what follows when the state of ``e`` has lasted its time."""
    account(w, e, time)
    person = w.people[e]
    person.timer = 0
    if person.resting == 1:
        get_up(w, e)
    if person.state == STATE_WAITING:
        if not lose_patience(w, e, time):
            return
    elif person.state == STATE_PREPARING:
        set_off(w, e, time)
    elif person.state == STATE_STANDING_BY and person.carrier >= 0:
        person.missed += 1
        detach(w, person.carrier, e, time)
    elif person.state == STATE_BLOCKED and person.sight != VIEW_LIVE:
        person.info = w.clock[0].live_info
    proceed(w, e, time)
