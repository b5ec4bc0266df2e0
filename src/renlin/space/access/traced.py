"""Keep coverage with where it came from."""

from __future__ import annotations

import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding, Lineage, find
from renlin.space.tracing import Parents, digests, entries, inputs, numbers

WALKING = (
    "walks",
    "gates",
    "entrances",
    "buildings",
    "dwellings",
    "facilities",
    "spaces",
    "ways_in",
)
ON_FOOT = (
    "assumed_walkable_width",
    "gate_depth",
    "hall_length",
    "join_limit",
    "landing_length",
    "mend_reach",
    "node_tolerance",
    "snap_tolerance",
    "stair_riser",
    "stair_tread",
    "storey_height",
    "threshold_length",
)
"""Parameters that decide how long a way is and whether it joins."""


def coverage(place: Community, table: pd.DataFrame, needs: NeedsFindings) -> Finding:
    """Return the state of every resident for every service."""
    classes = entries("classes", sorted(set(table["class"].dropna())))
    kinds = entries("facilities", place.policy.services)
    cited = (*classes, *kinds, *entries("parameters", ON_FOOT))
    behind: Parents = (("needs.profiles", "person", "person"),)
    state = (
        "covered: pessimistic time <= limit; not covered: nothing within straight reach, or the "
        "same network and optimistic time > limit; else unknown"
    )
    rules = {
        "state": state,
        "reason": "first thing that stops a walker of the same pace, else the distance",
        "time_optimistic": "least time, unknown passes, inferred links count",
        "time_pessimistic": "least time, unknown fails where the class has a limit",
        "straight_m": "straight line to the facility reached soonest",
        "walk_m": "shortest way on foot to it, whatever stops the resident",
        "limit": "walking time of the kind of facility",
        "capacity_ratio": "two-step floating catchment over all who surely reach",
        "paper_m": "straight line to the nearest facility",
        "paper_walk_m": "shortest way on foot to that one",
        "paper_time": "optimistic time to that one",
    }
    lineage = {name: Lineage(rule, cited, behind) for name, rule in rules.items()}
    return find(
        "space.coverage",
        table,
        key=["person", "service"],
        parents=[needs.profiles],
        inputs=inputs(place, *WALKING, "households", "pairs", "helpers"),
        catalogue=digests(place, "classes", "facilities", "parameters"),
        policy={"services": list(place.policy.services), "hour": place.policy.hour},
        privacy="personal",
        lineage=lineage,
        synthetic=place.synthetic,
    )


def coverage_groups(place: Community, table: pd.DataFrame, covered: Finding) -> Finding:
    """Return the three states by group, with the gap."""
    behind: Parents = (("space.coverage", "service+display", "service+display"),)
    counted, shared = "residents by state", "share among those whose state is known"
    interval = "score interval; of the gap Newcombe's"
    rules = dict.fromkeys(("n", "covered", "not_covered", "unknown"), counted)
    rules |= {"covered_share": shared, "low": interval, "high": interval}
    rules |= {
        "least_share": "share of all when every unknown one is not covered",
        "most_share": "share of all when every unknown one is",
    }
    return find(
        "space.coverage_groups",
        table,
        key=["service", "display"],
        parents=[covered],
        policy={"confidence": place.policy.confidence, "reference": place.policy.reference},
        privacy="public",
        lineage={name: Lineage(rule, (), behind) for name, rule in rules.items()},
    )


def paper_only(place: Community, table: pd.DataFrame, covered: Finding) -> Finding:
    """Return who is covered on paper only."""
    cited = entries("facilities", place.policy.services)
    behind: Parents = (("space.coverage", "entrance+service", "entrance+service"),)
    rule = "inside the straight radius, not covered on foot"
    columns = ("persons", "unknown", "straight_m", "walk_m", "time", "limit", "radius", "cause")
    return find(
        "space.paper_only",
        table,
        key=["entrance", "display", "service"],
        parents=[covered],
        inputs=inputs(place, "entrances"),
        catalogue=digests(place, "facilities", "words"),
        lineage={name: Lineage(rule, cited, behind) for name in columns},
    )


def circles(
    place: Community, table: pd.DataFrame, covered: Finding, needs: NeedsFindings
) -> Finding:
    """Return what the circles of the standard call covered, by households."""
    cited = entries("facilities", place.policy.services)
    behind: Parents = (("space.coverage", "service", "service"), ("needs.profiles", "", ""))
    rules = {
        "radius": "straight radius of the kind of facility",
        "households": "households of residents",
        "in_circle": "households inside the straight radius of a facility",
        "wrongly_covered": "inside, and somebody is surely not covered",
        "unknown": "inside, nobody surely not covered, somebody unknown",
        "beyond": "outside, and all are covered",
    }
    return find(
        "space.circles",
        table,
        key=["service"],
        parents=[covered, needs.profiles],
        inputs=inputs(place, "entrances"),
        catalogue=digests(place, "facilities"),
        privacy="public",
        lineage={name: Lineage(rule, cited, behind) for name, rule in rules.items()},
    )


def network_gaps(place: Community, table: pd.DataFrame, people: pd.DataFrame) -> Finding:
    """Return where the walk network is in pieces."""
    rule = "connected parts of the walk network without inferred links"
    codes = ("join_limit", "node_tolerance", "snap_tolerance")
    made = Lineage(rule, entries("parameters", codes))
    columns = ("n_nodes", "length", "n_entrances", "persons", "distance_to_main", "bridged")
    return find(
        "space.network_gaps",
        table,
        key=["gap"],
        inputs=inputs(place, *WALKING) | {"residents": people[["person", "entrance"]]},
        parameters=numbers(place, codes),
        lineage=dict.fromkeys(columns, made),
        synthetic=place.synthetic,
    )


def joins(place: Community, table: pd.DataFrame, people: pd.DataFrame) -> Finding:
    """Return what was joined that nobody drew."""
    codes = ("join_limit", "mend_reach", "node_tolerance", "snap_tolerance")
    cited = entries("parameters", codes)
    rules = {
        "reason": "rule by which it was joined",
        "length": "metres between what was joined",
        "view": "optimistic where inferred, else both",
        "persons": "residents of the door that is joined",
    }
    return find(
        "space.joins",
        table,
        key=["join"],
        inputs=inputs(place, *WALKING) | {"residents": people[["person", "entrance"]]},
        parameters=numbers(place, codes),
        lineage={name: Lineage(rule, cited) for name, rule in rules.items()},
        synthetic=place.synthetic,
    )
