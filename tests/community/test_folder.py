"""A folder opens whole or tells everything that is wrong with it, and is saved whole or not."""

import json
import shutil

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import LineString, Point, Polygon
from tests.community.drawn import willow

from renlin.community import folder as room
from renlin.community.community import TABLES
from renlin.community.folder import open_community, save_community, write_layer
from renlin.community.sessions import SESSION_TABLES
from renlin.errors import CatalogueFault, DataFault, SchemeFault

CANARY = "王小明13800138000"


@pytest.fixture
def copy(tmp_path):
    root = tmp_path / "place"
    shutil.copytree("tests/places/willow", root)
    return root


def replace(root, file, old, new):
    path = root / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def faults(root, kind=DataFault):
    with pytest.raises(kind) as caught:
        open_community(root)
    error = caught.value
    for fault in error.faults:
        assert fault.place
        for said in (fault.expected, fault.got, fault.remedy):
            assert said.zh
            assert said.en
    assert CANARY not in error.text("zh") + error.text("en") + str(error)
    assert str(root) not in error.text("zh") + error.text("en")
    return error.faults


def told(root, kind=DataFault):
    return [(fault.place, fault.row, fault.column) for fault in faults(root, kind)]


class TestRoundTrip:
    def test_a_saved_community_opens_as_it_was(self, copy, tmp_path):
        place = willow()
        save_community(place, copy)
        again = open_community(copy)
        assert dict(again.hashes) == dict(place.hashes)
        assert {name: list(frame.columns) for name, frame in again.tables.items()} == {
            name: list(frame.columns) for name, frame in place.tables.items()
        }

    def test_saving_twice_writes_the_same_tables(self, copy):
        save_community(willow(), copy)
        first = open_community(copy)
        save_community(first, copy)
        assert dict(open_community(copy).hashes) == dict(first.hashes)

    def test_a_layer_taken_away_is_gone_after_saving(self, copy):
        empty = willow()["gates"].iloc[:0]
        save_community(willow().with_tables(gates=empty), copy)
        assert len(open_community(copy)["gates"]) == 0

    def test_files_of_the_holder_stay_among_the_layers(self, copy):
        (copy / "layers/readme.txt").write_text("ours")
        (copy / "layers/photos").mkdir()
        (copy / "layers/photos/gate.jpg").write_bytes(b"jpg")
        save_community(willow(), copy)
        assert (copy / "layers/readme.txt").read_text() == "ours"
        assert (copy / "layers/photos/gate.jpg").read_bytes() == b"jpg"
        assert not (copy / "layers/walks.geojson").exists()

    def test_geojson_and_geopackage_and_csv_of_one_layer_read_alike(self, copy):
        walks = willow()["walks"]
        (copy / "layers/walks.geojson").unlink()
        write_layer(walks, "walks", copy / "layers")
        assert open_community(copy).hashes["walks"] == willow().hashes["walks"]
        (copy / "layers/walks.gpkg").unlink()
        written = pd.DataFrame(walks).assign(geometry=walks["geometry"].to_wkt())
        written.to_csv(copy / "layers/walks.csv", index=False)
        assert open_community(copy).hashes["walks"] == willow().hashes["walks"]

    def test_facilities_drawn_as_points_read_like_their_csv(self, copy):
        facilities = willow()["facilities"]
        (copy / "layers/facilities.csv").unlink()
        text = facilities.drop(columns=["x", "y"]).astype("object")
        text["step_free"] = text["step_free"].map({True: "yes", False: "no"})
        text = text.where(text.notna(), None)
        drawn = gpd.GeoDataFrame(text, geometry=list(facilities["geometry"]), crs=facilities.crs)
        pyogrio.write_dataframe(drawn, copy / "layers/facilities.gpkg")
        opened = open_community(copy)["facilities"]
        assert opened["x"].tolist() == facilities["x"].tolist()
        assert opened["geometry"].tolist() == facilities["geometry"].tolist()

    def test_facilities_in_degrees_land_where_metres_would(self, copy):
        degrees = willow()["facilities"].to_crs("EPSG:4326")
        path = copy / "layers/facilities.csv"
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        table.assign(x=degrees.geometry.x, y=degrees.geometry.y).to_csv(path, index=False)
        replace(copy, "community.toml", '"projected"', '"lonlat"')
        moved = open_community(copy)["facilities"].distance(willow()["facilities"])
        assert moved.max() < 1e-3


class TestSavingIsWholeOrNothing:
    def test_a_failure_half_way_leaves_the_folder_as_it_was(self, copy, monkeypatch):
        before = {path.name: path.read_bytes() for path in (copy / "layers").iterdir()}
        written = []

        def fail(frame, name, layers):
            if len(written) == 3:
                raise OSError("disk full")
            written.append(name)
            return write_layer(frame, name, layers)

        monkeypatch.setattr(room, "write_layer", fail)
        with pytest.raises(OSError, match="disk full"):
            save_community(willow(), copy)
        assert {path.name: path.read_bytes() for path in (copy / "layers").iterdir()} == before
        assert not (copy / "layers.partial").exists()

    def test_a_failure_at_the_exchange_puts_the_old_layers_back(self, copy, monkeypatch):
        before = sorted(path.name for path in (copy / "layers").iterdir())
        rename = type(copy).rename

        def fail(self, target):
            if self.name == "layers.partial":
                raise OSError("interrupted")
            return rename(self, target)

        monkeypatch.setattr(type(copy), "rename", fail)
        with pytest.raises(OSError, match="interrupted"):
            save_community(willow(), copy)
        assert sorted(path.name for path in (copy / "layers").iterdir()) == before
        assert not list(copy.glob("layers.*"))

    def test_what_an_interrupted_run_left_does_not_count_as_input(self, copy):
        before = open_community(copy).inputs
        (copy / "layers.partial").mkdir()
        (copy / "layers.partial/walks.gpkg").write_bytes(b"half")
        assert open_community(copy).inputs == before


class TestAllFaultsAtOnce:
    def test_faults_of_every_file_are_told_together(self, copy):
        replace(copy, "layers/persons.csv", "lin,hu-lin,84", "lin,hu-lin,840")
        replace(copy, "layers/dwellings.csv", "A-1-101,A-1,1", "A-1-101,A-9,1")
        replace(copy, "layers/hazards.csv", "h1,wiring", "h1,wirring")
        replace(copy, "layers/walks.geojson", '"width": 4.0', '"width": 99.0')
        replace(copy, "schemes/gate.toml", "cost = ", "costs = ")
        replace(copy, "scenarios/quake.toml", '"earthquake"', '"earthquak"')
        places = {fault.place for fault in faults(copy)}
        assert places >= {
            "layers/persons.csv",
            "layers/dwellings.csv",
            "layers/hazards.csv",
            "layers/walks.geojson",
            "schemes/gate.toml",
            "scenarios/quake.toml",
        }

    def test_faults_of_schemes_alone_are_for_the_planner(self, copy):
        replace(copy, "schemes/gate.toml", "cost = ", "costs = ")
        replace(copy, "schemes/pair.toml", 'op = "add"', 'op = "append"')
        assert told(copy, SchemeFault) == [
            ("schemes/gate.toml", None, "costs"),
            ("schemes/pair.toml", None, "edit.0.op"),
        ]

    def test_a_policy_naming_what_the_catalogue_does_not_hold_is_refused(self, copy):
        shipped = room.files("renlin.catalogue") / "policy.toml"
        text = shipped.read_text(encoding="utf-8")
        text = text.replace('["shelter"]', '["sheltr"]').replace('"general"', '"genral"')
        (copy / "policy.toml").write_text(text, encoding="utf-8")
        found = {fault.column: fault.text("en") for fault in faults(copy, SchemeFault)}
        assert "Did you mean shelter?" in found["services"]
        assert "Did you mean general?" in found["reference"]

    def test_faults_of_the_overlay_are_for_the_keeper_of_the_catalogue(self, copy):
        (copy / "catalogue").mkdir()
        text = 'storey_height = { value = 3.0, unit = "m", source = "hearsay" }\n'
        (copy / "catalogue/parameters.toml").write_text(text)
        assert [place for place, _, _ in told(copy, CatalogueFault)] == ["parameters.toml"]

    def test_keys_that_point_nowhere_offer_the_nearest_open_one(self, copy):
        replace(copy, "layers/facilities.csv", "避难点,ground", "避难点,grund")
        (fault,) = faults(copy)
        assert (fault.row, fault.column) == (2, "space")
        assert "Did you mean ground?" in fault.text("en")

    def test_keys_of_residents_are_not_told_when_they_point_nowhere(self, copy):
        replace(copy, "layers/persons.csv", "lin,hu-lin", f"lin,{CANARY}")
        replace(copy, "layers/ties.csv", "lin,wu", f"lin,{CANARY}")
        assert ("layers/persons.csv", 2, "household") in told(copy)

    def test_two_schemes_with_one_code_are_refused(self, copy):
        shutil.copy(copy / "schemes/gate.toml", copy / "schemes/gate-2.toml")
        assert told(copy, SchemeFault) == [("schemes/gate.toml", None, "code")]

    def test_registers_that_were_not_built_say_what_to_run(self, copy):
        (copy / "registers").mkdir()
        (copy / "registers/roll.csv").write_text("a\n")
        (copy / "layers/persons.csv").unlink()
        texts = [fault.text("en") for fault in faults(copy)]
        assert any("Run renlin build place first." in text for text in texts)

    def test_no_folder_is_told_as_a_missing_file(self, tmp_path):
        assert ("community.toml", None, None) in told(tmp_path / "nowhere")


class TestCoordinateSystems:
    @pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:99999999", "north", "EPSG:2263"])
    def test_a_system_that_does_not_count_in_metres_is_refused(self, copy, crs):
        replace(copy, "community.toml", "EPSG:32650", crs)
        assert told(copy) == [("community.toml", None, "crs")]

    def test_a_layer_in_another_system_is_brought_over(self, copy):
        walks = willow()["walks"].to_crs("EPSG:4326")
        text = walks[["walk", "kind", "geometry"]]
        (copy / "layers/walks.geojson").unlink()
        pyogrio.write_dataframe(
            text, copy / "layers/walks.geojson", driver="GeoJSON", COORDINATE_PRECISION=12
        )
        moved = open_community(copy)["walks"].distance(willow()["walks"])
        assert moved.max() < 1e-3

    def test_a_geopackage_without_a_system_is_refused(self, copy):
        (copy / "layers/walks.geojson").unlink()
        bare = pd.DataFrame(willow()["walks"])[["walk", "kind"]]
        naked = gpd.GeoDataFrame(bare, geometry=list(willow()["walks"]["geometry"]))
        with pytest.warns(UserWarning, match="crs"):
            pyogrio.write_dataframe(naked, copy / "layers/walks.gpkg")
        assert told(copy) == [("layers/walks.gpkg", None, None)]

    def test_metres_in_a_geojson_that_declares_nothing_are_refused(self, copy):
        path = copy / "layers/walks.geojson"
        whole = json.loads(path.read_text(encoding="utf-8"))
        del whole["crs"]
        path.write_text(json.dumps(whole), encoding="utf-8")
        assert {place for place, _, _ in told(copy)} == {"layers/walks.geojson"}

    def test_axes_taken_for_each_other_are_noticed(self, copy):
        path = copy / "layers/walks.geojson"
        whole = json.loads(path.read_text(encoding="utf-8"))
        for feature in whole["features"]:
            corners = feature["geometry"]["coordinates"]
            feature["geometry"]["coordinates"] = [[y, x] for x, y in corners]
        path.write_text(json.dumps(whole), encoding="utf-8")
        assert told(copy) == [("layers/walks.geojson", 2, "geometry")]

    def test_facilities_with_x_and_y_exchanged_are_noticed(self, copy):
        path = copy / "layers/facilities.csv"
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        table.rename(columns={"x": "y", "y": "x"}).to_csv(path, index=False)
        assert told(copy) == [("layers/facilities.csv", 2, "x")]


class TestFilesAsTheyComeBroken:
    @pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.9, 0.999])
    def test_a_geopackage_cut_short_is_refused(self, copy, share):
        save_community(willow(), copy)
        path = copy / "layers/walks.gpkg"
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * share)])
        assert [fault.place for fault in faults(copy)] == ["layers/walks.gpkg"]

    def test_a_geopackage_that_gives_fewer_objects_than_it_counts_is_refused(
        self, copy, monkeypatch
    ):
        save_community(willow(), copy)
        monkeypatch.setattr(pyogrio, "read_info", lambda *_, **__: {"features": 9})
        found = {fault.place: fault.got.en for fault in faults(copy)}
        assert found["layers/walks.gpkg"] == "only 5 readable"

    @pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.9])
    def test_a_geojson_cut_short_is_refused(self, copy, share):
        path = copy / "layers/walks.geojson"
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * share)])
        assert [fault.place for fault in faults(copy)] == ["layers/walks.geojson"]

    def test_a_csv_cut_inside_a_row_names_the_row(self, copy):
        path = copy / "layers/persons.csv"
        whole = path.read_text(encoding="utf-8")
        path.write_text(whole[: whole.rindex("hu-liu") + 3], encoding="utf-8")
        assert ("layers/persons.csv", 22, None) in told(copy)

    def test_every_uneven_row_of_a_csv_is_told(self, copy):
        replace(copy, "layers/uses.csv", "u1,", "u0,ground\nu1,")
        with open(copy / "layers/uses.csv", "a", encoding="utf-8") as file:
            file.write("u2,ground,a,b,08:00-09:00,daily,1,1,2026-01-01,x,one too many\n")
        assert told(copy) == [("layers/uses.csv", 2, None), ("layers/uses.csv", 4, None)]

    def test_an_open_quote_is_a_file_cut_short(self, copy):
        with open(copy / "layers/uses.csv", "a", encoding="utf-8") as file:
            file.write('u2,"ground')
        assert told(copy) == [("layers/uses.csv", None, None)]

    @pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
    def test_a_csv_in_another_encoding_is_told_so(self, copy, encoding):
        path = copy / "layers/persons.csv"
        text = path.read_text(encoding="utf-8").replace(
            "lin,hu-lin,84,female,", f"lin,hu-lin,84,{CANARY},"
        )
        path.write_text(text, encoding=encoding)
        first = [fault for fault in faults(copy) if fault.place == "layers/persons.csv"]
        assert [fault.got.en for fault in first] == ["another encoding"]

    def test_a_byte_order_mark_is_no_fault(self, copy):
        path = copy / "layers/persons.csv"
        path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8-sig")
        assert open_community(copy).hashes["persons"] == willow().hashes["persons"]

    @pytest.mark.parametrize("name", ["persons.csv", "walks.geojson"])
    def test_an_empty_file_is_told_as_empty(self, copy, name):
        (copy / "layers" / name).write_bytes(b"")
        first = [fault for fault in faults(copy) if fault.place == f"layers/{name}"]
        assert [fault.got.en for fault in first] == ["an empty file"]

    def test_headings_without_rows_are_an_empty_table(self, copy):
        path = copy / "layers/sensors.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
        assert len(open_community(copy)["sensors"]) == 0

    def test_blank_rows_at_the_end_are_no_rows(self, copy):
        with open(copy / "layers/uses.csv", "a", encoding="utf-8") as file:
            file.write("\n,,,,,,,,,\n\n")
        assert len(open_community(copy)["uses"]) == 1

    @pytest.mark.parametrize("heading", ["use,use,group", "use,,group"])
    def test_headings_that_repeat_or_are_empty_are_told(self, copy, heading):
        replace(copy, "layers/uses.csv", "use,space,group", heading)
        assert told(copy) == [("layers/uses.csv", 1, None)]

    def test_a_broken_feature_is_named_by_its_row(self, copy):
        path = copy / "layers/buildings.geojson"
        whole = json.loads(path.read_text(encoding="utf-8"))
        whole["features"][1]["geometry"]["coordinates"] = [[[0, 0], [1, 1]]]
        path.write_text(json.dumps(whole), encoding="utf-8")
        assert ("layers/buildings.geojson", 3, "geometry") in told(copy)

    def test_a_self_crossing_outline_is_named_by_its_row(self, copy):
        path = copy / "layers/buildings.geojson"
        whole = json.loads(path.read_text(encoding="utf-8"))
        bow = Polygon([(500000, 3500000), (500010, 3500010), (500010, 3500000), (500000, 3500010)])
        whole["features"][2]["geometry"]["coordinates"] = [[list(c) for c in bow.exterior.coords]]
        path.write_text(json.dumps(whole), encoding="utf-8")
        assert told(copy) == [("layers/buildings.geojson", 4, "geometry")]

    def test_other_json_is_no_layer(self, copy):
        (copy / "layers/walks.geojson").write_text('{"type": "Topology"}')
        assert told(copy) == [("layers/walks.geojson", None, None)]

    def test_a_geopackage_of_many_layers_is_read_by_the_name_of_the_table(self, copy):
        (copy / "layers/walks.geojson").unlink()
        path = write_layer(willow()["walks"], "walks", copy / "layers")
        other = gpd.GeoDataFrame({"a": ["1"]}, geometry=[Point(0, 0)], crs="EPSG:32650")
        pyogrio.write_dataframe(other, path, layer="aaa", append=True)
        assert open_community(copy).hashes["walks"] == willow().hashes["walks"]

    def test_a_geopackage_of_many_other_layers_is_refused(self, copy):
        (copy / "layers/walks.geojson").unlink()
        path = copy / "layers/walks.gpkg"
        line = gpd.GeoDataFrame(
            {"a": ["1"]}, geometry=[LineString([(0, 0), (1, 1)])], crs="EPSG:32650"
        )
        pyogrio.write_dataframe(line, path, layer="wakls")
        pyogrio.write_dataframe(line, path, layer="other", append=True)
        (fault,) = faults(copy)
        assert "Did you mean wakls?" in fault.text("en")


class TestFilesThatWouldBePassedOver:
    def test_two_files_of_one_layer_are_a_fault(self, copy):
        write_layer(willow()["walks"], "walks", copy / "layers")
        assert told(copy) == [("layers/walks.geojson", None, None)]

    def test_a_misnamed_layer_is_a_fault_when_that_layer_is_absent(self, copy):
        (copy / "layers/walks.geojson").rename(copy / "layers/walk.geojson")
        (fault,) = faults(copy)
        assert "Did you mean walks?" in fault.text("en")

    def test_a_layer_in_another_format_is_a_fault(self, copy):
        (copy / "layers/walks.geojson").rename(copy / "layers/walks.shp")
        assert ("layers/walks.shp", None, None) in told(copy)

    def test_a_file_of_their_own_is_left_alone(self, copy):
        (copy / "layers/readme.txt").write_text("ours")
        (copy / "layers/trees.geojson").write_text("{}")
        assert len(open_community(copy)["buildings"]) == 3


def test_every_layer_has_a_schema():
    beside = {"communities_spending"}  # a table of many communities, in no folder of one
    assert {*TABLES, *SESSION_TABLES, *beside} == set(willow().catalogue.tables)
