"""Show how residents are tied, whom a message reaches, and whether they feel they belong."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.pages.blocks import Head, Piece, Section, Table, Words
from renlin.report.tables import rows_of

SCORES, GAPS, BRIDGES = "needs.tie_scores", "needs.tie_gaps", "needs.tie_bridges"
FINDINGS = (SCORES, GAPS, BRIDGES, "needs.tie_reach")
MEASURES = ("isolated", "reached", "belonging", "collective_action")
Row = dict[str, Any]


def tied(book: Book) -> Piece | None:
    """Return ties, message, belonging and readiness by group; None where nobody was asked."""
    rows = [row for row in rows_of(book.rows(SCORES)) if row["n"] > 0]
    whole = {row["measure"]: row for row in rows if row["part"] == "all"}
    asked = [m for m in MEASURES if m != "reached" and m in whole and whole[m]["n_known"] > 0]
    if not asked:
        return None
    word = book.language.word
    groups = [g for g in book.groups if _shown(book, rows, g)]
    apart = {(r["measure"], r["display"]) for r in rows_of(book.rows(GAPS)) if r["apart"]}
    cells = {(r["measure"], r["unit"]): r for r in rows if r["part"] == "display"}
    lines = [(word("everybody"), *(_cell(book, whole.get(m), False) for m in MEASURES))]
    lines += [
        (book.group(g), *(_cell(book, cells.get((m, g)), (m, g) in apart) for m in MEASURES))
        for g in groups
    ]
    heads = (Head(word("group")), *(Head(word(f"tied_{m}"), True) for m in MEASURES))
    table = Table(heads, tuple(lines), note=_note(book), css="dense")
    return Section(word("kicker_tied"), _title(book, whole["isolated"]), (table,))


def _shown(book: Book, rows: list[Row], group: str) -> bool:
    """Return whether so many of the group live here that figures of it may be shown."""
    found = [row for row in rows if row["part"] == "display" and row["unit"] == group]
    states = book.reader.counts(
        {str(r["unit"]): float(r["n"]) for r in rows if r["part"] == "display"}
    )
    return bool(found) and states[group] != "few"


def _cell(book: Book, row: Row | None, apart: bool) -> Words:
    """Return what is known with the bounds of what is not; a dash for few answers."""
    if row is None:
        return "–"
    edges = f"[{100 * row['open_low']:.0f}, {100 * row['open_high']:.0f}]"
    known = row["n"] - row["n_unknown"] if row["measure"] == "reached" else row["n_known"]
    if known == 0 or not book.reader.sees(float(known)):
        return "–"
    bare = row["value"] != row["value"]
    told = edges if bare else f"{100 * row['value']:.0f} {edges}"
    linked = book.number(told, SCORES, row, "open_low" if bare else "value")
    return Markup("<b>{}</b>").format(linked) if apart else linked


def _title(book: Book, row: Row) -> str:
    word, n = book.language.word, round(float(row["value"] * row["n_known"]))
    if row["n_known"] == 0:
        return word("tied_untold_title")
    if not book.reader.sees(n):
        return word("tied_few_title").format(floor=book.reader.k_persons)
    asked = numbers.count(float(row["n_known"]), book.language.code)
    return word("tied_title").format(asked=asked, n=numbers.count(n, book.language.code))


def _note(book: Book) -> str:
    found = book.rows(BRIDGES)
    beyond = [row for row in rows_of(found) if book.reader.sees(float(row["n_beyond"]))]
    steps = round(book.community.catalogue.number("tie_message_steps"))
    note = book.language.word("tied_note").format(steps=steps)
    if not beyond:
        return note
    return note + book.language.word("tied_bridges").format(n=len(beyond))
