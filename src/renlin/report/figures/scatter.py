"""Draw what was measured as marks and what was simulated as lines, on the same axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from renlin.report import svg
from renlin.report.figures.axis import Scale, grid, scale_for
from renlin.report.palette import Look
from renlin.report.spacing import width

LEFT, RIGHT, TOP, BOTTOM = 40.0, 12.0, 26.0, 40.0
KEY_ROW = 18.0
SAMPLE = 22.0
NAME = 11.4


@dataclass(frozen=True)
class Series:
    """One line through points, or marks alone; ``named`` ones stand in the key.

    ``band`` is the lower edge of a tinted area whose upper edge the points are.
    """

    look: Look
    name: str
    points: tuple[svg.Point, ...]
    line: bool = False
    marks: bool = False
    band: tuple[svg.Point, ...] = ()


@dataclass(frozen=True)
class Words:
    """Text around the plot: what it says, and the axes with their units."""

    says: str
    across: str
    up: str


def scatter(series: Sequence[Series], words: Words, size: svg.Point) -> str:
    """Return the plot; both axes start at 0."""
    key, rows = _key(series, size[0])
    top = TOP + KEY_ROW * rows
    points = [p for one in series for p in (*one.points, *one.band)]
    x = scale_for([0.0, *(p[0] for p in points)], LEFT, size[0] - RIGHT)
    y = scale_for([0.0, *(p[1] for p in points)], size[1] - BOTTOM, top)
    parts = [key, grid(x, y), *(_drawn(one, x, y) for one in series)]
    parts.append(svg.text((0, top - 10), words.up, "s"))
    parts.append(svg.text((size[0] - RIGHT, size[1] - 6), words.across, "s", anchor="end"))
    return svg.figure(size, words.says, parts)


def _key(series: Sequence[Series], wide: float) -> tuple[str, int]:
    parts: list[str] = []
    x, row = 0.0, 0
    for one in series:
        if not one.name:
            continue
        needed = SAMPLE + 6 + width(one.name, NAME, bold=True) + 14
        if x > 0 and x + needed - 14 > wide:
            x, row = 0.0, row + 1
        y = 8.0 + KEY_ROW * row
        parts.append(_sample(one, x, y))
        style = f"fill:{one.look.colour};font-size:{NAME}px;font-weight:700"
        parts.append(svg.styled((x + SAMPLE + 6, y + 4), one.name, style))
        x += needed
    return "".join(parts), row + 1 if parts else 0


def _sample(one: Series, x: float, y: float) -> str:
    parts = []
    if one.band:
        parts.append(svg.box((x, y - 5), (SAMPLE, 10), _tint(one.look)))
    if one.line:
        parts.append(svg.line((x, y), (x + SAMPLE, y), _stroke(one.look)))
    if one.marks:
        parts.append(svg.marker(one.look.marker, (x + SAMPLE / 2, y), 4, one.look.colour))
    return "".join(parts)


def _stroke(look: Look) -> str:
    dash = f";stroke-dasharray:{look.dash}" if look.dash else ""
    return f"fill:none;stroke:{look.colour};stroke-width:2{dash}"


def _tint(look: Look) -> str:
    return f"fill:{look.colour};opacity:.16"


def _drawn(one: Series, x: Scale, y: Scale) -> str:
    at = [(x(a), y(b)) for a, b in one.points]
    parts = []
    if one.band:
        below = [(x(a), y(b)) for a, b in reversed(one.band)]
        parts.append(svg.path([*at, *below], _tint(one.look), closed=True))
    if one.line:
        parts.append(svg.path(at, _stroke(one.look)))
    if one.marks:
        parts += [svg.marker(one.look.marker, point, 4, one.look.colour) for point in at]
    return "".join(parts)
