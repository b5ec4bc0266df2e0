"""Resolve a scenario: its kind, its numbers, the places it strikes, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import ASSUMPTION, ScenarioKind, Value
from renlin.community.community import Community
from renlin.community.settings import Scenario
from renlin.errors import CatalogueFault, Fault, Said, SchemeFault, did_you_mean, raise_all

MECHANISMS = ("stair_fire", "earthquake", "flood", "local_incident", "personal_incident")
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
    """

    scenario: Scenario
    kind: ScenarioKind
    values: Mapping[str, Value]

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


def resolve(scenario: Scenario, catalogue: Catalogue) -> Event:
    """Return ``scenario`` with the numbers of ``catalogue`` (a scheme may have changed them)."""
    kind = catalogue.scenarios[scenario.kind]
    own = {
        name: Value(value=number, unit=kind.parameters[name].unit, source=ASSUMPTION)
        for name, number in scenario.parameters.items()
    }
    return Event(scenario, kind, {**kind.parameters, **own})


def check_scenarios(scenarios: Sequence[Scenario], place: Community) -> None:
    """Refuse scenarios that name what is not there; all faults of all of them at once.

    Raises
    ------
    SchemeFault
        For an unknown kind, a kind without a mechanism, a parameter the kind does not
        have, a place that is missing or unknown, or a code used twice.
    """
    faults = [fault for scenario in scenarios for fault in _faults(scenario, place)]
    codes = [scenario.code for scenario in scenarios]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        faults.append(_fault(code, "code", Said("每个情景自己的代码", "a code of its own"), code))
    raise_all(faults, SchemeFault)


def _faults(scenario: Scenario, place: Community) -> Iterator[Fault]:
    kinds = place.catalogue.scenarios
    if scenario.kind not in kinds:
        known = did_you_mean(scenario.kind, kinds)
        expected = Said("目录里的情景种类", "a kind of scenario in the catalogue")
        yield _fault(scenario.code, "kind", expected, scenario.kind, known)
        return
    kind = kinds[scenario.kind]
    if kind.mechanism not in MECHANISMS:
        expected = Said("有机制的情景种类", "a kind with a mechanism")
        yield _fault(scenario.code, "kind", expected, kind.mechanism)
    for name in scenario.parameters:
        if name not in kind.parameters:
            expected = Said(f"{kind.code} 的参数", f"a parameter of {kind.code}")
            known = did_you_mean(name, kind.parameters)
            yield _fault(scenario.code, f"parameters.{name}", expected, name, known)
    yield from _PLACES.get(kind.mechanism, _anywhere)(scenario, place)


def _anywhere(_scenario: Scenario, _place: Community) -> Iterator[Fault]:
    """Accept an event that strikes the whole place."""
    yield from ()


def _entrance(scenario: Scenario, place: Community) -> Iterator[Fault]:
    """Ask for the stairwell unit where it happens, and for a storey that it has."""
    yield from _known(scenario, "entrance", place["entrances"]["entrance"], needed=True)
    floor = scenario.places.get("floor")
    if floor is not None and not (floor.isdigit() and int(floor) > 0):
        yield _fault(scenario.code, "places.floor", Said("楼层，从 1 起", "a storey from 1"), floor)


def _household(scenario: Scenario, place: Community) -> Iterator[Fault]:
    yield from _known(scenario, "household", place["households"]["household"], needed=False)


def _flooded(scenario: Scenario, place: Community) -> Iterator[Fault]:
    """Ask for at least one place under water: named here, or an open flood point."""
    known = [str(key) for table in FLOODED_TABLES for key in place[table].iloc[:, 0]]
    for role, name in scenario.places.items():
        if name not in known:
            expected = Said("有的路段、空间、单元或楼栋", "a walk, space, entrance or building")
            yield _fault(scenario.code, f"places.{role}", expected, name, did_you_mean(name, known))
    if not scenario.places and len(open_flood_points(place["hazards"])) == 0:
        expected = Said("被淹的地方", "a place under water")
        remedy = Said(
            "在 places 里写路段，或登记一处积水点。",
            "Name walks in places, or record a flood point.",
        )
        yield _fault(scenario.code, "places", expected, "", remedy)


FLOODED_TABLES = ("walks", "spaces", "entrances", "buildings")
FLOOD_POINT = "flood_point"
_PLACES: Mapping[str, Callable[[Scenario, Community], Iterator[Fault]]] = {
    "stair_fire": _entrance,
    "local_incident": _entrance,
    "personal_incident": _household,
    "flood": _flooded,
}


def open_flood_points(hazards: pd.DataFrame) -> pd.DataFrame:
    """Return the flood points found by inspection and not yet put right."""
    return hazards[(hazards["kind"] == FLOOD_POINT) & hazards["closed_on"].isna()]


def _known(scenario: Scenario, role: str, names: pd.Series, *, needed: bool) -> Iterator[Fault]:
    given = scenario.places.get(role)
    if given is None:
        if needed:
            yield _fault(
                scenario.code, f"places.{role}", Said("出事的地方", "where it happens"), ""
            )
        return
    if given not in set(names.astype(str)):
        private = role == "household"
        remedy = (
            Said("核对编号。", "Check the key.")
            if private
            else did_you_mean(given, names.astype(str))
        )
        got = "" if private else given
        expected = Said(f"{role} 表里有的编号", f"a key of the table of {role}s")
        yield _fault(scenario.code, f"places.{role}", expected, got, remedy)


def _fault(
    code: str,
    column: str,
    expected: Said,
    got: str,
    remedy: Said | None = None,
) -> Fault:
    shown = Said(got, got) if got else Said("没有或不认识", "nothing, or not known")
    correct = Said("改正情景文件。", "Correct the scenario file.")
    return Fault(f"scenarios/{code}.toml", expected, shown, remedy or correct, None, column)
