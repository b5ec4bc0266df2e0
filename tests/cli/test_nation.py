"""``renlin nation`` judges, adds up, publishes, refuses, and can be stopped."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from tests.needs.nation.conftest import NUMBERS, country, people, put, read

from renlin.cli.main import group
from renlin.needs.nation.lock import LOCK, held

RULES = ["--rules", "children", "--rules", "dialysis.yaml", "--rules", "elderly"]


def call(*words):
    return CliRunner().invoke(group, ["--lang", "en", "nation", *map(str, words)])


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    root = tmp_path_factory.mktemp("judged")
    country(root / "in")
    done = call(root / "in", "--out", root / "out", *RULES, "--public", root / "open", "--json")
    assert done.exit_code == 0, done.output
    return root, json.loads(done.stdout)


def test_counts_by_group_are_told_and_kept(judged):
    root, told = judged
    assert (told["n_districts"], told["n_kept"], told["uneven"]) == (3, 0, {})
    assert next(row["n"] for row in told["groups"] if row["group"] == "all") == 180
    for name in ("districts", "cities", "nation"):
        assert (root / f"out/{name}.parquet").exists()
        assert (root / f"open/{name}.csv").exists()


def test_merged_counts_rank_a_district_as_they_rank_the_country(judged, tmp_path):
    root, _ = judged
    done = call(root / "out/histograms", "--merge", "--out", tmp_path / "merged", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert {row["column"] for row in told["columns"]} == set(NUMBERS)
    again = call(root / "in", "--out", tmp_path / "out", *RULES,
                 "--ranks", tmp_path / "merged/histogram.parquet")  # fmt: skip
    assert again.exit_code == 0, again.output
    assert "Not in the table" in again.stdout
    whole = call(root / "in", "--out", tmp_path / "whole", *RULES, "--extent", "nation")
    assert whole.exit_code == 0, whole.output
    own = "residents/city=west/district=port/residents.parquet"
    pd.testing.assert_frame_equal(read(tmp_path / "out" / own), read(tmp_path / "whole" / own))


def test_a_rule_file_nobody_knows_is_refused_with_the_nearest(tmp_path):
    country(tmp_path / "in")
    done = call(tmp_path / "in", "--out", tmp_path / "out", "--rules", "elderli")
    assert done.exit_code == 1
    assert "elderly.yaml" in done.stderr
    assert not (tmp_path / "out").exists()


def test_wrong_use_is_told_as_such(tmp_path):
    (tmp_path / "in").mkdir()
    assert call(tmp_path / "none", "--out", tmp_path / "out").exit_code == 2
    assert call(tmp_path / "in").exit_code == 2
    assert call(tmp_path / "in", "--out", tmp_path / "out", "--workers", "0").exit_code == 2
    nothing = call(tmp_path / "in", "--out", tmp_path / "out")
    assert nothing.exit_code == 1
    assert "city=<code>" in nothing.stderr


def test_a_second_run_in_one_folder_is_refused_and_the_lock_of_a_dead_one_is_not(tmp_path):
    put(tmp_path / "in", people(1, 20))
    with held(tmp_path / "out"):
        done = call(tmp_path / "in", "--out", tmp_path / "out", *RULES)
    assert done.exit_code == 1
    assert f"out/{LOCK}" in done.stderr
    assert str(os.getpid()) in done.stderr
    assert not (tmp_path / "out/residents").exists()
    (tmp_path / "out" / LOCK).write_text("1")
    again = call(tmp_path / "in", "--out", tmp_path / "out", *RULES)
    assert again.exit_code == 0, again.output


STOPPED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from renlin.needs.nation import manifest
kept, n = manifest.Manifest.keep, 0
def keep(self, mark, made):
    global n
    n += 1
    kept(self, mark, made)
    if n == 6:
        os.kill(os.getpid(), int(sys.argv[1]))
manifest.Manifest.keep = keep
from renlin.cli import main
main(sys.argv[2:])
"""


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_run_told_to_stop_says_how_to_go_on_and_goes_on(tmp_path, told):
    for at in range(4):
        put(tmp_path / "in", people(1, 30, start=100 * at), "east", f"d{at}")
    asked = ["nation", str(tmp_path / "in"), "--out", str(tmp_path / "out"), *RULES]
    environment = {**os.environ, "PYTHONPATH": "src"}
    done = subprocess.run(
        [sys.executable, "-c", STOPPED, str(int(told)), "--lang", "en", *asked, "--workers", "1"],
        env=environment, cwd=Path(__file__).parents[2], capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 130, done.stderr
    assert "the same command goes on" in done.stderr
    assert not list((tmp_path / "out").rglob("*.partial"))
    again = call(*asked[1:], "--json")
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["n_kept"] >= 2
