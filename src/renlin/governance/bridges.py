"""Find the links whose loss cuts places off: the bridges of the walk network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Steps = list[list[tuple[int, int]]]


def cut_off(
    n_nodes: int, origin: Whole, target: Whole, goals: Sequence[int]
) -> Mapping[int, Whole]:
    """Return link -> nodes that reach no goal without it.

    Links are walked both ways; parallel links stand in for each other. Nodes that reach no
    goal anyway are cut off by nothing.

    Parameters
    ----------
    origin, target
        Ends of each link. Shape (n_links,).
    goals
        Nodes to be reached; any of them will do.

    Returns
    -------
    Only links that cut somebody off, in order.

    A depth-first search from one point behind all goals numbers the nodes as it meets them;
    a link to a part from which nothing met earlier can be reached any other way is a
    bridge, and that part is one run of the numbering. Source: Tarjan's bridge search.

    Examples
    --------
    >>> import numpy as np
    >>> found = cut_off(3, np.array([0, 1, 1]), np.array([1, 2, 2]), [0])
    >>> {link: nodes.tolist() for link, nodes in found.items()}
    {0: [1, 2]}
    """
    behind = np.full(len(goals), n_nodes)
    ends = (np.concatenate([origin, behind]), np.concatenate([target, np.asarray(goals, int)]))
    met: list[int] = []
    parts = dict(_bridges(_around(n_nodes + 1, *ends), n_nodes, met))
    order = np.array(met, dtype=np.int64)
    return {
        link: np.sort(order[first:last])
        for link, (first, last) in sorted(parts.items())
        if link < len(origin)
    }


def _bridges(around: Steps, root: int, met: list[int]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield each bridge with the run of ``met`` behind it; ``met`` fills as nodes are met."""
    order, low = [-1] * len(around), [0] * len(around)
    order[root] = 0
    met.append(root)
    path = [(root, -1, iter(around[root]))]
    while path:
        node, came, rest = path[-1]
        link, other = next(rest, (-1, -1))
        if other < 0:
            path.pop()
            if path:
                before = path[-1][0]
                low[before] = min(low[before], low[node])
                if low[node] > order[before]:
                    yield came, (order[node], len(met))
        elif link != came and order[other] >= 0:
            low[node] = min(low[node], order[other])
        elif link != came:
            order[other] = low[other] = len(met)
            met.append(other)
            path.append((other, link, iter(around[other])))


def _around(n_nodes: int, origin: Whole, target: Whole) -> Steps:
    """Return node -> (link, other end)."""
    around: Steps = [[] for _ in range(n_nodes)]
    for link, (a, b) in enumerate(zip(origin.tolist(), target.tolist(), strict=True)):
        around[a].append((link, b))
        around[b].append((link, a))
    return around
