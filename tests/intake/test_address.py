"""All styles of one address have one key; what an address does not say stays unknown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.intake.address import floor_of, read_address
from renlin.intake.gazetteer import gazetteer

FULL = "幸福小区|3|2|501"


@pytest.mark.parametrize(
    "text",
    [
        "幸福小区3号楼2单元501",
        "幸福小区3栋2单元501室",
        "幸福小区3-2-501",
        "幸福小区三号楼二单元501室",
        "幸福小区 3＃楼 2门 501号",
        "幸福小区3幢2单元501",
        "幸福小区3座2单元501户",
        "幸福小区#3-2-501",
        "幸福小区3#2单元501",
        "幸福小区３号楼２单元５０１室",
        "幸福小区三号楼二单元五〇一室",
        "幸福小区第三栋第二单元501",
        "幸福小区3栋-2单元-501",
        "幸福小区3栋2-501",
        "幸福小区3/2/501",
        "幸福小区3 2 501",
        "幸福小区03号楼02单元0501",
        "幸福小区3號樓2單元501室",
        "幸福小区，3号楼，2单元，501室",
        "幸福小区3-2-5-501",
        "北京市朝阳区幸福小区3号楼2单元501",
        "江苏省南京市鼓楼区湖南路街道柳林社区幸福小区3号楼2单元501",
        "石鼓路8号幸福小区3号楼2单元501",
        "幸福小区3号楼2单元501（租住）",
    ],
)
def test_every_style_has_the_same_key(text):
    assert read_address(text).key == FULL


@pytest.mark.parametrize(
    ("text", "keys", "level"),
    [
        ("幸福小区3号楼", ("幸福小区", "幸福小区|3"), "building"),
        ("幸福小区3号楼2单元", ("幸福小区", "幸福小区|3", "幸福小区|3|2"), "unit"),
        ("幸福小区3幢501", ("幸福小区", "幸福小区|3", "幸福小区|3||501"), "room"),
        ("幸福小区3-501", ("幸福小区", "幸福小区|3", "幸福小区|3||501"), "room"),
        ("幸福小区", ("幸福小区",), "community"),
        ("幸福小区501室", ("幸福小区",), "community"),
        ("3号楼2单元501", ("|3", "|3|2", "|3|2|501"), "room"),
        ("无", (), "none"),
    ],
)
def test_an_address_that_ends_early_gives_what_it_says(text, keys, level):
    found = read_address(text)
    assert (found.keys, found.level) == (keys, level)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("柳林新村A座1203", "柳林新村|A||1203"),
        ("柳林新村甲3号楼101", "柳林新村|甲3||101"),
        ("柳林新村3号楼乙单元101", "柳林新村|3|乙|101"),
        ("柳林新村3-1号楼2单元501", "柳林新村|3-1|2|501"),
        ("柳林新村3号楼501A", "柳林新村|3||501A"),
        ("柳林新村3号楼2单元501-1", "柳林新村|3|2|501-1"),
        ("柳林新村九十九号楼", "柳林新村|99"),
        ("柳林新村一百零二号楼", "柳林新村|102"),
        ("柳林新村北楼2单元501", "柳林新村|北|2|501"),
        ("曹杨一村12号501室", "曹杨1村|12||501"),
        ("曹杨1村12号501室", "曹杨1村|12||501"),
        ("武宁路100弄12号501室", "武宁路100弄|12||501"),
        ("恩宁路12号", "恩宁路|12"),
        ("都市花园3号楼101", "都市花园|3||101"),
        ("三门峡路8号", "三门峡路|8"),
        ("大千三号楼", "大千|3"),
        ("柳林新村二期3号楼", "柳林新村2期|3"),
        ("幸福小区（北区）3号楼2单元501", "幸福小区北区|3|2|501"),
    ],
)
def test_letters_quarters_streets_and_numerals(text, key):
    assert read_address(text).key == key


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 199),
    st.integers(1, 9),
    st.integers(1, 30),
    st.integers(1, 12),
    st.sampled_from(
        ["{}号楼{}单元{}{:02d}室", "{}-{}-{}{:02d}", "{}栋{}门{}{:02d}", "{}#{}-{}{:02d}"]
    ),
)
def test_any_number_in_any_style_has_one_key_and_its_floor(building, unit, floor, flat, style):
    found = read_address("柳林新村" + style.format(building, unit, floor, flat))
    assert found.key == f"柳林新村|{building}|{unit}|{floor}{flat:02d}"
    assert (found.floor, found.floor_stated) == (floor, False)


@pytest.mark.parametrize(
    ("room", "floor"),
    [
        ("501", 5), ("1203", 12), ("0501", 5), ("501A", 5), ("501-1", 5), ("A501", 5),
        ("12", None), ("7", None), ("000", None), ("9901", None), ("51", None),
    ],
)  # fmt: skip
def test_the_floor_of_a_room_number(room, floor):
    assert floor_of(room) == floor


@pytest.mark.parametrize(
    ("text", "floor", "key"),
    [
        ("幸福小区3号楼5层501室", 5, "幸福小区|3||501"),
        ("幸福小区3号楼5楼501", 5, "幸福小区|3||501"),
        ("幸福小区3号楼2单元5层东户", 5, "幸福小区|3|2|5东"),
        ("幸福小区3号楼地下室12号", -1, "幸福小区|3||B12"),
        ("幸福小区3号楼负一层2号", -1, "幸福小区|3||B2"),
        ("幸福小区3号楼B2层", -2, "幸福小区|3"),
    ],
)
def test_a_floor_that_is_stated_says_so(text, floor, key):
    found = read_address(text)
    assert (found.floor, found.floor_stated, found.key) == (floor, True, key)


def test_a_floor_against_its_room_and_a_building_that_may_be_a_floor_are_doubted():
    against = read_address("幸福小区3号楼5层601")
    assert (against.floor, against.reasons[0].got.en) == (
        5,
        "a floor that contradicts the room number",
    )
    either = read_address("幸福小区5楼501")
    assert either.key == "幸福小区|5||501"
    assert either.reasons[0].got.en == "楼 that may mean building or floor"


def test_a_second_number_that_may_be_unit_or_flat_is_not_decided():
    found = read_address("幸福小区3-2")
    assert (found.key, len(found.reasons)) == ("幸福小区|3", 1)


@pytest.mark.parametrize(
    "text", ["幸福小区3号楼2单元501、502", "幸福小区3号楼2单元501 13800000000"]
)
def test_text_behind_the_room_leaves_the_room_unknown(text):
    found = read_address(text)
    assert (found.key, found.room) == ("幸福小区|3|2", None)
    assert found.reasons[0].got.en == "text behind the room"


@pytest.mark.parametrize("text", ["在女儿家", "外地", "13800000000"])
def test_what_is_no_address_is_doubted(text):
    found = read_address(text)
    assert (found.level, len(found.reasons)) == ("none", 1)


def test_a_name_ending_in_a_digit_needs_the_gazetteer():
    assert read_address("和平里23号楼").key == "和平里|23"
    names = gazetteer(["和平里2"])
    for text in ("和平里23号楼", "和平里2 3号楼", "和平里２３号楼", "北京市和平里2-3号楼"):
        assert read_address(text, names).key == "和平里2|3"
    assert read_address("和平里23号楼2单元501", names).key == "和平里2|3|2|501"


def test_a_name_in_numerals_runs_into_the_building_the_same_way():
    assert read_address("和平里二三号楼", gazetteer(["和平里二"])).key == "和平里二|3"


def test_two_names_that_both_fit_are_not_decided_without_their_buildings():
    names = ["和平里", "和平里2"]
    found = read_address("和平里23号楼", gazetteer(names))
    assert (found.key, found.level) == (None, "none")
    assert {candidate.key for candidate in found.candidates} == {"和平里|23", "和平里2|3"}
    known = gazetteer(names, {"和平里": ["1", "2"], "和平里2": ["3"]})
    assert read_address("和平里23号楼", known).key == "和平里2|3"
    assert read_address("和平里2号楼", gazetteer(names)).key == "和平里|2"


def test_the_longer_name_wins_and_aliases_give_the_official_one():
    names = gazetteer({"柳林": [], "柳林新村": [], "曹杨一村": ["曹杨新村一村"]})
    assert read_address("柳林新村3号楼", names).key == "柳林新村|3"
    assert read_address("曹杨新村1村12号501", names).key == "曹杨一村|12||501"


def test_a_name_the_gazetteer_lacks_is_read_and_doubted_and_no_shorter_one_taken():
    names = gazetteer(["柳林", "和平里2"])
    for text, key in (("柳林一村3号楼", "柳林1村|3"), ("和平里2号楼", "和平里|2")):
        found = read_address(text, names)
        assert found.key == key
        assert "not in the gazetteer" in found.reasons[0].got.en


def test_a_known_name_is_kept_when_the_rest_cannot_be_read():
    found = read_address("柳林新村3号楼2单元501、502", gazetteer(["柳林新村"]))
    assert (found.key, found.reasons[0].got.en) == ("柳林新村|3|2", "text behind the room")


def test_registers_of_one_community_may_leave_its_name_out():
    assert read_address("3号楼2单元501").within("柳林新村").key == "柳林新村|3|2|501"
    assert read_address("幸福小区3号楼").within("柳林新村").key == "幸福小区|3"
