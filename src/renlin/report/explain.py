"""Walk from one cell of a finding back to register rows, rules and sources."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from renlin.errors import DataFault, Fault, Said, did_you_mean, nearest
from renlin.finding import Finding, Lineage, open_finding

CATALOGUE_FILE = "catalogue.json"
EXAMPLES = 3
DEPTH = 6
REGISTER_COLUMNS = ("subject", "indicator", "source", "file", "row", "observed_on", "state")
"""Shown beside the key of a row that says which row of which file it is."""
WHOLE = ("all", "gap")
"""Rows that rest on every group, not on one of that name."""


@dataclass(frozen=True)
class Node:
    """One step of an explanation.

    Attributes
    ----------
    finding, id
        Name and id of the finding.
    row
        Key columns and values of the row, empty for a whole table.
    column, value
        The cell; empty for a whole table.
    rule
        How the column was made.
    entries
        Catalogue entries used: code, words, source as cited, verified.
    rows
        How many parent rows this step stands for.
    children
        What it rests on, at most a few examples of each kind.
    inputs
        Community tables or files it read, with content hashes.
    """

    finding: str
    id: str
    row: Mapping[str, str]
    column: str
    value: str
    rule: str
    entries: tuple[Mapping[str, str], ...] = ()
    rows: int = 1
    children: tuple[Node, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Return the tree as plain dictionaries, for ``--json``."""
        made = {name: getattr(self, name) for name in self.__dataclass_fields__}
        made["children"] = [child.plain() for child in self.children]
        made["entries"] = [dict(entry) for entry in self.entries]
        return made


def explain(
    folder: Path, finding: str, *, row: str | None = None, column: str | None = None
) -> Node:
    """Return the tree behind a finding, a row of it or one cell.

    Parameters
    ----------
    folder
        A results folder, or its ``findings`` folder.
    finding
        Id (``F-…``) or dotted name.
    row
        Values of the key columns in order, joined by ``|``.
    column
        Column of the cell.

    Raises
    ------
    DataFault
        When the finding, row or column is not there; the nearest is offered.
    """
    shelf = _Shelf(folder)
    opened = shelf.find(finding)
    if row is None:
        return shelf.whole(opened)
    return shelf.cell(opened, _chosen(opened, row), _column(opened, column), DEPTH)


def lines(node: Node, language: str = "zh", depth: int = 0) -> Iterator[str]:
    """Return the tree as indented lines in ``language``."""
    words = _WORDS[language]
    pad = "  " * depth
    where = ", ".join(f"{name}={value}" for name, value in node.row.items())
    count = "" if node.rows == 1 else words["rows"].format(n=node.rows)
    cell = f" {node.column} = {node.value}" if node.column else ""
    yield f"{pad}{node.id} {node.finding} [{where}]{cell}{count}"
    if node.rule:
        yield f"{pad}  {words['rule']}: {node.rule}"
    for entry in node.entries:
        mark = "" if entry["verified"] == "True" else words["unverified"]
        yield f"{pad}  {words['source']}: {entry['code']} – {entry['source']}{mark}"
    if node.inputs:
        listed = ", ".join(f"{name} {digest}" for name, digest in node.inputs.items())
        yield f"{pad}  {words['read']}: {listed}"
    for child in node.children:
        yield from lines(child, language, depth + 1)


_WORDS = {
    "zh": {
        "rows": "（共 {n} 行）",
        "rule": "规则",
        "source": "依据",
        "unverified": "（未核实）",
        "read": "读入",
    },
    "en": {
        "rows": " ({n} rows)",
        "rule": "rule",
        "source": "source",
        "unverified": " (not verified)",
        "read": "read",
    },
}


class _Shelf:
    """The findings of one run, opened when first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "findings" if (folder / "findings").is_dir() else folder
        self.paths = {path.stem: path for path in sorted(self.folder.glob("*.parquet"))}
        self.open: dict[str, Finding] = {}
        entries = self.folder / CATALOGUE_FILE
        self.catalogue: dict[str, dict[str, str]] = (
            json.loads(entries.read_text(encoding="utf-8")) if entries.is_file() else {}
        )

    def named(self, name: str) -> Finding | None:
        if name not in self.open and name in self.paths:
            self.open[name] = open_finding(self.paths[name])
        return self.open.get(name)

    def find(self, wanted: str) -> Finding:
        hit = self.named(wanted)
        if hit is not None:
            return hit
        known = {opened.id: opened for name in self.paths if (opened := self.named(name))}
        if wanted in known:
            return known[wanted]
        expected = Said("结论表的编号或名称", "id or name of a finding")
        remedy = did_you_mean(wanted, [*known, *self.paths])
        raise DataFault(Fault(self.folder.name, expected, Said(wanted, wanted), remedy))

    def whole(self, opened: Finding) -> Node:
        provenance = opened.provenance
        children = [
            self.whole(parent) for name in provenance.parents if (parent := self.named(name))
        ]
        entries = [self._entry(code) for code in provenance.catalogue]
        return Node(
            opened.name,
            opened.id,
            {},
            "",
            "",
            "",
            tuple(entries),
            len(opened.table),
            tuple(children),
            provenance.inputs,
        )

    def cell(self, opened: Finding, row: pd.Series, column: str, depth: int) -> Node:
        made = opened.provenance.lineage.get(column, Lineage(""))
        key = {name: str(row[name]) for name in opened.provenance.key}
        if {"file", "row"} <= set(row.index):
            key |= {name: str(row[name]) for name in REGISTER_COLUMNS if name in row.index}
        children: list[Node] = []
        for parent, own, theirs in made.parents if depth > 0 else ():
            children.extend(self._parents(parent, row, own, theirs, column, depth - 1))
        return Node(
            opened.name,
            opened.id,
            key,
            column,
            str(row[column]),
            made.rule,
            tuple(self._entry(code) for code in made.catalogue),
            1,
            tuple(children),
            opened.provenance.inputs if not children else {},
        )

    def _parents(
        self, name: str, row: pd.Series, own: str, theirs: str, column: str, depth: int
    ) -> Iterator[Node]:
        parent = self.named(name)
        if parent is None:
            return
        table = parent.table
        for mine, other in zip(own.split("+"), theirs.split("+"), strict=True):
            if mine and str(row[mine]) not in WHOLE:
                table = table[table[other].astype(str) == str(row[mine])]
        chosen = _own_column(parent, column)
        for _, found in table.head(EXAMPLES).iterrows():
            yield self.cell(parent, found, chosen, depth)
        if len(table) > EXAMPLES:
            more = len(table) - EXAMPLES
            yield Node(parent.name, parent.id, {"…": f"+{more}"}, "", "", "", (), more)

    def _entry(self, code: str) -> dict[str, str]:
        known = self.catalogue.get(code)
        return known or {"code": code, "source": "?", "verified": "False"}


def _own_column(parent: Finding, column: str) -> str:
    """Return the column of ``parent`` that carries on the trace."""
    if column in parent.table.columns and column not in parent.provenance.key:
        return column
    traced = [name for name in parent.provenance.lineage if name in parent.table.columns]
    rest = [name for name in parent.table.columns if name not in parent.provenance.key]
    return (traced or rest or list(parent.table.columns))[0]


def _chosen(opened: Finding, row: str) -> pd.Series:
    key = opened.provenance.key
    values = row.split("|")
    table = opened.table
    cells = table[list(key)].astype(str).itertuples(index=False)
    joined = pd.Series(["|".join(own) for own in cells], index=table.index, dtype="str")
    hit = table[joined == "|".join(values)]
    if len(hit) == 0:
        offered = nearest(row, joined) or str(joined.iloc[0] if len(joined) else "")
        raise DataFault(
            Fault(
                opened.name,
                Said(f"一行的键（{' | '.join(key)}）", f"the key of a row ({' | '.join(key)})"),
                Said("没有这一行", "no such row"),
                Said(f"例如「{offered}」。", f"For example {offered}."),
            )
        )
    return hit.iloc[0]


def _column(opened: Finding, column: str | None) -> str:
    if column is None:
        return _own_column(opened, "")
    if column not in opened.table.columns:
        expected = Said("这张表的列", "a column of this table")
        remedy = did_you_mean(column, map(str, opened.table.columns))
        raise DataFault(Fault(opened.name, expected, Said(column, column), remedy))
    return column
