"""Say what each row is and among which rows it is ranked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from renlin.errors import Said
from renlin.needs.indices.headings import Sheet, keys
from renlin.needs.indices.ranking import Floats
from renlin.needs.indices.stated import Definition


class Extent(NamedTuple):
    """The rows of a table and their reference groups.

    Attributes
    ----------
    heading, key
        The key column and its cells, shape (n_rows,).
    within
        The group of each row, ``""`` where unknown; None when all rows are one extent.
    low
        True for rows below the population floor, shape (n_rows,).
    groups
        Positions of the rows of each extent, without those below the floor.
    """

    heading: str
    key: pd.Series
    within: pd.Series | None
    low: np.ndarray
    groups: tuple[np.ndarray, ...]

    def only_ranked(self, values: Floats) -> Floats:
        """Return ``values`` with those of rows that are in no extent unknown."""
        inside = np.zeros(len(self.low), dtype=bool)
        for rows in self.groups:
            inside[rows] = True
        return np.where(inside, values, np.nan)


def extent_of(sheet: Sheet, definition: Definition, made: Mapping[str, Floats]) -> Extent:
    """Return the extent of a table; what is wrong with its keys is noted in ``sheet``.

    Parameters
    ----------
    made
        Columns that were worked out; the floor's may be one of them.
    """
    heading, key = _keys(sheet, definition)
    within = _within(sheet, definition)
    low = _below_floor(sheet, definition, made)
    return Extent(heading, key, within, low, _groups(within, low))


def _keys(sheet: Sheet, definition: Definition) -> tuple[str, pd.Series]:
    units = definition.units
    heading = sheet.find(units.key)
    if heading is None:
        told = ", ".join(units.key)
        expected = Said(f"编号列（{told}）", f"a key column ({told})")
        sheet.faults.append(sheet.lost(units.key, expected))
        return units.key[0], pd.Series(dtype="object")
    return heading, keys(sheet, heading, units.key_after, units.key_lengths)


def _within(sheet: Sheet, definition: Definition) -> pd.Series | None:
    """Return the group of every row as text; ``42.0`` is ``42``."""
    names = definition.units.within
    if not names:
        return None
    heading = sheet.find(names)
    if heading is None:
        told = ", ".join(names)
        sheet.faults.append(sheet.lost(names, Said(f"分组列（{told}）", f"a group ({told})")))
        return None
    cells = sheet.table[heading].astype("object")
    words = cells.map(lambda cell: "" if cell is None or cell != cell else str(cell).strip())
    return words.str.replace(r"^(\d+)\.0+$", r"\1", regex=True).rename(heading)


def _below_floor(sheet: Sheet, definition: Definition, made: Mapping[str, Floats]) -> np.ndarray:
    """Return who is not ranked; a unit whose value is unknown is not."""
    floor = definition.units.floor
    nobody = np.zeros(len(sheet.table), dtype=bool)
    if floor is None:
        return nobody
    if floor.column in made:
        return ~(made[floor.column] > floor.above)
    heading = sheet.find([floor.column])
    if heading is not None:
        return ~(sheet.numbers(heading) > floor.above)
    if not floor.optional:
        expected = Said(f"人口下限的列 {floor.column}", f"the floor's column {floor.column}")
        sheet.faults.append(sheet.lost([floor.column], expected))
    return nobody


def _groups(within: pd.Series | None, low: np.ndarray) -> tuple[np.ndarray, ...]:
    if within is None:
        return (np.flatnonzero(~low),)
    names = within.to_numpy()
    return tuple(np.flatnonzero((names == name) & ~low) for name in sorted(set(names) - {""}))
