"""Read the maps: units of display, their classes, points by unit, who is where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from renlin.report.book import Book
from renlin.report.maps.classes import Classes, classify
from renlin.report.maps.frame import Frame, frame_around
from renlin.report.maps.units import Units, display_units
from renlin.report.spacing import spaced
from renlin.report.svg import Point

HALF = 2 / 3
"""Share of the points on one side from which a title says 多在南边. Assumption."""
SAFE = ("shelter", "assembly_point")


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
    """

    units: Units
    classes: Classes
    points: pd.DataFrame
    service: str


def atlas(book: Book) -> Atlas | None:
    """Return what the maps are drawn from, None when space was not assessed."""
    hazard, coverage = book.find("space.hazard"), book.rows("space.coverage")
    if hazard is None or len(coverage) == 0:
        return None
    units = display_units(book.community, book.reader)
    services = [*book.community.policy.services, *sorted(set(coverage["service"]))]
    service = next(s for s in services if s in set(coverage["service"]))
    of_service = coverage[coverage["service"] == service]
    share = book.community.policy.risk_percentile
    classes = classify(units, hazard.table, of_service, share)
    return Atlas(units, classes, _points(book, units), service)


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
    doors = book.community["entrances"].set_index("entrance")
    buildings = book.community["buildings"].set_index("building")["name"]
    told = []
    chosen = doors.loc[[e for e in entrances if e in doors.index]]
    for building, own in chosen.groupby("building", sort=False):
        names = [str(n) for n in own["name"]]
        told.append(_unit_names(book, spaced(str(buildings.get(building, building))), names))
    return book.language.list(told) if told else ""


def _unit_names(book: Book, building: str, names: list[str]) -> str:
    short = [n.removesuffix("单元").strip() for n in names]
    if book.language.code == "zh":
        return spaced(f"{building} {'、'.join(short)} 单元")
    return f"{building} unit {', '.join(short)}"


def of_unit(units: Units, unit: str) -> list[str]:
    """Return the entrances of a unit of display."""
    return [str(e) for e in units.of.index[units.of == unit]]


def window(book: Book, size: Point) -> Frame:
    """Return the frame around everything lived in, with its gates and safe places."""
    place = book.community
    with_doors = set(place["entrances"]["building"])
    shapes = list(
        place["buildings"].loc[place["buildings"]["building"].isin(with_doors), "geometry"]
    )
    frame = frame_around(shapes or list(place["entrances"]["geometry"]), size)
    near = [
        g for name in ("gates", "spaces", "facilities")
        for g in place[name]["geometry"]
        if _near(frame, g.centroid.x, g.centroid.y)
    ]  # fmt: skip
    return frame_around([*shapes, *near], size) if near else frame


def _near(frame: Frame, x: float, y: float) -> bool:
    """Return whether a place lies within a third of a frame of what is lived in."""
    px, py = frame.at(x, y)
    wide, high = frame.size
    return -wide / 3 <= px <= wide * 4 / 3 and -high / 3 <= py <= high * 4 / 3


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
