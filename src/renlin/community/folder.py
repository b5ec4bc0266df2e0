"""Open one folder as a community, and save a community as a folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from renlin.catalogue.load import load
from renlin.community.community import TABLES, Community
from renlin.community.layer_files import Unreadable, read_file
from renlin.community.layers import SUFFIXES, layer_path, layer_place, read_layer, write_layer
from renlin.community.references import dangling, undeclared, unknown_kinds
from renlin.community.sessions import SESSION_TABLES, read_sessions
from renlin.community.settings import (
    Policy,
    Scenario,
    Scheme,
    Settings,
    Study,
    read_declared,
)
from renlin.errors import (
    CatalogueFault,
    DataFault,
    Fault,
    RenlinError,
    Said,
    SchemeFault,
    nearest,
    raise_all,
)

__all__ = [
    "open_community",
    "open_map",
    "read_layer",
    "read_policy",
    "save_community",
    "write_layer",
]

NOTES = "notes.csv"
LAYERS = "layers"
NOT_BUILT = Said("还没有整理", "not built yet")
BUILT = (
    "persons",
    "households",
    "dwellings",
    "facts",
    "ties",
    "residences",
    "links",
    "doubtful",
    "vouched",
)
"""Tables made from the registers; pointers to them mean nothing before they are."""
GENERATED = ("findings", "out", "vault", "keys", "layers.partial", "layers.old")
T = TypeVar("T")
D = TypeVar("D", Scheme, Scenario)


def open_community(folder: str | Path) -> Community:
    """Open a community folder and check every file of it.

    Parameters
    ----------
    folder
        Folder with ``community.toml`` and ``layers/``.

    Raises
    ------
    DataFault, CatalogueFault, SchemeFault
        With all faults of all files; the class is that of whoever must act first: the
        holder of the layers, the keeper of the catalogue, the planner.

    Examples
    --------
    >>> place = open_community("tests/places/willow")
    >>> len(place["buildings"])
    3
    """
    return _Opening(Path(folder)).community()


def open_map(folder: str | Path) -> Community:
    """Open a community folder whose residents may still have to be built.

    For what only needs the map, such as bringing in its layers before the registers.

    Raises
    ------
    DataFault, CatalogueFault, SchemeFault
        As :func:`open_community`, save that residents not built are no fault.
    """
    return _Opening(Path(folder), built=False).community()


def read_policy(root: Path) -> Policy:
    """Return the community's policy, or the shipped one when it declares none."""
    own = root / "policy.toml"
    shipped = Path(str(files("renlin.catalogue"))) / "policy.toml"
    return read_declared(own if own.is_file() else shipped, Policy)


def save_community(community: Community, folder: str | Path) -> Path:
    """Write the layers of ``community`` into ``folder`` and return it.

    All layers are written beside the old ones and take their place when the last is
    there: when anything fails, the folder is as it was. Files among the layers that are
    none of ours, ``community.toml``, ``workshops/`` and what people wrote stay as they are.
    """
    root = Path(folder)
    fresh = root / "layers.partial"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        for name, frame in community.tables.items():
            if len(frame) and name not in SESSION_TABLES:
                write_layer(frame, name, fresh)
        if len(community.notes):
            community.notes.to_csv(fresh / NOTES, index=False, lineterminator="\n")
        _keep_foreign(root / LAYERS, fresh)
        _exchange(fresh, root / LAYERS, root / "layers.old")
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return root


def _keep_foreign(old: Path, new: Path) -> None:
    """Copy what is no layer of ours from ``old`` into ``new``."""
    for path in old.glob("*"):
        if path.is_file() and path.stem not in TABLES and path.name != NOTES:
            shutil.copy2(path, new / path.name)
        elif path.is_dir():
            shutil.copytree(path, new / path.name)


def _exchange(new: Path, final: Path, old: Path) -> None:
    """Put ``new`` in the place of ``final``; what stood there goes when that is done."""
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        final.rename(old)
    try:
        new.rename(final)
    except BaseException:
        if old.exists():
            old.rename(final)
        raise
    shutil.rmtree(old, ignore_errors=True)


class _Opening:
    """Read a folder file by file, gathering the faults of each kind."""

    def __init__(self, root: Path, *, built: bool = True) -> None:
        self.root, self.built = root, built
        self.faults: dict[type[RenlinError], list[Fault]] = {
            DataFault: [],
            CatalogueFault: [],
            SchemeFault: [],
        }

    def community(self) -> Community:
        root = self.root
        settings = self._try(
            lambda: read_declared(root / "community.toml", Settings, kind=DataFault)
        )
        catalogue = self._try(lambda: load(root / "catalogue"))
        policy = self._try(lambda: read_policy(root))
        study = root / "study.toml"
        studied = self._try(lambda: read_declared(study, Study)) if study.is_file() else None
        schemes = self._declared(root / "schemes", Scheme)
        scenarios = self._declared(root / "scenarios", Scenario)
        data = self.faults[DataFault]
        notes = _notes(root, data)
        data.extend(_unmetric(settings) if settings else ())
        tables: dict[str, pd.DataFrame] = {}
        if settings is not None and catalogue is not None and not data:
            unbuilt = _unbuilt(root)
            data.extend([*(unbuilt if self.built else ()), *_files_not_read(root)])
            tables = {name: read_layer(root, name, settings, catalogue, data) for name in TABLES}
            places = {name: layer_place(root, name) for name in TABLES}
            there = {n: t for n, t in tables.items() if not unbuilt or n not in BUILT}
            data.extend(dangling(there, catalogue, places))
            tables |= read_sessions(root, catalogue, data)
        if catalogue is not None:
            planned = self.faults[SchemeFault]
            planned.extend(undeclared(policy, catalogue, "policy.toml") if policy else ())
            planned.extend(unknown_kinds(scenarios, catalogue))
        self._raise()
        return Community(
            settings=_read(settings),
            policy=_read(policy),
            study=studied,
            catalogue=_read(catalogue),
            tables=tables,
            schemes=schemes,
            scenarios=scenarios,
            inputs=_hashes(root),
            notes=notes,
        )

    def _try(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except RenlinError as error:
            self.faults[type(error)].extend(error.faults)
            return None

    def _declared(self, folder: Path, model: type[D]) -> Mapping[str, D]:
        found: dict[str, D] = {}
        for path in sorted(folder.glob("*.toml")):
            made = self._try(partial(read_declared, path, model))
            if made is not None and made.code in found:
                self.faults[SchemeFault].append(_code_twice(path, made.code))
            elif made is not None:
                found[made.code] = made
        return found

    def _raise(self) -> None:
        """Raise everything found as one error, of the class of whoever must act first."""
        every = [fault for faults in self.faults.values() for fault in faults]
        for kind, faults in self.faults.items():
            if faults:
                raise_all(every, kind)


def _read(declared: T | None) -> T:
    """Return what was read; nothing missing is left once the faults are raised."""
    if declared is None:
        raise AssertionError("a missing declaration carries a fault")
    return declared


def _unmetric(settings: Settings) -> list[Fault]:
    """Return a fault when the coordinate system is unknown or does not count in metres."""
    try:
        crs = CRS.from_user_input(settings.crs)
    except CRSError:
        got = Said("认不出的坐标系", "a system that is not known")
    else:
        if crs.is_projected and all(axis.unit_name == "metre" for axis in crs.axis_info):
            return []
        got = Said("不以米计的坐标系", "a system that does not count in metres")
    return [
        Fault(
            "community.toml",
            Said("以米计的投影坐标系", "a projected system in metres"),
            got,
            Said("例如 EPSG:32650。", "For example EPSG:32650."),
            None,
            "crs",
        )
    ]


def _unbuilt(root: Path) -> list[Fault]:
    registers = root / "registers"
    if registers.is_dir() and any(registers.iterdir()) and layer_path(root, "persons") is None:
        return [
            Fault(
                "layers/persons.csv",
                Said("由名册整理出的住户表", "residents made from the registers"),
                NOT_BUILT,
                Said(f"先运行 renlin build {root.name}。", f"Run renlin build {root.name} first."),
            )
        ]
    return []


def _files_not_read(root: Path) -> list[Fault]:
    """Return a fault for every file that would be passed over though a layer was meant.

    A second file of a layer, a layer in another format, or a name close to that of a
    layer that is absent. Other files in the folder are the holder's own.
    """
    faults = []
    for path in sorted((root / LAYERS).glob("*")):
        if not path.is_file() or path.name == NOTES:
            continue
        name, read = path.stem, layer_path(root, path.stem)
        if name in TABLES and path != read and path.suffix in (*SUFFIXES, ".shp", ".xlsx"):
            faults.append(_passed_over(path, read))
        meant = nearest(name, TABLES) if name not in TABLES else None
        if path.suffix in SUFFIXES and meant is not None and layer_path(root, meant) is None:
            faults.append(_misnamed(path, meant))
    return faults


def _passed_over(path: Path, read: Path | None) -> Fault:
    expected = Said("一层一个文件，.gpkg、.geojson 或 .csv", "one .gpkg, .geojson or .csv a layer")
    got = (
        Said("别的格式", "another format")
        if read is None
        else Said(f"还有 {read.name}", f"{read.name} beside it")
    )
    remedy = Said("转换格式，或删去一个。", "Convert it, or delete one of them.")
    return Fault(f"layers/{path.name}", expected, got, remedy)


def _misnamed(path: Path, meant: str) -> Fault:
    expected = Said("层的名字", "the name of a layer")
    remedy = Said(f"是不是「{meant}」？", f"Did you mean {meant}?")
    return Fault(f"layers/{path.name}", expected, Said(path.stem, path.stem), remedy)


def _code_twice(path: Path, code: str) -> Fault:
    expected = Said("每个文件自己的代码", "a code of its own in every file")
    got = Said(f"别的文件已用的 {code}", f"{code}, used by another file")
    remedy = Said("换一个 code。", "Choose another code.")
    return Fault(f"{path.parent.name}/{path.name}", expected, got, remedy, None, "code")


def _hashes(root: Path) -> dict[str, str]:
    """Return file -> content hash of everything people wrote or registers brought."""
    found = {}
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.is_file() and relative.parts[0] not in GENERATED:
            found[str(relative)] = blake2b(path.read_bytes(), digest_size=8).hexdigest()
    return found


def _notes(root: Path, faults: list[Fault]) -> pd.DataFrame:
    """Return what was dropped or mended when the map was read."""
    path = root / LAYERS / NOTES
    if path.is_file():
        try:
            return read_file(path, "notes", "").astype("str")
        except Unreadable as error:
            faults.extend(error.faults)
    return pd.DataFrame(columns=["table", "id", "reason"], dtype="str")
