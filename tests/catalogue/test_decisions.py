"""Decision diagrams: exactly which tiers are open, and exactly which unknowns matter."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.catalogue.conditions import AllOf, AnyOf, AtLeast, Comparison, Not
from renlin.catalogue.decisions import NO_TIER, Decision, Domain, Input, TooLarge, inputs_of
from renlin.catalogue.rules import outcome

NAMES = "abcd"
AGE = Domain("number", 0, 120)
DOMAINS = {name: Domain("boolean") for name in NAMES} | {"age": AGE}


def fact(name):
    return Comparison(name, name, "=", (True,))


def decision(*conditions):
    tiers = list(enumerate(conditions, start=1))
    return tiers, Decision(tiers, inputs_of(conditions, DOMAINS))


def row(made, **known):
    places = {one.field: one for one in made.inputs}
    return np.array(
        [[places[f].code(known[f]) if known.get(f) is not None else -1 for f in places]]
    )


def test_with_two_of_two_unknown_neither_flip_alone_changes_anything_but_both_matter():
    _, made = decision(AtLeast(2, (fact("a"), fact("b"))))
    node = int(made.known(row(made))[0])
    assert made.relevant(node) == {0, 1}
    assert [max(made.answered(node, 0, code)) for code in (0, 1)] == [NO_TIER, NO_TIER]
    assert [made.steps(node, at) for at in (0, 1)] == [3, 3]


def test_an_unknown_behind_a_settled_condition_does_not_matter():
    _, made = decision(AnyOf((fact("a"), AllOf((fact("b"), fact("c"))))))
    node = int(made.known(row(made, a=True))[0])
    assert node == 1
    assert made.relevant(node) == frozenset()


def test_x_or_not_x_is_true_although_kleene_cannot_tell():
    condition = AnyOf((fact("a"), Not(fact("a"))))
    tiers, made = decision(condition)
    assert made.levels(made.root) == {1}
    assert outcome(tiers, lambda _: None) == (NO_TIER, 1)


def test_two_thresholds_of_one_field_are_one_question():
    old = Comparison("80", "age", ">=", (80.0,))
    older = Comparison("60", "age", ">=", (60.0,))
    _, made = decision(old, older)
    assert [one.field for one in made.inputs] == ["age"]
    assert made.levels(made.root) == {1, 2, NO_TIER}
    assert made.steps(made.root, 0) == 3


@pytest.mark.parametrize(("value", "same_as"), [(0, 79.5), (80, 80), (80.5, 119), (79.99, 0)])
def test_values_no_condition_tells_apart_share_a_code(value, same_as):
    (one,) = inputs_of([Comparison("80", "age", "between", (80.0, 80.0))], DOMAINS)
    assert one.code(value) == one.code(same_as)


def test_a_value_the_field_cannot_take_has_no_code():
    whole = Domain("level", 0, 4)
    (one,) = inputs_of([Comparison("3", "adl", ">=", (3.0,))], {"adl": whole})
    assert one.values == (0.0, 3.0, 4.0)
    beside = Input("aid", None, "category", ("stick",), ("stick",))
    assert beside.code("frame") == -1


def test_a_diagram_that_grows_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("renlin.catalogue.decisions.MOST_NODES", 3)
    with pytest.raises(TooLarge):
        decision(AtLeast(2, tuple(fact(name) for name in NAMES)))


def grown(inner):
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return (
        several.map(AllOf)
        | several.map(AnyOf)
        | inner.map(Not)
        | several.map(lambda items: AtLeast((len(items) + 1) // 2, items))
    )


LEAF = st.sampled_from([*map(fact, NAMES), Comparison("80", "age", ">=", (80.0,))])
CONDITION = st.recursive(LEAF, grown, max_leaves=6)
PERSON = st.fixed_dictionaries(
    {name: st.sampled_from([True, False, None]) for name in NAMES}
    | {"age": st.sampled_from([30, 80, None])}
)
ANSWERS = {name: [False, True] for name in NAMES} | {"age": [30, 80]}


def completions(known, fields):
    unknown = [field for field in fields if known[field] is None]
    for answers in itertools.product(*(ANSWERS[field] for field in unknown)):
        yield known | dict(zip(unknown, answers, strict=True))


def settled(tiers, whole):
    return outcome(tiers, lambda one: one.holds(whole[one.field]))[0]


@settings(max_examples=60, deadline=None)
@given(st.lists(CONDITION, min_size=1, max_size=2), PERSON)
def test_open_levels_are_those_that_some_completion_gives(conditions, known):
    tiers, made = decision(*conditions)
    fields = [one.field for one in made.inputs]
    node = int(made.known(row(made, **known))[0])
    assert made.levels(node) == {settled(tiers, whole) for whole in completions(known, fields)}


@settings(max_examples=60, deadline=None)
@given(st.lists(CONDITION, min_size=1, max_size=2), PERSON)
def test_an_unknown_matters_exactly_when_its_answer_can_change_the_level(conditions, known):
    tiers, made = decision(*conditions)
    fields = [one.field for one in made.inputs]
    node = int(made.known(row(made, **known))[0])
    for place, field in enumerate(fields):
        if known[field] is not None:
            assert made.steps(node, place) == 0
            continue
        others = known | {field: ANSWERS[field][0]}
        widest = 0
        for whole in completions(others, fields):
            got = [settled(tiers, whole | {field: answer}) for answer in ANSWERS[field]]
            widest = max(widest, max(got) - min(got))
        assert made.steps(node, place) == widest
        assert (place in made.relevant(node)) == (widest > 0)


@settings(max_examples=30, deadline=None)
@given(CONDITION, st.lists(PERSON, min_size=1, max_size=6))
def test_the_order_of_residents_does_not_matter(condition, people):
    _, made = decision(condition)
    codes = np.vstack([row(made, **one) for one in people])
    assert made.known(codes)[::-1].tolist() == made.known(codes[::-1]).tolist()
