"""Quantities, opening hours and words of map tags."""

import math

import pytest

from renlin.catalogue.load import load
from renlin.intake.opening_hours import closed_days, every_day
from renlin.intake.quantities import count, descends, incline, length, levels, storeys, year
from renlin.intake.tags import TagBook, called


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("2", 2.0), ("2.5 m", 2.5), ("2,5m", 2.5), ("180 cm", 1.8), ("6'", 6 * 0.3048),
        ("5'6\"", 5 * 0.3048 + 6 * 0.0254), ("12 ft", 12 * 0.3048), ("3 米", 3.0),
        ("0.9 metres", 0.9),
        ("3-4", None), ("~3", None), ("narrow", None), ("", None), ("'", None),
    ],
)  # fmt: skip
def test_lengths_are_read_in_metres_or_not_at_all(text, metres):
    assert length(text) == (None if metres is None else pytest.approx(metres))


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("8%", 0.08), ("-8 %", -0.08), ("8", 0.08), ("5°", math.tan(math.radians(5))),
        ("-5 deg", -math.tan(math.radians(5))), ("1:12", 1 / 12), ("-1:20", -0.05),
        ("up", None), ("down", None), ("steep", None), ("90°", None),
    ],
)  # fmt: skip
def test_inclines_are_rise_over_run(text, share):
    assert incline(text) == (None if share is None else pytest.approx(share))


def test_up_and_down_tell_the_direction_and_no_slope():
    assert (descends("down"), descends("up"), descends("-3%"), descends("0%")) == (
        True,
        False,
        True,
        None,
    )


def test_storeys_counts_and_years_are_never_rounded_from_guesses():
    assert (storeys("6"), storeys("5.5"), storeys("0"), storeys("G+4"), storeys("-1")) == (
        6,
        5,
        None,
        None,
        None,
    )
    assert (count("12"), count("~12"), count("many")) == (12, None, None)
    assert (year("1962"), year("1962-05"), year("1962-05-01"), year("1960s"), year("C19")) == (
        1962,
        1962,
        1962,
        None,
        None,
    )


def test_levels_of_corridors_and_stairs():
    assert levels("-1") == (-1.0,)
    assert levels("0;1") == levels("1;0") == (0.0, 1.0)
    assert levels("-2--1") == (-2.0, -1.0)
    assert levels("0.5") == (0.5,)
    assert levels("roof") is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("24/7", "00:00-24:00"),
        ("06:00-22:00", "06:00-22:00"),
        ("Mo-Su 06:00-22:00", "06:00-22:00"),
        ("Mo-Fr 08:00-12:00,14:00-18:00", "08:00-12:00;14:00-18:00"),
        ("Mo-Fr 08:00-17:00; Sa 09:00-12:00", "09:00-12:00"),
        ("Mo-Fr 08:00-17:00; PH off", "08:00-17:00"),
        ("Mo-Su 10:00-03:00", "10:00-03:00"),
        ("18:00-26:00", "18:00-02:00"),
        ("Apr-Sep: 06:00-22:00; Oct-Mar: 07:00-20:00", "07:00-20:00"),
        ("Tu-Su 00:00-24:00", "00:00-24:00"),
        ("Fr-Mo 09:00-10:00", "09:00-10:00"),
        ("sunrise-sunset", None),
        ("Mo-Fr", "00:00-24:00"),
        ("by appointment", None),
        ("off", None),
        ("", None),
    ],
)
def test_opening_hours_are_those_that_hold_on_every_day_of_opening(text, hours):
    assert every_day(text) == hours


def test_a_day_rule_replaces_what_an_earlier_one_said_of_that_day():
    assert every_day("Mo-Su 06:00-22:00; Su 10:00-12:00") == "10:00-12:00"


def test_days_on_which_nothing_opens_are_told():
    assert closed_days("Mo-Fr 08:00-17:00") == ("Sa", "Su")
    assert closed_days("08:00-17:00") == ()
    assert closed_days("whenever") == ()


@pytest.fixture(scope="module")
def catalogue():
    return load()


def test_the_key_of_lower_rank_decides(catalogue):
    book = TagBook(catalogue)
    assert book.word({"foot": "yes", "access": "private"}, "walks", "walkable", of="w1") == "yes"
    assert book.word({"access": "no"}, "walks", "walkable", of="w1") == "no"
    assert book.word({"access": "private"}, "walks", "access", of="w1") == "private"
    tags = {"access": "yes", "motorroad": "yes", "highway": "primary"}
    assert book.speaker(tags, "walks", "walkable") == "motorroad"
    assert (
        book.word({"access": "destination", "highway": "footway"}, "walks", "walkable", of="w1")
        is None
    )


def test_values_joined_by_semicolons_are_tried_in_turn(catalogue):
    assert (
        TagBook(catalogue).word({"surface": "magic;gravel"}, "walks", "surface", of="w1")
        == "gravel"
    )


def test_a_value_nobody_knows_is_counted_with_an_example(catalogue):
    book = TagBook(catalogue)
    for key in ("w9", "w1"):
        assert book.word({"surface": "magic"}, "walks", "surface", of=key) is None
    seen = book.unknowns()
    assert seen.to_dict("records") == [
        {"key": "surface", "value": "magic", "column": "walks.surface", "n": 2, "example": "w1"}
    ]


def test_a_value_that_means_something_elsewhere_is_not_unknown(catalogue):
    book = TagBook(catalogue)
    book.word({"highway": "footway"}, "walks", "walkable", of="w1")
    assert len(book.unknowns()) == 0


def test_names_without_letters_are_no_names():
    assert called({"name": "  ", "ref": "3"}) == "3"
    assert called({"name": "\u200b\x07"}) is None
    assert called({}) is None


def test_every_target_of_a_tag_is_allowed_by_its_table(catalogue):
    for row in catalogue.tags.values():
        columns = {c.column: c for c in catalogue.tables.get(row.table, ())}
        if (
            row.target in ("", "-")
            or row.column not in columns
            or columns[row.column].type != "category"
        ):
            continue
        allowed = columns[row.column].allowed
        known = (
            set(catalogue.facilities)
            if allowed == "catalogue:facilities"
            else set(allowed.split("|"))
        )
        assert row.target in known, row.code
