"""Name the codes that stand in the kernel's arrays."""

from __future__ import annotations

from typing import Final

import numpy as np


def code(value: int) -> int:
    """Return ``value`` as a 64-bit number.

    A plain int would be taken for a literal, and every function compiled once per
    code that is passed to it.
    """
    return np.int64(value)  # type: ignore[return-value]


# How an entity moves (second axis of speed, size, body_width, barred, routing_class).
OWN: Final = code(0)
HELPED: Final = code(1)

# Third axis of Entities.speed.
LEVEL: Final = code(0)
DOWN: Final = code(1)
UP: Final = code(2)

# Entries of Routing.next_link that are no link.
NO_ROUTE: Final = code(-1)
AT_TARGET: Final = code(-2)

# Legs.kind
LEG_WALK: Final = code(0)  #: go to the target, dwell there, go on with the next leg
LEG_PICK_UP: Final = code(1)  #: go to the partner and walk on as part of it
LEG_HAND_OVER: Final = code(2)  #: go to the target, let the helpers go, dwell, go on
LEG_SHELTER: Final = code(3)  #: go to the target, take places there, the journey ends
LEG_STAY: Final = code(4)  #: remain where it is for good (protect in place)

# Network.rest
REST_NOWHERE: Final = code(0)  #: nobody stops here for a rest
REST_IN_THE_WAY: Final = code(1)  #: who rests takes width from those who pass
REST_ASIDE: Final = code(2)  #: a seat or a bay: who rests is out of the way

# Entities.view
VIEW_LIVE: Final = code(0)  #: follows Routing.live_time / live_info and knows full shelters
VIEW_LOCAL: Final = code(1)  #: keeps its own info until it meets something closed
VIEW_FOLLOW: Final = code(2)  #: local, and takes over the target of those who went before it

# Entities.fallback: what happens when nobody came within the patience.
FALLBACK_WAIT: Final = code(0)  #: goes on waiting and is counted so
FALLBACK_SELF: Final = code(1)  #: sets out by itself (column OWN), for the rest of the run
FALLBACK_RESPONDER: Final = code(2)  #: a responder from outside comes at responder_at

# Hazards.caught: what happens to those on a space at the moment it closes.
CAUGHT_GO_ON: Final = code(0)  #: they walk on and leave it; nobody else enters
CAUGHT_TURN_BACK: Final = code(1)  #: they turn round, except those already at its end
CAUGHT_TRAPPED: Final = code(2)  #: they are trapped until it opens again

# Outcome.state
STATE_BEFORE: Final = code(0)  #: before its release (pre-movement)
STATE_WAITING: Final = code(1)  #: needs a helper who has not come
STATE_PREPARING: Final = code(2)  #: the helper is there and prepares
STATE_DWELLING: Final = code(3)  #: stops on the way
STATE_WALKING: Final = code(4)  #: on a link
STATE_QUEUED: Final = code(5)  #: at the end of a link, in a lane
STATE_READY: Final = code(6)  #: at a node, in the lane to enter a link
STATE_BLOCKED: Final = code(7)  #: at a node, cannot go on (see reason)
STATE_STANDING_BY: Final = code(8)  #: a helper at the household, not yet setting out
STATE_ATTACHED: Final = code(9)  #: a helper walking as part of its partner
STATE_ARRIVED: Final = code(10)  #: at its last target
STATE_STAYED: Final = code(11)  #: sheltered in place, as planned
STATE_TURNED_AWAY: Final = code(12)  #: every shelter on its list is full
STATE_TRAPPED: Final = code(13)  #: on a link, caught by a hazard (see reason)
N_STATES: Final = code(14)

# Outcome.reason
REASON_NONE: Final = code(0)
REASON_NO_ROUTE: Final = code(1)  #: its routing table knows no way
REASON_CLOSED: Final = code(2)  #: the next link is closed
REASON_BARRED: Final = code(3)  #: steps, or another barrier it cannot take
REASON_NARROW: Final = code(4)  #: its body is wider than the passage
REASON_HAZARD: Final = code(5)  #: trapped on a link that closed
REASON_DOSE: Final = code(6)  #: dose over its limit
REASON_FULL: Final = code(7)  #: no shelter place left
REASON_NO_HELPER: Final = code(8)  #: still waiting for a helper at the end
REASON_NOT_RELEASED: Final = code(9)  #: never set out (never reached, or after the horizon)
REASON_UNDER_WAY: Final = code(10)  #: still walking, queued or dwelling at the end

# Columns of Outcome.phase
PHASE_BEFORE: Final = code(0)  #: pre-movement
PHASE_HELP: Final = code(1)  #: waiting for a helper, or a helper waiting at the household
PHASE_PREPARATION: Final = code(2)
PHASE_DWELL: Final = code(3)
PHASE_STAIRS: Final = code(4)
PHASE_LANES: Final = code(5)
PHASE_QUEUE: Final = code(6)
PHASE_BLOCKED: Final = code(7)  #: blocked, trapped or turned away
PHASE_STAYED: Final = code(8)  #: sheltered in place
N_PHASES: Final = code(9)

# Outcome.helped_by
HELP_NONE: Final = code(0)
HELP_HELPER: Final = code(1)
HELP_RESPONDER: Final = code(2)
HELP_SELF: Final = code(3)  #: needed help, set out alone
