"""Place labels so that none covers another: the same input always gives the same places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]
ROUNDS = 60


@dataclass(frozen=True)
class Wish:
    """One label: the point it belongs to, its size, how far off it stands across and up.

    ``sides`` lists where it would like to stand, best first: n, s, e, w, ne, nw, se, sw, c.
    A label that is not ``needed`` is left out when it fits nowhere.
    """

    at: tuple[float, float]
    size: tuple[float, float]
    away: tuple[float, float]
    sides: tuple[str, ...] = ("n", "s", "e", "w", "ne", "nw", "se", "sw")
    needed: bool = False


def place(wishes: Sequence[Wish], taken: Sequence[Box], within: Box) -> list[Box | None]:
    """Return the box of each label, None where it is left out.

    Labels are placed in the order given; each takes the first of its sides that meets
    no earlier label, nothing in ``taken`` and no edge, trying a little farther off next.
    """
    boxes: list[Box] = list(taken)
    made: list[Box | None] = []
    for wish in wishes:
        chosen = _first_free(wish, boxes, within)
        made.append(chosen)
        if chosen is not None:
            boxes.append(chosen)
    return made


def _first_free(wish: Wish, boxes: Sequence[Box], within: Box) -> Box | None:
    tried = [_beside(wish, side, spare) for spare in (0.0, 8.0, 18.0) for side in wish.sides]
    inside = [box for box in tried if _inside(box, within)]
    for box in inside:
        if not any(meet(box, other) for other in boxes):
            return box
    if not wish.needed:
        return None
    candidates = inside or tried
    return min(candidates, key=lambda box: sum(overlap(box, other) for other in boxes))


def _beside(wish: Wish, side: str, spare: float) -> Box:
    (x, y), (w, h) = wish.at, wish.size
    wide, high = wish.away[0] + spare + w / 2, wish.away[1] + spare + h / 2
    dx = wide if "e" in side else -wide if "w" in side else 0.0
    dy = -high if "n" in side else high if "s" in side else 0.0
    if len(side) == 2:
        dx, dy = dx * 0.8, dy * 0.8
    return (x + dx - w / 2, y + dy - h / 2, x + dx + w / 2, y + dy + h / 2)


def overlap(a: Box, b: Box) -> float:
    """Return the area two boxes share."""
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    return w * h if w > 0 and h > 0 else 0.0


def meet(a: Box, b: Box) -> bool:
    """Return whether two boxes share any area."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _inside(box: Box, within: Box) -> bool:
    return (
        box[0] >= within[0] and box[1] >= within[1] and box[2] <= within[2] and box[3] <= within[3]
    )


def apart(centres: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Return centres along one line, pushed apart until no two labels overlap.

    Order is kept; labels stay between ``low`` and ``high`` as far as they fit.
    """
    order = sorted(range(len(centres)), key=lambda i: (centres[i], i))
    at = [centres[i] for i in order]
    wide = [sizes[i] for i in order]
    for _ in range(ROUNDS):
        for i in range(1, len(at)):
            lack = (wide[i - 1] + wide[i]) / 2 - (at[i] - at[i - 1])
            if lack > 0:
                at[i - 1] -= lack / 2
                at[i] += lack / 2
        at = [
            min(max(x, low + w / 2), max(high - w / 2, low + w / 2))
            for x, w in zip(at, wide, strict=True)
        ]
    made = [0.0] * len(at)
    for position, i in enumerate(order):
        made[i] = at[position]
    return made
