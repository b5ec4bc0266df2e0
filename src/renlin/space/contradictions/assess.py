"""Show the rules the ground they look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from renlin.community.community import Community
from renlin.finding import Finding
from renlin.space.access.refuges import refuges
from renlin.space.contradictions import burden, traced
from renlin.space.contradictions.concerned import (
    Concerned,
    Crowd,
    Ints,
    crowd,
    living_near,
    walked_by,
)
from renlin.space.contradictions.ground import Ground
from renlin.space.contradictions.standing import CLOSED, history
from renlin.space.contradictions.statements import Told, told
from renlin.space.contradictions.table import FOUND, Contradictions, contradictions
from renlin.space.risk.surface import PER

SEED = 0
"""Of the resampled buildings: one draw, the same for every place."""


@dataclass(frozen=True)
class Clashes:
    """Where space and need contradict each other, and who bears it.

    Attributes
    ----------
    contradictions, contradiction_people, contradiction_groups
        The contradictions; residents of each group each one concerns; and who bears them.
    objections
        What people decided on them, and what came of it.
    """

    contradictions: Finding
    contradiction_people: Finding
    contradiction_groups: Finding
    objections: Finding


def assess_contradictions(
    place: Community, people: pd.DataFrame, covered: Finding, hazard: Finding, inspected: Finding
) -> Clashes:
    """Return where space and need contradict each other.

    Parameters
    ----------
    people
        Table of :func:`renlin.space.access.residents.living`.
    covered, hazard, inspected
        Coverage by person, risk by building, newest inspections by building.

    Raises
    ------
    CatalogueFault
        When a declared rule or need names what the catalogue does not have.
    """
    worst = hazard.table.set_index("building")["high"] / PER
    who = crowd(people, place["entrances"], worst)
    stated = told(place.tables, place.catalogue)
    ground = _ground(place, stated, who, covered.table, inspected.table)
    made = contradictions(ground, stated.corrected, place["objections"], place.settings.crs)
    found = traced.contradictions(place, made.table, covered, hazard, inspected)
    stands = made.table.set_index("contradiction")["standing"]
    return Clashes(
        found,
        *_borne(place, made, who, found),
        traced.objections(place, history(place["objections"], stands), found),
    )


def _ground(
    place: Community,
    stated: Told,
    who: Crowd,
    coverage: pd.DataFrame,
    inspections: pd.DataFrame,
) -> Ground:
    tables = {name: place[name] for name in traced.RULED} | dict(stated.tables)
    tables["remarks"] = stated.remarks
    doors, spaces, walks = (tables[name] for name in ("entrances", "spaces", "walks"))
    safe = refuges(tables["facilities"], place.catalogue)
    radius = place.catalogue.facilities["shelter"].radius
    near = living_near(spaces["geometry"], doors, radius.value if radius is not None else 0.0)
    hose = place.catalogue.number("hazard_reach")
    return Ground(
        tables=tables,
        catalogue=place.catalogue,
        coverage=coverage,
        inspections=inspections,
        crowd=who,
        ways=_walked(place, who, safe),
        goers=_goers(coverage, safe, who),
        beside=dict(zip(walks["walk"], living_near(walks["geometry"], doors, hose), strict=True)),
        around=dict(zip(spaces["space"], near, strict=True)),
        day=pd.Timestamp(place.settings.survey_date),
        holder=place.settings.owner_unit,
    )


def _walked(place: Community, who: Crowd, safe: pd.DataFrame) -> Mapping[tuple[str, str], Ints]:
    """Return way or gate -> doors with residents whose way leads over it."""
    lived = np.flatnonzero(who.counts.sum(axis=1))
    ways = walked_by(place.network, who.doors, sorted(map(str, safe["facility"])))
    kept = {key: np.intersect1d(doors, lived) for key, doors in ways.items()}
    return {key: doors for key, doors in kept.items() if len(doors)}


def _goers(covered: pd.DataFrame, safe: pd.DataFrame, who: Crowd) -> dict[str, Concerned]:
    """Return refuge -> residents who would go there: it is the first they reach."""
    ground = dict(zip(safe["facility"], safe["ground"], strict=True))
    heading = covered.assign(ground=covered["facility"].map(ground)).dropna(subset=["ground"])
    heading = heading.drop_duplicates(["person", "ground"])
    return {str(name): who.chosen(own) for name, own in heading.groupby("ground")}


def _borne(
    place: Community, made: Contradictions, who: Crowd, found: Finding
) -> tuple[Finding, Finding]:
    """Return whom each contradiction found and not closed concerns, and who bears them."""
    table = made.table
    told_of = (table["state"] == FOUND) & (table["standing"] != CLOSED)
    kept = [one for one, here in zip(made.concerned, told_of, strict=True) if here]
    listed = table[told_of]
    level = place.policy.confidence
    doors = place["entrances"]["building"].astype(str)
    by_group = burden.groups(
        list(listed["dimension"]), kept, who, list(doors), seed=SEED, level=level
    )
    counted = burden.people(list(listed["contradiction"]), kept, who)
    return (
        traced.people(counted, found),
        traced.groups(by_group, found, seed=SEED, level=level),
    )
