"""Mend shapes that cross themselves, as long as mending does not change what they cover."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Mended:
    """An area as it may be used, or None when it may not.

    Attributes
    ----------
    shape
        Polygon or multipolygon without self-crossing; None when mending changes it too much.
    change
        Share of the area that mending adds or removes; 0 for a sound shape.
    """

    shape: Polygon | MultiPolygon | None
    change: float


def mended(shape: BaseGeometry, *, limit: float) -> Mended:
    """Return ``shape`` without self-crossings, refused when its area changes by over ``limit``.

    The area of a crossing outline is what its corners give (lobes of opposite turn
    cancel), so that a figure of eight, whose meaning nobody can tell, is refused while
    a small loop at a corner is mended.

    Parameters
    ----------
    limit
        Greatest change, as a share of the larger of both areas.
    """
    flat = shapely.force_2d(shape)
    if flat.is_valid and isinstance(flat, Polygon | MultiPolygon):
        return Mended(flat, 0.0) if flat.area > 0 else Mended(None, 1.0)
    made = areas_of(shapely.make_valid(flat))
    before, after = abs(flat.area), made.area
    largest = max(before, after)
    change = abs(after - before) / largest if largest > 0 else 1.0
    return Mended(made if change <= limit and after > 0 else None, change)


def areas_of(shape: BaseGeometry) -> Polygon | MultiPolygon:
    """Return the areas in ``shape``; lines and points that mending leaves are let go."""
    parts = [
        part
        for part in shapely.get_parts(shapely.get_parts(shape))
        if isinstance(part, Polygon) and part.area > 0
    ]
    if len(parts) == 1:
        return parts[0]
    whole = shapely.union_all(parts) if parts else MultiPolygon()
    return whole if isinstance(whole, Polygon | MultiPolygon) else MultiPolygon()
