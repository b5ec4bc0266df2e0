"""Keep the findings of one run at hand: by name or id, a row by its key, a source by its code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import pandas as pd

from renlin.errors import DataFault, Fault, Said, did_you_mean, nearest
from renlin.finding import Finding, Provenance, open_finding, open_provenance

CATALOGUE_FILE = "catalogue.json"
Entry = dict[str, str]


class Shelf:
    """The findings of one run; a table is opened when it is first needed.

    Parameters
    ----------
    folder
        A results folder, or its ``findings`` folder.

    Raises
    ------
    DataFault
        When the folder holds no findings.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "findings" if (folder / "findings").is_dir() else folder
        self.paths = {path.stem: path for path in sorted(self.folder.glob("*.parquet"))}
        self.opened: dict[str, Finding] = {}
        if not self.paths:
            expected, got = Said("结论表", "findings"), Said("没有", "none")
            remedy = Said("先运行 renlin run。", "Run renlin run first.")
            raise DataFault(Fault(f"{folder.name}/findings", expected, got, remedy))

    @cached_property
    def provenances(self) -> dict[str, Provenance]:
        """Return the provenance of every finding, without opening its table."""
        return {name: open_provenance(path) for name, path in self.paths.items()}

    @cached_property
    def catalogue(self) -> dict[str, Entry]:
        """Return every entry of the catalogue in force, ``part/code`` -> what it says."""
        path = self.folder / CATALOGUE_FILE
        if not path.is_file():
            return {}
        try:
            found: dict[str, Entry] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            expected, got = Said("完整的 JSON", "whole JSON"), Said("坏了", "a damaged file")
            remedy = Said("用 renlin run 重新生成。", "Make it anew with renlin run.")
            raise DataFault(Fault(CATALOGUE_FILE, expected, got, remedy)) from error
        return found

    def named(self, name: str) -> Finding | None:
        """Return the finding of that name, None when the run made none."""
        if name not in self.opened and name in self.paths:
            self.opened[name] = open_finding(self.paths[name])
        return self.opened.get(name)

    def find(self, wanted: str) -> Finding:
        """Return a finding by name or id.

        Raises
        ------
        DataFault
            When there is none; the nearest is offered.
        """
        hit = self.named(wanted)
        if hit is not None:
            return hit
        ids = {made.id: name for name, made in self.provenances.items()}
        hit = self.named(ids.get(wanted, ""))
        if hit is not None:
            return hit
        expected = Said("结论表的编号或名称", "id or name of a finding")
        remedy = did_you_mean(wanted, [*ids, *self.paths])
        if nearest(wanted, [*ids, *self.paths]) is None:
            listed = ", ".join(self.paths)
            remedy = Said(f"有这些：{listed}。", f"There are {listed}.")
        raise DataFault(Fault(self.folder.name, expected, Said(wanted, wanted), remedy))

    def entries(self, code: str) -> list[Entry]:
        """Return the entry ``part/code``, or all of a part; one nobody knows says so."""
        if code in self.catalogue:
            return [self.catalogue[code]]
        whole = [entry for name, entry in self.catalogue.items() if name.startswith(f"{code}/")]
        return whole or [{"code": code, "source": "?", "verified": "False"}]


def row_of(found: Finding, key: str) -> pd.Series:
    """Return the row whose key columns, joined by ``|``, read ``key``.

    Raises
    ------
    DataFault
        When there is none; the nearest row is offered.
    """
    table, names = found.table, list(found.provenance.key)
    if len(table):
        values = key.split("|")
        mask = pd.Series(len(values) == len(names), index=table.index)
        for name, value in zip(names, values, strict=False):
            mask &= table[name].astype(str) == value
        joined = _joined(table, names) if not mask.any() and len(values) > len(names) else None
        hit = table[mask if joined is None else joined == key]
        if len(hit):
            return hit.iloc[0]
    raise DataFault(_no_row(found, key))


def _joined(table: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    cells = table[list(names)].astype(str).itertuples(index=False)
    return pd.Series(["|".join(own) for own in cells], index=table.index, dtype="str")


def _no_row(found: Finding, key: str) -> Fault:
    names = found.provenance.key
    listed = " | ".join(names)
    offered = _nearest_row(found.table, names, key.split("|"))
    remedy = Said("这张表是空的。", "The table is empty.")
    if offered:
        remedy = Said(f"是不是「{offered}」？", f"Did you mean {offered}?")
    return Fault(
        found.name,
        Said(f"一行的键（{listed}）", f"the key of a row ({listed})"),
        Said("没有这一行", "no such row"),
        remedy,
    )


def _nearest_row(table: pd.DataFrame, names: Sequence[str], values: Sequence[str]) -> str:
    """Return the key of the row nearest to ``values``, column by column."""
    left, chosen = table, []
    for at, name in enumerate(names):
        cells = left[name].astype(str)
        wanted = values[at] if at < len(values) else ""
        known = sorted(set(cells))
        if not known:
            return ""
        word = wanted if wanted in known else (nearest(wanted, known) or known[0])
        chosen.append(word)
        left = left[cells == word]
    return "|".join(chosen)


def column_of(found: Finding, column: str) -> str:
    """Return ``column`` if the finding has it.

    Raises
    ------
    DataFault
        When it has none of that name; the nearest is offered.
    """
    if column in found.table.columns:
        return column
    names = [str(name) for name in found.table.columns]
    expected = Said(f"这张表的列：{'、'.join(names)}", f"a column: {', '.join(names)}")
    raise DataFault(Fault(found.name, expected, Said(column, column), did_you_mean(column, names)))
