"""Find the row of headings among titles, dates and data, and refuse to guess."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from math import ceil

from renlin.intake.characters import half_width, is_missing, plain_heading
from renlin.intake.grid import Rows

_SEARCHED = 30  # rows: no title block of a register is longer. Assumption.
_SAMPLED = 200  # rows from which a column's kind is told
_WIDE = 0.6  # share of the usual number of filled cells that makes a row a table row
_LABELS = 0.7  # share of a heading's cells that are words, not values
_DIGITS = 0.8  # share of a column's cells with digits that makes it a column of numbers
_FOOT = re.compile(r"(合计|总计|小计|制表|填表|审核|填报|注[:：]|备注[:：]|说明[:：])")


def find_heading(rows: Rows, known: Collection[str] = ()) -> int | None:
    """Return the index of the heading row, or None when no row is clearly it.

    The row with most known headings wins when at least two are known. Otherwise it is
    the first row as wide as the table, and only if it reads as words: a first wide row
    of values means that the file has no headings, and looking further down would turn
    residents into titles.

    Parameters
    ----------
    rows
        ``(row number, cells)`` without empty rows.
    known
        Headings in the form of :func:`~renlin.intake.characters.plain_heading`.
    """
    top = rows[:_SEARCHED]
    if known:
        words = set(known)
        hits = [sum(1 for cell in cells if plain_heading(cell) in words) for _, cells in top]
        if hits and max(hits) >= 2:
            return hits.index(max(hits))
    wide = _WIDE * _usual_width(rows)
    for index, (_, cells) in enumerate(top):
        filled = [half_width(cell) for cell in cells if cell.strip()]
        if len(filled) < wide or _is_form(filled):
            continue
        return index if _is_labels(filled) else None
    return None


def number_columns(rows: Rows) -> frozenset[int]:
    """Return the 0-based columns whose cells nearly all hold digits."""
    found = set()
    sample = rows[:_SAMPLED]
    for column in range(max((len(cells) for _, cells in sample), default=0)):
        values = [c[column] for _, c in sample if column < len(c) and not is_missing(c[column])]
        with_digits = sum(1 for value in values if _has_digit(value))
        if len(values) >= 3 and with_digits >= _DIGITS * len(values):
            found.add(column)
    return frozenset(found)


def heads_columns(cells: Sequence[str], numbers: Collection[int], names: int = 0) -> bool:
    """Tell whether a row stands as words over columns of numbers.

    Two columns of numbers must hold a word in this row and none a number; one is
    enough when the cell under the first heading is empty, as below a merged heading.
    """
    over = [cells[c] for c in numbers if c < len(cells) and not is_missing(cells[c])]
    if not over or any(_has_digit(cell) for cell in over):
        return False
    return len(over) >= 2 or (names < len(cells) and not cells[names].strip())


def is_foot(cells: Sequence[str]) -> bool:
    """Tell whether a row is a sum or a remark below the table, not a record."""
    filled = [half_width(cell) for cell in cells if cell.strip()]
    return bool(filled) and len(filled) <= max(2, len(cells) // 3) and bool(_FOOT.match(filled[0]))


def _usual_width(rows: Rows) -> int:
    """Return the number of filled cells that three quarters of the rows do not exceed."""
    counts = sorted(sum(1 for cell in cells if cell.strip()) for _, cells in rows[:_SAMPLED])
    return counts[ceil(0.75 * len(counts)) - 1] if counts else 0


def _is_form(filled: Sequence[str]) -> bool:
    """Tell whether a row is a line such as 填报单位：… 日期：… above the table."""
    valued = sum(1 for cell in filled if re.search(r":.", cell))
    labels = sum(1 for cell in filled if cell.endswith(":"))
    return valued + labels >= len(filled) / 3 and labels < _LABELS * len(filled)


def _is_labels(filled: Sequence[str]) -> bool:
    labels = sum(1 for cell in filled if not _is_value(cell))
    return labels >= _LABELS * len(filled) and len(set(filled)) >= _WIDE * len(filled)


def _is_value(cell: str) -> bool:
    """Tell whether a cell holds a value: mostly digits, a long number, or very long."""
    digits = sum(1 for c in cell if c.isdigit())
    return digits >= len(cell) / 2 or re.search(r"\d{5}", cell) is not None or len(cell) > 40


def _has_digit(cell: str) -> bool:
    return any(c.isdigit() for c in cell)
