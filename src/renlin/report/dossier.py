"""Write the report: one file that opens from disk and needs no network."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from renlin.report.book import Book
from renlin.report.language import heading, speak
from renlin.report.numbers import Code
from renlin.report.pages.advice import advice_page
from renlin.report.pages.atlas import key_page
from renlin.report.pages.circulation import circulation_page
from renlin.report.pages.comparison import comparison
from renlin.report.pages.contradictions import contradictions_page
from renlin.report.pages.equity import equity
from renlin.report.pages.firmness import firmness_page
from renlin.report.pages.first import first
from renlin.report.pages.gaps import paper_page
from renlin.report.pages.governance import plans, responses
from renlin.report.pages.grounds import ground_pages
from renlin.report.pages.inequality import inequality_page
from renlin.report.pages.keys import keys_pages
from renlin.report.pages.matching import matching
from renlin.report.pages.needs import needs, supplies
from renlin.report.pages.participation import participation
from renlin.report.pages.pipes import pipes_page
from renlin.report.pages.points import points
from renlin.report.pages.policy import policy
from renlin.report.pages.replaying import replay_page
from renlin.report.pages.risk import risk_page
from renlin.report.pages.runs import scenarios
from renlin.report.pages.sites import sites
from renlin.report.pages.themes import theme_page
from renlin.report.pages.uncertainty import uncertainty
from renlin.report.pages.unknowns import unknown
from renlin.report.pages.views import dual_page
from renlin.report.pages.warnings import warning_page
from renlin.report.privacy import Audience, reader
from renlin.report.readings.places import atlas
from renlin.study.results import Results
from renlin.version import VERSION

STYLES = ("tokens.css", "report.css")
FILE = {"zh": "report.html", "en": "report.en.html"}


def write_report(
    results: Results, folder: Path, *, language: Code = "zh", audience: Audience = "public"
) -> Path:
    """Write the report of one run into ``folder`` and return its path.

    Parameters
    ----------
    results
        What the run found.
    folder
        Results folder; it is made when absent. ``report.html`` in Chinese,
        ``report.en.html`` in English.
    language
        ``zh`` or ``en``; both are made from the same templates.
    audience
        ``public`` hides cells of fewer persons or households than the community allows;
        ``internal`` shows them and says so on every page.

    Raises
    ------
    CatalogueFault
        When the language is unknown or a word has no entry.
    """
    book = Book(
        results,
        speak(language, results.community.catalogue),
        reader(audience, results.community.settings),
        folder.name,
    )
    text = render(book, audience)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE[language]
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
    return path


def render(book: Book, audience: Audience) -> str:
    """Return the whole report as HTML."""
    environment = Environment(
        loader=PackageLoader("renlin.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["css"] = css_string
    environment.filters["heading"] = heading
    made = pages(book)
    return environment.get_template("report.html.j2").render(
        code=book.language.code,
        w=book.language.word,
        title=f"{book.language.word('brand')} · {place_name(book)}",
        head=head(book),
        place=place_name(book),
        style=Markup(style()),
        script=Markup(asset("report.js")),
        folder=book.folder,
        stamps=stamps(book, audience),
        brand_line=css_string(f"{book.language.word('brand')}   {place_name(book)}"),
        version_line=css_string(version_line(book)),
        pages=made,
    )


def pages(book: Book) -> list[Any]:
    """Return the pages in order, each with its template."""
    maps = atlas(book)
    made = [
        comparison(book),
        key_page(book, maps),
        theme_page(book, maps),
        risk_page(book, maps),
        pipes_page(book),
        points(book, maps),
        paper_page(book, maps),
        sites(book),
        firmness_page(book),
        contradictions_page(book, maps),
        *ground_pages(book),
        needs(book),
        supplies(book),
        *scenarios(book),
        *uncertainty(book),
        *keys_pages(book, maps),
        circulation_page(book, maps),
        advice_page(book),
        warning_page(book),
        replay_page(book, maps),
        plans(book),
        responses(book),
        dual_page(book),
        equity(book),
        participation(book),
        inequality_page(book),
        matching(book),
        unknown(book),
        policy(book),
    ]
    return [{"template": "first.html.j2", **first(book, maps)}, *(p for p in made if p is not None)]


def place_name(book: Book) -> str:
    """Return the name of the community."""
    settings = book.community.settings
    return book.language.either(settings.name, settings.name_en)


def head(book: Book) -> str:
    """Return the head line of the first page."""
    date = book.community.settings.survey_date
    word = book.language.word
    until = word("data_until").format(date=date)
    name = place_name(book)
    joined = (
        name + word("report_of") if book.language.code == "zh" else f"{name}: {word('report_of')}"
    )
    return f"{joined} · {until}"


def stamps(book: Book, audience: Audience) -> list[str]:
    """Return the stamps every page carries."""
    made = []
    if book.community.settings.sample:
        made.append(book.language.word("sample"))
    if book.community.synthetic:
        made.append(book.language.word("synthetic"))
    if audience == "internal":
        made.append(book.language.word("internal"))
    return made


def version_line(book: Book) -> str:
    """Return what every printed page carries at its foot: date, version, that it is no warning."""
    word = book.language.word
    date = word("data_until").format(date=book.community.settings.survey_date)
    return f"{date} · renlin {VERSION} · {word('not_a_warning')}"


def css_string(text: str) -> Markup:
    """Return ``text`` as it may stand between quotes in a style sheet."""
    safe = "".join(f"\\{ord(c):x} " if c in "\"\\<>&\n'" else c for c in text)
    return Markup(safe)


def style() -> str:
    """Return the style sheets, tokens first."""
    return "\n".join(asset(name) for name in STYLES)


def asset(name: str) -> str:
    """Return a text file shipped with the report."""
    return (files("renlin.report") / "assets" / name).read_text(encoding="utf-8")
