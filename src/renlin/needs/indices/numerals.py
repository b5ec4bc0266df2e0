"""Read cells as numbers in the way a file writes them: decimal comma, thousands, signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from renlin.errors import Said


class Numerals(NamedTuple):
    """How numbers are written in a file of text.

    Attributes
    ----------
    decimal
        Sign before the decimals.
    thousands
        Sign between groups of three digits; empty: none.
    signs
        What may stand before or after a number and is dropped: with ``%``, 12.5% is 12.5.
    """

    decimal: str = "."
    thousands: str = ""
    signs: Sequence[str] = ()


PLAIN = Numerals()
_CORRECT = Said(
    "改正这一格；表示未知的写法列进定义的 units.missing。",
    "Correct the cell; list codes for unknown under units.missing of the definition.",
)
_COMMA = Said(
    "改正这一格；小数逗号、千位分隔写明在定义的 units.decimal、units.thousands。",
    "Correct the cell; state a decimal comma or thousands separators under units.decimal and "
    "units.thousands of the definition.",
)
_SIGN = Said(
    "改正这一格；数旁边的记号（如 %）列进定义的 units.signs，12.5% 就当 12.5。",
    "Correct the cell; list signs beside numbers (such as %) under units.signs of the "
    "definition: 12.5% counts as 12.5.",
)
_GROUPED = re.compile(r"[+-]?\d[\d.,' ]*[.,' ][\d.,' ]*\d")
_BESIDE = re.compile(r"[^\w\s=+-]{1,2}\s?[+-]?[\d.,' ]+|[+-]?[\d.,' ]+\s?[^\w\s]{1,2}")


def read_numbers(words: pd.Series, numerals: Numerals) -> pd.Series:
    """Return the numbers of cells of text, missing where there is none.

    Digits of full width count as digits. A thousands separator counts between groups of
    three digits only: 1,5 is no number where commas part thousands.
    """
    values = pd.to_numeric(_plain(words, numerals), errors="coerce")
    lost = values.isna()
    if lost.any():
        narrow = words[lost].map(lambda word: unicodedata.normalize("NFKC", word).strip())
        values[lost] = pd.to_numeric(_plain(narrow, numerals), errors="coerce")
    return values


def remedy_of(word: object) -> Said:
    """Return what to do about a cell that is no number."""
    text = unicodedata.normalize("NFKC", str(word)).strip()
    if _GROUPED.fullmatch(text):
        return _COMMA
    return _SIGN if _BESIDE.fullmatch(text) else _CORRECT


def _plain(words: pd.Series, numerals: Numerals) -> pd.Series:
    if numerals == PLAIN:
        return words
    decimal, between = re.escape(numerals.decimal), re.escape(numerals.thousands)
    grouped = rf"\d{{1,3}}(?:{between}\d{{3}})+|" if numerals.thousands else ""
    whole = re.compile(rf"[+-]?(?:{grouped}\d+)?(?:{decimal}\d*)?(?:[eE][+-]?\d+)?")

    def plain(word: str) -> str:
        bare = word
        for sign in numerals.signs:
            bare = bare.removeprefix(sign).removesuffix(sign).strip()
        if not whole.fullmatch(bare):
            return ""
        joined = bare.replace(numerals.thousands, "") if numerals.thousands else bare
        return joined.replace(numerals.decimal, ".")

    return words.map(plain)
