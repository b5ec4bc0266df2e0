"""Run every module of this package that has a ``rows()`` function and print one table.

``python -m benchmarks kernel`` runs only the named modules.
"""

from __future__ import annotations

import sys
import unicodedata
from importlib import import_module
from pkgutil import iter_modules

import benchmarks
from benchmarks import Row

HEADINGS = Row("what", "measured", "bar")


def measured(chosen: list[str]) -> list[Row]:
    """Return the rows of the ``chosen`` modules, or of all, in order of name."""
    rows: list[Row] = []
    for module in iter_modules(benchmarks.__path__):
        if module.name.startswith("_") or (chosen and module.name not in chosen):
            continue
        found = getattr(import_module(f"benchmarks.{module.name}"), "rows", None)
        if found is not None:
            rows += found()
    return rows


def wide(text: str) -> int:
    """Return the columns ``text`` takes on a terminal; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def printed(rows: list[Row]) -> str:
    """Return the table as text."""
    every = [HEADINGS, *rows]
    widths = [max(wide(row[column]) for row in every) for column in range(len(HEADINGS))]

    def line(row: Row) -> str:
        cells = (text + " " * (width - wide(text)) for text, width in zip(row, widths, strict=True))
        return " | ".join(cells).rstrip()

    rule = "-+-".join("-" * width for width in widths)
    return "\n".join([line(HEADINGS), rule, *(line(row) for row in rows)])


if __name__ == "__main__":
    print(printed(measured(sys.argv[1:])))
