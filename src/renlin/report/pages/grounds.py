"""Fill the page of public grounds: room by the hour, who finds it full, checks, tiers."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.maps.themes import Sheet, draw, single
from renlin.report.pages import conversions, maps
from renlin.report.pages.atlas import WIDE, foot
from renlin.report.pages.blocks import (
    NOTHING,
    Figure,
    Head,
    Page,
    Piece,
    Section,
    Table,
    Words,
)
from renlin.report.privacy import WHOLE, rows_give_away
from renlin.report.readings import compared
from renlin.report.readings.places import window
from renlin.report.tables import rows_of

ROOM, OUT, CHECKS, TIERS = (
    "space.redundancy",
    "space.left_out",
    "space.ground_checks",
    "space.tiers",
)
STRICT = "earthquake_shelter_area_per_person"
"""Standard whose verdict colours the map: the one that binds and of which a text was seen."""
HIGH = 380.0
MOST_GROUNDS = 8
"""Grounds with a column of their own in the check-list; the others are counted."""
MOST = 8
LEVELS = ("door", "building", "court", "community", "district")
Row = dict[str, Any]


def ground_pages(book: Book) -> list[Page]:
    """Return the pages of public grounds; none where the run looked at no ground."""
    if book.find(CHECKS) is None and book.find("space.leftovers") is None:
        return []
    word = book.language.word
    first = [piece for piece in (*_room(book), _full(book), *_checks(book)) if piece is not None]
    made = [Page("grounds", word("page_grounds"), tuple(first), foot(book, ROOM, OUT, CHECKS))]
    later = [*conversions.converting(book), *conversions.leftover(book), *_tiers(book)]
    if later:
        names = ("space.conversions", "space.leftovers", "space.modules", TIERS)
        made.append(Page("grounds-2", word("page_grounds_2"), tuple(later), foot(book, *names)))
    return made


def _room(book: Book) -> list[Piece]:
    """Return the map of m2 per person at the binding hour, and its table."""
    word = book.language.word
    rows = rows_of(book.rows(ROOM, standard=STRICT))
    if not rows:
        return []
    failed = [row for row in rows if row["state"] == "fail"]
    unknown = [row for row in rows if row["state"] == "unknown"]
    title = word("grounds_title").format(n=len(rows), failed=len(failed), unknown=len(unknown))
    shapes = dict(
        zip(book.community["spaces"]["space"].astype(str), book.community["spaces"]["geometry"],
            strict=True)
    )  # fmt: skip
    shown = {str(row["space"]): shapes[str(row["space"])] for row in rows if row["space"] in shapes}
    fills = {str(row["space"]): single("cov", _class(row), _says(book, row)) for row in rows}
    picture = ""
    if len(book.community["buildings"]) or len(book.community["entrances"]):
        sheet = Sheet(book.community, window(book, (WIDE, HIGH)), maps.text(book), title)
        picture = draw(sheet, conversions.houses(book) | shown, fills)
    table = _room_table(book)
    if not picture:
        return [Section(word("grounds_kicker"), title, (table,))]
    figure = Figure(word("grounds_kicker"), title, Markup(picture), note=word("grounds_map_note"))
    return [figure, Section("", word("grounds_table"), (table,))]


def _class(row: Row) -> int:
    """Return the class of the map: 0 where the ground is unknown."""
    room = row["m2_per_person"]
    if not numbers.known(room):
        return 0
    steps = (0.5, 1.5, 2.0, 3.0)
    return 1 + sum(float(room) >= step for step in steps)


def _says(book: Book, row: Row) -> str:
    return f"{_name(book, row['space'])} {_m2(row['m2_per_person'])} m²"


def _room_table(book: Book) -> Table:
    """Return one row per ground with its verdict by every standard."""
    word = book.language.word
    codes = sorted({(r["needed"], r["standard"]) for r in rows_of(book.rows(ROOM))})
    heads = (
        Head(word("ground"), wide="120px"), Head(word("binding_hour")), Head(word("persons"), True),
        Head(word("m2_person"), True), Head(word("m2_span"), True),
        *(Head(_standard(book, code), True) for _, code in codes),
    )  # fmt: skip
    lines: list[tuple[Words, ...]] = []
    for space in dict.fromkeys(book.rows(ROOM)["space"]):
        own = {row["standard"]: row for row in rows_of(book.rows(ROOM, space=space))}
        row = next(iter(own.values()))
        lines.append(
            (
                _name(book, space),
                f"{word('day_' + str(row['day']))} {numbers.clock(float(row['hour']))}",
                _persons(book, row),
                book.number(_m2(row["m2_per_person"]), ROOM, row, "m2_per_person"),
                f"{_m2(row['m2_low'])}–{_m2(row['m2_high'])}",
                *(_verdict(book, own[code]) for _, code in codes),
            )
        )
    return Table(heads, tuple(lines[:MOST]), note=word("grounds_note"), css="dense")


def _standard(book: Book, code: str) -> str:
    """Return a standard with its value; a mark where its text was not checked."""
    one = book.community.catalogue.standards[code]
    name = one.standard.split("-")[0] if one.clause != "not shown" else book.language.word("local")
    return f"≥{one.value:g} {name}{'' if one.verified else '*'}"


def _persons(book: Book, row: Row) -> Words:
    n = float(row["persons"])
    if not book.reader.sees(n):
        return compared.few(book)
    return book.number(numbers.count(round(n), book.language.code), ROOM, row, "persons")


def _verdict(book: Book, row: Row) -> str:
    told = book.language.word(f"verdict_{row['state']}")
    return told if row["firm"] or row["state"] == "unknown" else f"{told}?"


def _m2(value: Any) -> str:
    if not numbers.known(value):
        return "?"
    return "∞" if math.isinf(float(value)) else f"{float(value):.1f}"


def _name(book: Book, space: object) -> str:
    return book.named.get(str(space), str(space))


def _full(book: Book) -> Piece | None:
    """Return who finds the grounds full, by group, with the gap."""
    word = book.language.word
    rows = rows_of(book.rows(OUT, standard=STRICT))
    if not rows:
        return None
    reference = book.community.policy.reference
    sizes = {str(r["display"]): float(r["n"]) for r in rows if r["display"] not in WHOLE}
    states = book.reader.counts(sizes)
    hidden = {display for display, state in states.items() if state == "few"}
    secret = rows_give_away(rows, "left_share", hidden, reference, high_is_worse=True)
    order = ["all", *book.groups, "gap"]
    kept = [r for r in rows if r["display"] in order and r["display"] not in hidden]
    kept = [r for r in kept if not (r["display"] == "gap" and secret)]
    kept.sort(key=lambda r: order.index(str(r["display"])))
    heads = (
        Head(word("group")), Head(word("there_then"), True), Head(word("found_place"), True),
        Head(word("found_full"), True), Head(word("found_no_way"), True),
        Head(word("found_unknown"), True), Head(word("full_share"), True),
    )  # fmt: skip
    whole = next(r for r in rows if r["display"] == "all")
    when = f"{word('day_' + str(whole['day']))} {numbers.clock(float(whole['hour']))}"
    title = word("full_title").format(
        when=when, n=numbers.count(round(float(whole["left"])), book.language.code)
    )
    lines = tuple(_full_row(book, row, states.get(str(row["display"]), "shown")) for row in kept)
    table = Table(heads, lines, strong=frozenset({0}), note=word("full_note"), css="dense")
    return Section(word("full_kicker"), title, (table,))


def _full_row(book: Book, row: Row, state: str) -> tuple[Words, ...]:
    """Return one group; a share that rests on too few is not told, nor a telling count."""
    code = book.language.code
    told: Words = _share(row)
    hidden = row["display"] != "gap" and not book.reader.sees(round(float(row["left"])))
    told = NOTHING if hidden else told
    if told != NOTHING:
        told = book.number(told, OUT, row, "left_share")
    if row["display"] == "gap":
        return (book.group("gap"), *[NOTHING] * 5, told)
    columns = ("present", "placed", "left", "no_way", "unknown")
    counts = [_seen(book, float(row[column]), code, state) for column in columns]
    return (book.group(str(row["display"])), *counts, told)


def _seen(book: Book, n: float, code: numbers.Code, state: str = "shown") -> str:
    if not book.reader.sees(round(n)):
        return compared.few(book)
    return numbers.count(round(n), code) if state == "shown" else f"≥{book.reader.k_persons}"


def _share(row: Row) -> str:
    if not numbers.known(row["left_share"]):
        return NOTHING
    low, high = (f"{100 * float(row[edge]):.0f}" for edge in ("low", "high"))
    told = f"{100 * float(row['left_share']):.0f}% [{low}, {high}]"
    return told.replace("-", "−")


def _checks(book: Book) -> list[Piece]:
    """Return the check-list as a matrix, the cheapest fixes, and what to ask on site."""
    rows = rows_of(book.rows(CHECKS))
    if not rows:
        return []
    return [_matrix(book, rows), _fixes(book, rows), _questions(book, rows)]


def _matrix(book: Book, rows: list[Row]) -> Section:
    word, answers = book.language.word, {(r["space"], r["check"]): r for r in rows}
    refuge = set(book.rows(ROOM)["space"]) if len(book.rows(ROOM)) else set()
    lacking = {s: sum(r["answer"] == "no" for r in rows if r["space"] == s)
               for s in {r["space"] for r in rows}}  # fmt: skip
    spaces = sorted(lacking, key=lambda s: (s not in refuge, -lacking[s], s))[:MOST_GROUNDS]
    checks = sorted({(r["rank"], r["check"]) for r in rows})
    heads = (Head(word("check")), *(Head(_name(book, s), wide="62px") for s in spaces))
    entries = book.community.catalogue.ground_checks
    lines = tuple(
        (
            book.language.named(entries, check) + ("*" if _unverified(rows, check) else ""),
            *(_answer(book, answers[space, check]) for space in spaces),
        )
        for _, check in checks
    )
    n = sum(r["answer"] == "no" for r in rows)
    unknown = sum(r["answer"] == "unknown" for r in rows)
    title = word("checks_title").format(n=n, unknown=unknown, spaces=len(lacking))
    rest = len(lacking) - len(spaces)
    note = word("checks_note") + (word("checks_rest").format(n=rest) if rest > 0 else "")
    return Section(word("checks_kicker"), title, (Table(heads, lines, note=note, css="dense"),))


def _unverified(rows: list[Row], check: str) -> bool:
    return any(r["check"] == check and r["standard"] and not r["verified"] for r in rows)


def _answer(book: Book, row: Row) -> Words:
    told = book.language.word(f"answer_{row['answer']}")
    if row["answer"] != "no":
        return told
    return Markup("<b>{}</b>").format(told)


def _fixes(book: Book, rows: list[Row]) -> Section:
    """Return the cheapest fix of every lack, with cost, source and what it moves."""
    word, catalogue = book.language.word, book.community.catalogue
    lacking = [r for r in rows if r["answer"] == "no" and r["fix"]]
    by_fix: dict[tuple[str, str], list[Row]] = {}
    for row in lacking:
        by_fix.setdefault((str(row["check"]), str(row["fix"])), []).append(row)
    order = sorted(by_fix, key=lambda key: (by_fix[key][0]["rank"], key))
    entries: dict[str, Any] = {**catalogue.responses, **catalogue.modules}
    lines = tuple(
        (
            book.language.named(catalogue.ground_checks, check),
            book.language.list([_name(book, r["space"]) for r in by_fix[check, fix]][:4])
            + ("…" if len(by_fix[check, fix]) > 4 else ""),
            book.language.named(entries, fix),
            conversions.cost(by_fix[check, fix][0]),
            conversions.lever(book, by_fix[check, fix][0]["lever"]),
        )
        for check, fix in order
    )
    heads = (Head(word("lacks"), wide="104px"), Head(word("where_lacks"), wide="170px"),
             Head(word("cheapest_fix")), Head(word("cost_each"), True),
             Head(word("moves")))  # fmt: skip
    return Section(
        "", word("fixes_title"), (Table(heads, lines, note=word("fixes_note"), css="dense"),)
    )


def _questions(book: Book, rows: list[Row]) -> Section:
    """Return the questions to ask on site, and at how many grounds."""
    word = book.language.word
    asked: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        if row["answer"] == "unknown":
            asked.setdefault((int(row["rank"]), str(row["check"])), []).append(row)
    lines = tuple(
        (
            book.language.either(str(own[0]["question_zh"]), str(own[0]["question_en"])),
            str(len(own)),
            book.language.list([_name(book, r["space"]) for r in own][:4])
            + ("…" if len(own) > 4 else ""),
        )
        for _, own in sorted(asked.items())
    )
    heads = (Head(word("ask_on_site")), Head(word("n_grounds"), True), Head(word("where_lacks")))
    return Section("", word("ground_questions"), (Table(heads, lines, css="dense"),))


def _tiers(book: Book) -> list[Piece]:
    """Return the balance at the hour of need, function by function, and who stays, by group."""
    word = book.language.word
    hour = int(book.community.catalogue.number("need_hour"))
    rows = rows_of(book.rows(TIERS, hour=hour, display="all"))
    if not rows:
        return []
    table = {(r["function"], r["level"]): r for r in rows}
    entries = book.community.catalogue.ground_functions
    known = {r["function"] for r in rows}
    order = sorted(known, key=lambda c: entries[c].order if c in entries else 99)
    heads = (
        Head(word("function")), Head(word("there_then"), True),
        *(Head(word(f"level_{level}"), True) for level in LEVELS),
        Head(word("stay_behind"), True), Head(word("left_over"), True),
    )  # fmt: skip
    lines = tuple(_tier_row(book, table, code) for code in order)
    title = word("tiers_title").format(hour=numbers.clock(float(hour)))
    balance = Table(heads, lines, note=word("tiers_note"), css="dense")
    return [Section(word("tiers_kicker"), title, (balance, *_staying(book, hour)))]


def _tier_row(book: Book, table: dict[tuple[str, str], Row], code: str) -> tuple[Words, ...]:
    rows = [table[code, level] for level in LEVELS]
    entries = book.community.catalogue.ground_functions
    stuck = [sum(float(r[f"stuck_{end}"]) for r in rows) for end in ("most", "least")]
    over = [float(rows[-1][f"passed_{end}"]) for end in ("most", "least")]
    came = float(rows[0]["came_least"])
    served = [[float(r[f"served_{end}"]) for end in ("least", "most")] for r in rows]
    name = book.language.named(entries, code)
    return (name, *(_range(book, one) for one in ([came, came], *served, stuck, over)))


def _range(book: Book, ends: list[float]) -> str:
    low, high = sorted(round(end) for end in ends)
    if not book.reader.sees(float(low)) or not book.reader.sees(float(high)):
        return compared.few(book)
    code = book.language.code
    return (
        numbers.count(low, code)
        if low == high
        else f"{numbers.count(low, code)}–{numbers.count(high, code)}"
    )


def _staying(book: Book, hour: int) -> list[Table]:
    """Return who cannot go up, by group: of gathering, the function that all need."""
    word = book.language.word
    rows = book.rows(TIERS, hour=hour, function="gather")
    rows = rows[~rows["display"].isin(WHOLE)]
    summed = rows.groupby("display")[["stuck_least", "stuck_most"]].sum()
    came = rows[rows["level"] == LEVELS[0]].set_index("display")["came_least"]
    states = book.reader.counts({str(d): float(n) for d, n in came.items()})
    lines = tuple(
        (book.group(d), *_stays(book, float(came[d]), summed.loc[d], states[d]))
        for d in book.groups
        if d in summed.index and states.get(d) != "few"
    )
    heads = (Head(word("group")), Head(word("there_then"), True), Head(word("stay_behind"), True),
             Head(word("stay_share"), True))  # fmt: skip
    return [Table(heads, lines, note=word("staying_note"), css="slim")] if lines else []


def _stays(book: Book, came: float, own: Any, state: str) -> tuple[str, str, str]:
    there = _seen(book, came, book.language.code, state)
    ends = sorted([float(own["stuck_most"]), float(own["stuck_least"])])
    told = _range(book, ends)
    if came <= 0 or told == compared.few(book) or state != "shown":
        return (there, told if state == "shown" else NOTHING, NOTHING)
    low, high = (f"{100 * end / came:.0f}" for end in ends)
    return (there, told, f"{low}–{high}%" if low != high else f"{low}%")
