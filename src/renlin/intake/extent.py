"""Find where a map really is: its densest part, its zone, and what lies far outside."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from renlin.errors import DataFault, Fault, Said

Floats = npt.NDArray[np.float64]
LONLAT = "EPSG:4326"
_QUARTER, _THREE_QUARTERS = 0.25, 0.75


class Box(NamedTuple):
    """A rectangle; closed on all sides."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, x: Floats, y: Floats) -> npt.NDArray[np.bool_]:
        """Return which points lie inside."""
        inside: npt.NDArray[np.bool_] = (
            (x >= self.west) & (x <= self.east) & (y >= self.south) & (y <= self.north)
        )
        return inside


def densest(lon: Floats, lat: Floats, *, cell: float) -> tuple[float, float]:
    """Return the middle of the cell that holds most points, with its neighbours.

    Outlying nodes of long roads or borders do not move it, however far they lie.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,), n at least 1.
    cell
        Side of a cell, degrees.
    """
    columns, rows = np.floor(lon / cell).astype(int), np.floor(lat / cell).astype(int)
    cells, n = np.unique(np.column_stack([columns, rows]), axis=0, return_counts=True)
    count = {(int(c), int(r)): int(k) for (c, r), k in zip(cells, n, strict=True)}
    around = {
        spot: sum(count.get((spot[0] + i, spot[1] + j), 0) for i in (-1, 0, 1) for j in (-1, 0, 1))
        for spot in count
    }
    best = min(around, key=lambda spot: (-around[spot], -count[spot], spot))
    here = (np.abs(columns - best[0]) <= 1) & (np.abs(rows - best[1]) <= 1)
    return float(np.median(lon[here])), float(np.median(lat[here]))


def zone(lon: float, lat: float) -> str:
    """Return the code of the UTM zone (metres) that a point lies in.

    Raises
    ------
    DataFault
        Near the poles, where no zone reaches.
    """
    area = AreaOfInterest(lon, lat, lon, lat)
    hits = query_utm_crs_info(datum_name="WGS 84", area_of_interest=area)
    if not hits:
        raise DataFault(
            Fault(
                "map",
                Said("南纬 80° 与北纬 84° 之间的地图", "a map between 80° S and 84° N"),
                Said(f"北纬 {lat:.4f}°", f"latitude {lat:.4f}°"),
                Said("检查经纬度是否写反。", "Check whether longitude and latitude are exchanged."),
            )
        )
    found = min(hits, key=lambda hit: int(hit.code))
    return f"{found.auth_name}:{found.code}"


def projected(lon: Floats, lat: Floats, crs: str) -> tuple[Floats, Floats]:
    """Return degrees as metres in ``crs``; infinite where the projection ends."""
    to = Transformer.from_crs(LONLAT, CRS.from_user_input(crs), always_xy=True)
    x, y = to.transform(lon, lat)
    return np.asarray(x, dtype=float), np.asarray(y, dtype=float)


def fence(x: Floats, y: Floats, *, factor: float, reach: float) -> Box:
    """Return the box beyond which points count as far outliers.

    ``[q25 - d, q75 + d]`` in each direction, ``d = max(k (q75 - q25), reach)`` with
    k = ``factor``: in a map of one yard the street outside it is no outlier.

    Parameters
    ----------
    x, y
        Metres, shape (n,).
    reach
        Distance from the middle half that is never far, m.

    Source: tukey1977; Assumption: the reach.
    """
    sides = []
    for values in (x, y):
        low, high = np.quantile(values, [_QUARTER, _THREE_QUARTERS])
        apart = max(factor * (high - low), reach)
        sides.append((low - apart, high + apart))
    return Box(float(sides[0][0]), float(sides[1][0]), float(sides[0][1]), float(sides[1][1]))
