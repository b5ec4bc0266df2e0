"""One run of Willow: its files, its numbers in both forms, and every number traced."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import WILLOW, hashes

from renlin.cli.verbs import VERBS
from renlin.finding import open_finding
from renlin.report.cite import keyed
from renlin.report.explain import trace
from renlin.report.shelf import Shelf
from renlin.study import job

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def ran(call, tmp_path_factory):
    """Run Willow once and return the folder, the results folder and what was printed."""
    folder = tmp_path_factory.mktemp("run") / "willow"
    shutil.copytree(WILLOW, folder)
    out = folder.parent / "results"
    return folder, out, call("run", folder, "--out", out, "--seeds", 2, "--json")


def test_a_run_prints_one_object_and_writes_every_file_it_names(ran):
    folder, out, done = ran
    assert done.exit_code == 0
    value = json.loads(done.stdout)
    assert value["out"] == str(out)
    assert set(value["files"]) == {
        "findings", "summary", "layers", "cards", "map", "map_en", "report", "report_en",
        "guidance", "guidance_en",
    }  # fmt: skip
    for path in value["files"].values():
        assert (out / path.removeprefix(f"{out}/")).exists()
    assert sorted(p.name for p in folder.parent.iterdir()) == ["results", "willow"]
    assert hashes(folder) == hashes(WILLOW)


def test_a_run_stopped_half_way_leaves_old_results_as_they_were(ran, call, monkeypatch):
    folder, out, _ = ran
    before = hashes(out)

    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("renlin.report.write.write_summary", stopped)
    done = call("report", folder, out)
    assert done.exit_code == 130
    assert hashes(out) == before
    assert sorted(p.name for p in folder.parent.iterdir()) == ["results", "willow"]


def test_a_full_disk_while_writing_leaves_old_results_as_they_were(ran, call, monkeypatch):
    folder, out, _ = ran
    before = hashes(out)

    def full(*_, **__):
        raise OSError(28, "No space left on device", str(out / "community.gpkg"))

    monkeypatch.setattr("renlin.report.write.write_geopackage", full)
    done = call("report", folder, out, "--lang", "en")
    assert done.exit_code == 1
    assert "a full disk" in done.stderr
    assert hashes(out) == before


def test_the_report_written_anew_is_the_same_and_needs_no_simulation(ran, call, monkeypatch):
    folder, out, _ = ran
    before = hashes(out)
    monkeypatch.setattr(job, "simulate", None)
    assert call("report", folder, out).exit_code == 0
    after = hashes(out)
    same = ("report.html", "report.en.html", "summary.json", "findings/catalogue.json")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert set(after) == set(before)


def test_results_can_be_looked_at(ran, read):
    _, out, _ = ran
    found = read("inspect", out)
    assert found["kind"] == "results"
    assert found["faults"] == []
    assert "needs.tiers" in [line["finding"] for line in found["preview"]]


VIEWS = {
    "needs": ["needs.groups", "needs.totals", "needs.work_list"],
    "space": [
        "space.coverage_groups",
        "space.points",
        "space.fragility_groups",
        "space.critical_links",
        "space.circles",
        "space.hollow_groups",
        "space.network_gaps",
    ],
}


@pytest.mark.parametrize("verb", VIEWS)
def test_a_stage_gives_its_findings_as_one_object_with_their_ids(ran, read, call, tmp_path, verb):
    folder, _, _ = ran
    value = read(verb, folder, "--out", tmp_path / "out")
    assert list(value["findings"]) == VIEWS[verb]
    for name, found in value["findings"].items():
        kept = open_finding(tmp_path / "out" / "findings" / f"{name}.parquet")
        assert (found["id"], found["n_rows"]) == (kept.id, len(kept.table))
    json.dumps(value, allow_nan=False)
    told = call(verb, folder).stdout
    assert all(name in told for name in VIEWS[verb])
    assert "人群" in told


@pytest.fixture(scope="module")
def shelf(ran):
    return Shelf(ran[1])


def lineages(shelf):
    for name, made in shelf.provenances.items():
        for column, lineage in made.lineage.items():
            yield name, column, lineage


def columns(shelf, name):
    return set(map(str, shelf.named(name).table.columns))


def test_every_lineage_is_of_a_column_that_exists(shelf):
    assert [(n, c) for n, c, _ in lineages(shelf) if c not in columns(shelf, n)] == []


def test_every_lineage_names_findings_and_key_columns_that_exist(shelf):
    wrong = []
    for name, column, lineage in lineages(shelf):
        for parent, own, theirs in lineage.parents:
            mine, others = (
                [key for key in own.split("+") if key],
                [k for k in theirs.split("+") if k],
            )
            known = parent in shelf.paths and len(mine) == len(others)
            if not known or not (
                set(mine) <= columns(shelf, name) and set(others) <= columns(shelf, parent)
            ):
                wrong.append((name, column, parent, own, theirs))
    assert wrong == []


def test_every_lineage_names_entries_or_parts_of_the_catalogue_that_exist(shelf):
    known = set(shelf.catalogue) | {code.partition("/")[0] for code in shelf.catalogue}
    cited = {(n, c, code) for n, c, made in lineages(shelf) for code in made.catalogue}
    assert {one for one in cited if one[2] not in known} == set()


def test_every_finding_rests_on_findings_that_are_kept(shelf):
    named = {(n, parent) for n, made in shelf.provenances.items() for parent in made.parents}
    assert {one for one in named if one[1] not in shelf.paths} == set()


def leads(node):
    """Tell whether a trace ends at a register row, at tables that were read, or at entries."""
    here = node.inputs or node.row.get("file") or node.entries
    return bool(here) or any(leads(child) for child in node.children)


def test_the_trace_of_every_finding_leads_to_rows_tables_or_entries(shelf):
    dead = []
    for name in shelf.paths:
        found = shelf.named(name)
        if not len(found.table):
            continue
        at = len(found.table) // 2
        key = keyed(found.table[part].iloc[at] for part in found.provenance.key)
        traced = [c for c in found.provenance.lineage if c in found.table.columns]
        rest = [c for c in map(str, found.table.columns) if c not in found.provenance.key]
        for column in dict.fromkeys([*traced[:1], *rest[-1:]]):
            if not leads(trace(shelf, name, row=key, column=column)):
                dead.append((name, key, column))
    assert dead == []


def test_a_simulated_number_is_traced_to_register_rows(shelf):
    node = trace(shelf, "simulation.comparison", row="gate|quake|wheelchair", column="value")
    rows = []

    def walk(step):
        if step.row.get("file"):
            rows.append((step.row["file"], step.row["row"]))
        for child in step.children:
            walk(child)

    walk(node)
    assert ("civil_affairs.csv", 2) in rows


def test_a_class_is_traced_to_what_made_it_that_class_and_to_nothing_else(shelf):
    found = shelf.named("needs.profiles").table.set_index("person")["class"]
    person = next(p for p, name in found.items() if name.startswith("wheelchair"))
    node = trace(shelf, "needs.profiles", row=person, column="class")
    asked = {child.column for child in node.children if child.finding == "needs.indicators"}
    assert "walking_aid" in asked
    assert not asked & {"hearing_level", "age", "dibao"}


def test_explaining_prints_the_same_tree_for_people_and_machines(ran, call, read):
    arguments = ("explain", ran[1], "needs.tiers", "--row", "lin", "--column", "sure")
    value = read(*arguments)
    assert (value["row"], value["value"]) == ({"person": "lin"}, 1)
    for language, words in (
        ("zh", ("规则", "依据", "（未核实）")),
        ("en", ("rule", "(not verified)")),
    ):
        told = call("--lang", language, *arguments).stdout
        assert f"{value['id']} needs.tiers [person=lin] sure = 1" in told
        assert all(word in told for word in words)
        assert "file=civil_affairs.csv, row=2" in told


def test_what_explain_does_not_find_is_told_with_the_nearest(ran, call):
    for arguments, offered in (
        (["needs.teirs"], "needs.tiers"),
        (["needs.tiers", "--row", "zhao2"], "zhao"),
        (["needs.tiers", "--row", "lin", "--column", "sur"], "sure"),
        (["simulation.comparison", "--row", "gat|quake|wheelchar"], "gate|quake|wheelchair"),
    ):
        done = call("explain", ran[1], *arguments)
        assert done.exit_code == 1
        assert f"是不是「{offered}」" in done.stderr


def test_the_example_of_explain_in_the_help_is_a_cell_that_every_run_has(ran, call):
    words = shlex.split(VERBS["explain"].example)
    done = call("explain", ran[1], *words[3:])
    assert done.exit_code == 0
    assert "needs.groups" in done.stdout


def test_the_readme_names_every_file_a_run_leaves(ran):
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("|---|---|")[1]
    named = {name.rstrip("/") for name in re.findall(r"`([^` ]+)`", table.split("##")[0])}
    assert {path.name for path in ran[1].iterdir()} <= named
