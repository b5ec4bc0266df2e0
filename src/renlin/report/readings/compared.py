"""Read the comparison of schemes: rows of the standing component, cases for the title."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from renlin.report import numbers
from renlin.report.book import WHOLE, Book
from renlin.report.figures.dumbbells import Mark, Row
from renlin.report.palette import BASE, Look, code_view

NAME = "simulation.comparison"
MINUTE = numbers.MINUTE


@dataclass(frozen=True)
class Comparison:
    """One scenario, the schemes shown side by side, its rows and its gap.

    Attributes
    ----------
    table
        Rows of ``simulation.comparison`` of this scenario, index (scheme, display).
    schemes
        The one or two schemes shown, universal view first.
    shown
        Display groups whose figures may be shown, worst first.
    hidden
        Names of groups too small to be shown.
    """

    scenario: str
    table: pd.DataFrame
    schemes: tuple[str, ...]
    shown: tuple[str, ...]
    hidden: tuple[str, ...]
    counts: dict[str, str]


def compare(book: Book, scenario: str) -> Comparison | None:
    """Return the comparison under one scenario, None when no scheme was simulated."""
    table = book.rows(NAME, scenario=scenario)
    if len(table) == 0:
        return None
    indexed = table.set_index(["scheme", "display"]).sort_index()
    schemes = side_by_side(book, set(table["scheme"]))
    first = indexed.loc[schemes[0]]
    groups = [d for d in first.index if d not in WHOLE and first.loc[d, "n"] > 0]
    sizes = {d: float(first.loc[d, "n"]) for d in groups}
    states = book.reader.counts(sizes)
    shown = [d for d in groups if states[d] != "few"]
    shown.sort(key=lambda d: (-_value(first, d, "base"), d))
    counts = {d: count_words(book, sizes[d], states[d]) for d in groups}
    if "all" in first.index:
        counts["all"] = numbers.persons(float(first.loc["all", "n"]), book.language.code)
    hidden = tuple(book.group(d) for d in groups if states[d] == "few")
    return Comparison(scenario, indexed, schemes, tuple(shown), hidden, counts)


def count_words(book: Book, n: float, state: str) -> str:
    """Return a count as this reader may see it."""
    if state == "few":
        return fewer(book)
    if state == "some":
        return book.language.word("k_or_more").format(k=book.reader.k_persons)
    return numbers.persons(n, book.language.code)


def fewer(book: Book) -> str:
    """Return the word for a suppressed cell."""
    return book.language.word("fewer_than_k").format(k=book.reader.k_persons)


def side_by_side(book: Book, ran: set[str]) -> tuple[str, ...]:
    """Return at most two schemes to draw: the first universal and the first equity one."""
    order = [code for code in book.scheme_codes if code in ran]
    schemes = book.community.schemes
    chosen = [
        next((c for c in order if code_view(schemes, c) == view), None)
        for view in ("universal", "equity")
    ]
    found = [code for code in chosen if code is not None]
    rest = [code for code in order if code not in found]
    return tuple((found + rest)[:2])


def rows(book: Book, made: Comparison) -> list[Row]:
    """Return the average of all and the groups shown, each with its marks."""
    return [row(book, made, display) for display in ("all", *made.shown)]


def row(book: Book, made: Comparison, display: str, schemes: tuple[str, ...] = ()) -> Row:
    """Return one row of the standing component."""
    chosen = schemes or made.schemes
    present = [s for s in chosen if (s, display) in made.table.index]
    cells = {s: made.table.loc[(s, display)] for s in present}
    base = float(cells[present[0]]["base"]) if present else math.nan
    key = {"scheme": present[0] if present else "", "scenario": made.scenario, "display": display}
    return Row(
        book.group(display),
        made.counts.get(display, ""),
        base / MINUTE,
        tuple(mark(book, made, s, display, cells[s]) for s in present),
        book.cite(NAME, key, "base"),
        book.cite(NAME, key, "n"),
        display == "all",
    )


def mark(book: Book, made: Comparison, scheme: str, display: str, cell: Any) -> Mark:
    """Return one scheme in one row."""
    code = book.language.code
    base = float(cell["base"])
    key = {"scheme": scheme, "scenario": made.scenario, "display": display}
    return Mark(
        look(book, scheme),
        float(cell["value"]) / MINUTE,
        (base + float(cell["low"])) / MINUTE,
        (base + float(cell["high"])) / MINUTE,
        numbers.change(float(cell["difference"]), str(cell["verdict"]), code),
        numbers.span(float(cell["low"]), float(cell["high"]), code),
        str(cell["verdict"]),
        book.cite(NAME, key, "difference"),
    )


def look(book: Book, scheme: str) -> Look:
    """Return the look of a scheme."""
    return book.scheme_look.get(scheme, book.scheme_look[BASE])


def case(made: Comparison, scheme: str) -> tuple[str, str]:
    """Return what a scheme does and the group it is about, for the title.

    ``all`` every group surely faster · ``most`` none slower · ``paradox`` the mean faster,
    the group worst off under the base slower · ``trade`` the mean faster, another group
    slower · ``undecided`` · ``undecided_loss`` · ``worse``.
    """
    part = made.table.loc[scheme]
    mean = str(part.loc["all", "verdict"]) if "all" in part.index else "undecided"
    groups = part.loc[[d for d in made.shown if d in part.index]]
    slower = groups[groups["verdict"] == "slower"]
    losing = str(slower["difference"].astype(float).idxmax()) if len(slower) else ""
    if mean == "slower":
        return "worse", losing
    if mean != "faster":
        return ("undecided_loss", losing) if losing else ("undecided", "")
    if losing:
        worst = str(groups["base"].astype(float).idxmax())
        return ("paradox", worst) if worst in slower.index else ("trade", losing)
    return ("all" if (groups["verdict"] == "faster").all() else "most"), ""


def worst_group(made: Comparison, scheme: str) -> str | None:
    """Return the shown group with the greatest time under a scheme."""
    column = "base" if scheme == BASE else "value"
    part = made.table.loc[made.schemes[0] if scheme == BASE else scheme]
    known = part.loc[[d for d in made.shown if d in part.index], column].astype(float).dropna()
    return None if len(known) == 0 else str(known.idxmax())


def _value(table: pd.DataFrame, display: str, column: str) -> float:
    value = table.loc[display, column]
    return -math.inf if pd.isna(value) else float(value)
