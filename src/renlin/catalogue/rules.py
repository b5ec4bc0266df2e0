"""Hold the committee's tier rules as data, and say what they decide.

``rule_files`` reads them from Chinese YAML; here they are already checked: every word is
resolved to a field, every tier can be reached and every example has come out right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from renlin.catalogue import models
from renlin.catalogue.conditions import AnyOf, Comparison, Condition, Truth, truth
from renlin.catalogue.decisions import NO_TIER, Decision, Domain, inputs_of

LEVELS: Mapping[str, int] = {"一级": 1, "二级": 2, "三级": 3, "四级": NO_TIER, "无": NO_TIER}
"""Levels by the name a rule file gives them; the fourth is everybody no condition holds for."""
LEVEL_ZH: Mapping[int, str] = {1: "一级", 2: "二级", 3: "三级", NO_TIER: "未列级"}
LEVEL_EN: Mapping[int, str] = {1: "tier 1", 2: "tier 2", 3: "tier 3", NO_TIER: "no tier"}


@dataclass(frozen=True)
class Factor:
    """One word of a rule file: a field, how it is read, and when it counts as true.

    Attributes
    ----------
    name
        Word of the file.
    line
        Line it is defined at.
    en
        English, when the file gives one.
    field, kind
        Indicator of the catalogue and its kind; empty for a word built from others.
    comparison
        When the word is true; None for a value that conditions compare themselves.
    condition
        Built from other words instead of a field (as written, unresolved).
    source
        Where the evidence should come from.
    valid_days
        Days after which the evidence counts as unknown.
    """

    name: str
    line: int
    en: str = ""
    field: str = ""
    kind: str = ""
    comparison: Comparison | None = None
    condition: Condition | None = None
    source: str = ""
    valid_days: int | None = None


@dataclass(frozen=True)
class Tier:
    """One tier: when it holds, why in words, what it needs, when it is looked at again.

    ``needs`` are codes of the catalogue; ``review_days`` is None when the file sets none.
    """

    level: int
    name: str
    condition: Condition
    reason: str
    reason_en: str
    needs: tuple[str, ...]
    review_days: int | None
    line: int


@dataclass(frozen=True)
class Example:
    """What must come out for given facts; part of the file and run when it is read.

    ``given`` is word -> answer as written; what is not given is unknown. None under
    ``sure``, ``possible`` or ``missing`` means the example does not speak of it.
    """

    given: Mapping[str, str]
    sure: int | None
    possible: int | None
    missing: tuple[str, ...] | None
    line: int


@dataclass(frozen=True)
class RuleSet:
    """The tier rules of one file, in force from a date."""

    name: str
    version: str
    basis: tuple[str, ...]
    in_force: dt.date
    approved_by: str
    approved_on: dt.date | None
    factors: Mapping[str, Factor]
    tiers: tuple[Tier, ...]
    examples: tuple[Example, ...]
    file: str


def level_of(name: str) -> int | None:
    """Return the level a tier name starts with, such as ``一级(最高)``; None for another name."""
    return next((level for word, level in LEVELS.items() if name.startswith(word)), None)


def outcome(
    tiers: Sequence[tuple[int, Condition]], leaf: Callable[[Comparison], Truth]
) -> tuple[int, int]:
    """Return the sure and the possible level: the first tier that holds, that may hold.

    Parameters
    ----------
    tiers
        (level, condition), levels ascending.
    leaf
        Truth of one comparison for one resident.

    Source: reference needs 4.3.
    """
    found = [(level, truth(condition, leaf)) for level, condition in tiers]
    sure = next((level for level, holds in found if holds is True), NO_TIER)
    return sure, next((level for level, holds in found if holds is not False), NO_TIER)


def merged(rule_sets: Sequence[RuleSet]) -> list[tuple[int, Condition]]:
    """Return (level, condition) over all ``rule_sets``: the highest tier any of them gives."""
    levels = sorted({tier.level for rules in rule_sets for tier in rules.tiers})
    return [
        (level, AnyOf(tuple(t.condition for r in rule_sets for t in r.tiers if t.level == level)))
        for level in levels
    ]


def domains(indicators: Mapping[str, models.Indicator]) -> dict[str, Domain]:
    """Return what values each indicator can take."""
    return {
        code: Domain(entry.kind, entry.low, entry.high, tuple(entry.levels))
        for code, entry in indicators.items()
    }


def decide(
    tiers: Sequence[tuple[int, Condition]], indicators: Mapping[str, models.Indicator]
) -> Decision:
    """Return the decision that ``tiers`` make over the fields they read."""
    conditions = [condition for _, condition in tiers]
    return Decision(tiers, inputs_of(conditions, domains(indicators)))
