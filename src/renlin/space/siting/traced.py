"""Keep plans of sites with where they came from."""

from __future__ import annotations

import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding, Lineage, find
from renlin.space.access.traced import WALKING
from renlin.space.tracing import digests, entries, inputs, numbers

READ = (*WALKING, "households", "pairs", "helpers")
CHOSEN = ("siting_more",)


def siting(place: Community, table: pd.DataFrame, needs: NeedsFindings) -> Finding:
    """Return every plan: the frontier between mean, worst group and money."""
    cited = (*entries("facilities", place.policy.services), *entries("parameters", CHOSEN))
    seconds = "seconds on foot in the careful view, of those who reach an open site"
    rules = {
        "status": "optimal: proven; bound: within gap of the best; today: what is open",
        "gap": "distance between the plan and the proven bound, as a share",
        "mean": seconds,
        "worst_group_mean": f"{seconds}; slowest group of enough persons",
        "kolm_pollak": f"Kolm-Pollak equivalent of {seconds}",
        "price": "sum of opening_cost of the sites opened; missing where one is not known",
        "unreached_persons": "persons without a place at any open site",
        "uncovered_persons": "persons without a place within the walking limit",
        "sites": "sites open under the model named in column model",
        "dominated": "another plan is nowhere worse and somewhere better",
    }
    return find(
        "space.siting",
        table,
        key=["service", "plan"],
        parents=[needs.profiles, needs.tiers],
        inputs=inputs(place, *READ),
        catalogue=digests(place, "classes", "facilities", "parameters"),
        policy={"services": list(place.policy.services), "hour": place.policy.hour},
        parameters=numbers(place, CHOSEN),
        privacy="public",
        lineage={name: Lineage(rule, cited) for name, rule in rules.items()},
        synthetic=place.synthetic,
    )


def siting_changes(place: Community, table: pd.DataFrame, plans: Finding) -> Finding:
    """Return who gains and who loses at each step, by group."""
    behind = (("space.siting", "service+plan", "service+plan"),)
    persons = "persons of the group, the plan against the one before"
    columns = ("persons", "nearer", "farther", "same", "newly_reached", "no_longer_reached")
    lineage = {name: Lineage(persons, (), behind) for name in columns}
    lineage["mean_change"] = Lineage("seconds, of those who reach a site in both", (), behind)
    return find(
        "space.siting_changes",
        table,
        key=["service", "plan", "group"],
        parents=[plans],
        lineage=lineage,
        synthetic=place.synthetic,
    )


def siting_sites(place: Community, table: pd.DataFrame, plans: Finding) -> Finding:
    """Return every ground, with the step at which each list opens it."""
    behind = (("space.siting", "service", "service"),)
    rules = {
        "room": "capacity, else usable area / area per person",
        "price": "opening_cost of the ground",
        "efficiency_step": "number of further sites at which the p-median first opens it",
        "equity_step": "number of further sites at which the floor model first opens it",
        "newly_covered": "persons within the limit of it and of no open site today",
        "newly_vulnerable": "of these, of a vulnerable group or surely of tier point_tier or above",
        "newly_first": "of these, surely of the highest tier",
    }
    return find(
        "space.siting_sites",
        table,
        key=["service", "site"],
        parents=[plans],
        lineage={name: Lineage(rule, (), behind) for name, rule in rules.items()},
        synthetic=place.synthetic,
    )
