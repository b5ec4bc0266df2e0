"""Find shortest times and routes on the walk network with SciPy.

Parallel links keep the fastest one: building a sparse matrix would add them up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from renlin.community.network import Network
from renlin.community.passage import Passage

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int32]
SMALLEST_TIME = 1e-9  # s; csgraph reads an explicit zero as no edge


@dataclass(frozen=True)
class Graph:
    """Directed times between nodes, and which link each one is.

    Attributes
    ----------
    times
        (n_nodes, n_nodes) sparse, seconds.
    link
        (row, column) -> link row of the network, as a dict-like sparse of link + 1.
    """

    times: csr_matrix
    link: csr_matrix

    @cached_property
    def towards(self) -> csr_matrix:
        """Return the times with every direction turned round: searches start at targets."""
        turned: csr_matrix = self.times.T.tocsr()
        return turned


def graph(network: Network, walked: Passage) -> Graph:
    """Return the directed graph of open links under ``walked``."""
    origin = network.links["origin"].to_numpy()
    target = network.links["target"].to_numpy()
    rows = np.concatenate([origin, target])
    columns = np.concatenate([target, origin])
    times = np.maximum(np.concatenate([walked.forward, walked.backward]), SMALLEST_TIME)
    links = np.concatenate([np.arange(len(origin))] * 2)
    usable = np.isfinite(times)
    rows, columns, times, links = rows[usable], columns[usable], times[usable], links[usable]
    order = np.lexsort((links, times, columns, rows))
    rows, columns, times, links = rows[order], columns[order], times[order], links[order]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    shape = (len(network.nodes),) * 2
    pairs = (rows[first], columns[first])
    return Graph(
        csr_matrix((times[first], pairs), shape), csr_matrix((links[first] + 1, pairs), shape)
    )


@dataclass(frozen=True)
class Field:
    """Times from every node to the nearest of some targets.

    Attributes
    ----------
    time
        (n_nodes,) seconds; infinite where none is reached.
    next_node
        (n_nodes,) node to walk to next; -1 at targets and where none is reached.
    next_link
        (n_nodes,) link to take; -1 likewise.
    target
        (n_nodes,) target reached; -1 where none is.
    """

    time: Floats
    next_node: Whole
    next_link: Whole
    target: Whole


def field(walks: Graph, targets: Sequence[int], *, limit: float = np.inf) -> Field:
    """Return times and next steps from every node to the nearest of ``targets``."""
    n = walks.times.shape[0]
    if len(targets) == 0:
        none = np.full(n, -1, dtype=np.int32)
        return Field(np.full(n, np.inf), none, none.copy(), none.copy())
    sources = np.unique(np.asarray(targets, dtype=np.int32))
    time, before, reached = dijkstra(
        walks.towards, indices=sources, min_only=True, limit=limit, return_predecessors=True
    )
    next_node = np.where(before >= 0, before, -1).astype(np.int32)
    next_link = np.full(n, -1, dtype=np.int32)
    moving = np.flatnonzero(next_node >= 0)
    if len(moving):
        found = np.asarray(walks.link[moving, next_node[moving]]).ravel()
        next_link[moving] = found.astype(np.int32) - 1
    target = np.where(np.isfinite(time), reached, -1).astype(np.int32)
    return Field(time, next_node, next_link, target)


def times_to(walks: Graph, targets: Sequence[int], *, limit: float = np.inf) -> Floats:
    """Return times from every node to each of ``targets``, s, shape (n_targets, n_nodes)."""
    n = walks.times.shape[0]
    if len(targets) == 0:
        return np.empty((0, n))
    sources = np.asarray(targets, dtype=np.int32)
    times: Floats = dijkstra(walks.towards, indices=sources, limit=limit)
    return times


def along(towards: Field, amount: Floats) -> Floats:
    """Return the sum of ``amount`` (one per link) over the links of each node's route.

    Shape (n_nodes,); infinite where no target is reached. Every step doubles the part of
    the route that is summed, so that a district takes a handful of array operations.
    """
    ahead = _ahead(towards)
    total = np.append(amount, 0.0)[towards.next_link]
    while not (ahead == ahead[ahead]).all():
        total = total + total[ahead]
        ahead = ahead[ahead]
    return np.where(np.isfinite(towards.time), total, np.inf)


def first(towards: Field, marked: npt.NDArray[np.bool_]) -> Whole:
    """Return the first marked link on each node's route; -1 where there is none.

    Parameters
    ----------
    marked
        One flag per link.
    """
    stops = np.append(marked, True)[towards.next_link]
    ahead = np.where(stops, np.arange(len(stops)), _ahead(towards))
    while not (ahead == ahead[ahead]).all():
        ahead = ahead[ahead]
    found: Whole = towards.next_link[ahead]
    return found


def _ahead(towards: Field) -> Whole:
    """Return the next node of each node, itself where it stays."""
    stays = np.arange(len(towards.next_node), dtype=np.int32)
    next_node: Whole = np.where(towards.next_node >= 0, towards.next_node, stays)
    return next_node


def route(towards: Field, start: int) -> list[int]:
    """Return the links walked from ``start`` to the target, empty when none is reached."""
    links: list[int] = []
    node = start
    while towards.next_node[node] >= 0:
        links.append(int(towards.next_link[node]))
        node = int(towards.next_node[node])
    return links if np.isfinite(towards.time[start]) else []
