"""Keep what was inspected, and the risk from it, with where it came from."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from renlin.community.community import Community
from renlin.finding import Finding, Lineage, find
from renlin.space.risk.surface import FAMILIES
from renlin.space.tracing import Parents, digests, entries, inputs, numbers

SEEN = ("hazards", "sensors", "ground_floors", "buildings", "entrances", "dwellings")
GRADED = ("hazard_reach", "sensor_alarm_grade", "sensor_warning_grade")
PARTS = ("hazards", "hazard_families", "ground_floor_uses")
BOUNDED = ("uninspected_rate", "sensor_half_life")


def inspections(place: Community, table: pd.DataFrame) -> Finding:
    """Return what was inspected, by the building it counts for."""
    hazards = entries("hazards", sorted(set(table["kind"])))
    rules = {
        "rate": "measure between the bounds of its kind, else grade; 0 once put right",
        "quality": "halves every half-life of its kind since the inspection",
        "multiplier": "how many times as often or as bad, the kind at its worst",
        "share": "part of the stairs of the building it concerns",
        "n_households": "households of the building",
    }
    lineage = {name: Lineage(rule, hazards) for name, rule in rules.items()}
    return find(
        "space.inspections",
        table,
        key=["building", "hazard"],
        inputs=inputs(place, *SEEN, "households"),
        catalogue=digests(place, "hazards", "ground_floor_uses"),
        parameters=numbers(place, GRADED),
        lineage=lineage,
    )


def ground_floors(place: Community, table: pd.DataFrame, people: pd.DataFrame) -> Finding:
    """Return what is done under homes, with who lives above."""
    cited = (
        *entries("ground_floor_uses", sorted(set(table["use"]))),
        *entries("hazards", sorted(set(table["hazard"]))),
    )
    rules = {
        "rate": "of the use, less where it is separated from the dwellings",
        "low": "as if separated where nobody knows",
        "high": "as if open where nobody knows",
        "area": "as recorded",
        "households": "households above: of the stair, else of the building",
        "persons": "residents above: of the stair, else of the building",
        "incidents": "base x homes above x (multiplier - 1) x rate, 1/year",
    }
    return find(
        "space.ground_floors",
        table,
        key=["ground_floor"],
        inputs={**inputs(place, "ground_floors", "entrances"), **_residents(people)},
        catalogue=digests(place, *PARTS),
        synthetic=place.synthetic,
        lineage={name: Lineage(rule, cited) for name, rule in rules.items()},
    )


def assets(place: Community, table: pd.DataFrame) -> Finding:
    """Return every pipe, wire and device with its failures."""
    curves = entries("failure_curves", sorted(set(table["curve"]) - {""}))
    quakes = entries("quake_repairs", sorted(place.catalogue.quake_repairs))
    rules = {
        "age": "year of the survey minus year laid",
        "length": "as recorded, else of the drawing",
        "rate": "curve at its age x load factor, per km or unit and year",
        "failures": "rate x km (or 1), 1/year; unknown where its state says so",
        "low": "least of the curves and ages it may have",
        "high": "greatest of the curves and ages it may have; none beyond their range",
        "load_factor": "geometric mean of 1 and the ageing of the insulation at its load",
        "worn": "rate at least worn_factor times the curve's own, or older than it holds for",
        "checked_days": "days since the last check",
        "quake_repairs": "mean of the relations that hold at design_pgv x km",
    }
    lineage = {
        name: Lineage(rule, (*quakes, "parameters/design_pgv") if "quake" in name else curves)
        for name, rule in rules.items()
    }
    return find(
        "space.assets",
        table,
        key=["asset"],
        inputs=inputs(place, "assets"),
        catalogue=digests(place, "failure_curves", "quake_repairs"),
        parameters=numbers(place, ["design_pgv", "worn_factor"]),
        lineage=lineage,
    )


def asset_conflicts(place: Community, table: pd.DataFrame) -> Finding:
    """Return where pipes and wires are in each other's way."""
    cited = entries("clearances", sorted(place.catalogue.clearances))
    rules = {
        "distance": "between the two drawings, horizontal, m",
        "needed": "clearance of the two services, m",
        "length": "m of the first within the clearance of the second, or under the roof",
    }
    return find(
        "space.asset_conflicts",
        table,
        key=["conflict"],
        inputs=inputs(place, "assets", "buildings"),
        catalogue=digests(place, "clearances"),
        parameters=numbers(place, ["parallel_least"]),
        lineage={
            name: Lineage(rule, (*cited, "parameters/parallel_least"))
            for name, rule in rules.items()
        },
    )


def _cited(place: Community) -> tuple[str, ...]:
    return (
        *entries("hazards", sorted(place.catalogue.hazards)),
        *entries("hazard_families", sorted(place.catalogue.hazard_families)),
        *entries("asset_incidents", sorted(place.catalogue.asset_incidents)),
        *entries("parameters", BOUNDED),
    )


IN_HOUSE: Parents = (("space.inspections", "building", "building"), ("space.assets", "", ""))
RISK = "100 x hazard x exposed_share x vulnerability, residents harmed per hundred and year"


def hazard(place: Community, table: pd.DataFrame, behind: Iterable[Finding]) -> Finding:
    """Return the risk by building."""
    cited = _cited(place)
    rules = dict.fromkeys(FAMILIES, f"{RISK}; NaN where no kind of it was inspected") | {
        "access": "what blocked ways add to the harm of all incidents",
        "risk": f"sum over all families: {RISK}",
        "low": "what is known and nothing else",
        "high": "the ungraded at their worst, the unseen at uninspected_rate x (1 - quality)",
        "quality": "certainty of each kind (inspections, sensors), weighted by what it may add",
        "n_open": "findings not put right",
    }
    return find(
        "space.hazard",
        table,
        key=["building"],
        parents=behind,
        inputs=inputs(place, "buildings", "entrances", "dwellings", "sensors"),
        catalogue=digests(place, *PARTS, "asset_incidents"),
        parameters=numbers(place, BOUNDED),
        privacy="public",
        lineage={name: Lineage(rule, cited, IN_HOUSE) for name, rule in rules.items()},
    )


def risk_families(
    place: Community, table: pd.DataFrame, behind: Iterable[Finding], people: pd.DataFrame
) -> Finding:
    """Return hazard, exposure and vulnerability by building and family."""
    cited = _cited(place)
    rules = {
        "hazard": "base x units x (1 + sum (multiplier - 1) x rate x share) + failures, 1/year",
        "exposed_share": "share of the residents one incident reaches",
        "vulnerability": "min(1, harmed x (1 + sum (multiplier - 1) x rate x share))",
        "risk": RISK,
        "low": "what is known and nothing else",
        "high": "the ungraded at their worst, the unseen at uninspected_rate x (1 - quality)",
        "rates_low": "risk with every rate of the catalogue at its lower bound",
        "rates_high": "risk with every rate of the catalogue at its upper bound",
        "quality": "certainty of each kind (inspections, sensors), weighted by what it may add",
        "inspected": "a kind of the family was inspected and graded",
        "n_open": "findings not put right",
        "residents": "residents of the building",
        "exposed": "exposed_share x residents",
        "harmed": "risk / 100 x residents, expected residents harmed a year",
    }
    return find(
        "space.risk_families",
        table,
        key=["building", "family"],
        parents=behind,
        inputs={
            **inputs(place, "buildings", "entrances", "dwellings", "sensors"),
            **_residents(people),
        },
        catalogue=digests(place, *PARTS, "asset_incidents"),
        parameters=numbers(place, BOUNDED),
        synthetic=place.synthetic,
        lineage={name: Lineage(rule, cited, IN_HOUSE) for name, rule in rules.items()},
    )


def risk_groups(
    place: Community, table: pd.DataFrame, risk: Finding, people: pd.DataFrame
) -> Finding:
    """Return the mean risk by group of residents, with the gap."""
    behind: Parents = (("space.hazard", "", ""),)
    displays = entries("displays", sorted(place.catalogue.displays))
    rules = {
        "n": "residents of the group",
        "unknown": "residents whose building was not inspected, or is not known",
        "risk": "mean over residents of the risk of their building",
        "most": "mean over residents of its upper bound",
        "difference": "mean minus that of the reference group",
        "low": "lower bound of the difference, buildings drawn anew",
        "high": "upper bound of the difference, buildings drawn anew",
    }
    return find(
        "space.risk_groups",
        table,
        key=["display"],
        parents=[risk],
        inputs=_residents(people),
        catalogue=digests(place, "displays"),
        policy={"reference": place.policy.reference, "confidence": place.policy.confidence},
        synthetic=place.synthetic,
        lineage={name: Lineage(rule, displays, behind) for name, rule in rules.items()},
    )


def trend(place: Community, table: pd.DataFrame, found: Finding) -> Finding:
    """Return the risk by building as it was known on earlier dates."""
    names = ("hazard_reach", "trend_dates", "trend_step_days", "uninspected_rate")
    cited = (*_cited(place), *entries("parameters", names[:3]))
    behind: Parents = (("space.inspections", "building", "building"),)
    rules = dict.fromkeys(
        ("risk", "low", "high", "quality", "n_open"),
        "as in space.hazard, on that day, without assets",
    ) | {
        "change": "risk minus that of the date before",
        "newly_seen": "part of the change from places and kinds looked at for the first time",
        "like_for_like": "part of the change from places and kinds looked at before",
        "change_low": "least of like_for_like over the bounds of the rates",
        "change_high": "greatest of like_for_like over the bounds of the rates",
        "verdict": "called only where both bounds of like_for_like lie on one side of 0",
    }
    return find(
        "space.trend",
        table,
        key=["building", "day"],
        parents=[found],
        inputs=inputs(place, *SEEN),
        catalogue=digests(place, *PARTS),
        parameters=numbers(place, names),
        privacy="public",
        lineage={name: Lineage(rule, cited, behind) for name, rule in rules.items()},
    )


LOOKED_AHEAD = ("forecast_months", "forecast_held_months", "forecast_window_months")


def forecasts(place: Community, table: pd.DataFrame, found: Finding) -> Finding:
    """Return the known risk of every building some months on."""
    rules = {
        "value": "by the method of least error on all months so far",
        "low": "value less the error that the level's share of earlier forecasts kept to",
        "high": "value plus the error that the level's share of earlier forecasts kept to",
        "n_dates": "dates on which the building was inspected; from three on",
        "horizon": "months ahead",
    }
    return _ahead(place, "space.forecasts", table, found, ["building", "horizon"], rules)


def forecast_scores(place: Community, table: pd.DataFrame, found: Finding) -> Finding:
    """Return how the forecasts did on months they had not seen."""
    rules = {
        "n": "forecasts of the months held back",
        "error": "mean absolute error on the months held back",
        "persistence_error": "that of the value as it was",
        "skill": "1 - error / persistence_error",
        "coverage": "share of the values held back within the interval",
        "level": "share the interval is meant to hold",
        "chosen": "least error on the months before those held back",
    }
    return _ahead(place, "space.forecast_scores", table, found, ["horizon", "method"], rules)


def _ahead(
    place: Community,
    name: str,
    table: pd.DataFrame,
    found: Finding,
    key: list[str],
    rules: dict[str, str],
) -> Finding:
    cited = (*_cited(place), *entries("parameters", LOOKED_AHEAD))
    behind: Parents = (("space.inspections", "", ""),)
    return find(
        name,
        table,
        key=key,
        parents=[found],
        inputs=inputs(place, *SEEN),
        catalogue=digests(place, *PARTS),
        policy={"confidence": place.policy.confidence},
        parameters=numbers(place, LOOKED_AHEAD),
        privacy="public",
        lineage={column: Lineage(rule, cited, behind) for column, rule in rules.items()},
    )


def heat(place: Community, table: pd.DataFrame, risk: Finding, people: pd.DataFrame) -> Finding:
    """Return the smoothed surface of risk and residents."""
    names = ["heat_cell", "heat_bandwidth"]
    rule = "residents harmed a year per hectare: risk / 100 x residents, Gaussian smoothing"
    made = Lineage(rule, entries("parameters", names), (("space.hazard", "", ""),))
    return find(
        "space.heat",
        table,
        key=["row", "column"],
        parents=[risk],
        inputs=_residents(people),
        parameters=numbers(place, names),
        lineage={"value": made},
        synthetic=place.synthetic,
    )


def _residents(people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {"residents": people[["person", "entrance"]]}
