"""Draw lanes, roads, gates and walls, and where the map does not know its way."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from liulin_generator.frame import Point, line, point
from liulin_generator.luck import Luck, one_of
from liulin_generator.plan import DEPTH, DOOR_TO_LANE, FIRST_ROW, ROW_SPACING, SLABS

WEST, MID_WEST, AXIS, MID_EAST, EAST = 8.0, 78.0, 150.0, 222.0, 292.0  # m east: north-south lanes
WEST_WALL, EAST_WALL, SOUTH_WALL, NORTH_WALL = 0.0, 300.0, 0.0, 294.0
WEST_STREET, EAST_STREET, MAIN_ROAD, RIVERSIDE = -30.0, 352.0, 314.0, -14.0
FALL = 0.012  # rise over run: the ground falls to the river in the south

NORTH_GATE: Point = (AXIS, NORTH_WALL)
SOUTH_GATE: Point = (AXIS, SOUTH_WALL)


def lane_of(row: int) -> float:
    """Return how far north the lane of a row of slabs lies, m."""
    return FIRST_ROW + ROW_SPACING * row + DEPTH + DOOR_TO_LANE


EAST_GATE: Point = (EAST_WALL, lane_of(1))
WEST_GATE: Point = (WEST_WALL, lane_of(2))
SCHOOL_DOOR: Point = (372.0, lane_of(1))
PARK_DOOR: Point = (-52.0, lane_of(2))

# What the street survey of 2026-09 found: walk -> facts that differ from the usual.
_SURVEYED: dict[str, dict[str, Any]] = {
    "row1-d": {"width": 4.0},
    "row1-c": {"width": 2.4, "barrier": "parked_cars"},
    "row2-c": {"width": 1.6, "barrier": "parked_cars"},
    "east-0": {"width": 1.2, "barrier": "kerb", "wheelchair": "no"},
    "axis-4": {"width": 3.2, "barrier": "stalls"},
    "axis-5": {"width": 4.0, "barrier": "parked_cars"},
    "row5-a": {
        "width": None,
        "slope": None,
        "surface": "unknown",
        "lit": None,
        "barrier": "unknown",
        "wheelchair": "unknown",
    },
    "west-3": {"width": None, "surface": "unknown", "lit": None, "wheelchair": "unknown"},
    "row6-d": {"width": 1.4, "barrier": "bollard", "wheelchair": "limited"},
}


def walls() -> list[dict[str, Any]]:
    """Return the compound wall and the inner wall of the south yard: drawn, never walked."""
    gap = 2.5  # m, half a gate and its pillars
    south, north, west, east = SOUTH_WALL, NORTH_WALL, WEST_WALL, EAST_WALL
    pieces: dict[str, list[Point]] = {
        "north-west": [(west, north), (AXIS - gap - 2, north)],
        "north-east": [(AXIS + gap + 2, north), (east, north)],
        "west-south": [(west, south), (west, WEST_GATE[1] - gap)],
        "west-north": [(west, WEST_GATE[1] + gap), (west, north)],
        "east-south": [(east, south), (east, EAST_GATE[1] - gap)],
        "east-north": [(east, EAST_GATE[1] + gap), (east, north)],
        "south-west": [(west, south), (AXIS - gap, south)],
        "south-east": [(AXIS + gap, south), (east, south)],
        "inner": [(west, 44.0), (145.0, 44.0), (145.0, south)],
    }
    return [{"wall": key, "geometry": line(shape)} for key, shape in pieces.items()]


def gates() -> list[dict[str, Any]]:
    """Return the rows of ``gates``."""
    return [
        {
            "gate": "north",
            "name": "北门",
            "width": 6.0,
            "steps": 0,
            "wheelchair": "yes",
            "open_hours": "00:00-24:00",
            "locked": False,
            "keyholder": "门卫室",
            "geometry": point(NORTH_GATE),
        },
        {
            "gate": "east",
            "name": "东门",
            "width": 4.0,
            "steps": 0,
            "wheelchair": "yes",
            "open_hours": "00:00-24:00",
            "locked": False,
            "keyholder": "社区居委会",
            "geometry": point(EAST_GATE),
        },
        {
            "gate": "west",
            "name": "西门",
            "width": 2.4,
            "steps": 0,
            "wheelchair": "yes",
            "open_hours": "06:00-22:00",
            "locked": False,
            "keyholder": "门卫室",
            "geometry": point(WEST_GATE),
        },
        {
            "gate": "south",
            "name": "南小门",
            "width": 1.0,
            "steps": 8,
            "wheelchair": "no",
            "open_hours": "00:00-24:00",
            "locked": False,
            "keyholder": None,
            "geometry": point(SOUTH_GATE),
        },
    ]


@cache
def walks() -> tuple[dict[str, Any], ...]:
    """Return the rows of ``walks``; the footpath to the south yard is missing on purpose."""
    shapes = [*_rows(), *_columns(), *_streets(), *_ways_out(), *_door_paths()]
    luck = Luck([key for key, _, _, _ in shapes])
    return tuple(_walk(key, kind, shape, facts, luck) for key, kind, shape, facts in shapes)


Shape = tuple[str, str, list[Point], dict[str, Any]]


def _walk(
    key: str, kind: str, shape: list[Point], facts: dict[str, Any], luck: Luck
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "walk": key,
        "kind": kind,
        "width": 3.0,
        "slope": 0.0,
        "steps": 0,
        "surface": one_of(luck("surface")[key], ("concrete", "concrete", "asphalt")),
        "lit": luck("lit")[key] < 0.85,
        "barrier": "none",
        "wheelchair": "yes",
        "open_hours": None,
        "inferred": False,
        "origin": "街道踏勘 2026-09",
    }
    return {**row, **facts, **_SURVEYED.get(key, {}), "geometry": line(shape)}


def _rows() -> Iterator[Shape]:
    """Yield the lane of each row in four parts, a to d from west to east."""
    crossings = (WEST, MID_WEST, AXIS, MID_EAST, EAST)
    for row in range(8):
        north = lane_of(row)
        dark = {"lit": False} if row <= 2 else {}
        if row == 0:
            yield "yard", "lane", [(16.0, north), (140.0, north)], {"width": 2.2, "lit": False}
        for part in range(2 if row == 0 else 0, 4):
            ends: list[Point] = [(crossings[part], north), (crossings[part + 1], north)]
            if row == 4 and part in (1, 2):
                continue  # the sunken yard, the green and the canteen lie here
            yield f"row{row}-{'abcd'[part]}", "lane", ends, {"width": 3.0, **dark}


def _columns() -> Iterator[Shape]:
    """Yield the north-south lanes from row to row, first to last vertex uphill."""
    named = (
        ("west", WEST, 1),
        ("midwest", MID_WEST, 1),
        ("axis", AXIS, 0),
        ("mideast", MID_EAST, 0),
        ("east", EAST, 0),
    )
    for name, east, first in named:
        for row in range(first, 7):
            ends: list[Point] = [(east, lane_of(row)), (east, lane_of(row + 1))]
            facts = {"width": 4.5 if name == "axis" else 3.0, "slope": FALL}
            yield f"{name}-{row}", "lane", ends, facts


def _streets() -> Iterator[Shape]:
    """Yield the streets around the compound and the path along the river."""
    road = {"width": 4.0, "lit": True, "surface": "asphalt"}
    yield "road-west", "road", [(WEST_STREET, MAIN_ROAD), (AXIS, MAIN_ROAD)], road
    yield "road-east", "road", [(AXIS, MAIN_ROAD), (EAST_STREET, MAIN_ROAD)], road
    sides = (("east", EAST_STREET, EAST_GATE[1]), ("west", WEST_STREET, WEST_GATE[1]))
    for side, east, gate in sides:
        facts = {**road, "slope": FALL}
        yield f"street-{side}-n", "road", [(east, gate), (east, MAIN_ROAD)], facts
        yield f"street-{side}-s", "road", [(east, RIVERSIDE), (east, gate)], facts
    bank: list[Point] = [(WEST_STREET, RIVERSIDE), (AXIS, RIVERSIDE), (EAST_STREET, RIVERSIDE)]
    facts = {"width": 2.0, "lit": False, "surface": "paving_stones"}
    yield "riverside", "footway", bank, facts


def _ways_out() -> Iterator[Shape]:
    """Yield the ways through the four gates and on to the shelters."""
    east, west = EAST_GATE[1], WEST_GATE[1]
    foot: Point = (346.0, east)  # of the ramp
    yield "north-way", "lane", [(AXIS, lane_of(7)), NORTH_GATE, (AXIS, MAIN_ROAD)], {"width": 6.0}
    narrow = {"width": 1.4, "lit": False}
    yield "south-way", "footway", [(AXIS, lane_of(0)), SOUTH_GATE, (AXIS, RIVERSIDE)], narrow
    yield "west-way", "footway", [(WEST, west), WEST_GATE, (WEST_STREET, west)], {"width": 2.4}
    yield "park-way", "footway", [(WEST_STREET, PARK_DOOR[1]), PARK_DOOR], {"width": 3.0}
    yield "east-way", "lane", [(EAST, east), EAST_GATE], {"width": 4.5}
    ramp = {"width": 4.0, "slope": -0.05, "surface": "concrete"}
    yield "east-ramp", "ramp", [EAST_GATE, foot], ramp
    crossing = {"width": 4.0, "surface": "asphalt"}
    yield "school-crossing", "crossing", [foot, (EAST_STREET, east), SCHOOL_DOOR], crossing


def _door_paths() -> Iterator[Shape]:
    """Yield the short path from the lane to every street door."""
    for slab in SLABS:
        for unit in range(1, slab.units + 1):
            east, north = slab.door(unit)
            ends: list[Point] = [(east, lane_of(slab.row)), (east, north)]
            facts = {"width": 1.6, "lit": slab.zone != "south"}
            yield f"path-{slab.key}-{unit}", "footway", ends, facts
