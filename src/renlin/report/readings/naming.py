"""Name places as people say them: a stairwell, a gate, a lane by the building beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from renlin.report.book import Book

INDOORS = ("stair", "hall", "threshold", "approach", "gate", "inside")
"""First parts of the names of links that are no lane."""


def place_name(book: Book, code: str) -> str:
    """Return the name of a place; the code itself when it is nowhere on the map."""
    place = book.community
    if code in book.named:
        return book.named[code]
    if code in book.doors:
        return " ".join(book.doors[code])
    if code in book.private:
        return book.language.word("one_home")
    if code in book.lanes:
        return lane_name(book, *book.lanes[code])
    if code in place.catalogue.facilities:
        return book.language.name(place.catalogue.facilities[code])
    return _built(book, code) or _gap(book, code) or book.language.said(f"place_{code}", code)


def lane_name(book: Book, kind: str, line: Any) -> str:
    """Return a lane by its kind and the building nearest to its middle."""
    told = book.language.said(f"lane_{kind}", book.language.word("lane_other"))
    near = nearest_building(book, line)
    return book.language.word("lane_by").format(kind=told, place=near) if near else told


def nearest_building(book: Book, line: Any) -> str:
    """Return the name of the lived-in building nearest to the middle of a line."""
    shapes, names = book.lived_in
    if len(names) == 0:
        return ""
    middle = shapely.line_interpolate_point(line, 0.5, normalized=True)
    return names[int(np.argmin(shapely.distance(shapes, middle)))]


def _built(book: Book, code: str) -> str:
    """Return the name of a place a scheme adds, empty when none adds one of that code."""
    for scheme in book.community.schemes.values():
        for edit in scheme.edit:
            if edit.op != "add" or edit.key != code:
                continue
            if edit.table == "walks":
                line = shapely.from_wkt(str(edit.row["geometry"]))
                return lane_name(book, str(edit.row.get("kind", "")), line)
            return book.language.set(str(edit.row.get("name", "")))
    return ""


def _gap(book: Book, code: str) -> str:
    """Return the name of a hole in the walk network: its number and where it is."""
    table = book.rows("space.network_gaps")
    codes = [str(c) for c in table["gap"]] if len(table) else []
    if code not in codes:
        return ""
    number = codes.index(code)
    near = nearest_building(book, table["geometry"].iloc[number])
    return book.language.word("gap_name").format(n=number + 1, place=near)


def link_name(book: Book, link: str) -> str:
    """Return the name of a link: a stair, a door, a gate, a way in, or a lane."""
    kind, _, rest = link.partition("/")
    place = rest.split("/")[0]
    if kind in INDOORS and place:
        return book.language.word(f"link_{kind}").format(place=place_name(book, place))
    return place_name(book, link.split("/")[0].split("#")[0])


def of_links(links: pd.Series) -> pd.Series:
    """Return link -> what it is part of: the pieces of one lane or one stairwell together."""
    whole = links.str.split("#").str[0]
    parts = whole.str.split("/")
    return parts.str[:2].str.join("/")


def some(book: Book, names: Sequence[str], most: int, word: str = "and_more") -> str:
    """Return a list cut at ``most``, with how many there are in all."""
    listed = list(dict.fromkeys(names))
    if len(listed) <= most:
        return book.language.list(listed) if listed else ""
    told = book.language.word("list_mark").join(listed[:most])
    return book.language.word(word).format(some=told, n=len(listed))
