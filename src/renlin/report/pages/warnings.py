"""Fill the page of warning: how early each group must know, and whom to tell first."""

from __future__ import annotations

import math

import pandas as pd

from renlin.report import numbers
from renlin.report.book import WHOLE, Book
from renlin.report.cite import number
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import NOTHING, Head, Page, Piece, Section, Table, Words
from renlin.report.palette import BASE
from renlin.report.readings import compared, naming
from renlin.report.tables import Row, rows_of

ORDER, GROUPS = "simulation.warning_order", "simulation.warning_groups"
EFFECT = "simulation.warning_effect"
ALL = "all"
MOST_HOMES = {"unknown": 12, "leave": 24}
"""Households listed of each kind."""
COUNTS = ("leave", "limited", "too_late", "stay", "unknown")


def warning_page(book: Book) -> Page | None:
    """Return the page of warning, None when no order was made."""
    if book.find(GROUPS) is None:
        return None
    word = book.language.word
    listed = [c for c in book.scenario_codes if len(_groups_of(book, c))]
    listed += sorted(set(book.rows(GROUPS)["scenario"]) - set(listed))
    pieces: list[Piece] = [_groups(book, code, code == listed[0]) for code in listed]
    first = listed[0]
    places = _homes(book, first) if book.reader.k_persons <= 1 else _buildings(book, first)
    pieces += [part for part in (places, _effect(book)) if part is not None]
    return Page("warning", word("page_warning"), tuple(pieces), foot(book, ORDER, GROUPS, EFFECT))


def _groups_of(book: Book, scenario: str) -> pd.DataFrame:
    return book.rows(GROUPS, scenario=scenario, scheme=BASE)


def _groups(book: Book, scenario: str, first: bool) -> Section:
    """Return by group who must leave, how early they must know, and who is told too late."""
    word = book.language.word
    rows = {str(row["display"]): row for row in rows_of(_groups_of(book, scenario))}
    sizes = {d: float(r["n"]) for d, r in rows.items() if d not in WHOLE and r["n"] > 0}
    states = book.reader.counts(sizes)
    shown = [d for d in sizes if states[d] != "few" and rows[d]["leave"] + rows[d]["unknown"] > 0]
    shown.sort(key=lambda d: (-_number(rows[d]["lead_p50"]), d))
    told = {d: _told(book, rows, d) for d in (ALL, *shown)}
    heads = (
        Head(word("group")), Head(word("warning_leave"), True), Head(word("warning_limited"), True),
        Head(word("warning_lead_half"), True), Head(word("warning_lead_nine"), True),
        Head(word("warning_too_late"), True), Head(word("warning_stay"), True),
        Head(word("warning_unknown"), True),
    )  # fmt: skip
    made = [_group(book, rows[d], d, told[d]) for d in (ALL, *shown)]
    note = word("warning_note") if first else ""
    table = Table(heads, tuple(made), frozenset({0}), note=note)
    title = _title(book, rows[ALL], told[ALL])
    return Section(word("kicker_warning"), title, (table,), _sub(book, scenario))


def _title(book: Book, whole: Row, told: dict[str, str]) -> str:
    """Say how many have a limit on their way, and for how many of them it is too late."""
    word = book.language.word
    if whole["limited"] == 0:
        return word("warning_title_none")
    if told["limited"] == "few":
        return word("warning_title_few").format(k=book.reader.k_persons)
    limited, late = (
        compared.count_words(book, float(whole[name]), told[name])
        for name in ("limited", "too_late")
    )
    return word("warning_title").format(limited=limited, late=late)


def _sub(book: Book, scenario: str) -> str:
    """Name the scenario; of an earthquake say that nobody can be told before it."""
    name = book.scenario(scenario)
    found = book.community.scenarios.get(scenario)
    kind = book.community.catalogue.scenarios.get(found.kind) if found is not None else None
    if kind is None or kind.mechanism != "earthquake":
        return name
    return book.language.word("warning_quake").format(scenario=name)


PARTS = ("leave", "stay", "unknown", "nobody_home")
"""Counts that add up to the group, whose size other pages tell."""
HARSH = ("shown", "some", "few")


def _told(book: Book, rows: dict[str, Row], display: str) -> dict[str, str]:
    """Return how each count of a group may be told: nothing may follow from the rest.

    Neither from the other groups and the whole, nor from the parts of the same group, nor
    from those with a limit less those who are too late.
    """
    row, found = rows[display], {}
    parts = book.reader.counts({name: float(row[name]) for name in PARTS})
    for name in COUNTS:
        others = {d: float(own[name]) for d, own in rows.items() if d not in WHOLE}
        states = [
            "shown" if book.reader.sees(float(row[name])) else "few",
            str(book.reader.counts(others).get(display, "shown")),
            str(parts.get(name, "shown")),
        ]
        found[name] = max(states, key=HARSH.index)
    in_time = float(row["limited"]) - float(row["too_late"])
    late = float(row["too_late"])
    if found["too_late"] == "shown" and not book.reader.sees(in_time):
        found["too_late"] = "some" if late > 0 else "few"
    staying = float(row["leave"]) - float(row["limited"])
    if found["limited"] == "shown" and not book.reader.sees(staying):
        found["limited"] = "some"
    return found


def _number(value: object) -> float:
    found = float(value)  # type: ignore[arg-type]
    return found if math.isfinite(found) else -math.inf


def _group(book: Book, row: Row, display: str, told: dict[str, str]) -> tuple[Words, ...]:
    counted = {name: _count(book, row, name, told[name]) for name in COUNTS}
    leads = [_lead(book, row, name) for name in ("lead_p50", "lead_p90")]
    name = book.language.word("warning_all") if display == ALL else book.group(display)
    return (
        name, counted["leave"], counted["limited"], *leads, counted["too_late"], counted["stay"],
        counted["unknown"],
    )  # fmt: skip


def _count(book: Book, row: Row, name: str, state: str) -> Words:
    if state == "few":
        return compared.few(book)
    if state == "some":
        return book.language.word("k_or_more").format(k=book.reader.k_persons)
    n = float(row[name])
    return book.number(numbers.count(n, book.language.code), GROUPS, row, name)


def _lead(book: Book, row: Row, name: str) -> Words:
    """Return a lead in minutes; ahead of the event with a plus, after its start with a minus."""
    value = float(row[name])
    if not math.isfinite(value):
        return NOTHING
    if not book.reader.sees(float(row["limited"])):
        return compared.few(book)
    return book.number(numbers.signed(value), GROUPS, row, name)


def _buildings(book: Book, scenario: str) -> Section | None:
    """Return by building who has a limit and how early half of them must know."""
    table = book.rows(ORDER, scenario=scenario, scheme=BASE)
    bound = table[table["lead_s"].notna() & (table["instruction"] == "leave")]
    rows = []
    for building, own in bound.groupby("building", sort=True):
        if book.reader.sees(float(own["n"].sum()), float(len(own))):
            middle = float(own["lead_s"].median())
            rows.append((middle, str(building), float(own["n"].sum()), float(len(own))))
    if not rows:
        return None
    word, whole, code = book.language.word, book.whole(ORDER), book.language.code
    rows.sort(key=lambda r: (-r[0], r[1]))
    heads = (
        Head(word("place")), Head(word("persons"), True), Head(word("warning_homes"), True),
        Head(word("warning_lead_half"), True),
    )  # fmt: skip
    made = tuple(
        (
            naming.place_name(book, building),
            number(numbers.count(persons, code), whole),
            number(numbers.count(homes, code), whole),
            number(numbers.signed(lead), whole),
        )
        for lead, building, persons, homes in rows
    )
    note = word("warning_buildings_note").format(k=book.reader.k_persons)
    title = word("warning_buildings_title")
    return Section(word("kicker_warning"), title, (Table(heads, made, note=note),),
                   book.scenario(scenario))  # fmt: skip


def _homes(book: Book, scenario: str) -> Section | None:
    """Return the first households of the order, for the staff only."""
    table = book.rows(ORDER, scenario=scenario, scheme=BASE)
    told = table[table["instruction"].isin(["unknown", "leave"])].sort_values("rank")
    if len(told) == 0:
        return None
    listed = [told[told["instruction"] == kind].head(most) for kind, most in MOST_HOMES.items()]
    word, code = book.language.word, book.language.code
    heads = (
        Head(word("warning_rank"), True), Head(word("warning_home")), Head(word("place")),
        Head(word("group")), Head(word("warning_needs"), True), Head(word("warning_has"), True),
        Head(word("warning_lead"), True), Head(word("warning_channel")),
        Head(word("warning_reason")),
    )  # fmt: skip
    rows = tuple(
        (
            numbers.count(float(row["rank"]), code),
            str(row["household"]),
            naming.place_name(book, str(row["building"])) if row["building"] else NOTHING,
            book.group(str(row["display"])),
            *(_minutes(row[name]) for name in ("needs_s", "available_s")),
            numbers.signed(float(row["lead_s"])) if numbers.known(row["lead_s"]) else NOTHING,
            word(f"told_by_{row['channel']}"),
            book.language.said(f"reason_{row['reason']}") if row["reason"] else _helped(book, row),
        )
        for row in rows_of(pd.concat(listed))
    )
    n = [numbers.count(float((told["instruction"] == kind).sum()), code) for kind in MOST_HOMES]
    note = word("warning_homes_note").format(unknown=n[0], leave=n[1])
    title = word("warning_homes_title")
    return Section(word("kicker_warning"), title, (Table(heads, rows, note=note),),
                   book.scenario(scenario))  # fmt: skip


def _minutes(value: object) -> str:
    return numbers.bare_minutes(float(value)) if numbers.known(value) else NOTHING  # type: ignore[arg-type]


def _helped(book: Book, row: Row) -> str:
    share = float(row["helped_share"]) if numbers.known(row["helped_share"]) else 0.0
    if share <= 0:
        return NOTHING
    return book.language.word("warning_helped").format(share=numbers.percent(share))


def _effect(book: Book) -> Section | None:
    """Return what it does when door rounds follow the order: time, and who is out in time."""
    if book.find(EFFECT) is None:
        return None
    word, code = book.language.word, book.language.code
    scenario = str(book.rows(EFFECT)["scenario"].iloc[0])
    times = {str(r["display"]): r for r in rows_of(book.rows(EFFECT, measure="mean_time"))}
    out = {str(r["display"]): r for r in rows_of(book.rows(EFFECT, measure="persons_in_time"))}
    states = book.reader.counts({d: float(r["n"]) for d, r in times.items() if d not in WHOLE})
    shown = [d for d in times if d in states and states[d] != "few" and times[d]["n"] > 0]
    heads = (
        Head(word("group")), Head(word("warning_by_tier"), True),
        Head(word("warning_by_lead"), True), Head(word("advice_change"), True),
        Head(word("interval_head"), True),
        Head(word("warning_out"), True),
    )  # fmt: skip
    rows = []
    for display in (ALL, *shown):
        row, other = times[display], out[display]
        verdict = {"better": "faster", "worse": "slower"}.get(str(row["verdict"]), "undecided")
        change = numbers.change(float(row["difference"]), verdict, code)
        rows.append(
            (
                book.group(display),
                book.number(numbers.bare_minutes(float(row["tier"])), EFFECT, row, "tier"),
                book.number(numbers.bare_minutes(float(row["lead"])), EFFECT, row, "lead"),
                book.number(change, EFFECT, row, "difference"),
                numbers.span(float(row["low"]), float(row["high"]), code),
                book.number(_plus(float(other["difference"])), EFFECT, other, "difference"),
            )
        )
    mean = times[ALL]
    case = {"better": "warning_effect_better", "worse": "warning_effect_worse"}
    title = word(case.get(str(mean["verdict"]), "warning_effect_undecided"))
    table = Table(heads, tuple(rows), frozenset({0}), note=word("warning_effect_note"))
    return Section(word("kicker_rounds"), title, (table,), book.scenario(scenario))


def _plus(persons: float) -> str:
    told = numbers.tenth(persons)
    return told if persons <= 0 or told == "0.0" else f"+{told}"
