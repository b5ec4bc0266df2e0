"""What is wrong with a national table is named, all of it, and no resident is."""

import pandas as pd
import pytest
from tests.needs.nation.conftest import CATALOGUE, RULES, people, put

from renlin.errors import DataFault
from renlin.needs.nation import judge, merge
from renlin.needs.nation.checks import MOST_LEVELS
from renlin.needs.nation.district import Cells


def refused(folder, out, rules=RULES):
    with pytest.raises(DataFault) as caught:
        judge(folder, out, rules, CATALOGUE, cells=Cells(10, 3))
    return caught.value.faults


def test_a_folder_without_districts_is_refused(tmp_path):
    (tmp_path / "in").mkdir()
    assert "city=<code>/district=<code>" in refused(tmp_path / "in", tmp_path / "out")[0].text("en")


def test_unknown_columns_wrong_types_and_missing_keys_are_named_at_once(tmp_path):
    table = people(1, 20)
    put(tmp_path, table.drop(columns=["community"]), "east", "a")
    put(tmp_path, table.assign(lives_alnoe=True), "east", "b")
    put(tmp_path, table.assign(age=table["age"].astype("str")), "east", "c")
    put(tmp_path, table.assign(wheelchair=1), "east", "d")
    found = refused(tmp_path, tmp_path / "out")
    assert [one.column for one in found] == ["community", "lives_alnoe", "age", "wheelchair"]
    assert "lives_alone" in found[1].text("en")


def test_a_heading_that_is_no_word_is_not_quoted(tmp_path):
    put(tmp_path, people(1, 5).assign(**{"林秀英 13800001234": 1}))
    (fault,) = refused(tmp_path, tmp_path / "out")
    assert "13800001234" not in fault.text("zh") + fault.text("en")


def test_a_file_cut_short_is_named_and_nothing_is_judged(tmp_path):
    put(tmp_path / "in", people(1, 20), "east", "a")
    path = put(tmp_path / "in", people(2, 20), "east", "b")
    path.write_bytes(path.read_bytes()[:-20])
    (fault,) = refused(tmp_path / "in", tmp_path / "out")
    assert fault.place == "city=east/district=b/a.parquet"
    assert not (tmp_path / "out" / "residents").exists()


def test_a_file_whose_cells_are_damaged_is_named_and_the_others_are_counted(tmp_path):
    put(tmp_path / "in", people(1, 20), "east", "a")
    path = put(tmp_path / "in", people(2, 400), "east", "b")
    content = bytearray(path.read_bytes())
    content[4:1500] = bytes(1496)
    path.write_bytes(bytes(content))
    (fault,) = refused(tmp_path / "in", tmp_path / "out")
    assert fault.place == "city=east/district=b"
    assert (tmp_path / "out/histograms/city=east/district=a.parquet").exists()


def test_what_no_cell_may_hold_is_counted_by_column(tmp_path):
    table = people(1, 30)
    table.loc[0, "person"] = None
    table.loc[2, "person"] = table.loc[1, "person"]
    table["age"] = table["age"].astype("Float64")
    table.loc[3, "age"] = 400
    table["dibao"] = ["=cmd|'/c calc'!A0", *["none"] * 29]
    put(tmp_path, table)
    found = refused(tmp_path, tmp_path / "out")
    assert [(f.column, f.got.en) for f in found] == [
        ("age", "1 rows that are not"),
        ("dibao", "1 rows that are not"),
        ("person", "1 rows that are not"),
        ("person", "1 rows that are not"),
    ]
    assert "cmd" not in "".join(one.text("zh") + one.text("en") for one in found)


def test_days_below_0_and_values_without_days_are_refused(tmp_path):
    table = people(1, 30, aged=True)
    known = table.index[table["lives_alone"].notna()]
    table.loc[known[0], "lives_alone__days"] = -1
    table.loc[known[1], "lives_alone__days"] = pd.NA
    put(tmp_path, table)
    (fault,) = refused(tmp_path, tmp_path / "out")
    assert (fault.column, fault.got.en) == ("lives_alone__days", "2 rows that are not")


def test_more_levels_than_can_be_counted_are_refused(tmp_path):
    n = MOST_LEVELS + 1
    table = people(1, n).assign(residence_years=[k / 20 for k in range(n)])
    put(tmp_path, table)
    (fault,) = refused(tmp_path, tmp_path / "out")
    assert (fault.column, fault.got.en) == ("residence_years", str(n))


def test_a_field_that_a_rule_reads_must_be_there_and_is_told_once(tmp_path):
    for district in ("a", "b"):
        put(tmp_path, people(1, 10).drop(columns=["age"]), "east", district)
    found = refused(tmp_path, tmp_path / "out")
    assert {one.column for one in found} == {"age"}
    assert all("2 districts" in one.got.en for one in found)


def test_an_empty_district_and_one_resident_are_judged(tmp_path):
    put(tmp_path / "in", people(2, 1).iloc[:0], "east", "a")
    put(tmp_path / "in", people(1, 1), "east", "b")
    found = judge(tmp_path / "in", tmp_path / "out", RULES, CATALOGUE, cells=Cells(10, 3))
    assert found.nation.set_index("group").loc["all", "n"] == 1


def test_counts_sent_twice_or_no_counts_at_all_are_refused(tmp_path):
    put(tmp_path / "in", people(1, 10))
    judge(tmp_path / "in", tmp_path / "out", RULES, CATALOGUE, cells=Cells(10, 3))
    sent = tmp_path / "sent"
    sent.mkdir()
    counts = tmp_path / "out/histograms/city=east/district=hill.parquet"
    for name in ("a", "b"):
        (sent / f"{name}.parquet").write_bytes(counts.read_bytes())
    (sent / "c.parquet").write_bytes(b"no")
    put(sent, people(1, 3))
    with pytest.raises(DataFault) as caught:
        merge(sent, CATALOGUE)
    assert [one.place for one in caught.value.faults] == [
        "b.parquet", "c.parquet", "city=east/district=hill/a.parquet",
    ]  # fmt: skip


def test_a_district_without_a_file_and_a_file_outside_a_district_are_told(tmp_path):
    put(tmp_path / "in", people(1, 10), "east", "a")
    (tmp_path / "in/city=east/district=b").mkdir()
    (tmp_path / "in/city=west").mkdir()
    people(1, 3).to_parquet(tmp_path / "in/more.parquet")
    found = refused(tmp_path / "in", tmp_path / "out")
    assert [one.place for one in found] == [
        "city=east/district=b", "city=west", "more.parquet",
    ]  # fmt: skip


def test_results_inside_the_folder_are_no_part_of_the_table(tmp_path):
    put(tmp_path, people(1, 10), "east", "a")
    for _ in range(2):
        found = judge(tmp_path, tmp_path / "out", RULES, CATALOGUE, cells=Cells(10, 3))
    assert found.n_kept == 1


def test_codes_of_cities_may_be_any_words_but_no_patterns(tmp_path):
    root = tmp_path / "o'hara [1] {2}"
    for at, city in enumerate(("东城", "St. John's", "a%20b", "x=y")):
        put(root / "in", people(1, 10, start=100 * at), city, "区 1")
    found = judge(root / "in", root / "out", RULES, CATALOGUE, cells=Cells(10, 3))
    assert found.cities["city"].nunique() == 4
    assert found.nation.set_index("group").loc["all", "n"] == 40
    for at, city in enumerate(("*", "a[b]", "", "__HIVE_DEFAULT_PARTITION__")):
        put(tmp_path / "bad", people(1, 10, start=100 * at), city, "a")
    places = [one.place for one in refused(tmp_path / "bad", tmp_path / "out")]
    assert places == ["city=", "city=*", "city=__HIVE_DEFAULT_PARTITION__", "city=a[b]"]


def test_columns_that_only_some_districts_hold_are_counted(tmp_path):
    put(tmp_path / "in", people(1, 10), "east", "a")
    put(tmp_path / "in", people(1, 10, start=50).drop(columns="wheelchair"), "east", "b")
    found = judge(tmp_path / "in", tmp_path / "out", RULES[:1], CATALOGUE, cells=Cells(10, 3))
    assert found.uneven == {"wheelchair": 1}
    assert "wheelchair" not in found.absent
