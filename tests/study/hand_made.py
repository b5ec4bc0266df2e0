"""A row of houses whose stair lights can be put on, and a simulation that is plain arithmetic.

Measure ``m`` puts on the light of unit ``m``; in the made-up simulation a light takes a
fixed number of seconds off the persons named, whatever else happens. Every world meets
the same luck.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
from tests.community.drawn import building, drawn, entrance, home

from renlin.community.settings import Edit, Scheme
from renlin.finding import find
from renlin.random_streams import draw
from renlin.study.times import Times


def light(unit, cost=None):
    """Return the scheme that puts on the light of a unit."""
    edit = Edit(
        lever="stair.speed_factor", op="set", table="entrances", key=unit, column="lit",
        was=False, now=True,
    )  # fmt: skip
    return Scheme(code=unit, zh=unit, en=unit, cost=cost, edit=(edit,))


def place(people, measures, *, policy=None, schemes=None, areas=None):
    """Return a community of one household per person, one unit per measure.

    Parameters
    ----------
    people
        person -> display group.
    measures
        measure -> cost, or a dictionary with cost, requires, excludes, strategy.
    areas
        person -> floor area of the building the person lives in, m2; 80 by default.
    """
    rows = [
        {"strategy": "SP-C-2f", **(facts if isinstance(facts, dict) else {"cost": facts})}
        | {"measure": name, "scheme": f"{name}.toml", "name": name, "cost_source": "assumption"}
        for name, facts in measures.items()
    ]
    pairs = [home(name, f"u-{name}") for name in people]
    size = {name: (areas or {}).get(name, 80.0) for name in people}
    made = drawn(
        buildings=[
            building(name, 40 * i, 0, floors=int(size[name] // 80)) for i, name in enumerate(people)
        ],
        entrances=[
            *(entrance(f"u-{name}", name, 40 * i, 0) for i, name in enumerate(people)),
            *(entrance(name, next(iter(people)), -40 - i, 0, lit="no") for i, name in enumerate(measures)),
        ],
        households=[one for one, _ in pairs],
        dwellings=[one for _, one in pairs],
        persons=[{"person": name, "household": name, "origin": "registered"} for name in people],
        measures=rows,
    )  # fmt: skip
    known = {name: light(name) for name in measures} if schemes is None else schemes
    return replace(made, schemes=known, policy=made.policy.model_copy(update=policy or {}))


def needs_of(people):
    """Return the findings of needs the dual view reads."""
    table = pd.DataFrame(
        {"person": list(people), "household": list(people), "display": list(people.values())}
    )
    return SimpleNamespace(
        profiles=find("needs.profiles", table, key=["person"]),
        households=find("needs.households", table[["household"]], key=["household"]),
        indicators=find("needs.indicators", table[["person"]], key=["person"]),
    )


class Arithmetic:
    """Simulate by arithmetic, and remember what was asked.

    Parameters
    ----------
    start
        person -> seconds as things stand.
    gains
        measure -> person -> seconds its light takes off (negative adds).
    noise
        Seconds by which luck of a world's own moves each person and run.
    away
        person -> seeds in which the person is away.
    """

    def __init__(self, start, gains, *, noise=0.0, away=None, horizon=1800.0):
        self.start, self.gains, self.noise = start, gains, noise
        self.away, self.horizon = away or {}, horizon
        self.asked = []

    def __call__(self, worlds, seeds):
        people = list(self.start)
        self.asked.append((tuple(worlds), tuple(seeds)))
        shared = np.array([draw(seed, "test.luck", people) for seed in seeds]) * 40.0 - 20.0
        time, arrived = {}, {}
        for name, world in worlds.items():
            lit = set(world["entrances"].query("lit == True")["entrance"])
            taken = np.array(
                [sum(self.gains.get(m, {}).get(p, 0.0) for m in sorted(lit)) for p in people]
            )
            own = np.array([draw(seed, f"test.own.{name}", people) for seed in seeds]) - 0.5
            seconds = np.array(list(self.start.values())) + shared - taken
            if name != "base":
                seconds = seconds + self.noise * own
            seconds = np.minimum(seconds, self.horizon)
            for at, person in enumerate(people):
                for row, seed in enumerate(seeds):
                    if seed in self.away.get(person, ()):
                        seconds[row, at] = np.nan
            time[name] = seconds.astype(np.float32)
            arrived[name] = seconds < self.horizon
        return Times(np.array(people, dtype=object), time, arrived)
