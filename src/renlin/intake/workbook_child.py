"""Read one sheet of a workbook under limits of memory and processor time.

This file runs as a process of its own (:mod:`renlin.intake.workbook` starts it), so
that a hostile or broken workbook can end this process and nothing else. It imports
nothing of the package. Standard output gets JSON lines: first what the workbook holds,
then one line per row that is not empty.
"""

from __future__ import annotations

import datetime
import io
import json
import re
import sys
import zipfile
from typing import Any

DIGITS_KEPT = 15
"""Significant decimal digits a spreadsheet keeps of a number (IEEE 754 double)."""
_COMPOUND = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # an XLSX with a password is wrapped so
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>[^<]")
_PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_TYPE = re.compile(rb'\bt="(\w+)"')


def limit(address_space: int, processor: int) -> None:
    """Bound this process's memory (bytes) and processor time (s) where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the parent's time limit alone remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def as_text(value: Any) -> tuple[str, bool]:
    """Return a cell as text, and whether digits of a long number are lost.

    A number above 15 digits is written as 1.10105194912310E+17, never as digits that
    nobody typed.
    """
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), False
    if isinstance(value, (int, float)):
        if abs(value) >= 10**DIGITS_KEPT:
            return f"{value:.{DIGITS_KEPT - 1}E}", True
        return (str(int(value)) if value == int(value) else f"{value:.{DIGITS_KEPT}g}"), False
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="seconds"), False
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat(), False
    if isinstance(value, datetime.timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}", False
    return str(value), False


def valueless(path: str, sheet: str) -> list[tuple[int, str, str]]:
    """Return (row, column letters, kind) of cells of an XLSX sheet without a value.

    ``formula``: a formula never calculated; ``error``: #N/A and the like. The
    reader shows both as empty, which would turn unknown into "nothing written".
    """
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as archive:
        part = _part(archive, sheet)
        data = archive.read(part) if part else b""
    found: list[tuple[int, str, str]] = []
    if b't="e"' not in data and _FORMULA.search(data) is None:
        return found
    for attributes, content in _CELL.findall(data):
        place, kind = _PLACE.search(attributes), _TYPE.search(attributes)
        if place is None:
            continue
        named = kind.group(1) if kind else b""
        if named == b"e":
            found.append((int(place.group(2)), place.group(1).decode(), "error"))
        elif named != b"str" and _FORMULA.search(content) and not _VALUE.search(content):
            found.append((int(place.group(2)), place.group(1).decode(), "formula"))
    return found


def _part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the path of a sheet's part in an XLSX archive, or None in other formats."""
    from xml.etree import ElementTree

    if "xl/workbook.xml" not in archive.namelist():
        return None
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    for element in workbook.iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            ids = [v for k, v in element.attrib.items() if k.endswith("}id")]
            target = targets.get(ids[0], "") if ids else ""
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None


def _opened(path: str) -> Any:
    """Return the workbook in the format its content tells, whatever its name."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    with open(path, "rb") as handle:
        data = handle.read()
    if data.startswith(_COMPOUND) and _ENCRYPTED in data:
        raise PasswordError
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except CalamineError:
        return CalamineWorkbook.from_path(path)  # its error says more: password, archive


def main(path: str, wanted: str | None) -> None:
    """Write what the workbook holds and the rows of one sheet to standard output."""
    import python_calamine

    with _opened(path) as book:
        sheets, chosen, candidates = [], None, 0
        for meta in book.sheets_metadata:
            visible = meta.visible == python_calamine.SheetVisibleEnum.Visible
            is_table = meta.typ == python_calamine.SheetTypeEnum.WorkSheet
            needed = is_table and (meta.name == wanted if wanted is not None else True)
            sheet = book.get_sheet_by_name(meta.name) if needed else None
            filled = sheet is not None and sheet.height > 0
            sheets.append({"name": meta.name, "visible": visible, "filled": filled})
            if meta.name == wanted or (wanted is None and visible and filled):
                chosen, candidates = sheet, candidates + 1
        if chosen is None or candidates != 1:
            _say({"sheets": sheets, "read": None})
            return
        merged = chosen.merged_cell_ranges or []
        without = valueless(path, chosen.name)
        _say({"sheets": sheets, "read": chosen.name, "merged": merged, "without": without})
        left = chosen.start[1] if chosen.start else 0
        for number, row in enumerate(chosen.iter_rows(), start=1):
            _row(number, left, row)


def _row(number: int, left: int, row: list[Any]) -> None:
    cells = [as_text(value) for value in row]
    if not any(text.strip() for text, _ in cells):
        return
    damaged = [left + i for i, (_, lost) in enumerate(cells) if lost]
    _say([number, [""] * left + [text for text, _ in cells], damaged])


def _say(item: Any) -> None:
    sys.stdout.write(json.dumps(item, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    limit(int(sys.argv[1]), int(sys.argv[2]))
    try:
        main(sys.argv[3], sys.argv[4] if len(sys.argv) > 4 else None)
    except Exception as error:
        # The class alone: a message of the reader may quote a cell.
        _say({"failed": type(error).__name__})
    sys.stdout.flush()
