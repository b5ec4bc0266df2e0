"""Print for people or for machines, show progress, and turn faults into exit codes."""

from __future__ import annotations

import functools
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

import click

from renlin.errors import RenlinError

F = TypeVar("F", bound=Callable[..., Any])
QUIET_BEFORE = 2.0  # s: a bar shows only on what takes longer
BAR_WIDTH = 28


def language() -> str:
    """Return the language chosen on the command line, ``zh`` by default."""
    context = click.get_current_context(silent=True)
    found = context.find_root().obj if context is not None else None
    return str((found or {}).get("language", "zh"))


def phrase(zh: str, en: str) -> str:
    """Return the sentence in the chosen language."""
    return zh if language() == "zh" else en


def give(value: Mapping[str, Any], *, as_json: bool, text: Sequence[str]) -> None:
    """Print ``value`` as one JSON object, or ``text`` for people."""
    if as_json:
        click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
    else:
        for line in text:
            click.echo(line)


def faults_end(command: F) -> F:
    """Turn our errors into lines on stderr and exit code 1; Ctrl-C into 130."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except RenlinError as error:
            for fault in error.faults:
                click.echo(fault.text(language()), err=True)
            n = len(error.faults)
            click.echo(f"共 {n} 处要改。" if language() == "zh" else f"{n} to correct.", err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            click.echo(
                "已停下，没有写出半截文件。"
                if language() == "zh"
                else "Stopped; nothing half-written.",
                err=True,
            )
            sys.exit(130)

    return cast(F, run)


class Bar:
    """Show how far a long step is, on stderr, once it has taken over two seconds."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.shown = False
        self.last = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Report that ``done`` of ``total`` parts of ``what`` are finished."""
        if time.monotonic() - self.started < QUIET_BEFORE and not self.shown:
            return
        share = done / total if total else 1.0
        filled = int(BAR_WIDTH * share)
        line = f"{what} [{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {done}/{total}"
        if not sys.stderr.isatty():
            if what != self.last:
                click.echo(f"{what} …", err=True)
        else:
            click.echo("\r\x1b[2K" + line, err=True, nl=done >= total)
        self.last = what
        self.shown = True


def table(frame: Any, *, most: int = 30) -> list[str]:
    """Return a data frame as aligned lines, CJK counted double, at most ``most`` rows."""
    rows = [[_cell(value) for value in row] for row in frame.head(most).itertuples(index=False)]
    heads = [str(name) for name in frame.columns]
    widths = [
        max([_width(head), *(_width(row[i]) for row in rows)]) for i, head in enumerate(heads)
    ]
    lines = [
        "  ".join(_pad(cell, widths[i]) for i, cell in enumerate(row)) for row in [heads, *rows]
    ]
    if len(frame) > most:
        more = len(frame) - most
        lines.append(f"… 还有 {more} 行" if language() == "zh" else f"… {more} more rows")
    return [line.rstrip() for line in lines]


def _cell(value: Any) -> str:
    if value is None or value != value or str(value) == "<NA>":
        return "?"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    return str(value)


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
