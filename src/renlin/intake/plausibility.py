"""Measure how much a text reads like writing, and undo decodings that went wrong."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

SAMPLE_CHARS = 200_000  # characters scored: more changes no verdict
_LEAST_HANZI = 2  # hanzi a run needs before its decoding can be called Chinese
_RUN = re.compile(r"[^\x00-\x7f]{3,}")
_WRONG = (
    ("gb18030", ("utf-8",)),
    ("latin-1", ("utf-8", "gb18030")),
    ("cp1252", ("utf-8", "gb18030")),
)
_UNDONE_SHARE = 0.2  # of the runs beyond ASCII
_CUT = {"unexpected end of data", "truncated data", "incomplete multibyte sequence"}
_LONGEST = 4  # bytes of the longest character in any of the encodings
_SIGNS = (range(0x3000, 0x3020), range(0xFF01, 0xFF5F), range(0x2010, 0x2027))
_LEVEL_1 = {
    "gb2312": (range(0xB0, 0xD8), range(0xA1, 0xFF)),
    "big5": (range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF))),
}


def plausibility(text: str, standards: tuple[str, ...] = ("gb2312", "big5")) -> float:
    """Return the share (0-1) of common characters among all beyond ASCII.

    1.0 when there are none. Letters of alphabets count as common when all of them
    belong to one script, for a text in one alphabet is writing too.

    Parameters
    ----------
    text
        The text as one encoding reads it.
    standards
        Whose frequent hanzi count: ``gb2312`` (simplified), ``big5`` (traditional).
    """
    counts = Counter(c for c in text[:SAMPLE_CHARS] if c > "\x7f")
    total = sum(counts.values())
    if not total:
        return 1.0
    common = _common(standards)
    good = sum(n for c, n in counts.items() if c in common)
    letters: Counter[str] = Counter()
    for c, n in counts.items():
        if c not in common and c.isalpha() and not is_hanzi(c):
            letters[script_of(c)] += n
    if len(letters) == 1:
        good += sum(letters.values())
    return good / total


@lru_cache(maxsize=4)
def _common(standards: tuple[str, ...]) -> frozenset[str]:
    """Return what registers are written with under ``standards``.

    Level 1 of GB 2312 (rows 16-55) and of Big5 (A440-C67E) are those standards' own
    lists of frequent hanzi; the signs are CJK punctuation and full-width forms.
    Source: gb2312.
    """
    found = {chr(c) for block in _SIGNS for c in block} | set("·×÷°№℃㎡←→■□▲△○●◎☆★①②③④⑤⑥⑦⑧⑨⑩")
    for standard in standards:
        high, low = _LEVEL_1[standard]
        for pair in (bytes((lead, trail)) for lead in high for trail in low):
            found |= set(pair.decode(standard, "ignore"))
    return frozenset(found)


def is_hanzi(c: str) -> bool:
    """Tell whether ``c`` is a hanzi of any plane."""
    return (
        "\u3400" <= c <= "\u9fff" or "\uf900" <= c <= "\ufaff" or "\U00020000" <= c <= "\U0003ffff"
    )


def script_of(c: str) -> str:
    """Return the script of a letter, such as ``LATIN`` or ``HANGUL``."""
    return unicodedata.name(c, "UNKNOWN").split()[0]


def strict(data: bytes, encoding: str) -> tuple[str | None, bool]:
    """Return the text, or None when the bytes are invalid, and whether the end is cut.

    A last character that lacks its bytes is dropped; anything else invalid is refused.
    """
    try:
        return data.decode(encoding), False
    except UnicodeDecodeError as error:
        if error.reason in _CUT and error.start >= len(data) - _LONGEST:
            return data[: error.start].decode(encoding), True
    return None, False


def writing_share(text: str) -> float:
    """Return the share (0-1) of printable ASCII and common characters."""
    sample = text[:SAMPLE_CHARS]
    common = _common(("gb2312", "big5"))
    good = sum(1 for c in sample if " " <= c <= "~" or c in "\t\r\n" or c in common)
    return good / len(sample) if sample else 0.0


def saved_wrongly(text: str) -> bool:
    """Tell whether runs beyond ASCII turn into Chinese when their decoding is undone.

    Real writing practically never does: three hanzi are six bytes that would have to
    form valid UTF-8 by chance. Every fifth run is enough, for wrong decoding also
    destroys characters.
    """
    runs = _RUN.findall(text[:SAMPLE_CHARS])
    undone = sum(1 for run in runs if any(_is_chinese(again) for again in _undone(run)))
    return len(runs) > 0 and undone >= _UNDONE_SHARE * len(runs)


def _undone(run: str) -> Iterator[str]:
    for wrong, rights in _WRONG:
        try:
            raw = run.encode(wrong)
        except UnicodeEncodeError:
            continue
        for right in rights:
            again, cut = strict(raw, right)
            if again and not cut and again != run:
                yield again


def _is_chinese(text: str) -> bool:
    return sum(map(is_hanzi, text)) >= _LEAST_HANZI and plausibility(text) == 1.0
