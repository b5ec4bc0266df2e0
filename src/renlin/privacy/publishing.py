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
from scipy.sparse import csr_array

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
    """

    persons: int
    households: int
    width: float

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


def hidden_cells(sums: Sums, small: BoolArray, width: float) -> BoolArray:
    """Return which cells to hide: the small ones, and others that protect them.

    Parameters
    ----------
    small
        Cells too small to be shown, shape (n,).
    width
        Range that must stay open for each of them, persons.

    Returns
    -------
    Shape (n,). Where no choice of cells opens the range, such as a sum of one part, the
    whole sum is hidden with it.
    """
    hidden = small.copy()
    for cell in sorted(np.flatnonzero(small), key=lambda c: (-sums.values[c], c)):
        for up in (True, False):
            hidden |= _moved(sums, hidden, int(cell), width, up=up)
    for cell in np.flatnonzero(small):
        low, high = feasible(sums, hidden, int(cell))
        if high - low + _TOLERANCE < width:
            hidden |= _in_one_sum(sums, int(cell))
    return hidden


def feasible(sums: Sums, hidden: BoolArray, cell: int) -> tuple[float, float]:
    """Return the range a reader of all shown cells can place ``cell`` in.

    Counts are at least 0; the upper end is infinite where nothing shown bounds it.
    """
    if not hidden[cell]:
        return float(sums.values[cell]), float(sums.values[cell])
    open_, shown = np.flatnonzero(hidden), np.flatnonzero(~hidden)
    matrix = sums.parts[:, open_]
    known = -(sums.parts[:, shown] @ sums.values[shown])
    goal = (open_ == cell).astype(np.float64)
    low = linprog(goal, A_eq=matrix, b_eq=known, bounds=(0, None), method="highs")
    high = linprog(-goal, A_eq=matrix, b_eq=known, bounds=(0, None), method="highs")
    return float(low.fun), float(-high.fun) if high.status == 0 else float("inf")


def _moved(sums: Sums, hidden: BoolArray, cell: int, width: float, *, up: bool) -> BoolArray:
    """Return the cells that must be open for ``cell`` to move, at the least cost."""
    n = len(sums.values)
    reach = width if up else min(width, float(sums.values[cell]))
    cost = np.where(hidden, 0.0, sums.values + 1.0)
    rise = np.full(n, np.inf)
    fall = sums.values.copy()
    low, high = np.zeros(2 * n), np.concatenate([rise, fall])
    at, other = (cell, n + cell) if up else (n + cell, cell)
    low[at] = high[at] = reach
    high[other] = 0.0
    found = linprog(
        np.concatenate([cost, cost]),
        A_eq=csr_array(np.hstack([sums.parts.toarray(), -sums.parts.toarray()])),
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


def published(
    people: pd.DataFrame, row: str, column: str, limits: Limits, *, base: int = 1
) -> pd.DataFrame:
    """Return the table of persons by two features as it may be shown.

    Parameters
    ----------
    people
        One row per person: the two features and ``household``; a missing feature is
        ``unknown``.
    row, column
        Features.
    limits
        What is too small.
    base
        Round what is shown to multiples of this; 1 leaves it as it is. The table is
        rounded after hiding, each cell for itself, so sums of rounded cells may differ.

    Returns
    -------
    Long table with columns ``row``, ``column``, ``n`` (missing when hidden), ``hidden``,
    margins named ``total``, rows and columns in the order of their names.
    """
    told = people.assign(row=_named(people[row]), column=_named(people[column]))
    crossed = pd.crosstab(told["row"], told["column"])
    sums = two_way(crossed.to_numpy(dtype=np.float64))
    rows, columns = ([*map(str, axis), TOTAL] for axis in (crossed.index, crossed.columns))
    made = pd.DataFrame([(r, c) for r in rows for c in columns], columns=["row", "column"])
    small = limits.small(sums.values, _households(told, made))
    hidden = hidden_cells(sums, small, limits.width)
    shown = pd.Series(base * np.round(sums.values / base), dtype="Float64")
    made["n"] = shown.mask(pd.Series(hidden)).astype("Int64")
    made["hidden"] = hidden
    return made


def _named(feature: pd.Series) -> pd.Series:
    return feature.astype("str").fillna(UNKNOWN)


def _households(told: pd.DataFrame, cells: pd.DataFrame) -> FloatArray:
    """Return in how many households each cell's persons live, margins among them."""
    counted: dict[tuple[str, str], int] = {}
    for by in (["row", "column"], ["row"], ["column"], []):
        keys = told.assign(**{name: TOTAL for name in ("row", "column") if name not in by})
        homes = keys.groupby(["row", "column"])["household"].nunique().reset_index()
        counted |= {(str(r), str(c)): int(n) for r, c, n in homes.itertuples(index=False)}
    pairs = zip(cells["row"], cells["column"], strict=True)
    return np.array([counted.get(pair, 0) for pair in pairs], dtype=np.float64)


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
