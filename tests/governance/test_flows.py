"""How many helpers could be found at best, against networkx and by hand."""

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.governance.generator import blocks
from tests.governance.planted import eligible

from renlin.governance.flows import most_met, ranks, shortest_reach


def deficiency(home, helper, need, capacity):
    """Return the units of need no flow can meet, worked out by networkx."""
    network = nx.DiGraph()
    network.add_nodes_from(["source", "sink"])
    for h, units in enumerate(need):
        network.add_edge("source", ("home", h), capacity=int(units))
    for m, room in enumerate(capacity):
        network.add_edge(("helper", m), "sink", capacity=int(room))
    for h, m in zip(home, helper, strict=True):
        network.add_edge(("home", int(h)), ("helper", int(m)), capacity=1)
    return int(sum(need)) - nx.maximum_flow_value(network, "source", "sink")


@st.composite
def cases(draw):
    n, m = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    pairs = draw(st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, m - 1))))
    need = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    room = draw(st.lists(st.integers(0, 3), min_size=m, max_size=m))
    rank = draw(st.lists(st.sampled_from([1.0, 2.0, 3.0]), min_size=n, max_size=n))
    time = draw(st.lists(st.integers(1, 9), min_size=len(pairs), max_size=len(pairs)))
    home, helper = (np.array([p[i] for p in sorted(pairs)], dtype=np.int64) for i in (0, 1))
    return home, helper, np.array(need), np.array(room), np.array(rank), np.array(time, dtype=float)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_what_is_met_is_need_less_the_deficiency_of_the_greatest_flow(case):
    home, helper, need, room, *_ = case
    assert most_met(home, helper, need, room) == need.sum() - deficiency(home, helper, need, room)


def test_a_generated_community_of_twenty_buildings_has_the_deficiency_networkx_finds():
    demand = blocks(20, 120, 60)
    home, helper = eligible(demand)
    need = demand.households["need"].to_numpy()
    room = demand.helpers["capacity"].to_numpy().astype(int)
    lacking = deficiency(home, helper, need, room)
    assert lacking > 0
    assert need.sum() - most_met(home, helper, need, room) == lacking


@settings(max_examples=60, deadline=None)
@given(cases())
def test_serving_the_highest_rank_first_costs_no_unit_in_all(case):
    home, helper, need, room, rank, _ = case
    found = ranks(home, helper, need, room, rank)
    assert list(found) == sorted(found)
    if found:
        assert found[-1] == most_met(home, helper, need, room)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_shortest_reach_is_the_first_that_meets_as_much_by_every_rank(case):
    home, helper, need, room, rank, time = case
    best = ranks(home, helper, need, room, rank)
    found = shortest_reach(home, helper, time, need, room, rank)
    if sum(best) == 0:
        assert found == 0.0
        return
    enough = [
        limit for limit in sorted(set(time))
        if ranks(home[time <= limit], helper[time <= limit], need, room, rank) == best
    ]  # fmt: skip
    assert found == enough[0]


def test_one_helper_of_one_household_meets_one_of_two():
    two, one = np.array([0, 1]), np.array([0, 0])
    assert most_met(two, one, np.array([1, 1]), np.array([1])) == 1
    assert most_met(two[:0], one[:0], np.array([1]), np.array([1])) == 0
