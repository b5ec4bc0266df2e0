"""The journeys of the plain twin: legs, help, shelters."""

from __future__ import annotations

from math import inf, isnan
from typing import Any

from tests.kernels.twin_flow import Flow
from tests.kernels.twin_state import NODE, TIMER

from renlin.kernels import codes as c


class Journeys(Flow):
    """What they do one after the other."""

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
            p.resting = int(self.net.rest[p.node]) == c.REST_IN_THE_WAY
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
        p.timer = p.resting = False
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
