"""Tell where people may live on a map, and put doors where the map shows none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import LineString, Point, Polygon

from renlin.catalogue.load import Catalogue
from renlin.intake.lodging import HOME_COLUMNS

LIVED_IN = ("dwelling", "mixed")
_NEARLY = 0.8  # sides at least this share of the longest count as long: a square has four
_DIGITS = 3  # decimals of a metre, as the map's own nodes


def dwelling_buildings(
    buildings: gpd.GeoDataFrame, grounds: gpd.GeoDataFrame, catalogue: Catalogue, *, kind: str
) -> pd.DataFrame:
    """Return the buildings people live in, or may be taken to live in.

    A building tagged as dwelling or mixed is lived in. One of unknown use is assumed to be
    when it is no shed and the smallest ground around it is not one on which nobody lives.

    Parameters
    ----------
    grounds
        Areas with ``lived`` true or false.
    kind
        Community kind, whose typical storeys stand in where neither storeys nor height are
        known.

    Returns
    -------
    building, assumed (its use), floors (used for lodging), floors_assumed, footprint (m2),
    sorted by building.
    """
    use = buildings["use"].to_numpy(object)
    footprint = shapely.area(buildings.geometry.to_numpy())
    known = np.isin(use.astype(str), LIVED_IN)
    unknown = np.array([pd.isna(word) or word == "unknown" for word in use], dtype=bool)
    big = footprint >= catalogue.number("dwelling_footprint_least")
    assumed = unknown & big & ~_unlived(buildings, grounds)
    floors, guessed = _floors(buildings, catalogue, kind)
    found = pd.DataFrame(
        {
            "building": buildings["building"].astype(str).to_numpy(),
            "use": use,
            "assumed": assumed,
            "floors": floors,
            "floors_assumed": guessed,
            "footprint": footprint,
        }
    )
    homes: pd.DataFrame = found[known | assumed].sort_values("building", ignore_index=True)
    return homes


def inferred_doors(
    homes: pd.DataFrame,
    buildings: gpd.GeoDataFrame,
    entrances: pd.DataFrame,
    walks: gpd.GeoDataFrame,
    catalogue: Catalogue,
    *,
    kind: str,
) -> list[dict[str, Any]]:
    """Return street doors for lived-in buildings that have none, marked ``inferred``.

    They stand evenly along the long side of the footprint that is nearest to a street,
    one per ``unit_facade_*`` metres of that side.

    Assumption: old slabs have their stairwells in a row on the side of the lane.
    """
    supplied = set(entrances["building"].dropna().astype(str))
    shapes = dict(zip(buildings["building"].astype(str), buildings.geometry, strict=True))
    streets = _streets(walks)
    facade = catalogue.number(f"unit_facade_{kind}")
    rows: list[dict[str, Any]] = []
    for building in homes["building"]:
        if building not in supplied:
            doors = doors_of(shapes[building], streets, facade=facade)
            rows.extend(_door(building, n, at) for n, at in enumerate(doors, start=1))
    return rows


def doors_of(footprint: Polygon, streets: shapely.STRtree | None, *, facade: float) -> list[Point]:
    """Return the places of the doors of one footprint, in order from west to east.

    Parameters
    ----------
    streets
        Tree of street lines; None when there are none.
    facade
        Length of side per door, m.
    """
    side = _street_side(footprint, streets)
    n = max(1, round(side.length / facade))
    edge = shapely.boundary(footprint)
    doors = []
    for k in range(n):
        spot = side.interpolate((k + 0.5) / n, normalized=True)
        on_edge = shapely.line_interpolate_point(edge, shapely.line_locate_point(edge, spot))
        doors.append(Point(round(on_edge.x, _DIGITS), round(on_edge.y, _DIGITS)))
    return sorted(set(doors), key=lambda point: (point.x, point.y))


def landings(homes: pd.DataFrame, entrances: pd.DataFrame) -> pd.DataFrame:
    """Return every landing with homes: columns of ``lodging.HOME_COLUMNS``.

    The floor area of a building is its footprint times its storeys, shared evenly among
    its units; on the ground floor of a mixed building nobody lives.
    """
    units = entrances.groupby(entrances["building"].astype(str))["entrance"].apply(list)
    rows = []
    for home in homes.to_dict("records"):
        doors: Sequence[str] = sorted(units.get(home["building"], []))
        lowest = 2 if home["use"] == "mixed" and home["floors"] > 1 else 1
        for floor in range(lowest, int(home["floors"]) + 1):
            for door in doors:
                area = home["footprint"] / len(doors)
                rows.append((home["building"], door, floor, area, bool(home["floors_assumed"])))
    return pd.DataFrame(rows, columns=list(HOME_COLUMNS))


def _floors(
    buildings: gpd.GeoDataFrame, catalogue: Catalogue, kind: str
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], np.ndarray[Any, np.dtype[np.bool_]]]:
    """Return the storeys used for lodging, and whether they are no surveyed number."""
    known = pd.to_numeric(buildings["floors"], errors="coerce").to_numpy(dtype=float)
    height = pd.to_numeric(buildings["height"], errors="coerce").to_numpy(dtype=float)
    by_height = np.maximum(np.round(height / catalogue.number("storey_height")), 1.0)
    typical = catalogue.number(f"floors_typical_{kind}")
    floors = np.where(np.isfinite(known), known, np.where(np.isfinite(height), by_height, typical))
    return floors.astype(np.int64), ~np.isfinite(known)


def _unlived(
    buildings: gpd.GeoDataFrame, grounds: gpd.GeoDataFrame
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return the buildings whose smallest surrounding ground is one nobody lives on."""
    unlived = np.zeros(len(buildings), dtype=bool)
    if not len(grounds):
        return unlived
    order = np.argsort(shapely.area(grounds.geometry.to_numpy()), kind="stable")
    shapes = grounds.geometry.to_numpy()[order]
    lived = grounds["lived"].to_numpy(dtype=bool)[order]
    inside = shapely.point_on_surface(buildings.geometry.to_numpy())
    which, ground = shapely.STRtree(shapes).query(inside, predicate="within")
    smallest: Mapping[int, int] = {int(b): int(ground[which == b].min()) for b in np.unique(which)}
    for building, spot in smallest.items():
        unlived[building] = not lived[spot]
    return unlived


def _streets(walks: gpd.GeoDataFrame) -> shapely.STRtree | None:
    """Return the drawn lines on the ground as a tree."""
    if not len(walks):
        return None
    level = pd.to_numeric(walks["level"], errors="coerce").fillna(0.0).to_numpy()
    drawn = ~walks["inferred"].fillna(False).to_numpy(dtype=bool)
    lines = walks.geometry.to_numpy()[(level == 0.0) & drawn]
    return shapely.STRtree(lines) if len(lines) else None


def _street_side(footprint: Polygon, streets: shapely.STRtree | None) -> LineString:
    """Return the long side of the smallest rectangle around a footprint that faces a street."""
    box = shapely.minimum_rotated_rectangle(footprint)
    corners = list(shapely.get_coordinates(box))[:4]
    pairs = zip(corners, [*corners[1:], corners[0]], strict=True)
    sides = [LineString(pair) for pair in pairs]
    longest = max(side.length for side in sides)
    long = [side for side in sides if side.length >= _NEARLY * longest]
    if streets is None:
        return min(long, key=lambda side: tuple(side.centroid.coords[0]))

    def away(side: LineString) -> tuple[float, float, float]:
        middle = side.interpolate(0.5, normalized=True)
        nearest = streets.geometries[streets.nearest(middle)]
        return (round(float(shapely.distance(middle, nearest)), _DIGITS), middle.x, middle.y)

    return min(long, key=away)


def _door(building: str, n: int, at: Point) -> dict[str, Any]:
    return {
        "entrance": f"{building}-{n}",
        "building": building,
        "name": f"{n}单元",
        "inferred": True,
        "geometry": at,
    }
