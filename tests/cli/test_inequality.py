"""``renlin inequality --spending`` compares communities, whatever wrote their table."""

import json
from pathlib import Path

import pandas as pd
import pytest

WILLOW = Path(__file__).parents[1] / "places" / "willow"
HEAD = "unit,side,amount,persons,at_risk,at_risk_high\n"
GOOD = HEAD + "甲,old,100,10,5,6\n乙,new,500,10,1,1\n"


@pytest.fixture
def compared(tmp_path, call):
    def called(content, name="f.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return call("--lang", "en", "inequality", WILLOW, "--spending", path, "--json")

    return called


def old(done):
    assert done.exit_code == 0, done.output
    return next(row for row in json.loads(done.stdout)["sides"] if row["side"] == "old")


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        GOOD.encode("gb18030"),
        GOOD.encode("utf-8-sig"),
        GOOD.encode("utf-16"),
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace("unit,side,amount,persons", "社区,哪一类,金额,人数"),
    ],
)
def test_any_coding_separator_and_language_of_headings_gives_the_same(compared, content):
    row = old(compared(content))
    assert (row["per_head"], row["per_risk"], row["transfer_head"]) == (10, 20, 200)


def test_a_workbook_is_read_too(tmp_path, compared):
    table = pd.DataFrame([line.split(",") for line in GOOD.splitlines()])
    table.to_excel(tmp_path / "f.xlsx", header=False, index=False)
    assert old(compared((tmp_path / "f.xlsx").read_bytes(), "f.xlsx"))["per_head"] == 10


def test_without_accounts_or_people_nothing_is_called_zero(compared):
    row = old(compared(HEAD + "a,old,,10,5,5\nb,new,5,0,0,0\n"))
    assert row["amount"] is None
    assert row["n_unknown"] == 1
    assert row["transfer_head"] is None


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        ("", "f.csv", "empty"),
        (HEAD, "f.csv", "rows"),
        (HEAD + "a,old,1,2,1,1\na,new,1,2,1,1\n", "f.csv row 3, column unit", "row 2"),
        (HEAD + "a,old,1,2,3,3\nb,new,1,2,1,1\n", "f.csv row 2, column at_risk", "persons, 2"),
        (HEAD + "a,old,1,9,3,2\n", "f.csv row 2, column at_risk", "at_risk_high, 2"),
        (HEAD + "a,old,-1,9,3,3\n", "f.csv row 2, column amount", "0..1e+11"),
        (HEAD + "a,old,lots,9,3,3\n", "f.csv row 2, column amount", "a number"),
        (HEAD + "a,,1,9,3,3\n", "f.csv row 2, column side", "nothing"),
        (HEAD + "a,old,1,9,3,3,7\n", "f.csv row 2", "7 cells"),
        (GOOD.replace("at_risk_high", "zz"), "f.csv row 1, column zz", "unknown column"),
        (GOOD.replace("amount", "社区"), "f.csv row 1, column 社区", "unknown column"),
        (b"\x00\x01\x02\xff" * 9, "f.csv", "expected"),
    ],
)
def test_what_cannot_be_is_told_where_it_stands(compared, content, place, said):
    done = compared(content)
    assert done.exit_code == 1
    assert done.stderr.startswith(place)
    assert said in done.stderr
