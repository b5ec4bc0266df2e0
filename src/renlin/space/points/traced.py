"""Keep the points with where they came from."""

from __future__ import annotations

import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding, Lineage, find
from renlin.space.tracing import Parents, digests, entries, inputs, numbers

RANKED = ("high_risk_rate", "point_tier", "weight_spread")


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
