"""Read a user's own margins, whatever the encoding, into the overlay of a new community."""

from __future__ import annotations

import csv
from pathlib import Path

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import ASSUMPTION
from renlin.errors import DataFault, Fault, Said, raise_all
from renlin.intake.sheets import read_table

NEEDED = ("margin", "category", "share")
KNOWN = (
    "code",
    "kind",
    "level",
    "margin",
    "given",
    "category",
    "share",
    "source",
    "verified",
    "note",
)
_HOUSEHOLD = ("size", "tenure")


def copy_margins(path: Path, overlay: Path, catalogue: Catalogue, *, kind: str) -> None:
    """Write the rows of ``path`` as ``margins.csv`` into ``overlay``.

    ``kind``, ``level``, ``given``, ``source`` and ``note`` may be left out: the community's
    kind, the level of the margin, no condition. A source that is no key of ``sources.bib``
    is kept in the note, and the row counts as an assumption.

    Raises
    ------
    DataFault
        When a column is missing, a share is no number or a row stands twice.
    """
    table = read_table(path, sheet=None, known=frozenset(KNOWN))
    absent = [name for name in NEEDED if name not in table.headings]
    raise_all([*table.faults, *(_absent(path, name) for name in absent)], DataFault)
    rows: dict[str, dict[str, str]] = {}
    faults: list[Fault] = []
    for number, cells in zip(table.row_numbers, table.rows, strict=True):
        stated = dict(zip(table.headings, (cell.strip() for cell in cells), strict=True))
        row = _row(stated, catalogue, kind)
        if row["code"] in rows:
            faults.append(_twice(path, number))
        rows[row["code"]] = row
    raise_all(faults, DataFault)
    overlay.mkdir(parents=True, exist_ok=True)
    with (overlay / "margins.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, fieldnames=KNOWN, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[code] for code in sorted(rows))


def _row(stated: dict[str, str], catalogue: Catalogue, kind: str) -> dict[str, str]:
    margin, given = stated["margin"], stated.get("given", "")
    source = stated.get("source", "") or ASSUMPTION
    note = stated.get("note", "")
    if source != ASSUMPTION and source not in catalogue.sources:
        note = f"{source}; {note}" if note else source
        source = ASSUMPTION
    kind = stated.get("kind", "") or kind
    return {
        "code": ".".join(filter(None, (kind, margin, given, stated["category"]))),
        "kind": kind,
        "level": stated.get("level", "") or _level(margin, catalogue),
        "margin": margin,
        "given": given,
        "category": stated["category"],
        "share": stated["share"],
        "source": source,
        "verified": stated.get("verified", "") or "false",
        "note": note,
    }


def _level(margin: str, catalogue: Catalogue) -> str:
    if margin in catalogue.indicators:
        return {"households": "household"}.get(catalogue.indicators[margin].subject, "person")
    return "household" if margin in _HOUSEHOLD else "person"


def _absent(path: Path, name: str) -> Fault:
    return Fault(
        path.name,
        Said(f"有 {name} 列", f"a column {name}"),
        Said("没有", "none"),
        Said("补上这一列。", "Add the column."),
        1,
        name,
    )


def _twice(path: Path, row: int) -> Fault:
    return Fault(
        path.name,
        Said("每一类只写一次", "each category once"),
        Said("重复的一行", "a row that stands twice"),
        Said("删去其中一行。", "Remove one of the two."),
        row,
    )
