"""Keep what people decided about pairs of register rows: who, when, and what was undone.

``registers/decisions.csv`` is a history: nothing in it is changed or deleted. The last
line of a pair stands; an ``undo`` takes back the last one that stood.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from renlin.errors import DataFault, Fault, Said, raise_all

FILE = "decisions.csv"
WORDS = ("same", "different", "ask")
UNDO = "undo"
COLUMNS = ("file", "row", "decision", "with_file", "with_row", "by", "on")
Place = tuple[str, int]
"""File and row of a record."""


@dataclass(frozen=True)
class Decision:
    """What somebody decided about a pair of rows.

    Attributes
    ----------
    row, other
        The rows; ``other`` is None where the row is different from all it resembles.
    word
        ``same``, ``different``, ``ask`` or ``undo``.
    by, on
        Who and which day; empty in files older than these columns.
    """

    row: Place
    other: Place | None
    word: str
    by: str = ""
    on: str = ""

    @property
    def pair(self) -> frozenset[Place | None]:
        """Return the pair, whichever row is named first."""
        return frozenset((self.row, self.other))


def read_decisions(root: Path) -> tuple[Decision, ...]:
    """Return the history of a folder, oldest first; nothing where there is no file.

    Raises
    ------
    DataFault
        With every line that lacks a part or uses another word.
    """
    path = root / "registers" / FILE
    if not path.is_file():
        return ()
    found, faults = [], []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for number, row in enumerate(csv.DictReader(handle), start=2):
            try:
                found.append(_decision(row))
            except (KeyError, ValueError, TypeError):
                faults.append(_fault(number))
    raise_all(faults, DataFault)
    return tuple(found)


def standing(history: Iterable[Decision]) -> dict[frozenset[Place | None], Decision]:
    """Return the decision that stands for each pair."""
    told: dict[frozenset[Place | None], list[Decision]] = {}
    for decision in history:
        before = told.setdefault(decision.pair, [])
        if decision.word == UNDO:
            before[-1:] = []
        else:
            before.append(decision)
    return {pair: before[-1] for pair, before in told.items() if before}


def record(root: Path, decision: Decision) -> None:
    """Add a decision to the history of a folder; the file is replaced whole or not at all."""
    path = root / "registers" / FILE
    rows = [_row(one) for one in (*read_decisions(root), decision)]
    fresh = path.with_name(path.name + ".part")
    with fresh.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(fresh, path)


def _row(one: Decision) -> tuple[str, ...]:
    file, row = one.other if one.other is not None else ("", "")
    return (one.row[0], str(one.row[1]), one.word, file, str(row), one.by, one.on)


def _decision(row: dict[str, str]) -> Decision:
    other = (row["with_file"], int(row["with_row"])) if row.get("with_file") else None
    word = row["decision"]
    if word not in (*WORDS, UNDO) or (word == "same" and other is None):
        raise ValueError(word)
    on = row.get("on") or ""
    if on:
        dt.date.fromisoformat(on)
    return Decision((row["file"], int(row["row"])), other, word, row.get("by") or "", on)


def _fault(number: int) -> Fault:
    expected = Said(
        "file、row、decision（same|different|ask|undo）、with_file、with_row、by、on（年-月-日）",
        "file, row, decision (same|different|ask|undo), with_file, with_row, by, on (a date)",
    )
    got = Said("缺项", "parts missing")
    remedy = Said("照表头补全这一行。", "Complete the row under the heading.")
    return Fault(f"registers/{FILE}", expected, got, remedy, number)
