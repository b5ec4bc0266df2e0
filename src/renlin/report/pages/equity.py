"""Fill the equity page: every average of the report with its groups, worst-off and gap."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import WHOLE, Book
from renlin.report.cite import number
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Head, Note, Page, Piece, Section, Table
from renlin.report.pages.themes import share_gap_tells
from renlin.report.palette import BASE
from renlin.report.readings import compared
from renlin.report.readings.today import today
from renlin.report.tables import rows_of
from renlin.report.text import sentences

MOST_SCHEMES = 6


WORSE_HIGH = ("tier", "unknown", "exposure", "sensitivity")
"""Measures of needs of which more is worse."""


def equity(book: Book) -> Page:
    """Return every average of the report with its groups, its worst-off and its gap."""
    word = book.language.word
    pieces: list[Piece] = []
    times = _time_rows(book)
    shares = _share_rows(book)
    n = sum(1 for _, cells, _ in [*times, *shares] if cells)
    if times:
        note = word("equity_note")
        pieces.append(
            Section(word("kicker_times"), word("times_title"), (_matrix(book, times, note),))
        )
    if shares:
        pieces.append(
            Section(
                word("kicker_shares"),
                word("shares_title"),
                (_matrix(book, shares, word("shares_note")),),
            )
        )
    if not pieces:
        pieces.append(Note(word("equity_empty"), empty=True))
    title = Section(word("kicker_equity"), sentences(book.language).equity_title(n), tuple(pieces))
    return Page(
        "equity",
        word("page_equity"),
        (title,),
        foot(
            book,
            "simulation.groups",
            "simulation.comparison",
            "space.coverage_groups",
            "needs.groups",
        ),
    )


Cells = dict[str, str | Markup]


Line = tuple[str, Cells, str]
"""Label, column -> cell, worst group; without cells it heads the lines below it."""


def _matrix(book: Book, rows: list[Line], note: str) -> Table:
    """Return the lines under one column per group."""
    groups = [d for d in book.groups if any(d in cells for _, cells, _ in rows)]
    heads = [Head("", wide="118px"), Head(book.group("all"), True)]
    heads += [Head(book.group(d), True) for d in groups]
    heads.append(Head(book.group("gap"), True))
    made = []
    for label, cells, worst in rows:
        line: list[str | Markup] = [label, cells.get("all", "–")]
        for display in groups:
            cell = cells.get(display, "–")
            line.append(Markup("<b>{}</b>").format(cell) if display == worst else cell)
        line.append(cells.get("gap", "–"))
        made.append(tuple(line))
    parts = frozenset(i for i, (_, cells, _) in enumerate(rows) if not cells)
    return Table(tuple(heads), tuple(made), note=note, css="dense even", parts=parts)


def _time_rows(book: Book) -> list[Line]:
    made: list[Line] = []
    for scenario in book.scenario_codes:
        made.append((book.scenario(scenario), {}, ""))
        found = compared.compare(book, scenario)
        if found is None:
            made += _base_only(book, scenario)
            continue
        made += [_time_row(book, found, s) for s in (BASE, *found.ran[:MOST_SCHEMES])]
    return made


def _time_row(book: Book, found: compared.Comparison, scheme: str) -> Line:
    column = "base" if scheme == BASE else "value"
    cells: Cells = {}
    for display in ("all", *found.shown, "gap"):
        if found.has(scheme, display):
            words = numbers.bare_minutes(found.level(scheme, display))
            cells[display] = number(words, compared.cite(book, found, scheme, display, column))
    return (
        book.scheme(scheme),
        _with_hidden(book, cells, found.hidden),
        compared.worst_group(found, scheme) or "",
    )


def _with_hidden(book: Book, cells: Cells, hidden: tuple[str, ...]) -> Cells:
    """Mark the groups too small to be shown."""
    return {**cells, **dict.fromkeys(hidden, _few(book))}


def _few(book: Book) -> str:
    return f"<{book.reader.k_persons}" + book.language.word("person_short")


def _base_only(book: Book, scenario: str) -> list[Line]:
    """Return the row of the base where no scheme was simulated."""
    found, whole = today(book, scenario), book.whole("simulation.groups")
    cells: Cells = {
        d: number(numbers.bare_minutes(found.levels[d].mean), whole)
        for d in ("all", *found.shown)
        if d in found.levels
    }
    hidden = tuple(d for d, state in found.states.items() if state == "few")
    return [
        (
            book.scheme(BASE),
            _with_hidden(book, cells, hidden),
            found.shown[0] if found.shown else "",
        )
    ]


def _share_rows(book: Book) -> list[Line]:
    made = []
    services = list(dict.fromkeys(book.rows("space.coverage_groups").get("service", [])))
    for service in services:
        rows = book.rows("space.coverage_groups", service=service)
        label = book.language.word("covered_of").format(
            service=book.language.named(book.community.catalogue.facilities, str(service))
        )
        made.append(
            _shares(book, rows, "space.coverage_groups", "covered_share", label, low_is_worse=True)
        )
    groups = book.rows("needs.groups")
    for measure in list(dict.fromkeys(groups.get("measure", []))):
        rows = groups[groups["measure"] == measure]
        label = book.language.said(f"measure_{measure}", str(measure))
        low = not any(word in str(measure) for word in WORSE_HIGH)
        made.append(_shares(book, rows, "needs.groups", "value", label, low_is_worse=low))
    return made


def _shares(
    book: Book, rows: pd.DataFrame, name: str, column: str, label: str, *, low_is_worse: bool
) -> Line:
    cells: Cells = {}
    listed = rows_of(rows)
    if share_gap_tells(book, rows, column, low_is_worse=low_is_worse):
        listed = [row for row in listed if row["display"] != "gap"]
    sizes = {
        str(r["display"]): float(r["n"]) for r in listed if r["display"] not in WHOLE and r["n"] > 0
    }
    states = book.reader.counts(sizes)
    known: dict[str, float] = {}
    for row in listed:
        display, value = str(row["display"]), row[column]
        if states.get(display) == "few":
            cells[display] = _few(book)
        elif numbers.known(value) and (display in sizes or display in WHOLE):
            told = (
                numbers.percent(float(value))
                if display != "gap"
                else f"{100 * abs(float(value)):.0f}"
            )
            cells[display] = book.number(told, name, row, column)
            if display in sizes:
                known[display] = float(value)
        elif display in sizes:
            cells[display] = book.language.word("unknown")
    pick = min if low_is_worse else max
    worst = pick(sorted(known), key=lambda d: known[d]) if known else ""
    return label, cells, worst
