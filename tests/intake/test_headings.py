"""Headings are understood by their words or on the holder's word, never presumed."""

import datetime as dt

import pytest

from renlin.intake.characters import plain_heading
from renlin.intake.headings import guess, known_headings, resolve, translate
from renlin.intake.mapping import RegisterMapping

ALIASES = {
    "name": ["姓名", "住户姓名"],
    "id_number": ["身份证号", "公民身份号码"],
    "phone": ["联系电话", "手机号"],
    "address": ["住址", "现住址"],
}


def mapping(**fields):
    return RegisterMapping(
        file="a.csv", role="household", source="派出所", as_of=dt.date(2026, 3, 1), **fields
    )


def texts(resolved):
    return [fault.text("en") for fault in resolved.faults]


@pytest.mark.parametrize(
    "heading",
    ["身份证号", " 身份证 号 ", "＊身份证号：", "身份证号（必填）", "身份证号(18位)", "ID_NUMBER"],
)
def test_width_blanks_stars_and_remarks_do_not_change_a_heading(heading):
    assert guess([heading], ALIASES).columns == {heading: "id_number"}


def test_a_bracket_that_changes_the_meaning_is_only_a_proposal():
    found = guess(["联系电话（监护人）"], ALIASES)
    assert (found.columns, found.unmapped) == ({}, ("联系电话（监护人）",))
    assert found.proposals[0].target == "phone"


def test_resemblance_is_shown_and_never_used():
    found = guess(["身份证号码", "药品"], ALIASES)
    assert found.matches == ()
    assert [(p.heading, p.target) for p in found.proposals] == [("身份证号码", "id_number")]
    assert found.proposals[0].confidence < 0.9


def test_a_word_that_two_columns_claim_is_not_decided():
    assert guess(["号码"], {"phone": ["号码"], "id_number": ["号码"]}).matches == ()


def test_aliases_and_the_mapping_file_together_give_the_columns():
    stated = mapping(columns={"户内人员": "name"}, ignore=["序号"])
    resolved = resolve(["序号", "户内人员", "住址"], ALIASES, stated, place="a.csv", row=1)
    assert resolved.columns == {"户内人员": "name", "住址": "address"}
    assert (resolved.ignored, resolved.faults) == (("序号",), ())
    assert [match.heading for match in resolved.guessed] == ["住址"]


def test_an_unknown_heading_is_a_fault_with_the_nearest_word():
    resolved = resolve(["姓名", "住址", "身份证号码", "药品"], ALIASES, place="a.csv", row=3)
    assert [(fault.row, fault.column) for fault in resolved.faults] == [
        (3, "身份证号码"),
        (3, "药品"),
    ]
    assert "It may be id_number: map it, or list it under ignore." in texts(resolved)[0]


def test_a_stated_heading_that_the_file_lacks_and_an_unknown_column_are_faults():
    stated = mapping(columns={"电话": "phone", "住址": "adress"})
    faults = texts(resolve(["姓名", "住址"], ALIASES, stated, place="a.csv"))
    assert any("the mapped column 电话" in text for text in faults)
    assert any("Did you mean address?" in text for text in faults)


def test_two_headings_for_one_column_are_a_fault_unless_one_is_stated():
    resolved = resolve(["姓名", "手机号", "联系电话"], ALIASES, place="a.csv", row=1)
    assert "one column for phone" in texts(resolved)[0]
    stated = mapping(columns={"手机号": "phone"}, ignore=["联系电话"])
    assert resolve(["姓名", "手机号", "联系电话"], ALIASES, stated, place="a.csv").faults == ()


def test_a_spare_heading_beside_a_stated_one_must_be_ignored_on_purpose():
    stated = mapping(columns={"手机号": "phone"})
    resolved = resolve(["姓名", "手机号", "联系电话"], ALIASES, stated, place="a.csv")
    assert [fault.column for fault in resolved.faults] == ["联系电话"]


def test_a_row_that_is_no_heading_row_is_never_quoted():
    (fault,) = resolve(["林桂兰", "户主", "柳林新村"], ALIASES, place="a.csv", row=1).faults
    assert "3 columns, none understood" in fault.got.en
    assert not any(word in fault.text(lang) for word in ("林桂兰", "户主") for lang in ("zh", "en"))


def test_known_headings_hold_aliases_and_what_the_mapping_file_says():
    known = known_headings(ALIASES, mapping(columns={"户内人员": "name"}, ignore=["序 号"]))
    assert {"姓名", "idnumber", "户内人员", "序号"} <= known
    assert plain_heading("序　号：") == "序号"


@pytest.mark.parametrize(("cell", "value"), [("是", "yes"), (" 是　", "yes"), ("否", "no")])
def test_a_register_s_word_becomes_a_value(cell, value):
    assert translate(cell, {"是": "yes", "否": "no"}) == value


@pytest.mark.parametrize("cell", ["不详", "", " ", "是否"])
def test_a_word_not_listed_is_no_value(cell):
    assert translate(cell, {"是": "yes", "否": "no"}) is None
