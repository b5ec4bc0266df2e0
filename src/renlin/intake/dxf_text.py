"""Give the words of a drawing back as they were written, whatever code page it claims."""

from __future__ import annotations

import re
from collections.abc import Sequence

from renlin.intake.plausibility import plausibility

_CHINESE = ("utf-8", "gb18030")


class Lettering:
    """How the words of one drawing are encoded.

    A code page in the heading is often that of the program, not of the words: bytes that
    read better as UTF-8 or GBK are read so.

    Parameters
    ----------
    claimed
        Encoding by which the words were read.
    sample
        Words as they were read.
    """

    def __init__(self, claimed: str, sample: Sequence[str]) -> None:
        self._claimed = claimed
        whole = "".join(word for word in sample if not word.isascii())
        self._better = self._better_for(whole)

    def read(self, word: str) -> str:
        """Return a word as it was written; bytes that are no letters are left out."""
        text = _unescaped(word)
        if self._better is not None:
            again = self._again(text, self._better)
            text = text if again is None else again
        return text.encode("utf-8", errors="ignore").decode("utf-8").strip()

    def _better_for(self, whole: str) -> str | None:
        if not whole:
            return None
        best, score = None, _score(whole)
        for encoding in _CHINESE:
            again = self._again(whole, encoding)
            if again is not None and _score(again) > score:
                best, score = encoding, _score(again)
        return best

    def _again(self, text: str, encoding: str) -> str | None:
        """Return a text decoded by another encoding, None when it cannot be."""
        try:
            return text.encode(self._claimed, errors="surrogateescape").decode(encoding)
        except (UnicodeError, LookupError):
            return None


def _score(text: str) -> float:
    """Return how much a text reads like writing; bytes that could not be read count against it."""
    lost = sum(0xDC80 <= ord(c) <= 0xDCFF for c in text)
    plain = "".join(c for c in text if not 0xDC80 <= ord(c) <= 0xDCFF)
    return plausibility(plain) - lost / len(text)


def _unescaped(word: str) -> str:
    r"""Return a word with ``\U+4E00`` written out."""
    return re.sub(r"\\U\+([0-9A-Fa-f]{4})", lambda hit: chr(int(hit.group(1), 16)), word)
