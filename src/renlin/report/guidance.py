"""Write the guidance sheets of a place: what to build or change, tied to the problem it ends.

One sheet for each entry of ``guidance.csv`` whose problem the place has: contradictions
found and not closed, needs of groups that are not met, open hazards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from renlin.catalogue.place_rules import Guidance, parts
from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.dossier import place_name, stamps, style
from renlin.report.language import speak
from renlin.report.numbers import Code
from renlin.report.pages.contradictions import clause, cost_words, place, word_with
from renlin.report.pictograms import inline
from renlin.report.privacy import Audience, reader
from renlin.study.results import Results
from renlin.version import VERSION

FILE = {"zh": "guidance.html", "en": "guidance.en.html"}
MOST_PLACES = 12
SIGN = 64
"""Side of the pictogram, px."""


@dataclass(frozen=True)
class Problem:
    """One problem of the place that a sheet answers: its name, where, and how many places."""

    name: str
    where: str
    n: int


@dataclass(frozen=True)
class Sheet:
    """One sheet in one language."""

    title: str
    subject: str
    sign: Markup
    problems: tuple[Problem, ...]
    steps: tuple[str, ...]
    sizes: tuple[tuple[str, str, str], ...]
    material: str
    decides: str
    remedy: str
    groups: str


def write_guidance(
    results: Results, folder: Path, *, language: Code = "zh", audience: Audience = "public"
) -> Path:
    """Write the guidance sheets of one run into ``folder`` and return the path.

    Parameters
    ----------
    results
        What the run found; ``space.contradictions`` says which sheets the place needs.
    folder
        Results folder; it is made when absent. ``guidance.html`` in Chinese,
        ``guidance.en.html`` in English.
    audience
        ``public`` names no door that concerns only a few of one group.

    Raises
    ------
    CatalogueFault
        When the language is unknown or a word has no entry.
    """
    spoken = speak(language, results.community.catalogue)
    book = Book(results, spoken, reader(audience, results.community.settings), folder.name)
    environment = Environment(
        loader=PackageLoader("renlin.report", "templates"),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    text = environment.get_template("guidance.html.j2").render(
        code=language, w=spoken.word, style=Markup(style()), place=place_name(book),
        stamps=stamps(book, audience), sheets=sheets(book), version=VERSION,
        day=results.community.settings.survey_date,
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE[language]
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
    return path


def sheets(book: Book) -> list[Sheet]:
    """Return the sheets the place needs, most places first."""
    made = [
        (sum(problem.n for problem in found), entry, found)
        for entry in book.community.catalogue.guidance.values()
        if (found := _problems(book, entry))
    ]
    made.sort(key=lambda one: (-one[0], one[1].code))
    return [_sheet(book, entry, found) for _, entry, found in made]


def _sheet(book: Book, entry: Guidance, found: tuple[Problem, ...]) -> Sheet:
    chinese, word = book.language.code == "zh", book.language.word
    groups = [book.group(code) for code in parts(entry.groups)]
    return Sheet(
        book.language.name(entry), word(f"guidance_{entry.subject}"),
        Markup(inline(entry.pictogram, SIGN)), found,
        parts(entry.steps_zh if chinese else entry.steps_en), tuple(_sizes(book, entry)),
        entry.material_zh if chinese else entry.material_en,
        entry.decides_zh if chinese else entry.decides_en, _cost(book, entry),
        book.language.list(groups) if groups else word("everybody"),
    )  # fmt: skip


def _sizes(book: Book, entry: Guidance) -> Iterator[tuple[str, str, str]]:
    """Yield name, limit and clause of every standard a sheet prints."""
    for code in parts(entry.standards):
        standard = book.community.catalogue.standards[code]
        sign = "≥" if standard.rule == "at_least" else "≤"
        unit = book.language.said(f"unit_{standard.unit}", "")
        told = f"{numbers.quantity(standard.value)} {unit}".strip()
        if code.startswith("ramp_slope"):
            told = f"1:{round(1 / standard.value)}"
        yield book.language.name(standard), f"{sign} {told}", clause(book, code)


def _cost(book: Book, entry: Guidance) -> str:
    """Return the remedy with its class, and its cost where the catalogue has one."""
    catalogue, word = book.community.catalogue, book.language.word
    remedy = catalogue.remedies[entry.remedy]
    kind = word(f"remedy_kind_{remedy.kind}")
    response = catalogue.responses.get(remedy.response)
    if response is not None and response.cost is not None and response.cost.value > 0:
        kind += word("list_mark") + cost_words(book, response.cost.value, response.cost.unit)
    return word_with(book.language.name(remedy), kind, book)


def _problems(book: Book, entry: Guidance) -> tuple[Problem, ...]:
    """Return the problems of the place that a sheet answers."""
    return tuple(
        problem
        for told in parts(entry.problems)
        if (problem := _problem(book, *told.split(":", 1))) is not None
    )


def _problem(book: Book, kind: str, code: str) -> Problem | None:
    catalogue = book.community.catalogue
    if kind == "hazard":
        places = _hazards(book, code)
        named = book.language.named(catalogue.hazards, code)
        return _told(book, named, places, len(places)) if places else None
    column = "subject" if kind == "need" else "rule"
    table = book.rows("space.contradictions", **{column: code, "state": "found"})
    if len(table) == 0 or len(table := table[table["standing"] != "closed"]) == 0:
        return None
    entries: Any = catalogue.place_needs if kind == "need" else catalogue.contradiction_rules
    few = ~table["persons"].map(lambda n: book.reader.sees(float(n)))
    open_ones = table[~((table["group"] != "all") & few)]
    ordered = open_ones.sort_values("rank")["space"]
    return _told(book, book.language.named(entries, code), list(map(str, ordered)), len(table))


def _told(book: Book, name: str, places: list[str], n: int) -> Problem:
    listed = list(dict.fromkeys(place(book, code) for code in places))
    shown = book.language.list(listed[:MOST_PLACES]) if listed else ""
    return Problem(name, shown, n)


def _hazards(book: Book, code: str) -> list[str]:
    """Return the places at which a kind of hazard is open, the worst first."""
    table: pd.DataFrame = book.rows("space.inspections", kind=code)
    if len(table) == 0:
        return []
    open_ones = table[~table["closed"].astype(bool) & (table["rate"].fillna(1.0) > 0)]
    ordered = open_ones.sort_values(["rate", "place"], ascending=[False, True])
    return list(dict.fromkeys(map(str, ordered["place"])))
