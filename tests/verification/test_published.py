"""Published tables come out as published, or say that they were not run and why."""

import shutil

import pandas as pd
import pytest

from renlin.errors import DataFault
from renlin.verification import verify
from renlin.verification.published import SHIPPED, data_folder, published
from renlin.verification.published.page import known_kinds

DATA = data_folder()
if DATA is not None and not (DATA / "needs").is_dir():
    DATA = None
CASE = "ahp-three-judgements"


def page(folder=SHIPPED, data=None):
    return pd.DataFrame(published(folder, data))


@pytest.fixture
def case(tmp_path):
    """Return a copy of one shipped case in a folder of its own."""
    shutil.copytree(SHIPPED / CASE, tmp_path / "cases" / CASE)
    return tmp_path / "cases" / CASE


def rewritten(case, old, new):
    path = case / "case.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return case


def test_without_data_what_needs_none_is_within_and_the_rest_says_why_not():
    found = page()
    own = found[
        found["case"].isin(
            [
                "ahp-three-judgements", "inequality-six-values", "weights-and-topsis",
                "catchment-three-towns", "hotspot-six-points",
            ]
        )
    ]  # fmt: skip
    rest = found.drop(own.index)
    assert len(own) > 30
    assert set(own["verdict"]) == {"within"}
    assert set(rest["verdict"]) == {"not_run"}
    assert rest["got"].isna().all()
    assert rest["deviation"].str.contains("no data folder").all()


@pytest.mark.skipif(DATA is None, reason="no published tables: set RENLIN_DATA to the data folder")
def test_every_published_table_comes_out_within_its_band():
    found = page(data=DATA)
    assert found.loc[found["verdict"] != "within", ["case", "measure", "of", "got"]].empty


@pytest.mark.skipif(DATA is None, reason="no published tables: set RENLIN_DATA to the data folder")
def test_unrounded_steps_would_be_seen(tmp_path):
    """The case can fail: without rounding of the shares only half of the ranks are exact."""
    (tmp_path / "case.toml").write_text(
        (SHIPPED / "svi-2020-ranks-by-geoid" / "case.toml").read_text(encoding="utf-8")
        .replace('"svi_2020"', '"own.toml"'), encoding="utf-8")  # fmt: skip
    (tmp_path / "own.toml").write_text('extends = "svi_2020"\nvalue_digits = 6\n', encoding="utf-8")
    found = page(tmp_path, DATA).set_index("measure")
    assert found.loc["share_equal", "verdict"] == "outside"
    assert found.loc["share_equal", "got"] < 0.95


def test_a_folder_that_lacks_a_file_says_which(tmp_path):
    found = page(SHIPPED / "simd-2016", tmp_path)
    assert set(found["verdict"]) == {"not_run"}
    assert found["deviation"].str.contains("lacks needs/imd/scotland_2016.csv.gz").all()


def test_what_was_not_run_is_neither_within_nor_outside_on_the_command_line(run_cli, tmp_path):
    done = run_cli("verify", SHIPPED / "simd-2016", "--data", tmp_path, "--lang", "en")
    assert done.exit_code == 0
    assert "0 within, 0 known deviations, 0 outside, 2 not run" in done.stdout
    assert "the data folder lacks" in done.stdout


def test_the_page_in_both_languages_tells_what_was_not_run(run_cli, tmp_path):
    run_cli("verify", SHIPPED / "simd-2016", "--data", tmp_path, "--out", tmp_path / "page")
    assert "没有跑" in (tmp_path / "page" / "verification.html").read_text(encoding="utf-8")
    assert "not run" in (tmp_path / "page" / "verification.en.html").read_text(encoding="utf-8")


def test_a_band_that_is_missed_is_outside_and_one_with_a_reason_a_known_deviation(case):
    assert page(rewritten(case, "low = 0.64825", "low = 0.648345"))["verdict"][0] == "outside"
    told = page(rewritten(case, "low = 0.648345", 'deviation = "because"\nlow = 0.648345'))
    assert (told["verdict"][0], told["deviation"][0]) == ("known_deviation", "because")


def test_both_kinds_of_cases_stand_on_one_page(case):
    both = verify(case.parent)
    assert set(both["case"]) == {CASE}
    assert list(both.columns)[:4] == ["case", "zh", "en", "measure"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "index"', 'kind = "indx"', "Did you mean index"),
        ('measure = "weight"', 'measure = "wait"', "share_equal"),
        ('item = "a"', 'item = "z"', "got z"),
        ('item = "a"', 'units = "a"', "unknown key units"),
        ('item = "a"\n', "", "weight names item"),
        ("low = 0.64825\nhigh = 0.64835\n", "", "low or high"),
        ('definition = "saaty_1980.toml"', 'definition = "saaty"', "got nothing there"),
    ],
)
def test_what_a_case_states_that_cannot_be_is_told(case, old, new, said):
    with pytest.raises(DataFault, match=said):
        page(rewritten(case, old, new))


def test_faults_of_all_cases_are_told_at_once(case):
    shutil.copytree(case, case.parent / "other")
    for one in (case, case.parent / "other"):
        rewritten(one, 'kind = "index"', 'kind = "none"')
    with pytest.raises(DataFault) as error:
        page(case.parent)
    assert [fault.place for fault in error.value.faults] == [f"{CASE}/case.toml", "other/case.toml"]


def test_a_case_cannot_read_outside_its_folder_and_the_data(case):
    (case.parent / "secret.csv").write_text("unit,a,b,c\nx,1,2,3\ny,2,3,1\n", encoding="utf-8")
    found = page(rewritten(case, 'table = "matrix.csv"', 'table = "../secret.csv"'))
    assert set(found["verdict"]) == {"not_run"}


def test_a_unit_only_one_table_has_counts_as_different(case):
    (case / "published.csv").write_text("unit,rank\nx,2\ny,1\nz,3\n", encoding="utf-8")
    rewritten(case, "[[expect]]", 'published = "published.csv"\n\n[[expect]]\nmeasure = "n_different"\n'
              'columns = ["rank"]\nlow = 1\nhigh = 1\nsource = "by hand"\n\n[[expect]]')  # fmt: skip
    assert page(case)["got"][0] == 1


def test_the_data_folder_is_the_one_stated_else_named_else_beside(tmp_path, monkeypatch):
    monkeypatch.setenv("RENLIN_DATA", str(tmp_path / "named"))
    assert data_folder(tmp_path) == tmp_path
    assert data_folder() == tmp_path / "named"
    monkeypatch.delenv("RENLIN_DATA")
    (tmp_path / "shared" / "data").mkdir(parents=True)
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    assert data_folder() == tmp_path / "shared" / "data"


def test_a_kind_is_one_module_with_its_own_statement():
    kinds = known_kinds()
    assert {"index", "inequality"} <= set(kinds)
    for name, kind in kinds.items():
        assert "kind" in kind.stated.model_fields, name


@pytest.mark.parametrize(
    ("name", "file", "head", "said"),
    [
        ("catchment-three-towns", "towns.csv", "population", "column population"),
        ("catchment-three-towns", "times-2.csv", "origin", "column origin"),
        ("hotspot-six-points", "points.csv", "value", "column value"),
    ],
)
def test_a_table_without_a_column_is_told_by_its_name(tmp_path, name, file, head, said):
    shutil.copytree(SHIPPED / name, tmp_path / name)
    table = tmp_path / name / file
    table.write_text(table.read_text(encoding="utf-8").replace(head, "other"), encoding="utf-8")
    with pytest.raises(DataFault, match=said):
        page(tmp_path)


def test_a_supply_nobody_else_reaches_is_shared_at_home(tmp_path):
    shutil.copytree(SHIPPED / "catchment-three-towns", tmp_path / "case")
    for table in (tmp_path / "case").glob("times-*.csv"):
        table.write_text("origin,place,time\n1,1,1\n2,2,1\n3,3,1\n", encoding="utf-8")
    found = page(tmp_path).set_index(["measure", "of"])["got"]
    assert found["two_step", "1; times-0.csv"] == pytest.approx(15 / 100)
    assert found["two_step", "all; times-0.csv"] == pytest.approx(135)
