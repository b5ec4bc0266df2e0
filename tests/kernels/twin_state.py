"""The state of the plain twin: who is where, what is due, what is written down."""

from __future__ import annotations

from heapq import heappush
from math import nan
from types import SimpleNamespace
from typing import Any

import numpy as np

from renlin.kernels import codes as c
from renlin.kernels.contract import Entities, Hazards, Network, Parameters, Routing

TIMER, REACH, NODE, HEAD = range(4)


class Lane:
    """A queue from a link (None: from the node) to a next link (None: to the node)."""

    def __init__(self, link: int | None, following: int | None) -> None:
        self.link, self.following = link, following
        self.line: list[Any] = []
        self.since, self.state = 0.0, "idle"


class State:
    """Everything a step reads and writes, and the books."""

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
            resting=False,
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
            incline=net.incline[s],
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
