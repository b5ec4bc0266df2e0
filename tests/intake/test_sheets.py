"""A register becomes rows of text with the row numbers its holder sees."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.errors import DataFault
from renlin.intake import sheets
from renlin.intake.grid import EACH
from renlin.intake.headings import known_headings
from renlin.intake.sheets import read_table

HEAD = "姓名,身份证号,住址,电话"
LIN = "林桂兰,11010519491231002X,柳林新村3号楼2单元501室,13800000001"
CHEN = "陈国强,110105195001010011,柳林新村3号楼2单元502室,13800000002"
WU = "吴秀英,110105196203040026,柳林新村4号楼1单元101室,13800000003"


@pytest.fixture
def read(tmp_path):
    def _read(content, **named):
        path = tmp_path / "户籍.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path, **named)

    return _read


@pytest.fixture
def refusal(read):
    def _refusal(content, **named):
        with pytest.raises(DataFault) as caught:
            read(content, **named)
        return caught.value.faults

    return _refusal


def lines(*rows):
    return "\n".join(rows) + "\n"


def test_a_plain_register_is_read_whole(read):
    table = read(lines(HEAD, LIN, CHEN).encode("gb18030"))
    assert table.headings == ("姓名", "身份证号", "住址", "电话")
    assert table.column("姓名") == ("林桂兰", "陈国强")
    assert (table.row_numbers, table.heading_row, table.faults, table.doubts) == ((2, 3), 1, (), ())
    assert [note.en for note in table.notes] == ["encoding gb18030", "delimiter: comma"]


def test_a_cell_that_begins_like_a_formula_stays_text(read):
    table = read(
        lines("姓名,备注,号", "林,=cmd|'/c calc'!A0,1", "陈,+1,2", "吴,@x,3", "赵,＝1+1,4")
    )
    assert table.column("备注") == ("=cmd|'/c calc'!A0", "+1", "@x", "＝1+1")


@settings(max_examples=40, deadline=None)
@given(
    title=st.lists(
        st.sampled_from(["", "柳林新村户籍台账", "填报单位：柳林社区,,日期：2026年3月5日", ",,,"]),
        max_size=6,
    ),
    blanks=st.lists(st.booleans(), min_size=3, max_size=3),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_row_numbers_are_right_under_any_preamble(tmp_path_factory, title, blanks, line_end):
    rows, expected = [*title, HEAD], []
    for record, blank in zip((LIN, CHEN, WU), blanks, strict=True):
        rows += [""] if blank else []
        rows.append(record)
        expected.append(len(rows))
    path = tmp_path_factory.mktemp("preamble") / "a.csv"
    path.write_bytes(line_end.join([*rows, ""]).encode())
    table = read_table(path)
    assert table.heading_row == len(title) + 1
    assert table.row_numbers == tuple(expected)
    assert table.column("姓名") == ("林桂兰", "陈国强", "吴秀英")


def test_a_file_without_headings_is_refused_instead_of_losing_a_resident(refusal):
    (fault,) = refusal(lines(LIN, CHEN, WU))
    assert (fault.row, "no row that is clearly one" in fault.got.en) == (1, True)


def test_a_first_record_with_gaps_further_down_is_not_taken_for_headings(refusal):
    assert refusal(lines(LIN, CHEN, "吴秀英,无,柳林新村,不详", WU))[0].row == 1


def test_known_headings_find_the_row_that_shape_alone_does_not(read):
    known = known_headings({"name": ["姓名"], "phone": ["电话"]})
    table = read(lines("单位,街道,柳林,三月", HEAD, LIN, CHEN), known=known)
    assert (table.heading_row, table.row_numbers) == (2, (3, 4))


def test_a_stated_heading_row_is_obeyed_and_an_empty_one_refused(read, refusal):
    text = lines("单位,街道,柳林,三月", HEAD, LIN)
    assert read(text, heading_row=2).column("姓名") == ("林桂兰",)
    assert refusal(text, heading_row=9)[0].row == 9


@pytest.mark.parametrize("content", ["", "\n\n", ",,,\n,,\n"])
def test_an_empty_file_is_a_fault(refusal, content):
    assert "an empty file" in refusal(content)[0].got.en


def test_headings_alone_are_a_fault_and_not_an_empty_community(read):
    (fault,) = read(HEAD + "\n").faults
    assert (fault.row, fault.got.en) == (1, "headings only")


def test_all_faults_of_a_file_come_at_once(read):
    long = CHEN + ",多一格"
    short = "赵云,110105197001010019"
    table = read(lines(HEAD, LIN, long, short, '"孙,1,2,3', WU))
    assert sorted(fault.row for fault in table.faults) == [3, 4, 5]
    assert table.row_numbers == (2, 6)


def test_empty_cells_behind_the_last_heading_are_no_fault(read):
    table = read(lines(HEAD + ",,", LIN + ",,", CHEN + ","))
    assert (table.headings[-1], table.faults, len(table.rows)) == ("电话", (), 2)


def test_a_file_cut_in_its_last_row_says_that_residents_may_be_missing(read):
    (fault,) = read(lines(HEAD, LIN) + "陈国强,1101").faults
    assert (fault.row, "residents may be missing" in fault.remedy.en) == (3, True)


def test_delimiters_that_excel_left_out_of_a_whole_block_are_completed(read):
    full = [f"{LIN},备注" for _ in range(15)]
    table = read(lines(HEAD + ",备注", *full, *[LIN] * 16))
    assert (table.faults, len(table.rows), table.rows[-1][-1]) == ((), 31, "")
    assert any("Excel left out" in note.en for note in table.notes)


def test_one_short_row_in_a_block_of_full_rows_is_a_fault(read):
    full = [f"{LIN},备注" for _ in range(15)]
    table = read(lines(HEAD + ",备注", *full, *[f"{LIN},备注"] * 7, LIN, *[f"{LIN},备注"] * 8))
    assert [fault.row for fault in table.faults] == [24]


def test_a_short_row_alone_in_the_last_block_is_a_fault(read):
    table = read(lines(HEAD + ",备注", *[f"{LIN},备注" for _ in range(15)], LIN))
    assert [fault.row for fault in table.faults] == [17]


def test_very_many_ragged_rows_become_one_fault_that_lists_them(read):
    table = read(lines(HEAD, LIN, *[CHEN + ",x"] * (EACH + 1)))
    (fault,) = table.faults
    assert (fault.row, f"rows 3-{EACH + 3}" in fault.got.en) == (3, True)


def test_columns_without_heading_and_headings_used_twice_are_faults_by_letter(read):
    table = read(lines("姓名,,电话,电话", "林,1,138,139", "陈,2,138,139"))
    assert sorted(fault.column for fault in table.faults) == ["B", "C"]
    assert all("电话" not in fault.text("zh") for fault in table.faults)


def test_a_second_heading_row_is_a_fault(read):
    rows = [
        "林,女,13800000001,02500001",
        "陈,男,13800000002,02500002",
        "吴,女,13800000003,02500003",
    ]
    table = read(lines("姓名,性别,联系方式,", ",,手机,固话", *rows))
    assert 2 in [fault.row for fault in table.faults]


def test_a_second_table_below_a_gap_is_a_fault(read):
    table = read(lines(HEAD, LIN, CHEN, WU, "", "药品,库存数,单价,批号", "甲,5,3,77", "乙,6,4,78"))
    assert [fault.row for fault in table.faults] == [6]


def test_repeated_headings_and_sums_are_left_out_and_listed(read):
    table = read(lines(HEAD, LIN, HEAD, CHEN, "合计,2,,", "制表人：王,,,"))
    assert table.row_numbers == (2, 4)
    assert [(fault.row, fault.got.en) for fault in table.doubts] == [
        (3, "the headings again"),
        (5, "a sum or a remark"),
        (6, "a sum or a remark"),
    ]


@pytest.mark.parametrize(
    "number", ["1.1010519491231E+17", "1.10105E+17", "110105194912310000", "6222021234567890000"]
)
def test_a_number_that_excel_turned_to_a_float_is_listed_as_damaged(read, number):
    table = read(lines(HEAD, LIN, f"陈国强,{number},柳林,138"))
    assert [(fault.row, fault.column) for fault in table.doubts] == [(3, "B")]


@pytest.mark.parametrize("number", ["11010519491231002X", "110105491231000", "13800000000", "1E+5"])
def test_a_number_that_keeps_its_digits_is_not_listed(read, number):
    assert read(lines(HEAD, f"陈国强,{number},柳林,138")).doubts == ()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 x", "a PDF file"),
        (b"<html><table><tr><td>x</td></tr></table>", "a web page"),
        (b'<?xml version="1.0"?><Workbook/>', "a web page or XML"),
        (b"\x89PNG\r\n", "a picture"),
        (b"Rar!\x1a\x07", "a RAR archive"),
    ],
)
def test_other_files_under_a_register_s_name_are_named(refusal, content, kind):
    assert kind in refusal(content)[0].got.en


def test_a_missing_and_an_oversized_file_are_refused(tmp_path, refusal, monkeypatch):
    with pytest.raises(DataFault) as caught:
        read_table(tmp_path / "没有.csv")
    assert "no readable file" in str(caught.value)
    monkeypatch.setattr(sheets, "LARGEST_FILE", 10)
    assert "0 MB" in refusal(lines(HEAD, LIN))[0].got.en


def test_faults_before_the_headings_are_known_come_with_the_refusal(refusal):
    faults = refusal(lines('"x,1,2,3', LIN, CHEN))
    assert [fault.row for fault in faults] == [1, 2]


def test_the_place_is_named_as_the_caller_names_it(read):
    assert read(HEAD + "\n", place="registers/户籍.csv").faults[0].place == "registers/户籍.csv"


@settings(max_examples=120, deadline=None)
@given(
    encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]),
    damage=st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=3)), max_size=4),
    cut_at=st.integers(0, 600),
)
def test_a_damaged_file_is_read_or_refused_and_never_breaks_the_reader(
    tmp_path_factory, encoding, damage, cut_at
):
    data = lines("柳林新村台账", HEAD, LIN, f'"{CHEN}"', WU, "合计,3,,").encode(encoding)
    for place, junk in damage:
        data = data[:place] + junk + data[place + len(junk) :]
    path = tmp_path_factory.mktemp("damaged") / "a.csv"
    path.write_bytes(data[:cut_at])
    try:
        table = read_table(path)
    except DataFault:
        return
    assert len(table.rows) == len(table.row_numbers)
    assert all(len(row) == len(table.headings) for row in table.rows)
