"""The page of verification: shipped cases hold, and a wrong band is told to be wrong."""

import json
import shutil

import pytest

from renlin.errors import DataFault
from renlin.verification import SHIPPED, verify

CASE = "imo-01-corridor"


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
    return case.parent


def test_every_shipped_case_lies_in_its_band_or_says_why_not(page):
    assert page.loc[page["verdict"] == "outside", ["case", "measure", "got"]].to_numpy().size == 0


def test_every_band_names_its_source(page):
    assert (page["source"].str.len() > 5).all()
    assert (page["case_source"].str.len() > 5).all()


def test_the_forty_metres_take_forty_seconds(page):
    row = page[(page["case"] == CASE) & (page["measure"] == "exit_time")].iloc[0]
    assert row["got"] == 40.0


@pytest.mark.campaign
def test_the_page_is_the_same_twice(page):
    assert verify().equals(page)


def test_a_folder_may_be_one_case_or_hold_many(case):
    assert verify(case).equals(verify(case.parent))


def test_a_band_that_is_missed_is_outside_and_one_with_a_reason_a_known_deviation(case):
    assert verify(rewritten(case, "low = 39.0", "low = 40.5"))["verdict"][0] == "outside"
    told = verify(rewritten(case, "low = 40.5", 'deviation = "because"\nlow = 40.5'))
    assert (told["verdict"][0], told["deviation"][0]) == ("known_deviation", "because")


def test_a_stated_deviation_that_is_none_is_within(case):
    told = verify(rewritten(case, "low = 39.0", 'deviation = "because"\nlow = 39.0'))
    assert (told["verdict"][0], told["deviation"][0]) == ("within", "")


def test_a_variant_is_divided_by_the_case_it_is_compared_with(case):
    (case / "slow.csv").write_text("person,origin,speed\np,start,0.5\n", encoding="utf-8")
    text = '\n[variants.slow]\npersons = "slow.csv"\n\n[[expect]]\nmeasure = "exit_time"\n'
    text += 'variant = "slow"\nover = "base"\nlow = 2.0\nhigh = 2.0\nsource = "by hand"\n'
    path = case / "case.toml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    assert verify(case)["got"].iloc[-1] == 2.0


def test_a_link_may_be_left_out_of_a_variant(case):
    text = '\n[variants.shut]\nwithout = ["way"]\n\n[[expect]]\nmeasure = "arrived"\n'
    text += 'variant = "shut"\nhigh = 0\nsource = "by hand"\n'
    path = case / "case.toml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    (case / "links.csv").write_text(
        "link,origin,target,length,width\nway,start,end,40,2\nback,end,start,1,1\n",
        encoding="utf-8",
    )
    rewritten(case, 'source = "IMO MSC', 'horizon = 60\nsource = "IMO MSC')
    links = (case / "links.csv").read_text(encoding="utf-8").replace(",width", ",width,one_way")
    lines = [line + (",true" if line.startswith(("way", "back")) else "") for line in links.split()]
    (case / "links.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert verify(case)["got"].iloc[-1] == 0.0


def test_all_faults_of_all_cases_are_told_before_anything_runs(case):
    shutil.copytree(case, case.parent / "other")
    rewritten(case, 'measure = "exit_time"', 'measure = "exit_tme"')
    (case.parent / "other" / "persons.csv").unlink()
    with pytest.raises(DataFault) as error:
        verify(case.parent)
    assert {f.place for f in error.value.faults} == {f"{CASE}/case.toml", "other/persons.csv"}


def test_faults_of_the_tables_name_the_case(case):
    (case / "persons.csv").write_text("person,origin,speed\np,nowhere,1\n", encoding="utf-8")
    with pytest.raises(DataFault) as error:
        verify(case)
    assert [(f.place, f.row, f.column) for f in error.value.faults] == [
        (f"{CASE}/persons", 2, "origin")
    ]


@pytest.mark.parametrize("old", ["low = 39.0\nhigh = 41.0\n"])
def test_a_band_without_a_side_is_refused(case, old):
    with pytest.raises(DataFault):
        verify(rewritten(case, old, ""))


def test_an_empty_folder_is_a_fault(tmp_path):
    with pytest.raises(DataFault, match=r"case\.toml"):
        verify(tmp_path)


def test_the_command_ends_with_1_when_a_band_is_missed(case, run_cli):
    fine = run_cli("verify", case, "--json")
    assert (fine.exit_code, json.loads(fine.stdout)["n_outside"]) == (0, 0)
    wrong = run_cli("--lang", "en", "verify", rewritten(case, "low = 39.0", "low = 40.5"))
    assert wrong.exit_code == 1
    assert "✗" in wrong.stdout
    assert "1 outside" in wrong.stdout
