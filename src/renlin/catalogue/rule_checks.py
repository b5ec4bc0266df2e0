"""Refuse rules in which more risk brings a lower tier, and say which rules keep the floor.

Every comparison of a rule is held against what the catalogue calls worse. Where each
already points the right way nothing more is to be shown; else the sure and the possible
tier are laid out for every answer, unknown among them, and compared answer by answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from renlin.catalogue import models
from renlin.catalogue.conditions import Comparison, Condition, Not, Plain, Word
from renlin.catalogue.decisions import Decision, Input, with_unknown
from renlin.catalogue.rules import LEVEL_EN, LEVEL_ZH, RuleSet, Tier, decide, merged, outcome
from renlin.errors import Fault, Said

FLOOR_FILE = "triple.yaml"
"""Rule file that is added where the others do not put the triple first."""
TRIPLE: Mapping[str, Plain] = {"lives_alone": True, "adl_level": 3.0, "has_smart_device": False}
"""Alone, in need of care, without a smart device: always first. Source: rong_inequality."""


def keeps_the_floor(rule_sets: Sequence[RuleSet], ages: Mapping[str, float] | None = None) -> bool:
    """Return whether who is known to be alone, in need of care and unreachable is surely first.

    With everything else unknown, and for every care level from 3. A rule that lets evidence
    run out sooner than ``ages`` takes it for unknown, and does not keep the floor.

    Parameters
    ----------
    ages
        Field of the triple -> age of its evidence, days; 0 without.
    """
    tiers, old = merged(rule_sets), ages or {}

    def answer(one: Comparison, facts: Mapping[str, Plain]) -> bool | None:
        fresh = one.valid_days is None or old.get(one.field, 0.0) <= one.valid_days
        return one.holds(facts.get(one.field)) if fresh else None

    return all(
        outcome(tiers, lambda one, known=facts: answer(one, known))[0] == 1  # type: ignore[misc]
        for facts in ({**TRIPLE, "adl_level": level} for level in (3.0, 4.0))
    )


def floor_ages(rule_sets: Sequence[RuleSet]) -> dict[str, float]:
    """Return field of the triple -> days for which the floor's own rules let it count.

    Infinite where it never runs out; empty without the floor's file.
    """
    floor = [tier for rules in rule_sets if rules.file == FLOOR_FILE for tier in rules.tiers]
    found: dict[str, float] = {}
    for tier in floor:
        for one, _ in _leaves(tier.condition, True):
            if one.field in TRIPLE:
                days = math.inf if one.valid_days is None else float(one.valid_days)
                found[one.field] = min(days, found.get(one.field, math.inf))
    return found


def falling(rules: RuleSet, indicators: Mapping[str, models.Indicator]) -> Iterator[Fault]:
    """Yield a fault for each field whose worse answer can bring a lower tier.

    Checked for the sure and the possible tier over every answer of the other fields and
    over their being unknown, so that it holds of any person whatever is known.

    Raises
    ------
    TooLarge
        When the conditions are too entangled to lay out.

    Source: features C6.
    """
    doubtful = {one.field for tier in rules.tiers for one in _against(tier, indicators)}
    if not doubtful:
        return
    tiers = merged([rules])
    inputs = decide(tiers, indicators).inputs
    bounds = [Decision(tiers, with_unknown(inputs), unknown=side) for side in (False, True)]
    told: set[str] = set()
    for place, one in enumerate(inputs):
        if one.field not in doubtful or one.field in told:
            continue
        for better, worse in steps(one, indicators[one.field]):
            found = next(filter(None, (b.falls(place, better, worse) for b in bounds)), None)
            if found is not None:
                told.add(one.field)
                answers = (one.values[better], one.values[worse])
                yield _fault(rules, one.field, indicators, answers, found)
                break


def steps(one: Input, indicator: models.Indicator) -> list[tuple[int, int]]:
    """Return pairs of codes (better, worse) that lie next to each other."""
    direction = indicator.worse()
    places = range(len(one.values))
    if direction == "listed":
        risky = [at for at in places if _listed(one.values[at], indicator)]
        return [(safe, at) for safe in places if safe not in risky for at in risky]
    pairs = [(at, at + 1) for at in places[:-1]]
    if direction == "higher":
        return pairs
    return [(worse, better) for better, worse in pairs] if direction == "lower" else []


def _listed(value: Plain | None, indicator: models.Indicator) -> bool:
    """Return whether a word of a category counts as a risk by the catalogue."""
    own = [one for one in indicator.risk_when if one.indicator == indicator.code]
    for one in own:
        listed = one.value if isinstance(one.value, list) else [one.value]
        if (value in listed) == (one.op == "!="):
            return False
    return bool(own)


def _against(tier: Tier, indicators: Mapping[str, models.Indicator]) -> Iterator[Comparison]:
    """Yield the comparisons of a tier whose truth can end when the answer gets worse."""
    for one, wanted in _leaves(tier.condition, True):
        decision = decide([(tier.level, one)], indicators)
        answers = decision.inputs[0]
        for better, worse in steps(answers, indicators[one.field]):
            held = [one.holds(answers.values[code]) is wanted for code in (better, worse)]
            if held == [True, False]:
                yield one
                break


def _leaves(condition: Condition, wanted: bool) -> Iterator[tuple[Comparison, bool]]:
    if isinstance(condition, Comparison):
        yield condition, wanted
    elif isinstance(condition, Not):
        yield from _leaves(condition.item, not wanted)
    elif not isinstance(condition, Word):
        for item in condition.items:
            yield from _leaves(item, wanted)


def _fault(
    rules: RuleSet,
    field: str,
    indicators: Mapping[str, models.Indicator],
    answers: tuple[Plain | None, Plain | None],
    levels: tuple[int, int],
) -> Fault:
    line = next(
        tier.line
        for tier in rules.tiers
        if any(one.field == field for one in _against(tier, indicators))
    )
    indicator, (before, after) = indicators[field], levels
    better, worse = (_shown(value) for value in answers)
    return Fault(
        f"tiers/{rules.file}",
        Said("情况变重时等级不降低的规则", "rules that never lower a tier when a risk gets worse"),
        Said(
            f"「{indicator.zh}」由 {better[0]} 变为更重的 {worse[0]}，"
            f"可以从{LEVEL_ZH[before]}降为{LEVEL_ZH[after]}",
            f"{indicator.en} from {better[1]} to the worse {worse[1]} can bring "
            f"{LEVEL_EN[before]} down to {LEVEL_EN[after]}",
        ),
        Said(
            "检查「非」「取反」和比较的方向；确要如此，先改目录里该指标的 direction。",
            "Check 非, 取反 and the direction of the comparison, or the indicator's direction.",
        ),
        line,
        indicator.zh,
    )


def _shown(value: Plain | None) -> tuple[str, str]:
    if isinstance(value, bool):
        return ("是", "yes") if value else ("否", "no")
    word = f"{value:g}" if isinstance(value, float) else str(value or "其他")
    return word, word if value != "" else "other"
