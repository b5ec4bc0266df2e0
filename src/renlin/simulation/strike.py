"""Say what an event does to the place in one run: hazards, closures, who must leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from renlin.catalogue.models import Value
from renlin.community.community import Community
from renlin.kernels import contract
from renlin.simulation.destinations import Destinations
from renlin.simulation.event import Event
from renlin.simulation.luck import Luck
from renlin.simulation.network import Ground
from renlin.simulation.population import Homes, Residents

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Site:
    """What an event strikes: one community under one scheme at one hour.

    ``rounds`` gives each household's place in the order in which staff knock at doors; None:
    highest tier first.
    """

    place: Community
    ground: Ground
    who: Residents
    live: Homes
    event: Event
    there: Destinations
    rounds: Whole | None = None


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
    delay
        Seconds added before a household can leave, such as a jammed door.
    loudspeaker
        Whether loudspeakers may be used to warn.
    start
        Second at which the event begins.
    concerns
        Households that must leave for it; None: all.
    """

    time: Floats
    felt: Flags
    alarm: Flags
    message: bool
    case: Whole
    cases: tuple[Value, ...]
    delay: Floats
    loudspeaker: bool = True
    start: float = 0.0
    concerns: Flags | None = None


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


class Visitors(NamedTuple):
    """A crowd that is on no register.

    Attributes
    ----------
    node
        Where they are, per visitor.
    time
        Seconds at which they know.
    case
        Distribution of the time until they set out.
    """

    node: Whole
    time: float
    case: Value


@dataclass(frozen=True)
class Strike:
    """What one event, or several together, do in one run.

    Attributes
    ----------
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
    alerts, rescue
        How residents come to know, one alert per event, and who comes from outside.
    lost, lost_from
        Persons who cannot leave at all, and why (index into ``LOST``; 0 none); from which
        second on it strikes them, unless they have left home by then.
    counts
        What the run manifest says of this run, such as the number of hurt.
    unsafe_inside
        Buildings in which every second until the street is unsafe; None when only
        keyframes say what is.
    longer
        Factor on the length of every link from what lies on it, shape (n_links,); None: 1.
    powerless
        Buildings whose stairs have no power; None: none.
    lamps_out
        Whether the street lights are out.
    damage
        State of every building after an earthquake; None when none shook.
    fallen
        Buildings that fall; None when none does.
    visitors
        Crowds of people who do not live here and leave with the residents.
    silenced
        Channels that no longer reach anybody from the start of the event on: of
        ``message`` and ``loudspeaker``.
    """

    hazards: contract.Hazards
    shut: Flags
    too_tight: Flags
    announced: float
    leaves: Flags
    outdoors_leave: bool
    alerts: tuple[Alert, ...]
    rescue: Rescue
    lost: npt.NDArray[np.int8]
    lost_from: float | Floats = 0.0
    counts: dict[str, float] = field(default_factory=dict)
    tight_for_carried: bool = False
    unsafe_inside: Flags | None = None
    longer: Floats | None = None
    powerless: Flags | None = None
    lamps_out: bool = False
    damage: Whole | None = None
    fallen: Flags | None = None
    visitors: tuple[Visitors, ...] = ()
    silenced: frozenset[str] = frozenset()


class Mechanism(Protocol):
    """How a kind of event strikes one site."""

    @property
    def usable(self) -> Flags:
        """Return which destinations are still of use, shape (n_destinations,)."""

    def strike(self, luck: Luck, earlier: tuple[Strike, ...]) -> Strike:
        """Return what the event does in one run, after what ``earlier`` events did."""


@dataclass(frozen=True)
class Settled:
    """An event that does the same in every run.

    Attributes
    ----------
    usable
        Destinations still of use.
    does
        What it does.
    """

    usable: Flags
    does: Strike

    def strike(self, luck: Luck, earlier: tuple[Strike, ...]) -> Strike:  # noqa: ARG002
        """Return what the event does."""
        return self.does


def settled(site: Site, does: Strike) -> Settled:
    """Return the mechanism of an event that does the same in every run."""
    return Settled(np.ones(site.there.n, dtype=bool), does)


LOST = ("", "casualty", "collapsed")


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
        delay=np.zeros(n),
    )


def households_in(site: Site, buildings: Flags) -> Flags:
    """Return the households that live in the flagged buildings."""
    inside: Flags = np.append(buildings, False)[site.live.building]
    return inside


def near(site: Site, names: tuple[str, ...], shape: object, distance: float) -> Flags:
    """Return which of the buildings ``names`` stand within ``distance`` m of ``shape``."""
    outlines = site.place["buildings"].set_index("building").geometry.reindex(list(names))
    return np.asarray(outlines.distance(shape).to_numpy() <= distance)


def indoors(site: Site) -> tuple[Whole, Whole]:
    """Return the unit (row of entrances) every link and every node lies in; -1 out of doors."""
    known = pd.Index(site.live.entrances, dtype="str")

    def unit(rows: pd.DataFrame) -> Whole:
        inside = (rows["table"] == "entrances").to_numpy()
        return np.where(inside, known.get_indexer(pd.Index(rows["place"])), -1).astype(np.int64)

    return unit(site.ground.walks.links), unit(site.ground.walks.nodes)


def near_facilities(site: Site, shape: shapely.Geometry, distance: float) -> Flags:
    """Return which destinations lie within ``distance`` m of ``shape``."""
    nodes = site.ground.walks.nodes
    at = shapely.points(nodes.loc[site.there.node, ["x", "y"]].to_numpy().reshape(-1, 2))
    return np.asarray(shapely.distance(at, shape) <= distance)
