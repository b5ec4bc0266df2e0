"""A street of 100 m with a house at one end and a shelter at the other, to be varied."""

from __future__ import annotations

from tests.community.drawn import at, box, building, drawn, entrance, facility, home, walk
from tests.space.needs_fixture import needs

from renlin.space.access.coverage import cover, service
from renlin.space.access.residents import homes, residents

FLOOR = 2


def street(*, way=None, floor=FLOOR, capacity=50, extra=None, **rows):
    """Return the street; rows of any table replace those drawn here.

    Household ``h`` lives at A-1 on ``floor``, ``g`` beside it on the ground floor.
    """
    upstairs, ground = home("h", "A-1", floor), home("g", "A-1", 1)
    shelter = facility(
        "s", "shelter", 100, 0, capacity=capacity, area=100.0, step_free=True, width=2.0
    )
    usual = {
        "walks": way or [walk("street", (0, 0), (100, 0))],
        "buildings": [building("A", 0, 4)],
        "entrances": [entrance("A-1", "A", 0, 4)],
        "facilities": [shelter],
        "households": [upstairs[0], ground[0]],
        "dwellings": [upstairs[1], ground[1]],
        "persons": [
            {"person": f"{household}{n}", "household": household, "origin": "registered"}
            for household in ("h", "g")
            for n in (1, 2)
        ],
    }
    return drawn(**(usual | rows))


def gate(**facts):
    known = {
        "gate": "g",
        "name": "门",
        "width": 2.0,
        "steps": 0,
        "wheelchair": "yes",
        "locked": False,
    }
    return known | {"geometry": at(50, 0)} | facts


def ground(**facts):
    """Return the open space the shelter stands in."""
    return {
        "space": "square",
        "name": "场",
        "kind": "square",
        "geometry": box(90, -10, 110, 10),
    } | facts


def people_of(place, *people):
    found = needs(place, *people)
    homed = homes(place["households"], place["dwellings"])
    return residents(found.profiles.table, homed, place["pairs"], place["helpers"], place.catalogue)


def covered(place, *people, kind="shelter", hour=None, lifts=frozenset()):
    """Return person -> row of coverage."""
    offered = service(kind, place["facilities"], place.catalogue, hour=hour)
    table = cover(people_of(place, *people), place.network, offered, place.catalogue, lifts=lifts)
    return table.set_index("person")


def state(place, name="adult", household="h", **how):
    """Return state and reason of one person of class ``name``."""
    row = covered(place, ("p", household, name), **how).loc["p"]
    return row["state"], row["reason"]
