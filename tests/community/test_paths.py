"""Shortest times on directed links: published values, one-way links, limits, routes."""

import networkx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.community.network import Network
from renlin.community.passage import Passage
from renlin.community.paths import along, field, first, graph, route, times_to

# Source: graphhopper/graphhopper, ShortestPathTreeTest: from, to, metres, km/h, both ways.
EDGES = (
    (0, 1, 70, 10, False), (0, 4, 50, 20, False), (1, 4, 70, 10, True), (1, 5, 70, 10, True),
    (1, 2, 200, 10, True), (5, 2, 50, 10, False), (2, 3, 50, 10, False), (5, 3, 110, 20, False),
    (3, 7, 70, 10, False), (4, 6, 50, 20, False), (5, 4, 70, 10, False), (5, 6, 70, 10, False),
    (7, 5, 50, 20, False), (6, 7, 50, 20, True), (3, 8, 25, 20, True),
)  # fmt: skip


def walked(edges, n_nodes):
    """Return a network and its times from (origin, target, forward, backward) in seconds."""
    links = pd.DataFrame(edges, columns=["origin", "target", "forward", "backward"])
    network = Network(pd.DataFrame(index=range(n_nodes)), links)
    nothing = np.full(len(links), "", dtype=object)
    times = Passage(links["forward"].to_numpy(float), links["backward"].to_numpy(float), nothing)
    return network, times


def published(measure):
    """Return the published network with ``measure(metres, km/h)`` as length of a link."""
    rows = []
    for origin, target, metres, kmh, both in EDGES:
        value = measure(metres, kmh)
        rows.append((origin, target, value, value if both else np.inf))
    return graph(*walked(rows, 9))


def seconds(metres, kmh):
    return metres / kmh * 3.6


def away(walks, source, **limits):
    """Return times from ``source`` to every node: searches run towards targets."""
    turned = type(walks)(walks.times.T.tocsr(), walks.link.T.tocsr())
    return field(turned, [source], **limits)


class TestPublishedValues:
    def test_times_from_node_0(self):
        found = away(published(seconds), 0).time
        expected = {0: 0, 4: 9.0, 6: 18.0, 1: 25.2, 7: 27.0, 5: 36.0, 2: 54.0, 3: 55.8, 8: 60.3}
        assert found[list(expected)] == pytest.approx(list(expected.values()), abs=1e-6)

    @pytest.mark.parametrize(("limit", "settled"), [(25.0, {0, 4, 6}), (26.0, {0, 1, 4, 6})])
    def test_a_time_limit_settles_what_lies_within_it(self, limit, settled):
        found = away(published(seconds), 0, limit=limit).time
        assert set(np.flatnonzero(np.isfinite(found))) == settled

    def test_searching_by_time_and_stopping_by_distance_measures_the_way_taken(self):
        walks = published(seconds)
        tree = away(walks, 5)
        metres = np.array([metres for _, _, metres, *_ in EDGES], dtype=float)
        walked_metres = along(tree, metres)
        within = {n: walked_metres[n] for n in range(9) if walked_metres[n] <= 110}
        assert within == {5: 0, 2: 50, 3: 110, 1: 70, 4: 70, 6: 70}
        assert walked_metres[7] == 120

    def test_one_way_links_are_walked_one_way(self):
        found = times_to(published(seconds), [0])[0]
        assert np.isinf(found[[1, 2, 3, 4, 5, 6, 7, 8]]).all()


def test_of_parallel_links_the_fastest_is_walked():
    walks = graph(*walked([(0, 1, 30.0, 30.0), (0, 1, 10.0, 12.0), (1, 0, 11.0, 40.0)], 2))
    assert walks.times[0, 1] == 10.0
    assert walks.times[1, 0] == 11.0
    assert walks.link[0, 1] - 1 == 1
    assert walks.link[1, 0] - 1 == 2


def test_a_link_without_length_is_passed_in_no_time():
    walks = graph(*walked([(0, 1, 0.0, 0.0), (1, 2, 5.0, 5.0)], 3))
    assert field(walks, [2]).time == pytest.approx([5.0, 5.0, 0.0], abs=1e-6)


def test_nobody_reaches_what_is_not_there():
    walks = graph(*walked([(0, 1, 1.0, 1.0)], 2))
    nowhere = field(walks, [])
    assert np.isinf(nowhere.time).all()
    assert (nowhere.target == -1).all()
    assert times_to(walks, []).shape == (0, 2)


def test_a_network_without_links_is_searched_too():
    walks = graph(*walked([], 3))
    tree = field(walks, [1])
    assert tree.time.tolist() == [np.inf, 0.0, np.inf]
    assert along(tree, np.array([])).tolist() == [np.inf, 0.0, np.inf]
    assert first(tree, np.array([], dtype=bool)).tolist() == [-1, -1, -1]


def test_a_route_lists_the_links_in_the_order_walked():
    walks = graph(*walked([(0, 1, 1.0, 1.0), (1, 2, 1.0, 1.0), (0, 2, 9.0, 9.0)], 4))
    tree = field(walks, [2])
    assert route(tree, 0) == [0, 1]
    assert route(tree, 2) == []
    assert route(tree, 3) == []
    assert tree.target.tolist() == [2, 2, 2, -1]


def test_the_first_marked_link_is_the_one_met_first():
    walks = graph(*walked([(0, 1, 1.0, 1.0), (1, 2, 1.0, 1.0), (2, 3, 1.0, 1.0)], 4))
    tree = field(walks, [3])
    assert first(tree, np.array([False, True, True])).tolist() == [1, 1, 2, -1]
    assert first(tree, np.array([False, False, False])).tolist() == [-1, -1, -1, -1]


links = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.floats(0.1, 50), st.floats(0.1, 50)),
    min_size=1,
    max_size=25,
).map(lambda edges: [edge for edge in edges if edge[0] != edge[1]])


@given(links, st.sets(st.integers(0, 7), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_times_and_sums_along_the_way_agree_with_a_plain_search(edges, targets):
    walks = graph(*walked(edges, 8))
    plain = networkx.DiGraph()
    plain.add_nodes_from(range(8))
    for origin, target, forward, backward in edges:
        for a, b, value in ((origin, target, forward), (target, origin, backward)):
            known = plain.get_edge_data(a, b, {"weight": np.inf})["weight"]
            plain.add_edge(a, b, weight=min(known, value))
    expected = networkx.multi_source_dijkstra_path_length(plain.reverse(), targets)
    tree = field(walks, sorted(targets))
    assert tree.time == pytest.approx([expected.get(node, np.inf) for node in range(8)])
    ones = np.ones(len(edges))
    for node in range(8):
        way = route(tree, node)
        assert along(tree, ones)[node] == (len(way) if np.isfinite(tree.time[node]) else np.inf)
        marked = np.arange(len(edges)) % 2 == 0
        met = [link for link in way if marked[link]]
        assert first(tree, marked)[node] == (met[0] if met else -1)


@given(links)
@settings(max_examples=30, deadline=None)
def test_closing_a_link_never_shortens_a_time(edges):
    before = field(graph(*walked(edges, 8)), [0]).time if edges else None
    for closed in range(len(edges)):
        shut = [
            (a, b, np.inf, np.inf) if n == closed else (a, b, f, w)
            for n, (a, b, f, w) in enumerate(edges)
        ]
        assert (field(graph(*walked(shut, 8)), [0]).time >= before - 1e-9).all()
