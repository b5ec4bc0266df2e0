"""Draw wholes cut into parts, one bar per row, gathered under heads: places, or causes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from renlin.report import svg
from renlin.report.cite import Cite
from renlin.report.spacing import width

WIDTH = 682.0
ROW, HEAD, TOP = 19.0, 23.0, 24.0
NAME, NOTE, KEY = 12.2, 10.7, 10.8
SHADES = (
    "fill:var(--ink-2)",
    "fill:#B9B0A0;stroke:var(--ink);stroke-width:.5",
    "fill:#fff;stroke:var(--ink);stroke-width:.8",
)
"""First, second and later parts: dark, middle, white; told apart in black and white."""
LIGHT = "inv"
BAR = 13.0


@dataclass(frozen=True)
class Part:
    """One part of a bar: how much, its words (left out where they do not fit)."""

    value: float
    words: str
    cite: Cite | None = None


@dataclass(frozen=True)
class Stack:
    """One row; without parts it is a head, or a bar of which nothing is known."""

    name: str
    parts: tuple[Part, ...] = ()
    after: str = ""
    head: bool = False
    cite: Cite | None = None


def stacks(rows: Sequence[Stack], keys: Sequence[str], says: str) -> str:
    """Return bars of equal length cut by share.

    Parameters
    ----------
    rows
        In order; a head stands above the rows that follow it.
    keys
        Words of the parts, first one darkest.
    says
        Text alternative.
    """
    bars = [row for row in rows if not row.head]
    left = min(max([width(row.name, NAME) for row in bars] + [0.0]) + 22, WIDTH * 0.4)
    right = WIDTH - max(width(row.after, NOTE) for row in rows) - 14
    drawn, y = [_legend(keys, left)], TOP
    for row in rows:
        drawn.append(_head(row, y) if row.head else _bar(row, y, (left, right)))
        y += HEAD if row.head else ROW
    return svg.figure((WIDTH, y + 4), says, drawn)


def _legend(keys: Sequence[str], left: float) -> str:
    parts, x = [], left
    for at, words in enumerate(keys):
        parts.append(svg.box((x, 3), (16, 10), _shade(at)))
        parts.append(svg.text((x + 22, 12), words, "k"))
        x += 22 + width(words, KEY) + 18
    return "".join(parts)


def _head(row: Stack, y: float) -> str:
    told = svg.text((6, y + 16), row.name, "b")
    return told + svg.text((WIDTH - 6, y + 16), row.after, "s", anchor="end", cite=row.cite)


def _bar(row: Stack, y: float, edges: tuple[float, float]) -> str:
    left, right = edges
    total = sum(part.value for part in row.parts)
    drawn = [svg.text((left - 8, y + 12), row.name, "", anchor="end")]
    drawn.append(svg.text((WIDTH - 6, y + 12), row.after, "s", anchor="end", cite=row.cite))
    x = left
    for at, part in enumerate(row.parts):
        wide = (right - left) * part.value / total if total > 0 else 0.0
        if wide <= 0:
            continue
        drawn.append(svg.box((x, y + 1), (wide, BAR), _shade(at)))
        if width(part.words, KEY) + 6 <= wide:
            css = f"b10 {LIGHT}" if at == 0 else "b10"
            middle = (x + wide / 2, y + 11.5)
            drawn.append(svg.text(middle, part.words, css, anchor="middle", cite=part.cite))
        x += wide
    return "".join(drawn)


def _shade(at: int) -> str:
    return SHADES[min(at, len(SHADES) - 1)]
