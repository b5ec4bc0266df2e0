"""Read and write one layer of a community folder: GeoPackage, GeoJSON or CSV.

A layer that cannot be read whole is not read at all. Every fault names file, row and
column, and no fault quotes what a private column holds.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from pyproj import CRS, Transformer
from shapely import get_coordinates, points

from renlin.catalogue.load import Catalogue
from renlin.community.community import GEOMETRY_TABLES
from renlin.community.layer_files import LONLAT, Unreadable, read_file
from renlin.community.settings import Settings
from renlin.community.tables import FIRST_DATA_ROW, conform, empty
from renlin.errors import Fault, Said

SUFFIXES = (".gpkg", ".geojson", ".csv")
ZONE_MARGIN = 3.0  # degrees: maps use a projected system one zone beyond its own


def layer_path(root: Path, name: str) -> Path | None:
    """Return the file that holds layer ``name`` of the folder ``root``, None without one."""
    for suffix in SUFFIXES:
        path = root / "layers" / f"{name}{suffix}"
        if path.is_file():
            return path
    return None


def layer_place(root: Path, name: str) -> str:
    """Return the name of the layer's file as faults give it."""
    path = layer_path(root, name)
    return f"layers/{path.name if path else name}"


def read_layer(
    root: Path, name: str, settings: Settings, catalogue: Catalogue, faults: list[Fault]
) -> pd.DataFrame:
    """Return one layer of the folder ``root``, adding what is wrong with it to ``faults``.

    Shapes come out in ``settings.crs``; a layer that is absent or unreadable is empty.
    """
    path = layer_path(root, name)
    if path is None:
        return located(empty(catalogue, name), name, settings)
    place = layer_place(root, name)
    try:
        raw = _cells(read_file(path, name, settings.crs), name, settings)
    except Unreadable as error:
        faults.extend(error.faults)
        return located(empty(catalogue, name), name, settings)
    done = conform(raw, name, catalogue, place=place)
    faults.extend(done.faults)
    frame = located(done.table, name, settings)
    faults.extend(_astray(frame, name, settings, place))
    return frame


def located(frame: pd.DataFrame, name: str, settings: Settings) -> pd.DataFrame:
    """Return ``frame`` with its shapes in ``settings.crs``; plain tables as they are.

    Facilities carry x and y as ``settings.coordinates`` says and become points here.
    """
    if name not in GEOMETRY_TABLES:
        return frame
    placed: pd.DataFrame
    if name != "facilities":
        placed = gpd.GeoDataFrame(frame, geometry="geometry", crs=settings.crs)
        return placed
    given = gpd.GeoSeries(points(frame["x"], frame["y"]), crs=given_crs(settings))
    placed = gpd.GeoDataFrame(frame, geometry=given.to_crs(settings.crs))
    return placed


def given_crs(settings: Settings) -> str:
    """Return the system in which x and y of the CSV layers are given."""
    return settings.crs if settings.coordinates == "projected" else LONLAT


def write_layer(frame: pd.DataFrame, name: str, layers: Path) -> Path:
    """Write one table into ``layers``: GeoPackage for shapes, else CSV; return the path."""
    if name in GEOMETRY_TABLES and name != "facilities":
        path = layers / f"{name}.gpkg"
        path.unlink(missing_ok=True)
        flat = gpd.GeoDataFrame(
            {c: _writable(frame[c]) for c in frame.columns if c != "geometry"},
            geometry=list(frame["geometry"]),
            crs=getattr(frame, "crs", None),
        )
        pyogrio.write_dataframe(flat, path, layer=name, driver="GPKG")
        return path
    path = layers / f"{name}.csv"
    plain = pd.DataFrame({c: _writable(frame[c]) for c in frame.columns if c != "geometry"})
    plain.to_csv(path, index=False, lineterminator="\n")
    return path


def _writable(series: pd.Series) -> pd.Series:
    """Return cells as text: yes/no, ISO dates, whole numbers without a point."""
    if series.dtype == "boolean":
        return series.map({True: "yes", False: "no"}).astype("object")
    if str(series.dtype).startswith("datetime"):
        dates: pd.Series = series.dt.strftime("%Y-%m-%d")
        return dates
    plain: pd.Series = series.astype("object").where(series.notna(), None)
    return plain


def _cells(read: pd.DataFrame | gpd.GeoDataFrame, name: str, settings: Settings) -> pd.DataFrame:
    """Return the cells a schema is held against.

    Facilities drawn as points get the x and y that a CSV gives; a plain table loses the
    shape a map program put beside it.
    """
    if not isinstance(read, gpd.GeoDataFrame):
        return read
    plain = pd.DataFrame(read).astype("object")
    plain = plain.where(plain.notna(), None)
    if name in GEOMETRY_TABLES and name != "facilities":
        return plain
    plain = plain.drop(columns="geometry")
    if name != "facilities":
        return plain
    spots = read.geometry.to_crs(given_crs(settings))
    drawn = [getattr(spot, "geom_type", "") == "Point" for spot in spots]
    middle = spots.where(drawn).centroid
    plain["x"] = middle.x.astype("object").where(drawn, None)
    plain["y"] = middle.y.astype("object").where(drawn, None)
    return plain


def _astray(frame: pd.DataFrame, name: str, settings: Settings, place: str) -> list[Fault]:
    """Return one fault when shapes lie where ``settings.crs`` is not used.

    Axes taken for each other, or metres of another zone, end up there.
    """
    if name not in GEOMETRY_TABLES or len(frame) == 0:
        return []
    area = CRS.from_user_input(settings.crs).area_of_use
    if area is None:
        return []
    at, row = get_coordinates(frame.geometry.array, return_index=True)
    stated = ~np.isnan(at).any(axis=1)
    at, row = at[stated], row[stated]
    lon, lat = Transformer.from_crs(settings.crs, LONLAT, always_xy=True).transform(*at.T)
    inside = (
        (lon >= area.west - ZONE_MARGIN)
        & (lon <= area.east + ZONE_MARGIN)
        & (lat >= area.south - ZONE_MARGIN)
        & (lat <= area.north + ZONE_MARGIN)
    )
    if inside.all():
        return []
    lost = np.unique(row[~inside])
    expected = Said(f"在 {settings.crs} 的范围内", f"within the area of {settings.crs}")
    got = Said(f"{len(lost)} 行在范围外", f"{len(lost)} rows outside it")
    remedy = Said(
        "查 x、y 是否写反，再查坐标系。", "Ask whether x and y were exchanged; check the system."
    )
    column = "x" if name == "facilities" else "geometry"
    return [Fault(place, expected, got, remedy, int(lost[0]) + FIRST_DATA_ROW, column)]
