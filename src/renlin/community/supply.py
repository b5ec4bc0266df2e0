"""Follow a supply network: how long each node lives, by how many ways apart it is fed.

A node lives as long as what it needs and one of those that feed it, and then for its own
reserve. Stages that ask about water and power share this one mechanism.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, maximum_flow

from renlin.community.cells import items
from renlin.errors import DataFault, Fault, Said, raise_all

ALWAYS = ("power", "water")
"""Services told of in any place: without a record they are unknown."""
MANY = 10_000  # a flow no community reaches
Edge = tuple[str, str]


def services(utilities: pd.DataFrame) -> list[str]:
    """Return the services to tell of: power, water, and any other that is on record."""
    return sorted({*ALWAYS, *utilities["service"].dropna().astype(str)})


def serving(utilities: pd.DataFrame, service: str) -> dict[str, list[str]]:
    """Return building -> nodes of ``service`` that serve it."""
    rows = utilities[utilities["service"] == service]
    found: dict[str, list[str]] = {}
    for name, buildings in zip(rows["utility"], rows["serves"], strict=True):
        for building in items(buildings):
            found.setdefault(building, []).append(str(name))
    return found


def feeders(utilities: pd.DataFrame, column: str = "fed_by") -> dict[str, list[str]]:
    """Return node -> nodes named in ``column``: those that feed it, or that it ``needs``."""
    names = [str(name) for name in utilities["utility"]]
    return dict(zip(names, [list(items(cell)) for cell in utilities[column]], strict=True))


def ways_apart(feeds: Mapping[str, Sequence[str]], ends: Collection[str]) -> tuple[int, int]:
    """Return in how many ways sharing no node, and no link, the sources reach a building.

    Sources are the nodes nothing feeds; ``ends`` the nodes that serve the building. Menger:
    the most ways apart equal the fewest nodes (links) whose loss cuts all. What nodes need
    beside their feeders is not counted here (:func:`lives` does).

    Returns
    -------
    (node_ways, link_ways): sources and the building itself count as nodes and links apart.
    """
    names = sorted(feeds)
    at = {name: n for n, name in enumerate(names)}
    known = [end for end in ends if end in at]
    if not known:
        return 0, 0
    links = [(a, b) for b in names for a in feeds[b] if a in at]
    starts = [name for name in names if not feeds[name]]
    n = len(names)
    split = [(at[name], n + at[name], 1) for name in names]
    split += [(n + at[a], at[b], 1) for a, b in links]
    split += [(2 * n, at[name], 1) for name in starts]
    split += [(n + at[end], 2 * n + 1, 1) for end in known]
    whole = [(at[a], at[b], 1) for a, b in links]
    whole += [(n, at[name], MANY) for name in starts]
    whole += [(at[end], n + 1, 1) for end in known]
    return _flow(split, 2 * n), _flow(whole, n)


def _flow(edges: Sequence[tuple[int, int, int]], source: int) -> int:
    """Return the greatest flow from ``source`` to the node after it."""
    most = {(a, b): 0 for a, b, _ in edges}
    for a, b, room in edges:
        most[a, b] = max(most[a, b], room)
    rows, columns = zip(*most, strict=True)
    rooms = np.array(list(most.values()), dtype=np.int32)
    ways = csr_array((rooms, (rows, columns)), shape=(source + 2, source + 2))
    return int(maximum_flow(ways, source, source + 1).flow_value)


def lives(
    utilities: pd.DataFrame, lost: Collection[str], cut: Collection[Edge] = ()
) -> tuple[dict[str, float], dict[str, tuple[str, ...]]]:
    """Return how long every node goes on, h (infinite: for good), and the chain that ends it.

    ``life = min(life of what it needs, longest life of what feeds it) + reserve``; a lost
    node has none; a source without needs never ends. Rings without a source end at once.
    A feeder over a link that is ``cut`` (feeder, node) feeds nothing.

    Raises
    ------
    DataFault
        When a node with a reserve feeds itself in a ring.
    """
    feeds, needs = (feeders(utilities, column) for column in ("fed_by", "needs"))
    hours = utilities["reserve_hours"].fillna(0.0).to_numpy(dtype=np.float64)
    reserve = dict(zip(feeds, hours, strict=True))
    _no_tank_in_a_ring(feeds, needs, reserve)
    sources = {name for name in feeds if not feeds[name]}
    feeds = {name: [one for one in feeds[name] if (one, name) not in cut] for name in feeds}
    life = dict.fromkeys(feeds, 0.0)
    for _ in range(len(feeds) + 1):
        before = life
        life = {name: _life(name, life, feeds, needs, reserve, lost, sources) for name in feeds}
        if life == before:
            break
    return life, {name: _chain(name, life, feeds, needs, lost) for name in feeds}


def _life(
    name: str,
    life: Mapping[str, float],
    feeds: Mapping[str, list[str]],
    needs: Mapping[str, list[str]],
    reserve: Mapping[str, float],
    lost: Collection[str],
    sources: Collection[str],
) -> float:
    if name in lost:
        return 0.0
    fed = max((life[one] for one in feeds[name]), default=np.inf if name in sources else 0.0)
    return min([fed, *(life[one] for one in needs[name])]) + reserve[name]


def _chain(
    name: str,
    life: Mapping[str, float],
    feeds: Mapping[str, list[str]],
    needs: Mapping[str, list[str]],
    lost: Collection[str],
) -> tuple[str, ...]:
    """Return the nodes from a failure to ``name``: back along what ended each of them."""
    chain = [name]
    while chain[-1] not in lost and np.isfinite(life[chain[-1]]):
        own = chain[-1]
        fed = max((life[one] for one in feeds[own]), default=np.inf)
        wanted = [one for one in needs[own] if life[one] <= fed]
        ended = wanted or [one for one in feeds[own] if life[one] == fed]
        fresh = sorted((life[one], one) for one in ended if one not in chain)
        if not fresh:
            break
        chain.append(fresh[0][1])
    return tuple(reversed(chain)) if np.isfinite(life[name]) else ()


def _no_tank_in_a_ring(
    feeds: Mapping[str, list[str]],
    needs: Mapping[str, list[str]],
    reserve: Mapping[str, float],
) -> None:
    at = {name: row for row, name in enumerate(feeds)}
    pairs = [(at[one], at[name]) for name in feeds for one in (*feeds[name], *needs[name])]
    if not pairs:
        return
    rows, columns = zip(*pairs, strict=True)
    ways = csr_array((np.ones(len(pairs)), (rows, columns)), shape=(len(at), len(at)))
    _, ring = connected_components(ways, directed=True, connection="strong")
    size = np.bincount(ring)
    raise_all(
        [
            Fault(
                "layers/utilities",
                Said("有储备的节点不在自己供自己的环里", "a node with a reserve outside any ring"),
                Said(f"{name} 在环里", f"{name} lies in a ring"),
                Said("把储备写在环外的节点上。", "State the reserve at a node outside the ring."),
                row + 2,
                "reserve_hours",
            )
            for name, row in at.items()
            if reserve[name] > 0 and size[ring[row]] > 1
        ],
        DataFault,
    )
