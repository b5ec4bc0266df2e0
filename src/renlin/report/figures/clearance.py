"""Draw clearance curves: one panel per scheme, share arrived against minutes, by group."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from renlin.report import svg
from renlin.report.cite import Cite
from renlin.report.figures.axis import Scale
from renlin.report.labels import apart
from renlin.report.palette import Look
from renlin.report.spacing import width

WIDTH = 682.0
PANEL_HEIGHT = 112.0
TOP = 50.0
LEFT, GAP, GUTTER = 36.0, 16.0, 42.0
"""Room before the first panel, between panels, and behind a panel for who is left."""
STEPS = (5, 10, 15, 20, 30, 60, 120, 240)
MOST_MARKS = 4
SAMPLE = 30.0
"""Length of a line in the key."""
MOST = 0.9
"""Share whose arrival is marked: 九成人."""
LEVELS = (0.0, 0.5, MOST)


@dataclass(frozen=True)
class Curve:
    """One group in one panel: minutes, share arrived with its band, how many do not arrive."""

    look: Look
    minutes: tuple[float, ...]
    share: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    left: str = ""
    cite: Cite | None = None

    def when(self, level: float) -> float:
        """Return the minute at which the curve crosses ``level``, NaN when it never does."""
        pairs = list(zip(self.minutes, self.share, strict=True))
        for (m0, s0), (m1, s1) in itertools.pairwise(pairs):
            if s0 < level <= s1:
                return m0 + (m1 - m0) * (level - s0) / (s1 - s0)
        return math.nan


@dataclass(frozen=True)
class Panel:
    """One scheme."""

    name: str
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class Words:
    """Text around the panels."""

    says: str
    groups: tuple[str, ...]
    minute: str
    """Unit behind the last tick and the marks above, such as 分."""
    left: str = ""
    """Head above the numbers of those who are left at the end."""


def has_marks(panels: Sequence[Panel]) -> bool:
    """Return whether any curve gets so far that its moment is marked above."""
    return any(math.isfinite(curve.when(MOST)) for panel in panels for curve in panel.curves)


def clearance(panels: Sequence[Panel], looks: Sequence[Look], words: Words) -> str:
    """Return the panels side by side on the same axes, with one key of groups above."""
    each = (WIDTH - LEFT - (GAP + GUTTER) * len(panels) + GAP) / len(panels)
    last = max((c.minutes[-1] for p in panels for c in p.curves if c.minutes), default=30.0)
    key, rows = _key(looks, words)
    top = TOP + 18 * (rows - 1)
    parts = [key]
    for index, panel in enumerate(panels):
        left = LEFT + index * (each + GUTTER + GAP)
        x = Scale(0, last, left, left + each)
        y = Scale(0, 1, top + PANEL_HEIGHT, top)
        parts.append(_frame(panel, x, y, words, is_first=index == 0))
        parts += [_band(curve, x, y) for curve in panel.curves]
        parts += [_curve(curve, x, y) for curve in panel.curves]
        parts.append(_crossings(panel, x, y, words.minute))
        parts.append(_left_behind(panel, x, y, words.left))
    return svg.figure((WIDTH, top + PANEL_HEIGHT + 20), words.says, parts)


def _key(looks: Sequence[Look], words: Words) -> tuple[str, int]:
    parts, x, row = [], 0.0, 0
    for look, name in zip(looks, words.groups, strict=True):
        wide = SAMPLE + 7 + width(name, 11.4, bold=True) + 14
        if x + wide - 14 > WIDTH and x > 0:
            x, row = 0.0, row + 1
        y = 8.0 + 18 * row
        parts.append(svg.line((x, y), (x + SAMPLE, y), _stroke(look, 2.4)))
        parts.append(svg.marker(look.marker, (x + SAMPLE / 2, y), 4, look.colour))
        style = f"fill:{look.colour};font-size:11.4px;font-weight:700"
        parts.append(svg.styled((x + SAMPLE + 7, y + 4), name, style))
        x += wide
    return "".join(parts), row + 1


def _stroke(look: Look, wide: float) -> str:
    dash = f";stroke-dasharray:{look.dash}" if look.dash else ""
    return f"fill:none;stroke:{look.colour};stroke-width:{wide}{dash}"


def _frame(panel: Panel, x: Scale, y: Scale, words: Words, *, is_first: bool) -> str:
    parts = [svg.text((x.start, y(1) - 17), panel.name, "b")]
    for level in LEVELS:
        parts.append(svg.line((x.start, y(level)), (x.end, y(level)), _rule(level)))
        if is_first:
            at = (x.start - 5, y(level) + 4)
            parts.append(svg.text(at, f"{level:.0%}", "s", anchor="end"))
    parts += [_tick(minute, x, y, words.minute) for minute in _minutes(x.high)]
    return "".join(parts)


def _rule(level: float) -> str:
    if level == MOST:
        return "stroke:var(--ink-3);stroke-dasharray:2 3"
    return "stroke:var(--line)" if level else "stroke:var(--line-strong)"


def _minutes(last: float) -> list[int]:
    """Return round minutes from 0 to at most ``last``, few enough to be read."""
    step = next((s for s in STEPS if last / s < MOST_MARKS), STEPS[-1])
    return list(range(0, int(last) + 1, step))


def _tick(minute: int, x: Scale, y: Scale, unit: str) -> str:
    at_end = x(minute) > x.end - 12
    told = f"{minute} {unit}" if minute == _minutes(x.high)[-1] else str(minute)
    anchor = "end" if at_end else "middle" if minute else "start"
    return svg.text((x(minute), y(0) + 15), told, "s", anchor=anchor)


def _band(curve: Curve, x: Scale, y: Scale) -> str:
    up = [(x(m), y(s)) for m, s in zip(curve.minutes, curve.high, strict=True)]
    down = [(x(m), y(s)) for m, s in zip(curve.minutes, curve.low, strict=True)]
    return svg.path([*up, *reversed(down)], f"fill:{curve.look.colour};opacity:.16", closed=True)


def _curve(curve: Curve, x: Scale, y: Scale) -> str:
    points = [(x(m), y(s)) for m, s in zip(curve.minutes, curve.share, strict=True)]
    half = curve.when(0.5)
    parts = [svg.path(points, _stroke(curve.look, 2.4))]
    if math.isfinite(half):
        parts.append(svg.marker(curve.look.marker, (x(half), y(0.5)), 4, curve.look.colour))
    return "".join(parts)


def _crossings(panel: Panel, x: Scale, y: Scale, unit: str) -> str:
    """Mark when nine in ten are there, for the first and the last group to get so far."""
    crossed = [(c.when(MOST), c) for c in panel.curves]
    crossed = sorted((p for p in crossed if math.isfinite(p[0])), key=lambda p: p[0])
    chosen = crossed if len(crossed) <= 2 else [crossed[0], crossed[-1]]
    wide = [width(f"{when:.0f} {unit}", 12.2) + 8 for when, _ in chosen]
    free = x.start + width(panel.name, 13.4) + 10
    at = apart([x(when) for when, _ in chosen], wide, free, max(x.end + 12, free + sum(wide)))
    parts = []
    for (when, curve), label_at in zip(chosen, at, strict=True):
        style = f"stroke:{curve.look.colour};stroke-width:1.6"
        parts.append(svg.line((x(when), y(1) - 6), (x(when), y(MOST)), style))
        told = f"fill:{curve.look.colour};font-size:11.4px;font-weight:700"
        words = f"{when:.0f} {unit}"
        place = (label_at, y(1) - 10)
        parts.append(svg.styled(place, words, told, anchor="middle", cite=curve.cite))
    return "".join(parts)


def _left_behind(panel: Panel, x: Scale, y: Scale, head: str) -> str:
    """Write behind each curve how many are not there at the end."""
    told = [curve for curve in panel.curves if curve.left and curve.share]
    if not told:
        return ""
    wishes = [y(curve.share[-1]) for curve in told]
    at = apart(wishes, [14.0] * len(told), y(1) - 4, y(0) + 8)
    parts = [svg.text((x.end + 6, y(1) - 10), head, "s")]
    for curve, middle in zip(told, at, strict=True):
        style = f"fill:{curve.look.colour};font-size:11.4px;font-weight:700"
        place = (x.end + 14, middle + 4)
        parts.append(svg.marker(curve.look.marker, (x.end + 8, middle), 3, curve.look.colour))
        parts.append(svg.styled(place, curve.left, style, cite=curve.cite))
    return "".join(parts)
