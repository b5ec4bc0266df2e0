"""Find leftover ground 碎片空间: what no house, way or named space takes, wide enough to use.

Free ground is opened with a disc of the least width, so that every point of a piece lies in
such a disc within free ground; what is larger than a cell is cut along a grid.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from renlin.catalogue.load import Catalogue
from renlin.space.grounds.around import sound

Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]
POLYGON = 3  # type of a polygon in shapely
COLUMNS = ("leftover", "kind", "area", "width", "sun", "eaves_share", "slope", "to_door",
           "entrance", "building", "load", "geometry")  # fmt: skip
FREE_KINDS = ("leftover",)
"""Named spaces that are themselves leftover ground: they stay free to be looked at."""
ROADS = ("road", "bridge")
CARRIES = ("rc_frame", "rc_wall")
SEGMENTS = 8
"""Segments of a quarter circle: a disc is drawn 0.5 per cent too small, never too large."""
GRAIN = 1e-3  # m; coordinates snap to it, so that overlays do not leave slivers
TOUCH = 0.02  # m; a piece is drawn so much smaller, so that rounding never makes it overlap


def leftovers(layers: Mapping[str, gpd.GeoDataFrame], catalogue: Catalogue) -> gpd.GeoDataFrame:
    """Return pieces of leftover ground and flat roofs, largest first.

    Ground counts within ``leftover_reach`` of a house. Ways take their width; one nobody
    measured keeps free what a wide one of its kind needs, so that doubt lists no ground.
    Walls are on no layer and are not seen.

    Parameters
    ----------
    layers
        buildings, walks, spaces, entrances, facilities in metres.

    Returns
    -------
    leftover, kind (ground, roof), area (m2), width (m, diameter of the largest inscribed
    circle), sun (sunny, side, shaded: where the nearest house stands), eaves_share (share of
    it under façades), slope (of the nearest way that has one; NaN), to_door (m, straight),
    entrance, building (nearest), load (of a roof: concrete or unknown), geometry. No piece
    overlaps a house, a way, a named space or another piece.
    """
    buildings = layers["buildings"]
    ground = _pieces(free_ground(layers, catalogue), catalogue)
    roofs = _roofs(buildings, catalogue)
    shapes = [*ground, *roofs["geometry"]]
    kinds = ["ground"] * len(ground) + ["roof"] * len(roofs)
    load = [""] * len(ground) + list(roofs["load"])
    made = gpd.GeoDataFrame({"kind": kinds, "load": load}, geometry=shapes, crs=buildings.crs)
    told = _described(made, layers, catalogue)
    wide = told["width"] >= catalogue.number("leftover_least_width")
    told = told[wide].assign(
        x=lambda t: t.geometry.bounds["minx"], y=lambda t: t.geometry.bounds["miny"]
    )
    ordered = told.sort_values(
        ["kind", "area", "x", "y"], ascending=[True, False, True, True], kind="stable"
    )
    names = [f"{kind}-{n + 1:04d}" for kind, n in zip(
        ordered["kind"], ordered.groupby("kind").cumcount(), strict=True)]  # fmt: skip
    found = ordered.assign(leftover=names)[list(COLUMNS)].reset_index(drop=True)
    return gpd.GeoDataFrame(found, geometry="geometry", crs=buildings.crs)


def free_ground(layers: Mapping[str, gpd.GeoDataFrame], catalogue: Catalogue) -> BaseGeometry:
    """Return the ground near houses that no house, way or named space takes."""
    houses = sound(layers["buildings"]["geometry"])
    if len(houses) == 0:
        return shapely.Polygon()
    near = shapely.union_all(houses.buffer(catalogue.number("leftover_reach")).to_numpy())
    taken = shapely.union_all(_obstacles(layers, houses, catalogue))
    taken = taken.buffer(TOUCH, quad_segs=SEGMENTS)
    return _areas(shapely.difference(near, taken, grid_size=GRAIN))


def _obstacles(
    layers: Mapping[str, gpd.GeoDataFrame], houses: gpd.GeoSeries, catalogue: Catalogue
) -> npt.NDArray[np.object_]:
    walks, spaces = layers["walks"], layers["spaces"]
    wide, other = (catalogue.number(f"unmeasured_{kind}_width") for kind in ("road", "way"))
    usual = np.where(walks["kind"].isin(ROADS), wide, other)
    width = walks["width"].astype("float64").fillna(pd.Series(usual, index=walks.index))
    ways = walks["geometry"].buffer(width.to_numpy() / 2.0, quad_segs=SEGMENTS)
    named = sound(spaces.loc[~spaces["kind"].isin(FREE_KINDS), "geometry"])
    shapes = np.concatenate([houses.to_numpy(), ways.to_numpy(), named.to_numpy()])
    return np.array([_areas(one) for one in shapes if one is not None], dtype=object)


def _areas(shape: BaseGeometry) -> BaseGeometry:
    """Return the polygons of a shape; lines and points that crossings leave behind fall away."""
    parts = [p for p in shapely.get_parts(shape) if p.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(np.array(parts, dtype=object)) if parts else shapely.Polygon()


def opened(free: Shapes, width: float) -> Shapes:
    """Return the parts of free ground that discs of diameter ``width`` inside it cover.

    Parameters
    ----------
    free
        Polygons, shape (n,).
    """
    inner = shapely.buffer(free, -width / 2.0, quad_segs=SEGMENTS)
    grown = shapely.buffer(inner, width / 2.0, quad_segs=SEGMENTS)
    return _polygons(shapely.intersection(grown, free))


def _polygons(shapes: Shapes) -> Shapes:
    """Return the single polygons of shapes; lines and points fall away."""
    parts = shapely.get_parts(shapely.get_parts(shapes))
    kept: Shapes = parts[shapely.get_type_id(parts) == POLYGON]
    return kept


def _pieces(free: BaseGeometry, catalogue: Catalogue) -> list[BaseGeometry]:
    """Return the usable pieces of free ground, cut where they are larger than a cell."""
    width, cell = catalogue.number("leftover_least_width"), catalogue.number("leftover_cell")
    parts = opened(_polygons(np.array([free], dtype=object)), width)
    large = shapely.area(parts) > cell * cell
    lots = [lot for part in parts[large] for lot in _cut(part, cell)]
    cut = opened(_polygons(np.array(lots, dtype=object)), width)
    pieces = np.concatenate([parts[~large], cut])
    kept = pieces[shapely.area(pieces) >= catalogue.number("leftover_least_area")]
    return list(kept)


def _cut(part: BaseGeometry, cell: float) -> list[BaseGeometry]:
    """Return a polygon cut along the lines of a grid anchored at the origin of coordinates."""
    west, south, east, north = part.bounds
    x = np.arange(np.floor(west / cell), np.ceil(east / cell)) * cell
    y = np.arange(np.floor(south / cell), np.ceil(north / cell)) * cell
    across, up = (grid.ravel() for grid in np.meshgrid(x, y))
    cells = shapely.box(across, up, across + cell, up + cell)
    shapely.prepare(part)
    cells = cells[shapely.intersects(part, cells)]
    return list(shapely.intersection(part, cells))


def _roofs(buildings: gpd.GeoDataFrame, catalogue: Catalogue) -> gpd.GeoDataFrame:
    """Return roofs large enough; what one may put on them is unknown unless they are concrete."""
    shapes = sound(buildings["geometry"])
    large = (shapes.area >= catalogue.number("roof_least_area")).to_numpy()
    possible = buildings["structure"].isin(CARRIES) | buildings["structure"].isna()
    possible |= buildings["structure"] == "unknown"
    chosen = large & possible.to_numpy()
    load = np.where(buildings["structure"].isin(CARRIES)[chosen], "concrete", "unknown")
    kept = [_areas(one) for one in shapes[chosen]]
    return gpd.GeoDataFrame({"load": load}, geometry=kept, crs=buildings.crs)


def _described(
    pieces: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame], catalogue: Catalogue
) -> gpd.GeoDataFrame:
    """Return pieces with what matters of them."""
    shapes = pieces.geometry.to_numpy()
    circle = shapely.maximum_inscribed_circle(shapes, tolerance=0.1) if len(shapes) else shapes
    houses = layers["buildings"]
    walls = sound(houses["geometry"])
    house, sun = _sun(pieces, walls)
    doors = layers["entrances"]
    door, apart = _nearest(pieces.geometry, doors.geometry)
    return pieces.assign(
        area=shapely.area(shapes),
        width=2.0 * shapely.length(circle),
        sun=np.where(pieces["kind"] == "roof", "sunny", sun),
        eaves_share=_eaves(pieces, walls, catalogue.number("eaves_depth")),
        slope=_slopes(pieces, layers["walks"]),
        to_door=apart,
        entrance=_named(doors["entrance"], door),
        building=_named(houses["building"], house),
    )


def _nearest(shapes: gpd.GeoSeries, others: gpd.GeoSeries) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return row and distance of the nearest of ``others``; -1 and NaN where there is none."""
    rows, apart = np.full(len(shapes), -1), np.full(len(shapes), np.nan)
    if len(others) == 0 or len(shapes) == 0:
        return rows, apart
    (own, hit), metres = others.sindex.nearest(shapes, return_all=False, return_distance=True)
    rows[own], apart[own] = hit, metres
    return rows, apart


def _named(names: pd.Series, rows: npt.NDArray[np.int64]) -> list[str | None]:
    listed = names.astype(str).tolist()
    return [listed[row] if row >= 0 else None for row in rows]


def _sun(
    pieces: gpd.GeoDataFrame, walls: gpd.GeoSeries
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.str_]]:
    """Return the nearest house, and whether the piece lies on its side towards the sun.

    The sun stands in the south north of the equator, and in the north south of it; a piece
    within 45 degrees of that direction from the nearest wall is sunny, opposite is shaded.
    """
    house, _ = _nearest(pieces.geometry, walls)
    side = np.full(len(pieces), "unknown", dtype="U8")
    there = house >= 0
    if not there.any():
        return house, side
    middle = shapely.point_on_surface(pieces.geometry.to_numpy()[there])
    lines = shapely.shortest_line(walls.to_numpy()[house[there]], middle)
    start, end = shapely.get_point(lines, 0), shapely.get_point(lines, 1)
    east, north = (
        shapely.get_x(end) - shapely.get_x(start),
        shapely.get_y(end) - shapely.get_y(start),
    )
    towards = -north * _hemisphere(pieces)
    said = np.where(
        towards >= np.abs(east), "sunny", np.where(-towards >= np.abs(east), "shaded", "side")
    )
    side[there] = said
    return house, side


def _hemisphere(pieces: gpd.GeoDataFrame) -> float:
    if pieces.crs is None:
        return 1.0
    centre = gpd.GeoSeries([shapely.Point(*_middle(pieces))], crs=pieces.crs).to_crs(4326)
    return 1.0 if float(centre.y.iloc[0]) >= 0 else -1.0


def _middle(pieces: gpd.GeoDataFrame) -> tuple[float, float]:
    west, south, east, north = pieces.total_bounds
    return (west + east) / 2, (south + north) / 2


def _eaves(pieces: gpd.GeoDataFrame, walls: gpd.GeoSeries, depth: float) -> Floats:
    """Return the share of every piece of ground that lies under façades; 0 for roofs."""
    shapes, share = pieces.geometry.to_numpy(), np.zeros(len(pieces))
    row, hit = walls.sindex.query(shapes, predicate="dwithin", distance=depth)
    for one in np.unique(row):
        if pieces["kind"].iloc[one] == "roof":
            continue
        near = shapely.union_all(shapely.buffer(walls.to_numpy()[hit[row == one]], depth))
        share[one] = shapely.area(shapely.intersection(shapes[one], near)) / shapes[one].area
    return share


def _slopes(pieces: gpd.GeoDataFrame, walks: gpd.GeoDataFrame) -> Floats:
    """Return the slope of the nearest way with one; NaN for roofs and where none is known."""
    known = walks[walks["slope"].notna()]
    row, _ = _nearest(pieces.geometry, known.geometry)
    steep = np.append(known["slope"].astype("float64").abs().to_numpy(), np.nan)[row]
    return np.where(pieces["kind"] == "roof", np.nan, steep)
