"""Draw the standing component: the average on its groups, the worst first, with changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from renlin.report import svg
from renlin.report.cite import Cite
from renlin.report.figures.axis import Scale, label, scale_for
from renlin.report.palette import Look
from renlin.report.spacing import width, wrapped

WIDTH = 682.0
COLUMN = 100.0
"""Width of one column of changes."""
ROW, CLOSE = 31.0, 27.2
"""Height of a row; the second where more than ``MANY`` stand under one another."""
MANY = 8
TOP = 26.0
NAME = 12.6
KEY = 11.0


@dataclass(frozen=True)
class Mark:
    """One scheme in one row.

    ``value`` and its interval on the axis (minutes); ``words`` say the change against
    the base, ``interval`` gives it in figures; ``verdict`` is faster, slower or undecided.
    """

    look: Look
    value: float
    low: float
    high: float
    words: str
    interval: str
    verdict: str
    cite: Cite | None = None


@dataclass(frozen=True)
class Row:
    """One group: its name, how many, its value under the base, its marks.

    The ``whole`` row is the average of all and stands on ground.
    """

    name: str
    n: str
    base: float
    marks: tuple[Mark, ...]
    base_cite: Cite | None = None
    n_cite: Cite | None = None
    whole: bool = False


@dataclass(frozen=True)
class Words:
    """What the figure says around its rows: text alternative, unit, keys, heads."""

    says: str
    unit: str
    base: str
    interval: str
    schemes: tuple[str, ...]
    heads: tuple[str, ...]


def dumbbells(rows: Sequence[Row], looks: Sequence[Look], words: Words) -> str:
    """Return the figure.

    Parameters
    ----------
    rows
        The average first, then the groups, worst first.
    looks
        Of the schemes, in the order of the marks of each row; at most two.
    """
    left = min(max(width(row.name, NAME) for row in rows) + 22, 214.0)
    right = WIDTH - COLUMN * len(looks) - 26
    scale = scale_for(_values(rows), left, right)
    high = ROW if len(rows) <= MANY else CLOSE
    bottom = TOP + high * len(rows) + 7
    parts = [_grid(scale, bottom, words.unit), _legend(left, looks, words)]
    parts += [_heads(looks, words)]
    for index, row in enumerate(rows):
        y = TOP + high * index + (0 if index == 0 else 6) + high / 2
        parts.append(_row(row, y, scale, high))
    return svg.figure((WIDTH, bottom + 20), words.says, parts)


def _values(rows: Sequence[Row]) -> list[float]:
    """Return every value of the axis; an interval of a time is cut at zero."""
    values = [row.base for row in rows]
    for row in rows:
        for mark in row.marks:
            values += [mark.value, max(mark.low, 0.0), mark.high]
    return values


def _grid(scale: Scale, bottom: float, unit: str) -> str:
    parts = []
    for value in scale.marks:
        x = scale(value)
        parts.append(svg.line((x, TOP), (x, bottom), "stroke:var(--line)"))
        parts.append(svg.text((x, bottom + 14), label(value, scale.step), "s", anchor="middle"))
    parts.append(svg.text((scale.end + 22, bottom + 14), unit, "s", anchor="start"))
    return "".join(parts)


def _legend(x: float, looks: Sequence[Look], words: Words) -> str:
    parts = []
    named = [("ring", "var(--sch-base)", words.base)]
    named += [
        (look.marker, look.colour, name) for look, name in zip(looks, words.schemes, strict=True)
    ]
    total = sum(35 + width(name, KEY) for _, _, name in named) + 28 + width(words.interval, KEY)
    last = _column(0, len(looks)) - max((width(head, KEY) for head in words.heads), default=0.0)
    start = max(min(x, last - 14 - total), 4.0)
    for marker, colour, name in named:
        parts.append(svg.marker(marker, (start + 5, 9), 4.2, colour))
        parts.append(svg.text((start + 15, 13), name, "k"))
        start += 35 + width(name, KEY)
    parts.append(svg.box((start, 5), (22, 8), "fill:var(--ink-3);opacity:.3"))
    parts.append(svg.text((start + 28, 13), words.interval, "k"))
    return "".join(parts)


def _heads(looks: Sequence[Look], words: Words) -> str:
    parts = []
    for index, (look, head) in enumerate(zip(looks, words.heads, strict=True)):
        x = _column(index, len(looks))
        style = f"fill:{look.colour};font-size:11px;font-weight:700"
        parts.append(svg.styled((x, 13), head, style, anchor="end"))
    return "".join(parts)


def _column(index: int, n: int) -> float:
    return WIDTH - 6 - COLUMN * (n - 1 - index)


def _row(row: Row, y: float, scale: Scale, high: float) -> str:
    parts = []
    if row.whole:
        parts.append(svg.box((0, y - high / 2), (WIDTH, high + 1), "fill:var(--ground)"))
    lines = wrapped(row.name, NAME, scale.start - 14)
    if len(lines) > 1:
        parts += [svg.text((6, y - 4 + 13 * i), line, "b") for i, line in enumerate(lines)]
    else:
        parts.append(svg.text((6, y), lines[0], "b"))
        parts.append(svg.text((6, y + 13), row.n, "s", cite=row.n_cite))
    offsets = [0.0] if len(row.marks) == 1 else [-7.0, 7.0]
    for mark, offset in zip(row.marks, offsets, strict=False):
        parts.append(_dumbbell(row.base, mark, y + offset, scale))
    if math.isfinite(row.base):
        x = scale(row.base)
        parts.append(svg.line((x, y - 12), (x, y + 12), "stroke:var(--ink);stroke-width:1.6"))
        parts.append(svg.marker("ring", (x, y), 4.2, "var(--sch-base)"))
    parts += [_change(mark, _column(i, len(row.marks)), y) for i, mark in enumerate(row.marks)]
    return "".join(parts)


def _dumbbell(base: float, mark: Mark, y: float, scale: Scale) -> str:
    if not math.isfinite(mark.value):
        return ""
    x = scale(mark.value)
    parts = []
    if math.isfinite(mark.low) and math.isfinite(mark.high):
        low, high = scale(mark.low), scale(mark.high)
        fill = f"fill:{mark.look.colour};opacity:.26"
        parts.append(svg.box((low, y - 4), (max(high - low, 1.5), 8), fill))
    if math.isfinite(base):
        stroke = f"stroke:{mark.look.colour};stroke-width:2"
        parts.append(svg.line((scale(base), y), (x, y), stroke))
    parts.append(svg.marker(mark.look.marker, (x, y), 4.2, mark.look.colour))
    return "".join(parts)


def _change(mark: Mark, x: float, y: float) -> str:
    decided = mark.verdict in ("faster", "slower")
    parts = [
        svg.text((x, y - 1), mark.words, "v" if decided else "q", anchor="end", cite=mark.cite),
        svg.text((x, y + 12), mark.interval, "s", anchor="end"),
    ]
    if mark.verdict == "slower":
        left = x - width(mark.words, 13) - 14
        tip = [(left, y - 5), (left + 8, y - 5), (left + 4, y - 12)]
        parts.append(svg.path(tip, f"fill:{mark.look.colour}", closed=True))
    return "".join(parts)
