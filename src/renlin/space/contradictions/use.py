"""Contradictions of use (空间使用): who is there, when, and for whom that leaves no room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

from renlin.catalogue.place_rules import ContradictionRule, parts
from renlin.community.passage import is_open
from renlin.space.access.states import COVERED
from renlin.space.access.states import UNKNOWN as NOT_TOLD
from renlin.space.contradictions.ground import (
    UNKNOWN,
    Clash,
    Ground,
    chosen,
    cited,
    known,
    numbers,
    rows,
    said,
)

DAYS = {"daily": ("weekday", "weekend"), "weekday": ("weekday",), "weekend": ("weekend",)}
Use = dict[str, Any]


class Moment(NamedTuple):
    """A day and hour, and the uses that are there then."""

    day: str
    hour: float
    uses: list[Use]


def taken_at_need(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield refuges whose ground is taken at some hour of some day.

    Usable ground is the area times its usable share; what all uses of one moment take is
    subtracted, at the worst moment of a weekday or weekend.
    """
    for name in ground.refuge_spaces:
        space = ground.spaces[name]
        here = ground.refuges[ground.refuges["ground"] == name]
        needed, uses = _needed(ground, name, here), _uses(ground, name)
        unknown = [use["use"] for use in uses if not known(use["area_taken"])]
        if unknown:
            yield _on_ground(ground, rule, space, needed, UNKNOWN, unknown, "unknown")
        worst = _worst(uses, lambda there: sum(map(_area, there)))
        free = max(_usable(ground, space) - sum(map(_area, worst.uses)), 0.0)
        if worst.uses and free < needed:
            yield _on_ground(ground, rule, space, needed, free, _keys(worst.uses))


def uses_collide(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield spaces where two uses or more of one hour take more than the usable ground."""
    for name, space in ground.spaces.items():
        uses = [use for use in _uses(ground, name) if known(use["area_taken"])]
        meeting = [moment for moment in _moments(uses) if len(moment.uses) > 1]
        if not meeting:
            continue
        worst = max(meeting, key=lambda moment: sum(map(_area, moment.uses)))
        taken, usable = sum(map(_area, worst.uses)), _usable(ground, space)
        if taken > usable:
            yield _on_ground(ground, rule, space, taken, usable, _keys(worst.uses))


def over_crowded_use(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield spaces that leave each person less ground than a crowd needs, at the fullest hour."""
    each = ground.limit(rule).value
    for name, space in ground.spaces.items():
        uses = _uses(ground, name)
        unknown = [use["use"] for use in uses if not known(use["persons"])]
        if unknown:
            yield _on_ground(ground, rule, space, each, UNKNOWN, unknown, "unknown")
        worst = _worst(uses, lambda there: sum(map(_persons, there)))
        needed, usable = sum(map(_persons, worst.uses)) * each, _usable(ground, space)
        if worst.uses and usable < needed:
            yield _on_ground(ground, rule, space, needed, usable, _keys(worst.uses))


def modes_conflict(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield spaces where uses of two modes that disturb each other share an hour."""
    pairs = {frozenset(pair.split("+")) for pair in parts(rule.wanted)}
    for name, space in ground.spaces.items():
        uses = _uses(ground, name)
        met: set[str] = set()
        silent: set[str] = set()
        for moment in _moments(uses):
            for one, other in combinations(moment.uses, 2):
                modes = {said(one.get("mode")), said(other.get("mode"))}
                both = {str(one["use"]), str(other["use"])}
                if "" in modes:
                    silent |= both
                elif frozenset(modes) in pairs:
                    met |= both
        if met:
            yield _on_ground(ground, rule, space, 1.0, 0.0, met, unit="")
        if silent:
            yield _on_ground(ground, rule, space, 1.0, UNKNOWN, silent, "unknown", unit="")


def group_absent(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield groups that live around a space and are never seen among those who use it."""
    for name, space in ground.spaces.items():
        uses = _uses(ground, name)
        silent = [use["use"] for use in uses if not said(use.get("seen"))]
        if silent:
            yield _on_ground(ground, rule, space, 1.0, UNKNOWN, silent, "unknown", unit="")
            continue
        seen = {code.strip() for use in uses for code in said(use["seen"]).split(";")}
        around = ground.crowd.behind(ground.around.get(name, ()))
        for group, n in zip(ground.crowd.groups, around.counts.sum(axis=0), strict=True):
            if uses and n > 0 and group not in seen:
                yield Clash(
                    name, 1.0, 0.0, ground.crowd.only(around, group), cited("uses", _keys(uses)),
                    ground.answers(rule, space), subject=group, group=group,
                )  # fmt: skip


def crowded(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield refuges with less area than the residents who would go there need."""
    for name, here in ground.refuges.groupby("ground"):
        goers = ground.goers.get(str(name))
        if goers is None:
            continue
        needed = goers.persons * float(here["per_person"].max())
        held = float(here["held"].sum(min_count=len(here)))
        if known(held) and held >= needed:
            continue
        owner = said(ground.spaces.get(str(name), {}).get(rule.answers))
        evidence = cited("facilities", here["facility"])
        yield Clash(str(name), needed, held, goers, evidence, owner, unit="m2")


def group_excluded(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield groups of whom nobody is covered by a kind of refuge that covers others."""
    kinds = set(ground.refuges["kind"])
    asked = ground.coverage[ground.coverage["service"].isin(kinds)]
    told = asked[asked["state"] != NOT_TOLD]
    for kind, part in told.groupby("service"):
        if not (part["state"] == COVERED).any():
            continue
        offered = ground.refuges.loc[ground.refuges["kind"] == kind, "facility"]
        for display, own in part.groupby("display"):
            if not (own["state"] == COVERED).any():
                yield Clash(
                    str(kind), 1.0, 0.0, ground.crowd.chosen(own), cited("facilities", offered),
                    ground.answers(rule, {}), subject=str(display), group=str(display),
                )  # fmt: skip


def way_taken(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield lanes that stalls or parked cars leave narrower than a fire engine needs."""
    limit, walks = ground.limit(rule), ground.views["walks"]
    width, taken = numbers(walks, rule.column), chosen(walks, rule.where) == 1
    unknown = walks[taken & width.isna()]
    if len(unknown):
        concerned = ground.crowd.joined(map(ground.at_lane, unknown["walk"]))
        yield Clash("walks", limit.value, UNKNOWN, concerned, cited("walks", unknown["walk"]),
                    ground.holder, "measure", limit.unit, limit.standard)  # fmt: skip
    for walk in rows(walks[taken & (width < limit.value)]):
        key = str(walk["walk"])
        yield Clash(key, limit.value, float(walk["width"]), ground.at_lane(key),
                    cited("walks", [key]), ground.holder, unit=limit.unit,
                    standard=limit.standard)  # fmt: skip


def told_by_residents(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield what workshops said of a place that is no column of its layer.

    Where more of those asked spoke against it than for it, nothing is claimed.
    """
    for told in rows(ground.tables["remarks"]):
        asked, agreed = told["n_asked"], told["n_yes"]
        share = float(agreed) / float(asked) if known(agreed) and asked else UNKNOWN
        if known(share) and share <= 1 / 2:
            continue
        table, place = str(told["table"]), str(told["subject"])
        concerned = (
            ground.at_space(place) if table == "spaces"
            else ground.crowd.named([place]) if table == "entrances"
            else ground.on_way(table, place)
        )  # fmt: skip
        row = ground.spaces.get(place, {})
        yield Clash(
            place, 1.0, 0.0, concerned, cited("corrections", [told["correction"]]),
            ground.answers(rule, row) or ground.holder, subject=str(told["correction"]),
        )  # fmt: skip


def _on_ground(
    ground: Ground,
    rule: ContradictionRule,
    space: dict[str, Any],
    needed: float,
    offered: float,
    uses: Iterable[object],
    subject: str = "",
    *,
    unit: str = "m2",
) -> Clash:
    name = str(space["space"])
    evidence = cited("uses", sorted(map(str, uses)))
    remedy = "ask" if subject == "unknown" else ""
    return Clash(
        name, needed, offered, ground.at_space(name), evidence, ground.answers(rule, space),
        remedy, unit, subject=subject,
    )  # fmt: skip


def _uses(ground: Ground, space: str) -> list[Use]:
    uses = ground.tables["uses"]
    return rows(uses[uses["space"] == space])


def _moments(uses: list[Use]) -> Iterator[Moment]:
    """Yield every moment at which some use begins, with all that are there then."""
    starts = sorted({_start(part) for use in uses for part in str(use["hours"]).split(";")})
    for day in DAYS["daily"]:
        for hour in starts:
            there = [
                use
                for use in uses
                if day in DAYS[said(use["days"]) or "daily"] and is_open(use["hours"], hour)
            ]
            if there:
                yield Moment(day, hour, there)


def _worst(uses: list[Use], amount: Callable[[list[Use]], float]) -> Moment:
    """Return the moment of the largest amount, and no use where all are nothing."""
    nothing = Moment("", 0.0, [])
    found = max(_moments(uses), key=lambda moment: amount(moment.uses), default=nothing)
    return found if amount(found.uses) > 0 else nothing


def _area(use: Use) -> float:
    return float(use["area_taken"]) if known(use["area_taken"]) else 0.0


def _persons(use: Use) -> float:
    return float(use["persons"]) if known(use["persons"]) else 0.0


def _keys(uses: Iterable[Use]) -> list[str]:
    return sorted(str(use["use"]) for use in uses)


def _start(hours: str) -> float:
    clock, minutes = hours.split("-")[0].strip().split(":")
    return int(clock) + int(minutes) / 60.0


def _needed(ground: Ground, name: str, here: Any) -> float:
    """Return the area the refuge promises; where none is stated, what its people need."""
    promised = float(here["held"].sum(min_count=len(here)))
    if known(promised):
        return promised
    return ground.at_space(name).persons * float(here["per_person"].max())


def _usable(ground: Ground, space: dict[str, Any]) -> float:
    area = float(space["area"]) if known(space["area"]) else float(space["geometry"].area)
    share = space["usable_share"]
    assumed = ground.catalogue.number("shelter_usable_share")
    return area * (float(share) if known(share) else assumed)
