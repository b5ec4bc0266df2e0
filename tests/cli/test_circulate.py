"""``renlin circulate``: how rescuers get in, measures by group, schemes that are read back."""

import json
import shutil
from types import SimpleNamespace

import pytest
from tests.cli.conftest import WILLOW, hashes

from renlin.community.folder import open_community
from renlin.community.scheme import apply, read_scheme
from renlin.report.explain import explain

FEW = ("--seeds", "2", "--scenario", "fire-a")
NAMES = {
    "simulation.rescue_groups", "simulation.rescue_stops", "simulation.circulation_measures",
    "simulation.circulation",
}  # fmt: skip


@pytest.fixture(scope="module")
def done(call, tmp_path_factory):
    """Return a copy of Willow after one call that keeps findings and writes schemes."""
    root = tmp_path_factory.mktemp("circulate")
    folder, out = root / "willow", root / "out"
    shutil.copytree(WILLOW, folder)
    made = folder / "new" / "schemes"
    told = call("circulate", folder, *FEW, "--out", out, "--schemes", made, "--json")
    assert told.exit_code == 0, told.output
    return SimpleNamespace(folder=folder, out=out, schemes=made, told=json.loads(told.stdout))


def test_the_findings_are_given_by_measure_outcome_and_group(done):
    assert set(done.told["findings"]) == NAMES
    rows = done.told["findings"]["simulation.circulation"]["rows"]
    assert {row["outcome"] for row in rows} == {"evacuation", "fire_engine", "ambulance"}
    assert {"all", "wheelchair"} <= {row["display"] for row in rows}


def test_every_measure_becomes_a_scheme_that_the_folder_reads_back(done):
    file = done.schemes / "lanes-1.toml"
    assert done.told["schemes"] == [str(file)]
    made = read_scheme(file)
    assert (made.code, made.zh, made.en) == ("lanes-1", "东门拓到 4 米", "Widen 东门 to 4 m")
    assert all(edit.why for edit in made.edit)
    assert apply(made, open_community(WILLOW))["gates"]["width"].tolist() == [4.0]
    shutil.copy(file, done.folder / "schemes")
    assert "lanes-1" in open_community(done.folder).schemes


def test_what_is_kept_leads_on_to_rows_and_sources(done):
    asked = (
        ("simulation.circulation", "lanes-1|evacuation|fire-a|wheelchair", "difference"),
        ("simulation.circulation", "lanes-1|fire_engine||wheelchair", "difference"),
        ("simulation.rescue_groups", "fire_engine|wheelchair", "mean"),
    )
    for name, row, column in asked:
        node = explain(done.out, name, row=row, column=column)
        assert node.rule
        assert "parameters/rescue_speed_inside" in {entry["code"] for entry in node.entries}
        assert {child.finding for child in node.children} == {"needs.profiles"}
        assert {"person": "lin"}.items() <= node.children[0].row.items()
        assert node.children[0].children


def test_a_stop_leads_on_to_the_width_that_is_needed(done):
    node = explain(
        done.out, "simulation.rescue_stops", row="fire_engine|gates|east", column="clear"
    )
    assert node.value == 2.0
    assert "standards/fire_lane_width" in {entry["code"] for entry in node.entries}
    assert "gates" in node.inputs


def test_a_measure_leads_on_to_the_number_of_vehicles_assumed(done):
    node = explain(done.out, "simulation.circulation_measures", row="lanes-1", column="edits")
    assert "parameters/circulation_vehicles" in {entry["code"] for entry in node.entries}


def test_a_scheme_that_is_there_is_kept_and_named_before_anything_runs(call, willow):
    file = willow / "schemes" / "lanes-1.toml"
    file.write_text("mine", encoding="utf-8")
    before = hashes(willow)
    told = call("circulate", willow, *FEW, "--schemes", willow / "schemes", "--lang", "en")
    assert told.exit_code == 1
    assert "schemes/lanes-1.toml" in told.stderr
    assert hashes(willow) == before


def test_people_read_it_in_both_languages(call, willow):
    told = call("circulate", willow, *FEW).stdout
    assert "消防车" in told
    assert "东门拓到 4 米" in told
    english = call("circulate", willow, *FEW, "--lang", "en").stdout
    assert "fire engine" in english
    assert "Widen 东门 to 4 m" in english
    assert "拓到" not in english


def test_a_scenario_that_is_not_there_is_refused_with_the_nearest(call, willow):
    told = call("circulate", willow, "--scenario", "firea", "--lang", "en")
    assert told.exit_code == 1
    assert "fire-a" in told.stderr
