"""Vector layers: encodings, datums, columns, and what is wrong with single objects."""

import json
import sqlite3
import struct
import warnings
from contextlib import closing

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon, box

from renlin.catalogue.load import load
from renlin.community.folder import open_community
from renlin.errors import DataFault
from renlin.intake.datum import bd09_from_wgs84, gcj02_from_wgs84
from renlin.intake.layer_import import import_layers
from renlin.intake.layer_mapping import LayerMapping, read_layer_mapping
from renlin.intake.shapes import mended
from renlin.intake.vector import read_vector
from renlin.intake.vector_file import open_vector
from renlin.intake.vector_shapes import dissolved

CRS = "EPSG:32650"
X, Y = 668_000.0, 3_546_000.0  # metres, a place in Nanjing
EIGHT = Polygon([(0, 0), (20, 10), (20, 0), (0, 10)])
SPIKED = Polygon(
    [(0, 0), (40, 0), (40, 40), (20, 40), (20, 40.2), (20.2, 40.1), (19.9, 40), (0, 40)]
)


@pytest.fixture(scope="module")
def catalogue():
    return load()


def at(shape):
    return shapely.transform(shape, lambda c: c + np.array([X, Y]))


def houses(n=8):
    """Return a base map of houses at uneven distances: no shift fits it by chance."""
    places = [(n * 37 + (n * n * 13) % 29, (n * 53) % 190) for n in range(n)]
    return gpd.GeoDataFrame(
        {"building": [f"b{i}" for i in range(n)]},
        geometry=[at(box(x, y, x + 12 + i % 5, y + 9)) for i, (x, y) in enumerate(places)],
        crs=CRS,
    )


def shifted(frame, forward):
    degrees = frame.to_crs("EPSG:4326")
    moved = [shapely.transform(s, forward) for s in degrees.geometry]
    return degrees.set_geometry(gpd.GeoSeries(moved, crs="EPSG:4326", index=degrees.index))


def write(frame, path, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(frame, path, **options)
    return path


@pytest.fixture
def importing(tmp_path, catalogue):
    """Return a function that writes a layer and reads it back through a mapping."""

    def run(frame, table="buildings", datum="wgs84", *, base=None, name="layer.geojson", **stated):
        degrees = (
            frame if datum.startswith("epsg") or frame.crs is None else frame.to_crs("EPSG:4326")
        )
        driver = {"geojson": "GeoJSON", "gpkg": "GPKG", "shp": "ESRI Shapefile"}[
            name.split(".")[-1]
        ]
        write(degrees, tmp_path / name, driver=driver)
        mapping = LayerMapping(file=name, table=table, datum=datum, **stated)
        return read_vector(tmp_path, mapping, catalogue, crs=CRS, base=base)

    return run


def refusal(importing, *args, **facts):
    with pytest.raises(DataFault) as caught:
        importing(*args, **facts)
    return caught.value.faults


class TestFiles:
    def shapefile(self, folder, encoding, cpg):
        frame = houses().to_crs("EPSG:4326").rename(columns={"building": "楼号"})
        frame["名称"] = [f"桂花新村{n}号楼" for n in range(len(frame))]
        write(frame, folder / "a.shp", driver="ESRI Shapefile", encoding=encoding)
        (folder / "a.cpg").unlink(missing_ok=True)
        if cpg:
            (folder / "a.cpg").write_text(cpg, encoding="ascii")
        return open_vector(folder / "a.shp")

    @pytest.mark.parametrize(
        ("encoding", "cpg"),
        [
            ("gb18030", None),
            ("gb18030", "GBK"),
            ("gb18030", "936"),
            ("utf-8", None),
            ("utf-8", "UTF-8"),
            ("utf-8", "GBK"),
            ("gb18030", "UTF-8"),
        ],
    )
    def test_a_shapefile_reads_well_whatever_its_cpg_says(self, tmp_path, encoding, cpg):
        frame = self.shapefile(tmp_path, encoding, cpg)
        assert frame["名称"].tolist()[:2] == ["桂花新村0号楼", "桂花新村1号楼"]
        assert "楼号" in frame.columns

    def test_a_heading_cut_inside_a_character_can_be_read(self, tmp_path):
        frame = houses().to_crs("EPSG:4326")
        frame["很长的中文字段名称"] = "甲"
        write(frame, tmp_path / "a.shp", driver="ESRI Shapefile", encoding="utf-8")
        (tmp_path / "a.cpg").unlink()
        columns = open_vector(tmp_path / "a.shp").columns
        assert [c for c in columns if c.startswith("很长")] == ["很长的"]

    def test_western_letters_are_read_by_their_cpg(self, tmp_path):
        frame = houses().to_crs("EPSG:4326")
        frame["nom"] = "Résidence Hélène"
        write(frame, tmp_path / "a.shp", driver="ESRI Shapefile", encoding="ISO-8859-1")
        (tmp_path / "a.cpg").write_text("ISO-8859-1", encoding="ascii")
        assert open_vector(tmp_path / "a.shp")["nom"].iloc[0] == "Résidence Hélène"

    def test_a_geojson_in_gbk_is_read(self, tmp_path):
        feature = {
            "type": "Feature",
            "properties": {"名称": "桂花新村一号楼"},
            "geometry": {"type": "Point", "coordinates": [118.78, 32.04]},
        }
        text = json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)
        (tmp_path / "a.geojson").write_bytes(text.encode("gb18030"))
        assert open_vector(tmp_path / "a.geojson")["名称"].tolist() == ["桂花新村一号楼"]

    @pytest.mark.parametrize("kept", [0, 40, 300])
    def test_a_cut_geojson_is_refused(self, tmp_path, kept):
        path = write(houses().to_crs("EPSG:4326"), tmp_path / "a.geojson", driver="GeoJSON")
        path.write_bytes(path.read_bytes()[:kept])
        with pytest.raises(DataFault, match=r"a\.geojson"):
            open_vector(path)

    @pytest.mark.parametrize("lost", [".shx", ".shp"])
    def test_a_shapefile_without_its_parts_is_refused(self, tmp_path, lost):
        write(houses().to_crs("EPSG:4326"), tmp_path / "a.shp", driver="ESRI Shapefile")
        (tmp_path / f"a{lost}").unlink()
        with pytest.raises(DataFault):
            open_vector(tmp_path / "a.shp")

    def test_an_empty_layer_is_refused(self, tmp_path):
        (tmp_path / "a.geojson").write_text('{"type":"FeatureCollection","features":[]}')
        with pytest.raises(DataFault, match="no features"):
            open_vector(tmp_path / "a.geojson")

    def test_one_of_several_layers_must_be_named(self, tmp_path):
        frame = houses().to_crs("EPSG:4326")
        write(frame, tmp_path / "a.gpkg", driver="GPKG", layer="houses")
        write(frame.head(3), tmp_path / "a.gpkg", driver="GPKG", layer="sheds", append=True)
        with pytest.raises(DataFault, match="houses, sheds"):
            open_vector(tmp_path / "a.gpkg")
        with pytest.raises(DataFault, match="Did you mean sheds"):
            open_vector(tmp_path / "a.gpkg", layer="shed")
        assert len(open_vector(tmp_path / "a.gpkg", layer="sheds")) == 3

    @pytest.mark.parametrize(("name", "driver"), [("a.fgb", "FlatGeobuf"), ("a.parquet", "")])
    def test_other_formats_come_out_alike(self, tmp_path, name, driver):
        frame = houses().to_crs("EPSG:4326")
        if driver:
            write(frame, tmp_path / name, driver=driver)
        else:
            frame.to_parquet(tmp_path / name)
        read = open_vector(tmp_path / name)
        assert sorted(read["building"]) == frame["building"].tolist()
        assert read.crs.to_string() == "EPSG:4326"

    @pytest.mark.parametrize("name", ["a.fgb", "a.parquet", "a.gpkg"])
    def test_what_is_none_of_them_is_refused(self, tmp_path, name):
        (tmp_path / name).write_bytes(b"PAR1 nothing of the kind")
        with pytest.raises(DataFault, match=name.replace(".", r"\.")):
            open_vector(tmp_path / name)

    def test_a_table_without_shapes_is_no_layer_to_choose_from(self, tmp_path):
        frame = houses().to_crs("EPSG:4326")
        write(frame, tmp_path / "a.gpkg", driver="GPKG", layer="houses")
        plain = pd.DataFrame({"remark": ["x"]})
        write(plain, tmp_path / "a.gpkg", driver="GPKG", layer="remarks", append=True)
        assert len(open_vector(tmp_path / "a.gpkg")) == len(frame)

    def test_a_curved_outline_comes_by_chords(self, tmp_path):
        path = write(houses(1).to_crs("EPSG:4326"), tmp_path / "a.gpkg", driver="GPKG", layer="x")
        ring = [(118.80, 32.04), (118.801, 32.041), (118.802, 32.04), (118.801, 32.039)]
        places = b"".join(struct.pack("<dd", *at) for at in [*ring, ring[0]])
        curve = struct.pack("<BII", 1, 10, 1) + struct.pack("<BII", 1, 8, 5) + places
        with closing(sqlite3.connect(path)) as base:
            for (name,) in base.execute("select name from sqlite_master where type='trigger'"):
                base.execute(f'drop trigger "{name}"')
            blob = b"GP" + struct.pack("<BBi", 0, 1, 4326) + curve
            base.execute("update x set geom = ?", (blob,))
            base.commit()
        shape = open_vector(path).geometry.iloc[0]
        assert shape.geom_type == "Polygon"
        assert len(shape.exterior.coords) > 20

    def test_a_shapefile_without_its_prj_takes_the_system_declared(self, tmp_path, catalogue):
        write(houses(), tmp_path / "a.shp", driver="ESRI Shapefile")
        (tmp_path / "a.prj").unlink()
        stated = {"file": "a.shp", "table": "buildings", "datum": "wgs84"}
        with pytest.raises(DataFault, match="states its coordinate system"):
            read_vector(tmp_path, LayerMapping(**stated), catalogue, crs=CRS)
        made = read_vector(tmp_path, LayerMapping(**stated, crs=CRS), catalogue, crs=CRS)
        off = made.table.geometry.iloc[0].hausdorff_distance(houses().geometry.iloc[0])
        assert off < 0.01

    def test_a_system_that_contradicts_the_file_is_refused(self, tmp_path, catalogue):
        write(houses(), tmp_path / "a.shp", driver="ESRI Shapefile")
        mapping = LayerMapping(file="a.shp", table="buildings", datum="wgs84", crs="EPSG:32651")
        with pytest.raises(DataFault, match="EPSG:32651"):
            read_vector(tmp_path, mapping, catalogue, crs=CRS)

    def test_an_unknown_system_is_refused_in_the_mapping(self, tmp_path):
        (tmp_path / "m.toml").write_text(
            '[layers.a]\nfile="a.shp"\ntable="buildings"\ndatum="wgs84"\ncrs="EPSG:1"\n'
        )
        with pytest.raises(DataFault, match="crs"):
            read_layer_mapping(tmp_path / "m.toml")


class TestDatum:
    @pytest.mark.parametrize(
        ("datum", "forward"), [("gcj02", gcj02_from_wgs84), ("bd09", bd09_from_wgs84)]
    )
    def test_a_moved_layer_comes_back_to_the_base_map(self, importing, datum, forward):
        base = houses()
        layer = importing(shifted(base, forward), datum=datum, base={"buildings": base})
        apart = shapely.distance(
            shapely.centroid(layer.table.geometry.to_numpy()),
            shapely.centroid(base.geometry.to_numpy()),
        )
        assert apart.max() < 0.01
        assert layer.judgement.offsets[datum] < 0.01

    def test_a_layer_moved_by_gcj_is_found_out_with_all_figures(self, importing):
        base = houses()
        faults = refusal(
            importing, shifted(base, gcj02_from_wgs84), datum="wgs84", base={"buildings": base}
        )
        assert len(faults) == 1
        assert all(word in faults[0].got.en for word in ("wgs84", "gcj02", "bd09"))

    def test_a_mixed_layer_is_found_out(self, importing):
        base = houses(30)
        mixed = pd.concat(
            [base.to_crs("EPSG:4326").head(20), shifted(base, gcj02_from_wgs84).tail(10)]
        )
        faults = refusal(
            importing, gpd.GeoDataFrame(mixed, crs="EPSG:4326"), base={"buildings": base}
        )
        assert "gcj02" in faults[0].got.en

    def test_gauss_krueger_metres_are_read_by_their_code(self, importing):
        base = houses()
        layer = importing(
            base.to_crs("EPSG:4549"), datum="epsg:4549", base={"buildings": base}, name="a.gpkg"
        )
        assert layer.table.geometry.iloc[0].centroid.distance(base.geometry.iloc[0].centroid) < 0.5

    def test_a_code_that_contradicts_the_file_is_refused(self, importing):
        faults = refusal(importing, houses().to_crs("EPSG:4549"), datum="epsg:4513", name="a.gpkg")
        assert faults[0].column == "datum"

    def test_metres_without_a_system_are_refused(self, importing):
        bare = houses().set_crs(None, allow_override=True)
        assert refusal(importing, bare, name="a.gpkg")[0].column == "datum"

    def test_without_a_base_map_a_note_says_that_nothing_tested_the_datum(self, importing):
        layer = importing(houses())
        assert layer.judgement is None
        assert layer.notes["reason_en"].str.contains("nothing tested").any()

    def test_exchanged_axes_are_found_out(self, importing):
        base = houses()
        degrees = base.to_crs("EPSG:4326")
        turned = [shapely.transform(s, lambda c: c[:, ::-1]) for s in degrees.geometry]
        faults = refusal(
            importing,
            degrees.set_geometry(gpd.GeoSeries(turned, crs="EPSG:4326")),
            base={"buildings": base},
        )
        assert any("latitude" in fault.got.en for fault in faults)

    def test_one_exchanged_object_among_many_is_named_by_its_row(self, importing):
        base = houses()
        degrees = base.to_crs("EPSG:4326")
        shapes = list(degrees.geometry)
        shapes[2] = shapely.transform(shapes[2], lambda c: c[:, ::-1])
        layer = degrees.set_geometry(gpd.GeoSeries(shapes, crs="EPSG:4326"))
        faults = refusal(importing, layer, base={"buildings": base})
        assert {fault.row for fault in faults} == {3}

    def test_doors_are_tested_against_outlines(self, importing):
        base = houses(12)
        doors = gpd.GeoDataFrame(
            {"building": base["building"], "name": "1单元"},
            geometry=[Point(s.exterior.coords[0]) for s in base.geometry],
            crs=CRS,
        )
        layer = importing(doors, "entrances", base={"buildings": base})
        assert layer.judgement.offsets["wgs84"] < 3
        faults = refusal(
            importing, shifted(doors, bd09_from_wgs84), "entrances", base={"buildings": base}
        )
        assert faults


class TestShapes:
    def test_a_small_loop_is_mended_and_a_figure_of_eight_refused(self):
        assert mended(EIGHT, limit=0.01).shape is None
        sound = mended(SPIKED, limit=0.01)
        assert sound.shape.is_valid
        assert 0 < sound.change < 0.01
        assert sound.shape.area == pytest.approx(1600, rel=0.01)

    def test_a_sound_shape_is_left_as_it_is(self):
        assert mended(box(0, 0, 5, 5), limit=0.01).shape.equals(box(0, 0, 5, 5))

    def one(self, shape, **facts):
        return gpd.GeoDataFrame({"building": ["x"], **facts}, geometry=[shape], crs=CRS)

    def test_mending_is_told(self, importing):
        layer = importing(self.one(at(SPIKED)))
        assert layer.notes.loc[layer.notes["id"] == "x", "reason_en"].str.contains("mended").all()
        assert layer.table.geometry.is_valid.all()

    def test_every_bad_object_is_named_with_its_row_at_once(self, importing, catalogue):
        side = catalogue.number("building_area_limit") ** 0.5 * 1.1
        shapes = [
            at(box(0, 0, 10, 10)),
            at(EIGHT),
            None,
            Polygon(),
            at(Point(1, 1)),
            at(box(0, 0, side, side)),
        ]
        frame = gpd.GeoDataFrame(
            {"building": list("abcdef"), "floors": [3, 3, 3, 3, 3, 999]}, geometry=shapes, crs=CRS
        )
        faults = refusal(importing, frame)
        assert {(fault.row, fault.column) for fault in faults} == {
            (2, "geometry"), (3, "geometry"), (4, "geometry"), (5, "geometry"), (6, "geometry"),
        }  # fmt: skip

    def test_coordinates_that_are_no_numbers_are_refused(self, tmp_path, catalogue):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            broken = Polygon([(0, 0), (10, 0), (10, np.nan), (0, 10)])
        frame = gpd.GeoDataFrame({"building": ["x"]}, geometry=[broken], crs="EPSG:4326")
        write(frame, tmp_path / "a.gpkg", driver="GPKG")
        mapping = LayerMapping(file="a.gpkg", table="buildings", datum="wgs84")
        with pytest.raises(DataFault) as caught:
            read_vector(tmp_path, mapping, catalogue, crs=CRS)
        assert caught.value.faults[0].row == 1

    def test_a_line_of_several_parts_becomes_several_walks(self, importing):
        two = MultiLineString([[(0, 0), (9, 0)], [(20, 0), (29, 0)]])
        touching = MultiLineString([[(0, 5), (9, 5)], [(9, 5), (18, 5)]])
        frame = gpd.GeoDataFrame(
            {"walk": ["w", "v"], "kind": "footway"}, geometry=[at(two), at(touching)], crs=CRS
        )
        layer = importing(frame, "walks")
        assert layer.table["walk"].tolist() == ["w-1", "w-2", "v"]
        assert layer.table.geometry.length.tolist() == pytest.approx([9, 9, 18], rel=1e-3)
        assert layer.table["origin"].tolist() == ["layer.geojson"] * 3

    def test_heights_in_coordinates_are_let_go(self, importing):
        tall = Polygon([(X, Y, 5), (X + 9, Y, 5), (X + 9, Y + 9, 6), (X, Y + 9, 6)])
        assert not importing(self.one(tall)).table.geometry.has_z.any()

    def test_pieces_of_one_house_cut_at_a_tile_edge_are_joined(self, importing):
        halves = [at(box(0, 0, 10, 10)), at(box(10, 0, 20, 10))]
        frame = gpd.GeoDataFrame(
            {"building": ["x", "x"], "floors": [3, 3]}, geometry=halves, crs=CRS
        )
        layer = importing(frame)
        assert len(layer.table) == 1
        assert layer.table.geometry.iloc[0].area == pytest.approx(200, rel=1e-3)
        assert layer.notes["reason_en"].str.contains("joined from 2 pieces").any()

    def test_two_houses_with_one_key_are_a_fault(self, importing):
        apart = [at(box(0, 0, 10, 10)), at(box(50, 0, 60, 10))]
        frame = gpd.GeoDataFrame({"building": ["x", "x"]}, geometry=apart, crs=CRS)
        faults = refusal(importing, frame)
        assert [(fault.row, fault.column) for fault in faults] == [(2, "building")]

    def test_pieces_that_do_not_touch_are_not_one(self):
        assert dissolved([box(0, 0, 1, 1), box(5, 0, 6, 1)], gap=0.5) is None
        assert dissolved([box(0, 0, 1, 1), box(1.2, 0, 2, 1)], gap=0.5).area == pytest.approx(1.8)

    def test_a_multipolygon_stays_one_building(self, importing):
        both = MultiPolygon([box(0, 0, 9, 9), box(20, 0, 29, 9)])
        assert importing(self.one(at(both))).table.geometry.iloc[0].area == pytest.approx(
            162, rel=1e-3
        )


class TestColumns:
    def test_stated_headings_and_words_become_ours(self, importing):
        frame = houses().rename(columns={"building": "楼号"})
        frame["性质"], frame["层"], frame["备注"] = "住宅", 6, "x"
        layer = importing(
            frame,
            columns={"楼号": "building", "性质": "use", "层": "floors"},
            values={"use": {"住宅": "dwelling"}},
            ignore=("备注",),
        )
        assert layer.table["use"].unique().tolist() == ["dwelling"]
        assert layer.table["floors"].tolist() == [6] * 8
        assert not layer.notes["reason_en"].str.contains("not used").any()

    def test_headings_in_our_words_are_guessed_and_the_guess_is_told(self, importing):
        frame = houses()
        frame["层数"] = 5
        layer = importing(frame)
        assert layer.columns == {"building": "building", "层数": "floors"}
        assert layer.notes["reason_en"].str.contains("层数 taken as floors").any()

    def test_headings_nobody_uses_are_told(self, importing):
        frame = houses()
        frame["OBJECTID"] = 1
        assert importing(frame).notes["reason_en"].str.contains("not used: OBJECTID").any()

    def test_objects_without_a_key_are_numbered(self, importing):
        layer = importing(houses()[["geometry"]])
        assert layer.table["building"].tolist()[:2] == ["buildings-1", "buildings-2"]
        assert layer.table["name"].notna().all()

    def test_a_stated_heading_that_is_not_there_is_a_fault(self, importing):
        faults = refusal(importing, houses(), columns={"楼层数": "floors", "building": "flors"})
        assert {fault.column for fault in faults} == {"楼层数", "flors"}
        assert any("Did you mean floors" in fault.remedy.en for fault in faults)

    def test_bad_cells_are_named_by_row(self, importing):
        frame = houses(3)
        frame["floors"] = ["6", "many", "400"]
        faults = refusal(importing, frame)
        assert [(fault.row, fault.column) for fault in faults] == [(2, "floors"), (3, "floors")]

    def test_facilities_get_their_place_in_metres(self, importing):
        frame = gpd.GeoDataFrame(
            {"facility": ["f"], "kind": ["clinic"], "name": ["卫生站"]},
            geometry=[at(Point(3, 4))],
            crs=CRS,
        )
        row = importing(frame, "facilities").table.iloc[0]
        assert (row["x"], row["y"]) == pytest.approx((X + 3, Y + 4), abs=0.01)


class TestMapping:
    def test_a_mapping_states_layers(self, tmp_path):
        (tmp_path / "map.toml").write_text(
            '[layers.houses]\nfile = "a.gpkg"\ntable = "buildings"\ndatum = "gcj02"\n',
            encoding="utf-8",
        )
        stated = read_layer_mapping(tmp_path / "map.toml")
        assert stated["houses"].table == "buildings"

    def test_all_faults_of_a_mapping_come_at_once(self, tmp_path):
        (tmp_path / "map.toml").write_text(
            '[layers.a]\nfile = "../a.gpkg"\ntable = "buildings"\ndatum = "wgs84"\n'
            '[layers.b]\nfile = "b.gpkg"\ntable = "houses"\ndatun = "wgs84"\n',
            encoding="utf-8",
        )
        with pytest.raises(DataFault) as caught:
            read_layer_mapping(tmp_path / "map.toml")
        text = caught.value.text("en")
        assert all(word in text for word in ("layers.a", "layers.b", "Did you mean datum?"))


class TestImport:
    @pytest.fixture
    def place(self, tmp_path):
        import shutil

        shutil.copytree("tests/places/willow", tmp_path / "willow")
        return tmp_path / "willow"

    def stated(self, folder, text):
        (folder / "map.toml").write_text(text, encoding="utf-8")
        return folder / "map.toml"

    def test_a_layer_takes_the_place_of_its_table(self, place, tmp_path):
        spaces = open_community(place)["spaces"].copy()
        spaces["name"] = "新操场"
        write(
            spaces.to_crs("EPSG:4326")[["space", "name", "kind", "geometry"]],
            tmp_path / "s.gpkg",
            driver="GPKG",
        )
        told = import_layers(
            place,
            self.stated(
                tmp_path, '[layers.s]\nfile = "s.gpkg"\ntable = "spaces"\ndatum = "wgs84"\n'
            ),
        )
        assert told.counts == {"spaces": 1}
        after = open_community(place)
        assert after["spaces"]["name"].tolist() == ["新操场"]
        assert len(after["persons"]) == 21
        assert sorted(path.name for path in (place / "layers").glob("spaces.*")) == ["spaces.gpkg"]

    def test_a_fault_in_one_layer_leaves_the_folder_as_it_was(self, place, tmp_path):
        before = {p: p.read_bytes() for p in place.rglob("*") if p.is_file()}
        spaces = open_community(place)["spaces"].to_crs("EPSG:4326")
        write(spaces[["space", "name", "kind", "geometry"]], tmp_path / "s.gpkg", driver="GPKG")
        eight = gpd.GeoDataFrame({"building": ["x"]}, geometry=[EIGHT], crs="EPSG:4326")
        write(eight, tmp_path / "b.gpkg", driver="GPKG")
        mapping = self.stated(
            tmp_path,
            '[layers.s]\nfile = "s.gpkg"\ntable = "spaces"\ndatum = "wgs84"\n'
            '[layers.b]\nfile = "b.gpkg"\ntable = "buildings"\ndatum = "wgs84"\n',
        )
        with pytest.raises(DataFault, match=r"b\.gpkg"):
            import_layers(place, mapping)
        assert {p: p.read_bytes() for p in place.rglob("*") if p.is_file()} == before

    def test_a_layer_that_would_leave_doors_without_their_house_is_refused(self, place, tmp_path):
        houses_ = open_community(place)["buildings"].to_crs("EPSG:4326").head(1)
        write(houses_[["building", "name", "geometry"]], tmp_path / "b.gpkg", driver="GPKG")
        mapping = self.stated(
            tmp_path, '[layers.b]\nfile = "b.gpkg"\ntable = "buildings"\ndatum = "wgs84"\n'
        )
        with pytest.raises(DataFault) as caught:
            import_layers(place, mapping)
        assert "building" in {fault.column for fault in caught.value.faults}
        assert len(open_community(place)["buildings"]) == 3


def test_a_walk_is_no_building(importing):
    frame = gpd.GeoDataFrame(
        {"building": ["x"]}, geometry=[at(LineString([(0, 0), (9, 0)]))], crs=CRS
    )
    faults = refusal(importing, frame)
    assert [(fault.row, fault.got.en) for fault in faults] == [(1, "LineString")]
