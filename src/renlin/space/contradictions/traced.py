"""Keep contradictions with where they came from."""

from __future__ import annotations

import pandas as pd

from renlin.community.community import Community
from renlin.finding import Finding, Lineage, find
from renlin.space.tracing import digests, entries, inputs, numbers

RULED = (
    "spaces",
    "uses",
    "gates",
    "walks",
    "facilities",
    "entrances",
    "duties",
    "hazards",
    "corrections",
)
RULED_BY = (
    "crowd_area_least",
    "hazard_reach",
    "inspection_half_lives",
    "need_hour",
    "observation_half_life",
    "opening_minutes_limit",
    "shelter_usable_share",
)
CATALOGUE = (
    "contradiction_rules",
    "facilities",
    "hazards",
    "place_needs",
    "remedies",
    "responses",
    "standards",
)


def contradictions(
    place: Community, table: pd.DataFrame, covered: Finding, risk: Finding, inspected: Finding
) -> Finding:
    """Return where space and need contradict each other."""
    codes = sorted({code for code in table["standard"] if code})
    rules = entries("contradiction_rules", sorted(set(table["rule"])))
    needs = entries("place_needs", sorted(set(table["subject"]) & set(place.catalogue.place_needs)))
    cited = (*rules, *needs, *entries("standards", codes), *entries("parameters", RULED_BY))
    lineage = {
        name: Lineage(f"the row of contradiction_rules named in column rule: {what}", cited)
        for name, what in {
            "needed": "standard, parameter, or 1 for a yes",
            "offered": "what the rows of evidence say; missing where nobody knows",
            "gap": "needed - offered, or offered - needed where more is wrong",
            "persons": "residents who walk there, go there, or live beside it",
        }.items()
    }
    weighed = "min(1, gap / needed) x share of residents x upper bound of their risk"
    lineage["severity"] = Lineage(weighed, cited, (("space.hazard", "", ""),))
    sure = "0.5 ** (age of the oldest row of evidence / half-life) x share that agreed"
    lineage["confidence"] = Lineage(sure, entries("parameters", ("observation_half_life",)))
    remedies = entries("remedies", sorted(set(table["remedy"])))
    lineage["cost"] = Lineage("cost of the response that remedies.csv names", remedies)
    lineage["standing"] = Lineage("newest active decision of layer objections; else open")
    return find(
        "space.contradictions",
        table,
        key=["contradiction"],
        parents=[covered, risk, inspected],
        inputs=inputs(place, *RULED, "objections"),
        catalogue=digests(place, *CATALOGUE),
        parameters=numbers(place, RULED_BY),
        lineage=lineage,
    )


def people(table: pd.DataFrame, found: Finding) -> Finding:
    """Return residents of each group each contradiction concerns."""
    made = Lineage("residents of the group", (), ((found.name, "contradiction", "contradiction"),))
    return find(
        "space.contradiction_people",
        table,
        key=["contradiction", "display"],
        parents=[found],
        lineage={"persons": made},
    )


def groups(table: pd.DataFrame, found: Finding, *, seed: int, level: float) -> Finding:
    """Return who bears the contradictions."""
    behind = ((found.name, "", ""),)
    rules = {
        "n": "residents with a known door",
        "touched": "of them, those whom a contradiction concerns, at least",
        "per_person": "contradictions found and not closed that concern a resident, mean",
        "rest_per_person": "the same of all others",
        "gap": "per_person less rest_per_person",
        "gap_low": "percentile of resampled buildings",
        "gap_high": "percentile of resampled buildings",
    }
    return find(
        "space.contradiction_groups",
        table,
        key=["dimension", "display"],
        parents=[found],
        policy={"confidence": level},
        seeds=[seed],
        privacy="public",
        lineage={name: Lineage(rule, (), behind) for name, rule in rules.items()},
    )


def objections(place: Community, table: pd.DataFrame, found: Finding) -> Finding:
    """Return every decision on a contradiction, with what came of it."""
    behind = ((found.name, "contradiction", "contradiction"),)
    rule = "what stands of it; replaced, undone, or no longer found by the rules"
    return find(
        "space.objections",
        table,
        key=["objection"],
        parents=[found],
        inputs=inputs(place, "objections"),
        lineage={"outcome": Lineage(rule, (), behind)},
    )
