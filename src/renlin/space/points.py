"""Rank the points of high risk and low coverage, and list what is covered on paper only."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.space.coverage import COVERED, NOT_COVERED, UNKNOWN

FIXES = {
    "stairs": "carry_household_without_pair",
    "not_step_free": "door_steps_with_wheelchair",
    "too_far": "gap_too_far",
    "no_facility": "gap_too_far",
    "full": "gap_full",
    "too_narrow": "passage_too_narrow",
    "too_steep": "door_steps_with_wheelchair",
    "gate_locked": "gate_locked_in_need",
    "check_on_site": "network_gap",
    "network_gap": "network_gap",
}
POINT_COLUMNS = (
    "point",
    "entrance",
    "building",
    "rank",
    "risk",
    "persons",
    "unserved_vulnerable",
    "unserved",
    "unknown",
    "tier1",
    "tier2",
    "cause",
    "fix",
    "stable",
    "display_worst",
    "score",
    "geometry",
)
PAPER_COLUMNS = (
    "entrance",
    "display",
    "service",
    "facility",
    "persons",
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


def high_risk(surface: pd.DataFrame, share: float, least: float) -> float:
    """Return the risk from which a building counts as high.

    The larger of the absolute threshold and the ``share`` quantile over buildings with a
    known risk: a quiet place does not get points for being the least quiet.
    """
    known = surface["risk"].dropna()
    return least if len(known) == 0 else max(float(known.quantile(share)), least)


def low_coverage(coverage: pd.DataFrame) -> pd.DataFrame:
    """Return the residents whose coverage is low: not covered, or covered by a full facility."""
    full = (coverage["state"] == COVERED) & (coverage["capacity_ratio"] < 1.0)
    low = coverage[(coverage["state"] == NOT_COVERED) | full].copy()
    low.loc[low["state"] == COVERED, "reason"] = "full"
    return low


def rank_points(
    coverage: pd.DataFrame,
    tiers: pd.DataFrame,
    surface: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    catalogue: Catalogue,
    *,
    risk_percentile: float,
) -> gpd.GeoDataFrame:
    """Return the 高风险–低覆盖 points, worst first.

    A point is an entrance in a building of high risk with vulnerable residents of low
    coverage. ``score = unserved vulnerable persons × risk``; ties share a rank. A point
    whose rank changes when risk moves by ``weight_spread`` either way is not ``stable``.

    Parameters
    ----------
    coverage
        Table of :func:`renlin.space.coverage.cover`, one or more services.
    tiers
        person, sure, possible.
    """
    line = high_risk(surface, risk_percentile, catalogue.number("high_risk_rate"))
    low = low_coverage(coverage).merge(tiers[["person", "sure", "possible"]], on="person")
    vulnerable = {code for code, entry in catalogue.displays.items() if entry.vulnerable}
    low["vulnerable"] = low["display"].isin(vulnerable) | (low["possible"] <= 2)
    unit = entrances.set_index("entrance")
    risk = surface.set_index("building")["risk"]
    rows = []
    for entrance, part in low[low["vulnerable"]].groupby("entrance"):
        rate = risk.get(unit["building"][entrance], np.nan)
        if not (rate >= line):
            continue
        rows.append(_point(str(entrance), part, coverage, float(rate), unit))
    table = pd.DataFrame(rows, columns=list(POINT_COLUMNS))
    table["score"] = table["score"].astype(float)
    table["rank"] = table["score"].rank(method="min", ascending=False).astype("Int64")
    table["stable"] = _stable(table, catalogue.number("weight_spread"))
    table = table.sort_values(["rank", "point"]).reset_index(drop=True)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=entrances.crs)


def _point(
    entrance: str, part: pd.DataFrame, coverage: pd.DataFrame, rate: float, unit: pd.DataFrame
) -> dict[str, Any]:
    here = coverage[coverage["entrance"] == entrance]
    persons = part.drop_duplicates("person")
    cause = part["reason"].value_counts()
    cause = sorted(cause[cause == cause.max()].index)[0]
    worst = persons["display"].value_counts()
    low = low_coverage(here)["person"].nunique()
    return {
        "point": f"pt-{entrance}",
        "entrance": entrance,
        "building": unit["building"][entrance],
        "risk": rate,
        "persons": here["person"].nunique(),
        "unserved_vulnerable": len(persons),
        "unserved": low,
        "unknown": here.loc[here["state"] == UNKNOWN, "person"].nunique(),
        "tier1": int((persons["sure"] == 1).sum()),
        "tier2": int((persons["sure"] == 2).sum()),
        "cause": cause,
        "fix": FIXES.get(cause, ""),
        "display_worst": sorted(worst[worst == worst.max()].index)[0],
        "score": len(persons) * rate,
        "geometry": unit["geometry"][entrance],
    }


def _stable(table: pd.DataFrame, spread: float) -> pd.Series:
    """Return whether each rank survives weighing risk less and more than persons."""
    ranks = [
        (table["unserved_vulnerable"].astype(float) * table["risk"].astype(float) ** power).rank(
            method="min", ascending=False
        )
        for power in (1.0 - spread, 1.0, 1.0 + spread)
    ]
    same = (ranks[0] == ranks[1]) & (ranks[1] == ranks[2])
    return same.astype(bool)


def paper_only(
    coverage: pd.DataFrame,
    entrances: gpd.GeoDataFrame,
    catalogue: Catalogue,
) -> gpd.GeoDataFrame:
    """Return who is covered on paper only: inside the radius, not covered on foot.

    One row per entrance, group and service, with the straight line, the walk and the
    minutes at the group's own pace. Unknown ones are listed as such, never as failing.
    """
    rows = []
    shape = dict(zip(entrances["entrance"], entrances["geometry"], strict=True))
    for (entrance, display, service), part in coverage.groupby(["entrance", "display", "service"]):
        radius = catalogue.facilities[str(service)].radius
        if radius is None:
            continue
        inside = part[(part["straight_m"] <= radius.value) & (part["state"] != COVERED)]
        if len(inside):
            rows.append(
                _paper_row(inside, str(entrance), str(display), radius.value)
                | {"service": service, "geometry": shape[str(entrance)]}
            )
    table = pd.DataFrame(rows, columns=list(PAPER_COLUMNS))
    return gpd.GeoDataFrame(table, geometry="geometry", crs=entrances.crs)


def _paper_row(inside: pd.DataFrame, entrance: str, display: str, radius: float) -> dict[str, Any]:
    causes = inside["reason"].value_counts()
    cause = sorted(causes[causes == causes.max()].index)[0]
    failing = (inside["state"] == NOT_COVERED).any()
    zh, en = WOULD_CHANGE.get(cause, ("现场核查", "a check on site"))
    return {
        "entrance": entrance,
        "display": display,
        "facility": inside["facility"].iloc[0],
        "persons": len(inside),
        "straight_m": float(inside["straight_m"].min()),
        "walk_m": float(inside["walk_m"].min()),
        "time": float(inside["time_pessimistic"].replace(np.inf, np.nan).max()),
        "limit": float(inside["limit"].iloc[0]),
        "radius": radius,
        "state": NOT_COVERED if failing else UNKNOWN,
        "cause": cause,
        "would_change_zh": zh,
        "would_change_en": en,
    }


WOULD_CHANGE = {
    "too_far": ("近处增设一处，或备车接送", "a nearer place, or a vehicle"),
    "stairs": ("结对的人手够抬下楼", "enough agreed helpers to carry down"),
    "not_step_free": ("门前坡道或无台阶的路", "a ramp or a way without steps"),
    "too_narrow": ("清障或拓宽", "clearing or widening"),
    "too_steep": ("缓坡或另一条路", "a gentler slope or another way"),
    "gate_locked": ("夜间开门或门口留钥匙", "an open gate at night, or a key at hand"),
    "check_on_site": ("现场量一次宽度、坡度、台阶", "measuring width, slope and steps once"),
    "network_gap": ("补画缺的那段路", "drawing the missing way"),
    "address_unknown": ("补查住址", "asking for the address"),
    "floor_unknown": ("补查楼层", "asking for the storey"),
}


def network_gaps(
    network: Any, residents: pd.Series, crs: str, *, least_length: float
) -> gpd.GeoDataFrame:
    """Return where the walk network is in pieces: every island off the main part.

    Parameters
    ----------
    network
        The walk network.
    residents
        Entrance -> residents.
    least_length
        Islands without doors shorter than this, m, are left out.

    Returns
    -------
    Columns gap, n_nodes, length, n_entrances, persons, distance_to_main, geometry (a line
    from the island to the nearest point of the main part), largest island first.
    """
    from scipy.spatial import cKDTree
    from shapely import LineString

    component = network.component
    at = network.nodes[["x", "y"]].to_numpy()
    main = np.flatnonzero(component == 0)
    tree = cKDTree(at[main]) if len(main) else None
    doors = {node: name for (table, name), node in network.node_of.items() if table == "entrances"}
    length = np.bincount(
        component[network.links["origin"].to_numpy()],
        weights=network.links["length"].to_numpy() * ~network.links["inferred"].to_numpy(),
        minlength=int(component.max(initial=0)) + 1,
    )
    rows = []
    for island in range(1, int(component.max(initial=0)) + 1):
        nodes = np.flatnonzero(component == island)
        names = [doors[node] for node in nodes if node in doors]
        if tree is None or (not names and length[island] < least_length):
            continue
        apart, nearest = tree.query(at[nodes])
        closest = int(np.argmin(apart))
        ends = [at[nodes[closest]], at[main[nearest[closest]]]]
        rows.append(
            {
                "gap": f"gap-{island:03d}",
                "n_nodes": len(nodes),
                "length": float(length[island]),
                "n_entrances": len(names),
                "persons": int(sum(residents.get(name, 0) for name in names)),
                "distance_to_main": float(apart[closest]),
                "geometry": LineString(ends),
            }
        )
    columns = ["gap", "n_nodes", "length", "n_entrances", "persons", "distance_to_main", "geometry"]
    table = pd.DataFrame(rows, columns=columns)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=crs)
