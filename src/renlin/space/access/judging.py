"""Judge from times whether somebody is covered, and name what keeps them out of reach."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from renlin.community.network import STAIR
from renlin.space.access.reach import Reach
from renlin.space.access.states import COVERED, NOT_COVERED, UNKNOWN

CAUSES = {
    "steps": "not_step_free",
    "wheelchair": "not_step_free",
    "width": "too_narrow",
    "slope": "too_steep",
    "locked": "gate_locked",
    "hours": "gate_locked",
}
"""Why a link is closed -> why a resident is not covered; steps of a stair are ``stairs``."""


def judge(
    found: Reach, apart: npt.NDArray[np.bool_], limit: float, pace: float
) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.str_]]:
    """Return the state of every home and why it is not covered.

    Straight reach: the way to the own door and then a straight line at the level pace is
    the least time anybody could need, whatever the map lacks.

    Parameters
    ----------
    found
        Times of those who walk alike.
    apart
        Where facility and home lie in different parts of the network, inferred links
        counted. Shape (n_facilities, n_homes).
    limit
        Walking time within which a facility counts as reached, s; closed.
    pace
        Metres of straight line in the least unit of ``limit``, such as the level speed, m/s.
    """
    straight = found.straight / pace
    near = found.to_door + straight <= limit
    shut_in = np.isinf(found.to_door) & (straight <= limit).any(axis=0)
    cause = _causes(found, limit, shut_in)
    ladder = (
        (found.pessimistic.min(axis=0) <= limit, COVERED, ""),
        (~near.any(axis=0), NOT_COVERED, cause),
        (found.with_help <= limit, UNKNOWN, "help_proposed"),
        (found.optimistic.min(axis=0) <= limit, UNKNOWN, "check_on_site"),
        (found.with_lift <= limit, UNKNOWN, "lift"),
        ((near & apart).any(axis=0), UNKNOWN, "network_gap"),
    )
    tests = [holds for holds, _, _ in ladder]
    state = np.select(tests, [name for _, name, _ in ladder], NOT_COVERED)
    reason = np.select(tests, [np.asarray(why, dtype=object) for *_, why in ladder], cause)
    return state.astype(str), reason.astype(str)


def _causes(found: Reach, limit: float, shut_in: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    """Return what keeps each home out of reach: the first obstacle, else the distance."""
    stopped = (found.unhindered <= limit) | (shut_in & np.isinf(found.unhindered))
    named = [
        "stairs" if why == "steps" and kind == STAIR else CAUSES.get(why, "too_far")
        for why, kind in zip(found.obstacle, found.obstacle_kind, strict=True)
    ]
    causes: npt.NDArray[np.object_] = np.where(stopped, np.array(named, dtype=object), "too_far")
    return causes
