"""Keep how homes are supplied with where it came from."""

from __future__ import annotations

import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding, Lineage, find
from renlin.space.tracing import digests, entries, inputs, numbers

LIFE = "a node lives as long as what it needs and its longest-lived feeder, then its reserve"


def lifelines(
    place: Community, table: pd.DataFrame, needs: NeedsFindings, people: pd.DataFrame
) -> Finding:
    """Return how each building is supplied."""
    rules = {
        "households": "households that live there",
        "vulnerable": "of them, with somebody vulnerable",
        "n_serving": "nodes that serve the building",
        "node_ways": "greatest flow from the sources, every node once",
        "link_ways": "greatest flow from the sources, every link once",
        "n_single": f"nodes whose loss alone cuts it off: {LIFE}",
        "first_h": "hours until the first of them is felt",
    }
    return _found(place, "space.lifelines", table, ["building", "service"], rules, needs, people)


def single_points(
    place: Community, table: pd.DataFrame, needs: NeedsFindings, people: pd.DataFrame
) -> Finding:
    """Return the nodes and links whose loss alone cuts homes off."""
    rules = {
        "rank": "most vulnerable households, then most households",
        "buildings": f"buildings that lose a service: {LIFE}",
        "households": "households that live there",
        "vulnerable": "of them, with somebody vulnerable",
        "persons": "residents who live there",
        "first_h": "hours until the first building feels it",
        "last_h": "hours until the last building feels it",
        "share_vulnerable": "share of all vulnerable households",
        "share_others": "share of all other households",
        "gap": "share_vulnerable minus share_others",
        "gap_low": "lower bound of the gap (Newcombe)",
        "gap_high": "upper bound of the gap (Newcombe)",
    }
    return _found(place, "space.single_points", table, ["part", "kind"], rules, needs, people)


def _found(
    place: Community,
    name: str,
    table: pd.DataFrame,
    key: list[str],
    rules: dict[str, str],
    needs: NeedsFindings,
    people: pd.DataFrame,
) -> Finding:
    displays = entries("displays", sorted(place.catalogue.displays))
    cited = (*displays, "parameters/point_tier")
    return find(
        name,
        table,
        key=key,
        parents=[needs.tiers],
        inputs=inputs(place, "utilities") | {"residents": people[["person", "entrance"]]},
        catalogue=digests(place, "displays"),
        policy={"confidence": place.policy.confidence},
        parameters=numbers(place, ["point_tier"]),
        synthetic=place.synthetic,
        lineage={
            column: Lineage(rule, cited, (("needs.tiers", "", ""),))
            for column, rule in rules.items()
        },
    )


def lifeline_links(place: Community, table: pd.DataFrame, ways: Finding) -> Finding:
    """Return the cheapest link for the worst-off building of each service."""
    costs = [f"link_cost_{service}" for service in sorted(set(table["service"]))]
    behind = (("space.lifelines", "building+service", "building+service"),)
    rules = {
        "households": "households of the worst-off building",
        "vulnerable": "of them, with somebody vulnerable",
        "length": "straight between the two places, m",
        "cost": "length x link_cost of the service, yuan",
        "ways_before": "ways that share no node, as it is",
        "ways_after": "ways that share no node, with the link",
        "served_too": "other buildings that gain a way",
    }
    return find(
        "space.lifeline_links",
        table,
        key=["service"],
        parents=[ways],
        inputs=inputs(place, "utilities", "assets", "buildings"),
        parameters=numbers(place, costs),
        lineage={
            column: Lineage(rule, entries("parameters", costs), behind)
            for column, rule in rules.items()
        },
    )
