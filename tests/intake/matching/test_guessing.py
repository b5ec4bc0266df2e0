"""Fields are guessed by heading first, then by what stands in the column."""

import pandas as pd
import pytest
from tests.intake.matching.record_sets import persons, restaurants

from renlin.errors import DataFault
from renlin.intake.matching import guess


def kinds_of(spec):
    return {f.name: f.kind for f in spec.fields}


def test_headings_tell_kinds_and_the_column_of_ids():
    table = persons(40, 1)
    table.insert(0, "rec_id", [f"r{i}" for i in range(40)])
    spec = guess(table)
    assert spec.id == "rec_id"
    assert kinds_of(spec) == {
        "given_name": "given_name", "surname": "surname", "street_number": "house_number",
        "address_1": "address", "suburb": "category", "postcode": "postcode",
        "date_of_birth": "date", "soc_sec_id": "id_number",
    }  # fmt: skip


def test_contents_tell_kinds_where_headings_do_not():
    n = 40
    table = pd.DataFrame({
        "c1": [f"u{i}@x.cn" for i in range(n)],
        "c2": [f"19{50 + i}-03-0{1 + i % 9}" for i in range(n)],
        "c3": [f"138{i:08d}" for i in range(n)],
        "c4": [f"a long story number {i} of words" for i in range(n)],
        "c5": ["red", "blue"] * (n // 2),
        "c6": [f"{i}.50" for i in range(n)],
    })  # fmt: skip
    spec = guess(table)
    assert spec.id is None
    assert list(kinds_of(spec).values()) == ["email", "date", "phone", "text", "category", "number"]


def test_answers_constants_and_empty_columns_are_left_out():
    table = pd.DataFrame({
        "id": ["1", "2", "3"], "cluster": ["0", "0", "1"], "name": ["li", "li", "wu"],
        "city": ["x", "x", "x"], "note": ["", None, ""],
    })  # fmt: skip
    assert list(kinds_of(guess(table))) == ["name"]


def test_columns_of_two_tables_pair_by_heading_then_by_kind():
    a, b, _ = restaurants(30, 10, 1)
    b = b.rename(columns={"phone": "telephone", "id": "rec_id"})
    spec = guess(a, b)
    phone = next(f for f in spec.fields if f.kind == "phone")
    assert (phone.heading("a"), phone.heading("b")) == ("phone", "telephone")
    assert (spec.id_heading("a"), spec.id_heading("b")) == ("id", "rec_id")


def test_chinese_headings_are_understood():
    table = pd.DataFrame({
        "编号": ["1", "2", "3"], "姓名": ["王明", "李丽", "赵强"],
        "出生日期": ["1950-01-01", "1960年2月3日", "19700405"],
        "身份证号": ["1", "2", "3"], "联系电话": ["1", "2", "3"], "家庭住址": ["a", "b", "c"],
    })  # fmt: skip
    assert list(kinds_of(guess(table)).values()) == [
        "name", "date", "id_number", "phone", "address"
    ]  # fmt: skip


def test_tables_with_nothing_in_common_are_refused():
    with pytest.raises(DataFault):
        guess(pd.DataFrame({"id": ["1"], "x": ["a"]}), pd.DataFrame({"id": ["1"], "y": ["b"]}))
