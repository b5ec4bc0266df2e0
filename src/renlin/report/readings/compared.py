"""Read the comparison of schemes: rows of the standing component, cases for the title."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from renlin.report import numbers
from renlin.report.book import WHOLE, Book
from renlin.report.cite import Cite
from renlin.report.figures.dumbbells import Mark, Row
from renlin.report.palette import BASE, Look, code_view
from renlin.report.privacy import rows_give_away
from renlin.report.tables import Row as Cell
from renlin.report.tables import rows_of

NAME = "simulation.comparison"
MINUTE = numbers.MINUTE


@dataclass(frozen=True)
class Comparison:
    """One scenario, the schemes shown side by side, its rows and its gap.

    Attributes
    ----------
    cells
        (scheme, display) -> row of ``simulation.comparison`` of this scenario; without the gap
        where it would tell the time of a hidden group.
    ran
        Schemes compared, in the study's order.
    schemes
        The one or two schemes shown, universal view first.
    shown
        Display groups whose figures may be shown, worst first.
    hidden
        Codes of groups too small to be shown.
    counts
        Display group -> how many, as this reader may see it.
    """

    scenario: str
    cells: Mapping[tuple[str, str], Cell]
    ran: tuple[str, ...]
    schemes: tuple[str, ...]
    shown: tuple[str, ...]
    hidden: tuple[str, ...]
    counts: Mapping[str, str]

    def has(self, scheme: str, display: str) -> bool:
        """Return whether a scheme was compared for a group; ``base`` stands in every row."""
        return (self.stands_in(scheme), display) in self.cells

    def cell(self, scheme: str, display: str) -> Cell:
        """Return the row of a scheme and group; for ``base`` that of the first scheme."""
        return self.cells[self.stands_in(scheme), display]

    def stands_in(self, scheme: str) -> str:
        """Return the scheme whose row tells of ``scheme``."""
        return self.schemes[0] if scheme == BASE else scheme

    def level(self, scheme: str, display: str) -> float:
        """Return the time of a group under a scheme, s; NaN when it is not known."""
        if not self.has(scheme, display):
            return math.nan
        return float(self.cell(scheme, display)["base" if scheme == BASE else "value"])


def compare(book: Book, scenario: str) -> Comparison | None:
    """Return the comparison under one scenario, None when no scheme was simulated."""
    listed = rows_of(book.rows(NAME, scenario=scenario)) if book.find(NAME) else []
    if not listed:
        return None
    cells = {(str(row["scheme"]), str(row["display"])): row for row in listed}
    there = {scheme for scheme, _ in cells}
    ran = tuple(code for code in book.scheme_codes if code in there)
    schemes = side_by_side(book, ran)
    first = {d: row for (s, d), row in cells.items() if s == schemes[0]}
    sizes = {d: float(r["n"]) for d, r in first.items() if d not in WHOLE and r["n"] > 0}
    states = book.reader.counts(sizes)
    shown = sorted(
        (d for d in sizes if states[d] != "few"), key=lambda d: (-_known(first[d]["base"]), d)
    )
    counts = {d: count_words(book, n, states[d]) for d, n in sizes.items()}
    if "all" in first:
        counts["all"] = numbers.persons(float(first["all"]["n"]), book.language.code)
    hidden = tuple(d for d in book.groups if states.get(d) == "few")
    secret = {d for d in ("worst_decile",) if d in first and not book.reader.sees(first[d]["n"])}
    if any(_gives_away(book, cells, scheme, hidden) for scheme in there):
        secret.add("gap")
    cells = {(s, d): row for (s, d), row in cells.items() if d not in secret}
    return Comparison(scenario, cells, ran, schemes, tuple(shown), hidden, counts)


def _gives_away(
    book: Book, cells: Mapping[tuple[str, str], Cell], scheme: str, hidden: tuple[str, ...]
) -> bool:
    """Return whether the gap under a scheme, or under the base, tells a hidden group's time."""
    reference = book.community.policy.reference
    own = [row for (s, d), row in cells.items() if s == scheme]
    return any(
        rows_give_away(own, column, hidden, reference, high_is_worse=True)
        for column in ("base", "value")
    )


def _known(value: float) -> float:
    return value if math.isfinite(value) else -math.inf


def count_words(book: Book, n: float, state: str) -> str:
    """Return a count as this reader may see it."""
    if state == "few":
        return fewer(book)
    if state == "some":
        return book.language.word("k_or_more").format(k=book.reader.k_persons)
    return numbers.persons(n, book.language.code)


def few(book: Book) -> str:
    """Return the short word for a suppressed cell, for columns of figures."""
    return f"<{book.reader.k_persons}"


def fewer(book: Book) -> str:
    """Return the word for a suppressed cell."""
    return book.language.word("fewer_than_k").format(k=book.reader.k_persons)


def side_by_side(book: Book, ran: tuple[str, ...]) -> tuple[str, ...]:
    """Return at most two schemes to draw: the first universal and the first equity one."""
    schemes = book.community.schemes
    chosen = [
        next((c for c in ran if code_view(schemes, c) == view), None)
        for view in ("universal", "equity")
    ]
    found = [code for code in chosen if code is not None]
    rest = [code for code in ran if code not in found]
    return tuple((found + rest)[:2])


def rows(book: Book, made: Comparison) -> list[Row]:
    """Return the average of all and the groups shown, each with its marks."""
    return [row(book, made, display) for display in ("all", *made.shown)]


def row(book: Book, made: Comparison, display: str, schemes: tuple[str, ...] = ()) -> Row:
    """Return one row of the standing component."""
    present = [s for s in schemes or made.schemes if made.has(s, display)]
    return Row(
        book.group(display),
        made.counts.get(display, ""),
        made.level(BASE, display) / MINUTE,
        tuple(mark(book, made, scheme, display) for scheme in present),
        cite(book, made, BASE, display, "base"),
        cite(book, made, BASE, display, "n"),
        display == "all",
    )


def cite(book: Book, made: Comparison, scheme: str, display: str, column: str) -> Cite:
    """Return where a cell of the comparison comes from."""
    at = made.stands_in(scheme)
    key = {"scheme": at, "scenario": made.scenario, "display": display}
    return book.cite(NAME, key, column)


def mark(book: Book, made: Comparison, scheme: str, display: str) -> Mark:
    """Return one scheme in one row."""
    cell, code = made.cell(scheme, display), book.language.code
    base, low, high = float(cell["base"]), float(cell["low"]), float(cell["high"])
    verdict = str(cell["verdict"])
    return Mark(
        look(book, scheme),
        float(cell["value"]) / MINUTE,
        (base + low) / MINUTE,
        (base + high) / MINUTE,
        numbers.change(float(cell["difference"]), verdict, code),
        numbers.span(low, high, code),
        verdict,
        cite(book, made, scheme, display, "difference"),
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
    groups = {d: made.cell(scheme, d) for d in made.shown if made.has(scheme, d)}
    mean = str(made.cell(scheme, "all")["verdict"]) if made.has(scheme, "all") else "undecided"
    slower = {d: float(c["difference"]) for d, c in groups.items() if c["verdict"] == "slower"}
    losing = max(sorted(slower), key=lambda d: slower[d]) if slower else ""
    if mean == "slower":
        return "worse", losing
    if mean != "faster":
        return ("undecided_loss", losing) if losing else ("undecided", "")
    if losing:
        worst = worst_group(made, BASE) or ""
        return ("paradox", worst) if worst in slower else ("trade", losing)
    return ("all" if all(c["verdict"] == "faster" for c in groups.values()) else "most"), ""


def worst_group(made: Comparison, scheme: str) -> str | None:
    """Return the shown group with the greatest time under a scheme."""
    known = {d: made.level(scheme, d) for d in made.shown}
    told = {d: level for d, level in known.items() if math.isfinite(level)}
    return max(sorted(told), key=lambda d: told[d]) if told else None
