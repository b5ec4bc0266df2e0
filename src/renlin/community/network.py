"""Hold doors, stairs by flight, lanes and gates as one walk network.

Nodes are landings, half-landings, street doors, junctions, gate sides and
facilities; links join them, one row for both directions. Whatever was joined by
rule and not drawn by a person is marked ``inferred`` and used in optimistic runs
only. Unknown attributes stay missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapely import Point

LINK_COLUMNS = (
    "link",
    "origin",
    "target",
    "kind",
    "table",
    "place",
    "length",
    "width",
    "slope",
    "steps",
    "surface",
    "lit",
    "wheelchair",
    "open_hours",
    "locked",
    "access",
    "oneway",
    "lift",
    "handrail",
    "barrier",
    "inferred",
    "joined",
    "floor",
    "geometry",
)
STAIR, HALL, THRESHOLD, GATE, INSIDE, APPROACH, JOIN = (
    "stair",
    "hall",
    "threshold",
    "gate",
    "inside",
    "approach",
    "join",
)
BY_RULE = "drawn_by_rule"
"""Why a walk is inferred: a rule drew it and no person."""
LIFT = "lift"
"""Kind of a walk that is a lift."""
STEPS = "steps"
"""Kind of a walk that is a flight of steps, whether or not anybody has counted them."""


@dataclass(frozen=True)
class Network:
    """One walk network.

    Attributes
    ----------
    nodes
        Columns node (id), kind, table, place, floor, x, y; position = row number.
    links
        Columns of ``LINK_COLUMNS``; origin and target are row numbers of ``nodes``.
        ``length`` is walked metres, for a stair along the slope; ``slope`` is rise over
        run from origin to target; stairs run from the upper to the lower landing.
        ``joined`` says why a link was joined by rule, "" where it was drawn.
    """

    nodes: pd.DataFrame
    links: gpd.GeoDataFrame

    @cached_property
    def node_of(self) -> Mapping[tuple[str, str], int]:
        """Return (table, place) -> node, such as ("entrances", "b01-1") -> its street door."""
        marked = self.nodes[self.nodes["kind"].isin(["door", "facility"])]
        return {
            (table, place): int(node)
            for table, place, node in zip(
                marked["table"], marked["place"], marked.index, strict=True
            )
        }

    @cached_property
    def landing_of(self) -> Mapping[tuple[str, int], int]:
        """Return (entrance, floor) -> node of that landing."""
        marked = self.nodes[self.nodes["kind"] == "landing"]
        return {
            (place, int(floor)): int(node)
            for place, floor, node in zip(
                marked["place"], marked["floor"], marked.index, strict=True
            )
        }

    @cached_property
    def component(self) -> npt.NDArray[np.int32]:
        """Return the component of each node when inferred links do not count; 0 is the largest."""
        return components(self, inferred=False)

    @cached_property
    def component_inferred(self) -> npt.NDArray[np.int32]:
        """Return the component of each node when inferred links count too."""
        return components(self, inferred=True)


def components(network: Network, *, inferred: bool) -> npt.NDArray[np.int32]:
    """Return the component of each node, largest first (ties by lowest node)."""
    links = network.links if inferred else network.links[~network.links["inferred"]]
    n = len(network.nodes)
    ones = np.ones(len(links), dtype=np.int8)
    pairs = (links["origin"].to_numpy(), links["target"].to_numpy())
    _, label = connected_components(coo_matrix((ones, pairs), shape=(n, n)), directed=False)
    sizes = np.bincount(label)
    first = np.full(len(sizes), n)
    np.minimum.at(first, label, np.arange(n))
    order = np.lexsort((first, -sizes))
    rank = np.empty(len(sizes), dtype=np.int32)
    rank[order] = np.arange(len(sizes), dtype=np.int32)
    ranked: npt.NDArray[np.int32] = rank[label]
    return ranked


def door_point(network: Network, entrance: str) -> Point:
    """Return where the street door of ``entrance`` is."""
    node = network.node_of["entrances", entrance]
    return Point(float(network.nodes["x"].iloc[node]), float(network.nodes["y"].iloc[node]))
