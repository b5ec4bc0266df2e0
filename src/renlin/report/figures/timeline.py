"""Draw one household's way out: steps on a minute axis, half of the runs, nine in ten."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from renlin.report import svg
from renlin.report.cite import Cite
from renlin.report.figures.axis import Scale, label, ticks
from renlin.report.labels import apart
from renlin.report.pictograms import drawing
from renlin.report.spacing import width

WIDTH = 682.0
BAR = (37.0, 21.0)
NAME = 11.4
MOST = 10.8
SHADES = ("var(--green)", "#3B8A72")


@dataclass(frozen=True)
class Step:
    """One block: its sign, its words, how long it takes (minutes)."""

    pictogram: str
    words: str
    minutes: float
    cite: Cite | None = None


@dataclass(frozen=True)
class Words:
    """Text around the bar."""

    says: str
    half: str
    most: str
    minute: str


def timeline(steps: Sequence[Step], half: float, most: float, words: Words) -> str:
    """Return the bar; ``half`` and ``most`` are the minutes of half and nine in ten runs."""
    end = max([most, half, sum(s.minutes for s in steps)])
    marks = ticks(0.0, end if math.isfinite(end) else 10.0, 4)
    room = width(words.most, MOST, bold=True) + 12
    scale = Scale(0.0, marks[-1], 2.0, WIDTH - 6, tuple(marks))
    if scale(end) + room > WIDTH:
        shown = tuple(mark for mark in marks if mark <= end)
        scale = Scale(0.0, end, 2.0, WIDTH - room, shown)
    parts = [_axis(scale, words.minute)]
    blocks, at = [], 0.0
    for index, step in enumerate(steps):
        blocks.append((scale(at), scale(at + step.minutes)))
        parts.append(_block(step, blocks[-1], SHADES[index % 2]))
        at += step.minutes
    parts.append(_names(steps, blocks, scale, words, half))
    parts.append(_extension(scale, max(at, half), most, words))
    return svg.figure((WIDTH, 82), words.says, parts)


def _axis(scale: Scale, unit: str) -> str:
    y = BAR[0] + BAR[1]
    parts = [svg.line((scale.start, y), (scale.end, y), "stroke:var(--line-strong)")]
    for value in scale.marks:
        x = scale(value)
        parts.append(svg.line((x, y), (x, y + 5), "stroke:var(--line-strong)"))
        told = label(value, scale.step) + (f" {unit}" if value else "")
        anchor = "start" if value == 0 else "end" if x > WIDTH - 24 else "middle"
        parts.append(svg.text((x, y + 18), told, "s", anchor=anchor))
    return "".join(parts)


def _block(step: Step, ends: tuple[float, float], colour: str) -> str:
    x0, x1 = ends
    parts = [svg.box((x0 + 1, BAR[0]), (x1 - x0 - 2, BAR[1]), f"fill:{colour}")]
    if x1 - x0 > 22:
        middle = (x0 + x1) / 2
        inner = drawing(step.pictogram, "#fff")
        scaled = f'<g transform="translate({svg.number(middle - 9)} {BAR[0] + 1.5}) scale(.375)">'
        parts.append(f"{scaled}{inner}</g>")
    return "".join(parts)


def _names(
    steps: Sequence[Step], blocks: Sequence[tuple[float, float]], scale: Scale, words: Words,
    half: float,
) -> str:  # fmt: skip
    """Write the words of the steps above their blocks, and when half of the runs are there."""
    centres = [(a + b) / 2 for a, b in blocks]
    wide = [width(step.words, NAME, bold=True) + 10 for step in steps]
    end = scale(max(sum(s.minutes for s in steps), half))
    half_wide = width(words.half, NAME, bold=True) + 10
    at = apart([*centres, end + half_wide / 2 + 4], [*wide, half_wide], 0.0, WIDTH)
    crowded = sum(wide) + half_wide > WIDTH
    parts = []
    for index, (step, x) in enumerate(zip(steps, at[:-1], strict=True)):
        y = 29.0 - (13.0 if crowded and index % 2 else 0.0)
        parts.append(svg.text((x, y), step.words, "c", anchor="middle", cite=step.cite))
    style = "fill:var(--green-dark);font-size:11.4px;font-weight:700"
    parts.append(svg.styled((at[-1], 29), words.half, style, anchor="middle"))
    return "".join(parts)


def _extension(scale: Scale, start: float, most: float, words: Words) -> str:
    if not math.isfinite(most):
        return ""
    x0, x1 = scale(start), scale(max(most, start))
    parts = [svg.box((x0, BAR[0] + 4), (x1 - x0, 13), "fill:var(--green);opacity:.2")]
    parts.append(
        svg.line((x1, BAR[0] - 2), (x1, BAR[0] + BAR[1]), "stroke:var(--green);stroke-width:2")
    )
    style = f"fill:var(--green-dark);font-size:{MOST}px;font-weight:700"
    parts.append(svg.styled((x1 + 6, BAR[0] + 14.5), words.most, style))
    return "".join(parts)
