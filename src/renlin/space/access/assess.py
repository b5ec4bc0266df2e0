"""Introduce the steps of access to each other."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding
from renlin.space.access import traced, traced_holds
from renlin.space.access.coverage import COLUMNS, Service, cover, ground, service
from renlin.space.access.fragility import COLUMNS as FIRM
from renlin.space.access.fragility import by_group as firmness
from renlin.space.access.fragility import critical, fragility, joined
from renlin.space.access.gaps import network_gaps
from renlin.space.access.groups import by_group
from renlin.space.access.hours import Day, by_hour, over_the_day
from renlin.space.access.joins import joins
from renlin.space.access.paper import circles, paper_only
from renlin.space.access.residents import lifted, vulnerable
from renlin.space.access.sharing import enough_by_group, shared


@dataclass(frozen=True)
class Access:
    """What each resident reaches on foot, and where the map cannot say.

    Attributes
    ----------
    coverage, coverage_groups
        State of every resident for every service, and by group with the gap.
    paper_only, circles, network_gaps, joins
        Covered on paper only; what the circles of the standard call covered, by households;
        where the map is in pieces; what was joined that nobody drew.
    fragility, fragility_groups, critical_links
        Who hangs on one facility or one way, by group with the gap; those ways, most
        vulnerable persons first.
    catchment
        Places per person by three measures and by group.
    hours
        Coverage by hour and group.
    """

    coverage: Finding
    coverage_groups: Finding
    paper_only: Finding
    circles: Finding
    network_gaps: Finding
    fragility: Finding
    fragility_groups: Finding
    critical_links: Finding
    catchment: Finding
    hours: Finding
    joins: Finding


def assess_access(
    place: Community, needs: NeedsFindings, people: pd.DataFrame
) -> tuple[Access, Day]:
    """Return what each resident reaches, and the states of everybody over the day.

    Parameters
    ----------
    people
        Table of :func:`renlin.space.access.residents.living`.
    """
    policy = place.policy
    covered = coverage(place, needs, people)
    table = by_group(covered.table, reference=policy.reference, level=policy.confidence)
    paper = paper_only(covered.table, place["entrances"], place.catalogue)
    fragile, links = _fragility(place, needs, people, covered)
    firm = firmness(fragile.table, reference=policy.reference, level=policy.confidence)
    day = over_the_day(
        people, place.network, place["facilities"], dict.fromkeys(policy.services),
        place.catalogue, lifts=lifted(place),
    )  # fmt: skip
    hourly = by_hour(
        day, place.catalogue.presence, reference=policy.reference, level=policy.confidence
    )
    found = Access(
        covered,
        traced.coverage_groups(place, table, covered),
        traced.paper_only(place, paper, covered),
        traced.circles(place, circles(covered.table, people, place.catalogue), covered, needs),
        _gaps(place, people),
        fragile,
        traced_holds.fragility_groups(place, firm, fragile),
        links,
        _catchment(place, people, covered),
        traced_holds.hours(place, hourly, needs),
        _joins(place, people),
    )
    return found, day


def offers(place: Community) -> list[Service]:
    """Return the services of the policy that have a limit, at its hour."""
    found = (
        service(kind, place["facilities"], place.catalogue, hour=place.policy.hour)
        for kind in dict.fromkeys(place.policy.services)
    )
    return [offered for offered in found if offered is not None]


def coverage(place: Community, needs: NeedsFindings, people: pd.DataFrame) -> Finding:
    """Return what each resident reaches of every service the policy names.

    Parameters
    ----------
    people
        Table of :func:`renlin.space.access.residents.living`.
    """
    lifts = lifted(place)
    parts = [
        cover(people, place.network, offered, place.catalogue, lifts=lifts)
        for offered in offers(place)
    ]
    nothing = pd.DataFrame({column: pd.Series(dtype="object") for column in COLUMNS})
    table = pd.concat(parts, ignore_index=True) if parts else nothing
    return traced.coverage(place, table, needs)


def _fragility(
    place: Community, needs: NeedsFindings, people: pd.DataFrame, covered: Finding
) -> tuple[Finding, Finding]:
    """Return how firmly everybody is covered, and the links that hold them."""
    sure = people["person"].map(needs.tiers.table.set_index("person")["sure"])
    marked = people.assign(vulnerable=vulnerable(people["display"], sure, place.catalogue))
    rows, ranked, lifts = [], [], lifted(place)
    for offered in offers(place):
        network = ground(place.network, offered)
        table, lost = fragility(marked, place.network, offered, place.catalogue, lifts=lifts)
        rows.append(table)
        ranked.append(critical(network, offered.kind, lost))
    nothing = pd.DataFrame({column: pd.Series(dtype="object") for column in FIRM})
    whole = pd.concat(rows, ignore_index=True) if rows else nothing
    links = joined(place.network, ranked)
    found = traced_holds.fragility(place, whole, covered)
    return found, traced_holds.critical_links(place, links, found, needs)


def _catchment(place: Community, people: pd.DataFrame, covered: Finding) -> Finding:
    lifts = lifted(place)
    parts = [
        shared(people, place.network, offered, place.catalogue, lifts=lifts)
        for offered in offers(place)
    ]
    filled = [part for part in parts if len(part)] or parts[:1]
    table = enough_by_group(
        pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(),
        reference=place.policy.reference,
        level=place.policy.confidence,
    )
    return traced_holds.catchment(place, table, covered)


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
