"""Check a table against its schema and give every column its type.

All faults of a table are gathered; none is raised here, so that a caller can
report the faults of every file at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Column
from renlin.community.cells import Typing, missing
from renlin.errors import Fault, Said, did_you_mean

FIRST_DATA_ROW = 2


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
    faults = _headings(raw, columns, place)
    made: dict[str, pd.Series] = {}
    for column in columns:
        present = column.column in raw
        asked = column if present else column.model_copy(update={"required": False})
        typing = Typing(asked, catalogue, table, place, numbers)
        cells = raw[column.column] if present else [None] * len(raw)
        made[column.column] = typing.series([None if missing(cell) else cell for cell in cells])
        faults.extend(typing.faults)
    if columns and columns[0].type == "id":
        faults.extend(_duplicates(made[columns[0].column], columns[0], place, numbers))
    return Conformed(pd.DataFrame(made), tuple(faults))


def _headings(raw: pd.DataFrame, columns: Sequence[Column], place: str) -> list[Fault]:
    """Return what is wrong with the headings.

    Where none of them is known, the first row may hold a resident and is not quoted.
    """
    known = [column.column for column in columns]
    given = [str(name) for name in raw.columns]
    if given and not set(given) & set(known):
        return [
            Fault(
                place,
                Said(f"表头 {'、'.join(known)}", f"the headings {', '.join(known)}"),
                Said("一个认识的表头也没有", "none of them"),
                Said("第一行写表头。", "Write the headings in the first row."),
                1,
            )
        ]
    return [*_unknown(given, known, place), *_absent(given, columns, place)]


def _unknown(given: Sequence[str], known: Sequence[str], place: str) -> list[Fault]:
    return [
        Fault(
            place,
            Said("、".join(known), ", ".join(known)),
            Said(f"未登记的列 {name}", f"unknown column {name}"),
            did_you_mean(name, known),
            1,
            name,
        )
        for name in given
        if name not in known
    ]


def _absent(given: Sequence[str], columns: Sequence[Column], place: str) -> list[Fault]:
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
        if column.required and column.column not in given and given
    ]


def _duplicates(series: pd.Series, column: Column, place: str, rows: Sequence[int]) -> list[Fault]:
    first: dict[object, int] = {}
    faults = []
    for number, value in zip(rows, series, strict=True):
        if missing(value):
            continue
        if value in first:
            expected = Said("不重复的编号", "a key used once")
            got = Said(f"与第 {first[value]} 行相同", f"the same as row {first[value]}")
            remedy = Said("合并两行或改编号。", "Merge the rows or change one key.")
            faults.append(Fault(place, expected, got, remedy, number, column.column))
        else:
            first[value] = number
    return faults
