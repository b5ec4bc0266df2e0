"""Draw one theme over the ground: risk by coverage, one risk, one coverage, paper, gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from renlin.community.community import Community
from renlin.report import svg
from renlin.report.cite import Cite
from renlin.report.labels import Wish
from renlin.report.maps.frame import Frame
from renlin.report.maps.ground import (
    Label,
    Text,
    base,
    furniture,
    names,
    taken_by,
    write,
)

OUTLINES = {1: 0.6, 2: 1.4, 3: 2.6}
"""Width in pixels by which the outline repeats coverage: tokens --bv-out-c1…3."""
DARK = "bv r3"
CASING = 2.0
"""Fill of the high class of risk, and pixels of white around its thick edges."""
THIN = 0.5
"""Share of the outline kept where units are only a few pixels wide."""


@dataclass(frozen=True)
class Fill:
    """How one unit is filled: class of the style sheet, width of its outline, hover words."""

    css: str
    outline: float = 0.6
    says: str = ""


@dataclass(frozen=True)
class Pin:
    """A numbered point beside its unit."""

    number: int
    unit: str
    cite: Cite | None = None


@dataclass(frozen=True)
class Sheet:
    """One map without its theme: the place, the frame, the words on it, what it says."""

    community: Community
    frame: Frame
    text: Text
    says: str


def bivariate(row: int, column: int, says: str = "") -> Fill:
    """Return the fill of a risk class and a coverage class, either 0 for unknown."""
    if row == 0 or column == 0:
        return Fill("m-unknown", 1.0, says)
    return Fill(f"bv r{row}c{column}", OUTLINES[column], says)


def single(theme: str, value: int, says: str = "") -> Fill:
    """Return the fill of one of five classes of ``risk`` or ``cov``, 0 for unknown."""
    return Fill("m-unknown" if value == 0 else f"m-unit {theme}-{value}", 0.8, says)


def draw(
    sheet: Sheet,
    shapes: Mapping[str, BaseGeometry],
    fills: Mapping[str, Fill],
    pins: Sequence[Pin] = (),
    extra: tuple[str, Sequence[Label]] = ("", ()),
) -> str:
    """Return the map: ground, filled units, pins, names, north and scale.

    ``extra`` is drawn above the units; its labels are placed before all others.
    """
    frame = sheet.frame
    thin = THIN if _small(shapes, frame) else 1.0
    parts = [base(sheet.community, frame)]
    for unit in sorted(shapes, key=lambda u: (_order(fills.get(u)), u)):
        parts.append(_unit(shapes[unit], fills.get(unit), frame, thin))
    parts += [_halo(shapes[pin.unit], frame) for pin in pins if pin.unit in shapes]
    parts.append(extra[0])
    furnished, taken = furniture(frame, sheet.text)
    labels = [*_pins(pins, shapes, frame), *extra[1], *names(sheet.community, frame)]
    parts.append(write(labels, frame, [*taken, *taken_by(shapes, frame)]))
    parts.append(furnished)
    return svg.figure(frame.size, sheet.says, parts, css="map")


def _small(shapes: Mapping[str, BaseGeometry], frame: Frame) -> bool:
    areas = pd.Series([shape.area for shape in shapes.values()], dtype=float)
    return bool(len(areas) and areas.median() ** 0.5 * frame.scale < 7.0)


def _order(fill: Fill | None) -> float:
    return -1.0 if fill is None else fill.outline


def _unit(shape: BaseGeometry, fill: Fill | None, frame: Frame, thin: float) -> str:
    data = frame.data([shape])
    if not data:
        return ""
    if fill is None:
        return f'<path d="{data}" class="m-plain"/>'
    told = f"<title>{fill.says}</title>" if fill.says else ""
    wide = max(0.4, fill.outline * thin)
    under = _casing(data, wide) if fill.css.startswith(DARK) and fill.outline > OUTLINES[1] else ""
    made = f'<path d="{data}" class="{fill.css}" style="stroke-width:{svg.number(wide)}">'
    return f"{under}{made}{told}</path>"


def _casing(data: str, wide: float) -> str:
    """Return a white line outside a thick edge, which no dark fill would show without colour."""
    style = f"fill:none;stroke:#fff;stroke-width:{svg.number(wide + CASING)}"
    return f'<path d="{data}" style="{style}"/>'


def _halo(shape: BaseGeometry, frame: Frame) -> str:
    around = shape.buffer(2.6 / frame.scale, join_style="mitre")
    return f'<path d="{frame.data([around])}" class="m-halo"/>'


def _pins(pins: Sequence[Pin], shapes: Mapping[str, BaseGeometry], frame: Frame) -> list[Label]:
    made = []
    for pin in pins:
        shape = shapes.get(pin.unit)
        if shape is None:
            continue
        west, south, east, north = shape.bounds
        left, top = frame.at(west, north)
        right, bottom = frame.at(east, south)
        at = ((left + right) / 2, (top + bottom) / 2)
        away = ((right - left) / 2 + 3, (bottom - top) / 2 + 1)
        wish = Wish(at, (17, 17), away, ("w", "e", "n", "s", "nw", "ne", "sw", "se"), needed=True)
        made.append(Label(str(pin.number), wish, "pin", "", pin.cite))
    return made


def radius(frame: Frame, at: svg.Point, metres: float) -> str:
    """Return the dotted circle of a service radius on paper."""
    x, y = frame.at(*at)
    return (
        f'<circle cx="{svg.number(x)}" cy="{svg.number(y)}" r="{svg.number(metres * frame.scale)}" '
        'class="m-radius"/>'
    )


def route(frame: Frame, line: BaseGeometry) -> str:
    """Return a way really walked: green with a white casing."""
    data = frame.data([line])
    return f'<path d="{data}" class="m-way-casing"/><path d="{data}" class="m-way"/>'


def gap_line(frame: Frame, line: BaseGeometry) -> str:
    """Return a missing piece of the walk network, from the island to the main part."""
    data = frame.data([line])
    ends = [frame.at(*point) for point in shapely.get_coordinates(line)[[0, -1]]]
    crosses = "".join(
        f"M{svg.number(x - 3)} {svg.number(y - 3)}l6 6m0 -6l-6 6" for x, y in ends[:1]
    )
    return f'<path d="{data}" class="m-gap"/><path d="{crosses}" class="m-gap-end"/>'
