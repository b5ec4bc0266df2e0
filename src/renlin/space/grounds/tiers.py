"""Balance demand against capacity from the door to the district, function by function.

风险分层应对: what a level cannot take is passed up; who cannot go up is counted where they
stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.ground_kinds import LEVELS, GroundFunction, Level
from renlin.catalogue.load import Catalogue
from renlin.community.passage import is_open
from renlin.space.access.groups import EVERYBODY
from renlin.space.grounds.courts import (
    BUILDING,
    COMMUNITY,
    COURT,
    Capacities,
    at_building,
    at_court,
)
from renlin.space.grounds.goers import present
from renlin.space.grounds.usable import HOURS

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Names = npt.NDArray[np.object_]
Where = Mapping[str, tuple[Whole, Any]]
"""Level that is divided -> unit of every row as a code, and the names of the codes."""
KEYS = ("function", "hour", "level", "display")
AMOUNTS = ("came", "served", "stuck", "passed")
COLUMNS = (*KEYS, *(f"{amount}_{end}" for amount in AMOUNTS for end in ("least", "most")),
           "capacity_least", "capacity_most")  # fmt: skip
ENDS = ("least", "most")
FORBIDDEN, ALLOWED = "forbidden", "allowed"
ALL = "all"
"""The one unit of a level that is not divided."""
ANY = "*"
"""Every building, or every court: something there was never counted."""
UNIT = {BUILDING: "in_building", COURT: "in_court"}
Pair = tuple[float, float]


def balance(
    units: pd.DataFrame, capacities: dict[tuple[str, int], Capacities], catalogue: Catalogue
) -> pd.DataFrame:
    """Return what each level takes, keeps and passes up, by function, hour and group.

    At each level residents who stay there come first (Assumption: who can go on makes
    room), then the others in equal shares. ``came = served + stuck + passed`` and what a
    level passes is what the next one gets, at both ends: ``_least`` with the least
    capacity and everybody who may not go up staying, ``_most`` with the greatest and only
    those who surely stay. The district passes what nobody takes.

    Parameters
    ----------
    units
        Table of :func:`renlin.space.grounds.courts.units`.
    capacities
        (function, hour) -> :data:`renlin.space.grounds.courts.Capacities`.
    """
    row_of, (_, usual, _) = present(catalogue, units["display"])
    group: Whole = np.array([row_of[code] for code in units["display"]], dtype=np.int64)
    n = units["n"].to_numpy(dtype=np.float64)
    where: Where = {
        level: pd.factorize(units[level].to_numpy(dtype=object)) for level in (BUILDING, COURT)
    }
    stays = {
        end: units[column].to_numpy(dtype=object)
        for end, column in zip(ENDS, ("possible", "sure"), strict=True)
    }
    parts = []
    for function, hour in sorted(capacities):
        here = n * usual[group, hour] if len(units) else n
        ends = [
            _climb(stays[end], where, here, capacities[function, hour], end, group, len(row_of))
            for end in ENDS
        ]
        parts.append(_table(function, hour, ends, list(row_of)))
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def _climb(
    stays: Names, where: Where, here: Floats, capacities: Capacities, end: str, group: Whole,
    n_groups: int,
) -> dict[str, Floats]:  # fmt: skip
    """Return amounts by level and group at one end, shape (n_levels, n_groups + 1)."""
    told = {name: np.zeros((len(LEVELS), n_groups + 1)) for name in (*AMOUNTS, "capacity")}
    left = here.copy()
    for row, level in enumerate(LEVELS):
        held = {unit: pair[ENDS.index(end)] for unit, pair in capacities[level].items()}
        served = _served(where, left, stays == level, level, held)
        stuck = np.where(stays == level, left - served, 0.0)
        amounts = (left, served, stuck, left - served - stuck)
        for name, amount in zip(AMOUNTS, amounts, strict=True):
            told[name][row, :n_groups] = np.bincount(group, weights=amount, minlength=n_groups)
            told[name][row, n_groups] = amount.sum()
        told["capacity"][row] = sum(held.values())
        left = amounts[3]
    return told


def _served(
    where: Where, left: Floats, staying: npt.NDArray[np.bool_], level: Level,
    held: dict[str, float],
) -> Floats:  # fmt: skip
    """Return how many of each row find room at a level: those who stay there first."""
    codes, known = where.get(level, (np.zeros(len(left), dtype=np.int64), [ALL]))
    any_of = held.get(ANY, 0.0)
    room = np.array([held.get(str(name), any_of) if name else 0.0 for name in known])
    first = _shared(np.where(staying, left, 0.0), codes, room)
    room = room - np.bincount(codes, weights=first, minlength=len(room)) if len(room) else room
    return first + _shared(np.where(staying, 0.0, left), codes, room)


def _shared(wanted: Floats, codes: Whole, room: Floats) -> Floats:
    if len(room) == 0:
        return wanted * 0.0
    asked = np.bincount(codes, weights=wanted, minlength=len(room))
    share = np.divide(room, asked, out=np.zeros(len(room)), where=(asked > 0) & (room > 0))
    return wanted * np.minimum(share, 1.0)[codes]


def _table(
    function: str, hour: int, ends: list[dict[str, Floats]], groups: list[str]
) -> pd.DataFrame:
    names = [*groups, EVERYBODY]
    made: dict[str, Any] = {
        "function": function,
        "hour": hour,
        "level": np.repeat(np.array(LEVELS, dtype=object), len(names)),
        "display": np.tile(np.array(names, dtype=object), len(LEVELS)),
    }
    for end, told in zip(ENDS, ends, strict=True):
        made |= {f"{name}_{end}": told[name].ravel() for name in AMOUNTS}
        made[f"capacity_{end}"] = told["capacity"].ravel()
    return pd.DataFrame(made)


def capacities(
    hours: pd.DataFrame, spaces: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame, n_residents: int, catalogue: Catalogue,
) -> dict[tuple[str, int], Capacities]:  # fmt: skip
    """Return what every level holds for every function, hour by hour, in persons.

    Ground holds its free area (the lesser of the two kinds of day) divided by the area per
    person; where its use in an emergency is forbidden it holds nobody, where that is not
    decided it may hold nobody. A facility holds its capacity, else what one of its kind
    serves, else an unknown number, and nobody outside its hours; one that belongs to no
    court serves the community. Where something more is known to exist that nobody counted,
    the level may hold everybody.

    Parameters
    ----------
    hours
        Table of :func:`renlin.space.grounds.usable.usable`.
    """
    ready = facilities[facilities["state"].fillna("open") == "open"].reset_index(drop=True)
    ready = ready.assign(
        in_building=at_building(ready, buildings, catalogue.number("ground_edge")),
        in_court=at_court(ready, spaces, catalogue),
    )
    counted = _Counted(_free(hours), _rows(spaces), _rows(ready), float(n_residents))
    return {
        (function.code, hour): {level: counted.held(function, level, hour) for level in LEVELS}
        for function in catalogue.ground_functions.values()
        for hour in range(HOURS)
    }


def _free(hours: pd.DataFrame) -> dict[tuple[str, int], Pair]:
    """Return (space, hour) -> least and greatest free area of both kinds of day."""
    least = hours.groupby(["space", "hour"])[["free_low", "free_high"]].min()
    keys = ((str(space), int(hour)) for space, hour in least.index)
    pairs = zip(least["free_low"].tolist(), least["free_high"].tolist(), strict=True)
    return dict(zip(keys, pairs, strict=True))


class _Counted:
    """Spaces and facilities, asked what a level holds at an hour."""

    def __init__(
        self, free: dict[tuple[str, int], Pair], spaces: list[dict[str, Any]],
        facilities: list[dict[str, Any]], n: float,
    ) -> None:  # fmt: skip
        self.free, self.spaces, self.facilities = free, spaces, facilities
        self.n = n

    def held(self, function: GroundFunction, level: Level, hour: int) -> dict[str, Pair]:
        """Return unit -> least and greatest persons."""
        held: dict[str, Pair] = {}
        supply = function.levels.get(level)
        grounds = self._grounds(function, level, hour) if supply else []
        for unit, pair in [*grounds, *self._facilities(function, level, hour)]:
            least, most = held.get(unit, (0.0, 0.0))
            held[unit] = (least + pair[0], most + pair[1])
        if supply is not None and supply.unknown:
            unit = ANY if level in UNIT else ALL
            least, most = held.get(unit, (0.0, 0.0))
            held[unit] = (least, most + self.n)
        return held

    def _grounds(
        self, function: GroundFunction, level: Level, hour: int
    ) -> Iterator[tuple[str, Pair]]:
        per_person = function.area_per_person
        if per_person is None:
            return
        for space in self.spaces:
            if space["kind"] in function.levels[level].spaces:
                name = str(space["space"])
                pair = _ground(space, self.free[name, hour], per_person.value)
                yield (name if level == COURT else ALL), pair

    def _facilities(
        self, function: GroundFunction, level: Level, hour: int
    ) -> Iterator[tuple[str, Pair]]:
        """Yield the facilities of a level; ground that counts already is not counted again."""
        counted = self._counted_grounds(function)
        for row in self.facilities:
            if str(row["space"]) in counted or not is_open(_text(row["open_hours"]), hour):
                continue
            if self._level_of(row, function) == level:
                unit = str(row[UNIT[level]]) if level in UNIT else ALL
                yield unit, _facility(row, function, self.n)

    def _level_of(self, row: dict[str, Any], function: GroundFunction) -> Level | None:
        for level, supply in function.levels.items():
            if row["kind"] in supply.facilities:
                apart = level in UNIT and not row[UNIT[level]]
                return COMMUNITY if apart else level
        return None

    def _counted_grounds(self, function: GroundFunction) -> set[str]:
        if function.area_per_person is None:
            return set()
        kinds = {kind for supply in function.levels.values() for kind in supply.spaces}
        return {str(space["space"]) for space in self.spaces if space["kind"] in kinds}


def _ground(space: dict[str, Any], free: Pair, per_person: float) -> Pair:
    use = space["emergency_use"]
    if use == FORBIDDEN:
        return 0.0, 0.0
    low = free[0] if use == ALLOWED else 0.0
    return float(np.floor(low / per_person)), float(np.floor(free[1] / per_person))


def _facility(row: dict[str, Any], function: GroundFunction, n: float) -> Pair:
    if not pd.isna(row["capacity"]):
        return float(row["capacity"]), float(row["capacity"])
    served = function.served.get(str(row["kind"]))
    if served is not None:
        low = served.value if served.low is None else served.low
        return low, served.value if served.high is None else served.high
    if function.area_per_person is not None and not pd.isna(row["area"]):
        holds = float(np.floor(float(row["area"]) / function.area_per_person.value))
        return holds, holds
    return 0.0, n


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)
