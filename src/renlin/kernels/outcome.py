"""State what comes out of the movement kernel."""

from __future__ import annotations

from typing import NamedTuple

from renlin.kernels.contract import F4, F8, I1, I4


class Outcome(NamedTuple):
    """What happened to whom, and where.

    Parameters
    ----------
    exit_time
        float64 (n,), s at the last target; NaN when not there (censored).
    departure_time
        float64 (n,), s when it first set foot on a link; NaN if never.
    helper_time
        float64 (n,), s when its first helper stood at the door; NaN if none came.
    state, reason
        int8 (n,), ``STATE_*`` and ``REASON_*`` at the end.
    helped_by
        int8 (n,), ``HELP_*``.
    node, link, fraction
        int32, int32, float32 (n,): last node reached; link it is on or -1; share of
        that link walked.
    shelter
        int32 (n,): shelter it arrived in, or -1.
    target
        int32 (n,): target it last headed for, or -1.
    distance
        float64 (n,), m walked.
    phase
        float64 (n, N_PHASES), s. Of the arrived they sum to ``exit_time``, of all
        others to the time simulated.
    dose, unsafe_time
        float64 (n,).
    missed
        int32 (n,): pick-ups that found nobody or no way, and stops left out because
        there was no way.
    stops
        int32 (n,): rests taken.
    max_density
        float32 (n_spaces,), persons of space per m2, at the start of a step.
    occupancy, queue
        float64 (n_spaces, n_groups), person-seconds on the space, and of these in
        the queue at its end.
    occupancy_total, queue_total
        float64 (n_spaces,), the same over all persons; groups may overlap.
    stay
        float64 (n_nodes, n_groups), person-seconds at the node after pre-movement
        and before arrival.
    stay_total
        float64 (n_nodes,).
    traversals
        int32 (2 n_spaces, n_groups): persons who left the link at its far end.
    flow
        int32 (2 n_spaces, n_bins): persons who left the link at its far end.
    arrivals
        int32 (n_groups, n_bins), and ``arrivals_total`` int32 (n_bins,).
    shelter_load
        int32 (n_shelters, n_bins): persons inside at the end of the bin.
    gridlock
        int32 (n_spaces,): entries forced by the stuck rule.
    snapshot_time, snapshot_entity, snapshot_link, snapshot_fraction
        float32, int32, int32, float32 (rows,): only entities whose place changed
        since their last row. A link of ``-1 - node`` means: at that node.
    snapshots_lost
        Rows that found no room.
    route_time, route_entity, route_link
        float32, int32, int32 (rows,): every entry into a link, in order of time.
        Helpers who walk as part of another write no rows.
    routes_lost
        Rows that found no room.
    steps
        Steps simulated.
    agent_steps
        Steps summed over entities that had set out and not ended.
    """

    exit_time: F8
    departure_time: F8
    helper_time: F8
    state: I1
    reason: I1
    helped_by: I1
    node: I4
    link: I4
    fraction: F4
    shelter: I4
    target: I4
    distance: F8
    phase: F8
    dose: F8
    unsafe_time: F8
    missed: I4
    stops: I4
    max_density: F4
    occupancy: F8
    queue: F8
    occupancy_total: F8
    queue_total: F8
    stay: F8
    stay_total: F8
    traversals: I4
    flow: I4
    arrivals: I4
    arrivals_total: I4
    shelter_load: I4
    gridlock: I4
    snapshot_time: F4
    snapshot_entity: I4
    snapshot_link: I4
    snapshot_fraction: F4
    snapshots_lost: int
    route_time: F4
    route_entity: I4
    route_link: I4
    routes_lost: int
    steps: int
    agent_steps: int
