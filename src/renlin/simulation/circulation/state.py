"""Hold one community as the circulation sees it: who lives behind which street door."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from renlin.community.community import Community
from renlin.simulation.network import Ground
from renlin.simulation.population import Homes, Residents
from renlin.simulation.rescue import (
    BY_AMBULANCE,
    BY_ENGINE,
    Approach,
    approach,
    clear,
    doors_of,
    vehicle,
)

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
VEHICLES = (BY_ENGINE, BY_AMBULANCE)
Place = tuple[str, str]
"""Table and key of a lane or gate."""


@dataclass(frozen=True)
class State:
    """One community at one hour.

    Attributes
    ----------
    entrance
        Row of ``live.entrances`` of every person; -1 where nobody knows where they live.
    vulnerable
        Whether each person's group is a vulnerable one.
    """

    place: Community
    ground: Ground
    who: Residents
    live: Homes
    hour: float
    entrance: Whole
    vulnerable: Flags


def state(place: Community, ground: Ground, who: Residents, live: Homes, hour: float) -> State:
    """Return ``place`` with its residents put behind their doors."""
    frail = [place.catalogue.displays[code].vulnerable for code in who.displays]
    return State(
        place, ground, who, live, hour,
        entrance=live.entrance[who.household],
        vulnerable=np.array(frail, dtype=bool)[who.display],
    )  # fmt: skip


def approaches(now: State, ground: Ground) -> dict[str, Approach]:
    """Return the way of every kind of vehicle to every street door on ``ground``."""
    return {kind: approach_of(now, ground, kind) for kind in VEHICLES}


def approach_of(now: State, ground: Ground, kind: str) -> Approach:
    """Return the way of one kind of vehicle to every street door on ``ground``."""
    catalogue, doors = now.place.catalogue, doors_of(ground, now.live)
    return approach(ground, doors, vehicle(catalogue, kind), catalogue, now.hour)


def per_person(now: State, per_door: Floats) -> Floats:
    """Return a number of each street door for everybody behind it; NaN where not known."""
    return np.append(per_door, np.nan)[now.entrance]


def opened(ground: Ground, places: frozenset[Place], width: float) -> Ground:
    """Return ``ground`` with lanes and gates cleared and at least ``width`` m wide."""
    links = ground.walks.links
    mine = np.array(
        [at in places for at in zip(links["table"], links["place"], strict=True)], dtype=bool
    )
    mine &= ground.lanes
    return replace(
        ground,
        width=np.where(mine, np.maximum(ground.width, width), ground.width),
        left=np.where(mine, 1.0, ground.left),
    )


def hindering(ground: Ground, width: float) -> Flags:
    """Return the lanes and gates that are too narrow for ``width`` m, without those with steps."""
    found: Flags = ground.lanes & (clear(ground) < width) & ~ground.stepped
    return found
