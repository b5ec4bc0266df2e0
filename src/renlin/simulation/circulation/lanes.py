"""Find the lanes whose opening brings rescuers to most doors soonest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.community.network import GATE
from renlin.community.settings import Cell, Edit
from renlin.errors import Said
from renlin.simulation.circulation.state import Place, State, approach_of, hindering, opened
from renlin.simulation.circulation.words import why
from renlin.simulation.rescue import BY_ENGINE, Approach, vehicle

Floats = npt.NDArray[np.float64]
NOTHING = "none"
FOR_VEHICLES = ("lane", "road", "crossing", "bridge", GATE)
"""Kinds of ways that vehicles are meant to use."""
CENTIMETRES = 2
NOTICED = 1e-6
"""Seconds below which two ways take the same time: what adding up in another order may do."""
WIDTH, BLOCKED = "net.edge.width", "net.edge.block_prob"


class Opening(NamedTuple):
    """Lanes and gates opened together, and what that saves.

    ``saved``: seconds of the fire engine and its crew, summed over residents, those of
    vulnerable groups counted ``key_element_vulnerable_weight`` times.
    """

    places: frozenset[Place]
    saved: float


def openings(now: State) -> list[Opening]:
    """Return what opening lanes for the fire engine saves, the most per lane opened first.

    Tried are, for every door, the first that is too narrow on its way from the street, the
    first two, and so on. Ways made for people on foot are not widened into lanes.

    Source: features F7; standard ``fire_lane_width``.
    """
    need = vehicle(now.place.catalogue, BY_ENGINE).width
    before = approach_of(now, now.ground, BY_ENGINE)
    weights = _weights(now)
    found = [
        Opening(places, float(np.nansum(weights * (before.seconds - _with(now, places, need)))))
        for places in sorted(_tried(now, before, need), key=sorted)
    ]
    found = [one for one in found if one.saved > NOTICED]
    return sorted(found, key=lambda one: (-_per_lane(one), len(one.places), sorted(one.places)))


def _per_lane(one: Opening) -> float:
    return round(one.saved / len(one.places), 6)


def chosen(found: list[Opening], most: int) -> list[Opening]:
    """Return the first ``most`` openings no two of which share a lane."""
    taken: list[Opening] = []
    for one in found:
        if len(taken) < most and not any(one.places & other.places for other in taken):
            taken.append(one)
    return taken


def _with(now: State, places: frozenset[Place], width: float) -> Floats:
    """Return the seconds to every door with ``places`` opened to ``width`` m."""
    return approach_of(now, opened(now.ground, places, width), BY_ENGINE).seconds


def _tried(now: State, before: Approach, need: float) -> set[frozenset[Place]]:
    """Return the sets of lanes worth trying, from the street inwards."""
    links = now.ground.walks.links
    narrow = hindering(now.ground, need) & links["kind"].isin(FOR_VEHICLES).to_numpy()
    named = list(zip(links["table"].astype(str), links["place"].astype(str), strict=True))
    tried: set[frozenset[Place]] = set()
    for way in before.ways:
        inwards = list(dict.fromkeys(named[link] for link in reversed(way) if narrow[link]))
        tried |= {frozenset(inwards[:n]) for n in range(1, len(inwards) + 1)}
    return tried


def _weights(now: State) -> Floats:
    """Return the residents behind every street door, the vulnerable counted more."""
    more = now.place.catalogue.number("key_element_vulnerable_weight")
    known = now.entrance >= 0
    weight = np.where(now.vulnerable, more, 1.0)[known]
    return np.bincount(now.entrance[known], weight, minlength=len(now.live.entrances)).astype("f8")


def edits(now: State, places: frozenset[Place]) -> tuple[Edit, ...]:
    """Return the edits that open ``places`` to the fire engine: clear first, widen where needed."""
    need = vehicle(now.place.catalogue, BY_ENGINE).width
    return tuple(edit for at in sorted(places) for edit in _edits(now, at, need))


def _edits(now: State, at: Place, need: float) -> Iterator[Edit]:
    table, key = at
    rows = now.place[table]
    row = rows[rows.iloc[:, 0].astype(str) == key].iloc[0].to_dict()
    reason = why(Said(f"消防车要净宽 {need:g} 米", f"a fire engine needs {need:g} m"))
    barrier, wide = _cell(row.get("barrier")), _cell(row["width"])
    if f"barrier_factor_{barrier}" in now.place.catalogue.parameters:
        yield _set(BLOCKED, at, "barrier", (barrier, NOTHING), reason)
    if wide is not None and float(wide) < need:
        yield _set(WIDTH, at, "width", (wide, round(need, CENTIMETRES)), reason)


def _set(lever: str, at: Place, column: str, values: tuple[Cell, Cell], reason: str) -> Edit:
    (table, key), (was, now) = at, values
    return Edit(
        lever=lever, op="set", table=table, key=key, column=column, was=was, now=now, why=reason
    )


def _cell(value: Any) -> Any:
    """Return a cell as a plain value; None where it is missing."""
    if value is None or pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
