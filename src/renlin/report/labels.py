"""Place labels so that none covers another: the same input always gives the same places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]
ROUNDS = 60
NEAR = (0.0, 8.0, 18.0)
FAR = (30.0, 42.0)
"""Pixels a label is moved off when its place is taken; far ones only where it is needed."""
ON_LABEL, ASTRAY, TOUCH = 12.0, 4.0, 1.5
"""What a pixel of another label covered, and a pixel farther off, weigh against a pixel of
the drawing covered; how deep a label may touch. Chosen by looking at maps."""


@dataclass(frozen=True)
class Wish:
    """One label: the point it belongs to, its size, how far off it stands across and up.

    ``sides`` lists where it would like to stand, best first: n, s, e, w, ne, nw, se, sw, c.
    A label that is not ``needed`` is left out when it fits nowhere near. One that is needed
    then covers as little as it can, rather of the drawing than of other labels, or stands
    farther off, where a line should lead to it.
    """

    at: tuple[float, float]
    size: tuple[float, float]
    away: tuple[float, float]
    sides: tuple[str, ...] = ("n", "s", "e", "w", "ne", "nw", "se", "sw")
    needed: bool = False


def place(
    wishes: Sequence[Wish], taken: Sequence[Box], within: Box, signs: Sequence[Box] = ()
) -> list[Box | None]:
    """Return the box of each label, None where it is left out.

    Labels are placed in the order given; each takes the first of its sides that meets
    no earlier label, no sign, nothing in ``taken`` and no edge, trying a little farther off
    next.
    """
    made: list[Box | None] = []
    for wish in wishes:
        labels = [*signs, *(box for box in made if box is not None)]
        made.append(_first_free(wish, labels, taken, within))
    return made


def _first_free(wish: Wish, labels: Sequence[Box], taken: Sequence[Box], within: Box) -> Box | None:
    spares = (*NEAR, *FAR) if wish.needed else NEAR
    tried = [(_beside(wish, side, spare), spare) for spare in spares for side in wish.sides]
    inside = [(box, spare) for box, spare in tried if _inside(box, within)]
    for box, spare in inside:
        covers = any(meet(_shrunk(box), other) for other in taken)
        if spare <= NEAR[-1] and not covers and not any(meet(box, other) for other in labels):
            return box
    if not wish.needed:
        return None

    def cost(candidate: tuple[Box, float]) -> float:
        box, spare = candidate
        on_labels = sum(overlap(_shrunk(box), other) for other in labels)
        return ON_LABEL * on_labels + sum(overlap(box, other) for other in taken) + ASTRAY * spare

    return min(inside or tried, key=cost)[0]


def _shrunk(box: Box) -> Box:
    return (box[0] + TOUCH, box[1] + TOUCH, box[2] - TOUCH, box[3] - TOUCH)


def leads(wish: Wish, box: Box) -> bool:
    """Return whether a label stands so far off that a line should lead to it."""
    (x, y), (wide, high) = wish.at, wish.away
    gap_x = max(box[0] - x, x - box[2], 0.0) - wide
    gap_y = max(box[1] - y, y - box[3], 0.0) - high
    return max(gap_x, gap_y) > NEAR[-1]


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
