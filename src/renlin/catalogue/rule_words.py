"""Read the words a rule file defines (指标), and put fields in their place in conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping

from renlin.catalogue import models
from renlin.catalogue.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Comparison,
    Condition,
    Not,
    Plain,
    Unreadable,
    Word,
    combined,
    plain_value,
    read_condition,
)
from renlin.catalogue.outline import Item, Outline
from renlin.catalogue.rules import Factor
from renlin.errors import Said, did_you_mean

KINDS: Mapping[str, str] = {
    "是否": "boolean",
    "等级": "level",
    "数值": "number",
    "类别": "category",
}
YES = ("是", "真", "true", "yes")
NO = ("否", "假", "false", "no")
_KEYS = ("字段", "类型", "为真", "取反", "来源", "有效期", "条件", "英文")
_DAYS = re.compile(r"(\d+)\s*天?")
CORRECT = Said("改正这一行。", "Correct this line.")


class Words:
    """Read the words of one file and resolve conditions made of them.

    Parameters
    ----------
    out
        Where faults go.
    indicators
        Indicators of the catalogue, the fields a word may read.
    """

    def __init__(self, out: Outline, indicators: Mapping[str, models.Indicator]) -> None:
        self.out = out
        self.indicators = indicators
        self.factors: dict[str, Factor] = {}
        self.names: tuple[str, ...] = ()
        self._built: dict[str, Condition | None] = {}

    def read(self, item: Item | None) -> None:
        """Read all words, then resolve those that are built from others."""
        entries = item.fields if item is not None else {}
        self.names = tuple(entries)
        for name, entry in entries.items():
            self.out.known(entry, _KEYS, (), f"指标「{name}」")
            made = self._factor(name, entry)
            if made is not None:
                self.factors[name] = made
        self._rings()
        for name, factor in self.factors.items():
            if factor.condition is not None:
                self._build(name)

    def condition(self, item: Item | None, column: str) -> Condition | None:
        """Return the resolved condition of ``item``; None, with faults, when it has one."""
        if item is None:
            return None
        written = self._written(item, column)
        return None if written is None else self._resolve(written, item.line, column)

    def days(self, item: Item | None, column: str) -> int | None:
        """Return a number of days such as ``180天``."""
        text = self.out.text(item, column)
        if item is None or text is None:
            return None
        matched = _DAYS.fullmatch(text)
        if matched is None or int(matched.group(1)) == 0:
            expected = Said("天数，如 180天", "days, such as 180天")
            self.out.fault(item.line, column, expected, Said(text, text), CORRECT)
            return None
        return int(matched.group(1))

    def _factor(self, name: str, entry: Item) -> Factor | None:
        en = self.out.text(entry.get("英文"), "英文") or ""
        built = entry.get("条件")
        if built is not None:
            for key in entry.fields:
                if key in _KEYS and key not in ("条件", "英文"):
                    remedy = Said("留下字段，或留下条件。", "Keep the field or the condition.")
                    expected = Said("字段或条件之一", "either a field or a condition")
                    both = Said(f"条件之外又写了{key}", f"{key} beside 条件")
                    self.out.fault(entry.fields[key].line, key, expected, both, remedy)
            written = self._written(built, "条件")
            return None if written is None else Factor(name, entry.line, en, condition=written)
        field = self.out.text(entry.get("字段"), "字段") or ""
        if field not in self.indicators:
            expected = Said("目录 indicators 里的字段", "a field of the catalogue's indicators")
            got = Said(field or "没有", field or "nothing")
            self.out.fault(entry.line, name, expected, got, did_you_mean(field, self.indicators))
            return None
        self._typed(field, entry)
        days = self.days(entry.get("有效期"), "有效期")
        comparison = self._comparison(name, field, entry, days, en)
        if comparison is None and entry.get("为真") is not None:
            return None
        source = self.out.text(entry.get("来源"), "来源") or ""
        kind = self.indicators[field].kind
        return Factor(name, entry.line, en, field, kind, comparison, None, source, days)

    def _typed(self, field: str, entry: Item) -> None:
        written = self.out.text(entry.get("类型"), "类型")
        kind = self.indicators[field].kind
        if written is None or KINDS.get(written) == kind:
            return
        word = next(zh for zh, code in KINDS.items() if code == kind)
        remedy = Said(f"目录里 {field} 是「{word}」。", f"{field} is {word} in the catalogue.")
        self.out.fault(entry.line, "类型", Said(word, word), Said(written, written), remedy)

    def _comparison(
        self, name: str, field: str, entry: Item, days: int | None, en: str
    ) -> Comparison | None:
        negated = self._negated(entry.get("取反"))
        when = entry.get("为真")
        entry_en = self.indicators[field].en
        said = en or (f"not: {entry_en}" if negated else entry_en)
        if self.indicators[field].kind == "boolean":
            if when is not None:
                got = Said("写了为真", "a 为真")
                remedy = Said("删去；要相反的意思写 取反: 真。", "Delete it; 取反: 真 negates.")
                expected = Said("是否类不写为真", "no 为真 for yes and no")
                self.out.fault(when.line, "为真", expected, got, remedy)
            return Comparison(name, field, "=", (True,), "[]", negated, days, said)
        claim = self._claim(name, when)
        if when is None or claim is None or not self._fits(claim, field, when.line):
            return None
        return Comparison(name, field, claim.op, claim.value, claim.closed, negated, days, said)

    def _negated(self, item: Item | None) -> bool:
        text = self.out.text(item, "取反")
        if item is not None and text not in YES + NO:
            got = Said(text or "", text or "")
            self.out.fault(item.line, "取反", Said("真 或 假", "真 or 假"), got, CORRECT)
        return text in YES

    def _claim(self, name: str, when: Item | None) -> Word | None:
        """Read 为真: a list of words, a comparison such as ``>=3``, or one value."""
        if when is None:
            return None
        if when.kind == "list":
            words = tuple(plain_value(word) for word in self.out.texts(when, "为真"))
            return Word(name, "in", words) if words else None
        text = self.out.text(when, "为真") or ""
        try:
            made = read_condition(f"值 {text}")
        except Unreadable:
            return Word(name, "=", (plain_value(text),)) if text else None
        return Word(name, made.op, made.value, made.closed) if isinstance(made, Word) else None

    def _fits(self, word: Word, field: str, line: int) -> bool:
        """Note operands of the wrong kind, and words the category does not have."""
        levels = self.indicators[field].levels
        expected, remedy, bad = Said("数", "a number"), CORRECT, list[Plain]()
        if self.indicators[field].kind != "category":
            bad += [v for v in word.value if isinstance(v, str)]
            outside = [v for v in word.value if not self.indicators[field].allows(v)]
            if not bad and outside:
                bad, expected = outside, bounds(self.indicators[field])
        elif word.op not in ("=", "!=", "in"):
            bad += [word.op]
            expected = Said("= 或 !=", "= or !=")
        else:
            bad += [v for v in word.value if not isinstance(v, str) or (levels and v not in levels)]
            expected = Said("、".join(levels) or "词", "|".join(levels) or "words")
            remedy = did_you_mean(str(bad[0]), levels) if bad else CORRECT
        for value in bad:
            written = f"{value:g}" if isinstance(value, float) else str(value)
            got = Said(written, written)
            self.out.fault(line, word.name, expected, got, remedy)
        return not bad

    def _written(self, item: Item, column: str) -> Condition | None:
        try:
            return _as_condition(item)
        except Unreadable as error:
            expected = Said("读得懂的条件", "a condition")
            self.out.fault(item.line, column, expected, error.got, error.remedy)
            return None

    def _resolve(self, condition: Condition, line: int, column: str) -> Condition | None:
        """Return ``condition`` with fields in place of words; None, with faults noted."""
        if isinstance(condition, Word):
            return self._resolved(condition, line, column)
        if isinstance(condition, Not):
            inner = self._resolve(condition.item, line, column)
            return None if inner is None else Not(inner)
        if isinstance(condition, Comparison):
            return condition
        made = [self._resolve(item, line, column) for item in condition.items]
        items = tuple(item for item in made if item is not None)
        if len(items) < len(made):
            return None
        if isinstance(condition, AtLeast):
            return AtLeast(condition.k, items)
        return AllOf(items) if isinstance(condition, AllOf) else AnyOf(items)

    def _resolved(self, word: Word, line: int, column: str) -> Condition | None:
        factor = self.factors.get(word.name)
        if factor is None and word.name in self.names:
            return None
        if factor is None:
            expected = Said("「指标」下定义过的词", "a word defined under 指标")
            got = Said(f"「{word.name}」", word.name)
            self.out.fault(line, column, expected, got, did_you_mean(word.name, self.names))
            return None
        if factor.condition is not None and not word.op:
            return self._build(word.name)
        if word.op:
            return self._compared(word, factor, line, column)
        if factor.comparison is None:
            got = Said(f"单写的「{word.name}」", f"{word.name} alone")
            remedy = Said("给它写 为真，或写成比较，如 年龄 >= 80。", "Give it 为真 or compare it.")
            self.out.fault(line, column, Said("能判断真假的词", "yes or no"), got, remedy)
        return factor.comparison

    def _compared(self, word: Word, factor: Factor, line: int, column: str) -> Condition | None:
        if factor.kind in ("", "boolean"):
            got = Said(f"拿「{word.name}」作比较", f"{word.name} compared")
            remedy = Said("直接写这个词；相反的意思用 非。", "Write the word; negate by 非.")
            self.out.fault(line, column, Said("数值或类别", "a number or category"), got, remedy)
            return None
        if not self._fits(word, factor.field, line):
            return None
        said = shown(word)
        en = f"{factor.en or self.indicators[factor.field].en}{said}"
        days = factor.valid_days
        name = f"{word.name}{said}"
        return Comparison(name, factor.field, word.op, word.value, word.closed, False, days, en)

    def _rings(self) -> None:
        """Note every word whose definition leads back to itself, and leave it unresolved."""
        uses = {
            name: {word for word in _named(factor.condition) if word in self.factors}
            for name, factor in self.factors.items()
            if factor.condition is not None
        }
        for name in uses:
            way = _way(name, name, uses)
            if way:
                ring = " → ".join(way)
                remedy = Said("让其中一个直接用字段。", "Let one of them read a field.")
                expected = Said("不绕圈的定义", "definitions without a circle")
                line = self.factors[name].line
                self.out.fault(line, name, expected, Said(ring, ring), remedy)
                self._built[name] = None

    def _build(self, name: str) -> Condition | None:
        """Return what a word built from others stands for."""
        factor = self.factors[name]
        if name not in self._built:
            assert factor.condition is not None
            self._built[name] = self._resolve(factor.condition, factor.line, name)
        return self._built[name]


def bounds(indicator: models.Indicator) -> Said:
    """Return the numbers an indicator can take, as text."""
    low, high = (
        "…" if bound is None else f"{bound:g}" for bound in (indicator.low, indicator.high)
    )
    return Said(f"{low} 到 {high} 的数", f"a number from {low} to {high}")


def shown(word: Word) -> str:
    """Return the comparison of ``word`` as text, such as ``≥80``."""
    numbers = [f"{v:g}" if isinstance(v, float) else str(v) for v in word.value]
    if word.op == "between":
        return f"{word.closed[0]}{numbers[0]}, {numbers[1]}{word.closed[1]}"
    return {">=": "≥", "<=": "≤", "!=": "≠"}.get(word.op, word.op) + numbers[0]


def _as_condition(item: Item) -> Condition:
    if item.kind == "text":
        return read_condition(item.text or "")
    if item.kind == "mapping" and len(item.fields) == 1:
        ((keyword, inner),) = item.fields.items()
        parts = inner.items if inner.kind == "list" else (inner,)
        return combined(keyword, tuple(_as_condition(part) for part in parts))
    got = Said("几条并列的内容", "several entries side by side")
    raise Unreadable(got, Said("说明是 全部 还是 任一。", "Say whether 全部 or 任一 of them."))


def _named(condition: Condition | None) -> list[str]:
    if isinstance(condition, Word):
        return [condition.name]
    if isinstance(condition, Not):
        return _named(condition.item)
    if condition is None or isinstance(condition, Comparison):
        return []
    return [name for item in condition.items for name in _named(item)]


def _way(start: str, end: str, uses: Mapping[str, set[str]]) -> list[str]:
    """Return the shortest way from ``start`` by one step or more to ``end``; empty if none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for word in sorted(uses.get(way[-1], ())):
            if word == end:
                return [*way, word]
            if word not in seen:
                seen.add(word)
                ways.append([*way, word])
    return []
