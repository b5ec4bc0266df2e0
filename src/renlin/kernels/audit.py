"""Prove after a step that nobody was lost or invented; for tests."""

from __future__ import annotations

from typing import Final

import numpy as np

from renlin.kernels.codes import (
    N_STATES,
    STATE_ATTACHED,
    STATE_QUEUED,
    STATE_READY,
    STATE_TRAPPED,
    STATE_WALKING,
)
from renlin.kernels.compiled import compiled
from renlin.kernels.world import World

FAULT_STATES: Final = 2  #: the states do not sum to the entities
FAULT_SPACE: Final = 3  #: a space does not hold who is said to be on it
FAULT_LINK: Final = 4  #: the persons of a link do not add up
FAULT_LANE: Final = 5  #: a lane does not hold those who stand in it
FAULT_LIST: Final = 6  #: the list of walkers and the walkers differ
FAULT_CHAIN: Final = 7  #: a helper walks with nobody, or with the wrong one
FAULT_REST: Final = 8  #: a node does not count those who rest there in the way


@compiled
def audit(w: World) -> int:
    """Return 0, or the first fault found."""
    if not states_add_up(w):
        return FAULT_STATES
    if not spaces_add_up(w):
        return FAULT_SPACE
    if not links_add_up(w):
        return FAULT_LINK
    if not lanes_add_up(w):
        return FAULT_LANE
    if not walkers_add_up(w):
        return FAULT_LIST
    if not chains_add_up(w):
        return FAULT_CHAIN
    if not rests_add_up(w):
        return FAULT_REST
    return 0


@compiled
def states_add_up(w: World) -> bool:
    """Return whether the running tally of states equals a fresh count."""
    tally = np.zeros(N_STATES, np.int32)
    for e in range(w.people.shape[0]):
        tally[w.people[e].state] += 1
    for state in range(N_STATES):
        if tally[state] != w.n_state[state]:
            return False
    return bool(tally.sum() == w.people.shape[0])


@compiled
def spaces_add_up(w: World) -> bool:
    """Return whether each space holds the bodies of those who are on it."""
    occupied = np.zeros(w.spaces.shape[0], np.int64)
    on = np.zeros(w.spaces.shape[0], np.int64)
    for e in range(w.people.shape[0]):
        if w.people[e].link >= 0:
            occupied[w.people[e].link >> 1] += w.people[e].size
            on[w.people[e].link >> 1] += 1
    for s in range(w.spaces.shape[0]):
        if occupied[s] != w.spaces[s].occupied or on[s] != w.spaces[s].on:
            return False
    return True


@compiled
def links_add_up(w: World) -> bool:
    """Return whether each link counts the persons who move on it."""
    persons = np.zeros(w.links.shape[0], np.int64)
    slow = np.zeros(w.links.shape[0], np.int64)
    for e in range(w.people.shape[0]):
        person = w.people[e]
        if person.link >= 0 and person.state != STATE_TRAPPED:
            persons[person.link] += person.load
            slow[person.link] += person.slow_load
    for d in range(w.links.shape[0]):
        if persons[d] != w.links[d].persons or slow[d] != w.links[d].slow:
            return False
    return True


@compiled
def lanes_add_up(w: World) -> bool:
    """Return whether the lanes hold exactly those who say they stand in them."""
    standing = 0
    for lane in range(w.lanes.shape[0]):
        e = w.lanes[lane].first
        while e >= 0:
            standing += 1
            person = w.people[e]
            if person.lane != lane or person.link != w.lanes[lane].link:
                return False
            if person.state != STATE_QUEUED and person.state != STATE_READY:
                return False
            if person.next_in_lane < 0 and w.lanes[lane].last != e:
                return False
            e = person.next_in_lane
    for e in range(w.people.shape[0]):
        if w.people[e].lane >= 0:
            standing -= 1
    return standing == 0


@compiled
def walkers_add_up(w: World) -> bool:
    """Return whether every walker is on the list once, and nobody else."""
    n = w.clock[0].n_walkers
    for slot in range(n):
        e = w.walkers[slot].entity
        if w.people[e].slot != slot or w.people[e].state != STATE_WALKING:
            return False
        if w.people[e].link != w.walkers[slot].link:
            return False
    return bool(w.n_state[STATE_WALKING] == n)


@compiled
def chains_add_up(w: World) -> bool:
    """Return whether loads count every helper who walks along, once."""
    attached = 0
    for e in range(w.people.shape[0]):
        person = w.people[e]
        persons, helper = person.members, person.first_helper
        while helper >= 0:
            if w.people[helper].carrier != e:
                return False
            if w.people[helper].state == STATE_ATTACHED:
                persons += w.people[helper].members
                attached += 1
            helper = w.people[helper].next_helper
        if persons != person.load:
            return False
    return bool(attached == w.n_state[STATE_ATTACHED])


@compiled
def rests_add_up(w: World) -> bool:
    """Return whether each node counts those who rest there in the way of others."""
    resting = np.zeros(w.nodes.shape[0], np.int64)
    for e in range(w.people.shape[0]):
        if w.people[e].resting == 1:
            resting[w.people[e].node] += 1
    for node in range(w.nodes.shape[0]):
        resting[node] -= w.nodes[node].resting
    return not resting.any()
