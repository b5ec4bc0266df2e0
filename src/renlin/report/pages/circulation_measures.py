"""Fill in what opening lanes, sharing vehicles and moving charging out would do, by group."""

from __future__ import annotations

import math
import re

from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import WHOLE, Book
from renlin.report.language import heading
from renlin.report.pages import headline
from renlin.report.pages.blocks import NOTHING, Head, Note, Piece, Section, Table, Words
from renlin.report.readings import naming
from renlin.report.tables import Row, rows_of
from renlin.report.text import sentences

MEASURES, EFFECTS = "simulation.circulation_measures", "simulation.circulation"
EVACUATION, CHARGING = "evacuation", "charging"
KINDS = ("lanes", "vehicles", CHARGING)
OUTCOMES = (EVACUATION, "first_help", "fire_engine", "ambulance")
EXACT = ("fire_engine", "ambulance")
"""Outcomes in seconds without luck; all others are in minutes."""
ALL, FASTER, SLOWER = "all", "faster", "slower"
BELOW = Markup('{}<small class="ev">{}</small>')


def measures_section(book: Book) -> Piece:
    """Return every measure tried with what it does; how to try them where none was."""
    word = book.language.word
    if book.find(EFFECTS) is None:
        none = "circulation_nothing" if EFFECTS in book.results.findings else "circulation_try"
        return Note(word(none), empty=True)
    heads = (
        Head(word("circulation_outcome")), Head(word("circulation_now"), True),
        Head(word("circulation_all"), True), Head(word("circulation_most")),
        Head(word("circulation_least")),
    )  # fmt: skip
    made: list[tuple[Words, ...]] = []
    parts = set()
    for measure in _measures(book):
        parts.add(len(made))
        made.append((_name(book, measure), *[""] * (len(heads) - 1)))
        made += [row for one in OUTCOMES if (row := _outcome(book, measure, one)) is not None]
    note = word("circulation_measures_note").format(level=headline.level(book))
    table = Table(heads, tuple(made), parts=frozenset(parts), note=note)
    runs = len(book.results.findings[EFFECTS].provenance.seeds)
    sub = word("circulation_measures_sub").format(runs=runs)
    return Section(word("kicker_circulation_measures"), _title(book), (table,), sub)


def _measures(book: Book) -> list[Row]:
    found = rows_of(book.rows(MEASURES))
    return sorted(found, key=lambda row: (KINDS.index(row["kind"]), str(row["measure"])))


def _name(book: Book, measure: Row) -> Words:
    """Return what is done, and the keys by which a scheme names the lanes."""
    said = book.number(_said(book, measure), MEASURES, measure, "edits")
    lanes = [key for key in _keys(measure) if key in book.lanes]
    return BELOW.format(said, ", ".join(lanes)) if lanes else said


def _keys(measure: Row) -> list[str]:
    return [part.partition("/")[2] for part in str(measure["places"]).split(";")]


def _said(book: Book, measure: Row) -> str:
    """Return what is done, lanes named as people name them."""
    told = str(measure["zh"] if book.language.code == "zh" else measure["en"])
    for key in _keys(measure):
        if key in book.lanes:
            alone = rf" ?(?<![\w-]){re.escape(key)}(?![\w-]) ?"
            name = naming.place_name(book, key)
            told = re.sub(alone, name if book.language.code == "zh" else f" {name} ", told, count=1)
    return book.language.set(told.strip())


def _rows(book: Book, measure: str, outcome: str) -> dict[str, Row]:
    found = rows_of(book.rows(EFFECTS, measure=measure, outcome=outcome))
    return {str(row["display"]): row for row in found}


def _shown(book: Book, rows: dict[str, Row]) -> list[Row]:
    """Return the rows of groups that may be shown, by what they gain, the most first."""
    sizes = {d: float(r["n"]) for d, r in rows.items() if d not in WHOLE and r["n"] > 0}
    states = book.reader.counts(sizes)
    kept = [rows[d] for d in sizes if states[d] != "few" and math.isfinite(rows[d]["difference"])]
    return sorted(kept, key=lambda row: (float(row["difference"]), str(row["display"])))


def _outcome(book: Book, measure: Row, outcome: str) -> tuple[Words, ...] | None:
    rows = _rows(book, str(measure["measure"]), outcome)
    if ALL not in rows:
        return None
    whole = rows[ALL]
    shown = _shown(book, rows)
    exact = outcome in EXACT
    before = float(whole["before"])
    now = f"{before:.0f}" if exact else numbers.bare_minutes(before)
    ends = (shown[0], shown[-1]) if len(shown) > 1 and _moves(shown) else (None, None)
    return (
        _what(book, measure, whole),
        book.number(now, EFFECTS, whole, "before"),
        _change(book, whole),
        *(NOTHING if row is None else _of_group(book, row) for row in ends),
    )


def _moves(rows: list[Row]) -> bool:
    """Return whether any group's time changes at all."""
    return any(float(row["difference"]) != 0.0 for row in rows)


def _what(book: Book, measure: Row, row: Row) -> str:
    """Return the outcome with its unit, and in which event it was played."""
    word = book.language.word
    told = word(f"outcome_{row['outcome']}")
    exact = row["outcome"] in EXACT
    told = word("circulation_in_seconds" if exact else "circulation_in_minutes").format(what=told)
    told = heading(told, book.language.code)
    if exact:
        return told
    unit = str(measure["unit"])
    fire = word("circulation_fire").format(place=naming.place_name(book, unit)) if unit else ""
    return f"{told} · {fire or book.scenario(str(row['scenario']))}"


def _of_group(book: Book, row: Row) -> Words:
    return Markup("{} {}").format(book.group(str(row["display"])), _change(book, row))


def _change(book: Book, row: Row) -> Words:
    """Return the change in words, with its interval below where luck is in it."""
    code, value, verdict = book.language.code, float(row["difference"]), str(row["verdict"])
    if row["outcome"] in EXACT:
        return book.number(_seconds(book, value, verdict), EFFECTS, row, "difference")
    told = book.number(numbers.change(value, verdict, code), EFFECTS, row, "difference")
    if value == 0.0:
        return told
    return BELOW.format(told, numbers.span(float(row["low"]), float(row["high"]), code))


def _seconds(book: Book, value: float, verdict: str) -> str:
    """Return a change of whole seconds in words."""
    if verdict not in (FASTER, SLOWER):
        return book.language.word("verdict_same")
    size = f"{abs(value):.0f}" if abs(value) >= 0.5 else "<1"
    told = book.language.word(verdict)
    return f"{told} {size}" if book.language.code == "zh" else f"{size} {told}"


def _title(book: Book) -> str:
    """Name the measure that surely speeds evacuation most, and who surely loses by it.

    A charging shed is judged by another fire and not held against the rest.
    """
    word, code = book.language.word, book.language.code
    sure: list[tuple[float, Row, Row]] = []
    for measure in _measures(book):
        whole = _rows(book, str(measure["measure"]), EVACUATION).get(ALL)
        if measure["kind"] != CHARGING and whole is not None and whole["verdict"] == FASTER:
            sure.append((float(whole["difference"]), measure, whole))
    if not sure:
        return word("circulation_measures_none")
    _, measure, whole = min(sure, key=lambda one: one[0])
    told = {
        "measure": _said(book, measure),
        "won": numbers.minutes(-float(whole["difference"]), code),
    }
    shown = _shown(book, _rows(book, str(measure["measure"]), EVACUATION))
    losing = [row for row in shown if row["verdict"] == SLOWER]
    if not losing:
        return word("circulation_measures_title").format(**told)
    told["group"] = sentences(book.language).people(book.group(str(losing[-1]["display"])))
    told["lost"] = numbers.minutes(float(losing[-1]["difference"]), code)
    return word("circulation_measures_title_but").format(**told)
