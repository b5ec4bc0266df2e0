"""Write, read and evaluate the conditions of tier rules: three-valued, no code.

A condition is built from comparisons of one field each (``独居``, ``年龄 >= 80``, ``年龄 区间
[60, 80)``) by 全部 (all), 任一 (any), 至少 k 项 (at least k) and 非 (not), nested as deep as
the committee likes. Truth is Kleene's: True, False or None for unknown.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from renlin.errors import Said

Truth = bool | None
Plain = bool | float | str

NUMERIC: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_SAME = {"≥": ">=", "≤": "<=", "≠": "!=", "==": "=", "＝": "=", "＞": ">", "＜": "<"}
_FULL_WIDTH = str.maketrans("（）［］【】，、；：", "()[][],,;:")
_TOKEN = re.compile(
    r'\s*(至少\s*[\d一二两三四五六七八九十]+\s*项?|[≥≤≠]|[<>!=＝＞＜]=?|[()\[\],]|"[^"]*"|[^\s()\[\],<>=!≥≤≠＝＞＜"]+)'
)
_AT_LEAST = re.compile(r"至少\s*([\d一二两三四五六七八九十]+)\s*项?")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_DIGITS = dict(zip("一二三四五六七八九十", range(1, 11), strict=True)) | {"两": 2}
OPERATORS = ("全部", "任一", "至少 k 项", "非", "区间", ">=", "<=", ">", "<", "=", "!=")


class Unreadable(ValueError):
    """Say why a condition cannot be read; the rule file's reader adds file and line."""

    def __init__(self, got: Said, remedy: Said) -> None:
        super().__init__(got.en)
        self.got = got
        self.remedy = remedy


@dataclass(frozen=True)
class Word:
    """Name a factor and, with an operator, compare its value (as written, unresolved)."""

    name: str
    op: str = ""
    value: tuple[Plain, ...] = ()
    closed: str = "[]"
    """Brackets of an interval: which of its bounds belong to it."""


@dataclass(frozen=True)
class Comparison:
    """Compare the newest value of one field; unknown or older than ``valid_days`` is unknown.

    Attributes
    ----------
    name
        Word of the rule file, as people read it.
    field
        Code of the indicator.
    op
        ``=``, ``!=``, ``in``, ``>=``, ``<=``, ``>``, ``<`` or ``between``.
    value
        Operands: one, or two bounds, or the words of ``in``.
    closed
        Brackets of ``between``.
    negated
        True where the word claims the opposite (取反).
    valid_days
        Days after which the evidence counts as unknown; None when the file sets none.
    """

    name: str
    field: str
    op: str
    value: tuple[Plain, ...]
    closed: str = "[]"
    negated: bool = False
    valid_days: int | None = None
    en: str = ""
    """The word in English."""

    def holds(self, value: Plain | None) -> Truth:
        """Return whether it holds for ``value``; None for an unknown one."""
        if value is None:
            return None
        return self._compared(value) != self.negated

    def _compared(self, value: Plain) -> bool:
        if self.op == "between":
            low, high = self.value
            above = NUMERIC[">=" if self.closed[0] == "[" else ">"](value, low)
            return above and NUMERIC["<=" if self.closed[1] == "]" else "<"](value, high)
        if self.op in NUMERIC:
            return NUMERIC[self.op](value, self.value[0])
        return (value in self.value) != (self.op == "!=")


@dataclass(frozen=True)
class AllOf:
    """Hold when every item holds."""

    items: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """Hold when one item holds."""

    items: tuple[Condition, ...]


@dataclass(frozen=True)
class AtLeast:
    """Hold when ``k`` items or more hold."""

    k: int
    items: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """Hold when the item does not."""

    item: Condition


Condition = Word | Comparison | AllOf | AnyOf | AtLeast | Not


def truth(condition: Condition, leaf: Callable[[Comparison], Truth]) -> Truth:
    """Return the Kleene truth of ``condition``, asking ``leaf`` for each comparison.

    At least k of n: True when k are known true, False when known true and unknown
    together fall short of k, else unknown.

    Source: reference needs 4.3; kleene1952.

    Examples
    --------
    >>> items = tuple(Comparison(c, c, "=", (True,)) for c in "abc")
    >>> known = {"a": True, "b": None, "c": False}
    >>> truth(AtLeast(2, items), lambda one: known[one.field]) is None
    True
    """
    if isinstance(condition, Comparison):
        return leaf(condition)
    if isinstance(condition, Not):
        inner = truth(condition.item, leaf)
        return None if inner is None else not inner
    if isinstance(condition, Word):
        raise TypeError(f"{condition.name} is not resolved to a field")
    found = [truth(item, leaf) for item in condition.items]
    k = needed(condition)
    certain = sum(one is True for one in found)
    if certain >= k:
        return True
    return False if certain + sum(one is None for one in found) < k else None


def needed(condition: AllOf | AnyOf | AtLeast) -> int:
    """Return how many items must hold: all of them, one, or k."""
    if isinstance(condition, AtLeast):
        return condition.k
    return len(condition.items) if isinstance(condition, AllOf) else 1


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Yield every comparison of ``condition``, in reading order, repeated ones too."""
    if isinstance(condition, Comparison):
        yield condition
    elif isinstance(condition, Not):
        yield from comparisons(condition.item)
    elif not isinstance(condition, Word):
        for item in condition.items:
            yield from comparisons(item)


def read_condition(text: str) -> Condition:
    """Read one condition as it stands in a rule file.

    Raises
    ------
    Unreadable
        With what was found and what to write instead.

    Examples
    --------
    >>> read_condition("全部 [独居, 非 有电梯]")
    AllOf(items=(Word(name='独居', op='', value=(), closed='[]'), \
Not(item=Word(name='有电梯', op='', value=(), closed='[]'))))
    """
    reader = _Reader(text)
    try:
        made = reader.condition()
    except RecursionError:
        raise Unreadable(Said("套得太深", "nested too deep"), _KNOWN) from None
    if reader.here is not None:
        raise Unreadable(_quoted(reader.here), _AFTER)
    return made


def combined(keyword: str, items: tuple[Condition, ...]) -> Condition:
    """Return ``items`` under 全部, 任一, 至少 k 项 or 非.

    Raises
    ------
    Unreadable
        When the word is no operator, nothing stands under it, or k is not within the items.
    """
    if not items:
        raise Unreadable(Said(f"{keyword} 后面是空的", f"nothing under {keyword}"), _LIST)
    if keyword == "全部":
        return AllOf(items)
    if keyword == "任一":
        return AnyOf(items)
    if keyword == "非" and len(items) == 1:
        return Not(items[0])
    matched = _AT_LEAST.fullmatch(keyword)
    if matched is None:
        raise Unreadable(_quoted(keyword), _KNOWN)
    k = _count(matched.group(1))
    if not 1 <= k <= len(items):
        got = Said(f"{len(items)} 项里至少 {k} 项", f"at least {k} of {len(items)}")
        raise Unreadable(got, Said("k 要在 1 与项数之间。", "k lies between 1 and their number."))
    return AtLeast(k, items)


class _Reader:
    """Read one token after the other."""

    def __init__(self, text: str) -> None:
        plain = text.translate(_FULL_WIDTH)
        self.tokens = [token for token in _TOKEN.findall(plain) if token]
        rest = _TOKEN.sub("", plain).strip()
        if rest:
            raise Unreadable(_quoted(rest), _KNOWN)
        self.at = 0

    @property
    def here(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> str:
        token = self.here
        if token is None:
            raise Unreadable(Said("写到一半就没了", "it ends in the middle"), _CLOSE)
        self.at += 1
        return token

    def expect(self, *tokens: str) -> str:
        token = self.take()
        if token not in tokens:
            wanted = " ".join(tokens)
            raise Unreadable(_quoted(token), Said(f"此处应为 {wanted}。", f"Write {wanted} here."))
        return token

    def condition(self) -> Condition:
        word = self.take()
        if word == "(":
            made = self.condition()
            self.expect(")")
            return made
        if word == "非":
            return Not(self.condition())
        if word in ("全部", "任一") or _AT_LEAST.fullmatch(word):
            return combined(word, self.items())
        if word in ("[", "]", ")", ",") or word[0] in "<>!=≥≤≠＝＞＜":
            raise Unreadable(_quoted(word), _KNOWN)
        if self.here == "[":
            raise Unreadable(_quoted(word), _KNOWN)
        return self.compared(word.strip('"'))

    def items(self) -> tuple[Condition, ...]:
        self.expect("[")
        found: list[Condition] = []
        while self.here != "]":
            found.append(self.condition())
            if self.here != "]":
                self.expect(",")
        self.take()
        return tuple(found)

    def compared(self, name: str) -> Word:
        here = self.here or ""
        if here == "区间":
            self.take()
            return self.interval(name)
        op = _SAME.get(here, here)
        if op in NUMERIC or op in ("=", "!="):
            self.take()
            return Word(name, op, (plain_value(self.take()),))
        if here in ("", ",", "]", ")"):
            return Word(name)
        raise Unreadable(_quoted(here), _KNOWN)

    def interval(self, name: str) -> Word:
        opened = self.expect("[", "(")
        low = self.number()
        self.expect(",")
        high = self.number()
        closed = opened + self.expect("]", ")")
        if low > high or (low == high and closed != "[]"):
            got = Said(f"{low:g} 到 {high:g}", f"{low:g} to {high:g}")
            raise Unreadable(got, Said("下限不能大于上限。", "The lower bound comes first."))
        return Word(name, "between", (low, high), closed)

    def number(self) -> float:
        value = plain_value(self.take())
        if isinstance(value, str | bool):
            raise Unreadable(_quoted(str(value)), Said("区间要写数。", "An interval has numbers."))
        return value


def plain_value(text: str) -> Plain:
    """Return a number where ``text`` is one, else the word without its quotes."""
    stripped = text.strip().strip('"')
    return float(stripped) if _NUMBER.fullmatch(stripped) else stripped


def _count(text: str) -> int:
    return int(text) if text.isdigit() else _DIGITS.get(text, 0)


def _quoted(token: str) -> Said:
    return Said(f"「{token}」", f'"{token}"')


_KNOWN = Said(
    "条件只能用：" + "、".join(OPERATORS) + "。",
    "A condition knows only: " + ", ".join(OPERATORS) + ".",
)
_LIST = Said("在方括号里列出指标。", "List the factors in square brackets.")
_CLOSE = Said("补上括号或比较的值。", "Close the bracket or add the value.")
_AFTER = Said(
    "条件到此已经完整，删去多余的字。", "The condition is complete before it: delete the rest."
)
