"""Introduce points, hollows and the cube to the findings they rest on."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding
from renlin.space.access.hours import HOURS, Day
from renlin.space.points import traced
from renlin.space.points.areas import by_building, high_low, inside
from renlin.space.points.cube import Rates, cube
from renlin.space.points.hollows import COLUMNS, Rules, hollows
from renlin.space.points.ranking import high_risk, rank_points


@dataclass(frozen=True)
class Points:
    """Where to act first, and where ills meet.

    Attributes
    ----------
    points
        High risk and low coverage, worst first.
    hollows, hollow_groups
        Risk hollows by building, and who lives inside them by group.
    cube
        Persons by place, hour and group.
    """

    points: Finding
    hollows: Finding
    hollow_groups: Finding
    cube: Finding


def assess_points(
    place: Community,
    needs: NeedsFindings,
    hazard: Finding,
    covered: Finding,
    people: pd.DataFrame,
    day: Day,
) -> Points:
    """Return where to act first, and where ills meet.

    Parameters
    ----------
    people
        Table of :func:`renlin.space.access.residents.living`.
    day
        States over the day (:func:`renlin.space.access.hours.over_the_day`).
    """
    block = dict(zip(place["entrances"]["entrance"], place["entrances"]["building"], strict=True))
    homes = people.assign(building=people["entrance"].map(block))
    found = _hollows(place, needs, hazard, covered, homes)
    groups = inside(
        homes, found.table, reference=place.policy.reference, level=place.policy.confidence
    )
    return Points(
        _points(place, needs, hazard, covered),
        found,
        traced.hollow_groups(place, groups, found, needs),
        _cube(place, hazard, homes, day),
    )


def _points(place: Community, needs: NeedsFindings, hazard: Finding, covered: Finding) -> Finding:
    table = rank_points(
        covered.table,
        needs.tiers.table,
        hazard.table.set_index("building")["risk"],
        place["entrances"],
        place.catalogue,
        risk_percentile=place.policy.risk_percentile,
    )
    return traced.points(place, table, hazard, covered, needs)


def _hollows(
    place: Community,
    needs: NeedsFindings,
    hazard: Finding,
    covered: Finding,
    homes: pd.DataFrame,
) -> Finding:
    """Return the four conditions of every building, and where high risk meets low cover."""
    ties = getattr(needs, "ties", None)  # a register of ties is not part of every handover
    told = by_building(
        homes, needs.tiers.table, None if ties is None else ties.table, covered.table,
        hazard.table, place.catalogue,
    )  # fmt: skip
    shapes = gpd.GeoSeries(hazard.table["geometry"], crs=place.settings.crs)
    middle = shapes.centroid
    at = np.column_stack([middle.x, middle.y])
    rules = _rules(place)
    table = hollows(told, at, rules).assign(**high_low(told, at, rules), geometry=shapes.to_numpy())
    drawn = gpd.GeoDataFrame(table[list(COLUMNS)], geometry="geometry", crs=place.settings.crs)
    return traced.hollows(place, drawn, hazard, covered, needs, ties)


def _rules(place: Community) -> Rules:
    number = place.catalogue.number
    width = place.catalogue.parameters["hollow_bandwidth"]
    low, high = width.low or width.value, width.high or width.value
    between = (np.sqrt(low * width.value), np.sqrt(width.value * high))
    bandwidths = dict.fromkeys((width.value, low, *map(float, between), high))
    return Rules(
        tuple(bandwidths), number("false_discovery_rate"), number("hollow_capacity_percentile"),
        number("hollow_stable_share"), int(number("cluster_seed")), int(number("cluster_draws")),
    )  # fmt: skip


def _cube(place: Community, hazard: Finding, homes: pd.DataFrame, day: Day) -> Finding:
    number, classes = place.catalogue.number, place.catalogue.classes
    start, stop = int(number("asleep_from_hour")), int(number("asleep_to_hour"))
    night = {h for h in HOURS if (start <= h < stop if start < stop else h >= start or h < stop)}
    rates = Rates(place.catalogue.presence, number("out_in_community_share"), frozenset(night))
    risk = hazard.table.set_index("building")["risk"]
    line = high_risk(risk, place.policy.risk_percentile, number("high_risk_rate"))
    alone = homes["class"].map({code: kind.n_helpers == 0 for code, kind in classes.items()})
    table = cube(homes.assign(walks_alone=alone), day, (risk >= line)[risk.notna()], rates)
    return traced.cube(place, table, hazard, homes)
