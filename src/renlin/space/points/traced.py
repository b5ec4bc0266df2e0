"""Keep the points with where they came from."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding, Lineage, find
from renlin.space.tracing import Parents, digests, entries, inputs, numbers

RANKED = ("high_risk_rate", "point_tier", "weight_spread")
WEIGHED = ("stable", "rank_share", "rank_first", "rank_last", "max_regret", "rank_regret")
HOLLOW = (
    "cluster_draws",
    "cluster_seed",
    "false_discovery_rate",
    "hollow_bandwidth",
    "hollow_capacity_percentile",
    "hollow_stable_share",
    "point_tier",
)
PRESENT = ("asleep_from_hour", "asleep_to_hour", "high_risk_rate", "out_in_community_share")


def points(
    place: Community, table: pd.DataFrame, risk: Finding, covered: Finding, needs: NeedsFindings
) -> Finding:
    """Return the points of high risk and low coverage."""
    ranked = entries("parameters", RANKED)
    at_door: Parents = (("space.coverage", "entrance", "entrance"),)
    in_house: Parents = (("space.hazard", "building", "building"),)
    of_home: Parents = (("needs.households", "entrance", "entrance"),)
    rule = "unserved vulnerable persons x risk, buildings of high risk only"
    lineage = {
        "rank": Lineage(rule, ranked, (*in_house, *at_door, *of_home)),
        "score": Lineage(rule, ranked, (*in_house, *at_door, *of_home)),
        "risk": Lineage("risk of the building", ranked, in_house),
    }
    weighed = Lineage(f"over persons ^ a x risk ^ b, a and b 1 ± {RANKED[2]}", ranked, in_house)
    lineage |= dict.fromkeys(WEIGHED, weighed)
    counted = Lineage("residents of low coverage", ranked, (*at_door, *of_home))
    lineage |= dict.fromkeys(("unserved", "unserved_vulnerable", "unserved_possible"), counted)
    lineage |= dict.fromkeys(
        ("persons", "unknown"), Lineage("residents of the entrance", (), at_door)
    )
    lineage |= dict.fromkeys(
        ("tier1", "tier2"), Lineage("unserved vulnerable by sure tier", (), of_home)
    )
    fixes = entries("responses", sorted({code for code in table["fix"] if code}))
    lineage["cause"] = Lineage("commonest reason of the unserved vulnerable", (), at_door)
    lineage["fix"] = Lineage("cheapest response that takes the cause away", fixes, at_door)
    return find(
        "space.points",
        table,
        key=["point"],
        parents=[risk, covered, needs.tiers, needs.households],
        inputs=inputs(place, "entrances"),
        catalogue=digests(place, "displays", "responses"),
        policy={"risk_percentile": place.policy.risk_percentile},
        parameters=numbers(place, RANKED),
        lineage=lineage,
    )


def hollows(
    place: Community,
    table: gpd.GeoDataFrame,
    risk: Finding,
    covered: Finding,
    needs: NeedsFindings,
    ties: Finding | None,
) -> Finding:
    """Return the four conditions of a risk hollow by building."""
    cited = entries("parameters", HOLLOW)
    in_house: Parents = (("space.hazard", "building", "building"),)
    all_round: Parents = (("space.coverage", "", ""),)
    people: Parents = (("needs.tiers", "", ""),)
    tied: Parents = () if ties is None else ((ties.name, "", ""),)
    star = "Gi* over the buildings within hollow_bandwidth: of {what}"
    excess = "residents beyond the mean share of the place"
    rules = {
        "z_people": (star.format(what=f"vulnerable {excess}"), people),
        "z_hazard": (star.format(what="risk"), in_house),
        "z_ties": (star.format(what=f"weakly tied {excess}"), tied),
        "p_people": ("permutation p-value of z_people", people),
        "p_hazard": ("permutation p-value of z_hazard", in_house),
        "p_ties": ("permutation p-value of z_ties", tied),
        "uncovered_around": ("residents not covered over those known, within the band", all_round),
        "hollow": ("all four conditions; false discoveries controlled", (*in_house, *all_round)),
        "hollow_share": ("bandwidths in which the verdict is the same", in_house),
        "stable": ("hollow_share at least hollow_stable_share", in_house),
        "persons": ("residents of the building", people),
        "vulnerable": ("of a vulnerable group, or surely of tier point_tier", people),
        "high_low": ("bivariate local Moran of risk here and uncovered around", in_house),
        "high_low_p": ("permutation p-value of high_low", (*in_house, *all_round)),
    }
    return find(
        "space.hollows",
        table,
        key=["building"],
        parents=[risk, covered, needs.tiers, needs.profiles, *([] if ties is None else [ties])],
        inputs=inputs(place, "buildings", "entrances"),
        catalogue=digests(place, "displays"),
        parameters=numbers(place, HOLLOW),
        seeds=[int(place.catalogue.number("cluster_seed"))],
        lineage={name: Lineage(rule, cited, behind) for name, (rule, behind) in rules.items()},
    )


def hollow_groups(
    place: Community, table: pd.DataFrame, hollow: Finding, needs: NeedsFindings
) -> Finding:
    """Return who lives inside a hollow, by group, with the gap."""
    behind: Parents = (("space.hollows", "", ""), ("needs.profiles", "display", "display"))
    rules = dict.fromkeys(("n", "inside", "outside", "unknown"), "residents by verdict")
    rules |= {"outside_share": "share outside among those known"}
    rules |= dict.fromkeys(("low", "high"), "score interval; of the gap Newcombe's")
    rules |= dict.fromkeys(("least_share", "most_share"), "when all unknown are in, or out")
    return find(
        "space.hollow_groups",
        table,
        key=["display"],
        parents=[hollow, needs.profiles],
        policy={"confidence": place.policy.confidence, "reference": place.policy.reference},
        privacy="public",
        lineage={name: Lineage(rule, (), behind) for name, rule in rules.items()},
    )


def cube(place: Community, table: pd.DataFrame, risk: Finding, homes: pd.DataFrame) -> Finding:
    """Return persons by place, hour and group."""
    present = tuple(f"{group}/{hour}" for group, hour in sorted(place.catalogue.presence))
    cited = (*entries("presence", present), *entries("parameters", PRESENT))
    behind: Parents = (("space.hazard", "place", "building"),)
    rules = {
        "residents": "residents of the building",
        "present": "residents x share of their group at home at the hour",
        "present_low": "the same with the lower share",
        "present_high": "the same with the upper share",
        "uncovered": "present of those not covered by a service at the hour",
        "unknown": "present of those unknown for a service, and uncovered by none",
        "at_risk": "present in a building of high risk",
    }
    told = homes[["person", "display", "building", "class"]]
    return find(
        "space.cube",
        table,
        key=["place", "hour", "display"],
        parents=[risk],
        inputs=inputs(place, "facilities", "gates", "walks") | {"residents": told},
        catalogue=digests(place, "presence"),
        parameters=numbers(place, PRESENT),
        policy={"services": list(place.policy.services)},
        lineage={name: Lineage(rule, cited, behind) for name, rule in rules.items()},
        synthetic=place.synthetic,
    )
