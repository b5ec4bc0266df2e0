"""Lay out buildings and stairwell units: eight rows of slabs, oldest in the south."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from liulin_generator.frame import Point, box, point
from liulin_generator.luck import Luck, one_of, pick

Zone = Literal["south", "middle", "north"]

UNIT_LENGTH = 14.5  # m along the slab
DEPTH = 11.0  # m across the slab
ROW_SPACING = 36.0  # m from row to row
FIRST_ROW = 14.0  # m north of the south wall
DOOR_TO_LANE = 5.0  # m
STOREY = 2.8  # m
COLUMNS = (14.0, 84.0, 156.0, 228.0)  # m east, west end of each column of slabs
PER_LANDING = 3
UNKNOWN_STEPS = ("b13-2", "b26-3")
UNKNOWN_STAIR = ("b09-1", "b22-2", "b30-1")


@dataclass(frozen=True)
class Slab:
    """One building: its place in the plan and what was built."""

    number: int
    row: int
    column: int
    units: int
    floors: int
    year: int | None
    structure: str

    @property
    def key(self) -> str:
        """Return the key of the building, such as ``b03``."""
        return f"b{self.number:02d}"

    @property
    def zone(self) -> Zone:
        """Return which third of the compound it stands in."""
        return "south" if self.row <= 2 else "middle" if self.row <= 4 else "north"

    def corner(self) -> Point:
        """Return the south-west corner in the local plan; short slabs stand mid-column."""
        spare = 4 * UNIT_LENGTH - self.units * UNIT_LENGTH
        return COLUMNS[self.column] + spare / 2, FIRST_ROW + ROW_SPACING * self.row

    def door(self, unit: int) -> Point:
        """Return the street door of a unit, on the north side."""
        west, south = self.corner()
        return west + (unit - 0.5) * UNIT_LENGTH, south + DEPTH


SLABS = tuple(
    Slab(*facts)
    for facts in (
        (1, 0, 0, 2, 3, 1956, "brick_timber"),
        (2, 0, 1, 2, 3, 1956, "brick_timber"),
        (3, 0, 2, 4, 4, 1958, "brick_concrete"),
        (4, 0, 3, 3, 4, 1958, "brick_concrete"),
        (5, 1, 0, 3, 4, 1959, "brick_concrete"),
        (6, 1, 1, 3, 5, 1963, "brick_concrete"),
        (7, 1, 2, 3, 5, 1963, "brick_concrete"),
        (8, 1, 3, 3, 4, 1959, "brick_concrete"),
        (9, 2, 0, 3, 4, None, "unknown"),
        (10, 2, 1, 3, 4, 1964, "brick_concrete"),
        (11, 2, 2, 3, 5, 1965, "brick_concrete"),
        (12, 2, 3, 3, 4, 1965, "brick_concrete"),
        (13, 3, 0, 3, 5, 1972, "precast_slab"),
        (14, 3, 1, 4, 5, 1972, "precast_slab"),
        (15, 3, 2, 3, 5, 1973, "precast_slab"),
        (16, 3, 3, 3, 5, 1973, "brick_concrete"),
        (17, 4, 0, 3, 5, 1976, "precast_slab"),
        (18, 4, 3, 3, 5, 1976, "precast_slab"),
        (19, 5, 0, 3, 6, 1981, "brick_concrete"),
        (20, 5, 1, 3, 6, 1981, "brick_concrete"),
        (21, 5, 2, 3, 5, 1982, "brick_concrete"),
        (22, 5, 3, 3, 5, 1982, "brick_concrete"),
        (23, 6, 0, 3, 6, 1984, "brick_concrete"),
        (24, 6, 1, 4, 6, 1984, "rc_frame"),
        (25, 6, 2, 3, 6, 1985, "rc_frame"),
        (26, 6, 3, 3, 6, 1985, "brick_concrete"),
        (27, 7, 0, 3, 6, 1987, "rc_frame"),
        (28, 7, 1, 3, 6, 1987, "rc_frame"),
        (29, 7, 2, 4, 6, 1988, "rc_frame"),
        (30, 7, 3, 3, 6, 1988, "rc_frame"),
    )
)

_PUBLIC = (
    # key, name, year, west, south, east, north, use, owner
    ("p-canteen", "职工食堂", 1962, 190.0, 158.0, 214.0, 172.0, "public", "柳林机械厂留守处"),
    ("p-elders", "老年活动中心", 1979, 158.0, 158.0, 182.0, 171.0, "public", "社区居委会"),
    ("p-office", "社区居委会", 1998, 170.0, 296.0, 190.0, 304.0, "public", "社区居委会"),
)


def buildings() -> list[dict[str, Any]]:
    """Return the rows of ``buildings``."""
    rows = [_dwelling_slab(slab) for slab in SLABS]
    for key, name, year, west, south, east, north, use, owner in _PUBLIC:
        rows.append(
            {
                "building": key,
                "name": name,
                "floors": 1,
                "height": 4.2,
                "year_built": year,
                "structure": "brick_concrete",
                "lift": False,
                "use": use,
                "owner": owner,
                "dwellings": 0,
                "geometry": box(west, south, east, north),
            }
        )
    return rows


def _dwelling_slab(slab: Slab) -> dict[str, Any]:
    west, south = slab.corner()
    return {
        "building": slab.key,
        "name": f"{slab.number}号楼",
        "floors": slab.floors,
        "height": round(slab.floors * STOREY + 1.2, 1),
        "year_built": slab.year,
        "structure": slab.structure,
        "lift": False,
        "use": "mixed" if slab.number in (21, 25, 29) else "dwelling",
        "owner": "原柳林机械厂（已移交）" if slab.row <= 4 else "房改房业主",
        "dwellings": slab.units * slab.floors * PER_LANDING,
        "geometry": box(west, south, west + slab.units * UNIT_LENGTH, south + DEPTH),
    }


@cache
def units() -> tuple[tuple[str, Slab, int], ...]:
    """Return (key, slab, number) of every stairwell unit."""
    return tuple(
        (f"{slab.key}-{unit}", slab, unit) for slab in SLABS for unit in range(1, slab.units + 1)
    )


@cache
def entrances() -> tuple[dict[str, Any], ...]:
    """Return the rows of ``entrances``; what nobody measured stays unknown."""
    luck = Luck([key for key, _, _ in units()])
    return tuple(_entrance(key, slab, unit, luck) for key, slab, unit in units())


def _entrance(key: str, slab: Slab, unit: int, luck: Luck) -> dict[str, Any]:
    old, u = slab.zone == "south", {p: luck(p)[key] for p in _PURPOSES}
    steps = pick(u["steps"], {2: 0.4, 3: 0.35, 4: 0.15, 0: 0.1} if old else _STEPS_LATER)
    row: dict[str, Any] = {
        "entrance": key,
        "building": slab.key,
        "name": f"{unit}单元",
        "floors": slab.floors,
        "stair_width": one_of(u["stair"], (1.0, 1.05, 1.1) if old else (1.1, 1.15, 1.2)),
        "door_width": one_of(u["door"], (0.9, 1.0) if old else (1.0, 1.2, 1.3)),
        "steps": steps,
        "ramp": (slab.zone == "north" and u["ramp"] < 0.25) if steps else None,
        "handrail": pick(u["rail"], {"none": 0.55, "one": 0.45} if old else _RAILS_LATER),
        "lit": u["lit"] < {"south": 0.12, "middle": 0.45, "north": 0.8}[slab.zone],
        "blocked_width": pick(u["clutter"], _CLUTTER_OLD if old else _CLUTTER_LATER),
        "storeys_drop": 0,
        "inferred": False,
        "geometry": point(slab.door(unit)),
    }
    if key in UNKNOWN_STEPS:
        row |= {"steps": None, "ramp": None}
    if key in UNKNOWN_STAIR:
        row |= {"stair_width": None, "handrail": "unknown", "lit": None, "blocked_width": None}
    return row | _SURVEYED.get(key, {})


_PURPOSES = ("steps", "stair", "door", "ramp", "rail", "lit", "clutter")
_STEPS_LATER = {0: 0.25, 1: 0.4, 2: 0.35}
_RAILS_LATER = {"one": 0.8, "both": 0.12, "none": 0.08}
_CLUTTER_OLD = {0.0: 0.45, 0.1: 0.35, 0.2: 0.2}
_CLUTTER_LATER = {0.0: 0.7, 0.1: 0.2, 0.2: 0.1}

# Units the story is about: as the survey sheet has them.
_SURVEYED: dict[str, dict[str, Any]] = {
    "b03-2": {"steps": 3, "ramp": False, "handrail": "none", "lit": False, "stair_width": 1.05},
    "b06-3": {
        "steps": 3,
        "ramp": False,
        "handrail": "one",
        "lit": False,
        "stair_width": 1.1,
        "door_width": 1.0,
        "blocked_width": 0.1,
    },
    "b08-1": {"stair_width": 1.0, "blocked_width": 0.3},
    "b12-3": {"stair_width": 1.0, "blocked_width": 0.3},
}
