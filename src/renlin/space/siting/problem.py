"""State a siting problem: who is where, what could be opened, and how far it is.

Costs are times or distances; they carry no weights. Demands and sites are put in the order
of their ids, so that the order of rows changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from renlin.errors import Fault, Said, SchemeFault, raise_all

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
PLACE = "space.siting"


@dataclass(frozen=True, eq=False)
class Problem:
    """A checked siting problem; :func:`stated` makes one.

    Attributes
    ----------
    demands, sites
        Ids, shapes (n_demands,) and (n_sites,), ascending.
    weight
        Persons at each demand, shape (n_demands,), zero or more.
    cost
        Time or distance, shape (n_demands, n_sites); infinite where no way leads.
    group
        Name of each demand's group, shape (n_demands,), or None.
    first
        Demands of the highest tier, which an equity floor covers before any other.
    built
        Sites that are open in every plan.
    price, capacity
        Yuan to open a site (nothing where it is built), and the persons it holds, without
        limit where infinite; shape (n_sites,).
    """

    demands: npt.NDArray[np.str_]
    sites: npt.NDArray[np.str_]
    weight: Floats
    cost: Floats
    group: npt.NDArray[np.str_] | None
    first: Flags
    built: Flags
    price: Floats
    capacity: Floats

    @property
    def limited(self) -> bool:
        """Whether any site holds a limited number of persons."""
        return bool(np.isfinite(self.capacity).any())

    @property
    def reachable(self) -> Flags:
        """Return which demands some site can be reached from, shape (n_demands,)."""
        return np.asarray(np.isfinite(self.cost).any(axis=1), dtype=bool)

    def within(self, radius: float) -> Flags:
        """Return which site covers which demand, shape (n_demands, n_sites)."""
        return self.cost <= radius

    def boundless(self) -> Problem:
        """Return the problem without limits of room."""
        return replace(self, capacity=np.full(len(self.sites), np.inf))

    def merged(self, alike: Floats) -> tuple[Problem, npt.NDArray[np.int64]]:
        """Return the problem with demands of equal rows in ``alike`` made one, and which is whose.

        The costs of the one are the mean of theirs by persons. Demands of different groups,
        or of which only some are of the highest tier, stay apart.

        Parameters
        ----------
        alike
            Shape (n_demands, any); rows count as equal to a millionth of a unit.
        """
        keys = [np.round(np.where(np.isfinite(alike), alike, -1.0), 6), self.first[:, None]]
        if self.group is not None:
            keys.append(np.unique(self.group, return_inverse=True)[1][:, None])
        rows = np.ascontiguousarray(np.hstack(keys), dtype=np.float64)
        whole = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))).ravel()
        _, start, member = np.unique(whole, return_index=True, return_inverse=True)
        n = len(start)
        weight = np.bincount(member, self.weight, minlength=n).astype(np.float64)
        share = np.divide(self.weight, weight[member], out=np.zeros_like(self.weight),
                          where=weight[member] > 0)  # fmt: skip
        gather = csr_array((share, (member, np.arange(len(member)))), shape=(n, len(member)))
        finite = np.isfinite(self.cost)
        cost = gather @ np.where(finite, self.cost, 0.0)
        empty = weight == 0
        cost[empty] = self.cost[start[empty]]
        cost = np.where(finite[start], cost, np.inf)
        group = None if self.group is None else self.group[start]
        small = replace(self, demands=self.demands[start], weight=weight, cost=cost,
                        group=group, first=self.first[start])  # fmt: skip
        return small, member

    def nearest(self, opened: Flags) -> npt.NDArray[np.int64]:
        """Return the open site nearest to each demand, -1 where none is reached."""
        sites = np.flatnonzero(opened)
        if not len(sites):
            return np.full(len(self.demands), -1)
        near = self.cost[:, sites]
        to = sites[np.argmin(near, axis=1)]
        return np.where(np.isfinite(near).any(axis=1), to, -1)

    def roomy(self, opened: Flags) -> bool:
        """Return whether everybody finds room at the nearest open site."""
        to = self.nearest(opened)
        there = to >= 0
        load = np.bincount(to[there], self.weight[there], minlength=len(self.sites))
        return bool((load <= self.capacity).all())

    def part(self, chosen: Flags) -> Problem:
        """Return the problem of some of the demands."""
        return replace(
            self,
            demands=self.demands[chosen],
            weight=self.weight[chosen],
            cost=self.cost[chosen],
            group=None if self.group is None else self.group[chosen],
            first=self.first[chosen],
        )

    def groups(self) -> list[tuple[str, Flags]]:
        """Return each group with its demands; empty where no groups were given."""
        if self.group is None:
            return []
        return [(str(name), self.group == name) for name in np.unique(self.group)]


@dataclass(frozen=True)
class Terms:
    """What a plan may use and what it is judged by.

    Attributes
    ----------
    p
        Sites open in all, built ones included; None leaves it to the budget or the model.
    budget
        Yuan for all sites opened; None sets no limit.
    radius
        Longest time or distance at which a demand counts as covered, in the unit of costs.
    epsilon
        Share above its best value at which the slowest group may stay (model ``epsilon``);
        0.15 as in policy.toml.
    aversion
        Aversion of the Kolm–Pollak measure, below zero for burdens; -1 is an assumption, as
        ``gap_epsilon`` of the catalogue.
    seed, starts
        Seed and number of starts of the search by exchanges; eight starts as measured in the
        space reference §8.
    node_limit
        Branches after which an exact search stops with its bound. Assumption.
    """

    p: int | None = None
    budget: float | None = None
    radius: float | None = None
    epsilon: float = 0.15
    aversion: float = -1.0
    seed: int = 0
    starts: int = 8
    node_limit: int = 2_000


@dataclass
class _Columns:
    """Columns of one side, checked one by one; faults are gathered."""

    table: str
    n: int
    faults: list[Fault] = field(default_factory=list)

    def numbers(self, values: Any, name: str, missing: float, *, whole: bool = False) -> Floats:
        """Return finite numbers of zero or more; ``missing`` where the column is absent."""
        if values is None:
            return np.full(self.n, missing)
        found = np.asarray(values, dtype=np.float64)
        wrong = np.isnan(found) | (found < 0) | (np.isinf(found) & (not whole))
        for row in np.flatnonzero(wrong)[:20]:
            self.faults.append(_number_fault(self.table, int(row), name, float(found[row])))
        return found


def stated(
    demands: Any,
    sites: Any,
    cost: Any,
    *,
    weight: Any = None,
    group: Any = None,
    first: Any = None,
    built: Any = None,
    price: Any = None,
    capacity: Any = None,
) -> Problem:
    """Return a checked problem from arrays.

    Parameters
    ----------
    demands, sites
        Ids, each once.
    cost
        Shape (n_demands, n_sites), zero or more; infinite where no way leads.
    weight
        Persons; None counts every demand as one.
    group, first, built, price, capacity
        As in :class:`Problem`; None: no groups, no highest tier, nothing built, no prices,
        no limits.

    Raises
    ------
    SchemeFault
        With all faults: ids that stand twice, numbers that are none or below zero, shapes
        that do not fit, no demand, no site.

    Examples
    --------
    >>> made = stated(["b", "a"], ["s"], [[2.0], [1.0]], weight=[3, 1])
    >>> made.demands.tolist(), made.cost.ravel().tolist(), made.weight.tolist()
    (['a', 'b'], [1.0, 2.0], [1.0, 3.0])
    """
    who, where = np.asarray(demands).astype(str), np.asarray(sites).astype(str)
    faults = [*_id_faults(who, "demand"), *_id_faults(where, "sites")]
    matrix = np.asarray(cost, dtype=np.float64)
    if matrix.shape != (len(who), len(where)):
        faults.append(_shape_fault(matrix.shape, (len(who), len(where))))
    elif (np.isnan(matrix) | (matrix < 0)).any():
        row, column = (int(at[0]) for at in np.nonzero(np.isnan(matrix) | (matrix < 0)))
        faults.append(_number_fault("costs", row, str(where[column]), float(matrix[row, column])))
    left, right = _Columns("demand", len(who)), _Columns("sites", len(where))
    persons = left.numbers(weight, "weight", 1.0)
    opened = np.zeros(len(where), bool) if built is None else np.asarray(built, dtype=bool)
    yuan = np.where(opened, 0.0, right.numbers(price, "price", 0.0))
    held = right.numbers(capacity, "capacity", np.inf, whole=True)
    raise_all([*faults, *left.faults, *right.faults], SchemeFault)
    if not persons.sum() > 0:
        raise SchemeFault(_nobody())
    by_demand, by_site = np.argsort(who, kind="stable"), np.argsort(where, kind="stable")
    top = np.zeros(len(who), bool) if first is None else np.asarray(first, dtype=bool)
    return Problem(
        demands=who[by_demand],
        sites=where[by_site],
        weight=persons[by_demand],
        cost=np.ascontiguousarray(matrix[by_demand][:, by_site]),
        group=None if group is None else np.asarray(group).astype(str)[by_demand],
        first=top[by_demand],
        built=opened[by_site],
        price=yuan[by_site],
        capacity=held[by_site],
    )


def named(problem: Problem, opened: Flags) -> list[str]:
    """Return the ids of the open sites."""
    return [str(name) for name in problem.sites[opened]]


def _id_faults(ids: npt.NDArray[np.str_], table: str) -> list[Fault]:
    if not len(ids):
        some = Said("至少一行", "at least one row")
        none = Said("没有", "none")
        return [Fault(table, some, none, Said("请补上。", "Give some."))]
    _, first, count = np.unique(ids, return_index=True, return_counts=True)
    return [
        Fault(
            table,
            Said("每个编号一行", "one row per id"),
            Said(f"{n} 行同一编号", f"{n} rows with one id"),
            Said("请合并或改号。", "Merge them or give them other ids."),
            row=int(at) + 2,
            column="id",
        )
        for at, n in zip(first[count > 1][:20], count[count > 1][:20], strict=True)
    ]


def _number_fault(table: str, row: int, name: str, got: float) -> Fault:
    shown = "空 empty" if np.isnan(got) else f"{got:g}"
    return Fault(
        table,
        Said("不小于 0 的数", "a number of zero or more"),
        Said(shown, shown),
        Said("请改正这一格。", "Mend this cell."),
        row=row + 2,
        column=name,
    )


def _shape_fault(got: tuple[int, ...], expected: tuple[int, int]) -> Fault:
    return Fault(
        "costs",
        Said(f"{expected[0]} 行 {expected[1]} 列", f"{expected[0]} rows, {expected[1]} columns"),
        Said(f"{got}", f"{got}"),
        Said("行对应需求，列对应设施。", "Rows are demands, columns are sites."),
    )


def _nobody() -> Fault:
    return Fault(
        "demand",
        Said("至少一处有人", "persons at one demand at least"),
        Said("处处为 0", "zero everywhere"),
        Said("请检查人数一列。", "Check the column of persons."),
        column="weight",
    )
