"""Read the dual view: two ways to spend one budget, row by row, and the price of fairness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.numbers import known
from renlin.report.privacy import worst_is_few
from renlin.report.tables import rows_of

VIEW, PRICE, PLANS = "study.dual_view", "study.price", "study.portfolios"
FRONTIER = "study.frontier"
TABLE = VIEW
VIEWS = ("universal", "equity")
FIGURES = ("budget", "mean", "worst", "gap", "worse_off", "undecided", "not_evacuated")
"""Rows of the first page, in order."""
ALL_FIGURES = (
    "budget", "cost", "mean", "worst", "gap", "worst_decile", "worse_off", "undecided",
    "not_evacuated",
)  # fmt: skip
THEORY = ("theory", "idea", "risk", "actors", "goal", "focus", "allocation", "strategy")
"""The eight rows of table 1."""


@dataclass(frozen=True)
class Giver:
    """A group with its change under the equity plan against the universal plan and today."""

    display: str
    n: int
    change: float
    low: float
    high: float
    verdict: str
    base_change: float
    base_verdict: str


def givers(book: Book) -> list[Giver]:
    """Return every group that may be shown, ``all`` first, then as in the finding."""
    table = book.rows(PRICE)
    if len(table) == 0:
        return []
    sizes = {str(r["display"]): float(r["n"]) for r in rows_of(table)}
    states = book.reader.counts({d: n for d, n in sizes.items() if d != "all"})
    made = [
        _giver(row) for row in rows_of(table)
        if states.get(str(row["display"]), "shown") != "few" and row["n"] > 0
    ]  # fmt: skip
    return sorted(made, key=lambda giver: giver.display != "all")


def _giver(row: dict[Any, Any]) -> Giver:
    return Giver(
        str(row["display"]), int(row["n"]), float(row["against_universal"]),
        float(row["universal_low"]), float(row["universal_high"]),
        verdict(float(row["universal_low"]), float(row["universal_high"])),
        float(row["against_base"]), verdict(float(row["base_low"]), float(row["base_high"])),
    )  # fmt: skip


def verdict(low: float, high: float) -> str:
    """Return what an interval of a time says; touching zero decides nothing."""
    return "slower" if low > 0 else "faster" if high < 0 else "undecided"


def gainer(found: list[Giver]) -> Giver | None:
    """Return the group that gains most under the equity plan, None when none surely does."""
    sure = [g for g in found if g.display != "all" and g.verdict == "faster"]
    return min(sure, key=lambda g: (g.change, g.display)) if sure else None


def loser(found: list[Giver]) -> Giver | None:
    """Return the group that gives most under the equity plan, None when none surely does."""
    sure = [g for g in found if g.display != "all" and g.verdict == "slower"]
    return max(sure, key=lambda g: (g.change, g.n, g.display)) if sure else None


Line = dict[str, Any]


def rows(book: Book, names: tuple[str, ...] = FIGURES) -> list[Line]:
    """Return rows for the table: label, one cell per view with the better one marked."""
    table = book.rows(VIEW)
    if len(table) == 0:
        return []
    found = {str(r["row"]): r for r in rows_of(table)}
    secret = ("worst", "gap") if tells_few(book) else ()
    return [_row(book, name, found[name]) for name in names if name in found and name not in secret]


def tells_few(book: Book) -> bool:
    """Return whether the slowest group of either plan is one of a few people."""
    return worst_is_few(rows_of(book.rows(VIEW)), rows_of(book.rows(PRICE)), book.reader)


def _row(book: Book, name: str, row: dict[Any, Any]) -> dict[str, Any]:
    cells = {}
    for column in (*VIEWS, "base", "person"):
        value = row.get(column)
        told = _cell(book, value, str(row["unit"])) if known(value) else ("–", "")
        cells[column] = {
            "value": book.number(told[0], VIEW, row, column),
            "unit": told[1],
            "better": row["better"] == column,
        }
    minutes = book.community.scenarios[_scenario(book)].horizon / numbers.MINUTE
    label = book.language.word(f"dual_{name}").format(minutes=f"{minutes:.0f}")
    return {"label": label, **cells}


def _scenario(book: Book) -> str:
    study = book.community.study
    chosen = study.main_scenario if study is not None else ""
    return chosen if chosen in book.community.scenarios else next(iter(book.community.scenarios))


def _cell(book: Book, value: Any, unit: str) -> tuple[str, str]:
    code = book.language.code
    if unit == "yuan":
        return numbers.money(float(value), code), ""
    if unit == "s":
        return numbers.bare_minutes(float(value)), book.language.word("minute_short")
    if unit == "persons":
        return numbers.count(float(value), code), book.language.word("person_unit")
    return numbers.quantity(float(value)), unit


def measures(book: Book) -> dict[str, list[str]]:
    """Return view -> names of the measures it takes."""
    table = book.rows(PLANS)
    if len(table) == 0:
        return {}
    return {
        view: [measure_name(book, row) for row in rows_of(table[table[view]])] for view in VIEWS
    }


def measure_name(book: Book, row: Mapping[str, Any]) -> str:
    """Return the name of a measure: that of its scheme where the list has it in one language."""
    scheme = book.community.schemes.get(str(row["measure"]))
    told = str(row["name"])
    return book.language.set(told if scheme is None else book.language.either(told, scheme.en))


def theory(book: Book) -> list[Line]:
    """Return the eight rows of table 1: words of both views, and a figure where one exists."""
    code = book.language.code
    found = {str(row["row"]): row for row in rows_of(book.rows(VIEW)) if row["row"] in THEORY}
    secret = ("goal",) if tells_few(book) else ()
    made: list[Line] = []
    for name in THEORY:
        row = found.get(name, {})
        told = str(row.get(f"label_{code}") or book.language.word(f"table1_{name}"))
        line: Line = {"label": book.language.set(told)}
        for view in VIEWS:
            told = str(row.get(f"{view}_{code}") or book.language.word(f"table1_{name}_{view}"))
            line[view] = book.language.set(told)
            line[f"{view}_figure"] = "" if name in secret else _figure(book, row, view)
        made.append(line)
    return made


def _figure(book: Book, row: Line, view: str) -> Markup | str:
    """Return the figure of a row of table 1 with its unit, empty where it has none."""
    if not row or not known(row.get(view)):
        return ""
    unit, value, word = str(row["unit"]), float(row[view]), book.language.word
    if unit == "s":
        words = word("table1_unit_s").format(n=numbers.bare_minutes(value))
    elif unit == "share":
        others = book.group(book.community.policy.reference)
        words = word("table1_unit_share").format(n=numbers.percent(value), group=others)
    else:
        words = word(f"table1_unit_{unit}").format(n=numbers.quantity(value))
    return book.number(words, VIEW, row, view)


def budget(book: Book) -> float | None:
    """Return the budget both plans keep."""
    table = book.rows(VIEW, row="budget")
    return float(table["universal"].iloc[0]) if len(table) else None


def number(book: Book, giver: Giver, column: str, words: object) -> Markup:
    """Return words that open a cell of the price of fairness."""
    return book.number(words, PRICE, {"display": giver.display}, column)


def sizes(book: Book) -> pd.Series:
    """Return display -> number of persons in the price of fairness."""
    table = book.rows(PRICE)
    return table.set_index("display")["n"] if len(table) else pd.Series(dtype=float)
