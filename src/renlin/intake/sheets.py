"""Read one register file into rows of text, with the row numbers its holder sees."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from renlin.errors import DataFault, Fault, Said
from renlin.intake.delimited import cut
from renlin.intake.encoding import decode
from renlin.intake.grid import Grid
from renlin.intake.heading_row import find_heading
from renlin.intake.records import RawTable, assembled, no_records
from renlin.intake.workbook import damaged_numbers, read_workbook

LARGEST_FILE = 32 << 20
"""Bytes of the largest register read: some 150,000 rows of 200 bytes, fifty communities
in one file. Even the emptiest rows then stay below 1 GB of memory (measured)."""
_SCIENTIFIC = re.compile(r"[+-]?\d(\.\d+)?[eE]\+?(1[5-9]|2\d)")
_NUMBER_STARTS = frozenset("+-0123456789")
_ZEROED = re.compile(r"\d{13,}000")
_MARKUP = re.compile(r"\s*<(!doctype|html|table|\?xml|meta|head)", re.IGNORECASE)
_TABLE = Said("登记表（CSV、XLSX、XLS、ODS）", "a register (CSV, XLSX, XLS, ODS)")
_SAVE_AGAIN = Said(
    "请在 Excel 或 WPS 中打开并另存为 XLSX。", "Open it in Excel or WPS and save it as XLSX."
)
_FOREIGN = {
    b"%PDF": Said("PDF 文件", "a PDF file"),
    b"Rar!": Said("RAR 压缩包", "a RAR archive"),
    b"7z\xbc\xaf": Said("7z 压缩包", "a 7z archive"),
    b"\x1f\x8b": Said("gzip 压缩文件", "a gzip file"),
    b"\x89PNG": Said("图片", "a picture"),
    b"\xff\xd8\xff": Said("图片", "a picture"),
    b"{\\rtf": Said("RTF 文档", "an RTF document"),
}
_WORKBOOKS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")


def read_table(
    path: Path,
    *,
    place: str | None = None,
    sheet: str | None = None,
    heading_row: int | None = None,
    known: Collection[str] = (),
) -> RawTable:
    """Return the rows of one register file as text.

    What a file is, is told by its first bytes, not by its name. Cells are never
    evaluated: text that begins with ``= + - @`` stays text.

    Parameters
    ----------
    path
        CSV, TSV or another delimited text; XLSX, XLSB, XLS or ODS.
    place
        File as named in faults, relative to the community folder; its name by default.
    sheet
        Sheet of a workbook; None takes the only visible one that holds anything.
    heading_row
        Row number of the headings when the file's holder states it.
    known
        Headings in plain form (:func:`renlin.intake.headings.known_headings`) that help to
        find the heading row.

    Raises
    ------
    DataFault
        When no table can be had at all: the file is missing, empty, too large, in an
        unknown encoding, damaged or protected, or has no clear heading row. What is
        wrong with single rows comes back in ``faults`` and ``doubts``.
    """
    named = place if place is not None else path.name
    grid = _grid(path, named, sheet)
    if not grid.rows:
        raise DataFault((*grid.faults, no_records(grid.place, None)))
    index = _heading_index(grid, heading_row, known)
    return assembled(grid, index)


def _grid(path: Path, place: str, sheet: str | None) -> Grid:
    """Return the cells of the file, whatever its kind."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST_FILE else b""
    except OSError as error:
        got = Said("读不到文件", "no readable file")
        remedy = Said("请检查文件名和权限。", "Check the name and the permissions.")
        raise DataFault(Fault(place, _TABLE, got, remedy)) from error
    if size > LARGEST_FILE:
        limit = LARGEST_FILE >> 20
        expected = Said(f"不超过 {limit} MB 的文件", f"a file of at most {limit} MB")
        got = Said(f"{size >> 20} MB", f"{size >> 20} MB")
        remedy = Said("请按社区拆分后再导入。", "Split it by community, then import it.")
        raise DataFault(Fault(place, expected, got, remedy))
    if data.startswith(_WORKBOOKS):
        return read_workbook(path, place=place, sheet=sheet)
    for magic, kind in _FOREIGN.items():
        if data.startswith(magic):
            raise DataFault(Fault(place, _TABLE, kind, _SAVE_AGAIN))
    return _text_grid(data, place)


def _text_grid(data: bytes, place: str) -> Grid:
    """Return the cells of a delimited text."""
    decoded = decode(data, place=place)
    if _MARKUP.match(decoded.text):
        got = Said("网页或 XML（扩展名不符）", "a web page or XML under another name")
        raise DataFault(Fault(place, _TABLE, got, _SAVE_AGAIN))
    parts = cut(decoded.text, place=place)
    damaged = [
        (number, column)
        for number, cells in parts.rows
        for column, cell in enumerate(cells)
        if len(cell) >= 5 and _is_damaged(cell.strip())
    ]
    delimiter = parts.dialect.said()
    return Grid(
        place=place,
        rows=parts.rows,
        cut_short=not decoded.text.endswith(("\n", "\r")),
        notes=(
            Said(f"编码 {decoded.encoding}", f"encoding {decoded.encoding}"),
            Said(f"分隔符：{delimiter.zh}", f"delimiter: {delimiter.en}"),
        ),
        faults=(*decoded.faults, *parts.faults),
        doubts=tuple(damaged_numbers(place, damaged)),
    )


def _is_damaged(cell: str) -> bool:
    """Tell whether a text is a long number that a spreadsheet shortened.

    Scientific form, or 16 and more digits of which all after the fifteenth, and at
    least three, are zero.
    """
    if not cell.endswith("000"):
        return cell[:1] in _NUMBER_STARTS and _SCIENTIFIC.fullmatch(cell) is not None
    return _ZEROED.fullmatch(cell) is not None and not cell[15:].strip("0")


def _heading_index(grid: Grid, stated: int | None, known: Collection[str]) -> int:
    """Return the index of the heading row, or raise."""
    remedy = Said(
        "请补上标题行，或在映射文件里写明 heading_row。",
        "Add a heading row, or state heading_row in the mapping file.",
    )
    expected = Said("一行列标题", "a row of headings")
    if stated is not None:
        for index, (number, _) in enumerate(grid.rows):
            if number == stated:
                return index
        got = Said("空行", "an empty row")
        raise DataFault((*grid.faults, Fault(grid.place, expected, got, remedy, row=stated)))
    found = find_heading(grid.rows, known)
    if found is None:
        got = Said("没有可辨认的标题行", "no row that is clearly one")
        fault = Fault(grid.place, expected, got, remedy, row=grid.rows[0][0])
        raise DataFault((*grid.faults, fault))
    return _below_merges(grid, found)


def _below_merges(grid: Grid, index: int) -> int:
    """Return the last of several heading rows that merged cells tie together."""
    number = grid.rows[index][0]
    bottoms = [m.bottom for m in grid.merged if m.top == number < m.bottom]
    last = max(bottoms, default=number)
    return max(i for i, (n, _) in enumerate(grid.rows) if n <= last)
