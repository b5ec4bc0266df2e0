"""Give the ground of the map as layers: open spaces, ways, other buildings, names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely import MultiLineString, MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from renlin.report.book import Book
from renlin.report.maps.ground import GREEN, LANES, ROADS, SAFE, each, half_height, is_locked
from renlin.report.openmap.layer import Layer, Row, layer
from renlin.space.access.reach import INDOORS


def space_layer(book: Book) -> Layer:
    """Return the open spaces: safe, green or other."""
    place = book.community
    facilities = place["facilities"]
    safe = set(facilities.loc[facilities["kind"].isin(SAFE), "space"].dropna())
    rows = [
        (row.geometry, {"space": str(row.space), "place": book.language.set(str(row.name)),
                        "kind": "safe" if row.space in safe else
                        "green" if row.kind in GREEN else "open"})
        for row in each(place["spaces"])
    ]  # fmt: skip
    return layer("spaces", rows, place.settings.crs)


def way_layer(book: Book) -> Layer:
    """Return the ways drawn on the map, by how wide they are shown; one feature for each."""
    walks = book.community["walks"]
    width = np.select([walks["kind"].isin(ROADS), walks["kind"].isin(LANES)], ["road", "lane"], "")
    rows = []
    for kind in ("road", "lane", ""):
        parts = parts_of(walks["geometry"][width == kind], "LineString")
        if parts:
            rows.append((MultiLineString(parts), {"kind": kind or "path"}))
    return layer("ways", rows, book.community.settings.crs)


def plain_layer(book: Book) -> Layer:
    """Return the outlines of buildings nobody enters in the data, as one feature."""
    place = book.community
    lived = set(place["entrances"]["building"])
    shapes = place["buildings"].loc[~place["buildings"]["building"].isin(lived), "geometry"]
    parts = parts_of(shapes, "Polygon")
    return layer("plain", [(MultiPolygon(parts), {})] if parts else [], place.settings.crs)


def name_layer(book: Book) -> Layer:
    """Return the names on the map, the most needed first."""
    return layer("names", _names(book), book.community.settings.crs)


def _names(book: Book) -> Iterator[tuple[BaseGeometry, Row]]:
    place, lived = book.community, set(book.community["entrances"]["building"])
    for row in each(place["buildings"]):
        if row.building in lived:
            yield _above(row.geometry), _name(book, row.name, "building")
    for row in each(place["spaces"]):
        yield row.geometry.representative_point(), _name(book, row.name, "space")


def _above(shape: BaseGeometry) -> Point:
    """Return the middle of the north side of a building: its name stands there."""
    west, south, east, north = shape.bounds
    return Point((west + east) / 2, (south + north) / 2 + half_height(shape))


def _name(book: Book, name: Any, kind: str) -> dict[str, str]:
    return {"place": book.language.set(str(name)), "kind": kind}


def gate_layer(book: Book) -> Layer:
    """Return the gates: open, or locked at some hours."""
    rows = [
        (row.geometry, {"place": book.language.set(str(row.name)),
                        "kind": "locked" if is_locked(row) else "open",
                        "says": _hours(book, row)})
        for row in each(book.community["gates"])
    ]  # fmt: skip
    return layer("gates", rows, book.community.settings.crs)


def _hours(book: Book, row: Any) -> str:
    word = book.language.word
    hours = row.open_hours
    if isinstance(hours, str) and hours not in ("", "00:00-24:00"):
        return word("legend_locked").format(hours=hours.replace("-", "–"))
    return word("legend_locked_some") if is_locked(row) else ""


def inferred_layer(book: Book) -> Layer:
    """Return the links outdoors that a rule joined and nobody drew, as one feature."""
    links = book.community.network.links
    chosen = links["inferred"].astype(bool) & ~links["kind"].isin(INDOORS) & (links["length"] > 0)
    lines = parts_of(links.loc[chosen, "geometry"], "LineString")
    rows = [(MultiLineString(lines), {"links": int(chosen.sum())})] if lines else []
    return layer("inferred", rows, book.community.settings.crs)


def parts_of(shapes: pd.Series, kind: str) -> list[Any]:
    """Return the single parts of one kind of some shapes, empty ones left out."""
    given = np.array([shape for shape in shapes if shape is not None], dtype=object)
    return [p for p in shapely.get_parts(given) if p.geom_type == kind and not p.is_empty]
