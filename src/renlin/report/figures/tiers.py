"""Draw the tiers: a numeral in a square, no hue; who may still rise is hatched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from renlin.report import svg
from renlin.report.cite import Cite
from renlin.report.spacing import width

ROW = 34.0
SQUARES = {
    1: ("fill:var(--ink)", "#fff"), 2: ("fill:#B9BDC2;stroke:var(--ink)", "var(--ink)"),
    3: ("fill:#fff;stroke:var(--ink)", "var(--ink)"),
}  # fmt: skip
SOLID = {1: "var(--ink)", 2: "#8B9198", 3: "#DADCDF"}


@dataclass(frozen=True)
class Tier:
    """One tier: its level 1-3 (4 none), what it means, persons sure and possible more."""

    level: int
    numeral: str
    action: str
    sure: float
    more: float
    words: str
    more_words: str
    cite: Cite | None = None
    more_cite: Cite | None = None


def tier_bars(rows: Sequence[Tier], says: str, wide: float) -> str:
    """Return the bars from zero; solid is sure, hatched may rise; without a tier no bar."""
    left = 34 + max(width(row.action, 12.6) for row in rows) + 14
    more = max(width(row.more_words, 10.7) for row in rows) + 12
    right = wide - more - max(width(row.words, 13.8) for row in rows) - 14
    most = max([row.sure + row.more for row in rows if row.level <= 3] + [1.0])
    parts = []
    for index, row in enumerate(rows):
        y = ROW * index + 4
        parts.append(square(row.level, row.numeral, (2, y)))
        parts.append(svg.text((34, y + 16), row.action, "b"))
        if row.level in SOLID:
            parts.append(_bar(row, (left, y + 2), (right - left) / most))
        parts.append(svg.text((wide - more, y + 16), row.words, "v", anchor="end", cite=row.cite))
        parts.append(
            svg.text((wide - 2, y + 16), row.more_words, "s", anchor="end", cite=row.more_cite)
        )
    return svg.figure((wide, ROW * len(rows) + 2), says, parts)


def _bar(row: Tier, at: svg.Point, per: float) -> str:
    sure = row.sure * per
    solid = svg.box(at, (sure, 18), f"fill:{SOLID[row.level]};stroke:var(--ink);stroke-width:.5")
    if row.more <= 0:
        return solid
    x, wide = svg.number(at[0] + sure), svg.number(row.more * per)
    place = f'x="{x}" y="{svg.number(at[1])}" width="{wide}" height="18"'
    return solid + f'<rect {place} class="m-unknown"/>'


def square(level: int, numeral: str, at: svg.Point) -> str:
    """Return the square of a tier, 22 pixels wide."""
    if level not in SQUARES:
        return svg.text((at[0] + 11, at[1] + 16), numeral, "q", anchor="middle")
    fill, ink = SQUARES[level]
    style = f"fill:{ink};font-size:13px;font-weight:700"
    word = svg.styled((at[0] + 11, at[1] + 15.6), numeral, style, anchor="middle")
    return svg.box(at, (22, 22), fill) + word
