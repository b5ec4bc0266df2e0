"""Measure how long each household needs from being told, and how long the event leaves it.

Everybody is told at the start and nothing stands in the way yet: what is timed is getting
ready, waiting for helpers, being prepared and walking, with the crowd of all others. The
event as it would strike in the same run then says when each place of that very way is no
longer safe: water has come, a way has closed, a stair full of smoke is lost to who walks it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.kernels import contract
from renlin.kernels.codes import HELP_HELPER, HELP_RESPONDER, STATE_ARRIVED
from renlin.kernels.outcome import Outcome
from renlin.simulation.behaviour import Bodies
from renlin.simulation.crew import Crew, crew
from renlin.simulation.entities import entities
from renlin.simulation.luck import Luck
from renlin.simulation.notification import NOBODY
from renlin.simulation.observation import (
    CODE,
    LINKS_PER_WAY,
    Stage,
    came_last,
    entity_reasons,
    run_kernel,
    spread,
)
from renlin.simulation.routing import HELPED, OWN
from renlin.simulation.strike import LOST, Strike, known_at_once

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Leads:
    """One run, shape (n_households,) each; by the entity of a household that comes last.

    Attributes
    ----------
    home, leaves
        Somebody is at home; the household must leave.
    told, channel
        When and by what it comes to know in this run as things stand, s; infinite: never.
    arrived, reason
        Whether it gets to safety when told at the start; if not, why.
    whole
        Seconds from being told to safety; missing where it does not get there.
    needs, limit
        Seconds from being told until it has left the place of its way that leaves it least
        time, and when that place becomes unsafe or closes. Where nothing does: the whole
        way, and infinite.
    helped
        Who brought it out, ``HELP_*``.
    """

    home: Flags
    leaves: Flags
    told: Floats
    channel: Codes
    arrived: Flags
    reason: Codes
    whole: Floats
    needs: Floats
    limit: Floats
    helped: Codes


def leads(made: Stage, bodies: Bodies, luck: Luck) -> Leads:
    """Return how long each household needs and has in the run of ``luck``."""
    scene = made.scene
    who = crew(scene, bodies, luck)
    calm = _calm(made, who)
    movers = entities(scene, calm, luck)
    parameters = made.parameters._replace(route_rows=LINKS_PER_WAY * who.n)
    outcome = run_kernel(made, calm, movers, parameters)
    n = len(scene.site.who.households)
    chosen, home = came_last(scene, calm, _times(calm, outcome, scene.site.who.n))
    entity = calm.entity[chosen]
    moves = entity >= 0
    entity, gone = entity[moves], home[moves]
    arrived = outcome.state[entity] == STATE_ARRIVED
    whole = np.where(arrived, outcome.exit_time[entity], np.nan)
    tightest = _tightest(made, who.strike, movers, outcome, entity)
    reason = _reason(who, chosen)
    reason[moves] = entity_reasons(scene, calm, outcome)[entity]
    known = np.isfinite(whole)
    return Leads(
        home=spread(n, home, np.ones(len(home), dtype=bool), False),
        leaves=who.strike.leaves,
        told=who.notice.time,
        channel=who.notice.channel.astype(np.int8),
        arrived=spread(n, gone, arrived, False),
        reason=spread(n, home, reason, CODE["away"]),
        whole=spread(n, gone, whole, np.nan),
        needs=spread(n, gone, np.where(known, tightest.left, np.nan), np.nan),
        limit=spread(n, gone, np.where(known, tightest.limit, np.nan), np.nan),
        helped=spread(n, gone, outcome.helped_by[entity], 0),
    )


def by_helper(helped: Codes) -> Flags:
    """Return which households somebody from outside brought out."""
    return np.isin(helped, [int(HELP_HELPER), int(HELP_RESPONDER)])


def _calm(made: Stage, who: Crew) -> Crew:
    """Return the crew told at the start, in a place where nothing has happened yet."""
    site, strike = made.scene.site, who.strike
    shut, tight = known_at_once(site.ground.n_links)
    told = np.where(who.notice.channel == NOBODY, np.inf, 0.0)
    quiet = replace(
        strike,
        hazards=made.scene.blows.shut_at_first,
        shut=shut,
        too_tight=tight,
        announced=np.inf,
        alerts=tuple(a._replace(time=np.zeros_like(a.time)) for a in strike.alerts),
    )
    return replace(who, strike=quiet, notice=who.notice._replace(time=told))


def _times(who: Crew, outcome: Outcome, n: int) -> Floats:
    """Return the time of everybody who moves, infinite where it does not get there."""
    time = np.full(n, np.inf)
    moving = who.entity >= 0
    there = outcome.state == STATE_ARRIVED
    time[moving] = np.where(there, outcome.exit_time, np.inf)[who.entity[moving]]
    return time


def _reason(who: Crew, person: Whole) -> Codes:
    """Return why somebody does not move: safe where they are, or hurt."""
    lost = np.array([CODE["sheltered"], *(CODE[name] for name in LOST[1:])], dtype=np.int8)
    found: Codes = lost[who.lost[person]]
    return found


class Tightest(NamedTuple):
    """The place of each way that leaves least time: when it was left, and when it ends."""

    left: Floats
    limit: Floats


def _tightest(
    made: Stage, strike: Strike, movers: contract.Entities, outcome: Outcome, entity: Whole
) -> Tightest:
    """Return the place on the way of each of ``entity`` with the least time to spare."""
    ends = _ends(made, strike)
    row = np.full(len(movers.origin), -1, dtype=np.int64)
    row[entity] = np.arange(len(entity))
    mine = row[outcome.route_entity] >= 0
    owner = row[outcome.route_entity[mine]]
    order = np.argsort(owner, kind="stable")
    owner, link = owner[order], outcome.route_link[mine][order].astype(np.int64)
    entered = outcome.route_time[mine][order].astype(np.float64)
    arrival = outcome.exit_time[entity]
    last = np.ones(len(owner), dtype=bool)
    last[:-1] = owner[1:] != owner[:-1]
    left = np.where(last, arrival[owner], np.append(entered[1:], 0.0))
    mode = np.where(by_helper(outcome.helped_by[entity]), HELPED, OWN)
    bits = movers.barred[entity, mode].astype(np.int64)
    limit = ends.of_links(link, bits[owner])
    door = ends.at_node[movers.origin[entity]]
    start = np.where(np.isfinite(outcome.departure_time[entity]),
                     outcome.departure_time[entity], arrival)  # fmt: skip
    places = np.concatenate([np.arange(len(entity)), owner])
    return _least(places, np.concatenate([start, left]), np.concatenate([door, limit]), arrival)


def _least(row: Whole, left: Floats, limit: Floats, whole: Floats) -> Tightest:
    """Return for each row the pair with the least of ``limit - left``; else the whole way."""
    ends = np.isfinite(limit)
    spare = np.where(ends, limit - left, np.inf)
    order = np.lexsort((limit, spare, row))
    first = np.ones(len(order), dtype=bool)
    first[1:] = row[order][1:] != row[order][:-1]
    best = order[first]
    found = Tightest(whole.copy(), np.full(len(whole), np.inf))
    best = best[ends[best]]
    found.left[row[best]], found.limit[row[best]] = left[best], limit[best]
    return found


@dataclass(frozen=True)
class Ends:
    """When each place stops being safe or open, s; infinite where it never does.

    ``unsafe`` per link, ``closed`` per directed link, ``barred`` bit -> per link, for those
    the bit keeps out; ``at_node`` per node.
    """

    unsafe: Floats
    closed: Floats
    barred: dict[int, Floats]
    at_node: Floats

    def of_links(self, link: Whole, bits: Whole) -> Floats:
        """Return when the directed links end for movers with these barriers."""
        end = np.minimum(self.unsafe[link >> 1], self.closed[link])
        for bit, time in self.barred.items():
            kept_out = (bits & bit) > 0
            end = np.where(kept_out, np.minimum(end, time[link >> 1]), end)
        return np.asarray(end)


def _ends(made: Stage, strike: Strike) -> Ends:
    """Return when the places of one run end, by its keyframes.

    A ground that somebody has still to open is no danger, though it is closed at first.
    A stair with smoke may be walked until it is untenable, so of a fire only closures count.
    Inside a damaged building every second counts as unsafe.
    """
    site, hazards = made.scene.site, strike.hazards
    n_links = site.ground.n_links
    place = np.repeat(np.arange(len(hazards.start) - 1), np.diff(hazards.start))
    time, inf = hazards.time, np.full(len(hazards.start) - 1, np.inf)

    def first(flags: Flags) -> Floats:
        found = inf.copy()
        np.minimum.at(found, place[flags], time[flags])
        return found

    closes = ~((time <= 0.0) & _opens_late(made)[place])
    ways = [first(closes & (hazards.closed & side > 0))[:n_links] for side in (1, 2)]
    bits = np.unique(hazards.barrier)
    single = {1 << k for bit in bits for k in range(int(bit).bit_length()) if int(bit) >> k & 1}
    unsafe = inf if site.event.mechanism == "stair_fire" else first(hazards.unsafe > 0)
    if strike.unsafe_inside is not None:
        unsafe = np.minimum(unsafe, _inside(made, strike.unsafe_inside))
    return Ends(
        unsafe=unsafe[:n_links],
        closed=np.stack(ways, axis=1).ravel(),
        barred={bit: first((hazards.barrier & bit) > 0)[:n_links] for bit in sorted(single)},
        at_node=unsafe[n_links:],
    )


def _opens_late(made: Stage) -> Flags:
    site = made.scene.site
    late = [f for f, opens in zip(site.there.facilities, site.there.opens, strict=True) if opens]
    links = site.ground.walks.links
    mine = (links["table"] == "facilities") & links["place"].isin(late)
    return np.concatenate([mine.to_numpy(), np.zeros(site.ground.n_nodes, dtype=bool)])


def _inside(made: Stage, damaged: Flags) -> Floats:
    """Return 0 for every place inside a damaged building, infinite elsewhere."""
    site = made.scene.site
    unit = {name: at for at, name in enumerate(site.live.entrances)}
    struck = damaged[site.live.of_entrance]
    found = []
    for table in (site.ground.walks.links, site.ground.walks.nodes):
        inside = (table["table"] == "entrances").to_numpy()
        hit = [
            i and bool(struck[unit[str(p)]]) for i, p in zip(inside, table["place"], strict=True)
        ]
        found.append(np.where(hit, 0.0, np.inf))
    return np.concatenate(found)
