"""Any encoding a register comes in is told, and nothing senseless is let in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.errors import DataFault
from renlin.intake.encoding import decode
from renlin.intake.plausibility import plausibility, saved_wrongly
from renlin.intake.rows import record_rows, row_list

REGISTER = (
    "姓名,身份证号,住址,与户主关系\n"
    "林桂兰,11010519491231002X,柳林新村3号楼2单元501室,户主\n"
    "陈国强,110105195001010011,柳林新村3号楼2单元502室,户主\n"
    "吴秀英,110105196203040026,柳林新村4号楼1单元101室,配偶\n"
)
ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "utf-16": "utf-16-le",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "utf-32": "utf-32-le",
}
HANZI = st.sampled_from("林桂兰陈国强吴秀英王李张柳新村号楼单元室户主配偶长女次子无是否独居")
CELLS = st.text(HANZI, min_size=2, max_size=6)


def faults_of(data):
    with pytest.raises(DataFault) as caught:
        decode(data, place="户籍.csv")
    return caught.value.faults


@pytest.mark.parametrize(("written", "told"), ENCODINGS.items())
def test_a_register_reads_the_same_in_every_encoding(written, told):
    decoded = decode(REGISTER.encode(written), place="a.csv")
    assert (decoded.text, decoded.encoding, decoded.faults) == (REGISTER, told, ())


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=3, max_size=8),
    st.sampled_from(list(ENCODINGS)),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_writing_and_reading_gives_the_text_back(rows, encoding, line_end):
    text = line_end.join(",".join(row) for row in rows)
    assert decode(text.encode(encoding), place="a.csv").text == text


def test_rare_and_four_byte_hanzi_survive_gb18030():
    text = REGISTER + "𠮷㐂田,,柳林新村5号楼,户主\n"
    assert decode(text.encode("gb18030"), place="a.csv").text == text


def test_plain_ascii_and_nothing_are_utf_8():
    assert decode(b"name,age\nLin,80\n", place="a.csv").encoding == "utf-8"
    assert decode(b"", place="a.csv").text == ""


def test_accented_letters_in_utf_8_are_not_taken_for_hanzi():
    text = "Nom,Adresse\nHélène,12 rue Élysée\n"
    assert decode(text.encode(), place="a.csv").text == text


def test_lines_of_another_encoding_are_one_fault_with_their_rows_and_still_read():
    lines = REGISTER.encode("gb18030").split(b"\n")
    lines[2] = REGISTER.split("\n")[2].encode()
    decoded = decode(b"\n".join(lines), place="a.csv")
    (fault,) = decoded.faults
    assert decoded.text == REGISTER
    assert fault.row == 3
    assert "UTF-8 in row 3" in fault.got.en


def test_gb18030_lines_in_a_utf_8_file_are_told_the_other_way_round():
    lines = REGISTER.encode().split(b"\n")
    lines[3] = REGISTER.split("\n")[3].encode("gbk")
    decoded = decode(b"\n".join(lines), place="a.csv")
    assert (decoded.encoding, decoded.text) == ("utf-8", REGISTER)
    assert [fault.row for fault in decoded.faults] == [4]


def test_zero_bytes_are_refused_with_their_rows():
    (fault,) = faults_of(REGISTER.encode().replace(b"1949", b"19\x0049"))
    assert (fault.row, "row 2" in fault.got.en) == (2, True)


def test_big5_is_refused_by_name():
    text = "姓名,住址,與戶主關係\n王小明,臺北市中正區重慶南路一段,戶主\n陳美麗,高雄市前鎮區,配偶\n"
    (fault,) = faults_of(text.encode("big5"))
    assert "Big5" in fault.got.en


def test_korean_is_refused_although_its_bytes_are_common_hanzi_in_gb18030():
    text = "이름,주소,관계\n김철수,서울시종로구,세대주\n박영희,부산시해운대구,배우자\n"
    assert plausibility(text.encode("euc-kr").decode("gb18030"), ("gb2312",)) > 0.9
    (fault,) = faults_of(text.encode("euc-kr"))
    assert "EUC-KR" in fault.got.en


@pytest.mark.parametrize(
    "data",
    [
        "名前,住所\nたなか,とうきょうと\nさとう,おおさかし\n".encode("shift_jis"),
        "Nom\nHélène,à l'étage\n".encode("latin-1"),
        bytes(range(1, 256)) * 8,
    ],
    ids=["shift-jis", "latin-1", "noise"],
)
def test_other_code_pages_are_refused_with_rows(data):
    (fault,) = faults_of(data)
    assert fault.row is not None


@pytest.mark.parametrize(
    "wrong",
    [
        REGISTER.encode().decode("gb18030", "replace"),
        REGISTER.encode().decode("latin-1"),
        REGISTER.encode("gbk").decode("latin-1"),
    ],
    ids=["utf-8 as gbk", "utf-8 as latin-1", "gbk as latin-1"],
)
def test_text_decoded_wrongly_and_saved_again_is_refused(wrong):
    assert saved_wrongly(wrong)
    assert "saved again" in faults_of(wrong.encode())[0].got.en


def test_lost_characters_are_listed_by_row():
    decoded = decode(REGISTER.replace("桂", "\ufffd").encode(), place="a.csv")
    (fault,) = decoded.faults
    assert (fault.row, "row 2" in fault.got.en) == (2, True)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_a_file_cut_inside_a_character_is_a_fault_at_its_last_row(encoding):
    data = (REGISTER + "赵云").encode(encoding)[:-1]
    (fault,) = decode(data, place="a.csv").faults
    assert fault.row == 5


def test_broken_utf_16_with_a_mark_is_refused():
    assert "UTF-16" in faults_of(b"\xff\xfe" + b"\x00\xd8" + "姓名".encode("utf-16-le"))[0].got.en


def test_a_cell_with_a_line_end_is_one_row_and_an_unclosed_quote_is_not():
    data = b'a,b\n"x\ny",1\n2,"z\n3,4\n5,6\n'
    assert [row for row, _ in record_rows(data)] == [1, 2, 2, 3, 4, 5, 6]


def test_long_lists_of_rows_are_shortened_and_counted():
    assert row_list([9, 4, 5, 6]).en == "rows 4-6, 9"
    assert row_list([7]).zh == "第 7 行"
    assert row_list(range(1, 41, 2)).en.endswith("and 8 more")
