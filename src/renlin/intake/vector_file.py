"""Open a vector file and give its text back as it was written."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from renlin.errors import DataFault, Fault, Said, did_you_mean, raise_all
from renlin.intake.encoding import PLAUSIBLE, decode
from renlin.intake.plausibility import plausibility, strict

_BYTES = "ISO-8859-1"  # gives every byte back as it stands
_CHINESE = ("utf-8", "gb18030")
_WIDER = {"gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030", "cp65001": "utf-8"}
_DRIVER_ERRORS = (
    OSError,
    ValueError,
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.GeometryError,
)


def open_vector(path: Path, *, layer: str | None = None) -> gpd.GeoDataFrame:
    """Return the features of a GeoPackage, GeoJSON, Shapefile or GeoParquet, text decoded.

    A Shapefile whose ``.cpg`` is missing or wrong is read as UTF-8 when all of it is, else
    as GB18030; a heading that the format cut inside a character loses that character.

    Raises
    ------
    DataFault
        When the file cannot be read, holds no features or several layers and none is named.
    """
    if not path.is_file():
        raise DataFault(_unreadable(path, "no such file"))
    try:
        frame = _opened(path, layer)
    except _DRIVER_ERRORS as error:
        raise DataFault(_unreadable(path, str(error))) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise DataFault(_unreadable(path, "a table without shapes"))
    if not len(frame):
        raise DataFault(_unreadable(path, "no features"))
    return frame


def _opened(path: Path, layer: str | None) -> gpd.GeoDataFrame:
    """Return the features; a shape that is none at all becomes an empty one of its row."""
    if path.suffix.lower() == ".shp":
        return _shapefile(path)
    if path.suffix.lower() in (".parquet", ".geoparquet"):
        return _parquet(path)
    if path.suffix.lower() in (".geojson", ".json"):
        decoded = decode(path.read_bytes(), place=path.name)
        raise_all(decoded.faults, DataFault)
        return _features(decoded.text.encode("utf-8"))
    return _features(path, layer=_layer(path, layer))


def _parquet(path: Path) -> gpd.GeoDataFrame:
    """Return a GeoParquet file with its system by its short name."""
    frame = gpd.read_parquet(path)
    known = frame.crs.to_authority() if frame.crs is not None else None
    return frame.set_crs(":".join(known), allow_override=True) if known else frame


def _features(source: Path | bytes, **options: str) -> gpd.GeoDataFrame:
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are told by row
        return pyogrio.read_dataframe(source, on_invalid="ignore", **options)


def _layer(path: Path, wanted: str | None) -> str:
    """Return the layer to read.

    Raises
    ------
    DataFault
        When the one named is not there, or none is named and there are several.
    """
    listed_layers = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
    spatial = [name for name, kind in listed_layers if kind is not None]
    names = spatial or [name for name, _ in listed_layers]
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted in names:
        return str(wanted)
    listed = "、".join(names) or "none"
    got = Said(wanted or f"{len(names)} 个图层", wanted or f"{len(names)} layers")
    expected = Said(f"一个图层：{listed}", f"one layer of: {', '.join(names) or 'none'}")
    remedy = (
        did_you_mean(wanted, names) if wanted else Said("用 layer 指明。", "Name it with layer.")
    )
    raise DataFault(Fault(path.name, expected, got, remedy, None, "layer"))


def _shapefile(path: Path) -> gpd.GeoDataFrame:
    frame = _features(path, encoding=_BYTES)
    text_columns = [
        name
        for name in frame.columns
        if name != "geometry" and pd.api.types.is_string_dtype(frame[name].dtype)
    ]
    cells = [cell.encode(_BYTES) for name in text_columns for cell in frame[name].dropna().unique()]
    encoding = _encoding(path, cells)
    done = frame.copy()
    for name in text_columns:
        done[name] = [
            None if pd.isna(cell) else _text(cell.encode(_BYTES), encoding) for cell in frame[name]
        ]
    renamed = {
        name: name.encode(_BYTES).decode(encoding, errors="ignore")
        for name in frame.columns
        if name != "geometry"
    }
    return done.rename(columns=renamed)


def _encoding(path: Path, cells: Sequence[bytes]) -> str:
    """Return the encoding in which the cells read best, the stated one first among equals.

    A ``.cpg`` is often left over from another file: bytes that read well as UTF-8 or GBK
    and badly as stated are read so.
    """
    stated = _stated(path)
    scores: dict[str, float] = {}
    for encoding in filter(None, (stated, *_CHINESE)):
        texts = [strict(cell, encoding)[0] for cell in cells]
        if None not in texts:
            score = plausibility("".join(text for text in texts if text is not None))
            scores.setdefault(encoding, score)
    best = max(scores, key=lambda encoding: scores[encoding], default=None)
    if best is not None and (best == stated or scores[best] >= PLAUSIBLE):
        return best
    expected = Said("UTF-8 或 GBK 的文字，或写明编码的 .cpg", "text in UTF-8 or GBK, or a .cpg")
    got = Said("读不通的文字", "text that makes no sense in either")
    remedy = Said("附上 .cpg，或重新导出为 GeoPackage。", "Add a .cpg, or export a GeoPackage.")
    raise DataFault(Fault(path.with_suffix(".dbf").name, expected, got, remedy))


def _stated(path: Path) -> str | None:
    """Return the encoding the ``.cpg`` names, None when there is none or it names nothing known."""
    files = (path.with_suffix(suffix) for suffix in (".cpg", ".CPG"))
    found = next((file for file in files if file.is_file()), None)
    if found is None:
        return None
    word = found.read_text(encoding="ascii", errors="ignore").strip().lower()
    for name in (word, f"cp{word}", word.replace("8859", "8859-").replace("--", "-")):
        try:
            codec = codecs.lookup(name).name
        except LookupError:
            continue
        return _WIDER.get(name, _WIDER.get(codec, codec))
    return None


def _text(cell: bytes, encoding: str) -> str | None:
    text, _ = strict(cell, encoding)
    return text


def _unreadable(path: Path, why: str) -> Fault:
    remedy = Said("重新导出这个文件。", "Export the file again.")
    if path.suffix.lower() == ".shp":
        remedy = Said(
            "把 .shp、.shx、.dbf、.prj 一起拷来。", "Copy the .shp, .shx, .dbf and .prj together."
        )
    return Fault(
        path.name,
        Said("完整的 GeoPackage、GeoJSON 或 Shapefile", "a whole GeoPackage, GeoJSON or Shapefile"),
        Said(f"读不出来（{why[:120]}）", f"it cannot be read ({why[:120]})"),
        remedy,
    )
