"""Keep every table together with where it came from.

A :class:`Finding` is a table and its :class:`Provenance`. Its id is a hash of
everything that made it (code version, name, content of the inputs and parents,
catalogue entries, policy, parameters, seeds), never of the clock, so the same
work gives the same id and a changed input changes exactly what depends on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from renlin.errors import DataFault, Fault, Said
from renlin.version import VERSION

METADATA_KEY = b"renlin"
Privacy = Literal["public", "internal", "personal"]


@dataclass(frozen=True)
class Lineage:
    """Say how one column was made, so that one cell can be traced.

    Parameters
    ----------
    rule
        The formula or rule in one line, with its version where it has one.
    catalogue
        Catalogue entries used, each ``part/code``.
    parents
        Parent cells: (finding name, own key column, key column there). Rows of the
        parent whose key equals this row's are the ones this cell rests on. Several
        columns are joined by ``+``. An empty own key means the whole parent table.
    """

    rule: str
    catalogue: tuple[str, ...] = ()
    parents: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Provenance:
    """Everything that determines a finding.

    Attributes
    ----------
    name
        Dotted name, such as ``needs.tiers``.
    key
        Columns that identify a row.
    inputs
        Input table or file -> content hash.
    parents
        Parent finding name -> (id, content hash).
    catalogue
        ``part/code`` or ``part`` -> content hash.
    policy, parameters
        Value choices and resolved numbers that were in force.
    seeds
        Seeds used, in order.
    privacy
        Who may read it.
    synthetic
        Whether any input was synthetic.
    lineage
        Column -> how it was made.
    version
        Version of the product.
    """

    name: str
    key: tuple[str, ...]
    inputs: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    catalogue: Mapping[str, str] = field(default_factory=dict)
    policy: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seeds: tuple[int, ...] = ()
    privacy: Privacy = "internal"
    synthetic: bool = False
    lineage: Mapping[str, Lineage] = field(default_factory=dict)
    version: str = VERSION

    @cached_property
    def id(self) -> str:
        """Return the id, ``F-`` and ten hex digits, worked out once.

        Parents count by their content, not by their id: when a parent comes out the
        same in spite of a changed input, its children stay the same too.
        """
        plain = asdict(self)
        plain["parents"] = {name: content for name, (_, content) in self.parents.items()}
        text = json.dumps(plain, sort_keys=True, ensure_ascii=False, default=_jsonable)
        return "F-" + blake2b(text.encode(), digest_size=5).hexdigest()


@dataclass(frozen=True)
class Finding:
    """A table and its provenance; the table must not be changed."""

    table: pd.DataFrame
    provenance: Provenance

    @property
    def name(self) -> str:
        """Return the dotted name."""
        return self.provenance.name

    @property
    def id(self) -> str:
        """Return the id."""
        return self.provenance.id

    @cached_property
    def content(self) -> str:
        """Return the content hash of the table, worked out once."""
        return content_hash(self.table)


def find(
    name: str,
    table: pd.DataFrame,
    *,
    key: Sequence[str],
    inputs: Mapping[str, pd.DataFrame | str] | None = None,
    parents: Iterable[Finding] = (),
    catalogue: Mapping[str, str] | None = None,
    policy: Mapping[str, Any] | None = None,
    parameters: Mapping[str, Any] | None = None,
    seeds: Iterable[int] = (),
    privacy: Privacy = "internal",
    synthetic: bool = False,
    lineage: Mapping[str, Lineage] | None = None,
) -> Finding:
    """Return ``table`` as a finding, sorted by its key.

    Parameters
    ----------
    inputs
        Community tables (hashed here) or content hashes of files.
    parents
        Findings it was made from; a synthetic parent makes it synthetic.
    catalogue
        ``part/code`` or ``part`` -> ``Catalogue.digest`` of it.

    Raises
    ------
    ValueError
        When the key is not unique, or a lineage names a parent that is none: programming
        errors, not faults of the data.
    """
    parents = tuple(parents)
    named = {cited for made in (lineage or {}).values() for cited, _, _ in made.parents}
    strangers = named - {parent.name for parent in parents}
    if strangers:
        raise ValueError(f"{name}: its lineage cites {sorted(strangers)}, which are no parents")
    ordered = table.sort_values(list(key), kind="stable").reset_index(drop=True)
    if key and ordered.duplicated(list(key)).any():
        raise ValueError(f"{name}: key {tuple(key)} is not unique")
    hashed = {
        entry: value if isinstance(value, str) else content_hash(value)
        for entry, value in sorted((inputs or {}).items())
    }
    provenance = Provenance(
        name=name,
        key=tuple(key),
        inputs=hashed,
        parents={parent.name: (parent.id, parent.content) for parent in parents},
        catalogue=dict(sorted((catalogue or {}).items())),
        policy=dict(policy or {}),
        parameters=dict(parameters or {}),
        seeds=tuple(int(seed) for seed in seeds),
        privacy=privacy,
        synthetic=synthetic or any(parent.provenance.synthetic for parent in parents),
        lineage=dict(lineage or {}),
    )
    return Finding(ordered, provenance)


def content_hash(table: pd.DataFrame) -> str:
    """Return a hash of headings, types and cells of ``table``; the index does not count."""
    digest = blake2b(digest_size=8)
    for column in table.columns:
        series = table[column]
        digest.update(f"{column}|".encode())
        if isinstance(series, gpd.GeoSeries) or str(series.dtype) == "geometry":
            for shape in gpd.GeoSeries(series).to_wkb():
                digest.update(shape if shape is not None else b"\0")
        elif pd.api.types.is_float_dtype(series.dtype):
            cells = series.to_numpy(dtype="float64", na_value=np.nan)
            digest.update(np.where(np.isnan(cells), np.nan, cells).tobytes())  # NaN has a sign
        else:
            codes, kinds = pd.factorize(series)
            digest.update(codes.astype("int64").tobytes())
            digest.update("\x1f".join(map(str, kinds)).encode())
    return digest.hexdigest()


def save(finding: Finding, folder: Path) -> Path:
    """Write ``finding`` as (Geo)Parquet into ``folder`` and return the path.

    The provenance travels in the metadata of the file under the key ``renlin``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{finding.name}.parquet"
    partial = path.with_suffix(".partial")
    if isinstance(finding.table, gpd.GeoDataFrame):
        finding.table.to_parquet(partial, index=False)
        arrow = pq.read_table(partial)
    else:
        arrow = pa.Table.from_pandas(finding.table, preserve_index=False)
    text = json.dumps(asdict(finding.provenance), ensure_ascii=False, default=_jsonable)
    metadata = {**(arrow.schema.metadata or {}), METADATA_KEY: text.encode()}
    pq.write_table(arrow.replace_schema_metadata(metadata), partial, compression="zstd")
    partial.replace(path)
    return path


def open_finding(path: Path) -> Finding:
    """Read a finding that :func:`save` wrote.

    Raises
    ------
    DataFault
        When the file is no Parquet file or carries no provenance of ours.
    """
    provenance, geo = _read_metadata(path)
    try:
        table = gpd.read_parquet(path) if geo else pq.read_table(path).to_pandas()
    except (pa.ArrowException, OSError) as error:
        raise DataFault(_not_ours(path)) from error
    return Finding(table, provenance)


def open_provenance(path: Path) -> Provenance:
    """Read only where a finding came from, not its table.

    Raises
    ------
    DataFault
        When the file is no Parquet file or carries no provenance of ours.
    """
    return _read_metadata(path)[0]


def _read_metadata(path: Path) -> tuple[Provenance, bool]:
    """Return the provenance in a file, and whether its table holds shapes."""
    try:
        metadata = pq.read_schema(path).metadata or {}
        if METADATA_KEY not in metadata:
            raise DataFault(_not_ours(path))
        return _provenance(json.loads(metadata[METADATA_KEY])), b"geo" in metadata
    except (pa.ArrowInvalid, OSError, ValueError, KeyError, TypeError) as error:
        raise DataFault(_not_ours(path)) from error


def _provenance(fields: dict[str, Any]) -> Provenance:
    fields = dict(fields)
    fields["key"] = tuple(fields["key"])
    fields["seeds"] = tuple(fields["seeds"])
    fields["parents"] = {name: tuple(pair) for name, pair in fields["parents"].items()}
    fields["lineage"] = {
        column: Lineage(
            made["rule"], tuple(made["catalogue"]), tuple(tuple(p) for p in made["parents"])
        )
        for column, made in fields["lineage"].items()
    }
    return Provenance(**fields)


def _not_ours(path: Path) -> Fault:
    return Fault(
        path.name,
        Said("本软件写的结论表", "a finding written by this program"),
        Said("别的文件", "some other file"),
        Said("用 renlin run 重新生成。", "Make it anew with renlin run."),
    )


def _jsonable(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    if isinstance(value, Lineage):
        return asdict(value)
    return str(value)
