"""Look into any supported file and say what it holds, or what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from renlin.catalogue.load import Catalogue, load
from renlin.errors import Fault, RenlinError
from renlin.intake.gazetteer import gazetteer
from renlin.intake.headings import guess, known_headings
from renlin.intake.mapping import RegisterMapping, read_mapping
from renlin.intake.roll import Roll, aliases, read_roll
from renlin.intake.sheets import read_table

MAPS = (".osm", ".osm.gz", ".osm.bz2", ".pbf", ".gpkg", ".geojson", ".json", ".shp")
FINDINGS = (".parquet",)


@dataclass(frozen=True)
class Seen:
    """What a file holds.

    Attributes
    ----------
    kind
        ``register``, ``map``, ``finding`` or ``community``.
    facts
        Name -> value, in the order to print.
    preview
        A small table without private values, or None.
    faults, doubts
        What must be corrected, and what can be lived with.
    """

    kind: str
    facts: Mapping[str, object]
    preview: pd.DataFrame | None = None
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()


def inspect_file(path: Path, *, sheet: str | None = None) -> Seen:
    """Return what ``path`` holds, with every fault of it.

    Registers are read as a build would read them; when a ``mapping.toml`` beside the
    file names it, the mapping is used, else headings are guessed and shown.

    Raises
    ------
    DataFault
        When the file cannot be read at all.
    """
    if path.is_dir():
        return _community(path)
    name = path.name.lower()
    if name.endswith(FINDINGS):
        return _finding(path)
    if name.endswith(MAPS):
        return _map(path)
    return _register(path, sheet)


def _community(path: Path) -> Seen:
    from renlin.community.folder import open_community

    try:
        place = open_community(path)
    except RenlinError as error:
        return Seen("community", {"folder": path.name}, faults=error.faults)
    counts = {name: len(table) for name, table in place.tables.items() if len(table)}
    return Seen("community", {"name": place.settings.name, **counts})


def _finding(path: Path) -> Seen:
    from renlin.finding import open_finding

    found = open_finding(path)
    facts = {
        "name": found.name,
        "id": found.id,
        "rows": len(found.table),
        "columns": ", ".join(map(str, found.table.columns)),
        "parents": ", ".join(found.provenance.parents),
        "synthetic": found.provenance.synthetic,
    }
    return Seen("finding", facts)


def _map(path: Path) -> Seen:
    from renlin.intake.place import inspect_map

    seen = inspect_map(path)
    return Seen("map", seen.facts, seen.dropped, seen.faults)


def _register(path: Path, sheet: str | None) -> Seen:
    catalogue = load(_overlay(path))
    stated = _stated(path)
    if stated is not None:
        name, mapping = stated
        return _rolled(read_roll(name, mapping, path.parent, catalogue, gazetteer([])), catalogue)
    words = aliases(catalogue)
    table = read_table(path, sheet=sheet, known=known_headings(words))
    guessed = guess(table.headings, words)
    facts = {
        "rows": len(table.rows),
        "heading_row": table.heading_row,
        "sheet": table.sheet or "",
        "notes": " ".join(note.zh for note in table.notes),
    }
    preview = pd.DataFrame(
        {
            "heading": list(table.headings),
            "column": [guessed.columns.get(heading, "?") for heading in table.headings],
            "filled": [
                sum(1 for cell in table.column(heading) if cell.strip())
                for heading in table.headings
            ],
        }
    )
    faults = (*table.faults, *_trial(path, sheet, guessed.columns, catalogue, table.headings))
    return Seen("register", facts, preview, tuple(dict.fromkeys(faults)), table.doubts)


def _trial(
    path: Path,
    sheet: str | None,
    columns: Mapping[str, str],
    catalogue: Catalogue,
    headings: tuple[str, ...],
) -> tuple[Fault, ...]:
    """Return the faults of the rows, read as the guessed columns say."""
    if not columns:
        return ()
    left = tuple(heading for heading in headings if heading not in columns)
    day = dt.date.fromtimestamp(path.stat().st_mtime)
    mapping = RegisterMapping(
        file=path.name, sheet=sheet, role="other", source=path.stem, as_of=day, ignore=left
    )
    return read_roll(path.stem, mapping, path.parent, catalogue, gazetteer([])).faults


def _rolled(roll: Roll, catalogue: Catalogue) -> Seen:
    facts = {
        "register": roll.name,
        "role": roll.mapping.role,
        "as_of": roll.mapping.as_of,
        "records": len(roll.records),
        "with_valid_number": sum(1 for r in roll.records if r.number.valid),
        "with_address": sum(1 for r in roll.records if r.address.level == "room"),
    }
    stated = {
        code: sum(1 for r in roll.records if code in r.facts)
        for code in catalogue.indicators
        if any(code in r.facts for r in roll.records)
    }
    preview = pd.DataFrame({"indicator": list(stated), "rows": list(stated.values())})
    return Seen("register", facts, preview, roll.faults, roll.doubts)


def _stated(path: Path) -> tuple[str, RegisterMapping] | None:
    mapping = path.parent / "mapping.toml"
    if not mapping.is_file():
        return None
    for name, stated in read_mapping(mapping).items():
        if stated.file == path.name:
            return name, stated
    return None


def _overlay(path: Path) -> Path | None:
    folder = path.parent.parent / "catalogue"
    return folder if folder.is_dir() else None
