"""What must hold on any bare network, whatever its shape."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.simulation import run_network

SIDE = 4
NOISE, NOISE_SHARE = 3.0, 0.03
"""Seconds, and share of the whole, that a step of one second may lengthen a clearance by."""


def grid(seed):
    """Return a grid of ways of random length and width, an exit in a corner, and 60 persons."""
    luck = np.random.default_rng(seed)
    names = [f"n{i:02d}" for i in range(SIDE * SIDE)]
    ways = [(i, i + 1) for i in range(SIDE * SIDE) if i % SIDE < SIDE - 1]
    ways += [(i, i + SIDE) for i in range(SIDE * (SIDE - 1))]
    links = pd.DataFrame(
        {
            "link": [f"w{k:02d}" for k in range(len(ways))],
            "origin": [names[a] for a, _ in ways],
            "target": [names[b] for _, b in ways],
            "length": luck.uniform(5.0, 30.0, len(ways)).round(1),
            "width": luck.uniform(0.9, 3.0, len(ways)).round(2),
        }
    )
    nodes = pd.DataFrame({"node": names, "exit": [i == 0 for i in range(len(names))]})
    n = 60
    persons = pd.DataFrame(
        {
            "person": [f"p{i:02d}" for i in range(n)],
            "origin": [names[i] for i in luck.integers(1, len(names), n)],
            "speed": luck.uniform(0.5, 1.5, n).round(2),
            "release": luck.uniform(0.0, 30.0, n).round(0),
        }
    )
    return nodes, links, persons


def cleared(found):
    return float(found.persons["exit_time"].max())


@given(st.integers(0, 10_000), st.integers(0, 23))
@settings(deadline=None, max_examples=25)
def test_wider_ways_never_lengthen_the_clearance_beyond_noise(seed, which):
    nodes, links, persons = grid(seed)
    before = cleared(run_network(nodes, links, persons))
    wider = links.assign(width=links["width"].where(links.index != which, links["width"] * 2))
    after = cleared(run_network(nodes, wider, persons))
    assert after <= before * (1 + NOISE_SHARE) + NOISE


@given(st.integers(0, 10_000), st.lists(st.integers(0, 23), min_size=1, max_size=12, unique=True))
@settings(deadline=None, max_examples=25)
def test_closing_ways_never_brings_anybody_out_who_was_shut_in(seed, closed):
    nodes, links, persons = grid(seed)
    before = run_network(nodes, links, persons).persons.set_index("person")["exit_time"]
    fewer = links.drop(index=closed).reset_index(drop=True)
    after = run_network(nodes, fewer, persons).persons.set_index("person")["exit_time"]
    assert set(after.index[after.notna()]) <= set(before.index[before.notna()])


@given(st.integers(0, 10_000), st.integers(1, 15))
@settings(deadline=None, max_examples=25)
def test_an_exit_where_people_stand_brings_each_of_them_out_no_later(seed, where):
    nodes, links, persons = grid(seed)
    before = run_network(nodes, links, persons).persons.set_index("person")
    more = nodes.assign(exit=nodes["exit"] | (nodes.index == where))
    after = run_network(more, links, persons).persons.set_index("person")
    there = persons.loc[persons["origin"] == nodes["node"][where], "person"]
    assert (after.loc[there, "exit_time"] <= before.loc[there, "exit_time"]).all()


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=25)
def test_all_are_either_out_or_counted_and_half_the_step_tells_the_same(seed):
    nodes, links, persons = grid(seed)
    whole = run_network(nodes, links, persons)
    half = run_network(nodes, links, persons, step=0.5)
    assert whole.persons["exit_time"].notna().sum() == len(persons)
    assert whole.flow.loc[whole.flow["persons"] > 0, "persons"].min() >= 1
    assert abs(cleared(half) - cleared(whole)) <= NOISE + NOISE_SHARE * cleared(whole)
