"""Build lines and areas from the nodes, ways and relations of a map file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon

from renlin.errors import Said
from renlin.intake.extent import Box, densest, fence, projected, zone
from renlin.intake.osm_file import MapFile, Relation, Way
from renlin.intake.shapes import areas_of, mended

Place = tuple[float, float]
_DIGITS = 3  # decimals of a metre kept: finer than any survey, and equal places stay equal


class Unbuildable(Exception):
    """An object whose shape cannot be made; ``why`` says so in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.why = Said(zh, en)


@dataclass(frozen=True)
class Area:
    """An area of the map, and what was done to it."""

    shape: Polygon | MultiPolygon
    note: Said | None = None


class Outlines:
    """Where every node is, in metres, and the shapes made of them.

    Parameters
    ----------
    file
        Objects of the map.
    crs
        Projected system; None takes the UTM zone of the densest part.
    cell, factor, reach, repair_limit
        Cell of the densest part (degrees), factor and reach (m) of the fence, and greatest
        change by mending (share).
    """

    def __init__(
        self,
        file: MapFile,
        crs: str | None,
        *,
        cell: float,
        factor: float,
        reach: float,
        repair_limit: float,
    ) -> None:
        self.file = file
        self.repair_limit = repair_limit
        ids = list(file.positions)
        lonlat = np.array([file.positions[node] for node in ids], dtype=float).reshape(-1, 2)
        self.crs = crs or zone(*densest(lonlat[:, 0], lonlat[:, 1], cell=cell))
        x, y = projected(lonlat[:, 0], lonlat[:, 1], self.crs)
        good = np.isfinite(x) & np.isfinite(y)
        x, y = np.round(x, _DIGITS), np.round(y, _DIGITS)
        self.box = (
            fence(x[good], y[good], factor=factor, reach=reach) if good.any() else Box(0, 0, 0, 0)
        )
        self.at: Mapping[int, Place] = {
            node: (float(px), float(py))
            for node, px, py, ok in zip(ids, x, y, good, strict=True)
            if ok
        }

    def point(self, node: int) -> Point:
        """Return the place of a node.

        Raises
        ------
        Unbuildable
            When the file does not hold its position.
        """
        if node not in self.at:
            raise Unbuildable("地图里没有它的坐标", "the file does not hold its position")
        return Point(self.at[node])

    def far(self, nodes: Iterable[int]) -> bool:
        """Return whether all known positions of ``nodes`` lie beyond the fence."""
        places = np.array([self.at[node] for node in nodes if node in self.at])
        if not len(places):
            return False
        return not bool(self.box.holds(places[:, 0], places[:, 1]).any())

    def runs(self, nodes: Sequence[int]) -> list[list[int]]:
        """Return the parts of a line between nodes whose position is missing.

        A node named twice in a row counts once.
        """
        found: list[list[int]] = [[]]
        for node in nodes:
            if node not in self.at:
                found.append([])
            elif not found[-1] or self.at[found[-1][-1]] != self.at[node]:
                found[-1].append(node)
        return [run for run in found if len(run) > 1]

    def line(self, nodes: Sequence[int]) -> LineString:
        """Return the line through ``nodes``, all of which have a position."""
        return LineString([self.at[node] for node in nodes])

    def ring(self, way: Way) -> Area:
        """Return the area a closed way runs around.

        Raises
        ------
        Unbuildable
            When it is open, lacks positions or crosses itself beyond mending.
        """
        if not way.closed:
            raise Unbuildable("轮廓没有闭合", "its outline is not closed")
        missing = sum(node not in self.at for node in way.nodes)
        if missing:
            raise Unbuildable(
                f"缺 {missing} 个点的坐标", f"positions of {missing} nodes are missing"
            )
        return self._sound(Polygon([self.at[node] for node in way.nodes]), [])

    def multipolygon(self, relation: Relation) -> Area:
        """Return the area of a relation, as far as its rings close.

        Inner rings are cut out of what the outer ones close; a clipped relation keeps
        the rings that are whole.

        Raises
        ------
        Unbuildable
            When no outer ring closes, or it crosses itself beyond mending.
        """
        outer, outer_faults = self._rings(relation, ("outer", ""))
        inner, inner_faults = self._rings(relation, ("inner",))
        if outer.is_empty:
            raise Unbuildable(
                f"外圈没有闭合（缺 {outer_faults} 条边）",
                f"no outer ring closes ({outer_faults} of its lines are missing or open)",
            )
        notes = []
        if outer_faults or inner_faults:
            n = outer_faults + inner_faults
            notes.append(
                Said(f"缺 {n} 条边，只用闭合的圈", f"{n} lines missing or open: whole rings only")
            )
        return self._sound(areas_of(shapely.difference(outer, inner)), notes)

    def _rings(
        self, relation: Relation, roles: tuple[str, ...]
    ) -> tuple[Polygon | MultiPolygon, int]:
        """Return what the members of some roles enclose, and how many lines are no use."""
        lines, absent = [], 0
        for kind, ref, role in relation.members:
            if kind != "w" or role not in roles:
                continue
            way = self.file.ways.get(ref)
            if way is None or any(node not in self.at for node in way.nodes) or not way.nodes:
                absent += 1
            elif len(set(way.nodes)) > 1:
                lines.append(self.line(way.nodes))
        if not lines:
            return MultiPolygon(), absent
        _, cuts, dangles, _ = shapely.polygonize_full(lines)
        loose = len(shapely.get_parts(cuts)) + len(shapely.get_parts(dangles))
        built = shapely.build_area(MultiLineString(lines))
        return areas_of(built) if built is not None else MultiPolygon(), absent + loose

    def _sound(self, shape: Polygon | MultiPolygon, notes: list[Said]) -> Area:
        done = mended(shape, limit=self.repair_limit)
        if done.shape is None:
            raise Unbuildable(
                "没有面积，或自交得无法修复", "it has no area, or crosses itself beyond mending"
            )
        if done.change > 0 or not shape.is_valid:
            notes = [
                *notes,
                Said(
                    f"轮廓自交，已修复（面积变化 {done.change:.2%}）",
                    f"its outline crossed itself and was mended ({done.change:.2%} of its area)",
                ),
            ]
        note = Said("；".join(n.zh for n in notes), "; ".join(n.en for n in notes))
        return Area(done.shape, note if notes else None)
