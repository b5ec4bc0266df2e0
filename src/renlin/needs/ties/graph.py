"""Measure a network of ties: its parts, its bridges, and how far a message comes.

Undirected, without loops; the same tie named twice is one tie. Nodes are numbers from 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
UNREACHED = -1


class Cuts(NamedTuple):
    """What single ties and single people hold together.

    Attributes
    ----------
    bridges
        Ties without which a part falls in two, shape (m, 2), ordered.
    n_beyond
        Nodes of the smaller side of each bridge, shape (m,).
    n_cut_off
        Nodes that are no longer tied to the largest remaining piece of their part when
        this node is lost, shape (n,); above zero for a cut vertex only.
    """

    bridges: IntArray
    n_beyond: IntArray
    n_cut_off: IntArray


def neighbours(n: int, pairs: IntArray) -> csr_array:
    """Return the symmetric adjacency of ``pairs``, shape (n, n), without loops."""
    apart = pairs[pairs[:, 0] != pairs[:, 1]]
    ends = np.concatenate([apart, apart[:, ::-1]])
    made = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n))
    made.sum_duplicates()
    made.sort_indices()
    return made


def parts(n: int, pairs: IntArray) -> IntArray:
    """Return the part each node lies in, 1 for the largest (then by lowest node)."""
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    _, label = connected_components(neighbours(n, pairs), directed=False)
    names, first, size = np.unique(label, return_index=True, return_counts=True)
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.lexsort((first, -size))] = np.arange(1, len(names) + 1)
    found: IntArray = rank[label]
    return found


def steps(n: int, pairs: IntArray, sources: BoolArray, clique: BoolArray | None = None) -> IntArray:
    """Return the least number of ties from any source to each node, -1 where there is no way.

    Parameters
    ----------
    sources
        Where a message starts, step 0, shape (n,).
    clique
        Nodes taken to be tied to one another besides, shape (n,).
    """
    together = np.zeros(n, dtype=bool) if clique is None else clique
    found = np.where(sources, 0, UNREACHED).astype(np.int64)
    ways, front, at, spread = neighbours(n, pairs), sources, 0, False
    while front.any():
        at += 1
        heard = (ways @ front.astype(np.float64)) > 0
        if not spread and (front & together).any():
            heard, spread = heard | together, True
        front = heard & (found == UNREACHED)
        found[front] = at
    return found


def cuts(n: int, pairs: IntArray) -> Cuts:
    """Return bridges and cut vertices by one depth-first search without recursion.

    ``low(v)`` is the earliest node a subtree reaches by one tie back; a child that reaches
    no earlier than its parent hangs on the parent, and if it reaches not even the parent,
    on their tie.

    Source: tarjan1972.
    """
    search = _searched(neighbours(n, pairs), n)
    whole = search.size[search.root]
    bridges, beyond = [], []
    hanging = np.zeros(n, dtype=np.int64)
    largest = np.zeros(n, dtype=np.int64)
    for child in search.order:
        parent = search.parent[child]
        if parent < 0:
            continue
        under = int(search.size[child])
        if search.low[child] > search.found[parent]:
            bridges.append((min(parent, child), max(parent, child)))
            beyond.append(min(under, int(whole[child]) - under))
        if search.low[child] >= search.found[parent]:
            hanging[parent] += under
            largest[parent] = max(largest[parent], under)
    others = whole - 1
    made = others - np.maximum(largest, others - hanging)
    ties = np.array(bridges, dtype=np.int64).reshape(-1, 2)
    order = np.lexsort((ties[:, 1], ties[:, 0]))
    return Cuts(ties[order], np.array(beyond, dtype=np.int64)[order], made)


class _Search(NamedTuple):
    """A depth-first forest: when each node was found, and what its subtree reaches."""

    order: list[int]
    parent: IntArray
    root: IntArray
    found: IntArray
    low: IntArray
    size: IntArray


def _searched(ways: csr_array, n: int) -> _Search:
    parent, root, found = (np.full(n, UNREACHED, dtype=np.int64) for _ in range(3))
    low, size = np.zeros(n, dtype=np.int64), np.ones(n, dtype=np.int64)
    starts, ends = ways.indptr, ways.indices
    order: list[int] = []
    for start in range(n):
        if found[start] >= 0:
            continue
        found[start] = low[start] = len(order)
        root[start] = start
        order.append(start)
        trail, following = [start], {start: int(starts[start])}
        while trail:
            at = trail[-1]
            edge = following[at]
            if edge == starts[at + 1]:
                trail.pop()
                if trail:
                    up = trail[-1]
                    low[up] = min(low[up], low[at])
                    size[up] += size[at]
                continue
            following[at] = edge + 1
            to = int(ends[edge])
            if found[to] < 0:
                found[to] = low[to] = len(order)
                parent[to], root[to] = at, start
                order.append(to)
                trail.append(to)
                following[to] = int(starts[to])
            elif to != parent[at]:
                low[at] = min(low[at], found[to])
    return _Search(order, parent, root, found, low, size)
