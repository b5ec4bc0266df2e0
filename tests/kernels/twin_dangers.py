"""The hazards of the plain twin: keyframes, who is caught, dose, news."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.kernels.twin_journeys import Journeys
from tests.kernels.twin_state import NODE, REACH

from renlin.kernels import codes as c


class Dangers(Journeys):
    """What befalls them."""

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
