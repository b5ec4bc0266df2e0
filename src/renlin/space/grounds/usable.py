"""Say how much of every public ground can be used, hour by hour, after obstacles and other uses."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.community.passage import is_open

DAYS = ("weekday", "weekend")
HOURS = 24
QUARTERS = (0.0, 0.25, 0.5, 0.75)
"""Moments of an hour that are looked at: the fullest of them stands for the hour."""
Floats = npt.NDArray[np.float64]


def usable(spaces: gpd.GeoDataFrame, uses: pd.DataFrame) -> pd.DataFrame:
    """Return the free area of every space by kind of day and hour, in sorted order.

    ``free = area x usable_share - area taken by all uses of the moment``, never below 0;
    of the hour its fullest quarter counts. What nobody measured stays unknown: without a
    usable share the ground may be all of the area or none of it, and a use whose area is
    unknown may take all that is left.

    Parameters
    ----------
    spaces, uses
        Layers of these names.

    Returns
    -------
    space, day, hour, area (m2), taken (m2, known uses), free_low, free_high (m2), on_site
        (persons seen there), open. One row per space, day and hour.
    """
    parts = [_space(row, uses[uses["space"] == row["space"]]) for row in _rows(spaces)]
    columns = ["space", "day", "hour", "area", "taken", "free_low", "free_high", "on_site", "open"]
    if not parts:
        kinds = {"space": "str", "day": "str", "hour": "int64", "open": "bool"}
        none = {name: pd.Series(dtype=kinds.get(name, "float64")) for name in columns}
        return pd.DataFrame(none)
    made = pd.concat(parts, ignore_index=True)[columns]
    return made.sort_values(["space", "day", "hour"], kind="stable").reset_index(drop=True)


def whole(space: dict[str, Any]) -> float:
    """Return the area of a space, m2: as stated, else of its outline."""
    stated = space["area"]
    return float(space["geometry"].area) if pd.isna(stated) else float(stated)


def bounds(space: dict[str, Any]) -> tuple[float, float]:
    """Return least and greatest usable area of a space before other uses, m2."""
    area, share = whole(space), space["usable_share"]
    return (0.0, area) if pd.isna(share) else (area * float(share), area * float(share))


def _space(space: dict[str, Any], uses: pd.DataFrame) -> pd.DataFrame:
    low, high = bounds(space)
    days = []
    for day in DAYS:
        own = uses[uses["days"].fillna("daily").isin(["daily", day])]
        taken, unknown, people = _fullest(own)
        free_high = np.maximum(high - taken, 0.0)
        free_low = np.where(unknown, 0.0, np.maximum(low - taken, 0.0))
        hours = np.arange(HOURS)
        days.append(
            pd.DataFrame({
                "space": str(space["space"]), "day": day, "hour": hours, "area": whole(space),
                "taken": taken, "free_low": free_low, "free_high": free_high, "on_site": people,
                "open": [is_open(_text(space["open_hours"]), float(h)) for h in hours],
            })
        )  # fmt: skip
    return pd.concat(days, ignore_index=True)


def _fullest(uses: pd.DataFrame) -> tuple[Floats, npt.NDArray[np.bool_], Floats]:
    """Return by hour: area taken by known uses, whether one is unknown, persons seen."""
    moments = np.add.outer(np.arange(HOURS), np.array(QUARTERS))
    taken, people = np.zeros_like(moments), np.zeros_like(moments)
    unknown = np.zeros(moments.shape, dtype=bool)
    for use in _rows(uses):
        there = np.vectorize(lambda at, hours=use["hours"]: is_open(hours, at))(moments)
        area, persons = use["area_taken"], use["persons"]
        taken += there * (0.0 if pd.isna(area) else float(area))
        unknown |= there & bool(pd.isna(area))
        people += there * (0.0 if pd.isna(persons) else float(persons))
    unmeasured: npt.NDArray[np.bool_] = np.any(unknown, axis=1)
    return taken.max(axis=1), unmeasured, people.max(axis=1)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)
