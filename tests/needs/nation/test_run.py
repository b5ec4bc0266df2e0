"""A country is judged as each community judges itself, and goes on where it stopped."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.needs.nation.conftest import AREAS, CATALOGUE, NUMBERS, RULES, country, people, put, read

from renlin.errors import DataFault
from renlin.needs import capacities, classes
from renlin.needs.nation import judge, merge
from renlin.needs.nation.district import Cells
from renlin.needs.nation.histograms import ranks
from renlin.needs.tiers import Facts, evaluate, fields_of

CELLS = Cells(10, 3)


def judged(folder, out, **asked):
    return judge(folder, out, RULES, CATALOGUE, cells=CELLS, **asked)


def residents(out, city, district):
    path = out / "residents" / f"city={city}" / f"district={district}" / "residents.parquet"
    return read(path).sort_values("person").reset_index(drop=True)


def facts(table):
    fields = fields_of(RULES)
    return Facts(
        table[fields],
        pd.DataFrame({f: table[f"{f}__days"] for f in fields}),
        pd.DataFrame({f: table[f"{f}__asked"].fillna(False) for f in fields}),
    )


def wide(table):
    """Return the table with every indicator of the catalogue, unknown where it has none."""
    missing = [c for c in CATALOGUE.indicators if c not in table]
    types = {"boolean": "boolean", "level": "Int64", "number": "Float64", "category": "str"}
    empty = {
        c: pd.Series(None, index=table.index, dtype=types[CATALOGUE.indicators[c].kind])
        for c in missing
    }
    return table.assign(**empty)


def files(out):
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*.parquet"))}


def test_tiers_are_those_of_the_community_with_dated_evidence(tmp_path):
    tables = country(tmp_path / "in", aged=True)
    judged(tmp_path / "in", tmp_path / "out")
    for area, table in tables.items():
        own = evaluate(facts(table), RULES).highest()
        found = residents(tmp_path / "out", *area)
        for bound in ("sure", "indicated", "possible"):
            assert found[bound].tolist() == getattr(own, bound).tolist()


def test_resolved_evidence_gives_the_tiers_of_evidence_of_today(tmp_path):
    lean = people(3, 80)
    dated = lean.assign(
        **{f"{f}__days": lean[f].notna().astype("Int64").where(lean[f].notna()) * 0
           for f in fields_of(RULES)},
        **{f"{f}__asked": lean[f].notna() for f in fields_of(RULES)},
    )  # fmt: skip
    put(tmp_path / "in", lean)
    judged(tmp_path / "in", tmp_path / "out")
    found = residents(tmp_path / "out", "east", "hill")
    own = evaluate(facts(dated), RULES).highest()
    for bound in ("sure", "indicated", "possible"):
        assert found[bound].tolist() == getattr(own, bound).tolist()


def test_groups_are_those_of_the_community(tmp_path, table):
    judged(tmp_path / "table", tmp_path / "out")
    for area, own in table.items():
        expected = classes.memberships(wide(own), CATALOGUE.displays)
        found = residents(tmp_path / "out", *area)
        for group in CATALOGUE.displays:
            told = found[f"group_{group}"].astype("boolean")
            pd.testing.assert_series_equal(told, expected[group], check_names=False)


def test_scores_are_those_of_the_community_over_the_items_the_table_holds(tmp_path, table):
    judged(tmp_path / "table", tmp_path / "out")
    for area, own in table.items():
        held = {c: e for c, e in CATALOGUE.indicators.items() if c in own}
        expected = capacities.score_dimensions(wide(own), held)
        found = residents(tmp_path / "out", *area)
        for column in expected:
            np.testing.assert_array_equal(found[column], expected[column])


def test_ranks_are_those_of_the_city_and_unknown_has_none(tmp_path, table):
    judged(tmp_path / "table", tmp_path / "out")
    east = pd.concat([table["east", "hill"], table["east", "lake"]], ignore_index=True)
    found = pd.concat(
        [residents(tmp_path / "out", "east", d) for d in ("hill", "lake")], ignore_index=True
    )
    for column in NUMBERS:
        values = east[column]
        known = values.dropna()
        expected = [None if pd.isna(v) else (known < v).sum() / (len(known) - 1) for v in values]
        np.testing.assert_array_equal(
            found[f"rank_{column}"].to_numpy(), np.array(expected, dtype=float)
        )


def test_the_index_is_the_mean_rank_towards_risk_and_its_bounds_hold_every_completion(
    tmp_path, table
):
    judged(tmp_path / "table", tmp_path / "out")
    found = residents(tmp_path / "out", "east", "hill")
    less_is_worse = {"vision_level", "hearing_level", "helpers_within_30min"}
    turned = pd.DataFrame(
        {c: 1 - found[f"rank_{c}"] if c in less_is_worse else found[f"rank_{c}"] for c in NUMBERS}
    )
    np.testing.assert_allclose(found["index"], turned.mean(axis=1), atol=1e-12)
    np.testing.assert_allclose(found["index_low"], turned.fillna(0).mean(axis=1), atol=1e-12)
    np.testing.assert_allclose(found["index_high"], turned.fillna(1).mean(axis=1), atol=1e-12)


def test_counts_by_group_are_those_of_the_residents_and_add_up(tmp_path):
    country(tmp_path / "in")
    found = judged(tmp_path / "in", tmp_path / "out")
    everyone = pd.concat([residents(tmp_path / "out", *area) for area in AREAS])
    row = found.nation.set_index("group")
    for group in CATALOGUE.displays:
        inside = everyone[everyone[f"group_{group}"].eq(True)]
        assert row.loc[group, "n"] == len(inside)
        assert row.loc[group, "n_undecided"] == everyone[f"group_{group}"].isna().sum()
        assert row.loc[group, "possible_1"] == (inside["possible"] == 1).sum()
    own = everyone["sensitivity"].mean()
    assert row.loc["all", "sensitivity"] == pytest.approx(own, abs=1e-6)
    assert row.loc["all", "n"] == 180 == found.cities.query("group == 'all'")["n"].sum()


def test_a_community_of_seven_is_marked_small_and_an_empty_group_is_not(tmp_path, table):
    judged(tmp_path / "table", tmp_path / "out")
    counts = read(tmp_path / "out/communities/city=east/district=hill.parquet")
    assert counts.loc[counts["group"] == "all", "small"].all()
    assert not counts.loc[counts["n"] == 0, "small"].any()


def test_any_number_of_workers_gives_the_same_bytes(tmp_path, table):
    judged(tmp_path / "table", tmp_path / "one", workers=1)
    judged(tmp_path / "table", tmp_path / "three", workers=3)
    assert files(tmp_path / "one") == files(tmp_path / "three")


def test_what_is_finished_is_not_done_again_unless_its_file_changed(tmp_path):
    country(tmp_path / "in")
    first = judged(tmp_path / "in", tmp_path / "out")
    again = judged(tmp_path / "in", tmp_path / "out")
    assert (first.n_done, again.n_done) == (3, 0)
    put(tmp_path / "in", people(9, 20, start=5000), "west", "port")
    changed = judged(tmp_path / "in", tmp_path / "out")
    assert (changed.n_done, changed.n_kept) == (1, 2)


def test_a_result_that_was_damaged_is_made_again(tmp_path, table):
    judged(tmp_path / "table", tmp_path / "out")
    before = files(tmp_path / "out")
    path = tmp_path / "out/residents/city=east/district=lake/residents.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    assert judged(tmp_path / "table", tmp_path / "out").n_done == 1
    assert files(tmp_path / "out") == before


KILLED = """
import os, signal, sys
from pathlib import Path
from renlin.needs.nation import judge
from tests.needs.nation.conftest import CATALOGUE, RULES
from renlin.needs.nation.district import Cells
moment, nth = sys.argv[3], int(sys.argv[4])
renamed, n = Path.replace, 0
def replace(self, target):
    global n
    n += 1
    if (moment, n) == ("before", nth):
        os.kill(os.getpid(), signal.SIGKILL)
    renamed(self, target)
    if (moment, n) == ("after", nth):
        os.kill(os.getpid(), signal.SIGKILL)
Path.replace = replace
judge(Path(sys.argv[1]), Path(sys.argv[2]), RULES, CATALOGUE, cells=Cells(10, 3))
"""
COUNTED = 4 + 1  # files named before anybody is judged: the counts of four districts, their sum


@pytest.mark.parametrize(
    ("moment", "nth", "left"),
    [
        # the second district is written, none of it has its name
        pytest.param("before", COUNTED + 3, 2, marks=pytest.mark.campaign),
        ("after", COUNTED + 3, 1),  # its residents have their name, its counts do not
        # both have, the manifest does not know of it
        pytest.param("after", COUNTED + 4, 0, marks=pytest.mark.campaign),
    ],
)
def test_a_run_killed_in_between_leaves_nothing_half_written_and_goes_on(
    tmp_path, moment, nth, left
):
    for at in range(4):
        put(tmp_path / "in", people(1, 40, start=100 * at), "east", f"d{at:02d}")
    killed = tmp_path / "killed"
    asked = [str(tmp_path / "in"), str(killed), moment, str(nth)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(["src", "."])}
    run = subprocess.run(
        [sys.executable, "-c", KILLED, *asked], env=environment, cwd=Path(__file__).parents[3]
    )
    assert run.returncode == -signal.SIGKILL
    assert len(list(killed.rglob("*.partial"))) == left
    for path in killed.rglob("*.parquet"):
        read(path)
    after = judged(tmp_path / "in", killed)
    judged(tmp_path / "in", tmp_path / "whole")
    assert (after.n_kept, after.n_done) == (1, 3)
    assert files(killed) == files(tmp_path / "whole")
    assert not list(killed.rglob("*.partial"))


def test_ranks_by_merged_counts_are_those_of_the_whole_country(tmp_path, table):
    country(tmp_path / "in")
    judged(tmp_path / "in", tmp_path / "whole", extent="nation")
    counts = merge(tmp_path / "whole" / "histograms", CATALOGUE)
    alone = tmp_path / "alone"
    put(alone, table["west", "port"], "west", "port")
    judged(alone, tmp_path / "own", given=counts)
    pd.testing.assert_frame_equal(
        residents(tmp_path / "own", "west", "port"), residents(tmp_path / "whole", "west", "port")
    )
    assert ranks(counts)["rank"].between(0, 1).all()


def test_counts_that_do_not_hold_a_district_are_not_used_for_it(tmp_path, table):
    put(tmp_path / "a", table["east", "hill"].assign(age=50))
    judged(tmp_path / "a", tmp_path / "x")
    counts = merge(tmp_path / "x" / "histograms", CATALOGUE)
    put(tmp_path / "b", table["west", "port"])
    with pytest.raises(DataFault, match="values that the ranks hold"):
        judged(tmp_path / "b", tmp_path / "y", given=counts)
