"""Set up the choice of pairs as a programme, and ask it one question after the other.

    Σ_m x_hm + u_h = need_h        Σ_m y_hm + w_h = backup_h
    u_h ≤ need_h z_h               Σ_m night_m x_hm + u_h + n_h ≥ night_h
    x_hm + y_hm ≤ 1                Σ_h (x_hm + l y_hm) ≤ capacity_m

x first helper, y backup, u w n shortages (n: somebody comes, nobody at night), z carried
household with too few bearers, l load of a backup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
from scipy import sparse

from renlin.catalogue.load import Catalogue
from renlin.equity.solver import Accuracy, Programme, Solution
from renlin.governance.candidates import Edges, Open, sure
from renlin.governance.demand import Demand

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Costs = Mapping[int, Floats]
X, Y, U, W, N, Z = range(6)
"""Blocks of columns, in order."""
CHOSEN = 0.5
SLACK = 1e-6
"""How far the solver may miss a whole number of shortages, without unit."""
ACCURACY = Accuracy()


@dataclass(frozen=True)
class Weights:
    """Numbers of the catalogue the choice rests on.

    Attributes
    ----------
    load
        What a backup takes of a helper's capacity, households.
    weak
        Cost of a backup who cannot lift where somebody must be carried, s.
    change
        Cost of giving up a pair proposed earlier, s.
    together
        Households whose first helpers and backups are chosen in one.
    """

    load: float
    weak: float
    change: float
    together: float


def weights(catalogue: Catalogue) -> Weights:
    """Return the weights the catalogue sets."""
    return Weights(
        catalogue.number("pair_backup_load"),
        catalogue.number("pair_no_strength_cost"),
        catalogue.number("pair_change_cost"),
        catalogue.number("pair_together"),
    )


@dataclass(frozen=True)
class Picked:
    """First helpers and backups among the edges (shape (n_edges,)), and whether proven best."""

    first: Flags
    backup: Flags
    optimal: bool


@dataclass(frozen=True)
class Held:
    """A shortage and its total, which later questions may not exceed."""

    cost: Costs
    total: float


class Choice:
    """The choice among given candidate pairs."""

    def __init__(self, wanted: Demand, among: Edges, weighed: Weights) -> None:
        homes, helpers = wanted.households, wanted.helpers
        self.among, self.weighed = among, weighed
        self.n, self.m = len(homes), len(helpers)
        self.priority = homes["priority"].to_numpy(dtype=np.float64)
        self.carry = homes["carry"].to_numpy(dtype=bool)
        self.awake = sure(helpers["night"])[among.helper]
        self.weak = self.carry[among.home] & ~sure(helpers["strong"])[among.helper]

    def only(self, chosen: Flags) -> Choice:
        """Return the choice among some of the edges."""
        part = copy(self)
        part.among = Edges(*(getattr(self.among, item.name)[chosen] for item in fields(Edges)))
        part.awake, part.weak = self.awake[chosen], self.weak[chosen]
        return part

    def lacking_helpers(self) -> Costs:
        """Return the cost of lacking first helpers, by rank."""
        return {U: self.priority}

    def too_few_bearers(self) -> Costs:
        """Return the cost of households that must be carried and have too few who can."""
        return {Z: np.ones(self.n)}

    def lacking_backups(self) -> Costs:
        """Return the cost of lacking backups, by rank."""
        return {W: self.priority}

    def alone_at_night(self) -> Costs:
        """Return the cost of households to whom somebody comes, but nobody at night."""
        return {N: np.ones(self.n)}

    def ways(self) -> tuple[Costs, Costs]:
        """Return the cost of every first helper and of every backup, s."""
        time, by = self.among.time, self.weighed
        first = time - by.change * self.among.proposed_first
        backup = time + by.weak * self.weak - by.change * self.among.proposed_backup
        return {X: first}, {Y: backup}

    def least(
        self, left: Open, held: Sequence[Held], cost: Costs, taken: Flags | None = None
    ) -> Held:
        """Return the least of a shortage with those in ``held`` kept."""
        made = self.programme(left, held, limit=np.inf, taken=taken)
        return Held(cost, made.minimise(dict(cost), ACCURACY).cost)

    def possible(self, left: Open, held: Sequence[Held], *, limit: float) -> bool:
        """Return whether the shortages can be held with no first helper beyond ``limit``."""
        made = self.programme(left, held, limit=limit)
        return made.minimise({}, ACCURACY).status != "infeasible"

    def nearest(
        self, left: Open, held: Sequence[Held], *, limit: float, taken: Flags | None = None
    ) -> Picked:
        """Return the best choice with the shortages held.

        Fewest alone at night, then the least way of first helpers, then that of backups.
        """
        first, backup = self.ways()
        made = self.programme(left, held, limit=limit, taken=taken)
        solution = Solution("optimal", np.zeros(0), 0.0, 0.0)
        if left.need.any():
            solution = self._awake_and_near(made)
        if left.backup.any():
            hold(made, Held(first, solution.cost))
            solution = made.minimise(dict(backup), ACCURACY)
        k = len(self.among.home)
        values = solution.values if len(solution.values) else np.zeros(2 * k)
        chosen = values > CHOSEN
        return Picked(chosen[:k], chosen[k : 2 * k], solution.status == "optimal")

    def _awake_and_near(self, made: Programme) -> Solution:
        """Return the least way of first helpers with fewest alone at night; hold the latter."""
        first, nights = self.ways()[0], Held(self.alone_at_night(), 0.0)
        trial = made.copy()
        hold(trial, nights)
        solution = trial.minimise(dict(first), ACCURACY)
        if solution.status == "infeasible":
            nights = Held(nights.cost, made.minimise(dict(nights.cost), ACCURACY).cost)
            hold(made, nights)
            return made.minimise(dict(first), ACCURACY)
        hold(made, nights)
        return solution

    def programme(
        self, left: Open, held: Sequence[Held], *, limit: float, taken: Flags | None = None
    ) -> Programme:
        """Return columns and rows as printed above.

        Parameters
        ----------
        held
            Shortages that may be no greater.
        limit
            No first helper comes from farther, s.
        taken
            Edges already used by first helpers: no backups. Shape (n_edges,).
        """
        home, k = self.among.home, len(self.among.home)
        first = self.among.first & (self.among.time <= limit) & (left.need > 0)[home]
        backup = self.among.backup & (left.backup > 0)[home]
        if taken is not None:
            backup &= ~taken
        need, spare, night = (a.astype(float) for a in (left.need, left.backup, left.night))
        many = self.carry & (left.need > 1)
        made = Programme()
        made.add_columns(np.zeros(k), first.astype(float), whole=True)
        made.add_columns(np.zeros(k), backup.astype(float), whole=True)
        for most in (need, spare, night):
            made.add_columns(np.zeros(self.n), most)
        made.add_columns(np.zeros(self.n), many.astype(float), whole=True)
        free, same = np.full(self.n, np.inf), sparse.identity(self.n, format="csr")
        of_home = _sums(home, np.ones(k), self.n)
        by_night = _sums(home, self.awake.astype(float), self.n)
        made.add_rows({X: of_home, U: same}, need, need)
        made.add_rows({Y: of_home, W: same}, spare, spare)
        made.add_rows({X: by_night, U: same, N: same}, night, free)
        if many.any():
            rows, none = same[np.flatnonzero(many)], np.zeros(int(many.sum()))
            made.add_rows({U: rows, Z: -rows @ sparse.diags(need)}, none - np.inf, none)
        both = np.flatnonzero(first & backup)
        if len(both):
            one = sparse.identity(k, format="csr")[both]
            made.add_rows({X: one, Y: one}, np.full(len(both), -np.inf), np.ones(len(both)))
        of_helper = _sums(self.among.helper, np.ones(k), self.m)
        taking = {X: of_helper, Y: self.weighed.load * of_helper}
        made.add_rows(taking, np.full(self.m, -np.inf), left.capacity)
        for one in held:
            hold(made, one)
        return made


def hold(made: Programme, held: Held) -> None:
    """Add the row that keeps a shortage no greater than it may be."""
    rows = {block: sparse.csr_array(values[None, :]) for block, values in held.cost.items()}
    made.add_rows(rows, np.array([-np.inf]), np.array([held.total + SLACK]))


def count(where: Whole, size: int) -> Whole:
    """Return how often each position occurs."""
    return np.bincount(where, minlength=size).astype(np.int64)


def _sums(rows: Whole, values: Floats, n_rows: int) -> sparse.csr_array:
    """Return the matrix that sums columns by row: shape (n_rows, n_columns)."""
    return sparse.csr_array((values, (rows, np.arange(len(rows)))), shape=(n_rows, len(rows)))
