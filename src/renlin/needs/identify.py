"""Introduce the steps of the stage to one another and hand on findings that can be traced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import NamedTuple

import pandas as pd

from renlin.catalogue.rule_checks import FLOOR_FILE, floor_ages, keeps_the_floor
from renlin.catalogue.rule_files import read_rules
from renlin.catalogue.rules import RuleSet
from renlin.community.community import Community
from renlin.equity.intervals import normal_bound
from renlin.errors import Fault, Said, SchemeFault, did_you_mean, raise_all
from renlin.needs import classes, groups, lists, personas, portrait, traced, traced_people
from renlin.needs.assessment import Assessed, Known, assess, learn, touched
from renlin.needs.audit import audit
from renlin.needs.capacities import score_capacities, score_dimensions
from renlin.needs.corrections import corrections_table
from renlin.needs.evidence import applicable
from renlin.needs.found import Needs
from renlin.needs.households import score, summarise
from renlin.needs.inequality.describe import describe
from renlin.needs.perception import perception
from renlin.needs.population import population, records_of
from renlin.needs.standing import Standing, stand
from renlin.needs.ties import describe as ties
from renlin.needs.work_list import sources_of, work_list
from renlin.needs.workshops.cases import with_sessions
from renlin.needs.workshops.participate import participate
from renlin.needs.workshops.prevalence import reordered
from renlin.privacy.publishing import Limits

__all__ = ["Needs", "identify"]


def identify(place: Community) -> Needs:
    """Return who needs what in ``place``, why, how surely, and what is still to be asked.

    Registers and workshop corrections become dated evidence; what is expired, withdrawn or
    was asked in vain is unknown, and unknown is never safe. Rule files give each resident
    a sure and a possible tier; every tier is a proposal until a person confirms it.

    Parameters
    ----------
    place
        The community on its survey date, with catalogue and policy.

    Raises
    ------
    CatalogueFault
        When a rule file, class or group of the catalogue cannot work.
    SchemeFault
        When the policy names a rule file that is not there, or none is in force.

    Source: reference needs 1 to 8.

    Examples
    --------
    >>> import renlin as rl
    >>> found = rl.needs.identify(rl.open_community("tests/places/willow"))
    >>> tiers = found.tiers.table.set_index("person")
    >>> tiers.loc[["lin", "liu"], ["sure", "possible"]].values.tolist()
    [[1, 1], [4, 1]]
    """
    rule_sets = rules_in_force(place)
    place = with_sessions(place)
    day = pd.Timestamp(place.settings.survey_date)
    known = learn(
        place.tables, place.present(), place.catalogue, day, corrections=place["corrections"]
    )
    applied = _applied(place, known)
    pairs = touched(known, place["corrections"], applied)
    before = _before(place, known, pairs, day)
    found = assess(known, before, pairs, rule_sets, place.catalogue)
    stands = _standing(place, rule_sets, known, found, day)
    return _handed_on(place, rule_sets, known, before, found, stands, applied)


def rules_in_force(place: Community) -> tuple[RuleSet, ...]:
    """Return the rule sets of the policy that are in force on the survey date, in its order.

    Raises
    ------
    SchemeFault
        When the policy names a file the catalogue does not hold, or none is in force.
    CatalogueFault
        When a rule file cannot work.
    """
    files = place.catalogue.tier_files
    usual = tuple(name for name in files if name != FLOOR_FILE)
    names = place.policy.tiers or usual or tuple(files)
    faults = [
        Fault(
            "policy.toml",
            Said("目录 tiers 里的规则文件", "a rule file of catalogue/tiers"),
            Said(name, name),
            did_you_mean(name, files),
            column="tiers",
        )
        for name in names
        if name not in files
    ]
    raise_all(faults, SchemeFault)
    chosen = {name: files[name] for name in (*names, FLOOR_FILE) if name in files}
    found = read_rules(chosen, indicators=place.catalogue.indicators, needs=place.catalogue.needs)
    in_force = tuple(
        r for r in found if r.in_force <= place.settings.survey_date and r.file in names
    )
    if not in_force:
        day = place.settings.survey_date.isoformat()
        expected = Said(f"{day} 已生效的规则", f"rules in force on {day}")
        remedy = Said("检查规则文件的生效日期。", "Check 生效 in the rule files.")
        raise SchemeFault(
            Fault("policy.toml", expected, Said("没有", "none"), remedy, None, "tiers")
        )
    return _with_floor(in_force, found)


def _with_floor(in_force: tuple[RuleSet, ...], read: Sequence[RuleSet]) -> tuple[RuleSet, ...]:
    """Return the rules with the floor under them where they do not keep it themselves.

    Rules that let the triple's evidence run out sooner than the floor does keep it only for
    a while: they get the floor too. What the floor lets run out is unknown, and the tier it
    might bring is possible.

    Raises
    ------
    SchemeFault
        When a community's own floor file does not keep it either.
    """
    ages = floor_ages(read)
    if keeps_the_floor(in_force, ages):
        return in_force
    added = (*in_force, *(r for r in read if r.file == FLOOR_FILE and r not in in_force))
    if not keeps_the_floor(added, ages):
        expected = Said("独居、失能、无智能设备为一级", "alone, in need of care, no device: first")
        got = Said("规则给了别的等级", "another tier by these rules")
        remedy = Said("恢复随附的规则文件。", "Restore the file that is shipped.")
        raise SchemeFault(Fault(f"tiers/{FLOOR_FILE}", expected, got, remedy))
    return added


def _applied(place: Community, known: Known) -> dict[str, bool]:
    """Return correction -> whether it is the newest word on its subject and field."""
    file = known.evidence["file"]
    used = known.evidence["fact"][
        (file == "layers/corrections.csv") | file.str.startswith("workshops/").fillna(False)
    ]
    told = applicable(place["corrections"], place.tables, place.catalogue)
    newest = set(used.dropna())
    codes = place["corrections"]["correction"]
    return {str(c): bool(t) and c in newest for c, t in zip(codes, told, strict=True)}


def _standing(
    place: Community,
    rule_sets: Sequence[RuleSet],
    known: Known,
    found: Assessed,
    day: pd.Timestamp,
) -> Standing:
    """Return what stands once people have decided on what the rules propose."""
    reviews = {
        f"{rules.file}#{tier.name}": tier.review_days
        for rules in rule_sets
        for tier in rules.tiers
        if tier.review_days is not None
    }
    return stand(
        found.tiers,
        place["confirmations"],
        place["overrides"],
        known.evidence,
        reviews,
        {rules.name: rules.version for rules in rule_sets},
        place.catalogue,
        day,
    )


def _before(place: Community, known: Known, pairs: pd.DataFrame, day: pd.Timestamp) -> Known:
    """Return what was known of the residents a correction touches, without corrections."""
    homes = set(known.persons.loc[known.persons["person"].isin(set(pairs["person"])), "household"])
    persons = known.persons[known.persons["household"].isin(homes)]
    none = place["corrections"].iloc[0:0]
    if len(persons) == 0:
        return Known(persons, known.evidence.iloc[0:0], known.table.iloc[0:0])
    return learn(place.tables, persons, place.catalogue, day, corrections=none)


def _without_corrections(known: Known, before: Known) -> pd.DataFrame:
    """Return the wide table as the registers alone have it."""
    touched_here = known.table["person"].isin(set(before.table["person"]))
    parts = [known.table[~touched_here], before.table]
    made = pd.concat([part for part in parts if len(part)] or [known.table], ignore_index=True)
    return made.sort_values("person", kind="stable").reset_index(drop=True)


def _profiles(known: Known, place: Community) -> pd.DataFrame:
    table, catalogue = known.table, place.catalogue
    return pd.concat(
        [
            classes.classify(table, catalogue.classes),
            score_dimensions(table, catalogue.indicators),
            score_capacities(table, catalogue.indicators),
        ],
        axis=1,
    )


def _tier_needs(
    assessed: Assessed, rule_sets: Sequence[RuleSet]
) -> Mapping[str, list[tuple[str, str]]]:
    """Return person -> (need, rule) of every tier that is sure, by any rule set.

    Who refuses a tier set by machine gets no need from it until a person has looked.
    """
    brought = {
        f"{rules.file}#{tier.name}": [
            (need, f"tiers/{rules.file}@{rules.version}#{tier.name}") for need in tier.needs
        ]
        for rules in rule_sets
        for tier in rules.tiers
    }
    return {
        str(person): [pair for rule in assessed.wordings[at].rules for pair in brought[rule]]
        for person, standing, at in zip(
            assessed.tiers["person"], assessed.tiers["standing"], assessed.told, strict=True
        )
        if standing != "refused"
    }


def _joined(
    *parts: Mapping[str, list[tuple[str, str]]],
) -> dict[str, list[tuple[str, str]]]:
    """Return person -> (need, rule) of all parts together."""
    made: dict[str, list[tuple[str, str]]] = {}
    for part in parts:
        for person, pairs in part.items():
            made[person] = [*made.get(person, []), *pairs]
    return made


def _handed_on(
    place: Community,
    rule_sets: Sequence[RuleSet],
    known: Known,
    before: Known,
    found: Assessed,
    stands: Standing,
    applied: Mapping[str, bool],
) -> Needs:
    """Make every finding of the stage, each from the tables it rests on."""
    found = replace(found, tiers=stands.tiers)
    trace = traced.Tracer(place, rule_sets)
    evidence = trace.evidence(known.evidence)
    indicators = trace.indicators(known.table, evidence)
    tiers = trace.tiers(found.tiers, evidence, indicators)
    profiles = trace.profiles(_profiles(known, place), indicators)
    members = classes.memberships(known.table, place.catalogue.displays)
    memberships = trace.memberships(members, indicators)
    records = trace.records(_records(place))
    tied = ties.tie(place, known.persons)
    wide = classes.comparable(members, known.table["age"], place.catalogue.displays)
    told_of_ties = ties.describe(place, trace, tied, memberships, wide)
    brought = _joined(_tier_needs(found, rule_sets), ties.needed(tied))
    detail = lists.detail(known.table, profiles.table["display"], brought, place.catalogue)
    asked = work_list(found.tiers, found.wordings, found.told, known.evidence,
                      sources_of(rule_sets), place.catalogue)  # fmt: skip
    present = population(profiles.table, records.table, place.catalogue.presence)
    changed = _corrections(place, known, before, found, applied)
    registers = _without_corrections(known, before)
    by_register = classes.memberships(registers, place.catalogue.displays)
    told = participate(place, rule_sets, registers, by_register)
    asked = reordered(asked, told.prevalence.table, members)
    people = _people(place, wide, profiles.table)
    listed = trace.needs_list(
        lists.by_household(detail[detail["sure"]]), tiers, indicators, told_of_ties["ties"]
    )
    homes = trace.households(_households(place, known, found), tiers, indicators)
    total = trace.totals(lists.totals(detail), listed, tiers, indicators, profiles)
    work = trace.work_list(asked, tiers, evidence)
    types = personas.describe(known.table, place.catalogue.indicators, **_persona_numbers(place))
    named = traced_people.personas(trace, types[0], indicators)
    return Needs(
        evidence=evidence,
        indicators=indicators,
        tiers=tiers,
        households=homes,
        profiles=profiles,
        memberships=memberships,
        combinations=trace.combinations(_combinations(place, known, members), memberships),
        list=listed,
        totals=total,
        work_list=work,
        population=trace.population(present, profiles, records),
        records=records,
        groups=trace.groups(
            _groups(place, known, members, found, profiles.table), tiers, profiles, memberships
        ),
        corrections=trace.corrections(changed, evidence, tiers),
        review=traced_people.review(trace, stands.review, tiers),
        overrides=traced_people.overrides(trace, stands.overrides),
        audit=traced_people.audited(trace, people.audit, tiers, memberships),
        household_profiles=traced_people.household_profiles(
            trace,
            portrait.households(known.table, homes.table, found.tiers, members, listed.table,
                                asked, place.catalogue),
            tiers, memberships, indicators, listed, work,
        ),
        group_profiles=traced_people.group_profiles(
            trace,
            portrait.groups(known.table, found.tiers, wide, asked, total.table,
                            place.catalogue, small_below=place.settings.k_persons),
            tiers, memberships, indicators, total, work,
        ),
        perception=traced_people.perceived(trace, people.perception, memberships, profiles),
        personas=named,
        persona_members=traced_people.persona_members(trace, types[1], named, indicators),
        **{item.name: getattr(told, item.name) for item in fields(told)},
        **describe(place, rule_sets, known, tiers, profiles, memberships),
        **told_of_ties,
    )  # fmt: skip


class _People(NamedTuple):
    """Tables by group that rest on what people decided and answered."""

    audit: pd.DataFrame
    perception: pd.DataFrame


def _people(place: Community, wide: pd.DataFrame, profiles: pd.DataFrame) -> _People:
    day = pd.Timestamp(place.settings.survey_date)
    return _People(
        audit(
            place["confirmations"],
            wide,
            day,
            confidence=place.policy.confidence,
            small_below=place.settings.k_persons,
        ),
        perception(
            place["facts"],
            wide,
            profiles["exposure"],
            place.catalogue,
            day,
            z=normal_bound("perception", place.policy.confidence),
            small_below=place.settings.k_persons,
        ),
    )


def _persona_numbers(place: Community) -> dict[str, int]:
    number = place.catalogue.number
    return {
        "seed": int(number("personas_seed")),
        "most": int(number("personas_most")),
        "starts": int(number("personas_starts")),
        "sample": int(number("personas_sample")),
        "k_persons": place.settings.k_persons,
    }


def _households(place: Community, known: Known, found: Assessed) -> pd.DataFrame:
    day = pd.Timestamp(place.settings.survey_date)
    homes = summarise(found.tiers, place["households"], place.tables, day)
    scores = score(known.table, place.catalogue.indicators)
    return homes.merge(scores, on="household", how="left")


def _records(place: Community) -> pd.DataFrame:
    day = pd.Timestamp(place.settings.survey_date)
    fresh = place.catalogue.number("record_fresh_days")
    return records_of(place.tables, day, fresh)


def _combinations(place: Community, known: Known, members: pd.DataFrame) -> pd.DataFrame:
    limits = Limits(place.settings.k_persons, place.settings.k_households,
                    place.catalogue.number("published_width"))  # fmt: skip
    return classes.combinations(members, known.table["household"], limits=limits)


def _groups(
    place: Community,
    known: Known,
    members: pd.DataFrame,
    found: Assessed,
    profiles: pd.DataFrame,
) -> pd.DataFrame:
    return groups.compare_groups(
        groups.measures(found.tiers, profiles, known.table),
        classes.comparable(members, known.table["age"], place.catalogue.displays),
        reference=place.policy.reference,
        confidence=place.policy.confidence,
        small_below=place.settings.k_persons,
    )


def _corrections(
    place: Community,
    known: Known,
    before: Known,
    found: Assessed,
    applied: Mapping[str, bool],
) -> pd.DataFrame:
    registers = _without_corrections(known, before)
    return corrections_table(
        place["corrections"],
        pd.Series(applied, dtype="bool"),
        found.changes,
        registers,
        classes.memberships(registers, place.catalogue.displays),
        place.catalogue,
    )
