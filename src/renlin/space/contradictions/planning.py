"""Contradictions of planning (规划设计): what is there against the clause of a standard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from renlin.space.access.ways import NOBODY, Concerned
from renlin.space.contradictions.ground import (
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
    """Yield roads and lanes whose clear width is less than a fire engine needs."""
    walks = ground.tables["walks"]
    lanes = walks[walks["kind"].isin(FIRE_LANES)]
    taken = set(lanes.loc[lanes["barrier"].isin(WAY_TAKEN), "walk"])
    for clash in _measured(ground, lanes, "width", "fire_lane_width", ground.at_lane):
        yield replace(clash, remedy="clear_way") if clash.space in taken else clash


def accessible_narrow(ground: Ground) -> Iterator[Clash]:
    """Yield ramps, and ways that residents walk, narrower than a wheelchair route must be."""
    walks = ground.tables["walks"]
    on_way = partial(ground.on_way, "walks")
    yield from _measured(ground, walks[walks["kind"] == "ramp"], "width", "ramp_width", on_way)
    walked = np.array([on_way(name).persons > 0 for name in walks["walk"]], dtype=bool)
    ways = walks[walks["kind"].isin(ACCESSIBLE) & walked]
    yield from _measured(ground, ways, "width", "accessible_width", on_way)


def ramp_steep(ground: Ground) -> Iterator[Clash]:
    """Yield ramps steeper than a wheelchair can take."""
    walks = ground.tables["walks"]
    ramps = walks[walks["kind"] == "ramp"].assign(slope=lambda t: t["slope"].abs())
    yield from _measured(ground, ramps, "slope", "ramp_slope", partial(ground.on_way, "walks"))


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
    ground: Ground,
    walks: pd.DataFrame,
    column: str,
    code: str,
    concern: Callable[[object], Concerned],
) -> Iterator[Clash]:
    """Yield ways that break a clause, and one row for all of which nobody knows.

    Parameters
    ----------
    concern
        Walk -> residents it concerns.
    """
    standard = ground.catalogue.standards[code]
    breach = Clash(
        space="walks",
        needed=standard.value,
        offered=NOT_MEASURED,
        unit=standard.unit,
        concerned=NOBODY,
        evidence="",
        responsible=ground.holder,
        remedy="measure",
        standard=code,
        least=standard.rule == "at_least",
        subject=code,
    )
    unknown = walks.loc[walks[column].isna(), "walk"]
    if len(unknown):
        concerned = most(map(concern, unknown))
        yield replace(breach, concerned=concerned, evidence=named("walks", unknown))
    for name, value in zip(walks["walk"], walks[column].astype("float64"), strict=True):
        if (value < standard.value) if breach.least else (value > standard.value):
            yield replace(
                breach,
                space=str(name),
                offered=float(value),
                concerned=concern(name),
                evidence=f"walks/{name}",
                remedy="widen" if breach.least else "rebuild",
                subject="",
            )
