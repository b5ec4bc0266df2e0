"""Say which households need how many helpers, and how far each helper is from each door."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.community import Community
from renlin.community.network import Network
from renlin.community.passage import passage
from renlin.community.paths import graph, times_to

Floats = npt.NDArray[np.float64]
STAFF_FLOOR = 0  # staff stand at the street door of their post
TIERS_WITH_PLAN = (1, 2)


@dataclass(frozen=True)
class Demand:
    """Households that need help, and helpers who could give it.

    Attributes
    ----------
    households
        household, need (helpers who must come first), carry, entrance, building, floor, tier.
    helpers
        helper, building, strong, night, capacity, household (own; NA for staff).
    time
        Seconds from each helper to each household's door; infinite where no way is known.
        Shape (n_households, n_helpers).
    """

    households: pd.DataFrame
    helpers: pd.DataFrame
    time: Floats


def demand(place: Community, profiles: pd.DataFrame, households: pd.DataFrame) -> Demand:
    """Return who needs help and who could give it.

    Who must be carried, assisted or guided needs the helpers their class says; any other
    household surely in the first two tiers needs one who looks in. Who only may be in
    them is on the list of what to ask first: helpers are too few to guess with.

    Parameters
    ----------
    profiles, households
        Tables of ``needs.profiles`` and ``needs.households``.
    """
    wanting = _wanting(profiles, households, place.catalogue)
    helping = _helping(place)
    return Demand(wanting, helping, _times(place, wanting, helping))


def _wanting(
    profiles: pd.DataFrame, households: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    kinds = profiles["class"].map(lambda code: catalogue.classes[code])
    helped = pd.DataFrame(
        {
            "household": profiles["household"],
            "need": [max(kind.n_helpers, 1) if kind.help != "none" else 0 for kind in kinds],
            "carry": [kind.help == "carry" for kind in kinds],
        }
    )
    by_home = helped.groupby("household", as_index=False).agg(
        need=("need", "max"), carry=("carry", "any")
    )
    columns = ["household", "entrance", "building", "floor", "sure"]
    found = households[columns].merge(by_home, on="household").rename(columns={"sure": "tier"})
    watched = found["tier"].isin(TIERS_WITH_PLAN) & (found["need"] == 0)
    found.loc[watched, "need"] = 1
    return found[found["need"] > 0].sort_values("household").reset_index(drop=True)


def _helping(place: Community) -> pd.DataFrame:
    table = place["helpers"].copy()
    home = dict(zip(place["persons"]["person"], place["persons"]["household"], strict=True))
    default = place.catalogue.number("pair_default_capacity")
    table["household"] = table["person"].map(home)
    table["capacity"] = table["capacity"].astype("float64").fillna(default)
    for flag in ("strong", "night", "day"):
        table[flag] = table[flag].fillna(False).astype(bool)
    unit = dict(zip(place["entrances"]["entrance"], place["entrances"]["building"], strict=True))
    table["building"] = table["building"].where(
        table["building"].notna(), table["entrance"].map(unit)
    )
    columns = [
        "helper",
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
    ]
    return table[columns].sort_values("helper").reset_index(drop=True)


def _times(place: Community, wanting: pd.DataFrame, helping: pd.DataFrame) -> Floats:
    network = place.network
    adult = place.catalogue.classes["adult"]
    walks = graph(network, passage(network, adult, place.catalogue, view="optimistic"))
    doors = [
        _landing(network, e, f) for e, f in zip(wanting["entrance"], wanting["floor"], strict=True)
    ]
    posts = np.array([_post(network, row) for row in helping.to_dict("records")], dtype=int)
    time = np.full((len(wanting), len(helping)), np.inf)
    known = [index for index, node in enumerate(doors) if node >= 0]
    found = times_to(walks, [doors[index] for index in known])
    for row, index in enumerate(known):
        time[index] = np.where(posts >= 0, found[row, np.maximum(posts, 0)], np.inf)
    return time


def _landing(network: Network, entrance: object, floor: object) -> int:
    if pd.isna(entrance) or pd.isna(floor):  # type: ignore[call-overload]
        return -1
    return network.landing_of.get((str(entrance), int(floor)), -1)  # type: ignore[call-overload]


def _post(network: Network, row: dict[object, object]) -> int:
    """Return the node where a helper is found: a post, else a landing, else a street door."""
    if isinstance(row["facility"], str):
        return network.node_of.get(("facilities", row["facility"]), -1)
    node = _landing(network, row["entrance"], row["floor"])
    if node < 0 and isinstance(row["entrance"], str):
        node = network.node_of.get(("entrances", row["entrance"]), -1)
    return node
