"""Draw the legends: every class with its count, unknown with its own sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from renlin.report import svg
from renlin.report.maps.ground import gate_sign
from renlin.report.maps.themes import OUTLINES
from renlin.report.spacing import width, wrapped

CELL = 22.0
STEP = 26.0


@dataclass(frozen=True)
class Words:
    """Words of the bivariate legend; ``unknown`` carries its count."""

    high: str
    low: str
    reached: str
    missed: str
    unknown: str
    point: str
    locked: str
    says: str


def bivariate_legend(counts: Mapping[tuple[int, int], int], words: Words, wide: float) -> str:
    """Return the three by three legend with numbers of units, unknown, point and gate."""
    left = max(width(words.high, 10.7), width(words.low, 10.7)) + 10
    parts = [_cells(counts, left), _axes(words, left)]
    side = left + 3 * STEP + 18
    parts += _signs(words, side, wide)
    return svg.figure((wide, 98), words.says, parts, css="legend")


def _cells(counts: Mapping[tuple[int, int], int], left: float) -> str:
    parts = []
    for row in (1, 2, 3):
        for column in (1, 2, 3):
            at = (left + (column - 1) * STEP, 3 + (3 - row) * STEP)
            style = f"stroke-width:{OUTLINES[column] * 0.8:.2g}"
            rect = svg.box(at, (CELL, CELL), style).replace(
                "<rect ", f'<rect class="bv r{row}c{column}" '
            )
            dark = row == 3
            middle = (at[0] + CELL / 2, at[1] + CELL / 2 + 4)
            told = str(counts.get((row, column), 0))
            css = "b10 inv" if dark else "b10"
            parts += [rect, svg.text(middle, told, css, anchor="middle")]
    return "".join(parts)


def _axes(words: Words, left: float) -> str:
    right = left + 2 * STEP + CELL
    crowded = width(words.reached, 10.8) + width(words.missed, 10.8) > right - left - 4
    last = left + 2 * STEP if crowded else right + 3
    return "".join(
        [
            svg.text((left - 7, 18), words.high, "k", anchor="end"),
            svg.text((left - 7, 70), words.low, "k", anchor="end"),
            svg.text((left - 1, 93), words.reached, "k"),
            svg.text((last, 93), words.missed, "k", anchor="start" if crowded else "end"),
        ]
    )


def _signs(words: Words, x: float, wide: float) -> list[str]:
    room = wide - x - 28
    hatch = '<rect x="{0}" y="3" width="18" height="18" class="m-unknown"/>'
    parts = [hatch.format(svg.number(x))]
    parts += _words(words.unknown, (x + 28, 16), room)
    parts.append(f'<circle cx="{svg.number(x + 9)}" cy="41" r="8.5" class="pin-disc"/>')
    parts.append(svg.text((x + 9, 45), "1", "pin-number", anchor="middle"))
    parts += _words(words.point, (x + 28, 45), room)
    if words.locked:
        parts.append(gate_sign((x + 9, 68), locked=True))
        parts += _words(words.locked, (x + 28, 72), room)
    return parts


def _words(text: str, at: svg.Point, room: float) -> list[str]:
    lines = wrapped(text, 10.7, room)
    first = at[1] if len(lines) == 1 else at[1] - 6
    return [svg.text((at[0], first + 13 * i), line, "k") for i, line in enumerate(lines)]


def steps_legend(
    theme: str, bounds: Sequence[tuple[str, int]], unknown: tuple[str, int], says: str, wide: float
) -> str:
    """Return the legend of one theme in five steps: bound and number of units under each.

    Parameters
    ----------
    theme
        ``risk`` or ``cov``.
    bounds
        Words of each class and its count, lowest first.
    unknown
        Words and count of the unknown class.
    """
    told = f"{unknown[0]} {unknown[1]}"
    step = min(70.0, (wide - 46 - width(told, 10.7)) / len(bounds))
    parts, x = [], 0.0
    for number, (words, count) in enumerate(bounds, start=1):
        place = f'x="{svg.number(x)}" y="2" width="{svg.number(step - 4)}" height="18"'
        parts.append(f'<rect {place} class="m-unit {theme}-{number}"/>')
        css = "b10 inv" if number >= 4 else "b10"
        middle = x + (step - 4) / 2
        parts.append(svg.text((middle, 15), str(count), css, anchor="middle"))
        parts.append(svg.text((middle, 34), words, "k", anchor="middle"))
        x += step
    parts.append(f'<rect x="{svg.number(x + 8)}" y="2" width="24" height="18" class="m-unknown"/>')
    parts.append(svg.text((x + 38, 15), told, "k"))
    return svg.figure((wide, 40), says, parts, css="legend")
