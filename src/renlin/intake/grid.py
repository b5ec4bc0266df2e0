"""Hold the cells of one file or sheet before anybody knows which row is the heading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from renlin.errors import Fault, Said
from renlin.intake.rows import row_list

EACH = 100  # faults of one kind that are listed one by one; more become one with all rows

Rows = tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Merge:
    """A block of merged cells: 1-based rows, 0-based columns, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """Cells with their row numbers, and what the reader of the file noticed.

    Parameters
    ----------
    place
        File, and sheet where there is one, as named in faults.
    rows
        ``(row number, cells)``; empty rows are counted, not kept.
    sheet
        Name of the sheet, None for a text file.
    merged
        Merged blocks of the sheet.
    cut_short
        The text ends without a line end: its last row may be cut.
    notes
        How the file was read: encoding, delimiter, sheets left out.
    faults, doubts
        What must be corrected; what was kept out as unknown.
    """

    place: str
    rows: Rows = field(repr=False)
    sheet: str | None = None
    merged: tuple[Merge, ...] = ()
    cut_short: bool = False
    notes: tuple[Said, ...] = ()
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()


def each_or_together(
    rows: Sequence[int], got: Said, make: Callable[[int, Said], Fault]
) -> list[Fault]:
    """Return one fault per row, or one that lists all rows when there are very many.

    Parameters
    ----------
    rows
        Row numbers, ascending.
    got
        What stands in each of these rows.
    make
        Makes the fault from its row and its ``got``.
    """
    if len(rows) <= EACH:
        return [make(row, got) for row in rows]
    where = row_list(rows)
    return [make(rows[0], Said(f"{got.zh}（{where.zh}）", f"{got.en} ({where.en})"))]
