"""Check the shapes of a layer one by one: what can be used, what is mended, what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from renlin.errors import Fault, Said
from renlin.intake.shapes import mended

KINDS = {
    "buildings": "polygon",
    "spaces": "polygon",
    "walks": "line",
    "entrances": "point",
    "gates": "point",
    "facilities": "point",
    "ways_in": "point",
}
_WORDS = {
    "polygon": Said("面", "an area"),
    "line": Said("线", "a line"),
    "point": Said("点", "a point"),
}


@dataclass
class Checked:
    """Shapes fit for a table.

    Attributes
    ----------
    parts
        Feature -> its shapes: one, or several for a line of several parts; none when refused.
    faults
        Why a feature is refused.
    notes
        Feature -> what was changed.
    """

    parts: list[list[BaseGeometry]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: dict[int, Said] = field(default_factory=dict)


def checked_shapes(
    shapes: Sequence[BaseGeometry | None],
    table: str,
    *,
    place: str,
    repair_limit: float,
    area_limit: float,
) -> Checked:
    """Return the shapes of one layer in metres, each fit for its table or refused.

    Parameters
    ----------
    repair_limit
        Greatest change of area by mending, share.
    area_limit
        Greatest area of one building, m2.
    """
    kind = KINDS[table]
    done = Checked()
    for number, shape in enumerate(shapes, start=1):
        fault = _unusable(shape)
        parts = [] if fault or shape is None else _of_kind(shapely.force_2d(shape), kind)
        if fault is None and not parts:
            fault = _WORDS[kind], Said(str(shape.geom_type), str(shape.geom_type))  # type: ignore[union-attr]
        if fault is None and kind == "polygon":
            parts, fault = _sound(parts[0], done, number, repair_limit)
        if fault is None and table == "buildings" and parts[0].area > area_limit:
            fault = (
                Said(f"不超过 {area_limit:,.0f} 平方米", f"at most {area_limit:,.0f} m2"),
                Said(f"{parts[0].area:,.0f} 平方米", f"{parts[0].area:,.0f} m2"),
            )
        if fault is not None:
            remedy = Said(
                "在地图软件里改正或删去这个对象。", "Correct or remove it in the map program."
            )
            done.faults.append(Fault(place, *fault, remedy, number, "geometry"))
            parts = []
        elif len(parts) > 1:
            done.notes[number] = Said(f"分成 {len(parts)} 段", f"split into {len(parts)} parts")
        done.parts.append(parts)
    return done


def _unusable(shape: BaseGeometry | None) -> tuple[Said, Said] | None:
    expected = Said("有坐标的图形", "a shape with coordinates")
    if shape is None or shape.is_empty:
        return expected, Said("空", "nothing")
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return expected, Said("不是数的坐标", "coordinates that are no numbers")
    return None


def _of_kind(shape: BaseGeometry, kind: str) -> list[BaseGeometry]:
    """Return what of ``shape`` is of a kind: a polygon stays whole, lines come part by part."""
    if kind == "polygon":
        return [shape] if shape.geom_type in ("Polygon", "MultiPolygon") else []
    if kind == "point":
        whole = (
            shape if shape.geom_type in ("Point", "Polygon", "MultiPolygon", "MultiPoint") else None
        )
        if whole is None or (
            whole.geom_type == "MultiPoint" and shapely.get_num_geometries(whole) > 1
        ):
            return []
        return [whole if isinstance(whole, Point) else whole.representative_point()]
    if isinstance(shape, MultiLineString):
        merged = shapely.line_merge(shape)
        lines = [part for part in shapely.get_parts(merged) if part.length > 0]
    else:
        lines = [shape] if isinstance(shape, LineString) and shape.length > 0 else []
    return lines


def _sound(
    shape: BaseGeometry, done: Checked, number: int, limit: float
) -> tuple[list[BaseGeometry], tuple[Said, Said] | None]:
    """Return the area without self-crossing, or why it is refused."""
    made = mended(shape, limit=limit)
    if made.shape is None:
        share = f"{made.change:.0%}"
        return [], (
            Said("不自交的轮廓", "an outline that does not cross itself"),
            Said(
                f"自交，修复会改变面积 {share}", f"one that crosses; mending changes {share} of it"
            ),
        )
    if not shapely.is_valid(shape):
        done.notes[number] = Said(
            f"轮廓自交，已修复（面积变化 {made.change:.2%}）",
            f"its outline crossed itself and was mended (area changed by {made.change:.2%})",
        )
    return [made.shape], None


def dissolved(shapes: Sequence[Polygon], *, gap: float) -> BaseGeometry | None:
    """Return pieces of one area as one, None when they do not touch.

    Layers cut from map tiles come in pieces along the edges of the tiles.

    Parameters
    ----------
    gap
        Greatest gap between pieces that still touch, m.
    """
    grown = shapely.union_all([shapely.buffer(shape, gap / 2.0) for shape in shapes])
    if grown.geom_type != "Polygon":
        return None
    return shapely.union_all(list(shapes))
