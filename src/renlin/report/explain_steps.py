"""Choose the rows and columns of a parent table that one cell rests on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd

from renlin.finding import Finding, Lineage
from renlin.report.shelf import Shelf

WHOLE = ("all", "gap", "worst_decile")
"""Rows that rest on every group, where the parent has no row of that name."""
BASE, SCHEME = "base", "scheme"
MOST_CITED = 3
"""Cells of one row that are followed when a rule cites several of its columns."""


def matching(
    found: Finding,
    row: pd.Series,
    column: str,
    parent: Finding,
    joined: tuple[Sequence[str], Sequence[str]],
) -> pd.DataFrame:
    """Return the rows of ``parent`` that belong to ``row``.

    Where both tables are keyed by the same column, such as the scheme, the rows of the
    same value are meant, also where the lineage does not say so.
    """
    pairs = [pair for pair in zip(*joined, strict=True) if pair[0]]
    named = {mine for mine, _ in pairs}
    shared = [n for n in found.provenance.key if n in parent.provenance.key and n not in named]
    table = parent.table
    for mine, theirs in [*pairs, *((name, name) for name in shared)]:
        wanted = BASE if mine == SCHEME and column == BASE else str(row[mine])
        hits = table[table[theirs].astype(str) == wanted]
        if len(hits) or (wanted not in WHOLE and mine in named):
            table = hits
    return table


def implied(found: Finding, shelf: Shelf) -> Lineage:
    """Return what a column without a lineage of its own rests on: the parents of its table.

    Rows belong together by the key columns both tables have. A table that rests on nothing
    else rests on the catalogue.
    """
    behind = []
    for name in found.provenance.parents:
        parent = shelf.provenances.get(name)
        if parent is not None:
            shared = "+".join(key for key in found.provenance.key if key in parent.key)
            behind.append((name, shared, shared))
    alone = not behind and not found.provenance.inputs
    return Lineage("", tuple(found.provenance.catalogue) if alone else (), tuple(behind))


def carriers(
    found: Finding,
    row: pd.Series,
    column: str,
    parent: Finding,
    table: pd.DataFrame,
    made: Lineage,
) -> list[str]:
    """Return the columns of ``parent`` that carry on the trace.

    The one of the same name; else one that the row names, such as its measure; else those
    the lineage cites, or all that say how they were made, the known ones first.
    """
    key, columns = parent.provenance.key, list(map(str, parent.table.columns))
    named = [column, *(str(row[name]) for name in found.provenance.key)]
    for name in named:
        if name in columns and name not in key:
            return [name]
    traced = [name for name in parent.provenance.lineage if name in columns]
    about = [code.partition("/")[2] for code in made.catalogue if code.startswith("indicators/")]
    rest = [name for name in columns if name not in key]
    usable = [name for name in about if name in traced] or traced or rest or columns
    if len(table) > 1 or {"file", "row"} <= set(columns):
        return usable[:1]
    said = {value for value in row if isinstance(value, str)}
    usable.sort(key=lambda name: _weight(table[name].iloc[0], said))
    ways = {parent.provenance.lineage.get(name, Lineage(name)): name for name in usable[::-1]}
    return [name for name in usable if name in ways.values()][:MOST_CITED]


def _weight(cell: Any, said: Collection[str]) -> int:
    """Return how early a cell is shown: what the row says too, what holds, what is known."""
    value = known(cell)
    if value is None:
        return 3
    if isinstance(value, str) and value in said:
        return 0
    return 1 if value is True else 2


def telling(table: pd.DataFrame, column: str, most: int) -> pd.DataFrame:
    """Return a few rows that show the span: the least, the greatest and one between."""
    if len(table) <= most:
        return table
    known = table[table[column].notna()]
    if len(known) < most or not pd.api.types.is_numeric_dtype(table[column]):
        return (known if len(known) >= most else table).head(most)
    order = known[column].astype("float64").sort_values(kind="stable").index
    at = {1: [-1], 2: [0, -1]}.get(most, [0, len(order) // 2, -1])
    return table.loc[[order[position] for position in at]]


def known(value: Any) -> Any:
    """Return a cell as a plain value, a date without its hour, None when it is unknown."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return value.date().isoformat()
    return value.item() if hasattr(value, "item") else value
