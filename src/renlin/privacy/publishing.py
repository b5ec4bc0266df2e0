"""Decide which cells of a table of counts may be shown, so that no hidden one can be found.

Small cells are hidden first; then others, the cheapest ones, until whoever knows every
shown cell and every total can only place a hidden one within a wide enough range. That is
checked by the attack itself, a pair of linear programmes per hidden cell. Source: the
cell-suppression problem of statistical disclosure control, Hundepool et al. 2012, ch. 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
TOTAL = "total"
"""Name of the margin row and column."""
UNKNOWN = "unknown"
"""Name of a missing feature."""
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Limits:
    """From how much on a cell may be shown.

    Attributes
    ----------
    persons, households
        Fewer than that in a cell, and it is hidden; nobody at all may be shown.
    width
        Persons a hidden cell must at least be uncertain by.
    diversity
        Fewest different values a group of persons must have, so that belonging to it does
        not tell the value; 1 asks for none.
    """

    persons: int
    households: int
    width: float
    diversity: int = 1

    def small(self, persons: FloatArray, households: FloatArray) -> BoolArray:
        """Return which cells are too small to be shown."""
        few = (persons < self.persons) | (households < self.households)
        return few & (persons > 0)


@dataclass(frozen=True)
class Sums:
    """A table of counts with what adds up to what.

    Attributes
    ----------
    values
        Counts of all cells, totals among them, shape (n,).
    parts
        One row per sum, +1 for each part and -1 for its total, shape (n_sums, n).
    """

    values: FloatArray
    parts: csr_array


def two_way(counts: FloatArray) -> Sums:
    """Return a table of rows and columns with its margins, in row order.

    Parameters
    ----------
    counts
        Shape (rows, columns), without margins.

    Returns
    -------
    Cells of shape ((rows + 1) * (columns + 1),): the last row and column are the totals.
    """
    full = np.pad(np.asarray(counts, dtype=np.float64), ((0, 1), (0, 1)))
    full[-1, :-1] = full[:-1, :-1].sum(axis=0)
    full[:, -1] = full[:, :-1].sum(axis=1)
    rows, columns = full.shape
    at = np.arange(rows * columns).reshape(rows, columns)
    lines = [*at, *at.T]
    matrix = np.zeros((len(lines), at.size))
    for number, line in enumerate(lines):
        matrix[number, line] = 1.0
        matrix[number, line[-1]] = -1.0
    return Sums(full.ravel(), csr_array(matrix))


def memberships(cells: FloatArray, inside: BoolArray) -> Sums:
    """Return disjoint cells with the totals of overlapping groups made of them, and of all.

    Parameters
    ----------
    cells
        Counts, shape (n,).
    inside
        Which cells lie in which group, shape (n, n_groups).

    Returns
    -------
    Cells of shape (n + n_groups + 1,): the cells, the totals of the groups, the whole.
    """
    whole = np.column_stack([inside, np.ones(len(cells), dtype=bool)]).astype(np.float64)
    parts = np.hstack([whole.T, -np.eye(whole.shape[1])])
    return Sums(np.concatenate([cells, whole.T @ cells]), csr_array(parts))


def hidden_cells(
    sums: Sums, small: BoolArray, width: float, *, known: BoolArray | None = None
) -> BoolArray:
    """Return which cells to hide: the small ones, and others that protect them.

    Parameters
    ----------
    small
        Cells too small to be shown, shape (n,).
    width
        Range that must stay open for each of them, persons.
    known
        Cells that are told elsewhere and cannot be hidden here, shape (n,); none when
        absent. A small one among them stays known.

    Returns
    -------
    Shape (n,). Where no choice of cells opens the range, such as a sum of one part, the
    whole sum is hidden with it, and then all that can be; :func:`exposed` tells which cells
    even that does not protect.
    """
    told = np.zeros(len(small), dtype=bool) if known is None else known
    secret = small & ~told
    hidden = secret.copy()
    for cell in sorted(np.flatnonzero(secret), key=lambda c: (-sums.values[c], c)):
        for up in (True, False):
            hidden |= _moved(sums, hidden, int(cell), width, told, up=up)
    for open_ in exposed(sums, hidden, secret, width):
        hidden |= _in_one_sum(sums, open_) & ~told
    return ~told if exposed(sums, hidden, secret, width) else hidden


def exposed(sums: Sums, hidden: BoolArray, secret: BoolArray, width: float) -> list[int]:
    """Return the cells of ``secret`` a reader can place within less than ``width`` persons."""
    ranges = {int(c): feasible(sums, hidden, int(c)) for c in np.flatnonzero(secret)}
    return [cell for cell, (low, high) in ranges.items() if high - low + _TOLERANCE < width]


def feasible(sums: Sums, hidden: BoolArray, cell: int) -> tuple[float, float]:
    """Return the range a reader of all shown cells can place ``cell`` in.

    Counts are whole and at least 0: the reader knows that too. The upper end is infinite
    where nothing shown bounds it.
    """
    if not hidden[cell]:
        return float(sums.values[cell]), float(sums.values[cell])
    open_, shown = np.flatnonzero(hidden), np.flatnonzero(~hidden)
    matrix = sums.parts[:, open_]
    known = -(sums.parts[:, shown] @ sums.values[shown])
    goal = (open_ == cell).astype(np.float64)
    return _least(goal, matrix, known), -_least(-goal, matrix, known)


def _least(goal: FloatArray, matrix: csr_array, known: FloatArray) -> float:
    """Return the least of ``goal`` over whole counts; minus infinity where nothing bounds it.

    Whole numbers are asked for only where the plain programme does not give them: that of
    a table with margins always does.
    """
    found = linprog(goal, A_eq=matrix, b_eq=known, bounds=(0, None), method="highs")
    if found.status != 0:
        return -float("inf")
    if np.abs(found.x - np.round(found.x)).max(initial=0.0) > _TOLERANCE:
        found = linprog(goal, A_eq=matrix, b_eq=known, bounds=(0, None), integrality=1)
    return float(found.fun)


def _moved(
    sums: Sums, hidden: BoolArray, cell: int, width: float, told: BoolArray, *, up: bool
) -> BoolArray:
    """Return the cells that must be open for ``cell`` to move, at the least cost."""
    n = len(sums.values)
    reach = width if up else min(width, float(sums.values[cell]))
    cost = np.where(hidden, 0.0, sums.values + 1.0)
    rise = np.where(told, 0.0, np.inf)
    fall = np.where(told, 0.0, sums.values)
    low, high = np.zeros(2 * n), np.concatenate([rise, fall])
    at, other = (cell, n + cell) if up else (n + cell, cell)
    low[at] = high[at] = reach
    high[other] = 0.0
    found = linprog(
        np.concatenate([cost, cost]),
        A_eq=hstack([sums.parts, -sums.parts], format="csr"),
        b_eq=np.zeros(sums.parts.shape[0]),
        bounds=np.column_stack([low, high]),
        method="highs",
    )
    if found.status != 0:
        return np.zeros(n, dtype=bool)
    return np.asarray((found.x[:n] > _TOLERANCE) | (found.x[n:] > _TOLERANCE), dtype=bool)


def _in_one_sum(sums: Sums, cell: int) -> BoolArray:
    """Return every cell that stands in a sum with ``cell``."""
    rows = np.flatnonzero(sums.parts[:, [cell]].toarray().ravel())
    return np.asarray(abs(sums.parts[rows]).sum(axis=0) > 0, dtype=bool).ravel()


def k_anonymity(records: pd.DataFrame, quasi: Sequence[str]) -> int:
    """Return the size of the smallest class of records alike in all of ``quasi``; 0 if none.

    Source: Sweeney 2002.
    """
    if len(records) == 0:
        return 0
    return int(records.groupby(list(quasi), dropna=False).size().min())


def l_diversity(records: pd.DataFrame, quasi: Sequence[str], sensitive: str) -> int:
    """Return the fewest different values of ``sensitive`` in any class; 0 if there is none.

    A missing value is a value of its own. Source: Machanavajjhala et al. 2007 (distinct l).
    """
    if len(records) == 0:
        return 0
    grouped = records.groupby(list(quasi), dropna=False)[sensitive]
    return int(grouped.nunique(dropna=False).min())
