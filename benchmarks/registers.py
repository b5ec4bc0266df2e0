"""Link synthetic registers with hard cases: precision, recall by error kind, seconds.

CPU seconds are from raw text to persons: reading names, numbers, dates and addresses, the
cascade, the weights. Making the registers is not part of them.
"""

from __future__ import annotations

import os
import resource
import time
from typing import Literal

from benchmarks import Row
from renlin.catalogue.load import load
from renlin.intake.linkage import caution_of
from renlin.intake.register_sample.sample import Quality, evaluate, sample
from renlin.intake.trial import linked

SIZES = (10_000, 100_000, 1_000_000)
SEED = 7


def rows() -> list[Row]:
    """Return precision and recall by size, and by kind at 100,000.

    ``RENLIN_BENCH_PERSONS`` limits the size, for a quick look.
    """
    most = int(os.environ.get("RENLIN_BENCH_PERSONS", SIZES[-1]))
    made = [row for n in SIZES if n <= most for row in _sized(n, "hard")]
    return [*made, *_sized(min(100_000, most), "independent")]


def _sized(n: int, errors: Literal["hard", "independent"]) -> list[Row]:
    registers = sample(n, seed=SEED, errors=errors)
    caution = caution_of(load())
    start = time.process_time()
    found = linked(registers, caution)
    spent = time.process_time() - start
    quality = evaluate(found.persons["person"].to_numpy(), registers.truth)
    states = found.doubts["state"].value_counts()
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    text = (
        f"precision {quality.precision:.5f}, recall {quality.recall:.4f}, "
        f"{quality.n_false} false merges; {states.get('open', 0)} pairs for people, "
        f"{states.get('merged', 0)} merged to look at; {spent:.1f} s CPU, {size:.2f} GB so far"
    )
    bar = "1 M ≤ 120 s CPU" if n == SIZES[-1] else ""
    if errors == "independent":
        bar = "precision ≥ 0.999, recall ≥ 0.995"
    first = Row(f"registers of {n:,}, {errors} errors", text, bar)
    return [first, *(_kinds(quality) if n == 100_000 and errors == "hard" else ())]


def _kinds(quality: Quality) -> list[Row]:
    return [
        Row(f"  {kind}", f"recall {recall:.4f} of {n} pairs, {n_false} false merges")
        for kind, n, recall, n_false in quality.by_kind.itertuples(index=False)
        if n or n_false
    ]
