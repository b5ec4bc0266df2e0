"""Reading the objects of a map file: formats, order, damage."""

import bz2
import datetime as dt
import gzip

import osmium
import pytest

from renlin.errors import DataFault
from renlin.intake.osm_file import is_map_file, read_map_file

NODES = """<node id="1" lat="32.0" lon="118.7"/><node id="2" lat="32.0" lon="118.8"/>
<node id="3" lat="32.1" lon="118.8"><tag k="barrier" v="gate"/></node>
<node id="9" lat="10.0" lon="10.0"/>"""
WAY = '<way id="5"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="footway"/></way>'
KEYS = {"highway", "building", "barrier"}


def document(*parts: str, heading: str = "") -> str:
    body = "\n".join(parts)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">{heading}{body}</osm>'


@pytest.fixture
def plain(tmp_path):
    path = tmp_path / "place.osm"
    path.write_text(document(NODES, WAY), encoding="utf-8")
    return path


def same_objects(a, b):
    return (a.positions, a.points, a.ways, a.relations) == (
        b.positions,
        b.points,
        b.ways,
        b.relations,
    )


def test_gzip_bzip2_and_pbf_hold_what_the_plain_file_holds(plain, tmp_path):
    seen = read_map_file(plain, keys=KEYS)
    (tmp_path / "a.osm.gz").write_bytes(gzip.compress(plain.read_bytes()))
    (tmp_path / "a.osm.bz2").write_bytes(bz2.compress(plain.read_bytes()))
    with osmium.SimpleWriter(str(tmp_path / "a.osm.pbf")) as writer:
        for item in osmium.FileProcessor(str(plain)):
            writer.add(item)
    for name in ("a.osm.gz", "a.osm.bz2", "a.osm.pbf"):
        assert same_objects(read_map_file(tmp_path / name, keys=KEYS), seen), name


def test_the_content_tells_the_format_and_not_the_name(plain, tmp_path):
    odd = tmp_path / "map.xml"
    odd.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_map_file(odd, keys=KEYS).read == {"node": 4, "way": 1, "relation": 0}


def test_ways_before_their_nodes_are_read_all_the_same(plain, tmp_path):
    turned = tmp_path / "turned.osm"
    turned.write_text(document(WAY, NODES), encoding="utf-8")
    assert same_objects(read_map_file(turned, keys=KEYS), read_map_file(plain, keys=KEYS))


def test_drawn_objects_with_negative_numbers_are_read(tmp_path):
    path = tmp_path / "drawn.osm"
    text = document(NODES, WAY).replace('id="1"', 'id="-1"').replace('ref="1"', 'ref="-1"')
    path.write_text(text, encoding="utf-8")
    assert read_map_file(path, keys=KEYS).ways[5].nodes == (-1, 2, 3)


def test_only_positions_that_something_needs_are_kept(plain):
    assert set(read_map_file(plain, keys=KEYS).positions) == {1, 2, 3}


def test_untagged_members_of_a_building_relation_are_kept(tmp_path):
    path = tmp_path / "member.osm"
    way = '<way id="5"><nd ref="1"/><nd ref="2"/></way>'
    relation = (
        '<relation id="7"><member type="way" ref="5" role="outer"/>'
        '<tag k="type" v="multipolygon"/><tag k="building" v="yes"/></relation>'
    )
    path.write_text(document(NODES, way, relation), encoding="utf-8")
    seen = read_map_file(path, keys=KEYS)
    assert set(seen.ways) == {5}
    assert seen.relations[7].members == (("w", 5, "outer"),)


@pytest.mark.parametrize(
    "bad",
    [
        '<node id="20" lat="north" lon="118.7"/>',
        '<node id="20" lat="99" lon="118.7"/><node id="21" lat="x" lon="1"/>',
        '<relation id="20"><member type="way" role=""/><tag k="type" v="multipolygon"/></relation>',
    ],
)
def test_an_object_written_wrongly_costs_only_itself(tmp_path, bad):
    path = tmp_path / "bad.osm"
    path.write_text(document(NODES, bad, WAY), encoding="utf-8")
    seen = read_map_file(path, keys=KEYS)
    assert set(seen.ways) == {5}
    assert next(key for _, key, _ in seen.broken) in {"n20", "n21", "r20"}


def test_an_object_that_stands_twice_is_told_and_the_last_one_holds(tmp_path):
    path = tmp_path / "twice.osm"
    other = '<way id="5"><nd ref="1"/><nd ref="3"/><tag k="highway" v="steps"/></way>'
    path.write_text(document(NODES, WAY, other), encoding="utf-8")
    seen = read_map_file(path, keys=KEYS)
    assert seen.ways[5].nodes == (1, 3)
    assert [(kind, key) for kind, key, _ in seen.broken] == [("w", "w5")]


def test_an_unknown_member_type_loses_neither_file_nor_relation(tmp_path):
    path = tmp_path / "odd.osm"
    relation = (
        '<relation id="7"><member type="area" ref="5" role=""/>'
        '<tag k="building" v="yes"/><tag k="type" v="multipolygon"/></relation>'
    )
    path.write_text(document(NODES, WAY, relation), encoding="utf-8")
    assert set(read_map_file(path, keys=KEYS).ways) == {5}


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_file_that_breaks_off_is_refused_whole(plain, tmp_path, kept):
    whole = plain.read_bytes()
    cut = tmp_path / "cut.osm"
    cut.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(DataFault) as caught:
        read_map_file(cut, keys=KEYS)
    assert "cut.osm" in caught.value.text("en")
    packed = gzip.compress(whole)
    cut.write_bytes(packed[: int(len(packed) * kept)])
    with pytest.raises(DataFault):
        read_map_file(cut, keys=KEYS)


@pytest.mark.parametrize("content", [b"", b"hello", b"<html></html>", b"\x1f\x8bnot gzip"])
def test_what_is_no_map_is_refused(tmp_path, content):
    path = tmp_path / "no.osm"
    path.write_bytes(content)
    assert not is_map_file(path)
    with pytest.raises(DataFault):
        read_map_file(path, keys=KEYS)


def test_an_absent_file_is_a_fault_and_no_crash(tmp_path):
    with pytest.raises(DataFault):
        read_map_file(tmp_path / "none.osm", keys=KEYS)


def test_the_newest_date_of_the_map_is_told(tmp_path):
    path = tmp_path / "dated.osm"
    stamped = NODES.replace('id="1"', 'id="1" timestamp="2019-05-01T00:00:00Z"').replace(
        'id="2"', 'id="2" timestamp="2020-02-03T10:00:00Z"'
    )
    path.write_text(document(stamped, WAY), encoding="utf-8")
    assert read_map_file(path, keys=KEYS).date == dt.date(2020, 2, 3)


def test_the_date_in_the_heading_stands_in_for_objects_without_one(tmp_path):
    path = tmp_path / "headed.osm"
    heading = '<meta osm_base="2021-06-12T07:41:41Z"/>'
    path.write_text(document(NODES, WAY, heading=heading), encoding="utf-8")
    assert read_map_file(path, keys=KEYS).date == dt.date(2021, 6, 12)


def test_a_map_without_any_date_has_none(plain):
    assert read_map_file(plain, keys=KEYS).date is None
