"""Send every demand to open sites: to the nearest one, or as rooms allow."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from renlin.equity.solver import Accuracy, Programme
from renlin.space.siting.problem import Flags, Floats, Problem
from renlin.space.siting.search import left_out_cost

NOTHING = 1e-9
"""Shares below it are rounding of the solver."""


class Served(NamedTuple):
    """Who goes where.

    ``share`` is sparse (n_demands, n_sites); ``cost`` the mean cost of the share that is
    served, missing where none is; ``unserved`` the share without a place.
    """

    share: Any
    cost: Floats
    unserved: Floats

    def within(self, problem: Problem, radius: float) -> Floats:
        """Return the share of each demand served at a cost of ``radius`` at most."""
        near = sparse.csr_array(self.share * problem.within(radius).astype(np.float64))
        return np.asarray(near.sum(axis=1)).ravel()

    def table(self, problem: Problem) -> pd.DataFrame:
        """Return one row per demand and site it goes to."""
        flows = sparse.coo_array(self.share)
        made = pd.DataFrame(
            {
                "demand": problem.demands[flows.coords[0]],
                "site": problem.sites[flows.coords[1]],
                "share": flows.data,
                "cost": problem.cost[flows.coords[0], flows.coords[1]],
            }
        )
        return made.sort_values(["demand", "site"], ignore_index=True)


def serve(problem: Problem, opened: Flags, radius: float | None = None) -> Served:
    """Return who goes where when the sites of a plan are open.

    Parameters
    ----------
    radius
        Where rooms are limited, first as many as can be are served within it, then at the
        least cost; None: at the least cost.
    """
    near = not problem.limited or problem.roomy(opened)
    share = _nearest(problem, opened) if near else _by_room(problem, opened, radius)
    whole = np.asarray(share.sum(axis=1)).ravel()
    finite = np.where(np.isfinite(problem.cost), problem.cost, 0.0)
    paid = np.asarray((share * finite).sum(axis=1)).ravel()
    cost = np.divide(paid, whole, out=np.full(len(whole), np.nan), where=whole > NOTHING)
    return Served(share, cost, np.where(whole > 1 - NOTHING, 0.0, 1.0 - whole))


def _nearest(problem: Problem, opened: Flags) -> Any:
    to = problem.nearest(opened)
    reached = np.flatnonzero(to >= 0)
    return sparse.csr_array(
        (np.ones(len(reached)), (reached, to[reached])), shape=problem.cost.shape
    )


def _by_room(problem: Problem, opened: Flags, radius: float | None) -> Any:
    """Return the shares of least cost that fit the rooms; demands alike share alike."""
    near = np.where(opened, problem.cost, np.inf)
    least = near.min(axis=1, keepdims=True)
    beyond = np.zeros(near.shape) if radius is None else (near > radius).astype(np.float64)
    alike = np.hstack([near - np.where(np.isfinite(least), least, 0.0), beyond])
    small, member = problem.merged(alike)
    return sparse.csr_array(_transport(small, opened, radius)[member])


def _transport(problem: Problem, opened: Flags, radius: float | None) -> Any:
    usable = np.isfinite(problem.cost) & opened
    who, where = np.nonzero(usable)
    n, m, k = *problem.cost.shape, len(who)
    cost = problem.weight[who] * problem.cost[who, where]
    if radius is not None:
        beyond = problem.cost[who, where] > radius
        cost = cost + beyond * problem.weight[who] * (problem.cost[usable].max(initial=0.0) * n + 1)
    whole = np.zeros(problem.cost.shape)
    whole[who, where] = cost
    programme = Programme()
    shares = programme.add_columns(np.zeros(k), np.ones(k))
    left = programme.add_columns(np.zeros(n), np.ones(n))
    at = np.arange(k)
    each = sparse.csr_array((np.ones(k), (who, at)), shape=(n, k))
    programme.add_rows({shares: each, left: sparse.eye_array(n)}, np.ones(n), np.ones(n))
    used = sparse.csr_array((problem.weight[who], (where, at)), shape=(m, k))
    room = np.minimum(problem.capacity, problem.weight.sum())
    programme.add_rows({shares: used}, np.full(m, -np.inf), room)
    far = left_out_cost(problem, whole)
    solution = programme.minimise({shares: cost, left: far}, Accuracy())
    values = np.where(solution.values[:k] > NOTHING, solution.values[:k], 0.0)
    found = sparse.csr_array((values, (who, where)), shape=(n, m))
    found.eliminate_zeros()
    return found
