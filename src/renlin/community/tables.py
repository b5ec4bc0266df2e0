"""Check a table against its schema and give every column its type.

All faults of a table are gathered; none is raised here, so that a caller can
report the faults of every file at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Column
from renlin.errors import Fault, Said, described, did_you_mean

TRUE_WORDS = frozenset({"true", "yes", "1", "1.0", "y", "是", "有"})
FALSE_WORDS = frozenset({"false", "no", "0", "0.0", "n", "否", "无"})
LIST_SEPARATOR = ";"
FIRST_DATA_ROW = 2
_HOURS = re.compile(r"^([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)$")
_GEOMETRY = {"point": ("Point",), "line": ("LineString",), "polygon": ("Polygon", "MultiPolygon")}


@dataclass(frozen=True)
class Conformed:
    """A table with typed columns, and what was wrong with it."""

    table: pd.DataFrame
    faults: tuple[Fault, ...]


def schema(catalogue: Catalogue, table: str) -> tuple[Column, ...]:
    """Return the columns of ``table`` as the catalogue declares them."""
    return catalogue.tables[table]


def empty(catalogue: Catalogue, table: str) -> pd.DataFrame:
    """Return ``table`` without rows, with typed columns (geometry as object)."""
    raw = pd.DataFrame(
        {column.column: pd.Series(dtype="object") for column in schema(catalogue, table)}
    )
    return conform(raw, table, catalogue, place=table).table


def conform(
    raw: pd.DataFrame,
    table: str,
    catalogue: Catalogue,
    *,
    place: str,
    rows: Sequence[int] | None = None,
) -> Conformed:
    """Return ``raw`` with the columns and types of its schema, and its faults.

    Parameters
    ----------
    raw
        Cells as text or as typed values; missing cells are None, NaN or "".
    table
        Name of the schema, such as ``buildings``.
    place
        File name for the faults.
    rows
        Row number of each row in the user's program; heading is row 1 by default.
    """
    columns = schema(catalogue, table)
    numbers = list(rows) if rows is not None else list(range(FIRST_DATA_ROW, len(raw) + 2))
    faults = list(_unknown_columns(raw, columns, place)) + list(
        _absent_columns(raw, columns, place)
    )
    made: dict[str, pd.Series] = {}
    for column in columns:
        cells = (
            raw[column.column]
            if column.column in raw
            else pd.Series([None] * len(raw), dtype="object")
        )
        values = [None if _missing(cell) else cell for cell in cells]
        typed = _Typing(column, catalogue, place, numbers)
        made[column.column] = typed.series(values)
        faults.extend(typed.faults)
    if columns and columns[0].type == "id":
        faults.extend(_duplicates(made[columns[0].column], columns[0], place, numbers))
    return Conformed(pd.DataFrame(made), tuple(faults))


def dangling(
    tables: Mapping[str, pd.DataFrame], catalogue: Catalogue, places: Mapping[str, str]
) -> list[Fault]:
    """Return a fault for every id that points to no row of the table it names."""
    faults = []
    for name, frame in tables.items():
        for column in schema(catalogue, name):
            target = column.allowed.removeprefix("table:")
            if target == column.allowed or target not in tables:
                continue
            known = set(tables[target][schema(catalogue, target)[0].column])
            faults.extend(_dangling_cells(frame, column, target, known, places.get(name, name)))
    return faults


def _dangling_cells(
    frame: pd.DataFrame, column: Column, target: str, known: set[object], place: str
) -> list[Fault]:
    faults = []
    for number, cell in enumerate(frame[column.column], start=FIRST_DATA_ROW):
        ids = (
            []
            if _missing(cell)
            else (cell.split(LIST_SEPARATOR) if column.type == "list" else [cell])
        )
        for one in ids:
            if one not in known:
                private = column.privacy not in ("open", "internal")
                got = described(one) if private else Said(str(one), str(one))
                offer = (
                    did_you_mean(str(one), map(str, known))
                    if not private
                    else Said(
                        f"在 {target} 里补上，或改正这个编号。",
                        f"Add it to {target} or correct the key.",
                    )
                )
                expected = Said(f"{target} 里有的编号", f"a key of {target}")
                faults.append(Fault(place, expected, got, offer, number, column.column))
    return faults


class _Typing:
    """Give one column its type, gathering its faults."""

    def __init__(
        self, column: Column, catalogue: Catalogue, place: str, rows: Sequence[int]
    ) -> None:
        self.column = column
        self.place = place
        self.rows = rows
        self.faults: list[Fault] = []
        self.allowed = _allowed(column, catalogue)

    def series(self, values: list[object]) -> pd.Series:
        readers: dict[str, Callable[[list[object]], pd.Series]] = {
            "integer": self._numbers,
            "number": self._numbers,
            "boolean": self._booleans,
            "date": self._dates,
            "category": self._words,
            "list": self._lists,
            "hours": self._hours,
            "point": self._shapes,
            "line": self._shapes,
            "polygon": self._shapes,
        }
        for row, value in enumerate(values):
            if value is None and self.column.required:
                self._fault(row, None, Said("有值", "a value"))
        return readers.get(self.column.type, self._texts)(values)

    def _texts(self, values: list[object]) -> pd.Series:
        return pd.Series([None if v is None else _text(v) for v in values], dtype="str")

    def _numbers(self, values: list[object]) -> pd.Series:
        out = np.full(len(values), np.nan)
        low, high = self.allowed if isinstance(self.allowed, tuple) else (-np.inf, np.inf)
        for row, value in enumerate(values):
            number = _number(value)
            whole = self.column.type == "number" or number is None or float(number).is_integer()
            if value is not None and (number is None or not whole):
                kind = (
                    Said("整数", "a whole number")
                    if self.column.type == "integer"
                    else Said("数", "a number")
                )
                self._fault(row, value, kind)
            elif number is not None and not low <= number <= high:
                self._fault(row, value, Said(f"{low:g} 到 {high:g}", f"{low:g}..{high:g}"))
            elif number is not None:
                out[row] = number
        if self.column.type == "integer":
            return pd.Series(out).astype("Int64")
        return pd.Series(out, dtype="float64")

    def _booleans(self, values: list[object]) -> pd.Series:
        out: list[object] = []
        for row, value in enumerate(values):
            word = None if value is None else str(value).strip().lower()
            if word is None or word == "unknown":
                out.append(pd.NA)
            elif word in TRUE_WORDS or word in FALSE_WORDS:
                out.append(word in TRUE_WORDS)
            else:
                self._fault(row, value, Said("yes、no 或空", "yes, no or nothing"))
                out.append(pd.NA)
        return pd.Series(out, dtype="boolean")

    def _dates(self, values: list[object]) -> pd.Series:
        text = pd.Series([None if v is None else str(v)[:10] for v in values], dtype="str")
        dates = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
        for row in np.flatnonzero(dates.isna().to_numpy() & text.notna().to_numpy()):
            expected = Said("日期，如 2026-03-05", "a date such as 2026-03-05")
            self._fault(int(row), values[row], expected)
        return dates.astype("datetime64[s]")

    def _words(self, values: list[object]) -> pd.Series:
        known = self.allowed if isinstance(self.allowed, frozenset) else None
        for row, value in enumerate(values):
            if value is not None and known is not None and str(value) not in known:
                self._fault(
                    row, value, Said("、".join(sorted(known)), "|".join(sorted(known))), known
                )
        return self._texts(values)

    def _lists(self, values: list[object]) -> pd.Series:
        known = self.allowed if isinstance(self.allowed, frozenset) else None
        for row, value in enumerate(values):
            for part in [] if value is None else str(value).split(LIST_SEPARATOR):
                if known is not None and part not in known:
                    self._fault(
                        row, part, Said("、".join(sorted(known)), "|".join(sorted(known))), known
                    )
        return self._texts(values)

    def _hours(self, values: list[object]) -> pd.Series:
        for row, value in enumerate(values):
            parts = [] if value is None else str(value).split(LIST_SEPARATOR)
            if any(not _HOURS.match(part.strip()) for part in parts):
                self._fault(row, value, Said("时段，如 06:00-22:00", "hours such as 06:00-22:00"))
        return self._texts(values)

    def _shapes(self, values: list[object]) -> pd.Series:
        kinds = _GEOMETRY[self.column.type]
        for row, value in enumerate(values):
            kind = getattr(value, "geom_type", None)
            if value is not None and (kind not in kinds or value.is_empty):  # type: ignore[attr-defined]
                self._fault(row, kind or "text", Said("、".join(kinds), "|".join(kinds)))
            elif value is not None and not value.is_valid:  # type: ignore[attr-defined]
                self._fault(
                    row, "self-crossing", Said("不自交的图形", "a shape that does not cross itself")
                )
        return pd.Series(values, dtype="object")

    def _fault(
        self, row: int, value: object, expected: Said, known: frozenset[str] | None = None
    ) -> None:
        private = self.column.privacy in ("personal", "sensitive", "identity")
        got = (
            described(value)
            if private or value is None
            else Said(_text(value)[:60], _text(value)[:60])
        )
        widen = f"catalogue/tables, {self.column.column}"
        remedy = Said(f"改正这一格；或在 {widen} 放宽。", f"Correct the cell, or widen {widen}.")
        if known is not None and value is not None and not private:
            remedy = did_you_mean(str(value), known)
        self.faults.append(
            Fault(self.place, expected, got, remedy, self.rows[row], self.column.column)
        )


def _allowed(column: Column, catalogue: Catalogue) -> tuple[float, float] | frozenset[str] | None:
    text = column.allowed
    if not text or text.startswith("table:"):
        return None
    if text.startswith("catalogue:"):
        return frozenset(getattr(catalogue, text.removeprefix("catalogue:")))
    if ".." in text:
        low, high = text.split("..")
        return float(low), float(high)
    return frozenset(text.split("|"))


def _unknown_columns(raw: pd.DataFrame, columns: Sequence[Column], place: str) -> list[Fault]:
    known = [column.column for column in columns]
    return [
        Fault(
            place,
            Said("、".join(known), ", ".join(known)),
            Said(f"未登记的列 {name}", f"unknown column {name}"),
            did_you_mean(str(name), known),
            1,
            str(name),
        )
        for name in raw.columns
        if name not in known
    ]


def _absent_columns(raw: pd.DataFrame, columns: Sequence[Column], place: str) -> list[Fault]:
    return [
        Fault(
            place,
            Said(f"有 {column.column} 列", f"a column {column.column}"),
            Said("没有这一列", "no such column"),
            Said(f"加上这一列：{column.zh}。", f"Add it: {column.description}."),
            1,
            column.column,
        )
        for column in columns
        if column.required and column.column not in raw.columns and len(raw.columns) > 0
    ]


def _duplicates(series: pd.Series, column: Column, place: str, rows: Sequence[int]) -> list[Fault]:
    first: dict[object, int] = {}
    faults = []
    for number, value in zip(rows, series, strict=True):
        if _missing(value):
            continue
        if value in first:
            expected = Said("不重复的编号", "a key used once")
            got = Said(f"与第 {first[value]} 行相同", f"the same as row {first[value]}")
            remedy = Said("合并两行或改编号。", "Merge the rows or change one key.")
            faults.append(Fault(place, expected, got, remedy, number, column.column))
        else:
            first[value] = number
    return faults


def _missing(value: object) -> bool:
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    if isinstance(value, float):
        return bool(np.isnan(value))
    return isinstance(value, str) and value.strip() == ""


def _number(value: object) -> float | None:
    if value is None:
        return None
    try:
        number = float(str(value).strip())
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
