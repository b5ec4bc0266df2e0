"""Introduce the steps of access to each other."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding
from renlin.space.access import traced
from renlin.space.access.coverage import COLUMNS, cover, service
from renlin.space.access.gaps import network_gaps
from renlin.space.access.groups import by_group
from renlin.space.access.joins import joins
from renlin.space.access.paper import paper_only
from renlin.space.access.residents import lifted


@dataclass(frozen=True)
class Access:
    """What each resident reaches on foot, and where the map cannot say.

    Attributes
    ----------
    coverage, coverage_groups
        State of every resident for every service, and by group with the gap.
    paper_only, network_gaps, joins
        Covered on paper only; where the map is in pieces; what was joined that nobody drew.
    """

    coverage: Finding
    coverage_groups: Finding
    paper_only: Finding
    network_gaps: Finding
    joins: Finding


def assess_access(place: Community, needs: NeedsFindings, people: pd.DataFrame) -> Access:
    """Return what each resident reaches.

    Parameters
    ----------
    people
        Table of :func:`renlin.space.access.residents.living`.
    """
    covered = _coverage(place, needs, people)
    table = by_group(covered.table, reference=place.policy.reference, level=place.policy.confidence)
    paper = paper_only(covered.table, place["entrances"], place.catalogue)
    return Access(
        covered,
        traced.coverage_groups(place, table, covered),
        traced.paper_only(place, paper, covered),
        _gaps(place, people),
        _joins(place, people),
    )


def _coverage(place: Community, needs: NeedsFindings, people: pd.DataFrame) -> Finding:
    lifts = lifted(place)
    parts = []
    for kind in dict.fromkeys(place.policy.services):
        offered = service(kind, place["facilities"], place.catalogue, hour=place.policy.hour)
        if offered is not None:
            parts.append(cover(people, place.network, offered, place.catalogue, lifts=lifts))
    nothing = pd.DataFrame({column: pd.Series(dtype="object") for column in COLUMNS})
    table = pd.concat(parts, ignore_index=True) if parts else nothing
    return traced.coverage(place, table, needs)


def _gaps(place: Community, people: pd.DataFrame) -> Finding:
    counted = people["entrance"].value_counts()
    least = place.catalogue.number("snap_tolerance")
    table = network_gaps(place.network, counted, place.settings.crs, least_length=least)
    return traced.network_gaps(place, table, people)


def _joins(place: Community, people: pd.DataFrame) -> Finding:
    counted = people["entrance"].value_counts()
    walks, gates = gpd.GeoDataFrame(place["walks"]), gpd.GeoDataFrame(place["gates"])
    table = joins(place.network, walks, gates, counted, place.settings.crs)
    return traced.joins(place, table, people)
