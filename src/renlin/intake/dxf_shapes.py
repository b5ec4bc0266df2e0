"""Turn the entities of a drawing into areas, lines and points in metres."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from renlin.errors import Said
from renlin.intake.shapes import areas_of

WRITING = ("TEXT", "MTEXT")
_PATHS = ("LWPOLYLINE", "POLYLINE", "LINE", "ARC", "CIRCLE", "ELLIPSE", "SPLINE")
_FILLED = ("HATCH", "MPOLYGON")
_CORNERED = ("SOLID", "TRACE", "3DFACE")
_SAG = 0.05  # m: greatest distance of a chord from its arc; finer than any survey of ways
_CLOSED = 0.01  # m: ends nearer than this close an outline


class Unusable(Exception):
    """An entity that gives no shape of the kind asked for; ``why`` says so."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.why = Said(zh, en)


def shape_of(entity: Any, unit: float, kind: str | None) -> BaseGeometry:
    """Return the shape of an entity in metres.

    Closed lines and hatches are areas, other lines ways, blocks and points points. A
    closed line is a ring where lines are asked for.

    Parameters
    ----------
    unit
        Metres per drawing unit.
    kind
        ``polygon``, ``line`` or ``point``; None takes what the entity is.

    Raises
    ------
    Unusable
        When it has none, is broken, or is of another kind.
    """
    from ezdxf.lldxf.const import DXFError

    try:
        shape = _drawn(entity, unit)
    except (
        DXFError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        ZeroDivisionError,
    ) as error:
        raise Unusable(f"画坏了（{error}）", f"broken ({error})") from error
    if shape is None or shape.is_empty:
        raise Unusable("没有图形", "it has no shape")
    return _of_kind(shape, kind)


def _drawn(entity: Any, unit: float) -> BaseGeometry | None:
    sort = entity.dxftype()
    if sort in _PATHS:
        return _traced(_vertices(entity, unit), closed=_is_closed(entity))
    if sort in _FILLED:
        return _hatched(entity, unit)
    if sort in _CORNERED:
        return _cornered(entity, unit)
    if sort == "INSERT":
        return _scaled_point(entity.dxf.insert, unit)
    if sort == "POINT":
        return _scaled_point(entity.dxf.location, unit)
    raise Unusable(f"不读 {sort}", f"{sort} is not read")


def _vertices(entity: Any, unit: float) -> list[tuple[float, float]]:
    """Return the corners of a line in metres, arcs and curves by chords."""
    from ezdxf.path import make_path

    if entity.dxftype() == "POLYLINE" and not (entity.is_2d_polyline or entity.is_3d_polyline):
        raise Unusable("不读网格面", "a mesh is not read")
    path = make_path(entity)
    return [(v.x * unit, v.y * unit) for v in path.flattening(_SAG / unit)]


def _is_closed(entity: Any) -> bool:
    if entity.dxftype() in ("LWPOLYLINE", "POLYLINE"):
        return bool(entity.is_closed if entity.dxftype() == "POLYLINE" else entity.closed)
    return bool(entity.dxftype() == "CIRCLE")


def _traced(places: Sequence[tuple[float, float]], *, closed: bool) -> BaseGeometry | None:
    """Return a line through places, or the area it runs around when its ends meet."""
    distinct = list(dict.fromkeys(places))
    if len(distinct) < 2:
        return None
    meets = len(distinct) > 2 and Point(places[0]).distance(Point(places[-1])) <= _CLOSED
    if (closed or meets) and len(distinct) > 2:
        return Polygon(distinct if not meets or places[0] == places[-1] else distinct[:-1])
    return LineString(places)


def _hatched(entity: Any, unit: float) -> BaseGeometry | None:
    """Return the area of a hatch: what lies inside an odd number of its boundaries."""
    from ezdxf.path import from_hatch

    whole: BaseGeometry = Polygon()
    for path in from_hatch(entity):
        places = [(v.x * unit, v.y * unit) for v in path.flattening(_SAG / unit)]
        if len(dict.fromkeys(places)) > 2:
            whole = shapely.symmetric_difference(whole, shapely.make_valid(Polygon(places)))
    return areas_of(whole)


def _cornered(entity: Any, unit: float) -> BaseGeometry | None:
    """Return the area of a solid, whose last two corners come crosswise."""
    corners = list(entity.wcs_vertices())
    return _traced([(v.x * unit, v.y * unit) for v in corners], closed=True)


def _scaled_point(at: Any, unit: float) -> Point:
    return Point(at.x * unit, at.y * unit)


def _of_kind(shape: BaseGeometry, kind: str | None) -> BaseGeometry:
    """Return a shape as the kind asked for.

    Raises
    ------
    Unusable
        When it is another kind.
    """
    flat = isinstance(shape, LineString)
    if kind == "polygon" and flat:
        raise Unusable("线没有闭合", "a line that is not closed")
    if kind == "line" and isinstance(shape, Polygon):
        return LineString(shape.exterior.coords)
    if (kind == "polygon" and isinstance(shape, Point)) or (kind == "line" and not flat):
        raise Unusable(
            f"不是要的图形（{shape.geom_type}）", f"another kind of shape ({shape.geom_type})"
        )
    if kind == "point" and flat:
        raise Unusable("是线，不是点", "a line and no point")
    return shape
