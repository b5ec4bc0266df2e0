"""The GeoPackage carries the report's classes and colours into QGIS, in Chinese."""

import sqlite3
from contextlib import closing
from xml.etree import ElementTree as Xml

import pyogrio
import pytest
from tests.report.books import book, without
from tests.report.sample import results

from renlin.report.layers import write_geopackage
from renlin.report.openmap.units import unit_layer
from renlin.report.palette import tokens
from renlin.report.qgis_looks import LOOKS
from renlin.report.readings.places import atlas


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return write_geopackage(results(), tmp_path_factory.mktemp("out"))


def asked(package, question):
    with closing(sqlite3.connect(package)) as file:
        return file.execute(question).fetchall()


def style(package, table):
    found = asked(package, f"SELECT styleQML FROM layer_styles WHERE f_table_name = '{table}'")
    return Xml.fromstring(found[0][0])


def colour(symbol):
    return next(o.get("value") for o in symbol.iter("Option") if o.get("name") == "color")


def test_every_layer_with_a_shape_that_has_a_look_has_one_default_style(package):
    told = asked(package, "SELECT f_table_name, f_geometry_column, useAsDefault FROM layer_styles")
    shapes = dict(asked(package, "SELECT table_name, column_name FROM gpkg_geometry_columns"))
    assert {name for name, _, _ in told} == set(shapes) & set(LOOKS)
    assert all(column == shapes[name] and default == 1 for name, column, default in told)
    assert len({name for name, _, _ in told}) == len(told)


def test_a_schema_stands_as_an_empty_text_as_qgis_asks_for_it(package):
    assert asked(package, "SELECT DISTINCT f_table_schema FROM layer_styles") == [("",)]


def test_units_have_the_nine_colours_of_the_report_and_a_hatch_for_unknown(package):
    made = style(package, "map_units")
    words = {c.get("value"): c.get("symbol") for c in made.iter("category")}
    symbols = {s.get("name"): s for s in made.find("renderer-v2/symbols")}
    for risk in (1, 2, 3):
        for cover in (1, 2, 3):
            code = f"r{risk}c{cover}"
            hexed = tokens()[f"bv-{code}"]
            told = ",".join(str(int(hexed[i : i + 2], 16)) for i in (1, 3, 5))
            assert colour(symbols[words[code]]) == f"{told},255"
    kinds = [layer.get("class") for layer in symbols[words["unknown"]].findall("layer")]
    assert kinds == ["SimpleFill", "LinePatternFill"]


@pytest.mark.parametrize("table", ["map_units", "space_hazard", "gates", "coverage_by_entrance"])
def test_every_category_of_a_style_has_words_and_a_symbol_of_the_right_kind(package, table):
    made = style(package, table)
    symbols = {s.get("name"): s for s in made.find("renderer-v2/symbols")}
    kind = {"map_units": "fill", "space_hazard": "fill"}.get(table, "marker")
    for category in made.iter("category"):
        assert category.get("label")
        assert symbols[category.get("symbol")].get("type") == kind
    assert len(symbols) == len(list(made.iter("category")))


def test_every_class_in_the_units_has_its_category(package):
    made = style(package, "map_units")
    field = made.find("renderer-v2").get("attr").strip('"')
    values = set(pyogrio.read_dataframe(package, layer="map_units")[field])
    assert values <= {c.get("value") for c in made.iter("category")}
    assert len(values) > 2


def test_the_units_hold_the_classes_of_the_map(package):
    made = pyogrio.read_dataframe(package, layer="map_units").set_index("unit")
    layer = unit_layer(book(), atlas(book()))
    told = {row["unit"]: row["by"]["shelter|all"] for row in layer.rows}
    assert made["class_shelter_all"].to_dict() == told


def test_layers_have_chinese_titles_and_say_date_system_and_privacy(package):
    told = dict(asked(package, "SELECT table_name, identifier FROM gpkg_contents"))
    assert told["map_units"] == "风险 × 覆盖（map_units）"
    says = dict(asked(package, "SELECT table_name, description FROM gpkg_contents"))
    for part in ("柳荫里社区", "2026-11-01", "EPSG:32650", "不足 10 人"):
        assert part in says["map_units"].replace("\xa0", " ")


def test_fields_have_chinese_names_that_gdal_reads(package):
    rows = asked(package, "SELECT table_name, column_name, title FROM gpkg_data_columns")
    told = {(table, column): title for table, column, title in rows}
    assert told["buildings", "year_built"] == "建成年份（year）"
    assert told["map_units", "class_shelter_wheelchair"] == "避难场所 · 坐轮椅"
    fields = {n: set(pyogrio.read_info(package, layer=n)["fields"]) for n, _ in told}
    assert all(column in fields[table] for table, column in told)


def test_the_schema_extension_is_registered(package):
    told = asked(package, "SELECT table_name, extension_name FROM gpkg_extensions")
    assert ("gpkg_data_columns", "gpkg_schema") in told
    assert asked(package, "PRAGMA integrity_check") == [("ok",)]


def test_a_run_without_space_has_styles_for_the_place_alone(tmp_path):
    package = write_geopackage(without("space"), tmp_path)
    told = {name for (name,) in asked(package, "SELECT f_table_name FROM layer_styles")}
    assert "buildings" in told
    assert "map_units" not in told
