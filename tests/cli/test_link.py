"""``renlin link`` writes pairs, queue, spec and model, and says what it did."""

import json

import pandas as pd
from click.testing import CliRunner
from tests.intake.matching.record_sets import two_tables

from renlin.cli.main import group


def call(*words):
    return CliRunner().invoke(group, ["--lang", "en", "link", *map(str, words)])


def files(folder):
    a, b, truth = two_tables(40, 0.2, 7)
    for name, table in (("a", a), ("b", b), ("truth", truth)):
        table.to_csv(folder / f"{name}.csv", index=False)
    return folder / "a.csv", folder / "b.csv", truth


def test_two_tables_are_linked_without_a_spec_and_the_spec_used_is_written(tmp_path):
    a, b, truth = files(tmp_path)
    out = tmp_path / "pairs.csv"
    done = call(a, b, "--out", out, "--labels", tmp_path / "truth.csv", "--json",
                "--save-model", tmp_path / "m.json", "--review", tmp_path / "r.csv")  # fmt: skip
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    found = pd.read_csv(out, dtype=str)
    assert told["n_pairs"] == len(found)
    assert told["scores"][-1]["threshold"] == 0.999
    assert list(found.columns[:3]) == ["id_a", "id_b", "probability"]
    assert len(found.merge(truth, on=["id_a", "id_b"])) >= 38
    again = call(a, b, "--out", tmp_path / "again.csv", "--spec", told["files"]["spec"],
                 "--model", tmp_path / "m.json", "--decisions", tmp_path / "r.csv")  # fmt: skip
    assert again.exit_code == 0, again.output
    assert (tmp_path / "again.csv").read_bytes() == out.read_bytes()


def test_faults_are_told_and_nothing_is_written(tmp_path):
    a, b, _ = files(tmp_path)
    spec = tmp_path / "link.toml"
    spec.write_text('[[fields]]\nname = "surnam"\nkind = "surname"\n', encoding="utf-8")
    done = call(a, b, "--out", tmp_path / "pairs.csv", "--spec", spec)
    assert done.exit_code == 1
    assert "Did you mean surname" in done.stderr
    assert not (tmp_path / "pairs.csv").exists()
