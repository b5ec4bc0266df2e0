"""List who is covered on paper only: inside the radius of the standard, not on foot."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.space.access.states import COVERED, NOT_COVERED, UNKNOWN, commonest_by

KEY = ["entrance", "display", "service"]
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
        Table of :func:`renlin.space.access.coverage.cover`, one or more services.

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
    reach = coverage["service"].map(radius).astype("float64")
    inside = coverage["paper_m"].astype("float64") <= reach
    missed = coverage[inside & (coverage["state"] != COVERED)]
    table = _rows(missed)
    table["radius"] = table["service"].map(radius).astype("float64")
    for language in ("zh", "en"):
        told = {cause: catalogue.word(f"change_{cause}", language) for cause in set(table["cause"])}
        table[f"would_change_{language}"] = table["cause"].map(told)
    shape = dict(zip(entrances["entrance"], entrances["geometry"], strict=True))
    table["geometry"] = table["entrance"].map(shape)
    return gpd.GeoDataFrame(table[list(COLUMNS)], geometry="geometry", crs=entrances.crs)


def _rows(missed: pd.DataFrame) -> pd.DataFrame:
    """Return one row per door, group and service: of those who fail, else of the unknown."""
    failing = missed["state"] == NOT_COVERED
    any_fails = failing.groupby([missed[key] for key in KEY]).transform("any").astype(bool)
    told = missed[failing | ~any_fails]
    slowest = told.sort_values([*KEY, "paper_time", "person"], ascending=[True] * 3 + [False, True])
    table = slowest.drop_duplicates(KEY).set_index(KEY)
    made = pd.DataFrame(
        {
            "facility": table["paper_facility"],
            "persons": told.groupby(KEY).size(),
            "unknown": (missed["state"] == UNKNOWN).groupby([missed[key] for key in KEY]).sum(),
            "straight_m": table["paper_m"],
            "walk_m": table["paper_walk_m"],
            "time": table["paper_time"],
            "limit": table["limit"],
            "state": table["state"],
            "cause": commonest_by(told, KEY, "reason"),
        }
    )
    return made.reset_index()


CIRCLES = ("service", "radius", "households", "in_circle", "wrongly_covered", "unknown", "beyond")


def circles(coverage: pd.DataFrame, people: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return what the circles of the standard say, against what is so: households by service.

    Circles are drawn for comparison only; nothing else here reads them.

    Parameters
    ----------
    people
        person and household.

    Returns
    -------
    Columns of ``CIRCLES``: ``in_circle`` households live inside the straight radius of a
    facility; of them ``wrongly_covered`` have somebody who is surely not covered, and
    ``unknown`` nobody surely uncovered but somebody unknown. ``beyond`` households live
    outside and all of them are covered. NaN where the standard gives no radius.
    """
    told = coverage.merge(people[["person", "household"]], on="person")
    radius = {
        code: float("nan") if entry.radius is None else entry.radius.value
        for code, entry in catalogue.facilities.items()
    }
    reach = told["service"].map(radius).astype("float64")
    marked = told.assign(
        inside=told["paper_m"].astype("float64") <= reach,
        missed=told["state"] == NOT_COVERED,
        unsure=told["state"] == UNKNOWN,
        served=told["state"] == COVERED,
    )
    homes = marked.groupby(["service", "household"], as_index=False).agg(
        {"inside": "any", "missed": "any", "unsure": "any", "served": "all"}
    )
    counted = homes.assign(
        households=1,
        in_circle=homes["inside"],
        wrongly_covered=homes["inside"] & homes["missed"],
        unknown=homes["inside"] & homes["unsure"] & ~homes["missed"],
        beyond=~homes["inside"] & homes["served"],
    )
    names = list(CIRCLES[2:])
    table = counted.groupby("service")[names].sum().reset_index()
    table.insert(1, "radius", table["service"].map(radius).astype("float64"))
    blank = table["radius"].isna()
    table[names[1:]] = table[names[1:]].astype("Int64").mask(blank)
    return table[list(CIRCLES)]
