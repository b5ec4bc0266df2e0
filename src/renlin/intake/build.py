"""Build the layers of residents from the registers of a folder: all or nothing."""

from __future__ import annotations

import csv
import json
import os
import secrets
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import pandas as pd

from renlin.catalogue.load import Catalogue, load
from renlin.community.folder import read_layer, write_layer
from renlin.community.settings import Settings, read_declared
from renlin.community.tables import conform, empty
from renlin.errors import DataFault, Fault, Said, raise_all
from renlin.intake.dwellings import directory, names_of
from renlin.intake.linkage import Decisions, link
from renlin.intake.mapping import read_mapping
from renlin.intake.residents import Vouched, residents
from renlin.intake.roll import Roll, check_stated, read_roll

ROLES = ("household", "civil_affairs", "medical", "other")
MAPPING, DECISIONS, MANIFEST = "mapping.toml", "decisions.csv", "build.json"
KEY_BYTES = 32


@dataclass(frozen=True)
class Built:
    """What building found.

    Attributes
    ----------
    counts
        Rows by table, and records by linkage step under ``links.STEP``.
    doubts
        What was listed and lived with, per file and row.
    guessed
        Register -> heading -> column, taken by its words.
    """

    counts: dict[str, int]
    doubts: tuple[Fault, ...]
    guessed: dict[str, dict[str, str]]


def build(folder: str | Path) -> Built:
    """Build ``layers/`` of residents from ``registers/``.

    Nothing is written unless every register could be read; names and numbers go to
    ``vault/identities.csv`` (readable by the owner only), never into the layers.

    Raises
    ------
    DataFault
        With all faults of all registers.
    """
    root = Path(folder)
    settings = read_declared(root / "community.toml", Settings, kind=DataFault)
    catalogue = load(root / "catalogue")
    rolls = read_registers(root, settings, catalogue)
    faults = [fault for roll in rolls for fault in roll.faults]
    map_tables = {name: _map_table(root, name, settings) for name in ("buildings", "entrances")}
    linkage = link([roll.records for roll in rolls], _decisions(root))
    made = residents(
        linkage,
        directory(map_tables["buildings"], map_tables["entrances"]),
        catalogue,
        key=_key(root),
        day=settings.survey_date,
        leading=rolls[0].name if rolls else "",
        vouched=[
            Vouched(r.name, f"registers/{r.mapping.file}", r.mapping.as_of, r.mapping.complete)
            for r in rolls
            if r.mapping.complete
        ],
    )
    typed, wrong = _typed(made.tables, catalogue)
    raise_all([*faults, *made.faults, *wrong], DataFault)
    _write(root, typed, made.identities)
    counts = {name: len(table) for name, table in typed.items()}
    counts |= {f"links.{step}": int(n) for step, n in typed["links"]["step"].value_counts().items()}
    doubts = tuple(doubt for roll in rolls for doubt in roll.doubts)
    return Built(counts, doubts, {roll.name: dict(roll.guessed) for roll in rolls})


def is_stale(folder: str | Path) -> bool:
    """Return whether the registers changed since the layers were built from them."""
    root = Path(folder)
    if not (root / "registers" / MAPPING).is_file():
        return False
    manifest = root / "layers" / MANIFEST
    if not manifest.is_file():
        return True
    return bool(json.loads(manifest.read_text(encoding="utf-8"))["inputs"] != _inputs(root))


def read_registers(root: Path, settings: Settings, catalogue: Catalogue) -> list[Roll]:
    """Return the registers of a folder, in order of trust (household register first)."""
    folder = root / "registers"
    mappings = read_mapping(folder / MAPPING)
    buildings = _map_table(root, "buildings", settings)
    places = names_of(settings.name, buildings)
    ordered = sorted(mappings.items(), key=lambda item: (ROLES.index(item[1].role), item[0]))
    bad = [
        fault
        for name, mapping in ordered
        for fault in check_stated(mapping, f"registers/{MAPPING}[registers.{name}]", catalogue)
    ]
    raise_all(bad, DataFault)
    return [read_roll(name, mapping, folder, catalogue, places) for name, mapping in ordered]


def _map_table(root: Path, name: str, settings: Settings) -> pd.DataFrame:
    faults: list[Fault] = []
    table = read_layer(root, name, settings, load(root / "catalogue"), faults)
    raise_all(faults, DataFault)
    return table


def _typed(
    tables: dict[str, pd.DataFrame], catalogue: Catalogue
) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    typed: dict[str, pd.DataFrame] = {}
    faults: list[Fault] = []
    for name, table in tables.items():
        if len(table) == 0:
            typed[name] = empty(catalogue, name)
            continue
        plain = table.astype("object").where(table.notna(), None)
        done = conform(plain, name, catalogue, place=f"layers/{name}.csv")
        typed[name] = done.table
        faults.extend(done.faults)
    return typed, faults


def _write(root: Path, tables: dict[str, pd.DataFrame], identities: pd.DataFrame) -> None:
    layers = root / "layers"
    layers.mkdir(exist_ok=True)
    partial = root / "layers.partial"
    partial.mkdir(exist_ok=True)
    written = [write_layer(table, name, partial) for name, table in tables.items()]
    manifest = partial / MANIFEST
    text = json.dumps({"inputs": _inputs(root)}, ensure_ascii=False, indent=1, sort_keys=True)
    manifest.write_text(text, encoding="utf-8")
    vault = root / "vault"
    vault.mkdir(exist_ok=True, mode=0o700)
    secret = vault / "identities.csv.partial"
    handle = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(handle, "w", newline="", encoding="utf-8") as out:
        identities.to_csv(out, index=False)
    for path in [*written, manifest]:
        path.replace(layers / path.name)
    secret.replace(vault / "identities.csv")
    partial.rmdir()


def _inputs(root: Path) -> dict[str, str]:
    paths = [path for path in sorted((root / "registers").rglob("*")) if path.is_file()]
    for name in ("buildings", "entrances"):
        paths += sorted((root / "layers").glob(f"{name}.*"))
    return {
        str(path.relative_to(root)): blake2b(path.read_bytes(), digest_size=8).hexdigest()
        for path in [*paths, root / "community.toml"]
    }


def _key(root: Path) -> bytes:
    """Return the key of the pseudonyms, made on first use and readable by the owner only."""
    path = root / "vault" / "key"
    if not path.is_file():
        path.parent.mkdir(exist_ok=True, mode=0o700)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_hex(KEY_BYTES))
    return path.read_text(encoding="utf-8").encode()


def _decisions(root: Path) -> Decisions:
    """Return what people decided: file, row, decision, with_file, with_row."""
    path = root / "registers" / DECISIONS
    if not path.is_file():
        return {}
    found: dict[tuple[str, int], tuple[str, tuple[str, int] | None]] = {}
    faults = []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for number, row in enumerate(csv.DictReader(handle), start=2):
            try:
                other = (row["with_file"], int(row["with_row"])) if row.get("with_file") else None
                if row["decision"] not in ("same", "different", "ask"):
                    raise ValueError(row["decision"])
                found[row["file"], int(row["row"])] = (row["decision"], other)
            except (KeyError, ValueError):
                expected = Said(
                    "file、row、decision（same|different|ask）、with_file、with_row",
                    "file, row, decision (same|different|ask), with_file, with_row",
                )
                got = Said("缺项", "parts missing")
                remedy = Said("照表头补全这一行。", "Complete the row under the heading.")
                faults.append(Fault(f"registers/{DECISIONS}", expected, got, remedy, number))
    raise_all(faults, DataFault)
    return found
