"""Looking into a file says what it holds, and every fault of it with file, row and column."""

import datetime as dt
import gzip
import json
import os
import shutil

import geopandas as gpd
import openpyxl
import osmium
import pandas as pd
import pytest
import shapely
from shapely import Point, box
from tests.cli.conftest import CANARIES, NAME, NUMBER, PHONE, WILLOW, valid
from tests.intake.test_workbook import xls

from renlin.finding import find, save
from renlin.intake.datum import gcj02_from_wgs84
from renlin.intake.inspection import inspect_file

HEAD = ("姓名", "身份证号", "住址", "电话", "出生日期", "年龄")
SOUND = (
    (NAME, NUMBER, "柳树院1号楼1单元301", PHONE, "1949-12-31", "76"),
    ("吴强", "", "柳树院2号楼1单元101", "13900000002", "1996-06-05", "30"),
)
OSM = """<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="32.0000" lon="118.0000"/><node id="2" lat="32.0000" lon="118.0010"/>
<node id="3" lat="32.0010" lon="118.0010"/><node id="4" lat="32.0010" lon="118.0000"/>
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/>
<tag k="building" v="residential"/></way>
<way id="2"><nd ref="1"/><nd ref="2"/><tag k="highway" v="footway"/></way>
</osm>"""


def row(**changes):
    cells = dict(zip(HEAD, SOUND[0], strict=True)) | changes
    return tuple(cells.values())


def text(rows=SOUND, head=HEAD):
    return "".join(",".join(cells) + "\n" for cells in (head, *rows))


@pytest.fixture
def look(call, tmp_path, monkeypatch):
    """Save content under a name, look at it, and return the object printed in English.

    Whatever was found is printed in both languages and both forms: no canary may stand there,
    and the exit code says whether there are faults.
    """

    def looked(content, name="名册.csv", *, sheet=None):
        path = content if hasattr(content, "exists") else tmp_path / name
        if path != content:
            data = content if isinstance(content, bytes) else content.encode()
            path.write_bytes(data)
            day = dt.datetime(2026, 11, 1).timestamp()
            os.utime(path, (day, day))
        seen = inspect_file(path, sheet=sheet)
        with monkeypatch.context() as patched:
            patched.setattr("renlin.intake.inspection.inspect_file", lambda *_, **__: seen)
            printed = {
                (language, form): call("--lang", language, "inspect", path, *form)
                for language in ("zh", "en")
                for form in ((), ("--json",))
            }
        for done in printed.values():
            assert done.exit_code == (1 if seen.faults else 0), done.stderr
            assert not [c for c in CANARIES if c in done.output]
        found = json.loads(printed["en", ("--json",)].stdout)
        assert all(f["text"] in printed["en", ()].stderr for f in found["faults"])
        return found

    return looked


def where(found, kind="faults"):
    return [(f["row"], f["column"], f["got"]) for f in found[kind]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_a_sound_register_has_no_fault_in_any_encoding_it_may_come_in(look, encoding):
    found = look(text().encode(encoding))
    assert found["kind"] == "register"
    assert found["faults"] == []
    assert found["facts"]["rows"] == 2
    assert found["facts"]["with_valid_number"] == 1
    assert encoding.removesuffix("-sig").removesuffix("-le") in found["facts"]["read_as"]


def test_headings_are_guessed_and_shown_with_what_they_were_taken_for(look):
    found = look(text())
    told = {
        line["heading"]: (line["column"], line["how"], line["filled"]) for line in found["preview"]
    }
    assert told["身份证号"] == ("identity_number", "guessed", 1)
    assert told["姓名"] == ("name", "guessed", 2)


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_workbook_is_read_as_a_register(look, tmp_path, kind):
    if kind == "xls":
        found = look(xls([list(HEAD), *map(list, SOUND)]), "名册.xls")
    else:
        book = openpyxl.Workbook()
        for cells in (HEAD, *SOUND):
            book.active.append(cells)
        book.save(tmp_path / "名册.xlsx")
        found = look(tmp_path / "名册.xlsx")
    assert (found["kind"], found["facts"]["rows"], found["faults"]) == ("register", 2, [])


DAMAGED = [
    ({"身份证号": "110105491231002"}, "身份证号", "15-digit"),
    ({"身份证号": "1.10105194912310E+17"}, "身份证号", "spreadsheet lost"),
    ({"身份证号": "110105194912310000"}, "身份证号", "spreadsheet lost"),
    ({"身份证号": "110105194912310021"}, "身份证号", "check digit"),
    ({"身份证号": "11010519491231"}, "身份证号", "14 digits"),
    ({"年龄": "199"}, "年龄", "impossible age"),
    ({"年龄": "-3"}, "年龄", "impossible age"),
    ({"出生日期": "1850-01-01"}, "出生日期", "year"),
    ({"出生日期": "2026-13-01"}, "出生日期", "does not exist"),
    ({"出生日期": "2049-01-01"}, "出生日期", "after the register"),
    ({"住址": "柳树院1号楼1单元9901"}, "住址", "storey 99"),
    ({"住址": "柳树院1号楼1单元99层1室"}, "住址", "storey 99"),
]


@pytest.mark.parametrize(("change", "column", "got"), DAMAGED)
def test_a_damaged_cell_is_a_fault_of_its_row_and_heading(look, change, column, got):
    found = look(text((SOUND[1], row(**change))))
    assert [(r, c) for r, c, _ in where(found)] == [(3, column)]
    assert got in found["faults"][0]["got"]
    assert found["faults"][0]["expected"]
    assert found["faults"][0]["remedy"]
    assert found["faults"][0]["place"] == "名册.csv"


def test_all_damage_of_a_file_is_told_at_once(look):
    rows = [
        row(**{"姓名": f"赵{n}", "身份证号": "", **change})
        for n, (change, _, _) in enumerate(DAMAGED)
    ]
    found = look(text(rows))
    assert {(r, c) for r, c, _ in where(found)} == {
        (n, column) for n, (_, column, _) in enumerate(DAMAGED, start=2)
    }


@pytest.mark.parametrize("age", ["76岁", "七十六", "76.0", "8个月"])
def test_an_age_in_words_is_read_and_is_no_fault(look, age):
    assert look(text((row(年龄=age),)))["faults"] == []


def test_one_number_under_two_names_is_a_fault_of_the_second_row(look):
    found = look(text((SOUND[0], row(姓名="郑兰"))))
    assert where(found) == [(3, "身份证号", "the same as row 2, another name")]


def test_a_number_turned_to_a_float_in_a_workbook_is_a_fault_of_its_row(look, tmp_path):
    book = openpyxl.Workbook()
    for cells in (HEAD, (NAME, float(NUMBER[:17] + "0"), *SOUND[0][2:]), SOUND[1]):
        book.active.append(cells)
    book.save(tmp_path / "名册.xlsx")
    found = look(tmp_path / "名册.xlsx")
    assert [(r, c) for r, c, _ in where(found)] == [(2, "身份证号")]
    assert [(r, c) for r, c, _ in where(found, "doubts")] == [(2, "B")]


def test_an_unknown_heading_is_a_fault_with_the_nearest_word(look):
    found = look(text([(*SOUND[0], "狗", "9")], head=(*HEAD, "宠物", "联系电活")))
    assert [(r, c) for r, c, _ in where(found)] == [(1, "宠物"), (1, "联系电活")]
    assert "phone" in found["faults"][1]["remedy"]


BROKEN = {
    "empty": (b"", None, "an empty file"),
    "headings only": (text(()), 1, "headings only"),
    "cut in a row": (text()[:-9], 3, "5"),
    "cut in a character": (text().encode()[:-20], 3, None),
    "two encodings": (text()[:30].encode("gbk") + text()[30:].encode(), None, None),
    "big5": ("姓名,身分證號,住址\n" + "歐陽桂蘭,A123456789,臺北市中山區\n" * 20, None, "Big5"),
    "no headings": (text(head=SOUND[0]), 1, "no row"),
    "words only": ("欧阳桂兰,女,群众\n王小明,男,党员\n张三丰,男,群众\n", 1, "none understood"),
    "prose": (f"今天社区开会。\n{NAME}说她听不见警报。\n大家同意下周再议。\n", 1, None),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), None, "a picture"),
    "pdf": (b"%PDF-1.4\n" + NAME.encode(), None, "a PDF"),
    "web page": ("<html><table><tr><td>姓名</td></tr></table></html>", None, "web page"),
    "no text": (bytes(range(256)) * 8, None, None),
    "archive cut short": (b"PK\x03\x04" + bytes(200), None, "workbook"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_whole_register_is_told_with_what_stands_there(look, name):
    content, number, got = BROKEN[name]
    data = content.encode("big5") if name == "big5" else content
    found = look(data)
    assert found["faults"]
    assert number is None or number in [fault["row"] for fault in found["faults"]]
    assert got is None or any(got in fault["got"] for fault in found["faults"])


def test_a_file_under_no_known_name_is_told_by_its_first_bytes(look):
    assert look(OSM, "karte")["kind"] == "map"
    assert look(text(), "liste")["kind"] == "register"
    assert look(b"%PDF-1.4", "x.pdf")["kind"] == "file"


def test_a_sheet_can_be_chosen_and_two_need_a_choice(look, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "甲"
    for sheet in (book.active, book.create_sheet("乙")):
        for cells in (HEAD, *SOUND):
            sheet.append(cells)
    book.save(tmp_path / "名册.xlsx")
    assert "甲" in look(tmp_path / "名册.xlsx")["faults"][0]["got"]
    assert look(tmp_path / "名册.xlsx", sheet="乙")["facts"]["sheet"] == "乙"


def test_a_register_of_a_folder_is_read_by_its_mapping_and_held_against_the_map(registers, look):
    folder = registers / "registers"
    found = look(folder / "hukou.csv")
    assert found["facts"]["register"] == "hukou"
    assert found["facts"]["source"] == "police"
    assert found["faults"] == found["doubts"] == []
    path = folder / "hukou.csv"
    rows = path.read_text(encoding="gb18030").replace("2号楼1单元101", "2号楼1单元501")
    path.write_text(rows, encoding="gb18030")
    found = look(path)
    assert where(found) == [(3, "住址", "storey 5")]
    assert found["faults"][0]["place"] == "registers/hukou.csv"


def test_damage_that_a_mapping_tolerates_is_a_doubt_and_no_fault(registers, look):
    folder = registers / "registers"
    rows = (folder / "hukou.csv").read_text(encoding="gb18030").replace("1996-06-05", "1996-16-05")
    (folder / "hukou.csv").write_text(rows, encoding="gb18030")
    assert [(r, c) for r, c, _ in where(look(folder / "hukou.csv"))] == [(3, "出生日期")]
    mapping = folder / "mapping.toml"
    mapping.write_text(
        mapping.read_text().replace("2026-10-01\n", '2026-10-01\ntolerate = ["date"]\n', 1)
    )
    found = look(folder / "hukou.csv")
    assert found["faults"] == []
    assert [(r, c) for r, c, _ in where(found, "doubts")] == [(3, "出生日期")]


def houses(n=6, x=0.0):
    shapes = [
        box(500_000 + x + 40 * i, 3_540_000, 500_020 + x + 40 * i, 3_540_015) for i in range(n)
    ]
    names = [f"{i}号楼" for i in range(n)]
    return gpd.GeoDataFrame({"name": names}, geometry=shapes, crs="EPSG:32650")


def saved(frame, path, **options):
    frame.to_file(path, **options)
    return path


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp"])
def test_a_vector_file_tells_objects_kinds_and_system(look, tmp_path, name):
    options = {"encoding": "gbk"} if name.endswith(".shp") else {}
    found = look(saved(houses(), tmp_path / name, **options))
    assert (found["kind"], found["faults"]) == ("map", [])
    assert found["facts"]["features"] == 6
    assert found["facts"]["kinds"] == "Polygon 6"
    assert "32650" in found["facts"]["crs"]
    assert {"heading": "name", "filled": 6} in found["preview"]


@pytest.mark.parametrize("pack", ["osm", "osm.gz"])
def test_an_osm_map_tells_what_is_in_it(look, pack):
    data = OSM.encode() if pack == "osm" else gzip.compress(OSM.encode())
    found = look(data, f"karte.{pack}")
    assert (found["kind"], found["faults"]) == ("map", [])
    assert (found["facts"]["buildings"], found["facts"]["walks"]) == (1, 1)


def test_an_osm_map_in_pbf_tells_what_is_in_it(look, tmp_path):
    (tmp_path / "a.osm").write_text(OSM)
    with osmium.SimpleWriter(str(tmp_path / "a.osm.pbf")) as writer:
        for item in osmium.FileProcessor(str(tmp_path / "a.osm")):
            writer.add(item)
    assert look(tmp_path / "a.osm.pbf")["facts"]["buildings"] == 1


BOWTIE = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10), (0, 0)])


def test_every_bad_object_of_a_layer_is_told_by_its_number(look, tmp_path):
    frame = houses()
    shapes = list(frame.geometry)
    shapes[1] = shapely.affinity.translate(BOWTIE, 500_300, 3_540_000)
    shapes[2] = None
    shapes[4] = box(118.7, 32.0, 118.8, 32.1)
    found = look(saved(frame.set_geometry(shapes, crs=frame.crs), tmp_path / "a.gpkg"))
    assert [(r, c) for r, c, _ in where(found)] == [
        (2, "geometry"),
        (3, "geometry"),
        (5, "geometry"),
    ]
    assert "crosses" in found["faults"][0]["got"]
    assert "nothing" in found["faults"][1]["got"]
    assert "degrees" in found["faults"][2]["got"]


def test_metres_and_exchanged_axes_among_degrees_are_told_by_object(look, tmp_path):
    frame = houses().to_crs("EPSG:4326")
    shapes = list(frame.geometry)
    shapes[0] = shapely.transform(shapes[0], lambda c: c[:, ::-1])
    shapes[3] = box(500_000, 3_540_000, 500_020, 3_540_015)
    found = look(saved(frame.set_geometry(shapes, crs=frame.crs), tmp_path / "a.gpkg"))
    assert {r: got for r, _, got in where(found)} == {
        1: "latitude first", 4: "numbers that look like metres",
    }  # fmt: skip


def test_a_layer_without_a_system_in_metres_is_a_fault(look, tmp_path):
    path = saved(houses(), tmp_path / "a.shp")
    path.with_suffix(".prj").unlink()
    assert "no system" in look(path)["faults"][0]["got"]


@pytest.fixture
def mapped(willow):
    """Return Willow with six houses on its map and a folder for maps."""
    (willow / "maps").mkdir()
    layer = houses().assign(building=[f"H{i}" for i in range(6)])
    (willow / "layers" / "buildings.geojson").unlink()
    for name in ("entrances.geojson", "dwellings.csv", "hazards.csv"):
        (willow / "layers" / name).unlink()
    layer.to_file(willow / "layers" / "buildings.gpkg")
    return willow


def moved(frame):
    degrees = frame.to_crs("EPSG:4326")
    return degrees.set_geometry([shapely.transform(s, gcj02_from_wgs84) for s in degrees.geometry])


def test_a_layer_of_two_datums_is_a_fault_in_the_folder_it_lies_in(mapped, look):
    frame = houses(30)
    frame.assign(building=[f"H{i}" for i in range(30)]).to_file(
        mapped / "layers" / "buildings.gpkg"
    )
    mixed = pd.concat([frame.to_crs("EPSG:4326").head(20), moved(frame).tail(10)])
    found = look(saved(gpd.GeoDataFrame(mixed), mapped / "maps" / "a.geojson"))
    assert "10 points that fit gcj02" in found["faults"][0]["got"]


def test_a_layer_of_another_datum_than_declared_is_a_fault_and_else_a_doubt(mapped, look):
    path = saved(moved(houses()), mapped / "maps" / "a.geojson")
    found = look(path)
    assert found["facts"]["fits"] == "gcj02"
    assert "looks like gcj02" in found["doubts"][0]["got"]
    mapping = '[layers.a]\nfile = "a.geojson"\ntable = "buildings"\ndatum = "{}"\n'
    (mapped / "maps" / "layers.toml").write_text(mapping.format("wgs84"))
    assert "gcj02 0 m" in look(path)["faults"][0]["got"]
    (mapped / "maps" / "layers.toml").write_text(mapping.format("gcj02"))
    assert look(path)["faults"] == []


def test_every_layer_of_a_geopackage_is_looked_at_or_the_one_named(look, tmp_path):
    path = saved(houses(), tmp_path / "a.gpkg", layer="eins")
    houses(3).to_file(path, layer="zwei")
    found = look(path)
    assert found["facts"]["eins: features"] == 6
    assert look(path, sheet="zwei")["facts"]["features"] == 3


CUT = {
    "a.geojson": lambda d: d[: len(d) // 2],
    "a.gpkg": lambda d: d[: len(d) // 3],
}


@pytest.mark.parametrize("name", CUT)
def test_a_truncated_vector_file_is_a_fault(look, tmp_path, name):
    path = saved(houses(), tmp_path / name)
    path.write_bytes(CUT[name](path.read_bytes()))
    assert len(look(path)["faults"]) == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (OSM[:300], "a.osm"),
        (gzip.compress(OSM.encode(), mtime=0)[:100], "a.osm.gz"),
        ("<gpx></gpx>", "a.osm"),
        (b"\0\0\0\rOSMHeader" + bytes(100), "a.osm.pbf"),
        ('{"a": 1}', "a.json"),
        ("[1, 2]", "a.geojson"),
        ("{", "a.geojson"),
        ("", "a.gpkg"),
    ],
)
def test_what_is_no_whole_map_is_a_fault(look, content, name):
    found = look(content, name)
    assert found["kind"] == "map"
    assert len(found["faults"]) == 1


def test_a_finding_tells_what_it_was_made_from_and_shows_no_row(look, tmp_path):
    table = pd.DataFrame({"person": [NAME], "sure": [1]})
    made = find("needs.tiers", table, key=["person"], inputs={"facts": table}, seeds=[1, 2])
    found = look(save(made, tmp_path))
    assert found["kind"] == "finding"
    assert found["facts"]["id"] == made.id
    assert (found["facts"]["rows"], found["facts"]["seeds"]) == (1, 2)
    path = tmp_path / "needs.tiers.parquet"
    data = path.read_bytes()
    for broken in (data[:60], data[:30] + bytes(60) + data[90:], b""):
        assert len(look(broken, "x.parquet")["faults"]) == 1
    folder = look(tmp_path)
    assert folder["kind"] == "results"
    assert folder["preview"] == [{"finding": "needs.tiers", "id": made.id, "rows": 1}]
    assert [fault["place"] for fault in folder["faults"]] == ["x.parquet"]


def test_a_community_folder_tells_the_rows_of_its_tables(read):
    found = read("inspect", WILLOW)
    assert found["kind"] == "community"
    assert (found["facts"]["persons"], found["facts"]["buildings"]) == (21, 3)
    assert found["faults"] == []
    assert len(found["doubts"]) == 1


def test_a_folder_that_is_no_community_is_a_fault(look, tmp_path):
    (tmp_path / "x").mkdir()
    assert look(tmp_path / "x")["faults"][0]["place"] == "community.toml"


def test_a_layer_of_a_community_is_held_against_its_schema(willow, look):
    assert look(willow / "layers" / "persons.csv")["facts"]["rows"] == 21
    path = willow / "layers" / "persons.csv"
    path.write_text(
        path.read_text().replace("lin,hu-lin,84", "lin,hu-lin,184").replace("he-2,", "he-1,")
    )
    found = look(path)
    assert {(r, c) for r, c, _ in where(found)} == {(2, "age"), (4, "person")}
    assert look(willow / "layers" / "gates.geojson")["faults"] == []


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        ("community.toml", "kind =", "knid =", "community.toml"),
        ("study.toml", "seeds = 6", "seeds = 0", "study.toml"),
        ("schemes/gate.toml", "code", "cod", "schemes/gate.toml"),
        ("scenarios/quake.toml", "hour", "hours", "scenarios/quake.toml"),
    ],
)
def test_a_declaration_is_read_and_its_faults_are_told(willow, look, name, old, new, place):
    path = willow / name
    assert look(path)["faults"] == []
    path.write_text(path.read_text().replace(old, new, 1))
    assert {fault["place"] for fault in look(path)["faults"]} == {place}


def test_a_mapping_and_a_catalogue_are_declarations_too(registers, look):
    mapping = registers / "registers" / "mapping.toml"
    assert look(mapping)["facts"] == {"declares": "registers", "names": "hukou, civil"}
    (registers / "catalogue").mkdir()
    own = registers / "catalogue" / "parameters.toml"
    own.write_text('gate_depth = { value = 1.0, unit = "m", source = "nowhere" }\n')
    assert look(own)["faults"][0]["got"] == "nowhere"


def test_many_doubts_alike_become_one_line_that_lists_their_rows(call, tmp_path):
    rows = [row(**{"身份证号": "", "住址": "没有号"}) for _ in range(20)]
    (tmp_path / "a.csv").write_text(text(rows), encoding="utf-8")
    out = call("inspect", tmp_path / "a.csv").stdout
    told = [line for line in out.split("\n") if line.startswith("提醒")]
    assert len(told) == 1
    assert "第 2-21 行" in told[0]


def test_the_output_for_people_is_in_the_language_asked_for(call, tmp_path):
    (tmp_path / "a.csv").write_text(text(), encoding="utf-8")
    zh, en = (
        call("--lang", language, "inspect", tmp_path / "a.csv").stdout for language in ("zh", "en")
    )
    assert "名册: a.csv" in zh
    assert "没有发现错误" in zh
    assert "register: a.csv" in en
    assert "guessed by its words" in en
    assert json.dumps(zh) != json.dumps(en)


def test_what_was_left_out_of_a_map_is_told_in_the_language_asked_for(call, tmp_path):
    (tmp_path / "a.osm").write_text(
        OSM.replace('k="highway" v="footway"/>', 'k="highway" v="footway"/><tag k="foot" v="no"/>')
    )
    zh, en = (call("--lang", said, "inspect", tmp_path / "a.osm").stdout for said in ("zh", "en"))
    assert "不许步行" in zh
    assert "no walking" not in zh
    assert "no walking" in en
    assert "不许步行" not in en


def test_looking_changes_no_file(call, registers):
    from tests.cli.conftest import hashes

    before = hashes(registers)
    for path in (
        registers,
        registers / "registers" / "hukou.csv",
        registers / "layers" / "walks.geojson",
    ):
        call("inspect", path)
    assert hashes(registers) == before
    shutil.rmtree(registers)


def test_a_point_layer_is_looked_at_without_a_base(look, tmp_path):
    frame = gpd.GeoDataFrame({"n": [1]}, geometry=[Point(118.7, 32.0)], crs="EPSG:4326")
    assert look(saved(frame, tmp_path / "a.geojson"))["faults"] == []


def test_a_valid_number_of_a_test_is_valid():
    assert valid(NUMBER[:17]) == NUMBER
