"""Turn an allocation problem into programmes: what is possible, what is wanted.

Columns: shares given ``x`` in [0, 1] and harm removed per person ``r``. Rows: ``r`` comes
from what is given and stops at the cap; the budget; pairs that require or exclude each
other; the limits of the policy, each by name. Harm is scaled by the largest risk and money
by the mean price, so that units do not matter to the solver.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from scipy import sparse

from renlin.equity.problem import Problem
from renlin.equity.samples import FloatArray, input_fault
from renlin.equity.solver import Accuracy, Programme, Solution, Status
from renlin.errors import Fault, Said, SchemeFault, did_you_mean, raise_all

Against: TypeAlias = Literal["uniform", "none"]

SLACK = 1e-7
"""How far an optimum may be left when the next one is sought, as a share of the largest risk."""
_GIVEN, _REMOVED = 0, 1


@dataclass(frozen=True)
class Limits:
    """What no allocation may break, whatever its rule; None where there is no such limit.

    Parameters
    ----------
    majority
        Group that must not be sacrificed.
    max_loss
        Harm per person by which the majority's mean may exceed what it has under
        ``against``, 0 or more, in the unit of risk; given together with ``majority``.
    against
        ``"uniform"`` (the same for everybody for the same money) or ``"none"`` (no action).
    group_line
        Sufficiency: no group's mean harm per person above this.
    unit_line
        Sufficiency: no household's harm per person above this.
    """

    majority: str | None = None
    max_loss: float | None = None
    against: Against = "uniform"
    group_line: float | None = None
    unit_line: float | None = None


NO_LIMITS = Limits()


class Bound(NamedTuple):
    """One named limit: ``rows @ block >= least`` and what one unit of breach means."""

    name: str
    block: int
    rows: Any
    least: FloatArray
    unit: str
    scale: float


@dataclass(frozen=True, eq=False)
class Model:
    """The programme of a problem and how to read it.

    Parameters
    ----------
    programme
        Columns, links and pairs; the named limits are in ``bounds``.
    scale
        Harm per person that counts as one.
    people
        Persons by unit over their mean, shape (n_units,).
    group_rows
        Removed harm → group mean times number of units, sparse (n_groups, n_units).
    group_risk
        The same of the risk without measures, shape (n_groups,).
    """

    problem: Problem
    programme: Programme
    bounds: tuple[Bound, ...]
    scale: float
    people: FloatArray
    group_rows: Any
    group_risk: FloatArray

    def bounded(self) -> Programme:
        """Return the programme with all limits in force."""
        programme = self.programme.copy()
        for bound in self.bounds:
            programme.add_rows(
                {bound.block: bound.rows}, bound.least, np.full_like(bound.least, np.inf)
            )
        return programme

    def start(self) -> FloatArray:
        """Return the columns of doing nothing, from which a search may begin."""
        return np.zeros(len(self.problem.cost) + len(self.problem.risk))

    def levels(self, given: FloatArray) -> FloatArray:
        """Return the scaled group means left by ``given``, shape (n_groups,)."""
        removed = (self.problem.risk - self.problem.residual(given)) / self.scale
        return np.asarray(self.group_risk - self.group_rows @ removed)

    def least_harm(self, weights: FloatArray | None = None) -> dict[int, FloatArray]:
        """Return the costs whose minimum removes most harm, persons counted equally."""
        return {_REMOVED: -self.people * (1.0 if weights is None else weights)}

    def cap_groups(self, programme: Programme, highest: FloatArray) -> None:
        """Keep every scaled group mean at or below ``highest``."""
        programme.add_rows(
            {_REMOVED: self.group_rows}, self.group_risk - highest, np.full(len(highest), np.inf)
        )


def model(problem: Problem, limits: Limits) -> Model:
    """Return the programme of ``problem`` under ``limits``.

    Raises
    ------
    SchemeFault
        When a limit is impossible or names an unknown group.
    """
    _check(problem, limits)
    scale = float(problem.risk.max()) or 1.0
    n = len(problem.risk)
    whole = problem.terms.kind == "indivisible"
    programme = Programme()
    programme.add_columns(np.zeros(len(problem.cost)), _useful(problem), whole=whole)
    programme.add_columns(np.full(n, -np.inf), problem.terms.removable * problem.risk / scale)
    link = {_GIVEN: problem.effect / scale, _REMOVED: -sparse.eye_array(n)}
    programme.add_rows(link, np.zeros(n), np.where(_own(problem), 0.0, np.inf))
    _add_pairs(programme, problem)
    weights = problem.group_weights()
    built = Model(
        problem=problem,
        programme=programme,
        bounds=(),
        scale=scale,
        people=problem.persons / problem.persons.mean(),
        group_rows=sparse.csr_array(weights * n),
        group_risk=weights @ problem.risk * n / scale,
    )
    return replace(built, bounds=_bounds(built, limits))


def uniform_share(problem: Problem) -> FloatArray:
    """Return the share of every measure that the budget buys when all get the same."""
    total = float(problem.cost.sum())
    share = 1.0 if total <= problem.terms.budget else problem.terms.budget / total
    return np.full(len(problem.cost), share)


def lowest_worst(built: Model, accuracy: Accuracy) -> tuple[Solution, float]:
    """Return the plan whose worst group is best off, and that group's scaled mean."""
    programme = built.bounded()
    level = programme.add_columns(np.array([-np.inf]), np.array([np.inf]))
    n_groups = len(built.group_risk)
    programme.add_rows(
        {_REMOVED: built.group_rows, level: np.ones((n_groups, 1))},
        built.group_risk,
        np.full(n_groups, np.inf),
    )
    start = np.append(built.start(), built.group_risk.max())
    solution = programme.minimise({level: np.ones(1)}, accuracy, start)
    return solution, solution.cost


def leximin(built: Model, accuracy: Accuracy) -> Solution:
    """Return the plan that helps the worst group first, then the next, then all.

    Minimises the sum of the k worst group means for k = 1, 2, ... in turn, each kept while
    the next is sought, and at last the total harm. Right for whole measures too.

    Source: ogryczak2006.
    """
    programme = built.bounded()
    n = len(built.group_risk)
    slack = SLACK * len(built.people)
    solution = Solution("optimal", built.start(), 0.0, 0.0)
    status: Status = "optimal"
    for k in range(1, n + 1):
        base = programme.add_columns(np.array([-np.inf]), np.array([np.inf]))
        above = programme.add_columns(np.zeros(n), np.full(n, np.inf))
        programme.add_rows(
            {_REMOVED: built.group_rows, base: np.ones((n, 1)), above: np.eye(n)},
            built.group_risk,
            np.full(n, np.inf),
        )
        start = _with_worst(built, solution, k)
        solution = programme.minimise(
            {base: np.array([float(k)]), above: np.ones(n)}, accuracy, start
        )
        if solution.status == "infeasible":
            return solution
        status = solution.status if solution.status != "optimal" else status
        row = {base: np.array([[float(k)]]), above: np.ones((1, n))}
        programme.add_rows(row, np.array([-np.inf]), np.array([solution.cost + slack]))
    last = programme.minimise(built.least_harm(), accuracy, solution.values)
    if last.status == "infeasible":
        return unproven(solution.values)
    ended: Status = last.status if status == "optimal" else "bound"
    return Solution(ended, last.values, last.cost, last.bound)


def unproven(values: FloatArray) -> Solution:
    """Return a plan of an earlier question as the best found, when a later one fails.

    A later question always has the earlier plan as an answer; where the solver's tolerance
    hides it, the plan is kept without proof.
    """
    return Solution("bound", values, float("nan"), float("-inf"))


def _with_worst(built: Model, solution: Solution, k: int) -> FloatArray:
    """Return the last point with the columns of the sum of the k worst groups."""
    levels = built.levels(solution.values[: len(built.problem.cost)])
    base = np.sort(levels)[::-1][k - 1]
    return np.concatenate([solution.values, [base], np.maximum(levels - base, 0.0)])


def _useful(problem: Problem) -> FloatArray:
    """Return 1 where a measure helps somebody or another measure needs it, else 0."""
    helps = np.zeros(len(problem.cost), dtype=bool)
    cells = sparse.coo_array(problem.effect)
    helps[cells.coords[1][cells.data > 0]] = True
    for _, needed in problem.requires:
        helps[needed] = True
    return helps.astype(np.float64)


def _own(problem: Problem) -> Any:
    """Return whether a unit's cap binds the giving itself: shares of its own measures only."""
    cells = sparse.coo_array(problem.effect)
    cells.eliminate_zeros()
    served = np.bincount(cells.coords[1], minlength=len(problem.cost))
    own = np.full(len(problem.risk), problem.terms.kind == "divisible")
    own[cells.coords[0][(served[cells.coords[1]] > 1) | (cells.data < 0)]] = False
    return own


def _add_pairs(programme: Programme, problem: Problem) -> None:
    for pairs, other, highest in ((problem.requires, -1.0, 0.0), (problem.excludes, 1.0, 1.0)):
        if not pairs:
            continue
        n, k = len(pairs), len(problem.cost)
        rows = np.repeat(np.arange(n), 2)
        cells = (np.tile([1.0, other], n), (rows, np.array(pairs).ravel()))
        matrix = sparse.csr_array(cells, shape=(n, k))
        programme.add_rows({_GIVEN: matrix}, np.full(n, -np.inf), np.full(n, highest))


def _bounds(built: Model, limits: Limits) -> tuple[Bound, ...]:
    problem, scale = built.problem, built.scale
    n = len(problem.risk)
    price = float(problem.cost.mean()) or 1.0
    found = [
        Bound(
            "budget",
            _GIVEN,
            sparse.csr_array(-problem.cost[None] / price),
            np.array([-problem.terms.budget / price]),
            "yuan",
            price,
        )
    ]
    if limits.majority is not None and limits.max_loss is not None:
        group = problem.belong.names.index(limits.majority)
        fixed = uniform_share(problem) if limits.against == "uniform" else 0.0 * problem.cost
        highest = built.levels(fixed)[group] + limits.max_loss * n / scale
        found.append(_group_bound(built, group, f"max_loss:{limits.majority}", highest))
    if limits.group_line is not None:
        highest = limits.group_line * n / scale
        found += [
            _group_bound(built, g, f"group_line:{name}", highest)
            for g, name in enumerate(problem.belong.names)
        ]
    if limits.unit_line is not None:
        least = (problem.risk - limits.unit_line) / scale
        found.append(
            Bound("unit_line", _REMOVED, sparse.eye_array(n, format="csr"), least, "harm", scale)
        )
    return tuple(found)


def _group_bound(built: Model, group: int, name: str, highest: float) -> Bound:
    row = sparse.csr_array(built.group_rows[[group], :])
    least = np.array([built.group_risk[group] - highest])
    return Bound(name, _REMOVED, row, least, "harm", built.scale / len(built.people))


def _check(problem: Problem, limits: Limits) -> None:
    place = "equity.limits"
    faults = []
    names = problem.belong.names
    if (limits.majority is None) != (limits.max_loss is None):
        expected = Said("majority 与 max_loss 同时给出", "majority and max_loss together")
        faults.append(input_fault(place, "majority", expected, Said("只有一个", "one of them")))
    if limits.majority is not None and limits.majority not in names:
        expected = Said("已有人群", "a group of the problem")
        got = Said(limits.majority, limits.majority)
        remedy = did_you_mean(limits.majority, names)
        faults.append(Fault(place, expected, got, remedy, column="majority"))
    for column in ("max_loss", "group_line", "unit_line"):
        value = getattr(limits, column)
        if value is not None and not (np.isfinite(value) and value >= 0):
            expected = Said("有限且不小于零", "finite, zero or more")
            faults.append(input_fault(place, column, expected, Said(f"{value:g}", f"{value:g}")))
    raise_all(faults, SchemeFault)
