"""Draw amounts as bars from zero with their figure at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from renlin.report import svg
from renlin.report.cite import Cite
from renlin.report.spacing import width

ROW = 23.0


@dataclass(frozen=True)
class Bar:
    """One amount: its name, value, the part that is only possible, its words."""

    name: str
    value: float
    words: str
    more: float = 0.0
    cite: Cite | None = None


def bars(rows: Sequence[Bar], says: str, wide: float) -> str:
    """Return one bar per row on one scale from zero; a possible part is hatched."""
    left = min(max(width(row.name, 12.2) for row in rows) + 14, wide * 0.45)
    room = max(width(row.words, 12) for row in rows) + 10
    most = max([row.value + row.more for row in rows] + [1e-9])
    per = max(wide - left - room, 20.0) / most
    parts = [svg.line((left, 2), (left, ROW * len(rows)), "stroke:var(--line-strong)")]
    for index, row in enumerate(rows):
        y = ROW * index + 3
        long = row.value * per
        parts.append(svg.text((left - 8, y + 13), row.name, "", anchor="end"))
        parts.append(svg.box((left, y + 2), (max(long, 0.8), 13), "fill:var(--ink-2)"))
        if row.more > 0:
            x, wide_more = svg.number(left + long), svg.number(row.more * per)
            place = f'x="{x}" y="{svg.number(y + 2)}" width="{wide_more}" height="13"'
            parts.append(f'<rect {place} class="m-unknown"/>')
        after = left + (row.value + row.more) * per + 7
        parts.append(svg.text((after, y + 13), row.words, "b10", cite=row.cite))
    return svg.figure((wide, ROW * len(rows) + 4), says, parts)
