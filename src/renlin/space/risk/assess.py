"""Introduce the steps of the risk of a place to each other."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from renlin.community.community import Community
from renlin.finding import Finding
from renlin.space.access.residents import homes
from renlin.space.risk import traced
from renlin.space.risk.heat import heat
from renlin.space.risk.inspections import by_building, current, outdoors
from renlin.space.risk.surface import surface
from renlin.space.risk.trend import dates, trend


@dataclass(frozen=True)
class Risk:
    """What was inspected, and the risk that follows.

    Attributes
    ----------
    inspections, hazard, trend, heat
        What was inspected; risk by building, now and as it was known on earlier dates, and
        as a smoothed surface.
    """

    inspections: Finding
    hazard: Finding
    trend: Finding
    heat: Finding


def assess_risk(place: Community, people: pd.DataFrame) -> Risk:
    """Return the risk of every building.

    Parameters
    ----------
    people
        Residents with their entrance (:func:`renlin.space.access.residents.living`).
    """
    inspections = _inspections(place)
    hazard = _hazard(place, inspections)
    return Risk(inspections, hazard, _trend(place, inspections), _heat(place, hazard, people))


def _inspections(place: Community) -> Finding:
    day = pd.Timestamp(place.settings.survey_date)
    found = by_building(
        current(place["hazards"], place.catalogue, day),
        place["buildings"],
        place["entrances"],
        outdoors(place["walks"], place["spaces"], place["facilities"]),
        place.catalogue.number("hazard_reach"),
    )
    block = dict(zip(place["entrances"]["entrance"], place["entrances"]["building"], strict=True))
    lived = homes(place["households"], place["dwellings"])["entrance"].map(block).value_counts()
    households = found["building"].map(lived).fillna(0).astype("Int64")
    return traced.inspections(place, found.assign(n_households=households))


def _hazard(place: Community, inspections: Finding) -> Finding:
    table = surface(place["buildings"], inspections.table, place.catalogue)
    return traced.hazard(place, table, inspections)


def _trend(place: Community, inspections: Finding) -> Finding:
    number = place.catalogue.number
    days = dates(
        pd.Timestamp(place.settings.survey_date),
        n=int(number("trend_dates")),
        step=number("trend_step_days"),
    )
    outside = outdoors(place["walks"], place["spaces"], place["facilities"])
    layers = (place["hazards"], place["buildings"], place["entrances"], outside)
    return traced.trend(place, trend(*layers, place.catalogue, days), inspections)


def _heat(place: Community, hazard: Finding, people: pd.DataFrame) -> Finding:
    block = dict(zip(place["entrances"]["entrance"], place["entrances"]["building"], strict=True))
    table = heat(
        hazard.table,
        people["entrance"].map(block).value_counts(),
        cell=place.catalogue.number("heat_cell"),
        bandwidth=place.catalogue.number("heat_bandwidth"),
    )
    return traced.heat(place, table, hazard, people)
