"""Keep what was inspected, and the risk from it, with where it came from."""

from __future__ import annotations

import pandas as pd

from renlin.community.community import Community
from renlin.finding import Finding, Lineage, find
from renlin.space.risk.surface import FAMILIES
from renlin.space.tracing import Parents, entries, inputs, numbers


def inspections(place: Community, table: pd.DataFrame) -> Finding:
    """Return what was inspected, by the building it counts for."""
    hazards = entries("hazards", sorted(set(table["kind"])))
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
        inputs=inputs(place, "hazards", "buildings", "entrances", "households", "dwellings"),
        catalogue={"hazards": place.catalogue.digest("hazards")},
        parameters=numbers(place, ["hazard_reach"]),
        lineage=lineage,
    )


def hazard(place: Community, table: pd.DataFrame, found: Finding) -> Finding:
    """Return the risk by building."""
    cited = (
        *entries("hazards", sorted(place.catalogue.hazards)),
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
    lineage = {name: Lineage(rule, cited, behind) for name, rule in rules.items()}
    return find(
        "space.hazard",
        table,
        key=["building"],
        parents=[found],
        inputs=inputs(place, "buildings"),
        catalogue={"hazards": place.catalogue.digest("hazards")},
        parameters=numbers(place, ["uninspected_rate"]),
        privacy="public",
        lineage=lineage,
    )


def trend(place: Community, table: pd.DataFrame, found: Finding) -> Finding:
    """Return the risk by building as it was known on earlier dates."""
    names = ("hazard_reach", "trend_dates", "trend_step_days", "uninspected_rate")
    cited = (
        *entries("hazards", sorted(place.catalogue.hazards)),
        *entries("parameters", names),
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
        inputs=inputs(place, "hazards", "buildings", "entrances"),
        catalogue={"hazards": place.catalogue.digest("hazards")},
        parameters=numbers(place, names),
        privacy="public",
        lineage={name: Lineage(rule, cited, behind) for name, rule in rules.items()},
    )


def heat(place: Community, table: pd.DataFrame, risk: Finding, people: pd.DataFrame) -> Finding:
    """Return the smoothed surface of risk and residents."""
    names = ["heat_cell", "heat_bandwidth"]
    rule = "risk x residents per hectare, Gaussian smoothing"
    made = Lineage(rule, entries("parameters", names), (("space.hazard", "", ""),))
    return find(
        "space.heat",
        table,
        key=["row", "column"],
        parents=[risk],
        inputs={"residents": people[["person", "entrance"]]},
        parameters=numbers(place, names),
        lineage={"value": made},
        synthetic=place.synthetic,
    )
