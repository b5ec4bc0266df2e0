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
from renlin.report.readings import compared
from renlin.report.spacing import spaced
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
    short = book.rows("governance.shortages")
    n_short = short["household"].nunique() if len(short) else 0
    say = sentences(book.language)
    short_words = "" if n_short == 0 else _homes(book, n_short)
    title = say.plans_title(_homes(book, n), short_words)
    parts: list[Piece] = [_decisions(book, table)]
    if n_short:
        parts.append(Note(word("short_note").format(n=short_words)))
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
    word, code = book.language.word, book.language.code
    n_open = int((table["state"] == "undecided").sum())
    title = sentences(book.language).responses_title(len(table) - n_open, n_open)
    heads = (
        Head(word("response"), wide="190px"),
        Head(word("place")),
        Head(word("affected"), True),
        Head(word("owner")),
        Head(word("review_on")),
        Head(word("cost"), True),
        Head(word("state")),
    )
    rows = []
    ordered = table.sort_values(
        ["state", "persons", "response"], ascending=[True, False, True], kind="stable"
    )
    for row in rows_of(ordered)[:MOST_ROWS]:
        text = book.language.set(str(row[f"text_{code}"]))
        n = float(row["persons"]) if numbers.known(row["persons"]) else 0.0
        told = numbers.count(n, code) if book.reader.sees(n) else compared.fewer(book)
        rows.append(
            (
                Markup('{}<small class="ev">{} {}</small>').format(
                    text, word("evidence"), _evidence(book, str(row["evidence"]))
                ),
                place_name(book, str(row["place"])),
                book.number(told, "governance.responses", row, "persons"),
                book.language.set(str(row["owner"])),
                str(row["review_on"])[:10],
                _cost(book, row),
                word(f"state_{row['state']}"),
            )
        )
    rest = len(table) - len(rows)
    note = word("responses_note") + (f" {word('more_rows').format(n=rest)}" if rest > 0 else "")
    return Section(word("kicker_responses"), title, (Table(heads, tuple(rows), note=note),))


def _evidence(book: Book, told: str) -> str:
    """Return the finding a response rests on; keys of single homes are left out."""
    name = told.split(";")[0].split("|")[0].strip()
    private = any(word in name for word in ("household", "person"))
    found = book.find(name)
    if found is not None:
        return f"{found.id} {name}"
    return "" if private else name


def _cost(book: Book, row: dict[str, Any]) -> str | Markup:
    low, high = row["cost_low"], row["cost_high"]
    if not (numbers.known(low) and numbers.known(high)):
        return book.language.word("unknown")
    unit = str(row.get("cost_unit", "yuan") or "yuan").replace("yuan", "").strip("/ ")
    first, second = (numbers.money(float(v), book.language.code) for v in (low, high))
    told = first if low == high else f"{_without_unit(first, second)}–{second}"
    per = f" / {book.language.said(f'per_{unit}', unit)}" if unit else ""
    return book.number(told + per, "governance.responses", row, "cost_high")


def _without_unit(first: str, second: str) -> str:
    """Return the first of two sums without its unit where the second has the same one."""
    number, _, unit = first.partition(" ")
    return number if unit and second.endswith(f" {unit}") else first


def place_name(book: Book, code: str) -> str:
    """Return the name of a place, the code when it is not on the map."""
    place = book.community
    for table in ("buildings", "gates", "spaces", "facilities"):
        frame = place[table]
        hit = frame[frame.iloc[:, 0] == code]
        if len(hit):
            return spaced(str(hit["name"].iloc[0]))
    doors = place["entrances"]
    hit = doors[doors["entrance"] == code]
    if len(hit):
        building = place_name(book, str(hit["building"].iloc[0]))
        return f"{building} {spaced(str(hit['name'].iloc[0]))}"
    if code in set(place["households"]["household"]) or code in set(place["persons"]["person"]):
        return book.language.word("one_home")
    if code in set(place["walks"]["walk"]):
        return book.language.word("link_walk").format(place=code)
    if code in place.catalogue.facilities:
        return book.language.name(place.catalogue.facilities[code])
    return book.language.said(f"place_{code}", code)


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
