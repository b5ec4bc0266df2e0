"""Weigh points in several ways: does a rank hold, and which order regrets least.

``score = persons ^ a x risk ^ b`` for every a and b of 1 - spread, 1 and 1 + spread. Regret of
putting a point first under one weighing is what it lacks of the best: ``1 - score / best``.
Ordering by the greatest regret puts first what is never far from the best.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


def weighings(spread: float) -> list[tuple[float, float]]:
    """Return the powers of persons and of risk; the plain one first.

    Examples
    --------
    >>> len(weighings(0.2)), weighings(0.2)[0]
    (9, (1.0, 1.0))
    """
    steps = (1.0, 1.0 - spread, 1.0 + spread)
    return list(product(steps, steps))


def weighed(persons: pd.Series, risk: pd.Series, spread: float) -> pd.DataFrame:
    """Return how each point ranks over all weighings.

    Parameters
    ----------
    persons, risk
        Unserved vulnerable persons, above 0, and risk of the building, 0-1.

    Returns
    -------
    ``stable`` (the rank is the same in all), ``rank_share`` (share of weighings in which it
    is that of the plain one), ``rank_first``, ``rank_last``, ``max_regret`` (0-1) and
    ``rank_regret``, the rank by it; ties share a rank.
    """
    crowd, danger = (part.to_numpy(dtype=np.float64) for part in (persons, risk))
    scores = np.array([crowd**a * danger**b for a, b in weighings(spread)])
    ranks = np.array([_ranks(-own) for own in scores]).reshape(len(scores), len(crowd))
    best = scores.max(axis=1, keepdims=True, initial=0.0)
    lacking = 1.0 - np.divide(scores, best, out=np.zeros_like(scores), where=best > 0)
    regret = lacking.max(axis=0, initial=0.0)
    same = ranks == ranks[0]
    found = {
        "stable": same.all(axis=0),
        "rank_share": same.mean(axis=0),
        "rank_first": ranks.min(axis=0, initial=len(crowd) + 1),
        "rank_last": ranks.max(axis=0, initial=0),
        "max_regret": regret,
        "rank_regret": _ranks(regret),
    }
    whole = dict.fromkeys(("rank_first", "rank_last", "rank_regret"), "Int64")
    return pd.DataFrame(found, index=persons.index).astype(whole)


def _ranks(values: Floats) -> Floats:
    """Return ranks from 1, least first; what differs by rounding only is tied."""
    rounded = np.array([float(f"{value:.12g}") for value in values])
    order = np.sort(rounded)
    return (np.searchsorted(order, rounded) + 1).astype(np.float64)
