"""Speak one of the two languages: the report's words, the catalogue's, a community's over all."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Protocol

from renlin.catalogue.load import Catalogue
from renlin.errors import CatalogueFault, Fault, Said, did_you_mean
from renlin.report.numbers import Code
from renlin.report.spacing import bound, spaced

WORDS = "words.csv"


class Named(Protocol):
    """Anything the catalogue or the folder names in both languages."""

    @property
    def zh(self) -> str:
        """Return the Chinese name."""

    @property
    def en(self) -> str:
        """Return the English name."""


@dataclass(frozen=True)
class Language:
    """One language and its words.

    Attributes
    ----------
    code
        ``zh`` or ``en``.
    words
        Word code -> word in this language, already set.
    """

    code: Code
    words: Mapping[str, str]

    def word(self, code: str) -> str:
        """Return the word ``code``."""
        if code not in self.words:
            raise CatalogueFault(
                Fault(
                    WORDS,
                    Said(f"词 {code}", f"word {code}"),
                    Said("没有这一条", "no such entry"),
                    did_you_mean(code, self.words),
                )
            )
        return self.words[code]

    def said(self, code: str, otherwise: str = "") -> str:
        """Return the word ``code``, or ``otherwise`` (else the code itself) when unknown."""
        return self.word(code) if code in self.words else (otherwise or code)

    def name(self, entry: Named) -> str:
        """Return the name of an entry."""
        return self.set(entry.zh if self.code == "zh" else entry.en)

    def named(self, entries: Mapping[str, Named], code: str) -> str:
        """Return the name of ``code`` among ``entries``, the code when it is not there."""
        return self.name(entries[code]) if code in entries else code

    def either(self, zh: str, en: str) -> str:
        """Return the sentence of this language."""
        return self.set(zh if self.code == "zh" else en)

    def told(self, text: str, named: Mapping[str, Named]) -> str:
        """Return what staff wrote freely, such as a role or a way of asking, in this language.

        Known are the names of ``named`` and the words ``told_<text>``; else it is as written.
        """
        for entry in named.values():
            if text in (entry.zh, entry.en):
                return self.name(entry)
        return self.said(f"told_{text}", self.set(text))

    def set(self, text: str) -> str:
        """Return ``text`` spaced, with numbers bound to their units."""
        return bound(spaced(text)) if self.code == "zh" else bound(text)

    def list(self, items: list[str]) -> str:
        """Return items as one enumeration."""
        if self.code == "zh":
            return "、".join(items)
        return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]


def speak(code: Code, catalogue: Catalogue) -> Language:
    """Return language ``code``; a community's own words replace the report's.

    Raises
    ------
    CatalogueFault
        When there is no such language.
    """
    if code not in ("zh", "en"):
        expected = Said("zh 或 en", "zh or en")
        remedy = did_you_mean(code, ("zh", "en"))
        raise CatalogueFault(Fault("report", expected, Said(code, code), remedy))
    own = {key: (pair[0] if code == "zh" else pair[1]) for key, pair in own_words().items()}
    shared = {key: (w.zh if code == "zh" else w.en) for key, w in catalogue.words.items()}
    laid_over = {
        key: word for key, word in shared.items()
        if catalogue.origins.get(("words", key)) == "overlay"
    }  # fmt: skip
    spoken = Language(code, {})
    every = {**shared, **own, **laid_over}
    return Language(code, {key: spoken.set(word) for key, word in every.items()})


def heading(words: str, code: str) -> str:
    """Return the head of a column: in English its first letter is a capital.

    Names of files and single letters stay as they are.

    Examples
    --------
    >>> heading("signed by", "en"), heading("grid.txt", "en"), heading("n", "en")
    ('Signed by', 'grid.txt', 'n')
    """
    first = words.partition(" ")[0]
    plain = len(first) > 1 and not any(sign in first for sign in "._<")
    if code != "en" or not plain or not first[0].islower():
        return words
    return type(words)(words[0].upper()) + words[1:]


@lru_cache(maxsize=1)
def own_words() -> Mapping[str, tuple[str, str]]:
    """Return the report's own words: code -> (Chinese, English)."""
    text = (files("renlin.report") / "assets" / WORDS).read_text(encoding="utf-8")
    return {row["code"]: (row["zh"], row["en"]) for row in csv.DictReader(io.StringIO(text))}
