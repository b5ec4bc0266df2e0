"""List what the map shows as tables: the same rows, the same words, one per feature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.openmap.layer import Layer, Row
from renlin.report.readings.places import risk_words, services


@dataclass(frozen=True)
class Line:
    """One row: its cells, where its feature stands in the layers, its unit and class now."""

    cells: tuple[str, ...]
    at: str
    unit: str = ""
    now: str = ""


@dataclass(frozen=True)
class Twin:
    """The table of one layer."""

    name: str
    head: tuple[str, ...]
    rows: tuple[Line, ...]


TABLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "points": (
        ("number", "number"), ("place", "place"), ("risk", "risk"), ("people_here", "people"),
        ("unserved", "unserved"), ("cause", "cause"), ("fix", "fix"),
    ),
    "paper": (
        ("place", "place"), ("service", "service_name"), ("group", "groups"), ("persons", "people"),
        ("straight", "straight"), ("walked", "walk"), ("om_time", "time"), ("cause", "cause"),
    ),
    "gaps": (
        ("gap_no", "place"), ("gap_state", "state_name"), ("persons", "people"),
        ("island_length", "length"), ("distance_to_main", "apart"),
    ),
    "contradictions": (
        ("place", "place"), ("dimension", "kinds"), ("rule", "rules"), ("affected", "people"),
        ("om_clauses", "clauses"),
    ),
    "sites": (
        ("place", "place"), ("service", "service_name"), ("sites_when", "when"),
        ("om_gain", "gain"),
    ),
    "facilities": (
        ("place", "place"), ("service", "service_name"), ("om_holds", "holds"),
        ("om_radius", "radius"),
    ),
}  # fmt: skip
"""Layer -> (word of the column, value shown)."""


def twins(book: Book, layers: Mapping[str, Layer], classes: Mapping[str, str]) -> list[Twin]:
    """Return the tables of the layers that have rows, units first."""
    made = [_units(book, layers["units"], classes)]
    word = book.language.word
    for name, columns in TABLES.items():
        rows = tuple(
            Line(tuple(_said(row.get(field)) for _, field in columns), f"{name}/{i}")
            for i, row in enumerate(layers[name].rows)
        )
        if rows:
            made.append(Twin(word(f"om_layer_{name}"), tuple(word(w) for w, _ in columns), rows))
    return made


def _units(book: Book, units: Layer, classes: Mapping[str, str]) -> Twin:
    word = book.language.word
    first = f"{services(book)[0]}|all"
    rows = tuple(_unit(book, row, i, classes[row["by"][first]]) for i, row in enumerate(units.rows))
    head = (word("place"), word("people_here"), word("risk"), word("om_here"))
    return Twin(word("om_layer_units"), head, rows)


def _unit(book: Book, row: Row, at: int, now: str) -> Line:
    code, word = book.language.code, book.language.word
    few = word("fewer_than_k").format(k=book.reader.k_persons)
    people = few if row["persons"] is None else numbers.persons(row["persons"], code)
    risk = word("unknown") if row["risk"] is None else risk_words(row["risk"])
    return Line((str(row["place"]), people, risk), f"units/{at}", str(row["unit"]), now)


def _said(value: Any) -> str:
    return "–" if value in (None, "") else str(value)
