"""Contradictions of planning (规划设计): what is there against the clause of a standard."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from renlin.space.ground import (
    FIRE_LANES,
    WAY_TAKEN,
    Clash,
    Ground,
    known,
    most,
    named,
    rows,
    said,
)

ACCESSIBLE = ("footway", "path", "crossing", "plaza", "bridge")
NOT_MEASURED = float("nan")


def fire_lane_narrow(ground: Ground) -> Iterator[Clash]:
    """Yield roads and lanes narrower than a fire engine needs; taken ones count as use."""
    walks = ground.tables["walks"]
    lanes = walks[walks["kind"].isin(FIRE_LANES) & ~walks["barrier"].isin(WAY_TAKEN)]
    yield from _measured(ground, lanes, "width", "fire_lane_width", "widen")


def accessible_narrow(ground: Ground) -> Iterator[Clash]:
    """Yield ramps, and ways that residents walk, narrower than a wheelchair route must be."""
    walks = ground.tables["walks"]
    yield from _measured(ground, walks[walks["kind"] == "ramp"], "width", "ramp_width", "widen")
    walked = [ground.on_way("walks", name).persons > 0 for name in walks["walk"]]
    ways = walks[walks["kind"].isin(ACCESSIBLE) & np.array(walked, dtype=bool)]
    yield from _measured(ground, ways, "width", "accessible_width", "widen")


def ramp_steep(ground: Ground) -> Iterator[Clash]:
    """Yield ramps steeper than a wheelchair can take."""
    walks = ground.tables["walks"]
    ramps = walks[walks["kind"] == "ramp"].assign(slope=lambda t: t["slope"].abs())
    yield from _measured(ground, ramps, "slope", "ramp_slope", "rebuild")


def shelter_small(ground: Ground) -> Iterator[Clash]:
    """Yield shelters fit for earthquakes with less area than the standard asks."""
    standard = ground.catalogue.standards["earthquake_shelter_area"]
    here = ground.refuges[ground.refuges["kind"] == "shelter"]
    for shelter in rows(here):
        fits = not known(shelter["hazards"]) or "earthquake" in str(shelter["hazards"]).split(";")
        area = float(shelter["held"])
        if not fits or area >= standard.value:
            continue
        name = str(shelter["ground"])
        space = ground.spaces.get(name, {})
        yield Clash(
            name,
            standard.value,
            area,
            standard.unit,
            ground.at_space(name),
            f"facilities/{shelter['facility']}",
            said(space.get("owner")),
            "more_area" if known(area) else "measure",
            standard.code,
            subject=str(shelter["facility"]),
        )


def beyond_radius(ground: Ground) -> Iterator[Clash]:
    """Yield kinds of facility whose radius by the standard leaves residents outside.

    A kind of which the layer holds none may be missing on the ground or in the layer: no
    data, until somebody says which.
    """
    entrances, facilities = ground.tables["entrances"], ground.tables["facilities"]
    open_now = facilities[facilities["state"].fillna("open") == "open"]
    for kind, entry in sorted(ground.catalogue.facilities.items()):
        standard = ground.catalogue.standards.get(entry.standard)
        if standard is None or standard.rule != "at_most" or standard.unit != "m":
            continue
        offered = list(open_now.loc[open_now["kind"] == kind, "geometry"])
        if not offered:
            yield Clash(
                kind,
                standard.value,
                NOT_MEASURED,
                standard.unit,
                ground.everybody(),
                "facilities",
                ground.holder,
                "ask",
                standard.code,
                least=False,
            )
            continue
        apart = _apart(entrances["geometry"], offered)
        lived_in = entrances["entrance"].isin(ground.residents.index).to_numpy()
        outside = (apart > standard.value) & lived_in
        if outside.any():
            doors = entrances.loc[outside, "entrance"]
            yield Clash(
                kind,
                standard.value,
                float(apart[outside].max()),
                standard.unit,
                ground.living_at(doors),
                named("entrances", doors),
                "",
                "site_facility",
                standard.code,
                least=False,
            )


def _apart(doors: pd.Series, offered: list[BaseGeometry]) -> npt.NDArray[np.float64]:
    """Return the straight line from each door to the nearest facility, m."""
    spots = np.array(list(doors), dtype=object)
    _, apart = STRtree(offered).query_nearest(spots, return_distance=True, all_matches=False)
    found: npt.NDArray[np.float64] = apart
    return found


def _measured(
    ground: Ground, walks: pd.DataFrame, column: str, code: str, remedy: str
) -> Iterator[Clash]:
    """Yield ways that break a clause, and one row for all of which nobody knows."""
    standard = ground.catalogue.standards[code]
    least = standard.rule == "at_least"
    unknown = walks.loc[walks[column].isna(), "walk"]
    if len(unknown):
        yield Clash(
            "walks",
            standard.value,
            NOT_MEASURED,
            standard.unit,
            most(ground.on_way("walks", name) for name in unknown),
            named("walks", unknown),
            ground.holder,
            "measure",
            code,
            least,
            code,
        )
    for walk in rows(walks[walks[column].notna()]):
        value = float(walk[column])
        if (value < standard.value) if least else (value > standard.value):
            yield Clash(
                str(walk["walk"]),
                standard.value,
                value,
                standard.unit,
                ground.on_way("walks", walk["walk"]),
                f"walks/{walk['walk']}",
                ground.holder,
                remedy,
                code,
                least,
            )
