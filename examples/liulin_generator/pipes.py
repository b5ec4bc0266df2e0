"""Draw the register of pipes and wires, and what is done under people's homes."""

from __future__ import annotations

from typing import Any

from liulin_generator.frame import Point, wkt
from liulin_generator.lanes import AXIS, EAST, MAIN_ROAD, MID_EAST, MID_WEST, lane_of

Row = dict[str, Any]

SOUTH_END, CHECKED = 30.0, "2025-11-20"
OLD = ("w-riser-b01", "w-south")
"""Planted: a galvanised riser of 1956 and a steel main of 1962; no other pipe is as worn."""
CROSSING = ("p-east", "w-east")
"""Planted: the only place where two services meet in the ground."""
SINGLE_GAS = "g-south"
"""Planted: the only node of gas whose loss alone cuts homes off."""

_COLUMNS = (
    "asset", "name", "service", "kind", "material", "diameter", "laid", "length", "load_share",
    "checked_on", "node", "buildings", "geometry",
)  # fmt: skip


def assets() -> list[Row]:
    """Return the rows of ``assets``: mains and cables along the lanes, devices in houses."""
    return [dict(zip(_COLUMNS, row, strict=True)) for row in (*_WATER, *_GAS, *_POWER)]


def _course(*ats: Point) -> str:
    return wkt(ats)


_WATER = (
    ("w-north", "北段给水管", "water", "main", "ductile_iron", 200, 1998, None, None, CHECKED,
     "m-street", None, _course((AXIS + 1, MAIN_ROAD), (AXIS + 1, lane_of(3)))),
    ("w-south", "南段给水管", "water", "main", "steel", 150, 1962, None, None, None,
     "m-loop", None, _course((AXIS + 1, lane_of(3)), (AXIS + 1, SOUTH_END))),
    ("w-east", "东支给水管", "water", "branch", "pe", 110, 2012, None, None, CHECKED,
     "m-loop", None, _course((AXIS + 1, lane_of(3)), (EAST - 2, lane_of(3)))),
    ("w-riser-b01", "1 号楼给水立管", "water", "riser", "galvanised", 40, 1956, 9.0, None, None,
     None, "b01", None),
    ("w-riser-b25", "25 号楼给水立管", "water", "riser", "pe", 40, 2016, 18.0, None, CHECKED,
     None, "b25", None),
)  # fmt: skip
_GAS = (
    ("g-west", "西环燃气管", "gas", "main", "pe", 160, 2010, None, None, CHECKED,
     "gm-west", None, _course((MID_WEST, MAIN_ROAD), (MID_WEST, SOUTH_END))),
    ("g-regulator", "南院调压支管", "gas", "branch", "pe", 63, 2014, None, None, CHECKED,
     "g-south", None, _course((MID_WEST, SOUTH_END), (MID_WEST, SOUTH_END - 4))),
)  # fmt: skip
_POWER = (
    ("p-east", "东线电缆", "power", "cable", "xlpe", None, 2004, None, 0.7, CHECKED,
     "c-north", None, _course((MID_EAST, MAIN_ROAD), (MID_EAST, SOUTH_END))),
    ("p-t-south", "南变压器", "power", "transformer", "oil", None, 1996, None, 0.85, CHECKED,
     "t-south", None, None),
    ("p-t-north", "北变压器", "power", "transformer", "oil", None, 2006, None, 0.9, CHECKED,
     "t-north", None, None),
)  # fmt: skip


def ground_floors() -> list[Row]:
    """Return the rows of ``ground_floors``: what the street saw under the dwellings."""
    columns = ("ground_floor", "building", "entrance", "use", "area", "separated", "seen_on")
    return [
        dict(zip(columns, row, strict=True)) | {"ended_on": None, "source": "街道踏勘"}
        for row in GROUND_FLOORS
    ]


GROUND_FLOORS = (
    ("gf1", "b12", "b12-1", "kitchen", 46.0, False, "2026-09-18"),
    ("gf2", "b07", "b07-2", "ebike_charging", 22.0, None, "2026-09-18"),
    ("gf3", "b16", "b16-1", "storage", 60.0, False, "2026-09-18"),
    ("gf4", "b10", None, "workshop", 55.0, True, "2026-09-18"),
    ("gf5", "b19", "b19-1", "shop", 30.0, True, "2026-09-18"),
    ("gf6", "b21", "b21-2", "office", 28.0, True, "2026-09-18"),
)
"""Key, building, stair, use, m2, walls that keep a fire out, day."""
PLANTED = (
    ("w-riser-b01", "旧管", "1956 年的镀锌立管：比曲线有依据的年数还老"),
    ("w-south", "旧管", "1962 年的钢管：按曲线，坏得比同类常见管龄多一倍以上"),
    ("p-east × w-east", "交叉", "给水支管从电缆上下穿过，标高没有记录"),
    ("g-south", "单点", "1、2 号楼的燃气只靠这一台调压器"),
)
"""What, kind, why: planted, to be found by rules."""
