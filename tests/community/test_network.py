"""Lines become one walk network: what is joined, what stays apart, what each link is."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from renlin.catalogue.load import load
from renlin.community.assembly import assemble
from renlin.community.community import GEOMETRY_TABLES
from renlin.community.folder import open_community
from renlin.community.network import Network
from renlin.community.passage import passage
from renlin.community.paths import field, graph, route
from renlin.community.tables import conform

CRS = "EPSG:32650"
TABLES = ("buildings", "entrances", "dwellings", "walks", "gates", "spaces", "facilities")


@pytest.fixture(scope="module")
def catalogue():
    return load()


@pytest.fixture(scope="module")
def willow():
    return open_community("tests/places/willow").network


@pytest.fixture(scope="module")
def network(catalogue):
    """Return a function from rows of tables to their network."""

    def build(**rows) -> Network:
        tables = {}
        for name in TABLES:
            frame = conform(pd.DataFrame(rows.get(name, [])), name, catalogue, place=name)
            assert not frame.faults, frame.faults
            table = frame.table
            if name == "facilities":
                table["geometry"] = [
                    Point(x, y) for x, y in zip(table["x"], table["y"], strict=True)
                ]
            if name in GEOMETRY_TABLES:
                table = gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)
            tables[name] = table
        return assemble(tables, catalogue)

    return build


GATE_ROW = {"gate": "g", "name": "东门", "width": 1.2, "open_hours": "05:00-23:00"}
BUILDING = {"building": "A", "name": "1", "floors": 3, "geometry": box(0, 5, 20, 15)}
DOOR = {"entrance": "A-1", "building": "A", "name": "1单元", "geometry": Point(10, 5)}
GROUND = {"space": "s", "name": "操场", "kind": "sports", "geometry": box(40, -10, 60, 10)}
SHELTER = {"facility": "f", "kind": "shelter", "name": "避难点", "space": "s", "x": 50, "y": 0}


def walk(name, *places, **facts):
    return {"walk": name, "kind": "footway", "geometry": LineString(places), **facts}


def parts(network, walk):
    links = network.links
    return links[
        (links["place"] == walk) & (links["table"] == "walks") & (links["kind"] != "approach")
    ]


def joined(network, a, b):
    """Return whether two walks hang together without inferred links."""
    first, second = parts(network, a).iloc[0], parts(network, b).iloc[0]
    return network.component[first["origin"]] == network.component[second["origin"]]


class TestJunctions:
    def test_ends_that_meet_are_one_junction(self, network):
        made = network(walks=[walk("a", (0, 0), (8, 0)), walk("b", (8, 0), (8, 9))])
        assert joined(made, "a", "b")
        assert len(made.nodes) == 3

    def test_a_path_that_ends_on_a_street_cuts_it_in_two(self, network):
        made = network(walks=[walk("street", (0, 0), (9, 0)), walk("path", (4, 0), (4, 7))])
        assert sorted(parts(made, "street")["length"]) == pytest.approx([4, 5])
        assert joined(made, "street", "path")

    def test_lines_that_cross_without_a_common_end_stay_apart(self, network):
        made = network(walks=[walk("a", (0, 0), (8, 0)), walk("b", (4, -4), (4, 4))])
        assert not joined(made, "a", "b")

    def test_a_gap_beyond_the_tolerance_leaves_an_island(self, network, catalogue):
        gap = catalogue.number("mend_reach") * 1.5
        made = network(walks=[walk("a", (0, 0), (8, 0)), walk("b", (8 + gap, 0), (16, 0))])
        assert not joined(made, "a", "b")
        assert made.component_inferred.max() == 1

    def test_paths_from_both_sides_meet_at_one_place_of_the_street(self, network, catalogue):
        off = catalogue.number("node_tolerance") * 0.9
        made = network(
            walks=[
                walk("street", (0, 0), (30, 0)),
                walk("left", (12, off), (12, 9)),
                walk("right", (12 + off, -off), (12, -9)),
            ]
        )
        assert joined(made, "left", "right")
        assert joined(made, "left", "street")

    def test_a_path_that_ends_beside_the_end_of_a_street_is_joined(self, network, catalogue):
        near = catalogue.number("node_tolerance") * 0.8
        made = network(walks=[walk("street", (0, 0), (9, 0)), walk("path", (near, near), (0, 9))])
        assert joined(made, "street", "path")

    def test_a_footbridge_is_not_the_path_beside_it(self, network, catalogue):
        near = catalogue.number("node_tolerance") * 0.5
        made = network(
            walks=[
                walk("bridge", (0, 0), (9, 0), level=1),
                walk("path", (9 + near, 0), (20, 0), level=0),
                walk("under", (4, near), (4, 9), level=0),
            ]
        )
        assert not joined(made, "bridge", "path")
        assert not joined(made, "bridge", "under")

    def test_a_bridge_is_joined_to_the_path_it_ends_on(self, network):
        made = network(
            walks=[walk("bridge", (0, 0), (9, 0), level=1), walk("path", (9, 0), (20, 0), level=0)]
        )
        assert joined(made, "bridge", "path")

    def test_steps_without_a_level_join_any_level(self, network, catalogue):
        near = catalogue.number("node_tolerance") * 0.5
        made = network(
            walks=[
                walk("bridge", (0, 0), (9, 0), level=1),
                walk("steps", (9, near), (9, 5), kind="steps"),
                walk("street", (9, 5 + near), (20, 5), level=0),
            ]
        )
        assert joined(made, "bridge", "street")

    def test_cutting_keeps_length_and_steps(self, network):
        made = network(walks=[walk("flight", (0, 0), (35, 0), kind="steps", steps=70)])
        cut = parts(made, "flight")
        assert len(cut) == 4
        assert cut["length"].sum() == pytest.approx(35)
        assert cut["steps"].sum() == pytest.approx(70)

    @settings(max_examples=15, deadline=None)
    @given(order=st.permutations(range(5)))
    def test_the_order_of_rows_changes_no_component(self, network, order):
        rows = [
            walk("a", (0, 0), (20, 0)),
            walk("b", (10, 0), (10, 9)),
            walk("c", (10, 9.2), (30, 9)),
            walk("d", (50, 0), (60, 0)),
            walk("e", (20, 0.3), (20, 5)),
        ]
        made = network(walks=[rows[i] for i in order])
        assert [joined(made, "a", other) for other in "bcde"] == [True, True, False, True]
        drawn = made.links[~made.links["inferred"]]
        assert drawn["length"].sum() == pytest.approx(20 + 9 + np.hypot(20, 0.2) + 10 + 4.7)


class TestRepairs:
    """Joins that a rule proposes exist in the hopeful view only, with their reason."""

    def joins(self, made):
        links = made.links[made.links["kind"] == "join"]
        assert links["inferred"].all()
        assert (links["joined"] != "").all()
        return links[["joined", "length"]].to_numpy().tolist()

    def test_lines_that_cross_on_one_level_are_proposed_as_a_crossing(self, network):
        made = network(walks=[walk("a", (0, 0), (8, 0)), walk("b", (4, -4), (4, 4))])
        assert self.joins(made) == [["crossing", 0.0]]
        assert made.component_inferred.max() == 0
        assert made.component.max() == 1

    @pytest.mark.parametrize(
        "facts", [{"level": 1}, {"kind": "bridge"}, {"kind": "steps"}, {"level": -1}]
    )
    def test_what_may_pass_above_or_below_is_not(self, network, facts):
        made = network(walks=[walk("a", (0, 0), (8, 0)), walk("b", (4, -4), (4, 4), **facts)])
        assert self.joins(made) == []

    def test_two_bridges_of_one_level_cross(self, network):
        deck = {"kind": "bridge", "level": 1}
        made = network(
            walks=[walk("a", (0, 0), (8, 0), **deck), walk("b", (4, -4), (4, 4), **deck)]
        )
        assert self.joins(made) == [["crossing", 0.0]]

    def test_lines_that_already_meet_are_not_joined_again(self, network):
        made = network(walks=[walk("a", (0, 0), (8, 0)), walk("b", (4, -0.2), (4, 4))])
        assert self.joins(made) == []

    def test_an_end_that_falls_short_is_joined_to_the_nearest_line(self, network, catalogue):
        gap = catalogue.number("mend_reach") * 0.8
        made = network(
            walks=[
                walk("street", (0, 0), (40, 0)),
                walk("path", (10, gap), (10, 30)),
                walk("far", (10, -2 * gap), (10, -30)),
            ]
        )
        assert self.joins(made) == [["dangling", pytest.approx(gap)]]

    def test_two_ends_that_face_each_other_are_joined_once(self, network):
        made = network(walks=[walk("a", (0, 0), (8, 0)), walk("b", (10, 0), (20, 0))])
        assert self.joins(made) == [["dangling", pytest.approx(2)]]

    def test_a_way_drawn_twice_is_joined_where_it_begins_and_ends(self, network):
        made = network(walks=[walk("a", (0, 0), (20, 0)), walk("b", (5, 0), (15, 0))])
        assert self.joins(made) == []
        assert made.component.max() == 0

    def test_an_adult_walks_a_proposed_crossing_hopefully_and_never_surely(
        self, network, catalogue
    ):
        made = network(walks=[walk("a", (0, 0), (8, 0)), walk("b", (4, -4), (4, 4))])
        adult, at = catalogue.classes["adult"], (made.links["kind"] == "join").to_numpy()
        hopeful = passage(made, adult, catalogue, view="optimistic")
        careful = passage(made, adult, catalogue, view="pessimistic")
        assert np.isfinite(hopeful.forward[at]).all()
        assert careful.reason[at].tolist() == ["inferred"]

    @settings(max_examples=15, deadline=None)
    @given(order=st.permutations(range(4)))
    def test_the_order_of_rows_changes_no_join(self, network, order):
        rows = [
            walk("a", (0, 0), (20, 0)),
            walk("b", (10, -5), (10, 9)),
            walk("c", (23, 0), (40, 0)),
            walk("d", (35, 3), (35, 30)),
        ]
        made = network(walks=[rows[i] for i in order])
        assert sorted(self.joins(made)) == [
            ["crossing", 0.0], ["dangling", pytest.approx(3)], ["dangling", pytest.approx(3)],
        ]  # fmt: skip
        names = made.links.loc[made.links["kind"] == "join", "link"]
        assert sorted(names) == ["join/a/b/10.0,0.0", "join/a/c/20.0,0.0", "join/c/d/35.0,0.0"]


class TestGates:
    def test_a_gate_parts_the_line_it_stands_on(self, network, catalogue):
        made = network(
            walks=[walk("a", (0, 0), (8, 0))], gates=[{**GATE_ROW, "geometry": Point(4, 0)}]
        )
        gate = made.links[made.links["kind"] == "gate"]
        assert gate["link"].tolist() == ["gate/g"]
        assert gate["length"].tolist() == [catalogue.number("gate_depth")]
        rest = made.links[made.links["kind"] != "gate"]
        ends = rest[["origin", "target"]].to_numpy().ravel()
        assert len(set(ends)) == 4, "the two halves share no node"
        assert made.component.max() == 0

    def test_a_gate_where_three_ways_meet_stands_between_all_of_them(self, network):
        made = network(
            walks=[
                walk("a", (0, 0), (8, 0)),
                walk("b", (8, 0), (16, 0)),
                walk("c", (8, 0), (8, 8)),
            ],
            gates=[{**GATE_ROW, "geometry": Point(8, 0)}],
        )
        gate = made.links[made.links["kind"] == "gate"]
        assert sorted(gate["link"]) == ["gate/g/1", "gate/g/2", "gate/g/3"]
        touched = [
            set(parts(made, name)[["origin", "target"]].to_numpy().ravel()) for name in "abc"
        ]
        assert not touched[0] & (touched[1] | touched[2])
        assert not touched[1] & touched[2]
        assert made.component.max() == 0

    def test_a_gate_between_two_ways_is_passed_once(self, network):
        made = network(
            walks=[walk("a", (0, 0), (8, 0)), walk("b", (8, 0), (16, 0))],
            gates=[{**GATE_ROW, "geometry": Point(8, 0)}],
        )
        assert (made.links["kind"] == "gate").sum() == 1
        assert made.component.max() == 0

    def test_a_gate_far_from_every_line_controls_nothing(self, network, catalogue):
        far = catalogue.number("snap_tolerance") + 1
        made = network(
            walks=[walk("a", (0, 0), (8, 0))], gates=[{**GATE_ROW, "geometry": Point(4, far)}]
        )
        assert (made.links["kind"] == "gate").sum() == 0


class TestUnits:
    def test_two_flights_lead_from_each_storey_to_the_next(self, network, catalogue):
        made = network(buildings=[BUILDING], entrances=[DOOR], walks=[walk("a", (0, 0), (20, 0))])
        stairs = made.links[made.links["kind"] == "stair"]
        assert sorted(stairs["link"]) == [
            "stair/A-1/2/1", "stair/A-1/2/2", "stair/A-1/3/1", "stair/A-1/3/2",
        ]  # fmt: skip
        rise = catalogue.number("storey_height") / 2
        run = rise * catalogue.number("stair_tread") / catalogue.number("stair_riser")
        along = math.hypot(rise, run) + catalogue.number("landing_length")
        assert stairs["length"].tolist() == pytest.approx([along] * 4)
        assert (stairs["slope"] < 0).all(), "stairs run from the upper to the lower landing"

    def test_a_door_is_joined_to_the_street_before_it(self, network):
        made = network(buildings=[BUILDING], entrances=[DOOR], walks=[walk("a", (10, 0), (19, 0))])
        approach = made.links[made.links["link"] == "approach/A-1"].iloc[0]
        assert approach["length"] == pytest.approx(5)
        assert not approach["inferred"]
        assert (
            made.component[made.landing_of["A-1", 3]]
            == made.component[made.node_of["entrances", "A-1"]]
        )

    @pytest.mark.parametrize(("inferred", "away", "guessed"), [("yes", 5, False), ("no", 30, True)])
    def test_a_join_is_inferred_by_its_length_and_not_by_who_drew_the_door(
        self, network, inferred, away, guessed
    ):
        street = walk("a", (0, 5 - away), (20, 5 - away))
        door = {**DOOR, "inferred": inferred}
        made = network(buildings=[BUILDING], entrances=[door], walks=[street])
        approach = made.links[made.links["link"] == "approach/A-1"].iloc[0]
        assert bool(approach["inferred"]) is guessed

    def test_a_door_beyond_the_join_limit_stays_alone(self, network, catalogue):
        away = catalogue.number("join_limit") + 1
        street = walk("a", (0, 5 - away), (20, 5 - away))
        made = network(buildings=[BUILDING], entrances=[DOOR], walks=[street])
        assert not made.links["link"].eq("approach/A-1").any()

    def test_a_street_door_does_not_open_on_a_bridge(self, network):
        lines = [
            walk("bridge", (0, 4), (20, 4), level=1),
            walk("street", (0, -5), (20, -5), level=0),
        ]
        made = network(buildings=[BUILDING], entrances=[DOOR], walks=lines)
        assert made.links.set_index("link").loc["approach/A-1", "place"] == "street"

    @pytest.mark.parametrize(
        ("facts", "word"),
        [
            ({}, None),
            ({"steps": 0}, "yes"),
            ({"steps": 2}, "no"),
            ({"steps": 2, "ramp": "yes"}, "yes"),
            ({"wheelchair": "limited"}, "limited"),
            ({"steps": 0, "wheelchair": "no"}, "no"),
        ],
    )
    def test_who_passes_the_street_door(self, network, facts, word):
        door = {**DOOR, **facts}
        made = network(buildings=[BUILDING], entrances=[door], walks=[walk("a", (0, 0), (20, 0))])
        found = made.links.set_index("link").loc["threshold/A-1", "wheelchair"]
        assert found == word if word else pd.isna(found)


class TestFacilities:
    def test_a_space_is_entered_where_a_way_reaches_its_edge(self, network):
        made = network(walks=[walk("a", (0, 0), (40, 0))], spaces=[GROUND], facilities=[SHELTER])
        inside = made.links[made.links["kind"] == "inside"]
        assert inside["length"].tolist() == pytest.approx([10])

    def test_a_bridge_over_a_space_does_not_enter_it(self, network):
        made = network(
            walks=[walk("bridge", (0, 0), (100, 0), level=1)],
            spaces=[GROUND],
            facilities=[SHELTER],
        )
        assert not made.links["kind"].isin(["inside", "approach"]).any()


class TestTagsChangeTheAnswer:
    """Two ways lead from home to the gate: 30 m straight, 50 m around."""

    def times(self, network, catalogue, who, view="optimistic", **facts):
        lines = [
            walk("home", (0, 0), (2, 0), slope=0, steps=0, width=3),
            walk("straight", (2, 0), (32, 0), **{"slope": 0, "steps": 0, "width": 3, **facts}),
            walk("around", (2, 0), (2, 10), (32, 10), (32, 0), slope=0, steps=0, width=3),
            walk("out", (32, 0), (34, 0), slope=0, steps=0, width=3),
        ]
        made = network(walks=lines)
        kind = catalogue.classes[who]
        walked = passage(made, kind, catalogue, view=view)
        end = int(parts(made, "out").iloc[-1]["target"])
        start = int(parts(made, "home").iloc[0]["origin"])
        towards = field(graph(made, walked), [end])
        ways = {str(made.links["place"].iloc[link]) for link in route(towards, start)}
        return "straight" if "straight" in ways else "around"

    @pytest.mark.parametrize(
        "facts",
        [
            {"kind": "steps", "steps": 5},
            {"kind": "steps", "steps": None},
            {"wheelchair": "no"},
            {"width": 0.5},
            {"slope": 0.2},
        ],
        ids=str,
    )
    def test_a_wheelchair_goes_around_what_it_cannot_pass(self, network, catalogue, facts):
        assert self.times(network, catalogue, "wheelchair_manual", **facts) == "around"
        assert self.times(network, catalogue, "wheelchair_manual") == "straight"

    @pytest.mark.parametrize("facts", [{"wheelchair": "no"}, {"slope": 0.1}, {"steps": 0}], ids=str)
    def test_an_adult_goes_straight(self, network, catalogue, facts):
        assert self.times(network, catalogue, "adult", **facts) == "straight"

    @pytest.mark.parametrize("facts", [{"width": None}, {"slope": None}, {"steps": None}], ids=str)
    def test_what_is_unknown_stops_a_wheelchair_only_in_the_careful_view(
        self, network, catalogue, facts
    ):
        assert self.times(network, catalogue, "wheelchair_manual", **facts) == "straight"
        careful = self.times(network, catalogue, "wheelchair_manual", "pessimistic", **facts)
        assert careful == "around"

    def test_a_tag_that_says_yes_settles_what_is_unknown(self, network, catalogue):
        facts = {"width": None, "slope": None, "steps": None, "wheelchair": "yes"}
        assert (
            self.times(network, catalogue, "wheelchair_manual", "pessimistic", **facts)
            == "straight"
        )


class TestWillow:
    def test_the_house_without_a_path_to_the_lane_is_an_island(self, willow):
        door = willow.node_of["entrances", "C-1"]
        home = willow.node_of["entrances", "A-1"]
        assert willow.component[door] != willow.component[home]
        assert willow.component_inferred[door] != willow.component_inferred[home]

    def test_grandma_lin_is_four_flights_above_her_door(self, willow):
        stairs = willow.links[(willow.links["kind"] == "stair") & (willow.links["place"] == "A-1")]
        assert len(stairs) == 4
        assert willow.links.set_index("link").loc["gate/east", "open_hours"] == "05:00-23:00"
