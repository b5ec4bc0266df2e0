"""Draw how the weights of the fields add up from the odds of two strangers to a verdict.

Filled steps speak for one person, hollow ones against; so it reads without colour.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from renlin.report import svg
from renlin.report.figures.axis import Scale, scale_for
from renlin.report.spacing import width

WIDTH = 682.0
GAP, COLUMNS = 22.0, 2
LANE, TITLE, FOOT, BAR = 15.0, 20.0, 24.0, 9.0
BEFORE = "stroke:var(--ink);stroke-width:1"
FOR, AGAINST = "fill:var(--ink)", f"fill:#fff;{BEFORE}"
EVEN = "stroke:var(--line-strong);stroke-dasharray:3 2"


@dataclass(frozen=True)
class Step:
    """One field: its name and its weight, log2 of the Bayes factor; + speaks for one person."""

    name: str
    weight: float


@dataclass(frozen=True)
class Fall:
    """One pair: its title, where it begins (log2 odds), its steps, the words at both ends."""

    title: str
    start: float
    steps: tuple[Step, ...]
    first: str
    last: str

    @property
    def ends(self) -> list[float]:
        """Return the odds before and after every step."""
        made = [self.start]
        for step in self.steps:
            made.append(made[-1] + step.weight)
        return made


def fall(title: str, probability: float, steps: Sequence[Step], first: str, last: str) -> Fall:
    """Return a pair whose steps end at its probability, so that they begin where they must.

    Raises
    ------
    ValueError
        When the probability is not between 0 and 1.
    """
    if not 0.0 < probability < 1.0:
        raise ValueError(f"probability {probability} is not between 0 and 1")
    end = math.log2(probability / (1.0 - probability))
    return Fall(title, end - sum(step.weight for step in steps), tuple(steps), first, last)


def waterfall(falls: Sequence[Fall], says: str, even: str) -> str:
    """Return one panel per pair, two beside each other, all on one axis.

    Parameters
    ----------
    falls
        The pairs.
    even
        Words at the line where it is as likely one person as two.
    """
    wide = (WIDTH - GAP * (COLUMNS - 1)) / COLUMNS
    left = max(width(name, svg.NOTE) for one in falls for name in _names(one)) + 8
    ends = [end for one in falls for end in (*one.ends, 0.0)]
    room = width("−00.0", svg.NOTE) + 6
    across = scale_for(ends, left + room, wide - room)
    parts, top = [], 0.0
    for at in range(0, len(falls), COLUMNS):
        beside = falls[at : at + COLUMNS]
        for column, one in enumerate(beside):
            drawn = _panel(one, across, even)
            parts.append(svg.group(drawn, move=(column * (wide + GAP), top)))
        top += TITLE + FOOT + LANE * max(len(one.steps) + 2 for one in beside)
    return svg.figure((WIDTH, top), says, parts)


def _names(one: Fall) -> list[str]:
    return [one.first, *(step.name for step in one.steps), one.last]


def _panel(one: Fall, across: Scale, even: str) -> list[str]:
    ends, names = one.ends, _names(one)
    bottom = TITLE + LANE * len(names)
    zero = across(0.0)
    drawn = [svg.text((0, 12), one.title, "b")]
    drawn.append(svg.line((zero, TITLE), (zero, bottom + 3), EVEN))
    drawn.append(svg.text((zero, bottom + 14), even, "s", anchor="middle"))
    for at, name in enumerate(names):
        drawn.append(svg.text((0, _middle(at) + 4), name, "s"))
    for at, step in enumerate(one.steps):
        drawn += _step(ends[at], step.weight, _middle(at + 1), across)
    drawn.append(svg.marker("ring", (across(ends[0]), _middle(0)), 3.4, "var(--ink)"))
    last = across(ends[-1]), _middle(len(names) - 1)
    drawn.append(svg.marker("diamond", last, 3.6, "var(--ink)"))
    edges = zip(ends, range(len(ends)), strict=True)
    thin = "stroke:var(--line-strong);stroke-width:.7"
    drawn += [
        svg.line((across(end), _middle(at)), (across(end), _middle(at + 1)), thin)
        for end, at in edges
    ]
    return drawn


def _middle(lane: int) -> float:
    return TITLE + LANE * lane + LANE / 2


def _step(before: float, weight: float, y: float, across: Scale) -> list[str]:
    low, high = sorted((across(before), across(before + weight)))
    style = FOR if weight > 0 else AGAINST
    sign = "+" if weight > 0 else "\u2212"
    at, anchor = ((high + 4, "start"), (low - 4, "end"))[weight < 0]
    return [
        svg.box((low, y - BAR / 2), (max(high - low, 0.8), BAR), style),
        svg.text((at, y + 4), f"{sign}{abs(weight):.1f}", "s", anchor=anchor),
    ]
