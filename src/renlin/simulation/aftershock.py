"""Shake again what already stands damaged: weaker buildings, the same mechanism."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from renlin.simulation.earthquake import COLLAPSE, EXTENSIVE, MODERATE, Earthquake, structures_of
from renlin.simulation.strike import Site

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


class Aftershock(Earthquake):
    """A shock after an earthquake in the same run.

    A building damaged moderately reaches every state at ``weakened_moderate`` of the
    drift it would take sound, from extensive damage on at ``weakened_extensive``. Only
    what gets worse blocks stairs, jams doors, hurts and falls; its luck is its own.

    Source: hazus61 for the fragility; the weakening is an assumption of the catalogue.
    """

    LUCK = "aftershock_"

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        number = site.event.number
        weak = np.ones(COLLAPSE + 1)
        weak[MODERATE] = number("weakened_moderate")
        weak[EXTENSIVE:] = number("weakened_extensive")
        self.by_state = np.stack([structures_of(site, factor) for factor in weak])

    def _reached(self, before: Whole | None) -> Floats:
        if before is None:
            return self.exceeds
        return np.asarray(self.by_state[before, np.arange(len(before))])
