"""Find where people go: the facilities an event sends them to, and who fits in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.community.community import Community
from renlin.community.passage import is_open
from renlin.simulation.event import Event
from renlin.simulation.network import Ground

Whole = npt.NDArray[np.int64]
SHUT = ("closed", "planned")
LIST = ";"


@dataclass(frozen=True)
class Destinations:
    """The places people head for, sorted by id.

    Attributes
    ----------
    facilities
        Ids.
    node
        Network node of each.
    choice
        0 for the first kind the event names, 1 for the second, and so on.
    capacity
        Persons; -1 where nobody knows (counted as unlimited, and shown as unknown).
    opens
        Seconds until each can be entered.
    """

    facilities: tuple[str, ...]
    node: Whole
    choice: Whole
    capacity: Whole
    opens: npt.NDArray[np.float64]

    @property
    def n(self) -> int:
        """Return how many there are."""
        return len(self.facilities)

    def only(self, kept: npt.NDArray[np.bool_]) -> Destinations:
        """Return those that are flagged, shape (n,)."""
        if kept.all():
            return self
        rows = np.flatnonzero(kept)
        return Destinations(
            tuple(self.facilities[row] for row in rows),
            self.node[rows],
            self.choice[rows],
            self.capacity[rows],
            self.opens[rows],
        )


def destinations(place: Community, ground: Ground, event: Event, *others: Event) -> Destinations:
    """Return the open facilities that fit the event, first choice first by ``choice``.

    Those that do not fit each of the ``others`` that strike with it are none.

    Closed and planned facilities, those outside their own hours and those that do not fit
    the event are none. A ground that is shut at the hour opens after its opening time, and
    so does one with a plan of conversion, which stands in its everyday state until then.
    """
    hour, every = event.scenario.hour, (event, *others)
    kinds = [kind for kind in event.kind.targets if all(kind in e.kind.targets for e in every)]
    spaces = place["spaces"].set_index("space")
    everyday = set(place["conversions"]["space"])
    rows = []
    for row in place["facilities"].sort_values("facility").to_dict("records"):
        node = ground.walks.node_of.get(("facilities", str(row["facility"])))
        if node is None or row["kind"] not in kinds or row["state"] in SHUT:
            continue
        if not is_open(_text(row["open_hours"]), hour) or not all(
            fits(row, place, one) for one in every
        ):
            continue
        space = spaces.loc[row["space"]] if row["space"] in spaces.index else None
        opens = _opens(space, place, hour, everyday)
        rows.append((str(row["facility"]), node, kinds.index(row["kind"]),
                     _capacity(row, space, place), opens))  # fmt: skip
    whole = np.array([row[1:4] for row in rows], dtype=np.int64).reshape(-1, 3)
    return Destinations(
        facilities=tuple(row[0] for row in rows),
        node=whole[:, 0],
        choice=whole[:, 1],
        capacity=whole[:, 2],
        opens=np.array([row[4] for row in rows], dtype=np.float64),
    )


def fits(row: dict[Any, Any], place: Community, event: Event) -> bool:
    """Return whether a facility fits an event: what its row says, else what its kind does."""
    own = _text(row["hazards"])
    kind = place.catalogue.facilities.get(str(row["kind"]))
    fits = own.split(LIST) if own else (list(kind.hazards) if kind else [])
    return (event.kind.fits_as or event.kind.code) in fits


def _capacity(row: dict[Any, Any], space: Any, place: Community) -> int:
    """Return the persons a facility takes: as stated, else by area; -1 when neither is known."""
    if not pd.isna(row["capacity"]):
        return int(row["capacity"])
    kind = place.catalogue.facilities.get(str(row["kind"]))
    if kind is None or kind.area_per_person is None:
        return -1
    area = row["area"]
    if pd.isna(area) and space is not None:
        usable = space["usable_share"]
        if pd.isna(usable):
            usable = place.catalogue.number("shelter_usable_share")
        whole = space["geometry"].area if pd.isna(space["area"]) else space["area"]
        area = float(whole) * float(usable)
    return -1 if pd.isna(area) else int(float(area) / kind.area_per_person.value)


def _opens(space: Any, place: Community, hour: float, everyday: set[Any]) -> float:
    """Return the seconds until a ground can be entered; 0 when it is open at the hour.

    ``everyday`` are the spaces that must be converted first.
    """
    if space is None:
        return 0.0
    if space.name not in everyday and is_open(_text(space["open_hours"]), hour):
        return 0.0
    minutes = space["opening_minutes"]
    if pd.isna(minutes):
        minutes = place.catalogue.number("opening_minutes_limit")
    return float(minutes) * 60.0


def _text(value: Any) -> str | None:
    return None if value is None or pd.isna(value) else str(value)
