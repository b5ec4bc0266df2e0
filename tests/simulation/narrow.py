"""Straight passages and plain crowds, so that a micro run can be worked by hand."""

from __future__ import annotations

import numpy as np
from shapely import MultiPolygon

from renlin.simulation.micro.adapter import Rules
from renlin.simulation.micro.inflow import Pools
from renlin.simulation.micro.passage import Axis
from renlin.simulation.micro.spot import Spot, enclose
from renlin.simulation.micro.walkers import Walkers

DEPTH = 0.5
FAST = Rules(dt=0.05, time_gap=0.8, patience=30.0, horizon=600.0)
EXACT = Rules(dt=0.01, time_gap=0.8, patience=30.0, horizon=600.0)


def gate(width: float, *, lane: float = 6.0, up: float = 25.0, run_out: float = 6.0) -> Spot:
    """Return a gate across a lane that leads east; its middle is the origin."""
    axis = Axis(0.0, 0.0, 1.0, 0.0)
    half = DEPTH / 2.0
    ground = axis.rectangle(-up, -half, lane / 2.0).union(axis.rectangle(half, 12.0, lane / 2.0))
    walkable = ground.union(axis.rectangle(-half, half, width / 2.0))
    return enclose(
        "gates/test", "gate/test", walkable, axis, DEPTH, MultiPolygon(),
        run_out=run_out, assumed=False, left_out=0.0,
    )  # fmt: skip


def path(width: float) -> Spot:
    """Return a path of one width that leads east."""
    return gate(width, lane=width)


def crowd(n: int, *, speed: float = 1.34, radius: float = 0.2, time: float = 0.0) -> Walkers:
    """Return ``n`` persons who are all alike."""
    return Walkers(
        time=np.full(n, time),
        speed=np.full(n, speed),
        speed_on_stairs=np.full(n, speed / 2.0),
        radius=np.full(n, radius),
        slow=np.zeros(n, dtype=bool),
        back=np.zeros(n, dtype=bool),
    )


def two_kinds() -> Pools:
    """Return one person who walks at 1.34 m/s and one slow one at 0.6 m/s."""
    return Pools(
        speed=np.array([1.34, 0.6]),
        speed_on_stairs=np.array([0.7, 0.3]),
        radius=np.array([0.2, 0.2]),
        slow=np.array([False, True]),
    )
