"""Pair households and helpers in generated communities of three sizes."""

from __future__ import annotations

from time import perf_counter, process_time

from tests.governance.generator import blocks

from benchmarks import Row
from renlin.catalogue.load import load
from renlin.governance.matching import match

SIZES = ((20, 60, 90), (60, 300, 420), (400, 3000, 4200))
"""Buildings, households, helpers. Source: governance reference A05."""


def rows() -> list[Row]:
    """Return one row per size: time, and what is lacking."""
    catalogue = load()
    made = []
    for size in SIZES:
        demand = blocks(*size)
        wall, spent = perf_counter(), process_time()
        found = match(demand, catalogue)
        took = f"{perf_counter() - wall:.1f} s, {process_time() - spent:.1f} CPU-s"
        lacking = int(found.helpers.sum() + found.backup.sum())
        what = f"pairing: {size[1]:,} households x {size[2]:,} helpers"
        made.append(Row(what, f"{took}, {lacking} lacking, {found.status}"))
    return made
