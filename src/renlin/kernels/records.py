"""Lay out the records that the compiled loop works on."""

from __future__ import annotations

from typing import Final

import numpy as np


def _record(whole: str, real: str) -> np.dtype[np.void]:
    """Return a record of int64 fields ``whole`` and float64 fields ``real``.

    All whole numbers have one type, so that each function is compiled once and not
    once per mixture of types.
    """
    fields: list[tuple[str, type]] = [(name, np.int64) for name in whole.split()]
    return np.dtype(fields + [(name, np.float64) for name in real.split()])


#: One entity. ``load`` counts its members and those who walk with it.
PERSON: Final = _record(
    "state stage node link lane slot next_in_lane stamp size rank flux "
    "load slow_load barred routing leg target info sight met stop stop_end mode "
    "hops hop_step visit follows follow_visit behind behind_last next_behind "
    "members slow leg_start leg_end group_start group_end fallback woken "
    "reason timer waived called owner position followed carrier first_helper "
    "next_helper n_helpers helped_by missed stops shelter "
    "seen_link seen_mille resting",
    "since reach rem goal level down up body blocks_below narrow_below narrow_factor walked "
    "dose mark unsafe unsafe_mark prep patience responder_at responder_dwell dose_limit "
    "release lead exit_time departure_time helper_time",
)

#: How an entity moves, by itself or helped.
MANNER: Final = _record("size barred routing", "body level down up")

#: One who walks in this step: 24 bytes, streamed in the hot loop.
WALKER: Final = np.dtype(
    [("entity", np.int64), ("link", np.int64), ("rem", np.float32), ("pace", np.float32)]
)

#: Both directions of a stretch. ``occupied`` and ``storage`` in thousandths of a person.
SPACE: Final = _record(
    "tail head climb crowd_class barrier info occupied storage on active held gridlock stale",
    "length area capacity clear max_density",
)

#: One direction. ``incline``: factor on level speed. ``flux``: persons times their free
#: speed, mm/s. ``*_debt``: persons let through ahead of time at the exit or the entrance;
#: ``*_free``: when that is paid.
LINK: Final = _record(
    "start end slot lane persons slow flux n_wide blocker blocker_visit",
    "capacity supply exit_debt entry_debt exit_free entry_free widest incline",
)

#: A place where links meet. ``way``: a link that ends here, or -1; ``resting``: entities
#: that rest here in the way of others.
NODE: Final = _record("rest shelter degree last_target way resting", "last_time")

#: Hazard of a space or node now, and its sums since the start.
PLACE: Final = _record(
    "closed shut opened barrier frame frame_start frame_end unsafe",
    "speed width rate dose_sum unsafe_sum",
)

#: A queue: entities of one link that go on to the same next one.
LANE: Final = _record("first last link next state listed chained next_held", "since")

#: A leg of a journey.
STEP: Final = _record("kind target partner helpers", "dwell")

#: A rest on the way.
STOP: Final = _record("", "after dwell")

#: Members of one group in an entity.
GROUP: Final = _record("group persons", "")

#: A hazard keyframe.
FRAME: Final = _record("closed caught barrier unsafe smooth", "time speed width dose")

#: Something that happens at a time. Order: time, since, rank, kind.
EVENT: Final = np.dtype(
    [
        ("time", np.float64),
        ("since", np.float64),
        ("rank", np.int32),
        ("kind", np.int32),
        ("entity", np.int64),
        ("stamp", np.int64),
    ]
)

#: One entry into a link.
LOG: Final = np.dtype([("time", np.float32), ("entity", np.int32), ("link", np.int32)])

#: One row of the replay.
ROW: Final = np.dtype(
    [("time", np.float32), ("entity", np.int32), ("link", np.int32), ("fraction", np.float32)]
)

#: The scalars of the run.
CLOCK: Final = _record(
    "step n_now n_timers n_walkers n_active n_waiting n_exposed live_info live_next "
    "n_people n_spaces n_nodes n_groups n_flow_bins n_bins n_log log_lost n_rows rows_lost "
    "dosed limited changed fault check",
    "t end horizon dt snapshot_every next_snapshot stuck_time minor_share follow_window retry "
    "flow_bin arrival_bin agent_steps rest_blocks_width seat_near",
)
