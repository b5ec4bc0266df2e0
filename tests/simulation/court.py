"""Willow Court with the luck taken out of it, so that every time can be worked by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from renlin.catalogue.models import Value
from renlin.community.community import Community
from renlin.community.folder import open_community
from renlin.community.scheme import apply
from renlin.community.settings import Blow, Scenario
from renlin.needs import identify
from renlin.simulation import Simulated, simulate

WILLOW = Path(__file__).parents[1] / "places" / "willow"
LEVEL, STAIRS = 1.0, 0.5  # m/s of everybody in the plain court
FLIGHT = 3.7072686  # m along the slope, landing included
TO_SHELTER = 3.0 + 1.0 + 10.0 + 30.0 + 50.0 + 0.5 + 40.0 + 20.0  # m from the landing of A-1
CERTAIN = {
    "helper_available_day": 1.0,
    "helper_available_night": 1.0,
    "warning_reach": 1.0,
    "warning_reach_alarm": 1.0,
    "warning_reach_broadcast": 1.0,
    "warning_reach_asleep_factor": 1.0,
    "neighbour_knock_share": 1.0,
    "knock_heard_share": 1.0,
    "knock_heard_share_deaf": 1.0,
    "asleep_delay": 0.0,
    "helper_leaves_after": 0.0,
    "pair_speed_factor": 1.0,
    "older_alone_factor": 1.0,
    "luggage_size_per_l": 0.0,
    "carry_speed_stairs": 0.2,
    "carry_preparation": 60.0,
}


@cache
def willow() -> Community:
    """Return Willow as it stands."""
    return open_community(WILLOW)


@cache
def needs() -> Any:
    """Return who needs what in Willow."""
    return identify(willow())


def only(*persons: str) -> Any:
    """Return the findings of needs as if nobody else lived in Willow."""
    people = needs().profiles.table.set_index("person").loc[list(persons)]
    homes = set(people["household"])

    def kept(name: str, column: str, values: Any) -> Any:
        finding = getattr(needs(), name)
        table = finding.table[finding.table[column].isin(values)].reset_index(drop=True)
        return replace(finding, table=table)

    return SimpleNamespace(
        profiles=kept("profiles", "person", persons),
        indicators=kept("indicators", "person", persons),
        households=kept("households", "household", homes),
    )


def numbers(place: Community, **values: float) -> Community:
    """Return ``place`` with parameters of the catalogue set to points."""
    parameters = dict(place.catalogue.parameters)
    for name, value in values.items():
        parameters[name] = parameters[name].model_copy(
            update={"value": value, "distribution": "point"}
        )
    return replace(place, catalogue=replace(place.catalogue, parameters=parameters))


def sure(place: Community | None = None) -> Community:
    """Return Willow with everybody at home and reached, and every helper there."""
    made = numbers(place or willow(), **CERTAIN)
    return replace(made, catalogue=replace(made.catalogue, presence={}))


def plain(place: Community | None = None) -> Community:
    """Return :func:`sure` Willow where everybody walks alike and is ready at once."""
    made = sure(place)
    classes = {code: _plain_class(kind) for code, kind in made.catalogue.classes.items()}
    moments = {code: point(0.0) for code in made.catalogue.premovement}
    return replace(made, catalogue=replace(made.catalogue, classes=classes, premovement=moments))


def point(value: float, unit: str = "s") -> Value:
    """Return a number without spread."""
    return Value(value=value, unit=unit, source="assumption")


def _plain_class(kind: Any) -> Any:
    zero = {name: point(0.0) for name in ("n_stops", "dwell", "carried_l", "preparation")}
    same = {
        "speed_level": point(LEVEL),
        "speed_down": point(STAIRS),
        "speed_up": point(STAIRS),
        "reaction_factor": point(1.0),
        "size": point(1.0),
    }
    return kind.model_copy(update={**zero, **same})


def kind(place: Community, code: str, **values: Value) -> Community:
    """Return ``place`` with values of one behaviour class set."""
    changed = place.catalogue.classes[code].model_copy(update=values)
    classes = {**place.catalogue.classes, code: changed}
    return replace(place, catalogue=replace(place.catalogue, classes=classes))


def quake(hour: float = 14.0, **values: float) -> Scenario:
    """Return an earthquake that damages nothing unless told to; nobody takes cover."""
    calm = {
        "peak_ground_acceleration": 0.0,
        "shaking": 0.0,
        "self_protection": 0.0,
        "power_out": 0.0,
    }
    return scenario("earthquake", hour, **{**calm, **values})


def scenario(
    kind: str,
    hour: float = 14.0,
    *,
    horizon: float = 1800.0,
    places: dict[str, str] | None = None,
    **values: float,
) -> Scenario:
    """Return a scenario of a kind."""
    return Scenario(
        code=kind, zh=kind, en=kind, kind=kind, hour=hour, horizon=horizon,
        places=places or {}, parameters=values,
    )  # fmt: skip


def scenario_parts(*rows: dict[str, Any]) -> tuple[Blow, ...]:
    """Return further events of a scenario as ``also`` states them."""
    return tuple(Blow.model_validate(row) for row in rows)


def run(
    place: Community,
    *scenarios: Scenario,
    schemes: dict[str, Community] | None = None,
    who: Any = None,
    seeds: range = range(2),
    **options: Any,
) -> Simulated:
    """Return the simulation of ``place`` under itself and ``schemes``."""
    worlds = {"base": place, **(schemes or {})}
    return simulate(
        place, who or needs(), schemes=worlds, scenarios=scenarios, seeds=seeds, **options
    )


def under(place: Community, code: str) -> Community:
    """Return ``place`` under one of Willow's schemes."""
    return apply(willow().schemes[code], place)


def table(place: Community, name: str, **columns: Any) -> Community:
    """Return ``place`` with whole columns of a table set."""
    return place.with_tables(**{name: place[name].assign(**columns)})


def cell(place: Community, name: str, key: str, column: str, value: Any) -> Community:
    """Return ``place`` with one cell of a table set."""
    frame = place[name].copy()
    frame.loc[frame.iloc[:, 0] == key, column] = value
    return place.with_tables(**{name: frame})


def household(found: Simulated, name: str, scheme: str = "base") -> pd.Series:
    """Return the row of one household."""
    rows = found.households.table
    return rows[(rows["household"] == name) & (rows["scheme"] == scheme)].iloc[0]


def person(found: Simulated, name: str, scheme: str = "base") -> pd.Series:
    """Return the row of one person."""
    rows = found.persons.table
    return rows[(rows["person"] == name) & (rows["scheme"] == scheme)].iloc[0]


def pairs(place: Community, *rows: tuple[str, str, str]) -> Community:
    """Return ``place`` with these pairs only: household, helper, role."""
    made = pd.DataFrame(
        [
            {"pair": f"t{n}", "household": h, "helper": p, "role": r, "agreed_on": pd.NaT}
            for n, (h, p, r) in enumerate(rows)
        ],
        columns=["pair", "household", "helper", "role", "agreed_on"],
    )
    return place.with_tables(pairs=made)


def without_staff(place: Community) -> Community:
    """Return ``place`` without helpers at posts."""
    helpers = place["helpers"]
    return place.with_tables(helpers=helpers[helpers["person"].notna()].reset_index(drop=True))
