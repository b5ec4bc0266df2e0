"""Bring rescuers from the street to people's doors: drive as far as lanes let them, then walk.

What the plan of a fire service or an ambulance counts ends at the community. From there on
lanes decide: a vehicle needs its clear width (less what stands on the lane), passes no steps,
and opens what is locked; where it cannot go on, its crew goes on on foot.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from renlin.catalogue.load import Catalogue
from renlin.community.driving import Engine, driven, layers, with_engine
from renlin.community.network import GATE, Network
from renlin.community.passage import Passage, closures, passage
from renlin.community.paths import Field, along, field, graph, route
from renlin.simulation.behaviour import ADULT
from renlin.simulation.network import Ground
from renlin.simulation.population import Homes
from renlin.simulation.strike import Site

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

BY_ENGINE, BY_AMBULANCE = "fire_engine", "ambulance"
ROAD = "road"
"""Kind of a walk that is a public road: there vehicles are when they have arrived."""
OPENED = ("locked", "hours")
"""Reasons of closures that a crew opens."""


@dataclass(frozen=True)
class Approach:
    """The way of one kind of vehicle and its crew from the street to every street door.

    Attributes
    ----------
    seconds
        From the street to the door; NaN where no way in is known. Shape (n_doors,).
    on_foot
        Metres walked of it, likewise.
    doors
        Nodes of the doors; -1 where none is. Shape (n_doors,).
    back
        Ways from every node of both layers back to the street; None where no way in is known.
    walked
        Which links are walked, not driven over. Shape (n_links,).
    """

    seconds: Floats
    on_foot: Floats
    doors: Whole
    back: Field | None
    walked: Flags

    @cached_property
    def ways(self) -> tuple[tuple[int, ...], ...]:
        """Return the walked links of each door's way, nearest the door first."""
        if self.back is None:
            return ((),) * len(self.doors)
        return tuple(
            tuple(link for link in route(self.back, int(node)) if self.walked[link])
            if np.isfinite(seconds)
            else ()
            for node, seconds in zip(self.doors, self.seconds, strict=True)
        )


def vehicle(catalogue: Catalogue, kind: str) -> Engine:
    """Return the vehicle ``fire_engine`` or ``ambulance``: the lane it needs, and its speed there.

    Source: standard ``fire_lane_width``; parameters ``ambulance_lane_width`` and
    ``rescue_speed_inside``.
    """
    speed = catalogue.number("rescue_speed_inside")
    if kind == BY_ENGINE:
        return Engine(float(catalogue.standards["fire_lane_width"].value), speed)
    return Engine(catalogue.number("ambulance_lane_width"), speed)


def approach(
    ground: Ground, doors: Whole, car: Engine, catalogue: Catalogue, hour: float
) -> Approach:
    """Return the way of ``car`` from the street to the nodes ``doors`` (-1: none).

    A lane of unknown width lets it pass. Whatever is locked or shut at ``hour`` is opened in
    ``gate_forced`` s. Who is on foot walks as an adult does, over steps too.

    Source: features F7; space reference §4 for the engine's lane.
    """
    walks = ground.walks
    starts = entries(ground, car)
    if not len(starts):
        nowhere = np.full(len(doors), np.nan)
        return Approach(nowhere, nowhere.copy(), doors, None, np.zeros(0, dtype=bool))
    two = driven(walks)
    width = np.concatenate([clear(ground)] * 2 + [np.full(len(walks.nodes), np.nan)])
    free = replace(two, links=two.links.assign(width=width))
    made = _forced(
        with_engine(_on_foot(two, catalogue), free, car, "optimistic"), two, catalogue, hour
    )
    turned = Passage(made.backward, made.forward, made.reason)
    return _told(two, field(graph(two, turned), list(starts + len(walks.nodes))), doors)


def entries(ground: Ground, car: Engine) -> Whole:
    """Return the nodes where ``car`` is when it has arrived: roads, else the outside of gates.

    A road counts where it is wide enough or its width is not known. Without any road, a gate
    leads outside where, all gates shut, its two sides hold unlike numbers of street doors:
    the side with fewer. With neither, nobody knows where vehicles come in.
    """
    links = ground.walks.links
    wide = ~(clear(ground) < car.width)
    road = (links["kind"] == ROAD).to_numpy() & wide
    if road.any():
        return np.unique(links.loc[road, ["origin", "target"]].to_numpy(dtype=np.int64))
    return _outside(ground.walks)


def _outside(walks: Network) -> Whole:
    links, n = walks.links, len(walks.nodes)
    gate = (links["kind"] == GATE).to_numpy()
    ends = links[["origin", "target"]].to_numpy(dtype=np.int64)
    inner = ends[~gate]
    shape = coo_matrix((np.ones(len(inner), dtype=np.int8), (inner[:, 0], inner[:, 1])), (n, n))
    part = connected_components(shape, directed=False)[1]
    door = ((walks.nodes["kind"] == "door") & (walks.nodes["table"] == "entrances")).to_numpy()
    homes = np.bincount(part, door, minlength=part.max() + 1)[part]
    one, other = ends[gate].T
    apart = part[one] != part[other]
    fewer = np.where(homes[one] < homes[other], one, other)
    return np.unique(fewer[apart & (homes[one] != homes[other])])


def clear(ground: Ground) -> Floats:
    """Return the width a vehicle finds, less what stands there, m; NaN where not measured."""
    return np.where(ground.assumed, np.nan, ground.width * ground.left)


def _on_foot(two: Network, catalogue: Catalogue) -> Passage:
    """Return how an adult walks who opens every lock."""
    opened = replace(two, links=two.links.assign(locked=False))
    return passage(opened, catalogue.classes[ADULT], catalogue, view="optimistic")


def _forced(made: Passage, two: Network, catalogue: Catalogue, hour: float) -> Passage:
    """Return ``made`` with the time it takes to open what is locked or shut at the hour."""
    adult = catalogue.classes[ADULT]
    why = closures(two, adult, catalogue, view="optimistic", mode="alone", hour=hour)
    shut = np.isin(why, OPENED) * catalogue.number("gate_forced")
    return Passage(made.forward + shut, made.backward + shut, made.reason)


def _told(two: Network, to: Field, doors: Whole) -> Approach:
    """Return the approach read off the field of the two layers."""
    over, down = layers(two)
    walked = ~(over | down)
    metres = along(to, np.where(walked, two.links["length"].to_numpy(dtype=np.float64), 0.0))
    known = (doors >= 0) & np.isfinite(to.time[doors])
    seconds, on_foot = (np.where(known, of[doors], np.nan) for of in (to.time, metres))
    return Approach(seconds, on_foot, doors, to, walked)


def stopped(ground: Ground, made: Approach, catalogue: Catalogue) -> Whole:
    """Return the link before which the crew leaves its vehicle for each door; -1 for none.

    A vehicle that comes within ``rescue_at_door`` m of a door has reached it.
    """
    first = np.array([way[-1] if way else -1 for way in made.ways], dtype=np.int64)
    far = made.on_foot > catalogue.number("rescue_at_door")
    return np.where((first >= 0) & ground.lanes[first] & far, first, -1)


def doors_of(ground: Ground, live: Homes) -> Whole:
    """Return the node of the street door of every entrance of ``live``; -1 where none is."""
    nodes = ground.walks.node_of
    return np.array([nodes.get(("entrances", name), -1) for name in live.entrances], dtype=np.int64)


def delays(ground: Ground, live: Homes, kind: str, catalogue: Catalogue, hour: float) -> Floats:
    """Return the seconds ``kind`` takes inside the community to each street door of ``live``.

    0 where no way in is known: then the time the plan gives is all there is to go by.
    """
    made = approach(ground, doors_of(ground, live), vehicle(catalogue, kind), catalogue, hour)
    return np.nan_to_num(made.seconds, nan=0.0)


def delay(site: Site, kind: str, entrances: Whole) -> float:
    """Return the seconds ``kind`` takes to the first it reaches of some rows of ``entrances``."""
    hour = site.event.scenario.hour
    found = delays(site.ground, site.live, kind, site.place.catalogue, hour)
    return float(found[entrances].min()) if len(entrances) else 0.0
