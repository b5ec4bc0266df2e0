"""Build the layers of residents from the registers of a folder: all or nothing."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import pandas as pd

from renlin.catalogue.load import Catalogue, load
from renlin.community.folder import read_layer, write_layer
from renlin.community.keeping import erased_persons, overdue_rows, without
from renlin.community.read_log import keys_folder
from renlin.community.settings import Settings, read_declared
from renlin.community.staging import OWNER_ONLY, staged
from renlin.community.tables import conform, empty
from renlin.community.vault import (
    for_owner,
    ring_of,
    ring_or_new,
    write_identities,
    write_ring,
)
from renlin.errors import DataFault, Fault, RenlinError, Said, raise_all
from renlin.intake.decisions import Decision, read_decisions
from renlin.intake.dwellings import directory, names_of
from renlin.intake.linkage import caution_of, learnt, link
from renlin.intake.mapping import RegisterMapping, readable_mapping
from renlin.intake.matching.model import Model
from renlin.intake.remainder import saved_model, shipped_model
from renlin.intake.residents import Vouched, residents
from renlin.intake.roll import Roll, check_stated, read_roll
from renlin.privacy.keys import Keyring

ROLES = ("household", "civil_affairs", "medical", "other")
MAPPING, MODEL, MANIFEST = "mapping.toml", "linkage.json", "build.json"
KEY, KEY_BYTES = "key", 32
T = TypeVar("T")


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


def build(folder: str | Path, *, model: Model | None = None) -> Built:
    """Build ``layers/`` of residents from ``registers/``.

    Nothing is written unless every register could be read; names and numbers go sealed to
    ``vault/identities.csv`` (readable by the owner only), never into the layers.

    Parameters
    ----------
    model
        Weights for what the cascade leaves; else those of ``registers/linkage.json``, or
        the shipped ones.

    Raises
    ------
    DataFault
        With all faults of all registers and of what they are read with.
    """
    root = Path(folder)
    planned = _planned(root, model)
    _write(root, planned)
    return planned.built


def examine(folder: str | Path) -> Built:
    """Return what :func:`build` would find, or raise what it would raise; write nothing."""
    return _planned(Path(folder)).built


@dataclass(frozen=True)
class _Planned:
    """Everything that building is going to write."""

    built: Built
    tables: dict[str, pd.DataFrame]
    identities: pd.DataFrame
    key: str
    ring: Keyring


def _planned(root: Path, model: Model | None = None) -> _Planned:
    ground = _Ground(root)
    rolls = ground.rolls()
    faults = [*ground.faults, *(fault for roll in rolls for fault in roll.faults)]
    if ground.faults:
        raise_all(faults, ground.kind)
    settings, catalogue, maps = ground.whole()
    key = _key(root)
    made = residents(
        link(
            [roll.records for roll in rolls],
            caution_of(catalogue),
            model or ground.model or shipped_model(),
            ground.decisions,
        ),
        directory(maps["buildings"], maps["entrances"]),
        catalogue,
        key=key.encode(),
        day=settings.survey_date,
        leading=rolls[0].name if rolls else "",
        vouched=[
            Vouched(r.name, f"registers/{r.mapping.file}", r.mapping.as_of, r.mapping.complete)
            for r in rolls
            if r.mapping.complete
        ],
    )
    tables = _kept(made.tables, catalogue, settings, erased_persons(root))
    typed, wrong = _typed(tables, catalogue)
    raise_all([*faults, *made.faults, *wrong], DataFault)
    counts = {name: len(table) for name, table in typed.items()}
    if left_out := len(made.tables["facts"]) - len(typed["facts"]):
        counts["facts.left_out"] = left_out
    counts |= {f"links.{step}": int(n) for step, n in typed["links"]["step"].value_counts().items()}
    doubts = tuple(doubt for roll in rolls for doubt in roll.doubts)
    built = Built(counts, doubts, {roll.name: dict(roll.guessed) for roll in rolls})
    identities = without(made.identities, erased_persons(root))
    return _Planned(built, typed, identities, key, ring_or_new(root))


def _kept(
    tables: dict[str, pd.DataFrame],
    catalogue: Catalogue,
    settings: Settings,
    erased: frozenset[str],
) -> dict[str, pd.DataFrame]:
    """Return the tables without facts past their retention and without who was erased."""
    kept = dict(tables)
    if len(kept["facts"]):
        gone = overdue_rows(kept["facts"], catalogue, pd.Timestamp(settings.survey_date))
        kept["facts"] = kept["facts"][~gone.to_numpy()]
    if erased:
        kept = {name: without(table, erased) for name, table in kept.items()}
    return kept


def learn(folder: str | Path) -> Model:
    """Return weights learnt from the registers of a folder, of which there must be two.

    Raises
    ------
    DataFault
        With all faults of the registers; when there is only one of them.
    """
    ground = _Ground(Path(folder))
    rolls = ground.rolls()
    raise_all([*ground.faults, *(fault for roll in rolls for fault in roll.faults)], ground.kind)
    if len(rolls) < 2:
        expected = Said("两份以上名册", "two registers at least")
        got = Said(f"{len(rolls)} 份", str(len(rolls)))
        remedy = Said("用自带的权重。", "Use the shipped weights.")
        raise DataFault(Fault(f"registers/{MAPPING}", expected, got, remedy))
    return learnt([roll.records for roll in rolls])


def _model(root: Path) -> Model | None:
    """Return the folder's own weights, None where it has none."""
    path = root / "registers" / MODEL
    return saved_model(path) if path.is_file() else None


class _Ground:
    """Read what registers are read with, gathering the faults of every file."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[Fault] = []
        self.kind: type[RenlinError] = DataFault
        self.catalogue = self._try(lambda: load(root / "catalogue"))
        self.settings = self._try(
            lambda: read_declared(root / "community.toml", Settings, kind=DataFault)
        )
        self.mappings, wrong = readable_mapping(root / "registers" / MAPPING)
        self.faults.extend(wrong)
        self.decisions: tuple[Decision, ...] = self._try(lambda: read_decisions(root)) or ()
        self.model = self._try(lambda: _model(root))
        self.maps = {name: self._map(name) for name in ("buildings", "entrances")}

    def _try(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except RenlinError as error:
            self.kind = type(error) if not self.faults else self.kind
            self.faults.extend(error.faults)
            return None

    def _map(self, name: str) -> pd.DataFrame | None:
        if self.settings is None or self.catalogue is None:
            return None
        return read_layer(self.root, name, self.settings, self.catalogue, self.faults)

    def rolls(self) -> list[Roll]:
        """Return the registers in order of trust, as far as they can be read."""
        catalogue, buildings = self.catalogue, self.maps["buildings"]
        if catalogue is None:
            return []
        for name, mapping in self.mappings.items():
            place = f"registers/{MAPPING}[registers.{name}]"
            self.faults.extend(check_stated(mapping, place, catalogue))
        places = None
        if self.settings is not None and buildings is not None:
            places = names_of(self.settings.name, buildings)
        return [
            read_roll(name, mapping, self.root / "registers", catalogue, places)
            for name, mapping in _in_order_of_trust(self.mappings)
        ]

    def whole(self) -> tuple[Settings, Catalogue, dict[str, pd.DataFrame]]:
        """Return what was read; nothing is missing when there is no fault."""
        maps = {name: table for name, table in self.maps.items() if table is not None}
        if self.settings is None or self.catalogue is None or len(maps) < len(self.maps):
            raise AssertionError("what is missing carries a fault")
        return self.settings, self.catalogue, maps


def _in_order_of_trust(
    mappings: Mapping[str, RegisterMapping],
) -> list[tuple[str, RegisterMapping]]:
    return sorted(mappings.items(), key=lambda item: (ROLES.index(item[1].role), item[0]))


def is_stale(folder: str | Path) -> bool:
    """Return whether what the layers were built from has changed since."""
    root = Path(folder)
    if not (root / "registers" / MAPPING).is_file():
        return False
    manifest = root / "layers" / MANIFEST
    if not manifest.is_file():
        return True
    return bool(json.loads(manifest.read_text(encoding="utf-8"))["inputs"] != _inputs(root))


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


def _write(root: Path, planned: _Planned) -> None:
    """Write layers, manifest and vault beside the old ones, then let all take their place.

    Keys take their place first: a vault is never there without what opens it.
    """
    vault, layers = root / "vault", root / "layers"
    text = json.dumps({"inputs": _inputs(root)}, ensure_ascii=False, indent=1, sort_keys=True)
    with (
        staged(layers) as fresh,
        staged(vault, mode=OWNER_ONLY) as secret,
        staged(keys_folder(root), mode=OWNER_ONLY) as keys,
    ):
        if ring_of(root) is None:
            write_ring(planned.ring, keys)
        for name, table in planned.tables.items():
            write_layer(table, name, fresh)
        (fresh / MANIFEST).write_text(text, encoding="utf-8")
        write_identities(planned.identities, planned.ring, secret)
        with for_owner(secret / KEY) as out:
            out.write(planned.key)


def _inputs(root: Path) -> dict[str, str]:
    """Return the hash of every file the residents are built from."""
    read = [*sorted((root / "registers").rglob("*")), *sorted((root / "catalogue").rglob("*"))]
    paths = [path for path in read if path.is_file()]
    for name in ("buildings", "entrances"):
        paths += sorted((root / "layers").glob(f"{name}.*"))
    return {
        str(path.relative_to(root)): blake2b(path.read_bytes(), digest_size=8).hexdigest()
        for path in [*paths, root / "community.toml"]
    }


def _key(root: Path) -> str:
    """Return the key of the pseudonyms, a new one when the folder has none yet."""
    path = root / "vault" / KEY
    return path.read_text(encoding="utf-8") if path.is_file() else secrets.token_hex(KEY_BYTES)
