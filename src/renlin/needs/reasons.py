"""Say in one sentence why somebody has their tier, and what would change it.

Residents with the same known facts get the same words, so words are made once for each
set of facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from renlin.catalogue.conditions import (
    Comparison,
    Condition,
    Not,
    Truth,
    Word,
    comparisons,
    needed,
    truth,
)
from renlin.catalogue.decisions import Codes, Decision
from renlin.catalogue.models import Indicator
from renlin.catalogue.rules import LEVEL_EN, LEVEL_ZH, RuleSet, Tier
from renlin.needs.values import BoolArray

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
    settles
        How likely its answer alone leaves one tier only: answers weighted by how often
        each is known in the community, every answer counted once more (Assumption).
    file, ruleset, version, rule
        Rule set and tier the sure level comes from (the possible one where none is sure).
    rules
        Every tier that is sure, by any rule set, each ``file#name``.
    reason_zh, reason_en, change_zh
        One sentence each.
    """

    missing: tuple[str, ...]
    steps: tuple[int, ...]
    settles: tuple[float, ...]
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
    teller = _Teller(decision, rule_sets, indicators, rows, weights_of(codes, decision))
    cases = [teller.case(at, int(node)) for at, node in enumerate(nodes)]
    changed = [row for case in cases for _, row in case.otherwise]
    after = iter(decision.known(np.array(changed)) if changed else ())
    told = [teller.wording(case, [int(next(after)) for _ in case.otherwise]) for case in cases]
    return told, back.reshape(-1)


def weights_of(codes: Codes, decision: Decision) -> list[npt.NDArray[np.float64]]:
    """Return how likely each answer to each input is, from the residents of whom it is known.

    Every answer is counted once more than it is found, so that none is impossible
    (Assumption: Laplace's rule).
    """
    made = []
    for at, one in enumerate(decision.inputs):
        known = codes[codes[:, at] >= 0, at]
        counted = np.bincount(known, minlength=len(one.values)) + 1.0
        made.append(counted / counted.sum())
    return made


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


@dataclass(frozen=True)
class _Case:
    """One set of known facts on its way to words.

    ``held`` are the tiers that surely hold, ``asked`` (input, steps) of the unknowns that
    matter, ``otherwise`` the facts with one ground of the tier taken away.
    """

    node: int
    leaf: Leaf
    held: tuple[tuple[RuleSet, Tier], ...]
    asked: tuple[tuple[int, int], ...]
    otherwise: tuple[tuple[Comparison, Codes], ...]

    @property
    def sure(self) -> tuple[RuleSet, Tier] | None:
        """Return the highest tier that holds; of equals the one whose rule set comes first."""
        return min(self.held, key=lambda pair: pair[1].level) if self.held else None


class _Teller:
    """Find the words for one set of facts after the other."""

    def __init__(
        self,
        decision: Decision,
        rule_sets: Sequence[RuleSet],
        indicators: Mapping[str, Indicator],
        rows: Codes,
        weights: Sequence[npt.NDArray[np.float64]],
    ) -> None:
        self.decision = decision
        self.weights = weights
        self.indicators = indicators
        self.rows = rows
        self.tiers = tuple((rules, tier) for rules in rule_sets for tier in rules.tiers)
        self.place = {(one.field, one.valid_days): at for at, one in enumerate(decision.inputs)}
        self.leaves = {id(tier): tuple(comparisons(tier.condition)) for _, tier in self.tiers}
        self.by_input: dict[int, list[Comparison]] = {}
        for leaves in self.leaves.values():
            for one in leaves:
                self.by_input.setdefault(self._at(one), []).append(one)
        told = {one: self._told(one) for leaves in self.leaves.values() for one in leaves}
        self.told = {one: told_one.tolist() for one, told_one in told.items()}
        self.yes = np.column_stack([_holds(tier.condition, told)[0] for _, tier in self.tiers])

    def case(self, place: int, node: int) -> _Case:
        """Return what is to be said about one set of facts, the row ``place``."""
        row, leaf = self.rows[place], self._leaf(place)
        held = tuple(self.tiers[at] for at in np.flatnonzero(self.yes[place]))
        case = _Case(node, leaf, held, tuple(self._asked(node)), ())
        if case.sure is None:
            return case
        return replace(case, otherwise=tuple(self._without(case.sure[1], row, leaf)))

    def wording(self, case: _Case, after: Sequence[int]) -> Wording:
        """Return the words; ``after`` are the nodes of ``case.otherwise``."""
        rules, tier = case.sure or self._possible(case.leaf)
        inputs = self.decision.inputs
        return Wording(
            missing=tuple(dict.fromkeys(inputs[at].field for at, _ in case.asked)),
            steps=self._steps(case.asked),
            settles=self._settles(case.node, case.asked),
            file=rules.file if rules else "",
            ruleset=rules.name if rules else "",
            version=rules.version if rules else "",
            rule=tier.name if tier else "",
            rules=tuple(f"{one.file}#{which.name}" for one, which in _first_each(case.held)),
            reason_zh=self._reason_zh(case),
            reason_en=self._reason_en(case),
            change_zh=self._change(case, after),
        )

    def _at(self, one: Comparison) -> int:
        return self.place[one.field, one.valid_days]

    def _told(self, one: Comparison) -> npt.NDArray[np.int8]:
        """Return 1 where a comparison holds, 0 where it does not, -1 where it is unknown."""
        at = self._at(one)
        by_code = [int(bool(one.holds(value))) for value in self.decision.inputs[at].values]
        return np.array([*by_code, -1], dtype=np.int8)[self.rows[:, at]]

    def _leaf(self, place: int) -> Leaf:
        def leaf(one: Comparison) -> Truth:
            told = self.told[one][place]
            return None if told < 0 else bool(told)

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

    def _settles(self, node: int, asked: Sequence[tuple[int, int]]) -> tuple[float, ...]:
        """Return how likely each answer alone settles the tier; at least, where a field is
        read under several validities."""
        likely: dict[str, float] = {}
        for at, _ in asked:
            field = self.decision.inputs[at].field
            alone = sum(
                float(weight)
                for code, weight in enumerate(self.weights[at])
                if len(self.decision.answered(node, at, code)) == 1
            )
            likely[field] = max(alone, likely.get(field, 0.0))
        return tuple(likely.values())

    def _possible(self, leaf: Leaf) -> tuple[RuleSet | None, Tier | None]:
        open_ = [pair for pair in self.tiers if truth(pair[1].condition, leaf) is not False]
        return min(open_, key=lambda pair: pair[1].level) if open_ else (None, None)

    def _reason_zh(self, case: _Case) -> str:
        if case.sure is not None:
            tier = case.sure[1]
            words = "、".join(zh for zh, _ in grounds(tier.condition, case.leaf))
            said = tier.reason.rstrip("。")
            return f"{said}（{words}）。" if said else f"{words}，列为{LEVEL_ZH[tier.level]}。"
        if case.asked:
            names = self._named(case.asked)
            best = LEVEL_ZH[min(self.decision.levels(case.node))]
            return f"还不能列级，也不能当作没有风险：{names}还不知道，最高可能是{best}。"
        return "已知的情况都够不上列级的条件。"

    def _reason_en(self, case: _Case) -> str:
        if case.sure is not None:
            tier = case.sure[1]
            words = ", ".join(en for _, en in grounds(tier.condition, case.leaf))
            said = tier.reason_en.rstrip(".")
            return f"{said} ({words})." if said else f"{words}: {LEVEL_EN[tier.level]}."
        if case.asked:
            fields = [self.decision.inputs[at].field for at, _ in case.asked]
            names = [self.indicators[field].en for field in dict.fromkeys(fields)]
            more = len(names) - MOST_NAMED
            listed = "; ".join(names[:MOST_NAMED]) + (f"; {more} more" if more > 0 else "")
            best = LEVEL_EN[min(self.decision.levels(case.node))]
            return f"No tier is sure and no risk excluded, up to {best} (not known: {listed})."
        return "Nothing that is known meets the condition of a tier."

    def _named(self, asked: Sequence[tuple[int, int]]) -> str:
        names = [self.indicators[self.decision.inputs[at].field].zh for at, _ in asked]
        unique = list(dict.fromkeys(names))
        listed = "、".join(unique[:MOST_NAMED])
        return listed if len(unique) <= MOST_NAMED else f"{listed}等 {len(unique)} 项"

    def _change(self, case: _Case, after: Sequence[int]) -> str:
        parts = [self._answer(case.node, at) for at, _ in case.asked[:MOST_NAMED]]
        if case.sure is not None:
            for (one, _), node in zip(case.otherwise, after, strict=True):
                least = max(self.decision.levels(node))
                if least > case.sure[1].level:
                    parts.append(f"若不再{one.name}，确定的等级变为{LEVEL_ZH[least]}")
        said = [part for part in dict.fromkeys(parts) if part]
        if case.asked and not said:
            said = [f"{self._named(case.asked)}要一起问清才会改变"]
        return "；".join(said) + "。" if said else "没有哪一项的变化会改变等级。"

    def _answer(self, node: int, at: int) -> str:
        """Say what one answer to an unknown would do by itself; nothing when it needs others."""
        before = max(self.decision.levels(node))
        for one in self.by_input[at]:
            for code, value in enumerate(self.decision.inputs[at].values):
                least = max(self.decision.answered(node, at, code))
                if one.holds(value) and least < before:
                    return f"若查明{one.name}，至少{LEVEL_ZH[least]}"
        return ""

    def _without(self, tier: Tier, row: Codes, leaf: Leaf) -> Iterator[tuple[Comparison, Codes]]:
        """Yield each known ground of ``tier`` with the facts if it no longer held."""
        for one in dict.fromkeys(self.leaves[id(tier)]):
            at = self._at(one)
            code = int(row[at])
            values = self.decision.inputs[at].values
            others = [c for c, v in enumerate(values) if one.holds(v) is False]
            if leaf(one) is True and others:
                changed = row.copy()
                changed[at] = min(others, key=lambda other: abs(other - code))
                yield one, changed


def _holds(
    condition: Condition, told: Mapping[Comparison, npt.NDArray[np.int8]]
) -> tuple[BoolArray, BoolArray]:
    """Return where ``condition`` is true and where it is false, for every set of facts."""
    if isinstance(condition, Comparison):
        return told[condition] == 1, told[condition] == 0
    if isinstance(condition, Not):
        yes, no = _holds(condition.item, told)
        return no, yes
    if isinstance(condition, Word):
        raise TypeError(f"{condition.name} is not resolved to a field")
    parts = [_holds(item, told) for item in condition.items]
    n_yes = np.sum([yes for yes, _ in parts], axis=0)
    n_no = np.sum([no for _, no in parts], axis=0)
    k = needed(condition)
    return n_yes >= k, len(parts) - n_no < k


def _first_each(held: Sequence[tuple[RuleSet, Tier]]) -> list[tuple[RuleSet, Tier]]:
    """Return, of each rule set, the first tier that holds."""
    found: dict[str, tuple[RuleSet, Tier]] = {}
    for rules, tier in held:
        found.setdefault(rules.file, (rules, tier))
    return list(found.values())
