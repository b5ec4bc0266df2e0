"""Look into any supported file or folder and say what it holds, or what is wrong with it."""

from __future__ import annotations

from pathlib import Path

from renlin.errors import RenlinError
from renlin.intake.seen import Kind, Seen

__all__ = ["Seen", "inspect_file"]

OSM = (".osm", ".osm.gz", ".osm.bz2", ".pbf")
VECTOR = (
    ".gpkg",
    ".geojson",
    ".json",
    ".shp",
    ".dbf",
    ".shx",
    ".prj",
    ".cpg",
    ".fgb",
    ".geoparquet",
    ".dxf",
)
REGISTERS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".et")


def inspect_file(path: Path, *, sheet: str | None = None) -> Seen:
    """Return what ``path`` holds, with every fault of it.

    Registers are read as a build would read them: when a ``mapping.toml`` beside the
    file names it, the mapping is used, else headings are guessed and shown. Nothing is
    tolerated that a mapping does not tolerate. A map layer is checked object by object,
    and against the community it lies in, when it lies in one.

    Parameters
    ----------
    path
        A register, map, layer, finding, TOML file, community folder or results folder.
    sheet
        Sheet of a workbook, layer of a GeoPackage.

    Examples
    --------
    >>> inspect_file(Path("tests/places/willow")).facts["persons"]
    21
    """
    kind = _kind(path)
    try:
        return _seen(path, kind, sheet)
    except RenlinError as error:
        return Seen(kind, faults=error.faults)


def _kind(path: Path) -> Kind:
    """Tell what a path is, by where it lies and what it is called, then by its first bytes."""
    from renlin.intake.folder_inspection import holds_findings, layer_name

    name = path.name.lower()
    if path.is_dir():
        return "results" if holds_findings(path) else "community"
    if name.endswith(".parquet"):
        return "finding"
    if name.endswith(".toml") or path.resolve().parent.name == "catalogue":
        return "declaration"
    if layer_name(path) is not None:
        return "layer"
    if name.endswith((*OSM, *VECTOR)):
        return "map"
    if name.endswith(REGISTERS):
        return "register"
    from renlin.intake.osm_file import is_map_file

    return "map" if is_map_file(path) else "register"


def _seen(path: Path, kind: Kind, sheet: str | None) -> Seen:
    """Look with the room that knows this kind of file."""
    if kind == "register":
        from renlin.intake.register_inspection import inspect_register

        return inspect_register(path, sheet=sheet)
    if kind == "map":
        from renlin.intake.map_inspection import inspect_map

        return inspect_map(path, layer=sheet)
    from renlin.intake import folder_inspection

    looks = {
        "community": folder_inspection.inspect_community,
        "declaration": folder_inspection.inspect_declaration,
        "finding": folder_inspection.inspect_finding,
        "layer": folder_inspection.inspect_layer,
        "results": folder_inspection.inspect_results,
    }
    return looks[kind](path)
