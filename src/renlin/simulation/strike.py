"""Say what an event does to the place in one run: hazards, closures, who must leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.catalogue.models import Value
from renlin.community.community import Community
from renlin.community.network import APPROACH, STAIR
from renlin.kernels import contract
from renlin.kernels.codes import CAUGHT_GO_ON
from renlin.simulation.destinations import Destinations
from renlin.simulation.event import Event
from renlin.simulation.network import Ground
from renlin.simulation.population import Homes, Residents

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Site:
    """What an event strikes: one community under one scheme at one hour."""

    place: Community
    ground: Ground
    who: Residents
    live: Homes
    event: Event
    there: Destinations


class Alert(NamedTuple):
    """How residents come to know.

    Attributes
    ----------
    time
        Seconds at which the first message goes out; per household.
    felt
        Households who know at ``time`` by themselves.
    alarm
        Households in whose stair an alarm sounds.
    message
        Whether telephones may be used to warn.
    case
        Pre-movement of each household: row of ``cases``.
    cases
        Pre-movement distributions.
    """

    time: Floats
    felt: Flags
    alarm: Flags
    message: bool
    case: Whole
    cases: tuple[Value, ...]


class Rescue(NamedTuple):
    """Help from outside: when it is there, and in which order it takes the stairs.

    Attributes
    ----------
    arrival
        Seconds; infinite when nobody comes.
    per_floor
        Seconds per storey searched.
    first
        Entrance taken first, -1 for none.
    """

    arrival: float
    per_floor: float
    first: int


@dataclass(frozen=True)
class Strike:
    """What one event does in one run.

    Attributes
    ----------
    space
        Kernel network, with darkness as longer ways.
    hazards
        Keyframes per place.
    shut
        Directed links that are or will be closed, known to who has met one or was told,
        shape (n_links, 2); ``too_tight`` those a wheelchair no longer passes, (n_links,),
        and, with ``tight_for_carried``, nobody who is carried.
    announced
        When the live-informed know.
    leaves
        Households that must leave; the others are safe where they are.
    outdoors_leave
        Whether those out of doors must go on to a destination.
    alert, rescue
        How residents come to know, and who comes from outside.
    delay
        Seconds added before a household can leave, such as a jammed door.
    lost
        Persons who cannot leave at all, and why (index into ``LOST``; 0 none).
    counts
        What the run manifest says of this run, such as the number of hurt.
    unsafe_inside
        Buildings in which every second until the street is unsafe; None when only
        keyframes say what is.
    """

    space: contract.Network
    hazards: contract.Hazards
    shut: Flags
    too_tight: Flags
    announced: float
    leaves: Flags
    outdoors_leave: bool
    alert: Alert
    rescue: Rescue
    delay: Floats
    lost: npt.NDArray[np.int8]
    counts: dict[str, float] = field(default_factory=dict)
    tight_for_carried: bool = False
    unsafe_inside: Flags | None = None


LOST = ("", "casualty", "collapsed")


class Frame(NamedTuple):
    """What holds at a place from a keyframe on; see :class:`renlin.kernels.contract.Hazards`."""

    speed: float | Floats = 1.0
    width: float | Floats = 1.0
    closed: int | Whole = 0
    caught: int = int(CAUGHT_GO_ON)
    dose: float = 0.0
    unsafe: bool = False
    smooth: bool = False
    barrier: int = 0


SOUND = Frame()


class Frames:
    """Gather hazard keyframes and hand them to the kernel in its order."""

    def __init__(self, ground: Ground) -> None:
        self._n_links = ground.n_links
        self._n_places = ground.n_links + ground.n_nodes
        self._rows: list[tuple[Whole, Floats, Floats]] = []

    def put(self, places: Whole, time: float, frame: Frame = SOUND) -> None:
        """Add one keyframe at each of ``places`` (links; nodes counted after the links)."""
        n = len(places)
        columns = [np.broadcast_to(np.asarray(value, dtype=np.float64), n) for value in frame]
        moments = np.full(n, float(time))
        self._rows.append((np.asarray(places, np.int64), moments, np.stack(columns, axis=1)))

    def at_nodes(self, nodes: Whole) -> Whole:
        """Return the place numbers of ``nodes``."""
        return np.asarray(nodes, dtype=np.int64) + self._n_links

    def hazards(self) -> contract.Hazards:
        """Return the kernel's table; of two keyframes at one place and time the later put holds."""
        place = np.concatenate([row[0] for row in self._rows] or [np.zeros(0, dtype=np.int64)])
        time = np.concatenate([row[1] for row in self._rows] or [np.zeros(0)])
        data = np.concatenate([row[2] for row in self._rows] or [np.zeros((0, len(SOUND)))])
        order = np.lexsort((np.arange(len(place)), time, place))
        place, time, data = place[order], time[order], data[order]
        last = np.ones(len(place), dtype=bool)
        last[:-1] = (place[1:] != place[:-1]) | (time[1:] != time[:-1])
        place, time, data = place[last], time[last], data[last]
        counts = np.bincount(place, minlength=self._n_places)
        return contract.Hazards(
            start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
            time=np.ascontiguousarray(time),
            speed=data[:, 0].astype(np.float32),
            width=data[:, 1].astype(np.float32),
            closed=data[:, 2].astype(np.int8),
            caught=data[:, 3].astype(np.int8),
            dose=data[:, 4].astype(np.float32),
            unsafe=data[:, 5].astype(np.int8),
            smooth=data[:, 6].astype(np.int8),
            barrier=data[:, 7].astype(np.int32),
        )


def open_late(frames: Frames, site: Site) -> None:
    """Keep the ways into grounds shut until somebody has opened them."""
    links = site.ground.walks.links
    for name, opens in zip(site.there.facilities, site.there.opens, strict=True):
        if opens > 0:
            mine = (links["table"] == "facilities") & (links["place"] == name)
            ways = np.flatnonzero(mine.to_numpy())
            frames.put(ways, 0.0, Frame(closed=3))
            frames.put(ways, opens)


def is_dark(site: Site) -> bool:
    """Return whether it is dark out of doors at the hour of the event."""
    number, hour = site.place.catalogue.number, site.event.scenario.hour
    start, end = number("dark_from_hour"), number("dark_to_hour")
    return start <= hour < end if start < end else hour >= start or hour < end


class Lighting(NamedTuple):
    """Which ways are dark when: stairs without emergency light, and their building; lanes."""

    stairs: Whole
    building: Whole
    lanes: Whole
    night: bool
    dark_stair: float
    dark_lane: float


def lighting(site: Site) -> Lighting:
    """Return where no light works; not known to be lit counts as not lit.

    Source: parameters ``lit_stair_factor`` and ``dark_speed_factor``.
    """
    number, links = site.place.catalogue.number, site.ground.walks.links
    unlit = ~links["lit"].fillna(False).to_numpy(dtype=bool)
    stairs = np.flatnonzero(unlit & (links["kind"] == STAIR).to_numpy())
    lanes = unlit & (links["table"] == "walks").to_numpy() & (links["kind"] != APPROACH).to_numpy()
    of = {name: at for at, name in enumerate(site.live.entrances)}
    entrance = np.array([of[str(name)] for name in links["place"].iloc[stairs]], dtype=np.int64)
    return Lighting(
        stairs=stairs,
        building=site.live.of_entrance[entrance],
        lanes=np.flatnonzero(lanes),
        night=is_dark(site),
        dark_stair=number("lit_stair_factor"),
        dark_lane=1.0 / number("dark_speed_factor"),
    )


def darkened(site: Site, light: Lighting, powerless: Flags) -> contract.Network:
    """Return the kernel network with slower, that is longer, ways where nothing is lit.

    A stair without working emergency light is dark at night and where the power is out
    (``powerless``, one flag per building); a lane without street lighting at night.
    """
    longer = np.ones(site.ground.n_links, dtype=np.float32)
    dark = light.stairs if light.night else light.stairs[powerless[light.building]]
    longer[dark] = light.dark_stair
    if light.night:
        longer[light.lanes] = light.dark_lane
    return site.ground.space._replace(length=site.ground.space.length * longer)


def no_rescue() -> Rescue:
    """Return that nobody comes from outside."""
    return Rescue(np.inf, 0.0, -1)


def known_at_once(n_links: int) -> tuple[Flags, Flags]:
    """Return no closures: ``shut`` and ``too_tight`` of a place that stays open."""
    return np.zeros((n_links, 2), dtype=bool), np.zeros(n_links, dtype=bool)


def one_case(site: Site, time: float, case: str, *, felt: bool, message: bool) -> Alert:
    """Return an alert that reaches every household alike."""
    n = len(site.who.households)
    return Alert(
        time=np.full(n, time),
        felt=np.full(n, felt),
        alarm=np.zeros(n, dtype=bool),
        message=message,
        case=np.zeros(n, dtype=np.int64),
        cases=(site.place.catalogue.premovement[case],),
    )


def households_in(site: Site, buildings: Flags) -> Flags:
    """Return the households that live in the flagged buildings."""
    inside: Flags = np.append(buildings, False)[site.live.building]
    return inside


def near(site: Site, names: tuple[str, ...], shape: object, distance: float) -> Flags:
    """Return which of the buildings ``names`` stand within ``distance`` m of ``shape``."""
    outlines = site.place["buildings"].set_index("building").geometry.reindex(list(names))
    return np.asarray(outlines.distance(shape).to_numpy() <= distance)
