"""Run the micro model: the only module that knows JuPedSim (extra ``micro``, LGPL).

Bodies are discs that keep their own speed and slow for those before them (collision-free
speed model, second version). The model is flat: on a stair flight everybody's own speed is
set when they step on it and set back when they leave it.

Source: jupedsim.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.affinity import translate

from renlin.errors import MissingExtra, SchemeFault, raise_all
from renlin.random_streams import draw
from renlin.simulation.micro.placing import free_place, places
from renlin.simulation.micro.refusal import missing, refusals
from renlin.simulation.micro.spot import Spot
from renlin.simulation.micro.walkers import Crossings, Walkers

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

PACKAGE = "jupedsim"
LOOK_EVERY = 0.1  # s between two looks at where everybody is
STEP_ON = 0.1  # m farther than ever before counts as getting on
LEAST_SPEED = 0.05  # m/s: the model knows nobody who stands for good


@dataclass(frozen=True)
class Rules:
    """How the micro model is run.

    Attributes
    ----------
    dt
        s per step. Steps of 0.05 s give a flow some 8 per cent below those of 0.01 s.
    time_gap
        s that people keep behind the one before them.
    patience
        s in which nobody gets on, comes or leaves after which a run counts as stuck.
    horizon
        s simulated at most.
    """

    dt: float
    time_gap: float
    patience: float
    horizon: float


def installed() -> bool:
    """Tell whether the extra is there."""
    return find_spec(PACKAGE) is not None


def run(spot: Spot, walkers: Walkers, rules: Rules, *, seed: int) -> Crossings:
    """Return when each walker crosses the middle of the passage.

    Those who come at time 0 stand before the passage, nearest first in the order given;
    later ones come into view at the edge, as soon as there is room. The same call gives
    the same bytes.

    Parameters
    ----------
    seed
        Decides where at the edge people come into view.

    Raises
    ------
    MissingExtra
        When JuPedSim is not installed.
    SchemeFault
        For more than 1,000 walkers, a body too wide for the passage, an exit nearer than
        3 m, or a number that is missing.
    """
    if not installed():
        raise MissingExtra(missing())
    raise_all(refusals(spot, walkers), SchemeFault)
    model = _Model(spot, walkers, rules, seed)
    waiting = model.stand()
    moved, stuck = 0.0, False
    while (waiting or model.there) and model.now < rules.horizon:
        before = len(waiting)
        waiting = model.come(waiting)
        if model.step() or len(waiting) < before or not model.there:
            moved = model.now
        stuck = model.now - moved >= rules.patience
        if stuck:
            break
    return Crossings(model.crossed, model.entered, stuck, model.now)


class _Model:
    """One run of JuPedSim; walkers are known by their row.

    The core of the package is imported here and nowhere else; it needs neither the viewer
    that comes with it nor what draws it.
    """

    def __init__(self, spot: Spot, walkers: Walkers, rules: Rules, seed: int) -> None:
        import jupedsim

        self.library: Any = jupedsim
        self.spot, self.walkers, self.rules, self.seed = spot, walkers, rules, seed
        self.widest = float(walkers.radius.max(initial=0.0))
        n = len(walkers)
        self.crossed, self.entered = np.full(n, np.nan), np.full(n, np.nan)
        self.last, self.mark = np.full(n, np.nan), np.full(n, -np.inf)
        self.on_flight = np.zeros(n, dtype=bool)
        self.there: dict[int, int] = {}
        self.every = max(1, round(LOOK_EVERY / rules.dt))
        self.simulation: Any = jupedsim.Simulation(
            model=jupedsim.CollisionFreeSpeedModelV2(),
            geometry=self._at_origin(spot.walkable),
            dt=rules.dt,
        )
        self.ways = {back: self._way(back) for back in sorted({bool(b) for b in walkers.back})}
        self.edges = {
            back: places(side.enters, spot.walkable, spot.axis, self.widest)
            for back, side in self._sides()
        }

    @property
    def now(self) -> float:
        """Return the seconds simulated."""
        return float(self.simulation.elapsed_time())

    def stand(self) -> list[int]:
        """Put those who are there from the start before the passage; return who comes later."""
        left = []
        for back, side in self._sides():
            here = np.flatnonzero(self.walkers.back == back)
            early = here[self.walkers.time[here] <= 0.0]
            room = places(side.waits, self.spot.walkable, self.spot.axis, self.widest)
            left += [int(w) for w in here[self.walkers.time[here] > 0.0]]
            left += [int(w) for w in early[len(room) :]]
            pairs = zip(early, room, strict=False)
            left += [int(w) for w, place in pairs if not self._put(int(w), place)]
        return sorted(left, key=lambda w: (self.walkers.time[w], w))

    def come(self, waiting: list[int]) -> list[int]:
        """Let in those whose time has come and who find room at the edge; return the others."""
        due = [w for w in waiting if self.walkers.time[w] <= self.now]
        if not due:
            return waiting
        taken = np.array([a.position for a in self.simulation.agents()]).reshape(-1, 2)
        left = []
        for walker in due:
            luck = float(draw(self.seed, "micro_edge", [walker])[0])
            edge = self.edges[bool(self.walkers.back[walker])]
            place = free_place(edge, taken, luck, self.widest)
            if place is None or not self._put(walker, place):
                left.append(walker)
            else:
                taken = np.vstack([taken, place])
        return left + waiting[len(due) :]

    def step(self) -> bool:
        """Move everybody on to the next look; return whether anybody got on or left."""
        before = len(self.there)
        self.simulation.iterate(self.every)
        seen = [(agent, self.there[agent.id]) for agent in self.simulation.agents()]
        self.there = {agent.id: walker for agent, walker in seen}
        if not seen:
            return before > 0
        who = np.array([walker for _, walker in seen], dtype=np.int64)
        xy = np.array([agent.position for agent, _ in seen])
        xy += np.array([self.spot.axis.x, self.spot.axis.y])
        ahead = np.where(self.walkers.back[who], -1.0, 1.0) * self.spot.axis.ahead(xy)
        self._cross(who, ahead)
        if not self.spot.flight.is_empty:
            self._pace([agent for agent, _ in seen], who, xy)
        on = ahead > self.mark[who] + STEP_ON
        self.mark[who[on]] = ahead[on]
        return bool(on.any()) or len(seen) < before

    def _cross(self, who: Whole, ahead: Floats) -> None:
        """Note who crossed since the last look, at the share of it that they had walked."""
        last = self.last[who]
        passed = (last < 0.0) & (ahead >= 0.0) & np.isnan(self.crossed[who])
        share = ahead[passed] / (ahead[passed] - last[passed])
        self.crossed[who[passed]] = self.now - share * self.every * self.rules.dt
        self.last[who] = ahead

    def _pace(self, agents: list[Any], who: Whole, xy: Floats) -> None:
        """Give everybody the speed of the ground they stand on."""
        inside = np.atleast_1d(shapely.contains_xy(self.spot.flight, *xy.T))
        for at in np.flatnonzero(inside != self.on_flight[who]):
            speeds = self.walkers.speed_on_stairs if inside[at] else self.walkers.speed
            agents[at].model.desired_speed = max(float(speeds[who[at]]), LEAST_SPEED)
        self.on_flight[who] = inside

    def _put(self, walker: int, place: Floats) -> bool:
        """Add one walker; False when the model finds no room there."""
        journey, stage = self.ways[bool(self.walkers.back[walker])]
        body = self.library.CollisionFreeSpeedModelV2AgentParameters(
            position=(float(place[0]), float(place[1])),
            time_gap=self.rules.time_gap,
            desired_speed=max(float(self.walkers.speed[walker]), LEAST_SPEED),
            radius=float(self.walkers.radius[walker]),
            journey_id=journey,
            stage_id=stage,
        )
        try:
            agent = self.simulation.add_agent(body)
        except RuntimeError:  # too near somebody or a wall
            return False
        self.there[agent] = walker
        self.entered[walker] = self.now
        return True

    def _way(self, back: bool) -> tuple[int, int]:
        """Return journey and exit of those who go one way."""
        side = self.spot.before if back else self.spot.behind
        corners = shapely.get_coordinates(self._at_origin(side.exit))[:-1]
        stage = self.simulation.add_exit_stage([(float(x), float(y)) for x, y in corners])
        journey = self.simulation.add_journey(self.library.JourneyDescription([stage]))
        return journey, stage

    def _sides(self) -> list[tuple[bool, Any]]:
        """Return where those of each way stand and come into view."""
        sides = {False: self.spot.before, True: self.spot.behind}
        return [(back, sides[back]) for back in self.ways]

    def _at_origin(self, shape: shapely.Polygon) -> shapely.Polygon:
        """Return ``shape`` measured from the middle of the passage, as the model holds it."""
        return translate(shape, -self.spot.axis.x, -self.spot.axis.y)
