"""Fill the page of what is not known: why, how many are here, what workshops changed."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.cite import number
from renlin.report.figures import dumbbells as db
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Figure, Head, Note, Page, Piece, Section, Table, Words
from renlin.report.palette import Look
from renlin.report.readings import compared
from renlin.report.tables import Row, counted, rows_of
from renlin.report.text import sentences

TAB = "\t"
MOST_NOTES = 20
"""Reasons listed; the file of the folder has them all."""


def unknown(book: Book) -> Page:
    """Return what is not known, why, and where the data are thin."""
    word = book.language.word
    pieces: list[Piece] = [
        part
        for part in (
            _gap_share(book),
            _joins(book),
            _population(book),
            _corrections(book),
            _notes(book),
        )
        if part is not None
    ]
    if not pieces:
        pieces.append(Note(word("unknown_empty"), empty=True))
    return Page(
        "unknown",
        word("page_unknown"),
        tuple(pieces),
        foot(
            book,
            "space.coverage_groups",
            "space.joins",
            "needs.population",
            "needs.evidence",
            "needs.corrections",
        ),
    )


def _gap_share(book: Book) -> Section | None:
    """Return the share of residents whose reach is unknown and why."""
    table = book.rows("space.coverage")
    if len(table) == 0:
        return None
    word, code = book.language.word, book.language.code
    heads = (
        Head(word("service")),
        Head(word("why_unknown")),
        Head(word("persons"), True),
        Head(word("share"), True),
    )
    whole = book.whole("space.coverage")
    rows: list[tuple[Words, ...]] = []
    for service, own in table.groupby("service", sort=True):
        name = book.language.named(book.community.catalogue.facilities, str(service))
        states = own["state"].value_counts()
        for state in ("covered", "not_covered"):
            n = float(states.get(state, 0))
            rows.append(
                (
                    name,
                    word(state),
                    number(numbers.count(n, code), whole),
                    number(numbers.percent(n / len(own)), whole),
                )
            )
        lost = own[own["state"] == "unknown"]
        reasons = counted(lost["reason"].fillna("").replace("", "check_on_site"))
        for reason, n in reasons.items():
            told = numbers.count(n, code) if book.reader.sees(n) else compared.fewer(book)
            cause = book.language.said(f"cause_{reason}", reason)
            why = f"{word('unknown')}{word('colon')}{cause}"
            rows.append(
                (name, why, number(told, whole), number(numbers.percent(n / len(own)), whole))
            )
        rows.append((name, word("total"), number(numbers.count(len(own), code), whole), "100%"))
    total = frozenset(i for i, row in enumerate(rows) if row[1] == word("total"))
    return Section(
        word("kicker_unknown_share"),
        word("unknown_share_title"),
        (Table(heads, tuple(rows), rule=total),),
        word("unknown_share_sub"),
    )


def _population(book: Book) -> Section | None:
    """Return how many are expected at home by day and by night, with bounds."""
    if book.find("needs.population") is None:
        return None
    word = book.language.word
    listed = rows_of(book.rows("needs.population"))
    cells = {(str(row["period"]), str(row["display"])): row for row in listed}
    heads = [Head(word("group"))]
    for period in PERIODS:
        heads += [Head(word(f"expected_{period}"), True), Head(word("between"), True)]
    heads.append(Head(word("stale"), True))
    told = [d for d in ("all", *book.groups) if ("night", d) in cells]
    sizes = {d: _size(cells["night", d]) for d in told if d != "all"}
    states = {"all": "shown", **book.reader.counts(sizes)}
    rows = [_present(book, cells, d) for d in told if states[d] == "shown"]
    left = [book.group(d) for d in told if states[d] != "shown"]
    note = word("population_note")
    if left:
        note += word("population_left").format(groups=book.language.list(left))
    table = Table(tuple(heads), tuple(rows), frozenset({0}), note=note)
    return Section(word("kicker_population"), word("population_title"), (table,))


PERIODS = ("day", "night")


def _size(row: Row) -> float:
    return float(row["n"] if "n" in row else row["high"])


def _present(book: Book, cells: dict[tuple[str, str], Row], display: str) -> tuple[Words, ...]:
    code, unknown = book.language.code, book.language.word("unknown")
    made: list[Words] = [book.group(display)]
    for period in PERIODS:
        row = cells.get((period, display))
        if row is None:
            made += [unknown, unknown]
            continue
        expected = numbers.count(float(row["persons"]), code) if _told(row) else unknown
        made.append(book.number(expected, "needs.population", row, "persons"))
        made.append("–".join(numbers.count(float(row[c]), code) for c in ("low", "high")))
    stale = float(cells["night", display]["n_unknown"])
    made.append(numbers.count(stale, code) if book.reader.sees(stale) else compared.fewer(book))
    return tuple(made)


def _told(row: Row) -> bool:
    return numbers.known(row["persons"])


def _corrections(book: Book) -> Section | None:
    """Return what workshops changed: estimates before and after, and what was corrected."""
    table = book.rows("needs.corrections")
    if len(table) == 0:
        return None
    word = book.language.word
    kept = table
    if "undone" in kept:
        kept = kept[~kept["undone"].fillna(False).astype(bool)]
    title = sentences(book.language).corrections_title(len(kept), _tiers_changed(kept))
    parts: list[Piece] = []
    told = kept[kept["before"].notna() & kept["after"].notna()] if "before" in kept else kept[:0]
    if len(told):
        look = Look("var(--green)", "square")
        rows = [_correction(book, row, look) for row in rows_of(told)]
        words = db.Words(
            title, "%", word("before"), word("interval_head"), (word("after"),), (word("moved"),)
        )
        parts.append(
            Figure("", "", Markup(db.dumbbells(rows, [look], words)), word("corrections_sub"))
        )
    parts.append(_corrected(book, table))
    return Section(word("kicker_workshops"), title, tuple(parts))


def _corrected(book: Book, table: pd.DataFrame) -> Table:
    """Return every correction without saying whom it is about or what was said."""
    word, name = book.language.word, "needs.corrections"
    heads = (
        Head(word("date")),
        Head(word("corrected_field")),
        Head(word("about")),
        Head(word("method")),
        Head(word("asked_yes"), True),
        Head(word("tiers_moved"), True),
        Head(word("state")),
    )
    rows = []
    for row in rows_of(table):
        asked = numbers.known(row.get("n_asked")) and numbers.known(row.get("n_yes"))
        undone = numbers.known(row.get("undone")) and bool(row["undone"])
        moved = row.get("tiers_changed", math.nan)
        rows.append(
            (
                str(row["held_on"])[:10] if numbers.known(row.get("held_on")) else word("unknown"),
                _field(book, row),
                word(f"about_{row.get('kind', 'prevalence')}"),
                book.language.set(str(row.get("method", ""))),
                f"{int(row['n_yes'])} / {int(row['n_asked'])}" if asked else word("unknown"),
                book.number(numbers.count(float(moved)), name, row, "tiers_changed")
                if numbers.known(moved)
                else "–",
                word("undone") if undone else word("in_force"),
            )
        )
    return Table(heads, tuple(rows))


def _field(book: Book, row: Row) -> str:
    """Return what was corrected: an indicator, a column of a layer, or the words of a workshop."""
    field = str(row["field"])
    if field in book.community.catalogue.indicators:
        return book.language.named(book.community.catalogue.indicators, field)
    return book.language.said(f"field_{field}", book.language.set(field.replace("_", " ")))


def _tiers_changed(kept: pd.DataFrame) -> int:
    column = next((c for c in ("tiers_changed", "n_tiers", "n_changed") if c in kept), None)
    return int(kept[column].fillna(0).sum()) if column else 0


def _correction(book: Book, row: dict[str, Any], look: Look) -> db.Row:
    indicators = book.community.catalogue.indicators
    name = book.language.named(indicators, str(row.get("field", row.get("indicator", ""))))
    low, high = (
        float(row[c]) * 100 if numbers.known(row.get(c)) else float("nan")
        for c in ("after_low", "after_high")
    )
    before, after = float(row["before"]) * 100, float(row["after"]) * 100
    asked = (
        book.language.word("asked").format(n=int(row["n_asked"]))
        if numbers.known(row.get("n_asked"))
        else ""
    )
    words = f"{before:.0f}% → {after:.0f}%"
    mark = db.Mark(
        look,
        after,
        low,
        high,
        words,
        f"{low:.0f}–{high:.0f}%" if low == low else "",
        "faster",
        book.cite("needs.corrections", row, "after"),
    )
    return db.Row(name, asked, before, (mark,), book.cite("needs.corrections", row, "before"))


def _joins(book: Book) -> Section | None:
    """Return what was joined that nobody drew, by reason; each place is in the finding."""
    table = book.rows("space.joins")
    if len(table) == 0:
        return None
    word, code = book.language.word, book.language.code
    whole = book.whole("space.joins")
    heads = (
        Head(word("reason")),
        Head(word("joins_view")),
        Head(word("objects"), True),
        Head(word("joins_total"), True),
        Head(word("joins_longest"), True),
    )
    rows = tuple(
        (
            word(f"join_{reason}"),
            word(f"view_{view}"),
            number(numbers.count(len(own), code), whole),
            number(f"{float(own['length'].sum()):,.1f}", whole),
            number(f"{float(own['length'].max()):,.1f}", whole),
        )
        for (reason, view), own in table.groupby(["reason", "view"], sort=True)
    )
    return Section(
        word("kicker_joins"), word("joins_title"), (Table(heads, rows),), word("joins_sub")
    )


def _notes(book: Book) -> Section | None:
    """Return objects of the map that were dropped or repaired, counted by reason."""
    notes = book.community.notes
    if len(notes) == 0:
        return None
    word, code = book.language.word, book.language.code
    said = "reason_en" if code == "en" and "reason_en" in notes else "reason"
    listed = counted(notes["table"].astype(str) + TAB + notes[said].astype(str))
    heads = (Head(word("layer")), Head(word("reason")), Head(word("objects"), True))
    rows = tuple(
        (
            book.language.said(f"table_{pair.partition(TAB)[0]}", pair.partition(TAB)[0]),
            book.language.set(pair.partition(TAB)[2]),
            numbers.count(n, code),
        )
        for pair, n in list(listed.items())[:MOST_NOTES]
    )
    sub = word("map_notes_sub").format(n=numbers.count(len(notes), code))
    return Section(word("kicker_map_notes"), word("map_notes_title"), (Table(heads, rows),), sub)
