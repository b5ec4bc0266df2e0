"""Drawings: layers by name, outlines and hatches, blocks, texts as names, damage, systems."""

import ezdxf
import geopandas as gpd
import pytest
from shapely import LineString, Point, Polygon, box

from renlin.catalogue.load import load
from renlin.errors import DataFault
from renlin.intake.dxf import layers_of, read_dxf
from renlin.intake.inspection import inspect_file
from renlin.intake.layer_mapping import LayerMapping
from renlin.intake.vector import read_vector

CRS = "EPSG:32650"
X, Y = 668_000.0, 3_546_000.0
SQUARE = [(0, 0), (20, 0), (20, 10), (0, 10)]


@pytest.fixture(scope="module")
def catalogue():
    return load()


@pytest.fixture
def drawing():
    document = ezdxf.new("R2010")
    document.header["$INSUNITS"] = 6
    return document


@pytest.fixture
def saved(tmp_path):
    def save(document, name="a.dxf"):
        document.saveas(tmp_path / name)
        return tmp_path / name

    return save


def rows(path, **how):
    return read_dxf(path, **how).frame


def moved(places):
    return [(X + x, Y + y) for x, y in places]


class TestShapes:
    def test_a_closed_line_is_an_area_and_an_open_one_a_line(self, drawing, saved):
        space = drawing.modelspace()
        space.add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": "JMD"})
        space.add_lwpolyline(SQUARE, dxfattribs={"layer": "JMD"})
        frame = rows(saved(drawing), layer="JMD")
        assert frame.geometry.iloc[0].equals(Polygon(SQUARE))
        assert frame.geometry.iloc[1].equals(LineString(SQUARE))

    def test_a_line_that_ends_where_it_began_is_closed_without_the_mark(self, drawing, saved):
        drawing.modelspace().add_lwpolyline([*SQUARE, SQUARE[0]], dxfattribs={"layer": "JMD"})
        assert rows(saved(drawing)).geometry.iloc[0].area == pytest.approx(200)

    def test_an_old_polyline_and_a_circle_are_areas_too(self, drawing, saved):
        space = drawing.modelspace()
        space.add_polyline2d(SQUARE, close=True)
        space.add_circle((0, 0), 10)
        areas = sorted(shape.area for shape in rows(saved(drawing)).geometry)
        assert areas[0] == pytest.approx(200)
        assert areas[1] == pytest.approx(314.159, rel=0.01)

    def test_an_arc_in_an_outline_is_drawn_by_chords(self, drawing, saved):
        half = [(0, 0, 0, 0, 1.0), (10, 0, 0, 0, 0)]
        drawing.modelspace().add_lwpolyline(half, close=True)
        assert rows(saved(drawing)).geometry.iloc[0].area == pytest.approx(39.27, rel=0.03)

    def test_a_hatch_is_its_area_without_its_hole(self, drawing, saved):
        hatch = drawing.modelspace().add_hatch(dxfattribs={"layer": "LD"})
        hatch.paths.add_polyline_path(SQUARE, is_closed=True, flags=1)
        hatch.paths.add_polyline_path([(5, 2), (10, 2), (10, 6), (5, 6)], is_closed=True, flags=16)
        assert rows(saved(drawing)).geometry.iloc[0].area == pytest.approx(180)

    def test_a_block_is_a_point_with_its_labels(self, drawing, saved):
        block = drawing.blocks.new("消火栓")
        block.add_circle((0, 0), 1)
        insert = drawing.modelspace().add_blockref("消火栓", (5, 6), dxfattribs={"layer": "XFS"})
        insert.add_attrib("编号", "X-12")
        row = rows(saved(drawing)).iloc[0]
        assert (row["block"], row["编号"], row["name"]) == ("消火栓", "X-12", "X-12")
        assert row["geometry"].equals(Point(5, 6))

    @pytest.mark.parametrize(("code", "area"), [(6, 200.0), (4, 0.0002), (0, 200.0), (2, 18.58)])
    def test_units_become_metres(self, drawing, saved, code, area):
        drawing.header["$INSUNITS"] = code
        drawing.modelspace().add_lwpolyline(SQUARE, close=True)
        read = read_dxf(saved(drawing))
        assert read.frame.geometry.iloc[0].area == pytest.approx(area, rel=1e-3)
        assert read.mended["reason_en"].str.contains("unit").any()

    def test_what_is_of_another_kind_is_dropped_and_named_by_its_handle(self, drawing, saved):
        space = drawing.modelspace()
        good = space.add_lwpolyline(SQUARE, close=True)
        stray = space.add_line((0, 0), (9, 9))
        space.add_linear_dim(base=(0, 5), p1=(0, 0), p2=(9, 0)).render()
        read = read_dxf(saved(drawing), layer="0", kind="polygon")
        assert read.frame["handle"].tolist() == [good.dxf.handle]
        told = read.dropped.set_index("handle")["reason_en"]
        assert told[stray.dxf.handle] == "a line that is not closed"
        assert (read.dropped["type"] == "DIMENSION").any()

    def test_an_outline_is_walked_around_where_lines_are_asked_for(self, drawing, saved):
        drawing.modelspace().add_lwpolyline(SQUARE, close=True)
        assert rows(saved(drawing), kind="line").geometry.iloc[0].length == pytest.approx(60)


class TestNames:
    def test_a_text_inside_an_outline_is_its_name(self, drawing, saved):
        space = drawing.modelspace()
        space.add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": "JMD"})
        space.add_lwpolyline([(30, 0), (40, 0), (40, 9), (30, 9)], close=True,
                             dxfattribs={"layer": "JMD"})  # fmt: skip
        space.add_text("12.35", dxfattribs={"insert": (3, 3), "layer": "GCD"})
        space.add_mtext(r"{\fSimSun|b0;3号楼}", dxfattribs={"insert": (5, 5), "layer": "ZJ"})
        frame = rows(saved(drawing), layer="JMD")
        assert frame["name"].tolist() == ["3号楼", None]
        assert frame["texts"].tolist() == ["12.35 3号楼", None]

    def test_the_smallest_outline_around_a_text_owns_it(self, drawing, saved):
        space = drawing.modelspace()
        space.add_lwpolyline([(-5, -5), (50, -5), (50, 50), (-5, 50)], close=True)
        space.add_lwpolyline(SQUARE, close=True)
        space.add_text("幼儿园", dxfattribs={"insert": (5, 5)})
        assert rows(saved(drawing), layer="0")["name"].tolist() == [None, "幼儿园"]

    @pytest.mark.parametrize("page", ["ANSI_936", "ANSI_1252"])
    def test_names_in_gbk_are_read_whatever_the_code_page_says(self, drawing, tmp_path, page):
        old = ezdxf.new("R2000")
        old.encoding = "gbk"
        old.layers.add("房屋")
        old.modelspace().add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": "房屋"})
        old.modelspace().add_text("桂花新村三号楼", dxfattribs={"insert": (5, 5), "layer": "房屋"})
        old.saveas(tmp_path / "gbk.dxf", encoding="gbk")
        data = (tmp_path / "gbk.dxf").read_bytes()
        (tmp_path / "gbk.dxf").write_bytes(
            data.replace(b"ANSI_936", page.encode()).replace(b"ANSI_1252", page.encode())
        )
        frame = rows(tmp_path / "gbk.dxf", layer="房屋")
        assert frame["name"].tolist() == ["桂花新村三号楼"]

    def test_layers_are_counted_and_a_wrong_name_is_told_the_right_one(self, drawing, saved):
        drawing.modelspace().add_line((0, 0), (1, 1), dxfattribs={"layer": "道路"})
        drawing.modelspace().add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": "JMD-1"})
        path = saved(drawing)
        assert layers_of(path) == {"JMD-1": {"LWPOLYLINE": 1}, "道路": {"LINE": 1}}
        with pytest.raises(DataFault, match="JMD-1"):
            rows(path, layer="JMD1")
        with pytest.raises(DataFault, match="2 layers"):
            rows(path)
        assert len(rows(path, layer="JMD*;道路")) == 2


class TestDamage:
    @pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
    def test_a_broken_off_drawing_never_crashes_and_gives_whole_shapes(self, drawing, saved, share):
        for n in range(30):
            drawing.modelspace().add_lwpolyline([(x + n, y) for x, y in SQUARE], close=True)
        path = saved(drawing)
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * share)])
        try:
            shapes = list(read_dxf(path, layer="0").frame.geometry)
        except DataFault:
            shapes = []
        assert all(shape.is_valid for shape in shapes)
        assert len(shapes) <= 30

    @pytest.mark.parametrize("content", [b"", b"hello", b"\x00" * 200, b"AC1032" + b"\x00" * 300])
    def test_what_is_no_drawing_is_refused(self, tmp_path, content):
        (tmp_path / "a.dxf").write_bytes(content)
        with pytest.raises(DataFault, match=r"a\.dxf"):
            read_dxf(tmp_path / "a.dxf")

    def test_a_line_without_length_costs_only_itself(self, drawing, saved):
        space = drawing.modelspace()
        space.add_line((3, 3), (3, 3))
        space.add_lwpolyline(SQUARE, close=True)
        read = read_dxf(saved(drawing), layer="0")
        assert (len(read.frame), read.dropped["reason_en"].tolist()) == (1, ["it has no shape"])


class TestInspection:
    def test_a_drawing_shows_its_layers_and_of_one_what_gives_no_shape(self, drawing, saved):
        drawing.modelspace().add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": "JMD"})
        drawing.modelspace().add_line((3, 3), (3, 3), dxfattribs={"layer": "JMD"})
        drawing.modelspace().add_line((0, 0), (9, 9), dxfattribs={"layer": "道路"})
        path = saved(drawing)
        seen = inspect_file(path)
        assert (seen.kind, seen.facts["layers"]) == ("map", 2)
        assert seen.preview["layer"].tolist() == ["JMD", "道路"]
        one = inspect_file(path, sheet="JMD")
        assert (one.facts["features"], one.facts["dropped"]) == (1, 1)
        assert one.preview["reason_en"].tolist() == ["it has no shape"]

    def test_a_broken_drawing_is_a_fault_and_no_crash(self, tmp_path):
        (tmp_path / "a.dxf").write_bytes(b"nothing of the kind")
        assert inspect_file(tmp_path / "a.dxf").faults


class TestImport:
    def house(self, drawing, saved):
        drawing.modelspace().add_lwpolyline(moved(SQUARE), close=True, dxfattribs={"layer": "JMD"})
        drawing.modelspace().add_line(*moved([(0, 0), (5, 5)]), dxfattribs={"layer": "JMD"})
        drawing.modelspace().add_text("3号楼", dxfattribs={"insert": (X + 5, Y + 5)})
        return saved(drawing)

    def test_a_drawing_fills_a_table_under_its_handles(self, drawing, saved, catalogue):
        path = self.house(drawing, saved)
        mapping = LayerMapping(
            file=path.name, table="buildings", datum="wgs84", layer="JMD", crs=CRS
        )
        made = read_vector(path.parent, mapping, catalogue, crs=CRS)
        row = made.table.iloc[0]
        assert row["name"] == "3号楼"
        assert row["geometry"].symmetric_difference(Polygon(moved(SQUARE))).area < 0.01
        assert made.notes["reason_en"].str.contains("LINE: a line that is not closed").any()

    def test_gauss_krueger_may_be_declared_as_the_datum(self, drawing, saved, catalogue):
        box_ = gpd.GeoSeries([box(X, Y, X + 20, Y + 10)], crs=CRS).to_crs("EPSG:4549").iloc[0]
        drawing.modelspace().add_lwpolyline(list(box_.exterior.coords), close=True)
        path = saved(drawing)
        mapping = LayerMapping(file=path.name, table="buildings", datum="epsg:4549")
        made = read_vector(path.parent, mapping, catalogue, crs=CRS)
        assert made.table.geometry.iloc[0].distance(Point(X, Y)) < 1

    def test_a_drawing_without_a_declared_system_is_refused(self, drawing, saved, catalogue):
        path = self.house(drawing, saved)
        mapping = LayerMapping(file=path.name, table="buildings", datum="wgs84", layer="JMD")
        with pytest.raises(DataFault, match="a drawing has none of its own"):
            read_vector(path.parent, mapping, catalogue, crs=CRS)

    def test_a_layer_of_the_wrong_kind_is_refused_with_the_number_of_no_use(
        self, drawing, saved, catalogue
    ):
        drawing.modelspace().add_line(*moved([(0, 0), (5, 5)]))
        path = saved(drawing)
        mapping = LayerMapping(file=path.name, table="buildings", datum="wgs84", crs=CRS)
        with pytest.raises(DataFault, match="none \\(1 of no use\\)"):
            read_vector(path.parent, mapping, catalogue, crs=CRS)
