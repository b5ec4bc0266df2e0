"""Fill the reach ledger: by what each group was first told, and who was told by nothing."""

from __future__ import annotations

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.cite import number
from renlin.report.pages.blocks import Head, Section, Table, Words
from renlin.report.palette import BASE
from renlin.report.readings.today import today
from renlin.report.tables import rows_of

NAME = "simulation.reach"
CHANNELS = ("noticed", "alarm", "message", "loudspeaker", "neighbour", "door_round", "none")
"""Channels in the order in which they tell; the last: nobody told them."""
AWAY = "nobody_home"


def reach(book: Book, scenario: str) -> Section | None:
    """Return the shares of each group by the channel that told it first, today.

    Of the persons in households with somebody at home. Channels nobody was told by are
    left out; the last column, told by nothing, always stands.
    """
    table = book.rows(NAME, scenario=scenario, scheme=BASE)
    if len(table) == 0:
        return None
    told = table[table["channel"] != AWAY].pivot_table(
        index="display", columns="channel", values="persons", aggfunc="sum"
    )
    found = today(book, scenario)
    listed = [d for d in ("all", *found.shown) if d in told.index and told.loc[d].sum() > 0]
    used = [c for c in CHANNELS if c in told.columns and (c == "none" or told[c].sum() > 0)]
    if not listed:
        return None
    word, whole = book.language.word, book.whole(NAME)
    rows: list[tuple[Words, ...]] = []
    persons = told.fillna(0.0).to_dict("index")
    for display in listed:
        own = {str(c): float(n) for c, n in persons[display].items()}
        home = sum(own.values())
        shares = [numbers.percent(own[c] / home) for c in used]
        rows.append((book.group(display), *(number(share, whole) for share in shares)))
    heads = (Head(word("group")), *(Head(word(f"channel_{c}"), True) for c in used))
    made = Table(heads, tuple(rows), frozenset({0}), note=_note(book, scenario))
    return Section(word("kicker_reach"), word("reach_title"), (made,), word("reach_sub"))


def _note(book: Book, scenario: str) -> str:
    """Return which schemes leave fewer, or more, of everybody untold."""
    table = book.rows(NAME, scenario=scenario, display="all")
    home = table[table["channel"] != AWAY].groupby("scheme")["persons"].sum()
    untold = {
        str(row["scheme"]): float(row["persons"]) / float(home[str(row["scheme"])])
        for row in rows_of(table[table["channel"] == "none"])
        if home[str(row["scheme"])] > 0
    }
    told = [
        f"{book.scheme(code)} {numbers.percent(untold[code])}"
        for code in (BASE, *book.scheme_codes)
        if code in untold
    ]
    return book.language.word("reach_note").format(told=book.language.list(told))
