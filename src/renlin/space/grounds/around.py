"""Look around a ground: the ways that lead onto it, facilities, houses and hazards beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from renlin.catalogue.load import Catalogue

Floats = npt.NDArray[np.float64]


def sound(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return shapes with crossings undone; what is none at all becomes an empty polygon."""
    made = shapely.make_valid(shapes.to_numpy())
    empty = shapely.Polygon()
    kept = [empty if one is None else one for one in made]
    return gpd.GeoSeries(kept, index=shapes.index, crs=shapes.crs)


@dataclass(frozen=True)
class Around:
    """The layers around the grounds; rows are found by distance from an outline.

    Attributes
    ----------
    spaces, walks, facilities, buildings
        Layers of the community.
    hazards
        Hazards with ``geometry``, where they have a place on the map.
    catalogue
        Distances.
    """

    spaces: gpd.GeoDataFrame
    walks: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    hazards: gpd.GeoDataFrame
    catalogue: Catalogue

    @cached_property
    def outlines(self) -> gpd.GeoSeries:
        """Return the outlines of the spaces, crossings undone, by space."""
        made = sound(self.spaces["geometry"])
        return gpd.GeoSeries(made.to_numpy(), index=self.spaces["space"].astype(str), crs=made.crs)

    @cached_property
    def ways(self) -> dict[str, pd.DataFrame]:
        """Return space -> walks that lead onto it."""
        return self._near(self.walks, self.catalogue.number("ground_edge"))

    @cached_property
    def dangers(self) -> dict[str, pd.DataFrame]:
        """Return space -> inspected hazards beside it, open and closed."""
        return self._near(self.hazards, self.catalogue.number("hazard_reach"))

    def within(self, kind: str, metres: float) -> dict[str, pd.DataFrame]:
        """Return space -> open facilities of a kind so near to it, nearest first."""
        ready = self.facilities["state"].fillna("open") == "open"
        found = self._near(self.facilities[(self.facilities["kind"] == kind) & ready], metres)
        return {
            space: rows.assign(apart=rows["geometry"].distance(self.outlines[space])).sort_values(
                ["apart", "facility"], kind="stable"
            )
            for space, rows in found.items()
        }

    def surveyed(self, kind: str) -> bool:
        """Return whether any facility of the kind is on the layer: absence then says something."""
        return bool((self.facilities["kind"] == kind).any())

    @cached_property
    def clear_share(self) -> pd.DataFrame:
        """Return by space the share of it beyond the fall zones of the houses beside it.

        ``low`` and ``high``: houses of unknown height fall on all of what is left, or on
        nothing. A house falls as far as ``fall_zone_share`` of its height.
        """
        heights = house_heights(self.buildings, self.catalogue)
        reach = heights * self.catalogue.number("fall_zone_share")
        known = np.isfinite(reach)
        houses = sound(self.buildings["geometry"])
        zones = houses[known].buffer(reach[known])
        most = self.catalogue.number("fall_zone_share") * self._tallest()
        doubtful = houses[~known].buffer(most)
        high = self._beyond(zones)
        low = self._beyond(pd.concat([zones, doubtful])) if len(doubtful) else high
        return pd.DataFrame({"low": low, "high": high}, index=self.outlines.index)

    def _tallest(self) -> float:
        """Return the height a house nobody measured may have: that of the tallest known one."""
        known = house_heights(self.buildings, self.catalogue)
        known = known[np.isfinite(known)]
        return float(known.max()) if len(known) else self.catalogue.number("storey_height")

    def _beyond(self, zones: gpd.GeoSeries) -> Floats:
        """Return the share of every outline that no zone reaches."""
        shapes = self.outlines.to_numpy()
        area = shapely.area(shapes)
        tree = shapely.STRtree(zones.to_numpy())
        rows, hit = tree.query(shapes, predicate="intersects")
        left = shapes.copy()
        for row in np.unique(rows):
            cover = shapely.union_all(zones.to_numpy()[hit[rows == row]])
            left[row] = shapely.difference(shapes[row], cover)
        share: Floats = np.zeros(len(area))
        np.divide(shapely.area(left), area, out=share, where=area > 0)
        return share

    def _near(self, layer: gpd.GeoDataFrame, metres: float) -> dict[str, pd.DataFrame]:
        usable = layer[layer["geometry"].notna() & ~layer["geometry"].is_empty]
        row, hit = usable.sindex.query(self.outlines, predicate="dwithin", distance=metres)
        names = self.outlines.index
        return {str(space): usable.iloc[np.sort(hit[row == i])] for i, space in enumerate(names)}


def house_heights(buildings: pd.DataFrame, catalogue: Catalogue) -> Floats:
    """Return heights, m: measured, else storeys by the usual storey; NaN where neither is known."""
    storeys = buildings["floors"].astype("float64") * catalogue.number("storey_height")
    known = buildings["height"].astype("float64").fillna(storeys)
    return np.array(known, dtype=np.float64)


def placed_hazards(hazards: pd.DataFrame, layers: dict[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return the hazards whose place is on a layer of the map, with its geometry."""
    shapes = {
        (table, str(key)): shape
        for table, frame in layers.items()
        for key, shape in zip(frame.iloc[:, 0], frame["geometry"], strict=True)
    }
    keys = zip(hazards["place_table"].astype(str), hazards["place"].astype(str), strict=True)
    at = [shapes.get(key) for key in keys]
    crs = next((frame.crs for frame in layers.values()), None)
    found = gpd.GeoDataFrame(hazards.reset_index(drop=True), geometry=at, crs=crs)
    return found[found["geometry"].notna()].reset_index(drop=True)
