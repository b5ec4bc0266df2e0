"""The movement kernel on a town with every feature on: speed, scale, ensembles."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, process_time

import numpy as np

from benchmarks import Row
from benchmarks.town import Town, town
from renlin.kernels import movement
from renlin.kernels.outcome import Outcome

REPEATS = 3
SAMPLE = 16
WORKERS = 2


def rows() -> list[Row]:
    """Return the rows of the kernel."""
    start = perf_counter()
    movement.warm()
    warm = perf_counter() - start
    return [
        Row("kernel: load or compile", f"{warm:.1f} s", "warm start <= 1 s"),
        *_speed(10_000, "10,000 agents x 30 min <= 0.3 s; >= 2e7/s"),
        *_speed(50_000, "finishes, gridlock printed"),
        _snapshots(),
        _ensemble(),
    ]


def _timed(case: Town) -> tuple[float, Outcome]:
    """Return the least CPU time of the steps over some runs, and the outcome."""
    times = []
    for _ in range(REPEATS):
        under_way = movement.begin(*case)
        start = process_time()
        movement.advance(under_way, case.parameters.horizon)
        times.append(process_time() - start)
    return min(times), movement.conclude(under_way)


def _speed(n: int, bar: str) -> list[Row]:
    case = town(n)
    seconds, out = _timed(case)
    left = int(np.isnan(out.exit_time).sum())
    name = f"kernel: {n:,} entities, {len(case.network.tail):,} spaces, 30 min"
    what = (
        f"{seconds:.3f} CPU-s, {out.agent_steps / seconds:.2g} agent-steps/s, "
        f"{left} not there, {int(out.gridlock.sum())} gridlock entries"
    )
    return [Row(name, what, bar)]


def _snapshots() -> Row:
    case = town(10_000)
    case = case._replace(
        parameters=case.parameters._replace(snapshot_every=10.0, snapshot_rows=2_000_000)
    )
    seconds, out = _timed(case)
    size = 16 * len(out.snapshot_time) / 1e6
    return Row("kernel: 10,000, snapshot every 10 s", f"{seconds:.3f} CPU-s, {size:.1f} MB")


def _ensemble() -> Row:
    """Run whole runs, input checks included, on two threads, and scale up to 300."""
    cases = [town(10_000, seed=seed) for seed in range(SAMPLE)]
    wall, spent = perf_counter(), process_time()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda case: movement.run(*case).steps, cases))
    wall, spent = perf_counter() - wall, process_time() - spent
    scale = 300 / SAMPLE
    what = (
        f"{wall * scale:.0f} s wall on {WORKERS} threads, {spent * scale:.0f} CPU-s "
        f"(scaled up from {SAMPLE} runs)"
    )
    return Row("kernel: 300 runs of 10,000 x 30 min", what, "<= 120 s on 2 cores")
