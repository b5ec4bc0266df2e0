"""Say the rules of the movement kernel again, in plain Python, slowly.

Written from the contract, with dictionaries and lists where the kernel has records
and linked chains, so that the two can be compared bit by bit on small cases.
"""

from __future__ import annotations

from heapq import heappop
from math import inf
from typing import Any

import numpy as np
from tests.kernels.twin_dangers import Dangers
from tests.kernels.twin_state import HEAD, NODE, REACH, TIMER

from renlin.kernels import codes as c


class Twin(Dangers):
    """One run, told plainly."""

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
