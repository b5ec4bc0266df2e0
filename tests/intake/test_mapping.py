"""The mapping file says what each register is; every slip in it is said at once."""

import datetime as dt

import pytest

from renlin.errors import DataFault
from renlin.intake.mapping import read_mapping

GOOD = """
[registers.hukou]
file = "户籍.xls"
role = "household"
source = "派出所"
as_of = 2026-03-01
heading_row = 3
columns = {"住户姓名" = "name"}
ignore = ["序号"]
values = {"lives_alone" = {"是" = "yes", "否" = "no"}}

[registers.minzheng]
file = "低保.xlsx"
sheet = "三月"
role = "civil_affairs"
source = "民政"
as_of = 2026-02-28
"""


@pytest.fixture
def read(tmp_path):
    def _read(text):
        (tmp_path / "mapping.toml").write_text(text, encoding="utf-8")
        return read_mapping(tmp_path / "mapping.toml")

    return _read


@pytest.fixture
def faults(read):
    def _faults(text):
        with pytest.raises(DataFault) as caught:
            read(text)
        return caught.value.text("en")

    return _faults


def test_a_mapping_file_is_read(read):
    registers = read(GOOD)
    hukou = registers["hukou"]
    assert list(registers) == ["hukou", "minzheng"]
    assert (hukou.as_of, hukou.heading_row, hukou.sheet) == (dt.date(2026, 3, 1), 3, None)
    assert hukou.columns == {"住户姓名": "name"}
    assert hukou.values["lives_alone"]["是"] == "yes"


def test_unknown_keys_get_the_nearest_known_one_and_all_slips_come_at_once(faults):
    text = faults(
        GOOD.replace("columns =", "colums =").replace('role = "civil_affairs"', 'role = "x"')
    )
    assert "registers.hukou" in text
    assert "Did you mean columns?" in text
    assert "registers.minzheng" in text


def test_a_missing_key_is_named(faults):
    assert "source" in faults(GOOD.replace('source = "民政"\n', ""))


@pytest.mark.parametrize("path", ["../a.csv", "/etc/passwd", "C:\\\\a.csv", "..\\\\a.csv", ""])
def test_a_path_that_leaves_the_folder_is_refused(faults, path):
    assert "path inside the folder" in faults(GOOD.replace("户籍.xls", path))


def test_no_register_and_no_toml_are_refused(faults):
    assert "at least one" in faults("[registers]\n").lower()
    assert "TOML" in faults("[registers")
