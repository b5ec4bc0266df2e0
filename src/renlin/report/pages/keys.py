"""Fill the page of key spatial elements: the map, who gains, who is cut off, what to change."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from renlin.report import numbers
from renlin.report.book import WHOLE, Book
from renlin.report.labels import Wish
from renlin.report.maps.frame import Frame
from renlin.report.maps.ground import Label
from renlin.report.maps.themes import Sheet, draw, route
from renlin.report.maps.walks import midpoint
from renlin.report.pages import headline, maps
from renlin.report.pages.atlas import WIDE, foot
from renlin.report.pages.blocks import Figure, Head, Note, Page, Piece, Section, Table, Words
from renlin.report.pages.comparison import context
from renlin.report.readings import compared, naming
from renlin.report.readings.places import Atlas, window
from renlin.report.svg import number as svg_number
from renlin.report.tables import Row, rows_of
from renlin.report.text import sentences

NAME, GROUPS, PAIRS = "simulation.key_elements", "simulation.key_groups", "simulation.key_pairs"
MOST_ROWS = 15
MOST_COLUMNS = 4
HIGH = 400.0
INDOORS = {"door": "threshold", "stair": "stair", "gate": "gate"}
"""Kind of element -> kind of link by which it is named."""
WORST_OFF, ALL = "worst_off", "all"
BELOW = Markup('{}<small class="ev">{}</small>')
"""A cell with a second line below it."""


def keys_pages(book: Book, atlas: Atlas | None) -> list[Page]:
    """Return one page per scenario in which elements were tried; one that says none were."""
    word = book.language.word
    table = book.rows(NAME)
    if len(table) == 0:
        return [Page("keys", word("page_keys"), (Note(word("keys_empty"), empty=True),))]
    ran = list(dict.fromkeys(table["scenario"]))
    order = [code for code in book.scenario_codes if code in ran]
    listed = [*order, *(code for code in ran if code not in order)]
    return [_page(book, atlas, str(code), first=at == 0) for at, code in enumerate(listed)]


def _page(book: Book, atlas: Atlas | None, scenario: str, *, first: bool) -> Page:
    rows = rows_of(book.rows(NAME, scenario=scenario).sort_values("rank"))
    pieces: list[Piece] = []
    if atlas is not None:
        pieces.append(_map(book, atlas, scenario, rows))
    pieces.append(_list(book, rows))
    pieces += [piece for piece in (_groups(book, scenario, rows), _pairs(book, scenario)) if piece]
    return Page(
        "keys" if first else f"keys-{scenario}", book.language.word("page_keys"), tuple(pieces),
        foot(book, NAME, GROUPS, PAIRS), context(book, scenario),
    )  # fmt: skip


def element_name(book: Book, kind: str, place: str) -> str:
    """Return an element as people call it: a gate, a stair, a door, a lane, a shelter."""
    name = naming.place_name(book, place)
    if kind in INDOORS:
        return book.language.word(f"link_{INDOORS[kind]}").format(place=name)
    return name


def _title(book: Book, rows: list[Row]) -> str:
    best = rows[0]
    sure = best["verdict"] == "faster"
    name = element_name(book, str(best["kind"]), str(best["place"])) if sure else ""
    amount = numbers.minutes(float(best["gain"]), book.language.code)
    return str(sentences(book.language).keys_title(name, _share(book), amount, len(rows)))


def _share(book: Book) -> str:
    return numbers.percent(book.community.policy.worst_share)


def _map(book: Book, atlas: Atlas, scenario: str, rows: list[Row]) -> Figure:
    """Return the map with a number at every element."""
    word, title = book.language.word, _title(book, rows)
    sheet = Sheet(book.community, window(book, (WIDE, HIGH)), maps.text(book), title)
    table = book.rows(NAME, scenario=scenario)
    shapes = dict(zip(table["element"], table["geometry"], strict=True))
    lanes = [shapes[row["element"]] for row in rows if row["kind"] == "walk"]
    lines = "".join(route(sheet.frame, lane) for lane in lanes)
    pins = [_pin(book, row, shapes[row["element"]], sheet.frame) for row in rows]
    picture = Markup(draw(sheet, atlas.units.shapes, {}, (), (lines, pins)))
    return Figure(word("kicker_keys"), title, picture, word("keys_sub"))


def _pin(book: Book, row: Row, shape: BaseGeometry, frame: Frame) -> Label:
    lane = row["kind"] == "walk"
    at = frame.at(*(midpoint(shape) if lane else (shape.centroid.x, shape.centroid.y)))
    x, y = at
    dot = (
        f'<circle cx="{svg_number(x)}" cy="{svg_number(y)}" r="4" '
        'style="fill:var(--green);stroke:#fff;stroke-width:1.4"/>'
    )
    sides = ("n", "s", "e", "w", "ne", "nw", "se", "sw")
    wish = Wish(at, (17, 17), (7, 5), sides, needed=True)
    cite = book.cite(NAME, row, "rank")
    return Label(str(row["rank"]), wish, "pin", "" if lane else dot, cite)


def _list(book: Book, rows: list[Row]) -> Section:
    """Return who gains from each element, who needs it, and how to improve it."""
    word = book.language.word
    heads = (
        Head(word("number"), wide="30px"), Head(word("keys_place"), wide="112px"),
        Head(word("keys_needs"), wide="112px"), Head(word("keys_gain"), True, "92px"),
        Head(word("keys_slowest"), True, "72px"), Head(word("keys_harm"), wide="128px"),
        Head(word("keys_edit")),
    )  # fmt: skip
    made = tuple(_row(book, row) for row in rows[:MOST_ROWS])
    found = book.results.findings[NAME].provenance
    note = word("keys_note").format(
        runs=len(found.seeds), n=len(rows), level=headline.level(book), share=_share(book)
    )
    rest = len(rows) - len(made)
    note += f" {word('more_rows').format(n=rest)}" if rest > 0 else ""
    return Section("", word("keys_list"), (Table(heads, made, note=note),))


def _row(book: Book, row: Row) -> tuple[Words, ...]:
    return (
        str(row["rank"]),
        element_name(book, str(row["kind"]), str(row["place"])),
        _needs(book, row),
        _gain(book, row, "gain", "verdict", ("gain_low", "gain_high")),
        _slowest(book, row),
        _harm(book, row),
        edit_words(book, row),
    )


def _gain(
    book: Book, row: Row, column: str, verdict: str, bounds: tuple[str, str] | None = None
) -> Words:
    """Return the time gained in words, with its interval below."""
    code = book.language.code
    if not numbers.known(row[column]):
        return "–"
    told = book.number(numbers.change(-float(row[column]), str(row[verdict]), code), NAME, row,
                       column)  # fmt: skip
    if bounds is None or float(row[column]) == 0.0:
        return told
    low, high = (float(row[name]) for name in bounds)
    return BELOW.format(told, numbers.span(low, high, code))


def _slowest(book: Book, row: Row) -> Words:
    """Return the gain of the slowest group, hidden where it is of a few."""
    group = str(row["slowest"])
    own = book.rows(GROUPS, scenario=row["scenario"], element=row["element"], action="improve")
    n = own.loc[own["display"] == group, "n"]
    if len(n) == 0 or not book.reader.sees(float(n.iloc[0])):
        return compared.few(book)
    told = _gain(book, row, "gain_slowest", "slowest_verdict")
    return BELOW.format(told, book.group(group))


def _needs(book: Book, row: Row) -> Words:
    """Return how many have no other way, and of which groups; else how many walk there."""
    word, code = book.language.word, book.language.code
    for column, said in (("depends", "keys_no_other"), ("opens", "keys_opens")):
        n = float(row[column])
        if n > 0:
            people = numbers.persons(n, code) if book.reader.sees(n) else compared.fewer(book)
            told = book.number(word(said).format(n=people), NAME, row, column)
            return _with_groups(book, row, told) if column == "depends" else told
    users = float(row["users"])
    people = numbers.persons(users, code) if book.reader.sees(users) else compared.fewer(book)
    return book.number(word("keys_walk").format(n=people), NAME, row, "users")


def _with_groups(book: Book, row: Row, told: Markup) -> Markup:
    """Return ``told`` with the vulnerable groups that have enough people to be named."""
    own = book.rows(GROUPS, scenario=row["scenario"], element=row["element"], action="improve")
    first = {code for code, one in book.community.catalogue.displays.items() if one.vulnerable}
    named = [
        book.group(str(one["display"]))
        for one in rows_of(own)
        if one["display"] in first and one["depends"] > 0 and book.reader.sees(one["depends"])
    ]
    if not named:
        return told
    return BELOW.format(told, book.language.list(named))


def _harm(book: Book, row: Row) -> Words:
    """Return what closing an element costs everybody, and who is cut off.

    Who is cut off is told beside an average that gains, too.
    """
    word, code = book.language.word, book.language.code
    harm, verdict = float(row["harm"]), str(row["harm_verdict"])
    told = book.number(numbers.change(harm, verdict, code), NAME, row, "harm")
    if verdict == "faster":
        told = Markup("{}{}").format(told, word("keys_better"))
    n, homes = float(row["cut_off"]), float(row["cut_off_households"])
    if n == 0:
        return BELOW.format(told, word("keys_longer"))
    seen = book.reader.sees(n, homes)
    cut = numbers.households(homes, code) if seen else compared.fewer(book)
    why = book.language.said(f"cut_{row['cut_reason']}", word("cut_several"))
    words = book.number(word("keys_cut").format(n=cut, why=why), NAME, row, "cut_off_households")
    return BELOW.format(told, words)


def edit_words(book: Book, row: Mapping[str, Any]) -> Words:
    """Return the edits of an improvement in words."""
    told = []
    for edit in tomllib.loads(str(row["edits"])).get("edit", []):
        column = str(edit["column"]).replace("stair_width", "width").replace("door_width", "width")
        was = _plain(edit["was"]) if "was" in edit else "?"
        told.append(
            book.language.word(f"key_edit_{column}").format(was=was, now=_plain(edit["now"]))
        )
    if row["width_assumed"]:
        told.append(book.language.word("keys_assumed"))
    if not told:
        return "–"
    return book.number(book.language.list(told), NAME, row, "edits")


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _groups(book: Book, scenario: str, rows: list[Row]) -> Section | None:
    """Return what improving the first elements does to each group that may be shown."""
    word = book.language.word
    table = book.rows(GROUPS, scenario=scenario, action="improve")
    first = rows[:MOST_COLUMNS]
    one = table[table["element"] == first[0]["element"]]
    sizes = {str(r["display"]): float(r["n"]) for r in rows_of(one)}
    groups = {d: n for d, n in sizes.items() if d not in (*WHOLE, WORST_OFF)}
    states = book.reader.counts(groups)
    listed = [d for d in (ALL, WORST_OFF) if d in sizes]
    listed += [d for d in book.groups if states.get(d, "few") != "few"]
    cells = {(str(r["element"]), str(r["display"])): r for r in rows_of(table)}
    made = [
        (
            book.group(display),
            compared.count_words(book, sizes[display], states.get(display, "shown")),
            *(_cell(book, cells.get((str(row["element"]), display))) for row in first),
        )
        for display in listed
    ]
    names = [f"{r['rank']} · {element_name(book, str(r['kind']), str(r['place']))}" for r in first]
    heads = (Head(word("group")), Head(word("persons"), True), *(Head(n, True) for n in names))
    return Section("", word("keys_groups"), (Table(heads, tuple(made), frozenset({0})),))


def _cell(book: Book, row: Row | None) -> Words:
    if row is None:
        return "–"
    told = numbers.change(float(row["difference"]), str(row["verdict"]), book.language.code)
    return book.number(told, GROUPS, row, "difference")


def _pairs(book: Book, scenario: str) -> Section | None:
    """Return whether two improvements together give more or less than the sum of each."""
    word, code = book.language.word, book.language.code
    rows = rows_of(book.rows(PAIRS, scenario=scenario))
    if not rows:
        return None
    names = {
        str(r["element"]): element_name(book, str(r["kind"]), str(r["place"]))
        for r in rows_of(book.rows(NAME, scenario=scenario))
    }
    made = []
    for row in rows:
        total = float(row["gain_first"]) + float(row["gain_second"])
        verdict = str(row["verdict"])
        state = word("state_undecided") if verdict == "undecided" else word(f"keys_{verdict}")
        both = book.language.list([names[str(row["first"])], names[str(row["second"])]])
        made.append(
            (
                both,
                book.number(numbers.signed(total), PAIRS, row, "gain_first"),
                book.number(numbers.signed(float(row["gain_both"])), PAIRS, row, "gain_both"),
                book.number(_more(row, code), PAIRS, row, "interaction"),
                state,
            )
        )
    heads = (
        Head(word("keys_pair")), Head(word("keys_sum"), True), Head(word("keys_both"), True),
        Head(word("keys_more"), True), Head(word("keys_verdict")),
    )  # fmt: skip
    table = Table(heads, tuple(made), note=word("keys_pairs_note"))
    return Section("", word("keys_pairs"), (table,))


def _more(row: Row, code: numbers.Code) -> str:
    return numbers.span(float(row["low"]), float(row["high"]), code)
