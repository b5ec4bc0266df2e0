"""Links whose loss cuts places off, against networkx and by hand."""

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.governance.bridges import cut_off


def found(n, links, goals):
    ends = np.array(links, dtype=np.int64).reshape(-1, 2)
    return {k: v.tolist() for k, v in cut_off(n, ends[:, 0], ends[:, 1], goals).items()}


def test_on_a_line_every_link_cuts_off_what_lies_behind_it():
    assert found(4, [(0, 1), (1, 2), (2, 3)], [0]) == {0: [1, 2, 3], 1: [2, 3], 2: [3]}


def test_a_ring_cuts_nobody_off():
    assert found(4, [(0, 1), (1, 2), (2, 3), (3, 0)], [0]) == {}


def test_two_parallel_links_stand_in_for_each_other():
    assert found(2, [(0, 1), (0, 1)], [0]) == {}


def test_a_line_between_two_goals_cuts_nobody_off_it():
    assert found(4, [(0, 1), (1, 2), (1, 3)], [0, 2]) == {2: [3]}


def test_what_reaches_no_goal_anyway_is_cut_off_by_nothing():
    assert found(4, [(0, 1), (2, 3)], [0]) == {0: [1]}


def test_a_lane_of_ten_thousand_links_is_no_deeper_than_the_stack():
    n = 10_000
    assert len(found(n, [(i, i + 1) for i in range(n - 1)], [0])) == n - 1


@settings(max_examples=80, deadline=None)
@given(
    st.integers(1, 8).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=12),
            st.sets(st.integers(0, n - 1), min_size=1, max_size=3),
        )
    )
)
def test_a_link_is_named_when_taking_it_out_leaves_somebody_without_a_goal(case):
    n, links, goals = case
    whole = nx.MultiGraph()
    whole.add_nodes_from(range(n))
    for key, (a, b) in enumerate(links):
        whole.add_edge(a, b, key=key)

    def reached(graph):
        parts = [part for part in nx.connected_components(graph) if part & goals]
        return set().union(*parts)

    expected = {}
    for key, (a, b) in enumerate(links):
        without = whole.copy()
        without.remove_edge(a, b, key=key)
        lost = reached(whole) - reached(without)
        if lost:
            expected[key] = sorted(lost)
    assert found(n, links, sorted(goals)) == expected
