"""Say the rules of the movement kernel again, in plain Python, slowly.

Written from the contract, with dictionaries and lists where the kernel has records
and linked chains, so that the two can be compared bit by bit on small cases.
"""

from __future__ import annotations

from heapq import heappop, heappush
from math import inf, isnan, nan
from types import SimpleNamespace
from typing import Any

import numpy as np

from renlin.kernels import codes as c
from renlin.kernels.contract import Entities, Hazards, Network, Parameters, Routing

TIMER, REACH, NODE, HEAD = range(4)
AT_NODE = (c.STATE_WAITING, c.STATE_STANDING_BY)


class Lane:
    """A queue from a link (None: from the node) to a next link (None: to the node)."""

    def __init__(self, link: int | None, following: int | None) -> None:
        self.link, self.following = link, following
        self.line: list[Any] = []
        self.since, self.state = 0.0, "idle"


class Twin:
    """One run, told plainly."""

    def __init__(
        self,
        network: Network,
        entities: Entities,
        routing: Routing,
        hazards: Hazards,
        parameters: Parameters,
    ) -> None:
        self.net, self.ent, self.routing = network, entities, routing
        self.hazards, self.par = hazards, parameters
        self.n_spaces, self.n_nodes = len(network.tail), len(network.rest)
        self.step, self.t, self.end = 0, 0.0, 0.0
        self.now: list[Any] = []
        self.timers: list[Any] = []
        self.sequence = 0
        self.live, self.live_next, self.changed = 0, 0, False
        self.room = [int(v) for v in routing.shelters.capacity]
        self.seen: dict[int, tuple[int, float]] = {}
        self.lanes: dict[tuple[int | None, int | None], Lane] = {}
        self.people = [self._person(e) for e in range(len(entities.members))]
        self.by_rank = sorted(self.people, key=lambda p: p.rank)
        self.spaces = [self._space(s) for s in range(self.n_spaces)]
        self.links = [self._link(d) for d in range(2 * self.n_spaces)]
        self.places = [self._place(p) for p in range(self.n_spaces + self.n_nodes)]
        self._books()

    # -- layout ---------------------------------------------------------------

    def _person(self, e: int) -> Any:
        ent = self.ent
        first, last = ent.group_start[e], ent.group_start[e + 1]
        legs = range(ent.legs.start[e], ent.legs.start[e + 1])
        stops = range(ent.stop_start[e], ent.stop_start[e + 1])
        return SimpleNamespace(
            id=e,
            rank=int(ent.rank[e]),
            members=int(ent.members[e]),
            slow=int(ent.slow_members[e]),
            load=int(ent.members[e]),
            slow_load=int(ent.slow_members[e]),
            groups=[(int(ent.group[i]), int(ent.group_persons[i])) for i in range(first, last)],
            legs=[self._leg(i) for i in legs],
            stops=[(float(ent.stop_after[i]), float(ent.stop_dwell[i])) for i in stops],
            leg=0,
            stage="start",
            state=c.STATE_BEFORE,
            since=0.0,
            stamp=0,
            timer=False,
            node=int(ent.origin[e]),
            link=None,
            lane=None,
            rem=None,
            left=0.0,
            goal=0.0,
            reach=0.0,
            pace=0.0,
            flux=0,
            mode=c.OWN,
            info=int(ent.info[e]),
            met=0,
            followed=False,
            target=-1,
            owner=None,
            position=0,
            reason=c.REASON_NONE,
            waived=False,
            called=0,
            helpers=[],
            carrier=None,
            lead=0.0,
            prep=0.0,
            visit=0,
            front=None,
            behind=[],
            hops=(0, 0),
            walked=0.0,
            dose=0.0,
            unsafe=0.0,
            mark=(0.0, 0.0),
            exit_time=nan,
            departure_time=nan,
            helper_time=nan,
            helped_by=c.HELP_NONE,
            missed=0,
            n_stops=0,
            shelter=-1,
        )

    def _leg(self, i: int) -> Any:
        legs = self.ent.legs
        return SimpleNamespace(
            kind=int(legs.kind[i]),
            target=int(legs.target[i]),
            partner=int(legs.partner[i]),
            dwell=float(legs.dwell[i]),
            helpers=int(legs.helpers[i]),
        )

    def _space(self, s: int) -> Any:
        net = self.net
        return SimpleNamespace(
            length=float(net.length[s]),
            area=float(net.area[s]),
            capacity=float(net.capacity[s]),
            clear=float(net.clear_width[s]),
            climb=int(net.climb[s]),
            kind=int(net.crowd_class[s]),
            barrier=int(net.barrier[s]),
            occupied=0,
            storage=0,
            on=0,
            max_density=0.0,
            held=[],
            gridlock=0,
        )

    def _link(self, d: int) -> Any:
        ends = (int(self.net.tail[d >> 1]), int(self.net.head[d >> 1]))
        return SimpleNamespace(
            start=ends[d & 1],
            end=ends[1 - (d & 1)],
            persons=0,
            slow=0,
            flux=0,
            supply=0.0,
            bodies=[],
            widest=0.0,
            factor=1.0,
            capacity=0.0,
            exit_debt=0.0,
            entry_debt=0.0,
            exit_free=0.0,
            entry_free=0.0,
            blocker=None,
        )

    def _place(self, p: int) -> Any:
        first, last = int(self.hazards.start[p]), int(self.hazards.start[p + 1])
        return SimpleNamespace(
            frames=range(first, last),
            current=None,
            speed=1.0,
            width=1.0,
            closed=0,
            shut=0,
            opened=0,
            barrier=0,
            rate=0.0,
            unsafe=0,
            dose_sum=0.0,
            unsafe_sum=0.0,
        )

    def _books(self) -> None:
        groups, par = self.par.n_groups, self.par
        self.phase = np.zeros((len(self.people), c.N_PHASES))
        self.on_space = np.zeros((self.n_spaces, groups + 1))
        self.in_queue = np.zeros((self.n_spaces, groups + 1))
        self.at_node = np.zeros((self.n_nodes, groups + 1))
        self.traversals = np.zeros((2 * self.n_spaces, groups), dtype=np.int32)
        flow_bins = int(np.ceil(par.horizon / par.flow_bin)) if par.flow_bin > 0 else 0
        bins = int(np.ceil(par.horizon / par.arrival_bin)) if par.arrival_bin > 0 else 0
        self.flow = np.zeros((2 * self.n_spaces, flow_bins), dtype=np.int32)
        self.arrivals = np.zeros((groups + 1, bins), dtype=np.int32)
        self.shelter_load = np.zeros((len(self.room), bins), dtype=np.int32)
        self.routes: list[tuple[float, int, int]] = []
        self.agent_steps = 0

    # -- events ---------------------------------------------------------------

    def soon(self, p: Any, time: float, since: float, kind: int) -> None:
        self.sequence += 1
        heappush(self.now, (time, since, p.rank, kind, self.sequence, p.stamp, p))

    def later(self, p: Any, time: float) -> None:
        p.timer = True
        if time < self.end:
            self.soon(p, time, time, TIMER)
            return
        self.sequence += 1
        heappush(self.timers, (time, p.rank, self.sequence, p.stamp, p))

    def schedule(self, lane: Lane, time: float) -> None:
        lane.state = "scheduled"
        self.soon(lane.line[0], time, lane.since, HEAD)

    # -- books ----------------------------------------------------------------

    def place_of(self, p: Any) -> Any:
        return self.places[p.link >> 1 if p.link is not None else self.n_spaces + p.node]

    def dose_until(self, place: Any, time: float) -> tuple[float, float]:
        span = time - self.t
        return place.dose_sum + place.rate * span, place.unsafe_sum + place.unsafe * span

    def mark(self, p: Any, time: float) -> None:
        p.mark = self.dose_until(self.place_of(p), time)

    def account(self, p: Any, time: float) -> None:
        if p.state in (c.STATE_ARRIVED, c.STATE_ATTACHED):
            return
        led = [h for h in p.helpers if h.state == c.STATE_ATTACHED]
        span = time - p.since
        if span > 0.0:
            p.since = time
            for one in (p, *led):
                self.post(one, p, span)
        until = self.dose_until(self.place_of(p), time)
        dose, unsafe = until[0] - p.mark[0], until[1] - p.mark[1]
        p.mark = until
        for one in (p, *led):
            one.dose += dose
            one.unsafe += unsafe

    def post(self, p: Any, leader: Any, span: float) -> None:
        state, stairs = leader.state, False
        if leader.link is not None:
            space = leader.link >> 1
            stairs = self.spaces[space].climb != 0
            self.spread(self.on_space[space], p, span)
            if state == c.STATE_QUEUED:
                self.spread(self.in_queue[space], p, span)
        elif state not in (c.STATE_BEFORE, c.STATE_STAYED):
            self.spread(self.at_node[leader.node], p, span)
        phase = {
            c.STATE_WALKING: c.PHASE_STAIRS if stairs else c.PHASE_LANES,
            c.STATE_QUEUED: c.PHASE_QUEUE,
            c.STATE_READY: c.PHASE_QUEUE,
            c.STATE_BEFORE: c.PHASE_BEFORE,
            c.STATE_WAITING: c.PHASE_HELP,
            c.STATE_STANDING_BY: c.PHASE_HELP,
            c.STATE_PREPARING: c.PHASE_PREPARATION,
            c.STATE_DWELLING: c.PHASE_DWELL,
            c.STATE_BLOCKED: c.PHASE_BLOCKED,
            c.STATE_TRAPPED: c.PHASE_BLOCKED,
            c.STATE_TURNED_AWAY: c.PHASE_BLOCKED,
            c.STATE_STAYED: c.PHASE_STAYED,
        }[state]
        self.phase[p.id, phase] += span

    def spread(self, row: np.ndarray, p: Any, span: float) -> None:
        for group, persons in p.groups:
            row[group] += persons * span
        row[-1] += p.members * span

    def become(self, p: Any, state: int, time: float) -> None:
        self.account(p, time)
        p.state, p.since, p.timer = state, time, False
        p.stamp += 1

    # -- crowding -------------------------------------------------------------

    def lookup(self, table: np.ndarray, position: float) -> float:
        if position >= len(table) - 1:
            return float(table[-1])
        i = int(position)
        low, high = float(table[i]), float(table[i + 1])
        return low + (high - low) * (position - i)

    def refresh(self, s: int) -> None:
        space, place, crowd = self.spaces[s], self.places[s], self.net.crowd
        one, two = self.links[2 * s], self.links[2 * s + 1]
        width = place.width if place.width > 0.0 else 1.0
        persons = one.persons + two.persons
        columns = crowd.capacity_factor.shape[1]
        share = 0
        if persons > 0:
            share = int((one.slow + two.slow) / persons * (columns - 1) + 0.5)
        density = space.occupied / (1000 * space.area * width)
        space.max_density = max(space.max_density, density)
        others = density * (space.on - 1) / space.on if space.on > 0 else 0.0
        diagram = int(crowd.diagram[space.kind, share])
        position = others / float(crowd.density_step[diagram])
        speed = self.lookup(crowd.speed_factor[diagram], position) * place.speed
        capacity = space.capacity * width * float(crowd.capacity_factor[space.kind, share])
        jam = float(crowd.jam_density[space.kind, share])
        space.storage = int(jam * space.area * width * 1000)
        for link, other in ((one, two), (two, one)):
            link.factor, link.capacity = speed, capacity
            if persons > 0:
                self.share_out(link, other, persons)
        flows = [link.flux * link.factor / (1000 * space.length or 1.0) for link in (one, two)]
        crowded = others > float(crowd.peak_density[diagram]) and space.length > 0.0
        for link, flow in zip((one, two), flows, strict=True):
            link.supply = link.capacity
            if crowded:
                least = self.par.minor_share * (flows[0] + flows[1])
                link.supply = min(link.capacity, max(flow, least, 0.01 * link.capacity))
            exit_debt, entry_debt = link.exit_debt, link.entry_debt
            link.exit_free = self.t + exit_debt / link.capacity if exit_debt > 0 else 0.0
            link.entry_free = self.t + entry_debt / link.supply if entry_debt > 0 else 0.0

    def share_out(self, link: Any, other: Any, persons: int) -> None:
        crowd, least = self.net.crowd, self.par.minor_share
        mine, theirs = link.persons / persons, other.persons / persons
        minor = min(mine, theirs)
        table = crowd.counterflow_capacity
        total = link.capacity * self.lookup(table, 2.0 * minor * (len(table) - 1))
        if minor > 0.0:
            link.capacity = total * min(max(mine, least), 1.0 - least)
        else:
            link.capacity = total if link.persons > 0 else total * least
        table = crowd.counterflow_speed
        link.factor *= self.lookup(table, theirs * (len(table) - 1))

    # -- the way --------------------------------------------------------------

    def adopt(self, p: Any, mode: int) -> None:
        p.mode = mode
        along = p.helpers if mode == c.HELPED else []
        p.load = p.members + sum(h.members for h in along)
        p.slow_load = p.slow + sum(h.slow for h in along)

    def size(self, p: Any) -> int:
        return max(1, int(np.rint(float(self.ent.size[p.id, p.mode]) * 1000)))

    def body(self, p: Any) -> float:
        return float(self.ent.body_width[p.id, p.mode])

    def free_pace(self, p: Any, link: int) -> float:
        climb = self.spaces[link >> 1].climb * (1 if link % 2 == 0 else -1)
        column = {0: c.LEVEL, 1: c.UP, -1: c.DOWN}[climb]
        pace = float(self.ent.speed[p.id, p.mode, column])
        if self.spaces[link >> 1].clear < float(self.ent.narrow_below[p.id]):
            pace *= float(self.ent.narrow_factor[p.id])
        return pace

    def hindrance(self, p: Any, link: int) -> int:
        space, place = self.spaces[link >> 1], self.places[link >> 1]
        if place.closed & (1 << (link & 1)) or place.width <= 0.0:
            return c.REASON_CLOSED
        barrier = space.barrier | place.barrier
        if barrier & int(self.ent.barred[p.id, p.mode]) or self.free_pace(p, link) <= 0.0:
            return c.REASON_BARRED
        if self.body(p) > space.clear * place.width:
            return c.REASON_NARROW
        return c.REASON_NONE

    def needed(self, p: Any) -> int:
        return p.members + sum(h.members for h in p.helpers if h.leg + 1 >= len(h.legs))

    def full(self, target: int, persons: int) -> bool:
        shelter = int(self.routing.target_shelter[target])
        return shelter >= 0 and self.room[shelter] < persons

    def redirect(self, p: Any, owner: int) -> bool:
        if p.owner is None:
            p.owner, p.position = owner, 0
        order = self.routing.shelters.alternatives[p.owner]
        while p.position < len(order):
            target = int(order[p.position])
            p.position += 1
            if target >= 0 and not self.full(target, self.needed(p)):
                p.target = target
                return True
        return False

    def choose(self, p: Any, node: int, time: float) -> tuple[str, int]:
        view = int(self.ent.view[p.id])
        if p.legs[p.leg].kind == c.LEG_SHELTER:
            if view == c.VIEW_FOLLOW and not p.followed and node in self.seen:
                target, when = self.seen[node]
                if time - when <= self.par.follow_window:
                    p.target, p.followed = target, True
            if view == c.VIEW_LIVE and self.full(p.target, self.needed(p)):
                self.redirect(p, int(self.routing.target_shelter[p.target]))
        for lesson in range(3):
            info = self.live if view == c.VIEW_LIVE else p.info
            routing_class = int(self.ent.routing_class[p.id, p.mode])
            row = int(self.routing.row[routing_class, p.target, info])
            link = int(self.routing.next_link[row, node]) if row >= 0 else c.NO_ROUTE
            if link == c.AT_TARGET:
                return "there", 0
            if link < 0:
                return "blocked", c.REASON_NO_ROUTE
            reason = self.hindrance(p, link)
            if reason == c.REASON_NONE:
                return "go", link
            if view == c.VIEW_LIVE or lesson == 2:
                return "blocked", reason
            on_meeting = int(self.routing.info_on_meeting[link >> 1])
            p.info = on_meeting if p.met == 0 and on_meeting >= 0 else self.live
            p.met += 1
        raise AssertionError

    def rest_due(self, p: Any, node: int) -> bool:
        if p.n_stops >= len(p.stops) or self.net.rest[node] == 0:
            return False
        return p.stops[p.n_stops][0] <= p.walked

    # -- lanes ----------------------------------------------------------------

    def lane(self, link: int | None, following: int | None) -> Lane:
        return self.lanes.setdefault((link, following), Lane(link, following))

    def join(self, p: Any, lane: Lane, time: float) -> None:
        p.lane = lane
        lane.line.append(p)
        if len(lane.line) == 1:
            lane.since = time
            self.call_head(lane, time)

    def drop(self, p: Any, time: float) -> None:
        lane = p.lane
        if lane is None:
            return
        first = lane.line[0] is p
        lane.line.remove(p)
        p.lane = None
        p.stamp += 1
        if first:
            lane.since, lane.state = time, "idle"
            self.call_head(lane, time)

    def passing_time(self, lane: Lane, time: float) -> float:
        if lane.link is not None:
            time = max(time, self.links[lane.link].exit_free)
        if lane.following is not None:
            time = max(time, self.links[lane.following].entry_free)
        return time

    def call_head(self, lane: Lane, time: float) -> None:
        if not lane.line:
            return
        earliest = self.passing_time(lane, time)
        if earliest <= self.end:
            self.schedule(lane, earliest)
        else:
            lane.state = "postponed"

    def has_room(self, lane: Lane) -> bool:
        if lane.following is None:
            return True
        s = lane.following >> 1
        if lane.link is not None and lane.link >> 1 == s:
            return True
        p, space, facing = lane.line[0], self.spaces[s], self.links[lane.following ^ 1]
        if space.occupied > 0 and space.occupied + self.size(p) > space.storage:
            return False
        if self.body(p) <= 0.0 or not facing.bodies:
            return True
        return facing.widest + self.body(p) <= space.clear * self.places[s].width

    def attempt(self, lane: Lane, time: float) -> None:
        p, following = lane.line[0], lane.following
        if self.passing_time(lane, time) > time:
            self.call_head(lane, time)
            return
        if following is not None:
            if self.hindrance(p, following) != c.REASON_NONE:
                self.look_elsewhere(p, lane, time)
                return
            if not self.has_room(lane):
                if time - lane.since < self.par.stuck_time:
                    lane.state = "held"
                    if lane not in self.spaces[following >> 1].held:
                        self.spaces[following >> 1].held.append(lane)
                    return
                self.spaces[following >> 1].gridlock += 1
        lane.line.pop(0)
        lane.since, lane.state, p.lane = time, "idle", None
        p.stamp += 1
        if lane.link is not None:
            self.leave(p, lane.link, time)
        if following is None:
            self.soon(p, time, time, NODE)
        else:
            self.enter(p, following, time)
        self.call_head(lane, time)

    def look_elsewhere(self, p: Any, lane: Lane, time: float) -> None:
        lane.line.pop(0)
        lane.since, lane.state, p.lane = time, "idle", None
        p.stamp += 1
        queued = p.state == c.STATE_QUEUED
        self.soon(p, time, p.reach if queued else time, REACH if queued else NODE)
        self.call_head(lane, time)

    def take_up(self, p: Any, d: int) -> None:
        link = self.links[d]
        p.flux = p.load * int(self.free_pace(p, d) * 1000 + 0.5)
        link.persons += p.load
        link.slow += p.slow_load
        link.flux += p.flux

    def set_down(self, p: Any, d: int) -> None:
        link = self.links[d]
        link.persons -= p.load
        link.slow -= p.slow_load
        link.flux -= p.flux

    def on(self, p: Any, d: int) -> None:
        link = self.links[d]
        if self.body(p) > 0.0:
            link.widest = max(link.widest, self.body(p)) if link.bodies else self.body(p)
            link.bodies.append(p)

    def leave(self, p: Any, d: int, time: float) -> None:
        self.become(p, c.STATE_QUEUED, time)
        link, space = self.links[d], self.spaces[d >> 1]
        link.exit_free = time + p.load / link.capacity
        self.set_down(p, d)
        link.bodies = [body for body in link.bodies if body is not p]
        space.occupied -= self.size(p)
        space.on -= 1
        p.link, p.node = None, link.end
        self.mark(p, time)
        for one in (p, *p.helpers):
            for group, persons in one.groups:
                self.traversals[d, group] += persons
            if self.flow.shape[1]:
                column = min(int(time / self.par.flow_bin), self.flow.shape[1] - 1)
                self.flow[d, column] += one.members
        waiting, space.held = space.held, []
        for lane in waiting:
            if lane.state == "held":
                self.schedule(lane, time)

    def enter(self, p: Any, d: int, time: float) -> None:
        self.become(p, c.STATE_WALKING, time)
        link, space = self.links[d], self.spaces[d >> 1]
        p.link, p.visit = d, p.visit + 1
        self.mark(p, time)
        link.entry_free = time + p.load / link.supply
        self.take_up(p, d)
        space.occupied += self.size(p)
        space.on += 1
        self.on(p, d)
        self.follow(p, d)
        following = int(self.ent.view[p.id]) == c.VIEW_FOLLOW
        if p.legs[p.leg].kind == c.LEG_SHELTER and (not following or p.followed):
            self.seen[link.start] = (p.target, time)
        if isnan(p.departure_time):
            p.departure_time = time
        self.routes.append((time, p.id, d))
        self.walk(p, space.length, time)

    def follow(self, p: Any, d: int) -> None:
        p.front = self.links[d].blocker
        if self.spaces[d >> 1].clear < float(self.ent.no_overtaking_below[p.id]):
            self.links[d].blocker = (p, p.visit)

    # -- walking --------------------------------------------------------------

    def walk(self, p: Any, goal: float, time: float) -> None:
        pace = self.free_pace(p, p.link)
        p.goal, p.pace = goal, float(np.float32(pace))
        p.hops = (self.step, p.hops[1] + 1 if p.hops[0] == self.step else 1)
        speed = pace * self.links[p.link].factor
        walked = speed * (self.end - time)
        if walked < goal or p.hops[1] > 64:
            p.rem = np.float32(max(goal - walked, 0.0))
        else:
            self.soon(p, time + goal / speed if goal > 0.0 else time, time, REACH)

    def move(self) -> None:
        for p in self.people:
            if p.rem is None:
                continue
            rem = float(p.rem)
            speed = p.pace * self.links[p.link].factor
            left = rem - speed * self.par.dt
            if left > 0.0:
                p.rem = np.float32(left)
                continue
            p.rem = None
            time = self.t + rem / speed if rem > 0.0 else self.t
            self.soon(p, time, time, REACH)

    def is_ahead(self, p: Any) -> bool:
        if p.front is None:
            return False
        front, visit = p.front
        if front.visit != visit or front.link != p.link:
            return False
        return front.state == c.STATE_WALKING or (
            front.state == c.STATE_QUEUED and front.lane is None
        )

    def let_pass(self, p: Any, time: float) -> None:
        waiting, p.behind = p.behind, []
        for other in waiting:
            if other.front and other.front[0] is p and other.state == c.STATE_QUEUED:
                self.soon(other, time, other.reach, REACH)

    def lane_for(self, p: Any, time: float) -> Lane:
        node = self.links[p.link].end
        kind, link = self.choose(p, node, time)
        going = kind == "go" and not self.rest_due(p, node)
        return self.lane(p.link, link if going else None)

    def reached(self, p: Any, time: float) -> None:
        if p.state == c.STATE_WALKING:
            self.become(p, c.STATE_QUEUED, time)
            p.walked += p.goal
            p.reach, p.left = time, 0.0
            if self.is_ahead(p):
                p.front[0].behind.append(p)
                return
        self.join(p, self.lane_for(p, time), time)
        self.let_pass(p, time)

    # -- journey --------------------------------------------------------------

    def proceed(self, p: Any, time: float) -> None:
        self.account(p, time)
        act = {"start": self.start, "go": self.go, "reached": self.be_there}
        while True:
            if p.stage == "done":
                p.leg, p.stage = p.leg + 1, "start"
            if not act[p.stage](p, time):
                return

    def start(self, p: Any, time: float) -> bool:
        if p.leg >= len(p.legs) or p.legs[p.leg].kind == c.LEG_STAY:
            self.let_go(p, time)
            there = p.legs and p.leg >= len(p.legs)
            self.finish(p, c.STATE_ARRIVED if there else c.STATE_STAYED, time)
            return False
        leg = p.legs[p.leg]
        p.target, p.owner, p.position = leg.target, None, 0
        if not p.waived:
            if len(p.helpers) < leg.helpers:
                self.become(p, c.STATE_WAITING, time)
                patience = float(self.ent.patience[p.id])
                if patience < inf:
                    self.later(p, time + patience)
                return False
            if p.helpers and p.mode == c.OWN:
                self.prepare(p, p.prep, time)
                return False
        p.stage = "go"
        return True

    def prepare(self, p: Any, span: float, time: float) -> None:
        self.become(p, c.STATE_PREPARING, time)
        self.later(p, time + span)

    def go(self, p: Any, time: float) -> bool:
        kind, value = self.choose(p, p.node, time)
        if kind == "there":
            p.stage = "reached"
            return True
        if self.rest_due(p, p.node):
            self.become(p, c.STATE_DWELLING, time)
            self.later(p, time + p.stops[p.n_stops][1])
            p.n_stops += 1
            return False
        if kind == "blocked":
            return self.give_up(p, value, time)
        p.reason = c.REASON_NONE
        self.become(p, c.STATE_READY, time)
        self.join(p, self.lane(None, value), time)
        return False

    def give_up(self, p: Any, reason: int, time: float) -> bool:
        leg = p.legs[p.leg]
        on_the_way = leg.kind == c.LEG_WALK and p.leg + 1 < len(p.legs)
        if leg.kind == c.LEG_PICK_UP or on_the_way:
            p.missed, p.stage = p.missed + 1, "done"
            return True
        if p.owner is None or p.reason == c.REASON_NONE:
            p.reason = reason
        shelter = int(self.routing.target_shelter[p.target])
        if leg.kind == c.LEG_SHELTER and shelter >= 0 and self.redirect(p, shelter):
            return True
        p.target, p.owner, p.position = leg.target, None, 0
        if p.state != c.STATE_BLOCKED:
            self.become(p, c.STATE_BLOCKED, time)
        if not p.timer:
            self.later(p, time + self.par.retry)
        return False

    def be_there(self, p: Any, time: float) -> bool:
        leg = p.legs[p.leg]
        if leg.kind == c.LEG_SHELTER:
            return self.take_places(p, time)
        p.stage = "done"
        if leg.kind == c.LEG_PICK_UP:
            return not self.meet(p, self.people[leg.partner], time)
        if leg.kind == c.LEG_HAND_OVER:
            self.let_go(p, time)
            if p.mode == c.HELPED:
                p.waived, p.called = False, 0
            self.adopt(p, c.OWN)
            p.prep = 0.0
        if leg.dwell <= 0.0:
            return True
        self.become(p, c.STATE_DWELLING, time)
        self.later(p, time + leg.dwell)
        return False

    def take_places(self, p: Any, time: float) -> bool:
        shelter = int(self.net.shelter[p.node])
        if shelter >= 0:
            if self.room[shelter] < self.needed(p):
                if self.redirect(p, shelter):
                    p.stage = "go"
                    return True
                p.reason = c.REASON_FULL
                self.end_together(p, c.STATE_TURNED_AWAY, time)
                return False
            self.room[shelter] -= self.needed(p)
        p.shelter, p.reason = shelter, c.REASON_NONE
        self.end_together(p, c.STATE_ARRIVED, time)
        return False

    def end_together(self, p: Any, state: int, time: float) -> None:
        for helper in list(p.helpers):
            self.detach(p, helper, time)
            if helper.leg + 1 >= len(helper.legs):
                helper.shelter, helper.reason = p.shelter, p.reason
                self.finish(helper, state, time)
            else:
                self.soon(helper, time, time, NODE)
        self.finish(p, state, time)

    def finish(self, p: Any, state: int, time: float) -> None:
        self.become(p, state, time)
        if state != c.STATE_ARRIVED:
            return
        p.exit_time = time
        if not self.arrivals.shape[1]:
            return
        column = min(int(time / self.par.arrival_bin), self.arrivals.shape[1] - 1)
        for group, persons in p.groups:
            self.arrivals[group, column] += persons
        self.arrivals[-1, column] += p.members
        if p.shelter >= 0:
            self.shelter_load[p.shelter, column] += p.members

    def meet(self, helper: Any, p: Any, time: float) -> bool:
        waiting = p.state in (c.STATE_BEFORE, c.STATE_WAITING)
        if p.link is not None or p.node != helper.node or not waiting:
            helper.missed += 1
            return False
        helper.carrier = p
        p.helpers.append(helper)
        p.prep = max(p.prep, helper.legs[helper.leg].dwell)
        if isnan(p.helper_time):
            p.helper_time = time
        self.become(helper, c.STATE_STANDING_BY, time)
        patience = float(self.ent.patience[helper.id])
        if patience < inf:
            self.later(helper, time + patience)
        if p.state == c.STATE_BEFORE:
            if self.ent.woken[p.id]:
                self.soon(p, time, time, TIMER)
        elif len(p.helpers) >= p.legs[p.leg].helpers:
            self.prepare(p, p.prep, time)
        return True

    def set_off(self, p: Any, time: float) -> None:
        self.account(p, time)
        p.helped_by = c.HELP_RESPONDER if p.called == 2 else c.HELP_HELPER
        p.called = p.called if p.called == 2 else 0
        self.adopt(p, c.HELPED)
        for helper in p.helpers:
            if helper.state != c.STATE_ATTACHED:
                self.become(helper, c.STATE_ATTACHED, time)
                helper.lead = p.walked
        p.stage = "go"

    def detach(self, p: Any, helper: Any, time: float) -> None:
        self.account(p, time)
        if helper.state == c.STATE_ATTACHED:
            helper.walked += p.walked - helper.lead
            helper.node = p.node
            p.load -= helper.members
            p.slow_load -= helper.slow
        p.helpers.remove(helper)
        helper.carrier, helper.stage = None, "done"
        self.become(helper, c.STATE_STANDING_BY, time)
        self.mark(helper, time)

    def let_go(self, p: Any, time: float) -> None:
        for helper in list(p.helpers):
            self.detach(p, helper, time)
            self.soon(helper, time, time, NODE)

    def run_out(self, p: Any, time: float) -> None:
        self.account(p, time)
        p.timer = False
        if p.state == c.STATE_WAITING:
            fallback = int(self.ent.fallback[p.id])
            if p.called == 1:
                p.called, p.waived = 2, True
                self.prepare(p, float(self.ent.responder_dwell[p.id]), time)
                return
            if fallback == c.FALLBACK_RESPONDER:
                p.called = 1
                at = float(self.ent.responder_at[p.id])
                if at < inf:
                    self.later(p, max(time, at))
            if fallback != c.FALLBACK_SELF:
                return
            p.waived, p.helped_by, p.stage = True, c.HELP_SELF, "go"
            self.let_go(p, time)
            self.adopt(p, c.OWN)
        elif p.state == c.STATE_PREPARING:
            self.set_off(p, time)
        elif p.state == c.STATE_STANDING_BY and p.carrier is not None:
            p.missed += 1
            self.detach(p.carrier, p, time)
        elif p.state == c.STATE_BLOCKED and int(self.ent.view[p.id]) != c.VIEW_LIVE:
            p.info = self.live
        self.proceed(p, time)

    # -- hazards --------------------------------------------------------------

    def set_places(self) -> None:
        hz = self.hazards
        for number, place in enumerate(self.places):
            due = [i for i in place.frames if hz.time[i] <= self.t]
            if not due:
                continue
            i = place.current = due[-1]
            place.speed, place.width = float(hz.speed[i]), float(hz.width[i])
            place.rate, place.unsafe = float(hz.dose[i]), int(hz.unsafe[i])
            bits = int(hz.barrier[i]) if len(hz.barrier) else 0
            if place.barrier != bits:
                place.barrier = bits
                self.changed = True
            closed = int(hz.closed[i])
            place.shut, place.opened = closed & ~place.closed, place.closed & ~closed
            place.closed = closed
            if hz.smooth[i] and i + 1 in place.frames:
                part = (self.t - hz.time[i]) / (hz.time[i + 1] - hz.time[i])
                place.speed += (float(hz.speed[i + 1]) - float(hz.speed[i])) * part
                place.width += (float(hz.width[i + 1]) - float(hz.width[i])) * part
                place.rate += (float(hz.dose[i + 1]) - float(hz.dose[i])) * part
            if number < self.n_spaces and (place.shut or place.opened):
                self.changed = True
        if self.changed:
            for p in self.by_rank:
                if p.link is not None:
                    self.catch(p)

    def catch(self, p: Any) -> None:
        place, bit = self.places[p.link >> 1], 1 << (p.link & 1)
        if place.shut & bit:
            caught = int(self.hazards.caught[place.current])
            if caught == c.CAUGHT_TRAPPED and p.state != c.STATE_TRAPPED:
                self.trap(p, c.REASON_HAZARD)
            elif caught == c.CAUGHT_TURN_BACK and p.state == c.STATE_WALKING:
                self.turn_back(p)
        elif place.opened & bit and p.state == c.STATE_TRAPPED and p.reason == c.REASON_HAZARD:
            self.become(p, c.STATE_WALKING, self.t)
            p.reason, p.front = c.REASON_NONE, None
            self.take_up(p, p.link)
            if p.left > 0.0:
                p.rem = np.float32(p.left)
                p.pace = float(np.float32(self.free_pace(p, p.link)))
            else:
                self.soon(p, self.t, self.t, REACH)

    def trap(self, p: Any, reason: int) -> None:
        if p.state == c.STATE_WALKING:
            p.left = float(p.rem) if p.rem is not None else 0.0
            p.rem = None
        elif p.link is not None:
            p.left, p.goal = 0.0, 0.0
        self.drop(p, self.t)
        if p.carrier is not None:
            self.detach(p.carrier, p, self.t)
        self.become(p, c.STATE_TRAPPED, self.t)
        p.reason = reason
        if p.link is not None:
            self.set_down(p, p.link)
            self.let_pass(p, self.t)

    def turn_back(self, p: Any) -> None:
        left = float(p.rem)
        self.become(p, c.STATE_WALKING, self.t)
        p.walked += p.goal - left
        old, new = self.links[p.link], p.link ^ 1
        self.set_down(p, p.link)
        self.take_up(p, new)
        old.bodies = [body for body in old.bodies if body is not p]
        self.on(p, new)
        self.let_pass(p, self.t)
        p.link, p.visit = new, p.visit + 1
        p.goal = self.spaces[new >> 1].length - left
        self.follow(p, new)
        self.routes.append((self.t, p.id, new))
        p.rem = np.float32(p.goal)
        p.pace = float(np.float32(self.free_pace(p, new)))
        if p.pace <= 0.0:
            self.trap(p, c.REASON_HAZARD)

    def stop_the_overcome(self) -> None:
        if not (self.hazards.dose > 0).any():
            return
        spared = (
            c.STATE_ARRIVED,
            c.STATE_ATTACHED,
            c.STATE_TRAPPED,
            c.STATE_WAITING,
            c.STATE_PREPARING,
        )
        for p in self.by_rank:
            if p.state in spared:
                continue
            more = self.dose_until(self.place_of(p), self.t)[0] - p.mark[0]
            who = [p] if p.mode == c.OWN else p.helpers
            if any(one.dose + more > float(self.ent.dose_limit[one.id]) for one in who):
                self.trap(p, c.REASON_DOSE)

    def hear(self) -> None:
        news = False
        times = self.routing.live_time
        while self.live_next < len(times) and times[self.live_next] <= self.t:
            self.live = int(self.routing.live_info[self.live_next])
            self.live_next += 1
            news = True
        if not news:
            return
        self.changed = True
        for p in self.by_rank:
            if p.lane is None or int(self.ent.view[p.id]) != c.VIEW_LIVE:
                continue
            if p.state == c.STATE_QUEUED:
                if self.lane_for(p, self.t) is not p.lane:
                    self.drop(p, self.t)
                    self.soon(p, self.t, p.reach, REACH)
            elif self.choose(p, p.node, self.t) != ("go", p.lane.following):
                self.drop(p, self.t)
                self.soon(p, self.t, self.t, NODE)

    # -- steps ----------------------------------------------------------------

    def one_step(self) -> None:
        dt = float(self.par.dt)
        self.t, self.end = self.step * dt, (self.step + 1) * dt
        self.changed = False
        self.set_places()
        for s in range(self.n_spaces):
            self.refresh(s)
        self.stop_the_overcome()
        self.hear()
        if self.changed:
            for p in self.by_rank:
                if p.state == c.STATE_BLOCKED:
                    self.soon(p, self.t, self.t, NODE)
        self.move()
        while self.timers and self.timers[0][0] < self.end:
            time, _, _, stamp, p = heappop(self.timers)
            if stamp == p.stamp:
                self.soon(p, time, time, TIMER)
        self.look_again()
        while self.now:
            self.happen()
        for place in self.places:
            place.dose_sum += place.rate * dt
            place.unsafe_sum += place.unsafe * dt
        for link in self.links:
            link.exit_debt = max(0.0, link.exit_free - self.end) * link.capacity
            link.entry_debt = max(0.0, link.entry_free - self.end) * link.supply
        moving = (c.STATE_WALKING, c.STATE_QUEUED, c.STATE_READY)
        self.agent_steps += sum(p.state in moving for p in self.people)
        self.step += 1

    def look_again(self) -> None:
        for lane in list(self.lanes.values()):
            if lane.state == "postponed":
                earliest = self.passing_time(lane, self.t)
                if earliest <= self.end:
                    self.schedule(lane, earliest)
            elif lane.state == "held":
                tired = lane.since + self.par.stuck_time
                if self.has_room(lane):
                    self.schedule(lane, self.t)
                elif tired <= self.end:
                    self.schedule(lane, max(self.t, tired))

    def happen(self) -> None:
        time, _, _, kind, _, stamp, p = heappop(self.now)
        if stamp != p.stamp:
            return
        if kind == HEAD:
            lane = p.lane
            if lane is not None and lane.state == "scheduled" and lane.line[0] is p:
                self.attempt(lane, time)
        elif kind == REACH:
            self.reached(p, time)
        elif kind == TIMER:
            self.run_out(p, time)
        else:
            self.proceed(p, time)

    def over(self) -> bool:
        states = [p.state for p in self.people]
        if all(state == c.STATE_ARRIVED for state in states):
            return True
        if len(self.hazards.time) or self.live_next < len(self.routing.live_time):
            return False
        moving = (c.STATE_WALKING, c.STATE_QUEUED, c.STATE_READY, c.STATE_BLOCKED)
        return not self.timers and not any(state in moving for state in states)

    def run(self) -> dict[str, Any]:
        """Return the outcome, named as in the contract."""
        dt, horizon = float(self.par.dt), float(self.par.horizon)
        for s in range(self.n_spaces):
            self.refresh(s)
        for p in self.by_rank:
            release = float(self.ent.release[p.id])
            if release < inf:
                self.later(p, release)
        while self.step * dt < horizon and not self.over():
            self.one_step()
        end = float(np.ceil(horizon / dt) * dt) if self.over() else self.step * dt
        self.t = self.step * dt
        for p in self.by_rank:
            self.account(p, end)
        return self.outcome()

    def outcome(self) -> dict[str, Any]:
        people = self.people

        def column(name: str) -> np.ndarray:
            return np.array([getattr(p, name) for p in people])

        return {
            "exit_time": column("exit_time"),
            "departure_time": column("departure_time"),
            "helper_time": column("helper_time"),
            "helped_by": column("helped_by"),
            "shelter": column("shelter"),
            "target": column("target"),
            "phase": self.phase,
            "dose": column("dose"),
            "unsafe_time": column("unsafe"),
            "missed": column("missed"),
            "stops": column("n_stops"),
            "max_density": np.float32([space.max_density for space in self.spaces]),
            "occupancy": self.on_space[:, :-1],
            "queue": self.in_queue[:, :-1],
            "occupancy_total": self.on_space[:, -1],
            "queue_total": self.in_queue[:, -1],
            "stay": self.at_node[:, :-1],
            "stay_total": self.at_node[:, -1],
            "traversals": self.traversals,
            "flow": self.flow,
            "arrivals": self.arrivals[:-1],
            "arrivals_total": self.arrivals[-1],
            "shelter_load": np.cumsum(self.shelter_load, axis=1),
            "gridlock": np.array([space.gridlock for space in self.spaces]),
            "route_time": np.float32([row[0] for row in self.routes]),
            "route_entity": np.array([row[1] for row in self.routes]),
            "route_link": np.array([row[2] for row in self.routes]),
            "steps": self.step,
            "agent_steps": self.agent_steps,
            **self.fates(),
        }

    def fates(self) -> dict[str, Any]:
        rows: dict[str, list[Any]] = {
            name: [] for name in ("state", "reason", "node", "link", "fraction", "distance")
        }
        for p in self.people:
            leader = p.carrier if p.state == c.STATE_ATTACHED else p
            led = leader is not p
            state = leader.state if led and leader.state == c.STATE_TRAPPED else p.state
            rows["state"].append(state)
            rows["reason"].append(self.reason(state, leader))
            rows["node"].append(leader.node)
            rows["link"].append(-1 if leader.link is None else leader.link)
            rows["fraction"].append(self.fraction(leader))
            along = self.distance(leader) - p.lead if led else 0.0
            rows["distance"].append(self.distance(p) + along)
        return {name: np.array(values) for name, values in rows.items()}

    def reason(self, state: int, leader: Any) -> int:
        if state in (c.STATE_ARRIVED, c.STATE_STAYED):
            return c.REASON_NONE
        if state in (c.STATE_BLOCKED, c.STATE_TRAPPED, c.STATE_TURNED_AWAY):
            return int(leader.reason)
        if state == c.STATE_WAITING:
            return c.REASON_NO_HELPER
        return c.REASON_NOT_RELEASED if state == c.STATE_BEFORE else c.REASON_UNDER_WAY

    def metres_left(self, p: Any) -> float:
        return float(p.rem) if p.rem is not None else p.left

    def fraction(self, p: Any) -> np.float32:
        length = self.spaces[p.link >> 1].length if p.link is not None else 0.0
        if length <= 0.0:
            return np.float32(1.0)
        return np.float32(min(1.0, max(0.0, 1.0 - self.metres_left(p) / length)))

    def distance(self, p: Any) -> float:
        if p.link is None or p.state not in (c.STATE_WALKING, c.STATE_TRAPPED):
            return p.walked
        return p.walked + (p.goal - self.metres_left(p))
