"""Place addresses in the buildings of the map: building, unit, room, floor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from renlin.errors import Fault, Said
from renlin.intake.address import Address, read_address, storey_told
from renlin.intake.gazetteer import Gazetteer, gazetteer
from renlin.intake.roll import Record


@dataclass(frozen=True)
class Directory:
    """The units of a community by the numbers people use.

    Attributes
    ----------
    units
        (building number, unit number) -> entrance.
    only
        Building number -> its single entrance.
    floors
        Entrance -> storeys, where known.
    """

    units: Mapping[tuple[str, str], str]
    only: Mapping[str, str]
    floors: Mapping[str, int]


@dataclass(frozen=True)
class Placed:
    """Where an address is: a dwelling, its entrance and floor."""

    dwelling: str
    entrance: str
    door: str
    floor: int | None
    doubtful: bool


def names_of(community: str, buildings: pd.DataFrame) -> Gazetteer:
    """Return the gazetteer of one community with its building numbers."""
    numbers = [number for name in buildings["name"] if (number := _number(str(name), "building"))]
    return gazetteer([community], {community: numbers})


def directory(buildings: pd.DataFrame, entrances: pd.DataFrame) -> Directory:
    """Return the units of a community by building and unit number."""
    number = {
        building: _number(str(name), "building") or str(name)
        for building, name in zip(buildings["building"], buildings["name"], strict=True)
    }
    storeys = dict(zip(buildings["building"], buildings["floors"], strict=True))
    units: dict[tuple[str, str], str] = {}
    of_building: dict[str, list[str]] = {}
    floors: dict[str, int] = {}
    for row in entrances.to_dict("records"):
        mine = number[row["building"]]
        unit = _number(str(row["name"]), "unit") or str(row["name"])
        units[mine, unit] = str(row["entrance"])
        of_building.setdefault(mine, []).append(str(row["entrance"]))
        top = row["floors"] if not pd.isna(row["floors"]) else storeys[row["building"]]
        if not pd.isna(top):
            floors[str(row["entrance"])] = int(top)
    only = {mine: names[0] for mine, names in of_building.items() if len(names) == 1}
    return Directory(units, only, floors)


def place(address: Address, known: Directory) -> Placed | None:
    """Return where ``address`` is, None when building, unit or room cannot be told."""
    if address.building is None or address.room is None:
        return None
    entrance = (
        known.only.get(address.building)
        if address.unit is None
        else known.units.get((address.building, address.unit))
    )
    if entrance is None:
        return None
    return Placed(
        f"{entrance}-{address.room}",
        entrance,
        address.room,
        address.floor,
        doubtful=address.floor is not None and not address.floor_stated and bool(address.reasons),
    )


def impossible_floor(record: Record, placed: Placed, known: Directory) -> Fault | None:
    """Return a fault when the floor, or the one its door number claims, lies above the top."""
    top = known.floors.get(placed.entrance)
    floor = placed.floor if placed.floor is not None else storey_told(placed.door)
    if top is None or floor is None or floor <= top:
        return None
    return Fault(
        record.file,
        Said(f"不高于 {top} 层", f"at most storey {top}"),
        Said(f"{floor} 层", f"storey {floor}"),
        Said("核对楼层或房号；楼确实更高就改地图。", "Check storey or room; or correct the map."),
        record.row,
        "address",
    )


def _number(name: str, part: str) -> str | None:
    text = f"甲小区{name}" if part == "building" else f"甲小区1号楼{name}"
    address = read_address(text, gazetteer(["甲小区"]))
    return address.building if part == "building" else address.unit
