"""Write where everybody is, every so many seconds, for the replay."""

from __future__ import annotations

from renlin.kernels.codes import STATE_ATTACHED, STATE_WALKING
from renlin.kernels.compiled import compiled
from renlin.kernels.world import MILLI, RANKED, Records, World


@compiled
def metres_left(w: World, e: int) -> float:
    """Return the metres ``e`` has to go on its link."""
    person = w.people[e]
    if person.state == STATE_WALKING and person.slot >= 0:
        return float(w.walkers[person.slot].rem)
    return float(person.rem)


@compiled
def share_walked(w: World, e: int) -> float:
    """Return the share of its link that ``e`` has behind it, 0 to 1."""
    person = w.people[e]
    length = w.spaces[person.link >> 1].length
    if length <= 0.0:
        return 1.0
    return float(min(1.0, max(0.0, 1.0 - metres_left(w, e) / length)))


@compiled
def snap(w: World, rows: Records, time: float) -> None:
    """Write a row for everybody whose place changed since its last one, when it is time."""
    clock = w.clock[0]
    if clock.snapshot_every <= 0.0 or time < clock.next_snapshot:
        return
    clock.next_snapshot += clock.snapshot_every
    for i in range(clock.n_people):
        e = w.lists[RANKED, i]
        person = w.people[e]
        place = w.people[person.carrier] if person.state == STATE_ATTACHED else person
        link, mille = -1 - place.node, 0
        if place.link >= 0:
            leader = person.carrier if person.state == STATE_ATTACHED else e
            link, mille = place.link, int(share_walked(w, leader) * MILLI)
        if link == person.seen_link and mille == person.seen_mille:
            continue
        person.seen_link, person.seen_mille = link, mille
        if clock.n_rows >= rows.shape[0]:
            clock.rows_lost += 1
            continue
        row = rows[clock.n_rows]
        row.time, row.entity, row.link, row.fraction = time, e, link, mille / MILLI
        clock.n_rows += 1
