"""Fill one page per scenario: today by group, schemes, shelters, queues, who is left."""

from __future__ import annotations

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.cite import number
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Head, Page, Piece, Section, Table, Words
from renlin.report.pages.comparison import average, clearance, context
from renlin.report.pages.governance import place_name
from renlin.report.palette import BASE
from renlin.report.readings import compared
from renlin.report.readings.today import Today, today
from renlin.report.tables import rows_of
from renlin.report.text import sentences

MOST_LINKS = 8
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
        for part in (_shelters(book, code), _links(book, code), _reasons(book, code))
        if part is not None
    ]
    names = (
        "simulation.groups",
        "simulation.clearance",
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
    rows = [
        _level(book, found, d) for d in ("all", *found.shown, "worst_decile") if d in found.levels
    ]
    gap = _gap(book, found)
    if gap is not None:
        rows.append((book.group("gap"), "", number(gap, book.whole("simulation.groups")), "", ""))
    heads = (
        Head(word("group")), Head(word("persons"), True), Head(word("mean_minutes"), True),
        Head(word("p90_minutes"), True), Head(word("not_out"), True),
    )  # fmt: skip
    title = book.scenario(code)
    if found.shown and "all" in found.levels:
        worst = found.shown[0]
        slowest = (book.group(worst), numbers.minutes(found.levels[worst].mean, lang))
        mean = numbers.minutes(found.levels["all"].mean, lang)
        title = sentences(book.language).scenario_title(slowest, mean)
    horizon = book.community.scenarios[code].horizon if code in book.community.scenarios else 0.0
    minutes = numbers.quantity(horizon / numbers.MINUTE)
    note = word("levels_note").format(runs=book.n_seeds, minutes=minutes)
    last = frozenset({len(rows) - 1}) if gap is not None else frozenset()
    table = Table(heads, tuple(rows), frozenset({0}), last, note)
    return Section(word("kicker_today"), title, (table,), word("levels_sub"))


def _level(book: Book, found: Today, display: str) -> tuple[Words, ...]:
    level, whole = found.levels[display], book.whole("simulation.groups")
    n = compared.count_words(book, level.n, found.states.get(display, "shown"))
    times = (numbers.bare_minutes(level.mean), numbers.bare_minutes(level.p90))
    told = (*times, f"{level.out:.1f}")
    return (book.group(display), n, *(number(words, whole) for words in told))


def _gap(book: Book, found: Today) -> str | None:
    """Return the slowest group over the reference in minutes, None when either is hidden."""
    reference = book.community.policy.reference
    if reference not in found.shown or len(found.shown) < 2:
        return None
    worst = found.levels[found.shown[0]].mean
    return numbers.bare_minutes(worst - found.levels[reference].mean)


def _shelters(book: Book, code: str) -> Section | None:
    table = book.rows("simulation.shelters", scenario=code)
    if len(table) == 0:
        return None
    word, lang, name = book.language.word, book.language.code, "simulation.shelters"
    heads = (
        Head(word("facility")),
        Head(word("scheme")),
        Head(word("capacity"), True),
        Head(word("filled_half"), True),
        Head(word("filled_most"), True),
        Head(word("runs_full"), True),
    )
    order = {s: i for i, s in enumerate([BASE, *book.scheme_codes])}
    rows = []
    kept = table[table["scheme"].isin(order)]
    for row in sorted(rows_of(kept), key=lambda r: (str(r["facility"]), order[r["scheme"]])):
        capacity = (
            numbers.count(float(row["capacity"]), lang)
            if numbers.known(row["capacity"])
            else word("unknown")
        )
        rows.append(
            (
                place_name(book, str(row["facility"])),
                book.scheme(str(row["scheme"])),
                book.number(capacity, name, row, "capacity"),
                book.number(numbers.count(float(row["p50"]), lang), name, row, "p50"),
                book.number(numbers.count(float(row["p95"]), lang), name, row, "p95"),
                book.number(numbers.percent(float(row["full_share"])), name, row, "full_share"),
            )
        )
    rest = max(0, len(rows) - 16)
    note = word("more_rows").format(n=rest) if rest else ""
    return Section(
        word("kicker_shelters"),
        word("shelters_title"),
        (Table(heads, tuple(rows[:16]), note=note),),
    )


def _links(book: Book, code: str) -> Section | None:
    """Return where people queue longest today."""
    table = book.rows("simulation.links", scenario=code, scheme=BASE)
    if len(table) == 0:
        return None
    top = table.sort_values(["queue_s", "link"], ascending=[False, True])
    top = top[top["queue_s"] > 0].head(MOST_LINKS)
    if len(top) == 0:
        return None
    word, lang, name = book.language.word, book.language.code, "simulation.links"
    heads = (
        Head(word("place")),
        Head(word("passing"), True),
        Head(word("queue_hours"), True),
        Head(word("density"), True),
    )
    rows = [
        (
            link_name(book, str(row["link"])),
            book.number(numbers.count(float(row["persons"]), lang), name, row, "persons"),
            book.number(
                numbers.quantity(float(row["queue_s"]) / numbers.MINUTE), name, row, "queue_s"
            ),
            book.number(f"{float(row['max_density']):.1f}", name, row, "max_density"),
        )
        for row in rows_of(top)
    ]
    return Section(
        word("kicker_links"),
        word("links_title"),
        (Table(heads, tuple(rows), note=word("links_note")),),
    )


def link_name(book: Book, link: str) -> str:
    """Return the name of a link: a stair, a door, a gate, a way in, or a lane."""
    kind, _, rest = link.partition("/")
    place = rest.split("/")[0]
    if kind in ("stair", "hall", "threshold", "approach", "gate", "inside") and place:
        return book.language.word(f"link_{kind}").format(place=place_name(book, place))
    return book.language.word("link_walk").format(place=link.split("/")[0].split("#")[0])


def _reasons(book: Book, code: str) -> Section | None:
    """Return why people did not arrive, by scheme."""
    table = book.rows("simulation.persons", scenario=code)
    if len(table) == 0 or "reason" not in table:
        return None
    late = table[
        (table["arrived_share"] < 1) & table["reason"].notna() & ~table["reason"].isin(NO_FAILURE)
    ]
    schemes = [s for s in (BASE, *book.scheme_codes) if s in set(table["scheme"])]
    if len(late) == 0:
        return None
    word = book.language.word
    counted = late.groupby(["reason", "scheme"]).size().unstack(fill_value=0)
    heads = (Head(word("reason_not_arrived")), *(Head(book.scheme(s), True) for s in schemes))
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
        word("not_arrived_title"),
        (Table(heads, tuple(rows), note=word("not_arrived_note")),),
    )
