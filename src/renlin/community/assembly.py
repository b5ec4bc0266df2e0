"""Assemble doors, stairs by flight, lanes and gates into one walk network."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import LineString

from renlin.catalogue.load import Catalogue
from renlin.community.junctions import Junctions, joined
from renlin.community.network import (
    APPROACH,
    BY_RULE,
    GATE,
    HALL,
    INSIDE,
    JOIN,
    LIFT,
    LINK_COLUMNS,
    STAIR,
    THRESHOLD,
    Network,
)


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
        for column in ("origin", "target", "floor"):
            frame[column] = frame[column].astype("int64")
        frame["inferred"] = frame["inferred"].astype(bool)
        frame["lit"] = frame["lit"].astype("boolean")
        frame["locked"] = frame["locked"].astype("boolean")
        frame["lift"] = frame["lift"].astype("boolean")
        return Network(nodes, gpd.GeoDataFrame(frame, geometry="geometry", crs=crs or None))

    def node(self, kind: str, table: str, place: str, floor: int, at: tuple[float, float]) -> int:
        name = f"{table}/{place}/{floor}/{kind}" if place else f"{kind}/{len(self.nodes)}"
        self.nodes.append((name, kind, table, place, floor, at[0], at[1]))
        return len(self.nodes) - 1

    def link(self, name: str, origin: int, target: int, kind: str, **facts: object) -> None:
        ends = [self.nodes[origin][5:7], self.nodes[target][5:7]]
        row: dict[str, object] = dict.fromkeys(LINK_COLUMNS)
        row.update(link=name, origin=origin, target=target, kind=kind, inferred=False, floor=0)
        row["joined"] = ""
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
                        "access",
                        "oneway",
                        "handrail",
                        "barrier",
                        "inferred",
                    )
                },
                steps=piece.steps,
                lift=piece.facts["kind"] == LIFT,
                joined=BY_RULE if piece.facts["inferred"] else "",
            )
        self.joins(junctions)
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

    def joins(self, junctions: Junctions) -> None:
        """Add what the drawing keeps apart and probably belongs together, as inferred."""
        for join in junctions.joins:
            origin, target = (self.junction(junctions, end) for end in join.ends)
            self.link(
                join.name,
                origin,
                target,
                JOIN,
                table="walks",
                place=join.walk,
                length=join.length,
                inferred=True,
                joined=join.reason,
            )

    def units(self, tables: Mapping[str, pd.DataFrame], junctions: Junctions) -> None:
        """Add the stair of every unit by flight, its hall, its threshold and its way to a lane."""
        floors = dict(
            zip(tables["buildings"]["building"], tables["buildings"]["floors"], strict=True)
        )
        lived = _floors_lived_on(tables["dwellings"])
        for unit in tables["entrances"].to_dict("records"):
            name = str(unit["entrance"])
            known = lived.get(name, ())
            n = _first_known(unit["floors"], floors.get(unit["building"]), max(known, default=1))
            at = (unit["geometry"].x, unit["geometry"].y)
            storeys = _storeys(max(n, *known, 1), known)
            self._street(unit, at, self._stair(unit, storeys, at), junctions)

    def _stair(self, unit: dict[Any, Any], storeys: list[int], at: tuple[float, float]) -> int:
        """Add two flights between each storey and the one below; return the level of the hall.

        Residents below ground climb to the hall of storey 1, those above come down to it,
        by ``storeys_drop`` flights more where the lowest dwellings lie above the street.
        """
        name = str(unit["entrance"])
        landing = {f: self.node("landing", "entrances", name, f, at) for f in storeys}
        for upper, lower in itertools.pairwise(storeys):
            half = self.node("half_landing", "entrances", name, upper, at)
            self._flight(unit, upper, 1, (landing[upper], half))
            self._flight(unit, upper, 2, (half, landing[lower]))
        level = landing[1]
        for part in range(1, _first_known(unit["storeys_drop"], 0) + 1):
            below = self.node("half_landing", "entrances", name, 1, at)
            self._flight(unit, 1, 2 + part, (level, below))
            level = below
        return level

    def _flight(self, unit: dict[Any, Any], floor: int, part: int, ends: tuple[int, int]) -> None:
        """Add one flight from its upper to its lower end; ``floor`` is the storey it leaves."""
        name = str(unit["entrance"])
        self.link(
            f"stair/{name}/{floor}/{part}",
            *ends,
            STAIR,
            table="entrances",
            place=name,
            length=flight_length(self.number),
            width=narrowed(unit["stair_width"], unit["blocked_width"]),
            steps=flight_steps(self.number),
            lit=unit["lit"],
            wheelchair="no",
            floor=floor,
            slope=-self.number("stair_riser") / self.number("stair_tread"),
        )

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
            wheelchair=level_door(unit),
            lit=unit["lit"],
        )
        self._join(door, f"approach/{name}", at, junctions)

    def _join(
        self,
        node: int,
        name: str,
        at: tuple[float, float],
        junctions: Junctions,
        **facts: object,
    ) -> None:
        """Join a place to the nearest junction; beyond the tolerance the link is inferred.

        A door that a rule has put on the side of its building towards the street is joined
        like a surveyed one: how far it stands from the street is what may be doubted.
        ``facts`` are stated of the way in; without them it is level.
        """
        hit = junctions.nearest(at)
        if hit is None or hit.distance > self.number("join_limit"):
            return
        far = hit.distance > self.number("snap_tolerance")
        self.link(
            name,
            node,
            self.junction(junctions, hit.junction),
            APPROACH,
            table="walks",
            place=hit.walk,
            inferred=far,
            joined=self.nodes[node][1] if far else "",
            **({"steps": 0.0, "slope": 0.0, "width": None, "wheelchair": "yes"} | facts),
        )

    def facilities(self, tables: Mapping[str, pd.DataFrame], junctions: Junctions) -> None:
        """Add every facility: at its ways in, else inside its space, else at the nearest lane."""
        outlines = dict(zip(tables["spaces"]["space"], tables["spaces"]["geometry"], strict=True))
        doors = _by_facility(tables.get("ways_in"))
        for row in tables["facilities"].to_dict("records"):
            name = str(row["facility"])
            at = (row["geometry"].x, row["geometry"].y)
            node = self.node("facility", "facilities", name, 0, at)
            entered = [self._way_in(node, row, door, junctions) for door in doors.get(name, ())]
            if any(entered):
                continue
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
                facts = {"width": row["width"], "wheelchair": _words(row["step_free"])}
                self._join(node, f"approach/{name}", at, junctions, **facts)

    def _way_in(
        self, node: int, row: dict[Any, Any], door: dict[Any, Any], junctions: Junctions
    ) -> bool:
        """Join a facility to the lane at one of its doors; return whether a lane is near.

        What is stated of the door holds, else what is stated of the facility.
        """
        hit = junctions.nearest((door["geometry"].x, door["geometry"].y))
        if hit is None or hit.distance > self.number("join_limit"):
            return False
        far = hit.distance > self.number("snap_tolerance")
        step_free = _words(row["step_free"])
        self.link(
            f"inside/{row['facility']}/{door['way_in']}",
            node,
            self.junction(junctions, hit.junction),
            INSIDE,
            table="facilities",
            place=str(row["facility"]),
            length=hit.distance,
            width=row["width"] if pd.isna(door["width"]) else door["width"],
            slope=0.0,
            steps=_stated_steps(door["steps"], step_free),
            wheelchair=step_free if pd.isna(door["wheelchair"]) else door["wheelchair"],
            inferred=far,
            joined="way_in" if far else "",
            **{key: door[key] for key in ("open_hours", "locked", "access")},
        )
        return True


def flight_length(number: Callable[[str], float]) -> float:
    """Return the slope length of one flight (half a storey) with its landing, m."""
    rise = number("storey_height") / 2.0
    run = rise * number("stair_tread") / number("stair_riser")
    return float(np.hypot(rise, run) + number("landing_length"))


def flight_steps(number: Callable[[str], float]) -> float:
    """Return the number of steps of one flight."""
    return float(round(number("storey_height") / 2.0 / number("stair_riser")))


def _floors_lived_on(dwellings: pd.DataFrame) -> dict[str, tuple[int, ...]]:
    known = dwellings.dropna(subset=["floor"])
    return {
        str(unit): tuple(sorted({int(floor) for floor in floors}))
        for unit, floors in known.groupby("entrance")["floor"]
    }


def _storeys(top: int, lived: tuple[int, ...]) -> list[int]:
    """Return the storeys of a stair, highest first; there is no storey 0 unless it is lived on."""
    lowest = min(*lived, 1) if lived else 1
    return [f for f in range(top, lowest - 1, -1) if f != 0 or 0 in lived]


def _first_known(*values: Any) -> int:
    return next(int(value) for value in values if value is not None and not pd.isna(value))


def narrowed(width: Any, blocked: Any) -> float | None:
    """Return the clear width of a flight in which things are stored, m; None when unknown."""
    if width is None or pd.isna(width):
        return None
    return float(width) - (0.0 if blocked is None or pd.isna(blocked) else float(blocked))


def level_door(unit: dict[Any, Any]) -> str | None:
    """Return whether a wheelchair passes the street door: as tagged, else by steps and ramp."""
    word = unit.get("wheelchair")
    if word in ("yes", "limited", "no"):
        return str(word)
    if pd.isna(unit["steps"]):
        return None
    ramp = not pd.isna(unit["ramp"]) and bool(unit["ramp"])
    return "yes" if unit["steps"] == 0 or ramp else "no"


def _by_facility(ways_in: pd.DataFrame | None) -> dict[str, list[dict[Any, Any]]]:
    """Return facility -> its ways in, as rows."""
    found: dict[str, list[dict[Any, Any]]] = {}
    for row in [] if ways_in is None else ways_in.to_dict("records"):
        found.setdefault(str(row["facility"]), []).append(row)
    return found


def _stated_steps(steps: Any, step_free: str | None) -> float | None:
    """Return the steps at a way in; none where the facility is said to be free of them."""
    if not pd.isna(steps):
        return float(steps)
    return 0.0 if step_free == "yes" else None


def _words(flag: Any) -> str | None:
    return None if flag is None or pd.isna(flag) else ("yes" if flag else "no")
