"""The work list: what is still to be asked, the answer that changes most first."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.catalogue import load
from renlin.catalogue.rule_files import read_rules
from renlin.catalogue.rules import decide, merged, outcome
from renlin.needs import identify
from renlin.needs.reasons import weights_of, word_all


def rows_of(found, subject):
    table = found.work_list.table
    return table[table["subject"] == subject].set_index("indicator")


def test_nothing_is_asked_of_lin_because_no_answer_can_change_her_tier(found):
    assert rows_of(found, "lin").empty


def test_the_work_list_holds_exactly_what_the_tiers_miss(found, willow):
    shared = {c for c, e in willow.catalogue.indicators.items() if e.subject == "households"}
    wanted = {
        (row["household"] if code in shared else row["person"], code)
        for row in found.tiers.table.to_dict("records")
        for code in row["missing"].split(";")
        if code
    }
    table = found.work_list.table
    assert set(zip(table["subject"], table["indicator"], strict=True)) == wanted


def test_an_answer_weighs_by_the_tiers_it_can_move(found):
    assert rows_of(found, "zhao").loc["bedridden", "matters"] == 1
    assert rows_of(found, "he-1").loc["bedridden", "matters"] == 2
    assert rows_of(found, "wu").loc["bedridden", "matters"] == 3


def test_a_household_question_is_asked_once_for_all_it_concerns(found):
    row = rows_of(found, "hu-chen").loc["helpers_within_30min"]
    assert (row["n_persons"], row["matters"]) == (2, 2)
    assert row["subject_table"] == "households"


def test_the_list_says_whether_it_was_never_asked_or_has_expired_and_who_could_tell(found):
    wang = rows_of(found, "wang")
    assert wang.loc["lives_alone", "state"] == "expired"
    assert wang.loc["bedridden", "state"] == "never_asked"
    assert wang.loc["lives_alone", "who_could_tell_zh"] == "入户调查"
    assert rows_of(found, "liu").loc["age", "state"] == "unknown"


def test_rank_orders_by_weight(found):
    table = found.work_list.table.sort_values("rank")
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    assert table["matters"].is_monotonic_decreasing


def test_an_answer_takes_its_question_off_the_list(tell, found):
    after = identify(tell(("zhao", "bedridden", "no", "2026-10-20")))
    assert "bedridden" in rows_of(found, "zhao").index
    assert "bedridden" not in rows_of(after, "zhao").index


SMALL = """\
规则集: 试
版本: "1"
依据: [试]
生效: 2026-01-01
指标:
  独居: {字段: lives_alone}
  卧床: {字段: bedridden}
  轮椅: {字段: wheelchair}
  能力: {字段: adl_level}
等级:
  - 名: 一级
    条件: 全部 [独居, 卧床, 能力 >= 3]
  - 名: 二级
    条件: 至少 2 项 [独居, 卧床, 轮椅]
  - 名: 三级
    条件: 任一 [能力 >= 2, 轮椅]
例:
  - {给: {}, 应为: {至少: 无, 至多: 一级}}
"""
CATALOGUE = load()
(RULES,) = read_rules({"t.yaml": SMALL}, indicators=CATALOGUE.indicators, needs=CATALOGUE.needs)
DECISION = decide(merged([RULES]), CATALOGUE.indicators)
SIZES = [len(one.values) for one in DECISION.inputs]
ROWS = st.lists(st.tuples(*(st.integers(-1, size - 1) for size in SIZES)), min_size=1, max_size=4)


def level(codes):
    values = {one.field: one.values[code] for one, code in zip(DECISION.inputs, codes, strict=True)}
    return outcome(merged([RULES]), lambda one: one.holds(values[one.field]))[0]


def completions(row):
    return itertools.product(
        *([c] if c >= 0 else range(n) for c, n in zip(row, SIZES, strict=True))
    )


@settings(max_examples=120, deadline=None)
@given(ROWS)
def test_what_matters_and_what_settles_are_what_trying_every_completion_gives(rows):
    codes = np.array(rows)
    wordings, told = word_all(codes, DECISION, [RULES], CATALOGUE.indicators)
    weights = weights_of(codes, DECISION)
    for row, at in zip(rows, told, strict=True):
        said = wordings[at]
        steps, settles = {}, {}
        for place, one in enumerate(DECISION.inputs):
            if row[place] >= 0:
                continue
            widest, likely = 0, 0.0
            for rest in completions((*row[:place], 0, *row[place + 1 :])):
                found = [level((*rest[:place], c, *rest[place + 1 :])) for c in range(SIZES[place])]
                widest = max(widest, max(found) - min(found))
            for code in range(SIZES[place]):
                answered = (*row[:place], code, *row[place + 1 :])
                if len({level(whole) for whole in completions(answered)}) == 1:
                    likely += float(weights[place][code])
            if widest:
                steps[one.field], settles[one.field] = widest, likely
        assert dict(zip(said.missing, said.steps, strict=True)) == steps
        assert dict(zip(said.missing, said.settles, strict=True)) == pytest.approx(settles)


def test_two_questions_that_only_together_decide_are_both_listed():
    codes = np.array([[-1 if one.field in ("lives_alone", "bedridden") else 0
                       for one in DECISION.inputs]])  # fmt: skip
    (said,), _ = word_all(codes, DECISION, [RULES], CATALOGUE.indicators)
    assert set(said.missing) == {"lives_alone", "bedridden"}
    assert "一起问清" in said.change_zh


def test_the_list_counts_how_many_tiers_one_answer_is_expected_to_settle(found):
    table = found.work_list.table
    assert (table["settles"] >= 0).all()
    assert (table["settles"] <= table["n_persons"]).all()
    assert (table["settles"] > 0).any()
