"""Cut lines where they meet, where a gate stands and where a door is joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from shapely import LineString, Point, STRtree
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from renlin.catalogue.load import Catalogue


@dataclass(frozen=True)
class Piece:
    """A part of one walk between two junctions."""

    name: str
    walk: str
    ends: tuple[int, int]
    length: float
    steps: float | None
    shape: LineString
    facts: dict[str, Any]


@dataclass(frozen=True)
class Passage:
    """A gate: two junctions at one point."""

    walk: str
    ends: tuple[int, int]
    facts: dict[str, Any]


@dataclass(frozen=True)
class Hit:
    """The junction a point is joined to, and how far it is."""

    junction: int
    walk: str
    distance: float


class Junctions:
    """The lines of a place, cut at junctions.

    Doors are joined with :meth:`nearest` only after all cuts were declared: the
    cut points of doors are the walk's own vertices or ends when these are within
    the tolerance, else new junctions on the line, planned on construction.
    """

    def __init__(self, walks: pd.DataFrame, gates: pd.DataFrame, catalogue: Catalogue) -> None:
        self.number = catalogue.number
        self.tolerance = catalogue.number("node_tolerance")
        self.rows = walks.to_dict("records")
        self.lines: list[LineString] = [row["geometry"] for row in self.rows]
        self.tree = STRtree(self.lines)
        self.points: list[tuple[float, float]] = []
        self.cuts: list[dict[float, tuple[int, int]]] = [{} for _ in self.lines]
        self._ends()
        self._touching()
        self._crossings_with_gates(gates)
        self._stations()
        self.pieces = tuple(self._pieces())
        self._index = cKDTree(np.array(self.points)) if self.points else None

    def nearest(self, at: tuple[float, float]) -> Hit | None:
        """Return the junction nearest to ``at`` on the nearest line, None without lines."""
        if self._index is None:
            return None
        distance, junction = self._index.query(at)
        return Hit(int(junction), self.walk_of[int(junction)], float(distance))

    def _ends(self) -> None:
        """Merge line ends that lie within the tolerance of each other."""
        ends = np.array(
            [line.coords[i][:2] for line in self.lines for i in (0, -1)], dtype=float
        ).reshape(-1, 2)
        label = _clusters(ends, self.tolerance)
        position: dict[int, int] = {}
        for index, cluster in enumerate(label):
            if cluster not in position:
                position[cluster] = self._add((float(ends[index, 0]), float(ends[index, 1])))
            line, last = divmod(index, 2)
            at = self.lines[line].length if last else 0.0
            self.cuts[line][at] = (position[cluster],) * 2

    def _touching(self) -> None:
        """Cut a line where the end of another one touches it."""
        for line, row in enumerate(self.cuts):
            for end in list(row.values()):
                point = Point(self.points[end[0]])
                for other in sorted(
                    self.tree.query(point, predicate="dwithin", distance=self.tolerance)
                ):
                    if other != line:
                        self._cut(int(other), point, end[0])

    def _cut(self, line: int, point: Point, junction: int) -> None:
        at = float(self.lines[line].project(point))
        if at <= self.tolerance or at >= self.lines[line].length - self.tolerance:
            return
        if all(abs(at - other) > self.tolerance for other in self.cuts[line]):
            self.cuts[line][at] = (junction, junction)

    def _crossings_with_gates(self, gates: pd.DataFrame) -> None:
        """Put every gate on the nearest line as two junctions a passage apart."""
        self.gates: list[Passage] = []
        for row in gates.to_dict("records"):
            point = row["geometry"]
            line = int(self.tree.nearest(point)) if self.lines else -1
            if line < 0 or self.lines[line].distance(point) > self.number("snap_tolerance"):
                continue
            at = float(np.clip(self.lines[line].project(point), 0.0, self.lines[line].length))
            near = [other for other in self.cuts[line] if abs(other - at) <= self.tolerance]
            at = near[0] if near else at
            before = self.cuts[line].get(at, (-1, -1))[0]
            spot = self.lines[line].interpolate(at)
            before = before if before >= 0 else self._add((spot.x, spot.y))
            after = self._add((spot.x, spot.y))
            self.cuts[line][at] = (
                (before, after) if at < self.lines[line].length else (after, before)
            )
            facts: dict[str, Any] = {
                key: row[key] for key in ("width", "steps", "wheelchair", "open_hours", "locked")
            }
            facts["steps"] = None if pd.isna(facts["steps"]) else float(facts["steps"])
            self.gates.append(Passage(str(row["gate"]), (before, after), facts))

    def _stations(self) -> None:
        """Add junctions along long lines, so that a door is never joined far along."""
        step = self.number("station_spacing")
        for line, shape in enumerate(self.lines):
            known = sorted(self.cuts[line])
            for start, stop in pairwise(known):
                n = int((stop - start) // step)
                for k in range(1, n + 1):
                    at = start + (stop - start) * k / (n + 1)
                    spot = shape.interpolate(at)
                    self.cuts[line][at] = (self._add((spot.x, spot.y)),) * 2

    def _pieces(self) -> Iterable[Piece]:
        self.walk_of = [""] * len(self.points)
        for line, shape in enumerate(self.lines):
            row = self.rows[line]
            name = str(row["walk"])
            known = sorted(self.cuts[line])
            for part, (start, stop) in enumerate(pairwise(known)):
                ends = (self.cuts[line][start][1], self.cuts[line][stop][0])
                for end in ends:
                    self.walk_of[end] = self.walk_of[end] or name
                share = (stop - start) / shape.length if shape.length > 0 else 1.0
                steps = None if pd.isna(row["steps"]) else float(row["steps"]) * share
                facts: dict[str, Any] = {
                    **{str(key): value for key, value in row.items()},
                    "inferred": not pd.isna(row["inferred"]) and bool(row["inferred"]),
                }
                yield Piece(
                    f"{name}#{part}",
                    name,
                    ends,
                    stop - start,
                    steps,
                    cast(LineString, substring(shape, start, stop)),
                    facts,
                )

    def _add(self, at: tuple[float, float]) -> int:
        self.points.append(at)
        return len(self.points) - 1


def joined(junctions: Junctions, outline: BaseGeometry, tolerance: float) -> list[int]:
    """Return the junctions through which ``outline`` is entered: on or inside its edge.

    When none lies there, the junction nearest to the outline within the tolerance.
    """
    points = [Point(at) for at in junctions.points]
    tree = STRtree(points)
    inside = sorted(int(i) for i in tree.query(outline, predicate="intersects"))
    if inside:
        return inside
    near = sorted(int(i) for i in tree.query(outline, predicate="dwithin", distance=tolerance))
    return near[:1] if not near else [min(near, key=lambda i: (points[i].distance(outline), i))]


def _clusters(points: npt.NDArray[np.float64], tolerance: float) -> npt.NDArray[np.int32]:
    n = len(points)
    if n == 0:
        return np.zeros(0, dtype=np.int32)
    pairs = cKDTree(points).query_pairs(tolerance, output_type="ndarray")
    ones = np.ones(len(pairs), dtype=np.int8)
    _, label = connected_components(
        coo_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(n, n)), directed=False
    )
    found: npt.NDArray[np.int32] = label
    return found
