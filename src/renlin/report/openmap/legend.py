"""Say what every sign of the map means: switches with their signs, notes, standards cited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from renlin.catalogue.models import Value
from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.openmap.layer import Layer
from renlin.report.pages.maps import DATUMS
from renlin.report.readings.places import Atlas, risk_words, services


@dataclass(frozen=True)
class Switch:
    """One layer people may switch: code, name, note, sign, whether it is shown at first."""

    code: str
    name: str
    note: str
    sign: Markup
    on: bool


_INK, _GREEN = "#1B2430", "#0A6650"
SWITCHES: Mapping[str, tuple[str, bool]] = {
    "units": (
        '<rect x="1" y="3" width="9" height="14" fill="var(--bv-r3c1)"/>'
        '<rect x="10" y="3" width="9" height="14" fill="var(--bv-r2c2)"/>'
        '<rect x="19" y="3" width="10" height="14" fill="var(--bv-r3c3)" stroke="#1B2430"/>',
        True,
    ),
    "points": ('<circle cx="15" cy="10" r="8" fill="#1B2430"/>'
               '<text x="15" y="14" font-size="11" fill="#fff" text-anchor="middle">1</text>',
               True),
    "facilities": ('<rect x="7" y="2" width="16" height="16" fill="#0A6650"/>'
                   '<path d="M9 10l6-5 6 5" stroke="#fff" stroke-width="2" fill="none"/>', True),
    "circles": ('<path d="M2 18A22 22 0 0 1 28 18" stroke="#1B2430" stroke-width="1.8"'
                ' stroke-dasharray="1 4" stroke-linecap="round" fill="none"/>', True),
    "reach": (
        f'<path d="M2 7h26" stroke="{_GREEN}" stroke-width="3"/>'
        f'<path d="M2 14h26" stroke="{_GREEN}" stroke-width="2.6" stroke-dasharray="4 3"/>', False,
    ),
    "paper": (f'<rect x="5" y="4" width="20" height="12" fill="none" stroke="{_INK}"'
              ' stroke-width="1.6" stroke-dasharray="4 2.5"/>', True),
    "walked": ('<path d="M2 14h12V6h14" stroke="#074838" stroke-width="3.4" fill="none"/>', False),
    "gaps": (
        f'<path d="M2 6h26" stroke="{_INK}" stroke-width="3" stroke-dasharray="3 3"/>'
        '<path d="M2 14h26" stroke="#46505C" stroke-width="1.6" stroke-dasharray="4 4"/>', True,
    ),
    "contradictions": (f'<path d="M15 1 24 10 15 19 6 10Z" fill="#fff" stroke="{_INK}"'
                       ' stroke-width="1.8"/>', False),
    "sites": (f'<circle cx="15" cy="10" r="8" fill="#fff" stroke="{_GREEN}" stroke-width="2"/>'
              '<text x="15" y="14" font-size="11" text-anchor="middle">+</text>', False),
    "heat": (
        '<rect x="1" y="3" width="7" height="14" fill="var(--risk-2)"/>'
        '<rect x="8" y="3" width="7" height="14" fill="var(--risk-3)"/>'
        '<rect x="15" y="3" width="7" height="14" fill="var(--risk-4)"/>'
        '<rect x="22" y="3" width="7" height="14" fill="var(--risk-5)"/>', False,
    ),
    "gates": (f'<rect x="3" y="5" width="10" height="10" fill="{_INK}"/>'
              f'<path d="M18 5h9v10h-9zM18 5l9 10M27 5l-9 10" fill="#fff" stroke="{_INK}"'
              ' stroke-width="1.5"/>', True),
    "names": ('<text x="15" y="15" font-size="13" font-weight="700" text-anchor="middle">A</text>',
              True),
}  # fmt: skip
"""Layer -> (its sign, whether it is shown at first), in the order of the list."""


def switches(book: Book, layers: Mapping[str, Layer]) -> list[Switch]:
    """Return the switches of the layers that hold anything."""
    word = book.language
    notes = {"heat": _bandwidth(book, layers["heat"]), "reach": _limits(book)}
    return [
        Switch(code, word.word(f"om_layer_{code}"),
               notes.get(code, word.said(f"om_layer_{code}_note", " ").strip()), Markup(sign), on)
        for code, (sign, on) in SWITCHES.items()
        if len(layers[code]) or (code == "gaps" and len(layers["inferred"]))
    ]  # fmt: skip


def _bandwidth(book: Book, heat: Layer) -> str:
    metres = book.community.catalogue.number("heat_bandwidth")
    high = max((row["low"] for row in heat.rows), default=0.0)
    return book.language.word("om_bandwidth").format(metres=f"{metres:g}", high=f"{high:g}")


def _limits(book: Book) -> str:
    """Return how long each service may take on foot: 避难场所 10 分钟内."""
    made = []
    for code in services(book):
        entry = book.community.catalogue.facilities[code]
        if entry.walk_limit is not None and entry.reached_by == "residents":
            told = _minutes(book, entry.walk_limit)
            made.append(f"{book.language.name(entry)} ≤ {told}")
    text = book.language.list(made) if made else "–"
    return book.language.word("om_layer_reach_note").format(limits=text)


def notes(book: Book, library: str) -> list[str]:
    """Return the lines under the map: privacy, standards, datum, date, attribution, library."""
    word, settings = book.language.word, book.community.settings
    seen = book.reader
    lines = [word("om_privacy").format(k=seen.k_persons, h=seen.k_households)]
    lines += [_standard(book, code) for code in services(book)]
    tail = [
        book.language.set(settings.attribution),
        word("map_datum").format(datum=DATUMS[settings.datum], date=settings.survey_date),
        settings.crs, word("not_a_warning"),
    ]  # fmt: skip
    lines.append(" · ".join(part for part in tail if part))
    if library:
        lines.append(word("om_library").format(version=library))
    return lines


def _minutes(book: Book, limit: Value) -> str:
    return numbers.quantity(limit.value / numbers.MINUTE) + book.language.word("minute_after")


def _standard(book: Book, code: str) -> str:
    entry = book.community.catalogue.facilities[code]
    unknown = book.language.word("unknown")
    limit, radius = entry.walk_limit, entry.radius
    said = {
        "service": book.language.name(entry),
        "minutes": _minutes(book, limit) if limit else unknown,
        "radius": numbers.metres(radius.value, book.language.code) if radius else unknown,
        "limit_source": _cited(book, limit), "radius_source": _cited(book, radius, entry.standard),
    }  # fmt: skip
    return book.language.set(book.language.word("om_standard").format(**said))


def _cited(book: Book, value: Value | None, standard: str = "") -> str:
    """Return the clause, else the source, of a value; what nobody checked says so."""
    word, catalogue = book.language.word, book.community.catalogue
    clause = catalogue.standards.get(standard)
    if value is None:
        return word("unknown")
    if clause is not None:
        told = f"{clause.standard} {clause.clause}" if clause.verified else clause.standard
    elif value.source in catalogue.sources:
        told = catalogue.sources[value.source].title
    else:
        return word("om_assumption")
    return told if value.verified else f"{told}, {word('om_unverified')}"


def breaks(book: Book, atlas: Atlas) -> str:
    """Return from which risk a unit is middle and high."""
    middle, high = atlas.classes.risk_breaks
    if pd.isna(high):
        return ""
    told = book.language.word("om_breaks")
    unit = book.language.word("om_risk_unit")
    return told.format(high=risk_words(high), middle=risk_words(middle), unit=unit)
