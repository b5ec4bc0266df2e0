"""Vector tiles keep every feature at the deepest zoom, its id, and what the file must say."""

import gzip
import json
import math
from dataclasses import replace

import pyogrio
import pytest
from pmtiles.reader import MmapSource, Reader
from tests.report.books import book, without
from tests.report.sample import results

from renlin.errors import DataFault
from renlin.report.openmap.layers import public_layers
from renlin.report.readings.places import atlas
from renlin.report.tiles import FROM, TO, write_tiles
from renlin.study.results import Results


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return write_tiles([results()], tmp_path_factory.mktemp("tiles") / "district.pmtiles")


def twin():
    run = results()
    settings = run.community.settings.model_copy(update={"code": "twin", "name": "孪生里"})
    return Results(replace(run.community, settings=settings), run.findings)


def ids(path, layer, zoom=TO):
    made = pyogrio.read_dataframe(path, layer=layer, ZOOM_LEVEL=zoom)
    return set(made["id"])


def head(path):
    with path.open("rb") as file:
        made = Reader(MmapSource(file))
        return made.header(), made.metadata()


def test_every_feature_of_every_layer_is_in_the_deepest_zoom_under_its_id(archive):
    layers = public_layers(book(), atlas(book()))
    for name, _ in pyogrio.list_layers(archive):
        assert ids(archive, name) == {f"liuyin/{name}/{i}" for i in range(len(layers[name]))}


def test_every_unit_is_there_at_every_zoom_at_which_it_has_an_area(archive):
    assert ids(archive, "units", 14) == ids(archive, "units")


def test_the_classes_in_the_tiles_are_those_of_the_findings(archive):
    made = pyogrio.read_dataframe(archive, layer="units", ZOOM_LEVEL=TO)
    told = made.drop_duplicates("id").set_index("unit")["class_shelter_all"]
    units = public_layers(book(), atlas(book()))["units"]
    assert told.to_dict() == {row["unit"]: row["by"]["shelter|all"] for row in units.rows}


def test_the_file_says_attribution_legend_date_and_k(archive):
    header, said = head(archive)
    assert said["attribution"] == "示意底图"
    assert said["legend"]["classes"]["r3c3"] == "风险高，够不着"
    assert said["legend"]["colours"]["r3c3"] == "#74370B"
    assert said["communities"][0]["surveyed"] == "2026-11-01"
    assert said["communities"][0]["k_persons"] == 10
    assert (header["min_zoom"], header["max_zoom"]) == (FROM, TO)
    assert "tilestats" not in said


def test_the_tile_at_the_middle_of_the_map_holds_every_layer_of_areas(archive):
    header, said = head(archive)
    lon = (header["min_lon_e7"] + header["max_lon_e7"]) / 2e7
    lat = math.radians((header["min_lat_e7"] + header["max_lat_e7"]) / 2e7)
    x = int((lon + 180) / 360 * 2**FROM)
    y = int((1 - math.asinh(math.tan(lat)) / math.pi) / 2 * 2**FROM)
    with archive.open("rb") as file:
        tile = gzip.decompress(Reader(MmapSource(file)).get(FROM, x, y))
    for layer in said["vector_layers"]:
        if layer["id"] in ("units", "points", "ways", "spaces"):
            assert layer["id"].encode() in tile


def test_two_communities_stand_in_one_file_and_keep_apart(tmp_path):
    path = write_tiles([results(), twin()], tmp_path / "both.pmtiles")
    found = {one.split("/")[0] for one in ids(path, "units")}
    assert found == {"liuyin", "twin"}
    assert [c["code"] for c in head(path)[1]["communities"]] == ["liuyin", "twin"]


def test_the_same_runs_give_the_same_bytes_and_leave_nothing_else(archive, tmp_path):
    again = write_tiles([results()], tmp_path / "again.pmtiles")
    assert again.read_bytes() == archive.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["again.pmtiles"]


def test_one_code_twice_and_a_run_without_space_are_refused(tmp_path):
    with pytest.raises(DataFault, match="liuyin"):
        write_tiles([results(), results()], tmp_path / "a.pmtiles")
    with pytest.raises(DataFault, match="space assessment"):
        write_tiles([without("space")], tmp_path / "b.pmtiles")
    assert list(tmp_path.iterdir()) == []


def test_no_resident_is_in_the_tiles(archive):
    persons = set(results().community["persons"]["person"])
    for name, _ in pyogrio.list_layers(archive):
        table = pyogrio.read_dataframe(archive, layer=name, read_geometry=False)
        words = set(json.loads(table.to_json(orient="split", force_ascii=False)).keys())
        assert words
        for column in table.select_dtypes(exclude="number"):
            assert not persons & set(table[column].dropna().astype(str))
