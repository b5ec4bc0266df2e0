"""Let persons walk round and round, so that a density stays what it is."""

from __future__ import annotations

import math
from collections import Counter
from typing import NamedTuple

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.simulation import run_network

N_WAYS = 8
LENGTH = 40.0
"""m of each of the ways of the ring. Assumption: long enough that a person is one of many
on it, since nobody is slowed by itself (one of n counts n - 1 others)."""
LEG = 3
"""Ways from one node that is passed to the next: less than half the ring, so that the
shortest way there leads on and not back."""
SETTLED, UNTIL = 300.0, 900.0
"""s: what happens between the two is measured. Assumption: a lap at free speed lets
everybody come on and settle."""


class State(NamedTuple):
    """What was measured: persons/m2, m/s and persons/(s m)."""

    density: float
    speed: float
    flow: float


def ring(
    density: float,
    *,
    diagram: str,
    free_speed: float,
    catalogue: Catalogue,
    width: float = 1.8,
    both_ways: bool = False,
    flow: float | None = None,
) -> State:
    """Return density, speed and flow of a closed ring that holds so many persons.

    Density: person-seconds over area and time. Flow: persons who leave the ways, over the
    number of ways, time and width. Speed: flow over density. All three are taken over all
    ways, between ``SETTLED`` and ``UNTIL``.

    Parameters
    ----------
    density
        Persons/m2 put on the ring.
    diagram
        Row of ``speed_density.csv``.
    free_speed
        m/s of everybody when alone.
    catalogue
        What the runs take their numbers from.
    width
        m; nobody keeps clear of the walls, since experiments divide by the whole width.
    both_ways
        Half of the persons walk against the other half.
    flow
        Persons/(s m) that ends of ways let through; default that of the diagram's row.

    Source: definitions of Edie, for a stretch and a span of time.
    """
    n = round(density * width * LENGTH * N_WAYS)
    nodes, links = _network(width, flow)
    persons = _walkers(n, free_speed, both_ways=both_ways)
    found = [
        run_network(
            nodes, links, persons, horizon=horizon, speed_density={"level": diagram},
            catalogue=catalogue,
        )
        for horizon in (SETTLED, UNTIL)
    ]  # fmt: skip
    early, late = (run.links["occupancy"].iloc[:N_WAYS].sum() for run in found)
    span = found[1].time - found[0].time
    passed = found[1].flow[found[1].flow["time"] >= found[0].time]["persons"].sum()
    held = (late - early) / (width * LENGTH * N_WAYS * span)
    flowing = passed / (N_WAYS * span * width)
    return State(float(held), float(flowing / held), float(flowing))


def _network(width: float, flow: float | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    names = _names()
    nodes = pd.DataFrame({"node": [*names, "out"], "exit": [False] * N_WAYS + [True]})
    links = pd.DataFrame(
        {
            "link": [f"way{at}" for at in range(N_WAYS)] + ["leave"],
            "origin": [*names, names[0]],
            "target": [*names[1:], names[0], "out"],
            "length": LENGTH,
            "width": width,
            "boundary": 0.0,
        }
    )
    return nodes, links if flow is None else links.assign(flow=flow)


def _walkers(n: int, speed: float, *, both_ways: bool) -> pd.DataFrame:
    """Return persons who come onto the ring evenly and walk on until the horizon."""
    names = _names()
    n_legs = math.ceil(UNTIL * speed / (LEG * LENGTH)) + 1
    origin = [at * N_WAYS // n for at in range(n)]
    here, first = Counter(origin), {start: origin.index(start) for start in set(origin)}
    turn = [-LEG if both_ways and at % 2 else LEG for at in range(n)]
    rounds = {
        (start, by): ";".join(names[(start + by * leg) % N_WAYS] for leg in range(1, n_legs + 1))
        for start, by in set(zip(origin, turn, strict=True))
    }
    return pd.DataFrame(
        {
            "person": [f"p{at:05d}" for at in range(n)],
            "origin": [names[start] for start in origin],
            "release": [
                (at - first[start]) / here[start] * LENGTH / speed
                for at, start in enumerate(origin)
            ],
            "speed": speed,
            "via": [rounds[pair] for pair in zip(origin, turn, strict=True)],
        }
    )


def _names() -> list[str]:
    return [f"n{at}" for at in range(N_WAYS)]
