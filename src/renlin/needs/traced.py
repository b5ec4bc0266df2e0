"""Wrap each table of the stage as a finding: what it read, by which rule, from which cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from renlin.catalogue.models import Condition
from renlin.catalogue.rules import RuleSet
from renlin.community.community import Community
from renlin.finding import Finding, Lineage, find
from renlin.needs.capacities import CAPACITIES, DIMENSIONS, items_of
from renlin.needs.inferred import RULES
from renlin.needs.tiers import fields_of

Parents = tuple[tuple[str, str, str], ...]
OF_PERSON: Parents = (("needs.indicators", "person", "person"),)
OF_EVIDENCE: Parents = (
    ("needs.evidence", "person", "subject"),
    ("needs.evidence", "household", "subject"),
)
SCORES = tuple(f"{name}{side}" for name in DIMENSIONS for side in ("", "_low", "_high"))
TIER_COLUMNS = ("sure", "indicated", "possible", "missing", "n_missing", "reason_zh", "reason_en",
                "change_zh", "lowered", "proposed_sure", "proposed_possible", "standing",
                "confirmed_by")  # fmt: skip
READ = (
    "facts",
    "persons",
    "households",
    "dwellings",
    "links",
    "doubtful",
    "vouched",
    "corrections",
    "consents",
    "nominations",
)
"""Tables the evidence is read from."""
AMOUNTS = ("quantity", "quantity_high", "millionths", "millionths_high", "n_persons", "n_unknown")


def _indicators(rules: Iterable[Sequence[Sequence[Condition]]]) -> tuple[str, ...]:
    """Return the entries of the indicators some rules ask about."""
    named = {one.indicator for lists in rules for part in lists for one in part}
    return tuple(f"indicators/{code}" for code in sorted(named))


class Tracer:
    """Know the community, its catalogue and the rules, and name them behind each table.

    Parameters
    ----------
    place
        Community the tables are made from.
    rule_sets
        Rules in force.
    """

    def __init__(self, place: Community, rule_sets: Sequence[RuleSet]) -> None:
        self.place = place
        self.catalogue = place.catalogue
        self.rule_sets = rule_sets
        self.day = place.settings.survey_date.isoformat()

    def evidence(self, table: pd.DataFrame) -> Finding:
        """Return the evidence; it reads everything that is known of the residents."""
        rule = f"newest statement up to {self.day}; unknown once older than the expiry"
        entries = tuple(f"indicators/{code}" for code in sorted(table["indicator"].unique()))
        lineage = {n: Lineage(rule, entries) for n in ("value", "known", "state", "age_days")}
        return find(
            "needs.evidence",
            table,
            key=["subject", "indicator"],
            inputs=self._read(*READ)
            | self._some(
                entrances=("entrance", "building"), buildings=("building", "lift", "structure")
            ),
            catalogue=self.digests("indicators", "answers", "fields"),
            parameters={"survey_date": self.day, "inferences": dict(RULES)}
            | self.numbers("adult_age", "guardian_age", "infant_age", "older_age")
            | self.numbers(*(f"adl_score_level_{level}" for level in range(5))),
            privacy="personal",
            synthetic=self.place.synthetic,
            lineage=lineage,
        )

    def indicators(self, table: pd.DataFrame, evidence: Finding) -> Finding:
        """Return the wide table; every column rests on the evidence of that name."""
        rule = "evidence of the resident, else of the household; unknown is missing"
        lineage = {
            code: Lineage(rule, (f"indicators/{code}",), OF_EVIDENCE)
            for code in table.columns
            if code not in ("person", "household")
        }
        return find(
            "needs.indicators",
            table,
            key=["person"],
            parents=[evidence],
            catalogue=self.digests("indicators"),
            privacy="personal",
            lineage=lineage,
        )

    def tiers(self, table: pd.DataFrame, evidence: Finding, indicators: Finding) -> Finding:
        """Return the tiers; they rest on the evidence, the rule files and the policy."""
        names = "; ".join(
            f"{one.name} {one.version} ({one.file}, {'、'.join(one.basis)})"
            for one in self.rule_sets
        )
        fields = tuple(f"indicators/{field}" for field in fields_of(self.rule_sets))
        lineage = {
            name: Lineage(f"highest tier of: {names}", fields, OF_EVIDENCE) for name in TIER_COLUMNS
        }
        return find(
            "needs.tiers",
            table,
            key=["person"],
            parents=[indicators, evidence],
            inputs=self._read("corrections", "confirmations", "overrides"),
            catalogue=self._rule_digests() | self.digests("indicators"),
            policy={"tiers": [one.file for one in self.rule_sets]},
            parameters={"survey_date": self.day},
            privacy="personal",
            lineage=lineage,
        )

    def households(self, table: pd.DataFrame, tiers: Finding, indicators: Finding) -> Finding:
        """Return tiers and scores by household."""
        parents: Parents = (("needs.tiers", "household", "household"),)
        rule = "highest tier of the residents; reason that of the leader"
        made = {n: Lineage(rule, (), parents) for n in ("sure", "indicated", "possible")}
        made |= {n: Lineage(rule, (), parents) for n in ("reason_zh", "reason_en", "n_persons")}
        behind: Parents = (("needs.indicators", "household", "household"),)
        return find(
            "needs.households",
            table,
            key=["household"],
            parents=[tiers, indicators],
            inputs=self._read("households", "dwellings")
            | self._some(entrances=("entrance", "building")),
            catalogue=self.digests("indicators"),
            privacy="personal",
            lineage=made | self._scores(behind),
        )

    def profiles(self, table: pd.DataFrame, indicators: Finding) -> Finding:
        """Return class, group and scores of every resident."""
        there = sorted(set(table["class"]))
        asked = [self.catalogue.classes[code].when for code in there]
        classes = (*(f"classes/{code}" for code in there), *_indicators(asked))
        moving = ("class", "display", "class_possible", "display_possible", "slow",
                  "helpers_needed", "needs_help")  # fmt: skip
        rule = "first class by rank whose rule surely holds"
        lineage = {name: Lineage(rule, classes, OF_PERSON) for name in moving}
        for name in CAPACITIES:
            items = self.items(name)
            met = "share of applicable items met; bounds as if none or all unknown ones were"
            parts = (name, *(f"{name}_{part}" for part in ("low", "high", "unknown")))
            lineage |= dict.fromkeys(parts, Lineage(met, items, OF_PERSON))
        return find(
            "needs.profiles",
            table,
            key=["person"],
            parents=[indicators],
            catalogue=self.digests("classes", "indicators"),
            privacy="personal",
            lineage=lineage | self._scores(OF_PERSON),
        )

    def memberships(self, table: pd.DataFrame, indicators: Finding) -> Finding:
        """Return who belongs to which group."""
        lineage = {
            code: Lineage(
                "any list of member_when",
                (f"displays/{code}", *_indicators([self.catalogue.displays[code].member_when])),
                OF_PERSON,
            )
            for code in table.columns
            if code != "person"
        }
        return find(
            "needs.memberships",
            table,
            key=["person"],
            parents=[indicators],
            catalogue=self.digests("displays"),
            privacy="personal",
            lineage=lineage,
        )

    def combinations(self, table: pd.DataFrame, memberships: Finding) -> Finding:
        """Return residents by combination of groups."""
        parents: Parents = (("needs.memberships", "", ""),)
        rule = (
            "sure memberships together; cells below the privacy floor merged, and those that "
            "would tell them by subtraction from the totals of the groups"
        )
        settings = self.place.settings
        width = self.place.catalogue.number("published_width")
        return find(
            "needs.combinations",
            table,
            key=["combination"],
            parents=[memberships],
            parameters={
                "k_persons": settings.k_persons,
                "k_households": settings.k_households,
                "published_width": width,
            },
            privacy="public",
            lineage={n: Lineage(rule, (), parents) for n in ("n_persons", "n_households")},
        )

    def needs_list(
        self, table: pd.DataFrame, tiers: Finding, indicators: Finding, ties: Finding
    ) -> Finding:
        """Return what each household surely needs."""
        parents: Parents = (
            ("needs.tiers", "household", "household"),
            ("needs.indicators", "household", "household"),
            ("needs.ties", "household", "household"),
        )
        return find(
            "needs.list",
            table,
            key=["household", "item"],
            parents=[tiers, indicators, ties],
            catalogue=self._rule_digests() | self.digests("needs", "supplies", "indicators"),
            privacy="personal",
            lineage=self._amounts(table, parents),
        )

    def totals(self, table: pd.DataFrame, *parents: Finding) -> Finding:
        """Return what all and each group need together."""
        behind: Parents = (("needs.list", "item", "item"),)
        return find(
            "needs.totals",
            table,
            key=["item", "display"],
            parents=parents,
            catalogue=self._rule_digests() | self.digests("needs", "supplies", "indicators"),
            lineage=self._amounts(table, behind)
            | {"n_households": Lineage("households it is sure for", (), behind)},
        )

    def work_list(self, table: pd.DataFrame, tiers: Finding, evidence: Finding) -> Finding:
        """Return what is still to be asked."""
        parents: Parents = (
            ("needs.tiers", "household", "household"),
            ("needs.evidence", "subject", "subject"),
        )
        rule = "levels an answer can move the tier, over all answers of the other unknowns"
        return find(
            "needs.work_list",
            table,
            key=["subject", "indicator"],
            parents=[tiers, evidence],
            catalogue=self._rule_digests(),
            privacy="personal",
            lineage={
                n: Lineage(rule, (), parents) for n in ("matters", "n_persons", "settles", "rank")
            },
        )

    def population(self, table: pd.DataFrame, profiles: Finding, records: Finding) -> Finding:
        """Return who is there by day and by night."""
        parents: Parents = (
            ("needs.profiles", "display", "display"),
            ("needs.records", "", ""),
        )
        shares = tuple(
            f"presence/{group}/{hour}"
            for group, hour in sorted(self.catalogue.presence)
            if hour in (0, 12)
        )
        rule = "presence share of the group, mean over the hours of the period"
        return find(
            "needs.population",
            table,
            key=["period", "display"],
            parents=[profiles, records],
            catalogue=self.digests("presence"),
            lineage={
                name: Lineage(rule, shares, parents)
                for name in ("n", "persons", "low", "high", "n_unknown", "n_undecided")
            },
        )

    def records(self, table: pd.DataFrame) -> Finding:
        """Return every resident ever on record."""
        rule = f"days from seen_on to {self.day}; the newest date of the register without one"
        return find(
            "needs.records",
            table,
            key=["person"],
            inputs=self._read("persons", "households", "links"),
            parameters={"survey_date": self.day} | self.numbers("record_fresh_days"),
            privacy="personal",
            synthetic=self.place.synthetic,
            lineage={
                name: Lineage(rule, ("parameters/record_fresh_days",))
                for name in ("record_days", "stale", "state")
            },
        )

    def groups(self, table: pd.DataFrame, *parents: Finding) -> Finding:
        """Return every average with its groups and the gap."""
        behind: Parents = (("needs.tiers", "", ""), ("needs.profiles", "", ""))
        rule = "mean over the members; bounds by Wilson (tiers) or by what is not known"
        policy = self.place.policy
        return find(
            "needs.groups",
            table,
            key=["measure", "display"],
            parents=parents,
            policy={"reference": policy.reference, "confidence": policy.confidence},
            lineage={
                name: Lineage(rule, (), behind)
                for name in (
                    "value",
                    "low",
                    "high",
                    "n",
                    "n_unknown",
                    "n_undecided",
                    "difference",
                    "ratio",
                )
            },
        )

    def corrections(self, table: pd.DataFrame, evidence: Finding, tiers: Finding) -> Finding:
        """Return what workshops changed."""
        names = ("workshop_prior_cap", "workshop_design_effect", "workshop_interval")
        entries = tuple(f"parameters/{name}" for name in names)
        rule = "Beta-Binomial: register capped, workshop discounted by the design effect"
        parents: Parents = (("needs.evidence", "subject", "subject"),)
        numbers = [c for c in map(str, table) if c.startswith(("before", "after", "shift"))]
        counted = ("tiers_changed", "raised", "kept")
        levels = [c for c in map(str, table) if c.startswith(("tier_", "possible_"))]
        tier = Lineage("highest tier by the rules of the residents spoken of", (), parents)
        return find(
            "needs.corrections",
            table,
            key=["correction"],
            inputs=self._read("corrections"),
            parents=[evidence, tiers],
            parameters=self.numbers(*names),
            privacy="personal",
            lineage={name: Lineage(rule, entries, parents) for name in numbers}
            | {n: Lineage("residents whose tier it touches", (), parents) for n in counted}
            | dict.fromkeys(levels, tier)
            | {n: Lineage("as the workshop wrote it down") for n in ("n_asked", "n_yes")},
        )

    def _read(self, *names: str) -> dict[str, pd.DataFrame | str]:
        return {name: self.place[name] for name in names}

    def _some(self, **columns: tuple[str, ...]) -> dict[str, pd.DataFrame | str]:
        """Return only the columns that are read, so that other edits change nothing here."""
        return {
            name: pd.DataFrame({one: self.place[name][one] for one in chosen})
            for name, chosen in columns.items()
        }

    def digests(self, *parts: str) -> dict[str, str]:
        """Return the content of parts of the catalogue."""
        return {part: self.catalogue.digest(part) for part in parts}

    def _rule_digests(self) -> dict[str, str]:
        return {
            f"tier_files/{one.file}": self.catalogue.digest("tier_files", one.file)
            for one in self.rule_sets
        }

    def numbers(self, *names: str) -> dict[str, Any]:
        """Return parameters of the catalogue."""
        return {name: self.catalogue.number(name) for name in names}

    def items(self, score: str) -> tuple[str, ...]:
        """Return the entries of the indicators a score is made of."""
        return tuple(f"indicators/{code}" for code in items_of(self.catalogue.indicators, score))

    def _scores(self, parents: Parents) -> dict[str, Lineage]:
        rule = "share of the known items that hold; bounds as if no or every unknown one did"
        return {name: Lineage(rule, self.items(name.split("_")[0]), parents) for name in SCORES}

    def _amounts(self, table: pd.DataFrame, parents: Parents) -> dict[str, Lineage]:
        entries = tuple(self._entries(sorted(set(table["item"]))))
        rule = "rate x days x residents or households; sums are exact in millionths"
        return {name: Lineage(rule, entries, parents) for name in AMOUNTS if name in table}

    def _entries(self, items: Iterable[str]) -> Iterable[str]:
        for item in items:
            part = "supplies" if item in self.catalogue.supplies else "needs"
            yield f"{part}/{item}"
