"""Draw one share by group: a dot with its interval, the average on ground, worst first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from renlin.report import svg
from renlin.report.cite import Cite
from renlin.report.figures.axis import Scale, ticks
from renlin.report.spacing import width

ROW = 24.0
TOP = 8.0
BOLD = 13.4
"""Size at which bold names are measured."""


@dataclass(frozen=True)
class Level:
    """One group: its share (0-1) with interval, its words, how many."""

    name: str
    n: str
    value: float
    low: float
    high: float
    words: str
    interval: str
    cite: Cite | None = None
    whole: bool = False


def levels(rows: Sequence[Level], says: str, wide: float) -> str:
    """Return the figure ``wide`` pixels wide; axis from zero in percent."""
    left = min(max(width(r.name, BOLD) + width(r.n, 10.7) for r in rows) + 26, wide * 0.5)
    right = wide - 112
    top = max(
        [r.high for r in rows if math.isfinite(r.high)]
        + [r.value for r in rows if math.isfinite(r.value)],
        default=1.0,
    )
    marks = ticks(0.0, max(top, 0.05), 3)
    scale = Scale(0.0, marks[-1], left, right, tuple(marks))
    bottom = TOP + ROW * len(rows) + 2
    parts = []
    for mark in marks:
        x = scale(mark)
        parts.append(svg.line((x, TOP), (x, bottom), "stroke:var(--line)"))
        parts.append(svg.text((x, bottom + 13), f"{100 * mark:.0f}%", "s", anchor="middle"))
    for index, row in enumerate(rows):
        parts.append(_row(row, TOP + ROW * index, (left, wide), scale))
    return svg.figure((wide, bottom + 18), says, parts)


def _row(row: Level, top: float, edges: tuple[float, float], scale: Scale) -> str:
    left, wide = edges
    y = top + ROW / 2
    parts = []
    if row.whole:
        parts.append(svg.box((0, top), (wide, ROW), "fill:var(--ground);opacity:.8"))
    parts.append(svg.text((4, y + 4), row.name, "b"))
    parts.append(svg.text((left - 10, y + 4), row.n, "s", anchor="end"))
    if math.isfinite(row.value):
        if math.isfinite(row.low) and math.isfinite(row.high):
            low, high = scale(row.low), scale(row.high)
            parts.append(
                svg.box((low, y - 4), (max(high - low, 1.5), 8), "fill:var(--ink-3);opacity:.3")
            )
        parts.append(svg.marker("disc", (scale(row.value), y), 4.2, "var(--ink)"))
    parts.append(svg.text((wide - 62, y + 4), row.words, "v", anchor="end", cite=row.cite))
    parts.append(svg.text((wide - 2, y + 4), row.interval, "s", anchor="end"))
    return "".join(parts)
