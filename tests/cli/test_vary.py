"""Parameters are varied from the command line; what is found joins the results of the run."""

import json
import shutil

import pytest
from tests.cli.conftest import WILLOW, hashes

from renlin.report.shelf import Shelf


@pytest.fixture(scope="module")
def ran(call, tmp_path_factory):
    """Return a copy of Willow, results of stage 1 in a folder, and what varying printed."""
    folder = tmp_path_factory.mktemp("vary") / "willow"
    shutil.copytree(WILLOW, folder)
    study = folder / "study.toml"
    narrowed = '\n[uncertainty]\ndraws = 9\nseeds = 3\nvary = ["parameters/carry_speed_stairs"]\n'
    study.write_text(study.read_text(encoding="utf-8") + narrowed, encoding="utf-8")
    out = folder.parent / "results"
    call("needs", folder, "--out", out)
    options = ("--draws", 3, "--seeds", 2, "--scenario", "quake", "--out", out)
    return folder, out, call("vary", folder, *options, "--json")


def test_it_prints_one_object_with_the_findings(ran):
    _, out, done = ran
    assert done.exit_code == 0, done.stderr
    value = json.loads(done.stdout)
    assert value["out"] == str(out)
    assert set(value["findings"]) == {
        "study.rank_stability", "study.paradox_stability", "study.influence",
    }  # fmt: skip
    rows = value["findings"]["study.rank_stability"]["rows"]
    assert {row["n_draws"] for row in rows} == {3}
    assert {row["n_seeds"] for row in rows} == {2}


def test_findings_that_were_there_stay(ran):
    _, out, _ = ran
    kept = Shelf(out).paths
    assert {"needs.tiers", "study.rank_stability", "study.parameter_draws"} <= set(kept)


def test_only_what_the_study_names_is_varied(ran):
    _, out, _ = ran
    table = Shelf(out).find("study.parameter_draws").table
    assert set(table["parameter"]) == {"parameters/carry_speed_stairs"}


def test_an_unknown_scenario_is_refused_with_the_nearest_one(ran, call):
    folder, _, _ = ran
    done = call("vary", folder, "--scenario", "quak", "--lang", "en")
    assert done.exit_code == 1
    assert "Did you mean quake?" in done.stderr


def test_results_from_before_the_folder_changed_are_not_mixed_with_new_ones(ran, call, tmp_path):
    folder, out, _ = ran
    changed, old = tmp_path / "willow", tmp_path / "results"
    shutil.copytree(folder, changed)
    shutil.copytree(out, old)
    persons = changed / "layers" / "persons.csv"
    lines = persons.read_text(encoding="utf-8").splitlines(keepends=True)
    persons.write_text("".join(lines[:-1]), encoding="utf-8")
    before = hashes(old)
    done = call("vary", changed, "--draws", 2, "--seeds", 2, "--out", old, "--lang", "en")
    assert done.exit_code == 1
    assert "from before it changed" in done.stderr
    assert hashes(old) == before


def test_one_draw_is_wrong_use(ran, call):
    folder, _, _ = ran
    assert call("vary", folder, "--draws", 1).exit_code == 2
