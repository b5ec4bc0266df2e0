"""Cells are cut as the file really separates them, and a slip costs one row."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.errors import DataFault
from renlin.intake import delimited
from renlin.intake.delimited import DELIMITERS, LONGEST_ROW, MOST_LINES, cut

CELL = st.text(st.sampled_from('林3号,;\t|，"\n x'), max_size=6)


def rows_of(text):
    return dict(cut(text, place="a.csv").rows)


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_every_delimiter_is_told(delimiter):
    text = "\n".join(
        delimiter.join(row) for row in (["姓名", "住址"], ["林", "3号"], ["陈", "4号"])
    )
    assert cut(text, place="a.csv").rows == (
        (1, ("姓名", "住址")),
        (2, ("林", "3号")),
        (3, ("陈", "4号")),
    )


def test_a_full_width_comma_in_every_address_does_not_separate():
    text = "姓名,住址,电话\n林,3号楼，2单元,1\n陈,4号楼，1单元,2\n"
    assert rows_of(text)[2] == ("林", "3号楼，2单元", "1")


def test_one_comma_in_every_remark_loses_against_the_tabs():
    text = "姓名\t住址\t备注\n林\t3\t独居,有狗\n陈\t4\t租户,两人\n吴\t5\n"
    assert rows_of(text)[2] == ("林", "3", "独居,有狗")


def test_one_column_needs_no_delimiter():
    assert rows_of("姓名\n林桂兰\n") == {1: ("姓名",), 2: ("林桂兰",)}


def test_the_line_that_tells_excel_the_delimiter_is_obeyed_and_not_counted():
    assert rows_of("sep=;\n姓名;住址\n林;a,b\n") == {1: ("姓名", "住址"), 2: ("林", "a,b")}


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_row_and_blank_lines_count(line_end):
    assert rows_of(line_end.join(["a,b", "", "1,2", ""])) == {1: ("a", "b"), 3: ("1", "2")}


def test_a_quoted_line_end_stays_inside_its_cell_and_its_row():
    assert rows_of('a,b\n"x\r\ny",1\n2,3\n') == {1: ("a", "b"), 2: ("x\ny", "1"), 3: ("2", "3")}


def test_doubled_escaped_and_single_quotes_are_read():
    assert rows_of('a,b\n"say ""hi""",1\n')[2] == ('say "hi"', "1")
    assert rows_of('a,b\n"say \\"hi\\"",1\n')[2] == ('say "hi"', "1")
    assert rows_of("'a','b'\n'1,5','2'\n")[2] == ("1,5", "2")


def test_a_quote_in_the_middle_of_a_cell_is_a_character():
    assert rows_of('a,b\n5"管,1\n')[2] == ('5"管', "1")


def test_a_quote_never_closed_is_a_fault_of_its_row_and_hides_no_other_row():
    found = cut('a,b\n1,"x\n2,y\n3,"z"\n4,"w\n', place="a.csv")
    assert [fault.row for fault in found.faults] == [2, 5]
    assert [row for row, _ in found.rows] == [1, 3, 4]


def test_text_behind_a_closing_quote_is_a_fault():
    assert [fault.row for fault in cut('a,b\n"x"y,1\n2,3\n', place="a.csv").faults] == [2]


def test_a_row_longer_than_any_register_row_is_a_fault_and_reading_goes_on():
    found = cut("a,b\n" + "x" * (LONGEST_ROW + 1) + "\n1,2\n", place="a.csv")
    assert [fault.row for fault in found.faults] == [2]
    assert found.rows[-1] == (3, ("1", "2"))


def test_more_lines_than_a_register_has_are_refused(monkeypatch):
    assert MOST_LINES > 100_000
    monkeypatch.setattr(delimited, "MOST_LINES", 3)
    with pytest.raises(DataFault) as caught:
        cut("a\n1\n2\n3", place="a.csv")
    assert "4 lines" in str(caught.value)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6))
def test_quoting_every_cell_gives_the_cells_back(rows):
    rows = [["甲", "乙", "丙"], *rows]
    text = "\n".join(",".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows)
    found = cut(text, place="a.csv")
    assert found.faults == ()
    kept = [tuple(row) for row in rows if any(cell.strip() for cell in row)]
    assert [cells for _, cells in found.rows] == kept
