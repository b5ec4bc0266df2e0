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
    points, paper_only, network_gaps, contradictions
        Where to act first; covered on paper only; where the map is in pieces; where space
        and need contradict each other.
    joins
        What was joined that nobody drew, with place, length and reason.
    """

    inspections: Finding
    hazard: Finding
    trend: Finding
    heat: Finding
    coverage: Finding
    coverage_groups: Finding
    points: Finding
    paper_only: Finding
    network_gaps: Finding
    contradictions: Finding
    joins: Finding


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
    return Space(
        inspections=risk.inspections,
        hazard=risk.hazard,
        trend=risk.trend,
        heat=risk.heat,
        coverage=access.coverage,
        coverage_groups=access.coverage_groups,
        points=assess_points(place, needs, risk.hazard, access.coverage),
        paper_only=access.paper_only,
        network_gaps=access.network_gaps,
        contradictions=assess_contradictions(place, access.coverage, risk.hazard, counted),
        joins=access.joins,
    )
