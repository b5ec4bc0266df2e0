"""Say what one closed link, or one facility fewer, costs everybody on a walk network.

:func:`worst` closes every link of every quickest way in turn. Only the nodes whose way leads
over a link can be slower without it, and where they leave their branch of the tree of
quickest ways the rest of the way is known; so each closure is a search in one branch.

:func:`apart` finds for each home two ways to two facilities that share no link which may
close, of least total time: the quickest way, then the cheapest change of it that adds one
(Bhandari's form of Suurballe's method; source: suurballe_tarjan1984).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from renlin.kernels.compiled import compiled, entry
from renlin.kernels.contract import F8, I1, I8
from renlin.kernels.heap import Heap, heap, pop, push

CANCEL = -2
"""Stands for the arc in ``by`` where a way goes back along the quickest one."""


class Arcs(NamedTuple):
    """Directed arcs by the node they leave, parallel ones all kept.

    Attributes
    ----------
    start
        int64 (n_nodes + 1,): first arc of each node.
    head
        int64 (n_arcs,): node led to.
    time
        float64 (n_arcs,), s, above 0.
    link
        int64 (n_arcs,): link of the network; its two directions close together.
    """

    start: I8
    head: I8
    time: F8
    link: I8


class Ways(NamedTuple):
    """The tree of quickest ways to the nearest facility.

    Attributes
    ----------
    time
        float64 (n_nodes,), s; infinite where none is reached.
    next_node, next_link
        int64 (n_nodes,): what comes next; -1 at facilities and where none is reached.
    """

    time: F8
    next_node: I8
    next_link: I8


def arcs(tail: I8, head: I8, time: F8, link: I8, n_nodes: int) -> Arcs:
    """Return arcs in order of tail, head, time and link."""
    order = np.lexsort((link, time, head, tail))
    counts = np.bincount(tail, minlength=n_nodes)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Arcs(
        start, head[order].astype(np.int64), time[order].astype(np.float64),
        link[order].astype(np.int64),
    )  # fmt: skip


def turned(out: Arcs) -> Arcs:
    """Return the same arcs by the node they lead to; ``head`` is the node they leave."""
    n_nodes = len(out.start) - 1
    tail = np.repeat(np.arange(n_nodes), np.diff(out.start))
    return arcs(out.head, tail, out.time, out.link, n_nodes)


@entry
def worst(
    out: Arcs, into: Arcs, ways: Ways, may_close: I1, weight: F8, limit: float
) -> tuple[F8, I8, F8]:
    """Return for each node the time when its worst link closes, that link, and who loses.

    Parameters
    ----------
    out, into
        Open arcs and :func:`turned` of them.
    ways
        Quickest ways over the same arcs.
    may_close
        int8 (n_links,): 1 where a link is closed in turn.
    weight
        float64 (n_nodes, n_columns): what is lost with a node that falls beyond ``limit``.
    limit
        Seconds, closed. Nodes beyond it already are left out.

    Returns
    -------
    Seconds, infinite beyond ``limit`` (n_nodes,); the link, of equals the one nearest to
    the facility, -1 where no closure costs time (n_nodes,); the sums of ``weight`` lost with
    each link (n_links, n_columns).
    """
    n = len(ways.time)
    worst_time, worst_link = ways.time.copy(), np.full(n, -1, np.int64)
    lost = np.zeros((len(may_close), weight.shape[1]))
    children, first_child = branches(ways)
    mark, reach = np.full(n, -1, np.int64), np.full(n, np.inf)
    held = heap(len(out.head) + n + 1)
    branch = np.empty(n, np.int64)
    for top in np.argsort(ways.time, kind="mergesort"):
        link = ways.next_link[top]
        if not ways.time[top] <= limit:
            break
        if link < 0 or may_close[link] == 0:
            continue
        size = grown(branch, top, children, first_child, ways, limit, mark)
        detours(out, into, ways, branch, size, top, link, limit, mark, reach, held)
        for at in range(size):
            node = branch[at]
            if reach[node] > worst_time[node]:
                worst_time[node], worst_link[node] = reach[node], link
            if reach[node] > limit or reach[node] == np.inf:
                lost[link] += weight[node]
    return worst_time, worst_link, lost


@compiled
def branches(ways: Ways) -> tuple[I8, I8]:
    """Return the nodes that go on to each node, and where those of each begin."""
    n = len(ways.time)
    first = np.zeros(n + 1, np.int64)
    for node in range(n):
        if ways.next_node[node] >= 0:
            first[ways.next_node[node] + 1] += 1
    for node in range(n):
        first[node + 1] += first[node]
    at, children = first[:-1].copy(), np.empty(first[n], np.int64)
    for node in range(n):
        parent = ways.next_node[node]
        if parent >= 0:
            children[at[parent]] = node
            at[parent] += 1
    return children, first


@compiled
def grown(branch: I8, top: int, children: I8, first: I8, ways: Ways, limit: float, mark: I8) -> int:
    """Fill ``branch`` with the nodes whose way leads over ``top``; return how many."""
    branch[0], mark[top], size, done = top, top, 1, 0
    while done < size:
        node = branch[done]
        done += 1
        for at in range(first[node], first[node + 1]):
            child = children[at]
            if ways.time[child] <= limit:
                branch[size], mark[child] = child, top
                size += 1
    return size


@compiled
def detours(
    out: Arcs, into: Arcs, ways: Ways, branch: I8, size: int, top: int, link: int, limit: float,
    mark: I8, reach: F8, held: Heap,
) -> None:  # fmt: skip
    """Fill ``reach`` of the branch with the times without ``link``."""
    for at in range(size):
        node = branch[at]
        reach[node] = np.inf
        for arc in range(out.start[node], out.start[node + 1]):
            there = out.head[arc]
            if out.link[arc] != link and mark[there] != top:
                reach[node] = min(reach[node], out.time[arc] + ways.time[there])
        if reach[node] < np.inf and reach[node] <= limit:
            push(held, reach[node], node)
        else:
            reach[node] = np.inf
    while held.size[0] > 0:
        time, node = pop(held)
        if time > reach[node]:
            continue
        for arc in range(into.start[node], into.start[node + 1]):
            back = into.head[arc]
            longer = time + into.time[arc]
            inside = mark[back] == top and into.link[arc] != link
            if inside and longer <= limit and longer < reach[back]:
                reach[back] = longer
                push(held, longer, back)


@entry
def apart(out: Arcs, ways: Ways, may_close: I1, homes: I8, limit: float) -> tuple[F8, I8, I8]:
    """Return for each home the longer of two ways that share nothing which may close.

    Parameters
    ----------
    homes
        int64 (n_homes,): nodes.
    limit
        Seconds; where two ways together need more than twice as long the search ends.

    Returns
    -------
    Seconds of the longer way, infinite where there are no two within twice the limit
    (n_homes,); the facilities both end at, -1 where none (n_homes,) each.
    """
    n, m = len(ways.time), len(homes)
    longer = np.full(m, np.inf)
    one, other = np.full(m, -1, np.int64), np.full(m, -1, np.int64)
    cost, before, by = np.full(n, np.inf), np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    behind, leads = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    held = heap(2 * len(out.head) + 2 * n + 1)
    for at in range(m):
        home = homes[at]
        if not ways.time[home] <= limit:
            continue
        nearest = trace(ways, home, behind)
        spare = 2.0 * (limit - ways.time[home])
        found, touched = changed(
            out, ways, may_close, home, nearest, behind, spare, cost, before, by, held
        )
        if found >= 0:
            longer[at] = longest(out, ways, home, nearest, found, before, by, leads)
            one[at], other[at] = nearest, found
        for node in touched:
            cost[node], before[node], by[node] = np.inf, -1, -1
        forget(ways, home, behind)
    return longer, one, other


@compiled
def trace(ways: Ways, home: int, behind: I8) -> int:
    """Note in ``behind`` what comes before each node of the quickest way; return its end."""
    node = home
    while ways.next_node[node] >= 0:
        behind[ways.next_node[node]] = node
        node = ways.next_node[node]
    return node


@compiled
def forget(ways: Ways, home: int, behind: I8) -> None:
    """Take back what :func:`trace` noted."""
    node = home
    while ways.next_node[node] >= 0:
        node = ways.next_node[node]
        behind[node] = -1


@compiled
def changed(
    out: Arcs, ways: Ways, may_close: I1, home: int, nearest: int, behind: I8, spare: float,
    cost: F8, before: I8, by: I8, held: Heap,
) -> tuple[int, list[int]]:  # fmt: skip
    """Search another facility from ``home``; times count beyond those of the quickest ways.

    The quickest way may not be walked again where it may close, but be taken back for
    nothing. Returns the facility, -1 where none within ``spare``, and the nodes touched.
    """
    touched = [home]
    cost[home] = 0.0
    held.size[0] = 0
    push(held, 0.0, home)
    while held.size[0] > 0:
        here, node = pop(held)
        if here > cost[node]:
            continue
        if here > spare:
            break
        if ways.next_node[node] < 0 and node != nearest:
            return node, touched
        back = behind[node]
        if back >= 0 and here < cost[back]:
            if cost[back] == np.inf:
                touched.append(back)
            cost[back], before[back], by[back] = here, node, CANCEL
            push(held, here, back)
        on_way = node == home or back >= 0
        for arc in range(out.start[node], out.start[node + 1]):
            there, link = out.head[arc], out.link[arc]
            if on_way and link == ways.next_link[node] and may_close[link] != 0:
                continue
            if ways.time[there] == np.inf:
                continue
            extra = max(0.0, out.time[arc] + ways.time[there] - ways.time[node])
            if here + extra < cost[there]:
                if cost[there] == np.inf:
                    touched.append(there)
                cost[there], before[there], by[there] = here + extra, node, arc
                push(held, here + extra, there)
    return -1, touched


@compiled
def longest(
    out: Arcs, ways: Ways, home: int, nearest: int, found: int, before: I8, by: I8, leads: I8
) -> float:
    """Return the time of the longer of the two ways the search has made."""
    total, node = ways.time[home], found
    while node != home:
        if by[node] == CANCEL:
            total -= ways.time[node] - ways.time[ways.next_node[node]]
        else:
            total += out.time[by[node]]
            leads[before[node]] = by[node]
        node = before[node]
    first = walked(out, ways, home, nearest, found, leads)
    node = found
    while node != home:
        node = before[node]
        leads[node] = -1
    return float(max(first, total - first))


@compiled
def walked(out: Arcs, ways: Ways, home: int, nearest: int, found: int, leads: I8) -> float:
    """Return the time of the way that leaves as the change does, wherever that leads off."""
    time, node = 0.0, home
    while node != found and node != nearest:
        arc = leads[node]
        if arc >= 0:
            leads[node] = -1
            time += out.time[arc]
            node = out.head[arc]
        else:
            time += ways.time[node] - ways.time[ways.next_node[node]]
            node = ways.next_node[node]
    return time
