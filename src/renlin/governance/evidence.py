"""What triggers may look at, and what they hand back: a place, whom it concerns, the proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.community import Community
from renlin.finding import Finding

Flags = npt.NDArray[np.bool_]
ROWS_SHOWN = 5
"""Rows named as evidence; the count beside them tells how many there are."""
NO_PLACE = "place_unknown"


@dataclass(frozen=True)
class Hit:
    """A place a response is called for.

    Attributes
    ----------
    place
        Building, unit, link, space, or a word for the whole community.
    persons
        Residents it surely concerns.
    unknown
        Residents it may concern, because something about them or the place is not known.
    display
        Group most of them belong to; ``all`` where it concerns everybody.
    evidence
        ``finding; row, row (count)``, then layers as ``layers/table: row``.
    """

    place: str
    persons: int
    unknown: int
    display: str
    evidence: str


@dataclass(frozen=True)
class Evidence:
    """The community with the findings of the stages before, by name."""

    place: Community
    findings: Mapping[str, Finding]

    @property
    def catalogue(self) -> Catalogue:
        """Return the catalogue in force."""
        return self.place.catalogue

    @cached_property
    def day(self) -> pd.Timestamp:
        """Return the survey date."""
        return pd.Timestamp(self.place.settings.survey_date)

    def table(self, name: str) -> pd.DataFrame:
        """Return the table of a finding."""
        return self.findings[name].table

    @cached_property
    def homes(self) -> pd.DataFrame:
        """Return residents with group, help, tier (sure), unit, building and floor."""
        people = self.table("needs.profiles")
        columns = ["household", "entrance", "building", "floor", "sure"]
        homes = self.table("needs.households")[columns]
        found = people.merge(homes, on="household", how="left")
        found["floor"] = found["floor"].astype("Float64")
        return found

    @cached_property
    def known(self) -> pd.DataFrame:
        """Return residents as :attr:`homes` with every indicator beside them."""
        indicators = self.table("needs.indicators").drop(columns="household")
        return self.homes.merge(indicators, on="person", how="left", suffixes=("", "_told"))

    def cite(self, finding: str, rows: Iterable[Any]) -> str:
        """Return the evidence of some rows of a finding, each by the values of its key.

        The finding goes by its name: which version of it was read stands in the provenance
        of what cites it, under its parents, with id and content.
        """
        if finding not in self.findings:
            raise KeyError(finding)
        named = sorted({str(row) for row in rows})
        shown = ", ".join(named[:ROWS_SHOWN])
        more = f" ({len(named)})" if len(named) > ROWS_SHOWN else ""
        return f"{finding}; {shown}{more}" if named else finding


Trigger = Callable[[Evidence, float], Iterator[Hit]]


def layer(table: str, row: Any) -> str:
    """Return how a row of a layer is cited."""
    return f"layers/{table}: {row}"


def largest(part: pd.DataFrame) -> str:
    """Return the group most of these residents belong to, the first by code on ties."""
    counts = part["display"].value_counts()
    return str(sorted(counts[counts == counts.max()].index)[0]) if len(counts) else "all"


def by_place(
    evidence: Evidence,
    people: pd.DataFrame,
    sure: Flags,
    perhaps: Flags,
    *,
    column: str,
    households: float,
    source: str = "needs.profiles",
    table: str = "",
) -> Iterator[Hit]:
    """Yield one hit per place where at least so many households are surely concerned.

    Parameters
    ----------
    people
        Residents with ``column``; ``sure`` and ``perhaps`` say of each whether it concerns
        them. Shape (n,).
    column
        entrance or building.
    households
        Least number of households surely concerned.
    source
        Finding keyed by person that shows it.
    table
        Layer whose row of that name shows it too; "" where none does.
    """
    known = _at(people, column)
    may_be = known["place"][perhaps & ~sure].value_counts()
    for place, part in known[sure].groupby("place", sort=True):
        if part["household"].nunique() < households:
            continue
        proof = evidence.cite(source, part["person"])
        yield Hit(
            str(place),
            len(part),
            int(may_be.get(place, 0)),
            largest(part),
            f"{proof}; {layer(table, place)}" if table else proof,
        )


def by_share(
    evidence: Evidence,
    people: pd.DataFrame,
    has: Flags,
    lacks: Flags,
    *,
    column: str,
    share: float,
    source: str,
) -> Iterator[Hit]:
    """Yield one hit per place where less than a share of the households surely has something.

    ``has`` and ``lacks`` tell it of each resident's household; who is neither is unknown.
    """
    known = _at(people, column).assign(has=has, lacks=lacks)
    for place, here in known.groupby("place", sort=True):
        n, covered = (part["household"].nunique() for part in (here, here[here["has"]]))
        if covered / n >= share:
            continue
        part, rest = here[here["lacks"]], here[~here["has"] & ~here["lacks"]]
        yield Hit(
            str(place),
            len(part),
            len(rest),
            largest(part if len(part) else rest),
            evidence.cite(source, here.loc[~here["has"], "person"]),
        )


def _at(people: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return person, household, group and place; a place nobody knows has a name too."""
    places = people[column].astype("object").where(people[column].notna(), NO_PLACE)
    return people[["person", "household", "display"]].assign(place=places.astype("str"))


def told(flags: pd.Series, *, value: bool) -> Flags:
    """Return where a nullable flag is surely ``value``."""
    same: Flags = flags.astype("boolean").eq(value).fillna(False).to_numpy(dtype=bool)
    return same
