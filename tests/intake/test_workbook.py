"""Workbooks are read in a guarded process: faithful text, clean faults, nothing evaluated."""

import datetime as dt
import io
import struct
import zipfile

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from renlin.errors import DataFault
from renlin.intake import workbook
from renlin.intake.sheets import read_table

FREE, END = 0xFFFFFFFF, 0xFFFFFFFE
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def compound(streams):
    """Return an OLE compound file: the container of XLS and of XLSX with a password."""
    bodies = {n: d.ljust(max(4096, -(-len(d) // 512) * 512), b"\0") for n, d in streams.items()}
    table, start, data = [0xFFFFFFFD, END], {}, b""
    for name, body in bodies.items():
        start[name], sectors = len(table), len(body) // 512
        table += [len(table) + i + 1 for i in range(sectors - 1)] + [END]
        data += body

    def entry(name, kind, child, right, first, size):
        raw = name.encode("utf-16-le")
        fields = (raw, len(raw) + 2, kind, 1, FREE, right, child, b"", 0, 0, 0, first, size)
        return struct.pack("<64sHBBIII16sIQQIQ", *fields)

    directory = entry("Root Entry", 5, 1, FREE, END, 0)
    for i, (name, body) in enumerate(bodies.items(), start=1):
        right = i + 1 if i < len(bodies) else FREE
        directory += entry(name, 2, FREE, right, start[name], len(body))
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header = struct.pack(
        "<8s16s5H6s9I", magic, b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, 1, 1, 0, 4096, END, 0, END, 0
    )
    header += struct.pack("<109I", 0, *[FREE] * 108)
    fat = struct.pack("<128I", *table, *[FREE] * (128 - len(table)))
    return header + fat + directory.ljust(512, b"\0") + data


def xls(rows, *, locked=False):
    """Return an XLS workbook with one sheet 户籍."""

    def record(kind, body=b""):
        return struct.pack("<HH", kind, len(body)) + body

    def begin(kind):
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 1997, 0, 0x606))

    def workbook_globals(offset):
        name = struct.pack("<IBBBB", offset, 0, 0, 2, 1) + "户籍".encode("utf-16-le")
        lock = record(0x2F, b"\1\0" + b"\0" * 52) if locked else b""
        return (
            begin(5)
            + lock
            + record(0x42, struct.pack("<H", 1200))
            + record(0x85, name)
            + record(0x0A)
        )

    sheet = begin(0x10)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            place = struct.pack("<HHH", r, c, 0)
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                sheet += record(0x204, place + text)
            else:
                sheet += record(0x203, place + struct.pack("<d", value))
    return compound({"Workbook": workbook_globals(len(workbook_globals(0))) + sheet + record(0x0A)})


def ods(cells):
    """Return an ODS workbook with one sheet 户籍 of given cell elements."""
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    rows = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in cells)
    spaces = " ".join(f'xmlns:{name}="{office}{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="户籍">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = f'<manifest:manifest xmlns:manifest="{office}manifest:1.0"/>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


@pytest.fixture
def made(tmp_path):
    """Return a function that saves rows of one sheet as XLSX and gives its path."""

    def _made(rows, *, name="户籍.xlsx", book=None, merges=()):
        book = book if book is not None else openpyxl.Workbook()
        sheet = book.active
        sheet.title = "户籍"
        for row in rows:
            sheet.append(row)
        for block in merges:
            sheet.merge_cells(block)
        book.save(tmp_path / name)
        return tmp_path / name

    return _made


@pytest.fixture
def saved(tmp_path):
    def _saved(data, name="户籍.xlsx"):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return _saved


def repacked(path, part, content):
    """Put ``content`` into one part of an XLSX file."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = content.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def refused(path, **named):
    with pytest.raises(DataFault) as caught:
        read_table(path, **named)
    (fault,) = caught.value.faults
    return fault


def test_numbers_dates_and_truth_become_faithful_text(made):
    values = [3, 13800000001, 0.1 + 0.2, dt.date(2026, 3, 5), dt.datetime(2026, 3, 5, 10, 20)]
    values += [dt.time(3, 4), dt.timedelta(hours=30), True, "00501", "=1+1x"]
    path = made([["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"], values])
    assert read_table(path).rows == (
        (
            "3", "13800000001", "0.3", "2026-03-05", "2026-03-05 10:20:00", "03:04:00", "30:00:00",
            "TRUE", "00501", "",
        ),
    )  # fmt: skip


def test_text_that_begins_like_a_formula_is_not_evaluated(made):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"] = "姓名", "备注"
    book.active["A2"], book.active["B2"] = "林桂兰", "=cmd|'/c calc'!A0"
    book.active["B2"].data_type = "s"
    assert read_table(made([], book=book)).column("备注") == ("=cmd|'/c calc'!A0",)


def test_dates_of_both_date_systems_are_right(made):
    old = openpyxl.Workbook()
    old.epoch = CALENDAR_MAC_1904
    rows = [["姓名", "出生"], ["林", dt.date(1949, 12, 31)]]
    for book in (old, None):
        assert read_table(made(rows, book=book)).column("出生") == ("1949-12-31",)


@pytest.mark.parametrize("number", [110105194912310021, 1.1010519491231e17, 6222021234567890123])
def test_a_long_number_is_damaged_and_never_digits_that_nobody_typed(made, number):
    table = read_table(made([["姓名", "证号"], ["林", "11010519491231002X"], ["陈", number]]))
    assert [(fault.row, fault.column) for fault in table.doubts] == [(3, "B")]
    assert "E+1" in table.column("证号")[1]


def test_row_numbers_are_those_of_the_sheet(made):
    book = openpyxl.Workbook()
    for place, value in {"C4": "姓名", "D4": "电话", "C6": "林", "D6": "1", "C9": "陈"}.items():
        book.active[place] = value
    table = read_table(made([], book=book))
    assert (table.headings, table.heading_row, table.row_numbers) == (("姓名", "电话"), 4, (6, 9))
    assert table.place == "户籍.xlsx[户籍]"


def test_a_value_merged_down_holds_for_every_row_it_covers(made):
    rows = [["户号", "姓名"], ["001", "林"], [None, "陈"], ["002", "吴"], [None, "赵"]]
    table = read_table(made(rows, merges=["A2:A3"]))
    assert table.column("户号") == ("001", "001", "002", "")


def test_cells_merged_across_columns_are_listed(made):
    rows = [["姓名", "手机", "固话"], ["林", "1", None], ["陈", "2", "3"]]
    table = read_table(made(rows, merges=["B2:C2"]))
    assert [(fault.row, fault.column) for fault in table.doubts] == [(2, "B")]


def test_two_heading_rows_tied_by_merges_are_one_and_equal_names_get_their_group(made):
    rows = [
        ["柳林新村台账", None, None, None],
        ["户号", "户主", None, "监护人"],
        [None, "姓名", "电话", "姓名"],
        ["001", "林", "138", "陈"],
    ]
    table = read_table(made(rows, merges=["A1:D1", "A2:A3", "B2:C2"]))
    assert table.headings == ("户号", "户主姓名", "电话", "监护人姓名")
    assert (table.heading_row, table.row_numbers, table.faults) == (3, (4,), ())


def test_formulas_never_calculated_and_error_values_are_listed_not_empty(made):
    rows = [["姓名", "年龄", "户数"], ["林", "=1+1", "1"], ["陈", "80", "#N/A"], ["吴", "70", "2"]]
    table = read_table(made(rows))
    assert [(f.row, f.column, f.got.en) for f in table.doubts] == [
        (2, "B", "a formula that was never calculated"),
        (3, "C", "an error value such as #N/A"),
    ]


def test_a_calculated_formula_is_read_with_its_value(made):
    part = (
        f'<worksheet xmlns="{SHEET}"><sheetData><row r="1"><c r="A1" t="str"><v>姓名</v></c>'
        '<c r="B1" t="str"><v>年龄</v></c></row><row r="2">'
        '<c r="A2" t="str"><f>"林"</f><v>林</v></c>'
        '<c r="B2"><f>79+1</f><v>80</v></c></row></sheetData></worksheet>'
    )
    table = read_table(repacked(made([["x"]]), "xl/worksheets/sheet1.xml", part))
    assert (table.rows, table.doubts) == ((("林", "80"),), ())


def test_hidden_sheets_are_left_out_with_a_note_and_read_only_by_name(made):
    book = openpyxl.Workbook()
    hidden = book.create_sheet("旧表")
    hidden.append(["姓名", "电话"])
    hidden.append(["陈", "2"])
    hidden.sheet_state = "hidden"
    path = made([["姓名", "电话"], ["林", "1"]], book=book)
    table = read_table(path)
    assert (table.column("姓名"), table.notes[0].en) == (("林",), "1 hidden sheets were not read")
    assert read_table(path, sheet="旧表").column("姓名") == ("陈",)


def test_several_sheets_need_a_name_and_a_wrong_one_gets_the_nearest(made):
    book = openpyxl.Workbook()
    book.create_sheet("低保").append(["姓名"])
    book.create_sheet("空表")
    path = made([["姓名"], ["林"]], book=book)
    assert refused(path).got.en == "2: 户籍, 低保"
    assert refused(path, sheet="低保户").remedy.en == "Did you mean 低保?"


def test_a_workbook_with_nothing_or_only_hidden_content_is_refused(made):
    book = openpyxl.Workbook()
    path = made([], book=book)
    assert refused(path).got.en == "only empty sheets"
    book.create_sheet("密").append(["姓名"])
    book["密"].sheet_state = "hidden"
    assert refused(made([], book=book)).got.en == "content in hidden sheets only"


def test_xls_is_read_and_its_long_numbers_are_damaged_too(saved):
    rows = [["姓名", "证号", "年龄"], ["林", "11010519491231002X", 80.0], ["陈", 1.10105e17, 70.0]]
    table = read_table(saved(xls(rows), "户籍.xls"))
    assert table.rows[0] == ("林", "11010519491231002X", "80")
    assert [(fault.row, fault.column) for fault in table.doubts] == [(3, "B")]


def test_ods_is_read(saved):
    def text(value):
        cell = '<table:table-cell office:value-type="string"><text:p>'
        return f"{cell}{value}</text:p></table:table-cell>"

    day = '<table:table-cell office:value-type="date" office:date-value="1949-12-31"/>'
    data = ods([[text("姓名"), text("出生")], [text("林"), day]])
    assert read_table(saved(data, "a.ods")).rows == (("林", "1949-12-31"),)


def test_what_a_file_is_does_not_depend_on_its_name(made, saved):
    data = made([["姓名", "电话"], ["林", "1"]]).read_bytes()
    assert read_table(saved(data, "户籍.csv")).rows == (("林", "1"),)
    assert read_table(saved(xls([["姓名", "号"], ["林", "1"]]), "b.xlsx")).rows == (("林", "1"),)
    assert read_table(saved("姓名,电话\n林,1\n".encode("gbk"), "c.xls")).rows == (("林", "1"),)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}), "a.xlsx"),
        (xls([["姓名"]], locked=True), "a.xls"),
    ],
)
def test_a_password_is_named(saved, data, name):
    assert "password" in refused(saved(data, name)).got.en


def test_a_cut_archive_and_a_foreign_container_are_refused(made, saved):
    data = made([["姓名"], ["林"]]).read_bytes()
    assert "archive" in refused(saved(data[: len(data) // 2])).got.en
    assert "damaged" in refused(saved(compound({"WordDocument": b"x"}), "a.xls")).got.en


def test_an_entity_bomb_is_refused(made):
    entities = "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 10}">' for i in range(9))
    part = (
        f'<!DOCTYPE w [<!ENTITY e0 "x">{entities}]><worksheet xmlns="{SHEET}"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&e9;</t></is></c></row></sheetData></worksheet>'
    )
    refused(repacked(made([["姓名"]]), "xl/worksheets/sheet1.xml", part), sheet="户籍")


def test_a_sheet_that_claims_every_cell_ends_its_own_process_only(made):
    part = (
        f'<worksheet xmlns="{SHEET}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    fault = refused(repacked(made([["姓名"]]), "xl/worksheets/sheet1.xml", part), sheet="户籍")
    assert "beyond the limits" in fault.got.en


def test_a_reader_that_takes_too_long_is_stopped(made, monkeypatch):
    path = made([["姓名"], ["林"]])
    monkeypatch.setattr(workbook, "WALL_LIMIT", 0)
    assert "beyond the limits" in refused(path).got.en
