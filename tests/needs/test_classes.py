"""Classes and groups: the sure class moves somebody, groups overlap, unknown is kept."""

import pandas as pd
import pytest

from renlin.errors import CatalogueFault
from renlin.needs.classes import classify, combinations, comparable, memberships


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


def test_small_combinations_are_counted_together():
    table = members(*[{"old"}] * 4, *[{"tenant"}] * 3, {"old", "tenant"}, {"blind"}, set())
    homes = pd.Series([f"h{n}" for n in range(len(table))])
    found = combinations(table, homes, k_persons=3, k_households=1).set_index("combination")
    assert found["n_persons"].to_dict() == {"old": 4, "other": 3, "tenant": 3}


def test_a_single_small_cell_takes_the_next_one_with_it_so_it_cannot_be_subtracted():
    table = members(*[{"old"}] * 9, *[{"tenant"}] * 4, {"blind"})
    homes = pd.Series([f"h{n}" for n in range(len(table))])
    found = combinations(table, homes, k_persons=3, k_households=1).set_index("combination")
    assert found["n_persons"].to_dict() == {"old": 9, "other": 5}


def test_a_combination_of_enough_persons_in_too_few_homes_is_small():
    table = members(*[{"old"}] * 5, *[{"tenant"}] * 5)
    homes = pd.Series(["h1"] * 5 + [f"h{n}" for n in range(2, 7)])
    found = combinations(table, homes, k_persons=3, k_households=2)
    assert found["n_persons"].tolist() == [10]


def test_on_willow_every_combination_is_small(found):
    assert found.combinations.table.to_dict("records") == [
        {"combination": "other", "n_persons": 21, "n_households": 12}
    ]
