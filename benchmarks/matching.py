"""Link made-up persons: two tables of 5,000 records, and 3,000 persons with duplicates."""

from __future__ import annotations

from time import perf_counter, process_time

import pandas as pd
from tests.intake.matching.record_sets import duplicated, two_tables

from benchmarks import Row
from renlin.intake.matching import guess, link_tables, scored


def rows() -> list[Row]:
    """Return time, precision and recall of both."""
    a, b, truth = two_tables(5000, 0.2, 1)
    table, within = duplicated(3000, 0.2, 1)
    return [
        _row("two tables of 5,000 records", a, b, truth),
        _row(f"one table of {len(table):,} records", table, None, within),
    ]


def _row(what: str, a: pd.DataFrame, b: pd.DataFrame | None, truth: pd.DataFrame) -> Row:
    wall, spent = perf_counter(), process_time()
    linked = link_tables(a, b, guess(a, b))
    took = f"{perf_counter() - wall:.1f} s, {process_time() - spent:.1f} CPU-s"
    curve = scored(linked.pairs, truth, thresholds=[0.95], ordered=b is not None).iloc[0]
    told = f"precision {curve['precision']:.4f}, recall {curve['recall']:.4f}"
    return Row(f"linking: {what}, no spec", f"{took}, {told}", "precision >= 0.99")
