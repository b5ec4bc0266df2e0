"""Say what a map file holds, without making anything of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from renlin.catalogue.load import load
from renlin.errors import DataFault, Fault
from renlin.intake.osm import read_osm
from renlin.intake.osm_file import is_map_file


@dataclass(frozen=True)
class MapSummary:
    """What a map holds.

    Attributes
    ----------
    facts
        Name -> value, in the order to print.
    dropped
        Objects dropped or mended with the reason, grouped: table, reason, reason_en, n,
        example; tag values nobody knows stand in it too.
    faults
        What must be corrected before the map can be used.
    """

    facts: Mapping[str, object]
    dropped: pd.DataFrame = field(default_factory=pd.DataFrame)
    faults: tuple[Fault, ...] = ()


def inspect_map(path: str | Path) -> MapSummary:
    """Return what an OpenStreetMap or vector file holds, and everything wrong with it.

    Raises
    ------
    DataFault
        When the file cannot be read at all.
    """
    source = Path(path)
    return _osm(source) if is_map_file(source) else _vector(source)


def _osm(path: Path) -> MapSummary:
    layers = read_osm(path, load())
    walks, buildings = layers.tables["walks"], layers.tables["buildings"]
    facts: dict[str, object] = {
        "format": "OpenStreetMap",
        "date": layers.date.isoformat() if layers.date else "",
        "crs": layers.crs,
        **{f"{sort}s": n for sort, n in layers.read.items()},
        **{name: len(table) for name, table in layers.tables.items()},
        "walk_km": round(float(walks.geometry.length.sum()) / 1000.0, 1),
        "storeys_known": int(buildings["floors"].notna().sum()),
    }
    for column in ("width", "slope", "steps", "surface", "lit", "wheelchair", "level", "access"):
        facts[f"walks_with_{column}"] = int(walks[column].notna().sum())
    facts["dropped"], facts["mended"] = len(layers.dropped), len(layers.mended)
    return MapSummary(facts, _grouped(layers.dropped, layers.mended, layers.unknown, layers.unheld))


def _grouped(
    dropped: pd.DataFrame, mended: pd.DataFrame, unknown: pd.DataFrame, unheld: pd.DataFrame
) -> pd.DataFrame:
    kinds = {"dropped": dropped, "mended": mended, "not_held": unheld}
    notes = pd.concat([part.assign(kind=kind) for kind, part in kinds.items()])
    keys = ["kind", "table", "reason", "reason_en"]
    known = notes.groupby(keys, sort=True)["id"].agg(n="size", example="min").reset_index()
    values = pd.DataFrame(
        {
            "kind": "unknown_value",
            "table": unknown["column"],
            "reason": unknown["key"] + "=" + unknown["value"],
            "reason_en": unknown["key"] + "=" + unknown["value"],
            "n": unknown["n"],
            "example": unknown["example"],
        }
    )
    parts = [part for part in (known, values) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else known


def _vector(path: Path) -> MapSummary:
    from renlin.intake.vector import read_plain

    try:
        plain = read_plain(path)
    except DataFault as error:
        return MapSummary({"format": path.suffix.lstrip(".")}, faults=error.faults)
    return MapSummary(plain.facts, faults=plain.faults)
