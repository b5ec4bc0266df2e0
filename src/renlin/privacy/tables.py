"""Count residents by two features, or by places inside places, as it may be shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from renlin.privacy.publishing import (
    TOTAL,
    UNKNOWN,
    BoolArray,
    FloatArray,
    Limits,
    Sums,
    hidden_cells,
    two_way,
)

INSIDE = "/"
"""Stands between a place and the smaller one inside it."""


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
        What is too small, and how many values a row or column must have.
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
    alike = _alike(sums.values.reshape(len(rows), len(columns)), limits.diversity)
    return _as_shown(made, told, sums, limits, alike, base)


def published_inside(
    people: pd.DataFrame, levels: Sequence[str], column: str, limits: Limits, *, base: int = 1
) -> pd.DataFrame:
    """Return the table of persons by places inside places, and a feature, as it may be shown.

    What is hidden on one level cannot be found from another: each place is the sum of those
    inside it, and all levels are hidden together.

    Parameters
    ----------
    levels
        Columns of ``people``, the largest place first, such as building and entrance.
    column
        Feature counted in each place.

    Returns
    -------
    As :func:`published`; a row is named by its places, ``b01/b01-2``, the whole ``total``.
    """
    named = people.assign(**{level: _named(people[level]) for level in levels})
    paths = [
        named[list(levels[: depth + 1])].agg(INSIDE.join, axis=1) for depth in range(len(levels))
    ]
    told = named.assign(row=paths[-1], column=_named(people[column]))
    lowest = pd.crosstab(told["row"], told["column"])
    columns = [str(c) for c in lowest.columns]
    places = [str(r) for r in lowest.index]
    rows = [*places, *sorted({p for path in paths[:-1] for p in path.unique()}), TOTAL]
    inside = _lowest_inside(rows, places)
    counts = inside @ lowest.to_numpy(dtype=np.float64)
    full = np.column_stack([counts, counts.sum(axis=1)])
    made = pd.DataFrame([(r, c) for r in rows for c in [*columns, TOTAL]],
                        columns=["row", "column"])  # fmt: skip
    sums = Sums(full.ravel(), csr_array(_parts(rows, len(columns) + 1)))
    alike = _alike(full, limits.diversity, rows_only=True)
    every = pd.concat([told.assign(row=path) for path in paths], ignore_index=True)
    found = _as_shown(made, every, sums, limits, alike, base)
    return found.sort_values("row", kind="stable").reset_index(drop=True)


def _lowest_inside(rows: Sequence[str], places: Sequence[str]) -> FloatArray:
    """Return which lowest places lie in each row, shape (n_rows, n_places)."""
    return np.array(
        [[r in (TOTAL, p) or p.startswith(r + INSIDE) for p in places] for r in rows],
        dtype=np.float64,
    )


def _parts(rows: Sequence[str], width: int) -> FloatArray:
    """Return what adds up to what: columns to their total, places to the one around them."""
    at = np.arange(len(rows) * width).reshape(len(rows), width)
    lines = [(row[:-1], row[-1]) for row in at]
    for number, name in enumerate(rows):
        children = [
            n for n, other in enumerate(rows)
            if other != TOTAL and (other.rpartition(INSIDE)[0] or TOTAL) == name
        ]  # fmt: skip
        if children:
            lines += [(at[children, c], at[number, c]) for c in range(width)]
    matrix = np.zeros((len(lines), at.size))
    for number, (parts, whole) in enumerate(lines):
        matrix[number, parts] = 1.0
        matrix[number, whole] = -1.0
    return matrix


def _as_shown(
    made: pd.DataFrame, told: pd.DataFrame, sums: Sums, limits: Limits, alike: BoolArray, base: int
) -> pd.DataFrame:
    small = limits.small(sums.values, _households(told, made)) | alike
    hidden = hidden_cells(sums, small, limits.width)
    shown = pd.Series(base * np.round(sums.values / base), dtype="Float64")
    return made.assign(n=shown.mask(pd.Series(hidden)).astype("Int64"), hidden=hidden)


def _alike(full: FloatArray, diversity: int, *, rows_only: bool = False) -> BoolArray:
    """Return the cells that tell the value of everybody in their row or column, shape (n,).

    Those are the cells of a row that has fewer than ``diversity`` values, its empty ones too:
    a nobody shown beside the one value would tell it. A feature that has fewer values in all
    tells nothing of any one group.

    Parameters
    ----------
    full
        Counts with margins last, shape (rows, columns).
    """
    inner = full[:-1, :-1]
    found = np.zeros(full.shape, dtype=bool)
    for axis in (1,) if rows_only else (1, 0):
        values = (inner > 0).sum(axis=axis, keepdims=True)
        if (inner.sum(axis=1 - axis) > 0).sum() >= diversity:
            found[:-1, :-1] |= (values < diversity) & (values > 0)
    return found.ravel()


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
