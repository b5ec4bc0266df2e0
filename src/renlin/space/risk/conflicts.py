"""Find by geometry where pipes and wires cross, run too close, or pass under a building."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import shortest_line
from shapely.geometry.base import BaseGeometry

from renlin.catalogue.assets import Clearance
from renlin.catalogue.load import Catalogue
from renlin.community.cells import items

CROSSING, PARALLEL, UNDER = "crossing", "parallel", "under_building"
BUILDING = "building"
TOUCH = 0.1  # m: less under a roof is the width of the drawing
COLUMNS = (
    "conflict",
    "kind",
    "first",
    "second",
    "services",
    "distance",
    "needed",
    "length",
    "clause",
    "verified",
    "geometry",
)


def conflicts(
    assets: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, catalogue: Catalogue
) -> gpd.GeoDataFrame:
    """Return every crossing, every run too close and every line under a building.

    Two lines of different services cross where they meet; whether they keep their height
    apart no plan shows, so a crossing is a place to look at. They run too close where they
    do not meet and part of one lies nearer than the clearance of the two services, and on
    for ``parallel_least`` metres or more. A line passes under a building it does not serve
    where more than a drawing's width of it lies inside the outline.

    Returns
    -------
    Columns of ``COLUMNS``: ``distance`` and ``needed`` m, horizontal; ``length`` m of the
    run; a point where it is. Pairs without a clearance in the catalogue have ``needed``
    NaN and are told only where they cross.

    Source: clearances.csv (GB 50289, from memory); crossings are geometry.
    """
    lines = assets[assets["geometry"].notna() & ~assets["geometry"].is_empty]
    lines = lines.sort_values("asset").reset_index(drop=True)
    rows = [*_between(lines, catalogue), *_beneath(lines, buildings, catalogue)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["conflict"] = table["kind"] + ":" + table["first"] + ":" + table["second"]
    table = table.astype({"distance": "float64", "needed": "float64", "length": "float64"})
    ordered = table.sort_values("conflict").reset_index(drop=True)
    return gpd.GeoDataFrame(ordered, geometry="geometry", crs=assets.crs)


def _between(lines: gpd.GeoDataFrame, catalogue: Catalogue) -> list[dict[str, object]]:
    kept = {_pair(rule.first, rule.second): rule for rule in catalogue.clearances.values()}
    widest = max((rule.distance for rule in kept.values()), default=0.0)
    if len(lines) == 0:
        return []
    left, right = lines.sindex.query(lines["geometry"], predicate="dwithin", distance=widest)
    least = catalogue.number("parallel_least")
    names, services = lines["asset"].to_numpy(), lines["service"].to_numpy()
    shapes = lines["geometry"].to_numpy()
    found = []
    for one, other in zip(left[left < right], right[left < right], strict=True):
        if services[one] == services[other]:
            continue
        rule = kept.get(_pair(services[one], services[other]))
        told = _clash(shapes[one], shapes[other], rule, least)
        if told is not None:
            pair = " ".join(_pair(services[one], services[other]))
            found.append({**told, "first": names[one], "second": names[other], "services": pair})
    return found


def _clash(
    one: BaseGeometry, other: BaseGeometry, rule: Clearance | None, least: float
) -> dict[str, object] | None:
    """Return the crossing of two lines, else their run too close; None where neither is."""
    law = _law(rule)
    if one.intersects(other):
        at = one.intersection(other).representative_point()
        return {"kind": CROSSING, "distance": 0.0, "length": 0.0, "geometry": at, **law}
    if rule is None:
        return None
    apart = one.distance(other)
    run = one.intersection(other.buffer(rule.distance)).length
    if apart >= rule.distance or run < least:
        return None
    middle = shortest_line(one, other).interpolate(0.5, normalized=True)
    return {"kind": PARALLEL, "distance": apart, "length": run, "geometry": middle, **law}


def _law(rule: Clearance | None) -> dict[str, object]:
    if rule is None:
        return {"needed": np.nan, "clause": "", "verified": False}
    return {"needed": rule.distance, "clause": rule.clause, "verified": rule.verified}


def _beneath(
    lines: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, catalogue: Catalogue
) -> list[dict[str, object]]:
    kept = {r.first: r for r in catalogue.clearances.values() if r.second == BUILDING}
    if len(lines) == 0 or len(buildings) == 0:
        return []
    at, house = buildings.sindex.query(lines["geometry"], predicate="intersects")
    found = []
    for line, roof in zip(at, house, strict=True):
        row, name = lines.iloc[line], str(buildings["building"].iloc[roof])
        inside = row["geometry"].intersection(buildings["geometry"].iloc[roof])
        if inside.length <= TOUCH or name in items(row["buildings"]):
            continue
        found.append(
            {
                "kind": UNDER,
                "first": row["asset"],
                "second": name,
                "services": row["service"],
                "distance": 0.0,
                "length": inside.length,
                "geometry": inside.representative_point(),
                **_law(kept.get(str(row["service"]))),
            }
        )
    return found


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)
