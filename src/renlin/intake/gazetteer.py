"""Know the names of communities, which no grammar can tell from the numbers behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from renlin.intake.characters import NUMERALS, chinese_number, half_width

_NUMBERED = re.compile(rf"[{NUMERALS}]+(?=村|区|期|弄|条|街坊|组|队)")
_INNER_BLANK = re.compile(r"(?<=[0-9A-Z])\s+(?=[0-9A-Z])")
_TRADITIONAL = str.maketrans("樓號棟單層門區東", "楼号栋单层门区东")
_BRACKETS = re.compile(r"[()\[\]【】〔〕<>《》]")


@dataclass(frozen=True)
class Gazetteer:
    """Names of communities (小区名录), as they are written and as they are official.

    Parameters
    ----------
    official
        Plain form of every name and alias -> official name.
    buildings
        Official name -> its building numbers, where they are known. They decide whether
        和平里23号楼 is building 23 of 和平里 or building 3 of 和平里2.
    """

    official: Mapping[str, str]
    buildings: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def found_in(self, text: str) -> list[tuple[str, str]]:
        """Return ``(official name, text behind it)`` of every name in a plain text.

        Longest names first.
        """
        found = []
        for plain in sorted(self.official, key=lambda name: (-len(name), name)):
            at = text.rfind(plain)
            if at >= 0:
                found.append((self.official[plain], text[at + len(plain) :]))
        return found


def gazetteer(
    names: Iterable[str] | Mapping[str, Iterable[str]],
    buildings: Mapping[str, Iterable[str]] | None = None,
) -> Gazetteer:
    """Return a gazetteer of official names, or of official name -> other names in use.

    Parameters
    ----------
    names
        Official names, or a mapping from each to its aliases.
    buildings
        Official name -> building numbers, where known.

    Examples
    --------
    >>> gazetteer({"曹杨一村": ["曹杨新村一村"]}).official
    {'曹杨1村': '曹杨一村', '曹杨新村1村': '曹杨一村'}
    """
    aliases = names if isinstance(names, Mapping) else dict.fromkeys(names, ())
    official = {
        plain_address(word): name for name, words in aliases.items() for word in (name, *words)
    }
    known = {name: frozenset(numbers) for name, numbers in (buildings or {}).items()}
    return Gazetteer({word: name for word, name in official.items() if word}, known)


def plain_address(text: str) -> str:
    """Return an address in one width and case, blanks only between digits or letters.

    Numerals in names of quarters become digits (三村 → 3村), so that both ways of writing
    are one; traditional forms of the words for building, unit and floor become simplified;
    brackets go, what they hold stays.
    """
    plain = _BRACKETS.sub(" ", half_width(text).upper().translate(_TRADITIONAL))
    kept = _INNER_BLANK.sub("\x00", plain)
    plain = "".join(kept.split()).replace("\x00", " ")
    return _NUMBERED.sub(_as_digits, plain)


def _as_digits(found: re.Match[str]) -> str:
    number = chinese_number(found.group())
    return found.group() if number is None else str(number)
