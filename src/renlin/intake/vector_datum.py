"""Bring the shapes of a vector layer to WGS-84, and test what was declared about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from renlin.errors import DataFault, Fault, Said
from renlin.intake.datum import datum_code, to_wgs84
from renlin.intake.datum_judgement import (
    LEAST_POINTS,
    DatumJudgement,
    axes_exchanged,
    judge_datum,
)
from renlin.intake.extent import LONLAT
from renlin.intake.vector_shapes import KINDS

Floats = npt.NDArray[np.float64]
Shapes = Sequence[BaseGeometry | None]
TESTED = ("buildings", "spaces", "walks", "entrances", "gates")
"""Tables whose objects lie on things of the base map; a facility may lie anywhere."""
_SPACING = 5.0  # m between points taken along lines and outlines of the base map
_POLE, _DATE_LINE = 90.0, 180.0  # degrees


def in_degrees(raw: gpd.GeoDataFrame, datum: str, place: str) -> list[BaseGeometry | None]:
    """Return the shapes in longitude and latitude of their own datum.

    Raises
    ------
    DataFault
        When the system of the file is not stated and cannot be that of the datum, or both
        contradict.
    """
    code = datum_code(datum, place=place)
    shapes = raw.geometry
    if code.startswith("epsg:"):
        if raw.crs is not None and raw.crs.is_projected and raw.crs.to_epsg() != int(code[5:]):
            raise DataFault(_contradicts(place, code, raw.crs.to_string()))
        return list(shapes.set_crs(code.upper(), allow_override=True).to_crs(LONLAT))
    if raw.crs is not None and not raw.crs.is_geographic:
        return list(shapes.to_crs(LONLAT))
    if raw.crs is None and np.abs(np.nan_to_num(raw.total_bounds)).max() > _DATE_LINE:
        raise DataFault(_no_system(place))
    return list(shapes)


def in_wgs84(shapes: Shapes, datum: str) -> list[BaseGeometry | None]:
    """Return shapes in WGS-84 degrees; those that came from a projected system are there."""
    code = datum_code(datum, place="")
    if code.startswith("epsg:") or code in ("wgs84", "cgcs2000"):
        return list(shapes)
    return [
        shapely.transform(shapely.force_2d(shape), lambda c: to_wgs84(c, code))
        if _usable(shape)
        else shape
        for shape in shapes
    ]


def exchanged(shapes: Shapes, base: Floats, place: str) -> list[Fault]:
    """Return a fault for every object that gives latitude before longitude.

    Such an object lies beyond a pole as it stands, or far from the base map as it stands
    and on it when exchanged.
    """
    faults = []
    for number, shape in enumerate(shapes, start=1):
        if shape is None or not _usable(shape):
            continue
        places = shapely.get_coordinates(shape)
        beyond = bool((np.abs(places[:, 1]) > _POLE).any())
        if beyond or (len(base) and axes_exchanged(places, base)):
            faults.append(
                Fault(
                    place,
                    Said("经度在前、纬度在后", "longitude before latitude"),
                    Said("纬度在前", "latitude first"),
                    Said("交换这个对象的两个坐标。", "Exchange the two coordinates of the object."),
                    number,
                    "geometry",
                )
            )
    return faults


def judged(
    shapes: Shapes, table: str, base: Floats, datum: str, place: str
) -> DatumJudgement | None:
    """Return the judgement on the declared datum, None where it cannot be tested.

    Raises
    ------
    DataFault
        When the declared datum is not clearly the best, or the layer mixes two.
    """
    points = _places([shape for shape in shapes if shape is not None and _usable(shape)])
    if table not in TESTED or min(len(base), len(points)) < LEAST_POINTS:
        return None
    code = datum_code(datum, place=place)
    declared = "wgs84" if code.startswith("epsg:") else code
    return judge_datum(points, base, declared, place=place)


def base_points(table: str, base: Mapping[str, gpd.GeoDataFrame]) -> Floats:
    """Return where objects of ``table`` may lie on the base map, WGS-84 degrees, shape (n, 2).

    Areas are measured against the centres of the base map's areas of that table; doors
    against the outlines of its buildings; gates and ways against its ways.
    """
    other = {"entrances": "buildings", "gates": "walks"}.get(table, table)
    frame = base.get(other)
    if frame is None or not len(frame):
        return np.empty((0, 2))
    if KINDS[table] == "polygon":
        shapes = shapely.centroid(frame.geometry.to_numpy())
    else:
        lines = frame.geometry.to_numpy()
        lines = shapely.boundary(lines) if other == "buildings" else lines
        shapes = shapely.points(shapely.get_coordinates(shapely.segmentize(lines, _SPACING)))
    degrees = gpd.GeoSeries(shapes, crs=frame.crs).to_crs(LONLAT)
    found: Floats = shapely.get_coordinates(degrees.to_numpy())
    return found


def _usable(shape: BaseGeometry | None) -> bool:
    return (
        shape is not None
        and not shape.is_empty
        and bool(np.isfinite(shapely.get_coordinates(shape)).all())
    )


def _places(shapes: Sequence[BaseGeometry]) -> Floats:
    """Return one place per shape: the centre of areas, the middle of lines."""
    spots = [
        shape.interpolate(0.5, normalized=True) if "Line" in shape.geom_type else shape.centroid
        for shape in shapes
    ]
    found: Floats = shapely.get_coordinates(spots)
    return found


def _contradicts(place: str, code: str, system: str) -> Fault:
    return Fault(
        place,
        Said(f"{code}（映射文件所写）", f"{code}, as the mapping file says"),
        Said(f"{system}（文件所写）", f"{system}, as the file says"),
        Said("问清楚来源，改正其中一个。", "Ask the source and correct one of them."),
        None,
        "datum",
    )


def _no_system(place: str) -> Fault:
    return Fault(
        place,
        Said("写明坐标系的图层", "a layer that states its coordinate system"),
        Said("没有坐标系，数值像是米", "no system, and numbers that look like metres"),
        Said('在映射文件里写 datum = "epsg:45xx"。', 'Write datum = "epsg:45xx" in the mapping.'),
        None,
        "datum",
    )
