"""Fill the page of points: where risk is high and reach is low, why, and what would fix it."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.pages import maps
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Head, Page, Section, Table, without_empty
from renlin.report.pages.gaps import word_of_cause
from renlin.report.readings import compared
from renlin.report.readings.places import Atlas, of_unit, where
from renlin.report.tables import rows_of

MOST_ROWS = 30
WORST = 6
"""Column of the group worst served."""


def points(book: Book, atlas: Atlas | None) -> Page | None:
    """Return the table of points."""
    if atlas is None:
        return None
    title = book.language.word("page_points")
    return Page("points", title, (_table(book, atlas),), foot(book, "space.points"))


def _table(book: Book, atlas: Atlas) -> Section:
    word = book.language.word
    title = maps.map_title(book, atlas)
    if len(atlas.points) == 0:
        return Section(word("kicker_points"), title, (), word("points_rule"))
    heads = (
        Head(word("number"), wide="62px"),
        Head(word("place"), wide="118px"),
        Head(word("risk"), True, "52px"),
        Head(word("people_here"), True, "44px"),
        Head(word("unserved"), True, "62px"),
        Head(word("tier_1_2"), True, "62px"),
        Head(word("worst_group"), wide="76px"),
        Head(word("cause"), wide="64px"),
        Head(word("fix")),
    )
    rows = [_row(book, atlas, row) for row in rows_of(atlas.points)[:MOST_ROWS]]
    kept, rows = without_empty(heads, rows, WORST)
    rest = len(atlas.points) - len(rows)
    note = word("points_note") + (f" {word('more_rows').format(n=rest)}" if rest > 0 else "")
    return Section(
        word("kicker_points"), title, (Table(kept, tuple(rows), note=note),), word("points_rule")
    )


def _row(book: Book, atlas: Atlas, row: dict[str, Any]) -> tuple[str | Markup, ...]:
    name, code = "space.points", book.language.code
    tied = (atlas.points["rank"] == row["rank"]).sum() > 1
    rank = f"{row['number']}" + (f" ({book.language.word('tied')})" if tied else "")
    few = compared.few(book)

    def told(column: str) -> str | Markup:
        n = float(row[column])
        shown = n > 0 and book.reader.sees(n)
        return book.number(numbers.count(n, code), name, row, column) if shown else few

    tiers = float(row["tier1"]) + float(row["tier2"])
    enough = tiers > 0 and book.reader.sees(tiers)
    listed = book.number(numbers.count(tiers, code), name, row, "tier1") if enough else few
    unserved = book.reader.sees(float(row["unserved_vulnerable"]))
    worst = book.group(str(row.get("display_worst", ""))) if unserved else "–"
    steady = "" if row["stable"] else book.language.word("unsteady")
    return (
        rank, where(book, of_unit(atlas.units, str(row["unit"]))),
        book.number(numbers.harm(float(row["risk"])), name, row, "risk"), told("persons"),
        told("unserved_vulnerable"), listed, worst,
        word_of_cause(book, str(row["cause"])) + steady, fix(book, str(row.get("fix", ""))),
    )  # fmt: skip


def fix(book: Book, code: str) -> str:
    """Return a fix in words: a response of that code, or one that its trigger calls."""
    responses = book.community.catalogue.responses
    if code in responses:
        return book.language.name(responses[code])
    called = [entry for entry in responses.values() if entry.trigger == code]
    if called:
        return book.language.name(sorted(called, key=lambda entry: entry.code)[0])
    return book.language.said(f"fix_{code}", "–")
