"""What one column says again is compared once."""

import pandas as pd
from tests.intake.matching.record_sets import persons

from renlin.intake.matching import guess
from renlin.intake.matching.repeats import repeated


def people() -> pd.DataFrame:
    return persons(60, 1)


def test_a_full_name_beside_its_parts_is_left_out():
    table = people()
    table["full_name"] = table["given_name"] + " " + table["surname"]
    assert repeated(table, list(table.columns)) == {"full_name": ("given_name", "surname")}
    assert "full_name" not in {field.name for field in guess(table).fields}


def test_an_address_that_says_more_than_the_suburb_stays_and_the_suburb_goes():
    table = people()
    table["address"] = "flat 7 " + table["address_1"] + " near the old mill " + table["suburb"]
    found = repeated(table, ["address", "suburb", "surname"])
    assert found == {"suburb": ("address",)}


def test_a_copy_under_another_heading_is_left_out_once():
    table = people().assign(family_name=lambda rows: rows["surname"])
    assert repeated(table, ["surname", "family_name"]) == {"family_name": ("surname",)}


def test_chinese_names_are_read_character_by_character():
    surnames = ["张", "李", "王", "赵", "陈", "林"]
    given = ["三", "思敏", "五", "六一", "建国", "桂英"]
    table = pd.DataFrame({"姓": surnames, "名": given})
    table["姓名"] = table["姓"] + table["名"]
    assert repeated(table, ["姓名", "姓", "名"]) == {"姓名": ("姓", "名")}


def test_columns_that_only_sometimes_agree_are_all_compared():
    table = people()
    assert repeated(table, list(table.columns)) == {}


def test_a_handful_of_rows_says_nothing():
    table = pd.DataFrame({"a": ["x y", "z w"], "b": ["x", "z"]})
    assert repeated(table, ["a", "b"]) == {}


def test_empty_and_missing_columns_say_nothing():
    table = pd.DataFrame({"a": [None] * 9, "b": [""] * 9, "c": ["x"] * 9})
    assert repeated(table, ["a", "b", "c"]) == {}
