"""Bring households together that can be told the same: one stairwell, one group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from renlin.simulation.crew import crew
from renlin.simulation.ensemble import Seeds
from renlin.simulation.entities import entities
from renlin.simulation.observation import Stage
from renlin.simulation.population import household_groups
from renlin.simulation.routing import HELPED
from renlin.simulation.scene import SAFETY

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Table = npt.NDArray[np.int32]

NOWHERE = -1


@dataclass(frozen=True)
class Blocks:
    """Who can be advised apart from whom.

    Attributes
    ----------
    entrance, display
        Of each block: row of the entrances and of the groups; see
        :func:`renlin.simulation.population.household_groups`.
    of
        Block of each household, -1 for those who never walk out of a known stair.
    mover
        Kind of mover each household walks as, -1 where it never does.
    persons
        Persons of each household.
    """

    entrance: Whole
    display: Whole
    of: Whole
    mover: Whole
    persons: Whole

    @property
    def n(self) -> int:
        """Return how many there are."""
        return len(self.entrance)


def blocks(made: Stage, drawn: Seeds) -> Blocks:
    """Return the blocks of the households that walk in any of the runs."""
    who, live = made.scene.site.who, made.scene.site.live
    mover = _movers(made, drawn)
    display = household_groups(who, made.scene.site.place.policy.reference)
    goes = (mover >= 0) & (live.entrance >= 0)
    cell = live.entrance * len(who.displays) + display
    cells, of = np.unique(cell[goes], return_inverse=True)
    found = np.full(len(who.households), NOWHERE, dtype=np.int64)
    found[goes] = of
    return Blocks(
        entrance=cells // len(who.displays),
        display=cells % len(who.displays),
        of=found,
        mover=mover,
        persons=np.bincount(who.household, minlength=len(who.households)),
    )


def _movers(made: Stage, drawn: Seeds) -> Whole:
    """Return the kind of mover of each household in the first run in which it walks."""
    site = made.scene.site
    mover = np.full(len(site.who.households), NOWHERE, dtype=np.int64)
    for seed in drawn.luck:
        luck = drawn.luck[seed].also(made.scene.keys)
        who = crew(made.scene, drawn.bodies[seed], luck)
        movers = entities(made.scene, who, luck)
        home = np.flatnonzero((who.entity >= 0) & who.presence.home)
        household = site.who.household[home]
        first, at = np.unique(household, return_index=True)
        new = mover[first] < 0
        mover[first[new]] = movers.routing_class[who.entity[home[at[new]]], HELPED]
    return mover


def way(made: Stage, table: Table, node: int) -> list[int]:
    """Return the directed links from ``node`` when following one row of next links."""
    space = made.scene.site.ground.space
    links: list[int] = []
    while table[node] >= 0:
        link = int(table[node])
        links.append(link)
        node = int(space.head[link >> 1] if link % 2 == 0 else space.tail[link >> 1])
    return links


def default_rows(made: Stage) -> Table:
    """Return the next links of every mover to safety, shape (n_movers, n_nodes)."""
    routes = made.scene.routes
    return routes.rows[routes.row[:, SAFETY]]


def ends_at(made: Stage, links: list[int], node: int) -> str:
    """Return the destination a way ends at, "" where it ends at none."""
    site = made.scene.site
    if links:
        last = links[-1]
        space = site.ground.space
        node = int(space.head[last >> 1] if last % 2 == 0 else space.tail[last >> 1])
    at = np.flatnonzero(site.there.node == node)
    return site.there.facilities[int(at[0])] if len(at) else ""
