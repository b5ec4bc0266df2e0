"""Read the quantities people write into map tags: widths, slopes, storeys, years, levels.

Each reader returns None for what it cannot read; the caller lists the value. Nothing is
rounded to a guess: a range, a ``~`` or a decade is not a measured value.
"""

from __future__ import annotations

import math
import re

_NUMBER = r"[-+]?\d+(?:[.,]\d+)?"
_LENGTH = re.compile(
    rf"^({_NUMBER})\s*(m|metres?|meters?|米|cm|厘米|公分|mm|km)?\.?$", re.IGNORECASE
)
_FEET = re.compile(
    r"^(?:(\d+(?:\.\d+)?)\s*(?:'|ft|feet))?\s*(?:(\d+(?:\.\d+)?)\s*(?:\"|''|in|inch))?$"
)
_PERCENT = re.compile(rf"^({_NUMBER})\s*[%％]?$")
_DEGREES = re.compile(rf"^({_NUMBER})\s*(?:°|deg|degrees?|度)$", re.IGNORECASE)
_RATIO = re.compile(r"^([-+]?)1\s*[:：]\s*(\d+(?:\.\d+)?)$")
_COUNT = re.compile(r"^\d{1,4}$")
_YEAR = re.compile(r"^(\d{4})(?:-\d{2}(?:-\d{2})?)?(?:年.*)?$")
_LEVEL = re.compile(r"^-?\d+(?:\.\d+)?$")
_METRES = {"cm": 0.01, "厘米": 0.01, "公分": 0.01, "mm": 0.001, "km": 1000.0}
_FOOT, _INCH = 0.3048, 0.0254  # m, international foot and inch


def length(text: str) -> float | None:
    """Return a length in metres; a bare number is metres.

    Examples
    --------
    >>> length("2,5 m"), length("180cm"), length("6'"), length("3-4")
    (2.5, 1.8, 1.8288000000000002, None)
    """
    cell = text.strip()
    hit = _LENGTH.match(cell)
    if hit:
        return _decimal(hit.group(1)) * _METRES.get((hit.group(2) or "m").lower(), 1.0)
    hit = _FEET.match(cell)
    if hit and (hit.group(1) or hit.group(2)):
        return float(hit.group(1) or 0) * _FOOT + float(hit.group(2) or 0) * _INCH
    return None


def incline(text: str) -> float | None:
    """Return rise over run in the direction of the line; a bare number is percent.

    ``up`` and ``down`` give no number; see :func:`descends`.

    Examples
    --------
    >>> incline("-8%"), incline("1:12"), round(incline("5°"), 4)
    (-0.08, 0.08333333333333333, 0.0875)
    """
    cell = text.strip().lower()
    hit = _PERCENT.match(cell)
    if hit:
        return _decimal(hit.group(1)) / 100.0
    hit = _DEGREES.match(cell)
    if hit:
        angle = _decimal(hit.group(1))
        return math.tan(math.radians(angle)) if abs(angle) < 90 else None
    hit = _RATIO.match(cell)
    if hit and float(hit.group(2)) > 0:
        return (-1.0 if hit.group(1) == "-" else 1.0) / float(hit.group(2))
    return None


def descends(text: str) -> bool | None:
    """Return whether the line goes down, None when the text does not say."""
    cell = text.strip().lower()
    if cell in ("up", "down"):
        return cell == "down"
    slope = incline(cell)
    return None if not slope else slope < 0


def count(text: str) -> int | None:
    """Return a whole number of things, such as steps."""
    cell = text.strip()
    return int(cell) if _COUNT.match(cell) else None


def storeys(text: str) -> int | None:
    """Return storeys above ground; a half storey is not one to live on."""
    try:
        value = _decimal(text.strip())
    except ValueError:
        return None
    return math.floor(value) if 1 <= value < math.inf else None


def year(text: str) -> int | None:
    """Return the year of a date such as ``1962`` or ``1962-05``; a decade gives none."""
    hit = _YEAR.match(text.strip())
    return int(hit.group(1)) if hit else None


def levels(text: str) -> tuple[float, ...] | None:
    """Return the levels a thing lies on: ``0;1`` joins two, ``-2-1`` and ``0-2`` are ranges.

    Examples
    --------
    >>> levels("-1"), levels("0;1"), levels("0-2"), levels("G")
    ((-1.0,), (0.0, 1.0), (0.0, 1.0, 2.0), None)
    """
    found: list[float] = []
    for part in text.replace("~", "-").split(";"):
        cell = part.strip()
        ends = re.match(r"^(-?\d+)\s*-\s*(-?\d+)$", cell)
        if _LEVEL.match(cell):
            found.append(float(cell))
        elif ends and int(ends.group(1)) < int(ends.group(2)):
            found.extend(float(n) for n in range(int(ends.group(1)), int(ends.group(2)) + 1))
        else:
            return None
    return tuple(sorted(set(found)))


def _decimal(text: str) -> float:
    return float(text.replace(",", "."))
