"""Find columns that say again what others say: their evidence would count twice.

A full name beside given name and surname, an address that holds the suburb, a column copied
under another heading: a comparison of both takes one agreement for two.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from renlin.intake.characters import is_missing

SAMPLE = 500
"""Rows looked at: enough to tell shares of a tenth apart."""
MOST = 0.8
"""Share of rows in which a column's words stand in another, from which it is part of it.
Assumption."""
LEAST = 5
"""Rows with both words below which nothing is said. Assumption."""
HAN = ("\u4e00", "\u9fff")
HALF = 0.5
"""Share of a column's words that its parts hold, from which the parts say it better; below it
the column says more than they do. Assumption."""


def repeated(table: pd.DataFrame, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return column -> the columns it repeats, for each that is better left out.

    Parameters
    ----------
    table
        Records as read.
    columns
        Columns that could be compared.

    Examples
    --------
    >>> first, last = ["ann", "bo", "cy", "di", "ed"], ["lee", "yu", "wu", "ma", "xu"]
    >>> rows = pd.DataFrame({"first": first, "last": last})
    >>> rows["name"] = rows["first"] + " " + rows["last"]
    >>> repeated(rows, ["name", "first", "last"])
    {'name': ('first', 'last')}
    """
    words = {column: _words(table[column]) for column in columns}
    parts: dict[str, list[str]] = {}
    left: dict[str, tuple[str, ...]] = {}
    for at, column in enumerate(columns):
        for other in columns[:at]:
            if _inside(words[column], words[other]) and _inside(words[other], words[column]):
                left.setdefault(column, (other,))
    for whole in columns:
        inside = [part for part in columns if part != whole and part not in left
                  and _inside(words[part], words[whole])]  # fmt: skip
        if whole not in left and inside:
            parts[whole] = inside
    for whole, inside in sorted(parts.items(), key=lambda pair: -len(pair[1])):
        kept = [part for part in inside if part not in left]
        if not kept:
            continue
        if _held(words[whole], [words[part] for part in kept]) >= HALF:
            left[whole] = tuple(kept)
        else:
            left |= dict.fromkeys(kept, (whole,))
    return left


def _words(values: pd.Series) -> list[frozenset[str]]:
    """Return the words of evenly chosen rows; none where the value is missing."""
    step = max(1, len(values) // SAMPLE)
    cells = ["" if v is None or v != v else str(v) for v in values.iloc[::step]]
    return [frozenset() if is_missing(c) else _split(c) for c in cells]


def _split(cell: str) -> frozenset[str]:
    """Return the words of a cell; every Chinese character is one."""
    apart = (
        f" {c} " if HAN[0] <= c <= HAN[1] else c if c.isalnum() else " " for c in cell.casefold()
    )
    return frozenset("".join(apart).split())


def _inside(part: Sequence[frozenset[str]], whole: Sequence[frozenset[str]]) -> bool:
    """Return whether the words of ``part`` nearly always stand in ``whole`` too."""
    known = [(a, b) for a, b in zip(part, whole, strict=True) if a and b]
    if len(known) < max(LEAST, HALF * sum(1 for a in part if a)):
        return False
    return sum(a <= b for a, b in known) >= MOST * len(known)


def _held(whole: Sequence[frozenset[str]], parts: Sequence[Sequence[frozenset[str]]]) -> float:
    """Return the mean share of the words of ``whole`` that its parts hold."""
    shares = [
        len(row & frozenset().union(*(part[at] for part in parts))) / len(row)
        for at, row in enumerate(whole)
        if row
    ]
    return sum(shares) / len(shares) if shares else 0.0
