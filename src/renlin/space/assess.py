"""Introduce the steps of the space assessment to each other."""

from __future__ import annotations

from dataclasses import dataclass

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding
from renlin.space.access.assess import assess_access
from renlin.space.access.residents import living
from renlin.space.contradictions.assess import assess_contradictions
from renlin.space.points.assess import assess_points
from renlin.space.risk.assess import assess_risk

__all__ = ["Space", "assess"]


@dataclass(frozen=True)
class Space:
    """What the space assessment found.

    Attributes
    ----------
    inspections, hazard, trend, heat
        What was inspected; risk by building, now and as it was known on earlier dates, and
        as a smoothed surface.
    coverage, coverage_groups
        State of every resident for every service, and by group with the gap.
    fragility, fragility_groups, critical_links
        Who hangs on one facility or one way, by group with the gap; the ways and gates whose
        closure takes coverage from most vulnerable residents.
    catchment, hours
        Who has a place, by three measures and by group; coverage by hour and group.
    points, paper_only, circles, network_gaps, contradictions
        Where to act first; covered on paper only, and how many households circles wrongly
        call covered; where the map is in pieces; where space and need contradict each other.
    hollows, hollow_groups
        Risk hollows by building with their four conditions; who lives inside, by group.
    cube
        Persons present, uncovered and at risk by place, hour and group.
    """

    inspections: Finding
    hazard: Finding
    trend: Finding
    heat: Finding
    coverage: Finding
    coverage_groups: Finding
    fragility: Finding
    fragility_groups: Finding
    critical_links: Finding
    catchment: Finding
    hours: Finding
    points: Finding
    paper_only: Finding
    circles: Finding
    network_gaps: Finding
    contradictions: Finding
    hollows: Finding
    hollow_groups: Finding
    cube: Finding


def assess(place: Community, needs: NeedsFindings) -> Space:
    """Say where the place fails whom.

    Parameters
    ----------
    place
        The community, or one with a scheme applied.
    needs
        Result of needs identification: profiles, tiers and households are read.

    Source: space reference §4-§6.

    Examples
    --------
    >>> import renlin as rl
    >>> place = rl.open_community("tests/places/willow")
    >>> found = rl.space.assess(place, rl.needs.identify(place))
    >>> sorted(found.coverage.table["state"].unique())
    ['covered', 'not_covered', 'unknown']
    """
    people = living(place, needs)
    counted = people["entrance"].value_counts()
    risk = assess_risk(place, people)
    access = assess_access(place, needs, people)
    points = assess_points(place, needs, risk.hazard, access.coverage, people, access.day)
    return Space(
        inspections=risk.inspections,
        hazard=risk.hazard,
        trend=risk.trend,
        heat=risk.heat,
        coverage=access.coverage,
        coverage_groups=access.coverage_groups,
        fragility=access.fragility,
        fragility_groups=access.fragility_groups,
        critical_links=access.critical_links,
        catchment=access.catchment,
        hours=access.hours,
        points=points.points,
        paper_only=access.paper_only,
        circles=access.circles,
        network_gaps=access.network_gaps,
        contradictions=assess_contradictions(place, access.coverage, risk.hazard, counted),
        hollows=points.hollows,
        hollow_groups=points.hollow_groups,
        cube=points.cube,
    )
