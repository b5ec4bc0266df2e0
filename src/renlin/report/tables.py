"""Read tables as plain rows, so that a page handles words and numbers, not frames."""

from __future__ import annotations

from typing import Any

import pandas as pd

Row = dict[str, Any]


def rows_of(table: pd.DataFrame) -> list[Row]:
    """Return the rows of a table as dictionaries, shapes left out."""
    plain = table.drop(columns="geometry", errors="ignore")
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]


def counted(values: pd.Series) -> dict[str, int]:
    """Return value -> how often it occurs, most frequent first, ties by name."""
    found = values.dropna().astype(str).value_counts()
    pairs = [(str(name), int(n)) for name, n in found.items()]
    return dict(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))


def first_row(table: pd.DataFrame) -> Row | None:
    """Return the first row of a table, None when it has none."""
    listed = rows_of(table.head(1))
    return listed[0] if listed else None
