"""Say what one stage hands to the next, so that no stage needs to know another.

Each stage returns a frozen dataclass of findings; the next one asks only for the
findings named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt

from renlin.finding import Finding


class NeedsFindings(Protocol):
    """What needs identification hands on."""

    @property
    def evidence(self) -> Finding:
        """Return facts as they stand, key subject and indicator."""

    @property
    def indicators(self) -> Finding:
        """Return one row per person, one nullable column per indicator."""

    @property
    def tiers(self) -> Finding:
        """Return the sure and possible tier of every person."""

    @property
    def households(self) -> Finding:
        """Return the tier of every household with its place."""

    @property
    def profiles(self) -> Finding:
        """Return behaviour class, display group and capacities of every person."""

    @property
    def list(self) -> Finding:
        """Return the needs list by household and item."""

    @property
    def work_list(self) -> Finding:
        """Return what is still to be asked, most telling first."""


class SpaceFindings(Protocol):
    """What the space assessment hands on."""

    @property
    def inspections(self) -> Finding:
        """Return the newest inspection of each place and kind, by building it counts for."""

    @property
    def hazard(self) -> Finding:
        """Return the hazard surface by building."""

    @property
    def coverage(self) -> Finding:
        """Return the state of coverage by person and service."""

    @property
    def points(self) -> Finding:
        """Return the points of high risk and low coverage."""

    @property
    def contradictions(self) -> Finding:
        """Return where space and need contradict each other."""

    @property
    def network_gaps(self) -> Finding:
        """Return where the walk network is in pieces."""


class SimulatedFindings(Protocol):
    """What the simulation hands on."""

    @property
    def households(self) -> Finding:
        """Return times, helper and route by scheme, scenario and household."""

    @property
    def comparison(self) -> Finding:
        """Return scheme against base by scenario and group."""

    @property
    def shelters(self) -> Finding:
        """Return the load of shelters."""

    @property
    def links(self) -> Finding:
        """Return crowding by link."""

    @property
    def times(self) -> Mapping[tuple[str, str], npt.NDArray[np.float32]]:
        """Return (scheme, scenario) -> times, s, shape (n_seeds, n_persons), censored."""
