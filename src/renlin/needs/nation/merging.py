"""Add up the counts that districts send: nothing of a resident is in them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from renlin.catalogue.load import Catalogue
from renlin.errors import DataFault, Fault, Said, raise_all
from renlin.needs.nation.district import store
from renlin.needs.nation.folder import damaged
from renlin.needs.nation.histograms import COLUMNS, merged
from renlin.needs.nation.manifest import file_hash, partial_of


def merge(folder: Path, catalogue: Catalogue) -> pd.DataFrame:
    """Return the counts of all districts whose histograms lie in ``folder``, added up.

    Raises
    ------
    DataFault
        When a file is no histogram, or the same bytes were sent twice.
    """
    faults: list[Fault] = []
    parts: dict[str, pd.DataFrame] = {}
    for path in sorted(folder.rglob("*.parquet")):
        place = path.relative_to(folder).as_posix()
        table = _read(path, place, catalogue, faults)
        if table is None:
            continue
        content = file_hash(path)
        if content in parts:
            faults.append(_sent_twice(place))
        parts[content] = table
    if not parts and not faults:
        faults.append(_no_counts("."))
    raise_all(faults, DataFault)
    return merged(parts.values())


def one(path: Path, catalogue: Catalogue) -> pd.DataFrame:
    """Return the counts of one file.

    Raises
    ------
    DataFault
        When it is no histogram.
    """
    faults: list[Fault] = []
    table = _read(path, path.name, catalogue, faults)
    raise_all(faults, DataFault)
    return merged([] if table is None else [table])


def save(table: pd.DataFrame, path: Path) -> None:
    """Write a table whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = partial_of(path)
    try:
        store(table, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _read(path: Path, place: str, catalogue: Catalogue, faults: list[Fault]) -> pd.DataFrame | None:
    try:
        with pq.ParquetFile(path) as file:
            table: pd.DataFrame = file.read().to_pandas()
    except (pa.ArrowException, OSError):
        faults.append(damaged(place))
        return None
    if sorted(table.columns) != sorted(COLUMNS) or not _fine(table, catalogue):
        faults.append(_no_counts(place))
        return None
    return table


def _fine(table: pd.DataFrame, catalogue: Catalogue) -> bool:
    types = pd.api.types
    fine = types.is_float_dtype(table["value"]) and types.is_integer_dtype(table["n"])
    known = table["column"].isin(list(catalogue.indicators)).all()
    return bool(fine and known and (table["n"] > 0).all() and table["value"].notna().all())


def _no_counts(place: str) -> Fault:
    return Fault(
        place,
        Said("区县的计数表：column、value、n", "counts of a district: column, value, n"),
        Said("没有或不是", "none, or another table"),
        Said("放进 OUT/histograms 里的文件。", "Put in files of OUT/histograms."),
    )


def _sent_twice(place: str) -> Fault:
    return Fault(
        place,
        Said("每区一份计数", "the counts of each district once"),
        Said("与另一份一字不差", "the same bytes as another file"),
        Said("去掉一份。", "Take one away."),
    )
