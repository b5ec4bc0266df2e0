"""Read the maps: units of display, their classes, points by unit, who is where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.maps.classes import Classes, Rule, classify
from renlin.report.maps.frame import Frame, frame_around
from renlin.report.maps.units import Units, display_units
from renlin.report.readings import naming
from renlin.report.svg import Point
from renlin.report.tables import rows_of

SPARE = 0.08
"""Share of the frame by which it grows for a gate or a place beside the homes."""
MOST_BUILDINGS = 2
"""Buildings named of a unit that was merged from more."""
HALF = 2 / 3
"""Share of the points on one side from which a title says 多在南边. Assumption."""


@dataclass(frozen=True)
class Atlas:
    """Everything the map pages share.

    Attributes
    ----------
    units, classes
        Units of display and their classes of risk and coverage of ``service``.
    points
        One row per unit that holds points: number, unit, where, persons, cause, fix …
    service
        The service the coverage is of.
    says
        Unit -> its words on hover.
    """

    units: Units
    classes: Classes
    points: pd.DataFrame
    service: str
    says: Mapping[str, str]


def atlas(book: Book) -> Atlas | None:
    """Return what the maps are drawn from, None when space was not assessed."""
    hazard, coverage = book.find("space.hazard"), book.rows("space.coverage")
    if hazard is None or len(coverage) == 0:
        return None
    units = display_units(book.community, book.reader)
    service = services(book)[0]
    of_service = coverage[coverage["service"] == service]
    classes = classify(units, hazard.table, of_service, rule_of(book))
    return Atlas(units, classes, _points(book, units), service, hover(book, units, classes))


def services(book: Book) -> list[str]:
    """Return the services whose coverage was found, in the order of the policy."""
    found = set(book.rows("space.coverage")["service"].unique())
    ordered = dict.fromkeys([*book.community.policy.services, *sorted(found)])
    return [service for service in ordered if service in found]


def rule_of(book: Book) -> Rule:
    """Return the value choices behind the classes of the maps."""
    displays = book.community.catalogue.displays
    first = tuple(code for code, entry in displays.items() if entry.vulnerable)
    return Rule(book.community.policy.risk_percentile, first)


def _points(book: Book, units: Units) -> pd.DataFrame:
    """Return the points by unit of display: summed where units were merged, ties kept."""
    table = book.rows("space.points")
    if len(table) == 0:
        return pd.DataFrame(columns=["unit", "number"])
    plain = pd.DataFrame(table.drop(columns="geometry"))
    plain["unit"] = plain["entrance"].map(units.of)
    plain = plain.dropna(subset=["unit"]).sort_values(["rank", "point"], kind="stable")
    counts = [c for c in ("persons", "unserved_vulnerable", "tier1", "tier2") if c in plain]
    first = plain.drop_duplicates("unit").set_index("unit")
    summed = plain.groupby("unit")[counts].sum()
    first[counts] = summed
    first["stable"] = plain.groupby("unit")["stable"].all()
    first["entrances"] = plain.groupby("unit")["entrance"].agg(list)
    first = first.sort_values(["rank", "point"], kind="stable").reset_index()
    first["number"] = range(1, len(first) + 1)
    first["rank"] = first["rank"].rank(method="min").astype(int)
    return first


def where(book: Book, entrances: list[str]) -> str:
    """Return the name of one or more stairwells: 14 号楼 1、2 单元."""
    by_building: dict[str, list[str]] = {}
    for entrance in entrances:
        if entrance in book.doors:
            building, name = book.doors[entrance]
            by_building.setdefault(building, []).append(name)
    told = [_unit_names(book, building, names) for building, names in by_building.items()]
    return naming.some(book, told, MOST_BUILDINGS, "and_more_places")


def _unit_names(book: Book, building: str, names: list[str]) -> str:
    short = [n.removesuffix("单元").strip() for n in names]
    if book.language.code == "zh":
        return book.language.set(f"{building} {'、'.join(short)} 单元")
    return f"{building} unit {', '.join(short)}"


def hover(book: Book, units: Units, classes: Classes) -> dict[str, str]:
    """Return unit -> its words on hover: where, how many, risk, share out of reach."""
    word, code = book.language.word("unit_says"), book.language.code
    made = {}
    for row in rows_of(classes.table.reset_index(names="unit")):
        unit = str(row["unit"])
        risk, out = row["risk"], row["out_share"]
        told = out_words(book, float(row["persons"]) * (1 - float(row["unknown_share"])), out)
        made[unit] = word.format(
            place=where(book, of_unit(units, unit)),
            n=numbers.persons(float(row["persons"]), code),
            risk=risk_words(risk),
            out=told,
        )
    return made


def risk_words(risk: Any) -> str:
    """Return the risk of a place as every map writes it; ``?`` where it is not known."""
    return numbers.harm(float(risk)) if numbers.known(risk) else "?"


def out_words(book: Book, n: float, share: Any) -> str:
    """Return the share of ``n`` people who are out of reach; of a few only that they are few."""
    if not numbers.known(share):
        return "?"
    if share > 0 and not book.reader.sees(n * float(share)):
        return book.language.word("fewer_than_k").format(k=book.reader.k_persons)
    return numbers.percent(float(share))


def of_unit(units: Units, unit: str) -> list[str]:
    """Return the entrances of a unit of display."""
    return units.doors.get(unit, [])


def window(book: Book, size: Point) -> Frame:
    """Return the frame around everything lived in, with the gates and places close by.

    A safe place farther off is pointed at from the edge and does not shrink the map.
    """
    place = book.community
    with_doors = set(place["entrances"]["building"])
    lived = place["buildings"]["building"].isin(with_doors)
    shapes = list(place["buildings"].loc[lived, "geometry"])
    frame = frame_around(shapes or list(place["entrances"]["geometry"]), size)
    near = [
        shape
        for name in ("gates", "spaces", "facilities")
        for shape in place[name]["geometry"]
        if frame.reaches(shape, SPARE)
    ]
    return frame_around([*shapes, *near], size) if near else frame


def side(units: list[str], shapes: Units) -> str:
    """Return the side most of these units lie on, empty when on no side."""
    if len(units) < 3:
        return ""
    everybody = np.array([shapes.shapes[u].centroid.coords[0] for u in sorted(shapes.shapes)])
    chosen = np.array([shapes.shapes[u].centroid.coords[0] for u in units if u in shapes.shapes])
    if len(chosen) == 0:
        return ""
    middle = np.median(everybody, axis=0)
    spread = everybody.max(axis=0) - everybody.min(axis=0)
    off = (chosen - middle) / np.where(spread > 0, spread, 1.0)
    shares = {
        "east": float((off[:, 0] > 0).mean()), "west": float((off[:, 0] < 0).mean()),
        "north": float((off[:, 1] > 0).mean()), "south": float((off[:, 1] < 0).mean()),
    }  # fmt: skip
    best = max(sorted(shares), key=lambda name: shares[name])
    return best if shares[best] >= HALF else ""
