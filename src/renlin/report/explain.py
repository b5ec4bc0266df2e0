"""Walk from one cell of a finding back to register rows, rules and sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from renlin.finding import Finding, Lineage
from renlin.report.explain_steps import carriers, implied, known, matching, telling
from renlin.report.shelf import Entry, Shelf, column_of, row_of

__all__ = ["Node", "explain", "trace"]

EXAMPLES = (3, 2, 1, 1, 1, 1)
"""Rows shown of a parent, by how far it is from the cell asked for; the rest is counted."""
REGISTER_COLUMNS = ("subject", "indicator", "source", "file", "row", "observed_on", "state")
"""Shown beside the key of a row that says which row of which file it is."""
RULE_COLUMNS = ("ruleset", "version", "rule")
"""Columns of a row that name the rule which decided it."""
INDICATOR, REASON = "indicator", "reason_zh"


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
        The cell; empty for a whole table. None where the value is unknown.
    rule
        How the column was made; where the row names the rule that decided it, that too.
    entries
        Catalogue entries used: code, words, source as cited, verified.
    rows
        How many parent rows this step stands for.
    unknown
        How many of them have no value in the column that carries on the trace.
    children
        What it rests on, at most a few examples of each kind.
    inputs
        Community tables or files it read, with content hashes.
    rest
        Whether it stands for the rows not shown.
    """

    finding: str
    id: str
    row: Mapping[str, Any] = field(default_factory=dict)
    column: str = ""
    value: Any = ""
    rule: str = ""
    entries: tuple[Entry, ...] = ()
    rows: int = 1
    unknown: int = 0
    children: tuple[Node, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    rest: bool = False

    @property
    def is_none(self) -> bool:
        """Return whether the parent has no row that belongs to the cell: nothing is known."""
        return self.rows == 0 and not self.row

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
        Column of the cell; every traced column when None.

    Raises
    ------
    DataFault
        When the finding, row or column is not there; the nearest is offered.
    """
    return trace(Shelf(folder), finding, row=row, column=column)


def trace(shelf: Shelf, finding: str, *, row: str | None = None, column: str | None = None) -> Node:
    """Return the same as :func:`explain` for findings that are already at hand.

    Raises
    ------
    DataFault
        As :func:`explain`.
    """
    walk = _Walk(shelf)
    found = shelf.find(finding)
    if column is not None:
        column_of(found, column)
    if row is None:
        return walk.whole(found, column)
    cells = row_of(found, row)
    if column is not None:
        return walk.cell(found, cells, column, 0)
    return walk.line(found, cells)


class _Walk:
    """One way back through the findings; what was shown once is not shown again."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.shown: set[tuple[str, ...]] = set()

    def whole(self, found: Finding, column: str | None = None) -> Node:
        """Return a table, how one column of it is made, and the tables it was made from."""
        made = found.provenance
        lineage = made.lineage.get(column or "", Lineage(""))
        codes = lineage.catalogue if column else tuple(made.catalogue)
        named = dict.fromkeys(p for p, _, _ in lineage.parents) if column else made.parents
        new = (found.name,) not in self.shown
        self.shown.add((found.name,))
        parents = [parent for name in named if new and (parent := self.shelf.named(name))]
        return Node(
            found.name,
            found.id,
            column=column or "",
            rule=lineage.rule,
            entries=self._entries(codes) if column else (),
            rows=len(found.table),
            children=tuple(self.whole(parent) for parent in parents),
            inputs=made.inputs,
        )

    def line(self, found: Finding, row: pd.Series) -> Node:
        """Return one row: its cells, with one trace for those made in the same way."""
        columns = [c for c in map(str, found.table.columns) if c not in found.provenance.key]
        traced = [c for c in columns if c in found.provenance.lineage] or columns
        first: dict[Lineage | None, str] = {}
        for column in traced:
            first.setdefault(found.provenance.lineage.get(column), column)
        key = self._key(found, row)
        cells = [
            self.cell(found, row, column, 1)
            if column in first.values()
            else Node(found.name, found.id, key, column, known(row[column]))
            for column in traced
        ]
        return Node(found.name, found.id, key, children=tuple(cells))

    def cell(self, found: Finding, row: pd.Series, column: str, depth: int) -> Node:
        """Return one cell and, as far as ``EXAMPLES`` reaches, what it rests on."""
        made = found.provenance.lineage.get(column) or implied(found, self.shelf)
        made = self._narrowed(made, row)
        key = self._key(found, row)
        mark = (found.name, column, *map(str, key.values()))
        new = mark not in self.shown
        self.shown.add(mark)
        children: list[Node] = []
        for parent in made.parents if new and depth < len(EXAMPLES) else ():
            children.extend(self._parents(found, row, column, parent, made, depth))
        there = {child.finding for child in children if not child.is_none}
        children = [child for child in children if not child.is_none or child.finding not in there]
        decided = [str(row[name]) for name in RULE_COLUMNS if name in row.index]
        return Node(
            found.name,
            found.id,
            key,
            column,
            known(row[column]),
            "; ".join(filter(None, (made.rule, " ".join(decided)))),
            self._entries(made.catalogue, row),
            children=tuple(children),
            inputs=found.provenance.inputs if new else {},
        )

    def _narrowed(self, made: Lineage, row: pd.Series) -> Lineage:
        """Return a lineage with the indicators of the class or group the row names, no others."""
        said = {value for value in row if isinstance(value, str)}
        named = [
            entry
            for code in made.catalogue
            if code.partition("/")[2] in said
            for entry in self.shelf.entries(code)
        ]
        keep = {f"indicators/{one}" for entry in named for one in entry.get("rests_on", "").split()}
        if not keep:
            return made
        codes = [c for c in made.catalogue if not c.startswith("indicators/") or c in keep]
        return replace(made, catalogue=tuple(codes))

    def _parents(
        self,
        found: Finding,
        row: pd.Series,
        column: str,
        behind: tuple[str, str, str],
        made: Lineage,
        depth: int,
    ) -> Iterator[Node]:
        """Yield the rows of one parent a cell rests on: a few of them, and a count."""
        name, own, theirs = behind
        parent = self.shelf.named(name)
        if parent is None:
            return
        table = matching(found, row, column, parent, (own.split("+"), theirs.split("+")))
        table = self._named_indicators(row, table, column, made)
        if not len(table):
            yield Node(parent.name, parent.id, rows=0, inputs=self._ground(parent.name))
            return
        chosen = carriers(found, row, column, parent, table, made)
        shown = telling(table, chosen[0], EXAMPLES[depth])
        for _, cells in shown.iterrows():
            yield from (self.cell(parent, cells, one, depth + 1) for one in chosen)
        if len(table) > len(shown):
            unknown = int(table[chosen[0]].isna().sum())
            more = len(table) - len(shown)
            yield Node(
                parent.name, parent.id, column=chosen[0], rows=more, unknown=unknown, rest=True
            )

    def _ground(self, name: str) -> Mapping[str, str]:
        """Return the tables a finding read, else those its parents did."""
        made = self.shelf.provenances[name]
        found = dict(made.inputs)
        for parent in made.parents if not found else ():
            found |= self._ground(parent) if parent in self.shelf.provenances else {}
        return found

    def _named_indicators(
        self, row: pd.Series, table: pd.DataFrame, column: str, made: Lineage
    ) -> pd.DataFrame:
        """Return of facts those the cell was made from, those that its reason names first."""
        if INDICATOR not in table.columns:
            return table
        about = {c.partition("/")[2]: c for c in made.catalogue if c.startswith("indicators/")}
        reason = str(row[REASON]) if REASON in row.index else ""
        told = [
            name
            for name, code in about.items()
            if (word := self.shelf.entries(code)[0].get("zh")) and word in reason
        ]
        own = table[table[INDICATOR] == column]
        if len(own) or not about:
            return own if len(own) else table
        hits = table[table[INDICATOR].isin(list(about))]
        named = hits[INDICATOR].isin(told)
        return pd.concat([hits[named], hits[~named]])

    def _key(self, found: Finding, row: pd.Series) -> dict[str, Any]:
        names = list(found.provenance.key)
        if {"file", "row"} <= set(row.index):
            names += [name for name in REGISTER_COLUMNS if name in row.index]
        return {name: known(row[name]) for name in dict.fromkeys(names)}

    def _entries(self, codes: Sequence[str], row: pd.Series | None = None) -> tuple[Entry, ...]:
        """Return the entries cited; of a part from which the row names some, only those."""
        cited = [entry for code in codes for entry in self.shelf.entries(code)]
        if row is None:
            return tuple(cited)
        named = {value for value in row if isinstance(value, str)}
        own = {e["code"] for e in cited if e["code"].partition("/")[2] in named}
        parts = {code.partition("/")[0] for code in own}
        return tuple(e for e in cited if e["code"] in own or _part(e) not in parts)


def _part(entry: Entry) -> str:
    return entry["code"].partition("/")[0]
