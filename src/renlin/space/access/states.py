"""Name the three states of coverage, and count what occurs most."""

from __future__ import annotations

import pandas as pd

COVERED, NOT_COVERED, UNKNOWN = "covered", "not_covered", "unknown"


def commonest(values: pd.Series) -> str:
    """Return the value that occurs most often; of several the first in the alphabet.

    Examples
    --------
    >>> commonest(pd.Series(["stairs", "full", "stairs", "full", "too_far"]))
    'full'
    """
    counts = values.value_counts()
    return str(sorted(counts[counts == counts.max()].index)[0])


def commonest_by(table: pd.DataFrame, keys: list[str], column: str) -> pd.Series:
    """Return :func:`commonest` of ``column`` for every combination of ``keys``."""
    counted = table.groupby([*keys, column]).size().rename("n").reset_index()
    ordered = counted.sort_values(
        [*keys, "n", column], ascending=[True] * len(keys) + [False, True]
    )
    first: pd.Series = ordered.drop_duplicates(keys).set_index(keys)[column]
    return first
