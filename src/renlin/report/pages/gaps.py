"""Fill the page of what fails on foot: covered on paper only, and holes in the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.cite import number
from renlin.report.labels import Wish
from renlin.report.maps.classes import UNKNOWN
from renlin.report.maps.ground import Label
from renlin.report.maps.themes import Fill, Sheet, draw, gap_line, radius, route, single
from renlin.report.maps.walks import midpoint, ways
from renlin.report.pages import maps
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import (
    Figure,
    Head,
    Page,
    Piece,
    Section,
    Side,
    Table,
    without_empty,
)
from renlin.report.pages.themes import HALF, HALF_SPLIT
from renlin.report.readings import compared, naming
from renlin.report.readings.places import Atlas, of_unit, where, window
from renlin.report.spacing import width
from renlin.report.tables import rows_of
from renlin.report.text import sentences

MOST_WAYS = 2
"""Ways drawn on the small map: those of the two longest walks, from different buildings."""


MOST_ROWS = 8


def paper_page(book: Book, atlas: Atlas | None) -> Page | None:
    """Return who is covered on paper only, and where the network has gaps."""
    if atlas is None:
        return None
    left, right = paper(book, atlas), gaps(book, atlas)
    both = Side((left[0],), (right[0],), HALF_SPLIT, even=True)
    pieces = [both, *left[1:], *right[1:]]
    return Page(
        "paper", book.language.word("page_paper"), tuple(pieces),
        foot(book, "space.paper_only", "space.network_gaps", "space.coverage"),
    )  # fmt: skip


def paper(book: Book, atlas: Atlas) -> list[Piece]:
    """Return the map and the list of those inside the circle who cannot walk there in time."""
    word, say = book.language.word, sentences(book.language)
    table = book.rows("space.paper_only")
    failing = table[table["state"] == "not_covered"] if len(table) else table
    if len(failing) == 0:
        return [Section(word("kicker_paper"), say.paper_none(), ())]
    plain = pd.DataFrame(failing.drop(columns="geometry"))
    plain["unit"] = plain["entrance"].map(atlas.units.of)
    rows = paper_rows(plain)
    served = set(plain["service"])
    code = atlas.service if atlas.service in served else str(sorted(served)[0])
    main = plain[plain["service"] == code]
    units = set(main["unit"])
    total = float(main["persons"].sum())
    n = (
        numbers.persons(total, book.language.code)
        if book.reader.sees(total)
        else compared.fewer(book)
    )
    service = _service(book, code)
    title = say.paper_title(service, len(units), n)
    sheet = Sheet(book.community, window(book, HALF), maps.text(book), title)
    drawn = _circles(book, main, sheet)
    walked, labels = _walked(book, [r for r in rows if r["service"] == code], sheet)
    fills = {str(u): single("risk", 4 if u in units else 1) for u in atlas.units.shapes}
    picture = Markup(draw(sheet, atlas.units.shapes, fills, (), (drawn + walked, labels)))
    note = word("paper_note")
    tables = (_paper_groups(book, plain), _paper_table(book, atlas, rows))
    listed = Section("", word("paper_list"), tables)
    return [Figure(word("kicker_paper"), title, picture, note=note), listed]


def _paper_groups(book: Book, plain: pd.DataFrame) -> Table:
    """Return whom it concerns, over the whole community: people by group and service."""
    word, whole = book.language.word, book.whole("space.paper_only")
    services = sorted(set(plain["service"].astype(str)))
    columns = []
    for service in services:
        summed = plain[plain["service"] == service].groupby("display")["persons"].sum()
        people = {str(d): float(n) for d, n in summed.items()}
        columns.append((people, book.reader.counts(people)))
    rows = []
    for display in [d for d in book.groups if any(d in people for people, _ in columns)]:
        told = [_told(book, people, states, display) for people, states in columns]
        rows.append((book.group(display), *(number(n, whole) for n in told)))
    heads = (Head(word("group")), *(Head(_service(book, s), True) for s in services))
    return Table(heads, tuple(rows), css="slim")


def _told(book: Book, people: dict[str, float], states: Mapping[str, str], display: str) -> str:
    state = states.get(display, "shown")
    if state != "shown":
        return _hidden(book, state)
    return numbers.count(people.get(display, 0.0), book.language.code)


def _service(book: Book, code: str) -> str:
    return book.language.named(book.community.catalogue.facilities, code)


def _hidden(book: Book, state: str) -> str:
    return compared.few(book) if state == "few" else f"≥{book.reader.k_persons}"


def _circles(book: Book, plain: pd.DataFrame, sheet: Sheet) -> str:
    """Return the circle of the radius around each facility that is near on paper only."""
    facilities = book.community["facilities"]
    parts = []
    for facility, own in plain.groupby("facility", sort=True):
        for spot in facilities.loc[facilities["facility"] == facility, "geometry"]:
            parts.append(radius(sheet.frame, (spot.x, spot.y), float(own["radius"].max())))
    return "".join(parts)


def _walked(book: Book, rows: list[dict[str, Any]], sheet: Sheet) -> tuple[str, list[Label]]:
    """Return the ways really walked from the worst places, with their length on them."""
    told = [r for r in rows if numbers.known(r["walk_m"]) and r["walk_m"] != float("inf")]
    told.sort(key=lambda r: (-float(r["walk_m"]), str(r["entrance"])))
    building = book.community["entrances"].set_index("entrance")["building"].to_dict()
    first_of: dict[str, dict[str, Any]] = {}
    for row in told:
        first_of.setdefault(str(building.get(row["entrance"])), row)
    picked = list(first_of.values())[:MOST_WAYS]
    drawn, labels = "", []
    for row in picked:
        found = ways(
            book.community, str(row["display"]), str(row["facility"]), [str(row["entrance"])]
        )
        for line in found.values():
            drawn += route(sheet.frame, line)
            words = numbers.metres(float(row["walk_m"]), book.language.code)
            wish = Wish(sheet.frame.at(*midpoint(line)), (width(words, 11.2) + 6, 14), (6, 5))
            labels.append(Label(words, wish, "m-name m-help"))
    return drawn, labels


def paper_rows(plain: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row per unit and service, most people first; the slowest way stands for it."""
    slowest = plain.sort_values(["time", "display"], ascending=[False, True], kind="stable")
    made: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows_of(slowest):
        key = (str(row["unit"]), str(row["service"]))
        made.setdefault(key, {**row, "total": 0.0, "sizes": {}, "causes": []})
    for unit, service, display, n in _summed(plain, "display"):
        made[unit, service]["sizes"][display] = n
        made[unit, service]["total"] += n
    for unit, service, cause, _ in sorted(_summed(plain, "cause"), key=lambda r: -r[3]):
        made[unit, service]["causes"].append(cause)
    return sorted(made.values(), key=lambda r: (-r["total"], str(r["unit"]), str(r["service"])))


def _summed(plain: pd.DataFrame, column: str) -> list[tuple[str, str, str, float]]:
    """Return unit, service, value of a column and its people, by name."""
    people = plain.groupby(["unit", "service", column], sort=True)["persons"].sum()
    rows = people.reset_index().itertuples(index=False)
    return [(str(unit), str(service), str(value), float(n)) for unit, service, value, n in rows]


def _paper_table(book: Book, atlas: Atlas, rows: list[dict[str, Any]]) -> Table:
    word = book.language.word
    heads = (
        Head(word("place"), wide="108px"), Head(word("service")), Head(word("group")),
        Head(word("persons"), True), Head(word("straight"), True), Head(word("walked"), True),
        Head(word("minutes_slowest"), True), Head(word("cause")),
        Head(word("would_change"), wide="160px"),
    )  # fmt: skip
    listed = [_paper_row(book, atlas, row) for row in rows[:MOST_ROWS]]
    kept, made = without_empty(heads, listed, 2)
    rest = len(rows) - len(made)
    note = word("paper_groups").format(k=book.reader.k_persons)
    note += word("more_rows").format(n=rest) if rest > 0 else ""
    return Table(kept, tuple(made), note=note)


def _paper_row(book: Book, atlas: Atlas, row: dict[str, Any]) -> tuple[str | Markup, ...]:
    """Return one row; a group is named only where enough of it live in the unit."""
    code, name, word = book.language.code, "space.paper_only", book.language.word
    named = [book.group(d) for d, n in sorted(row["sizes"].items()) if book.reader.sees(n)]
    people = compared.few(book)
    if book.reader.sees(row["total"]):
        people = number(numbers.count(row["total"], code), book.whole(name))
    walk, time = row["walk_m"], row["time"]
    can = numbers.known(walk) and walk != float("inf")
    comes = numbers.known(time) and time != float("inf")
    return (
        where(book, of_unit(atlas.units, str(row["unit"]))),
        _service(book, str(row["service"])),
        book.language.list(named) if named else "–",
        people,
        book.number(numbers.metres(row["straight_m"], code), name, row, "straight_m"),
        book.number(numbers.metres(walk, code), name, row, "walk_m") if can else "–",
        book.number(numbers.bare_minutes(time), name, row, "time") if comes else word("never"),
        book.language.list([word_of_cause(book, c) for c in row["causes"][:2]]),
        book.language.either(str(row["would_change_zh"]), str(row["would_change_en"])),
    )


def word_of_cause(book: Book, code: str) -> str:
    """Return a cause in words."""
    return book.language.said(f"cause_{code}", book.language.said(code, code))


def gaps(book: Book, atlas: Atlas) -> list[Piece]:
    """Return where the walk network is in pieces and how many people are unknown for it.

    Doors that a rule has joined to the network count as joined; they are listed after the
    gaps that stand open, as what is to be checked on site.
    """
    word, say = book.language.word, sentences(book.language)
    table = book.rows("space.network_gaps")
    if len(table) == 0:
        return [Section(word("kicker_gaps"), say.gaps_none(), ())]
    bridged = table["bridged"].astype(bool)
    table = table.assign(bridged=bridged).sort_values("bridged", kind="stable")
    title = say.gaps_title(
        _unknown(book, atlas, "network_gap"), int((~bridged).sum()),
        _unknown(book, atlas, "check_on_site"),
    )  # fmt: skip
    sheet = Sheet(book.community, window(book, HALF), maps.text(book), title)
    lines = "".join(gap_line(sheet.frame, line) for line in table.loc[~bridged, "geometry"])
    classes = atlas.classes.table["cover_class"]
    fills = {
        str(u): Fill("m-unknown") if classes.get(u, UNKNOWN) == UNKNOWN else single("cov", 1)
        for u in atlas.units.shapes
    }
    picture = Markup(draw(sheet, atlas.units.shapes, fills, (), (lines, ())))
    rows = [_gap_row(book, row) for row in rows_of(table)[:MOST_ROWS]]
    heads = (
        Head(word("gap_no")), Head(word("gap_state")), Head(word("n_entrances"), True),
        Head(word("persons"), True), Head(word("island_length"), True),
        Head(word("distance_to_main"), True),
    )  # fmt: skip
    rest = len(table) - len(rows)
    note = word("more_rows").format(n=rest) if rest > 0 else ""
    listed = Section("", word("gaps_list"), (Table(heads, tuple(rows), note=note),))
    return [Figure(word("kicker_gaps"), title, picture, note=word("gaps_note")), listed]


def _unknown(book: Book, atlas: Atlas, reason: str) -> str:
    """Return the share of residents who are unknown for a reason, "" where none is."""
    people = book.rows("space.coverage", service=atlas.service)
    n = int((people["reason"] == reason).sum()) if len(people) else 0
    if n == 0:
        return "" if reason != "network_gap" else "0%"
    if not book.reader.sees(float(n)):
        return compared.fewer(book)
    share = numbers.percent(n / len(people))
    return f"{share} " if book.language.code == "zh" else share


def _gap_row(book: Book, row: dict[str, Any]) -> tuple[str | Markup, ...]:
    code, name = book.language.code, "space.network_gaps"
    hidden = not book.reader.sees(float(row["persons"]))
    return (
        naming.place_name(book, str(row["gap"])),
        book.language.word("gap_bridged" if row["bridged"] else "gap_open"),
        book.number(str(row["n_entrances"]), name, row, "n_entrances"),
        compared.few(book)
        if hidden
        else book.number(numbers.count(row["persons"], code), name, row, "persons"),
        book.number(numbers.metres(row["length"], code), name, row, "length"),
        book.number(numbers.metres(row["distance_to_main"], code), name, row, "distance_to_main"),
    )
