"""Find the columns a definition names in a table, and turn their cells into numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.errors import Fault, Said, described, did_you_mean
from renlin.needs.indices.numerals import PLAIN, Numerals, read_numbers, remedy_of
from renlin.needs.indices.ranking import Floats

MOST_LISTED = 20
"""Faults of one column that are listed one by one; more become one with their number."""
_SIGNS = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")
_ROUND_KEY = re.compile(r"(\d+)\.0+")


@dataclass
class Sheet:
    """A table, the name of its file, and what is wrong with it so far.

    Attributes
    ----------
    table
        Cells as text or numbers; its index counts rows from 0 below the heading.
    place
        File as named in faults.
    missing
        Codes that mean unknown.
    faults
        Gathered while columns are taken; each column is looked at once.
    numerals
        How cells of text write numbers.
    """

    table: pd.DataFrame
    place: str
    missing: Sequence[float | str] = ()
    faults: list[Fault] = field(default_factory=list)
    numerals: Numerals = PLAIN
    _taken: dict[str, Floats] = field(default_factory=dict)

    def find(self, names: Iterable[str]) -> str | None:
        """Return the heading that is one of ``names``: as written first, then in plain form.

        A plain form that two headings share names neither.
        """
        names = list(names)
        for name in names:
            if name in self.table.columns:
                return name
        plains: dict[str, list[str]] = {}
        for heading in map(str, self.table.columns):
            plains.setdefault(plain(heading), []).append(heading)
        for name in names:
            hits = plains.get(plain(name), [])
            if len(hits) == 1:
                return hits[0]
        return None

    def numbers(self, heading: str) -> Floats:
        """Return the cells below ``heading`` as numbers, unknown as NaN; faults are noted."""
        if heading not in self._taken:
            self._taken[heading] = self._numbers(heading)
        return self._taken[heading]

    def _numbers(self, heading: str) -> Floats:
        cells = self.table[heading]
        if pd.api.types.is_bool_dtype(cells.dtype):
            cells = cells.astype("str")
        text = pd.api.types.is_object_dtype(cells) or pd.api.types.is_string_dtype(cells)
        if text:
            words = cells.fillna("").astype("str").str.strip()
            codes = {"", *(str(one).strip() for one in self.missing if isinstance(one, str))}
            empty = words.isin(codes)
            values = read_numbers(words.where(~empty, ""), self.numerals)
            wrong = (values.isna() & ~empty).to_numpy()
        else:
            words = cells
            values = pd.to_numeric(cells, errors="coerce")
            wrong = np.zeros(len(cells), dtype=bool)
        found = values.to_numpy(dtype="float64", na_value=np.nan).copy()
        numeric = [float(one) for one in self.missing if not isinstance(one, str)]
        found[np.isin(found, numeric)] = np.nan
        self._note(heading, wrong, Said("数", "a number"), words)
        self._note(heading, np.isinf(found), Said("有限的数", "a finite number"), words)
        found[np.isinf(found)] = np.nan
        return found

    def _note(
        self, heading: str, wrong: npt.NDArray[np.bool_], expected: Said, cells: pd.Series
    ) -> None:
        at = np.flatnonzero(wrong)
        for position in at[:MOST_LISTED]:
            row = int(self.table.index[position]) + 2
            got, remedy = described(cells.iloc[position]), remedy_of(cells.iloc[position])
            self.faults.append(Fault(self.place, expected, got, remedy, row, heading))
        if len(at) > MOST_LISTED:
            more = len(at) - MOST_LISTED
            got = Said(f"还有 {more} 格也不是", f"{more} more cells that are none")
            remedy = remedy_of(cells.iloc[at[MOST_LISTED]])
            self.faults.append(Fault(self.place, expected, got, remedy, None, heading))

    def lost(self, names: Sequence[str], expected: Said) -> Fault:
        """Return the fault of a column that is not there."""
        known = list(map(str, self.table.columns))
        got = Said("没有这一列", "no such column")
        return Fault(self.place, expected, got, did_you_mean(names[0], known), 1, names[0])


def plain(heading: str) -> str:
    """Return a heading without case, width, blanks and signs.

    Examples
    --------
    >>> plain("Income Rank (where 1 is most deprived)")
    'income_rank_where_1_is_most_deprived'
    """
    return _SIGNS.sub("_", unicodedata.normalize("NFKC", heading).casefold()).strip("_")


def keys(sheet: Sheet, heading: str, after: str, lengths: Sequence[int]) -> pd.Series:
    """Return the key of every row as text; empty and repeated ones are faults.

    ``42001.0`` becomes ``42001``; what stands before ``after`` goes; a key of digits that is
    one short of one of ``lengths`` gets its leading zero back.
    """
    cells = sheet.table[heading]
    words = [_key(cell, after, lengths) for cell in cells]
    column = pd.Series(words, index=sheet.table.index, dtype="object")
    remedy = Said("每行一个编号，各不相同。", "Give every row a key of its own.")
    empty = (column == "").to_numpy()
    expected = Said("编号", "a key")
    for position in np.flatnonzero(empty)[:MOST_LISTED]:
        row = int(sheet.table.index[position]) + 2
        sheet.faults.append(
            Fault(sheet.place, expected, Said("空", "nothing"), remedy, row, heading)
        )
    firsts = column[~empty].drop_duplicates()
    at = dict(zip(firsts, (int(row) + 2 for row in firsts.index), strict=True))
    again = column[~empty & column.duplicated().to_numpy()]
    for row, word in list(zip(map(int, again.index), again, strict=True))[:MOST_LISTED]:
        first = at[word]
        got = Said(f"与第 {first} 行相同", f"the same as in row {first}")
        expected = Said("不重复的编号", "a key that stands once")
        sheet.faults.append(Fault(sheet.place, expected, got, remedy, row + 2, heading))
    if len(again) > MOST_LISTED:
        got = Said(f"{len(again)} 个重复", f"{len(again)} repeated ones")
        sheet.faults.append(Fault(sheet.place, expected, got, remedy, None, heading))
    return column


def _key(cell: object, after: str, lengths: Sequence[int]) -> str:
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    word = str(cell).strip()
    whole = _ROUND_KEY.fullmatch(word)
    word = whole[1] if whole else word
    if after and after in word:
        word = word.rpartition(after)[2]
    if word.isdigit() and len(word) not in lengths and len(word) + 1 in lengths:
        word = "0" + word
    return word
