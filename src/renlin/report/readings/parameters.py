"""Name the values of the catalogue as people read them."""

from __future__ import annotations

from typing import Any

from renlin.report.book import Book
from renlin.report.numbers import MINUS

SIGNIFICANT = 3


def parameter_name(book: Book, name: str) -> str:
    """Return a value's name in words: 没量过的巷道宽, 成年人：歇几次."""
    part, _, rest = name.partition("/")
    code, _, inner = rest.partition("/")
    language = book.language
    if part == "parameters":
        return language.said(f"param_{code}", code)
    if part == "premovement":
        return language.said(f"premovement_{code}", code)
    if part == "scenarios":
        return language.said(f"param_{inner}", inner)
    if part == "presence":
        return language.word("presence_at").format(hour=inner, group=book.group(code))
    entries: Any = getattr(book.community.catalogue, part, {})
    field = language.said(f"value_{inner}", inner)
    return f"{language.named(entries, code)}{language.either('：', ': ')}{field}"


def source_name(book: Book, source: str) -> str:
    """Return a source as cited, or that it is an assumption."""
    if source == "assumption":
        return book.language.word("drivers_assumption")
    found = book.community.catalogue.sources.get(source)
    if found is None:
        return source
    author = found.author.split(" and ")[0].split(",")[0]
    return f"{author} {found.year}".strip() or found.title


def figure_of(value: float) -> str:
    """Return a number with three significant digits and a true minus."""
    text = f"{value:.{SIGNIFICANT}g}"
    if "e" in text and abs(value) >= 1:
        text = f"{value:.0f}"
    return text.replace("-", MINUS)
