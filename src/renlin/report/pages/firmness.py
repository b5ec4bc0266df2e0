"""Fill the page that asks whether coverage holds: one way closed, every hour, circles, hollows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.cite import number
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Head, Page, Piece, Section, Table, Words
from renlin.report.privacy import gap_gives_away
from renlin.report.readings import compared, naming
from renlin.report.tables import Row, rows_of

FIRM, LINKS, HOURS = "space.fragility_groups", "space.critical_links", "space.hours"
PLACES, CIRCLES, HOLLOWS = "space.catchment", "space.circles", "space.hollows"
INSIDE = "space.hollow_groups"
MEASURES = ("redundant", "robust", "sturdy")
METHODS = ("two_step", "stepped", "three_step")
CONDITIONS = ("people", "hazard", "ties", "coverage")
MOST_LINKS, MOST_HOLLOWS = 8, 10
EVERYBODY, GAP = "all", "gap"


def firmness_page(book: Book) -> Page | None:
    """Return who hangs on one way, at which hour, what circles say, and where ills meet."""
    if book.find(FIRM) is None or len(book.rows(FIRM)) == 0:
        return None
    pieces: list[Piece] = [
        *(_firm(book, service) for service in sorted(set(book.rows(FIRM)["service"]))),
        _links(book),
        _hours(book),
        _circles(book),
        *_places(book),
        _hollows(book),
    ]
    named = (FIRM, LINKS, HOURS, CIRCLES, PLACES, HOLLOWS, INSIDE)
    return Page("firm", book.language.word("page_firm"), tuple(pieces), foot(book, *named))


def _groups(book: Book, people: Mapping[str, float]) -> list[tuple[str, str]]:
    """Return the groups told, with whether each may be seen; everybody first."""
    groups = {code: n for code, n in people.items() if code not in (EVERYBODY, GAP)}
    states = book.reader.counts(groups)
    told = [(code, states[code]) for code in book.groups if code in groups]
    return [(EVERYBODY, "shown"), *told]


def _named(book: Book, code: str) -> str:
    return book.language.word("all_people") if code == EVERYBODY else book.group(code)


def _service(book: Book, code: str) -> str:
    return book.language.named(book.community.catalogue.facilities, code)


def _firm(book: Book, service: str) -> Section:
    """Return the three measures of one service by group, with intervals and the gap."""
    word = book.language.word
    table = book.rows(FIRM, service=service)
    at = {(r["measure"], r["display"]): r for r in rows_of(table)}
    people = {str(d): float(at["sturdy", d]["n"]) for _, d in at}
    rows: list[tuple[Words, ...]] = []
    listed = _groups(book, people)
    for code, state in listed:
        cells = [_share(book, at.get((measure, code)), state) for measure in MEASURES]
        n = numbers.count(people[code], book.language.code)
        rows.append((_named(book, code), n if state == "shown" else compared.few(book), *cells))
    hidden = {code for code, state in listed if state != "shown"}
    gaps = [_gap(book, at, measure, hidden) for measure in MEASURES]
    rows.append((word("firm_gap"), "", *gaps))
    heads = (
        Head(word("group")), Head(word("reached_people"), True),
        *(Head(word(f"firm_{measure}"), True) for measure in MEASURES),
    )  # fmt: skip
    everybody = at["sturdy", EVERYBODY]
    title = word("firm_title").format(
        service=_service(book, service), share=_percent(everybody["stands_share"])
    )
    made = Table(heads, tuple(rows), frozenset({0}), frozenset({len(rows) - 1}))
    return Section(word("kicker_firm"), title, (made,), word("firm_sub"))


def _percent(share: Any) -> str:
    return numbers.percent(float(share)) if numbers.known(share) else "–"


def _share(book: Book, row: Mapping[str, Any] | None, state: str) -> str | Markup:
    if row is None or state != "shown" or not numbers.known(row["stands_share"]):
        return "–"
    told = _percent(row["stands_share"])
    span = f"{_percent(row['low'])}–{_percent(row['high'])}"
    return book.number(f"{told} ({span})", FIRM, row, "stands_share")


def _gap(
    book: Book, at: Mapping[tuple[str, str], Row], measure: str, hidden: set[str]
) -> str | Markup:
    """Return the gap, unless it would tell of a hidden group."""
    row = at.get((measure, GAP))
    reference = book.community.policy.reference
    shares = {
        display: float(own["stands_share"])
        for (kind, display), own in at.items()
        if kind == measure and display not in (EVERYBODY, GAP)
    }
    told = gap_gives_away(shares, hidden, reference, high_is_worse=False)
    if row is None or told or not numbers.known(row["stands_share"]):
        return "–"
    points = numbers.points(float(row["stands_share"]), book.language.code)
    return book.number(points, FIRM, row, "stands_share")


def _links(book: Book) -> Section:
    """Return the ways and gates most vulnerable residents hang on."""
    word = book.language.word
    table = book.rows(LINKS)
    whole = table[table["display"] == EVERYBODY].sort_values(
        ["vulnerable", "persons", "service", "link"], ascending=[False, False, True, True]
    )
    shown = rows_of(pd.DataFrame(whole.drop(columns="geometry", errors="ignore")))[:MOST_LINKS]
    if not shown:
        return Section(word("kicker_critical"), word("critical_none"), ())
    rows = tuple(
        (
            naming.place_name(book, str(row["place"])),
            _service(book, str(row["service"])),
            _counted(book, LINKS, row, "vulnerable"),
            _losers(book, row, "persons"),
            _losers(book, row, "persons_sure"),
        )
        for row in shown
    )
    heads = (
        Head(word("place")), Head(word("service")), Head(word("critical_vulnerable"), True),
        Head(word("critical_persons"), True), Head(word("critical_sure"), True),
    )  # fmt: skip
    rest = len(whole) - len(rows)
    note = word("critical_note") + (f" {word('more_rows').format(n=rest)}" if rest > 0 else "")
    title = word("critical_title").format(place=rows[0][0])
    return Section(word("kicker_critical"), title, (Table(heads, rows, note=note),))


def _losers(book: Book, row: Mapping[str, Any], column: str) -> str | Markup:
    """Return who loses it; not exactly where that tells of fewer than k who are not vulnerable."""
    vulnerable = float(row["vulnerable"])
    others = abs(float(row[column]) - vulnerable)
    if book.reader.sees(others) or not book.reader.sees(vulnerable):
        return _counted(book, LINKS, row, column)
    return f"≈{numbers.count(vulnerable, book.language.code)}"


def _counted(book: Book, name: str, row: Mapping[str, Any], column: str) -> str | Markup:
    n = float(row[column])
    if n > 0 and not book.reader.sees(n):
        return compared.few(book)
    return book.number(numbers.count(n, book.language.code), name, row, column)


def _hours(book: Book) -> Section:
    """Return the worst hours of each service, for everybody."""
    word, code = book.language.word, book.language.code
    table = book.rows(HOURS, display=EVERYBODY)
    rows: list[tuple[Words, ...]] = []
    for service, own in table.groupby("service", sort=True):
        best, worst = own["covered_share"].max(), own["covered_share"].min()
        if not best > worst:
            continue
        when = [int(hour) for hour in own.loc[own["worst"], "hour"]]
        most = own[own["worst"]].sort_values("present_uncovered", ascending=False).head(1)
        row = rows_of(most)[0]
        missed = row["present_uncovered"]
        seen = numbers.known(missed) and book.reader.sees(float(missed))
        told = numbers.count(round(float(missed)), code) if seen else compared.few(book)
        rows.append(
            (
                _service(book, str(service)), spans(when), _percent(best),
                book.number(_percent(worst), HOURS, row, "covered_share"),
                book.number(told, HOURS, row, "present_uncovered"),
            )
        )  # fmt: skip
    if not rows:
        return Section(word("kicker_hours"), word("hours_none"), ())
    heads = (
        Head(word("service")), Head(word("hours_worst")), Head(word("hours_best_share"), True),
        Head(word("hours_worst_share"), True), Head(word("hours_missed"), True),
    )  # fmt: skip
    title = word("hours_title").format(service=rows[0][0], hours=rows[0][1])
    return Section(
        word("kicker_hours"), title, (Table(heads, tuple(rows), note=word("hours_note")),)
    )


def spans(hours: list[int]) -> str:
    """Return hours of the day as spans, past midnight too.

    Examples
    --------
    >>> spans([0, 1, 2, 22, 23]), spans([5])
    ('22–3', '5–6')
    """
    held = set(hours)
    if len(held) == 24:
        return "0–24"
    starts = [hour for hour in sorted(held) if (hour - 1) % 24 not in held]
    told = []
    for start in starts:
        stop = start
        while stop % 24 in held:
            stop += 1
        told.append(f"{start}–{stop % 24 or 24}")
    return ", ".join(told)


def _circles(book: Book) -> Section:
    """Return what circles call covered, and how many households wrongly."""
    word, code = book.language.word, book.language.code
    rows = []
    wrong = 0.0
    for row in rows_of(book.rows(CIRCLES)):
        if not numbers.known(row["in_circle"]):
            continue
        wrong += float(row["wrongly_covered"])
        cells = []
        for column in ("in_circle", "wrongly_covered", "unknown", "beyond"):
            n = float(row[column])
            few = 0 < n < book.reader.k_households
            told = f"<{book.reader.k_households}" if few else numbers.count(n, code)
            cells.append(told if few else book.number(told, CIRCLES, row, column))
        radius = numbers.metres(float(row["radius"]), code)
        rows.append((_service(book, str(row["service"])), radius, *cells))
    heads = (
        Head(word("service")), Head(word("circle_radius"), True),
        Head(word("circle_inside"), True), Head(word("circle_wrong"), True),
        Head(word("circle_unknown"), True), Head(word("circle_beyond"), True),
    )  # fmt: skip
    seen = wrong == 0 or wrong >= book.reader.k_households
    households = numbers.count(wrong, code) if seen else f"<{book.reader.k_households}"
    title = word("circles_title").format(n=households)
    return Section(
        word("kicker_circles"), title, (Table(heads, tuple(rows), note=word("circles_note")),)
    )


def _places(book: Book) -> list[Piece]:
    """Return places per person by three measures and by group, one table per service."""
    word = book.language.word
    made: list[Piece] = []
    table = book.rows(PLACES)
    for service in sorted(set(table["service"])) if len(table) else ():
        own = table[table["service"] == service]
        at = {(r["method"], r["display"]): r for r in rows_of(own)}
        people = {str(d): float(at["two_step", d]["n"]) for _, d in at}
        rows: list[tuple[Words, ...]] = []
        for code, state in _groups(book, people):
            cells = [_mean(book, at.get((method, code)), state) for method in METHODS]
            short = at["two_step", code]
            rows.append((_named(book, code), *cells, _short(book, short, state)))
        heads = (
            Head(word("group")),
            *(Head(word(f"places_{method}"), True) for method in METHODS),
            Head(word("places_short"), True),
        )
        title = word("places_title").format(service=_service(book, service))
        table_made = Table(heads, tuple(rows), frozenset({0}), note=word("places_note"))
        made.append(Section(word("kicker_places"), title, (table_made,)))
    return made


def _mean(book: Book, row: Mapping[str, Any] | None, state: str) -> str | Markup:
    if row is None or state != "shown" or not numbers.known(row["mean"]):
        return "–"
    return book.number(f"{float(row['mean']):.2f}", PLACES, row, "mean")


def _short(book: Book, row: Mapping[str, Any], state: str) -> str | Markup:
    share = row["enough_share"]
    if state != "shown" or not numbers.known(share):
        return "–"
    return book.number(_percent(1.0 - float(share)), PLACES, row, "enough_share")


def _hollows(book: Book) -> Section:
    """Return the buildings where all four ills meet, or may, and who lives there."""
    word = book.language.word
    table = pd.DataFrame(book.rows(HOLLOWS).drop(columns="geometry", errors="ignore"))
    raised = table[table["hollow"].isin(["yes", "possible"])]
    raised = raised.sort_values(["hollow", "z_people"], ascending=[False, False], kind="stable")
    sure, possible = (int((table["hollow"] == state).sum()) for state in ("yes", "possible"))
    title = word("hollow_title").format(n=sure, m=possible)
    counts = tuple(
        (word(f"hollow_{name}"), *(str(int((table[name] == state).sum())) for state in STATES))
        for name in CONDITIONS
    )
    heads = (
        Head(word("hollow_condition")),
        *(Head(word(f"hollow_is_{state}"), True) for state in STATES),
    )
    parts: list[Piece] = [Table(heads, counts, note=word("hollow_note"))]
    if len(raised):
        parts.append(_raised(book, raised))
    parts.append(_inside(book))
    return Section(word("kicker_hollow"), title, tuple(parts), word("hollow_sub"))


STATES = ("yes", "no", "unknown")


def _raised(book: Book, raised: pd.DataFrame) -> Table:
    """Return the hollows by building, sure ones first."""
    word = book.language.word
    heads = (
        Head(word("building")), Head(word("hollow_verdict")),
        *(Head(word(f"hollow_{name}")) for name in CONDITIONS),
        Head(word("hollow_share"), True),
    )  # fmt: skip
    rows = tuple(
        (
            naming.place_name(book, str(row["building"])),
            word(f"hollow_is_{row['hollow']}") + ("" if row["stable"] else word("unsteady")),
            *(word(f"hollow_is_{row[name]}") for name in CONDITIONS),
            book.number(_percent(row["hollow_share"]), HOLLOWS, row, "hollow_share"),
        )
        for row in rows_of(raised)[:MOST_HOLLOWS]
    )
    rest = len(raised) - len(rows)
    return Table(heads, rows, note=word("more_rows").format(n=rest) if rest > 0 else "")


def _inside(book: Book) -> Table:
    """Return who lives inside and outside, by group."""
    word, code, whole = book.language.word, book.language.code, book.whole(INSIDE)
    at = {str(r["display"]): r for r in rows_of(book.rows(INSIDE))}
    people = {display: float(row["n"]) for display, row in at.items()}
    rows = []
    for display, state in _groups(book, people):
        row = at[display]
        cells: list[Words] = []
        for column in ("inside", "outside", "unknown"):
            n = float(row[column])
            seen = state == "shown" and (n == 0 or book.reader.sees(n))
            cells.append(number(numbers.count(n, code), whole) if seen else compared.few(book))
        rows.append((_named(book, display), *cells))
    heads = (
        Head(word("group")), Head(word("hollow_inside"), True), Head(word("hollow_outside"), True),
        Head(word("hollow_is_unknown"), True),
    )  # fmt: skip
    return Table(heads, tuple(rows), frozenset({0}), css="slim")
