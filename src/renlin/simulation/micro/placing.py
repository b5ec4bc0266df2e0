"""Find places for bodies to stand: before a passage, or where people come into view."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from shapely import MultiPolygon, Polygon

from renlin.simulation.micro.passage import Axis

Floats = npt.NDArray[np.float64]

SPACING = 0.55  # m between the middles of those who wait, about 3.8 persons/m2
ELBOW = 0.05  # m between two bodies at least
WALL = 0.02  # m between a body and a wall at least


def places(area: MultiPolygon, walkable: Polygon, axis: Axis, radius: float) -> Floats:
    """Return places in ``area`` for bodies of ``radius``, nearest to the passage first.

    On a grid of triangles, so that nobody touches anybody or a wall.

    Parameters
    ----------
    area
        Where they may stand.
    walkable
        All the ground there is.
    axis
        Where the passage is.
    radius
        Of the widest body, m.

    Returns
    -------
    Shape (n, 2), m, measured from the middle of the passage.
    """
    if area.is_empty:
        return np.zeros((0, 2))
    step = max(SPACING, 2.0 * radius + ELBOW)
    left, low, right, high = area.bounds
    heights = np.arange(low, high + step, step * np.sqrt(0.75))
    along = np.arange(left, right + step, step)
    x = along[None, :] + (np.arange(len(heights)) % 2)[:, None] * step / 2.0
    grid = np.column_stack([x.ravel(), np.repeat(heights, len(along))])
    room = walkable.buffer(-radius - WALL)
    inside = shapely.contains_xy(room, *grid.T) & shapely.contains_xy(area, *grid.T)
    found = grid[inside] - np.array([axis.x, axis.y])
    far = np.hypot(found[:, 0], found[:, 1])
    order = np.lexsort((found[:, 1], found[:, 0], far.round(6)))
    ordered: Floats = found[order]
    return ordered


def free_place(choice: Floats, taken: Floats, luck: float, radius: float) -> Floats | None:
    """Return a place of ``choice`` that nobody is near, tried in turn from a place by luck.

    Parameters
    ----------
    choice, taken
        Places, and where somebody stands, shape (n, 2).
    luck
        0 to 1.
    radius
        Of the widest body, m.
    """
    if len(choice) == 0:
        return None
    turned = np.roll(choice, -int(luck * len(choice)), axis=0)
    if len(taken) == 0:
        return np.asarray(turned[0])
    gap = np.hypot(*(turned[:, None, :] - taken[None, :, :]).transpose(2, 0, 1)).min(axis=1)
    free = np.flatnonzero(gap > 2.0 * radius + ELBOW)
    return np.asarray(turned[free[0]]) if len(free) else None
