"""Bring map layers into a community folder: all of them, or none with every fault named."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.folder import NOTES, open_map, write_layer
from renlin.community.references import dangling
from renlin.errors import DataFault, Fault, Said, raise_all
from renlin.intake.layer_mapping import read_layer_mapping
from renlin.intake.place_files import changed_on
from renlin.intake.vector import ImportedLayer, read_vector

_ORDER = ("buildings", "walks", "spaces", "entrances", "gates", "facilities", "ways_in")


@dataclass(frozen=True)
class LayersImported:
    """What was brought in.

    Attributes
    ----------
    layers
        Name in the mapping file -> layer.
    counts
        Table -> rows now.
    """

    layers: Mapping[str, ImportedLayer]
    counts: Mapping[str, int]


def import_layers(folder: str | Path, mapping: str | Path) -> LayersImported:
    """Replace tables of a community by the layers that a mapping file names.

    The folder's own buildings, ways and spaces are the base map against which every
    declared datum is tested, before any of them is replaced.

    Parameters
    ----------
    folder
        Community folder.
    mapping
        TOML file of :func:`renlin.intake.layer_mapping.read_layer_mapping`.

    Raises
    ------
    DataFault
        With the faults of all layers; the folder stays as it was.
    """
    place = open_map(folder)
    stated = read_layer_mapping(Path(mapping))
    base = {
        name: frame
        for name in ("buildings", "walks", "spaces")
        if isinstance(frame := place[name], gpd.GeoDataFrame)
    }
    layers: dict[str, ImportedLayer] = {}
    faults: list[Fault] = []
    for name, layer in sorted(stated.items(), key=lambda item: _ORDER.index(item[1].table)):
        try:
            layers[name] = read_vector(
                Path(mapping).parent, layer, place.catalogue, crs=place.settings.crs, base=base
            )
        except DataFault as error:
            faults += error.faults
    raise_all(faults, DataFault)
    tables = _tables(layers.values())
    faults += _twice(tables, place.catalogue)
    after = {**place.tables, **tables}
    faults += dangling(after, place.catalogue, {name: f"layers/{name}" for name in after})
    raise_all(faults, DataFault)
    notes = pd.concat([place.notes, *(layer.notes for layer in layers.values())], ignore_index=True)
    with changed_on(place.settings.survey_date):
        _write(tables, notes, Path(folder) / "layers")
    return LayersImported(layers, {name: len(frame) for name, frame in tables.items()})


def _tables(layers: Iterable[ImportedLayer]) -> dict[str, gpd.GeoDataFrame]:
    """Return one table per name; layers that fill the same table follow each other."""
    parts: dict[str, list[gpd.GeoDataFrame]] = {}
    for layer in layers:
        parts.setdefault(layer.name, []).append(layer.table)
    return {
        name: gpd.GeoDataFrame(
            pd.concat(frames, ignore_index=True), geometry="geometry", crs=frames[0].crs
        )
        for name, frames in parts.items()
    }


def _twice(tables: Mapping[str, gpd.GeoDataFrame], catalogue: Catalogue) -> list[Fault]:
    """Return a fault for every key that two layers of one table share."""
    faults = []
    for name, frame in tables.items():
        key = catalogue.tables[name][0].column
        for value in sorted(frame.loc[frame[key].duplicated(), key].unique()):
            expected = Said("不重复的编号", "a key used once")
            got = Said(f"{value} 出现多次", f"{value} more than once")
            remedy = Said("改正其中一个图层的编号。", "Change the keys of one of the layers.")
            faults.append(Fault(f"layers/{name}", expected, got, remedy, None, key))
    return faults


def _write(tables: Mapping[str, gpd.GeoDataFrame], notes: pd.DataFrame, layers: Path) -> None:
    """Write the tables beside the layers first, then put each in the place of its old one."""
    partial = layers.with_name("layers.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    written = {name: write_layer(frame, name, partial) for name, frame in tables.items()}
    notes.to_csv(partial / NOTES, index=False, lineterminator="\n")
    layers.mkdir(exist_ok=True)
    for name, path in written.items():
        for old in layers.glob(f"{name}.*"):
            old.unlink()
        path.replace(layers / path.name)
    (partial / NOTES).replace(layers / NOTES)
    partial.rmdir()
