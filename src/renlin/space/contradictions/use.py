"""Contradictions of use (空间使用): who is there, when, and for whom that leaves no room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from renlin.community.passage import is_open
from renlin.space.access.states import COVERED, UNKNOWN
from renlin.space.contradictions.ground import (
    FIRE_LANES,
    WAY_TAKEN,
    Clash,
    Ground,
    known,
    most,
    named,
    rows,
    said,
)

DAYS = {"daily": ("weekday", "weekend"), "weekday": ("weekday",), "weekend": ("weekend",)}
UNKNOWN_OFFER = float("nan")


def taken_at_need(ground: Ground) -> Iterator[Clash]:
    """Yield refuges whose ground is taken at some hour of some day.

    Usable ground is the area times its usable share; what all uses of one moment take is
    subtracted, at the worst moment of a weekday or weekend.
    """
    for name, here in ground.refuges.groupby("ground"):
        space = ground.spaces.get(str(name))
        if space is None:
            continue
        needed = _needed(ground, str(name), here)
        uses = [use for use in rows(ground.tables["uses"]) if use["space"] == name]
        unknown = [use["use"] for use in uses if not known(use["area_taken"])]
        common = (ground.at_space(str(name)), said(space["manager"]), "clear_on_call")
        if unknown:
            evidence = named("uses", unknown)
            yield _clash(str(name), needed, UNKNOWN_OFFER, evidence, common, "unknown")
        taken, who = _worst_moment([use for use in uses if known(use["area_taken"])])
        free = max(_usable(ground, space) - taken, 0.0)
        if who and free < needed:
            yield _clash(str(name), needed, free, named("uses", who), common, "")


def _clash(
    space: str, needed: float, free: float, evidence: str, common: tuple[Any, ...], subject: str
) -> Clash:
    concerned, responsible, remedy = common
    return Clash(
        space, needed, free, "m2", concerned, evidence, responsible, remedy, subject=subject
    )


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


def _worst_moment(uses: list[dict[str, Any]]) -> tuple[float, list[str]]:
    """Return the most area taken at one moment, and by which uses."""
    starts = sorted({_start(part) for use in uses for part in str(use["hours"]).split(";")})
    worst: tuple[float, list[str]] = (0.0, [])
    for day in DAYS["daily"]:
        for hour in starts:
            there = [
                use
                for use in uses
                if day in DAYS[said(use["days"]) or "daily"] and is_open(use["hours"], hour)
            ]
            taken = sum(float(use["area_taken"]) for use in there)
            if taken > worst[0]:
                worst = (taken, sorted(str(use["use"]) for use in there))
    return worst


def _start(hours: str) -> float:
    clock, minutes = hours.split("-")[0].strip().split(":")
    return int(clock) + int(minutes) / 60.0


def crowded(ground: Ground) -> Iterator[Clash]:
    """Yield refuges with less area than the residents who would go there need."""
    for name, here in ground.refuges.groupby("ground"):
        goers = ground.goers.get(str(name))
        if goers is None:
            continue
        space = ground.spaces.get(str(name), {})
        needed = goers.persons * float(here["per_person"].max())
        held = float(here["held"].sum(min_count=len(here)))
        if known(held) and held >= needed:
            continue
        evidence = named("facilities", here["facility"])
        owner = said(space.get("owner"))
        yield Clash(str(name), needed, held, "m2", goers, evidence, owner, "more_area")


def group_excluded(ground: Ground) -> Iterator[Clash]:
    """Yield groups of whom nobody is covered by a kind of refuge that covers others."""
    kinds = set(ground.refuges["kind"])
    asked = ground.coverage[ground.coverage["service"].isin(kinds)]
    told = asked[asked["state"] != UNKNOWN]
    for kind, part in told.groupby("service"):
        if not (part["state"] == COVERED).any():
            continue
        for display, own in part.groupby("display"):
            if (own["state"] == COVERED).any():
                continue
            yield Clash(
                str(kind),
                1.0,
                0.0,
                "share",
                ground.living_in(own),
                f"space.coverage/service={kind}, display={display}",
                "",
                "way_for_all",
                subject=str(display),
            )


def way_taken(ground: Ground) -> Iterator[Clash]:
    """Yield lanes that stalls or parked cars leave narrower than a fire engine needs."""
    standard = ground.catalogue.standards["fire_lane_width"]
    walks = ground.tables["walks"]
    taken = rows(walks[walks["kind"].isin(FIRE_LANES) & walks["barrier"].isin(WAY_TAKEN)])
    unknown = [walk["walk"] for walk in taken if not known(walk["width"])]
    if unknown:
        concerned = most(map(ground.at_lane, unknown))
        evidence = named("walks", unknown)
        yield Clash(
            "walks",
            standard.value,
            UNKNOWN_OFFER,
            standard.unit,
            concerned,
            evidence,
            ground.holder,
            "measure",
            standard.code,
        )
    for walk in taken:
        if known(walk["width"]) and walk["width"] < standard.value:
            yield Clash(
                str(walk["walk"]),
                standard.value,
                float(walk["width"]),
                standard.unit,
                ground.at_lane(walk["walk"]),
                f"walks/{walk['walk']}",
                ground.holder,
                "clear_way",
                standard.code,
            )
