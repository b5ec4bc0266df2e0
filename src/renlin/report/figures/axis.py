"""Lay out an axis: round ticks and a straight scale."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from renlin.report import svg

STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """Map values from ``low`` to ``high`` onto pixels from ``start`` to ``end``.

    ``marks`` are the round values that carry a label.
    """

    low: float
    high: float
    start: float
    end: float
    marks: tuple[float, ...] = ()

    @property
    def step(self) -> float:
        """Return the distance between two marks."""
        return self.marks[1] - self.marks[0] if len(self.marks) > 1 else 1.0

    def __call__(self, value: float) -> float:
        """Return the pixel of ``value``; beyond the axis it stays at the edge."""
        span = self.high - self.low
        share = 0.5 if span == 0 else (value - self.low) / span
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return round tick values that cover ``low`` to ``high``, about so many.

    Examples
    --------
    >>> ticks(6.1, 21.4)
    [5.0, 10.0, 15.0, 20.0, 25.0]
    """
    if not math.isfinite(low) or not math.isfinite(high):
        return [0.0, 1.0]
    span = max(high - low, 1e-9)
    power = 10.0 ** math.floor(math.log10(span / about))
    step = min((s * power for s in STEPS), key=lambda s: abs(span / s - about))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if first == last:
        last += 1
    return [round(i * step, 10) for i in range(first, last + 1)]


def scale_for(values: Iterable[float], start: float, end: float, *, about: int = 5) -> Scale:
    """Return a scale whose ends are round ticks around all finite values."""
    finite = [value for value in values if math.isfinite(value)]
    marks = ticks(min(finite), max(finite), about) if finite else [0.0, 1.0]
    return Scale(marks[0], marks[-1], start, end, tuple(marks))


def label(value: float, step: float) -> str:
    """Return a tick value with the decimals its step needs."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
    return f"{value:.{decimals}f}".replace("-", "\u2212")


def grid(x: Scale, y: Scale) -> str:
    """Return the lines of both scales with their marks told below and to the left."""
    parts = []
    for value in x.marks:
        at = x(value)
        parts.append(svg.line((at, y.start), (at, y.end), "stroke:var(--line)"))
        told = label(value, x.step)
        parts.append(svg.text((at, y.start + 16), told, "s", anchor="middle"))
    for value in y.marks:
        at = y(value)
        parts.append(svg.line((x.start, at), (x.end, at), "stroke:var(--line)"))
        parts.append(svg.text((x.start - 6, at + 4), label(value, y.step), "s", anchor="end"))
    return "".join(parts)
