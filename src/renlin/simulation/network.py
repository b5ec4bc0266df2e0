"""Lay the walk network of a community out as the arrays of the movement kernel.

Nodes and links are put in an order that depends on what they are and where they lie,
never on the order of rows in a table. What was not measured is assumed from the
catalogue, counted, and never stops anybody by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from renlin.catalogue.load import Catalogue
from renlin.community.community import Community
from renlin.community.incline import inclines
from renlin.community.network import (
    APPROACH,
    GATE,
    HALL,
    INSIDE,
    STAIR,
    STEPS,
    THRESHOLD,
    Network,
)
from renlin.kernels import contract
from renlin.kernels.codes import REST_ASIDE, REST_IN_THE_WAY, REST_NOWHERE
from renlin.simulation.crowd import DOOR, LEVEL, NARROW, ways
from renlin.simulation.crowd import STAIR as STAIRWAY
from renlin.simulation.measured import measured

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

LEAST_WIDTH = 0.1  # m: where a way narrows to nothing, its capacity must stay a number
LEAST_LENGTH = 0.01  # m: two nodes at one place
RESTING = ("junction", "landing")


@dataclass(frozen=True)
class Ground:
    """The walk network of one community, ready for the kernel.

    Attributes
    ----------
    walks
        Nodes and links in canonical order; node and link numbers below are row numbers.
    space
        Kernel arrays without barriers and shelters.
    width
        Clear width, m, shape (n_links,).
    assumed
        Where the width was assumed.
    left
        Share of the width that stalls, cars and the like leave.
    surface
        Factor of the surface on level speed.
    stepped, falls
        Where there are steps; where the origin lies above the target.
    signed
        Where signs lead along the way.
    """

    walks: Network
    space: contract.Network
    width: Floats
    assumed: Flags
    left: Floats
    surface: Floats
    stepped: Flags
    falls: Flags
    signed: Flags

    @property
    def n_nodes(self) -> int:
        """Return the number of nodes."""
        return len(self.walks.nodes)

    @property
    def lanes(self) -> Flags:
        """Return which links are lanes and gates, without the steps from a door to its lane."""
        links = self.walks.links
        own = links["table"].isin(["walks", "gates"]) & (links["kind"] != APPROACH)
        return np.asarray(own.to_numpy(), dtype=bool)

    @property
    def n_links(self) -> int:
        """Return the number of links, one for both directions."""
        return len(self.walks.links)


def lay_out(place: Community) -> Ground:
    """Return the network of ``place`` as kernel arrays.

    Effective width = clear width - boundary layers of both sides, times what a barrier
    leaves; capacity = effective width x greatest specific flow; area = effective width x
    length. Stairs keep their slope length. A surface that slows is a longer way; a slope
    slows by its own factor up and down. Where a
    flow per metre of clear width was measured, it holds instead.

    Source: simulation reference 4.4; sfpe.
    """
    return laid_on(place, canonical(place.network))


def laid_on(place: Community, walks: Network) -> Ground:
    """Return ``walks``, already in canonical order, as kernel arrays; see :func:`lay_out`."""
    catalogue = place.catalogue
    links = walks.links
    width, assumed = clear_width(links, catalogue)
    flights = links["kind"].isin([STAIR, STEPS]).to_numpy()
    stepped = flights | (links["steps"].fillna(0.0).to_numpy() > 0)
    falls = ~(links["slope"].to_numpy() > 0)
    surface = _surface(links, catalogue)
    kind = _kinds(links, flights)
    narrow = width <= catalogue.number("slow_share_width")
    made = ways(catalogue, place.policy.speed_density)
    crowd_class = kind + np.where(narrow, NARROW, 0)
    own = measured(catalogue, links, kind, crowd_class, made.crowd)
    left = _barriers(place, links)
    effective = np.maximum(width - _boundaries(place, links, kind), LEAST_WIDTH) * left
    usual = effective * made.flow[crowd_class]
    length = np.maximum(links["length"].to_numpy(dtype=np.float64), LEAST_LENGTH)
    space = contract.Network(
        tail=links["origin"].to_numpy(dtype=np.int32),
        head=links["target"].to_numpy(dtype=np.int32),
        length=(length / np.where(stepped, 1.0, surface)).astype(np.float32),
        area=(effective * length).astype(np.float32),
        capacity=np.where(np.isnan(own.flow), usual, width * left * own.flow).astype(np.float32),
        clear_width=_passable(width, assumed, catalogue).astype(np.float32),
        climb=np.where(stepped, np.where(falls, -1, 1), 0).astype(np.int8),
        incline=inclines(links, catalogue).astype(np.float32),
        crowd_class=own.crowd_class.astype(np.int32),
        barrier=np.zeros(len(links), dtype=np.int32),
        rest=_rests(place, walks),
        shelter=np.full(len(walks.nodes), -1, dtype=np.int32),
        crowd=own.crowd,
    )
    signed = _surely(_of_place(place, links, "signed"))
    return Ground(walks, space, width, assumed, left, surface, stepped, falls, signed)


def canonical(network: Network) -> Network:
    """Return ``network`` with nodes and links in an order that rows cannot change.

    Nodes are ordered by kind, place, position, and (gates have two at one point) by where
    their links lead; links by their ends.
    """
    nodes, links = network.nodes, network.links
    leads = _leads(nodes, links)
    order = _order(
        [
            nodes["kind"], nodes["table"], nodes["place"], nodes["floor"],
            nodes["x"].round(3), nodes["y"].round(3), leads[:, 0].round(3), leads[:, 1].round(3),
        ]
    )  # fmt: skip
    rank = np.empty(len(nodes), dtype=np.int64)
    rank[order] = np.arange(len(nodes))
    ends = {end: rank[links[end].to_numpy(dtype=np.int64)] for end in ("origin", "target")}
    renamed = _turned(links.assign(**ends))
    sorting = ["origin", "target", "kind", "table", "length"]
    placed = renamed.iloc[_order([renamed[name] for name in sorting])].reset_index(drop=True)
    located = gpd.GeoDataFrame(placed, geometry="geometry", crs=links.crs)
    return Network(nodes.iloc[order].reset_index(drop=True), located)


def _turned(links: pd.DataFrame) -> pd.DataFrame:
    """Return the links with gates, which have no direction of their own, turned one way."""
    turn = (links["kind"] == GATE).to_numpy() & (links["origin"] > links["target"]).to_numpy()
    low = np.where(turn, links["target"], links["origin"])
    high = np.where(turn, links["origin"], links["target"])
    return links.assign(origin=low, target=high)


def clear_width(links: pd.DataFrame, catalogue: Catalogue) -> tuple[Floats, Flags]:
    """Return the clear width of every link, m, and where it had to be assumed."""
    measured = links["width"].to_numpy(dtype=np.float64)
    assumed = np.isnan(measured)
    kinds = links["kind"].to_numpy()
    by_kind = {
        STAIR: "assumed_stair_width",
        HALL: "assumed_door_width",
        THRESHOLD: "assumed_door_width",
    }
    other = catalogue.number("assumed_lane_width")
    value = {kind: catalogue.number(name) for kind, name in by_kind.items()}
    guess = np.array([value.get(kind, other) for kind in kinds], dtype=np.float64)
    return np.where(assumed, guess, measured), assumed


def _passable(width: Floats, assumed: Flags, catalogue: Catalogue) -> Floats:
    """Return what bodies are held against: an assumed width stops nobody."""
    widest = max(kind.min_width.value for kind in catalogue.classes.values())
    return np.maximum(np.where(assumed, np.maximum(width, widest), width), 0.0)


def _leads(nodes: pd.DataFrame, links: pd.DataFrame) -> Floats:
    """Return the mean middle of the links at each node, shape (n_nodes, 2)."""
    middle = shapely.line_interpolate_point(links.geometry.to_numpy(), 0.5, normalized=True)
    at = shapely.get_coordinates(middle)
    total, count = np.zeros((len(nodes), 2)), np.zeros(len(nodes))
    for end in ("origin", "target"):
        node = links[end].to_numpy(dtype=np.int64)
        np.add.at(total, node, at)
        np.add.at(count, node, 1.0)
    return np.asarray(total / np.maximum(count, 1.0)[:, None])


def _order(columns: list[pd.Series | Floats]) -> Whole:
    """Return the rows sorted by the columns, first one first."""
    codes = [np.unique(np.asarray(column), return_inverse=True)[1] for column in columns]
    order: Whole = np.lexsort(codes[::-1]).astype(np.int64)
    return order


def _surface(links: pd.DataFrame, catalogue: Catalogue) -> Floats:
    factor = np.ones(len(links))
    for surface in sorted(links["surface"].dropna().unique()):
        code = f"surface_factor_{surface}"
        if code in catalogue.parameters:
            factor[(links["surface"] == surface).to_numpy()] = catalogue.number(code)
    return factor


def _kinds(links: pd.DataFrame, flights: Flags) -> Whole:
    doors = links["kind"].isin([THRESHOLD, GATE, INSIDE]).to_numpy()
    kinds: Whole = np.where(flights, STAIRWAY, np.where(doors, DOOR, LEVEL)).astype(np.int64)
    return kinds


def _boundaries(place: Community, links: pd.DataFrame, kind: Whole) -> Floats:
    """Return the width nobody uses, both sides together, m; a handrail takes less than a wall."""
    number = place.catalogue.number
    loss = np.full(len(links), 2.0 * number("boundary_obstacle"))
    loss[kind == DOOR] = 2.0 * number("boundary_door")
    loss[(links["kind"] == HALL).to_numpy()] = 2.0 * number("boundary_corridor_wall")
    rails = _of_place(place, links, "handrail").map(_RAILS).fillna(0).to_numpy(dtype=np.float64)
    stairs = (2.0 - rails) * number("boundary_stair_wall") + rails * number("boundary_handrail")
    return np.where(kind == STAIRWAY, stairs, loss)


_RAILS = {"one": 1, "both": 2}


def _barriers(place: Community, links: pd.DataFrame) -> Floats:
    """Return the share of the effective width that stalls, cars and the like leave."""
    words = _of_place(place, links, "barrier")
    known = {
        word: place.catalogue.number(f"barrier_factor_{word}")
        for word in sorted(words.dropna().unique())
        if f"barrier_factor_{word}" in place.catalogue.parameters
    }
    factor: Floats = words.map(known).fillna(1.0).to_numpy(dtype=np.float64)
    return factor


def _rests(place: Community, walks: Network) -> npt.NDArray[np.int8]:
    """Return where people stop for a rest: in the way of others, or aside on a seat.

    A seat of a stair is on every landing, that of a walk at both of its ends.
    """
    nodes, links = walks.nodes, walks.links
    stops = nodes["kind"].isin(RESTING).to_numpy()
    seats = np.zeros(len(nodes), dtype=bool)
    ways = links[_surely(_of_place(place, links, "seat"))]
    seats[ways[["origin", "target"]].to_numpy(dtype=np.int64)] = True
    rest = np.where(seats, int(REST_ASIDE), int(REST_IN_THE_WAY))
    return np.where(stops, rest, int(REST_NOWHERE)).astype(np.int8)


def _surely(told: pd.Series) -> Flags:
    """Return where ``told`` says yes; what is unknown does not."""
    sure: Flags = told.eq(True).fillna(False).to_numpy(dtype=bool)
    return sure


def _of_place(place: Community, links: pd.DataFrame, column: str) -> pd.Series:
    """Return what the walk or entrance of each link says in ``column``."""
    found = pd.Series([None] * len(links), index=links.index, dtype="object")
    for table in ("walks", "entrances"):
        rows = place[table]
        if column not in rows:
            continue
        said = dict(zip(rows.iloc[:, 0], rows[column], strict=True))
        mine = ((links["table"] == table) & (links["kind"] != APPROACH)).to_numpy()
        found[mine] = links.loc[mine, "place"].map(said)
    return found.where(found.notna(), None)
