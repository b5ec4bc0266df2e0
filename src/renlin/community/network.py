"""Assemble doors, stairs by flight, lanes and gates into one walk network.

Nodes are landings, half-landings, street doors, junctions, gate sides and
facilities; links join them, one row for both directions. Whatever was joined by
rule and not drawn by a person is marked ``inferred`` and used in optimistic runs
only. Unknown attributes stay missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapely import LineString, Point

from renlin.catalogue.load import Catalogue
from renlin.community.junctions import Junctions, joined

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
    "inferred",
    "floor",
    "geometry",
)
STAIR, HALL, THRESHOLD, GATE, INSIDE, APPROACH = (
    "stair",
    "hall",
    "threshold",
    "gate",
    "inside",
    "approach",
)
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
    """

    nodes: pd.DataFrame
    links: gpd.GeoDataFrame

    @cached_property
    def node_of(self) -> Mapping[tuple[str, str], int]:
        """Return (table, place) -> node, such as ("entrances", "b01-1") -> its street door."""
        marked = self.nodes[(self.nodes["place"] != "") & (self.nodes["floor"] == 0)]
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


def assemble(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Network:
    """Return the walk network of ``tables``.

    Parameters
    ----------
    tables
        At least buildings, entrances, dwellings, walks, gates, spaces, facilities.
    catalogue
        Gives storey height, riser, tread, landing and hall lengths, tolerances.

    Source: space reference §4.1-4.2; lengths of stairs along the slope (sfpe).
    """
    made = _Assembly(catalogue)
    junctions = Junctions(tables["walks"], tables["gates"], catalogue)
    made.lanes(junctions)
    made.units(tables, junctions)
    made.facilities(tables, junctions)
    return made.network(str(getattr(tables["walks"], "crs", "") or ""))


class _Assembly:
    """Collect nodes and links; positions are final once given."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.number = catalogue.number
        self.nodes: list[tuple[str, str, str, str, int, float, float]] = []
        self.links: list[dict[str, object]] = []
        self.junction_node: dict[int, int] = {}

    def network(self, crs: str) -> Network:
        nodes = pd.DataFrame(
            self.nodes, columns=["node", "kind", "table", "place", "floor", "x", "y"]
        )
        frame = pd.DataFrame(self.links, columns=list(LINK_COLUMNS))
        for column in ("length", "width", "slope", "steps"):
            frame[column] = pd.to_numeric(frame[column], errors="coerce").astype("float64")
        frame["inferred"] = frame["inferred"].astype(bool)
        frame["lit"] = frame["lit"].astype("boolean")
        frame["locked"] = frame["locked"].astype("boolean")
        return Network(nodes, gpd.GeoDataFrame(frame, geometry="geometry", crs=crs or None))

    def node(self, kind: str, table: str, place: str, floor: int, at: tuple[float, float]) -> int:
        name = f"{table}/{place}/{floor}/{kind}" if place else f"{kind}/{len(self.nodes)}"
        self.nodes.append((name, kind, table, place, floor, at[0], at[1]))
        return len(self.nodes) - 1

    def link(self, name: str, origin: int, target: int, kind: str, **facts: object) -> None:
        ends = [self.nodes[origin][5:7], self.nodes[target][5:7]]
        row: dict[str, object] = dict.fromkeys(LINK_COLUMNS)
        row.update(link=name, origin=origin, target=target, kind=kind, inferred=False, floor=0)
        row["geometry"] = LineString(ends)
        row.update(facts)
        if row["length"] is None:
            row["length"] = float(np.hypot(ends[0][0] - ends[1][0], ends[0][1] - ends[1][1]))
        self.links.append(row)

    def junction(self, junctions: Junctions, index: int) -> int:
        if index not in self.junction_node:
            at = junctions.points[index]
            self.junction_node[index] = self.node("junction", "", "", 0, (at[0], at[1]))
        return self.junction_node[index]

    def lanes(self, junctions: Junctions) -> None:
        """Add every piece of every walk, and every gate as a link across itself."""
        for piece in junctions.pieces:
            origin, target = (self.junction(junctions, end) for end in piece.ends)
            self.link(
                piece.name,
                origin,
                target,
                str(piece.facts["kind"]),
                table="walks",
                place=piece.walk,
                length=piece.length,
                geometry=piece.shape,
                **{
                    key: piece.facts[key]
                    for key in (
                        "width",
                        "slope",
                        "surface",
                        "lit",
                        "wheelchair",
                        "open_hours",
                        "inferred",
                    )
                },
                steps=piece.steps,
            )
        for gate in junctions.gates:
            origin, target = (self.junction(junctions, end) for end in gate.ends)
            self.link(
                gate.name,
                origin,
                target,
                GATE,
                table="gates",
                place=gate.walk,
                slope=0.0,
                length=self.number("gate_depth"),
                **gate.facts,
            )

    def units(self, tables: Mapping[str, pd.DataFrame], junctions: Junctions) -> None:
        """Add the stair of every unit by flight, its hall, its threshold and its way to a lane."""
        floors = dict(
            zip(tables["buildings"]["building"], tables["buildings"]["floors"], strict=True)
        )
        top = _top_floor(tables["dwellings"])
        for unit in tables["entrances"].to_dict("records"):
            name = str(unit["entrance"])
            n = _first_known(unit["floors"], floors.get(unit["building"]), top.get(name), 1)
            n = max(n, top.get(name, 1))
            at = (unit["geometry"].x, unit["geometry"].y)
            self._street(unit, at, self._stair(unit, n, at), junctions)

    def _stair(self, unit: dict[Any, Any], n: int, at: tuple[float, float]) -> int:
        name = str(unit["entrance"])
        flight = flight_length(self.number)
        width = _less(unit["stair_width"], unit["blocked_width"])
        steps = flight_steps(self.number)
        landing = [self.node("landing", "entrances", name, floor, at) for floor in range(1, n + 1)]
        for floor in range(n, 1, -1):
            half = self.node("half_landing", "entrances", name, floor, at)
            for part, (upper, lower) in enumerate(
                ((landing[floor - 1], half), (half, landing[floor - 2])), start=1
            ):
                self.link(
                    f"stair/{name}/{floor}/{part}",
                    upper,
                    lower,
                    STAIR,
                    table="entrances",
                    place=name,
                    length=flight,
                    width=width,
                    steps=steps,
                    lit=unit["lit"],
                    wheelchair="no",
                    floor=floor,
                    slope=-self.number("stair_riser") / self.number("stair_tread"),
                )
        return landing[0]

    def _street(
        self, unit: dict[Any, Any], at: tuple[float, float], ground: int, junctions: Junctions
    ) -> None:
        name = str(unit["entrance"])
        inside = self.node("inside_door", "entrances", name, -1, at)
        door = self.node("door", "entrances", name, 0, at)
        self.link(
            f"hall/{name}",
            ground,
            inside,
            HALL,
            table="entrances",
            place=name,
            length=self.number("hall_length"),
            width=unit["door_width"],
            steps=0.0,
            slope=0.0,
            lit=unit["lit"],
            wheelchair="yes",
        )
        steps = unit["steps"]
        self.link(
            f"threshold/{name}",
            inside,
            door,
            THRESHOLD,
            table="entrances",
            place=name,
            length=self.number("threshold_length"),
            width=unit["door_width"],
            steps=None if pd.isna(steps) else float(steps),
            slope=0.0,
            wheelchair=_level_door(unit),
            lit=unit["lit"],
        )
        self._join(door, f"approach/{name}", at, junctions)

    def _join(self, node: int, name: str, at: tuple[float, float], junctions: Junctions) -> None:
        """Join a place to the nearest junction; beyond the tolerance the link is inferred.

        A door that a rule has put on the side of its building towards the street is joined
        like a surveyed one: how far it stands from the street is what may be doubted.
        """
        hit = junctions.nearest(at)
        if hit is None or hit.distance > self.number("join_limit"):
            return
        self.link(
            name,
            node,
            self.junction(junctions, hit.junction),
            APPROACH,
            table="walks",
            place=hit.walk,
            inferred=hit.distance > self.number("snap_tolerance"),
            steps=0.0,
            slope=0.0,
            width=None,
            wheelchair="yes",
        )

    def facilities(self, tables: Mapping[str, pd.DataFrame], junctions: Junctions) -> None:
        """Add every facility: inside its space from each way in, else to the nearest lane."""
        outlines = dict(zip(tables["spaces"]["space"], tables["spaces"]["geometry"], strict=True))
        for row in tables["facilities"].to_dict("records"):
            name = str(row["facility"])
            at = (row["geometry"].x, row["geometry"].y)
            node = self.node("facility", "facilities", name, 0, at)
            outline = outlines.get(row["space"])
            ways = (
                [] if outline is None else joined(junctions, outline, self.number("snap_tolerance"))
            )
            for way in ways:
                self.link(
                    f"inside/{name}/{way}",
                    node,
                    self.junction(junctions, way),
                    INSIDE,
                    table="facilities",
                    place=name,
                    width=row["width"],
                    slope=0.0,
                    steps=0.0,
                    wheelchair=_words(row["step_free"]),
                )
            if not ways:
                self._join(node, f"approach/{name}", at, junctions)


def flight_length(number: Callable[[str], float]) -> float:
    """Return the slope length of one flight (half a storey) with its landing, m."""
    rise = number("storey_height") / 2.0
    run = rise * number("stair_tread") / number("stair_riser")
    return float(np.hypot(rise, run) + number("landing_length"))


def flight_steps(number: Callable[[str], float]) -> float:
    """Return the number of steps of one flight."""
    return float(round(number("storey_height") / 2.0 / number("stair_riser")))


def _top_floor(dwellings: pd.DataFrame) -> dict[str, int]:
    known = dwellings.dropna(subset=["floor"])
    return {str(k): int(v) for k, v in known.groupby("entrance")["floor"].max().items()}


def _first_known(*values: Any) -> int:
    return next(int(value) for value in values if value is not None and not pd.isna(value))


def _less(width: Any, blocked: Any) -> float | None:
    if width is None or pd.isna(width):
        return None
    return float(width) - (0.0 if blocked is None or pd.isna(blocked) else float(blocked))


def _level_door(unit: dict[Any, Any]) -> str | None:
    """Return whether a wheelchair passes the street door: as tagged, else by steps and ramp."""
    word = unit.get("wheelchair")
    if word in ("yes", "limited", "no"):
        return str(word)
    if pd.isna(unit["steps"]):
        return None
    ramp = not pd.isna(unit["ramp"]) and bool(unit["ramp"])
    return "yes" if unit["steps"] == 0 or ramp else "no"


def _words(flag: Any) -> str | None:
    return None if flag is None or pd.isna(flag) else ("yes" if flag else "no")


def door_point(network: Network, entrance: str) -> Point:
    """Return where the street door of ``entrance`` is."""
    node = network.node_of["entrances", entrance]
    return Point(float(network.nodes["x"].iloc[node]), float(network.nodes["y"].iloc[node]))
