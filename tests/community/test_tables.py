"""Every cell gets its type or a fault that says where, what was expected and what to do."""

import pandas as pd
import pytest
from shapely import LineString, MultiLineString, Point, Polygon
from tests.community.drawn import willow

from renlin.community.cells import items
from renlin.community.tables import conform, empty

CANARY = "王小明13800138000"


def read(table, **columns):
    raw = pd.DataFrame({name: pd.Series(cells, dtype="object") for name, cells in columns.items()})
    return conform(raw, table, willow().catalogue, place=f"layers/{table}.csv")


def persons(**columns):
    n = len(next(iter(columns.values())))
    known = {
        "person": [f"p{i}" for i in range(n)],
        "household": ["h"] * n,
        "origin": ["registered"] * n,
    }
    return read("persons", **(known | columns))


def walks(*shapes):
    n = len(shapes)
    return read("walks", walk=[f"w{i}" for i in range(n)], kind=["lane"] * n, geometry=list(shapes))


def told(done):
    return [(fault.row, fault.column) for fault in done.faults]


def test_all_faults_of_a_table_are_found_at_once():
    done = read(
        "buildings",
        building=["a", "a", None],
        name=["1", "2", "3"],
        floors=["3", "99", "two"],
        lift=["yes", "perhaps", "no"],
        geometry=[Point(0, 0).buffer(1)] * 3,
        storeys=["1", "2", "3"],
    )
    assert set(told(done)) == {
        (1, "storeys"),
        (3, "building"),
        (4, "building"),
        (3, "floors"),
        (4, "floors"),
        (3, "lift"),
    }


def test_every_fault_says_what_was_expected_what_was_got_and_what_to_do_in_both_languages():
    (fault,) = read("gates", gate=["g"], name=["东门"], width=["99"], geometry=[Point(0, 0)]).faults
    assert fault.text("en") == (
        "layers/gates.csv row 2, column width: expected 0.4..30, got 99. "
        "Correct the cell, or widen width in catalogue/tables/gates.csv."
    )
    assert fault.text("zh").startswith("layers/gates.csv 第 2 行「width」：应为0.4 到 30，实为99。")


def test_an_unknown_column_is_refused_with_the_nearest_name():
    done = read("gates", gate=["g"], name=["东门"], widht=["2"], geometry=[Point(0, 0)])
    assert "Did you mean width?" in done.faults[0].text("en")


def test_a_missing_required_column_is_one_fault_and_not_one_a_row():
    done = read("gates", gate=["g", "h"], geometry=[Point(0, 0)] * 2)
    assert told(done) == [(1, "name")]


def test_a_file_without_headings_is_told_without_quoting_its_first_row():
    done = read("persons", **{CANARY: ["x"], "84": ["y"]})
    assert len(done.faults) == 1
    assert CANARY not in done.faults[0].text("zh") + done.faults[0].text("en")


@pytest.mark.parametrize("column", ["age", "sex", "since", "until"])
def test_a_private_cell_is_described_and_never_quoted(column):
    done = persons(**{column: [CANARY]})
    text = "".join(fault.text("zh") + fault.text("en") for fault in done.faults)
    assert told(done) == [(2, column)]
    assert CANARY not in text
    assert f"{len(CANARY)} characters" in text


def test_an_impossible_age_is_missing_and_a_fault():
    done = persons(age=["0", "122", "123", "-1", "40.5"])
    assert told(done) == [(4, "age"), (5, "age"), (6, "age")]
    assert done.table["age"].tolist()[:2] == [0, 122]
    assert done.table["age"].isna().tolist() == [False, False, True, True, True]


def test_bounds_are_closed():
    done = read(
        "gates", gate=["a", "b"], name=["甲", "乙"], width=["0.4", "30"], geometry=[Point(0, 0)] * 2
    )
    assert done.faults == ()


@pytest.mark.parametrize("cell", ["nan", "inf", "1,200", "--", "1 2"])
def test_what_is_no_number_is_a_fault(cell):
    done = read("gates", gate=["a"], name=["甲"], width=[cell], geometry=[Point(0, 0)])
    assert told(done) == [(2, "width")]


@pytest.mark.parametrize("cell", ["", "  ", None, float("nan"), pd.NA, pd.NaT])
def test_an_empty_cell_is_unknown_and_no_fault(cell):
    done = read(
        "gates", gate=["a"], name=["甲"], width=[cell], locked=[cell], geometry=[Point(0, 0)]
    )
    assert done.faults == ()
    assert done.table[["width", "locked"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("yes", True), ("是", True), ("1", True), (True, True), (1.0, True), ("No", False), ("否", False),
     ("0", False), (False, False), ("unknown", None)],
)  # fmt: skip
def test_booleans_are_read_in_words_and_unknown_stays_unknown(cell, value):
    done = read("gates", gate=["a"], name=["甲"], locked=[cell], geometry=[Point(0, 0)])
    stands = done.table["locked"].iloc[0]
    assert done.faults == ()
    assert pd.isna(stands) if value is None else stands == value


@pytest.mark.parametrize(
    "cell", ["2026-02-30", "2026/03/05", "05.03.2026", "2026-03-05x", "2026-03-051"]
)
def test_a_date_that_is_none_is_a_fault(cell):
    assert told(persons(since=[cell])) == [(2, "since")]


def test_a_date_may_carry_the_midnight_a_spreadsheet_added():
    done = persons(since=["2026-03-05 00:00:00"])
    assert done.faults == ()
    assert done.table["since"].iloc[0] == pd.Timestamp("2026-03-05")


@pytest.mark.parametrize("cell", ["6-22", "24:30-25:00", "06:00", "06:00-22:60", "always"])
def test_hours_that_are_none_are_a_fault(cell):
    done = read("gates", gate=["a"], name=["甲"], open_hours=[cell], geometry=[Point(0, 0)])
    assert told(done) == [(2, "open_hours")]


def test_blanks_around_the_parts_of_a_list_mean_nothing():
    done = read(
        "measures", measure=["m"], scheme=["a.toml"], name=["甲"], cost=["1"],
        cost_source=["assumption"], requires=[" b ; c;"],
    )  # fmt: skip
    assert list(items(done.table["requires"].iloc[0])) == ["b", "c"]
    assert done.table["requires"].iloc[0] == "b;c"


def test_an_unknown_word_offers_the_nearest_known_one():
    done = read("walks", walk=["w"], kind=["footwy"], geometry=[LineString([(0, 0), (1, 0)])])
    assert "Did you mean footway?" in done.faults[0].text("en")


def test_a_key_used_twice_names_both_rows():
    done = read("gates", gate=["g", "h", "g"], name=["1", "2", "3"], geometry=[Point(0, 0)] * 3)
    assert [fault.row for fault in done.faults] == [4]
    assert "the same as row 2" in done.faults[0].text("en")


def test_a_self_crossing_outline_is_a_fault_with_its_reason():
    bow = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    done = read("buildings", building=["a"], name=["1"], geometry=[bow])
    assert told(done) == [(2, "geometry")]
    assert "crosses itself" in done.faults[0].text("en")
    assert "自相交" in done.faults[0].text("zh")


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (MultiLineString([[(0, 0), (1, 0)], [(2, 0), (3, 0)]]), "MultiLineString"),
        (Point(0, 0), "Point"),
        (LineString(), "an empty shape"),
        (LineString([(0, 0), (0, 0)]), "without length"),
        (LineString([(0, 0), (float("inf"), 0)]), "outside the coordinate system"),
        ("LINESTRING (0 0, 1 0)", "text"),
    ],
)
def test_what_is_no_line_is_refused(shape, said):
    done = walks(shape)
    assert told(done) == [(2, "geometry")]
    assert said in done.faults[0].text("en")


def test_heights_of_a_map_are_dropped():
    done = walks(LineString([(0, 0, 5), (3, 4, 9)]))
    assert done.faults == ()
    assert not done.table["geometry"].iloc[0].has_z
    assert done.table["geometry"].iloc[0].length == 5.0


def test_an_empty_table_has_the_types_of_a_full_one():
    full = willow().tables
    for name, frame in full.items():
        bare = empty(willow().catalogue, name)
        columns = [c for c in bare.columns if c != "geometry"]
        assert [str(bare[c].dtype) for c in columns] == [str(frame[c].dtype) for c in columns], name


def test_row_numbers_are_those_the_caller_gives():
    raw = pd.DataFrame({"gate": ["g"], "name": [None], "geometry": [Point(0, 0)]})
    (fault,) = conform(raw, "gates", willow().catalogue, place="x", rows=[17]).faults
    assert (fault.row, fault.column) == (17, "name")
