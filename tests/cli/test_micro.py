"""The micro check on the command line."""

import json

import pytest

from renlin.cli import micro
from renlin.simulation.micro import adapter

needs_extra = pytest.mark.skipif(
    not adapter.installed(), reason="the extra micro (JuPedSim) is not installed"
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_the_extra_it_says_what_to_install_and_exits_with_two(
    call, willow, monkeypatch, capsys, language
):
    monkeypatch.setattr(micro, "find_spec", lambda name: None)

    done = call("--lang", language, "micro", willow, "gates/east")

    assert done.exit_code == 2
    assert done.stdout == ""
    assert "pip install 'renlin[micro]'" in done.stderr


@needs_extra
def test_an_unknown_spot_is_a_fault_with_the_nearest_one(call, willow):
    done = call("--lang", "en", "micro", willow, "gates/est", "--scenario", "quake")

    assert done.exit_code == 1
    assert "gates/east" in done.stderr


@needs_extra
def test_an_unknown_scenario_is_a_fault_with_the_nearest_one(call, willow):
    done = call("--lang", "en", "micro", willow, "gates/east", "--scenario", "quaek")

    assert done.exit_code == 1
    assert "Did you mean quake" in done.stderr


@needs_extra
def test_it_gives_one_object_and_an_overlay_the_folder_then_reads(call, willow, tmp_path):
    catalogue = willow / "catalogue"
    catalogue.mkdir()
    (catalogue / "parameters.toml").write_text(
        'micro_time_step = { value = 0.05, unit = "s", source = "assumption" }\n'
        'micro_persons_per_metre = { value = 20, unit = "persons/m", source = "assumption" }\n',
        encoding="utf-8",
    )
    arguments = ("micro", willow, "gates/east", "--scenario", "quake", "--seeds", "1", "--json")

    done = call(*arguments, "--overlay", catalogue, "--out", tmp_path / "out")
    again = call("check", willow, "--json")

    rows = json.loads(done.stdout)["findings"]["simulation.micro"]["rows"]
    assert [row["share"] for row in rows] == [0.0, 0.1, 0.2, 0.4]
    assert all(row["flow"] > 0.3 for row in rows)
    assert (tmp_path / "out" / "findings" / "simulation.micro.parquet").exists()
    assert (catalogue / "bottlenecks.csv").read_text(encoding="utf-8").count("micro_check") == 4
    assert again.exit_code == 0
