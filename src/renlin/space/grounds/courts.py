"""Say where every resident stands in the tiers of public space, and how far up they get."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from renlin.catalogue.ground_kinds import LEVELS
from renlin.catalogue.load import Catalogue
from renlin.space.access.states import COVERED, NOT_COVERED
from renlin.space.grounds.around import sound

DOOR, BUILDING, COURT, COMMUNITY, DISTRICT = LEVELS
FREE = ""
"""Stays nowhere: goes up as far as there is room."""
INDOORS = ("stairs", "lift", "help_proposed", "floor_unknown")
"""Why a resident is not known to come down to the street."""


def court_kinds(catalogue: Catalogue) -> set[str]:
    """Return the kinds of space that serve any function at the level of the court."""
    return {
        kind
        for one in catalogue.ground_functions.values()
        if COURT in one.levels
        for kind in one.levels[COURT].spaces
    }


def courts(doors: gpd.GeoDataFrame, spaces: gpd.GeoDataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return entrance -> building and court: the nearest space of the kinds that serve one.

    A door farther than ``court_reach`` from every court has none ("").
    """
    grounds = spaces[spaces["kind"].isin(court_kinds(catalogue))].sort_values("space")
    made = pd.DataFrame(
        {"building": doors["building"].astype(str).to_numpy(), "court": ""},
        index=pd.Index(doors["entrance"].astype(str), name="entrance"),
    )
    if len(grounds) == 0 or len(doors) == 0:
        return made
    shapes = sound(grounds["geometry"]).reset_index(drop=True)
    (door, court), apart = shapes.sindex.nearest(
        doors.geometry, return_all=False, return_distance=True
    )
    near = apart <= catalogue.number("court_reach")
    names = grounds["space"].astype(str).to_numpy()
    made.iloc[door[near], 1] = names[court[near]]
    return made


def mobility(goers: pd.DataFrame) -> pd.DataFrame:
    """Return person -> level at which they stay, surely (``sure``) and possibly (``possible``).

    Who surely reaches a refuge goes up. Who surely reaches none stays: at home where the
    stairs stop them, else in the court. Of whom nobody knows may stay, and may go up.
    """
    at = np.where(goers["reason"].isin(INDOORS), DOOR, COURT)
    sure = np.where(goers["state"] == NOT_COVERED, at, FREE)
    possible = np.where(goers["state"] == COVERED, FREE, at)
    return pd.DataFrame({"person": goers["person"], "sure": sure, "possible": possible})


def units(people: pd.DataFrame, goers: pd.DataFrame, homes: pd.DataFrame) -> pd.DataFrame:
    """Return residents counted by building, court, group and where they stay.

    Parameters
    ----------
    people
        person, display, entrance; a missing entrance belongs to no building and no court.
    goers
        Where each would go first; who is in no row is of those nobody knows.
    homes
        Table of :func:`courts`.
    """
    stays = mobility(goers)
    told = people[["person", "display", "entrance"]].merge(stays, on="person", how="left")
    told = told.assign(sure=told["sure"].fillna(FREE), possible=told["possible"].fillna(COURT))
    placed = homes.reindex(told["entrance"].astype("object").fillna("").astype(str))
    told["building"] = placed["building"].fillna("").to_numpy()
    told["court"] = placed["court"].fillna("").to_numpy()
    keys = ["building", "court", "display", "sure", "possible"]
    return told.groupby(keys, sort=True).size().rename("n").reset_index()


def at_building(
    facilities: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, reach: float
) -> list[str]:
    """Return the building each facility stands in or at, "" where there is none."""
    found = [""] * len(facilities)
    if len(buildings) == 0 or len(facilities) == 0:
        return found
    walls = sound(buildings["geometry"]).reset_index(drop=True)
    (row, hit), apart = walls.sindex.nearest(
        facilities.geometry, return_all=False, return_distance=True
    )
    names = buildings["building"].astype(str).to_numpy()
    for one, house, metres in zip(row, hit, apart, strict=True):
        if metres <= reach:
            found[one] = str(names[house])
    return found


def at_court(
    facilities: gpd.GeoDataFrame, spaces: gpd.GeoDataFrame, catalogue: Catalogue
) -> list[str]:
    """Return the court each facility belongs to: the nearest one within reach."""
    doors = gpd.GeoDataFrame(
        {"entrance": facilities["facility"].astype(str), "building": ""},
        geometry=facilities.geometry, crs=facilities.crs,
    )  # fmt: skip
    return [str(name) for name in courts(doors, spaces, catalogue)["court"]]


Capacities = Mapping[str, Mapping[str, tuple[float, float]]]
"""Level -> unit there -> least and greatest capacity, persons."""
