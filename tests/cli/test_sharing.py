"""``renlin tiles`` and ``renlin rdls`` write public files from kept results."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from renlin.cli.main import group
from renlin.community.folder import open_community
from renlin.study.job import space_of
from renlin.study.results import keep

WILLOW = Path(__file__).parents[1] / "places" / "willow"


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    keep(space_of(open_community(WILLOW)), folder)
    return folder


def run(*words):
    return CliRunner().invoke(group, [str(word) for word in words])


def test_tiles_of_a_community_are_written_where_asked(out, tmp_path):
    path = tmp_path / "willow.pmtiles"
    done = run("tiles", "--of", WILLOW, out, "--to", path, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told == {"file": str(path), "bytes": path.stat().st_size, "communities": 1}
    assert path.read_bytes()[:7] == b"PMTiles"


def test_tiles_of_the_same_community_twice_are_refused_with_exit_one(out, tmp_path):
    path = tmp_path / "twice.pmtiles"
    done = run("tiles", "--of", WILLOW, out, "--of", WILLOW, out, "--to", path)
    assert done.exit_code == 1
    assert not path.exists()


def test_tiles_without_results_say_what_to_run(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    done = run("tiles", "--of", WILLOW, empty, "--to", tmp_path / "a.pmtiles")
    assert done.exit_code == 1
    assert "renlin run" in done.output


def test_the_description_stands_beside_the_results_and_names_the_licence(out):
    asked = ("--license", "CC-BY-4.0", "--url", "https://example.org/l.gpkg")
    done = run("rdls", WILLOW, out, *asked, "--email", "office@example.org", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads((out / "rdls.json").read_text(encoding="utf-8"))
    assert told["datasets"][0]["license"] == "CC-BY-4.0"


def test_a_description_without_a_licence_is_wrong_use(out):
    done = run("rdls", WILLOW, out, "--url", "https://example.org", "--email", "a@example.org")
    assert done.exit_code == 2
