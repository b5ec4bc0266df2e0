"""One thing written in many ways becomes one text."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renlin.intake.matching.cleaning import STEPS, cleaned


def one(value, *steps):
    return cleaned([value], steps)[0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1956-04-09", "19560409"),
        ("1956/4/9", "19560409"),
        ("19560409", "19560409"),
        (" 1956年4月9日", "19560409"),
        ("09.04.1956", "19560409"),
        (dt.date(1956, 4, 9), "19560409"),
        ("19561349", "19561349"),  # no date, kept: one digit off is still near
        ("", None),
        ("不详", None),
        (None, None),
        (float("nan"), None),
    ],
)
def test_a_date_becomes_eight_digits(value, expected):
    assert one(value, "date") == expected


def test_months_before_days_are_told_by_the_column():
    assert list(cleaned(["04/25/1956", "04/09/1956"], ["date"])) == ["19560425", "19560409"]


@pytest.mark.parametrize(
    ("value", "steps", "expected"),
    [
        ("  O'Brien ", ("plain", "letters"), "obrien"),
        ("José", ("plain",), "jose"),
        ("ＬＩＮ", ("plain",), "lin"),
        ("435 S. La-Cienega", ("plain", "words"), "435 s la cienega"),
        ("310/246-1501", ("digits",), "3102461501"),
        ("$1,299.00", ("number",), "1299"),
        ("张秀英", ("plain", "letters"), "张秀英"),
    ],
)
def test_marks_width_case_and_accents_do_not_matter(value, steps, expected):
    assert one(value, *steps) == expected


@given(st.text(max_size=40), st.sampled_from(sorted(STEPS)))
def test_cleaning_twice_is_cleaning_once(text, step):
    once = one(text, step)
    assert once is None or one(once, step) in (once, None)
