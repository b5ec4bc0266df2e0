"""Set one event on one community: everything that every run of it shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.community.community import Community
from renlin.community.settings import Scenario
from renlin.kernels import contract
from renlin.simulation.behaviour import ADULT, has_wheels
from renlin.simulation.compound import Blows, blows
from renlin.simulation.destinations import Destinations, destinations
from renlin.simulation.event import Event, endangering, events, whole
from renlin.simulation.fleet import Fleet, fleet, has_stands
from renlin.simulation.grouping import Roles, households_to_watch, roles
from renlin.simulation.helping import Helpers, helpers
from renlin.simulation.lighting import darkened
from renlin.simulation.luck import Keys, Luck, keys_of
from renlin.simulation.network import Ground
from renlin.simulation.population import Homes, Residents, homes
from renlin.simulation.routing import (
    CARRIED,
    HELPED,
    ON_FOOT,
    ON_VEHICLE,
    OWN,
    Doors,
    Limits,
    Movers,
    Ways,
    along,
    causes,
    limits,
    link_costs,
    movers,
    reaches,
    shut_to,
    ways,
)
from renlin.simulation.strike import Site, Strike

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

SAFETY = 0
UNLIMITED = 2**31 - 1
BEFORE, AFTER = 0, 1  # what somebody knows of the network: nothing closed, or all that closes


@dataclass(frozen=True)
class Scene:
    """One event under one scheme.

    Attributes
    ----------
    scenario
        What was asked for, with all its events.
    site
        Community, network, residents, homes, event, destinations.
    movers, costs, shut
        How classes move, what links cost them, which directed links are shut to them.
    routes
        Ways while nothing has closed yet.
    cause
        Why there is no way, see :func:`renlin.simulation.routing.causes`.
    agreed, can
        Helpers, and what every resident can do.
    watch
        Households with somebody who needs help or is a young child.
    tied
        Households whose adults are needed at home.
    doors
        Landings and stands helpers go to; ``target_of`` gives the target of a node.
    fleet
        Shared vehicles helpers may fetch.
    rails
        Factor of handrails on each person's own stair on their stair speed.
    blows
        The event, or several that strike together.
    keys
        Ids of this scheme that draws are keyed by.
    """

    scenario: Scenario
    site: Site
    movers: Movers
    costs: Mapping[int, Floats]
    shut: Flags
    routes: Ways
    cause: npt.NDArray[np.object_]
    agreed: Helpers
    can: Roles
    watch: Mapping[int, Whole]
    tied: Flags
    doors: Doors
    fleet: Fleet
    rails: Floats
    blows: Blows
    keys: Mapping[str, Keys]
    known: dict[bytes, contract.Routing] = field(default_factory=dict, repr=False)

    @property
    def event(self) -> Event:
        """Return the event, the first one of several."""
        return self.site.event

    def strike(self, luck: Luck) -> Strike:
        """Return what strikes in the run of ``luck``."""
        return self.blows.strike(luck)

    def space(self, strike: Strike) -> contract.Network:
        """Return the kernel network in the light, and with the rubble, of ``strike``."""
        return darkened(self.site, self.blows.light, strike)

    def door_of(self, household: int) -> int:
        """Return the routing target of the landing of ``household``."""
        return self.target_of(int(self.site.live.node[household]))

    def target_of(self, node: int) -> int:
        """Return the routing target of a node helpers go to."""
        return 1 + self.site.there.n + int(np.searchsorted(self.doors.node, node))


def scene(
    place: Community, ground: Ground, limit: Limits, who: Residents, scenario: Scenario
) -> Scene:
    """Return the scene of ``scenario`` in ``place``, whose network and limits are given."""
    catalogue, hour = place.catalogue, scenario.hour
    live = homes(place, ground, who, hour)
    struck = _struck(place, ground, who, live, scenario)
    site = struck.site
    how = movers(ground, limit, catalogue, hour)
    costs = link_costs(ground, how, catalogue)
    shut = shut_to(ground, how)
    agreed = helpers(place, ground, who, live, hour)
    reached = reaches(ground, site.there, costs, shut)
    cost = np.stack([one.safe.cost[0] for one in reached])
    own = how.codes(how.pattern[who.kind, OWN], how.pace[who.kind, OWN], how.unfamiliar[who.kind])
    node = live.node[who.household]
    step_free = (node >= 0) & np.isfinite(cost[own, node])
    can = roles(who, catalogue, step_free)
    vehicles = fleet(place, ground, hour, events(scenario, catalogue))
    doors = _doors(who, can, how, agreed, live.node, vehicles)
    routes = ways(ground, how, site.there, doors, reached)
    return Scene(
        scenario=scenario,
        site=site,
        movers=how,
        costs=costs,
        shut=shut,
        routes=routes,
        cause=causes(ground, how, site.there, routes),
        agreed=agreed,
        can=can,
        watch=households_to_watch(who, can),
        tied=_tied(who, can),
        doors=doors,
        fleet=vehicles,
        rails=_rails(site),
        blows=struck,
        keys={
            "building": keys_of(live.buildings),
            "entrance": keys_of(live.entrances),
            "helper": agreed.keys,
            "event": keys_of(["event"]),
            **({"vehicle": vehicles.keys} if vehicles.n else {}),
        },
    )


def _struck(
    place: Community, ground: Ground, who: Residents, live: Homes, scenario: Scenario
) -> Blows:
    """Return the events of ``scenario`` on ``place``, with the places that are safe from them."""
    event, every = whole(scenario, place.catalogue), events(scenario, place.catalogue)
    there = destinations(place, ground, *endangering(every))
    return blows(Site(place, ground, who, live, event, there), every)


def scene_like(known: Scene, place: Community, ground: Ground, limit: Limits) -> Scene:
    """Return the scene of ``known`` in ``place``, where facts of ways and shelters differ.

    What :func:`scene` returns for it. As long as no way is closed or costs otherwise and
    people go to the same places, everybody walks as in ``known``: only what acts on the
    way, such as widths, light, rails and capacities, is taken anew.

    Parameters
    ----------
    known
        A scene of the same residents, helpers and nodes.
    """
    who, scenario = known.site.who, known.scenario
    struck = _struck(place, ground, who, known.site.live, scenario)
    site = struck.site
    how = movers(ground, limit, place.catalogue, scenario.hour)
    costs = link_costs(ground, how, place.catalogue)
    vehicles = fleet(place, ground, scenario.hour, events(scenario, place.catalogue))
    same_stands = np.array_equal(vehicles.keys, known.fleet.keys)
    if not (same_stands and _same_ways(known, site, how, costs)):
        return scene(place, ground, limit, who, scenario)
    return replace(
        known,
        site=site,
        movers=how,
        costs=costs,
        fleet=vehicles,
        rails=_rails(site),
        blows=struck,
        known={},
    )


def _same_ways(known: Scene, site: Site, how: Movers, costs: Mapping[int, Floats]) -> bool:
    """Return whether routes of ``known`` hold: same closed ways, costs and destinations."""
    old, new = known.site.there, site.there
    return (
        how.listed == known.movers.listed
        and np.array_equal(how.vehicle, known.movers.vehicle)
        and np.array_equal(how.reasons, known.movers.reasons)
        and np.array_equal(how.pattern, known.movers.pattern)
        and all(np.array_equal(costs[index], known.costs[index]) for index in costs)
        and old.facilities == new.facilities
        and np.array_equal(old.node, new.node)
        and np.array_equal(old.choice, new.choice)
    )


def limits_of(place: Community, ground: Ground, who: Residents) -> Limits:
    """Return what stops the classes that live here, and the adults who help them.

    With a stand of shared vehicles, also what stops a vehicle with somebody who is carried
    and has no wheels of their own.
    """
    present = np.bincount(who.kind, minlength=len(who.kinds)) > 0
    present |= np.array([kind.code == ADULT for kind in who.kinds])
    if not has_stands(place):
        return limits(ground, who.kinds, present, place.catalogue)
    riders = np.array([k.takes_steps != "yes" and not has_wheels(k) for k in who.kinds])
    return limits(ground, who.kinds, present, place.catalogue, riders)


def _rails(site: Site) -> Floats:
    """Return the factor on stair speed: slow walkers gain from rails on both sides.

    Source: parameter ``handrail_factor``.
    """
    who, live = site.who, site.live
    rails = site.place["entrances"].set_index("entrance")["handrail"]
    both = rails.reindex(list(live.entrances)).eq("both").to_numpy(dtype=bool)
    slow = np.array([kind.slow_walker for kind in who.kinds])[who.kind]
    here = np.append(both, False)[live.entrance[who.household]]
    return np.where(slow & here, site.place.catalogue.number("handrail_factor"), 1.0)


def _doors(
    who: Residents, can: Roles, how: Movers, agreed: Helpers, node: Whole, vehicles: Fleet
) -> Doors:
    """Return the landings and stands helpers may be sent to, and how helpers move.

    Agreed helpers go to their own households only; staff wherever somebody may need help.
    """
    asked = np.zeros(len(who.households), dtype=bool)
    asked[sorted(agreed.pairs)] = True
    if agreed.staff.any():
        asked |= who.any_of(can.centre | can.infant)
    homes_ = node[asked]
    kinds = [int(who.kind[p]) for p in agreed.person if p >= 0]
    adult = next(at for at, kind in enumerate(who.kinds) if kind.code == ADULT)
    listed = np.array(sorted({*kinds, adult}), dtype=np.int64)
    foot = np.full(len(listed), ON_FOOT)
    codes = how.codes(how.pattern[listed, OWN], foot, how.unfamiliar[listed])
    goals = np.concatenate([homes_[homes_ >= 0], vehicles.node])
    return Doors(np.unique(goals), frozenset(int(c) for c in codes))


def _tied(who: Residents, can: Roles) -> Flags:
    """Return households whose adults stay: somebody needs them, or they are alone with a child."""
    adults = np.bincount(who.household, can.adult, minlength=len(who.households))
    return who.any_of(can.centre) | (who.any_of(can.child) & (adults <= 1))


def routes_after(scene_: Scene, strike: Strike) -> Ways | None:
    """Return the ways of who knows all that closes; None when nothing does."""
    shut = shut_after(scene_, strike)
    if shut is None:
        return None
    site = scene_.site
    reached = reaches(site.ground, site.there, scene_.costs, shut)
    return ways(site.ground, scene_.movers, site.there, scene_.doors, reached)


def shut_after(scene_: Scene, strike: Strike) -> Flags | None:
    """Return the directed links shut to each mover once all has closed; None: nothing does."""
    if not strike.shut.any() and not strike.too_tight.any():
        return None
    tight = np.repeat(strike.too_tight[:, None], 2, axis=1)
    wheels = _on_wheels(scene_, carried=strike.tight_for_carried)
    shut: Flags = scene_.shut | strike.shut[None] | (tight[None] & wheels[:, None, None])
    return shut


def _on_wheels(scene_: Scene, *, carried: bool) -> Flags:
    """Return which movers roll, on a shared vehicle too, and, where asked, are carried."""
    how, kinds = scene_.movers, scene_.site.who.kinds
    wheels = np.array([kind.takes_steps != "yes" for kind in kinds])
    modes = (OWN, HELPED) if carried else (OWN,)
    own = {
        (int(how.pattern[kind, mode]), int(how.pace[kind, mode]))
        for kind in np.flatnonzero(wheels)
        for mode in modes
    }
    return np.array(
        [
            m.pace == ON_VEHICLE
            or ((m.pattern, m.pace) in own and (m.pace == CARRIED or not m.unfamiliar))
            for m in how.listed
        ]
    )


class Shelters(NamedTuple):
    """Shelters for the kernel, and the shelter at each node."""

    table: contract.Shelters
    at: npt.NDArray[np.int32]


def shelters(there: Destinations, routes: Ways, ground: Ground) -> Shelters:
    """Return capacities and, for each full one, the others: best choice first, then nearest.

    Nearest for who walks and passes everywhere a walker does (the first mover).
    """
    capacity = np.where(there.capacity < 0, UNLIMITED, there.capacity).astype(np.int32)
    at = np.full(ground.n_nodes, -1, dtype=np.int32)
    at[there.node] = np.arange(there.n)
    others = np.full((there.n, max(there.n - 1, 1)), -1, dtype=np.int32)
    links = [routes.rows[routes.row[0, 1 + other]] for other in range(there.n)]
    far = np.array([along(ground, own) for own in links]).reshape(there.n, ground.n_nodes)
    for own, node in enumerate(there.node):
        rest = [k for k in range(there.n) if k != own and links[k][node] >= 0]
        rest.sort(key=lambda k: (int(there.choice[k]), far[k, node], k))
        others[own, : len(rest)] = np.array(rest, dtype=np.int32) + 1
    return Shelters(contract.Shelters(capacity, others), at)


def routing(scene_: Scene, strike: Strike, stalls: Shelters) -> contract.Routing:
    """Return the kernel's routing for one run; equal closures share one table."""
    mark = strike.shut.tobytes() + strike.too_tight.tobytes() + bytes([strike.tight_for_carried])
    found = scene_.known.get(mark)
    if found is None:
        found = _tables(scene_, routes_after(scene_, strike), stalls)
        scene_.known[mark] = found
    if found.row.shape[2] == 1 or not np.isfinite(strike.announced):
        return found
    if strike.announced <= 0:
        return found._replace(live_info=np.array([AFTER], dtype=np.int32))
    return found._replace(
        live_time=np.array([0.0, strike.announced]),
        live_info=np.array([BEFORE, AFTER], dtype=np.int32),
    )


def _tables(scene_: Scene, after: Ways | None, stalls: Shelters) -> contract.Routing:
    before = scene_.routes
    rows = before.rows if after is None else np.concatenate([before.rows, after.rows])
    tables = [before.row]
    if after is not None:
        tables.append(np.where(after.row >= 0, after.row + len(before.rows), -1))
    target_shelter = np.full(before.row.shape[1], -1, dtype=np.int32)
    target_shelter[1 : 1 + scene_.site.there.n] = np.arange(scene_.site.there.n)
    met = -1 if after is None else AFTER
    return contract.Routing(
        next_link=np.ascontiguousarray(rows, dtype=np.int32),
        row=np.ascontiguousarray(np.stack(tables, axis=2), dtype=np.int32),
        live_time=np.zeros(1),
        live_info=np.array([BEFORE], dtype=np.int32),
        info_on_meeting=np.full(scene_.site.ground.n_links, met, dtype=np.int32),
        target_shelter=target_shelter,
        shelters=stalls.table,
    )
