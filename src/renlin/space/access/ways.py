"""Say whom a way, a gate or a ground concerns: who walks there, and how much is at stake."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.community.network import Network
from renlin.community.passage import Passage
from renlin.community.paths import Field, field, graph

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Concerned:
    """How many residents something concerns, and the risk they live with on average, 0-1."""

    persons: int
    risk: float


NOBODY = Concerned(0, 0.0)


def walked_by(
    network: Network, residents: pd.Series, risk: pd.Series, facilities: list[str]
) -> dict[tuple[str, str], Concerned]:
    """Return (table, place) of a way or gate -> residents whose shortest way leads over it.

    Each resident takes the shortest way to the nearest of ``facilities``, whatever stops
    them on it; of a walk in several pieces the busiest one counts.

    Parameters
    ----------
    residents
        Entrance -> residents.
    risk
        Entrance -> upper bound of the risk they live with, 0-1.
    """
    metres = network.links["length"].to_numpy(dtype=np.float64)
    nothing = np.full(len(metres), "", dtype=object)
    targets = [network.node_of["facilities", name] for name in facilities]
    ways = field(graph(network, Passage(metres, metres, nothing)), targets)
    people, stake = np.zeros(len(network.nodes)), np.zeros(len(network.nodes))
    for entrance, n in residents.items():
        door = network.node_of.get(("entrances", str(entrance)))
        if door is not None:
            people[door] += n
            stake[door] += n * float(risk.get(entrance, 0.0))
    over = pd.DataFrame(
        {
            "table": network.links["table"],
            "place": network.links["place"],
            "people": _over_links(ways, people, len(metres)),
            "stake": _over_links(ways, stake, len(metres)),
        }
    )
    busiest = over.sort_values(["people", "stake"]).drop_duplicates(["table", "place"], keep="last")
    busiest = busiest[busiest["people"] > 0]
    keys = zip(busiest["table"], busiest["place"], strict=True)
    sums = zip(busiest["people"], busiest["stake"], strict=True)
    return {key: concerned(*own) for key, own in zip(keys, sums, strict=True)}


def _over_links(ways: Field, amount: Floats, n_links: int) -> Floats:
    """Return how much of ``amount`` (one per node) passes over every link."""
    carried = amount.copy()
    over = np.zeros(n_links)
    reached = np.flatnonzero(np.isfinite(ways.time) & (ways.next_node >= 0))
    for node in reached[np.argsort(-ways.time[reached], kind="stable")]:
        over[ways.next_link[node]] += carried[node]
        carried[ways.next_node[node]] += carried[node]
    return over


def concerned(people: float, stake: float) -> Concerned:
    """Return persons and their mean risk from persons and the sum of their risks."""
    return Concerned(round(people), stake / people) if people > 0 else NOBODY


def living_near(
    shapes: gpd.GeoSeries,
    entrances: gpd.GeoDataFrame,
    residents: pd.Series,
    risk: pd.Series,
    radius: float,
) -> list[Concerned]:
    """Return the residents whose door lies within ``radius`` metres of each shape."""
    people = entrances["entrance"].map(residents).fillna(0.0).to_numpy(dtype=np.float64)
    stake = people * entrances["entrance"].map(risk).fillna(0.0).to_numpy(dtype=np.float64)
    shape, door = entrances.sindex.query(shapes, predicate="dwithin", distance=radius)
    n = np.bincount(shape, weights=people[door], minlength=len(shapes))
    at_stake = np.bincount(shape, weights=stake[door], minlength=len(shapes))
    return [concerned(float(some), float(sums)) for some, sums in zip(n, at_stake, strict=True)]
