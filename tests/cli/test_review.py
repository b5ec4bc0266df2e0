"""People list doubtful pairs, decide, undo, split what was merged; build applies it."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from renlin.cli.main import group
from renlin.intake.build import build
from renlin.intake.decisions import FILE

EXAMPLE = Path(__file__).parents[2] / "tests" / "places" / "willow"
MAPPING = """
[registers.household]
file = "household.csv"
role = "household"
source = "police post"
as_of = 2026-03-01
[registers.household.columns]
"姓名" = "name"
"身份证" = "identity_number"
"出生日期" = "birth_date"
"住址" = "address"
"电话" = "phone"

[registers.clinic]
file = "clinic.csv"
role = "medical"
source = "clinic"
as_of = 2026-03-01
[registers.clinic.columns]
"姓名" = "name"
"身份证" = "identity_number"
"出生日期" = "birth_date"
"住址" = "address"
"电话" = "phone"
"""
HEADS = "姓名,身份证,出生日期,住址,电话\n"
LIN, TWIN = "林桂芳,11010519491231002X,1949-12-31,A楼1单元301室,", "何平,,2018-06-20,A楼1单元202室,"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a folder of two registers: one pair the cascade merges, one for people."""
    root = tmp_path_factory.mktemp("review") / "court"
    shutil.copytree(EXAMPLE, root)
    for name in ("persons", "households", "dwellings", "facts", "ties", "pairs", "helpers",
                 "corrections", "confirmations", "overrides"):  # fmt: skip
        (root / "layers" / f"{name}.csv").unlink(missing_ok=True)
    (root / "registers").mkdir()
    (root / "registers" / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    child = "何安,329901201806202015,2018-06-20,A楼1单元202室,\n"
    text = {"household": LIN + "\n" + child, "clinic": LIN + "\n" + TWIN + "\n"}
    for name, rows in text.items():
        (root / "registers" / f"{name}.csv").write_text(HEADS + rows, encoding="utf-8")
    build(root)
    return root


@pytest.fixture
def folder(built, tmp_path):
    shutil.copytree(built, tmp_path / "court")
    return tmp_path / "court"


def call(*words):
    return CliRunner().invoke(group, list(map(str, words)))


def persons(folder):
    links = pd.read_csv(folder / "layers" / "links.csv", dtype=str)
    places = zip(links["file"].str.removeprefix("registers/"), links["row"], strict=True)
    return dict(zip(places, links["person"], strict=True))


def is_one(folder, row="2"):
    found = persons(folder)
    return found["household.csv", row] == found["clinic.csv", row]


def test_the_list_shows_rows_and_weights_and_no_name(folder):
    made = call("review", folder)
    assert made.exit_code == 0
    assert "d0001" in made.output
    assert "log2" in made.output
    assert not any(name in made.output for name in ("何安", "何平", "林桂芳", "20180620"))


def test_a_merge_of_the_cascade_is_split_by_people_and_joined_again_by_undo(folder):
    rows = ("registers/household.csv:2", "registers/clinic.csv:2")
    assert is_one(folder)
    made = call("review", folder, "--rows", *rows, "--decide", "different", "--by", "社工")
    assert made.exit_code == 0, made.output
    build(folder)
    assert not is_one(folder)
    assert call("review", folder, "--rows", *rows, "--undo", "--by", "社工").exit_code == 0
    build(folder)
    assert is_one(folder)
    assert len((folder / "registers" / FILE).read_text(encoding="utf-8").splitlines()) == 3


def test_a_pair_in_doubt_is_joined_by_people_and_leaves_the_list(folder):
    assert not is_one(folder, "3")
    made = call("review", folder, "--pair", "d0001", "--decide", "same", "--by", "社工")
    assert made.exit_code == 0, made.output
    build(folder)
    assert is_one(folder, "3")
    listed = json.loads(call("review", folder, "--json").output)
    assert listed["doubts"] == []
    assert [one["word"] for one in listed["decisions"]] == ["same"]


@pytest.mark.parametrize(
    "words",
    [
        ("--decide", "same"),
        ("--pair", "d0001", "--decide", "same"),
        ("--pair", "d0001", "--decide", "same", "--undo", "--by", "x"),
        ("--rows", "a", "b", "--decide", "same", "--by", "x"),
        ("--with-values",),
    ],
)
def test_a_question_that_lacks_a_part_is_wrong_use(folder, words):
    assert call("review", folder, *words).exit_code == 2


def test_an_unknown_pair_names_the_nearest_and_decides_nothing(folder):
    made = call("review", folder, "--pair", "d0002", "--decide", "same", "--by", "x")
    assert made.exit_code == 1
    assert "d0001" in made.output
    assert not (folder / "registers" / FILE).exists()


def test_made_up_registers_are_written_with_the_truth_and_tried(tmp_path):
    made = call("registers", tmp_path / "sample", "--persons", "400", "--seed", "3", "--json")
    assert made.exit_code == 0, made.output
    told = json.loads(made.output)
    assert told["n_false"] == 0
    assert 0.9 < told["recall"] <= 1
    files = {path.name for path in (tmp_path / "sample").iterdir()}
    assert len(files) >= 3


def test_made_up_registers_are_never_written_over_other_files(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "household.csv").write_text("a\n1\n", encoding="utf-8")
    assert call("registers", tmp_path / "own", "--persons", "50").exit_code == 1
    assert (tmp_path / "own" / "household.csv").read_text(encoding="utf-8") == "a\n1\n"
