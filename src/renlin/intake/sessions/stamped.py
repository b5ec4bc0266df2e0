"""Write a workbook so that the same content is the same bytes, whatever day it is."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

from openpyxl import Workbook  # type: ignore[import-untyped]

STAMP = dt.datetime(2026, 1, 1)
"""Time every member and both properties carry; a form has no day of its own."""
PROPERTIES = "docProps/core.xml"
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def workbook_bytes(book: Workbook) -> bytes:
    """Return a workbook as bytes that depend on its content alone.

    Members stand in the order of their names, each stamped :data:`STAMP`; no text is a
    formula, whatever it begins with.
    """
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.data_type = "s"
    out, made = io.BytesIO(), io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as read, zipfile.ZipFile(made, "w") as write:
        for name in sorted(read.namelist()):
            data = read.read(name)
            if name == PROPERTIES:
                data = _TIME.sub(f"{STAMP:%Y-%m-%dT%H:%M:%SZ}".encode(), data)
            member = zipfile.ZipInfo(name, date_time=STAMP.timetuple()[:6])
            member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 0
            write.writestr(member, data, compresslevel=9)
    return made.getvalue()
