"""Read dates, ages and birth years as registers write them, and refuse to guess."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Literal

from renlin.errors import Said, described
from renlin.intake.characters import LONGEST_VALUE, NUMERALS, chinese_number, half_width, is_missing
from renlin.intake.reading import Doubt

EARLIEST_YEAR = 1880
"""No living person was born before: the longest verified life lasted 122 years."""
LATEST_YEAR = 2100  # end of what a register of today can mean
OLDEST = 122
"""Years of the longest verified human life. Source: calment."""

_EPOCHS = {1900: dt.date(1899, 12, 30), 1904: dt.date(1904, 1, 1)}
_FALSE_LEAP_DAY = 60  # Excel's 1900-02-29, which never was
_SERIAL = re.compile(r"\d{4,5}(\.\d+)?")
_PARTS = re.compile(r"(\d+)[-/.年\s]+(\d+)(?:[-/.月\s]+(\d+)?)?[日号]?\.?(?:出?生)?")
_CLOCK = re.compile(r"[T\s]*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(\s*[AP]M|Z)?$")
_CHINESE = re.compile(rf"[{NUMERALS}]+(?=[年月日号])")
_AGE = re.compile(r"(\d{1,3})(?:周?岁|岁半)?(\d{1,2}个?月)?")
_MONTHS = re.compile(r"\d{1,2}个?月大?|\d{1,3}天大?|未满月|新生儿")
_DATE = Said("日期，例如 2026-03-05", "a date such as 2026-03-05")
_REMEDY = Said("请写成 年-月-日。", "Write it as year-month-day.")

Precision = Literal["day", "month", "year"]


@dataclass(frozen=True)
class DateRead:
    """What one date cell says.

    Parameters
    ----------
    value
        The date; None when nothing was written or it cannot be told. A month or year
        alone has no day: ``value`` is its first day and ``precision`` says so.
    precision
        How much of ``value`` was written.
    candidates
        Dates that may have been meant when ``value`` is None.
    swapped
        True when the cell can only be read with day and month exchanged, or cannot
        tell which is which.
    reasons
        What is wrong or doubtful, without the date.
    """

    value: dt.date | None = field(default=None, repr=False)
    precision: Precision = "day"
    candidates: tuple[dt.date, ...] = field(default=(), repr=False)
    swapped: bool = False
    reasons: tuple[Doubt, ...] = ()


def read_date(
    text: str | None, *, epoch: Literal[1900, 1904] = 1900, as_of: dt.date | None = None
) -> DateRead:
    """Return the date of a cell: 2026-03-05, 2026/3/5, 2026.3.5, 2026年3月5日, 20260305.

    Also Chinese numerals, a clock time behind the date (dropped), a month or a year
    alone, and the serial number of a spreadsheet. Two-digit years, dates that do not
    exist and days before months that cannot be told apart are refused with a reason.

    Parameters
    ----------
    text
        The cell.
    epoch
        Date system of serial numbers; a reason names the other reading.
    as_of
        Day the register was exported; a later date is a reason.

    Examples
    --------
    >>> read_date("2026年3月5日").value.isoformat()
    '2026-03-05'
    """
    if text is None or is_missing(text):
        return DateRead()
    plain = _CLOCK.sub("", _digits(half_width(text[:LONGEST_VALUE])))
    found = _read(plain, epoch) if len(text) <= LONGEST_VALUE else None
    if found is None:
        return DateRead(reasons=(Doubt(_DATE, described(text), _REMEDY),))
    if found.value is not None and as_of is not None and found.value > as_of:
        got = Said("晚于登记日期的日期", "a date after the register's date")
        return DateRead(reasons=(*found.reasons, Doubt(_DATE, got, _REMEDY)))
    return found


def exchanged(date: dt.date) -> dt.date | None:
    """Return ``date`` with day and month exchanged, None when that is no other date."""
    if date.day > 12 or date.day == date.month:
        return None
    return dt.date(date.year, date.day, date.month)


def age_on(birth: dt.date, day: dt.date) -> int:
    """Return completed years of age on ``day`` (周岁); a 29 February birthday falls on 1 March.

    Source: civil_code (year by year, completed on the birthday).
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def birth_years(age: int, day: dt.date) -> tuple[int, int]:
    """Return the first and last year in which somebody of ``age`` on ``day`` was born."""
    return day.year - age - 1, day.year - age


def read_age(text: str | None) -> tuple[int | None, tuple[Doubt, ...]]:
    """Return completed years and what is doubtful: ``82``, ``82岁``, ``七十二``, ``8个月``.

    Ages beyond the longest human life, negative ones and 虚岁 (counted from one, with
    another new year) are unknown with a reason. Infants in months or days are 0.
    """
    if text is None or is_missing(text):
        return None, ()
    plain = half_width(text[:LONGEST_VALUE]).replace(" ", "")
    expected = Said(f"0 至 {OLDEST} 周岁", f"completed years, 0 to {OLDEST}")
    spelled = chinese_number(plain.rstrip("周岁"))
    if spelled is not None:
        plain = str(spelled)
    if "虚" in plain:
        got = Said("虚岁", "an age counted the traditional way")
        return None, (Doubt(expected, got, Said("请写周岁或出生日期。", "Write the birth date.")),)
    if _MONTHS.fullmatch(plain):
        return 0, ()
    found = _AGE.fullmatch(plain.removesuffix(".0"))
    if found and int(found[1]) <= OLDEST:
        return int(found[1]), ()
    remedy = Said("请核对年龄。", "Check the age.")
    got = (
        Said("不可能的年龄", "an impossible age") if found or plain[:1] == "-" else described(text)
    )
    return None, (Doubt(expected, got, remedy),)


def _digits(text: str) -> str:
    """Return ``text`` with Chinese numerals before 年月日号 as digits."""

    def digits(found: re.Match[str]) -> str:
        number = chinese_number(found.group())
        return found.group() if number is None else str(number)

    return _CHINESE.sub(digits, text)


def _read(plain: str, epoch: Literal[1900, 1904]) -> DateRead | None:
    year_only = re.fullmatch(r"(\d{4})(年|年出?生)?", plain)
    if year_only and EARLIEST_YEAR <= int(year_only[1]) <= LATEST_YEAR:
        return DateRead(dt.date(int(year_only[1]), 1, 1), "year")
    if re.fullmatch(r"\d{8}", plain):
        return _dated(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
    if re.fullmatch(r"\d{6}", plain):
        return _six(plain)
    if _SERIAL.fullmatch(plain):
        return _serial(int(float(plain)), epoch)
    parts = _PARTS.fullmatch(plain)
    if parts is None:
        return None
    first, second, third = parts[1], parts[2], parts[3]
    if third is None:
        return _month(first, second)
    if len(first) == 4:
        return _dated(int(first), int(second), int(third))
    if len(third) == 4 and "年" not in plain:
        return _year_last(int(third), int(first), int(second))
    return _two_digit_year() if max(len(first), len(third)) <= 2 else None


def _dated(year: int, month: int, day: int) -> DateRead:
    """Return year-month-day, or why it is none."""
    try:
        value = dt.date(year, month, day)
    except ValueError:
        return _impossible(year, month, day)
    if EARLIEST_YEAR <= year <= LATEST_YEAR:
        return DateRead(value)
    got = Said("不可能的年份", "an impossible year")
    return DateRead(reasons=(Doubt(_DATE, got, _REMEDY),))


def _impossible(year: int, month: int, day: int) -> DateRead:
    """Return the reason of a date that does not exist, and the exchanged date if it does."""
    got = Said("不存在的日期", "a date that does not exist")
    try:
        other = dt.date(year, day, month)
    except ValueError:
        return DateRead(reasons=(Doubt(_DATE, got, _REMEDY),))
    got = Said(
        "不存在的日期（月日可能颠倒）", "a date that does not exist; day and month may be exchanged"
    )
    return DateRead(candidates=(other,), swapped=True, reasons=(Doubt(_DATE, got, _REMEDY),))


def _year_last(year: int, first: int, second: int) -> DateRead:
    """Read a date that ends with its year: only one of two orders, or none."""
    readings = []
    for month, day in ((first, second), (second, first)):
        try:
            readings.append(dt.date(year, month, day))
        except ValueError:
            continue
    if not readings or not EARLIEST_YEAR <= year <= LATEST_YEAR:
        got = Said("不存在的日期", "a date that does not exist")
        return DateRead(reasons=(Doubt(_DATE, got, _REMEDY),))
    if len(set(readings)) == 1:
        return DateRead(readings[0])
    got = Said("分不清月和日的日期", "a date whose day and month cannot be told apart")
    reasons = (Doubt(_DATE, got, _REMEDY),)
    return DateRead(candidates=tuple(readings), swapped=True, reasons=reasons)


def _month(first: str, second: str) -> DateRead | None:
    """Read a year and a month."""
    if len(first) != 4:
        return _two_digit_year()
    if not 1 <= int(second) <= 12:
        got = Said("不存在的月份", "a month that does not exist")
        return DateRead(reasons=(Doubt(_DATE, got, _REMEDY),))
    found = _dated(int(first), int(second), 1)
    return found if found.value is None else DateRead(found.value, "month")


def _six(plain: str) -> DateRead:
    """Read six digits as year and month when they cannot be a two-digit year's date."""
    year, month = int(plain[:4]), int(plain[4:])
    short_month, short_day = int(plain[2:4]), int(plain[4:])
    as_month = EARLIEST_YEAR <= year <= LATEST_YEAR and 1 <= month <= 12
    as_short = 1 <= short_month <= 12 and 1 <= short_day <= 31
    if as_month and not as_short:
        return DateRead(dt.date(year, month, 1), "month")
    return _two_digit_year()


def _two_digit_year() -> DateRead:
    got = Said("两位数的年份，分不清世纪", "a two-digit year, whose century cannot be told")
    remedy = Said("请写四位数的年份。", "Write the year with four digits.")
    return DateRead(reasons=(Doubt(_DATE, got, remedy),))


def _serial(number: int, epoch: Literal[1900, 1904]) -> DateRead | None:
    """Read a spreadsheet's count of days, and say what the other date system would give.

    In the 1900 system day 60 is 1900-02-29, which never was.
    """
    if epoch == 1900 and number <= _FALSE_LEAP_DAY:
        return None
    value = _EPOCHS[epoch] + dt.timedelta(days=number)
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        return None
    other = 1904 if epoch == 1900 else 1900
    got = Said(
        f"表格软件的天数（按 {epoch} 日期系统读；按 {other} 系统相差 1462 天）",
        f"a spreadsheet's count of days, read in the {epoch} system ({other}: 1462 days apart)",
    )
    return DateRead(value, reasons=(Doubt(_DATE, got, _REMEDY),))
