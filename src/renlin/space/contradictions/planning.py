"""Contradictions of planning (规划设计): what is there against the clause of a standard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree
from shapely import STRtree, get_coordinates
from shapely.geometry.base import BaseGeometry

from renlin.catalogue.models import Standard
from renlin.catalogue.place_rules import ContradictionRule, parts
from renlin.space.access.states import COVERED
from renlin.space.access.states import UNKNOWN as NOT_TOLD
from renlin.space.contradictions.concerned import Concerned
from renlin.space.contradictions.ground import (
    UNKNOWN,
    Clash,
    Ground,
    amount,
    cited,
    known,
    rows,
)

SHELTER, EARTHQUAKE = "shelter", "earthquake"
PER_PERSONS = 10_000
"""Management land is asked for so many persons."""


def shelter_small(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield shelters fit for earthquakes with less area than the standard asks."""
    limit = ground.limit(rule)
    for shelter in _shelters(ground):
        area = float(shelter["held"])
        if not area >= limit.value:
            remedy = "" if known(area) else "measure"
            yield _of_shelter(ground, rule, shelter, limit.value, area, limit.standard, remedy)


def shelter_unit_large(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield shelters with more persons to a unit than the standard allows."""
    limit = ground.limit(rule)
    for shelter in _shelters(ground):
        capacity, units = amount(shelter["capacity"]), amount(shelter.get("units"))
        each = capacity / units
        if not (capacity <= limit.value or each <= limit.value):
            remedy = "" if known(each) else "ask"
            yield _of_shelter(ground, rule, shelter, limit.value, each, limit.standard, remedy)


def shelter_units_close(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield shelters of several units that lie closer than their size asks."""
    classes = [ground.catalogue.standards[code] for code in parts(rule.standard)]
    for shelter in _shelters(ground):
        units, offered = amount(shelter.get("units")), amount(shelter.get("separation"))
        if not units > 1:
            continue
        asked = _class_of(classes, amount(shelter["capacity"]) / units)
        if not offered >= asked.value:
            remedy = "" if known(offered) else "measure"
            yield _of_shelter(ground, rule, shelter, asked.value, offered, asked.code, remedy)


def _class_of(classes: list[Standard], persons: float) -> Standard:
    """Return the separation asked of units of so many persons; the first where nobody knows.

    The classes end at the number of persons that stands in their code.
    """
    fitting = [one for one in classes if persons <= float(one.code.rsplit("_", 1)[1])]
    return (fitting or classes[-1:] if known(persons) else classes)[0]


def shelter_management(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield shelters with too little land to run them from."""
    limit = ground.limit(rule)
    for shelter in _shelters(ground):
        capacity, offered = amount(shelter["capacity"]), amount(shelter.get("management_area"))
        needed = limit.value * capacity / PER_PERSONS
        if known(needed) and not offered >= needed:
            remedy = "" if known(offered) else "measure"
            yield _of_shelter(ground, rule, shelter, needed, offered, limit.standard, remedy)


def _shelters(ground: Ground) -> list[dict[str, Any]]:
    """Return the open shelters that fit earthquakes, or of which nobody says what they fit."""
    here = rows(ground.refuges[ground.refuges["kind"] == SHELTER])
    return [
        one
        for one in here
        if not known(one["hazards"]) or EARTHQUAKE in str(one["hazards"]).split(";")
    ]


def _of_shelter(
    ground: Ground,
    rule: ContradictionRule,
    shelter: dict[str, Any],
    needed: float,
    offered: float,
    standard: str,
    remedy: str,
) -> Clash:
    name, entry = str(shelter["ground"]), ground.catalogue.standards[standard]
    return Clash(
        name, needed, offered, ground.at_space(name), cited("facilities", [shelter["facility"]]),
        ground.answers(rule, shelter), remedy, entry.unit, standard, entry.rule == "at_least",
        str(shelter["facility"]),
    )  # fmt: skip


def allocation(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield the ground that all open shelters lack for all residents, by the standard."""
    limit, everybody = ground.limit(rule), ground.everybody()
    here = ground.refuges[ground.refuges["kind"] == SHELTER]
    needed = limit.value * everybody.persons
    held = float(here["held"].sum(min_count=len(here))) if len(here) else UNKNOWN
    if everybody.persons and not held >= needed:
        evidence = cited("facilities", here["facility"]) or (("facilities", SHELTER),)
        yield Clash(
            SHELTER, needed, held, everybody, evidence, ground.answers(rule, {}),
            "" if known(held) else "ask", "m2", limit.standard,
        )  # fmt: skip


def group_short(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield groups that reach less ground per head than the standard asks.

    ``offered = area per person x mean over the group of min(1, capacity ratio)``; who is not
    covered reaches nothing, and who is unknown is left out of the mean.
    """
    limit = ground.limit(rule)
    here = ground.refuges[ground.refuges["kind"] == SHELTER]
    told = ground.coverage[ground.coverage["service"] == SHELTER]
    told = told[told["state"] != NOT_TOLD]
    for display, own in told.groupby("display"):
        full = own["capacity_ratio"].astype("float64").clip(upper=1.0)
        share = full.fillna(1.0).where(own["state"] == COVERED, 0.0)
        offered = limit.value * float(share.mean())
        if offered < limit.value:
            yield Clash(
                SHELTER, limit.value, offered, ground.crowd.chosen(own[share < 1.0]),
                cited("facilities", here["facility"]), "", unit=limit.unit,
                standard=limit.standard, subject=str(display), group=str(display),
            )  # fmt: skip


def spacing(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield facilities of a kind that lie farther from the next one than the standard allows.

    It concerns the residents this facility is the nearest to, in a straight line.
    """
    limit, facilities = ground.limit(rule), ground.tables["facilities"]
    kind = rule.where.partition("=")[2]
    open_now = facilities["state"].fillna("open") == "open"
    here = facilities[(facilities["kind"] == kind) & open_now].reset_index(drop=True)
    if len(here) < 2:
        return
    spots = get_coordinates(np.array(list(here["geometry"]), dtype=object))
    tree = cKDTree(spots)
    apart, other = tree.query(spots, k=2)
    doors = get_coordinates(np.array(list(ground.tables["entrances"]["geometry"]), dtype=object))
    nearest = tree.query(doors)[1] if len(doors) else np.empty(0, dtype=np.int64)
    for own, (row, gap, at) in enumerate(zip(rows(here), apart[:, 1], other[:, 1], strict=True)):
        if gap > limit.value:
            pair = [row["facility"], here["facility"].iloc[int(at)]]
            yield Clash(
                str(row["facility"]), limit.value, float(gap),
                ground.crowd.behind(np.flatnonzero(nearest == own)),
                cited("facilities", pair), ground.answers(rule, row), unit=limit.unit,
                standard=limit.standard, least=False,
            )  # fmt: skip


def beyond_radius(ground: Ground, rule: ContradictionRule) -> Iterator[Clash]:
    """Yield kinds of facility whose radius by the standard leaves residents outside.

    A kind of which the layer holds none may be missing on the ground or in the layer: no
    data, until somebody says which.
    """
    doors, facilities = ground.tables["entrances"], ground.tables["facilities"]
    open_now = facilities[facilities["state"].fillna("open") == "open"]
    lived_in = ground.crowd.counts.sum(axis=1) > 0
    for kind, entry in sorted(ground.catalogue.facilities.items()):
        standard = ground.catalogue.standards.get(entry.standard)
        if standard is None or standard.rule != "at_most" or standard.unit != "m":
            continue
        offered = list(open_now.loc[open_now["kind"] == kind, "geometry"])
        if not offered:
            nothing = (("facilities", kind),)
            yield _beyond(kind, standard, UNKNOWN, ground.everybody(), nothing, ground.holder)
            continue
        apart = _apart(doors["geometry"], offered)
        outside = (apart > standard.value) & lived_in
        if outside.any():
            names = doors.loc[outside, "entrance"]
            reached = float(apart[outside].max())
            concerned, evidence = ground.crowd.named(names), cited("entrances", names)
            yield _beyond(kind, standard, reached, concerned, evidence, ground.answers(rule, {}))


def _beyond(
    kind: str,
    standard: Standard,
    offered: float,
    concerned: Concerned,
    evidence: tuple[tuple[str, str], ...],
    responsible: str,
) -> Clash:
    return Clash(
        kind, standard.value, offered, concerned, evidence, responsible,
        "" if known(offered) else "ask", standard.unit, standard.code, least=False,
    )  # fmt: skip


def _apart(doors: pd.Series, offered: list[BaseGeometry]) -> npt.NDArray[np.float64]:
    """Return the straight line from each door to the nearest facility, m."""
    spots = np.array(list(doors), dtype=object)
    _, apart = STRtree(offered).query_nearest(spots, return_distance=True, all_matches=False)
    found: npt.NDArray[np.float64] = apart
    return found
