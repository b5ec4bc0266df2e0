"""Send helpers: who is there in this run, to whom they go, in which order.

Agreed pairs first, in the order primary, second, backup; then staff at their posts. Every
helper serves households in one common order, so that two who need each other at two
doors never wait at one door each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.community import Community
from renlin.simulation.grouping import CARRY, Party, Roles
from renlin.simulation.luck import Keys, Luck, keys_of
from renlin.simulation.network import Ground
from renlin.simulation.population import Homes, Residents, asleep

Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

ROLE_ORDER = ("primary", "second", "backup")
STAFF = ("staff", "professional")
NOBODY = -1


@dataclass(frozen=True)
class Helpers:
    """Everybody who agreed to help under one scheme, and whom.

    Attributes
    ----------
    helpers
        Ids, sorted; ``keys`` name them in draws.
    person
        Resident each is, -1 for staff.
    node
        Where they are found; -1 when nobody knows, who then cannot come.
    strong, on_duty
        Can carry; available in principle at the hour of the event.
    staff
        Stands at a post and may be sent where help is lacking.
    trips
        Households each can fetch in one event.
    pairs
        Household -> helpers in order of role.
    """

    helpers: tuple[str, ...]
    keys: Keys
    person: Whole
    node: Whole
    strong: Flags
    on_duty: Flags
    staff: Flags
    trips: Whole
    pairs: Mapping[int, tuple[int, ...]]

    @property
    def n(self) -> int:
        """Return the number of helpers."""
        return len(self.helpers)


def helpers(place: Community, ground: Ground, who: Residents, live: Homes, hour: float) -> Helpers:
    """Return the helpers of ``place`` with the households they agreed to help.

    Strength and hours that are not known count as no: nobody may rely on them.
    """
    table = place["helpers"].sort_values("helper", kind="stable").reset_index(drop=True)
    ids = tuple(table["helper"].astype(str))
    index = {person: at for at, person in enumerate(who.persons)}
    person = np.array([index.get(str(p), NOBODY) for p in table["person"]], dtype=np.int64)
    night = asleep(place.catalogue, hour)
    trips = np.minimum(
        table["capacity"].to_numpy(dtype=np.float64, na_value=np.nan),
        place.catalogue.number("helper_max_trips"),
    )
    default = place.catalogue.number("pair_default_capacity")
    return Helpers(
        helpers=ids,
        keys=keys_of(ids),
        person=person,
        node=_nodes(table, ground, who, live, person),
        strong=_sure(table["strong"]),
        on_duty=_sure(table["night" if night else "day"]),
        staff=table["kind"].isin(STAFF).to_numpy() & (person == NOBODY),
        trips=np.where(np.isnan(trips), default, trips).astype(np.int64),
        pairs=_pairs(place["pairs"], ids, who),
    )


def _sure(flags: pd.Series) -> Flags:
    sure: Flags = flags.fillna(False).to_numpy(dtype=bool)
    return sure


def _nodes(
    table: pd.DataFrame, ground: Ground, who: Residents, live: Homes, person: Whole
) -> Whole:
    """Return where each helper is found: at home, at a post, at the door of a unit or house."""
    found = np.full(len(table), NOBODY, dtype=np.int64)
    units = {
        live.buildings[int(building)]: live.entrances[at]
        for at, building in reversed(list(enumerate(live.of_entrance)))
    }
    for row, helper in enumerate(table.to_dict("records")):
        if person[row] != NOBODY and live.node[who.household[person[row]]] >= 0:
            found[row] = live.node[who.household[person[row]]]
            continue
        found[row] = next((n for n in _posts(helper, ground, units) if n is not None), NOBODY)
    return found


def _posts(helper: dict[Any, Any], ground: Ground, units: Mapping[str, str]) -> list[int | None]:
    walks = ground.walks
    unit = helper["entrance"]
    if pd.isna(unit):
        unit = units.get(str(helper["building"]))
    floor = 1 if pd.isna(helper["floor"]) else int(helper["floor"])
    return [
        walks.node_of.get(("facilities", str(helper["facility"]))),
        walks.landing_of.get((str(unit), floor)),
        walks.landing_of.get((str(unit), 1)),
    ]


def _pairs(
    table: pd.DataFrame, ids: Sequence[str], who: Residents
) -> Mapping[int, tuple[int, ...]]:
    helper_at = {name: at for at, name in enumerate(ids)}
    home_at = {name: at for at, name in enumerate(who.households)}
    found: dict[int, list[tuple[int, int]]] = {}
    for home, helper, role in zip(table["household"], table["helper"], table["role"], strict=True):
        if home in home_at and helper in helper_at:
            rank = ROLE_ORDER.index(str(role))
            found.setdefault(home_at[str(home)], []).append((rank, helper_at[str(helper)]))
    return {
        home: tuple(dict.fromkeys(helper for _, helper in sorted(rows)))
        for home, rows in found.items()
    }


def available(
    agreed: Helpers,
    who: Residents,
    busy_at_home: Flags,
    catalogue: Catalogue,
    hour: float,
    luck: Luck,
) -> Flags:
    """Return which helpers are there in this run.

    Parameters
    ----------
    busy_at_home
        Households whose own members need their adults; helpers of these stay with them.
    """
    night = asleep(catalogue, hour)
    share = catalogue.number("helper_available_night" if night else "helper_available_day")
    there = agreed.on_duty & (agreed.node >= 0) & (luck("helper", "available") < share)
    busy = np.append(busy_at_home[who.household], False)[agreed.person]
    free: Flags = there & ~((agreed.person >= 0) & busy)
    return free


@dataclass(frozen=True)
class Assignment:
    """Which helper goes to which parties, in order; positions in the list of parties."""

    trips: Mapping[int, tuple[int, ...]]

    @property
    def coming(self) -> Mapping[int, int]:
        """Return party -> how many helpers are on their way."""
        count: dict[int, int] = {}
        for parties in self.trips.values():
            for party in parties:
                count[party] = count.get(party, 0) + 1
        return count


def assign(parties: Sequence[Party], can: Roles, agreed: Helpers, there: Flags) -> Assignment:
    """Return who goes to whom; ``parties`` in the order in which help is given.

    Who must be carried gets strong helpers only. Agreed helpers come even when they are
    too few, and wait for the others; staff are sent where they fill what is lacking.
    """
    trips: dict[int, list[int]] = {}
    left = agreed.trips.copy()
    lacking: list[tuple[int, int]] = []
    for at, party in enumerate(parties):
        missing = party.lacks
        for helper in agreed.pairs.get(party.household, ()):
            if (
                missing > 0
                and there[helper]
                and left[helper] > 0
                and _fits(helper, party, can, agreed)
            ):
                trips.setdefault(helper, []).append(at)
                left[helper] -= 1
                missing -= 1
        if missing > 0:
            lacking.append((at, missing))
    pool = [int(h) for h in np.flatnonzero(agreed.staff & there) if h not in trips]
    for at, missing in lacking:
        fit = [h for h in pool if left[h] > 0 and _fits(h, parties[at], can, agreed)]
        fit.sort(key=lambda h: (len(trips.get(h, ())), h))
        if len(fit) >= missing:
            for helper in fit[:missing]:
                trips.setdefault(helper, []).append(at)
                left[helper] -= 1
    return Assignment({helper: tuple(sorted(rows)) for helper, rows in sorted(trips.items())})


def _fits(helper: int, party: Party, can: Roles, agreed: Helpers) -> bool:
    carries = can.help[party.centre] == CARRY and not can.rolls[party.centre]
    return bool(agreed.strong[helper] or not carries)
