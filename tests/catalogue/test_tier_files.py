"""The shipped tier rules: the paper's triple first, more risk never lower, unknown never no."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.catalogue import Catalogue, load
from renlin.catalogue.conditions import Comparison, Condition, Not
from renlin.catalogue.rule_files import read_rules
from renlin.catalogue.rules import RuleSet, merged, outcome

CATALOGUE = load()
RULES = read_rules(CATALOGUE.tier_files, indicators=CATALOGUE.indicators, needs=CATALOGUE.needs)
TIERS = merged(RULES)
FIRST, SECOND = 1, 2
TRIPLE = {"lives_alone": True, "adl_level": 3, "has_smart_device": False}


def level(known: dict[str, object]) -> tuple[int, int]:
    """Return the sure and possible level of a person of whom only ``known`` is known."""
    return outcome(TIERS, lambda one: one.holds(known.get(one.field)))  # type: ignore[arg-type]


def parts(condition: Condition) -> Iterator[Condition]:
    yield condition
    inner = (condition.item,) if isinstance(condition, Not) else getattr(condition, "items", ())
    for item in inner:
        yield from parts(item)


def answers(code: str) -> st.SearchStrategy[object]:
    indicator = CATALOGUE.indicators[code]
    if indicator.kind == "boolean":
        return st.sampled_from([None, True, False])
    if indicator.kind == "category":
        return st.sampled_from([None, *indicator.levels])
    low, high = int(indicator.low or 0), int(indicator.high or 0)
    return st.one_of(st.none(), st.integers(low, high))


FIELDS = sorted({
    one.field for _, condition in TIERS for one in parts(condition) if isinstance(one, Comparison)
})  # fmt: skip
PEOPLE = st.fixed_dictionaries({field: answers(field) for field in FIELDS})


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: rules.file)
def test_every_rule_file_carries_examples_with_an_unknown(rules: RuleSet) -> None:
    unsure = [one for one in rules.examples if one.missing]

    assert len(rules.examples) >= 3
    assert unsure


@settings(max_examples=60, deadline=None)
@given(PEOPLE)
def test_living_alone_disabled_without_device_is_first_whatever_else_is_known(
    person: dict[str, object],
) -> None:
    assert level({**person, **TRIPLE}) == (FIRST, FIRST)


def test_the_triple_is_first_at_any_age() -> None:
    for age in (None, 20, 59, 60, 85):
        assert level({**TRIPLE, "age": age})[0] == FIRST


@pytest.mark.parametrize("missing", sorted(TRIPLE))
def test_one_unknown_of_the_triple_keeps_the_first_tier_possible(missing: str) -> None:
    known = {field: value for field, value in TRIPLE.items() if field != missing}

    assert level(known)[1] == FIRST


@pytest.mark.parametrize(
    "known",
    [
        {"power_dependent": True},
        {"power_device": "ventilator"},
        {"oxygen_hours": 2.0},
        {"bedridden": True},
        {"adl_level": 4},
        {"wheelchair": True, "lives_alone": True},
        {"dialysis_weekly": 3, "lives_alone": True},
        {"pregnant_weeks": 34, "helpers_within_30min": 0},
        {"age": 2, "child_alone_daytime": True},
        {"cognitive_impairment": True, "lives_alone": True},
    ],
)
def test_who_cannot_get_out_or_must_not_lose_power_is_first(known: dict[str, object]) -> None:
    assert level(known)[0] == FIRST


@pytest.mark.parametrize(
    "known", [{"dialysis_weekly": 3}, {"adl_level": 3}, {"vision_level": 1}, {"pregnant_weeks": 30}]
)
def test_who_needs_somebody_is_at_least_second(known: dict[str, object]) -> None:
    assert level(known)[0] <= SECOND


def test_of_whom_nothing_is_known_may_be_first_and_is_surely_in_no_tier() -> None:
    sure, possible = level({})

    assert sure > 3
    assert possible == FIRST


def test_conditions_only_add_so_that_more_risk_never_lowers_a_tier() -> None:
    negations = [one for _, condition in TIERS for one in parts(condition) if isinstance(one, Not)]

    assert negations == []


@settings(max_examples=80, deadline=None)
@given(PEOPLE, st.sampled_from(FIELDS))
def test_the_worst_answer_never_gives_a_lower_tier(person: dict[str, object], field: str) -> None:
    worst = {
        "has_smart_device": False, "mandarin": False, "helpers_within_30min": 0,
        "residence_years": 0, "postpartum_days": 1, "dibao": "tekun",
        "power_device": "ventilator", "vision_level": 1, "hearing_level": 1, "speech_level": 1,
        "limb_level": 1, "intellectual_level": 1, "mental_level": 1, "adl_level": 4,
        "dialysis_weekly": 7, "oxygen_hours": 24, "pregnant_weeks": 40, "chronic_count": 20,
    }  # fmt: skip
    if field in ("age", "walking_aid"):  # no single worst answer: young and old both count
        return
    before = level(person)
    after = level({**person, field: worst.get(field, True)})

    assert after[0] <= before[0]


@settings(max_examples=80, deadline=None)
@given(PEOPLE, st.sampled_from(FIELDS), st.data())
def test_an_answer_never_leaves_the_bounds_that_stood_before(
    person: dict[str, object], field: str, data: st.DataObject
) -> None:
    sure, possible = level({**person, field: None})
    answered = level({**person, field: data.draw(answers(field))})

    assert possible <= answered[1] <= answered[0] <= sure


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: rules.file)
def test_every_reason_is_one_polite_sentence_in_both_languages(rules: RuleSet) -> None:
    for tier in rules.tiers:
        assert tier.reason.count("。") == 1
        assert tier.reason.endswith("。")
        assert not set("！!？?；") & set(tier.reason)
        assert "您" in tier.reason or "孩子" in tier.reason
        assert tier.reason_en.count(".") == 1
        assert tier.needs


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: rules.file)
def test_no_reason_labels_a_person(rules: RuleSet) -> None:
    labels = ("失能", "空巢", "残疾人", "残障", "弱势", "高危", "智障", "瘫痪", "痴呆")

    assert [t.reason for t in rules.tiers if any(word in t.reason for word in labels)] == []


@pytest.mark.parametrize("name", sorted(CATALOGUE.tier_files))
def test_evidence_grows_old_as_the_catalogue_says(name: str) -> None:
    words = yaml.safe_load(CATALOGUE.tier_files[name])["指标"]
    wrong = [
        word
        for word, entry in words.items()
        if "有效期" in entry
        and entry["有效期"] != f"{CATALOGUE.indicators[entry['字段']].expiry.value:.0f}天"
    ]

    assert wrong == []


def test_the_fields_of_all_files_are_indicators() -> None:
    catalogue: Catalogue = CATALOGUE

    assert set(FIELDS) <= set(catalogue.indicators)
