"""The flow of the plain twin: crowding, choosing a way, lanes, walking."""

from __future__ import annotations

from math import isnan
from typing import Any

import numpy as np
from tests.kernels.twin_state import NODE, REACH, Lane, State

from renlin.kernels import codes as c


class Flow(State):
    """How they move and pass."""

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
        at_tail, at_head = self.left_beside(s, one.start), self.left_beside(s, one.end)
        one.capacity, one.supply = one.capacity * at_head, one.supply * at_tail
        two.capacity, two.supply = two.capacity * at_tail, two.supply * at_head
        for link in (one, two):
            exit_debt, entry_debt = link.exit_debt, link.entry_debt
            link.exit_free = self.t + exit_debt / link.capacity if exit_debt > 0 else 0.0
            link.entry_free = self.t + entry_debt / link.supply if entry_debt > 0 else 0.0

    def taken_at(self, node: int) -> float:
        here = [p for p in self.people if p.resting and p.node == node]
        return len(here) * float(self.par.rest_blocks_width)

    def left_beside(self, s: int, node: int) -> float:
        taken, width = self.taken_at(node), self.places[s].width
        if taken <= 0.0:
            return 1.0
        clear = self.spaces[s].clear * (width if width > 0.0 else 1.0)
        return max(0.01, 1.0 - taken / clear) if clear > 0.0 else 0.01

    def share_out(self, link: Any, other: Any, persons: int) -> None:
        crowd, least = self.net.crowd, max(self.par.minor_share, 0.01)
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
        if climb == 0:
            pace *= float(self.spaces[link >> 1].incline[link % 2])
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
        if p.stops[p.n_stops][0] > p.walked:
            return False
        return int(self.net.rest[node]) == c.REST_ASIDE or not self.seat_ahead(p, node)

    def seat_ahead(self, p: Any, node: int) -> bool:
        info = self.live if int(self.ent.view[p.id]) == c.VIEW_LIVE else p.info
        row = int(self.routing.row[int(self.ent.routing_class[p.id, p.mode]), p.target, info])
        metres = 0.0
        row = row if float(self.par.seat_near) > 0.0 else -1
        while row >= 0 and (link := int(self.routing.next_link[row, node])) >= 0:
            node, metres = self.links[link].end, metres + self.spaces[link >> 1].length
            if metres > float(self.par.seat_near):
                return False
            if self.net.rest[node] == c.REST_ASIDE and self.routing.next_link[row, node] >= 0:
                return True
        return False

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
        taken = self.taken_at(self.links[lane.following].start)
        if self.body(p) <= 0.0 or (not facing.bodies and taken <= 0.0):
            return True
        widest = facing.widest if facing.bodies else 0.0
        return widest + self.body(p) + taken <= space.clear * self.places[s].width

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
