"""Write SVG as text: small pure functions, sizes final, colours by token."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from renlin.report.cite import Cite, attributes

Point = tuple[float, float]
NOTE = 10.7
"""Smallest text: 8 pt on paper; the screen shows the sheet enlarged, so ≥ 12 px there."""
TEXT = 12.2
STRONG = 13.0
WEIGHTS = {"start": "start", "middle": "middle", "end": "end"}


def figure(size: Point, says: str, parts: Iterable[str], *, css: str = "") -> str:
    """Return a whole figure; ``says`` is its text alternative, the same sentence as its title."""
    width, height = size
    return (
        f'<svg class="fig {css}" viewBox="0 0 {number(width)} {number(height)}" '
        f'width="{number(width)}" height="{number(height)}" role="img" '
        f'aria-label="{escape(says, quote=True)}">{"".join(parts)}</svg>'
    )


def group(parts: Iterable[str], *, css: str = "", move: Point | None = None) -> str:
    """Return parts drawn together, moved by ``move``."""
    shift = f' transform="translate({number(move[0])} {number(move[1])})"' if move else ""
    name = f' class="{css}"' if css else ""
    return f"<g{name}{shift}>{''.join(parts)}</g>"


def line(start: Point, end: Point, style: str) -> str:
    """Return a straight line."""
    (x1, y1), (x2, y2) = start, end
    return (
        f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" '
        f'style="{style}"/>'
    )


def box(at: Point, size: Point, style: str) -> str:
    """Return a rectangle whose upper left corner is ``at``."""
    return (
        f'<rect x="{number(at[0])}" y="{number(at[1])}" width="{number(max(size[0], 0))}" '
        f'height="{number(max(size[1], 0))}" style="{style}"/>'
    )


def path(points: Sequence[Point], style: str, *, closed: bool = False) -> str:
    """Return a line through ``points``."""
    return shape(outline(points, closed=closed), style)


def shape(d: str, style: str) -> str:
    """Return a path with the path data ``d``."""
    return f'<path d="{d}" style="{style}"/>'


def outline(points: Sequence[Point], *, closed: bool = False) -> str:
    """Return path data through ``points``."""
    if not points:
        return ""
    first, *rest = [f"{number(x)} {number(y)}" for x, y in points]
    return f"M{first}" + "".join(f"L{p}" for p in rest) + ("Z" if closed else "")


def text(
    at: Point, words: str, css: str = "", *, anchor: str = "start", cite: Cite | None = None
) -> str:
    """Return words at ``at``; with ``cite`` they open the source of their number.

    ``css`` names classes of the figure style sheet: ``s`` note, ``b`` bold, ``q`` quiet.
    """
    x, y = at
    place = f'x="{number(x)}" y="{number(y)}"'
    turn = "" if anchor == "start" else f' text-anchor="{anchor}"'
    told = "" if cite is None else " " + attributes(cite)
    classes = " ".join(part for part in (css, "n" if cite is not None else "") if part)
    name = f' class="{classes}"' if classes else ""
    hint = "" if cite is None else f"<title>{escape(cite.command)}</title>"
    return f"<text {place}{turn}{name}{told}>{escape(words)}{hint}</text>"


def styled(
    at: Point, words: str, style: str, *, anchor: str = "start", cite: Cite | None = None
) -> str:
    """Return words with a style of their own, such as the colour of a scheme."""
    made = text(at, words, "", anchor=anchor, cite=cite)
    return made.replace("<text ", f'<text style="{style}" ', 1)


def marker(kind: str, at: Point, radius: float, colour: str) -> str:
    """Return a marker of equal visual size whatever its shape."""
    x, y = at
    fill = f"fill:{colour}"
    if kind in ("ring", "frame"):
        hollow = f"fill:#fff;stroke:{colour};stroke-width:{number(radius * 0.48)}"
        if kind == "ring":
            return (
                f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" style="{hollow}"/>'
            )
        return box((x - radius * 0.9, y - radius * 0.9), (radius * 1.8, radius * 1.8), hollow)
    if kind == "disc":
        return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" style="{fill}"/>'
    if kind == "square":
        return box((x - radius, y - radius), (2 * radius, 2 * radius), fill)
    return path([(x + radius * a, y + radius * b) for a, b in _OUTLINES[kind]], fill, closed=True)


_OUTLINES: dict[str, tuple[Point, ...]] = {
    "diamond": ((0, -1.35), (1.35, 0), (0, 1.35), (-1.35, 0)),
    "triangle": ((0, -1.25), (1.2, 0.95), (-1.2, 0.95)),
    "wedge": ((0, 1.25), (1.2, -0.95), (-1.2, -0.95)),
    "pentagon": ((0, -1.2), (1.15, -0.35), (0.72, 1.0), (-0.72, 1.0), (-1.15, -0.35)),
}


def number(value: float) -> str:
    """Return a coordinate with at most one decimal, without a trailing zero."""
    short = f"{value:.1f}"
    return "0" if short == "-0.0" else short.removesuffix(".0")
