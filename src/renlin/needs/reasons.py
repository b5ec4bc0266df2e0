"""Say in one sentence why somebody has their tier, and what would change it.

Residents with the same known facts get the same words, so words are made once for each
set of facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from renlin.catalogue.conditions import Comparison, Condition, Not, Truth, Word, truth
from renlin.catalogue.decisions import Codes, Decision
from renlin.catalogue.models import Indicator
from renlin.catalogue.rules import LEVEL_EN, LEVEL_ZH, RuleSet, Tier

MOST_NAMED = 3
"""Unknowns named in a sentence; the rest are counted. A matter of reading, not of value."""
Leaf = Callable[[Comparison], Truth]


@dataclass(frozen=True)
class Wording:
    """What is said about one set of known facts.

    Attributes
    ----------
    missing
        Fields whose answer can change the tier, most telling first.
    steps
        By how many levels each of them can move it.
    file, ruleset, version, rule
        Rule set and tier the sure level comes from (the possible one where none is sure).
    rules
        Every tier that is sure, by any rule set, each ``file#name``.
    reason_zh, reason_en, change_zh
        One sentence each.
    """

    missing: tuple[str, ...]
    steps: tuple[int, ...]
    file: str
    ruleset: str
    version: str
    rule: str
    rules: tuple[str, ...]
    reason_zh: str
    reason_en: str
    change_zh: str


def word_all(
    codes: Codes,
    decision: Decision,
    rule_sets: Sequence[RuleSet],
    indicators: Mapping[str, Indicator],
) -> tuple[list[Wording], Codes]:
    """Return one wording for each distinct row of ``codes``, and which row has which.

    Parameters
    ----------
    codes
        Shape (n_persons, n_inputs), as ``tiers.codes`` gives them.

    Returns
    -------
    Wordings, and their position for every person, shape (n_persons,).
    """
    rows, back = np.unique(codes, axis=0, return_inverse=True)
    nodes = decision.known(rows)
    teller = _Teller(decision, rule_sets, indicators)
    told = [teller.wording(row, int(node)) for row, node in zip(rows, nodes, strict=True)]
    return told, back.reshape(-1)


def grounds(condition: Condition, leaf: Leaf, *, wanted: bool = True) -> list[tuple[str, str]]:
    """Return the words, in both languages, that make ``condition`` true (or false)."""
    if isinstance(condition, Not):
        return grounds(condition.item, leaf, wanted=not wanted)
    if isinstance(condition, Word) or truth(condition, leaf) is not wanted:
        return []
    if isinstance(condition, Comparison):
        zh, en = condition.name, condition.en or condition.name
        return [(zh, en) if wanted else (f"不是{zh}", f"not {en}")]
    found = [pair for item in condition.items for pair in grounds(item, leaf, wanted=wanted)]
    return list(dict.fromkeys(found))


class _Teller:
    """Find the words for one set of facts after the other."""

    def __init__(
        self,
        decision: Decision,
        rule_sets: Sequence[RuleSet],
        indicators: Mapping[str, Indicator],
    ) -> None:
        self.decision = decision
        self.rule_sets = rule_sets
        self.indicators = indicators
        self.place = {(one.field, one.valid_days): at for at, one in enumerate(decision.inputs)}

    def wording(self, row: Codes, node: int) -> Wording:
        leaf = self._leaf(row)
        held = [
            (rules, tier)
            for rules in self.rule_sets
            for tier in rules.tiers
            if truth(tier.condition, leaf) is True
        ]
        sure = _highest(held)
        asked = self._asked(node)
        rules, tier = sure or self._possible(leaf)
        return Wording(
            missing=tuple(dict.fromkeys(self.decision.inputs[at].field for at, _ in asked)),
            steps=self._steps(asked),
            file=rules.file if rules else "",
            ruleset=rules.name if rules else "",
            version=rules.version if rules else "",
            rule=tier.name if tier else "",
            rules=tuple(f"{one.file}#{which.name}" for one, which in _first_each(held)),
            reason_zh=self._reason_zh(sure, leaf, asked, node),
            reason_en=self._reason_en(sure, leaf, asked, node),
            change_zh=self._change(sure, row, leaf, node, asked),
        )

    def _leaf(self, row: Codes) -> Leaf:
        def leaf(one: Comparison) -> Truth:
            at = self.place[one.field, one.valid_days]
            code = int(row[at])
            return None if code < 0 else one.holds(self.decision.inputs[at].values[code])

        return leaf

    def _asked(self, node: int) -> list[tuple[int, int]]:
        """Return (input, steps) of the unknowns that matter, most telling first."""
        found = [(at, self.decision.steps(node, at)) for at in self.decision.relevant(node)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def _steps(self, asked: Sequence[tuple[int, int]]) -> tuple[int, ...]:
        widest: dict[str, int] = {}
        for at, steps in asked:
            field = self.decision.inputs[at].field
            widest[field] = max(steps, widest.get(field, 0))
        return tuple(widest.values())

    def _possible(self, leaf: Leaf) -> tuple[RuleSet | None, Tier | None]:
        open_ = [
            (rules, tier)
            for rules in self.rule_sets
            for tier in rules.tiers
            if truth(tier.condition, leaf) is not False
        ]
        return _highest(open_) or (None, None)

    def _reason_zh(
        self,
        sure: tuple[RuleSet, Tier] | None,
        leaf: Leaf,
        asked: Sequence[tuple[int, int]],
        node: int,
    ) -> str:
        if sure is not None:
            words = "、".join(zh for zh, _ in grounds(sure[1].condition, leaf))
            said = sure[1].reason.rstrip("。")
            return f"{said}（{words}）。" if said else f"{words}，列为{LEVEL_ZH[sure[1].level]}。"
        if asked:
            names = self._named(asked)
            best = LEVEL_ZH[min(self.decision.levels(node))]
            return f"还不能列级，也不能当作没有风险：{names}还不知道，最高可能是{best}。"
        return "已知的情况都够不上列级的条件。"

    def _reason_en(
        self,
        sure: tuple[RuleSet, Tier] | None,
        leaf: Leaf,
        asked: Sequence[tuple[int, int]],
        node: int,
    ) -> str:
        if sure is not None:
            words = ", ".join(en for _, en in grounds(sure[1].condition, leaf))
            said = sure[1].reason_en.rstrip(".")
            return f"{said} ({words})." if said else f"{words}: {LEVEL_EN[sure[1].level]}."
        if asked:
            names = [self.indicators[self.decision.inputs[at].field].en for at, _ in asked]
            listed = "; ".join(dict.fromkeys(names[:MOST_NAMED]))
            best = LEVEL_EN[min(self.decision.levels(node))]
            return f"No tier is sure and no risk is excluded ({listed} not known): up to {best}."
        return "Nothing that is known meets the condition of a tier."

    def _named(self, asked: Sequence[tuple[int, int]]) -> str:
        names = [self.indicators[self.decision.inputs[at].field].zh for at, _ in asked]
        unique = list(dict.fromkeys(names))
        listed = "、".join(unique[:MOST_NAMED])
        return listed if len(unique) <= MOST_NAMED else f"{listed}等 {len(unique)} 项"

    def _change(
        self,
        sure: tuple[RuleSet, Tier] | None,
        row: Codes,
        leaf: Leaf,
        node: int,
        asked: Sequence[tuple[int, int]],
    ) -> str:
        parts = [self._answer(node, at) for at, _ in asked[:MOST_NAMED]]
        if sure is not None:
            parts += self._otherwise(sure[1], row, leaf)
        said = [part for part in dict.fromkeys(parts) if part]
        if asked and not said:
            said = [f"{self._named(asked)}要一起问清才会改变"]
        return "；".join(said) + "。" if said else "没有哪一项的变化会改变等级。"

    def _answer(self, node: int, at: int) -> str:
        """Say what one answer to an unknown would do by itself; nothing when it needs others."""
        before = self.decision.levels(node)
        for one in self._comparisons(at):
            for code, value in enumerate(self.decision.inputs[at].values):
                after = self.decision.answered(node, at, code)
                if one.holds(value) and max(after) < max(before):
                    return f"若查明{one.name}，至少{LEVEL_ZH[max(after)]}"
        return ""

    def _otherwise(self, tier: Tier, row: Codes, leaf: Leaf) -> list[str]:
        """Say what the level would be if one of the known grounds no longer held."""
        found = []
        for one in _leaves(tier.condition):
            at = self.place[one.field, one.valid_days]
            code = int(row[at])
            values = self.decision.inputs[at].values
            others = [c for c, v in enumerate(values) if one.holds(v) is not leaf(one)]
            if code < 0 or leaf(one) is not True or not others:
                continue
            changed = row.copy()
            changed[at] = min(others, key=lambda other: abs(other - code))
            after = self.decision.levels(int(self.decision.known(changed[None, :])[0]))
            if max(after) > tier.level:
                found.append(f"若不再{one.name}，确定的等级变为{LEVEL_ZH[max(after)]}")
        return found

    def _comparisons(self, at: int) -> list[Comparison]:
        one = self.decision.inputs[at]
        return [
            leaf
            for rules in self.rule_sets
            for tier in rules.tiers
            for leaf in _leaves(tier.condition)
            if (leaf.field, leaf.valid_days) == (one.field, one.valid_days)
        ]


def _leaves(condition: Condition) -> list[Comparison]:
    if isinstance(condition, Comparison):
        return [condition]
    if isinstance(condition, Not):
        return _leaves(condition.item)
    if isinstance(condition, Word):
        return []
    return [leaf for item in condition.items for leaf in _leaves(item)]


def _highest(held: Sequence[tuple[RuleSet, Tier]]) -> tuple[RuleSet, Tier] | None:
    """Return the highest tier; of equals the one whose rule set comes first."""
    return min(held, key=lambda pair: pair[1].level) if held else None


def _first_each(held: Sequence[tuple[RuleSet, Tier]]) -> list[tuple[RuleSet, Tier]]:
    """Return, of each rule set, the first tier that holds."""
    found: dict[str, tuple[RuleSet, Tier]] = {}
    for rules, tier in held:
        found.setdefault(rules.file, (rules, tier))
    return list(found.values())
