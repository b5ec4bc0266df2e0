"""Keep what was found of public grounds with where it came from."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from renlin.community.community import Community
from renlin.finding import Finding, Lineage, find
from renlin.space.grounds.redundancy import standards
from renlin.space.tracing import digests, entries, inputs, numbers

BESIDE = ("fall_clear_share", "fall_zone_share", "ground_edge", "ground_facility_reach",
          "hazard_reach", "storey_height")  # fmt: skip
PIECES = ("eaves_depth", "leftover_cell", "leftover_least_area", "leftover_least_width",
          "leftover_reach", "roof_least_area", "unmeasured_road_width",
          "unmeasured_way_width")  # fmt: skip
LUCKY = ("conversion_draws", "conversion_orders", "pert_shape")
TIERED = ("court_reach", "ground_edge")


def _lineage(
    rules: dict[str, str], cited: Iterable[str] = (), behind: str = ""
) -> dict[str, Lineage]:
    parents = ((behind, "", ""),) if behind else ()
    return {column: Lineage(rule, tuple(cited), parents) for column, rule in rules.items()}


def grounds(place: Community, table: pd.DataFrame, covered: Finding) -> Finding:
    """Return room and people of every ground by hour."""
    people = "residents who reach it first x share of their group at home at the hour"
    rules = {
        "area": "area stated, else of the outline",
        "taken": "sum of the known areas of all uses, fullest quarter of the hour",
        "free_low": "area x usable share - taken; 0 where either is unknown",
        "free_high": "area x usable share - taken; the whole area where the share is unknown",
        "on_site": "persons seen there, fullest quarter of the hour",
        "persons": people,
        "persons_low": f"{people}, least share",
        "persons_high": f"{people}, greatest share, with all who may reach it",
        "m2_per_person": "free / persons where the free area is known",
        "m2_low": "free_low / (persons_high + on_site)",
        "m2_high": "free_high / persons_low",
    }
    return find(
        "space.grounds",
        table,
        key=["space", "day", "hour"],
        parents=[covered],
        inputs=inputs(place, "spaces", "uses", "facilities"),
        catalogue=digests(place, "presence", "facilities"),
        lineage=_lineage(rules),
    )


def redundancy(place: Community, table: pd.DataFrame, by_ground: Finding) -> Finding:
    """Return the verdict on every ground by standard."""
    cited = entries("standards", [one.code for one in standards(place.catalogue)])
    bound = "at the moment of least room per person"
    rules = {
        "hour": "hour of least room per person",
        "needed": "area per person of the standard",
        "m2_per_person": f"free / persons, {bound}",
        "m2_low": f"least, {bound}",
        "m2_high": f"greatest, {bound}",
        "persons": f"persons, {bound}",
        "free_low": f"surely free area, {bound}",
        "free_high": f"free area at most, {bound}",
        "density": f"persons / surely free area, {bound}",
        "n_hours_failed": "hours of a weekday and a weekend day at which even the greatest free "
        "area fails",
    }
    return find(
        "space.redundancy",
        table,
        key=["space", "standard"],
        parents=[by_ground],
        catalogue=digests(place, "standards"),
        lineage=_lineage(rules, cited, "space.grounds"),
    )


def left_out(
    place: Community, table: pd.DataFrame, by_ground: Finding, covered: Finding
) -> Finding:
    """Return who is left without a place, by group."""
    cited = entries("standards", [one.code for one in standards(place.catalogue)])
    rules = {
        "hour": "hour at which most exceed the room",
        "n": "residents",
        "present": "residents x share at home at the hour",
        "placed": "of them, in order of arrival, up to free area / standard",
        "left": "of those who arrive, the others; all ground nobody measured is free",
        "left_high": "the same when none of it is",
        "no_way": "present who surely reach no refuge",
        "unknown": "present of whom nobody knows",
        "left_share": "left / (placed + left); of the gap worst group minus reference",
        "low": "score interval at whole persons; of the gap Newcombe's",
        "high": "score interval at whole persons; of the gap Newcombe's",
    }
    return find(
        "space.left_out",
        table,
        key=["standard", "display"],
        parents=[by_ground, covered],
        catalogue=digests(place, "standards", "presence"),
        policy={"confidence": place.policy.confidence, "reference": place.policy.reference},
        lineage=_lineage(rules, cited, "space.grounds"),
    )


def ground_checks(place: Community, table: pd.DataFrame) -> Finding:
    """Return what every ground offers in an emergency."""
    cited = (*entries("ground_checks", sorted(set(table["check"]))), *entries("parameters", BESIDE))
    cost = "cost of the cheapest module or response that mends it"
    rules = {
        "value": "what was measured: width, slope, share clear, distance or number",
        "needed": "value of the standard",
        "cost": cost,
        "cost_low": cost,
        "cost_high": cost,
    }
    return find(
        "space.ground_checks",
        table,
        key=["space", "check"],
        inputs=inputs(place, "spaces", "walks", "facilities", "buildings", "hazards"),
        catalogue=digests(place, "ground_checks", "modules", "responses", "standards"),
        parameters=numbers(place, BESIDE),
        privacy="public",
        lineage=_lineage(rules, cited),
    )


def conversions(place: Community, table: pd.DataFrame, seed: int) -> Finding:
    """Return how long every plan of conversion takes."""
    cited = (*entries("conversions", sorted(set(table["template"]))), *entries("parameters", LUCKY))
    drawn = "of simulated conversions: PERT durations, serial schedule, crew of the plan"
    rules = {
        "crew": "persons who can be called",
        "crew_needed": "most that one step takes",
        "arrival": "minutes until they are there",
        "critical_minutes": "arrival + critical path of the most likely times",
        "crew_minutes": "arrival + schedule of the most likely times with the crew",
        "p10": f"one in ten {drawn}",
        "p50": f"median {drawn}",
        "p90": f"nine in ten {drawn}",
        "stated_minutes": "opening time that the layer states",
        "area": "area of the plan, else surely usable area",
        "area_high": "area of the plan, else usable area at most",
        "persons": "area / emergency area per person",
        "access_width": "widest equipment",
        "way_width": "widest way in that is known",
    }
    return find(
        "space.conversions",
        table,
        key=["conversion", "period"],
        inputs=inputs(place, "conversions", "spaces", "walks"),
        catalogue=digests(place, "conversions"),
        parameters=numbers(place, LUCKY),
        seeds=[seed],
        privacy="public",
        lineage=_lineage(rules, cited),
    )


def conversion_steps(place: Community, table: pd.DataFrame, plans: Finding, seed: int) -> Finding:
    """Return the steps of every plan with their times."""
    cited = entries("conversions", sorted(set(table["template"])))
    rules = {
        "order": "place in the network of steps",
        "crew": "persons it takes",
        "start": "most likely times, crew of the plan",
        "finish": "most likely times, crew of the plan",
        "finish_p10": "one in ten simulated conversions",
        "finish_p90": "nine in ten simulated conversions",
        "opens": "share of the area it opens",
        "area_open": "area open once it is done",
        "persons_open": "area open / emergency area per person",
    }
    return find(
        "space.conversion_steps",
        table,
        key=["conversion", "period", "step"],
        parents=[plans],
        catalogue=digests(place, "conversions"),
        seeds=[seed],
        privacy="public",
        lineage=_lineage(rules, cited, "space.conversions"),
    )


def leftovers(place: Community, table: pd.DataFrame) -> Finding:
    """Return the pieces of leftover ground."""
    rules = {
        "area": "area of the piece",
        "width": "diameter of the largest circle inside",
        "eaves_share": "share of it under façades",
        "slope": "slope of the nearest way that has one",
        "to_door": "straight line to the nearest door",
    }
    return find(
        "space.leftovers",
        table,
        key=["leftover"],
        inputs=inputs(place, "buildings", "walks", "spaces", "entrances"),
        parameters=numbers(place, PIECES),
        privacy="public",
        lineage=_lineage(rules, entries("parameters", PIECES)),
    )


def modules(
    place: Community, table: pd.DataFrame, pieces: Finding, people: pd.DataFrame
) -> Finding:
    """Return which module fits where, and for whom."""
    cited = (*entries("modules", sorted(set(table["module"]))), "parameters/leftover_picks")
    rules = {
        "persons": "residents within its reach, straight",
        "vulnerable": "of them in the groups it helps",
        "added": "of these not reached by the places before",
        "footprint": "of the module",
        "reach": "of the module",
        "cost": "of the module",
        "cost_low": "of the module",
        "cost_high": "of the module",
        "n_fits": "pieces on which it fits",
    }
    return find(
        "space.modules",
        table,
        key=["module", "rank"],
        parents=[pieces],
        inputs=inputs(place, "entrances")
        | {"residents": people[["person", "entrance", "display"]]},
        catalogue=digests(place, "modules", "displays"),
        lineage=_lineage(rules, cited, "space.leftovers"),
        synthetic=place.synthetic,
    )


def tiers(place: Community, table: pd.DataFrame, by_ground: Finding, covered: Finding) -> Finding:
    """Return demand and capacity from the door to the district."""
    cited = (*entries("ground_functions", sorted(set(table["function"]))),
             *entries("parameters", TIERED))  # fmt: skip
    told = {
        "came": "present residents, less what lower levels took or kept",
        "served": "up to the capacity; who stays comes first",
        "stuck": "not served and cannot go up",
        "passed": "came - served - stuck",
        "capacity": "ground by area per person, facilities by capacity; 0 to all where unknown",
    }
    ends = {"least": "least capacity, who may stay stays", "most": "greatest capacity"}
    rules = {
        f"{c}_{end}": f"{rule}; {said}" for c, rule in told.items() for end, said in ends.items()
    }
    return find(
        "space.tiers",
        table,
        key=["function", "hour", "level", "display"],
        parents=[by_ground, covered],
        inputs=inputs(place, "spaces", "facilities", "buildings", "entrances"),
        catalogue=digests(place, "ground_functions", "presence"),
        parameters=numbers(place, TIERED),
        lineage=_lineage(rules, cited, "space.grounds"),
    )
