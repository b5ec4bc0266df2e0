"""Give shared vehicles to parties: who is carried and has no wheels rolls on the level.

One of its helpers fetches the vehicle, so that the helper's way is longer; the party is
carried down the stairs as before and rolls from there. Vehicles are given out in the order
of help, each where it saves more time than it costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.kernels import contract
from renlin.kernels.codes import AT_TARGET, DOWN, HELP_HELPER, LEVEL, UP
from renlin.kernels.outcome import Outcome
from renlin.simulation.behaviour import has_wheels
from renlin.simulation.crew import Crew
from renlin.simulation.fleet import Way
from renlin.simulation.luck import Luck
from renlin.simulation.parties import Draft, parties_of
from renlin.simulation.routing import HELPED, ON_VEHICLE, OWN, WHEELS_BIT
from renlin.simulation.scene import SAFETY, Scene

Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Ride(NamedTuple):
    """A vehicle for one party: its place in the list of parties, who fetches it, and where."""

    party: int
    helper: int
    stand: int


class Expected(NamedTuple):
    """Where a helper is free again, and when."""

    time: float
    node: int


def rides(scene: Scene, made: Crew, draft: Draft, luck: Luck) -> tuple[Ride, ...]:
    """Return which party gets which vehicle in the run of ``luck``.

    1. In the order of help, expect when the helpers of each party are at its door: an
       adult's walking time along their ways, one party after the other.
    2. Of a party that is carried and has no wheels, whose helpers are enough and are there
       before the rescuers, take the helper and the stand with a ready vehicle with which
       all are at the door first: who passes a stand brings the vehicle, and who is at the
       door long before the others has time to.
    3. Give the vehicle when ``seconds carried - seconds on the vehicle`` to the place of
       refuge exceed ``later start + loading``, and no way it takes closes in this run.

    Parameters
    ----------
    draft
        Entities with everything else filled in.
    """
    if not scene.fleet.n or not made.trips.trips:
        return ()
    plan = _Plan(scene, made, draft, scene.fleet.ready(luck))
    found = [plan.give(at) for at in range(len(made.grouping.parties))]
    return tuple(ride for ride in found if ride is not None)


def set_rides(draft: Draft, scene: Scene, made: Crew, given: tuple[Ride, ...]) -> None:
    """Set how parties with a vehicle move: its speed, its room, its ways.

    The vehicle waits out of doors: it is held against the width of its way, but indoors
    nobody is wider than who is carried.
    """
    number, clear = scene.site.place.catalogue.number, scene.site.ground.space.clear_width
    for ride in given:
        entity = int(made.party[ride.party])
        mover = _rolling(scene, made, ride.party)
        way = _way(scene, mover, SAFETY, int(draft.origin[entity]))
        narrowest = clear[way.links >> 1].min() if way is not None and len(way.links) else np.inf
        draft.speed[entity, HELPED, LEVEL] = number("vehicle_speed")
        draft.size[entity, HELPED] = max(draft.size[entity, HELPED], number("vehicle_size"))
        wide = min(number("vehicle_width"), float(narrowest))
        draft.body[entity, HELPED] = max(draft.body[entity, HELPED], wide)
        draft.mover[entity, HELPED] = mover
        draft.barred[entity, HELPED] = (1 << scene.movers.listed[mover].pattern) | WHEELS_BIT


def used(scene: Scene, movers: contract.Entities, outcome: Outcome) -> dict[str, float]:
    """Return what the run counts of vehicles; nothing without a stand.

    Parties whose helpers took them away on one, and stands nobody knows the vehicles of.
    """
    if not (scene.fleet.n or scene.fleet.unknown):
        return {}
    rolling = np.array([mover.pace == ON_VEHICLE for mover in scene.movers.listed])
    helped = outcome.helped_by == HELP_HELPER
    return {
        "vehicles_used": float((rolling[movers.routing_class[:, HELPED]] & helped).sum()),
        "stands_of_unknown_capacity": float(scene.fleet.unknown),
    }


class Begun(NamedTuple):
    """When a party starts whose helper is there at ``over`` with a vehicle of ``stand``."""

    start: float
    over: float
    helper: int
    stand: int


class _Plan:
    """What helpers are expected to do, party after party, and which vehicles are left."""

    def __init__(self, scene: Scene, made: Crew, draft: Draft, left: Whole) -> None:
        self.scene, self.made, self.draft, self.left = scene, made, draft, left
        number = scene.site.place.catalogue.number
        self.preparation, self.stands_by = number("carry_preparation"), number("helper_stands_by")
        self.unlock, self.loading = number("vehicle_unlock"), number("vehicle_loading")
        self.speed = number("vehicle_speed")
        self.coming = _coming(made)
        self.free = {
            helper: Expected(float(draft.release[entity]), int(draft.origin[entity]))
            for helper, entity in made.helper.items()
        }
        them = parties_of(scene, made)
        wheels = np.array([has_wheels(kind) for kind in scene.site.who.kinds])
        self.lifted = them.borne
        self.may_ride = them.borne & ~wheels[them.kind]
        self.lacks = them.lacks

    def give(self, party: int) -> Ride | None:
        """Return the vehicle of a party, in the order of help; expect where its helpers end."""
        coming = self.coming.get(party, ())
        if not coming:
            return None
        door = self.scene.door_of(self.made.grouping.parties[party].household)
        there = {h: self.free[h].time + self._seconds(h, (door,)) for h in coming}
        start = max(there.values())
        rescue = float(self.draft.responder_at[self.made.party[party]])
        node = int(self.scene.doors.node[door - 1 - self.scene.site.there.n])
        meet = start - min(there.values()) <= self.stands_by
        if len(coming) < self.lacks[party] or not meet or start > rescue:
            stay = self.stands_by if start <= rescue else 0.0
            self.free |= {h: Expected(there[h] + stay, node) for h in coming}
            return None
        begun = self._soonest(door, there) if self.may_ride[party] else None
        if begun is None or not self._helps(party, begun.start - start, begun.start <= rescue):
            self._leave(party, coming, start, on_vehicle=False)
            return None
        self.left[begun.stand] -= 1
        self._leave(party, coming, begun.start, on_vehicle=True)
        return Ride(party, begun.helper, begun.stand)

    def _soonest(self, door: int, there: Mapping[int, float]) -> Begun | None:
        """Return with which vehicle all helpers are there first; None when none is to be had."""
        found = []
        for helper, stand in product(there, np.flatnonzero(self.left > 0)):
            over = self._over(helper, int(stand), door)
            moments = [over, *(there[other] for other in there if other != helper)]
            if max(moments) - min(moments) <= self.stands_by:
                found.append(Begun(max(moments), over, helper, int(stand)))
        return min(found, default=None)

    def _helps(self, party: int, later: float, in_time: bool) -> bool:
        """Return whether a vehicle saves a party more than a later start and loading cost."""
        carried = self._seconds_out(party, self._carried(party))
        rolling = self._seconds_out(party, _rolling(self.scene, self.made, party))
        return in_time and np.isfinite(rolling) and carried - rolling > later + self.loading

    def _leave(
        self, party: int, coming: tuple[int, ...], start: float, *, on_vehicle: bool
    ) -> None:
        """Expect the helpers of a party where it goes, once it is there."""
        prepared = (self.preparation if self.lifted[party] else 0.0) + self.loading * on_vehicle
        mover = _rolling(self.scene, self.made, party) if on_vehicle else self._carried(party)
        way = self._out(party, mover)
        end = int(self.draft.origin[self.made.party[party]]) if way is None else way.end
        there = start + prepared + self._seconds_out(party, mover)
        self.free |= {helper: Expected(there, end) for helper in coming}

    def _over(self, helper: int, stand: int, door: int) -> float:
        """Return when a helper is at a door who fetches a vehicle on the way, s."""
        goal = self.scene.target_of(int(self.scene.fleet.node[stand]))
        return self.free[helper].time + self._seconds(helper, (goal, door)) + self.unlock

    def _seconds(self, helper: int, targets: tuple[int, ...]) -> float:
        """Return how long an adult walks as a helper goes; infinite where a way closes."""
        mover = int(self.draft.mover[self.made.helper[helper], OWN])
        node, total = self.free[helper].node, 0.0
        for target in targets:
            way = _way(self.scene, mover, target, node)
            if way is None or self.made.strike.shut.ravel()[way.links].any():
                return np.inf
            total += float(self.scene.fleet.seconds[way.links].sum())
            node = way.end
        return total

    def _carried(self, party: int) -> int:
        """Return the routing class of a party without a vehicle."""
        return int(self.draft.mover[self.made.party[party], HELPED])

    def _out(self, party: int, mover: int) -> Way | None:
        """Return the way of a party to its place of refuge, moving as ``mover``."""
        return _way(self.scene, mover, SAFETY, int(self.draft.origin[self.made.party[party]]))

    def _seconds_out(self, party: int, mover: int) -> float:
        """Return how long a party is under way; infinite where a vehicle's way closes."""
        way = self._out(party, mover)
        rolls = self.scene.movers.listed[mover].pace == ON_VEHICLE
        if way is None or (rolls and self._closes(way)):
            return np.inf
        pace = self.draft.speed[self.made.party[party], HELPED].copy()
        if rolls:
            pace[LEVEL] = self.speed
        return _under_way(self.scene, way.links, pace)

    def _closes(self, way: Way) -> bool:
        """Return whether wheels find a link of ``way`` shut or too tight in this run."""
        strike = self.made.strike
        return bool(strike.shut.ravel()[way.links].any() or strike.too_tight[way.links >> 1].any())


def _coming(made: Crew) -> dict[int, tuple[int, ...]]:
    """Return party -> helpers who go to it."""
    found: dict[int, tuple[int, ...]] = {}
    for helper, parties in made.trips.trips.items():
        for party in parties:
            found[party] = (*found.get(party, ()), helper)
    return found


def _rolling(scene: Scene, made: Crew, party: int) -> int:
    """Return the routing class of a party on a vehicle."""
    how = scene.movers
    kind = scene.site.who.kind[[made.grouping.parties[party].centre]]
    pace = np.array([ON_VEHICLE])
    return int(how.codes(how.vehicle[kind], pace, how.unfamiliar[kind])[0])


def _way(scene: Scene, mover: int, target: int, node: int) -> Way | None:
    """Return the way to a target while nothing has closed; None where there is none."""
    row = int(scene.routes.row[mover, target])
    known = scene.fleet.known
    if (row, node) not in known:
        known[row, node] = None if row < 0 else _walked(scene, row, node)
    return known[row, node]


def _walked(scene: Scene, row: int, node: int) -> Way | None:
    space, following = scene.site.ground.space, scene.routes.rows[row]
    links: list[int] = []
    while (link := int(following[node])) >= 0:
        links.append(link)
        node = int((space.tail if link & 1 else space.head)[link >> 1])
    return Way(np.array(links, dtype=np.int64), node) if link == AT_TARGET else None


def _under_way(scene: Scene, links: Whole, pace: Floats) -> float:
    """Return the seconds over ``links`` at free speeds ``pace``: level, down, up."""
    space = scene.site.ground.space
    spaces, back = links >> 1, links & 1
    climb = np.where(back == 1, -space.climb[spaces], space.climb[spaces])
    level = pace[LEVEL] * space.incline[spaces, back]
    speed = np.where(climb == 0, level, np.where(climb > 0, pace[UP], pace[DOWN]))
    with np.errstate(divide="ignore"):
        return float((space.length[spaces] / speed).sum())
