"""Put a capacity found by a micro check back: into a community, or into its own catalogue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from renlin.catalogue.models import BottleneckRow
from renlin.community.community import Community
from renlin.errors import DataFault, Fault, Said
from renlin.finding import Finding

SOURCE = "micro_check"
"""Key of ``sources.bib``: a simulated figure, not an observed one."""
FILE = "bottlenecks.csv"
COLUMNS = ("code", "share", "flow", "low", "high", "source", "confidence", "verified", "note")
SLOW_SHARE = ("code", "share", "factor", "source", "confidence", "verified", "note")


def bottleneck_rows(found: Finding) -> pd.DataFrame:
    """Return the flow through the spot as rows of ``bottlenecks.csv``.

    Shares without a steady flow, and those at which most runs jammed, are left out: what
    is not known is not put in force.
    """
    table = _known(found)
    return _sourced(table, table["spot"], found.id)[list(COLUMNS)]


def slow_share_rows(found: Finding) -> pd.DataFrame:
    """Return the effect of slow walkers as rows of ``slow_share.csv``.

    For a planner who takes the spot as typical of all narrow ways of the place; the
    catalogue takes the rows of the code that comes first.
    """
    table = _known(found)
    return _sourced(table, "micro_" + table["spot"].str.replace("/", "_"), found.id)[
        list(SLOW_SHARE)
    ]


def with_capacity(place: Community, found: Finding) -> Community:
    """Return ``place`` whose links at the spot have the capacity of the finding.

    Earlier rows of the same spot are replaced, those of other spots kept.
    """
    rows = [
        BottleneckRow.model_validate({k: v for k, v in row.items() if not pd.isna(v)})
        for row in bottleneck_rows(found).to_dict("records")
    ]
    codes = {row.code for row in rows}
    kept = [row for row in place.catalogue.bottlenecks if row.code not in codes]
    every = tuple(sorted([*kept, *rows], key=lambda row: (row.code, row.share)))
    return replace(place, catalogue=replace(place.catalogue, bottlenecks=every))


def write_overlay(found: Finding, folder: Path) -> Path:
    """Write the flow through the spot into ``bottlenecks.csv`` of a community's catalogue.

    Rows of other spots in the file are kept. Return the path.

    Raises
    ------
    DataFault
        When the file there has other columns.
    """
    fresh = bottleneck_rows(found)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    if path.is_file():
        old = pd.read_csv(path, dtype={"note": str})
        if tuple(old.columns) != COLUMNS:
            raise DataFault(_other_columns(old))
        fresh = pd.concat([old[~old["code"].isin(fresh["code"])], fresh], ignore_index=True)
    partial = path.with_suffix(".partial")
    fresh.sort_values(["code", "share"]).to_csv(partial, index=False, lineterminator="\n")
    partial.replace(path)
    return path


def _known(found: Finding) -> pd.DataFrame:
    """Return the rows with a steady flow of runs that did not mostly jam."""
    table = found.table
    moved = 2 * table["n_stuck"] <= table["n_runs"]
    return table[table["flow"].notna() & table["factor"].notna() & moved]


def _sourced(table: pd.DataFrame, code: pd.Series, finding: str) -> pd.DataFrame:
    """Return rows with code, source and a note that says how they were made."""
    note = [
        f"{finding}: {row['n_runs']} runs of {row['persons']} persons, {row['n_stuck']} jammed; "
        f"clear width {row['width']:.2f} m"
        for row in table.to_dict("records")
    ]
    figures = {name: np.round(table[name], 4) for name in ("flow", "low", "high", "factor")}
    return table.assign(
        code=code, source=SOURCE, confidence="C", verified=False, note=note, **figures
    ).reset_index(drop=True)


def _other_columns(old: pd.DataFrame) -> Fault:
    shown, expected = ", ".join(map(str, old.columns)), ", ".join(COLUMNS)
    return Fault(
        f"catalogue/{FILE}",
        Said(f"列 {expected}", f"columns {expected}"),
        Said(shown, shown),
        Said("改正列名，或先把这个文件移开。", "Correct the headings, or move the file away."),
        1,
    )
