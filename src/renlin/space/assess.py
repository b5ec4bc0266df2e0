"""Introduce the steps of the space assessment to each other."""

from __future__ import annotations

from dataclasses import dataclass

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding
from renlin.space.access.assess import assess_access
from renlin.space.access.residents import living
from renlin.space.contradictions.assess import assess_contradictions
from renlin.space.lifelines.assess import assess_lifelines
from renlin.space.points.assess import assess_points
from renlin.space.risk.assess import assess_risk
from renlin.space.siting.assess import assess_siting

__all__ = ["Space", "assess"]


@dataclass(frozen=True)
class Space:
    """What the space assessment found.

    Attributes
    ----------
    inspections, ground_floors, assets, asset_conflicts
        What was inspected; what is done under homes; pipes and wires with their failures;
        where they cross, run too close or pass under a building.
    hazard, risk_families, risk_groups, heat
        Risk by building; its hazard, exposure and vulnerability by family; its mean by
        group of residents; as a smoothed surface.
    trend, forecasts, forecast_scores
        The risk as it was known on earlier dates; some months on; how such forecasts did
        on months they had not seen.
    lifelines, single_points, lifeline_links
        Ways of supply by building and service; nodes and links whose loss alone cuts homes
        off; the cheapest link that gives the worst-off building another way.
    coverage, coverage_groups
        State of every resident for every service, and by group with the gap.
    siting, siting_changes, siting_sites
        Where each service should open next: plans, who gains and loses, every ground.
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
    ground_floors: Finding
    assets: Finding
    asset_conflicts: Finding
    hazard: Finding
    risk_families: Finding
    risk_groups: Finding
    trend: Finding
    forecasts: Finding
    forecast_scores: Finding
    heat: Finding
    lifelines: Finding
    single_points: Finding
    lifeline_links: Finding
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
    siting: Finding
    siting_changes: Finding
    siting_sites: Finding
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
    sited = assess_siting(place, needs)
    lines = assess_lifelines(place, needs, people)
    points = assess_points(place, needs, risk.hazard, access.coverage, people, access.day)
    return Space(
        inspections=risk.inspections,
        ground_floors=risk.ground_floors,
        assets=risk.assets,
        asset_conflicts=risk.asset_conflicts,
        hazard=risk.hazard,
        risk_families=risk.risk_families,
        risk_groups=risk.risk_groups,
        trend=risk.trend,
        forecasts=risk.forecasts,
        forecast_scores=risk.forecast_scores,
        heat=risk.heat,
        lifelines=lines.lifelines,
        single_points=lines.single_points,
        lifeline_links=lines.lifeline_links,
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
        siting=sited.siting,
        siting_changes=sited.siting_changes,
        siting_sites=sited.siting_sites,
        hollows=points.hollows,
        hollow_groups=points.hollow_groups,
        cube=points.cube,
    )
