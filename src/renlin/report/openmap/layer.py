"""Hold one public layer of the map: shapes in longitude and latitude with plain values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

PLACES = 6
"""Decimals of a degree kept: about a tenth of a metre."""
LONLAT = "EPSG:4326"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Layer:
    """A layer by name: shapes in the metres of the community, and one row for each.

    Values are text, numbers or None; they name no person and no household.
    """

    name: str
    shapes: tuple[BaseGeometry, ...]
    rows: tuple[Row, ...]
    crs: str

    def __len__(self) -> int:
        """Return how many features there are."""
        return len(self.rows)

    @property
    def lonlat(self) -> npt.NDArray[np.object_]:
        """Return the shapes in degrees, shape (n,)."""
        turn = pyproj.Transformer.from_crs(self.crs, LONLAT, always_xy=True)

        def turned(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return np.round(np.column_stack(turn.transform(xy[:, 0], xy[:, 1])), PLACES)

        flat = shapely.force_2d(np.array(self.shapes, dtype=object))
        made: npt.NDArray[np.object_] = shapely.transform(flat, turned)
        return made

    def frame(self, crs: str | None = None) -> gpd.GeoDataFrame:
        """Return the layer as a table in its own metres, or in degrees for ``LONLAT``.

        Classes by view become columns ``class_<service>_<group>``; missing text is None.
        """
        shapes = self.lonlat if crs == LONLAT else np.array(self.shapes, dtype=object)
        table: pd.DataFrame = pd.DataFrame([flat(row) for row in self.rows])
        for column in table:
            if not pd.api.types.is_numeric_dtype(table[column]):
                values = table[column].astype("object")
                table[column] = values.where(values.notna(), None)
        return gpd.GeoDataFrame(table, geometry=shapes, crs=crs or self.crs)

    def geojson(self) -> dict[str, Any]:
        """Return the layer as a GeoJSON feature collection."""
        told: list[str] = list(shapely.to_geojson(self.lonlat)) if len(self) else []
        features = [
            {"type": "Feature", "properties": dict(row), "geometry": json.loads(shape)}
            for shape, row in zip(told, self.rows, strict=True)
        ]
        return {"type": "FeatureCollection", "features": features}


def flat(row: Row) -> dict[str, Any]:
    """Return the values of a feature with its classes as columns, other tables left out."""
    made = {k: v for k, v in row.items() if not isinstance(v, Mapping)}
    for view, code in row.get("by", {}).items():
        made["class_" + view.replace("|", "_")] = code
    return made


def layer(name: str, pairs: Iterable[tuple[BaseGeometry, Row]], crs: str) -> Layer:
    """Return a layer of those pairs that have a shape."""
    kept = [(shape, row) for shape, row in pairs if shape is not None and not shape.is_empty]
    return Layer(name, tuple(s for s, _ in kept), tuple(r for _, r in kept), crs)
