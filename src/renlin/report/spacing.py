"""Set Chinese and Latin side by side: one space between them, numbers kept with their units."""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"
BOLD = 1.1
_HAN = r"\u2e80-\u2fff\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LATIN = r"A-Za-z0-9%°¥µ€$"
_HAN_LATIN = re.compile(f"([{_HAN}])([{_LATIN}+−])")
_LATIN_HAN = re.compile(f"([{_LATIN}])([{_HAN}])")
_NUMBER_UNIT = re.compile(f"([0-9%]) ([{_HAN}]|(?:min|s|m|km|people|households)\\b)")
_UNIT_NUMBER = re.compile(r"(ε|n|≥|≤|=|<|>) (?=[=≥≤<>0-9])")
WIDE = re.compile(f"[{_HAN}\u3000-\u303f\uff00-\uff60]")


def spaced(text: str) -> str:
    """Return ``text`` with one space wherever Chinese meets Latin letters or digits.

    Examples
    --------
    >>> spaced("3号楼2单元")
    '3 号楼 2 单元'
    """
    return _LATIN_HAN.sub(r"\1 \2", _HAN_LATIN.sub(r"\1 \2", text))


def bound(text: str) -> str:
    """Return ``text`` in which no line can end between a number and its unit.

    Examples
    --------
    >>> bound("慢 1.5 分钟") == "慢 1.5\\u00a0分钟"
    True
    """
    return _UNIT_NUMBER.sub(rf"\1{NO_BREAK}", _NUMBER_UNIT.sub(rf"\1{NO_BREAK}\2", text))


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the estimated width of ``text`` set at ``size``, in the unit of ``size``.

    Assumption: a Chinese character is one em wide, a digit .57, a capital .63, a
    small letter .55, a space or thin mark .28; measured on the report's face (Noto Sans SC).
    Bold Latin is a tenth wider, bold Chinese is not.
    """
    heavy = BOLD if bold else 1.0
    return size * sum(
        1.0 if WIDE.match(character) else heavy * _em(character) for character in text
    )


def _em(character: str) -> float:
    if WIDE.match(character):
        return 1.0
    if character in " .,:;'|il\u00a0·":
        return 0.28
    if character.isupper():
        return 0.63
    return 0.57 if character.isdigit() or character in "−+–%" else 0.55


def wrapped(text: str, size: float, limit: float, lines: int = 2) -> list[str]:
    """Return ``text`` as at most ``lines`` lines no wider than ``limit``.

    Chinese may break after any character, best after 、，; Latin breaks at spaces. No line
    starts with a closing mark. What does not fit ends with an ellipsis.
    """
    made: list[str] = []
    rest = text
    while rest and len(made) < lines:
        if width(rest, size) <= limit:
            return [*made, rest]
        cut = _cut(rest, size, limit)
        made.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest and made:
        made[-1] = made[-1][: max(1, len(made[-1]) - 1)] + "…"
    return made or [""]


def _cut(text: str, size: float, limit: float) -> int:
    fits = 1
    for end in range(1, len(text) + 1):
        if width(text[:end], size) > limit:
            break
        fits = end
    marks = [i + 1 for i in range(fits) if text[i] in "、，；/" and i + 1 >= fits * 0.4]
    if marks:
        return marks[-1]
    for end in range(fits, 0, -1):
        if end < len(text) and _may_break(text[end - 1], text[end]):
            return end
    return fits


def _may_break(before: str, after: str) -> bool:
    if after in "，。、；：）”！？" or before in "（“":
        return False
    return before == " " or after == " " or bool(WIDE.match(before) or WIDE.match(after))
