"""Say which households need how many helpers, and how far each helper is from each door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.community import Community
from renlin.community.network import Network
from renlin.community.passage import passage
from renlin.community.paths import Graph, graph, times_to

Floats = npt.NDArray[np.float64]
HELPER_CLASS = "adult"
TOP_TIERS = (1, 2)
BACKUPS = 1
"""Backups of a household that needs help, so that the loss of any one helper leaves one."""
DOORS_AT_ONCE = 256
"""Doors whose times are worked out together; bounds memory, changes nothing."""
HELPER_COLUMNS = (
    "helper",
    "person",
    "household",
    "kind",
    "building",
    "entrance",
    "floor",
    "facility",
    "strong",
    "night",
    "day",
    "capacity",
)


@dataclass(frozen=True)
class Demand:
    """Households that need help, helpers who could give it, and pairs agreed or proposed.

    Attributes
    ----------
    households
        household, need (helpers who come first), backup (others who stand in), carry,
        priority (higher is served first), tier, entrance, building, floor; sorted by
        household.
    helpers
        helper, person, household (own; missing for staff), kind, building, entrance,
        floor, facility, strong, night, day (missing is unknown), capacity; sorted by helper.
    time
        Seconds from each helper to each household's door; infinite where no way is known.
        Shape (n_households, n_helpers).
    placed
        Whether the door of a household is on the network. Shape (n_households,).
    pairs
        Pairs on record between them: pair, household, helper, role, agreed.
    lost
        Pairs on record that can no longer hold: pair, household, helper, role, reason.
    """

    households: pd.DataFrame
    helpers: pd.DataFrame
    time: Floats
    placed: npt.NDArray[np.bool_]
    pairs: pd.DataFrame
    lost: pd.DataFrame


def demand(place: Community, profiles: pd.DataFrame, households: pd.DataFrame) -> Demand:
    """Return who needs help and who could give it.

    Who must be carried, assisted or guided needs the helpers their class says (the most
    any resident of the household needs: the same helpers go twice). Any other household
    that surely is in the first two tiers needs one who looks in. A household that only may
    be is first to be asked (needs.work_list); helpers are not spent on a guess. Who has an
    agreed pair keeps it in any case.

    Parameters
    ----------
    profiles, households
        Tables of ``needs.profiles`` and ``needs.households``.

    Source: governance reference A05.
    """
    helping = _helping(place)
    recorded, lost = _recorded(place, helping, households)
    kept = set(recorded.loc[recorded["agreed"], "household"])
    wanting = _wanting(profiles, households, kept, place.catalogue)
    doors = np.array(
        [
            landing(place.network, e, f)
            for e, f in zip(wanting["entrance"], wanting["floor"], strict=True)
        ],
        dtype=int,
    )
    recorded = recorded[recorded["household"].isin(set(wanting["household"]))]
    return Demand(
        wanting,
        helping,
        _times(place, doors, helping),
        doors >= 0,
        recorded.reset_index(drop=True),
        lost,
    )


def _wanting(
    profiles: pd.DataFrame, households: pd.DataFrame, kept: set[str], catalogue: Catalogue
) -> pd.DataFrame:
    needing = profiles["needs_help"] != "none"
    helped = pd.DataFrame(
        {
            "household": profiles["household"],
            "need": np.where(needing, np.maximum(profiles["helpers_needed"].astype(int), 1), 0),
            "carry": profiles["needs_help"] == "carry",
        }
    )
    by_home = helped.groupby("household", as_index=False).agg(
        need=("need", "max"), carry=("carry", "any")
    )
    columns = ["household", "entrance", "building", "floor", "sure"]
    found = households[columns].merge(by_home, on="household", how="left")
    found = found.rename(columns={"sure": "tier"})
    found["need"] = found["need"].fillna(0).astype(int)
    found["carry"] = found["carry"].fillna(False).astype(bool)
    found["priority"] = [_priority(row, catalogue) for row in found.to_dict("records")]
    found["need"] = np.where(found["priority"] > 0, np.maximum(found["need"], 1), 0)
    found["backup"] = np.where(found["priority"] > 0, BACKUPS, 0)
    wanted = (found["priority"] > 0) | found["household"].isin(kept)
    return found[wanted].sort_values("household").reset_index(drop=True)


def _priority(row: Mapping[Any, Any], catalogue: Catalogue) -> float:
    """Return the rank of a household when helpers are short; 0 when it needs none."""
    if row["tier"] == 1:
        return catalogue.number("pair_priority_tier_1")
    if row["need"] > 0:
        return catalogue.number("pair_priority_cannot_leave")
    if row["tier"] in TOP_TIERS:
        return catalogue.number("pair_priority_tier_2")
    return 0.0


def _helping(place: Community) -> pd.DataFrame:
    """Return the helpers who are here; who left the community helps no more."""
    table = place["helpers"].copy()
    here = place.present()
    home = dict(zip(here["person"], here["household"], strict=True))
    table = table[table["person"].isna() | table["person"].isin(home)].copy()
    table["household"] = table["person"].map(home)
    default = place.catalogue.number("pair_default_capacity")
    table["capacity"] = table["capacity"].astype("float64").fillna(default)
    for flag in ("strong", "night", "day"):
        table[flag] = table[flag].astype("boolean")
    unit = dict(zip(place["entrances"]["entrance"], place["entrances"]["building"], strict=True))
    table["building"] = table["building"].where(
        table["building"].notna(), table["entrance"].map(unit)
    )
    return table[list(HELPER_COLUMNS)].sort_values("helper").reset_index(drop=True)


def _recorded(
    place: Community, helping: pd.DataFrame, households: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the pairs on record that can hold, and those that cannot with the reason."""
    table = place["pairs"].sort_values("pair")
    own = dict(zip(helping["helper"], helping["household"], strict=True))
    homes = set(households["household"])
    reasons = [
        "household_left"
        if household not in homes
        else "helper_left"
        if helper not in own
        else "same_household"
        if own[helper] == household
        else ""
        for household, helper in zip(table["household"], table["helper"], strict=True)
    ]
    known = table[["pair", "household", "helper", "role"]].assign(
        agreed=table["agreed_on"].notna(), reason=reasons
    )
    holds = known["reason"] == ""
    first = known[holds].sort_values(["agreed", "pair"], ascending=[False, True])
    once = first.drop_duplicates(["household", "helper"]).sort_values("pair")
    return once.drop(columns="reason"), known[~holds].drop(columns="agreed").reset_index(drop=True)


def walking(place: Community) -> Graph:
    """Return the walk network of an able adult: what is unknown does not stop a helper."""
    network = place.network
    able = place.catalogue.classes[HELPER_CLASS]
    return graph(network, passage(network, able, place.catalogue, view="optimistic"))


def _times(place: Community, doors: npt.NDArray[np.int_], helping: pd.DataFrame) -> Floats:
    posts = np.array([_post(place, row) for row in helping.to_dict("records")], dtype=int)
    time = np.full((len(doors), len(helping)), np.inf)
    known = np.flatnonzero(doors >= 0)
    walks = walking(place) if len(known) and len(posts) else None
    for first in range(0, len(known) if walks is not None else 0, DOORS_AT_ONCE):
        chosen = known[first : first + DOORS_AT_ONCE]
        found = times_to(walks, doors[chosen].tolist())  # type: ignore[arg-type]
        time[chosen] = np.where(posts >= 0, found[:, np.maximum(posts, 0)], np.inf)
    return time


def landing(network: Network, entrance: Any, floor: Any) -> int:
    """Return the node of a landing, -1 when its place is not known."""
    if pd.isna(entrance) or pd.isna(floor):
        return -1
    return network.landing_of.get((str(entrance), int(floor)), -1)


def _post(place: Community, row: Mapping[Any, Any]) -> int:
    """Return the node where a helper is found: a post, else a landing, else a street door."""
    network = place.network
    if isinstance(row["facility"], str):
        return network.node_of.get(("facilities", row["facility"]), -1)
    node = landing(network, row["entrance"], row["floor"])
    if node < 0 and isinstance(row["entrance"], str):
        return network.node_of.get(("entrances", row["entrance"]), -1)
    return node
