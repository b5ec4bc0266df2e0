"""Fold the many ways one character is typed into one: width, blanks, dashes, numerals."""

from __future__ import annotations

import re
import unicodedata

MISSING_WORDS = frozenset(
    {
        "",
        "无",
        "暂无",
        "没有",
        "不详",
        "未知",
        "空",
        "缺",
        "无证",
        "null",
        "none",
        "nan",
        "na",
        "n/a",
    }
)
"""Words that stand for "nothing was written" in number, name, date and address columns.

Never use them on yes/no columns: there 无 is an answer.
"""

_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF]
)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－﹣─ー"), "-")
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")}
_DIGITS |= {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
_DIGITS |= {"○": 0, "Ｏ": 0, "两": 2, "貳": 2, "叄": 3, "参": 3, "陸": 6}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
NUMERALS = "".join([*_DIGITS, *_UNITS, "廿", "卅"])
"""Every character :func:`chinese_number` understands, for use in patterns."""

LONGEST_VALUE = 200
"""Characters of the longest name, number, date or address read: more is a remark that
slipped into the column, and would only cost time."""
_MOST_NUMERALS = 9  # characters; house numbers have at most five

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>|《[^《》]*》")


def half_width(text: str) -> str:
    """Return ``text`` with full-width forms, odd blanks and dashes made plain.

    Compatibility forms become what they stand for (``０`` → ``0``, ``＃`` → ``#``,
    ``①`` → ``1``), duplicate code points of one hanzi become one; rare hanzi and
    private-use characters stay; characters nobody sees vanish.

    Examples
    --------
    >>> half_width("３＃楼　５０１")
    '3#楼 501'
    """
    plain = unicodedata.normalize("NFKC", text.translate(_DASHES))
    return plain.translate(_INVISIBLE).translate(_DASHES).strip()


def without_blanks(text: str) -> str:
    """Return ``text`` without any blank inside or around it."""
    return "".join(text.split())


def without_brackets(text: str) -> tuple[str, str]:
    """Return ``text`` without bracketed remarks, and the remarks joined by blanks.

    Examples
    --------
    >>> without_brackets("王秀英(户主)")
    ('王秀英', '户主')
    """
    remarks: list[str] = []
    left = text
    while (found := _BRACKETED.search(left)) is not None:
        remarks.append(found.group()[1:-1].strip())
        left = left[: found.start()] + left[found.end() :]
    return left.strip(), " ".join(remarks)


def plain_heading(text: str) -> str:
    """Return a heading's letters, digits and hanzi in one width and case.

    Headings that differ only in width, blanks, brackets, stars or colons are equal.

    Examples
    --------
    >>> plain_heading("＊身份证号 （18位）：")
    '身份证号18位'
    """
    return "".join(c for c in half_width(text).casefold() if c.isalnum())


def is_missing(text: str | None) -> bool:
    """Tell whether a number, name, date or address cell holds nothing.

    Blank cells, the words of :data:`MISSING_WORDS` and cells of strokes only
    (``-``, ``/``, ``--``) hold nothing. Unknown is then neither zero nor safe.
    """
    if text is None:
        return True
    plain = without_blanks(half_width(text)).casefold()
    return plain in MISSING_WORDS or not plain.strip("-/\\_.。、")


def chinese_number(text: str) -> int | None:
    """Return the whole number written in Chinese numerals, or None.

    Reads 0 to 9999 with units (``一百零二`` → 102, ``廿一`` → 21) and digit by
    digit (``五〇一`` → 501); financial forms (``叁``) count. Plain digits pass.

    Examples
    --------
    >>> chinese_number("九十九"), chinese_number("二百"), chinese_number("五零一")
    (99, 200, 501)
    """
    if len(text) > _MOST_NUMERALS:
        return None
    if re.fullmatch(r"[0-9]+", text):
        return int(text)
    spelled = re.sub("[廿]", "二十", text).replace("卅", "三十")
    if not spelled or any(c not in _DIGITS and c not in _UNITS for c in spelled):
        return None
    if not any(c in _UNITS for c in spelled):
        return int("".join(str(_DIGITS[c]) for c in spelled))
    return _with_units(spelled)


def _with_units(spelled: str) -> int | None:
    """Return the value of numerals with 十百千, or None when they are out of order."""
    total, digit, smallest, zero = 0, None, 10_000, False
    for c in spelled:
        if c in _DIGITS:
            if digit is not None and digit != 0:
                return None
            zero = zero or _DIGITS[c] == 0
            digit = _DIGITS[c]
            continue
        unit = _UNITS[c]
        if unit >= smallest or digit == 0:
            return None
        total += (1 if digit is None else digit) * unit
        smallest, digit, zero = unit, None, False
    if digit is None:
        return total
    # 一百二 says 120 in speech and 102 to a typist: two readings are no reading.
    if smallest > 10 and not zero:
        return None
    return total + digit
