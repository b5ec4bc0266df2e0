"""Split inequality exactly into what lies between groups and what lies within them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from renlin.equity.groups import labels
from renlin.equity.levels import ascending
from renlin.equity.samples import FloatArray, Numbers, aligned, all_zero, sample


@dataclass(frozen=True, eq=False)
class TheilSplit:
    """Theil's T and its two parts.

    Parameters
    ----------
    total, between, within
        ``total = between + within``, each without unit; 0 when all are equal.
    by_group
        One row per group: ``n`` rows, ``share_persons``, ``share_values`` (of the sum),
        ``mean``, ``theil`` inside the group (unknown where the whole group has zero),
        ``between`` and ``within`` (the group's parts; the columns sum to the totals, and
        a ``between`` below zero marks a group under the mean).
    """

    total: float
    between: float
    within: float
    by_group: pd.DataFrame

    @property
    def between_share(self) -> float:
        """Return the part that lies between groups, 0 to 1; NaN when nothing is unequal."""
        return self.between / self.total if self.total > 0 else float("nan")


def theil(values: Numbers, weights: Numbers | None = None) -> float:
    """Return Theil's T, 0 (all equal) to ln of the number of persons.

    ``T = sum p r ln r``; ``p`` share of persons, ``r`` value over the mean; zeros add
    nothing, which is the limit.

    Raises
    ------
    DataFault
        When a value is negative or all are zero.

    Source: theil1967.

    Examples
    --------
    >>> round(theil([1.0, 2.0, 3.0, 4.0, 10.0, 20.0]), 7)
    0.4320751
    """
    x, w = ascending(sample(values, weights, measure="theil"))
    if not x.any():
        raise all_zero("theil")
    return _theil(x, w)


def theil_split(values: Numbers, weights: Numbers | None, groups: Any) -> TheilSplit:
    """Return Theil's T split between and within any number of disjoint groups.

    ``between = sum s_g ln(m_g / m)``, ``within = sum s_g T_g``; ``s_g`` the group's share
    of all values, ``m_g`` its mean, ``T_g`` its own T. A group of one person, or whose
    members all have zero, adds nothing within.

    Parameters
    ----------
    values
        Shape (n,), zero or more.
    weights
        Persons per row, shape (n,), or None.
    groups
        One label per row; rows without a label form the group ``unknown``.

    Raises
    ------
    DataFault
        When a value is negative, all are zero, or labels do not fit the rows.

    Source: theil1967; shorrocks1980.

    Examples
    --------
    >>> split = theil_split([1, 2, 3, 4, 10, 20], None, [0, 0, 0, 1, 1, 1])
    >>> round(split.between, 4), round(split.within, 4)
    (0.2704, 0.1616)
    """
    label = labels(groups, values, place="equity.theil_split")
    given = (
        None
        if weights is None
        else aligned(weights, values, place="equity.theil_split", column="weights")
    )
    x, w = sample(values, given, measure="theil_split")
    if given is not None:
        label = label[np.asarray(given, dtype=np.float64) > 0]
    if not x.any():
        raise all_zero("theil_split")
    order = np.lexsort((w, x))
    x, w, label = x[order], w[order], label[order]
    table = _group_rows(x, w, label)
    between, within = float(table["between"].sum()), float(table["within"].sum())
    return TheilSplit(_theil(x, w), between, within, table)


def _group_rows(x: FloatArray, w: FloatArray, label: Any) -> pd.DataFrame:
    names, block = np.unique(label, return_inverse=True)
    persons = np.bincount(block, weights=w)
    held = np.bincount(block, weights=w * x)
    share = held / held.sum()
    relative = share / (persons / persons.sum())
    own = np.array(
        [_theil(x[block == g], w[block == g]) if held[g] else np.nan for g in range(len(names))]
    )
    return pd.DataFrame(
        {
            "group": [str(name) for name in names],
            "n": np.bincount(block),
            "share_persons": persons / persons.sum(),
            "share_values": share,
            "mean": held / persons,
            "theil": own,
            "between": _times_log(share, relative),
            "within": np.where(held > 0, share * np.nan_to_num(own), 0.0),
        }
    )


def _theil(x: FloatArray, w: FloatArray) -> float:
    share = w / w.sum()
    relative = x / (x[0] + (share * (x - x[0])).sum())
    return max(float((share * _times_log(relative, relative)).sum()), 0.0)


def _times_log(factor: FloatArray, argument: FloatArray) -> FloatArray:
    """Return ``factor * ln(argument)``, zero where the argument is zero."""
    return factor * np.log(np.where(argument > 0, argument, 1.0))
