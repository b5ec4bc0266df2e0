"""Fill the key map over the whole width, and say what a page of maps rests on."""

from __future__ import annotations

from markupsafe import Markup

from renlin.report.book import Book
from renlin.report.pages import maps
from renlin.report.pages.blocks import Figure, Note, Page
from renlin.report.readings.places import Atlas

WIDE = 682.0


def key_page(book: Book, atlas: Atlas | None) -> Page:
    """Return the key map over the whole width."""
    word = book.language.word
    if atlas is None:
        return Page("map", word("page_map"), (Note(word("map_empty"), empty=True),))
    made = maps.key_map(book, atlas, (WIDE, 560.0))
    below = Markup('<div class="legend-row">{}</div>').format(made["legend"])
    figure = Figure(
        word("kicker_map"),
        made["title"],
        made["figure"],
        word("key_map_sub"),
        made["note"],
        below=below,
    )
    return Page(
        "map",
        word("page_map"),
        (figure, Note(word("key_map_read"))),
        foot(book, "space.hazard", "space.coverage", "space.points"),
    )


def foot(book: Book, *names: str) -> Markup:
    """Return the findings a page rests on."""
    ids = " · ".join(
        f"{found.id} {name}" for name in names if (found := book.find(name)) is not None
    )
    date = book.language.word("data_until").format(date=book.community.settings.survey_date)
    parts = " · ".join(
        p for p in (ids, date, book.language.set(book.community.settings.attribution)) if p
    )
    return Markup("<b>{}</b> {}").format(book.language.word("sources"), parts)
