"""Say how fast people could be at best, whatever they are advised: a bound, not a forecast.

Everybody alone in the place, at the faster of their own and their helped speed, on their
own fastest passable way to the nearest place that counts, from their own start on. Crowds,
rests, danger, full shelters and the wait for helpers only add to that.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from renlin.kernels import contract
from renlin.simulation.behaviour import Bodies
from renlin.simulation.crew import Crew, crew
from renlin.simulation.entities import entities
from renlin.simulation.luck import Luck
from renlin.simulation.observation import Stage
from renlin.simulation.routing import HELPED, OWN, SMALLEST_COST

Floats = npt.NDArray[np.float64]
Seconds = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

STEP = 0.1  # of level speed over stair speed; rounded down, so that the bound stays one


def at_best(made: Stage, bodies: Bodies, luck: Luck, spent: Seconds) -> Floats:
    """Return the least time of every person in the run of ``luck``, s, shape (n_persons,).

    Parameters
    ----------
    spent
        Time of everybody in that run, kept for those who do not move.
    """
    who = crew(made.scene, bodies, luck)
    movers = entities(made.scene, who, luck)
    least = np.minimum(_starts(movers, who) + _walks(made, who, movers), made.parameters.horizon)
    moving = who.entity >= 0
    found = spent.astype(np.float64).copy()
    found[moving] = least[who.entity[moving]]
    return found


def _starts(movers: contract.Entities, who: Crew) -> Floats:
    """Return when each entity can set out at the earliest; helpers at the door wake it."""
    coming = movers.release[list(who.helper.values())]
    soonest = np.minimum(movers.responder_at, coming.min(initial=np.inf))
    return np.where(movers.woken > 0, np.minimum(movers.release, soonest), movers.release)


def _walks(made: Stage, who: Crew, movers: contract.Entities) -> Floats:
    """Return the seconds each entity walks when nobody is in its way; infinite without one."""
    speed = movers.speed.astype(np.float64).max(axis=1)
    level = speed[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(speed[:, 1:] > 0, level[:, None] / speed[:, 1:], np.inf)
    steps = np.where(np.isfinite(ratio), np.floor(ratio / STEP + 1e-9) * STEP, np.inf)
    barred = movers.barred.astype(np.float64)
    kinds, of = np.unique(np.column_stack([barred, steps]), axis=0, return_inverse=True)
    walk = np.full(who.n, np.inf)
    for index, (own, helped, down, up) in enumerate(kinds):
        mine = np.flatnonzero((of.ravel() == index) & (level > 0))
        far = _metres(made, who, (int(own), int(helped)), (down, up))
        walk[mine] = far[movers.origin[mine]] / level[mine]
    return walk


def _metres(made: Stage, who: Crew, barred: tuple[int, int], ratio: tuple[float, float]) -> Floats:
    """Return the cost from every node to the nearest destination, in level metres."""
    space, there = made.scene.space(who.strike), made.scene.site.there
    if there.n == 0:
        return np.full(made.scene.site.ground.n_nodes, np.inf)
    barrier = space.barrier | made.barrier
    passes = ((barrier & barred[OWN]) == 0) | ((barrier & barred[HELPED]) == 0)
    length = space.length.astype(np.float64)
    down, up = ratio
    rising, falling = (1.0 / space.incline.astype(np.float64)).T
    forth = np.choose(space.climb.astype(np.int64) + 1, [down, rising, up])
    back = np.choose(space.climb.astype(np.int64) + 1, [up, falling, down])
    cost = length[:, None] * np.stack([forth, back], axis=1)
    open_ = passes[:, None] & np.isfinite(cost)
    tail, head = space.tail.astype(np.int64), space.head.astype(np.int64)
    start, end = np.stack([tail, head], 1), np.stack([head, tail], 1)
    towards = _cheapest(start[open_], end[open_], cost[open_], len(space.shelter))
    return np.asarray(dijkstra(towards, indices=there.node, min_only=True))


def _cheapest(start: Whole, end: Whole, cost: Floats, n: int) -> csr_matrix:
    """Return the graph against the direction of walking; of parallel links the cheapest."""
    order = np.lexsort((cost, start, end))
    step = end[order] * n + start[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = step[1:] != step[:-1]
    chosen = order[first]
    price = np.maximum(cost[chosen], SMALLEST_COST)
    return csr_matrix((price, (end[chosen], start[chosen])), (n, n))
