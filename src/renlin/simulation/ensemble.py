"""Run every seed of one scheme under one scenario; the result does not know how many workers."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.errors import Said
from renlin.simulation.behaviour import Bodies, bodies
from renlin.simulation.blocks import Block, Store, blocks
from renlin.simulation.luck import Luck
from renlin.simulation.observation import Run, Stage, run_persons, run_whole
from renlin.simulation.population import Residents
from renlin.simulation.waiting import Waiting

Progress = Callable[[str, int, int], None]
"""Told what is done, how much of it and of how much; of nothing (0): a remark."""
WORKERS = 2
"""Threads when nobody says how many. Assumption: beyond two, what holds the interpreter's
lock dominates; processes cost a quarter more, see docs/decisions/0003-workers.md."""


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
        self.skip(1)

    def skip(self, n: int) -> None:
        """Count ``n`` runs at once."""
        self.done += n
        if self.progress is not None:
            self.progress(self.what, self.done, self.total)

    def remark(self, said: Said) -> None:
        """Tell something that is not a count."""
        if self.progress is not None:
            self.progress(f"{self.what}: {said.zh} · {said.en}", 0, 0)


@dataclass(frozen=True)
class Work:
    """How runs are worked off; nothing of it shows in what comes out.

    Attributes
    ----------
    workers
        Runs at the same time.
    store
        Where finished blocks are kept; None: nowhere.
    mark
        Hash of what determines the run of a seed; needed with a store.
    """

    workers: int
    store: Store | None = None
    mark: str = ""


def default_workers() -> int:
    """Return how many runs go at the same time when nobody says how many."""
    return min(WORKERS, os.cpu_count() or 1)


def run_all(
    made: Stage | Waiting, seeds: Seeds, *, whole: bool, count: Counter, work: Work | None = None
) -> tuple[Run, ...]:
    """Return one run per seed, in order of the seeds.

    Threads share everything that is only read; each run depends on its seed alone. What
    the store holds already is not run again.

    Parameters
    ----------
    whole
        Whether findings on households and places are needed too.
    count
        Told after every run.
    work
        How many at the same time, and where finished blocks are kept; None: the default
        number, and nowhere.
    """
    how = Work(default_workers()) if work is None else work

    def one(seed: int) -> Run:
        luck = seeds.luck[seed].also(made.keys if isinstance(made, Waiting) else made.scene.keys)
        if isinstance(made, Waiting):
            return made.run(luck)
        run = run_whole if whole else run_persons
        return run(made, seeds.bodies[seed], luck)

    if how.store is None:
        return tuple(_each(one, list(seeds.luck), how.workers, count))
    every = blocks(how.mark, list(seeds.luck), whole=whole)
    return tuple(_kept(one, every, how.store, how.workers, count))


def _kept(
    one: Callable[[int], Run], every: Sequence[Block], store: Store, n: int, count: Counter
) -> Iterator[Run]:
    """Yield the runs of all blocks; what the store does not hold is run and kept."""
    known = {block.name: store.read(block) for block in every}
    damaged = sum(block in store and known[block.name] is None for block in every)
    if damaged:
        zh, en = f"{damaged} 块文件坏了，重算", f"{damaged} damaged blocks are run again"
        count.remark(Said(zh, en))
    missing = [seed for block in every if known[block.name] is None for seed in block.seeds]
    with closing(_each(one, missing, n, count)) as fresh:
        for block in every:
            runs = known[block.name]
            if runs is None:
                runs = tuple(islice(fresh, len(block.seeds)))
                store.write(block, runs)
            else:
                count.skip(len(runs))
            yield from runs


T = TypeVar("T")


def each(one: Callable[[int], T], seeds: list[int], count: Counter) -> Iterator[T]:
    """Yield ``one`` of every seed, in their order, whatever the number of workers."""
    return _each(one, seeds, default_workers(), count)


def _each(
    one: Callable[[int], T], seeds: list[int], n: int, count: Counter
) -> Generator[T, None, None]:
    if n == 1:
        for seed in seeds:
            run = one(seed)
            count.step()
            yield run
        return
    with ThreadPoolExecutor(max_workers=n) as pool:
        try:
            for run in pool.map(one, seeds):
                count.step()
                yield run
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
