"""Bare networks: parties, bodies, who knows the place, nodes passed on the way."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.errors import DataFault, SchemeFault
from renlin.simulation import run_network

NODES = pd.DataFrame(
    {"node": ["start", "back", "main"], "exit": [False, True, True], "known": [None, False, True]}
)
LINKS = pd.DataFrame(
    {
        "link": ["to_back", "to_main"],
        "origin": ["start", "start"],
        "target": ["back", "main"],
        "length": [10.0, 30.0],
        "width": [3.0, 3.0],
    }
)


def persons(*rows, **columns):
    made = pd.DataFrame({"person": [row[0] for row in rows], "speed": [row[1] for row in rows]})
    return made.assign(origin="start", **columns)


def times(found):
    return dict(zip(found.persons["person"], found.persons["exit_time"], strict=True))


THREE = (("a", 1.5), ("b", 1.0), ("c", 0.5))


def test_a_party_walks_at_the_speed_of_its_slowest():
    found = run_network(NODES, LINKS, persons(*THREE, party="family"))
    assert times(found) == {"a": 20.0, "b": 20.0, "c": 20.0}


def test_a_party_sets_out_when_the_last_of_it_is_ready():
    found = run_network(NODES, LINKS, persons(*THREE, party="family", release=[0, 30, 10]))
    assert found.persons["departure_time"].tolist() == [30.0] * 3


def test_who_walks_alone_does_not_wait_for_a_party():
    found = run_network(NODES, LINKS, persons(*THREE, party=[None, "two", "two"]))
    assert times(found)["a"] < 10.0
    assert times(found)["b"] == times(found)["c"] == pytest.approx(20.0, abs=0.5)


def test_a_party_counts_every_member_in_flow_and_capacity():
    nodes = NODES.assign(capacity=[None, 2, None])
    found = run_network(nodes, LINKS, persons(*THREE, party="family"))
    assert found.persons["exit"].tolist() == ["main"] * 3
    out = found.flow[found.flow["link"] == "to_main"]
    assert out["persons"].sum() == 3


def test_members_of_a_party_who_go_elsewhere_are_a_fault_each():
    some = persons(*THREE, party="family", exit=["back", "main", None])
    with pytest.raises(DataFault) as error:
        run_network(NODES, LINKS, some)
    assert [(f.row, f.column) for f in error.value.faults] == [(3, "exit"), (4, "exit")]


def wheels(**columns):
    return persons(("slim", 1.0), ("wheels", 1.0), exit="back", body=[0.0, 0.9], **columns)


def test_a_body_wider_than_the_only_way_does_not_get_through():
    narrow = LINKS.head(1).assign(width=0.7)
    found = times(run_network(NODES, narrow, wheels(), horizon=300.0))
    assert found["slim"] == 10.0
    assert np.isnan(found["wheels"])


def test_who_does_not_fit_through_the_way_to_an_exit_goes_to_the_next():
    found = run_network(NODES, LINKS.assign(width=[0.7, 3.0]), wheels(), horizon=300.0)
    assert found.persons["exit"].tolist() == ["back", "main"]


def test_a_party_is_as_wide_as_its_widest():
    narrow = LINKS.head(1).assign(width=0.7)
    found = run_network(NODES, narrow, wheels(party="pair"), horizon=300.0)
    assert found.persons["exit_time"].isna().all()


def test_who_does_not_know_the_place_takes_the_exit_everybody_knows():
    found = run_network(NODES, LINKS, persons(("here", 1.0), ("new", 1.0), familiar=[True, False]))
    assert found.persons["exit"].tolist() == ["back", "main"]


def test_who_does_not_know_the_place_takes_a_hidden_exit_where_no_other_is_in_reach():
    found = run_network(NODES, LINKS.head(1), persons(("new", 1.0), familiar=False))
    assert found.persons["exit"].tolist() == ["back"]


def test_a_party_knows_the_place_as_soon_as_one_of_it_does():
    pair = persons(("here", 1.0), ("new", 1.0), familiar=["yes", "no"], party="pair")
    assert run_network(NODES, LINKS, pair).persons["exit"].tolist() == ["back", "back"]


@pytest.mark.parametrize(("long", "taken"), [(25.0, 25.0), (35.0, 10.0)])
def test_who_does_not_know_the_place_counts_a_side_way_three_times(long, taken):
    """Side way of 10 m counts 30: a main way of 25 m is nearer to a newcomer, one of 35 is not."""
    ways = LINKS.assign(target="back", length=[10.0, long], main=[False, True])
    ways = pd.concat([ways, ways.tail(1).assign(link="on", origin="back", target="main")])
    ways.loc[ways["link"] == "to_main", "target"] = "corner"
    more = pd.concat(
        [NODES.assign(known=True), pd.DataFrame({"node": ["corner"], "exit": [False]})]
    )
    last = pd.DataFrame(
        {"link": ["last"], "origin": ["corner"], "target": ["back"], "length": [0.0], "width": [3]}
    )
    new = persons(("new", 1.0), familiar=False)
    found = run_network(more, pd.concat([ways, last]), new)
    assert found.persons["distance"][0] == pytest.approx(taken, abs=0.02)


def test_the_nodes_of_via_are_passed_in_order():
    """There and back and there again, 3 x 30 m, then back and on to the exit, 40 m."""
    found = run_network(NODES, LINKS, persons(("p", 1.0), exit="back", via="main; start ;main"))
    assert found.persons["distance"].tolist() == [130.0]
    assert found.persons["exit"].tolist() == ["back"]


def test_a_node_of_via_that_is_none_is_a_fault():
    with pytest.raises(DataFault) as error:
        run_network(NODES, LINKS, persons(("p", 1.0), via="main;gone"))
    assert [(f.row, f.column, f.got.en) for f in error.value.faults] == [(2, "via", "gone")]


@pytest.mark.parametrize(("level", "taken"), [(35.0, "stairs"), (33.0, "level")])
def test_a_metre_of_stairs_counts_as_the_catalogue_has_it(level, taken):
    """20 m of stairs cost 20 x 1.718 = 34.4 level metres."""
    ways = LINKS.assign(
        link=["stairs", "level"], length=[20.0, level], kind=["stair", "level"], target="back"
    )
    ways.loc[1, "target"] = "main"
    found = run_network(NODES.assign(known=True), ways, persons(("p", 1.0)))
    assert found.persons["exit"][0] == {"stairs": "back", "level": "main"}[taken]


def test_notes_are_not_read_and_words_may_stand_between_spaces():
    nodes = NODES.assign(note="the court", node=[" start", "back ", " main "])
    links = LINKS.assign(note="", origin=" start ", kind=" level ")
    plain = run_network(NODES, LINKS, persons(*THREE))
    spaced = run_network(nodes, links, persons(*THREE, note="-", exit=" "))
    assert times(plain) == times(spaced)


def test_ids_may_be_whole_numbers_with_gaps():
    nodes = pd.DataFrame({"node": [1, 2], "exit": [0, 1]})
    links = pd.DataFrame({"link": [7], "origin": [1], "target": [2], "length": [10], "width": [2]})
    people = pd.DataFrame(
        {"person": [1, 2], "origin": [1, 1], "exit": [2.0, np.nan], "speed": [1, 1]}
    )
    found = run_network(nodes, links, people).persons
    assert found["exit"].tolist() == ["2", "2"]


@pytest.mark.parametrize(
    ("column", "value"), [("speed", 1e9), ("speed", -1), ("size", 0), ("body", -0.1)]
)
def test_a_number_that_cannot_be_is_refused_by_name(column, value):
    with pytest.raises(DataFault) as error:
        run_network(NODES, LINKS, persons(("p", 1.0)).assign(**{column: [value]}))
    assert [(f.place, f.row, f.column) for f in error.value.faults] == [("persons", 2, column)]


def test_more_bins_than_can_be_held_are_refused_by_name():
    with pytest.raises(SchemeFault) as error:
        run_network(NODES, LINKS, persons(("p", 1.0)), bin=1e-9)
    assert [f.column for f in error.value.faults] == ["bin"]


def test_a_diagram_nobody_knows_is_refused_before_the_tables_are_read():
    with pytest.raises(SchemeFault) as error:
        run_network(NODES, LINKS, persons(("p", 1.0)), speed_density={"level": "wiedmann"})
    assert [f.column for f in error.value.faults] == ["speed_density.level"]


@given(st.permutations(range(8)), st.lists(st.integers(0, 3), min_size=8, max_size=8))
@settings(deadline=None, max_examples=20)
def test_the_order_of_rows_and_the_names_of_parties_never_matter(order, party):
    speeds = [0.6 + 0.1 * i for i in range(8)]
    some = persons(
        *((f"p{i}", speeds[i]) for i in range(8)), release=[float(i % 3) for i in range(8)]
    )
    named = some.assign(party=[f"party{k}" if k else None for k in party])
    other = named.assign(party=[{1: "z", 2: "m", 3: "a"}.get(k) for k in party])
    mixed = other.iloc[list(order)].reset_index(drop=True)
    narrow = LINKS.assign(width=0.9)
    assert times(run_network(NODES, narrow, named)) == times(run_network(NODES, narrow, mixed))


@given(st.integers(1, 40), st.integers(1, 5), st.floats(0.6, 2.5))
@settings(deadline=None, max_examples=20)
def test_parties_are_conserved_and_pass_no_faster_than_the_capacity(n, size, width):
    some = persons(*((f"p{i:02d}", 1.3) for i in range(n)), exit="back")
    together = some.assign(party=[f"g{i // size}" for i in range(n)])
    way = LINKS.assign(width=[width, 3.0])
    found = run_network(NODES, way, together, horizon=7200.0)
    assert found.persons["exit_time"].notna().all()
    out = found.flow[found.flow["link"] == "to_back"]
    assert out["persons"].sum() == n
    for start in out["time"]:
        here = out[(out["time"] >= start) & (out["time"] < start + 20.0)]
        assert here["persons"].sum() <= width * 1.33 * 20.0 + 2 * size
