"""Print for people or for machines, and show how far a long step is."""

from __future__ import annotations

import json
import sys
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import click

from renlin.errors import Fault, Said

QUIET_BEFORE = 2.0  # s: a bar shows only on what takes longer
BAR_WIDTH = 28  # characters
WIDEST_CELL = 44  # columns of a terminal; a longer text is cut with a mark
MOST_ROWS = 30
CLEAR = "\r\x1b[2K"


def language() -> str:
    """Return the language chosen on the command line, ``zh`` by default."""
    context = click.get_current_context(silent=True)
    found = context.find_root().obj if context is not None else None
    return str((found or {}).get("language", "zh"))


def phrase(zh: str, en: str) -> str:
    """Return the sentence in the chosen language."""
    return zh if language() == "zh" else en


def give(value: Mapping[str, Any], *, as_json: bool, text: Iterable[str]) -> None:
    """Print ``value`` as one JSON object, or ``text`` for people."""
    if as_json:
        print_json(value)
    else:
        for line in text:
            click.echo(line)


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object; unknown and infinite numbers are null."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2, allow_nan=False))


def plain(value: Any) -> Any:
    """Return ``value`` in what JSON knows: missing is null, dates ISO, shapes WKT.

    Examples
    --------
    >>> plain({"share": float("nan"), "rows": (1, 2)})
    {'share': None, 'rows': [1, 2]}
    """
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, Said):
        return value.in_language(language())
    if isinstance(value, set | frozenset):
        return sorted(map(plain, value), key=str)
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return value
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # a NumPy number or array
        return plain(value.tolist())
    if is_unknown(value) or value in (float("inf"), -float("inf")):
        return None
    if isinstance(value, int | float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def is_unknown(value: Any) -> bool:
    """Tell whether a cell is missing: None, NaN, NA or NaT."""
    return value is None or type(value).__name__ in ("NAType", "NaTType") or value != value


def fault_texts(faults: Iterable[Fault]) -> list[str]:
    """Return one line per fault in the chosen language."""
    return [fault.text(language()) for fault in faults]


def fault_values(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """Return faults as plain objects: place, row, column, expected, got, remedy, text."""
    said = language()
    return [
        {
            "place": fault.place,
            "row": fault.row,
            "column": fault.column,
            "expected": fault.expected.in_language(said),
            "got": fault.got.in_language(said),
            "remedy": fault.remedy.in_language(said),
            "text": fault.text(said),
        }
        for fault in faults
    ]


def complain(lines: Iterable[str]) -> None:
    """Print lines on stderr."""
    for line in lines:
        click.echo(line, err=True)


class Bar:
    """Show how far a long step is, on stderr, once it has taken over two seconds."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.last = ""
        context = click.get_current_context(silent=True)
        if context is not None:
            context.call_on_close(self.clear)

    def __call__(self, what: str, done: int, total: int) -> None:
        """Report that ``done`` of ``total`` parts of ``what`` are finished; of 0, a remark."""
        if total == 0:
            self.clear()
            click.echo(what, err=True)
            return
        if time.monotonic() - self.started < QUIET_BEFORE:
            return
        if sys.stderr.isatty():
            share = min(max(done / total, 0.0), 1.0) if total else 1.0
            filled = int(BAR_WIDTH * share)
            line = f"{what} [{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {done}/{total}"
            click.echo(CLEAR + line, err=True, nl=False)
        elif what != self.last:
            click.echo(f"{what} …", err=True)
        self.last = what

    def clear(self) -> None:
        """Take the bar away, so that results or faults stand on a line of their own."""
        if self.last and sys.stderr.isatty():
            click.echo(CLEAR, err=True, nl=False)
        self.last = ""


def table(frame: Any, *, most: int = MOST_ROWS) -> list[str]:
    """Return a data frame as aligned lines, CJK counted double, at most ``most`` rows."""
    heads = [str(name) for name in frame.columns]
    rows = [[_cell(value) for value in row] for row in frame.head(most).itertuples(index=False)]
    lines = list(aligned([heads, *rows]))
    if len(frame) > most:
        more = len(frame) - most
        lines.append(phrase(f"… 还有 {more} 行", f"… {more} more rows"))
    return lines


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows of cells as lines with aligned columns."""
    widths = [max(map(text_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell + " " * (width - text_width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        yield "  ".join(cells).rstrip()


def _cell(value: Any) -> str:
    if is_unknown(value):
        return "?"
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return phrase("是", "yes") if value else phrase("否", "no")
    if isinstance(value, float) and abs(value) == float("inf"):
        return "∞" if value > 0 else "-∞"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    if type(value).__name__ == "Timestamp":
        return str(value)[:10]
    text = " ".join(str(value).split())
    return text if text_width(text) <= WIDEST_CELL else _cut(text)


def _cut(text: str) -> str:
    kept, width = "", 0
    for character in text:
        width += text_width(character)
        if width > WIDEST_CELL - 1:
            break
        kept += character
    return kept + "…"


def text_width(text: str) -> int:
    """Return how many columns of a terminal ``text`` takes.

    Examples
    --------
    >>> text_width("3号楼")
    5
    """
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
