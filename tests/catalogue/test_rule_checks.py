"""More risk never lowers a tier, whatever is known; the triple is first under any rules."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.catalogue import load
from renlin.catalogue.rule_checks import FLOOR_FILE, falling, keeps_the_floor, steps
from renlin.catalogue.rule_files import read_rules
from renlin.catalogue.rules import RuleSet, decide, merged, outcome
from renlin.errors import CatalogueFault

CATALOGUE = load()
RULES = read_rules(CATALOGUE.tier_files, indicators=CATALOGUE.indicators, needs=CATALOGUE.needs)
TIERS = merged(RULES)
DECISION = decide(TIERS, CATALOGUE.indicators)
HEAD = """\
规则集: 试
版本: "1"
依据: [试]
生效: 2026-01-01
指标:
  独居: {字段: lives_alone}
  失能: {字段: adl_level, 为真: ">=3"}
  半失能: {字段: adl_level, 为真: ">=2"}
  恰好三级: {字段: adl_level, 为真: "=3"}
  有智能设备: {字段: has_smart_device}
  年龄: {字段: age}
  低保: {字段: dibao, 为真: [none, dibao]}
等级:
"""


def faults(*conditions):
    names = ["一级", "二级", "三级"]
    tiers = "".join(
        f"  - 名: {name}\n    条件: {condition}\n"
        for name, condition in zip(names, conditions, strict=False)
    )
    text = f"{HEAD}{tiers}例:\n  - {{给: {{}}, 应为: {{}}}}\n"
    try:
        read_rules({"t.yaml": text}, indicators=CATALOGUE.indicators, needs=CATALOGUE.needs)
    except CatalogueFault as error:
        return error.faults
    return ()


@pytest.mark.parametrize(
    ("conditions", "field", "row"),
    [
        (["全部 [非 独居, 失能]"], "独居", 14),
        (["失能", "非 独居"], "独居", 16),
        (["恰好三级"], "能力等级", 14),
        (["独居", "非 半失能"], "能力等级", 16),
        (["有智能设备"], CATALOGUE.indicators["has_smart_device"].zh, 14),
        (["低保"], "救助类别", 14),
        (["任一 [全部 [非 独居, 失能], 全部 [独居, 失能, 任一 [年龄 >= 80, 非 年龄 >= 80]]]"],
         "独居", 14),
    ],
)  # fmt: skip
def test_a_rule_that_lowers_the_tier_of_who_is_worse_off_is_refused(conditions, field, row):
    found = faults(*conditions)
    assert [(f.column, f.row) for f in found] == [(field, row)]


@pytest.mark.parametrize(
    "conditions",
    [
        ["全部 [独居, 失能]", "任一 [独居, 恰好三级, 失能]"],
        ["失能", "恰好三级"][:1],
        ["全部 [失能, 独居]", "任一 [失能, 全部 [独居, 半失能]]"],
        ["非 有智能设备"],
        ["年龄 区间 [60, 80)"],
        ["年龄 <= 6", "年龄 >= 80"],
    ],
)
def test_rules_that_only_rise_with_risk_pass(conditions):
    assert faults(*conditions) == ()


def test_a_narrow_word_under_a_wider_one_above_it_is_no_fault():
    assert faults("全部 [失能, 独居]", "失能", "任一 [半失能, 全部 [恰好三级, 独居]]") == ()


def test_the_shipped_rules_rise_with_every_risk():
    assert [f for rules in RULES for f in falling(rules, CATALOGUE.indicators)] == []


def answers(place):
    return st.sampled_from([None, *range(len(DECISION.inputs[place].values))])


PEOPLE = st.tuples(*(answers(place) for place in range(len(DECISION.inputs))))
ORDERED = [
    (place, better, worse)
    for place, one in enumerate(DECISION.inputs)
    for better, worse in steps(one, CATALOGUE.indicators[one.field])
]


def level(codes):
    place = {(one.field, one.valid_days): at for at, one in enumerate(DECISION.inputs)}

    def leaf(one):
        at = place[one.field, one.valid_days]
        code = codes[at]
        return None if code is None else one.holds(DECISION.inputs[at].values[code])

    return outcome(TIERS, leaf)


@settings(max_examples=300, deadline=None)
@given(PEOPLE, st.sampled_from(ORDERED))
def test_making_any_risk_worse_never_lowers_the_sure_or_the_possible_tier(person, step):
    place, better, worse = step
    before, after = (
        level((*person[:place], code, *person[place + 1 :])) for code in (better, worse)
    )
    assert after[0] <= before[0]
    assert after[1] <= before[1]


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.sampled_from(["独居", "失能", "半失能", "恰好三级", "有智能设备"]),
        lambda inner: st.one_of(
            inner.map(lambda one: f"非 ({one})"),
            st.tuples(st.sampled_from(["全部", "任一", "至少 2 项"]), inner, inner).map(
                lambda t: f"{t[0]} [{t[1]}, {t[2]}]"
            ),
        ),
        max_leaves=5,
    )
)
def test_the_check_finds_exactly_what_trying_every_person_finds(condition):
    text = f"{HEAD}  - 名: 一级\n    条件: {condition}\n例:\n  - {{给: {{}}, 应为: {{}}}}\n"
    found = [f for f in faults_of(text) if "不降低" in f.expected.zh]
    reach = [f for f in faults_of(text) if "能进" in f.expected.zh]
    if reach:
        return
    (rules,) = [parsed(text)]
    inputs = decide(merged([rules]), CATALOGUE.indicators).inputs
    lowered = False
    for codes in itertools.product(*([None, *range(len(one.values))] for one in inputs)):
        for place, one in enumerate(inputs):
            for better, worse in steps(one, CATALOGUE.indicators[one.field]):
                if codes[place] == better:
                    raised = (*codes[:place], worse, *codes[place + 1 :])
                    pairs = zip(bounds(rules, inputs, codes), bounds(rules, inputs, raised),
                                strict=True)  # fmt: skip
                    lowered |= any(after > before for before, after in pairs)
    assert bool(found) == lowered


def faults_of(text):
    try:
        read_rules({"t.yaml": text}, indicators=CATALOGUE.indicators, needs=CATALOGUE.needs)
    except CatalogueFault as error:
        return error.faults
    return ()


def parsed(text) -> RuleSet:
    from renlin.catalogue.rule_files import _Reader

    reader = _Reader("t.yaml", CATALOGUE.indicators, CATALOGUE.needs)
    made = reader.rule_set(text)
    assert made is not None
    return made


def bounds(rules, inputs, codes):
    place = {(one.field, one.valid_days): at for at, one in enumerate(inputs)}

    def leaf(one):
        code = codes[place[one.field, one.valid_days]]
        return (
            None
            if code is None
            else one.holds(inputs[place[one.field, one.valid_days]].values[code])
        )

    return outcome(merged([rules]), leaf)


def chosen(*names):
    return tuple(rules for rules in RULES if rules.file in names)


def test_the_floor_alone_and_the_elderly_rules_keep_it_and_the_others_do_not():
    assert keeps_the_floor(chosen(FLOOR_FILE))
    assert keeps_the_floor(chosen("elderly.yaml"))
    assert not keeps_the_floor(chosen("power.yaml", "household.yaml"))


@pytest.mark.parametrize(
    "names",
    [
        names
        for size in range(1, len(RULES) + 1)
        for names in itertools.combinations([rules.file for rules in RULES], size)
    ],
)
def test_no_choice_of_shipped_rules_loses_the_triple_once_the_floor_is_under_it(names):
    assert keeps_the_floor((*chosen(*names), *chosen(FLOOR_FILE)))
