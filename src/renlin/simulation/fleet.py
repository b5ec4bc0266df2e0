"""Say where shared vehicles stand, and which of them are ready in a run.

A stand is a facility of kind ``shared_vehicle``; its capacity is the number of vehicles. What
is not known to be there is not: a stand of unknown capacity has no vehicle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.community.community import Community
from renlin.community.passage import is_open, passage
from renlin.simulation.behaviour import ADULT
from renlin.simulation.destinations import SHUT, fits
from renlin.simulation.event import Event
from renlin.simulation.luck import Keys, Luck, keys_of
from renlin.simulation.network import Ground

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

STAND = "shared_vehicle"
CHARGING = ("charging_point", "charging_shed")
"""Kinds of facility that keep vehicles beside them charged."""


class Way(NamedTuple):
    """Directed links walked one after the other, and the node they end at."""

    links: Whole
    end: int


@dataclass(frozen=True)
class Fleet:
    """The shared vehicles of one community at one hour.

    Attributes
    ----------
    node
        Network node of each stand, in the order of their ids.
    of
        Stand of each vehicle.
    keys
        Names of the vehicles in draws: stand and position.
    charged
        Vehicles a charging point keeps ready.
    ready_share
        Chance that one of the others is ready.
    seconds
        Walking time of an adult over each directed link, s.
    unknown
        Stands in use of which nobody knows how many vehicles they hold.
    """

    node: Whole
    of: Whole
    keys: Keys
    charged: Flags
    ready_share: float
    seconds: Floats
    unknown: int
    known: dict[tuple[int, int], Way | None] = field(default_factory=dict, repr=False)

    @property
    def n(self) -> int:
        """Return the number of vehicles, ready or not."""
        return len(self.of)

    def ready(self, luck: Luck) -> Whole:
        """Return how many vehicles of each stand are ready in the run of ``luck``.

        The draw of a vehicle is the same under every scheme, so that charging points only
        ever make more of them ready.
        """
        there = self.charged | (luck("vehicle", "ready") < self.ready_share)
        return np.bincount(self.of[there], minlength=len(self.node))


def nothing_to_fetch() -> Fleet:
    """Return the fleet of a place without shared vehicles."""
    none = np.zeros(0, dtype=np.int64)
    return Fleet(none, none, none, np.zeros(0, dtype=bool), 0.0, np.zeros(0), 0)


def has_stands(place: Community) -> bool:
    """Return whether ``place`` has a stand of shared vehicles at all, open or not."""
    return bool((place["facilities"]["kind"] == STAND).any())


def fleet(place: Community, ground: Ground, hour: float, events: Sequence[Event]) -> Fleet:
    """Return the vehicles of the stands that are open at ``hour`` and fit every event.

    Each charging point within ``vehicle_charging_reach`` keeps as many vehicles charged as
    its capacity says, of the nearest stand first.
    """
    if not has_stands(place):
        return nothing_to_fetch()
    rows = _counted(place["facilities"])
    stands = rows[rows["kind"] == STAND]
    use = [
        ("facilities", str(row["facility"])) in ground.walks.node_of
        and (pd.isna(row["open_hours"]) or is_open(str(row["open_hours"]), hour))
        and all(fits(row, place, event) for event in events)
        for row in stands.to_dict("records")
    ]
    stands = stands[np.array(use, dtype=bool)]
    names = stands["facility"].astype(str).tolist()
    held = np.array(stands["capacity"], dtype=np.int64)
    of = np.repeat(np.arange(len(held)), held)
    position = np.arange(len(of)) - np.repeat(np.cumsum(held) - held, held)
    reach = place.catalogue.number("vehicle_charging_reach")
    kept = _kept_charged(stands, held, rows[rows["kind"].isin(CHARGING)], reach)
    walked = passage(
        ground.walks, place.catalogue.classes[ADULT], place.catalogue, view="optimistic", hour=hour
    )
    return Fleet(
        node=np.array([ground.walks.node_of["facilities", name] for name in names], dtype=np.int64),
        of=of,
        keys=keys_of([f"{names[s]}/{n}" for s, n in zip(of, position, strict=True)]),
        charged=position < kept[of],
        ready_share=place.catalogue.number("vehicle_ready_uncharged"),
        seconds=np.stack([walked.forward, walked.backward], axis=1).ravel(),
        unknown=_uncounted(place["facilities"]),
    )


def _uncounted(facilities: pd.DataFrame) -> int:
    """Return how many stands in use are of unknown capacity."""
    stands = (facilities["kind"] == STAND) & ~facilities["state"].isin(SHUT)
    return int((stands & facilities["capacity"].isna()).sum())


def _counted(facilities: pd.DataFrame) -> pd.DataFrame:
    """Return the facilities in use of which one knows how much they hold, sorted by id."""
    there = ~facilities["state"].isin(SHUT) & (facilities["capacity"] > 0).fillna(False)
    return facilities[there.to_numpy(dtype=bool)].sort_values("facility", kind="stable")


def _kept_charged(stands: pd.DataFrame, held: Whole, points: pd.DataFrame, reach: float) -> Whole:
    """Return how many vehicles of each stand are kept charged, nearest point and stand first."""
    kept = np.zeros(len(stands), dtype=np.int64)
    room = np.array(points["capacity"], dtype=np.int64)
    apart = np.array([points.geometry.distance(at).to_numpy() for at in stands.geometry])
    apart = apart.reshape(len(stands), len(points))
    pairs = sorted((apart[s, p], s, p) for s, p in zip(*np.nonzero(apart <= reach), strict=True))
    for _, stand, point in pairs:
        taken = min(held[stand] - kept[stand], room[point])
        kept[stand] += taken
        room[point] -= taken
    return kept
