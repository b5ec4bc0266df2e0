"""Reasons: one sentence that names the grounds, and what would change them."""

import pytest

from renlin.catalogue.conditions import AllOf, AnyOf, AtLeast, Comparison, Not
from renlin.needs import identify
from renlin.needs.reasons import grounds


def fact(name):
    return Comparison(name, name, "=", (True,), en=f"{name} en")


def words(condition, **known):
    return [zh for zh, _ in grounds(condition, lambda one: known.get(one.field))]


def test_the_grounds_are_the_words_that_hold_and_only_those():
    condition = AtLeast(2, (fact("甲"), fact("乙"), fact("丙")))
    assert words(condition, 甲=True, 丙=True, 乙=False) == ["甲", "丙"]
    assert words(condition, 甲=True) == []


def test_a_negation_is_said_as_what_somebody_is_not():
    condition = AllOf((fact("甲"), Not(AnyOf((fact("乙"), fact("丙"))))))
    assert words(condition, 甲=True, 乙=False, 丙=False) == ["甲", "不是乙", "不是丙"]


def test_lins_reason_is_the_rules_sentence_with_her_grounds(found, rows):
    lin = rows(found.tiers).loc["lin"]
    assert lin["reason_zh"].endswith("（重度失能、轮椅、轮椅种类、独居）。")
    assert lin["reason_zh"].count("。") == 1
    assert lin["reason_en"].endswith("lives alone).")
    assert lin["change_zh"] == "没有哪一项的变化会改变等级。"


def test_zhaos_reason_names_three_grounds_and_what_would_raise_him(found, rows):
    zhao = rows(found.tiers).loc["zhao"]
    assert "（独居、无智能设备、80岁以上）" in zhao["reason_zh"]
    assert zhao["change_zh"].startswith("若查明卧床，至少一级")


def test_lius_reason_says_unknown_and_never_safe(found, rows):
    liu = rows(found.tiers).loc["liu"]
    assert liu["reason_zh"].startswith("还不能列级，也不能当作没有风险：")
    assert "最高可能是一级" in liu["reason_zh"]
    assert "No tier is sure and no risk excluded, up to tier 1" in liu["reason_en"]
    assert "age" in liu["missing"].split(";")


def test_a_ground_that_falls_away_says_which_tier_would_be_left(found, rows):
    assert "若不再看不见，确定的等级变为三级" in rows(found.tiers).loc["wang", "change_zh"]


def test_who_is_known_in_everything_and_meets_nothing_is_told_so(tell, rows):
    safe = {
        "bedridden": "no", "adl_level": "0", "wheelchair": "no", "walking_aid": "none",
        "limb_level": "5", "dialysis_weekly": "0", "vision_level": "5", "hearing_level": "5",
        "speech_level": "5", "intellectual_level": "5", "mental_level": "5",
        "cognitive_impairment": "no", "power_device": "none", "power_dependent": "no",
        "oxygen_hours": "0", "mandarin": "yes", "dibao": "none", "group_rental": "no",
        "old_supports_disabled": "no", "helpers_within_30min": "2",
    }  # fmt: skip
    place = tell(*((("wu"), code, value, "2026-10-20") for code, value in safe.items()))
    wu = rows(identify(place).tiers).loc["wu"]
    assert (wu["sure"], wu["possible"], wu["missing"]) == (4, 4, "")
    assert wu["reason_zh"] == "已知的情况都够不上列级的条件。"


@pytest.mark.parametrize("column", ["reason_zh", "reason_en", "change_zh"])
def test_nobody_is_left_without_words(found, column):
    assert (found.tiers.table[column].str.len() > 5).all()
