"""Say how each kind of element would be improved, as edits a scheme can hold."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.community import Community
from renlin.community.settings import Cell, Edit, Scheme
from renlin.community.tables import schema
from renlin.simulation.destinations import Destinations
from renlin.simulation.elements.listing import DOOR, FACILITY, GATE_, STAIR_, WALK, Element

WIDTHS = {
    WALK: "width",
    GATE_: "width",
    DOOR: "door_width",
    STAIR_: "stair_width",
    FACILITY: "width",
}
_ASSUMED = {STAIR_: "assumed_stair_width", DOOR: "assumed_door_width"}
ALWAYS = "00:00-24:00"
CENTIMETRES = 2
BLOCKED, CAPACITY, HOURS = "net.edge.block_prob", "shelter.capacity", "net.gate.open_hours"
ACCESS, STAIRS, WIDTH = "net.edge.accessible", "stair.speed_factor", "net.edge.width"


def improvement(place: Community, element: Element, there: Destinations) -> tuple[Edit, ...]:
    """Return the edits that improve one element; none where nothing is left to do.

    Everything gets ``key_element_widening`` m more clear width, as far as its column goes.
    A gate is open at all hours besides; a door with steps gets a ramp; a stair is cleared,
    lit and given rails on both sides; a shelter takes ``key_element_capacity`` more.

    Parameters
    ----------
    there
        Destinations of the event, with the capacity each counts with.

    Source: simulation reference 7.2; parameters ``key_element_widening`` and
    ``key_element_capacity``.
    """
    rows = place[element.table]
    mine = rows[rows.iloc[:, 0].astype(str) == element.place]
    if len(mine) == 0:
        return ()
    row = mine.iloc[0].to_dict()
    made = [*_wider(place.catalogue, element, row)]
    made += {GATE_: _open, DOOR: _level, STAIR_: _easy}.get(element.kind, _nothing)(element, row)
    if element.kind == FACILITY:
        made += _larger(place.catalogue, element, row, there)
    return tuple(made)


def scheme_of(elements: Sequence[Element], edits: Sequence[Edit]) -> Scheme:
    """Return the edits as a scheme of their own."""
    code = "key-" + "-".join(element.code.replace("/", "-") for element in elements)
    return Scheme(code=code, zh=code, en=code, edit=tuple(edits))


def _wider(catalogue: Catalogue, element: Element, row: dict[Any, Any]) -> Iterator[Edit]:
    """Yield the edit of the clear width; an unknown width counts as what is assumed of it."""
    column = WIDTHS[element.kind]
    was = _cell(row[column])
    assumed = _ASSUMED.get(element.kind, "assumed_lane_width")
    wide = float(catalogue.number(assumed) if was is None else was)
    most = _most(catalogue, element.table, column)
    now = round(min(wide + catalogue.number("key_element_widening"), most), CENTIMETRES)
    if now > wide:
        yield _edit(WIDTH, element, column, was, now)


def _most(catalogue: Catalogue, table: str, column: str) -> float:
    """Return the greatest value a column of numbers takes."""
    rule = next(one for one in schema(catalogue, table) if one.column == column)
    bound = str(rule.allowed).partition("..")[2]
    return float(bound) if bound else math.inf


def _open(element: Element, row: dict[Any, Any]) -> Iterator[Edit]:
    hours, locked = _cell(row["open_hours"]), _cell(row["locked"])
    if hours not in (None, ALWAYS):
        yield _edit(HOURS, element, "open_hours", hours, ALWAYS)
    if locked is True:
        yield _edit(HOURS, element, "locked", True, False)


def _level(element: Element, row: dict[Any, Any]) -> Iterator[Edit]:
    steps, ramp, word = (_cell(row[name]) for name in ("steps", "ramp", "wheelchair"))
    if steps is not None and float(steps) > 0 and ramp is not True:
        yield _edit(ACCESS, element, "ramp", ramp, True)
    if word in ("no", "limited"):
        yield _edit(ACCESS, element, "wheelchair", word, "yes")


def _easy(element: Element, row: dict[Any, Any]) -> Iterator[Edit]:
    blocked, rail, lit = (_cell(row[name]) for name in ("blocked_width", "handrail", "lit"))
    if blocked is not None and float(blocked) > 0:
        yield _edit(BLOCKED, element, "blocked_width", blocked, 0.0)
    if rail != "both":
        yield _edit(STAIRS, element, "handrail", rail, "both")
    if lit is not True:
        yield _edit(STAIRS, element, "lit", lit, True)


def _larger(
    catalogue: Catalogue, element: Element, row: dict[Any, Any], there: Destinations
) -> Iterator[Edit]:
    """Yield the edit of the capacity of a shelter whose capacity is known."""
    if element.place not in there.facilities:
        return
    counted = int(there.capacity[there.facilities.index(element.place)])
    if counted >= 0:
        now = math.ceil(counted * (1.0 + catalogue.number("key_element_capacity")))
        yield _edit(CAPACITY, element, "capacity", _cell(row["capacity"]), now)


def _nothing(_element: Element, _row: dict[Any, Any]) -> Iterator[Edit]:
    yield from ()


def _edit(lever: str, element: Element, column: str, was: Cell, now: Cell) -> Edit:
    return Edit(
        lever=lever, op="set", table=element.table, key=element.place, column=column,
        was=was, now=now,
    )  # fmt: skip


def _cell(value: Any) -> Any:
    """Return a cell as a plain value; None where it is missing."""
    if value is None or pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
