"""The map opens from disk, asks for nothing, draws every layer, and hides whom it must."""

import json
import re

import pytest
from tests.report.books import book, changed, without
from tests.report.openmap.browser import asked, drawn, legend, opened, text_of
from tests.report.sample import results

from renlin.report.openmap import library as held
from renlin.report.openmap import page
from renlin.report.openmap.library import library
from renlin.report.openmap.page import inline, write_maps
from renlin.report.readings.places import atlas

pytestmark = pytest.mark.skipif(library() is None, reason="package maplibre is not installed")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_maps(results(), tmp_path_factory.mktemp("maps"))


@pytest.fixture(scope="module")
def seen(written, tmp_path_factory):
    return opened(written["map"], tmp_path_factory.mktemp("seen"))


def data(path):
    told = re.search(r'id="data">(.*?)</script>', path.read_text(encoding="utf-8"), re.DOTALL)
    return json.loads(told.group(1))


def test_the_map_is_drawn_from_disk_with_every_unit_and_every_point(seen):
    told = drawn(seen)
    made = atlas(book())
    assert told["units"] == len(made.classes.table)
    assert told["pins"] == len(made.points)
    assert {"spaces", "ways", "facilities", "gaps", "paper", "names"} <= set(told)
    assert "data-error" not in seen


def test_the_open_page_asks_for_nothing_outside_itself(seen):
    assert all(name.startswith(("blob:", "data:")) for name in asked(seen))
    assert "data-refused" not in seen


def test_the_file_forbids_every_request_and_names_no_address_to_load(written):
    for path in written.values():
        text = path.read_text(encoding="utf-8")
        assert "default-src 'none'" in text
        own = text.replace(library().script, "").replace(library().style, "")
        assert not re.search(r"(src|href)=\"?(https?:)?//|url\(\s*['\"]?https?:|@import", own)


def test_the_legend_counts_the_classes_of_the_findings(seen):
    counts = atlas(book()).classes.counts()
    told = legend(seen)
    for (risk, cover), n in counts.items():
        assert told["unknown" if 0 in (risk, cover) else f"r{risk}c{cover}"] == n
    assert sum(told.values()) == sum(counts.values())


def test_a_group_is_coloured_only_where_enough_of_it_live(written):
    table = results()["space.coverage"].table
    units = atlas(book()).units
    people = table.assign(unit=table["entrance"].map(units.of))
    counted = people.groupby(["unit", "display"]).size()
    for feature in data(written["map"])["layers"]["units"]["features"]:
        own = feature["properties"]
        for view, code in own["by"].items():
            display = view.split("|")[1]
            if display != "all":
                assert (code != "few") == (counted.get((own["unit"], display), 0) >= 10)


def test_all_of_a_group_out_of_reach_is_the_poorest_class_and_some_the_middle_one():
    def out(keep):
        def change(table):
            general = table["display"] == "general"
            table.loc[general, "state"] = "covered"
            first = table[general].groupby("entrance").cumcount()
            table.loc[general & (first.reindex(table.index) >= keep), "state"] = "not_covered"
            return table

        run = changed("space.coverage", change)
        layers = page.public_layers(book(run), atlas(book(run)))
        codes = [row["by"]["shelter|general"] for row in layers["units"].rows]
        return {code[-2:] for code in codes if code.startswith("r")}

    assert out(0) == {"c3"}
    assert out(1) == {"c2"}
    assert out(1000) == {"c1"}


def test_no_person_household_or_dwelling_is_in_the_file(written):
    place = results().community
    for path in written.values():
        text = path.read_text(encoding="utf-8").replace(library().script, "")
        words = set(re.findall(r"[\w-]+", text))
        for table in ("persons", "households", "dwellings"):
            assert not words & set(place[table].iloc[:, 0].astype(str))


def test_counts_under_k_are_words(written):
    told = data(written["map"])["layers"]
    few = [f["properties"]["unserved"] for f in told["points"]["features"]]
    assert few
    for words in few:
        assert words == "少于 10 人" or int(re.match(r"[\d,]+", words)[0].replace(",", "")) >= 10


def test_choosing_a_group_and_a_building_changes_legend_reach_and_what_is_told(written, tmp_path):
    act = (
        "const set=(id,v)=>{const e=document.getElementById(id);e.value=v;"
        "e.dispatchEvent(new Event('change'))};set('group','general');set('search','7');"
    )
    dom = opened(written["map"], tmp_path, script=act, until="reach")
    units = data(written["map"])["layers"]["units"]["features"]
    codes = [f["properties"]["by"]["shelter|general"] for f in units]
    assert legend(dom) == {code: codes.count(code) for code in legend(dom)}
    assert text_of(dom, "poor") == "都够不着"
    assert drawn(dom)["reach"] > 0
    assert text_of(dom, "says").startswith("7\xa0号楼")


def test_without_webgl_the_static_map_stays_and_says_so(written, tmp_path):
    flags = ("--disable-3d-apis", "--disable-software-rasterizer")
    dom = opened(written["map"], tmp_path, flags=flags)
    assert drawn(dom) == {}
    assert "静态图" in text_of(dom, "why")
    assert 'id="still"' in dom
    assert 'class="covered"' not in dom


def test_without_the_library_the_static_map_is_written_with_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(page, "library", lambda: None)
    made = write_maps(results(), tmp_path)
    text = made["map"].read_text(encoding="utf-8")
    assert 'id="library"' not in text
    assert 'class="fig map"' in text
    assert "maplibre" in text_of(opened(made["map"], tmp_path), "why")


def test_a_library_whose_hash_is_not_listed_is_not_used(monkeypatch, tmp_path):
    folder = held._folder()
    for name in (held.SCRIPT, held.STYLE):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    monkeypatch.setattr(held, "_folder", lambda: tmp_path)
    assert library() is not None
    (tmp_path / held.SCRIPT).write_bytes((tmp_path / held.SCRIPT).read_bytes() + b" ")
    assert library() is None


def test_the_same_run_writes_the_same_maps(written, tmp_path):
    again = write_maps(results(), tmp_path / written["map"].parent.name)
    assert {n: p.read_bytes() for n, p in again.items()} == {
        n: p.read_bytes() for n, p in written.items()
    }


def test_a_run_without_space_assessment_has_no_map(tmp_path):
    assert write_maps(without("space"), tmp_path) == {}
    assert list(tmp_path.iterdir()) == []


def test_the_table_holds_every_feature_of_its_layer(written):
    text = written["map"].read_text(encoding="utf-8")
    layers = data(written["map"])["layers"]
    for name in ("units", "points", "paper", "gaps", "facilities"):
        assert text.count(f'data-at="{name}/') == len(layers[name]["features"])


def test_no_name_can_end_the_element_it_stands_in():
    assert "</script>" not in inline({"place": "</script><b>"})
    assert json.loads(inline({"place": "</script><b>"}))["place"] == "</script><b>"
