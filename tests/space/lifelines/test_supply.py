"""Ways of supply, single points and the link to add: by hand, and against every possibility."""

import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point
from tests.community.drawn import willow

from renlin.community.supply import feeders, lives, serving, ways_apart
from renlin.space.lifelines.links import candidates, cheapest_links, worst_off
from renlin.space.lifelines.supply import by_building, losses, single_points

CATALOGUE = willow().catalogue
COLUMNS = ["utility", "service", "fed_by", "needs", "reserve_hours", "serves"]
HOUSED = pd.DataFrame(
    {
        "building": ["A", "A", "B", "C"],
        "household": ["h1", "h2", "h3", "h4"],
        "vulnerable": [True, False, True, False],
        "persons": [1, 2, 3, 4],
    }
)


def net(*rows):
    made = [
        {"utility": name, "service": service, "fed_by": fed or None, "needs": needs or None,
         "reserve_hours": reserve, "serves": serves or None}
        for name, service, fed, needs, reserve, serves in rows
    ]  # fmt: skip
    return pd.DataFrame(made, columns=COLUMNS)


TOWN = net(
    ("grid", "power", "", "", np.nan, ""),
    ("box-1", "power", "grid", "", np.nan, "A;B"),
    ("box-2", "power", "grid", "", np.nan, "A"),
    ("street", "water", "", "", np.nan, "B"),
    ("pump", "water", "street", "box-1", np.nan, ""),
    ("tank", "water", "pump", "", 6.0, "A"),
)


class TestByHand:
    def test_two_boxes_on_one_grid_are_two_links_and_one_single_point(self):
        table = by_building(TOWN, losses(TOWN), HOUSED).set_index(["building", "service"])
        row = table.loc[("A", "power")]
        assert (row["node_ways"], row["link_ways"], row["single_points"]) == (1, 2, "grid")

    def test_a_pump_that_needs_power_makes_the_box_a_single_point_of_water(self):
        table = by_building(TOWN, losses(TOWN), HOUSED).set_index(["building", "service"])
        row = table.loc[("A", "water")]
        assert row["single_points"] == "box-1;grid;pump;street;tank"
        assert row["first_h"] == 0.0

    def test_a_house_no_record_serves_is_unknown(self):
        table = by_building(TOWN, losses(TOWN), HOUSED).set_index(["building", "service"])
        row = table.loc[("C", "power")]
        assert row["state"] == "unknown"
        assert row[["node_ways", "link_ways", "n_single"]].isna().all()

    def test_points_are_ranked_by_vulnerable_households(self):
        table = single_points(losses(TOWN), HOUSED, level=0.95).set_index("part")
        assert table.loc["grid", ["rank", "households", "vulnerable", "persons"]].tolist() == [
            1,
            3,
            2,
            6,
        ]
        assert table.loc["grid", "services"] == "power;water"
        assert table.loc["grid", ["first_h", "last_h"]].tolist() == [0.0, 6.0]
        assert table.loc["street>pump", ["kind", "households"]].tolist() == ["link", 2]
        assert table.loc["grid", "gap"] == pytest.approx(1.0 - 0.5)
        assert "box-2" not in table.index

    def test_nobody_at_all_makes_no_point(self):
        assert len(single_points(losses(TOWN), HOUSED.iloc[:0], level=0.95)) == 0
        assert len(losses(net())) == 0

    def test_a_link_that_fails_leaves_its_node_unfed_and_no_source(self):
        assert lives(TOWN, (), [("grid", "box-2")])[0]["box-2"] == 0.0
        assert lives(TOWN, (), [("grid", "box-2")])[0]["box-1"] == np.inf


class TestCheapest:
    SPOTS = {
        "s1": Point(0, 0),
        "s2": Point(100, 0),
        "m": Point(0, 50),
        "A": Point(0, 90),
        "B": Point(90, 90),
    }
    ROWS = (
        ("s1", "gas", "", "", np.nan, ""),
        ("s2", "gas", "", "", np.nan, "B"),
        ("m", "gas", "s1", "", np.nan, "A;B"),
    )

    def best(self, rows=ROWS, spots=None):
        town = net(*rows)
        table = by_building(town, losses(town), HOUSED)
        found = cheapest_links(town, table, spots or self.SPOTS, CATALOGUE)
        return found.set_index("service").loc["gas"]

    def test_a_second_way_must_not_hang_on_the_same_source(self):
        row = self.best()
        assert (row["building"], row["source"], row["target"]) == ("A", "s2", "A")
        assert row["length"] == pytest.approx(np.hypot(100, 90))
        assert row["cost"] == pytest.approx(row["length"] * CATALOGUE.number("link_cost_gas"))
        assert (row["ways_before"], row["ways_after"], row["state"]) == (1, 2, "placed")

    def test_a_place_nobody_drew_has_no_cost(self):
        row = self.best(spots={"m": Point(0, 50)})
        assert row["state"] == "not_placed"
        assert np.isnan(row["cost"])

    def test_where_no_link_helps_it_is_said(self):
        row = self.best(rows=(("s1", "gas", "", "", np.nan, "A"),))
        assert (row["state"], row["source"], row["ways_after"]) == ("none", "", 1)

    def test_the_worst_off_has_fewest_ways_then_most_single_points(self):
        town = net(*self.ROWS)
        assert worst_off(by_building(town, losses(town), HOUSED))["building"].tolist() == ["A"]


NETS = st.lists(st.tuples(st.integers(0, 63), st.integers(0, 3)), min_size=2, max_size=6)


def drawn_net(rows):
    """Return a net in which every node is fed by earlier ones; serving A (1) and B (2)."""
    names = [f"n{k}" for k in range(len(rows))]
    return net(
        *(
            (names[k], "gas", ";".join(names[j] for j in range(k) if fed >> j & 1), "", np.nan,
             ";".join(b for n, b in enumerate("AB") if serves >> n & 1))
            for k, (fed, serves) in enumerate(rows)
        )
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(NETS)
def test_ways_apart_equal_networkx_and_the_smallest_cut(rows):
    town = drawn_net(rows)
    feeds = feeders(town)
    for ends in serving(town, "gas").values():
        nodes, links = ways_apart(feeds, ends)
        graph = nx.DiGraph()
        graph.add_nodes_from(feeds)
        graph.add_edges_from((a, b) for b, own in feeds.items() for a in own)
        graph.add_edges_from(("START", n) for n, own in feeds.items() if not own)
        graph.add_edges_from((end, "END") for end in ends)
        ways = graph.to_directed()
        for a, b in ways.edges:
            ways[a][b]["capacity"] = 99 if a == "START" else 1
        assert links == nx.maximum_flow_value(ways, "START", "END")
        assert nodes == nx.node_connectivity(graph, "START", "END")
        assert nodes == _smallest_cut(town, ends)


def _smallest_cut(town, ends):
    """Return the fewest nodes whose loss leaves no serving node alive, by trying all sets."""
    names = list(town["utility"])
    for size in range(len(names) + 1):
        for lost in itertools.combinations(names, size):
            life = lives(town, lost)[0]
            if all(life[end] == 0.0 for end in ends):
                return size
    return None


@settings(max_examples=40, deadline=None)
@given(NETS)
def test_single_points_equal_trying_every_node(rows):
    town = drawn_net(rows)
    table = by_building(town, losses(town), HOUSED).set_index(["building", "service"])
    for building, ends in serving(town, "gas").items():
        tried = [
            name for name in town["utility"]
            if max(lives(town, [name])[0][end] for end in ends) == 0.0
        ]  # fmt: skip
        assert table.loc[(building, "gas"), "single_points"] == ";".join(tried)
        assert (len(tried) > 0) == (table.loc[(building, "gas"), "node_ways"] == 1)


@settings(max_examples=25, deadline=None)
@given(NETS, st.lists(st.integers(0, 200), min_size=8, max_size=8, unique=True))
def test_no_link_that_adds_a_way_is_cheaper(rows, places):
    town = drawn_net(rows)
    names = [*town["utility"], "A", "B"]
    spots = {name: Point(x, 0) for name, x in zip(names, places, strict=False)}
    table = by_building(town, losses(town), HOUSED)
    found = cheapest_links(town, table, spots, CATALOGUE)
    for row in found[found["service"] == "gas"].to_dict("records"):
        lengths = [
            spots[a].distance(spots[b])
            for a, b, feeds, ends in candidates(town, "gas", row["building"])
            if ways_apart(feeds, ends)[0] > row["ways_before"]
        ]
        if lengths:
            assert row["length"] == min(lengths)
        else:
            assert row["state"] == "none"
