"""Find the grounds of a community that could become a facility, as edits of a scheme."""

from __future__ import annotations

from itertools import count
from typing import NamedTuple

import numpy as np
import pandas as pd
from shapely import Polygon, get_coordinates, minimum_rotated_rectangle

from renlin.community.community import Community
from renlin.community.settings import Cell, Edit
from renlin.errors import Said

LEVER, OPENING = "net.dest.add", "shelter.capacity"
"""Levers of a facility that is new, and of one that is opened."""
FORBIDDEN = "forbidden"
NOT_GROUND = ("roof", "road_side")
"""Kinds of space on which nobody is gathered: no level way up, or traffic. Assumption."""


OPEN = ("square", "green", "playground", "courtyard", "parking", "sports")
"""Kinds of space without walls around: people step onto them along a side. Assumption."""
WIDEST = 60.0
"""m; the widest way in that a facility can state."""


class Candidates(NamedTuple):
    """Edits that open a facility each, what each costs, and the spaces left out with the reason.

    ``prices``: key of an edit -> yuan, NaN where nobody has said.
    """

    edits: tuple[Edit, ...]
    prices: dict[str, float]
    left_out: dict[str, Said]


def candidates(place: Community, kind: str) -> Candidates:
    """Return an edit per space that could hold a facility of ``kind``.

    A facility of the kind that is closed or planned is a candidate as well: opening it costs
    no ground. Left out are the grounds of open facilities of the kind, spaces whose use in an
    emergency is forbidden, roofs and road sides, and spaces that hold nobody. How much of a
    space is usable is taken as all of it where nothing is said, and the edit says so. An open
    ground is entered along its shorter side.

    Source: space reference §8; area per person of the catalogue.
    """
    spaces, facilities = place["spaces"], place["facilities"]
    same = facilities[facilities["kind"] == kind]
    ready = same["state"].fillna("open") == "open"
    taken = set(same.loc[ready, "space"].dropna().astype(str))
    waiting = same.loc[~ready].sort_values("facility")
    edits = [_opened(row) for _, row in waiting.iterrows()]
    prices = {str(row["facility"]): _price(row) for _, row in waiting.iterrows()}
    taken |= set(waiting["space"].dropna().astype(str))
    left: dict[str, Said] = {}
    known = frozenset(facilities["facility"].astype(str))
    share = place.catalogue.facilities[kind].area_per_person
    per_person = None if share is None else share.value
    for _, row in spaces.sort_values("space").iterrows():
        name = str(row["space"])
        why = _unfit(row, name in taken, per_person)
        if why is None:
            edits.append(_added(row, kind, per_person, _free_key(f"site-{name}", known)))
            prices[edits[-1].key] = _price(row)
        else:
            left[name] = why
    return Candidates(tuple(edits), prices, left)


def _unfit(row: pd.Series, taken: bool, per_person: float | None) -> Said | None:
    """Return why a space is no candidate, or None."""
    if taken:
        return Said("已有或已计划", "there already, or planned")
    if row["emergency_use"] == FORBIDDEN:
        return Said("规定不许应急使用", "its rule forbids use in an emergency")
    if row["kind"] in NOT_GROUND:
        return Said("不是集合的地面", "no ground to gather on")
    if per_person is not None and _usable(row) < per_person:
        return Said("容不下一个人", "holds nobody")
    return None


def _price(row: pd.Series) -> float:
    return float(row["opening_cost"]) if pd.notna(row["opening_cost"]) else float("nan")


def _usable(row: pd.Series) -> float:
    """Return usable area, m2; the whole area where no share is stated."""
    area = row["area"] if pd.notna(row["area"]) else row["geometry"].area
    share = row["usable_share"] if pd.notna(row["usable_share"]) else 1.0
    return float(area) * float(share)


def _free_key(wanted: str, known: frozenset[str]) -> str:
    """Return ``wanted``, numbered where a facility has that id already."""
    tried = (wanted if at == 1 else f"{wanted}-{at}" for at in count(1))
    return next(key for key in tried if key not in known)


def _added(row: pd.Series, kind: str, per_person: float | None, key: str) -> Edit:
    point = row["geometry"].representative_point()
    usable = _usable(row)
    cells: dict[str, Cell] = {
        "kind": kind, "name": str(row["name"]), "space": str(row["space"]), "state": "open",
        "area": round(usable, 1), "x": round(float(point.x), 2), "y": round(float(point.y), 2),
    }  # fmt: skip
    if row["kind"] in OPEN:
        cells["width"] = round(min(_short_side(row["geometry"]), WIDEST), 1)
    if per_person is not None:
        cells["capacity"] = int(np.floor(usable / per_person))
    if pd.notna(row["open_hours"]):
        cells["open_hours"] = str(row["open_hours"])
    told = "" if pd.notna(row["usable_share"]) else "；可用比例没有记录，按全部算"
    why = f"{row['name']}可用 {usable:.0f} m²{told}"
    return Edit(lever=LEVER, op="add", table="facilities", key=key, row=cells, why=why)


def _short_side(shape: Polygon) -> float:
    """Return the shorter side of the smallest rectangle around a ground, m."""
    corners = get_coordinates(minimum_rotated_rectangle(shape))
    return float(min(np.hypot(*side) for side in np.diff(corners[:3], axis=0)))


def _opened(row: pd.Series) -> Edit:
    return Edit(
        lever=OPENING, op="set", table="facilities", key=str(row["facility"]), column="state",
        was=str(row["state"]), now="open", why=f"{row['name']}：开放",
    )  # fmt: skip
