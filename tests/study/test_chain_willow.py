"""One folder in, four stages, every finding out; a changed row changes what depends on it."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from renlin.community.folder import open_community
from renlin.study import run
from renlin.study.results import keep, reopen

WILLOW = Path(__file__).parents[1] / "places" / "willow"


def chain(folder):
    return run(open_community(folder))


@pytest.fixture(scope="module")
def before():
    return chain(WILLOW)


def changed(tmp_path, layer, old, new):
    folder = tmp_path / "willow"
    shutil.copytree(WILLOW, folder)
    path = folder / "layers" / layer
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return chain(folder)


def touched(before, after):
    return {name for name, finding in before.findings.items() if after[name].id != finding.id}


def reached(results, tables):
    """Return every finding that reads one of the tables, or a changed finding, by provenance."""
    found: set[str] = set()
    for _ in results.findings:
        for name, finding in results.findings.items():
            made = finding.provenance
            if set(made.inputs) & tables or set(made.parents) & found:
                found.add(name)
    return found


@pytest.mark.parametrize(
    "name",
    ["needs.tiers", "needs.list", "needs.totals", "space.coverage", "space.points",
     "space.paper_only", "simulation.comparison", "simulation.clearance", "governance.pairs",
     "governance.plans", "governance.responses", "governance.duties", "study.paradox",
     "study.dual_view", "study.price"],
)  # fmt: skip
def test_every_stage_leaves_its_finding(before, name):
    assert name in before.findings


def test_covered_not_covered_and_unknown_are_all_residents(before):
    groups = before["space.coverage_groups"].table
    everyone = groups[groups["display"] == "all"]
    states = everyone[["covered", "not_covered", "unknown"]].sum(axis=1)
    assert (states == everyone["n"]).all()
    assert (everyone["n"] == len(before.community.present())).all()


def test_household_needs_sum_to_the_totals(before):
    listed = before["needs.list"].table.groupby("item")["quantity"].sum()
    totals = before["needs.totals"].table
    whole = totals[totals["display"] == "all"] if "all" in set(totals["display"]) else totals
    summed = whole.groupby("item")["quantity"].sum()
    shared = listed.index.intersection(summed.index)
    assert len(shared) > 0
    pd.testing.assert_series_equal(listed[shared], summed[shared], check_names=False)


def test_running_twice_gives_identical_findings(before):
    again = chain(WILLOW)
    assert {n: f.id for n, f in again.findings.items()} == {
        n: f.id for n, f in before.findings.items()
    }
    assert {n: f.content for n, f in again.findings.items()} == {
        n: f.content for n, f in before.findings.items()
    }


def test_a_changed_fact_changes_nothing_that_does_not_depend_on_facts(before, tmp_path):
    after = changed(
        tmp_path,
        "facts.csv",
        "f05,lin,persons,power_device,oxygen",
        "f05,lin,persons,power_device,none",
    )
    moved = touched(before, after)
    assert "needs.evidence" in moved
    assert "space.hazard" not in moved
    assert "space.network_gaps" not in moved
    assert moved <= reached(before, {"facts"})


def test_a_changed_inspection_changes_nothing_of_the_needs(before, tmp_path):
    after = changed(
        tmp_path, "hazards.csv", "h1,wiring,A,buildings,50,4", "h1,wiring,A,buildings,20,1"
    )
    moved = touched(before, after)
    assert "space.hazard" in moved
    assert {name for name in moved if name.startswith("needs.")} <= {"needs.type_risks"}
    assert "space.coverage" not in moved
    assert moved <= reached(before, {"hazards"})


def test_results_come_back_from_disk_as_they_went(before, tmp_path):
    keep(before, tmp_path)
    back = reopen(before.community, tmp_path)
    assert {n: f.content for n, f in back.findings.items()} == {
        n: f.content for n, f in before.findings.items()
    }


def test_no_finding_names_a_table_or_finding_that_does_not_exist(before):
    for finding in before.findings.values():
        for made in finding.provenance.lineage.values():
            for parent, own, theirs in made.parents:
                assert parent in before.findings, (finding.name, parent)
                pairs = zip(own.split("+"), theirs.split("+"), strict=True)
                for mine, other in pairs if own else ():
                    assert mine in finding.table.columns, (finding.name, mine)
                    assert other in before[parent].table.columns, (parent, other)
