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
BOLD = 13.4
"""Size at which bold names are measured."""
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
    left = min(max(width(r.name, BOLD) + width(r.n, 10.7) + 16 for r in rows) + 12, 290.0)
    names = (words.yes, words.no, words.unknown)
    each = max(50.0, *(width(name, 10.8) + 12 for name in names))
    ends = tuple(WIDTH - 6 - each * (2 - i) for i in range(len(names)))
    right = ends[0] - 46
    parts = [_heads(left, names, ends)]
    for index, row in enumerate(rows):
        parts.append(_row(row, TOP + ROW * index, (left, right), ends))
    return svg.figure((WIDTH, TOP + ROW * len(rows) + 4), words.says, parts)


def _heads(left: float, names: tuple[str, ...], ends: tuple[float, ...]) -> str:
    parts, total = [], sum(40 + width(name, 10.8) for name in names)
    x = max(0.0, min(left, ends[0] - width(names[0], 10.8) - 10 - total))
    for css, name in zip(CSS.values(), names, strict=True):
        parts.append(f'<rect x="{svg.number(x)}" y="3" width="16" height="10" class="{css}"/>')
        parts.append(svg.text((x + 22, 12), name, "k"))
        x += 22 + width(name, 10.8) + 18
    for end, name in zip(ends, names, strict=True):
        parts.append(svg.text((end, 12), name, "k", anchor="end"))
    return "".join(parts)


def _row(row: Shares, top: float, edges: tuple[float, float], ends: tuple[float, ...]) -> str:
    left, right = edges
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
    for end, part in zip(ends, row.parts, strict=True):
        at = (end, y)
        css = "v" if part.state == "not_covered" else ""
        parts.append(svg.text(at, part.words.replace(" 人", ""), css, anchor="end", cite=part.cite))
    return "".join(parts)
