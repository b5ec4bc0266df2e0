"""List the elements a planner can point at, and which links and places each of them is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from renlin.community.community import Community
from renlin.community.network import APPROACH, GATE, HALL, INSIDE, STAIR, THRESHOLD
from renlin.simulation.network import Ground

Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

WALK, GATE_, DOOR, STAIR_, FACILITY = "walk", "gate", "door", "stair", "facility"
TABLES = {
    WALK: "walks",
    GATE_: "gates",
    DOOR: "entrances",
    STAIR_: "entrances",
    FACILITY: "facilities",
}
"""Kind of element -> the community table that has its row."""
_OF_KIND = {GATE: GATE_, STAIR: STAIR_, HALL: DOOR, THRESHOLD: DOOR, INSIDE: FACILITY}
_OF_NODE = {"door": DOOR, "facility": FACILITY}


class Element(NamedTuple):
    """One walk, gate, street door, stair or facility; ``place`` is the key of its row."""

    kind: str
    place: str

    @property
    def code(self) -> str:
        """Return kind and key, such as ``gate/east``."""
        return f"{self.kind}/{self.place}"

    @property
    def table(self) -> str:
        """Return the table that has its row."""
        return TABLES[self.kind]


class Elements(NamedTuple):
    """All elements of one network, sorted.

    Attributes
    ----------
    listed
        The elements.
    of
        Element of each link, shape (n_links,).
    """

    listed: tuple[Element, ...]
    of: Whole

    def links(self, at: int) -> Flags:
        """Return which links an element is made of."""
        mine: Flags = self.of == at
        return mine


def elements(ground: Ground) -> Elements:
    """Return the element of every link.

    All flights of a stair are one element, all pieces of a walk too. Hall, threshold and the
    way from the street to a door are the door; ways into a facility are the facility.
    """
    links, nodes = ground.walks.links, ground.walks.nodes
    kinds, names = _named(links, nodes)
    codes = pd.Series([f"{k}\n{n}" for k, n in zip(kinds, names, strict=True)], dtype=object)
    listed = sorted(set(codes))
    at = {code: index for index, code in enumerate(listed)}
    made = tuple(Element(*code.split("\n", 1)) for code in listed)
    return Elements(made, np.array([at[code] for code in codes], dtype=np.int64))


def _named(links: pd.DataFrame, nodes: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return kind and key of the element of every link."""
    ends = links["origin"].to_numpy(dtype=np.int64)
    far = nodes.iloc[ends][["kind", "place"]].to_numpy(dtype=object)
    kinds, names = [], []
    for kind, place, (node, of_node) in zip(links["kind"], links["place"], far, strict=True):
        approach = kind == APPROACH and node in _OF_NODE
        kinds.append(_OF_NODE[node] if approach else _OF_KIND.get(kind, WALK))
        names.append(str(of_node if approach else place))
    return kinds, names


def shape(place: Community, element: Element) -> BaseGeometry:
    """Return where an element is: the line of a walk, else the point of its row."""
    rows = place[element.table]
    mine = rows.iloc[:, 0].astype(str) == element.place
    found: BaseGeometry = shapely.unary_union(rows.loc[mine, "geometry"].to_numpy())
    return found
