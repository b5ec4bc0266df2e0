"""Count how often each value occurs, add the counts up, and rank by them exactly.

Only counts leave a district: ``pr(v) = (number below v) / (N - 1)`` over the N residents
whose value is known needs nothing else. What is not known has no rank.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import ibis
import numpy as np
import pandas as pd

from renlin.needs.nation.columns import unknown

COLUMNS = ("column", "value", "n")
RANKS = ("column", "value", "rank")


def counted(table: Any, columns: Sequence[str]) -> Any:
    """Return the Ibis table of counts: column, value (float64), n; unknown left out.

    Parameters
    ----------
    table
        One row per resident.
    columns
        Columns of numbers, at least one.
    """
    parts = []
    for name in columns:
        known = table.filter(~unknown(table[name]))
        sized = known.group_by(value=known[name]).aggregate(n=known.count())
        parts.append(
            sized.select(column=ibis.literal(name), value=sized.value.cast("float64"), n=sized.n)
        )
    return ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]


def merged(histograms: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the histogram of all together: that of the union, exactly.

    Parameters
    ----------
    histograms
        Tables of ``COLUMNS``; the sum does not depend on their order.
    """
    parts = [one[list(COLUMNS)] for one in histograms if len(one)]
    if not parts:
        return pd.DataFrame({"column": pd.Series(dtype="str"), "value": np.zeros(0),
                             "n": np.zeros(0, dtype=np.int64)})  # fmt: skip
    whole = pd.concat(parts, ignore_index=True)
    summed = whole.groupby(["column", "value"], sort=True)["n"].sum()
    return summed.reset_index().astype({"column": "str", "value": "float64", "n": "int64"})


def ranks(histogram: pd.DataFrame) -> pd.DataFrame:
    """Return the percentile rank of every value, 0 to 1, equal values alike.

    With one resident known the rank is 0, as ``percent_rank`` of SQL has it: nobody is
    below.

    Returns
    -------
    Columns of ``RANKS``.

    Source: reference needs 9.
    """
    ordered = histogram.sort_values(["column", "value"], kind="stable").reset_index(drop=True)
    sizes = ordered.groupby("column")["n"]
    below = sizes.cumsum() - ordered["n"]
    others = sizes.transform("sum") - 1
    rank = np.where(others > 0, below / others.where(others > 0, 1), 0.0)
    return pd.DataFrame({"column": ordered["column"], "value": ordered["value"], "rank": rank})
