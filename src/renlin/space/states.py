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
