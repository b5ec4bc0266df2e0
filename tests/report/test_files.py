"""Layers and summary hold the numbers of the findings, and nobody."""

import json
import math

import geopandas as gpd
import pyogrio
import pytest
from tests.report.books import changed, without
from tests.report.sample import results

from renlin.report.layers import write_geopackage
from renlin.report.summary import summary, write_summary


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return write_geopackage(results(), tmp_path_factory.mktemp("out"))


def test_every_layer_of_the_place_and_every_finding_with_a_shape_is_in_it(package):
    names = {name for name, _ in pyogrio.list_layers(package)}
    assert {"buildings", "entrances", "walks", "gates", "spaces", "facilities"} <= names
    assert {"space_hazard", "space_points", "space_paper_only", "space_network_gaps"} <= names
    assert {"coverage_by_entrance", "network_links", "findings"} <= names


def test_no_layer_holds_a_person_or_a_household(package):
    for name, _ in pyogrio.list_layers(package):
        columns = {c.lower() for c in pyogrio.read_info(package, layer=name)["fields"]}
        assert not columns & {"person", "household", "name_zh", "phone", "dwelling"}


def test_counts_under_k_are_empty_and_the_others_are_those_of_the_finding(package):
    made = pyogrio.read_dataframe(package, layer="space_points").set_index("point")
    told = results()["space.points"].table.set_index("point")
    assert made["tier1"].isna().sum() == (told["tier1"] > 0).sum()
    assert made["persons"].to_dict() == told["persons"].astype(float).to_dict()


def test_states_by_stairwell_add_up_to_those_of_the_community(package):
    made = pyogrio.read_dataframe(package, layer="coverage_by_entrance")
    states = results()["space.coverage"].table
    hidden = made.loc[made["persons"].isna(), "entrance"]
    kept = states[~states["entrance"].isin(hidden)]
    assert made["persons"].sum() == len(kept)
    assert made["unknown"].sum() == (kept["state"] == "unknown").sum()


def test_the_layers_keep_the_system_of_the_map(package):
    made = gpd.read_file(package, layer="buildings")
    assert made.crs.to_epsg() == 32650


def test_the_same_run_writes_the_same_package(tmp_path, package):
    assert write_geopackage(results(), tmp_path).read_bytes() == package.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["community.gpkg"]


def test_the_summary_is_strict_json_with_sorted_keys_and_no_clock(tmp_path):
    path = write_summary(results(), tmp_path)
    told = json.loads(path.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert list(told) == sorted(told)
    assert write_summary(results(), tmp_path / "again").read_bytes() == path.read_bytes()


def test_the_summary_states_the_numbers_of_the_findings():
    told = summary(results())
    row = (
        results()["simulation.comparison"]
        .table.query("scheme == 'widen' and scenario == 'fire-stair' and display == 'wheelchair'")
        .iloc[0]
    )
    cell = told["comparison"]["fire-stair"]["widen"]["wheelchair"]
    assert math.isclose(cell["difference_s"], row["difference"], abs_tol=1e-6)
    assert cell["verdict"] == "slower"
    assert told["paradox"]["fire-stair"]["widen"]["verdict"] == "flagged"
    assert told["findings"]["space.points"]["id"] == results()["space.points"].id


def test_covered_not_covered_and_unknown_of_the_summary_are_all_persons():
    cell = summary(results())["coverage"]["shelter"]["all"]
    assert cell["covered"] + cell["not_covered"] + cell["unknown"] == cell["n"]
    assert cell["n"] == summary(results())["community"]["persons"]


def test_a_small_group_of_the_summary_is_null_and_says_that_it_is_small():
    def shrink(table):
        return table.assign(n=table["n"].mask(table["display"] == "wheelchair", 4))

    told = summary(changed("simulation.comparison", shrink))
    assert told["comparison"]["quake"]["chairs"]["wheelchair"] == {"few": True}
    assert told["comparison"]["quake"]["chairs"]["general"]["n"] == 1984


def test_a_run_without_findings_still_has_a_summary():
    told = summary(without())
    assert told["plans"] == {"households": 0}
    assert told["points"] == {"n": 0}
