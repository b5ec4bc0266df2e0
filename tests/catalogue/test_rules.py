"""Tier rule files: what they may say, what is refused and where, what unknown does."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.catalogue import models
from renlin.catalogue.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Comparison,
    Not,
    Unreadable,
    Word,
    comparisons,
    read_condition,
    truth,
)
from renlin.catalogue.rule_files import read_rules
from renlin.catalogue.rules import merged, outcome
from renlin.errors import CatalogueFault

DAYS = {"value": 365.0, "unit": "days", "source": "assumption"}


def indicator(code, kind, **more):
    return models.Indicator(
        code=code, zh=code, en=code, source="assumption", subject="persons", kind=kind,
        expiry=DAYS, group="older", **more,
    )  # fmt: skip


INDICATORS = {
    one.code: one
    for one in (
        indicator("lives_alone", "boolean"),
        indicator("adl_level", "level", low=0, high=4),
        indicator("has_smart_device", "boolean"),
        indicator("age", "number", low=0, high=120),
        indicator("walking_aid", "category", levels=["none", "stick", "frame"]),
    )
}
NEEDS = {
    "door_knock": models.Need(
        code="door_knock",
        zh="上门叫应",
        en="knock",
        source="assumption",
        unit="visits",
        phase=["response"],
        per="person",
        kind="service",
    )
}
FILE = """\
规则集: 老年人风险分级
版本: 2025.1
依据: [本社区议事会 2025-03-12 决议]
生效: 2025-04-01
审批: {人: 社区韧性治理委员会, 日期: 2025-03-12}
指标:
  独居: {字段: lives_alone, 类型: 是否, 来源: 入户调查, 有效期: 180天}
  失能: {字段: adl_level, 类型: 等级, 为真: ">=3", 来源: 民政评估}
  半失能: {字段: adl_level, 类型: 等级, 为真: ">=2"}
  无智能设备: {字段: has_smart_device, 类型: 是否, 取反: 真, 来源: 网格员}
  年龄: {字段: age, 类型: 数值}
  助行: {字段: walking_aid, 类型: 类别, 为真: [stick, frame]}
等级:
  - 名: 一级(最高)
    条件: 全部 [独居, 失能, 无智能设备]
    理由: 独居、失能且没有智能设备
    需求: [上门叫应]
    复核: 90天
  - 名: 二级
    条件: 至少 2 项 [独居, 失能, 无智能设备, 年龄 >= 80]
  - 名: 三级
    条件: 任一 [半失能, 助行, 年龄 区间 [70, 80)]
未知处理: {判定: 区间, 补查: 是}
例:
  - {给: {独居: 是, 失能: 是, 无智能设备: 未知}, 应为: {至少: 二级, 至多: 一级, 待补: [无智能设备]}}
"""


def read(text=FILE):
    (rules,) = read_rules({"old.yaml": text}, indicators=INDICATORS, needs=NEEDS)
    return rules


def faults(text):
    with pytest.raises(CatalogueFault) as caught:
        read(text)
    return caught.value.faults


def levels(rules, **values):
    return outcome(merged([rules]), lambda one: one.holds(values.get(one.field)))


def line(text):
    return next(n for n, row in enumerate(FILE.split("\n"), start=1) if text in row)


def test_a_file_keeps_version_basis_and_approval_as_written():
    rules = read()
    assert (rules.name, rules.version, rules.file) == ("老年人风险分级", "2025.1", "old.yaml")
    assert rules.basis == ("本社区议事会 2025-03-12 决议",)
    assert rules.in_force.isoformat() == "2025-04-01"
    assert rules.approved_by == "社区韧性治理委员会"
    assert rules.tiers[0].needs == ("door_knock",)
    assert rules.tiers[0].review_days == 90


def test_living_alone_disabled_without_device_is_the_highest_tier():
    assert levels(read(), lives_alone=True, adl_level=3, has_smart_device=False) == (1, 1)


def test_an_unknown_device_leaves_the_highest_tier_possible_and_the_second_sure():
    assert levels(read(), lives_alone=True, adl_level=4) == (2, 1)


def test_an_interval_holds_its_closed_bound_and_not_its_open_one():
    safe = {"lives_alone": False, "adl_level": 0, "has_smart_device": True, "walking_aid": "none"}
    assert levels(read(), age=70, **safe) == (3, 3)
    assert levels(read(), age=79.9, **safe) == (3, 3)
    assert levels(read(), age=69.9, **safe) == (4, 4)
    assert levels(read(), age=80, **safe) == (4, 4)


def test_a_list_of_words_is_true_of_each_of_them():
    safe = {"lives_alone": False, "adl_level": 0, "has_smart_device": True, "age": 30}
    assert levels(read(), walking_aid="frame", **safe) == (3, 3)
    assert levels(read(), walking_aid="none", **safe) == (4, 4)


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "offered"),
    [
        ("版本: 2025.1", "版体: 2025.1", "版本: ", "版体", "版本"),
        ("字段: lives_alone", "字段: live_alone", "  独居: {", "独居", "lives_alone"),
        ("全部 [独居, 失能,", "全部 [独居, 失熊,", "条件: 全部", "条件", "失能"),
        ("需求: [上门叫应]", "需求: [上门叫]", "需求:", "需求", "上门叫应"),
        ("来源: 入户调查", "来原: 入户调查", "  独居: {", "来原", "来源"),
        ("为真: [stick, frame]", "为真: [stik]", "  助行: {", "助行", "stick"),
        ("待补: [无智能设备]", "代补: [无智能设备]", "  - {给", "代补", "待补"),
    ],
)
def test_an_unknown_word_is_refused_with_its_line_and_the_nearest_known_one(
    old, new, row, column, offered
):
    found = [f for f in faults(FILE.replace(old, new)) if f.column == column]
    assert [f.row for f in found] == [line(row)]
    assert offered in found[0].remedy.zh
    assert found[0].place == "tiers/old.yaml"


def test_all_faults_of_all_files_come_at_once():
    bad = FILE.replace("全部 [独居", "全部 [独").replace("生效: 2025-04-01", "生效: 去年")
    with pytest.raises(CatalogueFault) as caught:
        read_rules({"a.yaml": bad, "b.yaml": "- x"}, indicators=INDICATORS, needs=NEEDS)
    assert {(f.place, f.row) for f in caught.value.faults} == {
        ("tiers/a.yaml", 4), ("tiers/a.yaml", line("条件: 全部")), ("tiers/b.yaml", 1),
    }  # fmt: skip


def test_an_unknown_operator_is_refused():
    (found,) = faults(FILE.replace("全部 [独居", "大多数 [独居"))
    assert found.row == line("条件: 全部")
    assert "至少 k 项" in found.remedy.zh


def test_a_file_without_an_example_is_refused():
    without = FILE[: FILE.index("例:")]
    assert [f.column for f in faults(without)] == ["例"]
    assert [f.column for f in faults(without + "例: []\n")] == ["例"]


@pytest.mark.parametrize(
    ("wanted", "column"),
    [
        ("至少: 三级, 至多: 一级, 待补: [无智能设备]", "至少"),
        ("至少: 二级, 至多: 二级, 待补: [无智能设备]", "至多"),
        ("至少: 二级, 至多: 一级, 待补: [年龄]", "待补"),
        ("等级: 一级", "至少"),
    ],
)
def test_a_failing_example_is_refused_with_its_line(wanted, column):
    kept = "至少: 二级, 至多: 一级, 待补: [无智能设备]"
    (found,) = faults(FILE.replace(kept, wanted))
    assert (found.row, found.column) == (line("  - {给"), column)


def test_an_example_with_facts_that_contradict_each_other_is_refused():
    (found,) = faults(FILE.replace("给: {独居: 是, 失能: 是", "给: {半失能: 否, 失能: 是"))
    assert found.column == "失能"


def test_words_of_one_field_inform_each_other_in_an_example():
    text = FILE.replace(
        "{给: {独居: 是, 失能: 是, 无智能设备: 未知}",
        "{给: {失能: 是, 独居: 否, 无智能设备: 否, 年龄: 30, 助行: 否}",
    )
    kept = "至少: 二级, 至多: 一级, 待补: [无智能设备]"
    assert read(text.replace(kept, "等级: 三级, 待补: []")).examples[0].sure == 3


def test_a_definition_that_runs_in_a_circle_is_refused_at_each_word_of_it():
    ring = '  甲: {条件: "任一 [乙, 独居]"}\n  乙: {条件: "全部 [甲, 失能]"}\n  年龄:'
    found = faults(FILE.replace("  年龄:", ring, 1))
    assert [f.column for f in found] == ["甲", "乙"]
    assert "甲 → 乙 → 甲" in found[0].got.zh


def test_a_word_built_from_others_stands_for_them():
    built = '  要人抬: {条件: "任一 [失能, 助行]"}\n  年龄:'
    text = FILE.replace("  年龄:", built, 1).replace("任一 [半失能, 助行,", "任一 [要人抬,")
    safe = {"lives_alone": False, "has_smart_device": True, "age": 30}
    assert levels(read(text), adl_level=0, walking_aid="stick", **safe) == (3, 3)
    assert levels(read(text), adl_level=2, walking_aid="none", **safe) == (4, 4)


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("全部 [独居, 失能, 无智能设备, 年龄 >= 80]", "盖住"),
        ("全部 [独居, 失能, 无智能设备]", "盖住"),
        ("全部 [独居, 非 独居]", "对谁都不成立"),
        ("全部 [失能, 非 半失能]", "对谁都不成立"),
        ("年龄 > 120", "对谁都不成立"),
        ("全部 [年龄 >= 80, 年龄 < 60]", "对谁都不成立"),
    ],
)
def test_a_tier_nobody_can_get_is_refused(condition, why):
    second = "至少 2 项 [独居, 失能, 无智能设备, 年龄 >= 80]"
    (found,) = faults(FILE.replace(second, condition))
    assert found.row == line("- 名: 二级")
    assert why in found.got.zh


def test_tiers_are_written_from_high_to_low_once_each():
    (found,) = faults(FILE.replace("名: 三级", "名: 二级"))
    assert (found.row, found.column) == (line("名: 三级"), "名")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("类型: 数值", "类型: 是否"),
        ("有效期: 180天", "有效期: 半年"),
        ("有效期: 180天", "有效期: 0天"),
        ("取反: 真", "取反: 也许"),
        ("判定: 区间", "判定: 否"),
        ("年龄 >= 80]", "年龄]"),
        ("年龄 >= 80]", "独居 >= 80]"),
        ("年龄 >= 80]", "年龄 >= 老]"),
        ("年龄 区间 [70, 80)", "年龄 区间 [80, 70)"),
        ("至少 2 项", "至少 5 项"),
        ("名: 一级(最高)", "名: 最高"),
        ("  - 名: 三级", "  - 名: 四级"),
        ("  独居: {", "  失能: {"),
    ],
)
def test_what_cannot_be_meant_is_refused(old, new):
    assert faults(FILE.replace(old, new, 1))


def test_an_alias_is_refused_because_rules_are_written_out():
    (found,) = faults(FILE.replace("{判定: 区间, 补查: 是}", "*a"))
    assert found.row == line("未知处理")


@pytest.mark.parametrize("text", ["", "a: [", "规则集: {", "\t坏"])
def test_broken_yaml_is_a_fault_with_a_line_and_never_a_crash(text):
    assert all(f.row for f in faults(text))


NAMES = st.sampled_from([Word("甲"), Word("乙"), Word("丙", ">=", (3.0,))])


def grown(inner):
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return (
        several.map(AllOf)
        | several.map(AnyOf)
        | several.map(lambda items: AtLeast(len(items), items))
        | inner.map(Not)
    )


def written(one):
    if isinstance(one, Word):
        return one.name if not one.op else f"{one.name} >= {one.value[0]:g}"
    if isinstance(one, Not):
        return f"非 ({written(one.item)})"
    word = {AllOf: "全部", AnyOf: "任一"}.get(type(one)) or f"至少 {one.k} 项"
    return f"{word} [{'，'.join(map(written, one.items))}]"


@settings(max_examples=60, deadline=None)
@given(st.recursive(NAMES, grown, max_leaves=8))
def test_a_written_condition_is_read_back_as_itself(condition):
    assert read_condition(written(condition)) == condition


@pytest.mark.parametrize("text", ["全部 [a", "全部 a", "a b", "[a]", "任一 []", "年龄 >=", "非"])
def test_an_unfinished_condition_says_what_to_write(text):
    with pytest.raises(Unreadable) as caught:
        read_condition(text)
    assert caught.value.remedy.zh


def fact(name):
    return Comparison(name, name, "=", (True,))


def value(condition, **known):
    return truth(condition, lambda one: known.get(one.field))


THREE = [True, False, None]


def test_the_truth_tables_are_kleenes():
    both, either = AllOf((fact("p"), fact("q"))), AnyOf((fact("p"), fact("q")))
    for p, q in itertools.product(THREE, THREE):
        known = {"p": p, "q": q}
        assert value(both, **known) == (
            False if False in (p, q) else None if None in (p, q) else True
        )
        assert value(either, **known) == (
            True if True in (p, q) else None if None in (p, q) else False
        )
    assert [value(Not(fact("p")), p=p) for p in THREE] == [False, True, None]


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_at_least_k_counts_known_true_and_then_the_unknown(k):
    gate = AtLeast(k, tuple(fact(name) for name in "abcd"))
    for row in itertools.product(THREE, repeat=4):
        known = dict(zip("abcd", row, strict=True))
        n_true, n_unknown = row.count(True), row.count(None)
        expected = True if n_true >= k else False if n_true + n_unknown < k else None
        assert value(gate, **known) is expected


FACTS = st.sampled_from([fact(name) for name in "abcd"])
KNOWN = st.fixed_dictionaries({name: st.sampled_from(THREE) for name in "abcd"})


@settings(max_examples=100, deadline=None)
@given(st.recursive(FACTS, grown, max_leaves=8), KNOWN)
def test_whatever_the_unknown_turn_out_to_be_the_truth_stays_within_kleenes_bounds(
    condition, known
):
    told = value(condition, **known)
    unknown = [name for name, held in known.items() if held is None]
    for row in itertools.product([True, False], repeat=len(unknown)):
        whole = known | dict(zip(unknown, row, strict=True))
        assert told is None or value(condition, **whole) is told


def test_every_comparison_is_listed_in_reading_order():
    condition = read().tiers[1].condition
    assert [one.field for one in comparisons(condition)] == [
        "lives_alone", "adl_level", "has_smart_device", "age",
    ]  # fmt: skip
