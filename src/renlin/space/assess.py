"""Introduce the steps of the space assessment to each other."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding
from renlin.space import traced
from renlin.space.contradictions import contradictions
from renlin.space.coverage import COLUMNS, cover, service
from renlin.space.gaps import network_gaps
from renlin.space.ground import Ground, refuges
from renlin.space.groups import by_group
from renlin.space.hazards import by_building, current, outdoors
from renlin.space.heat import heat
from renlin.space.paper import paper_only
from renlin.space.points import rank_points
from renlin.space.residents import homes, lifted, living
from renlin.space.surface import surface
from renlin.space.trend import dates, trend
from renlin.space.ways import Concerned, living_near, walked_by

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
    inspections = _inspections(place)
    hazard = _hazard(place, inspections)
    covered = _coverage(place, needs, people)
    table = by_group(covered.table, reference=place.policy.reference, level=place.policy.confidence)
    return Space(
        inspections,
        hazard,
        _trend(place, inspections),
        _heat(place, hazard, people),
        covered,
        traced.coverage_groups(place, table, covered),
        _points(place, needs, hazard, covered),
        traced.paper_only(
            place, paper_only(covered.table, place["entrances"], place.catalogue), covered
        ),
        _gaps(place, counted, people),
        _contradictions(place, covered, hazard, counted),
    )


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


def _gaps(place: Community, counted: pd.Series, people: pd.DataFrame) -> Finding:
    least = place.catalogue.number("snap_tolerance")
    table = network_gaps(place.network, counted, place.settings.crs, least_length=least)
    return traced.network_gaps(place, table, people)


def _contradictions(
    place: Community, covered: Finding, hazard: Finding, counted: pd.Series
) -> Finding:
    doors, spaces = place["entrances"], place["spaces"]
    worst = hazard.table.set_index("building")["high"]
    risk = pd.Series(doors["building"].map(worst).to_numpy(), index=doors["entrance"])
    safe = refuges(place["facilities"], place.catalogue)
    radius = place.catalogue.facilities["shelter"].radius
    reach = radius.value if radius is not None else 0.0
    near = living_near(spaces["geometry"], doors, counted, risk, reach)
    hose = place.catalogue.number("hazard_reach")
    beside = living_near(place["walks"]["geometry"], doors, counted, risk, hose)
    ground = Ground(
        tables={name: place[name] for name in traced.RULED},
        catalogue=place.catalogue,
        coverage=covered.table,
        ways=walked_by(place.network, counted, risk, sorted(safe["facility"])),
        goers=_goers(covered.table, safe, risk),
        beside=dict(zip(place["walks"]["walk"], beside, strict=True)),
        around=dict(zip(spaces["space"], near, strict=True)),
        residents=counted,
        risk=risk,
        holder=place.settings.owner_unit,
    )
    return traced.contradictions(place, contradictions(ground), covered, hazard)


def _goers(covered: pd.DataFrame, safe: pd.DataFrame, risk: pd.Series) -> dict[str, Concerned]:
    """Return refuge -> residents who would go there: it is the first they reach."""
    ground = dict(zip(safe["facility"], safe["ground"], strict=True))
    heading = covered.assign(ground=covered["facility"].map(ground)).dropna(subset=["ground"])
    heading = heading.drop_duplicates(["person", "ground"])
    heading["risk"] = heading["entrance"].map(risk).fillna(0.0)
    return {
        str(name): Concerned(len(own), float(own["risk"].mean()))
        for name, own in heading.groupby("ground")
    }
