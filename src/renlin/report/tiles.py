"""Write the public layers of one or more communities as vector tiles in one file.

GDAL, which comes with pyogrio, encodes each layer; the package ``pmtiles`` joins the layers
and writes the archive with attribution and legend. A web page reads the file by byte ranges
from any plain server.

Source: a vector tile is one message whose layers repeat, so that the tiles of several
layers, one behind the other, are the tile of all (Mapbox vector tile specification 2.1).
"""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pmtiles.reader import MemorySource, Reader, all_tiles
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer, write

from renlin.errors import DataFault, Fault, Said
from renlin.report.book import Book
from renlin.report.language import speak
from renlin.report.openmap.layer import LONLAT, Layer
from renlin.report.openmap.layers import public_layers
from renlin.report.openmap.page import class_words
from renlin.report.palette import tokens
from renlin.report.privacy import reader
from renlin.report.readings.places import atlas
from renlin.study.results import Results

FROM, TO = 11, 16
"""Zooms: a district fits a screen at 11; at 16 a pixel is about two metres."""
ROOM = 200_000_000
"""Bytes and features a tile may hold: so many that none is ever left out."""
FINEST = 1.0
"""Simplification of shapes below the deepest zoom, in units of a tile's grid of 4096."""
LEFT_OUT = ("names", "walked")
"""Layers of words and of single ways; reach is in the live map, where a group is chosen."""


def write_tiles(runs: Sequence[Results], path: Path) -> Path:
    """Write the public layers of ``runs`` as one PMTiles archive and return its path.

    Every feature keeps its id and the code of its community, and is in the deepest zoom.
    The metadata name what each class means, its colours, k, the dates and all attributions.
    The same runs give the same bytes.

    Parameters
    ----------
    runs
        Communities with a space assessment; their codes differ.
    path
        The file to write; an older one is replaced when the new one is complete.

    Raises
    ------
    DataFault
        When a run has no space assessment, or two communities have one code.
    """
    books = [Book(run, speak("zh", run.community.catalogue), _reader(run), "out") for run in runs]
    _checked(books)
    layers = {name: _frame(parts) for name, parts in _by_name(books).items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.stem}.partial.pmtiles")
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        parts = [
            _encoded(name, frame, Path(folder)) for name, frame in layers.items() if len(frame)
        ]
        with write(str(partial)) as archive:
            archive.finalize(*_joined(parts, archive, books))
    partial.replace(path)
    return path


def _reader(run: Results) -> Any:
    return reader("public", run.community.settings)


def _checked(books: Sequence[Book]) -> None:
    codes = [book.community.settings.code for book in books]
    if len(set(codes)) < len(codes):
        expected = Said("编号各不相同的社区", "communities with codes of their own")
        remedy = Said("改一个 community.toml 里的 code。", "Change a code in community.toml.")
        raise DataFault(Fault("tiles", expected, Said("、".join(codes), ", ".join(codes)), remedy))
    for book in books:
        if atlas(book) is None:
            expected, got = Said("空间研判的结论", "a space assessment"), Said("没有", "none")
            remedy = Said("先运行 renlin run。", "Run renlin run first.")
            raise DataFault(Fault(book.community.settings.code, expected, got, remedy))


def _by_name(books: Sequence[Book]) -> dict[str, list[tuple[str, Layer]]]:
    made: dict[str, list[tuple[str, Layer]]] = {}
    for book in books:
        drawn = atlas(book)
        if drawn is None:
            continue
        for name, one in public_layers(book, drawn).items():
            if name not in LEFT_OUT and name != "reach":
                made.setdefault(name, []).append((book.community.settings.code, one))
    return made


def _frame(parts: Iterable[tuple[str, Layer]]) -> gpd.GeoDataFrame:
    """Return the features of one layer of all communities, ids and codes first."""
    made = []
    for code, one in parts:
        frame = one.frame(LONLAT)
        frame.insert(0, "id", [f"{code}/{one.name}/{number}" for number in range(len(one))])
        frame.insert(1, "community", code)
        made += [frame] if len(frame) else []
    return pd.concat(made, ignore_index=True) if made else gpd.GeoDataFrame(geometry=[])


def _encoded(name: str, frame: gpd.GeoDataFrame, folder: Path) -> bytes:
    """Return one layer as an archive of its own."""
    options = {
        "NAME": name, "MINZOOM": str(FROM), "MAXZOOM": str(TO), "MAX_SIZE": str(ROOM),
        "MAX_FEATURES": str(ROOM), "SIMPLIFICATION": str(FINEST), "SIMPLIFICATION_MAX_ZOOM": "0",
    }  # fmt: skip
    kinds = np.unique(shapely.get_type_id(np.asarray(frame.geometry)))
    path = folder / f"{name}.pmtiles"
    pyogrio.write_dataframe(
        frame, path, layer=name, driver="PMTiles", dataset_options=options,
        geometry_type="Unknown" if len(kinds) > 1 else None,
    )  # fmt: skip
    return path.read_bytes()


def _joined(
    parts: Sequence[bytes], archive: Writer, books: Sequence[Book]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write the tiles of all parts into ``archive``; return header and metadata."""
    tiles: dict[int, bytes] = {}
    readers = [Reader(MemorySource(part)) for part in parts]
    for part in parts:
        for place, tile in all_tiles(MemorySource(part)):
            number = zxy_to_tileid(*place)
            tiles[number] = tiles.get(number, b"") + gzip.decompress(tile)
    for number, tile in sorted(tiles.items()):
        archive.write_tile(number, gzip.compress(tile, mtime=0))
    listed = [layer for one in readers for layer in one.metadata()["vector_layers"]]
    return _header([one.header() for one in readers]), {
        "name": "、".join(book.community.settings.name for book in books),
        "type": "overlay", "format": "pbf", "vector_layers": listed, **_metadata(books),
    }  # fmt: skip


def _header(own: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the header of all layers: their common box, and its middle."""
    west, south = (min(h[f"min_{axis}_e7"] for h in own) for axis in ("lon", "lat"))
    east, north = (max(h[f"max_{axis}_e7"] for h in own) for axis in ("lon", "lat"))
    return {
        "tile_type": TileType.MVT, "tile_compression": Compression.GZIP,
        "min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north,
        "center_zoom": FROM, "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }  # fmt: skip


def _metadata(books: Sequence[Book]) -> dict[str, Any]:
    """Return what the archive says of itself: attribution, legend, places, dates, k."""
    said = list(dict.fromkeys(b.community.settings.attribution for b in books))
    colours = {k.removeprefix("bv-"): v for k, v in tokens().items() if k.startswith("bv-r")}
    return {
        "attribution": " · ".join(text for text in said if text),
        "legend": {"classes": class_words(books[0]), "colours": colours,
                   "outline": {k: tokens()[f"bv-out-{k}"] for k in ("c1", "c2", "c3")}},
        "communities": [
            {"code": b.community.settings.code, "name": b.community.settings.name,
             "surveyed": b.community.settings.survey_date.isoformat(),
             "k_persons": b.reader.k_persons, "k_households": b.reader.k_households,
             "synthetic": b.community.synthetic, "sample": b.community.settings.sample,
             "findings": sorted(b.id_of.get(n, "") for n in ("space.hazard", "space.coverage"))}
            for b in books
        ],
    }  # fmt: skip
