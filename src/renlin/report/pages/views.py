"""Fill the dual view in full: figures beside both controls, eight rows of table 1, who gives."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Head, Note, Page, Piece, Section, Table, Words
from renlin.report.pages.first import price
from renlin.report.pages.frontier import giver_count
from renlin.report.readings import dual
from renlin.report.tables import rows_of


def dual_page(book: Book) -> Page:
    """Return both views of table 1 for one budget, with the price of fairness."""
    word = book.language.word
    rows = dual.rows(book, dual.ALL_FIGURES)
    if not rows:
        return Page("dual", word("page_dual"), (Note(word("dual_empty"), empty=True),))
    pieces: list[Piece] = [_figures(book, rows), _theory(book), _price(book)]
    found = _measures(book)
    pieces += [part for part in (found, _epsilons(book)) if part is not None]
    return Page(
        "dual",
        word("page_dual"),
        tuple(pieces),
        foot(book, "study.dual_view", "study.price", "study.portfolios", dual.FRONTIER),
    )


def _figures(book: Book, rows: list[dual.Line]) -> Section:
    word = book.language.word
    columns = ("universal", "equity", "person", "base")
    heads = (Head(""), *(Head(word(f"column_{c}"), True) for c in columns))
    made = []
    for row in rows:
        cells: list[str | Markup] = [str(row["label"])]
        for column in columns:
            cell = row[column]
            told = (
                Markup("{} {}").format(cell["value"], cell["unit"])
                if cell["unit"]
                else cell["value"]
            )
            cells.append(Markup("<b>{}</b>").format(told) if cell["better"] else told)
        made.append(tuple(cells))
    table = Table(heads, tuple(made), note=word("dual_note"))
    return Section(word("kicker_dual"), word("same_money"), (table,), word("dual_sub"))


def _theory(book: Book) -> Section:
    word = book.language.word
    heads = (
        Head("", wide="80px"),
        Head(word("plan_universal_says")),
        Head(word("plan_equity_says")),
    )
    rows = tuple(
        (line["label"], *(_said(line[view], line[f"{view}_figure"]) for view in dual.VIEWS))
        for line in dual.theory(book)
    )
    told = in_force(book)
    parts: tuple[Piece, ...] = (Table(heads, rows), Note(told))
    return Section(word("kicker_table1"), word("theory_title"), parts)


def _said(words: str, figure: Words) -> Words:
    """Return the words of a cell with the figure of this run behind them."""
    if not figure:
        return words
    return Markup('{}<b class="fg">{}</b>').format(words, figure)


def in_force(book: Book) -> str:
    """Say where the two views differ in this run."""
    policy, word = book.community.policy, book.language.word
    return word("views_in_force").format(
        weight=word(f"weight_{policy.value_weight}"),
        epsilon=numbers.percent(policy.epsilon),
        limit=numbers.minutes(policy.majority_loss, book.language.code),
        reference=book.group(policy.reference),
    )


def _price(book: Book) -> Section:
    word, code = book.language.word, book.language.code
    heads = (
        Head(word("group")),
        Head(word("persons"), True),
        Head(word("equity_against_universal"), True),
        Head(word("interval_head"), True),
        Head(word("equity_against_base"), True),
    )
    givers = dual.givers(book)
    whole = [g for g in givers if g.display == "all"]
    rest = sorted((g for g in givers if g.display != "all"), key=lambda g: (-g.change, g.display))
    rows = [
        (
            book.group(g.display),
            dual.number(book, g, "n", giver_count(book, g)),
            dual.number(book, g, "against_universal", numbers.change(g.change, g.verdict, code)),
            numbers.span(g.low, g.high, code),
            dual.number(
                book, g, "against_base", numbers.change(g.base_change, g.base_verdict, code)
            ),
        )
        for g in [*whole, *rest]
    ]
    table = Table(
        heads, tuple(rows), frozenset({0}) if whole else frozenset(), note=word("minutes_table")
    )
    return Section(word("price"), word("price_title"), (table, Note(price(book))))


def _measures(book: Book) -> Section | None:
    table = book.rows(dual.PLANS)
    if len(table) == 0:
        return None
    word, code = book.language.word, book.language.code
    heads = (
        Head(word("measure")),
        Head(word("cost"), True),
        Head(word("alone_change"), True),
        Head(word("plan_universal")),
        Head(word("plan_equity")),
        Head(word("column_person")),
    )
    rows = []
    ordered = table.sort_values(["equity", "universal", "measure"], ascending=[False, False, True])
    for row in rows_of(ordered):
        name = dual.PLANS
        rows.append(
            (
                dual.measure_name(book, row),
                book.number(numbers.money(float(row["cost"]), code), name, row, "cost"),
                book.number(numbers.signed(float(row["mean_change"])), name, row, "mean_change"),
                *("●" if bool(row[view]) else "–" for view in ("universal", "equity", "person")),
            )
        )
    return Section(
        word("kicker_measures"),
        word("measures_title"),
        (Table(heads, tuple(rows), note=word("measures_note")),),
    )


def _epsilons(book: Book) -> Section | None:
    """Return what each ε would give and take, the one in force marked."""
    table = book.rows(dual.FRONTIER)
    if len(table) == 0:
        return None
    word = book.language.word
    heads = (
        Head(word("epsilon_head")), Head(word("epsilon_mean"), True),
        Head(word("epsilon_worst"), True), Head(word("epsilon_gap"), True), Head(""),
    )  # fmt: skip
    listed = rows_of(table.sort_values("epsilon"))
    if dual.tells_few(book):
        return None
    rows = tuple(_epsilon(book, row) for row in listed)
    chosen = frozenset(i for i, row in enumerate(listed) if bool(row["in_force"]))
    made = Table(heads, rows, chosen, note=word("epsilon_note"))
    return Section(word("kicker_epsilon"), word("epsilon_title"), (made,))


def _epsilon(book: Book, row: dict[str, Any]) -> tuple[Words, ...]:
    name, word = dual.FRONTIER, book.language.word
    if str(row["status"]) != "optimal":
        return (numbers.percent(float(row["epsilon"])), "–", "–", "–", word("epsilon_infeasible"))
    return (
        numbers.percent(float(row["epsilon"])),
        book.number(
            numbers.percent(float(row["price_of_fairness"])), name, row, "price_of_fairness"
        ),
        book.number(numbers.bare_minutes(float(row["worst"])), name, row, "worst"),
        book.number(numbers.bare_minutes(float(row["gap"])), name, row, "gap"),
        word("epsilon_force") if bool(row["in_force"]) else "",
    )
