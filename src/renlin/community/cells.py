"""Give the cells of one column their type, gathering what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
from shapely import force_2d, get_coordinates, is_valid_reason
from shapely.geometry.base import BaseGeometry

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Column
from renlin.errors import Fault, Said, described, did_you_mean

TRUE_WORDS = frozenset({"true", "yes", "1", "1.0", "y", "是", "有"})
FALSE_WORDS = frozenset({"false", "no", "0", "0.0", "n", "否", "无"})
LIST_SEPARATOR = ";"
LONGEST_QUOTE = 60
PRIVATE = ("personal", "sensitive", "identity")
_HOURS = re.compile(r"^([01]?\d|2[0-3]):[0-5]\d-(([01]?\d|2[0-3]):[0-5]\d|24:00)$")
_DATE = re.compile(r"^(\d{4}-\d{1,2}-\d{1,2})(?:[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?$")
_GEOMETRY = {"point": ("Point",), "line": ("LineString",), "polygon": ("Polygon", "MultiPolygon")}
_INVALID = {
    "Self-intersection": Said("自相交的图形", "a shape that crosses itself"),
    "Ring Self-intersection": Said("自相交的图形", "a shape that crosses itself"),
    "Too few points in geometry component": Said("没有长度的图形", "a shape without length"),
    "Invalid Coordinate": Said("不是数的坐标", "coordinates that are no numbers"),
}


class Typing:
    """Give one column of a table its type.

    Parameters
    ----------
    table
        Name of the table, for the remedy.
    place
        File name for the faults.
    rows
        Row number of each cell in the user's program.

    Attributes
    ----------
    faults
        What was wrong with the cells read so far. A private cell is described, never quoted.
    """

    def __init__(
        self, column: Column, catalogue: Catalogue, table: str, place: str, rows: Sequence[int]
    ) -> None:
        self.column = column
        self.table = table
        self.place = place
        self.rows = rows
        self.faults: list[Fault] = []
        self.allowed = allowed(column, catalogue)

    def series(self, values: list[object]) -> pd.Series:
        """Return ``values`` (None where missing) as a typed series; faulty cells are missing."""
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
                self._fault(row, None, Said("有值", "a value"), self._fill())
        return readers.get(self.column.type, self._texts)(values)

    def _texts(self, values: list[object]) -> pd.Series:
        return pd.Series([None if v is None else text(v) for v in values], dtype="str")

    def _numbers(self, values: list[object]) -> pd.Series:
        out = np.full(len(values), np.nan)
        low, high = self.allowed if isinstance(self.allowed, tuple) else (-np.inf, np.inf)
        whole = self.column.type == "integer"
        kind = Said("整数", "a whole number") if whole else Said("数", "a number")
        for row, value in enumerate(values):
            number = _number(value)
            if value is None:
                continue
            if number is None or (whole and not number.is_integer()):
                self._fault(row, value, kind)
            elif not low <= number <= high:
                self._fault(row, value, Said(f"{low:g} 到 {high:g}", f"{low:g}..{high:g}"))
            else:
                out[row] = number
        return pd.Series(out).astype("Int64") if whole else pd.Series(out, dtype="float64")

    def _booleans(self, values: list[object]) -> pd.Series:
        out: list[object] = []
        for row, value in enumerate(values):
            word = None if value is None else str(value).strip().lower()
            if word in TRUE_WORDS or word in FALSE_WORDS:
                out.append(word in TRUE_WORDS)
                continue
            out.append(pd.NA)
            if word is not None and word != "unknown":
                self._fault(row, value, Said("yes、no 或空", "yes, no or nothing"))
        return pd.Series(out, dtype="boolean")

    def _dates(self, values: list[object]) -> pd.Series:
        out: list[object] = []
        for row, value in enumerate(values):
            hit = None if value is None else _DATE.match(str(value).strip())
            date = _day(hit.group(1)) if hit else pd.NaT
            if value is not None and date is pd.NaT:
                self._fault(row, value, Said("日期，如 2026-03-05", "a date such as 2026-03-05"))
            out.append(date)
        return pd.Series(out, dtype="datetime64[s]")

    def _words(self, values: list[object]) -> pd.Series:
        for row, value in enumerate(values):
            if value is not None:
                self._known_word(row, text(value))
        return self._texts(values)

    def _lists(self, values: list[object]) -> pd.Series:
        kept: list[object] = []
        for row, value in enumerate(values):
            parts = list(items(value))
            for part in parts:
                self._known_word(row, part)
            kept.append(LIST_SEPARATOR.join(parts) or None)
        return self._texts(kept)

    def _known_word(self, row: int, word: str) -> None:
        known = self.allowed
        if isinstance(known, frozenset) and word not in known:
            expected = Said("、".join(sorted(known)), "|".join(sorted(known)))
            remedy = None if self._private else did_you_mean(word, sorted(known))
            self._fault(row, word, expected, remedy)

    def _hours(self, values: list[object]) -> pd.Series:
        for row, value in enumerate(values):
            if any(not _HOURS.match(part) for part in items(value)):
                self._fault(row, value, Said("时段，如 06:00-22:00", "hours such as 06:00-22:00"))
        return self._texts([LIST_SEPARATOR.join(items(v)) or None for v in values])

    def _shapes(self, values: list[object]) -> pd.Series:
        """Return shapes in two dimensions; heights of a map are not read."""
        kinds = _GEOMETRY[self.column.type]
        kept: list[object] = []
        for row, value in enumerate(values):
            wrong = None if value is None else _wrong_shape(value, kinds)
            if wrong is not None:
                self._fault(row, *wrong)
            kept.append(
                force_2d(value) if isinstance(value, BaseGeometry) and wrong is None else None
            )
        return pd.Series(kept, dtype="object")

    @property
    def _private(self) -> bool:
        return self.column.privacy in PRIVATE

    def _fill(self) -> Said:
        return Said("填上这一格。", "Fill the cell.")

    def _fault(self, row: int, value: object, expected: Said, remedy: Said | None = None) -> None:
        if isinstance(value, Said):
            got = value
        elif self._private or value is None:
            got = described(value)
        else:
            got = Said(text(value)[:LONGEST_QUOTE], text(value)[:LONGEST_QUOTE])
        widen = f"catalogue/tables/{self.table}.csv"
        name = self.column.column
        usual = Said(
            f"改正这一格；或在 {widen} 放宽「{name}」。",
            f"Correct the cell, or widen {name} in {widen}.",
        )
        self.faults.append(Fault(self.place, expected, got, remedy or usual, self.rows[row], name))


def allowed(column: Column, catalogue: Catalogue) -> tuple[float, float] | frozenset[str] | None:
    """Return the bounds (closed) or the words a column may hold; None when anything goes."""
    declared = column.allowed
    if not declared or declared.startswith("table:"):
        return None
    if declared.startswith("catalogue:"):
        return frozenset(getattr(catalogue, declared.removeprefix("catalogue:")))
    if ".." in declared:
        low, high = declared.split("..")
        return float(low), float(high)
    return frozenset(declared.split("|"))


def items(value: object) -> Iterator[str]:
    """Yield the parts of a list cell, without blanks."""
    for part in [] if missing(value) else str(value).split(LIST_SEPARATOR):
        if part.strip():
            yield part.strip()


def missing(value: object) -> bool:
    """Return whether a cell says nothing."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    if isinstance(value, float):
        return bool(np.isnan(value))
    return isinstance(value, str) and value.strip() == ""


def text(value: object) -> str:
    """Return a cell as text; a whole number loses the point a spreadsheet gave it."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _number(value: object) -> float | None:
    try:
        number = float(str(value).strip())
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _wrong_shape(value: object, kinds: tuple[str, ...]) -> tuple[object, Said] | None:
    """Return what was got and what is expected, or None when the shape is right."""
    expected = Said("、".join(kinds), "|".join(kinds))
    if not isinstance(value, BaseGeometry):
        return Said("文字", "text"), expected
    if value.geom_type not in kinds:
        return Said(value.geom_type, value.geom_type), expected
    if value.is_empty:
        return Said("空图形", "an empty shape"), expected
    if not np.isfinite(get_coordinates(value)).all():
        return (
            Said("不在坐标系范围内的坐标", "coordinates outside the coordinate system"),
            Said("能换算成米的坐标", "coordinates that can be turned into metres"),
        )
    if not value.is_valid:
        why = is_valid_reason(value).split("[")[0]
        return _INVALID.get(why, Said(why, why)), Said("正确的图形", "a valid shape")
    if value.geom_type == "LineString" and value.length == 0:
        return _INVALID["Too few points in geometry component"], Said(
            "有长度的线", "a line with length"
        )
    return None


@lru_cache(maxsize=8192)
def _day(text: str) -> object:
    """Return a date as written; kept, for a register names the same few days again and again."""
    return pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
