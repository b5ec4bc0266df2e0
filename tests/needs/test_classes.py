"""Classes and groups: the sure class moves somebody, groups overlap, unknown is kept."""

import itertools

import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from renlin.errors import CatalogueFault
from renlin.needs.classes import classify, combinations, comparable, memberships
from renlin.privacy.publishing import Limits


@pytest.mark.parametrize(
    ("person", "kind", "display", "help_", "helpers"),
    [
        ("lin", "wheelchair_pushed", "wheelchair", "carry", 2),
        ("zhao", "assisted_ambulant", "stick_slow", "assist", 1),
        ("wang", "blind_guided", "low_vision", "guide", 1),
        ("sun-2", "pregnant_late", "pregnant_infant", "none", 0),
        ("sun-3", "child_infant", "pregnant_infant", "none", 0),
        ("he-1", "older", "general", "none", 0),
        ("chen-1", "newcomer", "tenant", "none", 0),
        ("wu", "adult", "general", "none", 0),
        ("liu", "adult", "general", "none", 0),
    ],
)
def test_the_cast_moves_as_worked_by_hand(found, rows, person, kind, display, help_, helpers):
    row = rows(found.profiles).loc[person]
    assert (row["class"], row["display"]) == (kind, display)
    assert (row["needs_help"], row["helpers_needed"]) == (help_, helpers)


def test_a_class_of_better_rank_that_may_hold_stands_beside_the_sure_one(found, rows):
    table = rows(found.profiles)
    assert table.loc["lin", "class_possible"] == "bedridden"
    assert table.loc["sun-3", "class_possible"] == ""
    assert "blind_alone" in table.loc["wang", "class_possible"].split(";")
    assert {"oldest", "child_infant"} <= set(table.loc["liu", "class_possible"].split(";"))


def test_a_resident_belongs_to_every_group_whose_rule_holds(found, rows):
    table = rows(found.memberships)
    assert table.loc["lin", ["over_80", "wheelchair"]].tolist() == [True, True]
    assert table.loc["zhao", ["over_80", "stick_slow"]].tolist() == [True, True]
    assert table.loc["zheng-2", "hard_of_hearing"]
    assert not table.loc["lin", "general"]


def test_membership_that_hangs_on_an_unknown_fact_is_unknown(found, rows):
    table = rows(found.memberships)
    assert pd.isna(table.loc["liu", "over_80"])
    assert pd.isna(table.loc["liu", "general"])
    assert pd.isna(table.loc["wu", "general"])
    assert not table.loc["wu", "over_80"]


def test_for_comparison_the_rest_are_those_of_known_age_in_no_sure_group(willow, found, rows):
    members = found.memberships.table
    ages = found.indicators.table["age"]
    compared = comparable(members, ages, willow.catalogue.displays).set_index("person")
    assert compared.loc["wu", "general"]
    assert not compared.loc["lin", "general"]
    assert pd.isna(compared.loc["liu", "general"])


def test_the_order_of_residents_changes_nobodys_class(willow, found):
    table = found.indicators.table
    turned = table.iloc[::-1].reset_index(drop=True)
    classes = willow.catalogue.classes
    first = classify(table, classes).set_index("person")
    second = classify(turned, classes).set_index("person")
    pd.testing.assert_frame_equal(first, second.loc[first.index])
    displays = willow.catalogue.displays
    own = memberships(table, displays).set_index("person")
    pd.testing.assert_frame_equal(
        own, memberships(turned, displays).set_index("person").loc[own.index]
    )


def test_two_classes_of_one_rank_or_two_without_a_rule_are_refused(willow, found):
    classes = dict(willow.catalogue.classes)
    stick, adult = classes["stick"], classes["adult"]
    twice = classes | {"stick": stick.model_copy(update={"rank": adult.rank})}
    with pytest.raises(CatalogueFault, match="rank"):
        classify(found.indicators.table, twice)
    second = classes | {"other": adult.model_copy(update={"code": "other", "rank": 999})}
    with pytest.raises(CatalogueFault, match="without when"):
        classify(found.indicators.table, second)


def members(*groups):
    names = sorted({name for own in groups for name in own})
    table = pd.DataFrame({name: [name in own for own in groups] for name in names}, dtype="boolean")
    return table.assign(person=[f"p{n}" for n in range(len(groups))])


def shown(table, *, k, h=1, width=1.0, homes=None):
    own = [f"h{n}" for n in range(len(table))] if homes is None else homes
    found = combinations(table, pd.Series(own), limits=Limits(k, h, width))
    return dict(zip(found["combination"], found["n_persons"], strict=True))


def test_small_combinations_are_counted_together():
    table = members(*[{"old"}] * 4, *[{"tenant"}] * 6, {"blind"}, {"deaf"}, {"lame"}, set())
    assert shown(table, k=3) == {"old": 4, "tenant": 6, "other": 4}


def test_a_small_combination_of_shown_groups_hides_what_would_tell_it_by_subtraction():
    table = members(*[{"old"}] * 9, *[{"tenant"}] * 9, {"old", "tenant"}, *[set()] * 5)
    assert shown(table, k=3, width=2.0) == {"other": 24}


def test_a_single_small_cell_takes_the_next_one_with_it_so_it_cannot_be_subtracted():
    table = members(*[{"old"}] * 9, *[{"tenant"}] * 4, {"blind"}, *[set()] * 3)
    assert shown(table, k=3, width=2.0) == {"old": 9, "tenant": 4, "other": 4}


def test_a_combination_of_enough_persons_in_too_few_homes_is_small():
    table = members(*[{"old"}] * 5, *[{"tenant"}] * 5)
    homes = ["h1"] * 5 + [f"h{n}" for n in range(2, 7)]
    assert shown(table, k=3, h=2, homes=homes) == {"other": 10}


def attack(table, told, k):
    """Return true count and least and most of every combination under ``k``, by trying all.

    The attacker knows the combinations told, the residents in all, which combinations there
    are, and the total of every group of ``k`` or more.
    """
    groups = [c for c in table.columns if c != "person"]
    rows = [tuple(bool(v) for v in row) for row in table[groups].to_numpy()]
    kinds = sorted(set(rows))
    true = [rows.count(kind) for kind in kinds]
    names = ["+".join(g for g, own in zip(groups, kind, strict=True) if own) or "none"
             for kind in kinds]  # fmt: skip
    totals = [sum(n for n, kind in zip(true, kinds, strict=True) if kind[g])
              for g in range(len(groups))]  # fmt: skip
    choices = [[told[name]] if name in told else range(len(rows) + 1) for name in names]
    worlds = [
        world
        for world in itertools.product(*choices)
        if sum(world) == len(rows)
        and all(
            total < k or sum(n for n, kind in zip(world, kinds, strict=True) if kind[g]) == total
            for g, total in enumerate(totals)
        )
    ]
    return {name: (n, min(w[at] for w in worlds), max(w[at] for w in worlds))
            for at, (name, n) in enumerate(zip(names, true, strict=True)) if 0 < n < k}  # fmt: skip


KINDS = [frozenset(), frozenset("a"), frozenset("b"), frozenset("ab"), frozenset("c")]
COUNTS = st.lists(st.integers(0, 5), min_size=5, max_size=5)


@given(COUNTS)
@example([3, 3, 3, 1, 0])
@example([0, 4, 0, 1, 2])
@settings(deadline=None, max_examples=40)
def test_no_hidden_combination_can_be_placed_closer_than_the_width(counts):
    table = members(*(kind for kind, n in zip(KINDS, counts, strict=True) for _ in range(n)))
    assume(len(table) > 0)
    told = {c: n for c, n in shown(table, k=3, width=2.0).items() if c != "other"}
    for true, low, high in attack(table, told, 3).values():
        assert low <= true <= high
        assert high - low >= 2 or not told


def test_on_willow_every_combination_is_small(found):
    assert found.combinations.table.to_dict("records") == [
        {"combination": "other", "n_persons": 21, "n_households": 12}
    ]
