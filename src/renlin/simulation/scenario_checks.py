"""Say what is wrong with the scenarios of a study, all of it at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from renlin.catalogue.models import Value
from renlin.community.community import Community
from renlin.community.settings import Blow, Scenario
from renlin.errors import Fault, Said, SchemeFault, did_you_mean, raise_all
from renlin.simulation.event import (
    ALONE,
    FLOODED_TABLES,
    MECHANISMS,
    open_flood_points,
    parts,
)

EARTHQUAKE, AFTERSHOCK = "earthquake", "aftershock"


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
    yield from _part_faults(scenario, scenario, place, "")
    for number, blow in enumerate(scenario.also, start=1):
        where = f"also[{number}]."
        if blow.after >= scenario.horizon:
            bound = scenario.horizon
            expected = Said(f"小于 horizon {bound:g}", f"less than the horizon, {bound:g}")
            yield _fault(scenario.code, f"{where}after", expected, f"{blow.after:g}")
            continue
        yield from _part_faults(scenario, _only(scenario, blow), place, where)
    yield from _together(scenario, place)


def _only(scenario: Scenario, blow: Blow) -> Scenario:
    own = {"kind": blow.kind, "places": blow.places, "parameters": blow.parameters}
    return scenario.model_copy(update=own)


def _together(scenario: Scenario, place: Community) -> Iterator[Fault]:
    """Refuse what cannot strike together: nothing at all, what stands alone, no order."""
    code = scenario.code
    kinds = [place.catalogue.scenarios.get(part.kind) for _, part in parts(scenario)]
    works = [kind.mechanism for kind in kinds if kind is not None]
    if not kinds:
        expected = Said("至少一个事件开着", "at least one event that is on")
        yield _fault(code, "on", expected, "false")
    for mechanism in works if len(works) > 1 else ():
        if mechanism in ALONE:
            expected = Said("能和别的事件同时发生的", "what can strike with other events")
            yield _fault(code, "also", expected, mechanism)
    if AFTERSHOCK in works and EARTHQUAKE not in works[: works.index(AFTERSHOCK)]:
        expected = Said("余震之前先有地震", "an earthquake before its aftershock")
        yield _fault(code, "also", expected, AFTERSHOCK)


def _part_faults(
    scenario: Scenario, part: Scenario, place: Community, where: str
) -> Iterator[Fault]:
    """Yield what is wrong with one event of ``scenario``; ``where`` it stands in the file."""
    kinds = place.catalogue.scenarios
    if part.kind not in kinds:
        known = did_you_mean(part.kind, kinds)
        expected = Said("目录里的情景种类", "a kind of scenario in the catalogue")
        yield _fault(scenario.code, f"{where}kind", expected, part.kind, known)
        return
    kind = kinds[part.kind]
    if kind.mechanism not in MECHANISMS:
        expected = Said("有机制的情景种类", "a kind with a mechanism")
        yield _fault(scenario.code, f"{where}kind", expected, kind.mechanism)
    for name in part.parameters:
        if name not in kind.parameters:
            expected = Said(f"{kind.code} 的参数", f"a parameter of {kind.code}")
            known = did_you_mean(name, kind.parameters)
            yield _fault(scenario.code, f"{where}parameters.{name}", expected, name, known)
        elif not _possible(part.parameters[name], kind.parameters[name]):
            expected = _bounds(kind.parameters[name])
            got = f"{part.parameters[name]:g}"
            yield _fault(scenario.code, f"{where}parameters.{name}", expected, got)
    for fault in _PLACES.get(kind.mechanism, _anywhere)(part, place):
        yield replace(fault, column=f"{where}{fault.column}")


RATES = ("factor", "m/s", "1/(m s)")
"""Units of what others are divided by: zero only where the catalogue's range begins there."""
MOST_PERSONS = 50_000.0
"""Largest crowd the kernel is measured with, see ``benchmarks/kernel.py``."""


def _positive(value: Value) -> bool:
    return value.unit in RATES and value.low != 0.0


def _most(value: Value) -> float:
    return {"share": 1.0, "persons": MOST_PERSONS}.get(value.unit, math.inf)


def _possible(given: float, value: Value) -> bool:
    """Return whether a number can be what the catalogue's entry stands for."""
    least = given > 0.0 if _positive(value) else given >= 0.0
    return math.isfinite(given) and least and given <= _most(value)


def _bounds(value: Value) -> Said:
    over = "> 0" if _positive(value) else "≥ 0"
    under = "" if math.isinf(_most(value)) else f", ≤ {_most(value):g}"
    return Said(f"一个数 {over}{under}（{value.unit}）", f"a number {over}{under} ({value.unit})")


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


def _building(scenario: Scenario, place: Community) -> Iterator[Fault]:
    yield from _known(scenario, "building", place["buildings"]["building"], needed=True)


def _some_buildings(scenario: Scenario, place: Community) -> Iterator[Fault]:
    """Accept any number of buildings, each of which must be there."""
    for role in scenario.places:
        yield from _known(scenario, role, place["buildings"]["building"], needed=False)


def _space(scenario: Scenario, place: Community) -> Iterator[Fault]:
    yield from _known(scenario, "space", place["spaces"]["space"], needed=True)


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


_PLACES: Mapping[str, Callable[[Scenario, Community], Iterator[Fault]]] = {
    "stair_fire": _entrance,
    "local_incident": _entrance,
    "personal_incident": _household,
    "flood": _flooded,
    "building_fire": _building,
    "collapse": _building,
    "crowding": _space,
    "power_cut": _some_buildings,
}


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
        what = str(names.name)
        expected = Said(f"{what} 表里有的编号", f"a key of the table of {what}s")
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
