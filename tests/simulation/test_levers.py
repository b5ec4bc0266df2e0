"""Every lever acts on the mechanism it names, and on nothing else: one row per lever."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from tests.simulation import court
from tests.simulation.lever_cases import CASES, FALL, FIRE, MECHANISMS, QUAKE, Case

from renlin.community.scheme import apply
from renlin.community.settings import Scenario, Scheme
from renlin.errors import SchemeFault
from renlin.simulation import Simulated

PLACES = {
    "flood": {"west": "main-west", "east": "main-east"},
    "local_incident": {"entrance": "A-1"},
}
BY_NAME = {case.name: case for case in CASES}
CALM = {"peak_ground_acceleration": 0.0, "shaking": 0.0, "self_protection": 0.0, "power_out": 0.0}


def scenarios(case: Case) -> list[Scenario]:
    """Return one scenario of every kind at the hour of the case."""
    return [
        court.scenario(
            kind, case.hour, horizon=86400.0 if kind == FALL else 1800.0,
            places={**PLACES, FIRE: {"entrance": case.fire}}.get(kind), **{**(CALM if kind == QUAKE else {}), **case.numbers.get(kind, {})},
        )
        for kind in MECHANISMS
    ]  # fmt: skip


def scheme(code: str, edits: tuple) -> Scheme:
    """Return a scheme of ``edits``."""
    return Scheme(code=code, zh=code, en=code, edit=edits)


@cache
def run(prepared: str) -> Simulated:
    """Return one prepared court with and without each of its levers, in every kind of event."""
    cases = [case for case in CASES if case.prepared == prepared]
    first = cases[0]
    before = apply(scheme("before", first.before), first.court())
    after = {case.name: apply(scheme("lever", case.edits), before) for case in cases}
    return court.run(before, *scenarios(first), schemes=after, seeds=range(first.seeds))


def level(found: Simulated, scheme_: str, kind: str, outcome: str) -> float:
    """Return an outcome over everybody and all seeds."""
    rows = found.groups.table.query("display == 'all'")
    mine = rows[(rows["scheme"] == scheme_) & (rows["scenario"] == kind)]
    return float(mine[outcome].astype(float).mean())


@pytest.mark.parametrize("kind", MECHANISMS)
@pytest.mark.parametrize("name", list(BY_NAME))
def test_a_lever_moves_what_it_should_and_nothing_else(name: str, kind: str) -> None:
    case = BY_NAME[name]
    found = run(case.prepared)
    if kind not in case.expected:
        assert found.times["base", kind].tobytes() == found.times[name, kind].tobytes()
        return
    outcome, way = case.expected[kind]
    assert way * (level(found, name, kind, outcome) - level(found, "base", kind, outcome)) > 0


def test_every_lever_of_the_catalogue_has_a_row() -> None:
    assert {case.lever for case in CASES} == set(court.willow().catalogue.levers)


def test_the_documentation_names_every_lever_and_no_other() -> None:
    text = (Path(__file__).parents[2] / "docs" / "simulation.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    named = {code for row in rows for code in re.findall(r"`([a-z_.]+)`", row)}
    assert named == set(court.willow().catalogue.levers)


@pytest.mark.parametrize(
    "code", ["stair.demand", "warn.trust", "assist.retention", "supply.stock", "sna.edges"]
)
def test_a_lever_without_a_mechanism_is_refused(code: str) -> None:
    edit = CASES[0].edits[0].model_copy(update={"lever": code})
    with pytest.raises(SchemeFault, match="a lever of the catalogue"):
        apply(scheme("none", (edit,)), court.willow())
