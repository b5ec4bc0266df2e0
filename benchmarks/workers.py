"""Runs of the town on one, two and four workers: the same bytes, and how long it takes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from time import perf_counter

import numpy as np

from benchmarks import Row
from benchmarks.town import Town, town
from renlin.kernels import movement
from renlin.kernels.outcome import Outcome

WORKERS = (1, 2, 4)
RUNS = 16


def rows() -> list[Row]:
    """Return one row per number of workers, and whether all gave the same."""
    movement.warm()
    cases = [town(10_000, seed=seed) for seed in range(RUNS)]
    seen, made = set(), []
    for n in WORKERS:
        start = perf_counter()
        with ThreadPoolExecutor(n) as pool:
            outcomes = list(pool.map(_run, cases))
        wall = perf_counter() - start
        written = digest(outcomes)
        seen.add(written)
        same = "identical bytes" if len(seen) == 1 else "OTHER BYTES"
        told = f"{wall:.2f} s wall, outcomes {written}, {same}"
        made.append(Row(f"workers: {RUNS} runs of 10,000, {n} at a time", told, "same hash"))
    return made


def _run(case: Town) -> Outcome:
    return movement.run(*case)


def digest(outcomes: list[Outcome]) -> str:
    """Return the hash of every array and number of every outcome."""
    hashed = blake2b(digest_size=6)
    for outcome in outcomes:
        for name, value in outcome._asdict().items():
            hashed.update(name.encode())
            hashed.update(np.ascontiguousarray(value).tobytes())
    return hashed.hexdigest()
