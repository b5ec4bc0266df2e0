"""``renlin site``: three tables in, a plan with its proof out."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from renlin.cli.main import group

EXAMPLE = Path(__file__).parents[2] / "examples" / "site"


def call(*asked: object, folder: Path = EXAMPLE):
    tables = [f"--{name}={folder / f'{name}.csv'}" for name in ("demand", "sites", "costs")]
    return CliRunner().invoke(group, ["site", *tables, *map(str, asked)])


def value(*asked: object, folder: Path = EXAMPLE) -> dict:
    done = call(*asked, "--json", folder=folder)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_plan_comes_with_its_proof_and_what_was_read():
    found = value("--model", "epsilon", "--p", "3")
    assert found["status"] == "optimal"
    assert found["gap"] == pytest.approx(0.0, abs=1e-6)
    assert "居委会活动室" in found["sites"]
    assert found["columns"]["weight"] == "persons"
    assert {row["group"] for row in found["groups"]} == {"carried", "stick", "other"}


def test_everybody_goes_somewhere_and_no_room_is_overfull():
    found = value("--model", "p-median", "--p", "4")
    people = pd.read_csv(EXAMPLE / "demand.csv").set_index("demand")["persons"]
    room = pd.read_csv(EXAMPLE / "sites.csv").set_index("site")["capacity"]
    flows = pd.DataFrame(found["assignments"])
    flows["persons"] = flows["share"] * flows["demand"].map(people)
    assert flows["persons"].sum() == pytest.approx(people.sum())
    held = flows.groupby("site")["persons"].sum()
    assert (held <= room[held.index] + 1e-6).all()


def test_a_budget_keeps_to_the_money():
    found = value("--model", "mclp", "--radius", "120", "--budget", "150000")
    assert found["price"] <= 150000


def test_both_languages_say_what_is_proven():
    done = call("--model", "p-center", "--p", "4")
    assert done.exit_code == 0, done.output
    assert "已证明最优" in done.output
    assert "proven optimal" in call("--model", "p-center", "--p", "4", "--lang", "en").output


def test_the_tables_of_a_plan_are_written(tmp_path):
    call("--model", "p-median", "--p", "4", "--radius", "150", "--out", tmp_path / "plan")
    demands = pd.read_csv(tmp_path / "plan" / "demands.csv")
    groups = pd.read_csv(tmp_path / "plan" / "groups.csv")
    assert len(demands) == 14
    assert "uncovered_share" in groups
    assert not list((tmp_path / "plan").glob("*.partial"))


def test_written_tables_hold_no_formula(tmp_path):
    (tmp_path / "demand.csv").write_text("demand,persons\n=cmd|calc,3\n", encoding="utf-8")
    (tmp_path / "sites.csv").write_text("site\nx\n", encoding="utf-8")
    (tmp_path / "costs.csv").write_text("demand,site,cost\n=cmd|calc,x,3\n", encoding="utf-8")
    call("--model", "p-median", "--p", "1", "--out", tmp_path / "plan", folder=tmp_path)
    for name in ("demands", "flows"):
        cells = (tmp_path / "plan" / f"{name}.csv").read_text(encoding="utf-8").split("\n")[1]
        assert cells.startswith("'=cmd")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--model", "p-median", "--p", "0"], "1 to 7 sites"),
        (["--model", "p-median", "--p", "99"], "1 to 7 sites"),
        (["--model", "p-median", "--budget", "-1"], "zero or more"),
        (["--model", "p-median", "--p", "3", "--budget", "100"], "149900 too few"),
        (["--model", "lscp", "--radius", "5"], "it takes"),
        (["--model", "floor", "--p", "1", "--radius", "10"], "demands without"),
        (["--model", "pmedian", "--p", "2"], "p-median"),
        (["--model", "mclp", "--p", "2"], "radius"),
        (["--model", "p-median"], "a budget"),
        (["--model", "p-median", "--p", "2", "--weight", "人口"], "persons"),
        (["--model", "p-median", "--p", "1"], "too few in the best plan"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_the_reason_and_by_how_much(asked, told):
    done = call(*asked, "--lang", "en")
    assert done.exit_code in (1, 2)
    assert told in done.output
    assert "Traceback" not in done.output


def test_a_file_that_is_no_table_is_refused(tmp_path):
    for name in ("demand", "sites", "costs"):
        (tmp_path / f"{name}.csv").write_bytes(b"\x00\x01\x02")
    done = call("--model", "p-median", "--p", "1", folder=tmp_path)
    assert done.exit_code == 1


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_tables_are_read_in_the_coding_offices_use(tmp_path, encoding):
    for name in ("demand", "sites", "costs"):
        text = (EXAMPLE / f"{name}.csv").read_text(encoding="utf-8")
        (tmp_path / f"{name}.csv").write_bytes(text.encode(encoding))
    asked = ("--model", "p-median", "--p", "4")
    assert value(*asked, folder=tmp_path)["sites"] == value(*asked)["sites"]
