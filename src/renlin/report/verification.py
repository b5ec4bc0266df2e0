"""Write the page of verification: one file that opens from disk and needs no network."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from renlin.catalogue.load import load
from renlin.report.dossier import style
from renlin.report.language import Language, heading, speak
from renlin.report.numbers import Code
from renlin.report.pages.blocks import Page
from renlin.report.pages.proof import cases_page, laboratory_page, left_out_page
from renlin.verification import Laboratory
from renlin.version import VERSION

FILE = {"zh": "verification.html", "en": "verification.en.html"}


def write_verification(
    found: pd.DataFrame,
    folder: Path,
    *,
    left_out: pd.DataFrame,
    laboratory: Laboratory | None = None,
    language: Code = "zh",
) -> Path:
    """Write what :func:`renlin.verification.verify` found into ``folder``; return the path.

    Parameters
    ----------
    found
        One row per expected band.
    folder
        It is made when absent. ``verification.html`` in Chinese,
        ``verification.en.html`` in English.
    left_out
        Published cases that cannot be stated, with reasons; may be empty.
    laboratory
        What laboratories measured beside what is simulated; left out when None.
    language
        ``zh`` or ``en``.

    Raises
    ------
    CatalogueFault
        When the language is unknown or a word has no entry.
    """
    spoken = speak(language, load(None))
    pages = [cases_page(found, spoken)]
    if laboratory is not None:
        pages.append(laboratory_page(laboratory, spoken))
    if len(left_out):
        pages.append(left_out_page(left_out, spoken))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE[language]
    partial = path.with_suffix(".partial")
    partial.write_text(render(pages, spoken), encoding="utf-8")
    partial.replace(path)
    return path


def render(pages: list[Page], language: Language) -> str:
    """Return the pages as one HTML file."""
    environment = Environment(
        loader=PackageLoader("renlin.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["heading"] = heading
    word = language.word
    return environment.get_template("verification.html.j2").render(
        code=language.code,
        w=word,
        title=f"{word('brand')} · {word('proof')}",
        place=f"{word('proof')} · renlin {VERSION}",
        style=Markup(style()),
        stamps=[],
        pages=pages,
    )
