"""Name the pieces a page is made of; the template knows how each looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

Words = str | Markup
NOTHING = "–"


@dataclass(frozen=True)
class Head:
    """One column of a table: its words; numbers stand right, words left."""

    words: Words
    number: bool = False
    wide: str = ""


@dataclass(frozen=True)
class Table:
    """A table; ``strong`` rows are totals, ``rule`` rows stand under a line.

    Rows in ``parts`` head the rows below them: one cell across the table.
    """

    head: tuple[Head, ...]
    rows: tuple[tuple[Words, ...], ...]
    strong: frozenset[int] = frozenset()
    rule: frozenset[int] = frozenset()
    note: Words = ""
    css: str = ""
    parts: frozenset[int] = frozenset()

    kind: str = field(default="table", init=False)


@dataclass(frozen=True)
class Figure:
    """A picture under the sentence it proves, with its note and its twin table."""

    kicker: str
    title: Words
    picture: Markup
    sub: Words = ""
    note: Words = ""
    twin: Table | None = None
    below: Words = ""

    kind: str = field(default="figure", init=False)


@dataclass(frozen=True)
class Section:
    """A heading with pieces under it."""

    kicker: str
    title: Words
    parts: tuple[Piece, ...]
    sub: Words = ""

    kind: str = field(default="section", init=False)


@dataclass(frozen=True)
class Text:
    """A short text under a small heading."""

    title: Words
    paragraphs: tuple[Words, ...]

    kind: str = field(default="text", init=False)


@dataclass(frozen=True)
class Note:
    """One line that says that something is not there, or how something is counted."""

    words: Words
    empty: bool = False

    kind: str = field(default="note", init=False)


@dataclass(frozen=True)
class Side:
    """Pieces in two columns; ``split`` is the width of the first in pixels, ``even`` no rule."""

    left: tuple[Piece, ...]
    right: tuple[Piece, ...]
    split: int = 388
    even: bool = False

    kind: str = field(default="side", init=False)


@dataclass(frozen=True)
class Count:
    """One group of the replay: its look and how many are inside, on the way, arrived."""

    name: str
    marker: str
    colour: str
    sign: Markup
    counts: tuple[int, int, int]


@dataclass(frozen=True)
class Replay:
    """One run to be played: still picture, packed data, when the still is, its words."""

    picture: Markup
    data: str
    still: float
    says: str
    size: tuple[float, float]
    counts: tuple[Count, ...]

    kind: str = field(default="replay", init=False)


Piece = Table | Figure | Section | Text | Note | Side | Replay


@dataclass(frozen=True)
class Page:
    """One page: code for links, title for the head line, pieces, what the foot says."""

    code: str
    title: str
    pieces: tuple[Piece, ...]
    foot: Words = ""
    context: str = ""
    template: str = "page.html.j2"


def without_empty(
    heads: tuple[Head, ...], rows: Sequence[tuple[Words, ...]], at: int
) -> tuple[tuple[Head, ...], list[tuple[Words, ...]]]:
    """Return heads and rows without column ``at`` where no row says anything in it."""
    if any(row[at] != NOTHING for row in rows):
        return heads, list(rows)
    return (*heads[:at], *heads[at + 1 :]), [(*row[:at], *row[at + 1 :]) for row in rows]


def table(
    head: Sequence[tuple[Words, bool]], rows: Iterable[Sequence[Words]], *, note: Words = "",
    css: str = "",
) -> Table:  # fmt: skip
    """Return a plain table from (words, is a number) heads and rows of cells."""
    made = tuple(Head(words, number) for words, number in head)
    return Table(made, tuple(tuple(row) for row in rows), note=note, css=css)
