"""Say for every resident and service: covered, not covered, or unknown, and why.

Covered: the pessimistic time keeps the limit. Not covered: no fitting facility lies
within straight reach, or those that do are on the same network and even the optimistic
time is too long. Unknown: the map cannot say (a gap of the network, an attribute to be
checked on site, help not agreed, a lift that may stand still, a resident without
address). Unknown is never counted as either.

Source: space reference §4.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import BehaviourClass
from renlin.community.driving import driven
from renlin.community.network import Network
from renlin.community.passage import is_open
from renlin.space.access.catchment import two_step
from renlin.space.access.judging import judge
from renlin.space.access.reach import Moves, Reach, Walker, pace, reach, shortest_ways, sure_ways
from renlin.space.access.residents import ALONE, HELPED
from renlin.space.access.states import NOT_COVERED, UNKNOWN

COLUMNS = (
    "person",
    "service",
    "display",
    "class",
    "entrance",
    "floor",
    "mode",
    "state",
    "reason",
    "time_optimistic",
    "time_pessimistic",
    "facility",
    "straight_m",
    "walk_m",
    "limit",
    "capacity_ratio",
    "paper_facility",
    "paper_m",
    "paper_walk_m",
    "paper_time",
)
HOME = ["class", "mode", "entrance", "floor"]
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Service:
    """A service with the facilities that offer it.

    Attributes
    ----------
    kind
        Code in catalogue/facilities.
    facilities
        Rows of the layer that are open, by facility.
    limit
        Walking time within which it counts as reached, s; of a hose its length, m.
    places
        Places of each facility; NaN where not known or where it does not hold people.
        Shape (n_facilities,).
    inbound
        True when its people come to the residents.
    hour
        Clock hour it is asked for; None ignores hours.
    """

    kind: str
    facilities: gpd.GeoDataFrame
    limit: float
    places: Floats
    inbound: bool
    hour: float | None = None
    moves: Moves = "walk"


def service(
    kind: str, facilities: gpd.GeoDataFrame, catalogue: Catalogue, *, hour: float | None = None
) -> Service | None:
    """Return the service ``kind``; None when the catalogue gives it no limit.

    A facility counts when it is open on the survey date (absent is open) and at ``hour``.
    Where the kind shelters people and no capacity is stated, it holds its effective area
    divided by the standard area per person.
    """
    entry = catalogue.facilities[kind]
    limit = entry.way_limit if entry.moves == "hose" else entry.walk_limit
    if limit is None:
        return None
    ready = (facilities["kind"] == kind) & (facilities["state"].fillna("open") == "open")
    if hour is not None:
        ready &= np.array([is_open(hours, hour) for hours in facilities["open_hours"]], dtype=bool)
    offered = facilities[ready].sort_values("facility", kind="stable").reset_index(drop=True)
    places = np.full(len(offered), np.nan)
    if entry.area_per_person is not None:
        stated = offered["capacity"].astype("float64")
        by_area = np.floor(offered["area"].astype("float64") / entry.area_per_person.value)
        places = stated.fillna(by_area).to_numpy(dtype=np.float64)
    inbound = entry.reached_by == "responders"
    return Service(kind, offered, limit.value, places, inbound, hour, entry.moves)


def cover(
    people: pd.DataFrame,
    network: Network,
    offered: Service,
    catalogue: Catalogue,
    *,
    lifts: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """Return the state of every resident for one service.

    Parameters
    ----------
    people
        One row per resident: person, display, class, entrance, floor, mode. Missing
        entrance or floor gives ``unknown``.
    lifts
        Entrances of houses with a lift.

    Returns
    -------
    Columns of ``COLUMNS``; covered + not_covered + unknown = all residents, always.
    ``facility``, ``straight_m`` and ``walk_m`` are of the facility reached soonest (in
    the careful view, else the hopeful, else the nearest); ``paper_`` columns are of the
    one nearest in a straight line. ``walk_m`` is the shortest way on foot, whatever stops
    the resident on it. ``capacity_ratio`` is places per resident among all who surely
    reach them; NaN where the state or the places are unknown.
    """
    network = ground(network, offered)
    asked = people.assign(floor=people["floor"].astype("Int64"))
    homes = asked.groupby(HOME, dropna=False).size().rename("n").reset_index()
    parts = list(_Asked(network, offered, catalogue, lifts).answers(homes))
    answered = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    answered["capacity_ratio"] = _ratio(answered, offered)
    found = asked.merge(answered.drop(columns=["n", "node", "reached"]), on=HOME, how="left")
    found = found.assign(service=offered.kind, limit=offered.limit)
    return found[list(COLUMNS)].sort_values("person", kind="stable").reset_index(drop=True)


def sure_times(
    people: pd.DataFrame,
    network: Network,
    offered: Service,
    catalogue: Catalogue,
    *,
    lifts: frozenset[str] = frozenset(),
) -> tuple[pd.DataFrame, Floats]:
    """Return who lives where, and how long each surely needs to every facility.

    Parameters
    ----------
    people
        As :func:`cover` has them; further columns keep apart those who live at one door.

    Returns
    -------
    One row per group of residents alike in all columns but ``person``, with ``n``; and
    seconds in the careful view, infinite where there is no sure way, shape (n_rows,
    n_facilities). Residents without a known place are in no row.
    """
    asked = people.assign(floor=people["floor"].astype("Int64"))
    alike = [column for column in asked.columns if column != "person"]
    homes = asked.groupby(alike, dropna=False).size().rename("n").reset_index()
    return _Asked(network, offered, catalogue, lifts).times(homes)


def ground(network: Network, offered: Service) -> Network:
    """Return the network the service is reached on: that of an engine has a layer more."""
    return driven(network) if offered.moves == "engine" else network


def walkers(
    people: pd.DataFrame,
    network: Network,
    offered: Service,
    catalogue: Catalogue,
    *,
    lifts: frozenset[str] = frozenset(),
) -> Iterator[tuple[pd.DataFrame, Walker]]:
    """Yield residents who walk alike, with the ``node`` they live at, and how they walk.

    Residents without a known place are in no part. ``network`` is that of :func:`ground`.
    """
    asked = _Asked(network, offered, catalogue, lifts)
    at = people[["entrance", "floor"]].assign(floor=people["floor"].astype("Int64"))
    known = at.drop_duplicates()
    node = known.assign(
        node=[asked.node(*one) for one in zip(known["entrance"], known["floor"], strict=True)]
    )
    placed = people.assign(floor=at["floor"]).merge(node, on=["entrance", "floor"], how="left")
    placed = placed[placed["node"] >= 0]
    parts = [part for _, part in placed.groupby(["class", "mode"], sort=True)]
    for part in [placed] if offered.inbound and len(placed) else parts:
        yield part.reset_index(drop=True), asked.walker(part)


def _ratio(answered: pd.DataFrame, offered: Service) -> Floats:
    """Return places per resident of every home (:func:`catchment.two_step`)."""
    within = np.zeros((len(answered), len(offered.facilities)))
    for home, reached in enumerate(answered["reached"]):
        within[home, list(reached)] = 1.0
    ratio = two_step(within, answered["n"].to_numpy(dtype=np.float64), offered.places)
    return np.where(answered["state"] == UNKNOWN, np.nan, ratio)


class _Asked:
    """One service asked of a network: what all homes share."""

    def __init__(
        self, network: Network, offered: Service, catalogue: Catalogue, lifts: frozenset[str]
    ) -> None:
        self.network = network
        self.offered = offered
        self.catalogue = catalogue
        self.lifts = lifts
        self.names = offered.facilities["facility"].to_numpy(dtype=object)
        nodes = [network.node_of["facilities", str(name)] for name in self.names]
        self.facilities: Whole = np.array(nodes, dtype=np.int64)

    def answers(self, homes: pd.DataFrame) -> Iterator[pd.DataFrame]:
        """Yield the answer for every home: those without a place first, then by walker."""
        node = np.array(
            [self.node(*at) for at in zip(homes["entrance"], homes["floor"], strict=True)]
        )
        homes = homes.assign(node=node.astype(np.int64))
        without, lost = homes["entrance"].isna(), homes["node"] < 0
        yield _blank(homes[without], "address_unknown")
        yield _blank(homes[lost & ~without], "floor_unknown")
        placed = homes[~lost].reset_index(drop=True)
        if len(self.names) == 0:
            yield _blank(placed, "no_facility", state=NOT_COVERED, time=np.inf)
            return
        metres = shortest_ways(self.network, self.facilities, placed["node"].to_numpy())
        walkers = [part for _, part in placed.groupby(["class", "mode"], sort=True)]
        for part in [placed] if self.offered.inbound and len(placed) else walkers:
            yield self._answer(part, metres[:, part.index])

    def times(self, homes: pd.DataFrame) -> tuple[pd.DataFrame, Floats]:
        """Return the homes whose place is known, and their sure times to every facility."""
        at = zip(homes["entrance"], homes["floor"], strict=True)
        node = np.array([self.node(*one) for one in at], dtype=np.int64)
        placed = homes.assign(node=node)[node >= 0].reset_index(drop=True)
        found = np.full((len(placed), len(self.names)), np.inf)
        for _, part in placed.groupby(["class", "mode"], sort=True):
            nodes = part["node"].to_numpy(dtype=np.int64)
            walker = self.walker(part)
            sure = sure_ways(self.network, walker, self.facilities, nodes, self.catalogue)
            found[part.index] = sure.T
        return placed.drop(columns=["node"]), found

    def node(self, entrance: Any, floor: Any) -> int:
        """Return the landing of a home; -1 where it is not known."""
        if pd.isna(entrance) or pd.isna(floor):
            return -1
        return self.network.landing_of.get((str(entrance), int(floor)), -1)

    def walker(self, part: pd.DataFrame) -> Walker:
        """Return how those of ``part``, who are alike, walk."""
        if self.offered.inbound:
            kind, hour = responder(self.catalogue), self.offered.hour
            return Walker(kind, hour=hour, inbound=True, moves=self.offered.moves)
        mode = part["mode"].iloc[0]
        return Walker(
            self.catalogue.classes[part["class"].iloc[0]],
            surely=mode == HELPED,
            possibly=mode != ALONE,
            hour=self.offered.hour,
            lifts=self.lifts,
            moves=self.offered.moves,
        )

    def _answer(self, part: pd.DataFrame, metres: Floats) -> pd.DataFrame:
        """Return the answer for homes whose residents walk alike."""
        homes = part["node"].to_numpy(dtype=np.int64)
        walker = self.walker(part)
        found = reach(self.network, walker, self.facilities, homes, self.catalogue)
        component = self.network.component_inferred
        apart = component[self.facilities][:, None] != component[homes][None, :]
        state, reason = judge(found, apart, self.offered.limit, pace(walker, self.catalogue))
        soonest, nearest = _soonest(found), found.straight.argmin(axis=0)
        at = np.arange(len(homes))
        within = found.pessimistic <= self.offered.limit
        return part.assign(
            state=state,
            reason=reason,
            time_optimistic=found.optimistic.min(axis=0),
            time_pessimistic=found.pessimistic.min(axis=0),
            facility=self.names[soonest],
            straight_m=found.straight[soonest, at],
            walk_m=metres[soonest, at],
            paper_facility=self.names[nearest],
            paper_m=found.straight[nearest, at],
            paper_walk_m=metres[nearest, at],
            paper_time=found.optimistic[nearest, at],
            reached=_which(within),
        )


def responder(catalogue: Catalogue) -> BehaviourClass:
    """Return the class of those who come to the residents: that of whom nothing is known.

    Assumption: responders on foot walk as any adult; their gear and drill cancel out.
    """
    plain = [entry for entry in catalogue.classes.values() if not entry.when]
    return max(plain, key=lambda entry: (entry.rank, entry.code))


def _blank(
    homes: pd.DataFrame, reason: str, *, state: str = UNKNOWN, time: float = np.nan
) -> pd.DataFrame:
    """Return ``homes`` of which nothing can be measured."""
    nothing = dict.fromkeys(("straight_m", "walk_m", "paper_m", "paper_walk_m"), np.nan)
    times = dict.fromkeys(("time_optimistic", "time_pessimistic", "paper_time"), time)
    named = {
        name: pd.Series([None] * len(homes), index=homes.index, dtype="str")
        for name in ("facility", "paper_facility")
    }
    reached = pd.Series([()] * len(homes), index=homes.index, dtype="object")
    return homes.assign(state=state, reason=reason, reached=reached, **nothing, **times, **named)


def _which(within: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    """Return the facilities within the limit of each home, as tuples of row numbers."""
    found = np.empty(within.shape[1], dtype=object)
    found[:] = [tuple(np.flatnonzero(column).tolist()) for column in within.T]
    return found


def _soonest(found: Reach) -> Whole:
    """Return the facility reached first: surely, else at best, else in a straight line."""
    careful, hopeful = found.pessimistic, found.optimistic
    surely, maybe = np.isfinite(careful).any(axis=0), np.isfinite(hopeful).any(axis=0)
    chosen = np.where(maybe, hopeful.argmin(axis=0), found.straight.argmin(axis=0))
    soonest: Whole = np.where(surely, careful.argmin(axis=0), chosen)
    return soonest
