"""Fill the page of contradictions: by dimension, who bears them, what is still to be asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.maps.themes import Sheet, draw
from renlin.report.pages import maps
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import (
    NOTHING,
    Figure,
    Head,
    Note,
    Page,
    Piece,
    Section,
    Table,
    Words,
    without_empty,
)
from renlin.report.readings import compared, naming
from renlin.report.readings.places import Atlas, window
from renlin.report.tables import Row, rows_of

NAME = "space.contradictions"
DIMENSIONS = ("management", "use", "planning")
NO_DATA, CLOSED, OPEN = "no_data", "closed", "open"
MOST_ROWS, MOST_PLACES, MOST_QUESTIONS = 14, 3, 40
CLAUSE, STANDING = 7, 8
"""Columns of the clause and of what people decided."""
SMALL_COST = 10.0
"""Yuan; below it a cost keeps its decimals."""
MAP = (682.0, 360.0)
DASHES = {"management": "", "use": "5 2.5", "planning": "1.4 2.4"}
"""How the three dimensions are drawn: told apart without colour too."""


def contradictions_page(book: Book, atlas: Atlas | None) -> Page | None:
    """Return the contradictions with their map, None when space was not assessed."""
    if book.find(NAME) is None:
        return None
    word = book.language.word
    table = book.rows(NAME)
    told = table["state"] != NO_DATA
    found, asked = table[told], table[~told]
    pieces: list[Piece] = [_map(book, found)] if atlas is not None and len(found) else []
    pieces += [_dimension(book, found, dimension) for dimension in DIMENSIONS]
    pieces += [part for part in (_bearers(book), _decisions(book)) if part is not None]
    pieces.append(_questions(book, asked))
    unused = _not_applied(book)
    pieces += [Note(unused)] if unused else []
    names = (NAME, "space.contradiction_groups", "space.objections")
    return Page("contradictions", word("page_contradictions"), tuple(pieces), foot(book, *names))


def _map(book: Book, found: pd.DataFrame) -> Figure:
    """Return where they are: one stroke for each dimension, groups of few left out."""
    word = book.language.word
    counts = {name: int((found["dimension"] == name).sum()) for name in DIMENSIONS}
    title = word("contradictions_map_title").format(n=len(found), **counts)
    sheet = Sheet(book.community, window(book, MAP), maps.text(book), title)
    shapes = {
        str(b): g
        for b, g in book.community["buildings"][["building", "geometry"]].itertuples(index=False)
    }
    drawn = "".join(
        f'<path d="{sheet.frame.data([shape])}" fill="none" stroke="currentColor" '
        f'stroke-width="{1.2 + 0.7 * at}" stroke-dasharray="{DASHES[dimension]}"/>'
        for at, dimension in enumerate(DIMENSIONS)
        for shape in _shapes(book, found[found["dimension"] == dimension])
    )
    picture = Markup(draw(sheet, shapes, {}, (), (drawn, ())))
    return Figure(
        word("kicker_contradictions"), title, picture, note=word("contradictions_map_note")
    )


def _shapes(book: Book, rows: pd.DataFrame) -> Iterable[Any]:
    """Return ways and grounds; doors only where what is wrong there is so for everybody."""
    if "geometry" not in rows:
        return []
    shown = rows[~_tells(book, rows)]
    kept = shown["geometry"].dropna()
    return [
        shape.buffer(2.0) if shape.geom_type == "Point" else shape
        for shape in dict.fromkeys(kept)
        if not shape.is_empty
    ]


def _tells(book: Book, rows: pd.DataFrame) -> pd.Series:
    """Return which rows would tell where a few of one group live."""
    few = ~rows["persons"].map(lambda n: book.reader.sees(float(n)))
    return (rows["group"] != "all") & few


def _dimension(book: Book, found: pd.DataFrame, dimension: str) -> Section:
    """Return the contradictions of a dimension, those of one rule and remedy on one row."""
    word = book.language.word
    own = found[found["dimension"] == dimension]
    name = word(f"dimension_{dimension}")
    title = word("contradictions_of").format(kind=name, n=len(own))
    sub = word(f"contradictions_{dimension}_sub")
    if len(own) == 0:
        return Section(word("kicker_contradictions"), title, (), sub)
    heads = (
        Head(word("rule"), wide="110px"), Head(word("place"), wide="126px"),
        Head(word("needed"), True), Head(word("offered"), True), Head(word("affected_most"), True),
        Head(word("responsible"), wide="90px"), Head(word("remedy"), wide="112px"),
        Head(word("clause"), wide="74px"), Head(word("standing"), wide="44px"),
    )  # fmt: skip
    groups = _grouped(own)
    rows = tuple(_row(book, group) for group in groups[:MOST_ROWS])
    rest = len(groups) - len(rows)
    note = word("more_rows").format(n=rest) if rest > 0 else ""
    kept, shown = without_empty(heads, rows, STANDING)
    kept, shown = without_empty(kept, shown, CLAUSE)
    listed = Table(kept, tuple(shown), note=note)
    return Section(word("kicker_contradictions"), title, (listed,), sub)


def _grouped(found: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the rows of one rule, need, remedy and standing together, worst first."""
    about = found["subject"].where(found["rule"] == "need_unmet", found["group"])
    keys = [found["rule"], about, found["remedy"], found["standing"]]
    made = [own.sort_values("rank") for _, own in found.groupby(keys, sort=False)]
    return sorted(made, key=lambda own: int(own["rank"].min()))


def _row(book: Book, group: pd.DataFrame) -> tuple[Words, ...]:
    """Return one row: the worst stands for all, with up to three places named."""
    worst, code = rows_of(group.head(1))[0], book.language.code
    word = book.language.word
    most = rows_of(group.sort_values("persons", ascending=False).head(1))[0]
    n = float(most["persons"])
    persons = numbers.count(n, code) if book.reader.sees(n) else compared.few(book)
    bodies = list(dict.fromkeys(b for cell in group["responsible"] for b in str(cell).split(";")))
    named = naming.some(book, [book.language.set(b) for b in bodies if b], MOST_PLACES)
    return (
        rule_name(book, worst), _places(book, group), _amount(book, worst, "needed"),
        _amount(book, worst, "offered"), book.number(persons, NAME, most, "persons"),
        named or word("nobody_named"), _remedy(book, worst), clause(book, str(worst["standard"])),
        NOTHING if worst["standing"] == OPEN else word(f"standing_{worst['standing']}"),
    )  # fmt: skip


def clause(book: Book, code: str) -> str:
    """Return standard and clause; marked where nobody has checked the text."""
    entry = book.community.catalogue.standards.get(code)
    if entry is None:
        return NOTHING
    numbered = entry.clause if entry.clause[:1].isdigit() else ""
    told = book.language.set(f"{entry.standard} {numbered}".strip())
    return told if entry.verified else told + book.language.word("not_verified")


def rule_name(book: Book, row: Row) -> str:
    """Return what is wrong, in words: the need where a group lacks something, else the rule."""
    catalogue = book.community.catalogue
    if row["subject"] in catalogue.place_needs:
        return book.language.name(catalogue.place_needs[str(row["subject"])])
    told = book.language.named(catalogue.contradiction_rules, str(row["rule"]))
    if row["group"] in book.groups:
        return word_with(told, book.group(str(row["group"])), book)
    return told


def word_with(told: str, more: str, book: Book) -> str:
    """Return words with a remark in brackets."""
    return f"{told}（{more}）" if book.language.code == "zh" else f"{told} ({more})"


def _places(book: Book, group: pd.DataFrame) -> str:
    """Return up to three places; where they would tell of a few, how many there are."""
    word = book.language.word
    if _tells(book, group).any() and set(group["evidence"].str.split("/").str[0]) == {"entrances"}:
        return word("clash_places").format(n=len(group))
    places = list(dict.fromkeys(map(str, group["space"])))
    return naming.some(book, [place(book, code) for code in places], MOST_PLACES, "and_more_places")


def place(book: Book, code: str) -> str:
    """Return the name of what a contradiction is about: a place, a task, a kind of hazard."""
    catalogue, duties = book.community.catalogue, book.community["duties"]
    if code in catalogue.hazards:
        return book.language.name(catalogue.hazards[code])
    task = duties.loc[duties["duty"] == code, "task"]
    return book.language.set(str(task.iloc[0])) if len(task) else naming.place_name(book, code)


def _amount(book: Book, row: Row, column: str) -> str | Markup:
    """Return a needed or offered amount with its unit; of a yes or no, whether it is there."""
    word = book.language.word
    value, unit = row[column], str(row["unit"])
    if not numbers.known(value):
        return word("unknown")
    if not unit:
        yes = word("is_there") if float(value) >= 1 else word("is_missing")
        return yes if float(value) in (0.0, 1.0) else numbers.quantity(float(value))
    shown = f"{numbers.quantity(float(value))} {book.language.said(f'unit_{unit}', unit)}"
    return book.number(shown, NAME, row, column)


def _remedy(book: Book, row: Row) -> str:
    """Return the remedy with its class, and its cost where the catalogue has one."""
    catalogue, word = book.community.catalogue, book.language.word
    told = book.language.named(catalogue.remedies, str(row["remedy"]))
    kind = book.language.said(f"remedy_kind_{row['remedy_kind']}", str(row["remedy_kind"]))
    if numbers.known(row["cost"]) and float(row["cost"]) > 0:
        kind += word("list_mark") + cost_words(book, float(row["cost"]), str(row["cost_unit"]))
    return word_with(told, kind, book)


def cost_words(book: Book, value: float, unit: str) -> str:
    """Return a cost with its unit; the catalogue's costs are no quotes."""
    small = value < SMALL_COST
    cost = numbers.quantity(value) if small else numbers.count(value, book.language.code)
    named = book.language.said(f"unit_{unit}", unit)
    return book.language.word("about_cost").format(cost=cost, unit=named)


def _bearers(book: Book) -> Section | None:
    """Return who bears them: mean number for each resident by group, gap with interval."""
    table = book.rows("space.contradiction_groups")
    own = table[table["dimension"] == "all"] if len(table) else table
    if len(own) == 0:
        return None
    word, name = book.language.word, "space.contradiction_groups"
    heads = (
        Head(word("group")), Head(word("persons"), True), Head(word("clash_per_person"), True),
        Head(word("of_others"), True), Head(word("gap_interval"), True),
    )  # fmt: skip
    people = {str(d): float(n) for d, n in zip(own["display"], own["n"], strict=True)}
    states = book.reader.counts(people)
    by_group = {str(row["display"]): row for row in rows_of(own)}
    rows = []
    for display in [d for d in book.groups if d in by_group]:
        row = by_group[display]
        if states.get(display, "shown") != "shown":
            rows.append((book.group(display), compared.few(book), "–", "–", "–"))
            continue
        gap = f"{row['gap']:+.1f} ({row['gap_low']:+.1f} – {row['gap_high']:+.1f})"
        rows.append(
            (
                book.group(display),
                book.number(numbers.count(float(row["n"]), book.language.code), name, row, "n"),
                book.number(f"{row['per_person']:.1f}", name, row, "per_person"),
                f"{row['rest_per_person']:.1f}",
                book.number(gap, name, row, "gap"),
            )
        )
    title = word("bearers_title")
    return Section(word("kicker_bearers"), title, (Table(heads, tuple(rows)),), word("bearers_sub"))


def _decisions(book: Book) -> Section | None:
    """Return what people have decided on them; nothing vanishes."""
    table = book.rows("space.objections")
    if len(table) == 0:
        return None
    word = book.language.word
    known = {str(row["contradiction"]): row for row in rows_of(book.rows(NAME))}
    rows = []
    for row in rows_of(table):
        about = known.get(str(row["contradiction"]))
        told = str(row["contradiction"])
        if about is not None:
            told = word_with(rule_name(book, about), place(book, str(about["space"])), book)
        rows.append(
            (
                told, word(f"standing_{row['action']}"), book.language.set(str(row["role"])),
                str(row["decided_on"])[:10], book.language.set(str(row["reason"])),
                book.language.set(str(row["evidence"])) if row["evidence"] else "–",
                word(f"standing_{row['outcome']}"),
            )
        )  # fmt: skip
    codes = ("rule", "action", "role", "decided_on", "reason", "evidence", "standing")
    heads = tuple(Head(word(code)) for code in codes)
    title = word("decisions_title").format(n=len(rows))
    return Section(word("kicker_decisions"), title, (Table(heads, tuple(rows)),))


def _questions(book: Book, asked: pd.DataFrame) -> Section:
    """Return what has no data as a list of things to ask: no pass."""
    word = book.language.word
    title = word("clash_questions_title").format(n=len(asked))
    heads = (Head(word("rule")), Head(word("what_is_missing")), Head(word("affected_most"), True))
    need = asked["subject"].where(asked["rule"] == "need_unmet", "")
    groups = [own for _, own in asked.groupby([asked["rule"], need], sort=False)]
    groups.sort(key=lambda own: (-int(own["persons"].max()), str(own["contradiction"].iloc[0])))
    rows = []
    for own in groups[:MOST_QUESTIONS]:
        row = rows_of(own.head(1))[0]
        n = float(own["persons"].max())
        persons = numbers.count(n, book.language.code) if book.reader.sees(n) else "–"
        rows.append((rule_name(book, row | {"group": "all"}), _missing(book, row, own), persons))
    return Section(
        word("kicker_clash_questions"), title, (Table(heads, tuple(rows)),),
        word("questions_sub"),
    )  # fmt: skip


def _missing(book: Book, row: Row, own: pd.DataFrame) -> str:
    """Return the column nobody filled in, and at which layer or places."""
    catalogue = book.community.catalogue
    tested = catalogue.place_needs.get(str(row["subject"])) or catalogue.contradiction_rules.get(
        str(row["rule"])
    )
    places = list(dict.fromkeys(map(str, own["space"])))
    where = book.language.list([place(book, code) for code in places[:MOST_PLACES]])
    if places and places[0] in catalogue.tables:
        where = book.language.said(f"table_{places[0]}", places[0])
    if tested is None or not tested.column:
        return where
    names = (f"{tested.table}.{tested.column}", tested.column)
    column = next((n for n in names if n in catalogue.words), "")
    told = catalogue.word(column, book.language.code) if column else tested.column
    return word_with(told, where, book)


def _not_applied(book: Book) -> str:
    """Return which standards no rule applies, and why."""
    rules = book.community.catalogue.contradiction_rules
    unused = [rule for _, rule in sorted(rules.items()) if rule.check == "not_checked"]
    told = [book.language.name(rule) for rule in unused]
    return book.language.word("not_applied").format(which=book.language.list(told)) if told else ""
