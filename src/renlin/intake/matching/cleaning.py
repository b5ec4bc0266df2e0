"""Make one thing written in many ways one text, column by column."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from renlin.intake.characters import half_width, is_missing
from renlin.intake.dates import read_date

_MARKS = re.compile(r"[^\w\s]|_")
_APOSTROPHE = re.compile(r"['’`]")
_THREE = re.compile(r"(\d{1,4})[-/.\s](\d{1,2})[-/.\s](\d{1,4})(?:[T\s].*)?")
_EIGHT = re.compile(r"\d{8}")
_NUMBER = re.compile(r"-?\d[\d,]*\.?\d*|-?\.\d+")

Text = Callable[[str], str]


def plain(text: str) -> str:
    """Return a text in one width and case, without accents, blanks single."""
    bare = unicodedata.normalize("NFD", half_width(text).casefold())
    kept = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFC", kept).split())


def letters(text: str) -> str:
    """Return a name without marks and blanks: ``O'Brien`` and ``o brien`` are one."""
    return "".join(c for c in text if c.isalpha())


def words(text: str) -> str:
    """Return a text as words with single blanks, without marks."""
    return " ".join(_MARKS.sub(" ", _APOSTROPHE.sub("", text)).split())


def signs(text: str) -> str:
    """Return the letters and digits of a number."""
    return "".join(c for c in text if c.isalnum())


def digits(text: str) -> str:
    """Return the digits of a number."""
    return "".join(c for c in text if c.isdigit())


def number(text: str) -> str:
    """Return the first number of a text, plainly written; nothing where there is none."""
    found = _NUMBER.search(text)
    return f"{float(found.group().replace(',', '')):.12g}" if found else ""


STEPS: dict[str, Text] = {
    "plain": plain,
    "letters": letters,
    "words": words,
    "signs": signs,
    "digits": digits,
    "number": number,
}


def cleaned(column: Sequence[Any] | pd.Series, steps: Sequence[str]) -> pd.Series:
    """Return the column as text made alike; what holds nothing is None.

    Each value that occurs is cleaned once. A date becomes ``YYYYMMDD``; digits that are
    no date stay as they are, so that a mistyped one is still near the right one.
    """
    series = pd.Series(column, dtype=object).reset_index(drop=True)
    codes, values = pd.factorize(series, use_na_sentinel=True)
    texts = [value if isinstance(value, str) else _as_text(value) for value in values]
    month_first = _month_first(texts) if "date" in steps else False
    made = [_clean(text, steps, month_first) for text in texts]
    table = np.array([*made, None], dtype=object)
    return pd.Series(table[codes], dtype=object)


def _as_text(value: object) -> str:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _clean(text: str, steps: Sequence[str], month_first: bool) -> str | None:
    if is_missing(text):
        return None
    for step in steps:
        text = _date(text, month_first) if step == "date" else STEPS[step](text)
    return text or None


def _date(text: str, month_first: bool) -> str:
    bare = half_width(text).strip()
    if _EIGHT.fullmatch(bare):
        return bare
    found = _THREE.fullmatch(bare)
    if found:
        first, second, third = found.groups()
        if len(first) == 4:
            return f"{first}{int(second):02}{int(third):02}"
        if len(third) == 4:
            month, day = (first, second) if month_first else (second, first)
            return f"{third}{int(month):02}{int(day):02}"
    read = read_date(bare).value
    return read.strftime("%Y%m%d") if read is not None else digits(bare)


def _month_first(texts: Sequence[str]) -> bool:
    """Tell whether a column writes months before days: when some second part exceeds 12."""
    parts = [m.groups() for m in map(_THREE.fullmatch, texts) if m and len(m.group(3)) == 4]
    return any(int(b) > 12 for _, b, _ in parts) and not any(int(a) > 12 for a, _, _ in parts)
