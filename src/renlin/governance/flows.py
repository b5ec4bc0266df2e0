"""Count how many helpers could be found at best, as a maximal flow.

source → household (need) → helper (once per household) → sink (capacity). What the flow
leaves unmet is lacking whatever is done: no choice of pairs can do better.

Source: ford and fulkerson's theorem; governance reference §9, test 1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_flow

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]


def most_met(home: Whole, helper: Whole, need: Whole, capacity: Whole) -> int:
    """Return the most units of need that can be met over the edges given.

    Parameters
    ----------
    home, helper
        Edges: positions of the household and of the helper who may come. Shape (n_edges,).
    need
        Helpers each household needs. Shape (n_households,).
    capacity
        Households each helper accepts. Shape (n_helpers,).

    Examples
    --------
    >>> import numpy as np
    >>> most_met(np.array([0, 1]), np.array([0, 0]), np.array([1, 1]), np.array([1]))
    1
    """
    if len(home) == 0:
        return 0
    n, m = len(need), len(capacity)
    source, sink = n + m, n + m + 1
    rows = np.concatenate([np.full(n, source), home, np.arange(n, n + m)])
    columns = np.concatenate([np.arange(n), n + helper, np.full(m, sink)])
    size = np.concatenate([need, np.ones(len(home), dtype=np.int64), capacity])
    network = csr_matrix((size.astype(np.int32), (rows, columns)), shape=(n + m + 2,) * 2)
    return int(maximum_flow(network, source, sink).flow_value)


def ranks(
    home: Whole, helper: Whole, need: Whole, capacity: Whole, priority: Floats
) -> tuple[int, ...]:
    """Return the most units met among the households of each rank and above, highest first.

    Serving the highest rank first never costs a unit in all (the units that can be met
    together form a matroid), so a choice that attains every one of these numbers is best.
    """
    wanted = [
        np.where(priority >= rank, need, 0)
        for rank in sorted(set(priority[need > 0]), reverse=True)
    ]
    if wanted and most_met(home, helper, need, capacity) == need.sum():
        return tuple(int(counted.sum()) for counted in wanted)
    return tuple(most_met(home, helper, counted, capacity) for counted in wanted)


def shortest_reach(
    home: Whole, helper: Whole, time: Floats, need: Whole, capacity: Whole, priority: Floats
) -> float:
    """Return the least longest way with which as many can be helped as with any ways.

    0 when nobody can be helped at all.
    """
    best = ranks(home, helper, need, capacity, priority)
    if sum(best) == 0:
        return 0.0
    levels = np.unique(time)
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high) // 2
        near = time <= levels[middle]
        if ranks(home[near], helper[near], need, capacity, priority) == best:
            high = middle
        else:
            low = middle + 1
    return float(levels[low])
