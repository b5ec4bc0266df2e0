"""A card says what to do and who comes, and nothing that does not belong on a door."""

import json
import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pandas as pd
import pylopdf_fonts_zh_cn
import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from tests.report.books import book, changed
from tests.report.sample import identities, results

from renlin.errors import DataFault
from renlin.report.cards import write_cards
from renlin.report.cards.content import cards
from renlin.report.cards.floors import han
from renlin.report.cards.glyphs import check, drawable
from renlin.report.spacing import width

FONT = Path(str(pylopdf_fonts_zh_cn.sans_path()))


@cache
def made(language="zh"):
    return tuple(cards(book(language=language, audience="internal"), identities()))


def texts(sheet):
    return json.dumps(sheet.plain(), ensure_ascii=False)


def with_plans(change):
    return cards(book(changed("governance.plans", change), audience="internal"), identities())


def test_there_is_one_card_for_each_household_with_a_plan_and_no_other():
    assert len(made()) == results()["governance.plans"].table["household"].nunique()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_card_holds_what_must_never_hang_on_a_door(language):
    """No diagnosis, number, key place, living alone, income, points or pseudonym."""
    never = re.compile(
        "独居|一个人住|低保|收入|积分|钥匙|身份证|诊断|糖尿|痴呆|alone at home|income|points"
    )
    for sheet in made(language):
        told = texts(sheet)
        assert not never.search(told)
        assert not re.search(r"h\d{4}|\d{15,18}", told)


def test_the_name_comes_from_the_vault_and_a_missing_one_is_a_line_to_write_on():
    names = dict(zip(identities()["person"], identities()["name"], strict=True))
    leaders = results()["needs.households"].table.set_index("household")["leader"]
    assert {s.name for s in made()} <= {names[p] for p in leaders}
    empty = cards(book(audience="internal"), identities().iloc[:0])
    assert {s.name for s in empty} == {"＿＿＿＿＿＿"}
    assert {s.home for s in empty} == {""}


def test_the_rows_of_what_happened_stand_in_their_order_and_fire_is_two_rows():
    for sheet in made():
        assert [r["name"] for r in sheet.hazards] == [
            "自家着火",
            "别家着火",
            "地震",
            "内涝",
            "燃气味",
        ]


def test_fire_at_home_and_gas_always_say_out_and_the_rest_follows_the_plan():
    kinds = [r["kind"] for r in made()[0].hazards]
    assert kinds == ["go", "stay", "wait_then_go", "ask", "go"]


def test_what_was_not_simulated_is_not_decided_on_the_card():
    sheet = with_plans(lambda t: t[t["kind"] == "earthquake"])[0]
    assert [r["kind"] for r in sheet.hazards] == ["go", "ask", "wait_then_go", "ask", "go"]
    assert "社区电话" in sheet.hazards[1]["text"]


def test_the_more_careful_of_two_plans_for_one_event_counts():
    def twice(table):
        more = table[table["kind"] == "stair_fire"].assign(scenario="fire-2", go="go")
        return pd.concat([table, more], ignore_index=True)

    assert with_plans(twice)[0].hazards[1]["kind"] == "stay"


def test_words_of_a_step_are_at_most_seven_characters():
    for sheet in made():
        assert len(sheet.steps) == 4
        assert all(width(s["words"], 1.0) <= 7.0 for s in sheet.steps)
        assert all(re.fullmatch(r"\d+\s分", s["minutes"]) for s in sheet.steps)


def test_three_things_to_take_and_three_boxes_for_who_carries():
    for sheet in made():
        assert len(sheet.take) == 3
        assert sheet.helpers[0]["role"] == "先来"
        assert [h["role"] for h in sheet.helpers][-1] == "谁来不了"


def test_a_helper_nobody_found_yet_is_not_made_up():
    def lose(table):
        return table[table["role"] != "primary"]

    sheet = cards(book(changed("governance.pairs", lose), audience="internal"), identities())[0]
    assert sheet.helpers[0]["name"] == "＿＿＿＿"
    assert "社区正在找人" in sheet.helpers[0]["line"]


def test_runs_that_do_not_arrive_are_not_promised_as_minutes():
    def late(table):
        return table.assign(p50=float("nan"), p90=float("nan"), arrived_share=0.3)

    sheet = with_plans(late)[0]
    assert sheet.half == ""
    assert "只到 3" in sheet.half_before.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("reason", "told", "foot"),
    [("network_gap", "图上查不到出去的路", False), ("no_helper", "一次也没走到", True)],
)
def test_a_home_the_map_shuts_in_is_to_be_checked_and_one_nobody_reached_is_said_so(
    reason, told, foot
):
    def never(plans):
        return plans.assign(
            p50=float("nan"), p90=float("nan"), arrived_share=0.0, reason=reason, destination="",
            go="go",
        )  # fmt: skip

    sheet = with_plans(never)[0]
    assert told in sheet.half_before
    assert ("推演" in sheet.foot) is foot
    assert all("到。" not in row["text"] for row in sheet.hazards)


def test_nine_in_ten_are_not_promised_where_fewer_arrive():
    def late(table):
        return table.assign(p90=float("nan"), arrived_share=0.8)

    sheet = with_plans(late)[0]
    assert sheet.half != ""
    assert "只到 8" in sheet.most_before.replace("\xa0", " ")


def test_the_runs_the_liability_line_and_the_review_date_stand_at_the_foot():
    foot = made()[0].foot.replace("\xa0", " ")
    assert "推演 30 次：28 次到了" in foot
    assert "不给帮忙的人增加法律责任" in foot
    assert "2027-05-01 前复核" in foot


def test_without_a_button_at_home_the_card_says_to_phone():
    assert made()[0].bell["title"] == "出事先打电话"
    assert "按铃" not in texts(made()[0])


def test_cards_are_in_the_order_of_the_doors():
    told = [s.address for s in made()]
    numbers = [int(re.match(r"(\d+)", t).group(1)) for t in told]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (31, "三十一"), (-1, "地下一")],
)
def test_storeys_are_said_in_chinese(number, words):
    assert han(number) == words


def test_the_pdf_has_one_side_of_a4_per_household_with_its_words(tmp_path):
    path = write_cards(results(), identities(), tmp_path)
    pdf = PdfReader(BytesIO(path.read_bytes()))
    assert len(pdf.pages) == len(made())
    page = pdf.pages[0]
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)
    told = re.sub(r"\s", "", page.extract_text())
    first = made()[0]
    for words in (
        first.name,
        "谁来帮我",
        "怎么走",
        first.steps[0]["words"],
        "自家着火",
        "示例数据",
    ):
        assert re.sub(r"\s", "", words) in told


def test_the_same_run_prints_the_same_bytes(tmp_path):
    first = write_cards(results(), identities(), tmp_path / "a").read_bytes()
    assert write_cards(results(), identities(), tmp_path / "b").read_bytes() == first


def test_without_plans_the_file_says_so_on_one_page(tmp_path):
    path = write_cards(changed("governance.plans", lambda t: t.iloc[:0]), identities(), tmp_path)
    pdf = PdfReader(BytesIO(path.read_bytes()))
    assert len(pdf.pages) == 1
    assert "没有住户要印卡" in re.sub(r"\s", "", pdf.pages[0].extract_text())


def test_a_character_the_font_lacks_is_refused_by_number_and_no_name_is_told(tmp_path):
    rare = "\U0003134a"
    people = identities().assign(name=f"林{rare}芳")
    with pytest.raises(DataFault) as caught:
        write_cards(results(), people, tmp_path)
    told = caught.value.text("zh") + caught.value.text("en")
    assert "U+3134A" in told
    assert "林" not in told
    assert rare not in told
    assert list(tmp_path.iterdir()) == []


def test_our_reader_of_the_font_agrees_with_an_independent_one():
    assert drawable(FONT) >= set(TTFont(FONT).getBestCmap()) - {0}
    assert set(TTFont(FONT).getBestCmap()) >= {
        c for c in drawable(FONT) if c < 0x10000 and chr(c) in "王姐出门"
    }


def test_faults_of_several_parts_are_raised_together():
    with pytest.raises(DataFault) as caught:
        check([("name", "\U0003134a"), ("address", "\U0003134b"), ("foot", "好")], FONT)
    assert sorted(f.column for f in caught.value.faults) == ["address", "name"]
