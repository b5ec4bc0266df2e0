"""Plant small cases for governance: a street of two houses, its people, and what others found.

House A stands at 0 m, house B at 30 m, a shelter at 100 m on one straight lane behind a
gate at 60 m. Everything else is given per test.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
from tests.community.drawn import at, building, drawn, entrance, facility, home, walk

from renlin.finding import find
from renlin.governance.candidates import able
from renlin.governance.demand import Demand
from renlin.governance.evidence import Evidence

INDICATORS = {
    "age": "Int64", "has_backup_power": "boolean", "has_call_button": "boolean",
    "has_smart_device": "boolean", "has_smoke_alarm": "boolean", "hearing_level": "Int64",
    "oxygen_hours": "Float64", "power_dependent": "boolean", "power_device": "str",
    "pregnant_weeks": "Float64", "vision_level": "Int64", "walking_aid": "str",
    "wheelchair": "boolean",
}  # fmt: skip
HOUSEHOLD_RUN = {
    "scheme": "paired", "scenario": "quake", "n": 1, "p50": 300.0, "p90": 400.0,
    "arrived_share": 1.0, "n_runs": 10, "premove_p50": 60.0, "wait_p50": 0.0,
    "prepare_p50": 0.0, "stairs_p50": 40.0, "lanes_p50": 150.0, "queue_p50": 0.0,
    "rest_p50": 0.0, "blocked_p50": 0.0, "helper_p50": np.nan, "helper_used_share": 0.0,
    "destination": "s", "route": "lane#0;lane#1", "reason": "",
}  # fmt: skip


def street(*, homes=(("h", "A-1", 3), ("g", "B-1", 1)), gate=None, **rows):
    """Return the street; ``homes`` are (household, unit, floor), rows replace tables."""
    pairs = [home(*one) for one in homes]
    usual = {
        "buildings": [building("A", 0, 10, lift="no"), building("B", 30, 10, lift="no")],
        "entrances": [entrance("A-1", "A", 0, 10), entrance("B-1", "B", 30, 10)],
        "walks": [
            walk("lane", (-10, 0), (0, 0), (30, 0), (60, 0), (100, 0), kind="lane", width=4.0),
            walk("path-a", (0, 0), (0, 10)),
            walk("path-b", (30, 0), (30, 10)),
        ],
        "facilities": [facility("s", "shelter", 100, 0, capacity=50, step_free="yes", width=2.0)],
        "households": [one for one, _ in pairs],
        "dwellings": [one for _, one in pairs],
        "persons": [person(name, f"p-{name}") for name, *_ in homes],
    }  # fmt: skip
    if gate is not None:
        rows["gates"] = [
            {"gate": "east", "name": "east", "width": 2.0, "geometry": at(60, 0), **gate}
        ]
    return drawn(**{**usual, **rows})


def person(household, name, **facts):
    return {"person": name, "household": household, "origin": "registered", **facts}


def helper(name, unit=None, floor=1, **facts):
    """Return a strong helper who is there day and night and takes one household."""
    known = {"kind": "neighbour", "strong": "yes", "night": "yes", "day": "yes", "capacity": 1}
    return {"helper": name, "entrance": unit, "floor": floor if unit else None, **known, **facts}


def agreed(name, household, who, role, day="2026-01-01"):
    """Return a row of pairs; without a day the pair is proposed only."""
    return {"pair": name, "household": household, "helper": who, "role": role, "agreed_on": day}


def profile(name, household, *, needs_help="none", helpers=0, display="general", **more):
    """Return a row of needs.profiles with what is asked all known."""
    known = {
        "person": name, "household": household, "class": "adult", "display": display,
        "slow": False, "helpers_needed": helpers, "needs_help": needs_help,
        "prevention_unknown": 0.0, "response_unknown": 0.0, "recovery_unknown": 0.0,
    }  # fmt: skip
    return known | more


def needs_of(place, *profiles, tiers=None, told=None):
    """Return profiles, households and indicators of hand-made people.

    ``tiers`` gives the sure tier per household (4 otherwise); ``told`` indicators per person.
    """
    people = pd.DataFrame(profiles)
    people["slow"] = people["slow"].astype("boolean")
    homes = place["households"].merge(place["dwellings"], on="dwelling", how="left")
    homes = homes.merge(place["entrances"][["entrance", "building"]], on="entrance", how="left")
    homes = homes[["household", "entrance", "building", "floor"]].assign(
        sure=[(tiers or {}).get(name, 4) for name in homes["household"]], possible=1
    )
    homes["indicated"] = homes["sure"]
    indicators = people[["person", "household"]].copy()
    for name, kind in INDICATORS.items():
        values = [(told or {}).get(one, {}).get(name) for one in people["person"]]
        indicators[name] = pd.Series(values, dtype="object").astype(kind)
        if kind == "str":
            indicators[name] = indicators[name].where(pd.Series(values).notna())
    return SimpleNamespace(
        profiles=find("needs.profiles", people, key=["person"]),
        households=find("needs.households", homes, key=["household"]),
        indicators=find("needs.indicators", indicators, key=["person"]),
    )


def run_rows(*rows):
    """Return simulation.households with what a row does not say filled in."""
    return pd.DataFrame([{**HOUSEHOLD_RUN, **row} for row in rows])


EMPTY = {
    "space.inspections": [
        "building", "hazard", "kind", "place_table", "place", "measure", "rate", "closed",
    ],
    "space.coverage": [
        "person", "service", "entrance", "state", "time_optimistic", "capacity_ratio",
    ],
    "space.points": ["point", "entrance", "cause", "unserved", "unknown", "display_worst"],
    "space.contradictions": ["contradiction", "space", "rule", "state", "standing", "offered", "persons"],
    "space.network_gaps": ["gap", "persons"],
    "simulation.shelters": ["scheme", "scenario", "facility", "capacity", "p95"],
    "simulation.comparison": ["scheme", "scenario", "display", "verdict"],
    "simulation.households": [*HOUSEHOLD_RUN, "household"],
    "governance.shortages": ["household", "entrance", "helpers", "backup"],
    "governance.plans": ["household", "scenario"],
    "governance.duties": ["hazard", "phase", "status"],
}  # fmt: skip


def evidence(place, needs, **tables):
    """Return evidence over hand-made findings; names use ``_`` for the first dot."""
    given = {name.replace("_", ".", 1): rows for name, rows in tables.items()}
    made = {}
    for name, columns in EMPTY.items():
        rows = given.get(name, [])
        frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows, columns=columns)
        made[name] = find(name, frame, key=[])
    named = {one.name: one for one in vars(needs).values()}
    return Evidence(place, made | named)


def with_threshold(place, code, value):
    """Return ``place`` whose catalogue sets another threshold for a response."""
    entry = place.catalogue.responses[code]
    changed = entry.model_copy(
        update={"threshold": entry.threshold.model_copy(update={"value": value})}
    )
    responses = {**place.catalogue.responses, code: changed}
    return replace(place, catalogue=replace(place.catalogue, responses=responses))


def wanted(households, helpers, time, pairs=()):
    """Return a demand made by hand.

    Parameters
    ----------
    households
        (household, need, carry, priority, building) each.
    helpers
        (helper, own household, building, strong, night, capacity) each.
    time
        Seconds, shape (n_households, n_helpers).
    pairs
        (household, helper, role, agreed) each.
    """
    homes = pd.DataFrame(households, columns=["household", "need", "carry", "priority", "building"])
    homes = homes.assign(backup=1, tier=2, entrance=homes["building"], floor=1)
    known = pd.DataFrame(
        helpers, columns=["helper", "household", "building", "strong", "night", "capacity"]
    )
    known["capacity"] = known["capacity"].astype(float)
    for flag in ("strong", "night"):
        known[flag] = known[flag].astype("boolean")
    known["day"] = pd.Series([True] * len(known), dtype="boolean")
    table = pd.DataFrame(pairs, columns=["household", "helper", "role", "agreed"])
    table["agreed"] = table["agreed"].astype(bool)
    table.insert(0, "pair", [f"p{i}" for i in range(len(table))])
    lost = table.iloc[0:0].drop(columns="agreed").assign(reason="")
    seconds = np.array(time, dtype=float).reshape(len(homes), len(known))
    return Demand(homes, known, seconds, np.isfinite(seconds).any(axis=1), table, lost)


def chosen(found, demand):
    """Return (household, helper, part) of a match, sorted."""
    homes = demand.households["household"].to_numpy()
    helpers = demand.helpers["helper"].to_numpy()
    return sorted(
        (str(homes[h]), str(helpers[m]), "first" if first else "backup")
        for h, m, first in zip(found.home, found.helper, found.first, strict=True)
    )


def eligible(demand):
    """Return who may come first, as edges (home, helper)."""
    return np.nonzero(able(demand).first)
