"""Tiers: one Ibis expression, sure and possible, never outside the truth."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.catalogue import load
from renlin.catalogue.rule_files import read_rules
from renlin.catalogue.rules import decide, merged
from renlin.errors import SchemeFault
from renlin.needs import identify
from renlin.needs.identify import rules_in_force
from renlin.needs.tiers import Facts, codes, evaluate, evaluate_one, fields_of
from renlin.needs.values import all_of, typed
from renlin.random_streams import draw

CATALOGUE = load()
RULES = read_rules(CATALOGUE.tier_files, indicators=CATALOGUE.indicators, needs=CATALOGUE.needs)
FIELDS = fields_of(RULES)
DECISION = decide(merged(RULES), CATALOGUE.indicators)
SEEDS = st.integers(0, 2**31)
N = 150


def answers(field):
    """Return a value of each kind that the rules tell apart."""
    entry = CATALOGUE.indicators[field]
    if entry.kind == "category":
        return list(entry.levels)
    values = [one.values for one in DECISION.inputs if one.field == field]
    return sorted({value for group in values for value in group})


def people(seed, n=N, unknown=0.4):
    """Return n invented residents: field -> value, None where unknown."""
    ids = [f"p{number}" for number in range(n)]
    chosen = {}
    for field in FIELDS:
        values = answers(field)
        luck = draw(seed, f"test.{field}", ids, count=2)
        picked = (luck[:, 0] * len(values)).astype(int)
        chosen[field] = [
            None if told < unknown else values[at]
            for at, told in zip(picked, luck[:, 1], strict=True)
        ]
    return [dict(zip(FIELDS, row, strict=True)) for row in zip(*chosen.values(), strict=True)]


def word(value):
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else value


def facts(rows, ages=None):
    ages = ages or [0] * len(rows)
    values, days, asked = {}, {}, {}
    for field in FIELDS:
        told = [row[field] is not None for row in rows]
        texts = np.array([word(row[field]) for row in rows], dtype=object)
        values[field] = typed(texts, CATALOGUE.indicators[field])
        known = [age if here else None for age, here in zip(ages, told, strict=True)]
        days[field] = pd.array(known, dtype="Int64")
        asked[field] = np.array(told, dtype=bool)
    return Facts(pd.DataFrame(values), pd.DataFrame(days), pd.DataFrame(asked))


def levels(rows, ages=None):
    return evaluate(facts(rows, ages), RULES).highest()


def nothing(**known):
    return dict.fromkeys(FIELDS) | known


@settings(max_examples=3, deadline=None)
@given(SEEDS)
def test_the_expression_on_duckdb_equals_the_plain_evaluator_for_every_rule_set(seed):
    persons = people(seed)
    ages = (draw(seed, "test.days", [f"p{n}" for n in range(N)]) * 800).astype(int).tolist()
    found = evaluate(facts(persons, ages), RULES)
    for row, (person, age) in enumerate(zip(persons, ages, strict=True)):
        told = {field: age for field in FIELDS if person[field] is not None}
        plain = [evaluate_one(person, told, rules) for rules in RULES]
        assert [one[0] for one in plain] == found.sure[row].tolist()
        assert [one[1] for one in plain] == found.possible[row].tolist()


@settings(max_examples=3, deadline=None)
@given(SEEDS)
def test_no_completion_of_the_unknown_leaves_the_bounds(seed):
    whole = people(seed, n=40, unknown=0.0)
    ids = [f"p{n}" for n in range(40)]
    order = draw(seed, "test.open", ids, count=len(FIELDS)).argsort(axis=1)[:, :4]
    open_ = [[FIELDS[at] for at in row] for row in order]
    asked = [one | dict.fromkeys(names) for one, names in zip(whole, open_, strict=True)]
    rows, owner = [], []
    for at, (one, names) in enumerate(zip(asked, open_, strict=True)):
        for values in itertools.product(*map(answers, names)):
            rows.append(one | dict(zip(names, values, strict=True)))
            owner.append(at)
    bounds, settled = levels(asked), levels(rows)
    exact = DECISION.known(codes(facts(asked), DECISION))
    assert (settled.sure == settled.possible).all()
    for at in range(40):
        mine = settled.sure[np.array(owner) == at]
        assert bounds.possible[at] <= mine.min() <= mine.max() <= bounds.sure[at]
        assert DECISION.levels(int(exact[at])) == set(mine.tolist())


def risky(field, value):
    row = pd.DataFrame(
        {field: typed(np.array([word(value)], dtype=object), CATALOGUE.indicators[field])}
    )
    return bool(all_of(row, CATALOGUE.indicators[field].risk_when).yes[0])


@settings(max_examples=2, deadline=None)
@given(SEEDS)
def test_adding_a_risk_factor_never_lowers_the_tier(seed):
    """Age is left out: a child and the very old are both at risk, so no end of it is safe."""
    fields = [f for f in FIELDS if CATALOGUE.indicators[f].risk_when and f != "age"]
    rows, keys = [], []
    for at, person in enumerate(people(seed, n=25)):
        for field in fields:
            for value in answers(field):
                rows.append(person | {field: value})
                keys.append((at, field, risky(field, value)))
    found = levels(rows)
    table = pd.DataFrame(keys, columns=["person", "field", "risk"]).assign(
        sure=found.sure, possible=found.possible
    )
    best = table.groupby(["person", "field", "risk"])[["sure", "possible"]].agg(["min", "max"])
    without, with_it = best.xs(False, level="risk"), best.xs(True, level="risk")
    for bound in ("sure", "possible"):
        assert (with_it[bound, "max"] <= without[bound, "min"]).all()


@settings(max_examples=3, deadline=None)
@given(SEEDS)
def test_living_alone_disabled_without_smart_device_is_always_the_highest_tier(seed):
    triple = {"lives_alone": True, "adl_level": 3.0, "has_smart_device": False}
    found = levels([person | triple for person in people(seed)])
    assert (found.sure == 1).all()
    assert (found.possible == 1).all()


@settings(max_examples=3, deadline=None)
@given(SEEDS)
def test_forgetting_an_answer_only_widens_the_bounds(seed):
    persons = people(seed)
    before = levels(persons)
    after = levels([one | {FIELDS[at % len(FIELDS)]: None} for at, one in enumerate(persons)])
    assert (after.possible <= before.possible).all()
    assert (before.sure <= after.sure).all()
    assert (after.possible <= after.indicated).all()
    assert (after.indicated <= after.sure).all()


@pytest.mark.parametrize(("days", "expected"), [(180, 1), (181, 2)])
def test_evidence_older_than_the_rule_allows_is_unknown_in_that_rule(days, expected):
    residents = [nothing(lives_alone=True, adl_level=3.0, has_smart_device=False)]
    aged = facts(residents)
    aged.days.loc[0, "lives_alone"] = days
    found = evaluate(aged, RULES).highest()
    assert (int(found.sure[0]), int(found.possible[0])) == (expected, 1)


def test_indicated_sets_aside_what_nobody_ever_asked_about():
    residents = facts([nothing(age=30.0)] * 2)
    residents.asked.loc[1, "bedridden"] = True
    found = evaluate(residents, RULES).highest()
    assert found.sure.tolist() == [4, 4]
    assert found.indicated.tolist() == [4, 1]
    assert found.possible.tolist() == [1, 1]


def test_no_resident_and_no_rule_give_no_tier_and_no_crash():
    assert evaluate(facts([]), RULES).sure.shape == (0, len(RULES))
    assert evaluate(facts([nothing()]), ()).highest().sure.tolist() == [4]


@pytest.mark.parametrize(
    ("person", "sure", "possible", "ruleset"),
    [
        ("lin", 1, 1, "搬抬转移分级"),
        ("zhao", 2, 1, "老年人风险分级"),
        ("wang", 2, 1, "残疾与认知分级"),
        ("sun-2", 2, 1, "孕产与抱婴分级"),
        ("zheng-2", 2, 1, "残疾与认知分级"),
        ("he-1", 3, 1, "老年人风险分级"),
        ("sun-3", 3, 1, "儿童分级"),
        ("chen-1", 4, 1, ""),
        ("wu", 4, 1, ""),
        ("liu", 4, 1, ""),
    ],
)
def test_the_cast_of_willow_has_the_tiers_worked_by_hand(
    found, rows, person, sure, possible, ruleset
):
    row = rows(found.tiers).loc[person]
    assert (row["sure"], row["possible"]) == (sure, possible)
    if ruleset:
        assert row["ruleset"] == ruleset


def test_grandma_lin_is_first_by_three_rule_sets_and_nothing_more_is_asked(found, rows):
    lin = rows(found.tiers).loc["lin"]
    assert lin["rules"].split(";") == [
        "carry.yaml#一级(最高)", "elderly.yaml#一级(最高)", "power.yaml#一级(最高)",
    ]  # fmt: skip
    assert (lin["missing"], lin["n_missing"]) == ("", 0)
    assert lin["confirmed_by"] == "grid_head"


def test_what_is_missing_of_zhao_is_what_could_still_raise_him(found, rows):
    missing = rows(found.tiers).loc["zhao", "missing"].split(";")
    assert set(missing) == {
        "bedridden", "limb_level", "dialysis_weekly", "vision_level", "hearing_level",
        "cognitive_impairment", "intellectual_level", "power_dependent", "power_device",
        "oxygen_hours",
    }  # fmt: skip


def test_every_resident_has_one_row_and_the_unregistered_are_not_dropped(willow, found):
    assert found.tiers.table["person"].tolist() == sorted(willow["persons"]["person"])
    assert {"chen-1", "chen-2"} <= set(found.tiers.table["person"])


def test_an_unregistered_tenant_can_hold_a_tier(tell, rows):
    place = tell(("chen-1", "bedridden", "yes", "2026-10-01"))
    assert rows(identify(place).tiers).loc["chen-1", "sure"] == 1


def test_who_left_before_the_survey_is_not_here_and_stays_on_record(willow):
    persons = willow["persons"].copy()
    persons.loc[persons["person"] == "wu", "until"] = pd.Timestamp("2026-05-01")
    needs = identify(willow.with_tables(persons=persons))
    assert "wu" not in set(needs.tiers.table["person"])
    assert needs.records.table.set_index("person").loc["wu", "state"] == "left"


def test_the_policy_says_which_rule_files_count_and_in_what_order(willow):
    policy = willow.policy.model_copy(update={"tiers": ("power.yaml", "elderly.yaml")})
    place = type(willow)(**{**vars(willow), "policy": policy})
    assert [rules.file for rules in rules_in_force(place)] == ["power.yaml", "elderly.yaml"]


def test_a_rule_file_the_catalogue_lacks_is_refused_with_the_nearest(willow):
    policy = willow.policy.model_copy(update={"tiers": ("elder.yaml",)})
    with pytest.raises(SchemeFault, match=r"elderly\.yaml"):
        rules_in_force(type(willow)(**{**vars(willow), "policy": policy}))


def test_rules_not_yet_in_force_do_not_count(willow):
    early = willow.settings.model_copy(update={"survey_date": pd.Timestamp("2025-12-31").date()})
    with pytest.raises(SchemeFault):
        rules_in_force(type(willow)(**{**vars(willow), "settings": early}))
