"""No fault, note, doubt or printed object ever holds what a resident's cell holds."""

import datetime as dt

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.errors import DataFault
from renlin.intake.address import read_address
from renlin.intake.dates import read_age, read_date
from renlin.intake.gazetteer import gazetteer
from renlin.intake.headings import resolve
from renlin.intake.identity_number import read_number
from renlin.intake.names import read_name
from renlin.intake.sheets import read_table

NAME, NUMBER, PHONE = "林桂兰", "110105194912310021", "13800138001"
HOME, BORN, NOTE = "柳林新村37号楼9单元907室", "1949-31-12", "肺病独居"
CANARIES = (NAME, "桂兰", NUMBER, "19491231", PHONE, HOME, "907", BORN, NOTE)
RECORD = f"{NAME},{NUMBER},{HOME},{PHONE},{BORN},{NOTE}"
HEAD = "姓名,身份证号,住址,电话,出生日期,备注"
ALIASES = {"name": ["姓名"], "id_number": ["身份证号"], "phone": ["电话"]}


def told(faults):
    return [fault.text(language) for fault in faults for language in ("zh", "en")]


def silent(texts):
    return not [canary for canary in CANARIES for text in texts if canary in text]


def everything_said(path):
    """Return every text that reading a file and its headings gives out."""
    try:
        table = read_table(path)
    except DataFault as error:
        return [*told(error.faults), str(error), repr(error)]
    resolved = resolve(table.headings, ALIASES, place=table.place, row=table.heading_row)
    notes = [text for note in table.notes for text in note]
    faults = (*table.faults, *table.doubts, *resolved.faults)
    return [*told(faults), *notes, repr(table)]


MESSES = {
    "no headings": f"{RECORD}\n{RECORD}\n",
    "no headings and no numbers": f"{NAME},户主,{NOTE}\n{NAME},配偶,{NOTE}\n",
    "too many cells": f"{HEAD}\n{RECORD},{NAME}\n",
    "too few cells": f"{HEAD}\n{RECORD}\n{NAME},{NUMBER}\n",
    "open quote": f'{HEAD}\n"{RECORD}\n{RECORD}\n',
    "text behind a quote": f'{HEAD}\n"{NAME}"{NOTE},{NUMBER},{HOME},{PHONE},{BORN},x\n',
    "column without heading": f"姓名,,身份证号,电话\n{NAME},{NOTE},{NUMBER},{PHONE}\n",
    "float": f"{HEAD}\n{NAME},1.10105194912310E+17,{HOME},{PHONE},{BORN},{NOTE}\n",
    "second headings": f"{HEAD}\n{HEAD}\n{RECORD}\n",
    "cut": f"{HEAD}\n{RECORD}\n{NAME},{NUMBER}",
    "sum": f"{HEAD}\n{RECORD}\n合计{NAME},,,,,\n",
    "zero byte": f"{HEAD}\n{RECORD}\x00\n",
    "lost character": f"{HEAD}\n{RECORD}\ufffd\n",
    "long": f"{HEAD}\n{RECORD}{NOTE * 40_000}\n",
    "unknown headings": f"姓名,身份证号,药品\n{NAME},{NUMBER},{NOTE}\n",
}


@pytest.mark.parametrize("mess", MESSES)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_no_messy_text_file_tells_a_cell(tmp_path, mess, encoding):
    path = tmp_path / "户籍.csv"
    path.write_bytes(MESSES[mess].encode(encoding))
    texts = everything_said(path)
    assert texts
    assert silent(texts)


def test_no_mixed_or_foreign_encoding_tells_a_cell(tmp_path):
    path = tmp_path / "户籍.csv"
    lines = [HEAD.encode("gbk"), RECORD.encode(), RECORD.encode("gbk")]
    for data in (b"\n".join(lines), RECORD.encode("big5", "replace"), b"\xff" + RECORD.encode()):
        path.write_bytes(data)
        assert silent(everything_said(path))


def test_no_messy_workbook_tells_a_cell(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEAD.split(","))
    sheet.append([NAME, int(NUMBER), HOME, PHONE, BORN, NOTE])
    sheet.append([NAME, f"=A2&{NUMBER}", HOME, None, "#N/A", NOTE])
    sheet.merge_cells("C3:D3")
    book.save(tmp_path / "户籍.xlsx")
    texts = everything_said(tmp_path / "户籍.xlsx")
    assert silent(texts)
    assert len(texts) > 6


@pytest.mark.parametrize("text", CANARIES)
def test_no_reading_of_a_value_tells_it(text):
    day = dt.date(1900, 1, 1)
    readings = [
        read_number(text, as_of=day),
        read_name(text),
        read_name(text + "?"),
        read_address(text),
        read_address(text, gazetteer(["幸福小区"])),
        read_address(text + "、908"),
        read_date(text, as_of=day),
    ]
    doubts = [doubt for reading in readings for doubt in reading.reasons]
    doubts += read_age(text)[1]
    assert silent(told(doubt.at("户籍.csv", 2, "备注") for doubt in doubts))
    assert silent(map(repr, readings))


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        st.sampled_from("林桂兰王0123456789xX*-/.年月日号楼单元室 （）?某"), min_size=1, max_size=20
    )
)
def test_any_text_is_read_or_doubted_and_never_told(text):
    for read in (read_number, read_name, read_address, read_date):
        for doubt in read(text).reasons:
            said = "".join(doubt.expected + doubt.got + doubt.remedy)
            assert len(text.strip()) < 6 or text.strip() not in said
