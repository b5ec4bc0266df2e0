"""Run every seed of one scheme under one scenario; the result does not know how many workers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.simulation.behaviour import Bodies, bodies
from renlin.simulation.luck import Luck
from renlin.simulation.observation import Run, Stage, run_persons, run_whole
from renlin.simulation.population import Residents
from renlin.simulation.waiting import Waiting

Progress = Callable[[str, int, int], None]
MOST_WORKERS = 2
"""Threads. Assumption: beyond two, what holds the interpreter's lock dominates."""


@dataclass(frozen=True)
class Seeds:
    """The luck and the bodies of every seed, drawn once and met by every scheme."""

    who: Residents
    catalogue: Catalogue
    luck: Mapping[int, Luck]
    bodies: Mapping[int, Bodies]


def draw_seeds(who: Residents, catalogue: Catalogue, seeds: Sequence[int]) -> Seeds:
    """Return the luck of every seed and how everybody moves in it."""
    keys = {"person": who.keys, "household": who.household_keys}
    luck = {int(seed): Luck(int(seed), keys) for seed in seeds}
    return Seeds(
        who, catalogue, luck, {seed: bodies(who, catalogue, own) for seed, own in luck.items()}
    )


@dataclass(frozen=True)
class Ensemble:
    """All runs of one scheme under one scenario, in order of the seeds.

    Attributes
    ----------
    scheme, scenario
        Codes.
    made
        What was run.
    runs
        One per seed.
    """

    scheme: str
    scenario: str
    made: Stage | Waiting
    runs: tuple[Run, ...]

    def stack(self, value: Callable[[Run], npt.NDArray[np.generic]]) -> npt.NDArray[np.generic]:
        """Return ``value`` of every run, one row per seed."""
        return np.stack([value(run) for run in self.runs])

    @property
    def time(self) -> npt.NDArray[np.float32]:
        """Return the time to safety of everybody, s, shape (n_seeds, n_persons)."""
        return np.stack([run.persons.time for run in self.runs])

    @property
    def arrived(self) -> npt.NDArray[np.bool_]:
        """Return who is safe in the end, same shape."""
        return np.stack([run.persons.arrived for run in self.runs])


@dataclass
class Counter:
    """Tell the caller how far the whole job is."""

    what: str
    total: int
    progress: Progress | None
    done: int = field(default=0)

    def step(self) -> None:
        """Count one run; whatever ``progress`` raises stops the job."""
        self.done += 1
        if self.progress is not None:
            self.progress(self.what, self.done, self.total)


def run_all(made: Stage | Waiting, seeds: Seeds, *, whole: bool, count: Counter) -> tuple[Run, ...]:
    """Return one run per seed, in order of the seeds.

    Threads share everything that is only read; each run depends on its seed alone.

    Parameters
    ----------
    whole
        Whether findings on households and places are needed too.
    count
        Told after every run.
    """
    n = min(MOST_WORKERS, os.cpu_count() or 1)

    def one(seed: int) -> Run:
        luck = seeds.luck[seed].also(made.keys if isinstance(made, Waiting) else made.scene.keys)
        if isinstance(made, Waiting):
            return made.run(luck)
        run = run_whole if whole else run_persons
        return run(made, seeds.bodies[seed], luck)

    return tuple(_each(one, list(seeds.luck), n, count))


def _each(one: Callable[[int], Run], seeds: list[int], n: int, count: Counter) -> Iterator[Run]:
    if n == 1:
        for seed in seeds:
            yield one(seed)
            count.step()
        return
    with ThreadPoolExecutor(max_workers=n) as pool:
        try:
            for run in pool.map(one, seeds):
                yield run
                count.step()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
