"""Wrap each table of inequality as a finding: what it read and by which rule."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from renlin.community.community import Community
from renlin.finding import Finding, Lineage, find

MOVED = ("persons", "households", "dwellings", "entrances", "facts", "links", "renewals",
         "nominations")  # fmt: skip


class InequalityTracer:
    """Know the community and its catalogue, and name them behind each table.

    Parameters
    ----------
    place
        Community the tables are made from.
    seed
        Of every resampling.
    """

    def __init__(self, place: Community, seed: int) -> None:
        self.place = place
        self.catalogue = place.catalogue
        self.seed = seed

    def gaps(self, table: pd.DataFrame, *parents: Finding) -> Finding:
        """Return the gap of every group to the rest."""
        rule = (
            "mean of the group less that of the rest; buildings resampled and joined with the "
            "bounds missing data leave; formula beside: Newcombe, log-ratio Wald"
        )
        return self._find(
            "needs.gaps", table, ["measure", "display"], rule,
            parents=parents, numbers=("few_clusters",), read=("entrances", "dwellings"),
        )  # fmt: skip

    def inequality(self, table: pd.DataFrame, *parents: Finding) -> Finding:
        """Return the numbers of inequality side by side."""
        rule = "Theil between + within; Erreygers by sensitivity; Kolm-Pollak, kappa normalised"
        return self._find(
            "needs.inequality", table, ["measure", "partition"], rule,
            parents=parents, numbers=("gap_epsilon",), read=("entrances", "dwellings"),
        )  # fmt: skip

    def movers(self, table: pd.DataFrame) -> Finding:
        """Return who left, stayed and came over each renewal."""
        rule = "by since, until and seen_on; rate of leaving per person-year, mid-p interval"
        return self._find(
            "needs.movers", table, ["renewal", "display"], rule,
            numbers=("adult_age", "older_age"), read=MOVED,
        )  # fmt: skip

    def remaining(self, table: pd.DataFrame) -> Finding:
        """Return the risk of those who remain against that before."""
        rule = "mean over who stayed less mean over who was there before; buildings resampled"
        return self._find("needs.remaining", table, ["renewal", "measure"], rule, read=MOVED)

    def spending(self, table: pd.DataFrame, tiers: Finding) -> Finding:
        """Return spending per head and per person at risk."""
        rule = "amount over residents; transfer (A' P - A P') / (P + P')"
        return self._find(
            "needs.spending", table, ["side"], rule, parents=(tiers,), read=("spending",)
        )

    def spending_groups(self, table: pd.DataFrame, *parents: Finding) -> Finding:
        """Return spending per head and per person at risk of each group."""
        rule = "amount of a building in equal parts on its residents; group against the rest"
        return self._find(
            "needs.spending_groups", table, ["display"], rule,
            parents=parents, read=("spending",),
        )  # fmt: skip

    def disagreement(self, table: pd.DataFrame) -> Finding:
        """Return how far bodies stand apart on each issue."""
        rule = "earth mover's distance (ordered) or Jensen-Shannon (kinds); sheets resampled"
        return self._find(
            "needs.disagreement", table, ["issue"], rule,
            numbers=("survey_least",), read=("survey",),
        )  # fmt: skip

    def community_type(self, table: pd.DataFrame) -> Finding:
        """Return the type of community the data show."""
        rule = "naive Bayes over declared features, each counted once and by its known share"
        return self._find(
            "needs.community_type", table, ["type"], rule, numbers=("type_margin",),
            read=("buildings", "gates", "households"),
            parts=("community_features", "community_types"),
        )  # fmt: skip

    def type_risks(self, table: pd.DataFrame) -> Finding:
        """Return the template of risks of each type, matched against the data."""
        rule = "an open inspection finding or a feature of most known rows shows it"
        return self._find(
            "needs.type_risks", table, ["type", "risk"], rule,
            read=("buildings", "gates", "households", "hazards"),
            parts=("community_features", "community_types"),
        )  # fmt: skip

    def series(self, table: pd.DataFrame) -> Finding:
        """Return the stretches between changes of every series."""
        rule = "exact segmentation of binomial counts; price by simulated series without change"
        return self._find(
            "needs.series", table, ["display", "measure", "part"], rule,
            numbers=("series_alarm",), read=("series",),
        )  # fmt: skip

    def crossed(self, table: pd.DataFrame, series: Finding) -> Finding:
        """Return the groups that became safer and understand less."""
        rule = "last change of an exposure is better and of a perception worse; never added"
        key = ["display", "safer", "understands_less"]
        return self._find("needs.crossed", table, key, rule, parents=(series,), read=("series",))

    def _find(
        self,
        name: str,
        table: pd.DataFrame,
        key: Sequence[str],
        rule: str,
        *,
        parents: Sequence[Finding] = (),
        numbers: Sequence[str] = (),
        read: Sequence[str] = (),
        parts: Sequence[str] = (),
    ) -> Finding:
        behind = tuple((parent.name, "", "") for parent in parents)
        coded = (f"{part}/{code}" for part in parts for code in getattr(self.catalogue, part))
        entries = (*(f"parameters/{code}" for code in numbers), *coded)
        return find(
            name,
            table,
            key=key,
            inputs={one: self.place[one] for one in read},
            parents=parents,
            catalogue={part: self.catalogue.digest(part) for part in parts},
            policy={"confidence": self.place.policy.confidence},
            parameters={code: self.catalogue.number(code) for code in numbers},
            seeds=(self.seed,),
            privacy="internal",
            synthetic=self.place.synthetic,
            lineage={
                str(column): Lineage(rule, entries, behind)
                for column in table.columns
                if column not in key
            },
        )
