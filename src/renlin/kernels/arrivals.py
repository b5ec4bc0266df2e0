"""Let those who come to the end of a link join the lane of their choice."""

from __future__ import annotations

from renlin.kernels.accounts import become
from renlin.kernels.codes import STATE_QUEUED, STATE_WALKING
from renlin.kernels.compiled import compiled
from renlin.kernels.lanes import join, lane_to
from renlin.kernels.rests import rest_due
from renlin.kernels.walkers import close_up, is_ahead, let_pass
from renlin.kernels.wayfinding import choose
from renlin.kernels.world import World


@compiled
def lane_for(w: World, e: int, time: float) -> int:
    """Return the lane ``e`` joins at the end of its link.

    Whoever rests, is there or cannot go on steps out to the node, so that it does
    not stand in the way of the others.
    """
    link = w.people[e].link
    node = w.links[link].end
    choice = choose(w, e, node, time)
    if choice >= 0 and rest_due(w, e, node):
        choice = -1
    return lane_to(w, link, choice)


@compiled
def reach(w: World, e: int, time: float) -> None:
    """Let ``e`` come to the end of its link, or choose anew when it stands there."""
    person = w.people[e]
    if person.state == STATE_WALKING:
        become(w, e, STATE_QUEUED, time)
        person.walked += person.goal
        person.reach, person.rem = time, 0.0
        if is_ahead(w, e):
            close_up(w, e)
            return
    join(w, e, lane_for(w, e, time), time)
    let_pass(w, e, time)
