"""Faults say where, what was expected, what was got, what to do, in both languages."""

import pytest

from renlin.errors import DataFault, Fault, Said, described, did_you_mean, raise_all

FLOOR = Fault(
    "layers/households.csv",
    Said("1 到 40", "1..40"),
    Said("99", "99"),
    Said("改正这一行。", "Correct the row."),
    41,
    "floor",
)


def test_a_fault_names_file_row_column_expected_got_and_remedy_in_english():
    assert FLOOR.text("en") == (
        "layers/households.csv row 41, column floor: expected 1..40, got 99. Correct the row."
    )


def test_a_fault_says_the_same_in_chinese():
    assert (
        FLOOR.text("zh")
        == "layers/households.csv 第 41 行「floor」：应为1 到 40，实为99。改正这一行。"
    )


def test_all_faults_are_raised_at_once_in_the_order_of_the_file():
    later = Fault(FLOOR.place, FLOOR.expected, FLOOR.got, FLOOR.remedy, 7)
    with pytest.raises(DataFault) as caught:
        raise_all([FLOOR, later])
    assert [fault.row for fault in caught.value.faults] == [7, 41]


def test_no_fault_raises_nothing():
    raise_all([])


def test_an_error_without_a_fault_cannot_be_made():
    with pytest.raises(ValueError, match="at least one"):
        DataFault([])


def test_the_nearest_known_word_is_offered():
    assert did_you_mean("wiring", ["wirings", "drainage"]).en == "Did you mean wirings?"
    assert "catalogue" in did_you_mean("zzz", ["wiring"]).en


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("110105194912310021", "18 digits"),
        ("林桂芳", "3 characters"),
        ("", "nothing"),
        (None, "nothing"),
        (float("nan"), "nothing"),
    ],
)
def test_a_private_value_is_described_and_never_quoted(value, shape):
    assert described(value).en == shape
