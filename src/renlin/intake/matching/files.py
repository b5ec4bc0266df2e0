"""Read tables to be linked, and labels; write pairs. Everything is text, blanks stripped."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pandas as pd

from renlin.community.spreadsheet import guarded
from renlin.errors import DataFault, Fault, Said, did_you_mean
from renlin.intake.sheets import LARGEST_FILE, read_table

LABEL_PAIRS = (("id_a", "id_b"), ("unique_id_l", "unique_id_r"), ("id_l", "id_r"))
"""Headings of the two ids in a file of labelled pairs."""
LABEL_SCORES = ("same", "match", "is_match", "label", "clerical_match_score")
"""Headings that say whether a labelled pair is true; without one, all are."""
_PARQUET = b"PAR1"


def read(path: Path) -> pd.DataFrame:
    """Return a table as text: Parquet, CSV in any encoding, XLSX, XLS or ODS.

    Raises
    ------
    DataFault
        With all faults of the file.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4)
        if start == _PARQUET:
            return _as_text(pd.read_parquet(path), path)
        if path.stat().st_size > LARGEST_FILE and not start.startswith(b"PK"):
            return _as_text(_large(path), path)
    except (OSError, ValueError) as error:
        got = Said("读不出的文件", "a file that cannot be read")
        remedy = Said("请检查文件名和格式。", "Check its name and format.")
        expected = Said("CSV、XLSX 或 Parquet", "CSV, XLSX or Parquet")
        raise DataFault(Fault(path.name, expected, got, remedy)) from error
    try:
        raw = read_table(path)
    except DataFault:
        raw = read_table(path, heading_row=1)
    if raw.faults:
        raise DataFault(raw.faults)
    return _as_text(pd.DataFrame(list(raw.rows), columns=list(raw.headings), dtype=object), path)


def _large(path: Path) -> pd.DataFrame:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return pd.read_csv(path, dtype=str, keep_default_na=False, encoding=encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("unknown encoding")


def _as_text(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    made = table.copy()
    made.columns = [" ".join(str(c).split()) for c in made.columns]
    twice = sorted({c for c in made.columns if list(made.columns).count(c) > 1})
    if twice:
        expected = Said("互不相同的标题", "headings that differ")
        remedy = Said("请改名。", "Rename one.")
        got = Said("重复的标题", "a heading that occurs twice")
        raise DataFault([Fault(path.name, expected, got, remedy, 1, c) for c in twice])
    for column in made.columns:
        values = made[column]
        made[column] = [None if v is None or v != v else str(v).strip() for v in values]
    return made


def read_labels(path: Path) -> pd.DataFrame:
    """Return the true pairs of a file of labels: ``id_a``, ``id_b``.

    The file lists pairs, with a score or word that says which are true (1, true, yes, 是,
    or a number from 0.5), or the cluster of each record (an id and ``cluster``).

    Raises
    ------
    DataFault
        When neither can be told from the headings.
    """
    table = read(path)
    for one, other in LABEL_PAIRS:
        if one in table.columns and other in table.columns:
            pairs = table.rename(columns={one: "id_a", other: "id_b"})
            score = next((c for c in LABEL_SCORES if c in table.columns), None)
            if score is not None:
                pairs = pairs[[_is_true(v) for v in pairs[score]]]
            return pairs[["id_a", "id_b"]].reset_index(drop=True)
    if "cluster" in table.columns and table.shape[1] >= 2:
        from renlin.intake.matching.scoring import pairs_of_clusters

        ids = next(str(c) for c in table.columns if c != "cluster")
        return pairs_of_clusters(table[ids].tolist(), table["cluster"].tolist())
    expected = Said("id_a 和 id_b，或编号和 cluster", "id_a and id_b, or an id and cluster")
    got = Said("、".join(table.columns), ", ".join(table.columns))
    remedy = did_you_mean(str(table.columns[0]), ["id_a", "id_b", "cluster"])
    raise DataFault(Fault(path.name, expected, got, remedy, 1))


def _is_true(value: object) -> bool:
    text = str(value).strip().casefold()
    try:
        return float(text) >= 0.5
    except ValueError:
        return text in ("true", "yes", "y", "same", "是", "match")


def csv_text(table: pd.DataFrame) -> str:
    """Return a table as CSV; a cell that a spreadsheet would run gets an apostrophe first.

    Ids stay as they are: they are keys, and whoever reads them must find them again.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([guarded(c) for c in table.columns])
    keys = [c in ("id_a", "id_b", "id", "cluster", "pair") for c in table.columns]
    for row in table.itertuples(index=False):
        writer.writerow([_cell(v, key) for v, key in zip(row, keys, strict=True)])
    return out.getvalue()


def _cell(value: object, key: bool) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "" if value != value else f"{value:.10g}"
    if value is None:
        return ""
    return value if key or not isinstance(value, str) else guarded(value)


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    fresh = path.with_name(path.name + ".part")
    try:
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
