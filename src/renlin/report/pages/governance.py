"""Fill the pages of governance: plans, responses, duties with their holes."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.cite import number
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Head, Note, Page, Piece, Section, Table
from renlin.report.readings import compared, naming
from renlin.report.tables import rows_of
from renlin.report.text import sentences

DECISIONS = ("go", "wait_then_go", "stay")
PHASES = ("inspect", "warn", "respond", "recover")
MOST_ROWS = 24
MARKS = {
    "ok": "●",
    "gap": "✕",
    "overlap": "◎",
    "nobody_acts": "△",
    "no_deputy": "☾",
    "over_load": "▣",
}


def plans(book: Book) -> Page:
    """Return how many households have a plan, what it says, how long it takes."""
    word = book.language.word
    table = book.rows("governance.plans")
    if len(table) == 0:
        return Page("plans", word("page_plans"), (Note(word("household_empty"), empty=True),))
    n = table["household"].nunique()
    n_short, n_backup = _lacking(book)
    say = sentences(book.language)
    short_words = "" if n_short == 0 else _homes(book, n_short)
    title = say.plans_title(_homes(book, n), short_words)
    parts: list[Piece] = [_decisions(book, table)]
    if n_short:
        parts.append(Note(word("short_note").format(n=short_words)))
    if n_backup:
        parts.append(Note(word("backup_note").format(n=_homes(book, n_backup))))
    pieces: list[Piece] = [
        Section(word("kicker_household"), title, tuple(parts), word("plans_sub"))
    ]
    pieces.append(_pairs(book))
    return Page(
        "plans",
        word("page_plans"),
        tuple(pieces),
        foot(
            book,
            "governance.plans",
            "governance.pairs",
            "governance.shortages",
            "simulation.households",
        ),
    )


def _lacking(book: Book) -> tuple[int, int]:
    """Return how many households lack a helper, and how many only one who stands in."""
    short = book.rows("governance.shortages")
    if len(short) == 0:
        return 0, 0
    if "helpers" not in short:
        return int(short["household"].nunique()), 0
    helper = short["helpers"] > 0
    return int(helper.sum()), int((~helper & (short["backup"] > 0)).sum())


def _homes(book: Book, n: float) -> str:
    """Return a number of households as this reader may see it."""
    if n and not book.reader.sees(n, n):
        return book.language.word("few_households").format(k=book.reader.k_households)
    return numbers.households(n, book.language.code)


def _decisions(book: Book, table: pd.DataFrame) -> Table:
    word = book.language.word
    heads = (
        Head(word("scenario")),
        *(Head(word(f"decision_{d}"), True) for d in DECISIONS),
        Head(word("half_min"), True),
        Head(word("most_min"), True),
        Head(word("arrived_runs"), True),
    )
    whole = book.whole("governance.plans")
    rows = []
    for scenario in [s for s in book.scenario_codes if (table["scenario"] == s).any()] or sorted(
        set(table["scenario"])
    ):
        own = table[table["scenario"] == scenario]
        counted = own["go"].value_counts()
        cells: list[str | Markup] = [book.scenario(str(scenario))]
        cells += [number(_short(book, float(counted.get(d, 0))), whole) for d in DECISIONS]
        for column in ("p50", "p90"):
            known = own[column].astype(float).dropna()
            cells.append(
                number(numbers.bare_minutes(float(known.median())), whole)
                if len(known)
                else word("unknown")
            )
        known = own["arrived_share"].astype(float).dropna()
        cells.append(
            number(numbers.percent(float(known.mean())), whole) if len(known) else word("unknown")
        )
        rows.append(tuple(cells))
    return Table(heads, tuple(rows), note=word("plans_note"))


def _short(book: Book, n: float) -> str:
    if n and not book.reader.sees(n, n):
        return f"<{book.reader.k_persons}"
    return numbers.count(n, book.language.code)


def _pairs(book: Book) -> Section:
    """Return how many households have helpers, and how soon they come."""
    word = book.language.word
    table = book.rows("governance.pairs")
    if len(table) == 0:
        return Section(word("kicker_pairs"), word("pairs_none"), ())
    whole = book.whole("governance.pairs")
    heads = (
        Head(word("role")),
        Head(word("households"), True),
        Head(word("kept"), True),
        Head(word("new"), True),
        Head(word("door_half"), True),
        Head(word("door_most"), True),
    )
    rows = []
    for role in ("primary", "second", "backup"):
        own = table[table["role"] == role]
        if len(own) == 0:
            continue
        times = own["time_to_door"].astype(float).dropna()
        states = own["status"].value_counts()
        cells: list[str | Markup] = [word(f"role_{role}")]
        cells += [
            number(_short(book, float(n)), whole)
            for n in (own["household"].nunique(), states.get("kept", 0), states.get("new", 0))
        ]
        cells += [
            number(numbers.bare_minutes(float(times.quantile(q))), whole)
            if len(times)
            else word("unknown")
            for q in (0.5, 0.9)
        ]
        rows.append(tuple(cells))
    return Section(
        word("kicker_pairs"),
        word("pairs_title"),
        (Table(heads, tuple(rows), note=word("pairs_note")),),
    )


def responses(book: Book) -> Page | None:
    """Return the responses the rules call for, and the responsibility list."""
    table, duties = book.rows("governance.responses"), book.rows("governance.duties")
    if len(table) == 0 and len(duties) == 0:
        return None
    word = book.language.word
    pieces: list[Piece] = []
    if len(table):
        pieces.append(_responses(book, table))
    if len(duties):
        pieces.append(_duties(book, duties))
    return Page(
        "responses",
        word("page_responses"),
        tuple(pieces),
        foot(book, "governance.responses", "governance.duties"),
    )


def _responses(book: Book, table: pd.DataFrame) -> Section:
    """Return one row per response: at how many places, for how many, by whom, since which fact."""
    word = book.language.word
    grouped = [own for _, own in table.groupby(["state", "response"], sort=True)]
    grouped.sort(key=lambda own: (str(own["state"].iloc[0]), -float(own["persons"].max())))
    called = [len(own) for own in grouped if own["state"].iloc[0] != "undecided"]
    still = [len(own) for own in grouped if own["state"].iloc[0] == "undecided"]
    say = sentences(book.language)
    title = say.responses_title((len(called), sum(called)), (len(still), sum(still)))
    heads = (
        Head(word("response"), wide="176px"), Head(word("place"), wide="120px"),
        Head(word("affected_most"), True, "58px"), Head(word("owner"), wide="92px"),
        Head(word("review_on"), True, "66px"), Head(word("cost"), True),
        Head(word("state"), wide="54px"),
    )  # fmt: skip
    rows = tuple(_response(book, own) for own in grouped[:MOST_ROWS])
    rest = len(grouped) - len(rows)
    note = word("responses_note") + (f" {word('more_rows').format(n=rest)}" if rest > 0 else "")
    return Section(word("kicker_responses"), title, (Table(heads, rows, note=note),))


def _response(book: Book, own: pd.DataFrame) -> tuple[str | Markup, ...]:
    word, code, whole = book.language.word, book.language.code, book.whole("governance.responses")
    first = rows_of(own.sort_values(["persons", "place"], ascending=[False, True]).head(1))[0]
    n = float(first["persons"]) if numbers.known(first["persons"]) else 0.0
    most = numbers.count(n, code) if book.reader.sees(n) else compared.few(book)
    bodies = [book.language.set(str(o)) for o in own["owner"].dropna().unique()]
    told = Markup('{}<small class="ev">{} {}</small>').format(
        book.language.set(str(first[f"text_{code}"])), word("evidence"), _evidence(book, own)
    )
    return (
        told, _places(book, own), number(most, whole), book.language.list(bodies[:2]),
        str(own["review_on"].min())[:10], _cost(book, first), word(f"state_{first['state']}"),
    )  # fmt: skip


def _places(book: Book, own: pd.DataFrame) -> str:
    """Return where: by name where enough people are concerned, else how many places."""
    seen = own[own["persons"].fillna(0.0).map(lambda n: n > 0 and book.reader.sees(float(n)))]
    if len(seen) < len(own):
        return book.language.word("n_places").format(n=own["place"].nunique())
    ordered = seen.sort_values(["persons", "place"], ascending=[False, True])
    names = [_place(book, str(code)) for code in ordered["place"]]
    return naming.some(book, names, 2, "and_more_places")


def _place(book: Book, code: str) -> str:
    if f"family_{code}" in book.language.words:
        return book.language.word(f"family_{code}")
    return naming.place_name(book, code)


def _evidence(book: Book, own: pd.DataFrame) -> str:
    """Return the findings a response rests on; keys behind them may name homes and stay out."""
    told = {str(words).split(";")[0].split("|")[0].strip() for words in own["evidence"]}
    named = {book.id_of.get(name, name) for name in told}
    return ", ".join(sorted(named & set(book.id_of.values())))


def _cost(book: Book, row: dict[str, Any]) -> str | Markup:
    low, high = row["cost_low"], row["cost_high"]
    if not (numbers.known(low) and numbers.known(high)):
        return book.language.word("unknown")
    unit = str(row.get("cost_unit", "yuan") or "yuan").replace("yuan", "").strip("/ ")
    first, second = (numbers.money(float(v), book.language.code) for v in (low, high))
    told = first if low == high else f"{_without_unit(first, second)}–{second}"
    units = [book.language.said(f"per_{part}", part) for part in unit.split("/") if part]
    per = f" / {'/'.join(units)}" if units else ""
    return book.number(told + per, "governance.responses", row, "cost_high")


def _without_unit(first: str, second: str) -> str:
    """Return the first of two sums without its unit where the second has the same one."""
    number, _, unit = first.partition(" ")
    return number if unit and second.endswith(f" {unit}") else first


def _duties(book: Book, duties: pd.DataFrame) -> Section:
    """Return hazard by phase: who is accountable, and what is missing, by sign and word."""
    word = book.language.word
    states = duties["status"].value_counts()
    title = sentences(book.language).duties_title(
        int(states.get("gap", 0)), int(states.get("overlap", 0))
    )
    heads = (Head(word("hazard"), wide="90px"), *(Head(word(f"phase_{p}")) for p in PHASES))
    rows = []
    for hazard, own in duties.groupby("hazard", sort=True):
        cells: list[str | Markup] = [_hazard(book, str(hazard))]
        by_phase = own.set_index("phase")
        for phase in PHASES:
            cells.append(_duty(book, str(hazard), by_phase, phase))
        rows.append(tuple(cells))
    return Section(
        word("kicker_duties"),
        title,
        (Table(heads, tuple(rows), note=word("duties_note"), css="duties"),),
    )


def _hazard(book: Book, code: str) -> str:
    catalogue = book.community.catalogue
    if code in catalogue.scenarios:
        return book.language.name(catalogue.scenarios[code])
    return book.language.said(f"family_{code}", book.language.said(code, code))


def _duty(book: Book, hazard: str, by_phase: pd.DataFrame, phase: str) -> Markup:
    word = book.language.word
    status = str(by_phase.loc[phase, "status"]) if phase in by_phase.index else "gap"
    who = str(by_phase.loc[phase, "accountable"]) if phase in by_phase.index else ""
    names = book.language.list([_body(book, n) for n in who.split(";") if n]) if who else ""
    mark = MARKS.get(status, "·")
    told = number(
        f"{mark} {word(f'duty_{status}')}",
        book.cite("governance.duties", {"hazard": hazard, "phase": phase}, "status"),
    )
    css = "" if status == "ok" else "bad"
    return Markup('<span class="{}">{}</span><small>{}</small>').format(css, told, names)


def _body(book: Book, code: str) -> str:
    return book.language.said(f"body_{code}", book.language.set(code))
