"""What is printed: tables aligned with hanzi, objects without NaN, a bar only when it is long."""

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from renlin.cli import output
from renlin.cli.output import Bar, aligned, plain, table, text_width


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("abc", 3),
        ("3号楼", 5),
        ("（全角）", 8),
        ("é", 1),
        ("e\u0301", 1),
        ("", 0),
        ("—", 1),
        ("ｶ", 1),
    ],
)
def test_hanzi_and_full_width_signs_take_two_columns_of_a_terminal(text, columns):
    assert text_width(text) == columns


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.text("ab老人（１", max_size=6), min_size=3, max_size=3), min_size=1))
def test_every_column_of_a_table_starts_in_the_same_place(rows):
    marked = [["|", *(f"{cell}|" for cell in row)] for row in rows]
    widths = [max(text_width(row[i]) for row in marked) for i in range(4)]
    for row, line in zip(marked, aligned(marked), strict=True):
        starts = [sum(widths[:i]) + 2 * i for i in range(4)]
        cut, at = "", 0
        for character in line:
            cut, at = cut + character, at + text_width(character)
        assert at == starts[3] + text_width(row[3])


def test_a_table_shows_unknown_apart_from_zero_and_counts_the_rows_left_out():
    frame = pd.DataFrame(
        {
            "n": pd.array([0, None, 2], dtype="Int64"),
            "share": [0.0, float("nan"), 12345.6],
            "flag": pd.array([True, None, False], dtype="boolean"),
        }
    )
    lines = table(frame, most=2)
    assert lines == ["n  share  flag", "0  0      是", "?  ?      ?", "… 还有 1 行"]


def test_a_long_cell_is_cut_with_a_mark_and_line_ends_are_blanks():
    line = table(pd.DataFrame({"text": ["长" * 40 + "\n尾"]}))[1]
    assert line.endswith("…")
    assert text_width(line) <= output.WIDEST_CELL


ODD = {
    "nan": float("nan"),
    "inf": float("inf"),
    "none": None,
    "na": pd.NA,
    "nat": pd.NaT,
    "numpy": np.float64("nan"),
    "int": np.int64(3),
    "flag": np.bool_(True),
    "date": dt.date(2026, 11, 1),
    "stamp": pd.Timestamp("2026-11-01"),
    "array": np.array([1.0, np.nan]),
    "set": {"b", "a"},
    "shape": Point(1, 2),
    1: "key",
}


def test_json_knows_no_nan_and_no_type_of_a_library():
    text = json.dumps(plain(ODD), allow_nan=False)
    assert json.loads(text) == {
        "nan": None, "inf": None, "none": None, "na": None, "nat": None, "numpy": None, "int": 3,
        "flag": True, "date": "2026-11-01", "stamp": "2026-11-01T00:00:00", "array": [1.0, None],
        "set": ["a", "b"], "shape": "POINT (1 2)", "1": "key",
    }  # fmt: skip


def test_a_bar_says_nothing_before_two_seconds(monkeypatch, capsys):
    clock = iter([0.0, 1.9, 2.1, 2.2, 2.3])
    monkeypatch.setattr(output.time, "monotonic", lambda: next(clock))
    bar = Bar()
    bar("推演", 1, 3)
    assert capsys.readouterr().err == ""
    bar("推演", 2, 3)
    bar("推演", 3, 3)
    bar("写报告", 0, 1)
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "推演 …\n写报告 …\n"


def test_a_bar_on_a_terminal_is_taken_away_before_anything_else_is_printed(monkeypatch, capsys):
    clock = iter([0.0, 3.0])
    monkeypatch.setattr(output.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    bar = Bar()
    bar("推演", 1, 2)
    bar.clear()
    out, err = capsys.readouterr()
    assert out == ""
    assert "推演 [" in err
    assert err.endswith(output.CLEAR)
