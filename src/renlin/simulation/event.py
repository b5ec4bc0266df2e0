"""Resolve a scenario: its events, their kinds and numbers, and when each begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import ASSUMPTION, ScenarioKind, Value
from renlin.community.settings import Scenario
from renlin.errors import CatalogueFault, Fault, Said, did_you_mean

MOVING = (
    "earthquake", "aftershock", "collapse", "flood", "building_fire", "stair_fire",
    "local_incident", "power_cut", "crowding", "heat",
)  # fmt: skip
"""Mechanisms in which people leave; several of them may strike in one run. Of those that
begin in one second, one named here earlier is met by the later ones."""
PERSONAL, AT_HOME = "personal_incident", "kept_at_home"
ALONE = (PERSONAL, AT_HOME)
"""Mechanisms in which help comes instead; each stands by itself."""
MECHANISMS = (*MOVING, *ALONE)
"""Mechanisms that exist; a kind of event without one is refused, never replaced by another."""


@dataclass(frozen=True)
class Event:
    """One scenario with the numbers that hold for it.

    Attributes
    ----------
    scenario
        As the community's folder declares it.
    kind
        Its kind in the catalogue.
    values
        Parameters of the kind, with the scenario's own numbers in place of the catalogue's.
    after
        Second of the scenario at which it begins.
    """

    scenario: Scenario
    kind: ScenarioKind
    values: Mapping[str, Value]
    after: float = 0.0

    @property
    def code(self) -> str:
        """Return the code of the scenario."""
        return self.scenario.code

    @property
    def mechanism(self) -> str:
        """Return the mechanism at work."""
        return self.kind.mechanism

    def number(self, name: str) -> float:
        """Return one parameter; a number nobody declared is refused."""
        return self.value(name).value

    def value(self, name: str) -> Value:
        """Return one parameter with its spread."""
        if name not in self.values:
            raise CatalogueFault(
                Fault(
                    "scenarios.toml",
                    Said(
                        f"{self.kind.code} 的参数 {name}", f"parameter {name} of {self.kind.code}"
                    ),
                    Said("没有这一条", "no such entry"),
                    did_you_mean(name, self.values),
                )
            )
        return self.values[name]


def resolve(scenario: Scenario, catalogue: Catalogue, after: float = 0.0) -> Event:
    """Return ``scenario`` with the numbers of ``catalogue`` (a scheme may have changed them)."""
    kind = catalogue.scenarios[scenario.kind]
    own = {
        name: Value(value=number, unit=kind.parameters[name].unit, source=ASSUMPTION)
        for name, number in scenario.parameters.items()
    }
    return Event(scenario, kind, {**kind.parameters, **own}, after)


def parts(scenario: Scenario) -> tuple[tuple[float, Scenario], ...]:
    """Return the events of ``scenario`` that are on, each with the second it begins.

    Each part is a scenario of one event whose clock starts with it; its horizon is what is
    left of the whole. As stated.
    """
    found = [(0.0, scenario.model_copy(update={"also": ()}))] if scenario.on else []
    for blow in scenario.also:
        if blow.on:
            own = {
                "kind": blow.kind,
                "places": blow.places,
                "parameters": blow.parameters,
                "horizon": scenario.horizon - blow.after,
                "on": True,
                "also": (),
            }
            found.append((blow.after, scenario.model_copy(update=own)))
    return tuple(found)


def events(scenario: Scenario, catalogue: Catalogue) -> tuple[Event, ...]:
    """Return the events of ``scenario`` that are on, with their numbers, in order of beginning."""
    made = [resolve(part, catalogue, after) for after, part in parts(scenario)]
    return tuple(sorted(made, key=lambda one: (one.after, MECHANISMS.index(one.mechanism))))


def whole(scenario: Scenario, catalogue: Catalogue) -> Event:
    """Return the event the scenario is named for, over its whole time: the first that is on."""
    _, first = parts(scenario)[0]
    return resolve(first.model_copy(update={"horizon": scenario.horizon}), catalogue)


def endangering(events: Sequence[Event]) -> tuple[Event, ...]:
    """Return the events that decide which places are safe.

    A power cut or heat sends some people where they are provided for; beside an event
    that endangers places, what is safe from that one counts.
    """
    found = tuple(one for one in events if not one.kind.at_risk_when)
    return found or tuple(events)


FLOODED_TABLES = ("walks", "spaces", "entrances", "buildings")
FLOOD_POINT = "flood_point"


def open_flood_points(hazards: pd.DataFrame) -> pd.DataFrame:
    """Return the flood points found by inspection and not yet put right."""
    return hazards[(hazards["kind"] == FLOOD_POINT) & hazards["closed_on"].isna()]
