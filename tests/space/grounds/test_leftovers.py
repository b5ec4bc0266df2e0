"""Leftover ground on drawn and real maps: overlaps nothing, adds up, is as wide as it says."""

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon
from tests.community.drawn import X, Y, at, box, building, drawn, entrance, walk, willow

from renlin.space.grounds.leftovers import FREE_KINDS, free_ground, leftovers, opened
from renlin.space.grounds.modules import fits, place_modules

NAMES = ("buildings", "entrances", "walks", "spaces", "facilities")
CATALOGUE = willow().catalogue


def data_folder():
    stated = os.environ.get("RENLIN_DATA")
    beside = Path(__file__).resolve().parents[4] / "shared" / "data"
    folder = Path(stated) if stated else beside
    return folder / "space" if (folder / "space").is_dir() else None


MAPS = data_folder()
needs_maps = pytest.mark.skipif(MAPS is None, reason="no maps: set RENLIN_DATA to the data folder")


def layers(**rows):
    place = drawn(**rows)
    return {name: place[name] for name in NAMES}


def found(**rows):
    return leftovers(layers(**rows), CATALOGUE)


def keeps_its_word(pieces, layers):
    """Assert all that holds of leftover ground on any map."""
    ground = pieces[pieces["kind"] == "ground"]
    shapes = ground.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    houses = shapely.make_valid(layers["buildings"].geometry.to_numpy())
    row, hit = shapely.STRtree(houses).query(shapes, predicate="intersects")
    assert shapely.area(shapely.intersection(shapes[row], houses[hit])).sum() == pytest.approx(
        0, abs=1e-3
    )
    spaces = layers["spaces"]
    named = shapely.make_valid(spaces[~spaces["kind"].isin(FREE_KINDS)].geometry.to_numpy())
    row, hit = shapely.STRtree(named).query(shapes, predicate="intersects")
    assert shapely.area(shapely.intersection(shapes[row], named[hit])).sum() == pytest.approx(
        0, abs=1e-3
    )
    assert shapely.area(shapely.union_all(shapes)) == pytest.approx(ground["area"].sum(), rel=1e-6)
    assert ground["area"].sum() <= free_ground(layers, CATALOGUE).area + 1e-3
    least = CATALOGUE.number("leftover_least_width")
    assert (pieces["width"] >= least).all()
    inner = shapely.buffer(shapes, -0.99 * least / 2)
    assert not shapely.is_empty(inner).any()


class TestDrawn:
    def test_a_gap_of_a_metre_between_two_houses_is_not_listed_and_one_of_three_is(self):
        def between(width):
            left, right = box(0, 0, 10, 10), box(10 + width, 0, 20 + width, 10)
            houses = [building("a", 0, 0, geometry=left), building("b", 0, 0, geometry=right)]
            middle = at(10 + width / 2, 5)
            return found(buildings=houses).geometry.covers(middle).any()

        assert not between(1.0)
        assert between(3.0)

    def test_ground_ends_where_houses_are_far(self):
        pieces = found(buildings=[building("a", 0, 0)])
        assert pieces.geometry.distance(box(-5, 0, 5, 8)).max() < 30.0

    def test_a_way_takes_its_width_and_an_unmeasured_road_the_width_of_a_wide_one(self):
        def apart(**facts):
            way = walk("w", (-40, -10), (40, -10), **facts)
            pieces = found(buildings=[building("a", 0, 0)], walks=[way])
            return pieces[pieces["kind"] == "ground"].geometry.distance(way["geometry"]).min()

        assert apart(width=4.0) == pytest.approx(2.0, abs=0.1)
        assert apart(kind="road", width=None) == pytest.approx(3.5, abs=0.1)

    def test_named_squares_are_no_leftover_and_leftover_corners_are(self):
        def covered(kind):
            ground = {"space": "s", "name": "场", "kind": kind, "geometry": box(-8, -12, 8, -2)}
            return (
                found(buildings=[building("a", 0, 0)], spaces=[ground])
                .geometry.covers(at(0, -7))
                .any()
            )

        assert not covered("square")
        assert covered("leftover")

    def test_south_of_a_house_is_the_sunny_side(self):
        pieces = found(buildings=[building("a", 0, 0)])
        sun = dict(zip(pieces["leftover"], pieces["sun"], strict=True))
        north, south = (
            pieces.loc[pieces.geometry.distance(at(0, y)).idxmin(), "leftover"] for y in (20, -12)
        )
        assert (sun[north], sun[south]) == ("shaded", "sunny")

    def test_a_roof_of_concrete_may_carry_and_an_unknown_one_is_asked_about(self):
        houses = [building("a", 0, 0, structure="rc_frame"), building("b", 40, 0, structure="unknown"),
                  building("c", 80, 0, structure="timber")]  # fmt: skip
        roofs = found(buildings=houses).query("kind == 'roof'")
        assert sorted(roofs["load"]) == ["concrete", "unknown"]

    def test_no_house_no_ground(self):
        assert len(found()) == 0

    def test_the_nearest_door_is_told_with_its_distance(self):
        pieces = found(buildings=[building("a", 0, 0)], entrances=[entrance("a-1", "a", 0, 0)])
        assert set(pieces["entrance"]) == {"a-1"}
        assert pieces["to_door"].to_numpy() == pytest.approx(
            pieces.geometry.distance(at(0, 0)).to_numpy()
        )

    def test_willow_keeps_its_word(self):
        place = willow()
        made = {name: place[name] for name in NAMES}
        keeps_its_word(leftovers(made, place.catalogue), made)


class TestBadShapes:
    def crossed(self, shape):
        made = layers(buildings=[building("a", 0, 0), building("b", 30, 0)])
        houses = made["buildings"].copy()
        houses.loc[houses.index[0], "geometry"] = shape
        return made | {"buildings": houses}

    def test_a_house_that_crosses_itself_is_still_kept_free_of(self):
        bow = Polygon([(X, Y), (X + 20, Y + 20), (X + 20, Y), (X, Y + 20)])
        made = self.crossed(bow)
        keeps_its_word(leftovers(made, CATALOGUE), made)

    def test_a_giant_named_space_over_everything_leaves_only_roofs(self):
        made = layers(
            buildings=[building("a", 0, 0)],
            spaces=[{"space": "s", "name": "全区", "kind": "square", "geometry": box(-5e4, -5e4, 5e4, 5e4)}],
        )  # fmt: skip
        assert set(leftovers(made, CATALOGUE)["kind"]) <= {"roof"}

    def test_a_house_without_a_shape_is_passed_over(self):
        made = self.crossed(Polygon())
        keeps_its_word(leftovers(made, CATALOGUE), made)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-30, 30), st.integers(-30, 30)), min_size=1, max_size=6, unique=True
    )
)
def test_whatever_houses_stand_the_ground_overlaps_none_and_adds_up(corners):
    houses = [building(f"h{n}", 3 * x, 3 * y) for n, (x, y) in enumerate(corners)]
    made = layers(buildings=houses, walks=[walk("w", (-90, -3), (90, 3))])
    keeps_its_word(leftovers(made, CATALOGUE), made)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.5, 6.0), st.floats(1.0, 12.0), st.floats(1.0, 12.0))
def test_every_point_of_opened_ground_lies_in_a_disc_of_the_width(width, wide, high):
    corner = box(0, 0, wide, high).union(box(0, 0, 2 * wide, 0.4))
    for part in opened(np.array([corner], dtype=object), width):
        rest = part.difference(corner.buffer(-width / 2 + 1e-6).buffer(width / 2 * 1.01))
        assert rest.area < 1e-6


@needs_maps
@pytest.mark.parametrize("name", ["monaco", "nanjing_xinjiekou"])
def test_on_a_real_city_the_ground_overlaps_no_house_and_adds_up(name):
    from renlin.intake.osm import read_osm

    made = read_osm(MAPS / f"{name}.osm.gz", CATALOGUE).tables
    pieces = leftovers(made, CATALOGUE)
    assert len(pieces) > 500
    keeps_its_word(pieces, made)


class TestModules:
    def placed(self, people):
        place = drawn(
            buildings=[building("a", 0, 0), building("b", 400, 0)],
            entrances=[entrance("a-1", "a", 0, 0), entrance("b-1", "b", 400, 0)],
        )
        made = {name: place[name] for name in NAMES}
        import pandas as pd

        told = pd.DataFrame(people, columns=["entrance", "display"])
        pieces = leftovers(made, place.catalogue)
        return place_modules(pieces, place["entrances"], told, place.catalogue), pieces

    def test_a_seat_stands_where_most_of_the_vulnerable_live_and_then_by_the_others(self):
        people = [("a-1", "stick_slow")] + [("b-1", "over_80")] * 3
        table, pieces = self.placed(people)
        seats = table[table["module"] == "bench_bay"].set_index("rank")
        assert seats["added"].to_dict() == {1: 3.0, 2: 1.0}
        assert seats["display"].to_dict() == {1: "over_80", 2: "stick_slow"}

    def test_a_slide_is_for_those_who_are_carried_and_not_for_tenants(self):
        people = [("a-1", "wheelchair")] + [("b-1", "tenant")] * 3
        slides = self.placed(people)[0].set_index("module").loc[["stretcher_slide"]]
        assert slides[["vulnerable", "display"]].to_numpy().tolist() == [[1.0, "wheelchair"]]

    def test_a_place_that_adds_nobody_is_not_told(self):
        table, _ = self.placed([("a-1", "over_80")])
        assert (table[table["module"] == "bench_bay"]["rank"] == 1).all()

    def test_nobody_vulnerable_no_place(self):
        assert len(self.placed([("a-1", "general")])[0]) == 0

    def test_a_module_needs_its_room_its_width_and_no_facade_above_where_things_fall(self):
        import pandas as pd

        rows = pd.DataFrame({
            "area": [50.0, 5.0, 50.0, 50.0, 50.0], "width": [5.0, 5.0, 1.0, 5.0, 5.0],
            "kind": ["ground", "ground", "ground", "ground", "roof"],
            "load": ["", "", "", "", "unknown"], "eaves_share": [0.0, 0.0, 0.0, 0.9, 0.0],
        })  # fmt: skip
        shed = CATALOGUE.modules["ebike_shed"]
        assert fits(shed, rows).tolist() == [True, False, False, False, False]

    def test_every_module_that_needs_ground_is_placed_on_ground_that_carries_it(self):
        table, pieces = self.placed([("a-1", "wheelchair")] * 5)
        joined = table.merge(gpd.GeoDataFrame(pieces), on="leftover")
        assert (joined["area"] >= joined["footprint"]).all()
