"""Fill the maps: risk by coverage, single themes, paper only, network gaps."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.maps.classes import UNKNOWN
from renlin.report.maps.ground import Text
from renlin.report.maps.legend import Words, bivariate_legend
from renlin.report.maps.themes import Pin, Sheet, bivariate, draw
from renlin.report.readings.places import Atlas, side, window
from renlin.report.svg import Point
from renlin.report.tables import rows_of
from renlin.report.text import sentences


def key_map(book: Book, atlas: Atlas, size: Point) -> dict[str, Any]:
    """Return the map of risk by coverage with its legend, title and note."""
    title = map_title(book, atlas)
    table = atlas.classes.table
    fills = {
        str(row["unit"]): bivariate(
            int(row["risk_class"]), int(row["cover_class"]), atlas.says[str(row["unit"])]
        )
        for row in rows_of(table.reset_index(names="unit"))
    }
    pins = [
        Pin(int(row["number"]), str(row["unit"]), book.cite("space.points", row, "rank"))
        for row in rows_of(atlas.points)
    ]
    sheet = Sheet(book.community, window(book, size), text(book), title)
    return {
        "title": title,
        "figure": Markup(draw(sheet, atlas.units.shapes, fills, pins)),
        "legend": Markup(legend(book, atlas, size[0])),
        "note": note(book, atlas),
    }


def map_title(book: Book, atlas: Atlas) -> str:
    """Return the finding of the key map."""
    say = sentences(book.language)
    if len(atlas.points) == 0 and (atlas.classes.table["risk_class"] == UNKNOWN).all():
        return book.language.set(say.map_title_unknown())
    units = [str(u) for u in atlas.points["unit"]]
    return book.language.set(say.map_title(len(units), say.side_words(side(units, atlas.units))))


def text(book: Book) -> Text:
    """Return the words on a map."""
    return Text(book.language.word("north"), book.language.word("metre_short"))


def legend(book: Book, atlas: Atlas, wide: float) -> str:
    """Return the three by three legend."""
    word = book.language.word
    counts = atlas.classes.counts()
    gates = book.community["gates"]
    hours = sorted({str(h) for h in gates["open_hours"].dropna() if h not in ("", "00:00-24:00")})
    locked = (
        word("legend_locked").format(hours=_hours(hours[0]))
        if len(hours) == 1
        else word("legend_locked_some")
        if hours or bool(gates["locked"].fillna(False).any())
        else ""
    )
    words = Words(
        word("risk_high"), word("risk_low"), word("reached_short"), word("missed_short"),
        word("legend_unknown").format(n=counts[0, 0]), word("legend_point"), locked,
        word("legend_says"),
    )  # fmt: skip
    return bivariate_legend(counts, words, wide)


def _hours(hours: str) -> str:
    return hours.replace("-", "–")


def note(book: Book, atlas: Atlas) -> str:
    """Return the privacy line, the rule of coverage, datum and attribution under a map."""
    word, settings = book.language.word, book.community.settings
    facility = book.community.catalogue.facilities.get(atlas.service)
    limit = facility.walk_limit.value if facility and facility.walk_limit else None
    name = book.language.named(book.community.catalogue.facilities, atlas.service)
    parts = [word("map_units").format(k=book.reader.k_persons, h=book.reader.k_households)]
    if limit is not None:
        told = numbers.quantity(limit / numbers.MINUTE) + word("minute_after")
        parts.append(word("map_limit").format(service=name, minutes=told))
    breaks = atlas.classes.risk_breaks
    if not pd.isna(breaks[1]):
        parts.append(
            word("map_breaks").format(high=numbers.harm(breaks[1]), middle=numbers.harm(breaks[0]))
        )
    tail = [
        book.language.set(settings.attribution),
        word("map_datum").format(datum=DATUMS[settings.datum], date=settings.survey_date),
    ]
    return (
        book.language.set("".join(parts) if book.language.code == "zh" else " ".join(parts))
        + ("" if book.language.code == "zh" else " ")
        + " · ".join(part for part in tail if part)
    )


DATUMS = {"wgs84": "WGS 84", "cgcs2000": "CGCS 2000", "gcj02": "GCJ-02", "bd09": "BD-09"}
