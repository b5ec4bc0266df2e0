"""Measure along and across one passage: its axis, its sides, what lies straight on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from renlin.simulation.network import Ground

Floats = npt.NDArray[np.float64]

FAR = 1_000.0  # m: farther than any clip reaches


@dataclass(frozen=True)
class Axis:
    """The middle of a passage, m, and the unit vector of the way people go."""

    x: float
    y: float
    dx: float
    dy: float

    @property
    def middle(self) -> Point:
        """Return the middle."""
        return Point(self.x, self.y)

    def ahead(self, xy: Floats) -> Floats:
        """Return how far points lie ahead of the middle, m, shape (n,); negative: before it."""
        along: Floats = (xy[:, 0] - self.x) * self.dx + (xy[:, 1] - self.y) * self.dy
        return along

    def rectangle(self, start: float, stop: float, half: float) -> Polygon:
        """Return the rectangle from ``start`` to ``stop`` m ahead, ``half`` m to each side."""
        corners = [(start, -half), (stop, -half), (stop, half), (start, half)]
        return Polygon([self.at(along, side) for along, side in corners])

    def at(self, along: float, side: float) -> tuple[float, float]:
        """Return the point ``along`` m ahead and ``side`` m to the left."""
        return (
            self.x + along * self.dx - side * self.dy,
            self.y + along * self.dy + side * self.dx,
        )

    def back(self) -> Axis:
        """Return the axis of those who come the other way."""
        return Axis(self.x, self.y, -self.dx, -self.dy)


def axis_of(ground: Ground, link: int, *, forward: bool) -> Axis:
    """Return the axis of a link: of a lane in its middle, of a gate where it stands.

    A gate has no length of its own; its direction is that from the ways before it to the
    ways behind it.
    """
    row = ground.walks.links.iloc[link]
    ends = ground.walks.nodes[["x", "y"]].to_numpy(dtype=np.float64)
    line = row.geometry
    origin, target = ends[int(row["origin"])], ends[int(row["target"])]
    if line.length > 0:
        middle = shapely.get_coordinates(line.interpolate(0.5, normalized=True))[0]
        near = [line.interpolate(share, normalized=True) for share in (0.45, 0.55)]
        way = np.diff(shapely.get_coordinates(near), axis=0)[0]
        start = shapely.get_coordinates(line)[0]
        turned = np.hypot(*(start - target)) < np.hypot(*(start - origin))
    else:
        middle, turned = origin, False
        way = _led(ground, link, int(row["target"])) - _led(ground, link, int(row["origin"]))
    sign = 1.0 if forward != bool(turned) else -1.0
    size = max(float(np.hypot(*way)), np.finfo(np.float64).tiny)
    dx, dy = sign * way / size
    return Axis(float(middle[0]), float(middle[1]), float(dx), float(dy))


def _led(ground: Ground, link: int, node: int) -> Floats:
    """Return the mean of points one metre along the other links at ``node``; the node if none."""
    links = ground.walks.links
    there = (links["origin"] == node).to_numpy() | (links["target"] == node).to_numpy()
    there[link] = False
    lines = links.geometry.to_numpy()
    there &= shapely.length(lines) > 0
    at = ground.walks.nodes[["x", "y"]].to_numpy(dtype=np.float64)[node]
    found = [at]
    for line in lines[there]:
        ends = shapely.get_coordinates(line)[[0, -1]]
        near = np.hypot(*(ends - at).T)
        step = line.interpolate(1.0 if near[0] <= near[1] else -1.0)
        found.append(shapely.get_coordinates(step)[0])
    mean: Floats = np.mean(found[1:] or found, axis=0)
    return mean


def side_of(walkable: Polygon, axis: Axis) -> Polygon:
    """Return the part of ``walkable`` that lies ahead of the axis and touches its middle."""
    half = walkable.intersection(axis.rectangle(0.0, FAR, FAR))
    parts = [part for part in shapely.get_parts(half) if isinstance(part, Polygon)]
    return min(parts, key=lambda part: (part.distance(axis.middle), -part.area), default=Polygon())


def across(walkable: BaseGeometry, axis: Axis) -> float:
    """Return the clear width at the middle of ``axis``, m."""
    line = LineString([axis.at(0.0, -FAR), axis.at(0.0, FAR)]).intersection(walkable)
    parts = [part for part in shapely.get_parts(line) if part.length > 0]
    near = [part for part in parts if part.distance(axis.middle) < 1e-6]
    return float(near[0].length) if near else 0.0


def reach(side: Polygon, axis: Axis) -> float:
    """Return how far ``side`` reaches from the middle of ``axis``, m."""
    corners = shapely.get_coordinates(side)
    if len(corners) == 0:
        return 0.0
    return float(np.hypot(corners[:, 0] - axis.x, corners[:, 1] - axis.y).max())


def straight_on(side: Polygon, axis: Axis, far: float, depth: float, half: float) -> Polygon:
    """Return a convex strip across ``side``, ``far`` m from the middle, as straight on as can be.

    Empty when ``side`` does not reach so far.
    """
    ring = axis.middle.buffer(far, quad_segs=32).exterior.intersection(side)
    arcs = [part for part in shapely.get_parts(ring) if part.length > 0]
    ahead = Point(axis.at(far, 0.0))
    if not arcs:
        return Polygon()
    arc = min(arcs, key=lambda part: part.distance(ahead))
    if arc.distance(ahead) > depth / 2.0:
        ahead = arc.interpolate(0.5, normalized=True)
    way = np.array([ahead.x - axis.x, ahead.y - axis.y])
    dx, dy = way / np.hypot(*way)
    strip = Axis(axis.x, axis.y, float(dx), float(dy)).rectangle(far, far + depth, half)
    parts = [p for p in shapely.get_parts(strip.intersection(side)) if isinstance(p, Polygon)]
    kept = min(parts, key=lambda part: part.distance(ahead), default=Polygon())
    hull = kept.convex_hull
    return hull if isinstance(hull, Polygon) else Polygon()
