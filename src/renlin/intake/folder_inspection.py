"""Look into a community folder, one of its layers or declarations, or a results folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from renlin.catalogue.load import load
from renlin.community.check import Remark, check
from renlin.community.community import TABLES, Community
from renlin.community.folder import NOT_BUILT, open_community
from renlin.community.settings import (
    Declared,
    Policy,
    Scenario,
    Scheme,
    Settings,
    Study,
    read_declared,
)
from renlin.errors import DataFault, Fault, RenlinError, Said, raise_all
from renlin.finding import open_finding
from renlin.intake.build import examine, is_stale
from renlin.intake.layer_mapping import read_layer_mapping
from renlin.intake.mapping import read_mapping
from renlin.intake.seen import Seen

SETTINGS = "community.toml"
_BY_NAME: dict[str, type[Declared]] = {
    SETTINGS: Settings,
    "policy.toml": Policy,
    "study.toml": Study,
}
_BY_FOLDER: dict[str, type[Declared]] = {"schemes": Scheme, "scenarios": Scenario}


def opened(folder: Path, first: Callable[[], object]) -> Community:
    """Open a folder after ``first``, as if there were only one step.

    Parameters
    ----------
    first
        What comes before opening, such as building the layers.

    Raises
    ------
    RenlinError
        With the faults of both together.
    """
    errors: list[RenlinError] = []
    try:
        first()
    except RenlinError as error:
        errors.append(error)
    try:
        place = open_community(folder)
    except RenlinError as error:
        errors.append(error)
    if not errors:
        return place
    found = dict.fromkeys(fault for error in errors for fault in error.faults)
    told = [fault for fault in found if fault.got != NOT_BUILT or len(found) == 1]
    raise_all(told, type(errors[0]))
    raise errors[0]


def checked(folder: Path) -> tuple[Community, list[Remark]]:
    """Return a community and where its registers, layers and declarations disagree.

    Registers that changed since the layers were built from them are read too, and a
    remark says that they wait to be built. Nothing is written.

    Raises
    ------
    RenlinError
        When a file cannot be read, with the faults of all files.
    """
    stale = is_stale(folder)
    place = opened(folder, lambda: examine(folder) if stale else None)
    return place, [*check(place), *([Remark("remark", _waiting())] if stale else [])]


def inspect_community(folder: Path) -> Seen:
    """Return how many rows each table of a community has, and what is wrong with it."""
    place, remarks = checked(folder)
    settings = place.settings
    counts = {name: len(table) for name, table in place.tables.items() if len(table)}
    facts = {
        "name": Said(settings.name, settings.name_en),
        "kind": settings.kind,
        "crs": settings.crs,
        "survey_date": settings.survey_date.isoformat(),
        "synthetic": place.synthetic,
        **counts,
        "schemes": len(place.schemes),
        "scenarios": len(place.scenarios),
    }
    errors = tuple(r.fault for r in remarks if r.level == "error")
    return Seen("community", facts, None, errors, _remarked(remarks))


def layer_name(path: Path) -> str | None:
    """Return the table a file is the layer of, None when it is no layer of a community."""
    inside = path.parent.name == "layers" and (path.parent.parent / SETTINGS).is_file()
    return path.stem if inside and path.stem in TABLES else None


def inspect_layer(path: Path) -> Seen:
    """Return the columns of one layer, how many cells are known, and its faults."""
    name, root = path.stem, path.resolve().parent.parent
    file = f"layers/{name}"
    try:
        place = open_community(root)
    except RenlinError as error:
        about = [f for f in error.faults if f.place.split(".")[0] in (file, "community")]
        return Seen("layer", {"table": name}, faults=tuple(about))
    table = place[name]
    remarks = [r for r in check(place) if r.fault.place.split(".")[0] == file]
    preview = pd.DataFrame(
        {
            "column": [str(column) for column in table.columns],
            "known": [int(table[column].notna().sum()) for column in table.columns],
        }
    )
    errors = tuple(r.fault for r in remarks if r.level == "error")
    facts = {"table": name, "rows": len(table)}
    return Seen("layer", facts, preview, errors, _remarked(remarks))


def inspect_declaration(path: Path) -> Seen:
    """Return what a TOML file of a community declares, and its faults."""
    if path.resolve().parent.name == "catalogue":
        load(path.resolve().parent)
        return Seen("declaration", {"declares": "catalogue"})
    if path.name == "mapping.toml" or path.resolve().parent.name == "registers":
        names = list(read_mapping(path))
        return Seen("declaration", {"declares": "registers", "names": ", ".join(names)})
    model = _BY_NAME.get(path.name) or _BY_FOLDER.get(path.resolve().parent.name)
    if model is None:
        names = list(read_layer_mapping(path))
        return Seen("declaration", {"declares": "layers", "names": ", ".join(names)})
    declared = read_declared(path, model, kind=DataFault)
    facts = {"declares": model.__name__.lower()}
    for field, value in declared.model_dump(exclude_defaults=True).items():
        facts[field] = str(len(value)) if isinstance(value, list | tuple | dict) else str(value)
    return Seen("declaration", facts)


def inspect_finding(path: Path) -> Seen:
    """Return what a finding is and what it was made from."""
    found = open_finding(path)
    made = found.provenance
    facts = {
        "name": found.name,
        "id": found.id,
        "rows": len(found.table),
        "key": ", ".join(made.key),
        "columns": ", ".join(map(str, found.table.columns)),
        "parents": ", ".join(f"{name} {known}" for name, (known, _) in made.parents.items()),
        "inputs": ", ".join(made.inputs),
        "seeds": len(made.seeds),
        "privacy": made.privacy,
        "synthetic": made.synthetic,
        "version": made.version,
    }
    return Seen("finding", facts)


def holds_findings(folder: Path) -> bool:
    """Tell whether a folder holds results and is no community."""
    if (folder / SETTINGS).is_file():
        return False
    return any(folder.glob("*.parquet")) or any(folder.glob("findings/*.parquet"))


def inspect_results(folder: Path) -> Seen:
    """Return the findings of a results folder, and every one that cannot be read."""
    inner = folder / "findings"
    rows: list[dict[str, object]] = []
    faults: list[Fault] = []
    for path in sorted((inner if inner.is_dir() else folder).glob("*.parquet")):
        try:
            found = open_finding(path)
        except RenlinError as error:
            faults += error.faults
            continue
        rows.append({"finding": found.name, "id": found.id, "rows": len(found.table)})
    return Seen("results", {"findings": len(rows)}, pd.DataFrame(rows), tuple(faults))


def _remarked(remarks: list[Remark]) -> tuple[Fault, ...]:
    return tuple(remark.fault for remark in remarks if remark.level != "error")


def _waiting() -> Fault:
    return Fault(
        "registers",
        Said("名册与 layers/ 一致", "layers built from these registers"),
        Said("名册改过，还没有重新整理", "registers changed since they were built"),
        Said("运行 renlin build。", "Run renlin build."),
    )
