"""Keep how firmly coverage holds with where it came from: links, places, hours."""

from __future__ import annotations

import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding, Lineage, find
from renlin.space.access.traced import ON_FOOT, WALKING
from renlin.space.tracing import Parents, digests, entries, inputs, numbers

CATCHMENT = tuple(f"catchment_{what}_{step}" for what in ("step", "weight") for step in (1, 2, 3))
INTERVAL = "score interval; of the gap Newcombe's"
COUNTED = ("n", "low", "high", "least_share", "most_share")


def fragility(place: Community, table: pd.DataFrame, covered: Finding) -> Finding:
    """Return how firmly everybody who is covered is."""
    cited = (*entries("facilities", place.policy.services), *entries("parameters", ON_FOOT))
    behind: Parents = (("space.coverage", "person+service", "person+service"),)
    rules = {
        "redundant": "two facilities within the limit by ways that share no lane and no gate: "
        "the two of least total time",
        "robust": "within the limit whichever one lane or gate closes",
        "sturdy": "redundant and robust; holds in the careful view, fails in the hopeful one, "
        "else unknown",
        "second_time": "the longer of two ways apart, careful view",
        "worst_time": "time when the worst link closes, careful view",
        "worst_link": "the link whose closure costs most time",
        "limit": "limit of the kind of facility",
    }
    return find(
        "space.fragility",
        table,
        key=["person", "service"],
        parents=[covered],
        inputs=inputs(place, *WALKING, "households", "pairs", "helpers"),
        catalogue=digests(place, "classes", "facilities", "parameters"),
        policy={"services": list(place.policy.services), "hour": place.policy.hour},
        privacy="personal",
        lineage={name: Lineage(rule, cited, behind) for name, rule in rules.items()},
    )


def fragility_groups(place: Community, table: pd.DataFrame, fragile: Finding) -> Finding:
    """Return redundant, robust and sturdy by group, with the gap."""
    behind: Parents = (("space.fragility", "service+display", "service+display"),)
    rules = dict.fromkeys(("stands", "fails", "unknown"), "covered residents by state")
    rules |= {"stands_share": "share among those whose state is known"}
    rules |= dict.fromkeys(COUNTED, INTERVAL)
    return find(
        "space.fragility_groups",
        table,
        key=["service", "measure", "display"],
        parents=[fragile],
        policy={"confidence": place.policy.confidence, "reference": place.policy.reference},
        privacy="public",
        lineage={name: Lineage(rule, (), behind) for name, rule in rules.items()},
    )


def critical_links(
    place: Community, table: pd.DataFrame, fragile: Finding, needs: NeedsFindings
) -> Finding:
    """Return the ways and gates that coverage hangs on."""
    cited = (*entries("facilities", place.policy.services), "parameters/point_tier")
    behind: Parents = (
        ("space.fragility", "service", "service"),
        ("needs.tiers", "", ""),
    )
    rules = {
        "persons": "covered residents who are not, once it closes; careful view",
        "persons_sure": "the same in the hopeful view",
        "vulnerable": "of persons those of a vulnerable group or of tier point_tier",
    }
    return find(
        "space.critical_links",
        table,
        key=["service", "link", "display"],
        parents=[fragile, needs.tiers],
        inputs=inputs(place, "walks", "gates"),
        lineage={name: Lineage(rule, cited, behind) for name, rule in rules.items()},
    )


def catchment(place: Community, table: pd.DataFrame, covered: Finding) -> Finding:
    """Return who has a place, by three measures and by group."""
    cited = (*entries("facilities", place.policy.services), *entries("parameters", CATCHMENT))
    behind: Parents = (("space.coverage", "service+display", "service+display"),)
    rules = dict.fromkeys(("enough", "short", "unknown"), "residents with a place or more, less")
    rules |= {
        "enough_share": "share among those known",
        "mean": "places per person: two-step; stepped by distance; spread by nearness",
    }
    rules |= dict.fromkeys(COUNTED, INTERVAL)
    return find(
        "space.catchment",
        table,
        key=["service", "method", "display"],
        parents=[covered],
        inputs=inputs(place, *WALKING),
        catalogue=digests(place, "classes", "facilities", "parameters"),
        parameters=numbers(place, CATCHMENT),
        policy={"confidence": place.policy.confidence, "reference": place.policy.reference},
        privacy="public",
        lineage={name: Lineage(rule, cited, behind) for name, rule in rules.items()},
    )


def hours(place: Community, table: pd.DataFrame, needs: NeedsFindings) -> Finding:
    """Return coverage by hour and group."""
    cited = (*entries("facilities", place.policy.services), *entries("parameters", ON_FOOT))
    present = tuple(f"{group}/{hour}" for group, hour in sorted(place.catalogue.presence))
    behind: Parents = (("needs.profiles", "display", "display"),)
    counted, shared = "residents by state at the hour", "share among those whose state is known"
    rules = dict.fromkeys(("covered", "not_covered", "unknown"), counted)
    rules |= {"covered_share": shared}
    rules |= dict.fromkeys(COUNTED, INTERVAL)
    lineage = {name: Lineage(rule, cited, behind) for name, rule in rules.items()}
    at_home = "residents x share of their group at home at the hour"
    lineage |= dict.fromkeys(
        ("present", "present_uncovered"), Lineage(at_home, entries("presence", present), behind)
    )
    return find(
        "space.hours",
        table,
        key=["service", "hour", "display"],
        parents=[needs.profiles],
        inputs=inputs(place, *WALKING, "households", "pairs", "helpers"),
        catalogue=digests(place, "classes", "facilities", "parameters", "presence"),
        policy={"services": list(place.policy.services), "reference": place.policy.reference},
        privacy="public",
        lineage=lineage,
        synthetic=place.synthetic,
    )
