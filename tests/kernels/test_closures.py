"""One closed link in turn, and two ways apart, against plain searches and by hand."""

from __future__ import annotations

from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.kernels.closures import Arcs, Ways, apart, arcs, turned, worst

INF = np.inf


class Case:
    """A network of two-way links (tail, head, seconds there, seconds back), and facilities."""

    def __init__(self, links, facilities, n, shut=()):
        self.links, self.facilities, self.n = links, facilities, n
        self.may_close = np.array([0 if k in shut else 1 for k in range(len(links))], np.int8)
        tail = np.array([a for a, *_ in links] + [b for _, b, *_ in links], np.int64)
        head = np.array([b for _, b, *_ in links] + [a for a, *_ in links], np.int64)
        time = np.array([t for *_, t, _ in links] + [t for *_, t in links], float)
        link = np.array(list(range(len(links))) * 2, np.int64)
        open_ = np.isfinite(time)
        self.out = arcs(tail[open_], head[open_], time[open_], link[open_], n)

    def ways(self) -> Ways:
        time, _ = self.times()
        next_node, next_link = np.full(self.n, -1), np.full(self.n, -1)
        for u in range(self.n):
            if u in self.facilities or not np.isfinite(time[u]):
                continue
            a, b = self.out.start[u : u + 2]
            arc = min(range(a, b), key=lambda k: self.out.time[k] + time[self.out.head[k]])
            next_node[u], next_link[u] = self.out.head[arc], self.out.link[arc]
        return Ways(time, next_node.astype(np.int64), next_link.astype(np.int64))

    def times(self, closed=-1):
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(range(self.n))
        for k, (a, b, there, back) in enumerate(self.links):
            if k != closed:
                graph.add_weighted_edges_from([(b, a, there), (a, b, back)])
        graph.remove_edges_from([e for e in graph.edges(keys=True, data="weight") if e[3] == INF])
        if not self.facilities:
            return np.full(self.n, INF), graph
        found = nx.multi_source_dijkstra_path_length(graph, set(self.facilities))
        return np.array([found.get(v, INF) for v in range(self.n)]), graph


@st.composite
def cases(draw):
    n = draw(st.integers(2, 8))
    node = st.integers(0, n - 1)
    second = st.sampled_from([1.0, 2.0, 3.0, 5.0, 8.0])
    back = st.one_of(second, st.just(INF))
    link = st.tuples(node, node, second, back).filter(lambda one: one[0] != one[1])
    links = draw(st.lists(link, min_size=1, max_size=14))
    facilities = draw(st.lists(node, min_size=1, max_size=3, unique=True))
    shut = draw(st.sets(st.integers(0, len(links) - 1), max_size=2))
    return Case(links, facilities, n, shut)


@settings(max_examples=150, deadline=None)
@given(cases(), st.sampled_from([4.0, 9.0, INF]))
def test_the_worst_closure_is_that_of_closing_every_link_in_turn(case, limit):
    ways = case.ways()
    weight = np.stack([np.ones(case.n), np.arange(case.n)], axis=1).astype(float)
    time, link, lost = worst(case.out, turned(case.out), ways, case.may_close, weight, limit)
    near = np.isfinite(ways.time) & (ways.time <= limit)
    closed = {k: case.times(k)[0] for k in np.flatnonzero(case.may_close)}
    for v in np.flatnonzero(near):
        own = max([ways.time[v], *(t[v] for t in closed.values())])
        assert time[v] == (own if own <= limit else INF)
        if link[v] >= 0:
            own = closed[link[v]][v]
            assert time[v] == (own if own <= limit else INF)
    for k, without in closed.items():
        beyond = near & ~(np.isfinite(without) & (without <= limit))
        assert lost[k].tolist() == weight[beyond].sum(axis=0).tolist()
    assert (lost[case.may_close == 0] == 0).all()


def _all_ways(case: Case, home: int):
    """Return (facility, seconds, links that may close) of every way without a circle."""
    found, stack = [], [(home, 0.0, frozenset(), (home,))]
    while stack:
        node, time, used, seen = stack.pop()
        if node in case.facilities:
            found.append((node, time, used))
        for arc in range(case.out.start[node], case.out.start[node + 1]):
            there, link = int(case.out.head[arc]), int(case.out.link[arc])
            if there not in seen:
                more = used | ({link} if case.may_close[link] else set())
                stack.append((there, time + case.out.time[arc], more, (*seen, there)))
    return found


@settings(max_examples=150, deadline=None)
@given(cases())
def test_two_ways_apart_have_the_least_time_of_all_pairs_that_share_nothing(case):
    ways, homes = case.ways(), np.arange(case.n)
    longer, one, other = apart(case.out, ways, case.may_close, homes, INF)
    for home in range(case.n):
        every = _all_ways(case, home)
        pairs = [
            (a[1] + b[1], max(a[1], b[1]))
            for a, b in product(every, every)
            if a[0] != b[0] and not a[2] & b[2]
        ]
        if not pairs:
            assert longer[home] == INF
            continue
        least = min(pairs)[0]
        assert longer[home] in {longest for total, longest in pairs if total == least}
        assert one[home] != other[home]
        assert {int(one[home]), int(other[home])} <= set(case.facilities)


@settings(max_examples=60, deadline=None)
@given(cases(), st.sampled_from([3.0, 6.0, 9.0]))
def test_a_limit_hides_only_what_takes_longer(case, limit):
    ways, homes = case.ways(), np.arange(case.n)
    whole, *_ = apart(case.out, ways, case.may_close, homes, INF)
    within, *_ = apart(case.out, ways, case.may_close, homes, limit)
    assert (within[whole <= limit] == whole[whole <= limit]).all()
    assert (within >= whole).all()


def test_the_quickest_way_may_be_given_up_for_two_that_share_nothing():
    """Quickest 0-1-2-3 runs over the bridge 1-2; apart are 0-1-5 and 0-4-2-3."""
    links = [(0, 1, 1, 1), (1, 2, 1, 1), (2, 3, 1, 1), (0, 4, 3, 3), (4, 2, 3, 3), (1, 5, 6, 6)]
    case = Case([(a, b, float(x), float(y)) for a, b, x, y in links], [3, 5], 6)
    longer, one, other = apart(case.out, case.ways(), case.may_close, np.array([0]), INF)
    assert longer.tolist() == [7.0]
    assert {int(one[0]), int(other[0])} == {3, 5}


def test_a_parallel_way_stands_in_for_the_closed_one():
    case = Case([(0, 1, 2.0, 2.0), (0, 1, 3.0, 3.0)], [1], 2)
    time, link, lost = worst(
        case.out, turned(case.out), case.ways(), case.may_close, np.ones((2, 1)), 10.0
    )
    assert (time[0], link[0], lost.sum()) == (3.0, 0, 0.0)


def test_of_two_links_that_cut_somebody_off_the_one_near_the_facility_is_named():
    case = Case([(0, 1, 1.0, 1.0), (1, 2, 1.0, 1.0)], [2], 3)
    time, link, lost = worst(
        case.out, turned(case.out), case.ways(), case.may_close, np.ones((3, 1)), 10.0
    )
    assert (time[0], link[0]) == (INF, 1)
    assert lost[:, 0].tolist() == [1.0, 2.0]


def test_arcs_are_in_order_and_turn_round_and_back():
    made = arcs(
        np.array([1, 0, 0]), np.array([0, 1, 1]), np.array([3.0, 2.0, 1.0]), np.array([0, 1, 2]), 2
    )
    assert made.link.tolist() == [2, 1, 0]
    again = turned(turned(made))
    assert all((a == b).all() for a, b in zip(made, again, strict=True))
    assert isinstance(made, Arcs)
    assert pytest.approx(made.time) == [1.0, 2.0, 3.0]
