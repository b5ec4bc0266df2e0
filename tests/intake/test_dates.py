"""Dates and ages are read as written, and what cannot be told is not guessed."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.intake.dates import age_on, birth_years, exchanged, read_age, read_date

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))


def got(text, **named):
    return [doubt.got.en for doubt in read_date(text, **named).reasons]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-05", "2026/3/5", "2026.3.5", "2026年3月5日", "20260305", "2026 3 5",
        "2026年3月5号",
        "２０２６－０３－０５", "二〇二六年三月五日", "2026-03-05 10:20:00", "2026-03-05T00:00:00",
        "2026.3.5.", "2026年03月05日生",
    ],
)  # fmt: skip
def test_one_day_in_every_way_of_writing(text):
    found = read_date(text)
    assert (found.value, found.precision, found.reasons) == (dt.date(2026, 3, 5), "day", ())


@settings(max_examples=60, deadline=None)
@given(
    DAYS,
    st.sampled_from(["{0.year}-{0.month}-{0.day}", "{0:%Y%m%d}", "{0.year}年{0.month}月{0.day}日"]),
)
def test_every_day_reads_back(day, form):
    assert read_date(form.format(day)).value == day


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("1949", dt.date(1949, 1, 1), "year"),
        ("1949年", dt.date(1949, 1, 1), "year"),
        ("1949-12", dt.date(1949, 12, 1), "month"),
        ("1949年12月", dt.date(1949, 12, 1), "month"),
        ("194912", dt.date(1949, 12, 1), "month"),
    ],
)
def test_a_month_or_year_alone_says_so(text, value, precision):
    found = read_date(text)
    assert (found.value, found.precision) == (value, precision)


def test_serial_numbers_of_both_systems_and_the_day_that_never_was():
    # 2026-03-05 is day 46086 of the 1900 system (25569 is 1970-01-01) and 44624 of 1904's.
    assert read_date("46086").value == dt.date(2026, 3, 5)
    assert read_date("46086.5").value == dt.date(2026, 3, 5)
    assert read_date("44624", epoch=1904).value == dt.date(2026, 3, 5)
    assert "1904: 1462 days apart" in got("46086")[0]
    assert read_date("60").value is None


@pytest.mark.parametrize("text", ["49-12-31", "49/3/5", "491231", "49年12月", "190512"])
def test_two_digit_years_are_refused(text):
    assert read_date(text).value is None
    assert "two-digit year" in got(text)[0]


@pytest.mark.parametrize(
    "text", ["2026-02-30", "20260230", "2025-2-29", "2026-13-32", "30/30/2026"]
)
def test_days_that_do_not_exist_are_faults(text):
    assert read_date(text).value is None
    assert "does not exist" in got(text)[0]


def test_a_month_above_twelve_shows_day_and_month_exchanged_and_proposes_only():
    found = read_date("1949-31-12")
    assert (found.value, found.swapped) == (None, True)
    assert found.candidates == (dt.date(1949, 12, 31),)


def test_a_year_at_the_end_is_read_when_only_one_order_is_a_date():
    assert read_date("31/12/1949").value == read_date("12/31/1949").value == dt.date(1949, 12, 31)
    assert read_date("05/05/2026").value == dt.date(2026, 5, 5)
    found = read_date("03/05/2026")
    assert (found.value, found.swapped) == (None, True)
    assert set(found.candidates) == {dt.date(2026, 3, 5), dt.date(2026, 5, 3)}


@pytest.mark.parametrize("text", ["", None, "无", "不详", "-", "/"])
def test_nothing_written_is_unknown_without_a_reason(text):
    found = read_date(text)
    assert (found.value, found.reasons) == (None, ())


def test_nonsense_impossible_years_and_dates_to_come_are_described():
    assert got("大约冬天") == ["4 characters"]
    assert got("1700-01-01") == ["an impossible year"]
    assert got("2026-03-05", as_of=dt.date(2026, 3, 4)) == ["a date after the register's date"]


def test_exchanging_day_and_month_gives_another_real_date_or_none():
    assert exchanged(dt.date(1949, 3, 12)) == dt.date(1949, 12, 3)
    assert exchanged(dt.date(1949, 3, 13)) is None
    assert exchanged(dt.date(1949, 3, 3)) is None


def test_age_counts_completed_years_and_a_leap_day_birthday_falls_on_1_march():
    assert age_on(dt.date(1949, 12, 31), dt.date(2026, 3, 1)) == 76
    assert age_on(dt.date(1949, 3, 1), dt.date(2026, 3, 1)) == 77
    assert age_on(dt.date(2000, 2, 29), dt.date(2026, 2, 28)) == 25
    assert age_on(dt.date(2000, 2, 29), dt.date(2026, 3, 1)) == 26


@settings(max_examples=60, deadline=None)
@given(DAYS, DAYS)
def test_a_birth_lies_in_the_years_its_age_tells(birth, day):
    if birth <= day:
        first, last = birth_years(age_on(birth, day), day)
        assert first <= birth.year <= last


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("82", 82), ("82岁", 82), ("８２周岁", 82), ("82.0", 82), ("七十二", 72), ("七十二岁", 72),
        ("一百零三", 103), ("8个月", 0), ("20天", 0), ("1岁3个月", 1), ("0", 0), ("122", 122),
    ],
)  # fmt: skip
def test_ages_are_read(text, age):
    assert read_age(text) == (age, ())


@pytest.mark.parametrize("text", ["123", "999", "-1", "虚岁82", "八十多", "82.5"])
def test_impossible_and_vague_ages_are_unknown_with_a_reason(text):
    age, reasons = read_age(text)
    assert age is None
    assert reasons


def test_no_age_is_unknown_without_a_reason():
    assert read_age("不详") == read_age(None) == (None, ())
