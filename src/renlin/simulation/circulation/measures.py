"""Say which measures of circulation are tried: lanes opened, vehicles shared, e-bikes moved out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from renlin.community.community import Community
from renlin.community.passage import passage
from renlin.community.paths import graph, times_to
from renlin.community.settings import Cell, Edit, Scheme
from renlin.errors import Said
from renlin.simulation.behaviour import ADULT, has_wheels
from renlin.simulation.charging import SHED
from renlin.simulation.circulation.lanes import chosen, edits, openings
from renlin.simulation.circulation.state import State
from renlin.simulation.circulation.words import opened_words, shed_words, stand_words, why
from renlin.simulation.destinations import SHUT
from renlin.simulation.fleet import STAND
from renlin.simulation.rescue import doors_of

LANES, VEHICLES, CHARGING = "lanes", "vehicles", "charging"
POINT = "charging_point"
STAFFED = ("duty_room", "community_office", "micro_station", "care_station", "senior_centre")
"""Facilities beside which a stand of vehicles is looked after."""
FINDING = "ebike_charging"
ADDED = "net.dest.add"
METRES = 2
NOT_REACHED = 1e6
"""Seconds to a door that cannot be reached: reaching one more door outweighs all nearness."""


class Measure(NamedTuple):
    """One measure on trial.

    Attributes
    ----------
    code, kind
        Its name, and ``lanes``, ``vehicles`` or ``charging``.
    places
        What it is done to: ``table/key`` of lanes and gates, or the place it stands at.
    edits
        What a scheme would say.
    said
        What is done, in both languages.
    unit
        Entrance whose fire it is about; "" for the one of the scenario.
    """

    code: str
    kind: str
    places: tuple[str, ...]
    edits: tuple[Edit, ...]
    said: Said
    unit: str = ""

    @property
    def scheme(self) -> Scheme:
        """Return the measure as a scheme of its own."""
        return Scheme(code=self.code, zh=self.said.zh, en=self.said.en, edit=self.edits)


def measures(now: State, most: int) -> tuple[Measure, ...]:
    """Return ``most`` openings of lanes, a stand of shared vehicles, and a charging shed.

    The stand is beside the staffed facility from which those who must be carried are
    nearest, with charging points for all its vehicles; the shed on the open ground nearest
    to the units where e-bikes are found charging, with room for as many as they have. What
    there is no need or no place for is left out.

    Source: features F7; parameters ``circulation_vehicles``, ``ebikes_per_household``.
    """
    return (*_lanes(now, most), *_vehicles(now), *_charging(now))


def _lanes(now: State, most: int) -> Iterator[Measure]:
    for number, one in enumerate(chosen(openings(now), most), 1):
        places = tuple("/".join(at) for at in sorted(one.places))
        made = edits(now, one.places)
        yield Measure(f"{LANES}-{number}", LANES, places, made, opened_words(now.place, made))


def _vehicles(now: State) -> Iterator[Measure]:
    rows = now.place["facilities"]
    there = rows[rows["kind"].isin(STAFFED) & ~rows["state"].isin(SHUT)].sort_values("facility")
    doors = _doors(now, _carried(now))
    node_of = now.ground.walks.node_of
    named = [str(name) for name in there["facility"] if ("facilities", str(name)) in node_of]
    if not named or not len(doors):
        return
    seconds = _walked(now, [node_of["facilities", name] for name in named])[:, doors]
    spent = np.where(np.isfinite(seconds), seconds, NOT_REACHED).sum(axis=1)
    best = named[int(spent.argmin())]
    at = rows.set_index("facility").loc[best].geometry
    n = int(now.place.catalogue.number("circulation_vehicles"))
    yield Measure(
        VEHICLES, VEHICLES, (f"facilities/{best}",),
        tuple(_facility(now, kind, at, n, NEAREST) for kind in (STAND, POINT)),
        stand_words(now.place, best, n),
    )  # fmt: skip


def _carried(now: State) -> npt.NDArray[np.bool_]:
    """Return the persons who do not walk steps, with or without help, and have no wheels."""
    kinds = now.who.kinds
    borne = np.array([kind.takes_steps != "yes" and not has_wheels(kind) for kind in kinds])
    found: npt.NDArray[np.bool_] = borne[now.who.kind]
    return found


def _doors(now: State, persons: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return the node of the street door of each of ``persons`` whose door is known."""
    nodes = doors_of(now.ground, now.live)[now.entrance[persons & (now.entrance >= 0)]]
    return nodes[nodes >= 0]


def _walked(now: State, nodes: list[int]) -> npt.NDArray[np.float64]:
    """Return the seconds an adult walks from every node to each of ``nodes``."""
    catalogue, walks = now.place.catalogue, now.ground.walks
    made = passage(walks, catalogue.classes[ADULT], catalogue, view="optimistic")
    return times_to(graph(walks, made), nodes)


def _charging(now: State) -> Iterator[Measure]:
    units = _charged_in(now.place, now.live.entrances)
    homes = np.bincount(
        now.live.entrance[now.live.entrance >= 0], minlength=len(now.live.entrances)
    )
    lived = [unit for unit in units if homes[now.live.entrances.index(unit)] > 0]
    ground = now.place["spaces"]
    free = ground[~ground["kind"].isin(NO_SHED) & (ground["emergency_use"] != "allowed")]
    if not lived or not len(free):
        return
    doors = now.place["entrances"].set_index("entrance").geometry
    unit = max(lived, key=lambda one: (homes[now.live.entrances.index(one)], one))
    apart = free.geometry.distance(doors[unit]).to_numpy()
    space = free.iloc[[int(np.lexsort((free["space"].to_numpy(dtype=str), apart))[0])]]
    need = now.place.catalogue.number("ebikes_per_household")
    room = math.ceil(sum(homes[now.live.entrances.index(one)] for one in lived) * need)
    added = _facility(now, SHED, shapely.point_on_surface(space.geometry.iloc[0]), room, OUTDOORS)
    name = str(space["space"].iloc[0])
    said = shed_words(now.place, name, room)
    yield Measure(CHARGING, CHARGING, (f"spaces/{name}",), (added,), said, unit)


NEAREST = Said("离要抬的人最近的值守处", "the staffed place nearest to those who are carried")
OUTDOORS = Said("楼道里充电的车挪到室外", "e-bikes charged in stairs move outdoors")
NO_SHED = ("roof", "road_side", "hall", "school_yard", "playground")
"""Spaces on which no shed is put; nor on ground that is kept for an emergency."""


def _charged_in(place: Community, entrances: tuple[str, ...]) -> list[str]:
    """Return the units where inspections found e-bikes charging that nobody has stopped."""
    rows = place["hazards"]
    open_ = (rows["kind"] == FINDING) & rows["closed_on"].isna()
    at = rows[open_ & (rows["place_table"] == "entrances")]["place"].astype(str)
    return sorted(set(at) & set(entrances))


def _facility(now: State, kind: str, at: Any, capacity: int, reason: Said) -> Edit:
    row: dict[str, Cell] = {
        "kind": kind,
        "name": now.place.catalogue.facilities[kind].zh,
        "capacity": capacity,
        "state": "open",
        "x": round(float(at.x), METRES),
        "y": round(float(at.y), METRES),
    }
    key = _free(f"circulation-{kind}", now.place["facilities"]["facility"])
    return Edit(lever=ADDED, op="add", table="facilities", key=key, row=row, why=why(reason))


def _free(key: str, taken: Iterable[str]) -> str:
    """Return ``key``, numbered on where an earlier measure of that name was carried out."""
    known = set(taken)
    numbered = (key if n == 1 else f"{key}-{n}" for n in count(1))
    return next(one for one in numbered if one not in known)
