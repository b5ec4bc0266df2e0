"""Read the plain tables of a case as they are written, every fault of a file at once."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from renlin.errors import DataFault, Fault, Said, raise_all


def read_rows(folder: Path, file: str) -> pd.DataFrame:
    """Return a CSV file of ``folder`` as words, without the spaces round them.

    A byte-order mark and either kind of line end are fine; a row may end early, its last
    cells are empty then; lines without a word are passed over, as is a heading that is
    empty over empty cells.

    Raises
    ------
    DataFault
        When the file is not there or not in UTF-8, has no headings, or a row has more
        cells than there are headings.
    """
    place = f"{folder.name}/{file}"
    table = _lines(_text(folder, file, place), place)
    if not table or not any(table[0]):
        raise DataFault(_fault(place, Said("第一行是列名", "headings in line 1"), _NONE, 1))
    heads = table[0]
    faults, rows = [], []
    for number, row in enumerate(table[1:], start=2):
        if not any(row):
            continue
        if any(row[len(heads) :]):
            expected = Said(f"至多 {len(heads)} 格", f"at most {len(heads)} cells")
            got = Said(f"{len(row)} 格", f"{len(row)} cells")
            faults.append(_fault(place, expected, got, number))
        rows.append((row + [""] * len(heads))[: len(heads)])
    raise_all(faults, DataFault)
    kept = [at for at, head in enumerate(heads) if head or any(row[at] for row in rows)]
    cells = [[row[at] for at in kept] for row in rows]
    return pd.DataFrame(cells, columns=[heads[at] for at in kept], dtype=object)


def _lines(text: str, place: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [[cell.strip() for cell in line] for line in reader]
    except csv.Error as error:
        expected = Said("CSV：引号成对，没有空字节", "CSV with quotes in pairs")
        raise DataFault(
            _fault(place, expected, Said(f"{error}", f"{error}"), reader.line_num)
        ) from error


_NONE = Said("没有", "none")


def _text(folder: Path, file: str, place: str) -> str:
    path = folder / file
    if path.parent != folder or not path.is_file():
        remedy = Said("放进案例文件夹。", "Put it into the folder of the case.")
        raise DataFault(Fault(place, Said("这个文件", "this file"), _NONE, remedy))
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        expected = Said("UTF-8 的 CSV", "CSV in UTF-8")
        remedy = Said("另存为 UTF-8 的 CSV。", "Save it as CSV in UTF-8.")
        got = Said("读不了", "not readable")
        raise DataFault(Fault(place, expected, got, remedy)) from error


def _fault(place: str, expected: Said, got: Said, row: int) -> Fault:
    return Fault(place, expected, got, Said("改正后再跑。", "Correct it."), row)
