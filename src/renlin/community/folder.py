"""Open one folder as a community, and save a community as a folder."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
from shapely import points

from renlin.catalogue.load import Catalogue, load
from renlin.community.community import GEOMETRY_TABLES, TABLES, Community
from renlin.community.settings import (
    Declared,
    Policy,
    Scenario,
    Scheme,
    Settings,
    Study,
    read_declared,
)
from renlin.community.tables import conform, dangling, empty
from renlin.errors import DataFault, Fault, RenlinError, Said, raise_all

FROM_REGISTERS = (
    "persons",
    "households",
    "dwellings",
    "facts",
    "ties",
    "residences",
    "links",
    "doubtful",
)
NOTES = "notes.csv"
LONLAT = "EPSG:4326"


def open_community(folder: str | Path) -> Community:
    """Open a community folder and check every file of it.

    Parameters
    ----------
    folder
        Folder with ``community.toml`` and ``layers/``.

    Raises
    ------
    DataFault, SchemeFault, CatalogueFault
        With all faults of all files of that kind.

    Examples
    --------
    >>> place = open_community("tests/places/willow")
    >>> len(place["buildings"])
    3
    """
    root = Path(folder)
    settings = read_declared(root / "community.toml", Settings, kind=DataFault)
    catalogue = load(root / "catalogue")
    faults: list[Fault] = list(_unbuilt(root))
    tables = {name: read_layer(root, name, settings, catalogue, faults) for name in TABLES}
    faults.extend(dangling(tables, catalogue, {name: _place(root, name) for name in TABLES}))
    raise_all(faults, DataFault)
    study = root / "study.toml"
    return Community(
        settings=settings,
        policy=read_policy(root),
        study=read_declared(study, Study) if study.is_file() else None,
        catalogue=catalogue,
        tables=tables,
        schemes=_declared(root / "schemes", Scheme),
        scenarios=_declared(root / "scenarios", Scenario),
        inputs=_hashes(root),
        notes=_notes(root),
    )


def read_policy(root: Path) -> Policy:
    """Return the community's policy, or the shipped one when it declares none."""
    own = root / "policy.toml"
    shipped = Path(str(files("renlin.catalogue"))) / "policy.toml"
    return read_declared(own if own.is_file() else shipped, Policy)


def save_community(community: Community, folder: str | Path) -> Path:
    """Write the layers of ``community`` into ``folder`` and return it.

    Everything is written beside the folder first and moved when it is complete, so
    nothing half-written is left. ``community.toml`` and what people wrote stay as they are.
    """
    root = Path(folder)
    partial = root / "layers.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name, frame in community.tables.items():
        if len(frame):
            write_layer(frame, name, partial)
    if len(community.notes):
        community.notes.to_csv(partial / NOTES, index=False)
    final = root / "layers"
    shutil.rmtree(final, ignore_errors=True)
    partial.rename(final)
    return root


def write_layer(frame: pd.DataFrame, name: str, layers: Path) -> Path:
    """Write one table into ``layers``: GeoPackage for shapes, else CSV; return the path."""
    if name in GEOMETRY_TABLES and name != "facilities":
        path = layers / f"{name}.gpkg"
        path.unlink(missing_ok=True)
        flat = gpd.GeoDataFrame(
            {c: _writable(frame[c]) for c in frame.columns if c != "geometry"},
            geometry=list(frame["geometry"]),
            crs=getattr(frame, "crs", None),
        )
        pyogrio.write_dataframe(flat, path, layer=name, driver="GPKG")
        return path
    path = layers / f"{name}.csv"
    flat_frame = pd.DataFrame({c: _writable(frame[c]) for c in frame.columns if c != "geometry"})
    flat_frame.to_csv(path, index=False, lineterminator="\n")
    return path


def _writable(series: pd.Series) -> pd.Series:
    """Return cells as text: yes/no, ISO dates, whole numbers without a point."""
    if series.dtype == "boolean":
        return series.map({True: "yes", False: "no"}).astype("object")
    if str(series.dtype).startswith("datetime"):
        dates: pd.Series = series.dt.strftime("%Y-%m-%d")
        return dates
    plain: pd.Series = series.astype("object").where(series.notna(), None)
    return plain


def read_layer(
    root: Path, name: str, settings: Settings, catalogue: Catalogue, faults: list[Fault]
) -> pd.DataFrame:
    """Return one layer of the folder ``root``, adding what is wrong with it to ``faults``."""
    path = _path(root, name)
    if path is None:
        return _located(empty(catalogue, name), name, settings)
    try:
        raw = _read(path, settings)
    except _Unreadable as error:
        faults.append(error.fault)
        return _located(empty(catalogue, name), name, settings)
    done = conform(raw, name, catalogue, place=_place(root, name))
    faults.extend(done.faults)
    return _located(done.table, name, settings)


class _Unreadable(Exception):
    def __init__(self, path: Path, why: str) -> None:
        super().__init__(why)
        expected = Said("读得开的文件", "a file that can be read")
        remedy = Said("重新导出这个文件。", "Export the file again.")
        self.fault = Fault(f"layers/{path.name}", expected, Said(why, why), remedy)


def _read(path: Path, settings: Settings) -> pd.DataFrame:
    try:
        if path.suffix == ".csv":
            return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        frame = pyogrio.read_dataframe(path)
    except (OSError, ValueError, UnicodeDecodeError, pyogrio.errors.DataSourceError) as error:
        raise _Unreadable(path, str(error)[:120]) from error
    if frame.crs is None:
        raise _Unreadable(path, "no coordinate system declared")
    plain = pd.DataFrame(frame.to_crs(settings.crs)).astype("object")
    return plain.where(plain.notna(), None)


def _located(frame: pd.DataFrame, name: str, settings: Settings) -> pd.DataFrame:
    if name not in GEOMETRY_TABLES:
        return frame
    if name != "facilities":
        located: pd.DataFrame = gpd.GeoDataFrame(frame, geometry="geometry", crs=settings.crs)
        return located
    given = settings.crs if settings.coordinates == "projected" else LONLAT
    shapes = gpd.GeoSeries(points(frame["x"], frame["y"]), crs=given)
    located: pd.DataFrame = gpd.GeoDataFrame(frame, geometry=shapes.to_crs(settings.crs))
    return located


def _path(root: Path, name: str) -> Path | None:
    for suffix in (".gpkg", ".geojson", ".csv"):
        path = root / "layers" / f"{name}{suffix}"
        if path.is_file():
            return path
    return None


def _place(root: Path, name: str) -> str:
    path = _path(root, name)
    return f"layers/{path.name if path else name}"


def _unbuilt(root: Path) -> list[Fault]:
    registers = root / "registers"
    if registers.is_dir() and any(registers.iterdir()) and _path(root, "persons") is None:
        return [
            Fault(
                "layers/persons.csv",
                Said("由名册整理出的住户表", "residents made from the registers"),
                Said("还没有整理", "not built yet"),
                Said(f"先运行 renlin build {root.name}。", f"Run renlin build {root.name} first."),
            )
        ]
    return []


def _declared(folder: Path, model: type[Declared]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    kind: type[RenlinError] | None = None
    for path in sorted(folder.glob("*.toml")):
        try:
            made: Any = read_declared(path, model)
            found[made.code] = made
        except RenlinError as error:
            faults.extend(error.faults)
            kind = type(error)
    if kind is not None:
        raise_all(faults, kind)
    return found


def _hashes(root: Path) -> dict[str, str]:
    """Return file -> content hash of everything people wrote or registers brought."""
    found = {}
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.is_file() and relative.parts[0] not in ("findings", "vault"):
            found[str(relative)] = blake2b(path.read_bytes(), digest_size=8).hexdigest()
    return found


def _notes(root: Path) -> pd.DataFrame:
    path = root / "layers" / NOTES
    if path.is_file():
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    return pd.DataFrame(columns=["table", "id", "reason"], dtype="str")
