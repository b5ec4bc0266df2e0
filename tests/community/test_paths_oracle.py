"""Shortest times against networkx and a published case: parallel, one-way, limits, cut edges."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.community.network import Network
from renlin.community.passage import Passage
from renlin.community.paths import along, field, graph, route, times_to

INF = np.inf


def network(links, n):
    """Return a network of (origin, target, metres); times come with a passage."""
    frame = pd.DataFrame(links, columns=["origin", "target", "length"])
    nodes = pd.DataFrame({"node": range(n), "kind": "junction", "x": 0.0, "y": 0.0})
    return Network(nodes, gpd.GeoDataFrame(frame.assign(geometry=None)))


def passage(forward, backward):
    there, back = np.array(forward, float), np.array(backward, float)
    return Passage(there, back, np.full(len(there), "", dtype=object))


links = st.lists(
    st.tuples(
        st.integers(0, 7),
        st.integers(0, 7),
        st.sampled_from([1.0, 2.0, 3.5, 9.0, INF]),
        st.sampled_from([1.0, 2.0, 3.5, 9.0, INF]),
    ).filter(lambda one: one[0] != one[1]),
    min_size=1,
    max_size=24,
)


@given(links, st.sets(st.integers(0, 7), min_size=1, max_size=3))
@settings(max_examples=120, deadline=None)
def test_times_are_those_of_networkx_with_parallel_and_one_way_links(drawn, targets):
    place = network([(a, b, 1.0) for a, b, *_ in drawn], 8)
    walks = graph(place, passage([t for *_, t, _ in drawn], [t for *_, t in drawn]))
    peer = nx.MultiDiGraph()
    peer.add_nodes_from(range(8))
    for a, b, there, back in drawn:
        peer.add_weighted_edges_from([(a, b, there)] if there < INF else [])
        peer.add_weighted_edges_from([(b, a, back)] if back < INF else [])
    towards = field(walks, sorted(targets))
    each = times_to(walks, sorted(targets))
    for row, target in enumerate(sorted(targets)):
        own = nx.single_source_dijkstra_path_length(peer.reverse(), target)
        assert each[row] == pytest.approx([own.get(node, INF) for node in range(8)])
    assert towards.time == pytest.approx(each.min(axis=0))
    for start in range(8):
        if np.isfinite(towards.time[start]):
            steps = route(towards, start)
            assert sum(_time(drawn[link], start, k, steps, drawn) for k, link in enumerate(steps)) \
                == pytest.approx(towards.time[start])  # fmt: skip


def _time(link, start, k, steps, drawn):
    """Return the time of the k-th step of a route, in the direction it is walked."""
    at = start
    for number in steps[:k]:
        a, b, *_ = drawn[number]
        at = b if at == a else a
    a, _, there, back = link
    return there if at == a else back


# Source: the tree of shortest paths of graphhopper's tests. from, to, metres, km/h, both ways.
ROADS = [
    (0, 1, 70, 10, False), (0, 4, 50, 20, False), (1, 4, 70, 10, True), (1, 5, 70, 10, True),
    (1, 2, 200, 10, True), (5, 2, 50, 10, False), (2, 3, 50, 10, False), (5, 3, 110, 20, False),
    (3, 7, 70, 10, False), (4, 6, 50, 20, False), (5, 4, 70, 10, False), (5, 6, 70, 10, False),
    (7, 5, 50, 20, False), (6, 7, 50, 20, True), (3, 8, 25, 20, True),
]  # fmt: skip
MILLISECONDS = {0: 0, 4: 9_000, 6: 18_000, 1: 25_200, 7: 27_000, 5: 36_000, 2: 54_000,
                3: 55_800, 8: 60_300}  # fmt: skip


class TestPublishedTree:
    """Searches run towards targets, so the roads are turned round: from 0 becomes to 0."""

    place = network([(a, b, metres) for a, b, metres, *_ in ROADS], 9)
    metres = np.array([float(m) for _, _, m, *_ in ROADS])

    def walks(self):
        time = [3.6 * m / speed for _, _, m, speed, _ in ROADS]
        there = [t if both else INF for t, (*_, both) in zip(time, ROADS, strict=True)]
        return graph(self.place, passage(there, time))

    def test_all_times_from_the_origin(self):
        found = field(self.walks(), [0]).time
        assert {node: round(1000 * found[node]) for node in range(9)} == MILLISECONDS

    def test_a_limit_settles_what_lies_within_it_and_the_cut_edges_end_beyond(self):
        for limit, settled in ((25.0, {0, 4, 6}), (26.0, {0, 4, 6, 1})):
            found = field(self.walks(), [0], limit=limit).time
            assert set(np.flatnonzero(np.isfinite(found))) == settled
        within = set(np.flatnonzero(np.isfinite(field(self.walks(), [0], limit=25.0).time)))
        cut = {
            b for a, b, *_ in ROADS if a in within and b not in within
        } | {a for a, b, *_, both in ROADS if both and b in within and a not in within}  # fmt: skip
        assert cut == {1, 7}

    def test_metres_walked_are_those_of_the_quickest_way_not_of_the_shortest(self):
        """Search by time, measure along the way: stopping by metres would take another way."""
        from_five = field(self.walks(), [5])
        walked = along(from_five, self.metres)
        assert sorted(walked[walked <= 110].tolist()) == [0, 50, 70, 70, 70, 110]
        assert 120 in walked
