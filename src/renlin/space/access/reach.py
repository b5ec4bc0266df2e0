"""Compute who reaches which facility, at their own pace, in both views.

Everybody of one class, mode of help and direction shares the work: one search per view
and facility answers for all homes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import BehaviourClass
from renlin.community.driving import engine, with_engine
from renlin.community.network import HALL, STAIR, THRESHOLD, Network
from renlin.community.passage import Mode, Passage, View, passage
from renlin.community.paths import Field, field, first, graph, times_to

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Nodes = npt.NDArray[np.int64]
Moves = Literal["walk", "fetch", "hose", "engine"]
INDOORS = (STAIR, HALL, THRESHOLD)
STEPPED = "steps"
AT_A_TIME = 16  # searches whose results are held at once: a bound of memory


@dataclass(frozen=True)
class Walker:
    """Who walks, and with whose help.

    Attributes
    ----------
    kind
        Behaviour class.
    surely, possibly
        Whether helpers come in the pessimistic and in the optimistic view.
    hour
        Clock hour for gates and lanes; None ignores hours.
    inbound
        True for those who come to the residents: they walk from the facility home.
    lifts
        Entrances of houses with a lift.
    moves
        How: on foot, there and back, as a hose, or by engine (:class:`Facility.moves`).
    """

    kind: BehaviourClass
    surely: bool = False
    possibly: bool = False
    hour: float | None = None
    inbound: bool = False
    lifts: frozenset[str] = frozenset()
    moves: Moves = "walk"


@dataclass(frozen=True)
class Reach:
    """Times between homes and the facilities of a service, for one walker.

    Attributes
    ----------
    optimistic, pessimistic
        Seconds, infinite where not reached. Shape (n_facilities, n_homes).
    straight
        Straight line, m. Shape (n_facilities, n_homes).
    to_door
        Optimistic seconds between home and its street door, lifts running. Shape (n_homes,).
    with_help, with_lift
        Least seconds if the proposed helpers came for sure (pessimistic view), and if
        lifts ran (optimistic view). Shape (n_homes,).
    unhindered
        Least seconds of a walker of the same pace whom nothing stops. Shape (n_homes,).
    obstacle, obstacle_kind
        What stops the walker first on that way, and on which kind of link; "" where
        nothing does. Shape (n_homes,).
    """

    optimistic: Floats
    pessimistic: Floats
    straight: Floats
    to_door: Floats
    with_help: Floats
    with_lift: Floats
    unhindered: Floats
    obstacle: npt.NDArray[np.object_]
    obstacle_kind: npt.NDArray[np.object_]


def reach(
    network: Network, walker: Walker, facilities: Nodes, homes: Nodes, catalogue: Catalogue
) -> Reach:
    """Return how ``walker`` goes between homes and facilities.

    Parameters
    ----------
    facilities, homes
        Nodes of the network. Shapes (n_facilities,), (n_homes,).
    """
    views = _Views(network, walker, catalogue)
    hopeful, careful = views.walked("optimistic"), views.walked("pessimistic")
    ridden = views.ridden(hopeful)
    free = views.free()
    towards = field(graph(network, free), facilities.tolist())
    at, kind = _obstacles(network, towards, views.indoors(free), hopeful)
    helped = views.helped_for_sure()
    return Reach(
        optimistic=_times(network, hopeful, facilities, homes),
        pessimistic=_times(network, careful, facilities, homes),
        straight=straight_lines(network, facilities, homes),
        to_door=views.indoors(hopeful if ridden is None else ridden).time[homes],
        with_help=_nearest(network, helped, facilities, homes),
        with_lift=_nearest(network, ridden, facilities, homes),
        unhindered=towards.time[homes],
        obstacle=at[homes],
        obstacle_kind=kind[homes],
    )


def walked(network: Network, walker: Walker, catalogue: Catalogue, view: View) -> Passage:
    """Return times over every link in a view, in the direction of a search for facilities."""
    return _Views(network, walker, catalogue).walked(view)


def sure_ways(
    network: Network, walker: Walker, facilities: Nodes, homes: Nodes, catalogue: Catalogue
) -> Floats:
    """Return seconds in the careful view, infinite without a sure way.

    Shape (n_facilities, n_homes).
    """
    return _times(network, walked(network, walker, catalogue, "pessimistic"), facilities, homes)


def shortest_ways(network: Network, facilities: Nodes, homes: Nodes) -> Floats:
    """Return walked metres between homes and facilities for somebody whom nothing stops.

    Locked gates, steps and inferred links do not count as obstacles: it is how far a
    facility is on foot, not who gets there. Shape (n_facilities, n_homes).
    """
    metres = network.links["length"].to_numpy(dtype=np.float64)
    nothing = np.full(len(metres), "", dtype=object)
    return _times(network, Passage(metres, metres, nothing), facilities, homes)


def pace(walker: Walker, catalogue: Catalogue) -> float:
    """Return the least time or length a metre of straight line takes, its inverse: m/s, or 1."""
    level = walker.kind.speed_level.value
    if walker.moves == "hose":
        return 1.0
    if walker.moves == "fetch":
        return level / 2.0
    return max(engine(catalogue).speed, level) if walker.moves == "engine" else level


def straight_lines(network: Network, facilities: Nodes, homes: Nodes) -> Floats:
    """Return straight lines between homes and facilities, m, shape (n_facilities, n_homes)."""
    at = network.nodes[["x", "y"]].to_numpy(dtype=np.float64)
    apart = at[facilities][:, None, :] - at[homes][None, :, :]
    lines: Floats = np.hypot(apart[..., 0], apart[..., 1])
    return lines


class _Views:
    """Times of one walker over every link, under different suppositions."""

    def __init__(self, network: Network, walker: Walker, catalogue: Catalogue) -> None:
        self.network = network
        self.walker = walker
        self.catalogue = catalogue

    def walked(self, view: View) -> Passage:
        """Return times in a view, with the help that comes in it."""
        helped = self.walker.possibly if view == "optimistic" else self.walker.surely
        return self._passage(self.walker.kind, view, "helped" if helped else "alone")

    def helped_for_sure(self) -> Passage | None:
        """Return pessimistic times if proposed helpers came; None when none is proposed."""
        if not self.walker.possibly or self.walker.surely:
            return None
        return self._passage(self.walker.kind, "pessimistic", "helped")

    def ridden(self, hopeful: Passage) -> Passage | None:
        """Return optimistic times when lifts run; None where no lift would help.

        Stairs of a house with a lift are passed at level speed, along their length.
        Assumption: no lift is slower, so the time is a lower bound.
        """
        links = self.network.links
        spared = (
            (hopeful.reason == STEPPED)
            & (links["kind"] == STAIR).to_numpy()
            & links["place"].isin(self.walker.lifts).to_numpy()
        )
        if not spared.any():
            return None
        level = links["length"].to_numpy() / self.walker.kind.speed_level.value
        forward = np.where(spared, level, hopeful.forward)
        backward = np.where(spared, level, hopeful.backward)
        return Passage(forward, backward, np.where(spared, "", hopeful.reason))

    def free(self) -> Passage:
        """Return times of a walker of the same pace whom nothing stops."""
        unlocked = replace(self.network, links=self.network.links.assign(locked=False))
        kind = unstoppable(self.walker.kind)
        made = passage(unlocked, kind, self.catalogue, view="optimistic")
        return self._turned(self._moved(made, "optimistic", stopped=False))

    def indoors(self, walked: Passage) -> Field:
        """Return the ways from every landing to its own street door."""
        inside = self.network.links["kind"].isin(INDOORS).to_numpy()
        forward = np.where(inside, walked.forward, np.inf)
        backward = np.where(inside, walked.backward, np.inf)
        doors = np.flatnonzero((self.network.nodes["kind"] == "door").to_numpy())
        within = Passage(forward, backward, walked.reason)
        return field(graph(self.network, within), doors.tolist())

    def _passage(self, kind: BehaviourClass, view: View, mode: str) -> Passage:
        hour, chosen = self.walker.hour, cast("Mode", mode)
        if self.walker.moves == "hose":
            kind = unstoppable(kind)
        made = passage(self.network, kind, self.catalogue, view=view, mode=chosen, hour=hour)
        return self._turned(self._moved(made, view))

    def _moved(self, made: Passage, view: View, *, stopped: bool = True) -> Passage:
        """Return the passage of what is moved: there and back, by length, or driven."""
        moves = self.walker.moves
        if moves == "engine":
            car = engine(self.catalogue)
            return with_engine(made, self.network, car, view, stopped=stopped)
        if moves == "fetch":
            both = made.forward + made.backward
            return Passage(both, both, made.reason)
        if moves == "hose":
            metres = self.network.links["length"].to_numpy(dtype=np.float64)
            laid = np.where(made.reason == "", metres, np.inf)
            return Passage(laid, laid, made.reason)
        return made

    def _turned(self, made: Passage) -> Passage:
        """Return times in the direction of the search, which runs from home to facility."""
        if not self.walker.inbound:
            return made
        return Passage(made.backward, made.forward, made.reason)


def unstoppable(kind: BehaviourClass) -> BehaviourClass:
    """Return a walker of the same pace whom steps, width and slope do not stop."""
    anyone = kind.min_width.model_copy(update={"value": 0.0})
    return kind.model_copy(update={"takes_steps": "yes", "min_width": anyone, "max_slope": None})


def _times(network: Network, walked: Passage, facilities: Nodes, homes: Nodes) -> Floats:
    """Return times, some facilities at a time: a district has many nodes."""
    walks = graph(network, walked)
    times = np.empty((len(facilities), len(homes)))
    for start in range(0, len(facilities), AT_A_TIME):
        some = slice(start, start + AT_A_TIME)
        times[some] = times_to(walks, facilities[some].tolist())[:, homes]
    return times


def _nearest(network: Network, walked: Passage | None, facilities: Nodes, homes: Nodes) -> Floats:
    if walked is None:
        return np.full(len(homes), np.inf)
    return field(graph(network, walked), facilities.tolist()).time[homes]


def _obstacles(
    network: Network, towards: Field, to_doors: Field, hopeful: Passage
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Return what stops the walker first, and on which kind of link, for every node.

    On the way to the nearest facility; where no way is drawn, on the way to the door.
    """
    closed = hopeful.reason != ""
    reached = np.isfinite(towards.time)
    link = np.where(reached, first(towards, closed), first(to_doors, closed))
    reasons = np.append(hopeful.reason, "")
    kinds = np.append(network.links["kind"].to_numpy(dtype=object), "")
    at: npt.NDArray[np.object_] = reasons[link]
    kind: npt.NDArray[np.object_] = kinds[link]
    return at, kind
