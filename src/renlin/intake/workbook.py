"""Read one sheet of an XLS, XLSX, XLSB or ODS workbook in a guarded process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from renlin.errors import DataFault, Fault, Said, did_you_mean
from renlin.intake.grid import Grid, Merge, each_or_together
from renlin.intake.rows import column_letter

MEMORY_LIMIT = 1 << 30
"""Bytes of address space for the reading process. 50,000 rows of 20 columns need
0.2 GB (measured); a shared-string bomb needs more than any machine has."""
PROCESSOR_LIMIT = 8
"""Seconds of processor time. The same 50,000 rows take 2 s (measured)."""
WALL_LIMIT = 60
"""Seconds of waiting: a busy machine may stretch the processor time several times."""
_CHILD = Path(__file__).with_name("workbook_child.py")
_READABLE = Said("可以读取的工作簿", "a workbook that can be read")
_SAVE_AGAIN = Said(
    "请在 Excel 或 WPS 中打开并另存为 XLSX。", "Open it in Excel or WPS and save it as XLSX."
)
_FAILURES = {
    "PasswordError": (
        Said("有密码保护的文件", "a file protected by a password"),
        Said("请取消密码后再导入。", "Remove the password, then import it."),
    ),
    "ZipError": (Said("损坏或不完整的压缩包", "a damaged or incomplete archive"), _SAVE_AGAIN),
    "XmlError": (Said("内容损坏的工作簿", "a workbook with damaged content"), _SAVE_AGAIN),
    "MemoryError": (
        Said("超过内存上限的内容", "content beyond the memory limit"),
        Said("请拆分文件或删去空白格式区域。", "Split the file or clear formatted empty areas."),
    ),
}


def read_workbook(path: Path, *, place: str, sheet: str | None = None) -> Grid:
    """Return the cells of one sheet, numbers and dates as text, nothing calculated.

    The workbook is read by a process of its own with limits on memory and time. Whole
    numbers lose no digit and gain none; a number above 15 digits is kept in scientific
    form and listed as damaged; dates are ISO; cells that begin with ``= + - @`` are
    text. Vertically merged cells repeat their value on every row they cover. Formulas
    that were never calculated and error values are listed (XLSX only: the older formats
    keep them where this reader cannot see them).

    Parameters
    ----------
    path
        The workbook.
    place
        File as named in faults.
    sheet
        Name of the sheet, also a hidden one. None takes the only visible sheet that
        holds anything.

    Raises
    ------
    DataFault
        When the workbook cannot be read, or the sheet is not there or not the only one.
    """
    lines = _run(path, sheet, place)
    first = next(lines)
    if "failed" in first:
        got, remedy = _FAILURES.get(
            first["failed"], (Said("损坏的工作簿", "a damaged workbook"), _SAVE_AGAIN)
        )
        raise DataFault(Fault(place, _READABLE, got, remedy))
    if first["read"] is None:
        raise DataFault(_which_sheet(place, first["sheets"], sheet))
    here = f"{place}[{first['read']}]"
    rows, damaged = [], []
    for item in lines:
        if isinstance(item, dict):
            raise DataFault(Fault(place, _READABLE, _FAILURES["XmlError"][0], _SAVE_AGAIN))
        number, cells, lost = item
        rows.append((number, tuple(cells)))
        damaged += [(number, column) for column in lost]
    merged = tuple(Merge(a + 1, b, c + 1, d) for (a, b), (c, d) in first["merged"])
    return Grid(
        place=here,
        rows=_filled_down(rows, merged),
        sheet=first["read"],
        merged=merged,
        notes=tuple(_notes(first)),
        doubts=(*damaged_numbers(here, damaged), *_valueless(here, first["without"])),
    )


def damaged_numbers(place: str, cells: list[tuple[int, int]]) -> list[Fault]:
    """Return the faults of numbers that lost digits, at ``(row, 0-based column)``."""
    expected = Said("完整的号码（文本格式）", "a whole number kept as text")
    remedy = Said(
        "原号码已丢失末几位，不能使用；请把该列设为文本后从原系统重新导出。",
        "Its last digits are lost and it is not used: format the column as text and "
        "export it again from the original system.",
    )
    got = Said("被表格软件转成浮点数的号码", "a number that a spreadsheet turned to a float")
    return _by_column(place, cells, expected, got, remedy)


def _by_column(
    place: str, cells: list[tuple[int, int]], expected: Said, got: Said, remedy: Said
) -> list[Fault]:
    faults: list[Fault] = []
    for column in sorted({c for _, c in cells}):
        letter = column_letter(column)

        def make(row: int, got: Said, letter: str = letter) -> Fault:
            return Fault(place, expected, got, remedy, row=row, column=letter)

        faults += each_or_together(sorted(r for r, c in cells if c == column), got, make)
    return faults


def _valueless(place: str, found: list[list[Any]]) -> list[Fault]:
    """Return the faults of cells whose value the file does not hold."""
    expected = Said("单元格里有值", "a value in the cell")
    remedy = Said(
        "请在 Excel 或 WPS 中打开、重新计算并保存。",
        "Open it in Excel or WPS, recalculate and save.",
    )
    faults: list[Fault] = []
    for kind, got in (
        ("formula", Said("没有计算结果的公式", "a formula that was never calculated")),
        ("error", Said("错误值（如 #N/A）", "an error value such as #N/A")),
    ):
        cells = [(row, _column(letters)) for row, letters, k in found if k == kind]
        faults += _by_column(place, cells, expected, got, remedy)
    return faults


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _run(path: Path, sheet: str | None, place: str) -> Iterator[Any]:
    """Yield what the reading process says, or raise when a limit ended it."""
    command = [sys.executable, "-I", str(_CHILD), str(MEMORY_LIMIT), str(PROCESSOR_LIMIT)]
    command += [str(path.resolve())] + ([sheet] if sheet is not None else [])
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode != 0 or not done.stdout:
        got = Said(
            f"读取超过上限（内存 {MEMORY_LIMIT >> 20} MB、处理器 {PROCESSOR_LIMIT} 秒）的文件",
            f"a file beyond the limits ({MEMORY_LIMIT >> 20} MB memory, {PROCESSOR_LIMIT} s)",
        )
        raise DataFault(Fault(place, _READABLE, got, _FAILURES["MemoryError"][1]))
    return (json.loads(line) for line in done.stdout.splitlines())


def _filled_down(
    rows: list[tuple[int, tuple[str, ...]]], merged: tuple[Merge, ...]
) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Return the rows with each vertical merge's value on every row it covers."""
    tall = [m for m in merged if m.bottom > m.top]
    if not tall:
        return tuple(rows)
    cells = {number: list(row) for number, row in rows}
    for merge in tall:
        top = cells.get(merge.top)
        if top is None or merge.left >= len(top) or not top[merge.left]:
            continue
        for number in range(merge.top + 1, merge.bottom + 1):
            row = cells.get(number)
            if row is not None and merge.left < len(row) and not row[merge.left]:
                row[merge.left] = top[merge.left]
    return tuple((number, tuple(row)) for number, row in cells.items())


def _notes(first: dict[str, Any]) -> Iterator[Said]:
    others = [s for s in first["sheets"] if s["name"] != first["read"] and not s["visible"]]
    if others:
        yield Said(f"未读 {len(others)} 个隐藏工作表", f"{len(others)} hidden sheets were not read")
    for chosen in (s for s in first["sheets"] if s["name"] == first["read"]):
        if not chosen["visible"]:
            yield Said("读的是隐藏工作表", "the sheet that was read is hidden")


def _which_sheet(place: str, sheets: list[dict[str, Any]], wanted: str | None) -> Fault:
    """Say why no sheet could be chosen."""
    names = [s["name"] for s in sheets]
    listed = "、".join(f"「{name}」" for name in names[:20])
    if wanted is not None:
        return Fault(
            place,
            Said(f"工作表「{wanted}」", f"a sheet named {wanted}"),
            Said(f"只有 {listed}", f"only {', '.join(names[:20])}"),
            did_you_mean(wanted, names),
        )
    filled = [s["name"] for s in sheets if s["visible"] and s["filled"]]
    if not filled:
        hidden = any(s["filled"] for s in sheets)
        got = Said("全部为空", "only empty sheets")
        if hidden:
            got = Said("有内容的工作表都被隐藏", "content in hidden sheets only")
        remedy = Said(
            "请取消隐藏，或在映射文件里写明 sheet。",
            "Unhide it, or name it as sheet in the mapping file.",
        )
        return Fault(place, Said("有内容的工作表", "a sheet with content"), got, remedy)
    return Fault(
        place,
        Said("一个有内容的工作表", "one sheet with content"),
        Said(
            f"{len(filled)} 个：{'、'.join(filled[:20])}",
            f"{len(filled)}: {', '.join(filled[:20])}",
        ),
        Said("请在映射文件里写明 sheet。", "Name one as sheet in the mapping file."),
    )
