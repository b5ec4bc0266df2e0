"""Lay out what the rules of contradiction look at, and what a rule may say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.space.access.ways import NOBODY, Concerned

MOST_NAMED = 5
WAY_TAKEN = ("stalls", "parked_cars", "block")
FIRE_LANES = ("road", "lane")


@dataclass(frozen=True)
class Clash:
    """One contradiction as a rule finds it.

    Attributes
    ----------
    space
        Space, walk, gate or kind of facility it is about.
    needed, offered
        In ``unit``; ``offered`` is NaN where nobody knows, which is no pass.
    concerned
        Residents it concerns.
    evidence
        Rows of layers, ";"-joined.
    responsible
        Who can mend it; "" where nobody is known.
    remedy
        Code of words.csv without ``remedy_``.
    standard
        Code of standards.csv whose clause is broken, "" for a rule of ours.
    least
        True where less than needed is wrong, False where more is.
    subject
        Group or anything else that tells two clashes of a space apart.
    """

    space: str
    needed: float
    offered: float
    unit: str
    concerned: Concerned
    evidence: str
    responsible: str
    remedy: str
    standard: str = ""
    least: bool = True
    subject: str = ""

    @property
    def gap(self) -> float:
        """Return how far the offer is from the need; NaN where nobody knows."""
        apart = self.needed - self.offered if self.least else self.offered - self.needed
        return apart if pd.isna(apart) else max(apart, 0.0)


@dataclass(frozen=True)
class Ground:
    """What the rules may look at.

    Attributes
    ----------
    tables
        Layers by name: spaces, uses, gates, walks, facilities, entrances.
    catalogue
        Standards, kinds of facility, limits.
    coverage
        Table of coverage of all services.
    ways
        (table, place) of ways and gates -> residents who walk there to the nearest refuge.
    goers
        Refuge (space, or facility without one) -> residents who would go there.
    beside
        Walk -> residents whose door lies on it, or near enough for a fire engine's hose.
    around
        Space -> residents who live within the radius of a shelter of it.
    residents, risk
        Entrance -> residents; entrance -> upper bound of the share harmed in a year, 0-1.
    holder
        Body that answers for the ways of the compound, "" when not known.
    """

    tables: Mapping[str, pd.DataFrame]
    catalogue: Catalogue
    coverage: pd.DataFrame
    ways: Mapping[tuple[str, str], Concerned]
    goers: Mapping[str, Concerned]
    beside: Mapping[str, Concerned]
    around: Mapping[str, Concerned]
    residents: pd.Series
    risk: pd.Series
    holder: str = ""

    @cached_property
    def spaces(self) -> dict[str, dict[str, Any]]:
        """Return space -> its row."""
        return {str(row["space"]): row for row in rows(self.tables["spaces"])}

    @cached_property
    def refuges(self) -> pd.DataFrame:
        """Return the open facilities that shelter people; ``ground`` is where they stand."""
        return refuges(self.tables["facilities"], self.catalogue)

    def on_way(self, table: str, place: object) -> Concerned:
        """Return the residents who walk over a way or through a gate."""
        return self.ways.get((table, str(place)), NOBODY)

    def at_lane(self, walk: object) -> Concerned:
        """Return the residents a fire lane concerns: who walk there, or who live beside it."""
        return most([self.on_way("walks", walk), self.beside.get(str(walk), NOBODY)])

    def at_space(self, space: str) -> Concerned:
        """Return the residents a space concerns: who go there, else who live around it."""
        return self.goers.get(space) or self.around.get(space, NOBODY)

    def everybody(self) -> Concerned:
        """Return all residents with a known door."""
        return self.living_at(self.residents.index)

    def living_at(self, entrances: Iterable[object]) -> Concerned:
        """Return the residents of these entrances."""
        people = self.residents.reindex(list(entrances)).fillna(0.0)
        n = float(people.sum())
        stake = float((people * self.risk.reindex(people.index).fillna(0.0)).sum())
        return Concerned(round(n), stake / n) if n else NOBODY

    def living_in(self, people: pd.DataFrame) -> Concerned:
        """Return these residents, one row each, with the risk at their entrance."""
        stake = float(people["entrance"].map(self.risk).fillna(0.0).sum())
        return Concerned(len(people), stake / len(people)) if len(people) else NOBODY


def refuges(facilities: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the open facilities of the kinds that scenarios send people to and that hold them.

    With ``ground`` (their space, else themselves) and ``held`` (effective area, m2; the
    capacity times the standard area where no area is stated).
    """
    aimed = {kind for entry in catalogue.scenarios.values() for kind in entry.targets}
    per_person = {
        kind: entry.area_per_person.value
        for kind, entry in catalogue.facilities.items()
        if kind in aimed and entry.area_per_person is not None
    }
    ready = facilities["kind"].isin(per_person) & (facilities["state"].fillna("open") == "open")
    found = facilities[ready].copy()
    share = found["kind"].map(per_person).astype("float64")
    found["per_person"] = share
    found["ground"] = found["space"].where(found["space"].notna(), found["facility"])
    found["held"] = (
        found["area"].astype("float64").fillna(found["capacity"].astype("float64") * share)
    )
    return found


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a layer as plain dictionaries."""
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def known(value: Any) -> bool:
    """Return whether a cell says anything."""
    return not pd.isna(value)


def said(value: Any) -> str:
    """Return a cell as text, "" where it says nothing."""
    return str(value) if known(value) else ""


def bodies(value: Any) -> list[str]:
    """Return the bodies named in a cell."""
    return [name.strip() for name in said(value).split(";") if name.strip()]


def named(table: str, keys: Iterable[object]) -> str:
    """Return rows of a layer as evidence, the first few named and the rest counted."""
    listed = [f"{table}/{key}" for key in keys]
    rest = len(listed) - MOST_NAMED
    return "; ".join(listed[:MOST_NAMED]) + (f"; +{rest}" if rest > 0 else "")


def most(some: Iterable[Concerned]) -> Concerned:
    """Return the one that concerns most residents."""
    return max(some, key=lambda one: (one.persons, one.risk), default=NOBODY)
