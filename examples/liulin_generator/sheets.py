"""Write each register in the form it comes in: encodings, preambles, workbooks."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile

from liulin_generator.faults import Messy
from liulin_generator.registers import Register

FILES = {
    "household": "household.csv",
    "civil": "civil_affairs.csv",
    "medical": "medical.xlsx",
    "grid": "grid.txt",
}
ROWS_ABOVE = {"household": 1, "civil": 2, "medical": 3, "grid": 1}
"""Rows of each file before its first record: preambles and the heading row."""
SHEET = "签约名单"
_STAMP = (2026, 10, 31, 9, 0, 0)  # every member of the workbook carries this time
_WHOLE = ("慢性病种数", "每周透析次数", "孕周")


def row_number(register: str, entry: int) -> int:
    """Return the row of an entry as the program of its holder counts it."""
    return entry + 1 + ROWS_ABOVE[register]


def place(register: str) -> str:
    """Return how building names the file in links and faults."""
    sheet = f"[{SHEET}]" if register == "medical" else ""
    return f"registers/{FILES[register]}{sheet}"


def written(messy: Messy) -> bytes:
    """Return the file of a register."""
    register = messy.done()
    if register.name == "household":
        return b"\xef\xbb\xbf" + _delimited(register, ",", "\r\n").encode("utf-8")
    if register.name == "civil":
        title = "柳林街道民政对象信息表（2026 年三季度）导出日期 2026-09-30\r\n"
        foot = f"合计,{len(register.entries)}" + "," * (len(register.headings) - 2) + "\r\n"
        return (title + _delimited(register, ",", "\r\n") + foot).encode("gb18030")
    if register.name == "grid":
        return b"\xff\xfe" + _delimited(register, "\t", "\r\n").encode("utf-16-le")
    return _workbook(register)


def _delimited(register: Register, delimiter: str, end: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(register.headings)
    for entry in register.entries:
        writer.writerow([entry.cells[heading] for heading in register.headings])
    return out.getvalue()


def _workbook(register: Register) -> bytes:
    """Return the list as a workbook: a merged title, real dates, numbers as numbers."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    last = get_column_letter(len(register.headings))
    sheet["A1"] = "柳林社区卫生站家庭医生签约重点人群"
    sheet.merge_cells(f"A1:{last}1")
    sheet["A2"] = "更新至 2026-10-20"
    sheet.append(list(register.headings))
    for entry in register.entries:
        sheet.append([_value(h, entry.cells[h]) for h in register.headings])
    out = io.BytesIO()
    book.save(out)
    return _stamped(out.getvalue())


def _value(heading: str, text: str) -> object:
    """Return a cell as the clinic's spreadsheet holds it."""
    if text == "":
        return None
    if heading in _WHOLE:
        return int(text)
    if heading == "证件号码" and "E+" in text:
        return float(text)
    if heading in ("登记日期", "出生日期") and int(text[5:7]) <= 12:
        return dt.date.fromisoformat(text)
    return text


def _stamped(book: bytes) -> bytes:
    """Return the workbook with fixed times, so that the same content is the same bytes."""
    stamp = dt.datetime(*_STAMP).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as read, zipfile.ZipFile(out, "w") as write:
        for name in sorted(read.namelist()):
            data = read.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, data)
            member = zipfile.ZipInfo(name, date_time=_STAMP)
            member.compress_type = zipfile.ZIP_DEFLATED
            write.writestr(member, data, compresslevel=9)
    return out.getvalue()
