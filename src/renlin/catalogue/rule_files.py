"""Read tier rule files, refuse what cannot work, and run the examples they carry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise

from renlin.catalogue import models
from renlin.catalogue.conditions import Comparison, Truth, plain_value
from renlin.catalogue.decisions import NO_TIER, Decision, Input, TooLarge
from renlin.catalogue.outline import Item, Outline
from renlin.catalogue.rule_checks import falling
from renlin.catalogue.rule_words import CORRECT, NO, YES, Words, bounds
from renlin.catalogue.rules import (
    LEVEL_ZH,
    LEVELS,
    Example,
    Factor,
    RuleSet,
    Tier,
    decide,
    level_of,
    merged,
    outcome,
)
from renlin.errors import CatalogueFault, Said, did_you_mean, raise_all

UNKNOWN = ("未知", "unknown")
_TOP = ("规则集", "版本", "依据", "生效", "审批", "指标", "等级", "未知处理", "例")
_REQUIRED = ("规则集", "版本", "依据", "生效", "指标", "等级", "例")
_TIER = ("名", "条件", "理由", "英文", "需求", "复核")
_EXPECTED = ("至少", "至多", "等级", "待补")


def read_rules(
    files: Mapping[str, str],
    *,
    indicators: Mapping[str, models.Indicator],
    needs: Mapping[str, models.Need],
) -> tuple[RuleSet, ...]:
    """Return the rule sets of ``files``, each with all its examples passed.

    Parameters
    ----------
    files
        File name -> YAML text, such as ``Catalogue.tier_files``.
    indicators, needs
        Entries of the catalogue the files may name.

    Raises
    ------
    CatalogueFault
        With every fault of every file, each with its line: unknown keys, words, fields
        and operators; definitions in a circle; tiers that can never be reached; no
        example, or one that does not come out.

    Source: reference needs 4.2.
    """
    readers = [_Reader(name, indicators, needs) for name in files]
    found = [reader.rule_set(text) for reader, text in zip(readers, files.values(), strict=True)]
    _named_apart(readers)
    raise_all([fault for reader in readers for fault in reader.out.faults], CatalogueFault)
    return tuple(rules for rules in found if rules is not None)


def _named_apart(readers: Sequence[_Reader]) -> None:
    """Note rule sets of one name: a reason could not say which of them it comes from."""
    first: dict[str, str] = {}
    for reader in readers:
        if not reader.name:
            continue
        other = first.setdefault(reader.name, reader.file)
        if other != reader.file:
            expected = Said("每份规则自己的名字", "a name of its own for each rule set")
            got = Said(f"与 {other} 同名「{reader.name}」", f"the name of {other}, {reader.name}")
            remedy = Said("改其中一个的「规则集」。", "Rename one of them.")
            reader.out.fault(reader.name_line, "规则集", expected, got, remedy)


class _Reader:
    """Read one file, gathering its faults."""

    def __init__(
        self,
        file: str,
        indicators: Mapping[str, models.Indicator],
        needs: Mapping[str, models.Need],
    ) -> None:
        self.file = file
        self.out = Outline(f"tiers/{file}")
        self.indicators = indicators
        self.needs = {entry.zh: code for code, entry in needs.items()} | {c: c for c in needs}
        self.words = Words(self.out, indicators)
        self.name, self.name_line = "", 1

    def rule_set(self, text: str) -> RuleSet | None:
        whole = self.out.read(text)
        if whole is None:
            return None
        item = whole.get("规则集")
        if item is not None:
            self.name, self.name_line = item.text or "", item.line
        self.out.known(whole, _TOP, _REQUIRED, "规则文件")
        self.words.read(whole.get("指标"))
        self._unknowns(whole.get("未知处理"))
        made = self._head(whole)
        if not self.out.faults:
            self._check(made)
        return made

    def _head(self, whole: Item) -> RuleSet:
        approval = whole.get("审批")
        if approval is not None:
            self.out.known(approval, ("人", "日期"), ("人", "日期"), "审批")
        return RuleSet(
            name=self.out.text(whole.get("规则集"), "规则集") or "",
            version=self.out.text(whole.get("版本"), "版本") or "",
            basis=self.out.texts(whole.get("依据"), "依据"),
            in_force=self._date(whole.get("生效"), "生效") or dt.date.max,
            approved_by=(self.out.text(approval.get("人"), "人") or "") if approval else "",
            approved_on=self._date(approval.get("日期"), "日期") if approval else None,
            factors=self.words.factors,
            tiers=self._tiers(whole.get("等级")),
            examples=self._examples(whole),
            file=self.file,
        )

    def _date(self, item: Item | None, column: str) -> dt.date | None:
        text = self.out.text(item, column)
        if item is None or not text:
            return None
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            expected = Said("日期，如 2025-04-01", "a date such as 2025-04-01")
            self.out.fault(item.line, column, expected, Said(text, text), CORRECT)
            return None

    def _unknowns(self, item: Item | None) -> None:
        if item is None:
            return
        self.out.known(item, ("判定", "补查"), (), "未知处理")
        for key, allowed in (("判定", ("区间",)), ("补查", YES)):
            entry = item.get(key)
            text = self.out.text(entry, key)
            if entry is not None and text not in allowed:
                remedy = Said("未知不能当作否。", "Unknown must not count as no.")
                listed = Said(allowed[0], allowed[0])
                self.out.fault(entry.line, key, listed, Said(text or "", text or ""), remedy)

    def _tiers(self, item: Item | None) -> tuple[Tier, ...]:
        entries = item.items if item is not None else ()
        found = [tier for tier in (self._tier(entry) for entry in entries) if tier is not None]
        for before, after in pairwise(found):
            if after.level <= before.level:
                got = Said(
                    f"{after.name} 在 {before.name} 之后", f"{after.name} after {before.name}"
                )
                expected = Said("从高到低、各写一次的等级", "tiers from high to low, each once")
                self.out.fault(after.line, "名", expected, got, CORRECT)
        if item is not None and not entries:
            expected = Said("至少一个等级", "at least one tier")
            self.out.fault(item.line, "等级", expected, Said("没有", "none"), CORRECT)
        return tuple(found)

    def _tier(self, item: Item) -> Tier | None:
        self.out.known(item, _TIER, ("名", "条件"), "等级")
        name = self.out.text(item.get("名"), "名") or ""
        level = level_of(name)
        if level is None or level == NO_TIER:
            listed = "、".join(word for word, at in LEVELS.items() if at != NO_TIER)
            expected = Said(f"以 {listed} 开头的名", f"a name that starts with {listed}")
            remedy = Said("其余的人不写条件。", "Everybody else needs no condition.")
            self.out.fault(
                item.line, "名", expected, Said(name or "没有", name or "nothing"), remedy
            )
        condition = self.words.condition(item.get("条件"), "条件")
        reason = self.out.text(item.get("理由"), "理由") or ""
        needs = self._needs(item.get("需求"))
        review = self.words.days(item.get("复核"), "复核")
        if level is None or condition is None:
            return None
        english = self.out.text(item.get("英文"), "英文") or ""
        return Tier(level, name, condition, reason, english, needs, review, item.line)

    def _needs(self, item: Item | None) -> tuple[str, ...]:
        words = self.out.texts(item, "需求")
        for word in words:
            if word not in self.needs and item is not None:
                expected = Said("目录 needs 里的需求", "a need of the catalogue")
                remedy = did_you_mean(word, self.needs)
                self.out.fault(item.line, "需求", expected, Said(word, word), remedy)
        return tuple(self.needs[word] for word in words if word in self.needs)

    def _examples(self, whole: Item) -> tuple[Example, ...]:
        item = whole.get("例")
        entries = item.items if item is not None else ()
        if item is not None and not entries:
            remedy = Said("写一个，如 {给: {独居: 是}, 应为: {至少: 三级}}。", "Write one.")
            expected = Said("至少一个例子", "at least one example")
            self.out.fault(item.line, "例", expected, Said("没有", "none"), remedy)
        return tuple(self._example(entry) for entry in entries)

    def _example(self, item: Item) -> Example:
        self.out.known(item, ("给", "应为"), ("给", "应为"), "例")
        given = item.get("给")
        wanted = item.get("应为") or Item(item.line, kind="mapping")
        self.out.known(wanted, _EXPECTED, (), "应为")
        both = self._level(wanted.get("等级"))
        missing = wanted.get("待补")
        return Example(
            given={
                k: self.out.text(v, k) or "" for k, v in (given.fields if given else {}).items()
            },
            sure=both or self._level(wanted.get("至少")),
            possible=both or self._level(wanted.get("至多")),
            missing=None if missing is None else self.out.texts(missing, "待补"),
            line=item.line,
        )

    def _level(self, item: Item | None) -> int | None:
        text = self.out.text(item, "应为")
        if item is None or text is None:
            return None
        level = level_of(text)
        if level is None:
            listed = "、".join(LEVELS)
            got = Said(text, text)
            self.out.fault(item.line, "应为", Said(listed, listed), got, did_you_mean(text, LEVELS))
        return level

    def _check(self, rules: RuleSet) -> None:
        try:
            decision = decide(merged([rules]), self.indicators)
        except TooLarge as error:
            expected = Said("可以逐一检查的条件", "conditions that can be checked")
            remedy = Said("分成几份规则文件。", "Split it into several files.")
            self.out.fault(1, "等级", expected, Said(str(error), str(error)), remedy)
            return
        self._reachable(rules, decision)
        if not self.out.faults:
            self.out.faults += falling(rules, self.indicators)
            for example in rules.examples:
                _Run(rules, example, decision, self.out, self.indicators).check()

    def _reachable(self, rules: RuleSet, decision: Decision) -> None:
        """Note every tier that no resident can get: it contradicts itself or is covered."""
        open_levels = decision.levels(decision.root)
        for tier in rules.tiers:
            if tier.level in open_levels:
                continue
            alone = decide([(tier.level, tier.condition)], self.indicators)
            if tier.level in alone.levels(alone.root):
                got = Said("已被更高的等级全部盖住", "wholly covered by a higher tier")
            else:
                got = Said("对谁都不成立", "true of nobody")
            expected = Said(f"有人能进的{tier.name}", f"{tier.name} that somebody can get")
            remedy = Said("改条件，或删去这一级。", "Change the condition or delete the tier.")
            self.out.fault(tier.line, tier.name, expected, got, remedy)


class _Run:
    """Run one example: what is given limits what each field can be."""

    def __init__(
        self,
        rules: RuleSet,
        example: Example,
        decision: Decision,
        out: Outline,
        indicators: Mapping[str, models.Indicator],
    ) -> None:
        self.indicators = indicators
        self.rules = rules
        self.example = example
        self.decision = decision
        self.out = out
        self.allowed = [frozenset(range(len(one.values))) for one in decision.inputs]
        self.place = {(one.field, one.valid_days): at for at, one in enumerate(decision.inputs)}

    def check(self) -> None:
        given = [self._give(name, answer) for name, answer in self.example.given.items()]
        if not all(given):
            return
        sure, possible = outcome(merged([self.rules]), self._truth)
        for column, wanted, got in (
            ("至少", self.example.sure, sure),
            ("至多", self.example.possible, possible),
        ):
            if wanted is not None and wanted != got:
                self._differs(column, LEVEL_ZH[wanted], LEVEL_ZH[got])
        self._check_missing()

    def _give(self, name: str, answer: str) -> bool:
        factor = self.rules.factors.get(name)
        if factor is None or factor.condition is not None:
            plain = [n for n, one in self.rules.factors.items() if one.condition is None]
            expected = Said("「指标」下带字段的词", "a word with a field under 指标")
            got = Said(f"「{name}」", name)
            self.out.fault(self.example.line, name, expected, got, did_you_mean(name, plain))
            return False
        if answer in UNKNOWN:
            return True
        if not self._readable(name, factor, answer):
            return False
        for at, one in enumerate(self.decision.inputs):
            if one.field == factor.field:
                self.allowed[at] &= _codes(one, factor.comparison, answer)
                if not self.allowed[at]:
                    got = Said(f"{name} = {answer}", f"{name} = {answer}")
                    expected = Said("合得来的「给」", "given facts that agree")
                    self.out.fault(self.example.line, name, expected, got, CORRECT)
                    return False
        return True

    def _readable(self, name: str, factor: Factor, answer: str) -> bool:
        """Note an answer that is neither yes nor no nor a value the field can take."""
        entry = self.indicators[factor.field]
        value = plain_value(answer)
        if answer in YES + NO and factor.comparison is not None:
            return True
        expected = Said("是、否 或 未知", "是, 否 or 未知")
        fits = False
        if entry.kind == "category":
            fits = not entry.levels or value in entry.levels
            expected = Said("、".join(entry.levels), ", ".join(entry.levels))
        elif entry.kind != "boolean":
            fits = not isinstance(value, str) and entry.allows(value)
            expected = bounds(entry)
        if not fits:
            got = Said(f"{name} = {answer}", f"{name} = {answer}")
            self.out.fault(self.example.line, name, expected, got, CORRECT)
        return fits

    def _truth(self, one: Comparison) -> Truth:
        at = self.place[one.field, one.valid_days]
        found = {one.holds(self.decision.inputs[at].values[code]) for code in self.allowed[at]}
        return found.pop() if len(found) == 1 else None

    def _check_missing(self) -> None:
        if self.example.missing is None:
            return
        left = self.decision.filled(self.allowed)
        got = {self.decision.inputs[at].field for at in self.decision.relevant(left)}
        factors = self.rules.factors
        wanted = {factors[n].field if n in factors else n for n in self.example.missing}
        if got != wanted:
            fields = {factor.field: name for name, factor in factors.items() if factor.field}
            named = "、".join(fields.get(field, field) for field in sorted(got)) or "没有"
            self._differs("待补", "、".join(self.example.missing) or "没有", named)

    def _differs(self, column: str, wanted: str, got: str) -> None:
        remedy = Said("改规则，或改这个例子。", "Change the rule or this example.")
        line = self.example.line
        self.out.fault(line, column, Said(wanted, wanted), Said(got, got), remedy)


def _codes(one: Input, comparison: Comparison | None, answer: str) -> frozenset[int]:
    """Return the codes that ``answer`` leaves open: yes or no of the word, or a value."""
    if answer in YES + NO and comparison is not None:
        wanted = answer in YES
        return frozenset(c for c, v in enumerate(one.values) if comparison.holds(v) is wanted)
    code = one.code(plain_value(answer))
    return frozenset({code}) if code >= 0 else frozenset()
