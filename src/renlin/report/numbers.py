"""Write numbers as people read them: rounded once, with their unit, never as a bare sign."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import pandas as pd

Code = Literal["zh", "en"]

MINUTE = 60.0
MINUS = "\u2212"
TEN_THOUSAND = 10_000
MANY = 100_000
"""Counts from here on are written in 万. Source: visual language §5."""
FEW = 20
"""Shares of fewer are written as counts. Source: visual language §5."""
SMALL = 10
"""Sums below keep one decimal."""
HALF_MINUTE_TENTH = 3.0
"""Seconds that still round to 0.0 minutes at one decimal."""


def known(value: object) -> bool:
    """Return whether ``value`` is a number or word and not a missing one."""
    return value is not None and not bool(pd.isna(value))  # type: ignore[call-overload]


def tenth(value: float) -> str:
    """Return ``value`` with one decimal and a true minus; never −0.0."""
    text = f"{value:.1f}"
    return "0.0" if text == "-0.0" else text.replace("-", MINUS)


def minutes(seconds: float, code: Code = "zh") -> str:
    """Return a duration such as 6.3 分钟, in seconds when it is under one minute."""
    if 0 < seconds < MINUTE:
        return f"{seconds:.0f} 秒" if code == "zh" else f"{seconds:.0f} s"
    return f"{tenth(seconds / MINUTE)} {'分钟' if code == 'zh' else 'min'}"


def bare_minutes(seconds: float) -> str:
    """Return minutes without unit, for a column whose head carries it."""
    return tenth(seconds / MINUTE)


def whole_minutes(seconds: float, code: Code = "zh") -> str:
    """Return whole minutes, rounded up, for promises to people; at least one."""
    up = max(1, -int(-seconds // MINUTE))
    return f"{up} 分钟" if code == "zh" else f"{up} min"


def size(seconds: float) -> str:
    """Return how many minutes a change is, without direction."""
    if 0 < abs(seconds) < HALF_MINUTE_TENTH:
        return "<0.1"
    return tenth(abs(seconds) / MINUTE)


def change(seconds: float, verdict: str, code: Code = "zh") -> str:
    """Return a change of time in words, such as 慢 1.5; 未定 when the run does not decide."""
    if verdict not in ("faster", "slower"):
        told = ("不变", "unchanged") if seconds == 0 else ("未定", "undecided")
        return told[code == "en"]
    if code == "zh":
        return f"{'快' if verdict == 'faster' else '慢'} {size(seconds)}"
    return f"{size(seconds)} {verdict}"


def signed(seconds: float) -> str:
    """Return minutes with their sign, for a column of intervals."""
    text = tenth(seconds / MINUTE)
    return text if text.startswith(MINUS) or text == "0.0" else f"+{text}"


def span(low: float, high: float, code: Code = "zh") -> str:
    """Return an interval of a change in minutes, such as +0.6 至 +2.4; ±<0.1 around nothing."""
    if low == high == 0:
        return "0.0"
    if max(abs(low), abs(high)) < HALF_MINUTE_TENTH:
        return "±<0.1" if low < 0 < high else "<0.1"
    return f"{signed(low)} {'至' if code == 'zh' else 'to'} {signed(high)}"


def plain_span(low: float, high: float, code: Code = "zh") -> str:
    """Return an interval of sizes in minutes, such as 0.6–2.4, smaller first."""
    first, second = sorted((abs(low), abs(high)))
    if low < 0 < high or second < HALF_MINUTE_TENTH:
        return span(low, high, code)
    return f"{tenth(first / MINUTE)}–{tenth(second / MINUTE)}"


def count(n: float, code: Code = "zh") -> str:
    """Return a count without unit: 2,838, from 100,000 on 12.4 万."""
    if code == "zh" and abs(n) >= MANY:
        return f"{n / TEN_THOUSAND:.1f} 万"
    if abs(n) >= MANY:
        return f"{round(n, -3):,.0f}"
    return f"{n:,.0f}".replace("-", MINUS)


def persons(n: float, code: Code = "zh") -> str:
    """Return a number of people."""
    if code == "zh":
        return f"{count(n)} 人"
    return f"{count(n, 'en')} {'person' if n == 1 else 'people'}"


def households(n: float, code: Code = "zh") -> str:
    """Return a number of households."""
    if code == "zh":
        return f"{count(n)} 户"
    return f"{count(n, 'en')} household{'' if n == 1 else 's'}"


def percent(share: float) -> str:
    """Return a share as whole percent; a share that is neither none nor all says so."""
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    return f"{100 * share:.0f}%"


def rate(value: float) -> str:
    """Return a rate between 0 and 1; one that is not quite 1 is not written as 1."""
    if 0.995 <= value < 1:
        return f"{min(value, 0.999):.3f}"
    return f"{value:.2f}"


def harm(value: float) -> str:
    """Return residents harmed per hundred and year: three decimals, five in ten thousand."""
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def share(part: float, n: float, code: Code = "zh") -> str:
    """Return a share of ``n`` people: percent, below 20 people as counts."""
    if n < FEW:
        return f"{part:.0f} / {n:.0f} 人" if code == "zh" else f"{part:.0f} of {n:.0f}"
    return percent(part / n)


def points(difference: float, code: Code = "zh") -> str:
    """Return a difference of shares in percentage points."""
    text = f"{100 * abs(difference):.0f}"
    return f"{text} 个百分点" if code == "zh" else f"{text} percentage points"


def metres(length: float, code: Code = "zh") -> str:
    """Return a distance: metres, from one kilometre on kilometres."""
    if length >= 1000:
        return f"{length / 1000:.1f} {'公里' if code == 'zh' else 'km'}"
    return f"{length:.0f} {'米' if code == 'zh' else 'm'}"


def money(yuan: float, code: Code = "zh") -> str:
    """Return a sum: 86 万元 or ¥860,000."""
    if code == "en":
        return f"¥{quantity(yuan) if yuan < SMALL else f'{yuan:,.0f}'}"
    if yuan < SMALL:
        return f"{quantity(yuan)} 元"
    if yuan < TEN_THOUSAND:
        return f"{yuan:,.0f} 元"
    text = f"{yuan / TEN_THOUSAND:,.1f}"
    return f"{text.removesuffix('.0')} 万元"


def day(date: dt.date, code: Code = "zh") -> str:
    """Return a date in words."""
    if code == "zh":
        return f"{date.year} 年 {date.month} 月 {date.day} 日"
    return f"{date.day} {date:%B} {date.year}"


def clock(hour: float) -> str:
    """Return an hour of the day as 02:00."""
    return f"{int(hour):02d}:{round(hour % 1 * 60):02d}"


def many(value: float, code: Code = "zh") -> str:
    """Return a quantity; a Chinese one from 100,000 on in 万."""
    if code == "zh" and abs(value) >= MANY:
        return quantity(round(value / TEN_THOUSAND, 1)) + " 万"
    return quantity(value)


def quantity(value: float) -> str:
    """Return a quantity with as few decimals as it needs, at most one."""
    text = f"{value:,.1f}"
    return text.removesuffix(".0").replace("-", MINUS)
