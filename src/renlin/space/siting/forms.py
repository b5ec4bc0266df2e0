"""Write a siting problem as a programme of whole numbers; the models ask it questions.

Three forms, each the smallest that answers exactly. ``covering`` knows who is uncovered:

    v_i + Σ_j a_ij y_j ≥ 1

``levels`` knows the cost of every demand, by its distinct costs D_1 < … < D_K (Elloumi 2010;
it bounds as well as the model with assignments, with far fewer numbers):

    z_ik + Σ_{j: c_ij = D_k} y_j ≥ z_i,k-1,   cost_i = D_1 + Σ_k (D_k+1 - D_k) z_ik

``sharing`` also keeps to the room of every site; a demand may be split between sites:

    Σ_j x_ij + v_i = 1,   Σ_i w_i x_ij ≤ room_j y_j,   x_ij ≤ y_j
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from renlin.equity.solver import Accuracy, Programme, Solution
from renlin.space.siting.problem import Flags, Floats, Problem, Terms

Y, V = 0, 1
"""Blocks of columns: sites opened; what each form measures (uncovered, levels or shares)."""


@dataclass
class Form:
    """A programme, and what its columns say about every demand.

    Attributes
    ----------
    programme
        Columns and rows; block ``Y`` is the sites.
    uncovered
        Block -> sparse (n_demands, n_columns): share of each demand that is not served.
    cost
        The same for the weighted cost of each demand, ``base`` apart; shape (n_demands,).
    """

    programme: Programme
    uncovered: dict[int, Any]
    cost: dict[int, Any]
    base: Floats

    def ask(self, costs: dict[int, Floats], terms: Terms) -> Solution:
        """Return the cheapest plan for ``costs`` per column of each block."""
        return self.programme.minimise(costs, Accuracy(node_limit=terms.node_limit))

    def opened(self, solution: Solution) -> Flags:
        """Return which sites a solution opens, shape (n_sites,)."""
        return np.asarray(solution.values[self.programme.slices()[Y]] > 0.5, dtype=bool)

    def left_out(self, solution: Solution) -> Floats:
        """Return the share of each demand that a solution does not serve, shape (n_demands,)."""
        ends = self.programme.slices()
        parts = [part @ solution.values[ends[block]] for block, part in self.uncovered.items()]
        return np.asarray(np.sum(parts, axis=0), dtype=np.float64)

    def cover(self, who: Flags) -> None:
        """Demand that all of ``who`` are served whole."""
        chosen = np.flatnonzero(who)
        rows = {block: part[chosen] for block, part in self.uncovered.items()}
        none = np.zeros(len(chosen))
        self.programme.add_rows(rows, none - np.inf, none)

    def at_most(self, parts: dict[int, Any], limit: float) -> None:
        """Keep one sum of columns at or below ``limit``."""
        rows = {block: sparse.csr_array(np.atleast_2d(part)) for block, part in parts.items()}
        self.programme.add_rows(rows, np.array([-np.inf]), np.array([limit]))

    def summed(self, parts: dict[int, Any], weight: Floats) -> dict[int, Floats]:
        """Return the cost per column of a weighted sum over demands."""
        return {block: np.asarray(weight @ part) for block, part in parts.items()}


def _started(problem: Problem, terms: Terms, *, counted: bool) -> Programme:
    """Return a programme with the columns of sites and the rows of number and money."""
    programme, m = Programme(), len(problem.sites)
    programme.add_columns(problem.built.astype(np.float64), np.ones(m), whole=True)
    if counted and terms.p is not None:
        one = sparse.csr_array(np.ones((1, m)))
        exact = np.array([float(terms.p)])
        programme.add_rows({Y: one}, exact, exact)
    if counted and terms.budget is not None:
        money = sparse.csr_array(problem.price[None, :])
        programme.add_rows({Y: money}, np.array([-np.inf]), np.array([terms.budget]))
    return programme


def covering(problem: Problem, reach: Flags, terms: Terms, *, counted: bool = True) -> Form:
    """Return the form that knows who is within reach of an open site.

    Parameters
    ----------
    reach
        Which site covers which demand, shape (n_demands, n_sites).
    counted
        Whether the plan keeps to ``p`` and the budget.
    """
    n = len(problem.demands)
    programme = _started(problem, terms, counted=counted)
    programme.add_columns(np.zeros(n), np.ones(n))
    same = sparse.eye_array(n, format="csr")
    near = sparse.csr_array(reach.astype(np.float64))
    programme.add_rows({Y: near, V: same}, np.ones(n), np.full(n, np.inf))
    return Form(programme, {V: same}, {}, np.zeros(n))


def levels(problem: Problem, costs: Floats, terms: Terms) -> Form:
    """Return the form that knows the cost of every demand from its nearest open site.

    Parameters
    ----------
    costs
        Persons x cost, shape (n_demands, n_sites); where no way leads, what it counts to be
        left out, not below the rest of its row.
    """
    programme = _started(problem, terms, counted=True)
    n, m = costs.shape
    cut = np.isinf(problem.cost)
    order = np.lexsort((np.arange(m)[None, :].repeat(n, axis=0), costs, cut), axis=1)
    ranked, left = (np.take_along_axis(one, order, axis=1) for one in (costs, cut))
    parted = left[:, 1:] & ~left[:, :-1]
    level = np.zeros((n, m), dtype=np.int64)
    level[:, 1:] = np.cumsum((np.diff(ranked, axis=1) > 0) | parted, axis=1)
    enough = m - 1 if terms.p is None else max(m - terms.p, 0)
    last = level[:, enough]
    used = level <= last[:, None]
    start = np.concatenate([[0], np.cumsum(last)])
    rows = np.arange(n)[:, None] + start[:-1, None] + level
    who, rank = np.nonzero(used)
    opening = sparse.csr_array(
        (np.ones(len(who)), (rows[who, rank], order[who, rank])), shape=(int(start[-1]) + n, m)
    )
    programme.add_columns(np.zeros(int(start[-1])), np.ones(int(start[-1])))
    owner = np.repeat(np.arange(n), last)
    at = np.arange(int(start[-1]))
    ones = np.ones(len(at))
    shape = (int(start[-1]) + n, len(at))
    own = sparse.csr_array((ones, (at + owner, at)), shape=shape)
    before = sparse.csr_array((ones, (at + owner + 1, at)), shape=shape)
    first = np.zeros(shape[0])
    first[start[:-1] + np.arange(n)] = 1.0
    programme.add_rows({Y: opening, V: own - before}, first, np.full(shape[0], np.inf))
    heads = np.zeros((n, int(last.max(initial=0)) + 1))
    heads[who, level[who, rank]] = ranked[who, rank]
    place = at - start[:-1][owner]
    rise = heads[owner, place + 1] - heads[owner, place]
    cost = sparse.csr_array((rise, (owner, at)), shape=(n, len(at)))
    out = np.take_along_axis(left, np.maximum(used.sum(axis=1) - 1, 0)[:, None], axis=1)[:, 0]
    out &= last > 0
    ends = (np.ones(int(out.sum())), (np.flatnonzero(out), start[1:][out] - 1))
    uncovered = sparse.csr_array(ends, shape=(n, len(at)))
    return Form(programme, {V: uncovered}, {V: cost}, ranked[:, 0].copy())


def sharing(
    problem: Problem,
    costs: Floats,
    reach: Flags,
    terms: Terms,
    *,
    left_out: Floats | None = None,
    counted: bool = True,
) -> Form:
    """Return the form that keeps to the room of every site.

    Parameters
    ----------
    costs
        Persons x cost, finite.
    left_out
        What each demand counts that has no place, shape (n_demands,); None: nothing.
    reach
        Pairs that may be used, shape (n_demands, n_sites).
    counted
        Whether the plan keeps to ``p`` and the budget.
    """
    n, m = costs.shape
    programme = _started(problem, terms, counted=counted)
    who, where = np.nonzero(reach)
    at = np.arange(len(who))
    ones = np.ones(len(at))
    programme.add_columns(np.zeros(len(at)), np.ones(len(at)))
    left = programme.add_columns(np.zeros(n), np.ones(n))
    whole = sparse.csr_array((ones, (who, at)), shape=(n, len(at)))
    same = sparse.eye_array(n, format="csr")
    programme.add_rows({V: whole, left: same}, np.ones(n), np.ones(n))
    used = sparse.csr_array((problem.weight[who], (where, at)), shape=(m, len(at)))
    room = np.minimum(problem.capacity, problem.weight.sum())
    programme.add_rows(
        {V: used, Y: -sparse.diags_array(room, format="csr")}, np.full(m, -np.inf), np.zeros(m)
    )
    only = sparse.eye_array(len(at), format="csr")
    opening = sparse.csr_array((-ones, (at, where)), shape=(len(at), m))
    programme.add_rows({V: only, Y: opening}, np.full(len(at), -np.inf), np.zeros(len(at)))
    cost = sparse.csr_array((costs[who, where], (who, at)), shape=(n, len(at)))
    far = sparse.diags_array(np.zeros(n) if left_out is None else left_out, format="csr")
    return Form(programme, {left: same}, {V: cost, left: far}, np.zeros(n))
