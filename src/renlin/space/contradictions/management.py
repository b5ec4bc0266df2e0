"""Contradictions of management (空间管理): who answers, what the rule says, who has the key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from renlin.catalogue.place_rules import ContradictionRule
from renlin.community.passage import is_open
from renlin.space.contradictions.ground import (
    UNKNOWN,
    Clash,
    Ground,
    bodies,
    chosen,
    cited,
    known,
    rows,
    said,
)

CLOCK = range(24)


def no_manager(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield open spaces nobody is said to manage."""
    for space in ground.spaces.values():
        if not bodies(space["manager"]):
            yield _about(ground, rule, space, 0.0)


def two_managers(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield open spaces that several bodies manage, so that none answers for it."""
    for space in ground.spaces.values():
        n = len(bodies(space["manager"]))
        if n > 1:
            yield _about(ground, rule, space, float(n), least=False)


def use_forbidden(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield open spaces whose rule forbids emergency use."""
    for space in ground.spaces.values():
        if space["emergency_use"] == "forbidden":
            yield _about(ground, rule, space, 0.0)


def locked_at_night(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield refuges and gates that are shut at the hour of need, and one row of those unsaid."""
    hour = ground.limit(rule).value
    for name in ground.refuge_spaces:
        space = ground.spaces[name]
        if not is_open(space["open_hours"], hour):
            yield _about(ground, rule, space, 0.0)
    unsaid = []
    for gate in rows(ground.tables["gates"]):
        if _kept_locked(gate) or not is_open(gate["open_hours"], hour):
            yield _at_gate(ground, rule, gate, "" if known(gate["keyholder"]) else "key")
        elif not known(gate["locked"]) and not known(gate["open_hours"]):
            unsaid.append(str(gate["gate"]))
    if unsaid:
        concerned = ground.crowd.joined(ground.on_way("gates", name) for name in unsaid)
        yield Clash("gates", 1.0, UNKNOWN, concerned, cited("gates", unsaid), ground.holder, "ask")


def no_keyholder(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield gates that are sometimes shut and of which nobody is said to hold the key."""
    for gate in rows(ground.tables["gates"]):
        shut = any(not is_open(gate["open_hours"], hour) for hour in CLOCK)
        if (_kept_locked(gate) or shut) and not known(gate["keyholder"]):
            yield _at_gate(ground, rule, gate, "")


def duty_without_body(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield tasks of the responsibility list for which nobody is accountable."""
    for duty in rows(ground.tables["duties"]):
        if not bodies(duty["accountable"]):
            yield _of_task(ground, rule, duty, 1.0, 0.0)


def duty_two_bodies(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield tasks for which several bodies are accountable."""
    for duty in rows(ground.tables["duties"]):
        n = len(bodies(duty["accountable"]))
        if n > 1:
            yield _of_task(ground, rule, duty, 1.0, float(n), least=False)


def duty_without_deputy(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield tasks of the night for which nobody else stands in."""
    duties = ground.tables["duties"]
    for duty in rows(duties[chosen(duties, rule.where) == 1]):
        by_day = {*bodies(duty["accountable"]), *bodies(duty["responsible"])}
        if not set(bodies(duty["deputy"])) - by_day:
            yield _of_task(ground, rule, duty, 1.0, 0.0)


def inspection_overdue(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield kinds of hazard whose newest inspections are too old, one row for a kind.

    Buildings a kind was never inspected at are not named here: the risk has them as unknown.
    """
    times = ground.limit(rule).value
    entrances = ground.tables["entrances"]
    newest = ground.inspections.groupby(["kind", "building"], as_index=False)["inspected_on"].max()
    for kind, own in newest.groupby("kind"):
        allowed = times * ground.catalogue.hazards[str(kind)].half_life.value
        age = (ground.day - pd.to_datetime(own["inspected_on"])).dt.days
        late = own[(age > allowed).to_numpy()]
        if len(late) == 0:
            continue
        behind = entrances["building"].isin(set(late["building"]))
        yield Clash(
            str(kind), allowed, float(age.max()), ground.crowd.named(entrances[behind]["entrance"]),
            cited("hazards", _inspections(ground, str(kind), set(late["building"]))),
            ground.answers(rule, {}), unit="days", least=False,
            hazards="|".join(ground.catalogue.hazards[str(kind)].scenarios),
        )  # fmt: skip


def _inspections(ground: Ground, kind: str, buildings: set[str]) -> list[str]:
    """Return the newest inspections of a kind at these buildings."""
    own = ground.inspections
    own = own[(own["kind"] == kind) & own["building"].isin(buildings)]
    own = own.sort_values(["inspected_on", "hazard"]).drop_duplicates("building", keep="last")
    return sorted(set(map(str, own["hazard"])))


def _kept_locked(gate: dict[str, Any]) -> bool:
    return known(gate["locked"]) and bool(gate["locked"])


def _about(
    ground: Ground,
    rule: ContradictionRule,
    space: dict[str, Any],
    offered: float,
    *,
    least: bool = True,
) -> Clash:
    name = str(space["space"])
    return Clash(
        name, 1.0, offered, ground.at_space(name), cited("spaces", [name]),
        ground.answers(rule, space), least=least,
    )  # fmt: skip


def _at_gate(ground: Ground, rule: ContradictionRule, gate: dict[str, Any], remedy: str) -> Clash:
    name = str(gate["gate"])
    holder = said(gate["keyholder"]) or (ground.holder if rule.answers == "holder" else "")
    return Clash(
        name, 1.0, 0.0, ground.on_way("gates", name), cited("gates", [name]), holder, remedy,
        subject="gate",
    )  # fmt: skip


def _of_task(
    ground: Ground,
    rule: ContradictionRule,
    duty: dict[str, Any],
    needed: float,
    offered: float,
    *,
    least: bool = True,
) -> Clash:
    name = str(duty["duty"])
    return Clash(
        name, needed, offered, ground.everybody(), cited("duties", [name]),
        ground.answers(rule, duty), least=least, hazards=said(duty["hazard"]),
        phase=said(duty["phase"]),
    )  # fmt: skip
