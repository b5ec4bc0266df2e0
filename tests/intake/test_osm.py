"""Layers of a map: buildings, ways, gates, doors, spaces, facilities, and what is dropped."""

import math
import os
from pathlib import Path

import pytest
from shapely import LineString, Point
from tests.intake.osm_drawing import Drawing

from renlin.catalogue.load import load
from renlin.errors import DataFault
from renlin.intake.osm import read_osm


@pytest.fixture(scope="module")
def catalogue():
    return load()


@pytest.fixture
def drawing():
    return Drawing()


@pytest.fixture
def read(tmp_path, catalogue):
    def reading(drawing, text=None):
        path = tmp_path / "place.osm"
        path.write_text(text or drawing.text(), encoding="utf-8")
        return read_osm(path, catalogue)

    return reading


def row(layers, table, key):
    frame = layers.tables[table]
    found = frame[frame.iloc[:, 0] == key]
    assert len(found) == 1, frame.iloc[:, 0].tolist()
    return found.iloc[0]


def why(layers, key):
    notes = layers.dropped
    return notes.loc[notes["id"] == key, "reason_en"].tolist()


def keys(layers, table):
    return layers.tables[table].iloc[:, 0].tolist()


class TestBuildings:
    def test_a_closed_way_is_a_footprint_in_metres(self, drawing, read):
        way = drawing.ring(0, 0, 20, 10, {"building": "apartments", "building:levels": "6"})
        found = row(read(drawing), "buildings", f"w{way}")
        assert found["geometry"].area == pytest.approx(200, rel=0.01)
        assert (found["floors"], found["use"]) == (6, "dwelling")

    def test_the_zone_is_that_of_the_place(self, drawing, read):
        drawing.ring(0, 0, 20, 10, {"building": "yes"})
        assert read(drawing).crs == "EPSG:32650"

    def test_outlying_nodes_do_not_choose_the_zone(self, drawing, read):
        for n in range(4):
            drawing.ring(n * 30, 0, 20, 10, {"building": "yes"})
        far = [drawing.node(2_000_000 + n, 0) for n in range(3)]
        road = drawing.way(far, {"highway": "primary"})
        layers = read(drawing)
        assert layers.crs == "EPSG:32650"
        assert why(layers, f"w{road}") == ["far from the map's main part"]

    def test_the_inner_ring_of_a_relation_is_a_courtyard(self, drawing, read):
        outer = drawing.ring(0, 0, 30, 30)
        inner = drawing.ring(10, 10, 10, 10)
        key = drawing.relation([(outer, "outer"), (inner, "inner")], {"building": "yes"})
        found = row(read(drawing), "buildings", f"r{key}")
        assert found["geometry"].area == pytest.approx(800, rel=0.01)

    def test_a_ring_of_two_ways_closes(self, drawing, read):
        a, b, c, d = (drawing.node(x, y) for x, y in ((0, 0), (20, 0), (20, 10), (0, 10)))
        one, two = drawing.way([a, b, c]), drawing.way([a, d, c])
        key = drawing.relation([(one, "outer"), (two, "outer")], {"building": "yes"})
        assert row(read(drawing), "buildings", f"r{key}")["geometry"].area == pytest.approx(
            200, rel=0.01
        )

    def test_a_tagged_outline_of_a_relation_is_one_building(self, drawing, read):
        outer = drawing.ring(0, 0, 30, 30, {"building": "yes"})
        key = drawing.relation([(outer, "outer")], {"building": "yes"})
        layers = read(drawing)
        assert keys(layers, "buildings") == [f"r{key}"]
        assert "outline" in why(layers, f"w{outer}")[0]

    def test_a_relation_without_its_members_falls_back_to_tagged_ways(self, drawing, read):
        outer = drawing.ring(0, 0, 30, 30, {"building": "yes"})
        key = drawing.relation([(99_999, "outer")], {"building": "yes"})
        layers = read(drawing)
        assert keys(layers, "buildings") == [f"w{outer}"]
        assert "no outer ring closes" in why(layers, f"r{key}")[0]

    def test_a_clipped_inner_ring_does_not_become_a_building(self, drawing, read):
        inner = drawing.ring(10, 10, 10, 10)
        key = drawing.relation([(99_999, "outer"), (inner, "inner")], {"building": "yes"})
        layers = read(drawing)
        assert keys(layers, "buildings") == []
        assert why(layers, f"r{key}")

    def test_missing_nodes_cost_one_building_and_no_other(self, drawing, read):
        good = drawing.ring(0, 0, 20, 10, {"building": "yes"})
        a, b, c = (drawing.node(x, 50) for x in (0, 20, 40))
        bad = drawing.way([a, b, c, 99_999, a], {"building": "yes"})
        layers = read(drawing)
        assert keys(layers, "buildings") == [f"w{good}"]
        assert why(layers, f"w{bad}") == ["positions of 1 nodes are missing"]

    def test_a_figure_of_eight_is_refused_and_a_spike_is_mended(self, drawing, read):
        eight = [drawing.node(x, y) for x, y in ((0, 0), (20, 10), (20, 0), (0, 10))]
        crossed = drawing.way([*eight, eight[0]], {"building": "yes"})
        small = (
            (0, 50),
            (40, 50),
            (40, 90),
            (20, 90),
            (20, 90.2),
            (20.2, 90.1),
            (19.9, 90),
            (0, 90),
        )
        nodes = [drawing.node(x, y) for x, y in small]
        spiked = drawing.way([*nodes, nodes[0]], {"building": "yes"})
        layers = read(drawing)
        assert keys(layers, "buildings") == [f"w{spiked}"]
        assert "crosses itself" in why(layers, f"w{crossed}")[0]
        assert layers.mended["id"].tolist() == [f"w{spiked}"]
        assert row(layers, "buildings", f"w{spiked}")["geometry"].is_valid

    def test_open_outlines_giants_and_buildings_that_are_none_are_left_out(self, drawing, read):
        nodes = [drawing.node(x, 0) for x in (0, 10, 20, 30)]
        gap = drawing.way(nodes, {"building": "yes"})
        giant = drawing.ring(0, 100, 900, 900, {"building": "yes"})
        drawing.ring(0, 50, 10, 10, {"building": "no"})
        layers = read(drawing)
        assert keys(layers, "buildings") == []
        assert why(layers, f"w{gap}") == ["its outline is not closed"]
        assert "no single building" in why(layers, f"w{giant}")[0]

    def test_storeys_out_of_bounds_stay_unknown_and_are_listed(self, drawing, read):
        way = drawing.ring(0, 0, 20, 10, {"building": "yes", "building:levels": "600"})
        layers = read(drawing)
        assert row(layers, "buildings", f"w{way}")["floors"] is None
        assert layers.unknown[["key", "value"]].to_numpy().tolist() == [["building:levels", "600"]]

    def test_names_in_any_alphabet_are_kept(self, drawing, read):
        way = drawing.ring(0, 0, 20, 10, {"building": "yes", "name": "Дом № 3 — 三号楼 مبنى"})
        assert row(read(drawing), "buildings", f"w{way}")["name"] == "Дом № 3 — 三号楼 مبنى"


class TestWalks:
    def test_ways_are_cut_where_they_share_a_node(self, drawing, read):
        a, b, c, d = (drawing.node(x, y) for x, y in ((0, 0), (50, 0), (100, 0), (50, 40)))
        street = drawing.way([a, b, c], {"highway": "residential"})
        path = drawing.way([b, d], {"highway": "footway"})
        layers = read(drawing)
        assert keys(layers, "walks") == [f"w{street}-1", f"w{street}-2", f"w{path}"]
        assert row(layers, "walks", f"w{street}-1")["geometry"].length == pytest.approx(
            50, rel=0.01
        )

    def test_a_bridge_over_a_street_shares_nothing_with_it(self, drawing, read):
        street = drawing.way([drawing.node(0, 0), drawing.node(100, 0)], {"highway": "residential"})
        deck = drawing.way(
            [drawing.node(50, -20), drawing.node(50, 20)], {"highway": "footway", "bridge": "yes"}
        )
        layers = read(drawing)
        assert keys(layers, "walks") == [f"w{street}", f"w{deck}"]
        found = row(layers, "walks", f"w{deck}")
        assert (found["kind"], found["level"]) == ("bridge", 1.0)
        assert row(layers, "walks", f"w{street}")["level"] == 0.0

    @pytest.mark.parametrize(
        ("tags", "level"),
        [
            ({"highway": "footway", "tunnel": "yes"}, -1.0),
            ({"highway": "footway", "tunnel": "yes", "layer": "-3"}, -3.0),
            ({"highway": "footway", "tunnel": "building_passage"}, 0.0),
            ({"highway": "corridor", "level": "2"}, 2.0),
            ({"highway": "steps", "level": "0;1"}, None),
            ({"highway": "steps"}, None),
        ],
    )
    def test_levels_of_ways(self, drawing, read, tags, level):
        way = drawing.way([drawing.node(0, 0), drawing.node(30, 0)], tags)
        assert row(read(drawing), "walks", f"w{way}")["level"] == level

    @pytest.mark.parametrize(
        ("tags", "walked"),
        [
            ({"highway": "footway"}, True),
            ({"highway": "footway", "foot": "no"}, False),
            ({"highway": "service", "access": "private"}, True),
            ({"highway": "service", "access": "private", "foot": "yes"}, True),
            ({"highway": "motorway", "foot": "private"}, False),
            ({"highway": "service", "access": "no"}, False),
            ({"highway": "residential", "access": "destination"}, True),
            ({"highway": "cycleway"}, True),
            ({"highway": "motorway"}, False),
            ({"highway": "trunk"}, False),
            ({"highway": "trunk", "sidewalk": "both"}, True),
            ({"highway": "primary", "tunnel": "yes"}, False),
            ({"highway": "primary", "tunnel": "yes", "foot": "yes"}, True),
            ({"highway": "primary", "foot": "use_sidepath"}, False),
            ({"highway": "construction"}, False),
            ({"railway": "platform"}, True),
        ],
    )
    def test_who_may_walk_where(self, drawing, read, tags, walked):
        way = drawing.way([drawing.node(0, 0), drawing.node(30, 0)], tags)
        assert keys(read(drawing), "walks") == ([f"w{way}"] if walked else [])

    def test_a_way_that_is_closed_to_walkers_is_listed_with_the_tag(self, drawing, read):
        way = drawing.way(
            [drawing.node(0, 0), drawing.node(9, 0)], {"highway": "path", "foot": "no"}
        )
        assert why(read(drawing), f"w{way}") == ["no walking (foot=no)"]

    def test_every_accessibility_tag_reaches_its_column(self, drawing, read):
        tags = {
            "highway": "footway", "width": "90 cm", "incline": "6%", "surface": "cobblestone",
            "lit": "no", "wheelchair": "limited", "opening_hours": "06:00-22:00",
            "handrail": "both", "barrier": "bollard",
        }  # fmt: skip
        way = drawing.way([drawing.node(0, 0), drawing.node(30, 0)], tags)
        found = row(read(drawing), "walks", f"w{way}")
        assert found["width"] == pytest.approx(0.9)
        assert found["slope"] == pytest.approx(0.06)
        columns = ["surface", "lit", "wheelchair", "open_hours", "handrail", "barrier"]
        assert found[columns].tolist() == [
            "sett", "no", "limited", "06:00-22:00", "both", "bollard",
        ]  # fmt: skip

    def test_an_estimated_width_counts_where_none_was_measured(self, drawing, read):
        nodes = [drawing.node(0, 0), drawing.node(30, 0)]
        way = drawing.way(nodes, {"highway": "footway", "est_width": "1.5"})
        assert row(read(drawing), "walks", f"w{way}")["width"] == pytest.approx(1.5)

    def test_what_the_map_does_not_say_stays_unknown(self, drawing, read):
        way = drawing.way([drawing.node(0, 0), drawing.node(30, 0)], {"highway": "footway"})
        found = row(read(drawing), "walks", f"w{way}")
        columns = ["width", "slope", "steps", "surface", "lit", "wheelchair", "open_hours"]
        assert found[columns].isna().all()

    def test_a_street_for_cars_has_no_steps_and_uncounted_steps_have_no_count(self, drawing, read):
        street = drawing.way([drawing.node(0, 0), drawing.node(9, 0)], {"highway": "residential"})
        stair = drawing.way([drawing.node(0, 9), drawing.node(9, 9)], {"highway": "steps"})
        layers = read(drawing)
        assert row(layers, "walks", f"w{street}")["steps"] == 0
        found = row(layers, "walks", f"w{stair}")
        assert (found["kind"], found["steps"]) == ("steps", None)

    def test_the_steps_of_a_cut_flight_sum_to_its_count(self, drawing, read):
        a, b, c = (drawing.node(x, 0) for x in (0, 4, 10))
        drawing.way([a, b, c], {"highway": "steps", "step_count": "21"})
        drawing.way([b, drawing.node(4, 20)], {"highway": "footway"})
        walks = read(drawing).tables["walks"]
        assert walks.loc[walks["kind"] == "steps", "steps"].tolist() == [8, 13]

    def test_a_way_that_goes_up_by_an_unknown_slope_is_turned_to_go_down(self, drawing, read):
        low, high = drawing.node(0, 0), drawing.node(30, 0)
        up = drawing.way([low, high], {"highway": "steps", "incline": "up"})
        down = drawing.way([high, low], {"highway": "steps", "incline": "down"})
        layers = read(drawing)
        first, second = (row(layers, "walks", f"w{key}") for key in (up, down))
        assert first["slope"] is None
        assert first["geometry"].equals_exact(second["geometry"], 1e-9)

    def test_a_slope_beyond_the_table_stays_unknown_and_is_listed(self, drawing, read):
        nodes = [drawing.node(0, 0), drawing.node(9, 0)]
        way = drawing.way(nodes, {"highway": "steps", "incline": "60%"})
        layers = read(drawing)
        assert row(layers, "walks", f"w{way}")["slope"] is None
        assert layers.unknown["key"].tolist() == ["incline"]

    def test_a_line_is_cut_where_a_position_is_missing(self, drawing, read):
        a, b, c, d = (drawing.node(x, 0) for x in (0, 10, 20, 30))
        way = drawing.way([a, b, 99_999, c, d], {"highway": "footway"})
        layers = read(drawing)
        assert keys(layers, "walks") == [f"w{way}-1", f"w{way}-2"]
        assert sum(g.length for g in layers.tables["walks"].geometry) == pytest.approx(20, rel=0.01)
        assert layers.mended["id"].tolist() == [f"w{way}"]

    def test_a_line_of_which_one_node_is_left_is_listed(self, drawing, read):
        way = drawing.way([drawing.node(0, 0), 99_999], {"highway": "footway"})
        layers = read(drawing)
        assert keys(layers, "walks") == []
        assert why(layers, f"w{way}") == ["too few node positions for a line"]

    def test_the_kerb_at_a_crossing_tells_who_may_cross(self, drawing, read):
        a = drawing.node(0, 0)
        middle = drawing.node(5, 0, {"highway": "crossing", "kerb": "raised"})
        b = drawing.node(10, 0)
        way = drawing.way([a, middle, b], {"highway": "footway", "footway": "crossing"})
        found = row(read(drawing), "walks", f"w{way}")
        assert (found["kind"], found["wheelchair"]) == ("crossing", "no")


class TestPlazas:
    def entered(self, drawing, corners=((0, 0), (40, 0), (40, 40), (0, 40))):
        nodes = [drawing.node(x, y) for x, y in corners]
        area = drawing.way([*nodes, nodes[0]], {"highway": "pedestrian", "area": "yes"})
        drawing.way([drawing.node(-20, 0), nodes[0]], {"highway": "footway"})
        drawing.way([drawing.node(60, 40), nodes[2]], {"highway": "footway"})
        return area

    def test_the_rim_is_drawn_and_the_way_across_is_inferred(self, drawing, read):
        area = self.entered(drawing)
        walks = read(drawing).tables["walks"]
        rim = walks[(walks["kind"] == "plaza") & ~walks["inferred"].astype(bool)]
        across = walks[walks["inferred"].astype(bool)]
        assert sum(g.length for g in rim.geometry) == pytest.approx(160, rel=0.01)
        assert across["walk"].tolist() == [f"w{area}-across1"]
        assert across.geometry.iloc[0].length == pytest.approx(40 * math.sqrt(2), rel=0.01)

    def test_nobody_crosses_outside_the_area(self, drawing, read):
        hook = ((0, 0), (60, 0), (60, 60), (50, 60), (50, 10), (0, 10))
        nodes = [drawing.node(x, y) for x, y in hook]
        drawing.way([*nodes, nodes[0]], {"highway": "pedestrian", "area": "yes"})
        drawing.way([drawing.node(-20, 5), nodes[0]], {"highway": "footway"})
        drawing.way([drawing.node(55, 90), nodes[3]], {"highway": "footway"})
        walks = read(drawing).tables["walks"]
        assert not walks["inferred"].astype(bool).any()

    def test_a_loop_that_is_no_area_stays_a_loop(self, drawing, read):
        nodes = [drawing.node(x, y) for x, y in ((0, 0), (40, 0), (40, 40))]
        drawing.way([*nodes, nodes[0]], {"highway": "pedestrian"})
        layers = read(drawing)
        assert layers.tables["walks"]["kind"].tolist() == ["lane"]
        assert keys(layers, "spaces") == []

    def test_an_area_of_a_relation_is_crossed_too(self, drawing, read):
        nodes = [drawing.node(x, y) for x, y in ((0, 0), (40, 0), (40, 40), (0, 40))]
        rim = drawing.way([*nodes, nodes[0]])
        drawing.relation([(rim, "outer")], {"highway": "pedestrian"})
        drawing.way([drawing.node(-20, 0), nodes[0]], {"highway": "footway"})
        drawing.way([drawing.node(60, 40), nodes[2]], {"highway": "footway"})
        walks = read(drawing).tables["walks"]
        assert walks["inferred"].astype(bool).sum() == 1


class TestPoints:
    def test_a_gate_on_a_way_keeps_its_hours_width_and_lock(self, drawing, read):
        tags = {
            "barrier": "gate",
            "width": "1.2",
            "opening_hours": "05:00-23:00",
            "locked": "no",
            "name": "东门",
        }
        gate = drawing.node(50, 0, tags)
        drawing.way([drawing.node(0, 0), gate, drawing.node(100, 0)], {"highway": "footway"})
        found = row(read(drawing), "gates", f"n{gate}")
        assert found[["name", "width", "open_hours", "locked"]].tolist() == [
            "东门",
            1.2,
            "05:00-23:00",
            False,
        ]

    @pytest.mark.parametrize(
        ("tags", "locked", "wheelchair"),
        [
            ({"barrier": "gate"}, None, None),
            ({"barrier": "gate", "access": "private"}, None, None),
            ({"barrier": "gate", "access": "no"}, True, None),
            ({"barrier": "gate", "foot": "no", "access": "yes"}, True, None),
            ({"barrier": "lift_gate"}, False, None),
            ({"barrier": "bollard"}, False, None),
            ({"barrier": "kissing_gate"}, False, "no"),
            ({"barrier": "kissing_gate", "wheelchair": "yes"}, False, "yes"),
            ({"barrier": "entrance"}, False, None),
        ],
    )
    def test_what_a_gate_lets_pass(self, drawing, read, tags, locked, wheelchair):
        gate = drawing.node(50, 0, tags)
        drawing.way([drawing.node(0, 0), gate, drawing.node(100, 0)], {"highway": "footway"})
        found = row(read(drawing), "gates", f"n{gate}")
        assert (found["locked"], found["wheelchair"]) == (locked, wheelchair)

    def test_a_raised_kerb_is_one_step_and_a_flush_one_none(self, drawing, read):
        raised = drawing.node(30, 0, {"barrier": "kerb", "kerb": "raised"})
        flush = drawing.node(60, 0, {"kerb": "flush"})
        drawing.way(
            [drawing.node(0, 0), raised, flush, drawing.node(90, 0)], {"highway": "footway"}
        )
        layers = read(drawing)
        assert [row(layers, "gates", f"n{n}")["steps"] for n in (raised, flush)] == [1, 0]
        assert [row(layers, "gates", f"n{n}")["wheelchair"] for n in (raised, flush)] == [
            "no",
            "yes",
        ]

    def test_a_gate_on_no_way_is_listed(self, drawing, read):
        gate = drawing.node(50, 50, {"barrier": "gate"})
        drawing.way([drawing.node(0, 0), drawing.node(100, 0)], {"highway": "footway"})
        layers = read(drawing)
        assert keys(layers, "gates") == []
        assert why(layers, f"n{gate}") == ["it stands on no walkable way"]

    def test_a_door_belongs_to_the_building_whose_outline_holds_it(self, drawing, read):
        tags = {
            "entrance": "staircase",
            "ref": "2",
            "door:width": "1.1",
            "step_count": "3",
            "ramp": "no",
        }
        door = drawing.node(10, 0, tags)
        corners = [drawing.node(*c) for c in ((0, 0), (20, 0), (20, 10), (0, 10))]
        building = drawing.way(
            [corners[0], door, *corners[1:], corners[0]], {"building": "apartments"}
        )
        found = row(read(drawing), "entrances", f"n{door}")
        assert found[["building", "name", "door_width", "steps", "ramp", "inferred"]].tolist() == [
            f"w{building}", "2", 1.1, 3, False, False,
        ]  # fmt: skip

    def test_a_door_drawn_beside_the_outline_finds_its_building(self, drawing, read):
        building = drawing.ring(0, 0, 20, 10, {"building": "yes"})
        near = drawing.node(10, -1, {"entrance": "main"})
        far = drawing.node(10, -30, {"entrance": "main"})
        layers = read(drawing)
        assert row(layers, "entrances", f"n{near}")["building"] == f"w{building}"
        assert why(layers, f"n{far}") == ["there is no building at it"]

    def test_a_wheelchair_word_on_a_door_says_that_it_is_level(self, drawing, read):
        drawing.ring(0, 0, 20, 10, {"building": "yes"})
        door = drawing.node(10, 0, {"entrance": "yes", "wheelchair": "yes"})
        found = row(read(drawing), "entrances", f"n{door}")
        assert (found["wheelchair"], found["steps"]) == ("yes", 0)

    def test_garages_and_fire_exits_are_no_units(self, drawing, read):
        drawing.ring(0, 0, 20, 10, {"building": "yes"})
        doors = [
            drawing.node(x, 0, {"entrance": word}) for x, word in ((2, "garage"), (4, "emergency"))
        ]
        layers = read(drawing)
        assert keys(layers, "entrances") == []
        assert all(why(layers, f"n{door}") == ["it is no door to homes"] for door in doors)


class TestGrounds:
    def test_a_large_park_is_a_candidate_that_nobody_designated(self, drawing, read, catalogue):
        park = drawing.ring(0, 0, 60, 60, {"leisure": "park", "name": "柳园"})
        small = drawing.ring(200, 0, 40, 40, {"leisure": "park"})
        layers = read(drawing)
        found = row(layers, "facilities", f"shelter-w{park}")
        assert (found["kind"], found["space"], found["name"]) == (
            "shelter",
            f"w{park}",
            "柳园（候选，未认定）",
        )
        share = catalogue.number("shelter_usable_share")
        assert found["area"] == pytest.approx(3600 * share, rel=0.01)
        assert f"shelter-w{small}" not in keys(layers, "facilities")
        assert keys(layers, "spaces") == sorted([f"w{park}", f"w{small}"])

    def test_a_building_takes_its_ground_off_a_space(self, drawing, read):
        yard = drawing.ring(0, 0, 60, 60, {"amenity": "school"})
        drawing.ring(0, 0, 60, 40, {"building": "school"})
        layers = read(drawing)
        assert row(layers, "spaces", f"w{yard}")["area"] == pytest.approx(1200, rel=0.01)
        assert [k for k in keys(layers, "facilities") if k.startswith("shelter")] == []

    def test_a_pitch_inside_a_candidate_is_not_counted_twice(self, drawing, read):
        school = drawing.ring(0, 0, 100, 100, {"amenity": "school"})
        pitch = drawing.ring(10, 10, 60, 60, {"leisure": "pitch"})
        layers = read(drawing)
        shelters = [k for k in keys(layers, "facilities") if k.startswith("shelter")]
        assert shelters == [f"shelter-w{school}"]
        assert why(layers, f"shelter-w{pitch}") == [f"it lies inside candidate w{school}"]

    def test_a_private_garden_is_no_candidate_and_a_school_yard_is(self, drawing, read):
        drawing.ring(0, 0, 60, 60, {"leisure": "garden", "access": "private"})
        school = drawing.ring(100, 0, 60, 60, {"amenity": "school", "access": "private"})
        shelters = [k for k in keys(read(drawing), "facilities") if k.startswith("shelter")]
        assert shelters == [f"shelter-w{school}"]

    def test_what_lies_under_ground_is_no_open_space(self, drawing, read):
        drawing.ring(0, 0, 60, 60, {"amenity": "parking", "parking": "underground"})
        drawing.ring(100, 0, 60, 60, {"leisure": "sports_centre", "layer": "-1"})
        assert keys(read(drawing), "spaces") == []

    @pytest.mark.parametrize(
        ("tags", "kind"),
        [
            ({"amenity": "hospital"}, "hospital"),
            ({"amenity": "doctors"}, "clinic"),
            ({"healthcare": "clinic"}, "clinic"),
            ({"amenity": "social_facility", "social_facility": "nursing_home"}, "care_station"),
            ({"emergency": "fire_hydrant"}, "hydrant"),
            ({"emergency": "assembly_point"}, "assembly_point"),
            ({"emergency": "defibrillator"}, "aed"),
            ({"amenity": "toilets"}, "toilet"),
        ],
    )
    def test_facilities_are_those_of_the_catalogue(self, drawing, read, tags, kind):
        node = drawing.node(0, 0, tags)
        found = row(read(drawing), "facilities", f"n{node}")
        assert found["kind"] == kind
        assert Point(found["x"], found["y"]) == found["geometry"]

    @pytest.mark.parametrize(
        "tags",
        [{"amenity": "shelter", "shelter_type": "public_transport"}, {"amenity": "restaurant"}],
    )
    def test_bus_shelters_and_restaurants_are_no_facilities(self, drawing, read, tags):
        drawing.node(0, 0, tags)
        assert keys(read(drawing), "facilities") == []

    def test_the_same_hospital_as_area_and_point_is_one(self, drawing, read):
        area = drawing.ring(0, 0, 60, 60, {"amenity": "hospital"})
        point = drawing.node(30, 30, {"amenity": "hospital"})
        layers = read(drawing)
        assert keys(layers, "facilities") == [f"w{area}"]
        assert why(layers, f"n{point}")

    def test_a_facility_is_entered_at_its_gate(self, drawing, read):
        gate = drawing.node(30, 0, {"barrier": "gate"})
        corners = [drawing.node(*c) for c in ((0, 0), (60, 0), (60, 60), (0, 60))]
        area = drawing.way([corners[0], gate, *corners[1:], corners[0]], {"amenity": "hospital"})
        drawing.way([drawing.node(30, -40), gate], {"highway": "footway"})
        layers = read(drawing)
        at = row(layers, "facilities", f"w{area}")["geometry"]
        assert at == row(layers, "gates", f"n{gate}")["geometry"]

    def test_land_use_tells_where_people_live(self, drawing, read):
        drawing.ring(0, 0, 100, 100, {"landuse": "residential"})
        drawing.ring(200, 0, 100, 100, {"landuse": "industrial"})
        assert sorted(read(drawing).grounds["lived"].tolist()) == [False, True]


class TestWaysIn:
    """Facilities are entered at doors, gates and where paths run in."""

    def ways(self, layers):
        table = layers.tables["ways_in"]
        return {row["way_in"]: row for row in table.to_dict("records")}

    def ground(self, drawing, tags, gate=None):
        corners = [drawing.node(x, y) for x, y in ((0, 0), (60, 0), (60, 60), (0, 60))]
        middle = drawing.node(30, 0, gate)
        ring = [corners[0], middle, *corners[1:], corners[0]]
        return drawing.way(ring, tags), middle

    def test_a_hospital_is_entered_at_its_gate_and_the_gate_keeps_its_hours(self, drawing, read):
        gate = {"barrier": "gate", "opening_hours": "06:00-22:00", "width": "3"}
        area, middle = self.ground(drawing, {"amenity": "hospital"}, gate)
        drawing.way([drawing.node(30, -50), middle], {"highway": "footway"})
        found = self.ways(read(drawing))[f"w{area}-n{middle}"]
        assert (found["facility"], found["kind"]) == (f"w{area}", "gate")
        assert (found["open_hours"], found["width"]) == ("06:00-22:00", 3.0)

    def test_a_path_over_the_edge_is_a_way_in_and_one_along_it_is_none(self, drawing, read):
        area, _ = self.ground(drawing, {"amenity": "hospital"})
        drawing.way([drawing.node(-20, 30), drawing.node(30, 30)], {"highway": "footway"})
        drawing.way([drawing.node(60, -20), drawing.node(60, 90)], {"highway": "residential"})
        found = self.ways(read(drawing))
        assert list(found) == [f"w{area}-path1"]

    def test_an_open_park_has_none_and_a_fenced_one_its_gates(self, drawing, read):
        open_park, _ = self.ground(drawing, {"leisure": "park", "amenity": "school"})
        assert self.ways(read(drawing)) == {}
        drawing.parts.clear()
        gate = {"barrier": "gate"}
        area, middle = self.ground(
            drawing, {"leisure": "park", "amenity": "school", "barrier": "fence"}, gate
        )
        drawing.way([drawing.node(30, -50), middle], {"highway": "footway"})
        kept = {key for key in self.ways(read(drawing)) if key.startswith(f"w{area}")}
        assert kept == {f"w{area}-n{middle}"}

    def clinic(self, drawing, *doors):
        nodes = [drawing.node(5 + 10 * n, 0, tags) for n, tags in enumerate(doors)]
        corners = [drawing.node(x, y) for x, y in ((0, 0), (50, 0), (50, 20), (0, 20))]
        drawing.way([corners[0], *nodes, *corners[1:], corners[0]], {"building": "yes"})
        drawing.way([drawing.node(-20, -10), drawing.node(90, -10)], {"highway": "footway"})
        return drawing.node(7, 8, {"amenity": "clinic"}), nodes

    def test_a_clinic_in_a_building_is_entered_by_the_nearest_public_door(self, drawing, read):
        yes = {"entrance": "yes"}
        clinic, doors = self.clinic(drawing, {"entrance": "service"}, yes, yes)
        layers = read(drawing)
        assert list(self.ways(layers)) == [f"n{clinic}-n{doors[1]}"]
        assert why(layers, f"n{clinic}-n{doors[0]}") == [
            "for staff or deliveries; there is a public way in"
        ]

    def test_the_nearest_level_door_counts_beside_the_nearest(self, drawing, read):
        level = {"entrance": "yes", "wheelchair": "yes"}
        clinic, doors = self.clinic(drawing, {"entrance": "yes"}, {"entrance": "yes"}, level)
        assert set(self.ways(read(drawing))) == {f"n{clinic}-n{doors[0]}", f"n{clinic}-n{doors[2]}"}

    def test_a_staff_door_alone_needs_leave_and_an_exit_lets_nobody_in(self, drawing, read):
        clinic, doors = self.clinic(drawing, {"entrance": "service"}, {"entrance": "emergency"})
        found = self.ways(read(drawing))
        assert list(found) == [f"n{clinic}-n{doors[0]}"]
        assert found[f"n{clinic}-n{doors[0]}"]["access"] == "private"


class TestWhatNoTableHolds:
    def test_each_key_without_a_column_is_counted_once_with_an_example(self, drawing, read):
        tags = {"highway": "footway", "tactile_paving": "yes"}
        ways = [drawing.way([drawing.node(0, y), drawing.node(9, y)], tags) for y in (0, 20)]
        wall = drawing.way([drawing.node(0, 40), drawing.node(9, 40)], {"barrier": "wall"})
        told = read(drawing).unheld.set_index("id")["reason_en"]
        assert told[f"w{ways[0]}"] == "tactile_paving (2 objects): no column holds it"
        assert "1 walls and fences" in told[f"w{wall}"]

    def test_a_facility_upstairs_says_that_the_stairs_are_not_counted(self, drawing, read):
        drawing.way([drawing.node(0, 0), drawing.node(9, 0)], {"highway": "footway"})
        node = drawing.node(3, 3, {"amenity": "clinic", "level": "2"})
        mended = read(drawing).mended.set_index("id")["reason_en"]
        assert mended[f"n{node}"] == "on level 2: stairs inside not counted"

    def test_a_way_without_width_is_unknown_and_no_way_of_no_width(self, drawing, read):
        way = drawing.way(
            [drawing.node(0, 0), drawing.node(9, 0)], {"highway": "footway", "width": "0"}
        )
        layers = read(drawing)
        assert row(layers, "walks", f"w{way}")["width"] is None
        assert layers.unknown[["key", "value"]].to_numpy().tolist() == [["width", "0"]]


def test_a_map_without_positions_is_refused(drawing, read):
    drawing.way([1, 2], {"highway": "footway"})
    with pytest.raises(DataFault, match="no node with a position"):
        read(drawing)


def test_the_order_of_the_file_changes_nothing(drawing, read):
    for n in range(3):
        drawing.ring(n * 40, 20, 20, 10, {"building": "apartments"})
    a, b, c = (drawing.node(x, 0) for x in (0, 50, 120))
    drawing.way([a, b, c], {"highway": "residential"})
    drawing.way([b, drawing.node(50, 20, {"entrance": "yes"})], {"highway": "footway"})
    drawing.ring(0, 100, 70, 70, {"leisure": "park"})
    one = read(drawing)
    drawing.parts.reverse()
    other = read(drawing)
    for name, table in one.tables.items():
        assert table.equals(other.tables[name]), name


def data_folder():
    stated = os.environ.get("RENLIN_DATA")
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = Path(stated) if stated else beside
    return folder / "space" if (folder / "space").is_dir() else None


SPACE = data_folder()
needs_maps = pytest.mark.skipif(SPACE is None, reason="no maps: set RENLIN_DATA to the data folder")


@needs_maps
@pytest.mark.parametrize(
    ("name", "crs", "buildings"),
    [
        ("nanjing_xinjiekou", "EPSG:32650", 1278),
        ("shenzhen_longgang", "EPSG:32650", 139),
        ("monaco", "EPSG:32632", 966),
    ],
)
def test_a_real_map_gives_the_buildings_it_is_known_to_hold(catalogue, name, crs, buildings):
    layers = read_osm(SPACE / f"{name}.osm.gz", catalogue)
    assert layers.crs == crs
    dropped = layers.dropped.loc[layers.dropped["table"] == "buildings"]
    assert len(layers.tables["buildings"]) + len(dropped) == buildings
    assert len(layers.tables["buildings"]) >= 0.99 * buildings
    for table in ("walks", "buildings", "spaces"):
        frame = layers.tables[table]
        assert frame.geometry.is_valid.all()
        assert not frame.iloc[:, 0].duplicated().any()
    assert all(isinstance(line, LineString) for line in layers.tables["walks"].geometry)


@needs_maps
def test_a_real_map_cut_to_a_window_loses_only_what_the_window_cuts(catalogue, tmp_path):
    import osmium

    whole = read_osm(SPACE / "monaco.osm.gz", catalogue)
    cut = tmp_path / "window.osm"
    with osmium.SimpleWriter(str(cut)) as writer:
        for item in osmium.FileProcessor(str(SPACE / "monaco.osm.gz")):
            if not item.is_node() or item.location.lat < 43.735:
                writer.add(item)
    clipped = read_osm(cut, catalogue)
    assert 0 < len(clipped.tables["buildings"]) < len(whole.tables["buildings"])
    kept = set(clipped.tables["buildings"]["building"])
    assert kept <= set(whole.tables["buildings"]["building"])
    assert clipped.dropped["reason_en"].str.contains("missing").any()
