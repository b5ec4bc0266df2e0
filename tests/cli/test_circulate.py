"""``renlin circulate``: how rescuers get in, measures by group, schemes that are read back."""

import pytest
from tests.cli.conftest import hashes

from renlin.community.folder import open_community
from renlin.community.scheme import apply, read_scheme
from renlin.report.explain import explain

FEW = ("--seeds", "2", "--scenario", "fire-a")
NAMES = {
    "simulation.rescue_groups", "simulation.rescue_stops", "simulation.circulation_measures",
    "simulation.circulation",
}  # fmt: skip


def test_the_findings_are_given_by_measure_outcome_and_group(read, willow):
    found = read("circulate", willow, *FEW)
    assert set(found["findings"]) == NAMES
    assert "schemes" not in found
    rows = found["findings"]["simulation.circulation"]["rows"]
    assert {row["outcome"] for row in rows} == {"evacuation", "fire_engine", "ambulance"}
    assert {"all", "wheelchair"} <= {row["display"] for row in rows}


@pytest.mark.parametrize("where", ["schemes", "new/schemes"])
def test_every_measure_becomes_a_scheme_of_the_folder(read, willow, where):
    folder = willow / where
    (file,) = read("circulate", willow, *FEW, "--schemes", folder)["schemes"]
    made = read_scheme(folder / "lanes-1.toml")
    assert file == str(folder / "lanes-1.toml")
    assert (made.code, made.zh, made.en) == ("lanes-1", "东门拓到 4 米", "Widen 东门 to 4 m")
    assert all(edit.why for edit in made.edit)
    place = open_community(willow)
    assert apply(made, place)["gates"]["width"].tolist() == [4.0]
    assert ("lanes-1" in place.schemes) == (where == "schemes")


def test_a_scheme_that_is_there_is_kept_and_named_before_anything_runs(call, willow):
    file = willow / "schemes" / "lanes-1.toml"
    file.write_text("mine", encoding="utf-8")
    before = hashes(willow)
    done = call("circulate", willow, *FEW, "--schemes", willow / "schemes", "--lang", "en")
    assert done.exit_code == 1
    assert "schemes/lanes-1.toml" in done.stderr
    assert hashes(willow) == before


def test_people_read_it_in_both_languages(call, willow):
    told = call("circulate", willow, *FEW).stdout
    assert "消防车" in told
    assert "东门拓到 4 米" in told
    english = call("circulate", willow, *FEW, "--lang", "en").stdout
    assert "fire engine" in english
    assert "Widen 东门 to 4 m" in english
    assert "拓到" not in english


def test_what_is_kept_leads_on_to_rows_and_sources(call, willow, tmp_path):
    out = tmp_path / "out"
    assert call("circulate", willow, *FEW, "--out", out).exit_code == 0
    asked = (
        ("simulation.circulation", "lanes-1|evacuation|fire-a|wheelchair", "difference"),
        ("simulation.circulation", "lanes-1|fire_engine||wheelchair", "difference"),
        ("simulation.rescue_groups", "fire_engine|wheelchair", "mean"),
    )
    for name, row, column in asked:
        node = explain(out, name, row=row, column=column)
        assert node.rule
        assert {entry["code"] for entry in node.entries} >= {"parameters/rescue_speed_inside"}
        assert [child.finding for child in node.children] == ["needs.profiles"]
        assert node.children[0].row == "lin"


def test_a_scenario_in_which_nobody_moves_is_refused(call, willow):
    done = call("circulate", willow, "--scenario", "firea", "--lang", "en")
    assert done.exit_code == 1
    assert "fire-a" in done.stderr
