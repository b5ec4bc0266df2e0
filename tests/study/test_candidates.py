"""Candidate measures: their schemes, what they need, what they rule out."""

import pytest
from tests.study.hand_made import light, place

from renlin.errors import SchemeFault
from renlin.study.candidates import candidates
from renlin.study.portfolios import name_of, worlds_of

PEOPLE = {"p": "general", "q": "wheelchair"}


def measures(**given):
    return candidates(place(PEOPLE, given))


def test_a_measure_brings_all_it_requires_directly_or_not():
    made = measures(a=1.0, b={"cost": 2.0, "requires": "a"}, c={"cost": 3.0, "requires": "b"})
    assert made.with_needs("c") == {"a", "b", "c"}
    assert made.with_needs("a") == {"a"}


def test_what_is_required_is_built_first_and_the_layers_prices_add_up():
    made = measures(a={"cost": 2.0, "requires": "z"}, z=1.0)
    scheme = made.scheme(["a", "z"], "both")
    assert [edit.key for edit in scheme.edit] == ["z", "a"]
    assert scheme.cost == 3.0


def test_two_measures_that_edit_one_cell_rule_each_other_out_unasked():
    schemes = {"a": light("a"), "b": light("a"), "c": light("c")}
    made = candidates(place(PEOPLE, {"a": 1.0, "b": 1.0, "c": 1.0}, schemes=schemes))
    assert made.excludes == (("a", "b"),)


def test_what_is_written_down_and_what_clashes_is_named_once():
    schemes = {"a": light("a"), "b": light("a")}
    given = {"a": {"cost": 1.0, "excludes": "b"}, "b": {"cost": 1.0, "excludes": "a"}}
    assert candidates(place(PEOPLE, given, schemes=schemes)).excludes == (("a", "b"),)


def test_every_scheme_that_is_not_there_is_named_at_once_with_the_nearest():
    with pytest.raises(SchemeFault) as caught:
        candidates(
            place(
                PEOPLE, {"lamp": 1.0, "light": 1.0, "rail": 1.0}, schemes={"light": light("light")}
            )
        )
    assert len(caught.value.faults) == 2
    assert {fault.got.en for fault in caught.value.faults} == {"lamp", "rail"}


def test_each_measure_is_tried_beside_what_it_requires_and_without_itself():
    made = measures(a=1.0, b={"cost": 2.0, "requires": "a"})
    assert set(worlds_of(made)) == {"base", "a", "a+b"}
    assert name_of(frozenset()) == "base"
