"""Tabulate the circulation: who waits how long for rescuers, where they leave their vehicles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.equity.contrasts import contrast_means
from renlin.finding import Lineage
from renlin.simulation.circulation.lanes import FOR_VEHICLES
from renlin.simulation.circulation.state import VEHICLES, State, per_person
from renlin.simulation.people_tables import ALL
from renlin.simulation.rescue import Approach, clear, stopped, vehicle

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.str_]
GROUPS = (
    "vehicle", "display", "n", "n_unknown", "mean", "on_foot", "stopped_share", "rest_mean",
    "difference", "difference_low", "difference_high", "few_clusters",
)  # fmt: skip
STOPS = (
    "vehicle", "table", "place", "cause", "width", "left", "clear", "needed", "entrances",
    "households", "persons", "vulnerable", "on_foot", "geometry",
)  # fmt: skip
TAKEN, NARROW, STEPPED, UNDRIVABLE = "taken", "narrow", "steps", "no_lane"
"""Wide enough without what stands there; too narrow; stepped; not made for vehicles."""


def group_rows(now: State, ways: Mapping[str, Approach], seed: int, level: float) -> pd.DataFrame:
    """Return by vehicle and group how long rescuers take from the street to the door.

    ``n`` counts the group, ``n_unknown`` those of it whose door is not known or has no way
    in; means are over the rest. The difference is against all other groups, its bounds
    resample whole buildings. ``few_clusters`` marks where a side lives in fewer buildings than
    the parameter of that name: its bounds are too narrow. Seconds and metres.

    Source: cameron2008.
    """
    block = _blocks(now)
    parts = [_vehicle_rows(now, kind, ways[kind], block, seed, level) for kind in VEHICLES]
    return pd.concat(parts, ignore_index=True)


def _vehicle_rows(
    now: State, kind: str, made: Approach, block: Labels, seed: int, level: float
) -> pd.DataFrame:
    groups = np.array(now.who.displays, dtype=object)[now.who.display]
    seconds, metres = (per_person(now, each) for each in (made.seconds, made.on_foot))
    far = stopped(now.ground, made, now.place.catalogue) >= 0
    held = per_person(now, np.where(np.isnan(made.seconds), np.nan, far))
    told = contrast_means(seconds, None, groups, clusters=block, seed=seed, level=level)
    few = now.place.catalogue.number("few_clusters")
    rows: list[dict[str, Any]] = [
        {
            "vehicle": kind, "display": ALL, "n": now.who.n,
            "n_unknown": int(np.isnan(seconds).sum()), "mean": _of(seconds),
            "on_foot": _of(metres), "stopped_share": _of(held), "few_clusters": False,
        }
    ]  # fmt: skip
    for row in told.to_dict("records"):
        mine, known = groups == row["group"], np.isfinite(seconds)
        sides = (len(np.unique(block[known & side])) for side in (mine, ~mine))
        rows.append(
            {name: row[name] for name in GROUPS if name in row}
            | {
                "vehicle": kind, "display": row["group"], "n": int(mine.sum()),
                "on_foot": _of(metres[mine]),
                "stopped_share": _of(held[mine]), "few_clusters": min(sides) < few,
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(GROUPS))


def _blocks(now: State) -> Labels:
    """Return the building everybody lives in; whoever has no known door stands alone."""
    doors = now.place["entrances"]
    of_unit = dict(zip(doors["entrance"].astype(str), doors["building"].astype(str), strict=True))
    buildings = np.array([of_unit.get(unit, unit) for unit in now.live.entrances] + [""])
    alone = np.char.add("#", np.arange(now.who.n).astype(str))
    return np.where(now.entrance >= 0, buildings[now.entrance], alone)


def _of(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def stop_rows(now: State, ways: Mapping[str, Approach]) -> gpd.GeoDataFrame:
    """Return the lanes and gates before which crews leave their vehicles, most persons first.

    ``cause`` is ``taken`` where the lane is wide enough without what stands on it; ``left``
    is the share of the width that this leaves. Persons live behind the doors concerned.
    """
    links = now.ground.walks.links
    rows: list[dict[str, Any]] = []
    for kind in VEHICLES:
        need = vehicle(now.place.catalogue, kind).width
        at = stopped(now.ground, ways[kind], now.place.catalogue)
        for link in np.unique(at[at >= 0]):
            doors = np.flatnonzero(at == link)
            behind = np.isin(now.entrance, doors)
            rows.append(
                {
                    "vehicle": kind,
                    "table": str(links["table"].iloc[link]),
                    "place": str(links["place"].iloc[link]),
                    "cause": _cause(now, int(link), need),
                    "width": now.ground.width[link],
                    "left": now.ground.left[link],
                    "clear": clear(now.ground)[link],
                    "needed": need,
                    "entrances": len(doors),
                    "households": len(np.unique(now.who.household[behind])),
                    "persons": int(behind.sum()),
                    "vulnerable": int((behind & now.vulnerable).sum()),
                    "on_foot": float(np.nansum(ways[kind].on_foot[doors])),
                    "geometry": links.geometry.iloc[link],
                }
            )
    table = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=list(STOPS)), geometry="geometry", crs=links.crs
    )
    return gpd.GeoDataFrame(_together(table), geometry="geometry", crs=links.crs)


def _together(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per lane: the pieces of one are told together, with the first's shape."""
    keys = ["vehicle", "table", "place"]
    summed = ["entrances", "households", "persons", "vulnerable", "on_foot"]
    ranked = table.sort_values(
        ["vehicle", "persons", "table", "place"], ascending=[True, False, True, True], kind="stable"
    )
    first = ranked.drop_duplicates(keys)
    total = table.groupby(keys, sort=False)[summed].sum()
    joined = first.drop(columns=summed).join(total, on=keys)[list(STOPS)]
    joined["on_foot"] = joined["on_foot"] / joined["entrances"].clip(lower=1)
    return joined.sort_values(
        ["vehicle", "vulnerable", "persons", "table", "place"],
        ascending=[True, False, False, True, True],
        kind="stable",
    ).reset_index(drop=True)


def _cause(now: State, link: int, need: float) -> str:
    if now.ground.stepped[link]:
        return STEPPED
    meant = now.ground.walks.links["kind"].iloc[link] in FOR_VEHICLES
    if not meant or not clear(now.ground)[link] < need:
        return UNDRIVABLE
    return TAKEN if now.ground.width[link] >= need else NARROW


_LANES = (
    "parameters/rescue_speed_inside",
    "parameters/ambulance_lane_width",
    "parameters/gate_forced",
    "parameters/rescue_at_door",
    "parameters/few_clusters",
    "standards/fire_lane_width",
    "classes/adult",
)
_GROUP = (("needs.profiles", "display", "display"),)
_WAY = (
    "from public roads, else from the outside of gates: driven over lanes wide enough less what "
    "stands there and without steps, then walked as an adult does; what is shut is forced"
)


def _made(rule: str, *columns: str) -> dict[str, Lineage]:
    """Return how columns of groups were made; each leads on to the profiles of the group."""
    return {column: Lineage(rule, _LANES, _GROUP) for column in columns}


def _seen(rule: str, *columns: str) -> dict[str, Lineage]:
    """Return how columns of lanes were made; they lead on to the layers they were read from."""
    return {column: Lineage(rule, _LANES) for column in columns}


GROUP_LINEAGE = (
    _made(f"mean seconds to the street doors of the group's residents, {_WAY}", "mean", "n",
          "n_unknown", "rest_mean")
    | _made("mean of the group less that of all others; bounds resample buildings", "difference",
            "difference_low", "difference_high")
    | _made("whether either side lives in fewer buildings than bounds need", "few_clusters")
    | _made("metres walked on that way, mean over residents", "on_foot")
    | _made("share of residents whose rescuers leave the vehicle before a lane or gate",
            "stopped_share")
)  # fmt: skip
STOP_LINEAGE = (
    _seen(f"the lane or gate after which the crew walks, {_WAY}", "cause", "clear", "needed")
    | _seen("clear width as surveyed or assumed, and the share left by what stands there", "width",
            "left")
    | _seen("street doors whose way in passes it on foot first, and who lives behind them",
            "entrances", "households", "persons", "vulnerable")
    | _seen("metres on foot to those doors, mean over doors", "on_foot")
)  # fmt: skip
