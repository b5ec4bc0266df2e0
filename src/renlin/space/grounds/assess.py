"""Introduce the steps that look at public grounds to each other."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from renlin.community.community import Community
from renlin.finding import Finding
from renlin.space.access.refuges import refuges
from renlin.space.grounds import traced
from renlin.space.grounds.around import Around, placed_hazards
from renlin.space.grounds.conversion import Converted, convert
from renlin.space.grounds.courts import courts, units
from renlin.space.grounds.fitness import fitness
from renlin.space.grounds.goers import demand, first_refuge
from renlin.space.grounds.leftovers import leftovers
from renlin.space.grounds.modules import place_modules
from renlin.space.grounds.redundancy import by_hour, left_out, verdicts
from renlin.space.grounds.tiers import balance, capacities
from renlin.space.grounds.usable import usable

LUCK = 1
"""Seed of the simulated conversions: every assessment meets the same luck."""
PLACED = ("buildings", "entrances", "walks", "spaces", "facilities")


@dataclass(frozen=True)
class Grounds:
    """What the public grounds can hold, offer and become.

    Attributes
    ----------
    grounds, redundancy, left_out
        Room and people by hour; verdict by standard; who finds it full, by group.
    ground_checks
        What each ground offers in an emergency, with the cheapest fix.
    conversions, conversion_steps
        From everyday to emergency: times by day and night, and step by step.
    leftovers, modules
        Small pieces of free ground, and what fits where for whom.
    tiers
        Demand and capacity from the door to the district.
    """

    grounds: Finding
    redundancy: Finding
    left_out: Finding
    ground_checks: Finding
    conversions: Finding
    conversion_steps: Finding
    leftovers: Finding
    modules: Finding
    tiers: Finding


def assess_grounds(place: Community, people: pd.DataFrame, covered: Finding) -> Grounds:
    """Return what the public grounds can hold, offer and become.

    Parameters
    ----------
    people
        Table of :func:`renlin.space.access.residents.living`.
    covered
        Coverage of every resident.
    """
    catalogue, policy = place.catalogue, place.policy
    safe = refuges(place["facilities"], catalogue)
    goers = first_refuge(covered.table, safe)
    free = usable(place["spaces"], place["uses"])
    hours = by_hour(free, demand(goers, catalogue))
    out = left_out(goers, hours, catalogue, reference=policy.reference, level=policy.confidence)
    by_ground = traced.grounds(place, hours, covered)
    around = _around(place)
    pieces = traced.leftovers(place, leftovers({name: place[name] for name in PLACED}, catalogue))
    done = convert(place["conversions"], place["spaces"], around, catalogue, seed=LUCK)
    plans = traced.conversions(place, done.plans, LUCK)
    fitting = place_modules(pieces.table, place["entrances"], people, catalogue)
    return Grounds(
        grounds=by_ground,
        redundancy=traced.redundancy(place, verdicts(hours, catalogue), by_ground),
        left_out=traced.left_out(place, out, by_ground, covered),
        ground_checks=traced.ground_checks(place, fitness(around, catalogue)),
        conversions=plans,
        conversion_steps=traced.conversion_steps(place, done.steps, plans, LUCK),
        leftovers=pieces,
        modules=traced.modules(place, fitting, pieces, people),
        tiers=_tiers(place, people, goers, free, by_ground, covered),
    )


def timed(place: Community) -> Converted:
    """Return how fast the grounds of a community convert, without looking at residents."""
    return convert(
        place["conversions"], place["spaces"], _around(place), place.catalogue, seed=LUCK
    )


def _around(place: Community) -> Around:
    layers: dict[str, gpd.GeoDataFrame] = {name: place[name] for name in PLACED}
    hazards = placed_hazards(place["hazards"], layers)
    return Around(
        layers["spaces"], layers["walks"], layers["facilities"], layers["buildings"], hazards,
        place.catalogue,
    )  # fmt: skip


def _tiers(
    place: Community, people: pd.DataFrame, goers: pd.DataFrame, free: pd.DataFrame,
    by_ground: Finding, covered: Finding,
) -> Finding:  # fmt: skip
    homes = courts(place["entrances"], place["spaces"], place.catalogue)
    held = capacities(
        free, place["spaces"], place["facilities"], place["buildings"], len(people),
        place.catalogue,
    )  # fmt: skip
    table = balance(units(people, goers, homes), held, place.catalogue)
    return traced.tiers(place, table, by_ground, covered)
