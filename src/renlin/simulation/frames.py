"""Gather what hazards do to places, keyframe by keyframe, for the kernel."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.kernels import contract
from renlin.kernels.codes import CAUGHT_GO_ON
from renlin.simulation.network import Ground
from renlin.simulation.overlay import packed

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


class Frame(NamedTuple):
    """What holds at a place from a keyframe on; see :class:`renlin.kernels.contract.Hazards`."""

    speed: float | Floats = 1.0
    width: float | Floats = 1.0
    closed: int | Whole = 0
    caught: int = int(CAUGHT_GO_ON)
    dose: float = 0.0
    unsafe: bool = False
    smooth: bool = False
    barrier: int = 0


SOUND = Frame()


class Frames:
    """Gather hazard keyframes and hand them to the kernel in its order."""

    def __init__(self, ground: Ground) -> None:
        self._n_links = ground.n_links
        self._n_places = ground.n_links + ground.n_nodes
        self._rows: list[tuple[Whole, Floats, Floats]] = []

    def put(self, places: Whole, time: float, frame: Frame = SOUND) -> None:
        """Add one keyframe at each of ``places`` (links; nodes counted after the links)."""
        n = len(places)
        columns = [np.broadcast_to(np.asarray(value, dtype=np.float64), n) for value in frame]
        moments = np.full(n, float(time))
        self._rows.append((np.asarray(places, np.int64), moments, np.stack(columns, axis=1)))

    def at_nodes(self, nodes: Whole) -> Whole:
        """Return the place numbers of ``nodes``."""
        return np.asarray(nodes, dtype=np.int64) + self._n_links

    def hazards(self) -> contract.Hazards:
        """Return the kernel's table; of two keyframes at one place and time the later put holds."""
        place = np.concatenate([row[0] for row in self._rows] or [np.zeros(0, dtype=np.int64)])
        time = np.concatenate([row[1] for row in self._rows] or [np.zeros(0)])
        data = np.concatenate([row[2] for row in self._rows] or [np.zeros((0, len(SOUND)))])
        order = np.lexsort((np.arange(len(place)), time, place))
        place, time, data = place[order], time[order], data[order]
        last = np.ones(len(place), dtype=bool)
        last[:-1] = (place[1:] != place[:-1]) | (time[1:] != time[:-1])
        place, time, data = place[last], time[last], data[last]
        return packed(np.bincount(place, minlength=self._n_places), time, data)
