"""Cells we write for offices are text, whatever they begin with, and come back as they were."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renlin.community.spreadsheet import SIGNS, guarded, sheet, unguarded


@pytest.mark.parametrize("sign", SIGNS)
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(sign):
    assert guarded(f"{sign}cmd|' /C calc'!A0") == f"'{sign}cmd|' /C calc'!A0"


@given(st.text(max_size=20).filter(lambda text: not text.startswith("'")))
def test_what_is_guarded_comes_back_as_it_was_and_begins_with_no_sign(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(SIGNS)


def test_numbers_days_and_unknown_cells_stay_and_headings_are_guarded_too():
    day = pd.Timestamp("2026-01-01")
    table = pd.DataFrame(
        {"=n": [-1.5], "on": [day], "who": pd.array([None], dtype="str"), "why": ["-1"]}
    )
    made = sheet(table)
    assert list(made) == ["'=n", "on", "who", "why"]
    assert made.iloc[0, [0, 1, 3]].tolist() == [-1.5, day, "'-1"]
    assert made["who"].isna().all()
    assert table["why"].tolist() == ["-1"]


def test_an_empty_table_is_an_empty_sheet():
    assert sheet(pd.DataFrame({"a": pd.array([], dtype="str")})).empty
