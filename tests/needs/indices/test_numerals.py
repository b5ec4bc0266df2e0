"""Numbers are read as the definition says a file writes them, and never guessed."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.needs.indices.numerals import PLAIN, Numerals, read_numbers, remedy_of

GERMAN = Numerals(",", ".")


def one(word, numerals=PLAIN):
    value = read_numbers(pd.Series([word], dtype="object"), numerals)[0]
    return None if pd.isna(value) else float(value)


@pytest.mark.parametrize(
    ("word", "numerals", "expected"),
    [
        ("12.5", PLAIN, 12.5),
        ("１２．５", PLAIN, 12.5),
        ("1,5", PLAIN, None),
        ("12%", PLAIN, None),
        ("1,5", GERMAN, 1.5),
        ("1.234.567,25", GERMAN, 1234567.25),
        ("1.23,5", GERMAN, None),
        ("2.5", GERMAN, None),
        ("1,234", Numerals(thousands=","), 1234),
        ("1234", Numerals(thousands=","), 1234),
        ("1,5", Numerals(thousands=","), None),
        ("-1 234", Numerals(thousands=" "), -1234),
        ("-1\u00a0234", Numerals(thousands=" "), -1234),
        ("12.5 %", Numerals(signs=("%",)), 12.5),
        ("￥3", Numerals(signs=("￥", "¥")), 3),
        ("=1+2", GERMAN, None),
        ("", GERMAN, None),
    ],
)
def test_a_cell_is_the_number_it_is_in_the_way_stated(word, numerals, expected):
    assert one(word, numerals) == expected


@settings(deadline=None)
@given(st.decimals(-(10**9), 10**9, places=3))
def test_any_number_comes_back_from_either_way_of_writing_it(value):
    plain = f"{value:,.3f}"
    german = plain.translate(str.maketrans(",.", ".,"))
    assert one(plain, Numerals(thousands=",")) == one(german, GERMAN) == float(value)


@pytest.mark.parametrize(
    ("word", "key"),
    [("1,5", "units.decimal"), ("2.5", "units.decimal"), ("12%", "units.signs"),
     ("$12", "units.signs"), ("abc", "units.missing"), ("=1+2", "units.missing")],
)  # fmt: skip
def test_what_to_do_names_the_key_that_would_read_the_cell(word, key):
    assert key in remedy_of(word).en
    assert word not in remedy_of(word).en.replace("12.5%", "")
