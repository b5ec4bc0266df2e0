"""Keep cells that a spreadsheet program would run from being run.

Offices open our sheets with a double click. A text that begins with one of the signs below
would be read as a formula there; an apostrophe before it makes it text again.

Assumption: these are the signs the common spreadsheet programs take for a formula's start.
"""

from __future__ import annotations

from typing import Any, overload

import pandas as pd

SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""What a formula begins with; tabulator and carriage return hide what follows them."""


@overload
def guarded(cell: str) -> str: ...
@overload
def guarded(cell: Any) -> Any: ...
def guarded(cell: Any) -> Any:
    """Return a cell that a spreadsheet program takes as text; what is no text stays.

    Examples
    --------
    >>> guarded("=1+1"), guarded("王"), guarded(-1)
    ("'=1+1", '王', -1)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(SIGNS) else cell


def unguarded(cell: str) -> str:
    """Return a cell as it was before :func:`guarded`.

    Examples
    --------
    >>> unguarded("'=1+1"), unguarded("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(SIGNS) else cell


def sheet(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table for a spreadsheet program: headings and texts guarded, numbers as they are."""
    texts = [name for name in table if table[name].dtype.kind not in "fiubMm"]
    made = table.assign(**{str(name): _texts(table[name]) for name in texts})
    return made.rename(columns=guarded)


def _texts(column: pd.Series) -> pd.Series:
    return column.astype("object").map(guarded, na_action="ignore")
