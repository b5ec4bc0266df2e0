"""Draw a district of walk-ups on a grid of lanes, with its residents as stage 1 hands them on.

Everything follows from ``SEED``: lanes of which some are narrow, unmeasured or stepped,
gates with hours, six-storey houses, facilities in the corners and hazards in the houses.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from shapely import LineString, Point, box

from renlin.community.community import TABLES, Community
from renlin.community.folder import open_community
from renlin.community.layers import located
from renlin.community.tables import conform, empty
from renlin.finding import find
from renlin.random_streams import draw

SEED = 5
WILLOW = "tests/places/willow"
"""Its settings and policy stand in."""
X, Y = 500_000.0, 3_500_000.0
STEP = 50.0
"""Length of a lane between two crossings, m."""
STOREYS, PER_LANDING = 6, 5
"""Residents of one landing: two flats of 2.5 on average."""
KINDS = ("shelter", "clinic")


def district(n_persons: int) -> tuple[Community, SimpleNamespace]:
    """Return a community with ``n_persons`` residents, and what stage 1 says of them."""
    n_doors = -(-n_persons // (STOREYS * PER_LANDING))
    side = int(np.ceil(np.sqrt(n_doors / 2))) + 1
    rows = {
        "walks": _walks(side),
        "gates": _gates(side),
        **_houses(n_doors, side),
        **_homes(n_persons, n_doors),
        "facilities": _facilities(side),
        "hazards": _hazards(n_doors),
    }
    willow = open_community(WILLOW)
    catalogue, settings = willow.catalogue, willow.settings
    tables = {}
    for name in TABLES:
        made = empty(catalogue, name)
        if name in rows:
            done = conform(pd.DataFrame(rows[name]), name, catalogue, place=name)
            if done.faults:
                raise AssertionError([fault.text("en") for fault in done.faults[:5]])
            made = done.table
        tables[name] = located(made, name, settings)
    policy = willow.policy.model_copy(update={"services": KINDS})
    place = Community(settings, policy, None, catalogue, tables)
    return place, _needs(place, n_persons)


def _luck(what: str, n: int) -> np.ndarray:
    return draw(SEED, what, np.arange(n))


def _walks(side: int) -> list[dict[str, Any]]:
    """Return lanes: a tenth missing, some narrow, some with steps, some of unknown width."""
    ends = [(x, y, x + 1, y) for x in range(side - 1) for y in range(side)]
    ends += [(x, y, x, y + 1) for x in range(side) for y in range(side - 1)]
    luck, width = _luck("lane", len(ends)), _luck("width", len(ends))
    made = []
    for n, (a, b, c, d) in enumerate(ends):
        if luck[n] < 0.1:
            continue
        wide = None if width[n] < 0.1 else 0.7 if width[n] < 0.15 else 1.5 + 4 * width[n]
        made.append(
            {
                "walk": f"w{n}",
                "kind": "lane",
                "width": wide,
                "slope": 0.0,
                "steps": 3 if luck[n] > 0.97 else 0,
                "surface": "concrete",
                "wheelchair": None,
                "geometry": LineString([_at(a, b), _at(c, d)]),
            }
        )
    return made


def _at(x: float, y: float) -> tuple[float, float]:
    return X + x * STEP, Y + y * STEP


def _gates(side: int) -> list[dict[str, Any]]:
    """Return a gate on every fourth lane of one street in three, half of them shut at night."""
    made = []
    for x in range(0, side, 3):
        for y in range(0, side - 1, 4):
            made.append(
                {
                    "gate": f"g{x}-{y}",
                    "name": "门",
                    "width": 1.5,
                    "steps": 0,
                    "wheelchair": "yes",
                    "locked": False,
                    "open_hours": "06:00-23:00" if y % 8 else None,
                    "geometry": Point(*_at(x, y + 0.5)),
                }
            )
    return made


def _houses(n_doors: int, side: int) -> dict[str, list[dict[str, Any]]]:
    """Return a house of one stairwell beside every second lane."""
    buildings, entrances = [], []
    for n in range(n_doors):
        cell, half = divmod(n, 2)
        x, y = cell % (side - 1) + 0.25 + 0.5 * half, cell // (side - 1)
        east, north = _at(x, y)
        shape = box(east - 6, north + 6, east + 6, north + 18)
        buildings.append(
            {"building": f"b{n}", "name": f"{n}", "floors": STOREYS, "use": "dwelling"}
            | {"geometry": shape, "lift": False}
        )
        entrances.append(
            {"entrance": f"e{n}", "building": f"b{n}", "name": f"{n}", "stair_width": 1.2}
            | {"door_width": 1.2, "steps": 0, "blocked_width": 0.0}
            | {"geometry": Point(east, north + 6)}
        )
    return {"buildings": buildings, "entrances": entrances}


def _homes(n_persons: int, n_doors: int) -> dict[str, list[dict[str, Any]]]:
    """Return two dwellings a landing, each with a household."""
    made: dict[str, list[dict[str, Any]]] = {"dwellings": [], "households": [], "persons": []}
    n_homes = n_doors * STOREYS * 2
    for n in range(n_homes):
        unit, rest = divmod(n, STOREYS * 2)
        made["dwellings"].append(
            {"dwelling": f"d{n}", "entrance": f"e{unit}", "floor": rest // 2 + 1, "door": "1"}
        )
        made["households"].append(
            {"household": f"h{n}", "dwelling": f"d{n}", "origin": "registered"}
        )
    made["persons"] = [
        {"person": f"p{n}", "household": f"h{n % n_homes}", "origin": "registered"}
        for n in range(n_persons)
    ]
    return made


def _facilities(side: int) -> list[dict[str, Any]]:
    """Return a shelter at every eighth and a clinic at every tenth crossing of the streets."""
    made = []
    for kind, apart, size in (("shelter", 8, 400), ("clinic", 10, None)):
        for x in range(apart // 2, side, apart):
            for y in range(apart // 2, side, apart):
                east, north = _at(x, y)
                made.append(
                    {"facility": f"{kind}-{x}-{y}", "kind": kind, "name": kind, "x": east}
                    | {"y": north + 2, "capacity": size, "step_free": True, "width": 2.0}
                    | {"open_hours": "08:00-20:00" if kind == "clinic" else None}
                )
    return made


def _hazards(n_doors: int) -> list[dict[str, Any]]:
    """Return one inspection of the wiring of every house; worst in one corner."""
    made = []
    for n, luck in enumerate(_luck("wiring", n_doors)):
        grade = 5 if n < n_doors // 8 else 1 + int(4 * luck)
        made.append(
            {"hazard": f"z{n}", "kind": "wiring", "place_table": "buildings", "place": f"b{n}"}
            | {"inspected_on": "2026-09-01", "severity": grade, "inspector": "station"}
        )
    return made


def _needs(place: Community, n_persons: int) -> SimpleNamespace:
    """Return profiles, tiers and households with the classes of the catalogue by luck."""
    classes = sorted(place.catalogue.classes)
    luck = _luck("class", n_persons)
    drawn = (_luck("kind", n_persons) * len(classes)).astype(int)
    name = np.array(classes, dtype=object)[drawn]
    people = place["persons"][["person", "household"]].copy()
    people["class"] = np.where(luck < 0.6, "adult", name)
    people["display"] = [place.catalogue.classes[c].display for c in people["class"]]
    tier = 1 + (4 * _luck("tier", n_persons)).astype(int)
    tiers = people[["person"]].assign(sure=tier, possible=np.maximum(tier - 1, 1))
    homes = place["households"].merge(place["dwellings"], on="dwelling", how="left")
    homes = homes.merge(place["entrances"][["entrance", "building"]], on="entrance", how="left")
    told = people.merge(tiers, on="person").groupby("household", as_index=False)
    households = (
        told[["sure", "possible"]]
        .min()
        .merge(homes[["household", "entrance", "building", "floor"]], on="household", how="left")
    )
    return SimpleNamespace(
        profiles=find("needs.profiles", people, key=["person"]),
        tiers=find("needs.tiers", tiers, key=["person"]),
        households=find("needs.households", households, key=["household"]),
    )
