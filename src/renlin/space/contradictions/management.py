"""Contradictions of management (空间管理): who answers, what the rule says, who has the key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from renlin.community.passage import is_open
from renlin.space.contradictions.ground import Clash, Ground, bodies, known, most, named, rows, said

NOT_STATED = float("nan")


def no_manager(ground: Ground) -> Iterator[Clash]:
    """Yield open spaces nobody is said to manage."""
    for name, space in ground.spaces.items():
        if not bodies(space["manager"]):
            yield _about(ground, name, 1.0, 0.0, "name_manager", responsible=said(space["owner"]))


def two_managers(ground: Ground) -> Iterator[Clash]:
    """Yield open spaces that several bodies manage, so that none answers for it."""
    for name, space in ground.spaces.items():
        n = len(bodies(space["manager"]))
        if n > 1:
            yield _about(ground, name, 1.0, float(n), "one_manager", least=False)


def use_forbidden(ground: Ground) -> Iterator[Clash]:
    """Yield open spaces whose rule forbids emergency use."""
    for name, space in ground.spaces.items():
        if space["emergency_use"] == "forbidden":
            yield _about(ground, name, 1.0, 0.0, "allow_use")


def use_undecided(ground: Ground) -> Iterator[Clash]:
    """Yield refuges of which nobody has decided, or nobody knows, whether they may be used."""
    for name in _refuge_spaces(ground):
        use = ground.spaces[name]["emergency_use"]
        if said(use) == "undecided":
            yield _about(ground, name, 1.0, 0.0, "decide_use")
        elif said(use) in ("", "unknown"):
            yield _about(ground, name, 1.0, NOT_STATED, "ask")


def locked_at_night(ground: Ground) -> Iterator[Clash]:
    """Yield refuges and gates that are shut at the hour of need."""
    hour = ground.catalogue.number("need_hour")
    for name in _refuge_spaces(ground):
        if not is_open(ground.spaces[name]["open_hours"], hour):
            yield _about(ground, name, 1.0, 0.0, "open_hours")
    for gate in rows(ground.tables["gates"]):
        if _kept_locked(gate) or not is_open(gate["open_hours"], hour):
            remedy = "open_hours" if known(gate["keyholder"]) else "key"
            yield _at_gate(ground, gate, remedy)


def no_keyholder(ground: Ground) -> Iterator[Clash]:
    """Yield gates that are sometimes shut and of which nobody is said to hold the key."""
    for gate in rows(ground.tables["gates"]):
        hours = gate["open_hours"]
        shut = any(not is_open(hours, hour) for hour in range(24))
        if (_kept_locked(gate) or shut) and not known(gate["keyholder"]):
            yield _at_gate(ground, gate, "key")


def slow_to_open(ground: Ground) -> Iterator[Clash]:
    """Yield refuges that take too long to open; where nobody knows, it is not passed."""
    limit = ground.catalogue.number("opening_minutes_limit")
    for name in _refuge_spaces(ground):
        minutes = ground.spaces[name]["opening_minutes"]
        if known(minutes) and minutes <= limit:
            continue
        offered = float(minutes) if known(minutes) else NOT_STATED
        remedy = "faster_opening" if known(minutes) else "ask"
        yield _about(ground, name, limit, offered, remedy, unit="min", least=False)


def gates_not_stated(ground: Ground) -> Iterator[Clash]:
    """Yield one row for all gates of which nobody says whether they are kept locked."""
    unsaid = [
        gate["gate"]
        for gate in rows(ground.tables["gates"])
        if not known(gate["locked"]) and not known(gate["open_hours"])
    ]
    if unsaid:
        concerned = most(ground.on_way("gates", name) for name in unsaid)
        evidence = named("gates", unsaid)
        yield Clash("gates", 1.0, NOT_STATED, "", concerned, evidence, ground.holder, "ask")


def _refuge_spaces(ground: Ground) -> list[str]:
    return sorted(set(map(str, ground.refuges["ground"])) & set(ground.spaces))


def _kept_locked(gate: dict[str, Any]) -> bool:
    return known(gate["locked"]) and bool(gate["locked"])


def _about(
    ground: Ground,
    name: str,
    needed: float,
    offered: float,
    remedy: str,
    *,
    unit: str = "",
    least: bool = True,
    responsible: str | None = None,
) -> Clash:
    manager = said(ground.spaces[name]["manager"]) if responsible is None else responsible
    concerned, evidence = ground.at_space(name), f"spaces/{name}"
    return Clash(name, needed, offered, unit, concerned, evidence, manager, remedy, least=least)


def _at_gate(ground: Ground, gate: dict[str, Any], remedy: str) -> Clash:
    name = str(gate["gate"])
    concerned, keyholder = ground.on_way("gates", name), said(gate["keyholder"])
    return Clash(name, 1.0, 0.0, "", concerned, f"gates/{name}", keyholder, remedy, subject="gate")
