"""Events in which nobody leaves: help comes to people, and nothing moves in the kernel."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from renlin.community.community import Community
from renlin.community.passage import passage
from renlin.community.paths import graph, times_to
from renlin.simulation.behaviour import ADULT
from renlin.simulation.luck import Keys, Luck
from renlin.simulation.network import Ground
from renlin.simulation.observation import Run
from renlin.simulation.population import Homes


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


def ways_home(
    place: Community, ground: Ground, live: Homes, hour: float
) -> npt.NDArray[np.float64]:
    """Return the seconds an adult walks from every node to the door of each household.

    Shape (n_households, n_nodes + 1); infinite where there is no way, where nobody knows
    where the household lives, and in the last column, for who is nowhere.
    """
    adult = place.catalogue.classes[ADULT]
    walked = passage(ground.walks, adult, place.catalogue, view="optimistic", hour=hour)
    landings, at = np.unique(live.node, return_inverse=True)
    placed = landings >= 0
    seconds = np.full((len(landings), ground.n_nodes + 1), np.inf)
    seconds[placed, :-1] = times_to(graph(ground.walks, walked), list(landings[placed]))
    return np.asarray(seconds[at])
