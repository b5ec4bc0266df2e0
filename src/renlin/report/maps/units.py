"""Cut buildings into units of display: one per stairwell, merged where few people live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import Polygon
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

from renlin.community.community import Community
from renlin.report.privacy import Reader, merged_units

FAR = 1e5
"""Length in metres of a cutting line: longer than any building."""


@dataclass(frozen=True)
class Units:
    """Where people are shown.

    Attributes
    ----------
    of
        Entrance -> unit.
    shapes
        Unit -> its outline (parts of one or more buildings).
    people
        Index unit; columns persons, households, buildings (list of ids).
    merged
        How many units were made by merging.
    """

    of: pd.Series
    shapes: Mapping[str, BaseGeometry]
    people: pd.DataFrame
    merged: int

    @cached_property
    def doors(self) -> Mapping[str, list[str]]:
        """Return unit -> its entrances."""
        made: dict[str, list[str]] = {}
        for entrance, unit in self.of.items():
            made.setdefault(str(unit), []).append(str(entrance))
        return made


def homes(community: Community) -> pd.DataFrame:
    """Return one row per present person with household, entrance, building and floor.

    Who has no known dwelling is in no unit and is not in this table.
    """
    persons = community.present()[["person", "household"]]
    dwellings = community["dwellings"][["dwelling", "entrance", "floor"]]
    placed = community["households"][["household", "dwelling"]].merge(dwellings, on="dwelling")
    doors = community["entrances"][["entrance", "building"]]
    return persons.merge(placed, on="household").merge(doors, on="entrance")


def display_units(community: Community, reader: Reader) -> Units:
    """Return the units of display of a community for one reader."""
    people = homes(community)
    counted = people.groupby("entrance").agg(
        persons=("person", "size"), households=("household", "nunique")
    )
    doors = community["entrances"]
    of = merged_units(doors, counted, reader)
    shapes = _shapes(community["buildings"], doors, of)
    people = people.assign(unit=people["entrance"].map(of))
    summed = people.groupby("unit").agg(
        persons=("person", "size"), households=("household", "nunique"),
        buildings=("building", lambda b: sorted(set(b))),
    )  # fmt: skip
    inhabited = of[of.index.isin(counted.index)]
    merged = int((inhabited.value_counts() > 1).sum())
    return Units(of, shapes, summed, merged)


def _shapes(buildings: pd.DataFrame, doors: pd.DataFrame, of: pd.Series) -> dict[str, BaseGeometry]:
    outlines = dict(zip(buildings["building"], buildings["geometry"], strict=True))
    parts: dict[str, list[BaseGeometry]] = {}
    for building, own in doors.groupby("building", sort=True):
        outline = outlines.get(building)
        if outline is None:
            continue
        for entrance, part in cut(outline, own).items():
            parts.setdefault(str(of[entrance]), []).append(part)
    return {unit: shapely.union_all(made) for unit, made in parts.items()}


def cut(outline: BaseGeometry, doors: pd.DataFrame) -> dict[str, BaseGeometry]:
    """Return entrance -> its part of the outline, cut across the long side between doors."""
    if len(doors) == 1:
        return {str(doors["entrance"].iloc[0]): outline}
    angle = _long_side(outline)
    origin = outline.centroid
    lying = rotate(outline, -angle, origin=origin)
    spots = gpd.GeoSeries(list(doors["geometry"])).rotate(-angle, origin=origin)
    order = np.argsort(spots.x.to_numpy(), kind="stable")
    names, xs = doors["entrance"].to_numpy()[order], spots.x.to_numpy()[order]
    west, _, east, _ = lying.bounds
    if xs[-1] - xs[0] < 0.2 * (east - west):
        xs = np.linspace(west, east, 2 * len(xs) + 1)[1::2]
    edges = [-FAR, *((xs[1:] + xs[:-1]) / 2), FAR]
    edges = [edge + (origin.x if abs(edge) == FAR else 0) for edge in edges]
    made = {}
    for name, low, high in zip(names, edges, edges[1:], strict=False):
        strip = shapely.box(low, origin.y - FAR, high, origin.y + FAR)
        part = lying.intersection(strip)
        made[str(name)] = rotate(part, angle, origin=origin)
    return {name: part for name, part in made.items() if not part.is_empty}


def _long_side(outline: BaseGeometry) -> float:
    """Return the direction of the long side of a building in degrees."""
    box = shapely.oriented_envelope(outline)
    if not isinstance(box, Polygon):
        return 0.0
    corners = np.asarray(box.exterior.coords)
    sides = np.diff(corners, axis=0)[:2]
    long = sides[int(np.argmax(np.hypot(sides[:, 0], sides[:, 1])))]
    return float(np.degrees(np.arctan2(long[1], long[0])))
