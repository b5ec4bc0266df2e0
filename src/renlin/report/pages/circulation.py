"""Fill the page of micro-circulation: who waits for rescuers, where vehicles stop, what helps."""

from __future__ import annotations

import math
from collections.abc import Mapping

from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from renlin.report import numbers
from renlin.report.book import WHOLE, Book
from renlin.report.labels import Wish
from renlin.report.language import heading
from renlin.report.maps.frame import Frame
from renlin.report.maps.ground import Label
from renlin.report.maps.themes import Sheet, draw
from renlin.report.maps.walks import midpoint
from renlin.report.pages import headline, maps
from renlin.report.pages.atlas import WIDE, foot
from renlin.report.pages.blocks import NOTHING, Figure, Head, Page, Piece, Section, Table, Words
from renlin.report.pages.circulation_measures import measures_section
from renlin.report.readings import compared, naming
from renlin.report.readings.places import Atlas, window
from renlin.report.svg import number as svg_number
from renlin.report.tables import Row, rows_of
from renlin.report.text import sentences

GROUPS, STOPS = "simulation.rescue_groups", "simulation.rescue_stops"
MEASURES, EFFECTS = "simulation.circulation_measures", "simulation.circulation"
VEHICLES = ("fire_engine", "ambulance")
ALL, GATES, TAKEN, NARROW = "all", "gates", "taken", "narrow"
NOTICED = 1e-6  # s: bounds nearer to nothing than this only differ by how sums are rounded
HIGH = 360.0
BELOW = Markup('{}<small class="ev">{}</small>')


def circulation_page(book: Book, atlas: Atlas | None) -> Page | None:
    """Return the page of micro-circulation, None when no way in was looked for."""
    if book.find(GROUPS) is None:
        return None
    pieces: list[Piece] = [_groups(book), *_stops(book, atlas)]
    pieces.append(measures_section(book))
    title = book.language.word("page_circulation")
    return Page("circulation", title, tuple(pieces), foot(book, GROUPS, STOPS, MEASURES, EFFECTS))


def _groups(book: Book) -> Section:
    """Return by vehicle how long rescuers take to each group's doors, the longest first."""
    word = book.language.word
    heads = (
        Head(word("group")), Head(word("persons"), True), Head(word("circulation_seconds"), True),
        Head(word("circulation_on_foot"), True), Head(word("circulation_stopped"), True),
        Head(word("circulation_more"), True), Head(word("interval_head"), True),
    )  # fmt: skip
    made: list[tuple[Words, ...]] = []
    strong, parts = set(), set()
    for kind in VEHICLES:
        rows = {str(row["display"]): row for row in rows_of(book.rows(GROUPS, vehicle=kind))}
        parts.add(len(made))
        name = heading(word(f"vehicle_{kind}"), book.language.code)
        made.append((name, *[""] * (len(heads) - 1)))
        strong.add(len(made))
        made += _vehicle(book, rows)
    table = Table(heads, tuple(made), frozenset(strong), parts=frozenset(parts), note=_note(book))
    hour = numbers.clock(float(_asked(book).get("hour", 0.0)))
    return Section(word("kicker_circulation"), _title(book), (table,),
                   word("circulation_sub").format(hour=hour))  # fmt: skip


def _asked(book: Book) -> Mapping[str, float]:
    return book.results.findings[GROUPS].provenance.parameters


def _sizes(rows: Mapping[str, Row]) -> dict[str, float]:
    return {d: float(row["n"]) for d, row in rows.items() if d not in WHOLE and row["n"] > 0}


def _vehicle(book: Book, rows: Mapping[str, Row]) -> list[tuple[Words, ...]]:
    """Return the row of everybody and those of the groups that may be shown."""
    sizes = _sizes(rows)
    states = book.reader.counts(sizes)
    held = book.reader.counts({d: _held(rows[d]) for d in sizes})
    shown = sorted(
        (d for d in sizes if states[d] != "few"), key=lambda d: (-float(rows[d]["mean"]), d)
    )
    made = [_group(book, rows[ALL], "shown", told=True)]
    for display in shown:
        row, told = rows[display], held[display] == "shown"
        made.append(_group(book, row, states[display], told=told))
    return made


def _counted(row: Row) -> float:
    return float(row["n"]) - float(row["n_unknown"])


def _held(row: Row) -> float:
    """Return for how many the vehicle stops short."""
    counted = _counted(row)
    return float(round(counted * float(row["stopped_share"]))) if counted else 0.0


def _group(book: Book, row: Row, state: str, *, told: bool) -> tuple[Words, ...]:
    def cell(words: object, column: str) -> Words:
        return book.number(words, GROUPS, row, column)

    n, code = float(row["n"]), book.language.code
    known = _counted(row) > 0
    seen = known and told and book.reader.sees(_counted(row) - _held(row))
    share = cell(numbers.percent(float(row["stopped_share"])), "stopped_share") if seen else NOTHING
    low, high = float(row["difference_low"]), float(row["difference_high"])
    compares = math.isfinite(float(row["difference"]))
    more = cell(_signed(float(row["difference"])), "difference") if compares else NOTHING
    between = "{} 至 {}" if code == "zh" else "{} to {}"
    span: Words = between.format(_signed(low), _signed(high)) if math.isfinite(low) else NOTHING
    if bool(row["few_clusters"]) and compares:
        span = BELOW.format(span, book.language.word("circulation_few"))
    return (
        book.group(str(row["display"])),
        cell(compared.count_words(book, n, state), "n"),
        cell(_whole(float(row["mean"])), "mean"),
        cell(_whole(float(row["on_foot"])), "on_foot"),
        share, more, span,
    )  # fmt: skip


def _whole(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else NOTHING


def _signed(seconds: float) -> str:
    """Return whole seconds with their sign."""
    if abs(seconds) < 0.5:
        return "0"
    return f"{seconds:+.0f}".replace("-", numbers.MINUS)


def _surely_longer(row: Row) -> bool:
    return float(row["difference_low"]) > NOTICED and not bool(row["few_clusters"])


def _title(book: Book) -> str:
    """Name the group that surely waits longest against all others; one of a few is not named."""
    found: list[Row] = []
    for kind in VEHICLES:
        rows = {str(row["display"]): row for row in rows_of(book.rows(GROUPS, vehicle=kind))}
        states = book.reader.counts(_sizes(rows))
        found += [rows[d] for d, state in states.items() if state != "few"]
    sure = [row for row in found if _surely_longer(row)]
    if not sure:
        return book.language.word("circulation_title_none")
    worst = max(sure, key=lambda row: (float(row["difference"]), str(row["display"])))
    told = book.language.word("circulation_title")
    return told.format(
        vehicle=book.language.word(f"the_{worst['vehicle']}"),
        group=sentences(book.language).people(book.group(str(worst["display"]))),
        n=numbers.minutes(float(worst["difference"]), book.language.code),
    )


def _note(book: Book) -> str:
    """Say how vehicles come in, how sure the gaps are, who is not counted and who is hidden."""
    word, number = book.language.word, book.community.catalogue.number
    rows = {str(r["display"]): r for r in rows_of(book.rows(GROUPS, vehicle=VEHICLES[0]))}
    parts = [
        word("circulation_note").format(
            forced=f"{number('gate_forced'):g}", near=f"{number('rescue_at_door'):g}",
            level=headline.level(book),
        )
    ]  # fmt: skip
    unknown = float(rows[ALL]["n_unknown"])
    if unknown:
        seen = book.reader.sees(unknown)
        n = numbers.persons(unknown, book.language.code) if seen else compared.fewer(book)
        parts.append(word("circulation_unknown").format(n=n))
    states = book.reader.counts(_sizes(rows))
    hidden = [book.group(d) for d, state in states.items() if state == "few"]
    if hidden:
        told = word("hidden_groups")
        parts.append(told.format(groups=book.language.list(hidden), k=book.reader.k_persons))
    if book.reader.k_persons > 1:
        parts.append(word("circulation_hidden").format(k=book.reader.k_persons))
    return ("" if book.language.code == "zh" else " ").join(parts)


def _stops(book: Book, atlas: Atlas | None) -> list[Piece]:
    """Return the map of the lanes where vehicles stop, and why, for whom and what to do."""
    table = book.rows(STOPS)
    word = book.language.word
    if len(table) == 0:
        return [Section(word("kicker_circulation_stops"), word("circulation_stops_none"), ())]
    most = table.groupby(["table", "place"])["persons"].max()
    order = sorted(most.index, key=lambda at: (-most[at], at))
    number = {at: n for n, at in enumerate(order, 1)}
    title = _stops_title(book, len(order))
    pieces: list[Piece] = [] if atlas is None else [_map(book, atlas, number, title)]
    kicker = "" if atlas is not None else word("kicker_circulation_stops")
    head = title if atlas is None else word("circulation_stops_list")
    return [*pieces, Section(kicker, head, (_list(book, number),))]


def _stops_title(book: Book, n: int) -> str:
    cleared = book.rows(STOPS, cause=TAKEN)[["table", "place"]].drop_duplicates()
    code = "circulation_stops_title" if len(cleared) else "circulation_stops_title_wide"
    return book.language.set(book.language.word(code).format(n=n, cleared=len(cleared)))


def _map(book: Book, atlas: Atlas, number: Mapping[tuple[str, str], int], title: str) -> Figure:
    word = book.language.word
    sheet = Sheet(book.community, window(book, (WIDE, HIGH)), maps.text(book), title)
    table = book.rows(STOPS)
    shapes = {
        (t, p): shape
        for t, p, shape in zip(table["table"], table["place"], table["geometry"], strict=True)
    }
    rows = {(str(row["table"]), str(row["place"])): row for row in rows_of(table)}
    lines = "".join(_lane(sheet.frame, shapes[at]) for at in number if at[0] != GATES)
    pins = [_pin(book, rows[at], n, shapes[at], sheet.frame) for at, n in number.items()]
    picture = Markup(draw(sheet, atlas.units.shapes, {}, (), (lines, pins)))
    kicker = word("kicker_circulation_stops")
    return Figure(kicker, title, picture, word("circulation_map_sub"))


def _lane(frame: Frame, line: BaseGeometry) -> str:
    data = frame.data([line])
    return f'<path d="{data}" class="m-way-casing"/><path d="{data}" class="m-stop"/>'


def _pin(book: Book, row: Row, n: int, shape: BaseGeometry, frame: Frame) -> Label:
    at = frame.at(*midpoint(shape))
    x, y = (svg_number(value) for value in at)
    dot = f'<circle cx="{x}" cy="{y}" r="4" class="m-stop-dot"/>'
    sides = ("n", "s", "e", "w", "ne", "nw", "se", "sw")
    wish = Wish(at, (17, 17), (7, 5), sides, needed=True)
    sign = dot if row["table"] == GATES else ""
    return Label(str(n), wish, "pin", sign, book.cite(STOPS, row, "cause"))


def _list(book: Book, number: Mapping[tuple[str, str], int]) -> Table:
    word = book.language.word
    heads = (
        Head(word("number"), wide="30px"), Head(word("place"), wide="106px"),
        Head(word("circulation_vehicle"), wide="62px"), Head(word("cause"), wide="80px"),
        Head(word("circulation_width"), True, "72px"),
        Head(word("circulation_doors"), True, "42px"), Head(word("persons"), True, "42px"),
        Head(word("circulation_vulnerable"), True, "70px"),
        Head(word("circulation_on_foot"), True, "52px"), Head(word("fix")),
    )  # fmt: skip
    rows = sorted(
        rows_of(book.rows(STOPS)),
        key=lambda row: (number[row["table"], row["place"]], VEHICLES.index(str(row["vehicle"]))),
    )
    made = tuple(_stop(book, row, number[row["table"], row["place"]]) for row in rows)
    return Table(heads, made, note=word("circulation_stops_note"), css="dense")


def _stop(book: Book, row: Row, n: int) -> tuple[Words, ...]:
    code = book.language.code

    def cell(words: object, column: str) -> Words:
        return book.number(words, STOPS, row, column)

    seen = book.reader.sees(float(row["persons"]), float(row["households"]))
    some = seen and book.reader.sees(float(row["vulnerable"]))
    people = cell(numbers.count(float(row["persons"]), code), "persons") if seen else None
    frail = cell(numbers.count(float(row["vulnerable"]), code), "vulnerable") if some else None
    wide = f"{float(row['clear']):.1f}" if numbers.known(row["clear"]) else "?"
    return (
        str(n),
        naming.place_name(book, str(row["place"])),
        book.language.word(f"vehicle_{row['vehicle']}"),
        cell(book.language.word(f"cause_{row['cause']}"), "cause"),
        cell(f"{wide} / {float(row['needed']):g}", "clear"),
        cell(numbers.count(float(row["entrances"]), code), "entrances"),
        people or compared.few(book),
        frail or compared.few(book),
        cell(_whole(float(row["on_foot"])), "on_foot"),
        _fix(book, row),
    )


def _fix(book: Book, row: Row) -> str:
    """Say what to do: clear first, then widen; ways for people on foot stay as they are."""
    cause = str(row["cause"])
    if cause == NARROW and float(row["left"]) < 1.0:
        cause = "narrow_taken"
    rows = book.community[str(row["table"])]
    mine = rows[rows.iloc[:, 0].astype(str) == row["place"]]
    barrier = str(mine["barrier"].iloc[0]) if len(mine) and "barrier" in mine else ""
    thing = book.language.said(f"barrier_{barrier}", book.language.word("circulation_thing"))
    told = book.language.word(f"circulation_fix_{cause}")
    return book.language.set(told.format(barrier=thing, needed=f"{float(row['needed']):g}"))
