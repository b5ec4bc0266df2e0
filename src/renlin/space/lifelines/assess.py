"""Introduce the steps that look at supply: ways apart, single points, the link to add."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding
from renlin.space.access.residents import vulnerable
from renlin.space.lifelines import traced
from renlin.space.lifelines.links import cheapest_links, spots
from renlin.space.lifelines.supply import by_building, losses, single_points


@dataclass(frozen=True)
class Lifelines:
    """How homes are supplied.

    Attributes
    ----------
    lifelines, single_points, lifeline_links
        Ways of supply by building and service; nodes and links whose loss alone cuts
        homes off; the cheapest link that gives the worst-off building another way.
    """

    lifelines: Finding
    single_points: Finding
    lifeline_links: Finding


def assess_lifelines(place: Community, needs: NeedsFindings, people: pd.DataFrame) -> Lifelines:
    """Return how homes are supplied with water, power, gas and signal.

    Parameters
    ----------
    people
        Residents with their entrance (:func:`renlin.space.access.residents.living`).

    Raises
    ------
    DataFault
        When a node with a reserve feeds itself in a ring.
    """
    utilities = place["utilities"]
    housed = households(place, needs, people)
    found = losses(utilities)
    by_house = by_building(utilities, found, housed)
    points = single_points(found, housed, level=place.policy.confidence)
    at = spots(utilities, place["assets"], place["buildings"])
    links = cheapest_links(utilities, by_house, at, place.catalogue)
    ways = traced.lifelines(place, by_house, needs, people)
    return Lifelines(
        ways,
        traced.single_points(place, points, needs, people),
        traced.lifeline_links(place, links, ways),
    )


def households(place: Community, needs: NeedsFindings, people: pd.DataFrame) -> pd.DataFrame:
    """Return building, household, persons and whether anybody in it is vulnerable.

    Vulnerable is who is of a vulnerable group, or surely of tier ``point_tier`` or above:
    as for the points of high risk and low coverage.
    """
    sure = people["person"].map(needs.tiers.table.set_index("person")["sure"])
    block = dict(zip(place["entrances"]["entrance"], place["entrances"]["building"], strict=True))
    told = people.assign(
        building=people["entrance"].map(block),
        vulnerable=vulnerable(people["display"], sure, place.catalogue),
    ).dropna(subset=["building"])
    grouped = told.groupby(["building", "household"], as_index=False)
    return grouped.agg(vulnerable=("vulnerable", "any"), persons=("person", "size"))
