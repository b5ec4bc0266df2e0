"""Say who walks through a spot, as one table for the micro model, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Walkers:
    """Persons who come to one spot, in order of their time; shape (n,) each.

    Attributes
    ----------
    time
        When they come into view, s from the start.
    speed, speed_on_stairs
        Free walking speed on the level and on the flight, m/s.
    radius
        Radius of the disc that stands for the body, m.
    slow
        Who counts as a slow walker.
    back
        Who comes the other way.
    """

    time: Floats
    speed: Floats
    speed_on_stairs: Floats
    radius: Floats
    slow: Flags
    back: Flags

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.time)


@dataclass(frozen=True)
class Crossings:
    """When everybody crossed the measuring line; shape (n,) each.

    Attributes
    ----------
    time
        Seconds from the start; missing (NaN) for who did not cross.
    entered
        When they found room at the edge; missing for who never did.
    stuck
        Whether nobody moved on for so long that the run was stopped: a jam the model does
        not dissolve. Those not through are the missing ones of ``time``.
    duration
        Seconds simulated.
    """

    time: Floats
    entered: Floats
    stuck: bool
    duration: float

    @property
    def n_through(self) -> int:
        """Return how many crossed."""
        return int(np.isfinite(self.time).sum())
