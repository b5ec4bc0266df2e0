"""Set the cards with Typst and write them as one PDF whose bytes depend on the data alone.

The font comes with pip and has one weight. Bold is that weight with a stroke of 0.034 em
in the same colour: no second font to ship, the same shapes on every machine, and it stays
solid on a photocopy.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import pylopdf_fonts_zh_cn
import typst

from renlin.report.book import Book
from renlin.report.cards.content import Sheet, cards
from renlin.report.cards.glyphs import check
from renlin.report.language import speak
from renlin.report.numbers import Code
from renlin.report.pictograms import names, source
from renlin.report.privacy import reader
from renlin.study.results import Results

FONT = "Noto Sans SC"
FILE = {"zh": "cards.pdf", "en": "cards.en.pdf"}


def write_cards(
    results: Results, identities: pd.DataFrame, folder: Path, *, language: Code = "zh"
) -> Path:
    """Write one A4 card per household with a plan into ``folder`` and return the path.

    Parameters
    ----------
    results
        What the run found; ``governance.plans`` says who gets a card.
    identities
        Columns person and name at least, from the vault; who is not in it gets a line to
        write the name on.
    folder
        Results folder; it is made when absent.
    language
        ``zh`` writes ``cards.pdf``, ``en`` writes ``cards.en.pdf``. Without any plan the file
        is one page that says so.

    Raises
    ------
    DataFault
        When a character cannot be drawn (described, not quoted).
    """
    community = results.community
    spoken = speak(language, community.catalogue)
    book = Book(results, spoken, reader("internal", community.settings), folder.name)
    made = cards(book, identities)
    check(_texts(made), Path(str(pylopdf_fonts_zh_cn.sans_path())))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE[language]
    partial = path.with_suffix(".partial")
    partial.write_bytes(_print(book, made))
    partial.replace(path)
    return path


def _print(book: Book, made: list[Sheet]) -> bytes:
    font = Path(str(pylopdf_fonts_zh_cn.sans_path()))
    day = book.community.settings.survey_date
    files_in = {"main": _asset("templates/card.typ"), "cards.json": _data(book, made)}
    for name in sorted(names()):
        drawn = source(name)
        files_in[f"pictograms/{name}.svg"] = drawn.replace("currentColor", "#000").encode()
        files_in[f"pictograms/{name}-white.svg"] = drawn.replace("currentColor", "#fff").encode()
    compiler = typst.Compiler(font_paths=[str(font.parent)], ignore_system_fonts=True)
    stamp = int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())
    done: bytes = compiler.compile(input=files_in, format="pdf", timestamp=stamp, pdf_tags=False)
    return done


def _data(book: Book, made: list[Sheet]) -> bytes:
    word = book.language.word
    stamps = [word("sample_short")] if book.community.settings.sample else []
    stamps += [word("synthetic_card")] if book.community.synthetic else []
    whole: dict[str, Any] = {
        "title": word("card_title"), "font": FONT, "lang": book.language.code, "stamps": stamps,
        "cards": [sheet.plain() for sheet in made], "none": word("cards_none"),
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, sort_keys=True).encode()


def _texts(made: list[Sheet]) -> Iterator[tuple[str, str]]:
    """Return every text of every card with the part it stands in."""
    for sheet in made:
        for part, value in sheet.plain().items():
            for text in _strings(value):
                yield part, text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key != "sign":
                yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)


def _asset(name: str) -> bytes:
    return (files("renlin.report") / name).read_bytes()
