"""Numbers are rounded once, carry their unit, and say direction in words."""

import datetime as dt

import pytest

from renlin.report import numbers


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (378.0, "6.3 分钟", "6.3 min"),
        (90.0, "1.5 分钟", "1.5 min"),
        (45.0, "45 秒", "45 s"),
        (0.0, "0.0 分钟", "0.0 min"),
        (-90.0, "−1.5 分钟", "−1.5 min"),
    ],
)
def test_a_duration_has_one_decimal_and_its_unit(seconds, zh, en):
    assert numbers.minutes(seconds) == zh
    assert numbers.minutes(seconds, "en") == en


def test_a_change_says_its_direction_in_words():
    assert numbers.change(90.0, "slower") == "慢 1.5"
    assert numbers.change(-78.0, "faster") == "快 1.3"
    assert numbers.change(90.0, "slower", "en") == "1.5 slower"


def test_a_change_the_run_does_not_decide_is_called_undecided_whatever_its_size():
    assert numbers.change(600.0, "undecided") == "未定"
    assert numbers.change(-600.0, "undecided", "en") == "undecided"


def test_a_decided_change_under_a_tenth_of_a_minute_is_not_written_as_zero():
    assert numbers.change(2.0, "slower") == "慢 <0.1"


def test_an_interval_keeps_true_minus_signs():
    assert numbers.span(-90.0, 66.0) == "−1.5 至 +1.1"
    assert numbers.span(-90.0, 66.0, "en") == "−1.5 to +1.1"


def test_an_interval_of_sizes_gives_the_smaller_end_first():
    assert numbers.plain_span(-144.0, -36.0) == "0.6–2.4"


def test_an_interval_across_zero_is_never_written_without_signs():
    assert numbers.plain_span(-6.0, 30.0) == "−0.1 至 +0.5"


def test_negative_zero_is_written_as_zero():
    assert numbers.bare_minutes(-0.5) == "0.0"


def test_counts_from_a_hundred_thousand_are_written_in_ten_thousands():
    assert numbers.persons(2838) == "2,838 人"
    assert numbers.persons(124_000) == "12.4 万 人"
    assert numbers.persons(124_000, "en") == "124,000 people"
    assert numbers.persons(1, "en") == "1 person"


def test_a_share_of_fewer_than_twenty_is_written_as_counts():
    assert numbers.share(11, 13) == "11 / 13 人"
    assert numbers.share(11, 13, "en") == "11 of 13"
    assert numbers.share(7, 20) == "35%"


def test_a_share_that_is_neither_none_nor_all_says_so():
    assert numbers.percent(0.0) == "0%"
    assert numbers.percent(0.001) == "<1%"
    assert numbers.percent(0.998) == ">99%"
    assert numbers.percent(1.0) == "100%"


def test_money_dates_distances_and_hours_follow_the_language():
    assert numbers.money(860_000) == "86 万元"
    assert numbers.money(860_000, "en") == "¥860,000"
    assert numbers.money(9_500) == "9,500 元"
    assert numbers.metres(323) == "323 米"
    assert numbers.metres(1234, "en") == "1.2 km"
    assert numbers.day(dt.date(2026, 11, 3)) == "2026 年 11 月 3 日"
    assert numbers.clock(2.5) == "02:30"


def test_a_promise_to_people_is_rounded_up_to_whole_minutes():
    assert numbers.whole_minutes(241.0) == "5 分钟"
    assert numbers.whole_minutes(240.0) == "4 分钟"
    assert numbers.whole_minutes(3.0) == "1 分钟"


def test_a_change_of_exactly_nothing_is_unchanged_and_not_undecided():
    assert numbers.change(0.0, "undecided") == "不变"
    assert numbers.change(1.2, "undecided") == "未定"
    assert numbers.span(0.0, 0.0) == "0.0"


def test_an_interval_around_nothing_does_not_read_as_exact():
    assert numbers.span(-1.0, 1.0) == "±<0.1"
    assert numbers.span(-1.0, 1.0, "en") == "±<0.1"
    assert numbers.span(-1.0, 4.0) == "0.0 至 +0.1"


def test_large_quantities_are_counted_in_ten_thousands_in_chinese_only():
    assert numbers.many(19_530_000) == "1,953 万"
    assert numbers.many(19_530_000, "en") == "19,530,000"
    assert numbers.many(99_999) == "99,999"
