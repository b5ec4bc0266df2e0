"""Let every number carry where it comes from: finding, row, column, and the command."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

MIDNIGHT = " 00:00:00"


@dataclass(frozen=True)
class Cite:
    """Point at one cell of one finding.

    Attributes
    ----------
    finding
        Id of the finding.
    row
        Values of its key columns joined by ``|``; empty for the whole table, or where
        the key would name a household.
    column
        Column of the cell.
    folder
        Results folder as it stands in the command.
    """

    finding: str
    row: str
    column: str
    folder: str = "OUT"

    @property
    def command(self) -> str:
        """Return the command that explains this cell."""
        command = f"renlin explain {self.folder} {self.finding}"
        if self.row:
            command += f" --row '{self.row}'"
        return f"{command} --column {self.column}" if self.column and self.row else command


def attributes(cite: Cite) -> str:
    """Return the attributes that make an element open its source."""
    pairs = (("finding", cite.finding), ("row", cite.row), ("column", cite.column))
    told = " ".join(f'data-{name}="{escape(value, quote=True)}"' for name, value in pairs if value)
    return f'tabindex="0" {told}'


def number(words: object, cite: Cite | None, css: str = "") -> Markup:
    """Return a number of running text or of a table that opens its source."""
    shown = escape(str(words))
    if cite is None:
        return Markup(f'<span class="{css}">{shown}</span>' if css else shown)
    classes = f"n {css}".strip()
    told, hint = attributes(cite), escape(cite.command, quote=True)
    return Markup(f'<span class="{classes}" {told} title="{hint}">{shown}</span>')


def keyed(values: Iterable[object]) -> str:
    """Return the key of a row as the explain command takes it; a day is told without its hour."""
    return "|".join(str(value).removesuffix(MIDNIGHT) for value in values)
