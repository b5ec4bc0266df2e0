"""Introduce the ranking of points to the findings it rests on."""

from __future__ import annotations

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding
from renlin.space.points import traced
from renlin.space.points.ranking import rank_points


def assess_points(
    place: Community, needs: NeedsFindings, hazard: Finding, covered: Finding
) -> Finding:
    """Return the points of high risk and low coverage."""
    table = rank_points(
        covered.table,
        needs.tiers.table,
        hazard.table.set_index("building")["risk"],
        place["entrances"],
        place.catalogue,
        risk_percentile=place.policy.risk_percentile,
    )
    return traced.points(place, table, hazard, covered, needs)
