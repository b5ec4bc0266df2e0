"""Keep every table of the stage with where it came from, so that one cell can be explained."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding, Lineage, find
from renlin.space.surface import FAMILIES

WALKING = ("walks", "gates", "entrances", "buildings", "dwellings", "facilities", "spaces")
RULED = ("spaces", "uses", "gates", "walks", "facilities", "entrances")
ON_FOOT = (
    "assumed_walkable_width",
    "gate_depth",
    "hall_length",
    "join_limit",
    "landing_length",
    "node_tolerance",
    "snap_tolerance",
    "stair_riser",
    "stair_tread",
    "storey_height",
    "threshold_length",
)
"""Parameters that decide how long a way is and whether it joins."""
RANKED = ("high_risk_rate", "point_tier", "weight_spread")
RULED_BY = ("hazard_reach", "need_hour", "opening_minutes_limit", "shelter_usable_share")
Parents = tuple[tuple[str, str, str], ...]


def inspections(place: Community, table: pd.DataFrame) -> Finding:
    """Return what was inspected, by the building it counts for."""
    hazards = _entries("hazards", sorted(set(table["kind"])))
    rules = {
        "rate": "measure between the bounds of its kind, else grade; 0 once put right",
        "quality": "halves every half-life of its kind since the inspection",
        "weight": "what the kind adds at its worst",
        "n_households": "households of the building",
    }
    lineage = {name: Lineage(rule, hazards) for name, rule in rules.items()}
    return find(
        "space.inspections",
        table,
        key=["building", "hazard"],
        inputs=_inputs(place, "hazards", "buildings", "entrances", "households", "dwellings"),
        catalogue={"hazards": place.catalogue.digest("hazards")},
        parameters=_numbers(place, ["hazard_reach"]),
        lineage=lineage,
    )


def hazard(place: Community, table: pd.DataFrame, found: Finding) -> Finding:
    """Return the risk by building."""
    entries = (
        *_entries("hazards", sorted(place.catalogue.hazards)),
        "parameters/uninspected_rate",
    )
    behind: Parents = (("space.inspections", "building", "building"),)
    noisy_or = "1 - product(1 - weight x rate) over the newest finding of each kind"
    rules = dict.fromkeys((*FAMILIES, "risk", "low"), noisy_or) | {
        "high": "1 - (1 - low) x product(1 - weight of the ungraded)"
        " x (1 - uninspected_rate x (1 - quality))",
        "quality": "certainty of the newest inspection of each kind, averaged by weight",
        "n_open": "findings not put right",
    }
    lineage = {name: Lineage(rule, entries, behind) for name, rule in rules.items()}
    return find(
        "space.hazard",
        table,
        key=["building"],
        parents=[found],
        inputs=_inputs(place, "buildings"),
        catalogue={"hazards": place.catalogue.digest("hazards")},
        parameters=_numbers(place, ["uninspected_rate"]),
        privacy="public",
        lineage=lineage,
    )


def trend(place: Community, table: pd.DataFrame, found: Finding) -> Finding:
    """Return the risk by building as it was known on earlier dates."""
    names = ("hazard_reach", "trend_dates", "trend_step_days", "uninspected_rate")
    entries = (
        *_entries("hazards", sorted(place.catalogue.hazards)),
        *_entries("parameters", names),
    )
    behind: Parents = (("space.inspections", "building", "building"),)
    rules = dict.fromkeys(
        ("risk", "low", "high", "quality", "n_open"), "as in space.hazard, on that day"
    )
    rules["change"] = "risk minus that of the date before"
    rules["verdict"] = "called only where the bounds of the two dates do not touch"
    return find(
        "space.trend",
        table,
        key=["building", "day"],
        parents=[found],
        inputs=_inputs(place, "hazards", "buildings", "entrances"),
        catalogue={"hazards": place.catalogue.digest("hazards")},
        parameters=_numbers(place, names),
        privacy="public",
        lineage={name: Lineage(rule, entries, behind) for name, rule in rules.items()},
    )


def heat(place: Community, table: pd.DataFrame, risk: Finding, people: pd.DataFrame) -> Finding:
    """Return the smoothed surface of risk and residents."""
    names = ["heat_cell", "heat_bandwidth"]
    rule = "risk x residents per hectare, Gaussian smoothing"
    made = Lineage(rule, _entries("parameters", names), (("space.hazard", "", ""),))
    return find(
        "space.heat",
        table,
        key=["row", "column"],
        parents=[risk],
        inputs={"residents": people[["person", "entrance"]]},
        parameters=_numbers(place, names),
        lineage={"value": made},
        synthetic=place.synthetic,
    )


def coverage(place: Community, table: pd.DataFrame, needs: NeedsFindings) -> Finding:
    """Return the state of every resident for every service."""
    classes = _entries("classes", sorted(set(table["class"].dropna())))
    kinds = _entries("facilities", place.policy.services)
    entries = (*classes, *kinds, *_entries("parameters", ON_FOOT))
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
    lineage = {name: Lineage(rule, entries, behind) for name, rule in rules.items()}
    return find(
        "space.coverage",
        table,
        key=["person", "service"],
        parents=[needs.profiles],
        inputs=_inputs(place, *WALKING, "households", "pairs", "helpers"),
        catalogue=_digests(place, "classes", "facilities", "parameters"),
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


def points(
    place: Community, table: pd.DataFrame, risk: Finding, covered: Finding, needs: NeedsFindings
) -> Finding:
    """Return the points of high risk and low coverage."""
    ranked = _entries("parameters", RANKED)
    at_door: Parents = (("space.coverage", "entrance", "entrance"),)
    in_house: Parents = (("space.hazard", "building", "building"),)
    of_home: Parents = (("needs.households", "entrance", "entrance"),)
    rule = "unserved vulnerable persons x risk, buildings of high risk only"
    lineage = {
        "rank": Lineage(rule, ranked, (*in_house, *at_door, *of_home)),
        "score": Lineage(rule, ranked, (*in_house, *at_door, *of_home)),
        "stable": Lineage("the rank survives risk ^ (1 ± weight_spread)", ranked, in_house),
        "risk": Lineage("risk of the building", ranked, in_house),
    }
    counted = Lineage("residents of low coverage", ranked, (*at_door, *of_home))
    lineage |= dict.fromkeys(("unserved", "unserved_vulnerable", "unserved_possible"), counted)
    lineage |= dict.fromkeys(
        ("persons", "unknown"), Lineage("residents of the entrance", (), at_door)
    )
    lineage |= dict.fromkeys(
        ("tier1", "tier2"), Lineage("unserved vulnerable by sure tier", (), of_home)
    )
    fixes = _entries("responses", sorted({code for code in table["fix"] if code}))
    lineage["cause"] = Lineage("commonest reason of the unserved vulnerable", (), at_door)
    lineage["fix"] = Lineage("cheapest response that takes the cause away", fixes, at_door)
    return find(
        "space.points",
        table,
        key=["point"],
        parents=[risk, covered, needs.tiers, needs.households],
        inputs=_inputs(place, "entrances"),
        catalogue=_digests(place, "displays", "responses"),
        policy={"risk_percentile": place.policy.risk_percentile},
        parameters=_numbers(place, RANKED),
        lineage=lineage,
    )


def paper_only(place: Community, table: pd.DataFrame, covered: Finding) -> Finding:
    """Return who is covered on paper only."""
    entries = _entries("facilities", place.policy.services)
    behind: Parents = (("space.coverage", "entrance+service", "entrance+service"),)
    rule = "inside the straight radius, not covered on foot"
    columns = ("persons", "unknown", "straight_m", "walk_m", "time", "limit", "radius", "cause")
    return find(
        "space.paper_only",
        table,
        key=["entrance", "display", "service"],
        parents=[covered],
        inputs=_inputs(place, "entrances"),
        catalogue=_digests(place, "facilities", "words"),
        lineage={name: Lineage(rule, entries, behind) for name in columns},
    )


def network_gaps(place: Community, table: pd.DataFrame, people: pd.DataFrame) -> Finding:
    """Return where the walk network is in pieces."""
    rule = "connected parts of the walk network without inferred links"
    joins = ("join_limit", "node_tolerance", "snap_tolerance")
    made = Lineage(rule, _entries("parameters", joins))
    columns = ("n_nodes", "length", "n_entrances", "persons", "distance_to_main", "bridged")
    return find(
        "space.network_gaps",
        table,
        key=["gap"],
        inputs=_inputs(place, *WALKING) | {"residents": people[["person", "entrance"]]},
        parameters=_numbers(place, joins),
        lineage=dict.fromkeys(columns, made),
        synthetic=place.synthetic,
    )


def contradictions(
    place: Community, table: pd.DataFrame, covered: Finding, risk: Finding
) -> Finding:
    """Return where space and need contradict each other."""
    cited = _entries("standards", sorted({code for code in table["standard"] if code}))
    entries = (*cited, *_entries("parameters", RULED_BY))
    columns = ("needed", "offered", "gap", "persons")
    lineage = dict.fromkeys(columns, Lineage("the rule named in column rule", entries))
    weighed = "min(1, gap / needed) x share of residents x upper bound of their risk"
    lineage["severity"] = Lineage(weighed, entries, (("space.hazard", "", ""),))
    return find(
        "space.contradictions",
        table,
        key=["contradiction"],
        parents=[covered, risk],
        inputs=_inputs(place, *RULED),
        catalogue=_digests(place, "standards", "facilities"),
        parameters=_numbers(place, RULED_BY),
        lineage=lineage,
    )


def _entries(part: str, codes: Iterable[object]) -> tuple[str, ...]:
    return tuple(f"{part}/{code}" for code in dict.fromkeys(codes))


def _inputs(place: Community, *tables: str) -> dict[str, str]:
    return {name: place.hashes[name] for name in tables}


def _digests(place: Community, *parts: str) -> dict[str, str]:
    return {part: place.catalogue.digest(part) for part in parts}


def _numbers(place: Community, codes: Iterable[str]) -> dict[str, float]:
    return {code: place.catalogue.number(code) for code in codes}
