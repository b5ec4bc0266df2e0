"""Propose joins where the drawing of a place is in pieces: crossings and ends that fall short.

A proposal is a guess about the ground. It becomes an inferred link, which only the
optimistic view walks, and a row of ``space.joins``, so that somebody can go and look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString, STRtree
from shapely.geometry.base import BaseGeometry

Floats = npt.NDArray[np.float64]
CROSSING, DANGLING = "crossing", "dangling"
APART = ("bridge", "steps", "lift")
"""Kinds that lead from one level to another: what crosses them may pass above or below."""


@dataclass(frozen=True)
class Proposal:
    """Two places on two lines that probably belong together.

    Attributes
    ----------
    lines
        Row numbers of the lines.
    at
        Place on each, metres from its first vertex.
    length
        Metres between the two places.
    reason
        ``crossing`` or ``dangling``.
    """

    lines: tuple[int, int]
    at: tuple[float, float]
    length: float
    reason: str


@dataclass(frozen=True)
class Join:
    """Two junctions that probably belong together, and why (``reason``).

    ``walk`` is the line that is joined to another.
    """

    name: str
    walk: str
    ends: tuple[int, int]
    length: float
    reason: str


class Levels:
    """On which level each line runs, and which lines may meet.

    Parameters
    ----------
    levels
        Level of each line, NaN where nobody states one.
    kinds
        Kind of each line.
    guessed
        Which lines a rule drew.
    """

    def __init__(self, levels: Floats, kinds: Sequence[Any], guessed: Sequence[bool]) -> None:
        self._levels = levels
        self._guessed = guessed
        self._apart = np.array([kind in APART for kind in kinds], dtype=bool)

    def meet(self, one: int, other: int) -> bool:
        """Return whether two lines surely run on one level, and a person drew one of them.

        A level nobody stated is the ground, but on steps, lifts and bridges it is unknown.
        """
        if self._guessed[one] and self._guessed[other]:
            return False
        pair = np.array([one, other])
        stated = self._levels[pair]
        if (np.isnan(stated) & self._apart[pair]).any():
            return False
        known = np.where(np.isnan(stated), 0.0, stated)
        return bool(known[0] == known[1])


def crossings(lines: Sequence[LineString], tree: STRtree, levels: Levels) -> Iterator[Proposal]:
    """Yield a proposal for every place where two lines of one level run through each other."""
    if not len(lines):
        return
    shapes = np.array(lines, dtype=object)
    one, other = tree.query(shapes, predicate="intersects")
    pairs = np.column_stack([one, other])[one < other]
    # lines that touch at an end are joined as drawn
    pairs = pairs[~shapely.touches(shapes[pairs[:, 0]], shapes[pairs[:, 1]])]
    met = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    for (first, second), shape in zip(pairs.tolist(), met, strict=True):
        if not levels.meet(first, second):
            continue
        for spot in _spots(shape):
            at = (float(lines[first].project(spot)), float(lines[second].project(spot)))
            yield Proposal((first, second), at, 0.0, CROSSING)


def dangling(
    ends: Iterable[tuple[int, float]],
    lines: Sequence[LineString],
    tree: STRtree,
    levels: Levels,
    *,
    reach: float,
) -> Iterator[Proposal]:
    """Yield the nearest line within ``reach`` of every loose end.

    Parameters
    ----------
    ends
        Row number of a line and the place of its loose end on it, m.
    reach
        Greatest distance that a drawing may fall short, m.
    """
    for line, at in ends:
        spot = lines[line].interpolate(at)
        near = tree.query(spot, predicate="dwithin", distance=reach)
        found = [
            (float(lines[other].distance(spot)), other)
            for other in sorted(int(index) for index in near)
            if other != line
            and levels.meet(line, other)
            and not lines[line].intersects(lines[other])
        ]
        if found:
            apart, other = min(found)
            place = float(lines[other].project(spot))
            yield Proposal((line, other), (at, place), apart, DANGLING)


def _spots(shape: BaseGeometry) -> Iterator[shapely.Point]:
    """Yield the points at which lines meet; of a shared stretch its two ends."""
    for part in shapely.get_parts(shape):
        if part.geom_type == "Point":
            yield part
        elif part.geom_type == "LineString" and not part.is_empty:
            yield from (shapely.Point(part.coords[end]) for end in (0, -1))
