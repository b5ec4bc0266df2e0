"""Hold the layers a map gives, with an account of everything dropped, mended or not known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.errors import Said
from renlin.intake.tags import TagBook, Tags

LAYERS = ("buildings", "entrances", "walks", "gates", "spaces", "facilities", "ways_in")
NOTE_COLUMNS = ("table", "id", "reason", "reason_en")
Row = dict[str, Any]
Reader = Callable[[str], float | int | None]
"""Turns the text of a tag into a number, or into None when it cannot."""


class Ledger:
    """Notes about single objects, in the order they were met."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, str, str, str]] = []

    def add(self, table: str, key: str, why: Said) -> None:
        """Note that ``key`` of ``table`` was dropped or changed, and why."""
        self._rows.append((table, key, why.zh, why.en))

    def table(self) -> pd.DataFrame:
        """Return the notes with the columns of ``NOTE_COLUMNS``."""
        return pd.DataFrame(self._rows, columns=list(NOTE_COLUMNS), dtype="str")


@dataclass(frozen=True)
class MapLayers:
    """The layers of one map in metres.

    Attributes
    ----------
    crs
        Projected system of every geometry.
    tables
        One GeoDataFrame per name of ``LAYERS``, columns as in ``catalogue/tables``.
    grounds
        Areas on which people live (``lived`` true) or do not (false).
    dropped
        Objects of the map that are in no table, and why: columns of ``NOTE_COLUMNS``.
    mended
        Objects kept, but not as they were drawn or tagged; same columns.
    unknown
        Tag values no row of ``tags.csv`` knows: key, value, column, n, example.
    unheld
        Tags about getting about that no table holds; columns of ``NOTE_COLUMNS``.
    date
        Newest date the map states.
    read
        Objects in the file: node, way, relation -> count.
    """

    crs: str
    tables: Mapping[str, gpd.GeoDataFrame]
    grounds: gpd.GeoDataFrame
    dropped: pd.DataFrame
    mended: pd.DataFrame
    unknown: pd.DataFrame
    unheld: pd.DataFrame
    date: dt.date | None
    read: Mapping[str, int]


@dataclass(frozen=True)
class Reading:
    """What every step of reading a map needs: the words, the bounds, the two ledgers."""

    catalogue: Catalogue
    book: TagBook
    dropped: Ledger = field(default_factory=Ledger)
    mended: Ledger = field(default_factory=Ledger)

    def quantity(
        self,
        tags: Tags,
        keys: Iterable[str],
        column: str,
        reader: Reader,
        *,
        of: str,
    ) -> float | int | None:
        """Return the first of ``keys`` as a number within the bounds of ``table.column``.

        What cannot be read or lies outside stays unknown and is counted with the
        unknown values.
        """
        for key in keys:
            if key not in tags:
                continue
            value = reader(tags[key])
            if value is not None and self.within(value, column):
                return value
            self.book.unknown(tags, key, column, of=of)
        return None

    def within(self, value: float, column: str) -> bool:
        """Return whether ``value`` lies in the bounds, closed, of ``table.column``."""
        table, name = column.split(".")
        allowed = next(c.allowed for c in self.catalogue.tables[table] if c.column == name)
        if ".." not in allowed:
            return True
        low, high = (float(end) for end in allowed.split(".."))
        return low <= value <= high


def framed(rows: list[Row], table: str, catalogue: Catalogue, crs: str) -> gpd.GeoDataFrame:
    """Return ``rows`` with every column of the schema, sorted by key, in ``crs``."""
    columns = [column.column for column in catalogue.tables[table]]
    ordered = sorted(rows, key=lambda row: str(row[columns[0]]))
    names = [c for c in columns if c != "geometry"]
    made = {name: _cells([row.get(name) for row in ordered]) for name in names}
    shapes = [row["geometry"] for row in ordered]
    return gpd.GeoDataFrame(made, geometry=gpd.GeoSeries(shapes, crs=crs), crs=crs)


def _cells(values: list[Any]) -> pd.Series:
    """Return cells as they are, missing ones as None."""
    missing = [v is None or (isinstance(v, float) and np.isnan(v)) for v in values]
    cells = [None if gone else value for gone, value in zip(missing, values, strict=True)]
    return pd.Series(cells, dtype="object")
