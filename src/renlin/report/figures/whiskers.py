"""Draw correlations with their intervals about zero; what is undecided is hollow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from renlin.report import svg
from renlin.report.cite import Cite
from renlin.report.figures.axis import Scale, label
from renlin.report.spacing import width

WIDTH = 682.0
ROW, TOP, FOOT = 20.0, 6.0, 22.0
NAME, DOT = 12.2, 4.0
MARKS = (-1.0, -0.5, 0.0, 0.5, 1.0)


@dataclass(frozen=True)
class Whisker:
    """One parameter: its estimate and interval from -1 to 1, whether it is decided."""

    name: str
    value: float
    low: float
    high: float
    decided: bool
    words: str
    cite: Cite | None = None


def whiskers(rows: Sequence[Whisker], says: str) -> str:
    """Return one line per row on one axis from -1 to 1."""
    left = min(max(width(row.name, NAME) for row in rows) + 20, WIDTH * 0.5)
    right = WIDTH - max(width(row.words, NAME) for row in rows) - 26
    across = Scale(-1.0, 1.0, left, right, MARKS)
    bottom = TOP + ROW * len(rows)
    drawn = [_axis(across, bottom)]
    for at, row in enumerate(rows):
        y = TOP + ROW * at + ROW / 2
        style = "stroke:var(--ink);stroke-width:1.6"
        drawn.append(svg.text((left - 12, y + 4), row.name, "", anchor="end"))
        drawn.append(svg.line((across(row.low), y), (across(row.high), y), style))
        kind = "disc" if row.decided else "ring"
        drawn.append(svg.marker(kind, (across(row.value), y), DOT, "var(--ink)"))
        css = "b" if row.decided else "q"
        drawn.append(svg.text((WIDTH - 6, y + 4), row.words, css, anchor="end", cite=row.cite))
    return svg.figure((WIDTH, bottom + FOOT), says, drawn)


def _axis(across: Scale, bottom: float) -> str:
    parts = []
    for mark in across.marks:
        x = across(mark)
        strong = "stroke:var(--line-strong)" if mark == 0 else "stroke:var(--line)"
        parts.append(svg.line((x, TOP), (x, bottom + 3), strong))
        words = label(mark, across.step)
        parts.append(svg.text((x, bottom + 16), words, "s", anchor="middle"))
    return "".join(parts)
