"""Fill one page per scenario: today by group, schemes, shelters, queues, who is left."""

from __future__ import annotations

from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.cite import number
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Head, Page, Piece, Section, Table, Words
from renlin.report.pages.comparison import average, clearance, context
from renlin.report.pages.flows import flow_maps
from renlin.report.pages.reach import reach
from renlin.report.pages.vehicles import vehicles
from renlin.report.palette import BASE
from renlin.report.readings import compared, naming
from renlin.report.readings.today import Today, today
from renlin.report.tables import Row, rows_of
from renlin.report.text import sentences

MOST_LINKS = 6
LEAST_QUEUE = 6.0
"""Person-seconds of queueing below which a lane is not named: one tenth of a minute."""
NO_FAILURE = ("", "none", "away", "sheltered")
"""Reasons of those who had nowhere to get to: not at home, or safe where they are."""


def scenarios(book: Book) -> list[Page]:
    """Return one page per scenario that was simulated."""
    return [
        _scenario(book, code, first=index == 0) for index, code in enumerate(book.scenario_codes)
    ]


def _scenario(book: Book, code: str, *, first: bool) -> Page:
    word = book.language.word
    pieces: list[Piece] = [_levels(book, code)]
    made = compared.compare(book, code)
    if made is not None and not first:
        pieces += average(book, made, word("kicker_compared"))
        curves = clearance(book, made, word("kicker_clearance"))
        pieces += [curves] if curves is not None else []
    pieces += [
        part
        for part in (
            reach(book, code),
            _shelters(book, code),
            vehicles(book, code),
            flow_maps(book, code),
            _links(book, code),
            _reasons(book, code),
        )
        if part is not None
    ]
    names = (
        "simulation.groups",
        "simulation.clearance",
        "simulation.reach",
        "simulation.shelters",
        "simulation.links",
        "simulation.persons",
    )
    return Page(
        f"run-{code}", word("page_run"), tuple(pieces), foot(book, *names), context(book, code)
    )


def _levels(book: Book, code: str) -> Section:
    """Return the average of the base on its groups: mean, nine in ten, not out."""
    word, lang = book.language.word, book.language.code
    found = today(book, code)
    listed = [d for d in ("all", *found.shown) if d in found.levels]
    decile = found.levels.get("worst_decile")
    listed += ["worst_decile"] if decile is not None and book.reader.sees(decile.n) else []
    rows = [_level(book, found, d) for d in listed]
    gap = _gap(book, found)
    if gap is not None:
        rows.append(
            (book.group("gap"), "", number(gap, book.whole("simulation.groups")), "", "", "")
        )
    heads = (
        Head(word("group")), Head(word("persons"), True), Head(word("mean_minutes"), True),
        Head(word("p90_minutes"), True), Head(word("unsafe_minutes"), True),
        Head(book.event_word("not_out", code), True),
    )  # fmt: skip
    title = book.scenario(code)
    if found.shown and "all" in found.levels:
        worst = found.shown[0]
        slowest = (book.group(worst), numbers.minutes(found.levels[worst].mean, lang))
        mean = numbers.minutes(found.levels["all"].mean, lang)
        title = sentences(book.language).scenario_title(slowest, mean)
    horizon = book.community.scenarios[code].horizon if code in book.community.scenarios else 0.0
    minutes = numbers.quantity(horizon / numbers.MINUTE)
    note = word("levels_note").format(runs=book.n_runs[code], minutes=minutes)
    last = frozenset({len(rows) - 1}) if gap is not None else frozenset()
    table = Table(heads, tuple(rows), frozenset({0}), last, note)
    return Section(word("kicker_today"), title, (table,), book.event_word("levels_sub", code))


def _level(book: Book, found: Today, display: str) -> tuple[Words, ...]:
    level, whole = found.levels[display], book.whole("simulation.groups")
    n = compared.count_words(book, level.n, found.states.get(display, "shown"))
    times = tuple(numbers.bare_minutes(x) for x in (level.mean, level.p90, level.unsafe))
    out = "<1" if 0 < level.out < 0.5 else numbers.count(level.out, book.language.code)
    told = (*times, out)
    return (book.group(display), n, *(number(words, whole) for words in told))


def _gap(book: Book, found: Today) -> str | None:
    """Return the slowest group over the reference in minutes, None when either is hidden."""
    reference = book.community.policy.reference
    if reference not in found.shown or len(found.shown) < 2:
        return None
    worst = found.levels[found.shown[0]].mean
    return numbers.bare_minutes(worst - found.levels[reference].mean)


def _shelters(book: Book, code: str) -> Section | None:
    """Return how many each place took in, by scheme, with the runs in which it was full."""
    table = book.rows("simulation.shelters", scenario=code)
    ran = set(table["scheme"].unique()) if len(table) else set()
    schemes = [s for s in (BASE, *book.scheme_codes) if s in ran]
    used = [str(f) for f, own in table.groupby("facility", sort=True) if own["p95"].max() >= 0.5]
    if not used:
        return None
    word = book.language.word
    heads = (
        Head(word("facility")), Head(word("capacity"), True),
        *(Head(book.scheme(scheme), True) for scheme in schemes),
    )  # fmt: skip
    rows = []
    for facility in used:
        own = {str(r["scheme"]): r for r in rows_of(table[table["facility"] == facility])}
        rows.append(
            (
                naming.place_name(book, facility),
                _capacity(book, next(iter(own.values()))),
                *(_filled(book, own.get(scheme)) for scheme in schemes),
            )
        )
    note = word("shelters_note")
    made = Table(heads, tuple(rows), note=note)
    return Section(word("kicker_shelters"), word("shelters_title"), (made,))


def _capacity(book: Book, row: Row) -> Words:
    if not numbers.known(row["capacity"]):
        return book.language.word("unknown")
    told = numbers.count(float(row["capacity"]), book.language.code)
    return book.number(told, "simulation.shelters", row, "capacity")


def _filled(book: Book, row: Row | None) -> Words:
    """Return the median taken in; with it in how many runs the place was full."""
    if row is None:
        return "–"
    name = "simulation.shelters"
    told = book.number(numbers.count(float(row["p50"]), book.language.code), name, row, "p50")
    full = float(row["full_share"])
    if full == 0:
        return told
    words = book.language.word("full_in").format(share=numbers.percent(full))
    return Markup("{} {}").format(told, book.number(words, name, row, "full_share"))


def _links(book: Book, code: str) -> Section | None:
    """Return where people queue longest today, the pieces of one lane together."""
    table = book.rows("simulation.links", scenario=code, scheme=BASE)
    if len(table) == 0:
        return None
    grouped = table.assign(part=naming.of_links(table["link"])).groupby("part", as_index=False)
    found = grouped.agg(
        link=("link", "first"), persons=("persons", "max"), queue=("queue_s", "sum"),
        density=("max_density", "max"),
    )  # fmt: skip
    top = found[found["queue"] >= LEAST_QUEUE].sort_values(
        ["queue", "part"], ascending=[False, True]
    )
    if len(top) == 0:
        return None
    word, lang, whole = book.language.word, book.language.code, book.whole("simulation.links")
    heads = (
        Head(word("place")),
        Head(word("passing"), True),
        Head(word("queue_hours"), True),
        Head(word("density"), True),
    )
    rows = [
        (
            naming.link_name(book, str(row["link"])),
            number(numbers.count(float(row["persons"]), lang), whole),
            number(numbers.quantity(float(row["queue"]) / numbers.MINUTE), whole),
            number(f"{float(row['density']):.1f}", whole),
        )
        for row in rows_of(top.head(MOST_LINKS))
    ]
    return Section(
        word("kicker_links"),
        word("links_title"),
        (Table(heads, tuple(rows), note=word("links_note")),),
    )


def _reasons(book: Book, code: str) -> Section | None:
    """Return why people did not arrive, by scheme."""
    table = book.rows("simulation.persons", scenario=code)
    if len(table) == 0 or "reason" not in table:
        return None
    late = table[
        (table["arrived_share"] < 1) & table["reason"].notna() & ~table["reason"].isin(NO_FAILURE)
    ]
    ran = set(table["scheme"].unique())
    schemes = [s for s in (BASE, *book.scheme_codes) if s in ran]
    if len(late) == 0:
        return None
    word = book.language.word
    counted = late.groupby(["reason", "scheme"]).size().unstack(fill_value=0)
    heads = (Head(word("why_not")), *(Head(book.scheme(s), True) for s in schemes))
    whole = book.whole("simulation.persons")
    rows = []
    for reason in counted.sum(axis=1).sort_values(ascending=False, kind="stable").index:
        cells = [float(counted.loc[reason, s]) if s in counted else 0.0 for s in schemes]
        told = [
            numbers.count(c, book.language.code) if book.reader.sees(c) else compared.fewer(book)
            for c in cells
        ]
        rows.append(
            (book.language.said(f"reason_{reason}", str(reason)), *(number(t, whole) for t in told))
        )
    return Section(
        word("kicker_reasons"),
        book.event_word("not_arrived_title", code),
        (Table(heads, tuple(rows), note=word("not_arrived_note")),),
    )
