"""Draw small communities for tests: a few rows of a few tables, everything else empty.

Metres count from an origin inside UTM zone 50N, so that a place at (0, 0) is a real one.
"""

from __future__ import annotations

from functools import cache

import pandas as pd
from shapely import LineString, Point, Polygon

from renlin.community.community import TABLES, Community
from renlin.community.folder import open_community
from renlin.community.layers import located
from renlin.community.tables import conform, empty

X, Y = 500_000.0, 3_500_000.0


@cache
def willow() -> Community:
    """Return the hand-drawn community of the tests."""
    return open_community("tests/places/willow")


def drawn(**rows) -> Community:
    """Return a community with these rows of tables and Willow's settings and policy."""
    place = willow()
    tables = {}
    for name in TABLES:
        if name in rows:
            done = conform(pd.DataFrame(rows[name]), name, place.catalogue, place=name)
            assert not done.faults, [fault.text("en") for fault in done.faults]
            frame = done.table
        else:
            frame = empty(place.catalogue, name)
        tables[name] = located(frame, name, place.settings)
    return Community(place.settings, place.policy, None, place.catalogue, tables)


def at(x, y):
    return Point(X + x, Y + y)


def line(*places):
    return LineString([(X + x, Y + y) for x, y in places])


def box(left, bottom, right, top):
    corners = [(left, bottom), (right, bottom), (right, top), (left, top)]
    return Polygon([(X + x, Y + y) for x, y in corners])


def walk(name, *places, **facts):
    """Return a level concrete footway, 2 m wide, whose every attribute is known."""
    known = {"kind": "footway", "width": 2.0, "slope": 0.0, "steps": 0, "surface": "concrete"}
    return {"walk": name, **known, "wheelchair": "yes", "geometry": line(*places), **facts}


def bare(name, *places, **facts):
    """Return a footway of which nothing is known."""
    return {"walk": name, "kind": "footway", "geometry": line(*places), **facts}


def building(name, x, y, **facts):
    """Return a house 10 m wide whose street side starts at (x, y)."""
    known = {"building": name, "name": name, "floors": 3, "use": "dwelling"}
    return known | {"geometry": box(x - 5, y, x + 5, y + 8)} | facts


def entrance(name, block, x, y, **facts):
    """Return a level street door whose every width is known."""
    known = {"stair_width": 1.2, "door_width": 1.2, "steps": 0, "blocked_width": 0.0}
    return {
        "entrance": name,
        "building": block,
        "name": name,
        **known,
        "geometry": at(x, y),
        **facts,
    }


def home(household, unit, floor=1):
    """Return a household and its dwelling."""
    return (
        {"household": household, "dwelling": f"d-{household}", "origin": "registered"},
        {"dwelling": f"d-{household}", "entrance": unit, "floor": floor, "door": "1"},
    )


def facility(name, kind, x, y, **facts):
    return {"facility": name, "kind": kind, "name": name, "x": X + x, "y": Y + y, **facts}
