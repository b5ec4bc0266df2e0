"""Introduce the steps of the risk of a place to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from renlin.community.community import Community
from renlin.finding import Finding
from renlin.space.access.residents import homes
from renlin.space.risk import ground_floors, traced
from renlin.space.risk.assets import failures, incidents
from renlin.space.risk.conflicts import conflicts
from renlin.space.risk.forecast import Plan, forecast, score
from renlin.space.risk.groups import by_group
from renlin.space.risk.heat import heat
from renlin.space.risk.inspections import by_building, current, merged, outdoors
from renlin.space.risk.sensors import readings, watched
from renlin.space.risk.stock import stock
from renlin.space.risk.surface import PER, by_family, known_risk, surface
from renlin.space.risk.trend import dates, months, trend


@dataclass(frozen=True)
class Risk:
    """What was inspected, and the risk that follows.

    Attributes
    ----------
    inspections, ground_floors, assets, asset_conflicts
        What was inspected; what is done under homes; pipes and wires with their failures;
        where they cross, run too close or pass under a building.
    hazard, risk_families, risk_groups
        Risk by building; its hazard, exposure and vulnerability by family; its mean by
        group of residents.
    trend, forecasts, forecast_scores
        The risk as it was known on earlier dates; some months on; how such forecasts did
        on months they had not seen.
    heat
        The risk as a smoothed surface.
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


def assess_risk(place: Community, people: pd.DataFrame) -> Risk:
    """Return the risk of every building.

    Parameters
    ----------
    people
        Residents with their entrance (:func:`renlin.space.access.residents.living`).
    """
    day = pd.Timestamp(place.settings.survey_date)
    held = stock(place["buildings"], place["entrances"], place["dwellings"])
    inspections, assets, long, hazard = by_building_today(place, held)
    behind = [inspections, assets]
    housed = people.assign(building=people["entrance"].map(_block(place)))
    trend_, told, scores = _in_time(place, held, inspections)
    return Risk(
        inspections=inspections,
        ground_floors=_ground_floors(place, people, day),
        assets=assets,
        asset_conflicts=traced.asset_conflicts(
            place, conflicts(place["assets"], place["buildings"], place.catalogue)
        ),
        hazard=hazard,
        risk_families=traced.risk_families(place, _exposed(long, housed), behind, people),
        risk_groups=traced.risk_groups(
            place,
            by_group(
                housed,
                hazard.table,
                reference=place.policy.reference,
                level=place.policy.confidence,
            ),
            hazard,
            people,
        ),
        trend=trend_,
        forecasts=told,
        forecast_scores=scores,
        heat=_heat(place, hazard, housed),
    )


class Today(NamedTuple):
    """Risk on the survey date.

    Attributes
    ----------
    inspections, assets, hazard
        Findings of these names.
    families
        Risk of each building by family, as :func:`renlin.space.risk.surface.by_family` has it.
    """

    inspections: Finding
    assets: Finding
    families: pd.DataFrame
    hazard: Finding


def by_building_today(place: Community, held: pd.DataFrame) -> Today:
    """Return the risk of every building on the survey date, with what it rests on.

    Parameters
    ----------
    held
        Table of :func:`renlin.space.risk.stock.stock`.
    """
    day = pd.Timestamp(place.settings.survey_date)
    found = _known(place, [day])[day]
    inspections = traced.inspections(place, _with_households(place, found))
    assets = _assets(place, day)
    evidence = {"watched": _watched(place, day), "failing": _failing(place, assets)}
    families = by_family(place["buildings"], found, held, place.catalogue, **evidence)
    surfaced = surface(place["buildings"], found, families)
    hazard = traced.hazard(place, surfaced, [inspections, assets])
    return Today(inspections, assets, families, hazard)


def _known(place: Community, days: list[pd.Timestamp]) -> dict[pd.Timestamp, pd.DataFrame]:
    """Return day -> what inspectors, sensors and the look at ground floors told by then."""
    catalogue = place.catalogue
    outside = outdoors(place["walks"], place["spaces"], place["facilities"])
    placed = partial(
        by_building,
        buildings=place["buildings"],
        entrances=place["entrances"],
        outdoors=outside,
        reach=catalogue.number("hazard_reach"),
    )
    made = {}
    for day in days:
        rooms = ground_floors.in_use(place["ground_floors"], catalogue, day)
        told = readings(place["sensors"], place["dwellings"], catalogue, day)
        parts = [
            current(place["hazards"], catalogue, day),
            current(told, catalogue, day),
            ground_floors.as_findings(rooms, catalogue, day),
        ]
        made[day] = placed(merged(parts))
    return made


def _block(place: Community) -> dict[str, str]:
    """Return entrance -> its building."""
    doors = place["entrances"]
    return dict(zip(doors["entrance"], doors["building"], strict=True))


def _with_households(place: Community, found: pd.DataFrame) -> pd.DataFrame:
    living = homes(place["households"], place["dwellings"])["entrance"].map(_block(place))
    counted = found["building"].map(living.value_counts()).astype("Int64")
    return found.assign(n_households=counted.fillna(0))


def _watched(place: Community, day: pd.Timestamp) -> pd.DataFrame:
    return watched(
        place["sensors"],
        place["buildings"],
        place["entrances"],
        place["dwellings"],
        place.catalogue,
        day,
    )


def _assets(place: Community, day: pd.Timestamp) -> Finding:
    pgv = place.catalogue.number("design_pgv")
    return traced.assets(place, failures(place["assets"], place.catalogue, day, pgv=pgv))


def _failing(place: Community, assets: Finding) -> pd.DataFrame:
    return incidents(assets.table, place["assets"], place["buildings"], place.catalogue)


def _ground_floors(place: Community, people: pd.DataFrame, day: pd.Timestamp) -> Finding:
    rooms = ground_floors.in_use(place["ground_floors"], place.catalogue, day)
    lived = people[["person", "household", "entrance"]]
    table = ground_floors.above(rooms, place["entrances"], lived, place.catalogue)
    return traced.ground_floors(place, table, people)


def _exposed(long: pd.DataFrame, housed: pd.DataFrame) -> pd.DataFrame:
    """Return the families with residents: exposed to one incident, and harmed in a year."""
    residents = (
        long["building"].map(housed["building"].value_counts()).astype("float64").fillna(0.0)
    )
    table = long.assign(residents=residents.astype("int64"))
    table["exposed"] = table["exposed_share"] * residents
    table["harmed"] = table["risk"] / PER * residents
    return table


def _in_time(
    place: Community, held: pd.DataFrame, inspections: Finding
) -> tuple[Finding, Finding, Finding]:
    number = place.catalogue.number
    survey = pd.Timestamp(place.settings.survey_date)
    days = dates(survey, n=int(number("trend_dates")), step=number("trend_step_days"))
    seen = place["hazards"].loc[place["hazards"]["inspected_on"] <= survey]
    first = seen["inspected_on"].min()
    ends = months(first, survey)[-int(number("forecast_window_months")) :] if len(seen) else []
    alike = told_alike(place, ends)
    known = _known(place, sorted({*days, *alike.values()}))
    past = {day: known[day] for day in days}
    table = trend(past, place["buildings"], held, place.catalogue)
    series = _series(known, alike, place, held)
    counted = _n_dates(place, seen)
    plan = Plan(
        tuple(range(1, int(number("forecast_months")) + 1)),
        int(number("forecast_held_months")),
        place.policy.confidence,
    )
    return (
        traced.trend(place, table, inspections),
        traced.forecasts(place, forecast(series, counted, plan), inspections),
        traced.forecast_scores(place, score(series, counted, plan), inspections),
    )


DATED = {
    "hazards": ("inspected_on", "closed_on"),
    "sensors": ("last_seen",),
    "ground_floors": ("seen_on", "ended_on"),
}
"""Layer -> columns that say when what is known of a risk changes."""


def told_alike(place: Community, days: Sequence[pd.Timestamp]) -> dict[pd.Timestamp, pd.Timestamp]:
    """Return day -> the first of ``days`` by which all the same was known.

    The known risk changes when something is inspected, put right, reported, seen or given
    up, and not by growing old.
    """
    told = [place[table][column].dropna() for table, names in DATED.items() for column in names]
    moments = np.sort(np.concatenate([one.to_numpy(dtype="datetime64[ns]") for one in told]))
    first: dict[int, pd.Timestamp] = {}
    counted = np.searchsorted(moments, np.array(days, dtype="datetime64[ns]"), side="right")
    return {day: first.setdefault(int(n), day) for day, n in zip(days, counted, strict=True)}


def _series(
    known: Mapping[pd.Timestamp, pd.DataFrame],
    alike: Mapping[pd.Timestamp, pd.Timestamp],
    place: Community,
    held: pd.DataFrame,
) -> pd.DataFrame:
    """Return the known risk, one row per building, one column per month end."""
    risks = {
        day: known_risk(place["buildings"], known[day], held, place.catalogue)
        for day in dict.fromkeys(alike.values())
    }
    names = pd.Index(place["buildings"]["building"], name="building")
    return pd.DataFrame({end: risks[day] for end, day in alike.items()}, index=names)


def _n_dates(place: Community, seen: pd.DataFrame) -> pd.Series:
    """Return building -> dates on which anything of it was inspected."""
    outside = outdoors(place["walks"], place["spaces"], place["facilities"])
    rows = seen.assign(
        family="", measure=0.0, severity=0, rate=0.0, multiplier=1.0, quality=1.0, age_days=0,
        closed=False, file="", row=0,
    )  # fmt: skip
    placed = by_building(
        rows, place["buildings"], place["entrances"], outside,
        place.catalogue.number("hazard_reach"),
    )  # fmt: skip
    return placed.groupby("building")["inspected_on"].nunique()


def _heat(place: Community, hazard: Finding, housed: pd.DataFrame) -> Finding:
    harmed = hazard.table.assign(risk=hazard.table["risk"] / PER)
    table = heat(
        harmed,
        housed["building"].value_counts(),
        cell=place.catalogue.number("heat_cell"),
        bandwidth=place.catalogue.number("heat_bandwidth"),
    )
    return traced.heat(place, table, hazard, housed)
