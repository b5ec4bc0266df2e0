"""Tell how many parties were moved on shared vehicles, scheme by scheme."""

from __future__ import annotations

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.cite import number
from renlin.report.pages.blocks import Head, Section, Table
from renlin.report.palette import BASE

GROUPS, COUNT = "simulation.groups", "vehicles_used"


def vehicles(book: Book, code: str) -> Section | None:
    """Return the section of one scenario; None when no scheme has a stand of vehicles."""
    found = book.find(GROUPS)
    counts = {} if found is None else found.provenance.parameters.get("runs", {})
    used = {
        scheme: float(counts[f"{scheme}/{code}"][COUNT])
        for scheme in (BASE, *book.scheme_codes)
        if COUNT in counts.get(f"{scheme}/{code}", {})
    }
    if not used:
        return None
    word, whole = book.language.word, book.whole(GROUPS)
    heads = (Head(word("scheme")), Head(word("vehicles_used"), True))
    rows = [
        (book.scheme(scheme), number(numbers.quantity(mean), whole))
        for scheme, mean in used.items()
    ]
    made = Table(heads, tuple(rows), note=word("vehicles_note"))
    return Section(word("kicker_vehicles"), word("vehicles_title"), (made,))
