"""Plain tables are read whatever program wrote them, with rows counted as people see them."""

import gzip

import pandas as pd
import pytest

from renlin.errors import DataFault
from renlin.intake.plain_table import read_plain_table, read_whole_table

TEXT = "unit,a,名称\nx,1,甲\ny,2,乙\n"
EXPECTED = pd.DataFrame({"unit": ["x", "y"], "a": ["1", "2"], "名称": ["甲", "乙"]}, dtype="object")


def written(tmp_path, data, name="t.csv"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace("x,1", '"x","1"').encode(),
        TEXT.rstrip("\n").encode(),
        gzip.compress(TEXT.encode(), mtime=0),
    ],
    ids=[
        "plain",
        "mark",
        "gb18030",
        "utf16",
        "crlf",
        "semicolon",
        "tab",
        "quotes",
        "no end",
        "gzip",
    ],
)
def test_text_is_read_as_programs_write_it(tmp_path, data):
    pd.testing.assert_frame_equal(
        read_whole_table(written(tmp_path, data)), EXPECTED, check_index_type=False
    )


def test_a_parquet_file_and_a_workbook_are_known_by_their_first_bytes(tmp_path):
    frame = pd.DataFrame({"unit": ["x", "y"], "a": [1.5, 2.0]})
    frame.to_parquet(tmp_path / "a.parquet")
    (tmp_path / "a.parquet").rename(tmp_path / "p.csv")
    assert read_whole_table(tmp_path / "p.csv")["a"].tolist() == [1.5, 2.0]
    frame.to_excel(tmp_path / "w.xlsx", index=False)
    assert read_whole_table(tmp_path / "w.xlsx")["a"].tolist() == ["1.5", "2"]


def test_empty_rows_are_left_out_and_the_others_keep_their_numbers(tmp_path):
    found = read_whole_table(written(tmp_path, b"unit,a\nx,1\n\n,\ny,2\n"))
    assert (found.index + 2).tolist() == [2, 5]


def test_a_row_that_ends_early_has_empty_cells(tmp_path):
    assert read_whole_table(written(tmp_path, b"unit,a,b\nx\ny,2,3\n"))["a"].tolist() == ["", "2"]


def test_rows_that_are_too_long_come_back_as_faults_beside_the_rest(tmp_path):
    found = read_plain_table(written(tmp_path, b"unit,a\nx,1,9\ny,2\nz,3,9,9\n"))
    assert found.table["unit"].tolist() == ["y"]
    assert [fault.row for fault in found.faults] == [2, 4]
    with pytest.raises(DataFault, match="at most 2 cells"):
        read_whole_table(written(tmp_path, b"unit,a\nx,1,9\n"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"unit,a,a\nx,1,2\n", "a second one"),
        (b'unit,a\nx,"1\n' + b"y" * (1 << 21), "quote"),
        (gzip.compress(TEXT.encode(), mtime=0)[:-9], "damaged gzip"),
        (b"PAR1 and no more", "damaged Parquet"),
    ],
)
def test_what_is_no_table_is_told(tmp_path, data, said):
    with pytest.raises(DataFault, match=said):
        read_plain_table(written(tmp_path, data))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DataFault, match="no readable file"):
        read_plain_table(tmp_path / "none.csv")
