"""Read the file of one layer: every cell as it stands, or every reason why it cannot be.

CSV must be whole and in UTF-8; GeoJSON is read feature by feature, so that a broken one is
named; a GeoPackage that gives fewer objects than it counts is refused. No fault quotes a
cell or a heading: a file without headings shows a resident in its first row.
"""

from __future__ import annotations

import csv
import json
import warnings
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
from pyproj import CRS
from pyproj.exceptions import ProjError
from shapely import from_wkt
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from renlin.community.tables import FIRST_DATA_ROW
from renlin.errors import Fault, Said, did_you_mean

LONLAT = "EPSG:4326"
_EMPTY = Said("空文件", "an empty file")
_HEADED = Said("表头和内容", "headings and rows")
_EXPORT = Said("重新导出这个文件。", "Export the file again.")
_REDRAW = Said("删掉或重画。", "Delete it, or draw it again.")
_GEOJSON = Said("GeoJSON 的 FeatureCollection", "a GeoJSON FeatureCollection")


class Unreadable(Exception):
    """A layer cannot be read whole; carries its faults."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        super().__init__("unreadable")
        self.faults = tuple(faults)


def read_file(path: Path, name: str, crs: str) -> pd.DataFrame | gpd.GeoDataFrame:
    """Return the cells of the file of layer ``name``; shapes of a map in ``crs``.

    A CSV comes back as a plain frame of text, in which a column ``geometry`` holds shapes
    written as WKT in ``crs``.

    Raises
    ------
    Unreadable
        With every fault of the file.
    """
    if path.stat().st_size == 0:
        raise Unreadable([_fault(path, _HEADED, _EMPTY)])
    if path.suffix == ".csv":
        return _read_csv(path)
    shaped = _read_geojson(path) if path.suffix == ".geojson" else _read_geopackage(path, name)
    try:
        return shaped.to_crs(crs)
    except (ProjError, ValueError) as error:
        raise Unreadable([_no_crs(path)]) from error


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        expected = Said("UTF-8 文字", "text in UTF-8")
        got = Said("别的编码", "another encoding")
        remedy = Said("另存为 UTF-8 的 CSV。", "Save it as CSV in UTF-8.")
        raise Unreadable([_fault(path, expected, got, remedy)]) from error
    try:
        records = list(csv.reader(StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        expected = Said("完整的 CSV", "a whole CSV file")
        got = Said("引号没有收尾，或文件中途断了", "an open quote, or a file cut short")
        raise Unreadable([_fault(path, expected, got)]) from error
    while records and not any(cell.strip() for cell in records[-1]):
        records.pop()
    if not records:
        raise Unreadable([_fault(path, _HEADED, _EMPTY)])
    heading, rows = [cell.strip() for cell in records[0]], records[1:]
    uneven = [
        _uneven(path, number, len(heading), len(row))
        for number, row in enumerate(rows, start=FIRST_DATA_ROW)
        if len(row) != len(heading)
    ]
    wrong = _heading_faults(path, heading)
    if uneven or wrong:
        raise Unreadable([*wrong, *uneven])
    frame = pd.DataFrame(rows, columns=heading, dtype="object")
    if "geometry" in frame:
        frame["geometry"] = frame["geometry"].map(_from_text)
    return frame


def _from_text(cell: str) -> object:
    """Return a shape written as WKT in the projected system, else the text itself."""
    made = from_wkt(cell, on_invalid="ignore") if cell.strip() else None
    return made if made is not None else cell


def _read_geojson(path: Path) -> gpd.GeoDataFrame:
    """Read features one by one, so that a broken one is named and nothing is guessed."""
    try:
        whole = json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        got = Said("别的编码", "another encoding")
        raise Unreadable([_fault(path, _GEOJSON, got)]) from error
    except json.JSONDecodeError as error:
        got = Said(
            f"第 {error.lineno} 行断了或写错", f"text cut short or wrong at line {error.lineno}"
        )
        raise Unreadable([_fault(path, _GEOJSON, got)]) from error
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list):
        raise Unreadable([_fault(path, _GEOJSON, Said("别的 JSON", "other JSON"))])
    rows: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for number, feature in enumerate(features, start=FIRST_DATA_ROW):
        try:
            rows.append({**(feature.get("properties") or {}), "geometry": _drawn(feature)})
        except (ShapelyError, AttributeError, KeyError, TypeError, ValueError):
            got = Said("读不出的图形", "a shape that cannot be read")
            expected = Said("图形", "a shape")
            faults.append(_fault(path, expected, got, _REDRAW, number, "geometry"))
    if faults:
        raise Unreadable(faults)
    names = list(dict.fromkeys(name for row in rows for name in row)) or ["geometry"]
    frame = pd.DataFrame(rows, columns=names, dtype="object")
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=_declared_crs(path, whole))


def _drawn(feature: dict[str, Any]) -> BaseGeometry | None:
    geometry = feature.get("geometry")
    return None if geometry is None else shape(geometry)


def _declared_crs(path: Path, whole: dict[str, Any]) -> CRS:
    """Return the system a GeoJSON file declares; WGS 84 when it declares none (RFC 7946)."""
    declared = whole.get("crs")
    if declared is None:
        return CRS.from_user_input(LONLAT)
    try:
        return CRS.from_user_input(declared["properties"]["name"])
    except (ProjError, KeyError, TypeError) as error:
        raise Unreadable([_no_crs(path)]) from error


def _read_geopackage(path: Path, name: str) -> gpd.GeoDataFrame:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            held = [str(layer) for layer, _ in pyogrio.list_layers(path)]
            if len(held) > 1 and name not in held:
                raise Unreadable([_many_layers(path, name, held)])
            chosen = name if name in held else held[0]
            frame = pyogrio.read_dataframe(path, layer=chosen)
            n = pyogrio.read_info(path, layer=chosen, force_feature_count=True)["features"]
    except (OSError, RuntimeError, ValueError, IndexError, ShapelyError) as error:
        expected = Said("完整的 GeoPackage", "a whole GeoPackage")
        got = Said("读不开，或文件中途断了", "a file that cannot be opened, or is cut short")
        raise Unreadable([_fault(path, expected, got)]) from error
    if n != len(frame):
        expected = Said(f"{n} 个对象", f"{n} objects")
        got = Said(f"只读出 {len(frame)} 个", f"only {len(frame)} readable")
        raise Unreadable([_fault(path, expected, got)])
    if "geometry" not in frame:
        return gpd.GeoDataFrame(frame, geometry=[None] * len(frame), crs=LONLAT)
    if frame.crs is None:
        raise Unreadable([_no_crs(path)])
    return frame


def _fault(
    path: Path,
    expected: Said,
    got: Said,
    remedy: Said = _EXPORT,
    row: int | None = None,
    column: str | None = None,
) -> Fault:
    return Fault(f"layers/{path.name}", expected, got, remedy, row, column)


def _no_crs(path: Path) -> Fault:
    return _fault(
        path,
        Said("声明了坐标系", "a declared coordinate system"),
        Said("没有，或认不出", "none, or one that is not known"),
        Said("导出时选坐标系。", "Choose the coordinate system when exporting."),
    )


def _many_layers(path: Path, name: str, held: list[str]) -> Fault:
    return _fault(
        path,
        Said(f"一层，或名为 {name} 的层", f"one layer, or one named {name}"),
        Said(f"{len(held)} 层", f"{len(held)} layers"),
        did_you_mean(name, held),
    )


def _uneven(path: Path, row: int, expected: int, got: int) -> Fault:
    return _fault(
        path,
        Said(f"{expected} 格", f"{expected} cells"),
        Said(f"{got} 格", f"{got}"),
        Said("补齐这一行；文件可能中途断了。", "Complete the row; the file may be cut short."),
        row,
    )


def _heading_faults(path: Path, heading: list[str]) -> list[Fault]:
    """Return a fault for every column whose heading is empty or was used before."""
    faults = []
    for number, cell in enumerate(heading, start=1):
        if cell and heading.index(cell) == number - 1:
            continue
        got = Said(f"第 {number} 列空着或重复", f"column {number} empty or used before")
        expected = Said("不重复的表头", "every heading once")
        remedy = Said("删去或改名。", "Delete or rename it.")
        faults.append(_fault(path, expected, got, remedy, 1))
    return faults
