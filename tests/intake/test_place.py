"""A map becomes a community folder: doors, homes, residents, scenarios, or nothing at all."""

import math
import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, Point, box

from renlin.catalogue.load import load
from renlin.community.folder import open_community
from renlin.errors import DataFault
from renlin.intake.homes import doors_of, dwelling_buildings, inferred_doors, landings
from renlin.intake.place import inspect_map, new_community

CRS = "EPSG:32650"
LON, LAT = 118.78, 32.04
EAST = 1 / (111_320 * math.cos(math.radians(LAT)))  # degrees per metre
NORTH = 1 / 110_900


def quarter(*, levels="5", tag="apartments", stamp=""):
    """Return a map of six slabs on a street, with a park and a police post."""
    nodes, ways = [], []

    def node(x, y, tags=""):
        nodes.append(
            f'<node id="{len(nodes) + 1}" lon="{LON + x * EAST:.7f}" '
            f'lat="{LAT + y * NORTH:.7f}"{stamp}>{tags}</node>'
        )
        return len(nodes)

    def way(refs, **tags):
        inner = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        inner += "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
        ways.append(f'<way id="{1000 + len(ways)}">{inner}</way>')

    def ring(x, y, width, height, **tags):
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        refs = [node(*corner) for corner in corners]
        way([*refs, refs[0]], **tags)

    for n in range(6):
        extra = {"building:levels": levels} if levels and n else {}
        ring(n * 60, 8, 45, 12, building=tag, name=f"{n + 1}号楼", **extra)
    way([node(-20, 0), node(170, 0), node(380, 0)], highway="living_street")
    ring(100, -90, 80, 80, leisure="park")
    node(20, -5, '<tag k="amenity" v="police"/>')
    return f'<osm version="0.6">{"".join(nodes)}{"".join(ways)}</osm>'


@pytest.fixture(scope="module")
def catalogue():
    return load()


@pytest.fixture
def write_map(tmp_path):
    def write(**facts):
        path = tmp_path / "quarter.osm"
        path.write_text(quarter(**facts), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    osm = folder / "quarter.osm"
    osm.write_text(quarter(), encoding="utf-8")
    told = new_community(
        folder / "lane", name="里弄", kind="work_unit", osm=osm, residents=300, seed=4
    )
    return told, open_community(folder / "lane")


class TestDoors:
    def test_doors_stand_in_a_row_on_the_side_of_the_street(self):
        street = shapely.STRtree([LineString([(0, -10), (60, -10)])])
        doors = doors_of(box(0, 0, 45, 12), street, facade=15.0)
        assert [(d.x, d.y) for d in doors] == [(7.5, 0.0), (22.5, 0.0), (37.5, 0.0)]

    def test_the_long_side_counts_even_when_the_gable_is_nearer(self):
        street = shapely.STRtree([LineString([(46, -50), (46, 50)])])
        doors = doors_of(box(0, 0, 45, 12), street, facade=15.0)
        assert {d.y for d in doors} in ({0.0}, {12.0})

    def test_a_square_tower_opens_towards_the_street_on_any_side(self):
        street = shapely.STRtree([LineString([(30, -50), (30, 50)])])
        assert [(d.x, d.y) for d in doors_of(box(0, 0, 20, 20), street, facade=25.0)] == [(20, 10)]

    def test_doors_lie_on_the_outline_of_a_crooked_house(self):
        street = shapely.STRtree([LineString([(0, -10), (60, -10)])])
        crooked = box(0, 0, 40, 12).difference(box(15, 0, 25, 6))
        for door in doors_of(crooked, street, facade=10.0):
            assert crooked.boundary.distance(door) < 0.001

    def test_without_a_street_a_house_has_doors_all_the_same(self):
        assert len(doors_of(box(0, 0, 45, 12), None, facade=15.0)) == 3

    def test_only_houses_without_a_mapped_door_get_one(self, catalogue):
        shapes = [box(0, 0, 20, 10), box(50, 0, 70, 10)]
        buildings = gpd.GeoDataFrame({"building": ["a", "b"]}, geometry=shapes, crs=CRS)
        homes = pd.DataFrame({"building": ["a", "b"]})
        mapped = pd.DataFrame({"entrance": ["n1"], "building": ["a"]})
        walks = gpd.GeoDataFrame(
            {"level": [0.0], "inferred": [False]},
            geometry=[LineString([(0, -5), (90, -5)])],
            crs=CRS,
        )
        doors = inferred_doors(homes, buildings, mapped, walks, catalogue, kind="work_unit")
        assert {door["building"] for door in doors} == {"b"}
        assert all(door["inferred"] for door in doors)


class TestHomes:
    def houses(self, *rows):
        columns = {"building": [], "use": [], "floors": [], "height": [], "geometry": []}
        for n, (use, floors, height, shape) in enumerate(rows):
            for key, value in zip(columns, (f"b{n}", use, floors, height, shape), strict=True):
                columns[key].append(value)
        return gpd.GeoDataFrame(columns, geometry="geometry", crs=CRS)

    def grounds(self, *rows):
        return gpd.GeoDataFrame(
            {"lived": [lived for lived, _ in rows]},
            geometry=gpd.GeoSeries([shape for _, shape in rows], crs=CRS),
            crs=CRS,
        )

    def lived(self, catalogue, houses, *grounds):
        found = dwelling_buildings(houses, self.grounds(*grounds), catalogue, kind="work_unit")
        return found.set_index("building")

    def test_tagged_dwellings_are_sure_and_unknown_ones_assumed(self, catalogue):
        shape = box(0, 0, 10, 10)
        rows = [
            (use, 5, None, shape) for use in ("dwelling", "mixed", "unknown", "public", "ancillary")
        ]
        found = self.lived(catalogue, self.houses(*rows))
        assert found["assumed"].to_dict() == {"b0": False, "b1": False, "b2": True}

    def test_nobody_lives_in_sheds_or_on_factory_ground(self, catalogue):
        rows = [
            ("unknown", 1, None, box(0, 0, 3, 3)),
            ("unknown", 1, None, box(100, 0, 120, 20)),
            ("unknown", 1, None, box(130, 0, 150, 20)),
        ]
        factory, hostel = box(90, -10, 200, 50), box(128, -2, 152, 22)
        found = self.lived(catalogue, self.houses(*rows), (False, factory), (True, hostel))
        assert found.index.tolist() == ["b2"], "the smallest ground around a house decides"

    def test_unknown_storeys_are_used_and_marked_but_never_written(self, catalogue):
        storey = catalogue.number("storey_height")
        shape = box(0, 0, 10, 10)
        rows = [
            ("dwelling", 4, None, shape),
            ("dwelling", None, 3 * storey, shape),
            ("dwelling", None, None, shape),
        ]
        houses = self.houses(*rows)
        found = self.lived(catalogue, houses)
        typical = int(catalogue.number("floors_typical_work_unit"))
        assert found["floors"].tolist() == [4, 3, typical]
        assert found["floors_assumed"].tolist() == [False, True, True]
        assert houses["floors"].isna().tolist() == [False, True, True]

    def test_nobody_lives_on_the_shop_floor_of_a_mixed_house(self):
        homes = pd.DataFrame(
            {
                "building": ["a"],
                "use": ["mixed"],
                "floors": [3],
                "floors_assumed": [False],
                "footprint": [200.0],
            }
        )
        doors = pd.DataFrame({"building": ["a", "a"], "entrance": ["a-1", "a-2"]})
        spots = landings(homes, doors)
        assert sorted(set(spots["floor"])) == [2, 3]
        assert spots["area"].tolist() == [100.0] * 4


class TestNewCommunity:
    def test_the_folder_opens_and_holds_what_the_map_holds(self, made):
        told, place = made
        assert told.counts["buildings"] == len(place["buildings"]) == 6
        assert len(place["persons"]) == 300
        assert place.settings.crs == CRS
        assert place.synthetic
        assert "OpenStreetMap" in place.settings.attribution

    def test_storeys_nobody_knows_are_missing_and_their_dwellings_doubtful(self, made):
        _, place = made
        first = place["buildings"].sort_values("name").iloc[0]
        assert pd.isna(first["floors"])
        units = place["entrances"].loc[
            place["entrances"]["building"] == first["building"], "entrance"
        ]
        flats = place["dwellings"].loc[place["dwellings"]["entrance"].isin(units)]
        assert flats["floor_doubtful"].all()
        known = place["dwellings"].loc[~place["dwellings"]["entrance"].isin(units)]
        assert not known["floor_doubtful"].any()
        noted = place.notes.loc[place.notes["id"] == first["building"], "reason_en"].iloc[0]
        assert "storeys unknown" in noted

    def test_doors_by_rule_say_so_and_are_joined_to_the_street(self, made):
        _, place = made
        assert place["entrances"]["inferred"].all()
        network = place.network
        doors = [node for (table, _), node in network.node_of.items() if table == "entrances"]
        assert len(set(network.component[doors])) == 1

    def test_a_shelter_candidate_is_reached_from_every_home(self, made):
        _, place = made
        shelters = place["facilities"].loc[place["facilities"]["kind"] == "shelter"]
        assert shelters["name"].str.contains("未认定").all()
        network = place.network
        node = network.node_of["facilities", shelters["facility"].iloc[0]]
        home = network.landing_of[place["dwellings"]["entrance"].iloc[0], 1]
        assert network.component_inferred[node] == network.component_inferred[home]

    def test_the_fire_is_where_most_people_live(self, made):
        _, place = made
        where = place.scenarios["fire"].places["entrance"]
        homes = place["households"].merge(place["dwellings"], on="dwelling")
        people = place["persons"].merge(homes[["household", "entrance"]], on="household")
        assert people["entrance"].value_counts()[where] == people["entrance"].value_counts().max()

    def test_the_first_study_runs_every_scenario_and_no_scheme(self, made):
        _, place = made
        assert set(place.study.scenarios) == {"fire", "quake"}
        assert place.study.schemes == ()

    def test_facts_are_as_of_the_day_of_the_survey(self, made):
        _, place = made
        assert (place["facts"]["observed_on"] == pd.Timestamp(place.settings.survey_date)).all()

    def test_margins_are_reported_beside_the_population(self, made):
        told, _ = made
        assert (np.abs(told.fit["n"] - told.fit["asked"] * told.fit["base"]) <= 1).all()

    def test_the_same_map_and_seed_make_the_same_files(self, write_map, tmp_path):
        osm = write_map()
        for name in ("a", "b"):
            new_community(
                tmp_path / name, name="里", kind="work_unit", osm=osm, residents=80, seed=2
            )
        one, other = (
            {p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*.*")}
            for name in ("a", "b")
        )
        differing = [path for path, content in one.items() if other[path] != content]
        assert [str(path) for path in differing] == ["community.toml"], "only the code differs"

    def test_without_residents_the_place_is_not_synthetic(self, write_map, tmp_path):
        new_community(tmp_path / "empty", name="空", kind="courtyard", osm=write_map())
        place = open_community(tmp_path / "empty")
        assert not place.synthetic
        assert len(place["persons"]) == 0
        assert len(place["entrances"]) > 0
        assert set(place.scenarios) == {"quake"}

    def test_a_users_own_margins_are_kept_with_the_place(self, write_map, tmp_path):
        own = tmp_path / "边际.csv"
        own.write_bytes(
            "margin,category,share,source\n"
            "tenure,tenant,0.8,街道年报 2025\ntenure,owner,0.2,街道年报 2025\n".encode("gb18030")
        )
        new_community(
            tmp_path / "own", name="里", kind="modern", osm=write_map(), residents=200, margins=own
        )
        place = open_community(tmp_path / "own")
        shares = place["households"]["tenure"].value_counts(normalize=True)
        assert shares["tenant"] == pytest.approx(0.8, abs=0.01)
        row = place.catalogue.margins["modern.tenure.tenant"]
        assert "街道年报 2025" in row.note

    def test_a_map_older_than_the_policy_is_assessed_on_the_policys_day(self, write_map, tmp_path):
        osm = write_map(stamp=' timestamp="2012-06-29T00:00:00Z"')
        new_community(tmp_path / "old", name="旧", kind="modern", osm=osm, residents=50)
        place = open_community(tmp_path / "old")
        assert place.settings.survey_date == place.policy.decided_on
        assert (
            place.notes.loc[place.notes["id"] == "survey_date", "reason_en"]
            .str.contains("2012-06-29")
            .all()
        )


class TestRefusals:
    def refused(self, folder, match, **facts):
        with pytest.raises(DataFault, match=match):
            new_community(folder, **{"name": "里", "kind": "modern", **facts})
        assert not folder.exists()
        assert not folder.with_name(f"{folder.name}.partial").exists()

    def test_no_map(self, tmp_path):
        self.refused(tmp_path / "x", "none given", osm=None)

    def test_a_kind_nobody_knows_and_no_residents_at_all(self, tmp_path):
        with pytest.raises(DataFault, match="Did you mean modern") as caught:
            new_community(tmp_path / "x", name="里", kind="moderne", osm=None, residents=0)
        assert len(caught.value.faults) == 3

    def test_a_cut_map(self, write_map, tmp_path):
        osm = write_map()
        osm.write_bytes(osm.read_bytes()[:900])
        self.refused(tmp_path / "x", "cannot be read", osm=osm)

    def test_a_map_without_buildings_or_ways(self, tmp_path):
        osm = tmp_path / "bare.osm"
        police = '<node id="1" lon="118" lat="32"><tag k="amenity" v="police"/></node>'
        osm.write_text(f'<osm version="0.6">{police}</osm>', encoding="utf-8")
        with pytest.raises(DataFault) as caught:
            new_community(tmp_path / "x", name="里", kind="modern", osm=osm)
        assert len(caught.value.faults) == 2

    def test_more_residents_than_there_is_room_for(self, write_map, tmp_path):
        self.refused(tmp_path / "x", "at most", osm=write_map(), residents=100_000)

    def test_nobody_lives_in_a_map_of_factories(self, write_map, tmp_path):
        self.refused(tmp_path / "x", "may live in", osm=write_map(tag="industrial"), residents=10)

    def test_margins_that_contradict(self, write_map, tmp_path):
        own = tmp_path / "own.csv"
        own.write_text("margin,category,share\nsize,1,1.0\n", encoding="utf-8")
        self.refused(tmp_path / "x", "contradict", osm=write_map(), residents=50, margins=own)

    def test_margins_without_their_columns(self, write_map, tmp_path):
        own = tmp_path / "own.csv"
        own.write_text("margin,category\nsize,1\n", encoding="utf-8")
        self.refused(tmp_path / "x", "a column share", osm=write_map(), residents=50, margins=own)

    def test_a_folder_with_files_is_left_as_it_is(self, write_map, tmp_path):
        folder = tmp_path / "mine"
        folder.mkdir()
        (folder / "notes.txt").write_text("mine", encoding="utf-8")
        with pytest.raises(DataFault, match="holds files"):
            new_community(folder, name="里", kind="modern", osm=write_map(), residents=10)
        assert [path.name for path in folder.iterdir()] == ["notes.txt"]


class TestInspection:
    def test_a_map_is_counted_without_being_built(self, write_map):
        seen = inspect_map(write_map())
        assert seen.facts["format"] == "OpenStreetMap"
        assert seen.facts["buildings"] == 6
        assert seen.facts["storeys_known"] == 5
        assert seen.faults == ()

    def test_what_was_dropped_is_grouped_by_reason(self, write_map):
        osm = write_map()
        text = osm.read_text(encoding="utf-8").replace(
            "</osm>",
            '<way id="9"><nd ref="1"/><nd ref="2"/><tag k="highway" v="motorway"/></way></osm>',
        )
        osm.write_text(text, encoding="utf-8")
        seen = inspect_map(osm)
        row = seen.dropped.loc[seen.dropped["example"] == "w9"].iloc[0]
        assert (row["kind"], row["reason_en"], row["n"]) == (
            "dropped",
            "no walking (highway=motorway)",
            1,
        )

    def test_a_vector_file_is_described_too(self, tmp_path):
        frame = gpd.GeoDataFrame({"号": ["1"]}, geometry=[Point(118.78, 32.04)], crs="EPSG:4326")
        frame.to_file(tmp_path / "a.geojson", driver="GeoJSON")
        seen = inspect_map(tmp_path / "a.geojson")
        assert seen.facts["features"] == 1
        assert seen.facts["columns"] == "号"


def data_folder():
    stated = os.environ.get("RENLIN_DATA")
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = Path(stated) if stated else beside
    return folder / "space" if (folder / "space").is_dir() else None


SPACE = data_folder()


@pytest.mark.skipif(SPACE is None, reason="no maps: set RENLIN_DATA to the data folder")
@pytest.mark.parametrize(
    ("name", "kind", "largest"),
    [
        ("nanjing_xinjiekou", "work_unit", 0.4),
        ("shenzhen_longgang", "modern", 0.3),
        ("monaco", "modern", 0.8),
    ],
)
def test_a_real_map_becomes_a_community_that_opens(tmp_path, name, kind, largest):
    told = new_community(
        tmp_path / name, name=name, kind=kind, osm=SPACE / f"{name}.osm.gz", residents=600, seed=1
    )
    place = open_community(told.folder)
    assert len(place["persons"]) == 600
    network = place.network
    homes = place["households"].merge(place["dwellings"], on="dwelling")
    doors = np.array([network.node_of["entrances", door] for door in homes["entrance"]])
    streets = network.nodes["kind"].eq("junction").to_numpy()
    main = np.bincount(network.component[streets]).argmax()
    assert np.mean(network.component[doors] == main) > largest
    assert network.links["length"].ge(0).all()
