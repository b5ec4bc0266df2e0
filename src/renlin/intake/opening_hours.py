"""Turn opening hours as maps write them into the hours of every day.

Our tables hold one set of hours for all days, and what we promise must hold on every
one of them: hours that differ by day or season become those that are common to all days
on which the place opens at all. What cannot be read stays unread and is listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY_MINUTES = 24 * 60
_WHOLE_DAY = "00:00-24:00"
_SPAN = re.compile(r"^(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})$")
_RULE = re.compile(
    r"^(?P<season>(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[\w ,\-]*?:?\s+)?)"
    r"(?P<days>(?:(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)[\s,\-–]*)*):?\s*(?P<what>.*)$"
)
_HOLIDAYS = {"PH", "SH"}
Week = npt.NDArray[np.bool_]


def every_day(text: str) -> str | None:
    """Return the hours that hold on every day of opening, such as ``06:00-22:00``.

    None when the text cannot be read. A place that opens on some days only gets the
    hours of those days: :func:`closed_days` tells which are missing.

    Examples
    --------
    >>> every_day("24/7"), every_day("Mo-Fr 08:00-17:00; Sa 09:00-12:00")
    ('00:00-24:00', '09:00-12:00')
    >>> every_day("sunrise-sunset") is None
    True
    """
    seasons = _weeks(text)
    if not seasons:
        return None
    open_days = [day for week in seasons for day in week if day.any()]
    if not open_days:
        return None
    common = np.logical_and.reduce(open_days)
    return _written(common) if common.any() else None


def closed_days(text: str) -> tuple[str, ...]:
    """Return the days on which the place never opens, as ``Mo`` to ``Su``."""
    seasons = _weeks(text)
    return tuple(
        name for day, name in enumerate(_DAYS) if seasons and not any(w[day].any() for w in seasons)
    )


def _weeks(text: str) -> list[Week] | None:
    """Return the week of each season, shape (7, 1440) each; None when a rule is unreadable."""
    if text.strip() in ("24/7", "24 hours", "24h"):
        return [np.ones((7, _DAY_MINUTES), dtype=bool)]
    weeks: dict[str, Week] = {}
    for rule in _rules(text):
        hit = _RULE.match(rule)
        days = _days(hit.group("days")) if hit else None
        opened = _minutes(hit.group("what")) if hit else None
        if hit is None or days is None or opened is None:
            return None
        season = hit.group("season").strip().rstrip(":")
        week = weeks.setdefault(season, np.zeros((7, _DAY_MINUTES), dtype=bool))
        for day in days:
            week[day] = opened[0]
        for day in days:
            week[(day + 1) % 7] |= opened[1]
    return list(weeks.values())


def _rules(text: str) -> Iterator[str]:
    """Yield the rules; a comma before a day begins a new one."""
    plain = re.sub(r'"[^"]*"', "", text).replace("24/7", _WHOLE_DAY)
    plain = re.sub(r",\s*(?=(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)[^,;]*\d{1,2}:)", ";", plain)
    for rule in plain.split(";"):
        cell = rule.strip()
        days = _RULE.match(cell)
        only_holidays = days and set(re.findall(r"[A-Z][A-Za-z]", days.group("days"))) <= _HOLIDAYS
        if cell and not (only_holidays and days and days.group("days").strip()):
            yield cell


def _days(text: str) -> list[int] | None:
    """Return the days of the week, all when none is named; holidays are left out."""
    if not text.strip():
        return list(range(7))
    found: set[int] = set()
    for part in re.split(r"[,\s]+", text.replace("–", "-").strip(" ,")):
        ends = part.split("-")
        if part in _HOLIDAYS or not part:
            continue
        if any(end not in _DAYS for end in ends) or len(ends) > 2:
            return None
        first, last = _DAYS.index(ends[0]), _DAYS.index(ends[-1])
        found.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    return sorted(found)


def _minutes(text: str) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]] | None:
    """Return the minutes open on the day and, past midnight, on the next one."""
    today = np.zeros(_DAY_MINUTES, dtype=bool)
    after = np.zeros(_DAY_MINUTES, dtype=bool)
    what = text.strip().lower()
    if what in ("off", "closed"):
        return today, after
    if what in ("", "open"):
        return ~today, after
    for part in what.split(","):
        hit = _SPAN.match(part.strip())
        if hit is None:
            return None
        hours = [int(value) for value in hit.groups()]
        start, stop = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if start >= _DAY_MINUTES or stop > 2 * _DAY_MINUTES:
            return None
        stop = stop + _DAY_MINUTES if stop <= start else stop
        today[start : min(stop, _DAY_MINUTES)] = True
        after[: max(stop - _DAY_MINUTES, 0)] = True
    return today, after


def _written(minutes: npt.NDArray[np.bool_]) -> str:
    """Return the runs of open minutes; a run over midnight is written as one."""
    if minutes.all():
        return _WHOLE_DAY
    shifted = np.flatnonzero(np.diff(np.concatenate([[False], minutes, [False]]).astype(np.int8)))
    runs = [(int(a), int(b)) for a, b in zip(shifted[::2], shifted[1::2], strict=True)]
    if len(runs) > 1 and runs[0][0] == 0 and runs[-1][1] == _DAY_MINUTES:
        runs = [*runs[1:-1], (runs[-1][0], runs[0][1])]
    return ";".join(f"{_clock(start)}-{_clock(stop)}" for start, stop in runs)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
