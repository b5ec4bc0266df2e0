"""Records of workshops and cases come in whole or not at all, and no name comes with them."""

import io
import shutil
import time
import tomllib
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import convert

from renlin.catalogue.load import load
from renlin.community.folder import open_community
from renlin.community.vault import COLUMNS, keep_ring, ring_or_new, write_identities
from renlin.errors import CatalogueFault, DataFault
from renlin.intake.sessions.forms import write_form
from renlin.intake.sessions.questions import questions
from renlin.intake.sessions.reading import read_sessions
from renlin.intake.sessions.stamped import workbook_bytes
from renlin.intake.sessions.store import redo, toml, undo

WILLOW = Path(__file__).parents[1] / "places" / "willow"
HEAD = {
    "会议编号": "elders-1", "会议类型": "老年议事会", "会议日期": "2026年10月12日", "会议地点": "大厅",
    "招募方式": "自愿到会", "方式": "举手", "签字": "社区社工",
}  # fmt: skip


@pytest.fixture
def willow(tmp_path):
    root = tmp_path / "willow"
    shutil.copytree(WILLOW, root)
    (root / "vault").mkdir()
    (root / "vault" / "key").write_text("key of a test", encoding="utf-8")
    names = {"lin": ("林秀英", "柳巷甲楼1单元301"), "zhao": ("赵国强", "柳巷甲楼1单元201"),
             "sun-1": ("孙伟", "柳巷甲楼1单元102"), "sun-2": ("孙伟", "柳巷甲楼1单元102")}  # fmt: skip
    known = pd.DataFrame(
        [
            {"person": person, "name": name, "address_text": at}
            for person, (name, at) in names.items()
        ]
    ).reindex(columns=COLUMNS)
    keep_ring(ring_or_new(root), root)
    write_identities(known, ring_or_new(root), root / "vault")
    return root


def sheet(path, *rows, encoding="utf-8"):
    """Write rows as CSV; the head of the session stands in the first row only."""
    whole = [{**HEAD, **rows[0]}, *rows[1:]]
    names = list(dict.fromkeys(name for row in whole for name in row))
    lines = [",".join(names), *(",".join(row.get(n, "") for n in names) for row in whole)]
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def brought(root, *rows, **how):
    read_sessions(root, [sheet(root.parent / "in.csv", *rows, **how)])
    return tomllib.loads((root / "workshops" / "elders-1.toml").read_text(encoding="utf-8"))


def refused(root, *rows):
    with pytest.raises(DataFault) as caught:
        brought(root, *rows)
    assert not (root / "workshops").exists()
    return caught.value


@pytest.mark.parametrize("form", sorted(load().forms))
def test_every_form_is_an_xlsform_that_converts_without_a_warning(form, tmp_path):
    made = convert(write_form(load(), form, tmp_path / "form.xlsx"))
    assert made.warnings == []
    for question in questions(load(), form):
        assert f"/{question.name}" in made.xform


@pytest.mark.parametrize("form", sorted(load().forms))
def test_paper_asks_the_same_questions_in_both_languages(form, tmp_path):
    text = write_form(load(), form, tmp_path / "form.html").read_text(encoding="utf-8")
    for question in questions(load(), form):
        assert question.zh in text
        assert question.en in text
    assert "size:A4" in text


def test_an_unknown_form_offers_the_nearest(tmp_path):
    with pytest.raises(CatalogueFault, match="elders"):
        write_form(load(), "elder", tmp_path / "x.xlsx")


def test_a_form_to_another_kind_of_file_is_refused(tmp_path):
    with pytest.raises(DataFault):
        write_form(load(), "elders", tmp_path / "x.docx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_minutes_in_any_encoding_give_counts(willow, encoding):
    made = brought(
        willow,
        {"到会人群": "80 岁以上", "到会人数": "23"},
        {
            "统计人群": "80 岁以上",
            "统计指标": "用智能设备",
            "统计的回答": "没有",
            "问了几人": "23",
            "几人这样答": "17",
        },
        encoding=encoding,
    )
    assert made["participants"] == [{"display": "over_80", "n": 23}]
    assert made["statements"] == [
        {"kind": "prevalence", "subject": "over_80", "field": "has_smart_device", "is": "false",
         "n_asked": 23, "n_yes": 17}
    ]  # fmt: skip
    assert made["held_on"].isoformat() == "2026-10-12"
    assert len(open_community(willow)["statements"]) == 1


def test_papers_are_counted_by_group_and_by_cell_and_wishes_stand_apart(willow):
    paper = {"年龄段": "80 岁以上", "居住": "一个人住", "住房": "自家的房", "残疾": "没有"}
    made = brought(
        willow,
        {"票号": "1", "人群": "over_80 wheelchair", "独居": "是", **paper,
         "p_door_ramp__big_plaza": "单元门修坡道"},
        {"票号": "2", "人群": "80 岁以上", "独居": "否", **paper, "p_door_ramp__big_plaza": "一样急"},
    )  # fmt: skip
    assert {(row["display"], row["n"]) for row in made["participants"]} == {
        ("all", 2), ("over_80", 2), ("wheelchair", 1),
    }  # fmt: skip
    counted = {row["subject"]: (row["n_yes"], row["n_asked"]) for row in made["statements"]}
    assert counted == {"over_80": (1, 2), "wheelchair": (1, 1)}
    assert [(row["n_yes"], row["n_asked"]) for row in made["answers"]] == [(1, 2)]
    assert [row["preferred"] for row in made["preferences"]] == ["door_ramp", "tie"]
    assert not any("preferred" in row for row in made["statements"])


def test_an_export_of_kobo_is_read_with_its_groups_and_split_choices(willow):
    book = Workbook()
    page = book.active
    names = {
        "s_session/session": "elders-1", "s_session/form": "elders", "s_session/held_on": "2026-10-12",
        "s_session/venue": "hall", "s_session/recruitment": "volunteers", "s_session/method": "forms",
        "s_session/signed_by": "social worker", "s_person/displays/over_80": 1,
        "s_person/displays/general": 0, "s_measure/m_lives_alone": "yes", "_uuid": "x", "start": "y",
    }  # fmt: skip
    page.append(list(names))
    page.append(list(names.values()))
    book.save(willow.parent / "kobo.xlsx")
    read_sessions(willow, [willow.parent / "kobo.xlsx"])
    made = tomllib.loads((willow / "workshops" / "elders-1.toml").read_text(encoding="utf-8"))
    assert made["participants"] == [{"display": "all", "n": 1}, {"display": "over_80", "n": 1}]


def test_a_case_by_name_and_room_becomes_a_pseudonym_and_a_rule_question(willow):
    made = brought(
        willow,
        {"个案姓名": "赵国强", "个案地址": "甲楼 1 单元 201 室", "指标": "独居", "实际": "是",
         "规则": "elderly.yaml", "方向": "应该更急"},
    )  # fmt: skip
    (case,) = made["statements"]
    assert (case["kind"], case["subject"], case["field"], case["is"]) == (
        "person", "zhao", "lives_alone", "true",
    )  # fmt: skip
    assert (case["rule"], case["direction"]) == ("elderly.yaml", "higher")
    assert case["rule_version"]
    assert "赵国强" not in (willow / "workshops" / "elders-1.toml").read_text(encoding="utf-8")


def test_a_case_by_household_and_age_finds_the_resident(willow):
    made = brought(willow, {"假名": "hu-he", "case_age": "68", "指标": "独居", "实际": "否"})
    assert made["statements"][0]["subject"] == "he-2"


@pytest.mark.parametrize(
    "cells", [{"个案姓名": "孙伟"}, {"个案姓名": "李四"}, {"假名": "P-nobody"}, {"假名": "hu-he", "case_age": "9"}]
)  # fmt: skip
def test_a_case_that_fits_nobody_or_two_is_reported_and_nothing_is_written(willow, cells):
    error = refused(willow, {**cells, "指标": "独居", "实际": "是"})
    assert error.faults[0].row == 2
    assert not any(value in error.text(lang) for value in ("孙伟", "李四") for lang in ("zh", "en"))


def test_the_same_mention_on_two_lists_has_the_same_mark_and_no_name(willow):
    made = brought(
        willow,
        {"怎么知道的": "会上提到", "提到的人": "王小妹", "提到的住址": "乙楼 1 单元 102"},
        {"怎么知道的": "上门见到", "提到的人": "王小妹", "提到的住址": "乙楼1-102"},
        {"怎么知道的": "会上提到", "提到的人": "林秀英", "提到的住址": "1单元301"},
    )
    known = [row for row in made["mentions"] if row["registered"]]
    hidden = [row for row in made["mentions"] if not row["registered"]]
    assert [row["token"] for row in known] == ["lin"]
    assert len({row["token"] for row in hidden}) == 1
    assert len(hidden) == 2


def test_every_fault_is_told_at_once_by_row_and_column(willow):
    error = refused(
        willow,
        {"会议日期": "2026-02-30", "人群": "火星人", "独居": "是"},
        {"独居": "好像", "年龄段": "80 岁以上"},
        {
            "统计人群": "租户",
            "统计指标": "独居",
            "统计的回答": "是",
            "问了几人": "3",
            "几人这样答": "9",
        },
    )
    places = {(fault.row, fault.column) for fault in error.faults}
    assert {(2, "会议日期"), (2, "人群"), (3, "独居"), (4, "几人这样答")} <= places


@pytest.mark.parametrize(
    "cells", [{"理由": "找林秀英谈过"}, {"理由": "电话 13800138000"}, {"签字": "林秀英"}]
)
def test_a_name_or_number_in_free_words_is_refused_without_quoting_it(willow, cells):
    error = refused(willow, {"假名": "lin", "指标": "独居", "实际": "是", **cells})
    assert not any(value in error.text("zh") for value in ("林秀英", "13800138000"))


def test_a_session_without_a_head_says_what_is_missing(willow):
    path = willow.parent / "x.csv"
    path.write_text("会议编号,独居\nelders-1,是\n", encoding="utf-8")
    with pytest.raises(DataFault) as caught:
        read_sessions(willow, [path])
    assert {"held_on", "signed_by", "form"} <= {fault.column for fault in caught.value.faults}


def test_reading_twice_changes_nothing_and_another_content_is_refused(willow):
    row = {"假名": "lin", "指标": "独居", "实际": "是"}
    brought(willow, row)
    before = (willow / "workshops" / "elders-1.toml").read_bytes()
    brought(willow, row)
    with pytest.raises(DataFault):
        brought(willow, {**row, "实际": "否"})
    assert (willow / "workshops" / "elders-1.toml").read_bytes() == before


def test_one_faulty_file_keeps_the_good_one_out_too(willow):
    good = sheet(willow.parent / "a.csv", {"假名": "lin", "指标": "独居", "实际": "是"})
    bad = sheet(
        willow.parent / "b.csv",
        {"会议编号": "elders-2", "假名": "lin", "指标": "独居", "实际": "?!"},
    )
    with pytest.raises(DataFault):
        read_sessions(willow, [good, bad])
    assert not (willow / "workshops").exists()


def test_a_cell_that_looks_like_a_formula_stays_text(willow):
    made = brought(
        willow, {"假名": "lin", "指标": "独居", "实际": "是", "理由": "=cmd|' /C calc'!A0"}
    )
    assert made["statements"][0]["why"].startswith("=cmd")


def test_an_empty_file_is_a_fault_and_not_a_crash(willow):
    (willow.parent / "e.csv").write_bytes(b"")
    with pytest.raises(DataFault):
        read_sessions(willow, [willow.parent / "e.csv"])


def test_undoing_and_redoing_restores_the_bytes(willow):
    import datetime as dt

    brought(willow, {"假名": "lin", "指标": "独居", "实际": "是"})
    path = willow / "workshops" / "elders-1.toml"
    before = path.read_bytes()
    undo(willow, "elders-1", by='居委会"主任"', on=dt.date(2026, 10, 20))
    held = open_community(willow)["sessions"].iloc[0]
    assert (held["state"], held["undone_by"]) == ("undone", '居委会"主任"')
    with pytest.raises(DataFault):
        undo(willow, "elders-1", by="x", on=dt.date(2026, 10, 20))
    redo(willow, "elders-1")
    assert path.read_bytes() == before
    with pytest.raises(DataFault):
        redo(willow, "elders-1")
    with pytest.raises(DataFault):
        undo(willow, "elders-9", by="x", on=dt.date(2026, 10, 20))


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_words_survive_the_file(words):
    told = tomllib.loads(toml({"session": "s", "method": words, "statements": [{"why": words}]}))
    assert told["method"] == words
    assert told["statements"] == ([{"why": words}] if words else [{}])


@pytest.mark.parametrize(
    ("text", "part"),
    [("x = [", "TOML"), ('session = "other"\n', "session"), ('session = "bad"\nstatements = 3\n', "statements")],
)  # fmt: skip
def test_a_broken_session_file_is_named_when_the_folder_opens(willow, text, part):
    (willow / "workshops").mkdir()
    (willow / "workshops" / "bad.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DataFault) as caught:
        open_community(willow)
    assert "workshops/bad.toml" in caught.value.text("en")
    assert part in caught.value.text("en")


def test_a_form_is_the_same_bytes_whenever_it_is_written(tmp_path, monkeypatch):
    first = write_form(load(), "elders", tmp_path / "a.xlsx").read_bytes()
    later = time.localtime(time.time() + 86_400 * 400)
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    assert write_form(load(), "elders", tmp_path / "b.xlsx").read_bytes() == first
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert {item.date_time for item in book.infolist()} == {(2026, 1, 1, 0, 0, 0)}
        assert book.read("docProps/core.xml").count(b"2026-01-01T00:00:00Z") == 2


def test_no_label_of_a_form_is_a_formula():
    book = Workbook()
    book.active.append(["=1+1", "+1", "@x", 3])
    cells = next(load_workbook(io.BytesIO(workbook_bytes(book))).active.iter_rows())
    assert [cell.data_type for cell in cells] == ["s", "s", "s", "n"]
