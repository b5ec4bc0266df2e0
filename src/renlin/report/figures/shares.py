"""Draw shares by group: covered, not covered and unknown as parts of one bar from zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from renlin.report import svg
from renlin.report.cite import Cite
from renlin.report.spacing import width

WIDTH = 682.0
ROW = 26.0
TOP = 22.0
CSS = {"covered": "p-yes", "not_covered": "p-no", "unknown": "m-unknown"}


@dataclass(frozen=True)
class Part:
    """One part of a bar: its state, how many, its words."""

    state: str
    n: float
    words: str
    cite: Cite | None = None


@dataclass(frozen=True)
class Shares:
    """One group."""

    name: str
    n: str
    parts: tuple[Part, ...]
    whole: bool = False


@dataclass(frozen=True)
class Words:
    """Text alternative and the names of the three states."""

    says: str
    yes: str
    no: str
    unknown: str


def share_bars(rows: Sequence[Shares], words: Words) -> str:
    """Return bars of equal length cut by share, figures at the right; the whole on ground."""
    left = min(max(width(r.name, 12.2) + width(r.n, 10.7) + 16 for r in rows) + 12, 250.0)
    right = WIDTH - 156
    parts = [_heads(left, words)]
    for index, row in enumerate(rows):
        parts.append(_row(row, TOP + ROW * index, left, right))
    return svg.figure((WIDTH, TOP + ROW * len(rows) + 4), words.says, parts)


def _heads(left: float, words: Words) -> str:
    parts, x = [], left
    for css, name in zip(CSS.values(), (words.yes, words.no, words.unknown), strict=True):
        parts.append(f'<rect x="{svg.number(x)}" y="3" width="16" height="10" class="{css}"/>')
        parts.append(svg.text((x + 22, 12), name, "k"))
        x += 22 + width(name, 10.8) + 18
    for i, name in enumerate((words.yes, words.no, words.unknown)):
        parts.append(svg.text((WIDTH - 6 - 50 * (2 - i), 12), name, "k", anchor="end"))
    return "".join(parts)


def _row(row: Shares, top: float, left: float, right: float) -> str:
    parts = []
    if row.whole:
        parts.append(svg.box((0, top), (WIDTH, ROW - 2), "fill:var(--ground)"))
    y = top + 16
    parts.append(svg.text((6, y), row.name, "b"))
    parts.append(svg.text((left - 10, y), row.n, "s", anchor="end"))
    total = sum(part.n for part in row.parts) or 1.0
    x = left
    for part in row.parts:
        wide = (right - left) * part.n / total
        if wide > 0:
            place = f'x="{svg.number(x)}" y="{svg.number(top + 5)}" width="{svg.number(wide)}"'
            parts.append(f'<rect {place} height="14" class="{CSS[part.state]}"/>')
        x += wide
    for i, part in enumerate(row.parts):
        at = (WIDTH - 6 - 50 * (len(row.parts) - 1 - i), y)
        css = "v" if part.state == "not_covered" else ""
        parts.append(svg.text(at, part.words.replace(" 人", ""), css, anchor="end", cite=part.cite))
    return "".join(parts)
