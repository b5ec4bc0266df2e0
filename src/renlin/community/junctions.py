"""Cut lines where they meet, where a gate stands and where a door is joined.

Ends that coincide are one junction. Ends and touches within the tolerance are joined
when they lie on the same level, or when one of them does not say on which: a path that
ends beside a footbridge does not end on it.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from shapely import LineString, Point, STRtree, distance, length, line_locate_point, points
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from renlin.catalogue.load import Catalogue
from renlin.community.repairs import Join, Levels, Proposal, crossings, dangling

COINCIDENT = 0.001  # m: below any survey, above what storing a coordinate loses
GROUND = 0.0
GATE_FACTS = ("width", "steps", "wheelchair", "open_hours", "locked", "access", "lift")
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


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
    """A way through a gate: two junctions at one point.

    ``walk`` is the gate's key; ``name`` tells the ways through a gate at which more than
    two lines meet apart.
    """

    walk: str
    name: str
    ends: tuple[int, int]
    facts: dict[str, Any]


@dataclass(frozen=True)
class Hit:
    """The junction a point is joined to, and how far it is."""

    junction: int
    walk: str
    distance: float


@dataclass(frozen=True)
class _Stop:
    """A junction on a line: the one the line arrives at and the one it leaves from."""

    before: int
    after: int


class Junctions:
    """The lines of a place, cut at junctions.

    Attributes
    ----------
    points
        Junction -> (x, y), metres.
    joins
        Junctions that probably belong together though the drawing keeps them apart.
    pieces, gates
        The parts of the lines, and the ways through gates.
    """

    def __init__(self, walks: pd.DataFrame, gates: pd.DataFrame, catalogue: Catalogue) -> None:
        self.number = catalogue.number
        self.tolerance = catalogue.number("node_tolerance")
        self.rows = walks.to_dict("records")
        self.lines: list[LineString] = [row["geometry"] for row in self.rows]
        self.lengths: Floats = np.asarray(length(self.lines), dtype=float)
        self.levels = np.array([_level(row.get("level")) for row in self.rows], dtype=float)
        self.tree = STRtree(self.lines)
        self.points: list[tuple[float, float]] = []
        self.stops: list[dict[float, _Stop]] = [{} for _ in self.lines]
        self._meet()
        self.joins = tuple(self._repairs())
        self.gates = tuple(self._passages(gates))
        self._stations()
        self.walk_of = [""] * len(self.points)
        self.on_ground = np.zeros(len(self.points), dtype=bool)
        self.pieces = tuple(self._pieces())

    def nearest(self, at: tuple[float, float]) -> Hit | None:
        """Return the junction nearest to ``at``, None without lines on the ground.

        Bridges, tunnels and other storeys are passed over: a street door opens on the
        ground. Of several equally near the one farthest west and south is taken, so that
        the order of rows means nothing.
        """
        index, ground = self._index
        if index is None:
            return None
        apart = float(index.query(at)[0])
        equal = ground[index.query_ball_point(at, apart + COINCIDENT)]
        junction = min((int(i) for i in equal), key=lambda i: (*self.points[i], self.walk_of[i], i))
        return Hit(junction, self.walk_of[junction], apart)

    @cached_property
    def _index(self) -> tuple[cKDTree | None, Whole]:
        ground = np.flatnonzero(self.on_ground)
        return (cKDTree(np.array(self.points)[ground]) if len(ground) else None), ground

    @cached_property
    def point_tree(self) -> tuple[STRtree, Whole]:
        """Return a tree of the junctions on the ground, and which junction each is."""
        ground = np.flatnonzero(self.on_ground)
        return STRtree(_spots(np.array(self.points).reshape(-1, 2)[ground])), ground

    def _meet(self) -> None:
        """Make one junction of all ends and touches that belong together."""
        ends = np.array(
            [line.coords[i][:2] for line in self.lines for i in (0, -1)], dtype=float
        ).reshape(-1, 2)
        touches = self._touches(ends)
        pairs = [self._close_ends(ends), *self._touching_ends(touches)]
        label = _clusters(len(ends), np.vstack(pairs))
        place: dict[int, tuple[float, float]] = {}
        for (x, y), cluster in zip(ends.tolist(), label.tolist(), strict=True):
            place[cluster] = min(place.get(cluster, (x, y)), (x, y))
        position = {cluster: self._add(spot) for cluster, spot in place.items()}
        for end, cluster in enumerate(label):
            line, last = divmod(end, 2)
            at = float(self.lengths[line]) if last else 0.0
            self.stops[line][at] = _through(position[int(cluster)])
        for line, cuts in touches.items():
            for at, end in cuts:
                if self._inner(line, at) and not self._has_stop(line, at):
                    self.stops[line][at] = _through(position[int(label[end])])

    def _close_ends(self, ends: Floats) -> Whole:
        """Return pairs of ends that coincide, or lie within the tolerance on one level."""
        if not len(ends):
            return np.empty((0, 2), dtype=np.int64)
        pairs = cKDTree(ends).query_pairs(self.tolerance, output_type="ndarray").reshape(-1, 2)
        apart = np.hypot(*(ends[pairs[:, 0]] - ends[pairs[:, 1]]).T)
        level = np.repeat(self.levels, 2)
        meet = (apart <= COINCIDENT) | _same(level[pairs[:, 0]], level[pairs[:, 1]])
        chosen: Whole = pairs[meet].astype(np.int64)
        return chosen

    def _touches(self, ends: Floats) -> dict[int, list[tuple[float, int]]]:
        """Return line -> where the ends of other lines touch it, in order along it."""
        found: dict[int, list[tuple[float, int]]] = defaultdict(list)
        if not len(ends):
            return found
        spots = _spots(ends)
        which, other = self.tree.query(spots, predicate="dwithin", distance=self.tolerance)
        foreign = other != which // 2
        which, other = which[foreign], other[foreign]
        lines = np.array(self.lines, dtype=object)[other]
        at = np.asarray(line_locate_point(lines, spots[which]), dtype=float)
        apart = np.asarray(distance(lines, spots[which]), dtype=float)
        fits = (apart <= COINCIDENT) | _same(self.levels[which // 2], self.levels[other])
        for end, line, place in zip(which[fits], other[fits], at[fits], strict=True):
            found[int(line)].append((float(place), int(end)))
        return {line: sorted(cuts) for line, cuts in sorted(found.items())}

    def _touching_ends(self, touches: dict[int, list[tuple[float, int]]]) -> Iterator[Whole]:
        """Yield pairs of ends that touch a line at one place, or touch one of its own ends."""
        for line, cuts in touches.items():
            known = [(0.0, 2 * line), *cuts, (float(self.lengths[line]), 2 * line + 1)]
            for (at, end), (then, other) in itertools.pairwise(known):
                if then - at <= self.tolerance:
                    yield np.array([[end, other]], dtype=np.int64)

    def _repairs(self) -> Iterator[Join]:
        """Yield joins of lines that cross or fall short, each pair of junctions once."""
        kinds = [row["kind"] for row in self.rows]
        guessed = [not pd.isna(row["inferred"]) and bool(row["inferred"]) for row in self.rows]
        levels = Levels(self.levels, kinds, guessed)
        made: set[frozenset[int]] = set()
        for proposal in crossings(self.lines, self.tree, levels):
            yield from self._join(proposal, made)
        loose, reach = list(self._loose()), self.number("mend_reach")
        for proposal in dangling(loose, self.lines, self.tree, levels, reach=reach):
            yield from self._join(proposal, made)

    def _join(self, proposal: Proposal, made: set[frozenset[int]]) -> Iterator[Join]:
        """Yield the join of a proposal unless the drawing joins the two places already."""
        stops = zip(proposal.lines, proposal.at, strict=True)
        ends = [self._stop_near(line, at) for line, at in stops]
        if None not in ends and ends[0] == ends[1]:
            return
        known = zip(proposal.lines, proposal.at, ends, strict=True)
        one, other = (self._made_stop(*facts) for facts in known)
        if frozenset((one, other)) in made:
            return
        made.add(frozenset((one, other)))
        names = sorted(str(self.rows[line]["walk"]) for line in proposal.lines)
        x, y = min(self.points[one], self.points[other])
        name = f"join/{names[0]}/{names[1]}/{x:.1f},{y:.1f}"
        yield Join(name, names[0], (one, other), proposal.length, proposal.reason)

    def _stop_near(self, line: int, at: float) -> int | None:
        """Return the junction of a line within the tolerance of a place on it."""
        near = [(abs(other - at), other) for other in self.stops[line]]
        apart, place = min(near)
        return self.stops[line][place].before if apart <= self.tolerance else None

    def _made_stop(self, line: int, at: float, known: int | None) -> int:
        """Return the junction at a place on a line, made when the line has none there."""
        if known is not None:
            return known
        spot = self.lines[line].interpolate(at)
        junction = self._add((spot.x, spot.y))
        self.stops[line][at] = _through(junction)
        return junction

    def _loose(self) -> Iterator[tuple[int, float]]:
        """Yield the ends of lines that meet nothing."""
        uses = Counter(stop.before for stops in self.stops for stop in stops.values())
        for line, stops in enumerate(self.stops):
            for at in (0.0, float(self.lengths[line])):
                if uses[stops[at].before] == 1:
                    yield line, at

    def _inner(self, line: int, at: float) -> bool:
        return self.tolerance < at < float(self.lengths[line]) - self.tolerance

    def _has_stop(self, line: int, at: float) -> bool:
        return any(abs(at - other) <= self.tolerance for other in self.stops[line])

    def _passages(self, gates: pd.DataFrame) -> Iterator[Passage]:
        """Yield the ways through every gate that stands on or near a line.

        A gate on a line parts it in two. Where several lines meet at the gate, each of
        them reaches the others only through it.
        """
        for row in gates.to_dict("records"):
            junction = self._gate_junction(row["geometry"])
            if junction is None:
                continue
            facts = {key: row[key] for key in GATE_FACTS}
            facts["steps"] = None if pd.isna(facts["steps"]) else float(facts["steps"])
            key = str(row["gate"])
            sides = self._sides(junction)
            star = sides if len(sides) > 2 else sides[-1:]
            for n, side in enumerate(star, start=1):
                own = self._add(self.points[junction])
                self._move(side, own)
                name = f"gate/{key}/{n}" if len(star) > 1 else f"gate/{key}"
                yield Passage(key, name, (junction, own), facts)

    def _gate_junction(self, spot: Point) -> int | None:
        """Return the junction at a gate, made when the line has none there."""
        line = int(self.tree.nearest(spot)) if self.lines else -1
        if line < 0 or self.lines[line].distance(spot) > self.number("snap_tolerance"):
            return None
        at = float(np.clip(self.lines[line].project(spot), 0.0, self.lengths[line]))
        near = sorted(
            (abs(other - at), other)
            for other in self.stops[line]
            if abs(other - at) <= self.tolerance
        )
        if near:
            return self.stops[line][near[0][1]].before
        made = self.lines[line].interpolate(at)
        junction = self._add((made.x, made.y))
        self.stops[line][at] = _through(junction)
        return junction

    def _sides(self, junction: int) -> list[tuple[int, float, str]]:
        """Return every way a line leaves a junction: line, place on it, direction."""
        spot = Point(self.points[junction])
        found: list[tuple[int, float, str]] = []
        near = self.tree.query(spot, predicate="dwithin", distance=self.number("snap_tolerance"))
        for line in sorted(int(i) for i in near):
            for at, stop in sorted(self.stops[line].items()):
                if at > 0.0 and stop.before == junction:
                    found.append((line, at, "before"))
                if at < float(self.lengths[line]) and stop.after == junction:
                    found.append((line, at, "after"))
        return found

    def _move(self, side: tuple[int, float, str], junction: int) -> None:
        line, at, which = side
        self.stops[line][at] = replace(self.stops[line][at], **{which: junction})

    def _stations(self) -> None:
        """Add junctions along long lines, so that a door is never joined far along."""
        step = self.number("station_spacing")
        for line, shape in enumerate(self.lines):
            known = sorted(self.stops[line])
            for start, stop in itertools.pairwise(known):
                n = int((stop - start) // step)
                for k in range(1, n + 1):
                    at = start + (stop - start) * k / (n + 1)
                    spot = shape.interpolate(at)
                    self.stops[line][at] = _through(self._add((spot.x, spot.y)))

    def _pieces(self) -> Iterator[Piece]:
        for line, shape in enumerate(self.lines):
            row = self.rows[line]
            name = str(row["walk"])
            grounded = bool(np.isnan(self.levels[line]) or self.levels[line] == GROUND)
            facts: dict[str, Any] = {
                **{str(key): value for key, value in row.items()},
                "inferred": not pd.isna(row["inferred"]) and bool(row["inferred"]),
            }
            whole = float(self.lengths[line])
            known = sorted(self.stops[line])
            for part, (start, stop) in enumerate(itertools.pairwise(known)):
                ends = (self.stops[line][start].after, self.stops[line][stop].before)
                for end in ends:
                    self.walk_of[end] = min(self.walk_of[end] or name, name)
                    self.on_ground[end] |= grounded
                share = (stop - start) / whole if whole > 0 else 1.0
                steps = None if pd.isna(row["steps"]) else float(row["steps"]) * share
                cut = cast(LineString, substring(shape, start, stop))
                yield Piece(f"{name}#{part}", name, ends, stop - start, steps, cut, facts)

    def _add(self, at: tuple[float, float]) -> int:
        self.points.append(at)
        return len(self.points) - 1


def joined(junctions: Junctions, outline: BaseGeometry, tolerance: float) -> list[int]:
    """Return the junctions through which ``outline`` is entered: on or inside its edge.

    When none lies there, the junction nearest to the outline within the tolerance.
    Bridges, tunnels and other storeys do not enter it.
    """
    tree, ground = junctions.point_tree
    inside = sorted(int(ground[i]) for i in tree.query(outline, predicate="intersects"))
    if inside:
        return inside
    near = [int(ground[i]) for i in tree.query(outline, predicate="dwithin", distance=tolerance)]
    if not near:
        return []
    return [min(near, key=lambda i: (Point(junctions.points[i]).distance(outline), i))]


def _spots(places: Floats) -> npt.NDArray[np.object_]:
    made: npt.NDArray[np.object_] = np.asarray(points(places), dtype=object)
    return made


def _through(junction: int) -> _Stop:
    return _Stop(junction, junction)


def _level(value: Any) -> float:
    return float("nan") if value is None or pd.isna(value) else float(value)


def _same(level: Floats, other: Floats) -> npt.NDArray[np.bool_]:
    """Return where two levels are one, or one of them is unknown."""
    same: npt.NDArray[np.bool_] = np.isnan(level) | np.isnan(other) | (level == other)
    return same


def _clusters(n: int, pairs: Whole) -> npt.NDArray[np.int32]:
    """Return the cluster of each of ``n`` ends joined by ``pairs``."""
    if n == 0:
        return np.zeros(0, dtype=np.int32)
    ones = np.ones(len(pairs), dtype=np.int8)
    _, label = connected_components(
        coo_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(n, n)), directed=False
    )
    found: npt.NDArray[np.int32] = label
    return found
