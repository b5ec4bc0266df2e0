"""Network: the same parts, bridges, cut vertices and steps as networkx, on known graphs."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renlin.needs.ties.graph import UNREACHED, cuts, parts, steps

KNOWN = {
    "karate": nx.karate_club_graph(),
    "florentine": nx.florentine_families_graph(),
    "path": nx.path_graph(6),
    "barbell": nx.barbell_graph(4, 2),
    "nobody": nx.empty_graph(0),
    "strangers": nx.empty_graph(4),
}


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 12))
    node = st.integers(0, n - 1)
    made = nx.empty_graph(n)
    made.add_edges_from(draw(st.lists(st.tuples(node, node), max_size=18)))
    return made


def numbered(graph):
    at = {node: i for i, node in enumerate(sorted(graph))}
    pairs = np.array([(at[a], at[b]) for a, b in graph.edges], dtype=np.int64).reshape(-1, 2)
    plain = nx.relabel_nodes(graph, at)
    plain.remove_edges_from(list(nx.selfloop_edges(plain)))
    return plain, len(at), pairs


def agree(graph):
    plain, n, pairs = numbered(graph)
    found = cuts(n, pairs)
    assert [tuple(b) for b in found.bridges] == sorted(tuple(sorted(b)) for b in nx.bridges(plain))
    whole = sorted(map(len, nx.connected_components(plain)), reverse=True)
    assert np.bincount(parts(n, pairs), minlength=1)[1:].tolist() == whole
    joints = set(nx.articulation_points(plain)) if n else set()
    assert set(np.flatnonzero(found.n_cut_off).tolist()) == joints
    for node in plain:
        rest = plain.subgraph(nx.node_connected_component(plain, node) - {node})
        pieces = [len(piece) for piece in nx.connected_components(rest)]
        assert found.n_cut_off[node] == (sum(pieces) - max(pieces) if pieces else 0)
    for (a, b), beyond in zip(found.bridges.tolist(), found.n_beyond.tolist(), strict=True):
        cut = plain.copy()
        cut.remove_edge(a, b)
        sides = (len(nx.node_connected_component(cut, end)) for end in (a, b))
        assert beyond == min(sides)


@pytest.mark.parametrize("name", list(KNOWN))
def test_known_graphs_fall_apart_where_networkx_says(name):
    agree(KNOWN[name])


@given(graphs())
def test_any_graph_falls_apart_where_networkx_says(graph):
    agree(graph)


@given(graphs(), st.data())
def test_steps_are_the_shortest_ways_with_and_without_a_clique(graph, data):
    plain, n, pairs = numbered(graph)
    marks = st.lists(st.booleans(), min_size=n, max_size=n)
    sources, clique = (np.array(data.draw(marks), dtype=bool) for _ in range(2))
    for together in (None, clique):
        wide = plain.copy()
        if together is not None:
            wide.add_edges_from(nx.complete_graph(np.flatnonzero(together).tolist()).edges)
        starts = set(np.flatnonzero(sources).tolist())
        told = nx.multi_source_dijkstra_path_length(wide, starts, weight=None) if starts else {}
        assert steps(n, pairs, sources, together).tolist() == [
            told.get(node, UNREACHED) for node in range(n)
        ]


def test_the_karate_club_has_one_bridge_and_one_joint():
    _, n, pairs = numbered(KNOWN["karate"])
    found = cuts(n, pairs)
    assert found.bridges.tolist() == [[0, 11]]
    assert found.n_cut_off[0] == 6
    assert np.flatnonzero(found.n_cut_off).tolist() == [0]


def test_of_the_florentine_families_the_medici_hold_two_others():
    graph = KNOWN["florentine"]
    _, n, pairs = numbered(graph)
    found = cuts(n, pairs)
    names = sorted(graph)
    joints = {names[i]: int(found.n_cut_off[i]) for i in np.flatnonzero(found.n_cut_off)}
    assert joints == {"Albizzi": 1, "Guadagni": 1, "Medici": 3, "Salviati": 1}


def test_a_long_chain_needs_no_recursion():
    pairs = np.column_stack([np.arange(20_000), np.arange(1, 20_001)])
    assert len(cuts(20_001, pairs).bridges) == 20_000
    assert cuts(20_001, pairs).n_cut_off[10_000] == 10_000
