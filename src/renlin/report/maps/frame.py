"""Put metres onto the sheet: one frame, one scale, coordinates final before any text is set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from renlin.report.figures.axis import STEPS
from renlin.report.svg import Point, number

PAD = 0.05
"""Share of the frame left free on each side."""
ROUGH = 0.35
"""Shapes are simplified by so many pixels: less than a printer shows."""


@dataclass(frozen=True)
class Frame:
    """A window onto the place: west and north edge in metres, pixels per metre, size."""

    west: float
    north: float
    scale: float
    size: Point

    def at(self, x: float, y: float) -> Point:
        """Return the pixel of a position in metres."""
        return ((x - self.west) * self.scale, (self.north - y) * self.scale)

    def sees(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Return whether a position lies inside, ``margin`` pixels from the edge."""
        px, py = self.at(x, y)
        wide, high = self.size
        return margin <= px <= wide - margin and margin <= py <= high - margin

    def reaches(self, shape: BaseGeometry, share: float) -> bool:
        """Return whether a shape lies inside the frame grown by a share on each side."""
        west, south, east, north = shape.bounds
        (left, top), (right, bottom) = self.at(west, north), self.at(east, south)
        spare = (self.size[0] * share, self.size[1] * share)
        return (
            left >= -spare[0]
            and right <= self.size[0] + spare[0]
            and top >= -spare[1]
            and bottom <= self.size[1] + spare[1]
        )

    def edge(self, x: float, y: float, inset: float) -> Point:
        """Return where the way from the middle to a position outside meets the edge."""
        px, py = self.at(x, y)
        middle = (self.size[0] / 2, self.size[1] / 2)
        across, down = px - middle[0], py - middle[1]
        room = (middle[0] - inset, middle[1] - inset)
        stretch = max(abs(across) / room[0], abs(down) / room[1], 1e-9)
        return (middle[0] + across / stretch, middle[1] + down / stretch)

    @property
    def window(self) -> BaseGeometry:
        """Return the frame as a box in metres, a little larger than what is seen."""
        wide, high = self.size[0] / self.scale, self.size[1] / self.scale
        spare = 8 / self.scale
        return shapely.box(
            self.west - spare, self.north - high - spare,
            self.west + wide + spare, self.north + spare,
        )  # fmt: skip

    def data(self, shapes: Iterable[BaseGeometry]) -> str:
        """Return the path data of shapes, cut to the frame and simplified."""
        return "".join(self._one(shape) for shape in shapes if shape is not None)

    def _one(self, shape: BaseGeometry) -> str:
        seen = shapely.intersection(shape, self.window) if shape.is_valid else shape
        simple = shapely.simplify(seen, ROUGH / self.scale)
        return "".join(self._part(part) for part in shapely.get_parts(simple))

    def _part(self, part: BaseGeometry) -> str:
        if isinstance(part, Polygon):
            rings = [part.exterior, *part.interiors]
            return "".join(self._points(np.asarray(ring.coords), closed=True) for ring in rings)
        if part.geom_type in ("LineString", "LinearRing"):
            return self._points(np.asarray(part.coords), closed=False)
        return ""

    def _points(self, xy: np.ndarray, *, closed: bool) -> str:
        if len(xy) < 2:
            return ""
        px = (xy[:, 0] - self.west) * self.scale
        py = (self.north - xy[:, 1]) * self.scale
        told = [f"{number(x)} {number(y)}" for x, y in zip(px, py, strict=True)]
        if closed:
            told = told[:-1]
        return "M" + "L".join(told) + ("Z" if closed else "")

    def bar(self) -> float:
        """Return a round length in metres about a sixth of the frame wide."""
        target = self.size[0] / self.scale / 6
        power = 10.0 ** np.floor(np.log10(target))
        fitting = [s * power for s in STEPS if s * power <= target * 1.3]
        return float(fitting[-1]) if fitting else float(power)


def frame_around(shapes: Iterable[BaseGeometry], size: Point) -> Frame:
    """Return the frame of ``size`` pixels in which all shapes are seen, centred."""
    west, south, east, north = shapely.total_bounds(np.array(list(shapes), dtype=object))
    wide, high = max(east - west, 1.0), max(north - south, 1.0)
    scale = min(size[0] / (wide * (1 + 2 * PAD)), size[1] / (high * (1 + 2 * PAD)))
    middle = ((west + east) / 2, (south + north) / 2)
    return Frame(
        middle[0] - size[0] / scale / 2, middle[1] + size[1] / scale / 2, float(scale), size
    )
