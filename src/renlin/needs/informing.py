"""Tell a resident in plain words why they have their tier (PIPL articles 24 and 45 to 47)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from renlin.catalogue.conditions import comparisons
from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Indicator
from renlin.catalogue.rules import LEVEL_EN, LEVEL_ZH, RuleSet
from renlin.errors import DataFault, Fault, Said
from renlin.needs.found import Needs
from renlin.needs.work_list import ASK_AT_HOME, sources_of

INPUTS = (
    "indicator", "zh", "en", "value", "value_zh", "value_en", "state", "source", "observed_on",
    "valid_until", "who_corrects_zh",
)  # fmt: skip
STATE: Mapping[str, Said] = {
    "known": Said("已知", "known"),
    "corrected": Said("居民会更正过", "corrected at a workshop"),
    "expired": Said("太旧，不再算", "too old to count"),
    "unknown": Said("问过，没有答案", "asked, no answer"),
    "withdrawn": Said("本人已撤回同意，不再使用", "consent withdrawn, not used"),
    "not_consented": Said("还没有本人（或监护人）同意，不使用", "no consent yet, not used"),
    "never_asked": Said("从没问过", "never asked"),
}
RIGHTS_ZH = (
    "您可以：看和复制这些内容；指出哪一项不对，请人更正；撤回同意；不同意由机器定级，请人来复核。"
    "说一声就行，不影响您得到照护。"
)
RIGHTS_EN = (
    "You may see and copy this, say what is wrong and have it corrected, withdraw consent, or "
    "refuse a tier set by machine and have a person look. Saying so costs you no help."
)


@dataclass(frozen=True)
class Sheet:
    """What one resident is told: lines in both languages, and each input used.

    ``inputs`` has columns ``INPUTS``: value, source and date of everything the rules
    behind the tier read, the last day it counts, and who can correct it.
    """

    zh: tuple[str, ...]
    en: tuple[str, ...]
    inputs: pd.DataFrame


def explanation(
    needs: Needs, rule_sets: tuple[RuleSet, ...], catalogue: Catalogue, person: str
) -> Sheet:
    """Return the explanation sheet of one resident.

    Parameters
    ----------
    needs
        Findings of the stage.
    rule_sets
        Rules in force.
    catalogue
        Names, values and expiry of the indicators.
    person
        Pseudonym.

    Raises
    ------
    DataFault
        When nobody of that pseudonym is present.

    Source: PIPL articles 24, 45 to 47; reference needs 4.4 and 10.2.
    """
    hit = needs.tiers.table[needs.tiers.table["person"] == person]
    if len(hit) == 0:
        expected = Said("在住居民的假名", "the pseudonym of a resident present")
        remedy = Said("查结论表 needs.tiers。", "Look it up in needs.tiers.")
        raise DataFault(Fault("persons", expected, Said("别的键", "another key"), remedy))
    row = {str(k): v for k, v in hit.iloc[0].to_dict().items()}
    inputs = _inputs(needs, rule_sets, catalogue, row)
    return Sheet(_zh(row, inputs), _en(row, inputs), inputs)


def _inputs(
    needs: Needs, rule_sets: tuple[RuleSet, ...], catalogue: Catalogue, row: dict[str, object]
) -> pd.DataFrame:
    """Return everything the rules behind the tier read, and every unknown that matters."""
    missing = [code for code in str(row["missing"]).split(";") if code]
    behind = set(str(row["rules"]).split(";"))
    held = [
        one.field
        for rules in rule_sets
        for tier in rules.tiers
        if f"{rules.file}#{tier.name}" in behind
        for one in comparisons(tier.condition)
    ]
    evidence = needs.evidence.table
    own = evidence[evidence["subject"].isin([row["person"], row["household"]])]
    known = own.drop_duplicates("indicator").set_index("indicator")
    tellers = sources_of(rule_sets)
    home = catalogue.needs[ASK_AT_HOME].zh
    made = [
        _input(code, known, catalogue, tellers.get(code) or home)
        for code in dict.fromkeys([*held, *missing])
    ]
    return pd.DataFrame(made, columns=list(INPUTS))


def _input(code: str, known: pd.DataFrame, catalogue: Catalogue, teller: str) -> dict[str, object]:
    entry = catalogue.indicators[code]
    made: dict[str, object] = {
        "indicator": code, "zh": entry.zh, "en": entry.en, "value": None,
        "value_zh": None, "value_en": None, "state": "never_asked",
        "source": None, "observed_on": pd.NaT, "valid_until": pd.NaT, "who_corrects_zh": teller,
    }  # fmt: skip
    if code not in known.index:
        return made
    row = known.loc[code]
    made |= {name: row[name] for name in ("state", "source", "observed_on")}
    if row["known"]:
        made["value"] = row["value"]
        made["value_zh"], made["value_en"] = said(str(row["value"]), entry)
        made["valid_until"] = row["observed_on"] + pd.Timedelta(days=entry.expiry.value)
    return made


def _zh(row: dict[str, object], inputs: pd.DataFrame) -> tuple[str, ...]:
    level, most = LEVEL_ZH[_level(row["sure"])], LEVEL_ZH[_level(row["possible"])]
    rule = (
        f"{row['ruleset']}（{row['version']} 版，{row['rule']}）"
        if row["ruleset"]
        else "没有一条规则"
    )
    lines = [
        f"等级：{level}" + (f"，最高可能是{most}。" if most != level else "。"),
        f"状态：{row['standing_zh']}。",
        f"理由：{row['reason_zh']}",
        f"依据的规则：{rule}。",
        f"什么会改变它：{row['change_zh']}",
        "用到的情况：",
    ]
    for one in inputs.to_dict("records"):
        lines.append(
            f"  {one['zh']}：{_told(one['value_zh'], '不知道')}，{STATE[str(one['state'])].zh}"
            f"（{_told(one['source'], '没有来源')}，{_day(one['observed_on'], '没有日期')}）；"
            f"更正找：{one['who_corrects_zh']}"
        )
    return (*lines, RIGHTS_ZH)


def _en(row: dict[str, object], inputs: pd.DataFrame) -> tuple[str, ...]:
    level, most = LEVEL_EN[_level(row["sure"])], LEVEL_EN[_level(row["possible"])]
    rule = f"{row['ruleset']} {row['version']}, {row['rule']}" if row["ruleset"] else "none"
    lines = [
        f"Tier: {level}" + (f", at most {most}." if most != level else "."),
        f"State: {row['standing_en']}.",
        f"Reason: {row['reason_en']}",
        f"Rule: {rule}.",
        "What was used:",
    ]
    for one in inputs.to_dict("records"):
        lines.append(
            f"  {one['en']}: {_told(one['value_en'], 'not known')}, {STATE[str(one['state'])].en} "
            f"({_told(one['source'], 'no source')}, {_day(one['observed_on'], 'no date')})"
        )
    return (*lines, RIGHTS_EN)


def said(value: str, entry: Indicator) -> Said:
    """Return a value as people say it: yes and no, a level by name, a number with its unit."""
    if entry.kind == "boolean":
        return Said("是", "yes") if value == "true" else Said("否", "no")
    if entry.kind == "level" and entry.levels and entry.low is not None:
        return Said(entry.levels[int(float(value) - entry.low)], value)
    if entry.kind == "category":
        word = next((zh for zh, code in entry.values.items() if code == value), value)
        return Said(word, value.replace("_", " "))
    return Said(value, f"{value} {entry.unit}".strip())


def _level(value: object) -> int:
    return int(str(value))


def _told(value: object, otherwise: str) -> str:
    return otherwise if value is None or value != value else str(value)


def _day(value: object, otherwise: str) -> str:
    return otherwise if pd.isna(value) else f"{value:%Y-%m-%d}"  # type: ignore[call-overload]
