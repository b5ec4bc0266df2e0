"""Fill the page of inequality: gaps, who moved, money, where bodies stand apart, what changed."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.figures.whiskers import Whisker, whiskers
from renlin.report.pages import ties
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Figure, Head, Note, Page, Piece, Section, Table, Words
from renlin.report.tables import rows_of

DRAWN = "tier_1_2_share"
BESIDE = ("exposure", "sensitivity", "adaptive")
MOST = 6
"""Rows of a list that one page has room for."""
FINDINGS = (
    "needs.gaps", "needs.movers", "needs.remaining", "needs.spending", "needs.disagreement",
    "needs.series", "needs.crossed", "needs.community_type", "needs.type_risks", *ties.FINDINGS,
)  # fmt: skip
Row = dict[str, Any]


def inequality_page(book: Book) -> Page | None:
    """Return what differs between groups and bodies, None when the run has no such finding."""
    if book.find("needs.gaps") is None and book.find("needs.community_type") is None:
        return None
    word = book.language.word
    made = (
        _gaps(book), _beside(book), _movers(book), _money(book), _apart(book), _crossed(book),
        _changes(book), ties.tied(book), _type(book),
    )  # fmt: skip
    pieces = [piece for piece in made if piece is not None]
    if not pieces:
        pieces = [Note(word("inequality_empty"), empty=True)]
    return Page("inequality", word("page_inequality"), tuple(pieces), foot(book, *FINDINGS))


def _shown(book: Book, measure: str) -> list[Row]:
    rows = [row for row in rows_of(book.rows("needs.gaps", measure=measure)) if row["n"] > 0]
    states = book.reader.counts({str(row["display"]): float(row["n"]) for row in rows})
    order = list(book.groups)
    kept = [row for row in rows if states[str(row["display"])] != "few"]
    kept = [row for row in kept if row["difference"] == row["difference"]]
    return sorted(
        kept, key=lambda row: order.index(row["display"]) if row["display"] in order else 99
    )


def _gaps(book: Book) -> Piece | None:
    """Return the gap in sensitivity of each group to everybody else."""
    rows, word = _shown(book, DRAWN), book.language.word
    if not rows:
        return None
    drawn = [
        Whisker(
            book.group(str(row["display"])),
            float(row["difference"]),
            float(row["difference_low"]),
            float(row["difference_high"]),
            bool(row["apart"]),
            _gap_words(row),
            book.cite("needs.gaps", row, "difference"),
        )
        for row in rows
    ]
    n = sum(bool(row["apart"]) for row in rows)
    title = word("gaps_title").format(n=n) if n else word("gaps_none_title")
    note = word("group_gaps_note")
    if any(row["few_clusters"] for row in rows):
        note = f"{note}{word('gaps_few_buildings')}"
    return Figure(word("kicker_group_gaps"), title, Markup(whiskers(drawn, title)), note=note)


def _gap_words(row: Row) -> str:
    ratio = float(row["ratio"])
    times = f" · {ratio:.1f}×" if math.isfinite(ratio) else ""
    return f"{_interval(row)}{times}"


def _interval(row: Row) -> str:
    edges = ", ".join(_points(row[f"difference_{side}"]) for side in ("low", "high"))
    return f"{_points(row['difference'])} [{edges}]"


def _points(value: float) -> str:
    """Return a difference of shares in points, with its sign."""
    if not math.isfinite(value):
        return "?"
    told = f"{100 * abs(value):.0f}"
    sign = "+" if value > 0 else "\u2212"
    return told if told == "0" else f"{sign}{told}"


def _beside(book: Book) -> Piece | None:
    """Return the other measures side by side; they are never added."""
    word = book.language.word
    cells: dict[str, dict[str, Words]] = {}
    for measure in BESIDE:
        for row in _shown(book, measure):
            told = _interval(row)
            linked = book.number(told, "needs.gaps", row, "difference")
            linked = Markup("<b>{}</b>").format(linked) if row["apart"] else linked
            cells.setdefault(str(row["display"]), {})[measure] = linked
    if not cells:
        return None
    heads = (
        Head(word("group")),
        *(Head(book.language.said(f"measure_{m}", m), True) for m in BESIDE),
    )
    rows = tuple(
        (book.group(d), *(cells[d].get(m, "–") for m in BESIDE))
        for d in [*book.groups]
        if d in cells
    )
    return Section(
        "",
        word("gaps_beside_title"),
        (Table(heads, rows, note=word("gaps_beside_note"), css="dense"),),
    )


def _movers(book: Book) -> Piece | None:
    word, rows = book.language.word, rows_of(book.rows("needs.movers"))
    told = [row for row in rows if not row["small"] and book.reader.sees(float(row["n_before"]))]
    told.sort(key=lambda row: (not row["alert"], -_finite(row["rate_ratio"])))
    if not told:
        return None
    heads = (Head(word("group")), Head(word("moved_before"), True), Head(word("moved_left"), True),
             Head(word("moved_came"), True), Head(word("moved_unknown"), True),
             Head(word("moved_ratio"), True))  # fmt: skip
    lines = tuple(_moved(book, row) for row in told[:MOST])
    risen = [row for row in rows_of(book.rows("needs.remaining")) if row["alert"]]
    alerts = sum(bool(row["alert"]) for row in rows)
    title = word("movers_title").format(n=alerts) if alerts else word("movers_none_title")
    note = word("movers_risk_up") if risen else word("movers_note")
    return Section(word("kicker_movers"), title, (Table(heads, lines, note=note, css="dense"),))


def _moved(book: Book, row: Row) -> tuple[Words, ...]:
    name = book.language.said(f"trait_{row['display']}", book.group(str(row["display"])))
    counts = [_count(book, row, f"n_{part}") for part in ("before", "left", "came", "unknown")]
    edges = ", ".join(_times(row[f"rate_ratio_{side}"]) for side in ("low", "high"))
    ratio = f"{_times(row['rate_ratio'])} [{edges}]"
    if not book.reader.sees(float(row["n_left"])):
        ratio = "–"
    words: Words = Markup("<b>{}</b>").format(name) if row["alert"] else name
    return (words, *counts, book.number(ratio, "needs.movers", row, "rate_ratio"))


def _count(book: Book, row: Row, column: str) -> Words:
    n = float(row[column])
    if not book.reader.sees(n):
        return f"<{book.reader.k_persons}"
    return book.number(numbers.count(n, book.language.code), "needs.movers", row, column)


def _times(value: float) -> str:
    return f"{value:.1f}" if math.isfinite(value) else "?"


def _finite(value: float) -> float:
    return float(value) if math.isfinite(value) else 0.0


def _money(book: Book) -> Piece | None:
    """Return who has least per person at risk, and what would even it out."""
    word, rows = book.language.word, rows_of(book.rows("needs.spending"))
    told = [
        row
        for row in rows
        if row["per_head"] == row["per_head"] and book.reader.sees(float(row["persons"]))
    ]
    told.sort(key=lambda row: (float(row["per_head"]), str(row["side"])))
    if len(told) < 2:
        return None
    heads = (
        Head(word("money_side")),
        *(Head(word(f"money_{name}"), True) for name in ("head", "rest", "transfer")),
    )
    lines = tuple(
        (
            book.named.get(str(row["side"]), str(row["side"])),
            *(
                book.number(f"{float(row[c]):,.0f}", "needs.spending", row, c)
                for c in ("per_head", "rest_per_head", "transfer_head")
            ),
        )
        for row in told[:MOST]
    )
    n = sum(int(row["n_unknown"]) for row in rows)
    note = word("money_note").format(n=n)
    return Section(
        word("kicker_money"), word("money_title"), (Table(heads, lines, note=note, css="dense"),)
    )


def _apart(book: Book) -> Piece | None:
    word, rows = book.language.word, rows_of(book.rows("needs.disagreement"))
    rows.sort(key=lambda row: (row["verdict"] != "apart", -_finite(row["value"])))
    if not rows:
        return None
    heads = (Head(word("issue")), Head(word("apart_index"), True), Head(word("apart_rank"), True),
             Head(word("apart_verdict")))  # fmt: skip
    lines = tuple(_issue(book, row) for row in rows[:MOST])
    return Section(
        word("kicker_apart"), word("apart_title"),
        (Table(heads, lines, note=word("apart_note"), css="dense"),),
    )  # fmt: skip


def _issue(book: Book, row: Row) -> tuple[Words, ...]:
    verdict = book.language.said(f"apart_{row['verdict']}", str(row["verdict"]))
    name = book.language.set(str(row["issue_name"] or row["issue"]))
    if row["verdict"] == "unknown":
        return name, "–", "–", verdict
    told = f"{100 * row['value']:.0f} [{100 * row['low']:.0f}, {100 * row['high']:.0f}]"
    first, last = int(row["rank_first"]), int(row["rank_last"])
    rank = str(first) if first == last else f"{first}–{last}"
    return name, book.number(told, "needs.disagreement", row, "value"), rank, verdict


def _changes(book: Book) -> Piece | None:
    word = book.language.word
    rows = [
        row for row in rows_of(book.rows("needs.series")) if row["turned"] in ("better", "worse")
    ]
    if not rows:
        return None
    rows.sort(key=lambda row: (row["turned"] != "worse", str(row["display"]), str(row["measure"])))
    heads = (
        Head(word("group")),
        Head(word("what")),
        Head(word("change_between")),
        Head(word("change_to"), True),
        Head(word("change_turned")),
    )
    lines = tuple(
        (
            book.group(str(row["display"])),
            book.language.set(f"{row['series_name'] or row['measure']}"),
            f"{str(row['change_first'])[:10]} – {str(row['change_last'])[:10]}",
            book.number(numbers.percent(float(row["level"])), "needs.series", row, "level"),
            book.language.word(f"turned_{row['turned']}"),
        )
        for row in rows[:MOST]
    )
    return Section(
        word("kicker_changes"), word("changes_title"),
        (Table(heads, lines, note=word("changes_note"), css="dense"),),
    )  # fmt: skip


def _crossed(book: Book) -> Piece | None:
    """Return the groups that became safer and understand less, both sides by themselves."""
    word, rows = book.language.word, rows_of(book.rows("needs.crossed"))
    if not rows:
        return None
    heads = (Head(word("group")), Head(word("crossed_safer")), Head(word("crossed_less")))
    lines = tuple(
        (
            book.group(str(row["display"])),
            *(_turn(book, row, side) for side in ("safer", "less")),
        )
        for row in rows[:MOST]
    )
    n = len({str(row["display"]) for row in rows})
    title = word("crossed_title" if n > 1 else "crossed_title_one").format(n=n)
    table = Table(heads, lines, note=word("crossed_note"), css="dense")
    return Section(word("crossed_kicker"), title, (table,))


def _turn(book: Book, row: Row, side: str) -> Words:
    """Return one measure with its share before and after, and when it changed."""
    name = book.language.set(str(row[f"{side}_name"] or row[side]))
    shares = [
        book.number(
            numbers.percent(float(row[f"{side}_{at}"])), "needs.crossed", row, f"{side}_{at}"
        )
        for at in ("before", "after")
    ]
    first, last = (str(row[f"{side}_{at}"])[:10] for at in ("first", "last"))
    return Markup("{} {} → {} ({} – {})").format(name, *shares, first, last)


def _type(book: Book) -> Piece | None:
    word, rows = book.language.word, rows_of(book.rows("needs.community_type"))
    if not rows:
        return None
    types = book.community.catalogue.community_types
    best = max(rows, key=lambda row: float(row["posterior"]))
    named = str(best["recognised"])
    name = word("type_unclear") if named == "unclear" else book.language.named(types, named)
    told = word("type_title").format(name=name, share=numbers.percent(float(best["posterior"])))
    doubt = word("type_doubt") if best["doubt"] else ""
    risks = [
        row for row in rows_of(book.rows("needs.type_risks"))
        if row["type"] == (str(best["type"]) if named == "unclear" else named)
    ]  # fmt: skip
    heads = (Head(word("type_risk")), Head(word("type_state")), Head(word("type_controls")))
    code = book.language.code
    lines = tuple(
        (
            book.language.set(str(row[code])),
            word(f"risk_{row['state']}"),
            book.language.set(str(row[f"controls_{code}"])),
        )
        for row in risks
    )
    return Section(
        word("kicker_type"),
        told,
        (Table(heads, lines, note=f"{doubt}{word('type_note')}", css="dense"),),
    )
