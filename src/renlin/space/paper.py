"""List who is covered on paper only: inside the radius of the standard, not on foot."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.space.states import COVERED, NOT_COVERED, UNKNOWN, commonest

COLUMNS = (
    "entrance",
    "display",
    "service",
    "facility",
    "persons",
    "unknown",
    "straight_m",
    "walk_m",
    "time",
    "limit",
    "radius",
    "state",
    "cause",
    "would_change_zh",
    "would_change_en",
    "geometry",
)


def paper_only(
    coverage: pd.DataFrame, entrances: gpd.GeoDataFrame, catalogue: Catalogue
) -> gpd.GeoDataFrame:
    """Return who is covered on paper only (仅纸面覆盖).

    Inside the straight radius of a facility and not covered on foot: one row per entrance,
    group and service, with the straight line, the shortest way and the time at the group's
    own pace to that facility. Where anybody is surely not covered the row tells of those
    and counts the unknown ones beside; else it is ``unknown``, never failing.

    Parameters
    ----------
    coverage
        Table of :func:`renlin.space.coverage.cover`, one or more services.

    Returns
    -------
    Columns of ``COLUMNS``. ``time`` is the slowest one's optimistic time, s, infinite when
    something stops them.
    """
    radius = {
        code: entry.radius.value
        for code, entry in catalogue.facilities.items()
        if entry.radius is not None
    }
    inside = coverage["paper_m"] <= coverage["service"].map(radius)
    missed = coverage[inside & (coverage["state"] != COVERED)]
    shape = dict(zip(entrances["entrance"], entrances["geometry"], strict=True))
    rows = []
    for (entrance, display, service), part in missed.groupby(["entrance", "display", "service"]):
        row = _row(part, catalogue) | {"entrance": entrance, "display": display}
        row |= {
            "radius": radius[str(service)],
            "service": service,
            "geometry": shape[str(entrance)],
        }
        rows.append(row)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return gpd.GeoDataFrame(table, geometry="geometry", crs=entrances.crs)


def _row(part: pd.DataFrame, catalogue: Catalogue) -> dict[str, Any]:
    failing = part[part["state"] == NOT_COVERED]
    told = failing if len(failing) else part
    cause = commonest(told["reason"])
    change = f"change_{cause}"
    slowest = told.sort_values(["paper_time", "person"], ascending=[False, True]).iloc[0]
    return {
        "facility": slowest["paper_facility"],
        "persons": len(told),
        "unknown": int((part["state"] == UNKNOWN).sum()),
        "straight_m": float(slowest["paper_m"]),
        "walk_m": float(slowest["paper_walk_m"]),
        "time": float(slowest["paper_time"]),
        "limit": float(slowest["limit"]),
        "state": NOT_COVERED if len(failing) else UNKNOWN,
        "cause": cause,
        "would_change_zh": catalogue.word(change, "zh"),
        "would_change_en": catalogue.word(change, "en"),
    }
