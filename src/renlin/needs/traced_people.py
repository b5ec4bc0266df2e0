"""Wrap as findings what people decided, and the profiles drawn from it."""

from __future__ import annotations

import pandas as pd

from renlin.finding import Finding, Lineage, find
from renlin.needs.capacities import CAPACITIES
from renlin.needs.perception import MEASURES
from renlin.needs.traced import Parents, Tracer

PERSONA_NUMBERS = ("personas_most", "personas_starts", "personas_sample", "personas_seed")


def review(trace: Tracer, table: pd.DataFrame, tiers: Finding) -> Finding:
    """Return what a person must look at: objections, lapsed confirmations, asked lowerings."""
    parents: Parents = (("needs.tiers", "person", "person"),)
    rule = "newest decision on record, held against evidence, rules and time"
    return find(
        "needs.review",
        table,
        key=["person", "record"],
        parents=[tiers],
        inputs=_decisions(trace),
        parameters={"survey_date": trace.day},
        privacy="personal",
        lineage=_each(table, Lineage(rule, (), parents), "matter"),
    )


def overrides(trace: Tracer, table: pd.DataFrame) -> Finding:
    """Return every tier set by hand and what it does today."""
    rule = "in effect from since to until; lowers only with two roles"
    return find(
        "needs.overrides",
        table,
        key=["override"],
        inputs={"overrides": trace.place["overrides"]},
        parameters={"survey_date": trace.day},
        privacy="personal",
        synthetic=trace.place.synthetic,
        lineage=_each(table, Lineage(rule), "effect"),
    )


def audited(trace: Tracer, table: pd.DataFrame, tiers: Finding, memberships: Finding) -> Finding:
    """Return how often people agreed with the rules, by group."""
    parents: Parents = (("needs.tiers", "", ""), ("needs.memberships", "", ""))
    rule = "newest decision of each resident; Wilson interval; unknown where nobody decided"
    return find(
        "needs.audit",
        table,
        key=["decision", "display"],
        parents=[tiers, memberships],
        inputs={"confirmations": trace.place["confirmations"]},
        policy={"confidence": trace.place.policy.confidence},
        lineage=_each(table, Lineage(rule, (), parents)),
    )


def household_profiles(
    trace: Tracer,
    table: pd.DataFrame,
    tiers: Finding,
    memberships: Finding,
    indicators: Finding,
    needed: Finding,
    asked: Finding,
) -> Finding:
    """Return one readable row per household."""
    behind: Parents = (("needs.indicators", "household", "household"),)
    met = "share of the known applicable items met; bounds as if no or every unknown one were"
    lineage = _each(table, Lineage("of its residents", (), behind))
    lineage |= {
        f"{name}{side}": Lineage(met, trace.items(name), behind)
        for name in CAPACITIES
        for side in ("", "_low", "_high")
    }
    of_home: Parents = (("needs.tiers", "household", "household"),)
    lineage |= {
        n: Lineage("of its residents", (), of_home) for n in ("sure", "possible", "standing")
    }
    lineage["needs"] = Lineage("items of the list", (), (("needs.list", "household", "household"),))
    lineage["asked"] = Lineage(
        "questions by rank", (), (("needs.work_list", "household", "household"),)
    )
    return find(
        "needs.household_profiles",
        table,
        key=["household"],
        parents=[tiers, memberships, indicators, needed, asked],
        catalogue=trace.digests("indicators", "displays"),
        privacy="personal",
        lineage=lineage,
    )


def group_profiles(trace: Tracer, table: pd.DataFrame, *parents: Finding) -> Finding:
    """Return the profile of each group and of the community."""
    behind: Parents = (("needs.tiers", "", ""), ("needs.memberships", "", ""))
    rule = "residents who surely belong to the group; capacities are means with their bounds"
    return find(
        "needs.group_profiles",
        table,
        key=["display"],
        parents=parents,
        catalogue=trace.digests("indicators", "displays"),
        lineage=_each(table, Lineage(rule, (), behind)),
    )


def perceived(trace: Tracer, table: pd.DataFrame, *parents: Finding) -> Finding:
    """Return how perception of risk moved, beside exposure."""
    facts = trace.place["facts"]
    entries = tuple(f"indicators/{code}" for code in MEASURES)
    behind: Parents = (("needs.memberships", "", ""),)
    rule = "residents asked on two days: newest minus first answer; normal interval of the mean"
    return find(
        "needs.perception",
        table,
        key=["measure", "display"],
        parents=parents,
        inputs={"facts": facts[facts["indicator"].isin(MEASURES)]},
        catalogue=trace.digests("indicators"),
        policy={"confidence": trace.place.policy.confidence},
        lineage={
            **_each(table, Lineage(rule, entries, behind)),
            "exposure": Lineage("mean over the group", (), (("needs.profiles", "", ""),)),
        },
    )


def personas(trace: Tracer, table: pd.DataFrame, indicators: Finding) -> Finding:
    """Return the types residents are described by; nothing is decided by them."""
    entries = tuple(f"parameters/{name}" for name in PERSONA_NUMBERS)
    rule = "latent classes, unknown left out of the likelihood; number by BIC; describes only"
    behind: Parents = (("needs.indicators", "", ""),)
    return find(
        "needs.personas",
        table,
        key=["persona"],
        parents=[indicators],
        catalogue=trace.digests("indicators"),
        parameters=trace.numbers(*PERSONA_NUMBERS) | {"k_persons": trace.place.settings.k_persons},
        lineage=_each(table, Lineage(rule, entries, behind), "rule_zh", "rule_en"),
    )


def persona_members(trace: Tracer, table: pd.DataFrame, made: Finding, known: Finding) -> Finding:
    """Return which type each resident is most likely of, and how surely."""
    parents: Parents = (
        ("needs.indicators", "person", "person"),
        ("needs.personas", "persona", "persona"),
    )
    rule = "type of the highest probability given what is known; types below k are one"
    return find(
        "needs.persona_members",
        table,
        key=["person"],
        parents=[made, known],
        parameters={"k_persons": trace.place.settings.k_persons},
        privacy="personal",
        lineage=_each(table, Lineage(rule, (), parents), "persona"),
    )


def _each(table: pd.DataFrame, made: Lineage, *more: str) -> dict[str, Lineage]:
    """Return one lineage for every number of ``table`` and for ``more`` columns."""
    return dict.fromkeys((*map(str, table.select_dtypes("number")), *more), made)


def _decisions(trace: Tracer) -> dict[str, pd.DataFrame | str]:
    return {name: trace.place[name] for name in ("confirmations", "overrides")}
