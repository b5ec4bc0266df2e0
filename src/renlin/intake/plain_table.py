"""Read a plain table of numbers about places: CSV, TSV, workbook or Parquet, packed or not.

A register is read by :mod:`renlin.intake.sheets`, which looks for headings and mends rows. A
table of an index has its headings in the first line and may be a whole nation long.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from renlin.errors import DataFault, Fault, Said, raise_all
from renlin.intake.delimited import sniff
from renlin.intake.encoding import decode
from renlin.intake.sheets import read_table

LARGEST = 1 << 30
"""Bytes of the largest text read, unpacked. All 85,000 tracts of the United States with 160
columns are some 60 MB; more than this is no table of an index."""
MOST_LISTED = 20
"""Faults of one kind listed one by one; more become one with their number."""
CELL = 1 << 20
"""Characters of the longest cell."""
_PARQUET, _GZIP = b"PAR1", b"\x1f\x8b"
_WORKBOOKS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
_TABLE = Said("表（CSV、TSV、XLSX、Parquet，可用 gzip）", "a table (CSV, TSV, XLSX, Parquet; gzip)")


class PlainTable(NamedTuple):
    """A table and what is wrong with single rows of its file; those rows are not in it."""

    table: pd.DataFrame
    faults: tuple[Fault, ...] = ()


def read_whole_table(path: Path, *, sheet: str | None = None) -> pd.DataFrame:
    """Return a table as :func:`read_plain_table` does, and raise what it notes."""
    found = read_plain_table(path, sheet=sheet)
    raise_all(found.faults, DataFault)
    return found.table


def read_plain_table(path: Path, *, sheet: str | None = None) -> PlainTable:
    """Return a table with its first row as headings; cells of text files stay text.

    What a file is, is told by its first bytes, not by its name. The index counts rows from 0
    below the heading row, as the file has them; empty rows are left out of the table.

    Parameters
    ----------
    path
        The file.
    sheet
        Sheet of a workbook; None takes the only visible one that holds anything.

    Raises
    ------
    DataFault
        When no table can be had: no such file, empty, damaged, of unknown encoding, headings
        that are empty or stand twice. Rows longer than the headings come back in ``faults``.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataFault(_fault(path.name, Said("读不到文件", "no readable file"))) from error
    if data.startswith(_GZIP):
        data = _unpacked(data, path.name)
    if data.startswith(_PARQUET):
        return PlainTable(_parquet(data, path.name))
    if data.startswith(_WORKBOOKS):
        return _workbook(path, sheet)
    if len(data) > LARGEST:
        raise DataFault(_fault(path.name, Said(f"{len(data) >> 20} MB", f"{len(data) >> 20} MB")))
    return _text(data, path.name)


def _unpacked(data: bytes, place: str) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            return packed.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        got = Said("损坏的压缩文件", "a damaged gzip file")
        raise DataFault(_fault(place, got)) from error


def _parquet(data: bytes, place: str) -> pd.DataFrame:
    try:
        found: pd.DataFrame = pq.read_table(io.BytesIO(data)).to_pandas()
    except (pa.ArrowException, OSError, ValueError) as error:
        got = Said("损坏的 Parquet", "a damaged Parquet file")
        raise DataFault(_fault(place, got)) from error
    found.columns = found.columns.astype("str")
    return found.reset_index(drop=True)


def _workbook(path: Path, sheet: str | None) -> PlainTable:
    raw = read_table(path, sheet=sheet)
    first = raw.heading_row + 1
    rows = [number - first for number in raw.row_numbers]
    made = pd.DataFrame(list(raw.rows), columns=list(raw.headings), index=rows, dtype="object")
    raise_all(_heading_faults(list(raw.headings), raw.place), DataFault)
    made.index += raw.heading_row - 1
    return PlainTable(made, raw.faults)


def _text(data: bytes, place: str) -> PlainTable:
    decoded = decode(data, place=place)
    text = decoded.text
    separator = sniff(text[:200_000].splitlines()).delimiter or ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    faults = [*decoded.faults]
    csv.field_size_limit(CELL)
    try:
        headings = [cell.strip() for cell in next(rows, [])]
        cells, numbers = _rows(rows, headings, place, faults)
    except csv.Error as error:
        got = Said("引号不成对或单元格过长", "a quote that is not closed, or a cell too long")
        raise DataFault(_fault(place, got, rows.line_num)) from error
    raise_all([*decoded.faults, *_heading_faults(headings, place)], DataFault)
    made = pd.DataFrame(cells, columns=headings, index=numbers, dtype="object")
    return PlainTable(made, tuple(faults))


def _rows(
    rows: Iterable[list[str]], headings: list[str], place: str, faults: list[Fault]
) -> tuple[list[list[str]], list[int]]:
    """Return the filled rows, squared, with their numbers from 0; note those too long."""
    wide = len(headings)
    cells: list[list[str]] = []
    numbers: list[int] = []
    long: list[tuple[int, int]] = []
    for number, row in enumerate(rows):
        if not any(map(str.strip, row)):
            continue
        if any(cell.strip() for cell in row[wide:]):
            long.append((number + 2, len(row)))
        elif len(row) == wide:
            cells.append(row)
            numbers.append(number)
        else:
            cells.append([*row[:wide], *[""] * (wide - len(row))])
            numbers.append(number)
    for at, count in long[:MOST_LISTED]:
        got = Said(f"{count} 格", f"{count} cells")
        expected = Said(f"至多 {wide} 格", f"at most {wide} cells")
        faults.append(Fault(place, expected, got, _MEND, at))
    if len(long) > MOST_LISTED:
        got = Said(f"共 {len(long)} 行更长", f"{len(long)} longer rows in all")
        faults.append(Fault(place, Said(f"至多 {wide} 格", f"at most {wide} cells"), got, _MEND))
    return cells, numbers


def _heading_faults(headings: list[str], place: str) -> list[Fault]:
    if not any(headings):
        return [_fault(place, Said("空文件", "an empty file"))]
    twice = sorted({name for name in headings if name and headings.count(name) > 1})
    expected = Said("不重复的列名", "headings that stand once")
    return [Fault(place, expected, Said("重复", "a second one"), _MEND, 1, name) for name in twice]


_MEND = Said("改正后再导入。", "Correct it and try again.")


def _fault(place: str, got: Said, row: int | None = None) -> Fault:
    return Fault(place, _TABLE, got, Said("检查文件，重新导出。", "Check or export it anew."), row)
