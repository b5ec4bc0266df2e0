"""Do one district: count its values, then judge its residents and count those."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from renlin.catalogue.load import Catalogue
from renlin.errors import DataFault, raise_all
from renlin.needs.nation import aggregates, checks
from renlin.needs.nation.engines import RANKS, RESIDENTS, Engine, Unreadable
from renlin.needs.nation.folder import District, damaged
from renlin.needs.nation.histograms import merged
from renlin.needs.nation.manifest import Manifest
from renlin.needs.nation.plan import JUDGED, PARTED, Plan


class Cells(NamedTuple):
    """Sizes below which a cell may not be shown."""

    k_persons: int
    k_households: int


def histogram_file(one: District) -> str:
    """Return where the counts of a district are kept."""
    return f"histograms/{one.name}.parquet"


def residents_file(one: District) -> str:
    """Return where the residents of a district are kept, once judged."""
    return f"residents/{one.name}/residents.parquet"


def communities_file(one: District) -> str:
    """Return where the counts by community and group are kept."""
    return f"communities/{one.name}.parquet"


def count(
    one: District, plan: Plan, engine: Engine, catalogue: Catalogue, kept: Manifest, mark: str
) -> None:
    """Count the values of a district and keep the counts.

    Raises
    ------
    DataFault
        When a file is damaged, or holds what cannot be.
    """
    try:
        engine.read(RESIDENTS, one.files)
        seen = engine.frame(plan.looked).iloc[0].to_dict()
        counts = merged([engine.frame(plan.counted)] if plan.counted else [])
    except Unreadable as error:
        raise DataFault(damaged(one.name)) from error
    raise_all(checks.faults({str(k): v for k, v in seen.items()}, counts, one.name, catalogue))
    kept.keep(mark, {histogram_file(one): lambda path: store(counts, path)})


def judge(
    one: District,
    ranks: pd.DataFrame,
    plan: Plan,
    engine: Engine,
    cells: Cells,
    kept: Manifest,
    mark: str,
) -> None:
    """Judge the residents of a district, count them by community and group, keep both.

    Raises
    ------
    DataFault
        When a file is damaged.
    """
    written: list[Path] = []

    def people(path: Path) -> None:
        engine.read(RESIDENTS, one.files)
        engine.take(RANKS, ranks)
        engine.write(plan.judged, path)
        written.append(path)

    def counts(path: Path) -> None:
        engine.read(JUDGED, written)
        engine.hold(PARTED, plan.parted)
        table = aggregates.communities(
            engine.frame(plan.by_group), engine.frame(plan.undecided), **cells._asdict()
        )
        ordered = table.sort_values(["community", "group"], kind="stable")
        store(ordered.reset_index(drop=True), path)

    try:
        kept.keep(mark, {residents_file(one): people, communities_file(one): counts})
    except Unreadable as error:
        raise DataFault(damaged(one.name)) from error


def read(path: Path) -> pd.DataFrame:
    """Return a table that :func:`store` wrote; names of folders are no columns of it."""
    with pq.ParquetFile(path) as file:
        table: pd.DataFrame = file.read().to_pandas()
    return table


def store(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet, the same bytes for the same table."""
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    pq.write_table(arrow.replace_schema_metadata(None), path, compression="zstd")
