"""Draw what lies below every theme: open space, streets, buildings, gates, names, north."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from renlin.community.community import Community
from renlin.report import svg
from renlin.report.cite import Cite
from renlin.report.labels import Box, Wish, leads, place
from renlin.report.maps.frame import Frame
from renlin.report.spacing import spaced, width

ROADS = ("road", "bridge")
LANES = ("lane", "plaza", "crossing")
SAFE = ("shelter", "assembly_point")
GREEN = ("green", "playground", "courtyard")
NAME = 11.2
LEAST_NAME = 22.0
"""A building narrower than so many pixels carries no name."""
SHORT_BELOW = 90.0
"""Where buildings are narrower than so many pixels they carry their number alone."""
MOST_NAMES = 90
"""Above so many buildings none is named: the map is of a district, not of a yard."""


@dataclass(frozen=True)
class Text:
    """Words on the map."""

    north: str
    metres: str


@dataclass(frozen=True)
class Label:
    """A name to be placed: words, wish and how they look."""

    words: str
    wish: Wish
    css: str = "m-name"
    sign: str = ""
    cite: Cite | None = None


FULL = 0.5
"""Pixels per metre from which streets keep their least width; smaller maps thin them."""
MOST_SAFE = 8
"""Safe places named on a map even where names crowd; of more, those that find room are."""
MOST_GATES = 6
"""Gates named on a map; of more only the signs are drawn."""


def each(table: Any) -> Iterator[Any]:
    """Return the rows of a table as named tuples."""
    yield from table.itertuples(index=False)


def base(community: Community, frame: Frame) -> str:
    """Return ground, open spaces, streets and buildings without residents."""
    parts = [svg.box((0, 0), frame.size, "fill:var(--m-ground)")]
    parts += _spaces(community, frame)
    parts += _streets(community["walks"], frame)
    parts.append(_plain_buildings(community, frame))
    return "".join(parts)


def _spaces(community: Community, frame: Frame) -> list[str]:
    spaces = community["spaces"]
    facilities = community["facilities"]
    safe = set(facilities.loc[facilities["kind"].isin(SAFE), "space"].dropna())
    parts = []
    for row in each(spaces):
        data = frame.data([row.geometry])
        css = "m-safe" if row.space in safe else "m-green" if row.kind in GREEN else "m-open"
        if data:
            parts.append(f'<path d="{data}" class="{css}"/>')
    return parts


def _streets(walks: pd.DataFrame, frame: Frame) -> list[str]:
    near = [g is not None and g.intersects(frame.window) for g in walks["geometry"]]
    seen = walks[np.array(near, dtype=bool)]
    parts = []
    casing, white = [], []
    for kinds, least, usual in ((ROADS, 5.0, 7.0), (LANES, 2.6, 4.0), (None, 1.4, 2.5)):
        listed = [*ROADS, *LANES]
        chosen = seen[seen["kind"].isin(kinds)] if kinds else seen[~seen["kind"].isin(listed)]
        data = frame.data(chosen["geometry"])
        wide = max(least * min(1.0, max(0.3, frame.scale / FULL)), usual * frame.scale)
        if data and kinds == ROADS:
            casing.append(_stroke(data, "m-casing", wide + 1.6))
        if data:
            white.append(_stroke(data, "m-street", wide))
    parts += casing + white[::-1]
    return parts


def _stroke(data: str, css: str, wide: float) -> str:
    return f'<path d="{data}" class="{css}" style="stroke-width:{svg.number(wide)}"/>'


def _plain_buildings(community: Community, frame: Frame) -> str:
    with_doors = set(community["entrances"]["building"])
    buildings = community["buildings"]
    plain = buildings[~buildings["building"].isin(with_doors)]
    data = frame.data(plain["geometry"])
    return f'<path d="{data}" class="m-plain"/>' if data else ""


def names(community: Community, frame: Frame) -> list[Label]:
    """Return the names of safe places, gates, dwellings and open spaces, most needed first.

    A name that several places share is written once.
    """
    listed = [*_safe_names(community, frame), *_gates(community, frame),
              *_building_names(community, frame), *_space_names(community, frame)]  # fmt: skip
    seen: set[str] = set()
    made = []
    for label in listed:
        made.append(_sign_alone(label) if label.words in seen else label)
        seen.add(label.words)
    return made


def _safe_names(community: Community, frame: Frame) -> list[Label]:
    facilities = community["facilities"]
    spaces = dict(zip(community["spaces"]["space"], community["spaces"]["name"], strict=True))
    made = []
    for row in each(facilities[facilities["kind"].isin(SAFE)]):
        words = spaced(str(spaces.get(row.space) or row.name))
        if not frame.sees(row.geometry.x, row.geometry.y, 6):
            made.append(_pointer(words, frame, (row.geometry.x, row.geometry.y)))
            continue
        wish = Wish(
            frame.at(row.geometry.x, row.geometry.y), (width(words, NAME) + 4, 15), (7, 7),
            ("s", "n", "c", "w", "e", "sw", "nw"), needed=True,
        )  # fmt: skip
        made.append(Label(words, wish, "m-name m-help", _shelter_sign(wish.at)))
    if len(made) > MOST_SAFE:
        made = [replace(one, wish=replace(one.wish, needed=False)) for one in made]
    return made


def _pointer(words: str, frame: Frame, spot: svg.Point) -> Label:
    """Return the name of a safe place beyond the edge, with an arrow towards it."""
    at = frame.edge(*spot, 9.0)
    px, py = frame.at(*spot)
    far = math.hypot(px - at[0], py - at[1]) or 1.0
    ux, uy = (px - at[0]) / far, (py - at[1]) / far
    tip = [(7, 0), (-3, 5), (-3, -5)]
    arrow = [(at[0] + a * ux - b * uy, at[1] + a * uy + b * ux) for a, b in tip]
    sign = svg.path(arrow, "fill:var(--green)", closed=True)
    wish = Wish(at, (width(words, NAME) + 4, 15), (9, 8), needed=True)
    return Label(words, wish, "m-name m-help", sign)


def _shelter_sign(at: svg.Point) -> str:
    x, y = at
    ground = svg.box((x - 6, y - 6), (12, 12), "fill:var(--green)")
    roof = "fill:none;stroke:#fff;stroke-width:1.6"
    house = svg.shape(f"M{svg.number(x - 4)} {svg.number(y)}l4 -3.4l4 3.4", roof)
    return ground + house + svg.box((x - 2.2, y), (4.4, 4), "fill:#fff")


def _gates(community: Community, frame: Frame) -> list[Label]:
    made = []
    for row in each(community["gates"]):
        if not frame.sees(row.geometry.x, row.geometry.y, 4):
            continue
        words = spaced(str(row.name))
        at = frame.at(row.geometry.x, row.geometry.y)
        wish = Wish(at, (width(words, NAME) + 4, 14), (8, 7), needed=True)
        made.append(Label(words, wish, "m-name", gate_sign(at, locked=is_locked(row))))
    return made if len(made) <= MOST_GATES else [_sign_alone(label) for label in made]


def _sign_alone(label: Label) -> Label:
    """Return a label without its words."""
    return replace(label, words="", wish=replace(label.wish, size=(0.0, 0.0), needed=False))


def is_locked(row: object) -> bool:
    """Return whether a gate is kept locked or opens at some hours only."""
    locked, hours = getattr(row, "locked", None), getattr(row, "open_hours", None)
    shut = locked is not None and not pd.isna(locked) and bool(locked)
    limited = isinstance(hours, str) and hours not in ("", "00:00-24:00")
    return shut or limited


def gate_sign(at: svg.Point, *, locked: bool) -> str:
    """Return the sign of a gate: solid square open, crossed square locked at some hours."""
    x, y = at
    if locked:
        frame = "fill:#fff;stroke:var(--ink);stroke-width:1.5"
        d = "".join(f"M{svg.number(x + a)} {svg.number(y + b)}l{c} {d}" for a, b, c, d in _CROSS)
        cross = svg.shape(d, "stroke:var(--ink);stroke-width:1.4;fill:none")
        return svg.box((x - 4, y - 4), (8, 8), frame) + cross
    door = f"M{svg.number(x - 1.8)} {svg.number(y + 2.2)}v-3.6h3.6v3.6"
    solid = svg.box((x - 4.4, y - 4.4), (8.8, 8.8), "fill:var(--ink)")
    return solid + svg.shape(door, "stroke:#fff;stroke-width:1.2;fill:none")


_CROSS = ((-2.4, -2.4, 4.8, 4.8), (2.4, -2.4, -4.8, 4.8))


def _building_names(community: Community, frame: Frame) -> list[Label]:
    buildings = community["buildings"]
    with_doors = set(community["entrances"]["building"])
    lived = buildings[buildings["building"].isin(with_doors)]
    near = [frame.sees(g.centroid.x, g.centroid.y) for g in lived["geometry"]]
    lived = lived[np.array(near, dtype=bool)]
    if len(lived) > MOST_NAMES:
        return []
    made = []
    rooms = lived.geometry.bounds
    wide = (rooms["maxx"] - rooms["minx"]) * frame.scale
    brief = bool(len(wide) and wide.median() < SHORT_BELOW)
    for row in each(lived):
        west, south, east, north = row.geometry.bounds
        left, top = frame.at(west, north)
        right, bottom = frame.at(east, south)
        words = spaced(str(row.name))
        told = words.removesuffix("号楼").strip() if brief else words
        room = right - left
        if room < LEAST_NAME:
            continue
        at = ((left + right) / 2, (top + bottom) / 2)
        away = (room / 2 - 2, max(half_height(row.geometry) * frame.scale + 0.5, 3.0))
        wish = Wish(at, (width(told, NAME) + 3, 13), away, ("n", "s", "e", "w"))
        made.append(Label(told, wish))
    return made


def half_height(shape: BaseGeometry) -> float:
    """Return half the height of a building above the middle of its box, m, tilted or not."""
    west, south, east, north = shape.bounds
    middle = (west + east) / 2
    cut = shape.intersection(shapely.LineString([(middle, south - 1), (middle, north + 1)]))
    return 0.0 if cut.is_empty else float(cut.bounds[3] - (south + north) / 2)


def _space_names(community: Community, frame: Frame) -> list[Label]:
    facilities = community["facilities"]
    safe = set(facilities.loc[facilities["kind"].isin(SAFE), "space"].dropna())
    made = []
    for row in each(community["spaces"]):
        spot = row.geometry.representative_point()
        words = spaced(str(row.name))
        if row.space in safe or not frame.sees(spot.x, spot.y, 8):
            continue
        wish = Wish(frame.at(spot.x, spot.y), (width(words, NAME) + 4, 14), (0, 0), ("c", "s", "n"))
        made.append(Label(words, wish, "m-name m-quiet"))
    return made


def taken_by(shapes: Mapping[str, shapely.Geometry], frame: Frame) -> list[Box]:
    """Return small boxes along each unit, so that names do not lie on a fill."""
    boxes: list[Box] = []
    for shape in shapes.values():
        for part in shapely.get_parts(shape):
            west, south, east, north = part.bounds
            left, top = frame.at(west, north)
            right, bottom = frame.at(east, south)
            lift = 0.18 * (bottom - top)
            boxes.append((left, top + lift, right, bottom - lift))
    return boxes


def write(labels: Sequence[Label], frame: Frame, taken: Sequence[Box]) -> str:
    """Return the signs and the names of ``labels``, kept apart."""
    signs = [label for label in labels if label.sign]
    own = [(x - 6, y - 6, x + 6, y + 6) for x, y in (label.wish.at for label in signs)]
    wide, high = frame.size
    within = (2.0, 2.0, wide - 2.0, high - 2.0)
    boxes = place([label.wish for label in labels], taken, within, own)
    parts = [label.sign for label in signs]
    named = [(label, box) for label, box in zip(labels, boxes, strict=True) if box and label.words]
    parts += [_leader(label.wish, box) for label, box in named if leads(label.wish, box)]
    parts += [_name(label, box) for label, box in named]
    return "".join(parts)


def _leader(wish: Wish, box: Box) -> str:
    """Return a line from the edge of a label to the point it belongs to."""
    x, y = wish.at
    near = (min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3]))
    return svg.path([near, (x, y)], "fill:none;stroke:var(--ink-3);stroke-width:.9")


def _name(label: Label, box: Box) -> str:
    middle = (box[0] + box[2]) / 2
    if label.css != "pin":
        return svg.text((middle, box[3] - 3), label.words, label.css, anchor="middle")
    y = (box[1] + box[3]) / 2
    disc = f'<circle cx="{svg.number(middle)}" cy="{svg.number(y)}" r="8" class="pin-disc"/>'
    return disc + svg.text((middle, y + 4), label.words, "pin", anchor="middle", cite=label.cite)


def furniture(frame: Frame, text: Text) -> tuple[str, list[Box]]:
    """Return north arrow and scale bar, and the boxes they take."""
    wide, high = frame.size
    metres = frame.bar()
    long = metres * frame.scale
    told = f"{metres:g} {text.metres}"
    x, y = wide - long - 22, high - 22
    bar = svg.shape(
        f"M{svg.number(x)} {svg.number(y - 3)}v4h{svg.number(long)}v-4",
        "fill:none;stroke:var(--ink);stroke-width:1.2",
    )
    arrow = svg.path([(16, 17), (20.5, 34), (16, 30.5), (11.5, 34)], "fill:var(--ink)", closed=True)
    parts = [
        bar, svg.text((x, y + 14), "0", "m-name m-light", anchor="middle"),
        svg.text((x + long, y + 14), told, "m-name m-light", anchor="middle"),
        arrow, svg.text((16, 14), text.north, "m-name", anchor="middle"),
    ]  # fmt: skip
    return "".join(parts), [(x - 8, y - 8, wide, high), (0, 0, 30, 38)]
