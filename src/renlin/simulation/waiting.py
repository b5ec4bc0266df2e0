"""Events in which nobody leaves: help comes to people, and nothing moves in the kernel."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from renlin.simulation.luck import Keys, Luck
from renlin.simulation.observation import Run


class Waiting(ABC):
    """One scenario under one scheme in which residents wait for help.

    Attributes
    ----------
    keys
        Ids of this scheme that draws are keyed by.
    """

    keys: Mapping[str, Keys]

    @abstractmethod
    def run(self, luck: Luck) -> Run:
        """Return who would be helped when, in the run of ``luck``."""
