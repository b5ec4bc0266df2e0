"""Wrap what participation brought as findings: what each was made from, by which rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from renlin.catalogue.rules import RuleSet
from renlin.community.community import Community
from renlin.finding import Finding, Lineage, find

WEIGHTS = ("workshop_prior_cap", "workshop_design_effect", "workshop_interval",
           "workshop_odds_low", "workshop_odds_high", "raking_weight_cap",
           "raking_least_cell")  # fmt: skip
REGISTERS = ("corrections", "dwellings", "facts", "households", "links", "persons", "vouched")
"""Layers the shares before are read from."""
ORDER = ("preference_prior", "preference_interval", "preference_veto")


@dataclass(frozen=True)
class Participation:
    """What workshops and cases brought; each attribute is the finding ``needs.<name>``.

    Attributes
    ----------
    sessions
        Who took part, counts only; small groups without a number.
    prevalence
        Each measured share of each group before and after, its shift and what it is worth.
    preferences
        What is wanted first, by one vote per person and by one vote per group.
    hidden
        How many residents no register knows, as a range.
    rule_questions
        Rules that cases speak against.
    """

    sessions: Finding
    prevalence: Finding
    preferences: Finding
    hidden: Finding
    rule_questions: Finding


class Tracer:
    """Know the place and its session tables, and name them behind each finding."""

    def __init__(self, place: Community, tables: Mapping[str, pd.DataFrame]) -> None:
        self.place = place
        self.catalogue = place.catalogue
        self.tables = tables

    def sessions(self, table: pd.DataFrame) -> Finding:
        """Return who took part."""
        k = self.place.settings.k_persons
        rule = f"counts as signed; fewer than {k} are not told, nor what would tell them"
        names = ("n", "n_measured", "n_wishes", "n_cases")
        return self._found(
            "sessions", table, ["session", "display"], ("sessions", "participants", "statements"),
            {n: Lineage(rule) for n in names}, parameters={"k_persons": k},
        )  # fmt: skip

    def prevalence(self, table: pd.DataFrame) -> Finding:
        """Return the shares before and after."""
        rule = ("Beta-Binomial: prior min(known, cap) x known / residents, counts / design "
                "effect; shift against the register's bounds, sure to possible")  # fmt: skip
        ways = tuple(
            f"recruitments/{code}" for code in sorted(set(self.tables["sessions"]["recruitment"]))
        )
        entries = (*(f"parameters/{name}" for name in WEIGHTS), *ways)
        told = [str(c) for c in table if c not in ("display", "field")]
        return self._found(
            "prevalence", table, ["display", "field"], ("sessions", "answers"),
            {name: Lineage(rule, entries) for name in told},
            parameters=self._numbers(WEIGHTS),
            more={name: self.place[name] for name in REGISTERS},
            parts=("indicators", "displays", "recruitments"),
        )  # fmt: skip

    def preferences(self, table: pd.DataFrame) -> Finding:
        """Return the wishes in order."""
        rule = "Bradley-Terry with penalty, Borda beside it; veto by groups directly affected"
        wishes = tuple(f"wishes/{code}" for code in sorted(set(table["wish"])))
        entries = (*(f"parameters/{name}" for name in ORDER), *wishes)
        told = [str(c) for c in table if c not in ("aggregation", "wish")]
        return self._found(
            "preferences", table, ["aggregation", "wish"], ("sessions", "preferences"),
            {name: Lineage(rule, entries) for name in told},
            parameters=self._numbers(ORDER), parts=("wishes",),
        )  # fmt: skip

    def hidden(self, table: pd.DataFrame) -> Finding:
        """Return the range of residents no register knows."""
        rule = "Chapman; log-normal range of the unseen; a lower bound only without overlap"
        entries = ("parameters/hidden_interval",)
        told = ("n_workshop", "n_visit", "n_both", "low", "high", "lower_bound_only")
        return self._found(
            "hidden", table, ["scope"], ("sessions", "mentions"),
            {name: Lineage(rule, entries) for name in told},
            parameters=self._numbers(("hidden_interval",)),
        )  # fmt: skip

    def rule_questions(self, table: pd.DataFrame, rule_sets: Sequence[RuleSet]) -> Finding:
        """Return the rules that cases speak against."""
        rule = "different residents against one version of a rule in one direction"
        files = sorted({one.file for one in rule_sets})
        own = ("parameters/rule_question_cases",)
        return self._found(
            "rule_questions", table, ["rule", "version", "direction"], ("sessions", "statements"),
            {name: Lineage(rule, own) for name in ("n_cases", "n_sessions", "state")},
            parameters=self._numbers(("rule_question_cases",)),
            digests={f"tier_files/{f}": self.catalogue.digest("tier_files", f) for f in files},
        )  # fmt: skip

    def _found(
        self,
        name: str,
        table: pd.DataFrame,
        key: list[str],
        inputs: Sequence[str],
        lineage: Mapping[str, Lineage],
        *,
        parameters: Mapping[str, Any],
        more: Mapping[str, pd.DataFrame] | None = None,
        parts: Sequence[str] = (),
        digests: Mapping[str, str] | None = None,
    ) -> Finding:
        read: dict[str, pd.DataFrame | str] = {one: self.tables[one] for one in inputs}
        own = {part: self.catalogue.digest(part) for part in parts}
        return find(
            f"needs.{name}",
            table,
            key=key,
            inputs=read | dict(more or {}),
            catalogue=own | dict(digests or {}),
            parameters=parameters,
            synthetic=self.place.synthetic,
            lineage=lineage,
        )

    def _numbers(self, names: Sequence[str]) -> dict[str, float]:
        return {name: self.catalogue.number(name) for name in names}
