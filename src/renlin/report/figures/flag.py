"""Draw the paradox flag: the sign, and three rows from the average down to who loses."""

from __future__ import annotations

import math
from collections.abc import Sequence

from renlin.report import svg
from renlin.report.figures.axis import Scale, label, scale_for
from renlin.report.figures.dumbbells import Row
from renlin.report.palette import Look
from renlin.report.spacing import width

WIDTH = 372.0
ROW = 33.0
TOP = 20.0


def sign(state: str) -> str:
    """Return the sign of the detector: opposed arrows, one arrow, or a question."""
    square = svg.box((-4, -4), (38, 38), "fill:var(--ink)")
    right = svg.shape("M3 9H19M15 4l5 5-5 5", "fill:none;stroke:#fff;stroke-width:3.4")
    if state == "flagged":
        second = "fill:none;stroke:#E9B77C;stroke-width:3.4"
        drawn = right + svg.shape("M27 21H11M15 16l-5 5 5 5", second)
    elif state == "not_found":
        drawn = right + svg.shape(
            "M3 21H19M15 16l5 5-5 5", "fill:none;stroke:#fff;stroke-width:3.4"
        )
    else:
        question = "fill:#fff;font-size:28px;font-weight:700"
        drawn = svg.styled((15, 25), "?", question, anchor="middle")
    return (
        '<svg class="sign" width="44" height="44" viewBox="-4 -4 38 38" aria-hidden="true">'
        f"{square}{drawn}</svg>"
    )


def flag_chart(rows: Sequence[Row], look: Look, names: tuple[str, str, str]) -> str:
    """Return the chart beside the flag; each row has one mark.

    Parameters
    ----------
    names
        Text alternative, name of the base, name of the scheme with the word interval.
    """
    says, base, scheme = names
    left = min(max(max(width(r.name, 12.2), width(r.n, 10.7)) for r in rows) + 18, 170.0)
    values = [r.base for r in rows] + [
        v for r in rows for m in r.marks for v in (max(m.low, 0.0), m.high)
    ]
    scale = scale_for(values, left, WIDTH - 12, about=4)
    bottom = TOP + ROW * len(rows) - 3
    parts = [_grid(scale, bottom), _key(left, look, base, scheme)]
    for index, row in enumerate(rows):
        parts.append(_row(row, TOP + ROW * index + 16, scale))
    return svg.figure((WIDTH, bottom + 26), says, parts)


def _key(left: float, look: Look, base: str, scheme: str) -> str:
    at = min(left + 4, WIDTH - width(base, 10.8) - width(scheme, 10.8) - 52)
    second = at + 9 + width(base, 10.8) + 22
    return "".join(
        [
            svg.marker("ring", (at, 8), 4, "var(--sch-base)"),
            svg.text((at + 9, 12), base, "k"),
            svg.marker(look.marker, (second, 8), 4.2, look.colour),
            svg.text((second + 9, 12), scheme, "k"),
        ]
    )


def _grid(scale: Scale, bottom: float) -> str:
    parts = []
    for value in scale.marks:
        x = scale(value)
        parts.append(svg.line((x, TOP), (x, bottom), "stroke:var(--line)"))
        told = label(value, scale.step)
        parts.append(svg.text((x, bottom + 15), told, "s", anchor="middle"))
    return "".join(parts)


def _row(row: Row, y: float, scale: Scale) -> str:
    mark = row.marks[0]
    parts = [
        svg.text((0, y + 1), row.name, "b"),
        svg.text((0, y + 13.5), row.n, "s", cite=row.n_cite),
    ]
    if not (math.isfinite(row.base) and math.isfinite(mark.value)):
        return "".join(parts)
    start, end = scale(row.base), scale(mark.value)
    band = (scale(mark.low), scale(mark.high))
    colour = mark.look.colour
    parts.append(
        svg.box((band[0], y - 5), (max(band[1] - band[0], 2), 10), f"fill:{colour};opacity:.25")
    )
    parts.append(svg.line((start, y), (end, y), f"stroke:{colour};stroke-width:2.4"))
    parts.append(svg.marker("ring", (start, y), 4.6, "var(--sch-base)"))
    parts.append(svg.marker(mark.look.marker, (end, y), 5, colour))
    ink = colour if mark.verdict == "slower" else "var(--ink-2)"
    style = f"fill:{ink};font-size:12.2px;font-weight:700"
    wide = width(mark.words, 12.2)
    after = max(start, end, band[1]) + 9
    if after + wide <= WIDTH:
        parts.append(svg.styled((after, y + 4.5), mark.words, style, cite=mark.cite))
    else:
        before = min(start, end, band[0]) - 9
        parts.append(svg.styled((before, y + 4.5), mark.words, style, anchor="end", cite=mark.cite))
    return "".join(parts)
