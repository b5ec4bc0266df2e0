"""One character typed in many ways is one; numerals become the number they say."""

import pytest

from renlin.intake.address import read_address
from renlin.intake.characters import chinese_number, half_width, is_missing, without_brackets
from renlin.intake.dates import read_age, read_date
from renlin.intake.identity_number import read_number
from renlin.intake.names import read_name


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("三", 3), ("十", 10), ("十二", 12), ("二十", 20), ("九十九", 99), ("一百", 100),
        ("一百零二", 102), ("一百一十二", 112), ("二百五十", 250), ("一千二百零三", 1203),
        ("五〇一", 501), ("五零一", 501), ("一二〇三", 1203), ("廿一", 21), ("卅", 30), ("两", 2),
        ("叁拾贰", 32), ("〇", 0), ("501", 501), ("0501", 501),
    ],
)  # fmt: skip
def test_numerals_with_units_digit_by_digit_and_financial(text, number):
    assert chinese_number(text) == number


@pytest.mark.parametrize("text", ["", "三楼", "十百", "一百二", "千三", "三5", "百百"])
def test_what_is_no_number_or_two_numbers_is_none(text):
    assert chinese_number(text) is None


def test_every_number_to_199_reads_back():
    ones = "零一二三四五六七八九"
    for number in range(1, 200):
        hundreds, tens, one = number // 100, number // 10 % 10, number % 10
        text = "一百" if hundreds else ""
        text += f"{ones[tens]}十" if tens else ("零" if hundreds and one else "")
        text += ones[one] if one else ""
        assert chinese_number(text) == number
        if 10 <= number < 20:
            assert chinese_number(text.removeprefix("一")) == number


def test_width_dashes_blanks_and_invisible_characters():
    assert half_width("３＃楼　５０１") == "3#楼 501"
    assert half_width("3—2–501－A") == "3-2-501-A"
    assert half_width("\ufeff 林\u200b桂兰 ") == "林桂兰"
    assert half_width("①号楼") == "1号楼"


def test_remarks_of_every_bracket_go_also_inside_each_other():
    assert without_brackets("王秀英(户主(已故))【低保】") == ("王秀英", "已故 户主 低保")
    assert without_brackets("王秀英") == ("王秀英", "")


@pytest.mark.parametrize("text", [None, "", " 　", "无", " 不详 ", "-", "——", "/", "N/A", "null"])
def test_words_and_strokes_for_nothing_are_missing(text):
    assert is_missing(text)


@pytest.mark.parametrize("text", ["0", "否", "林", "无锡路3号", "***"])
def test_what_says_something_is_not_missing(text):
    assert not is_missing(text)


@pytest.mark.parametrize("text", ["1" * 5000, "三" * 5000, "3-" * 3000, "(" * 3000 + ")" * 3000])
def test_a_remark_that_slipped_into_a_column_is_doubted_and_costs_no_time(text):
    assert chinese_number(text) is None
    for reading in (read_number(text), read_name(text), read_address(text), read_date(text)):
        assert reading.reasons
    assert read_age(text)[1]
