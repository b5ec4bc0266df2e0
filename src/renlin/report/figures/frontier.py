"""Draw the frontier: average against worst group, the fair floor, ties said as ties."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from renlin.report import svg
from renlin.report.cite import Cite
from renlin.report.figures.axis import Scale, grid, scale_for
from renlin.report.labels import Box, Wish, place
from renlin.report.palette import Look
from renlin.report.spacing import width

WIDTH = 388.0
HEIGHT = 204.0
LEFT, RIGHT, TOP, BOTTOM = 48.0, 18.0, 20.0, 44.0
NAME = 11.4


@dataclass(frozen=True)
class Spot:
    """One scheme: mean and worst group in minutes with intervals, and what to call it."""

    look: Look
    name: str
    mean: tuple[float, float, float]
    worst: tuple[float, float, float]
    cite: Cite | None = None
    base: bool = False


@dataclass(frozen=True)
class Words:
    """Text around the plot."""

    says: str
    across: str
    up: str
    floor: str


def frontier(spots: Sequence[Spot], floor: float, words: Words) -> str:
    """Return the plot; ``floor`` is the greatest worst-group value within ε, in minutes."""
    x = scale_for([v for s in spots for v in s.mean], LEFT, WIDTH - RIGHT)
    levels = [v for s in spots for v in s.worst] + [floor]
    y = scale_for(levels, HEIGHT - BOTTOM, TOP)
    parts = [_fair(x, y, floor), grid(x, y), _front(spots, x, y)]
    parts += [_cross(spot, x, y) for spot in spots]
    parts += [_spot(spot, x, y) for spot in spots]
    parts.append(_names(spots, x, y, floor, words))
    parts.append(svg.text((LEFT, 9), words.up, "s"))
    parts.append(svg.text((WIDTH - RIGHT, HEIGHT - 6), words.across, "s", anchor="end"))
    return svg.figure((WIDTH, HEIGHT), words.says, parts)


def best_first(spots: Sequence[Spot]) -> list[Spot]:
    """Return the spots no other one beats in both, from the smallest mean on."""
    known = [s for s in spots if math.isfinite(s.mean[0]) and math.isfinite(s.worst[0])]
    kept, best = [], math.inf
    for spot in sorted(known, key=lambda s: (s.mean[0], s.worst[0])):
        if spot.worst[0] < best:
            kept.append(spot)
            best = spot.worst[0]
    return kept


def _fair(x: Scale, y: Scale, floor: float) -> str:
    if not math.isfinite(floor):
        return ""
    top = y(floor)
    return svg.box((x.start, top), (x.end - x.start, y.start - top), "fill:var(--green-tint)")


def _front(spots: Sequence[Spot], x: Scale, y: Scale) -> str:
    points = [(x(s.mean[0]), y(s.worst[0])) for s in best_first(spots)]
    return svg.path(points, "fill:none;stroke:var(--ink-3);stroke-width:1.2")


def _cross(spot: Spot, x: Scale, y: Scale) -> str:
    stroke = f"stroke:{spot.look.colour};stroke-width:1.8;opacity:.55"
    at = (x(spot.mean[0]), y(spot.worst[0]))
    parts = []
    if math.isfinite(spot.mean[1]):
        parts.append(svg.line((x(spot.mean[1]), at[1]), (x(spot.mean[2]), at[1]), stroke))
    if math.isfinite(spot.worst[1]):
        parts.append(svg.line((at[0], y(spot.worst[1])), (at[0], y(spot.worst[2])), stroke))
    return "".join(parts)


def _spot(spot: Spot, x: Scale, y: Scale) -> str:
    at = (x(spot.mean[0]), y(spot.worst[0]))
    return svg.marker(spot.look.marker, at, 5, spot.look.colour)


def _names(spots: Sequence[Spot], x: Scale, y: Scale, floor: float, words: Words) -> str:
    taken: list[Box] = []
    for spot in spots:
        cx, cy = x(spot.mean[0]), y(spot.worst[0])
        taken.append((cx - 7, cy - 7, cx + 7, cy + 7))
        if math.isfinite(spot.mean[1]):
            taken.append((x(spot.mean[1]), cy - 1, x(spot.mean[2]), cy + 1))
            taken.append((cx - 1, y(spot.worst[2]), cx + 1, y(spot.worst[1])))
    taken += _along([(x(s.mean[0]), y(s.worst[0])) for s in best_first(spots)])
    wide = width(words.floor, NAME)
    floor_at = _floor_label(taken, wide, x, y(floor))
    taken.append(floor_at)
    taken.append((x.start, y(floor) - 1, x.end, y(floor) + 1))
    wishes = [
        Wish(
            (x(s.mean[0]), y(s.worst[0])), (width(s.name, NAME) + 4, 14), (8, 8),
            ("ne", "nw", "se", "sw", "n", "s", "e", "w"), needed=True,
        )
        for s in spots
    ]  # fmt: skip
    boxes = place(wishes, taken, (x.start, TOP - 10, x.end, y.start))
    parts = [
        svg.line((x.start, y(floor)), (x.end, y(floor)), "stroke:var(--green);stroke-width:1.8")
    ]
    told = "fill:var(--green-dark);font-size:11.4px;font-weight:700"
    parts.append(svg.styled((floor_at[0], floor_at[3] - 3), words.floor, told))
    for spot, box in zip(spots, boxes, strict=True):
        if box is not None:
            ink = "var(--ink-2)" if spot.look.marker == "disc" else spot.look.colour
            style = f"fill:{ink};font-size:{NAME}px;font-weight:700"
            at = ((box[0] + box[2]) / 2, box[3] - 3)
            parts.append(svg.styled(at, spot.name, style, anchor="middle", cite=spot.cite))
    return "".join(parts)


def _along(points: Sequence[svg.Point]) -> list[Box]:
    """Return small boxes along a line, so that no name lies on it."""
    boxes: list[Box] = []
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        n = max(1, int(math.hypot(x1 - x0, y1 - y0) / 6))
        for i in range(n + 1):
            cx, cy = x0 + (x1 - x0) * i / n, y0 + (y1 - y0) * i / n
            boxes.append((cx - 1, cy - 1, cx + 1, cy + 1))
    return boxes


def _floor_label(taken: Sequence[Box], wide: float, x: Scale, floor: float) -> Box:
    """Return where the name of the floor stands: on its line, clear of the spots."""
    for start in (x.end - wide - 4, x.start + 6, (x.start + x.end - wide) / 2):
        for top in (floor - 17, floor + 3):
            box = (start, top, start + wide, top + 14)
            if all(b[2] < box[0] or b[0] > box[2] or b[3] < box[1] or b[1] > box[3] for b in taken):
                return box
    return (x.end - wide - 4, floor - 17, x.end - 4, floor - 3)
