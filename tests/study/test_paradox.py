"""The verdict on every scheme, on hand-made runs: planted, mirrored, inside the noise."""

import numpy as np
import pandas as pd
import pytest
from tests.community.drawn import willow

from renlin.finding import find
from renlin.random_streams import draw
from renlin.study.paradox import paradox

POLICY = willow().policy
GROUPS = {"general": (80, 200.0), "over_80": (15, 300.0), "wheelchair": (5, 500.0)}
PLANTED = {"general": -20.0, "over_80": 0.0, "wheelchair": 90.0}
MIRROR = {name: -change for name, change in PLANTED.items()}
HONEST = {"general": -10.0, "over_80": -20.0, "wheelchair": -60.0}
SEEDS = range(20)


def rows(scheme, changes, *, noise=0.0, scenario="quake", seeds=SEEDS, groups=GROUPS):
    """Return simulation.groups of one scheme: every world meets the same luck, then its own."""
    made = []
    for seed in seeds:
        luck = 40.0 * (draw(seed, "test.luck", list(groups)) - 0.5)
        own = 2 * noise * (draw(seed, f"test.own.{scheme}", list(groups)) - 0.5)
        level = {
            name: base + changes.get(name, 0.0) + luck[i] + own[i]
            for i, (name, (_, base)) in enumerate(groups.items())
        }
        sizes = {name: n for name, (n, _) in groups.items()}
        total = sum(sizes.values())
        mean = sum(level[name] * sizes[name] for name in groups) / total
        worst = max(level.values())
        every = {**level, "all": mean, "worst_decile": worst}
        made += [
            {"scheme": scheme, "scenario": scenario, "seed": seed, "display": name,
             "n": sizes.get(name, total), "mean_time": value}
            for name, value in every.items()
        ]  # fmt: skip
    return pd.DataFrame(made)


def judged(*parts, **options):
    table = pd.concat([rows("base", {}, **options), *parts], ignore_index=True)
    return verdicts(table)


def verdicts(table):
    groups = find("simulation.groups", table, key=["scheme", "scenario", "seed", "display"])
    return paradox(groups, POLICY).table.set_index(["scheme", "scenario"])


def test_a_planted_paradox_is_flagged_with_who_loses_and_by_how_much():
    row = judged(rows("a", PLANTED)).loc[("a", "quake")]
    assert row["verdict"] == "flagged"
    assert row["forms"] == "worst_off_loses;gap_widens"
    assert (row["worst_group"], row["worst_persons"]) == ("wheelchair", 5)
    assert row["mean_change"] == pytest.approx((80 * -20 + 5 * 90) / 100)
    assert row["worst_change"] == pytest.approx(90.0)
    assert row["gap_after"] - row["gap_before"] == pytest.approx(row["gap_change"])
    assert row["mean_high"] < 0 < row["worst_low"]


def test_the_mirror_image_is_not_flagged():
    assert judged(rows("a", MIRROR)).loc[("a", "quake"), "verdict"] == "not_found"


def test_an_honest_scheme_is_not_flagged():
    row = judged(rows("a", HONEST)).loc[("a", "quake")]
    assert row["verdict"] == "not_found"
    assert row["losing"] == ""
    assert row["gap_change"] < 0


def test_inside_the_noise_nothing_is_flagged_and_nothing_excluded():
    row = judged(rows("a", {"general": -0.5, "wheelchair": 1.0}, noise=300.0)).loc[("a", "quake")]
    assert row["verdict"] == "undecided"
    assert row["forms"] == ""
    assert row["possible_forms"] != ""


def test_the_order_of_groups_and_rows_plays_no_part():
    table = pd.concat([rows("base", {}), rows("a", PLANTED, noise=30.0)], ignore_index=True)
    turned = table.iloc[np.random.default_rng(5).permutation(len(table))]
    backwards = dict(reversed(GROUPS.items()))
    plain = verdicts(table)
    pd.testing.assert_frame_equal(plain, verdicts(turned))
    other = judged(rows("a", PLANTED, groups=backwards), groups=backwards)
    assert other.loc[("a", "quake"), "verdict"] == "flagged"


def test_the_names_of_groups_play_no_part():
    """Other names draw other luck, but the planted loss is far outside it."""
    renamed = dict(zip(("z", "y", "x"), GROUPS.values(), strict=True))
    changes = dict(zip(renamed, PLANTED.values(), strict=True))
    row = judged(rows("a", changes, groups=renamed), groups=renamed).loc[("a", "quake")]
    assert (row["verdict"], row["worst_group"]) == ("flagged", "x")


def test_every_scheme_is_judged_under_every_scenario_against_that_scenarios_base():
    parts = [rows("a", PLANTED), rows("b", HONEST), rows("base", {}, scenario="fire"),
             rows("a", HONEST, scenario="fire")]  # fmt: skip
    table = judged(*parts)
    assert table["verdict"].to_dict() == {
        ("a", "fire"): "not_found", ("a", "quake"): "flagged", ("b", "quake"): "not_found",
    }  # fmt: skip


def test_a_scheme_that_changes_nothing_is_not_found_and_unchanged():
    row = judged(rows("a", {})).loc[("a", "quake")]
    assert row["verdict"] == "not_found"
    assert (row["mean_state"], row["gap_state"]) == ("unchanged", "unchanged")


def test_with_one_group_only_nothing_can_be_said_and_nothing_fails():
    alone = {"general": (80, 200.0)}
    row = judged(rows("a", PLANTED, groups=alone), groups=alone).loc[("a", "quake")]
    assert row["verdict"] == "undecided"
    assert np.isnan(row["gap_change"])


def test_a_group_nobody_is_in_on_the_first_seed_still_counts():
    table = pd.concat([rows("base", {}), rows("a", PLANTED)], ignore_index=True)
    away = (table["seed"] == 0) & (table["display"] == "wheelchair")
    table.loc[away, "mean_time"] = np.nan
    table.loc[away, "n"] = 0
    row = verdicts(table).loc[("a", "quake")]
    assert (row["verdict"], row["worst_persons"]) == ("flagged", 5)


def test_a_scenario_that_finds_nobody_at_home_is_undecided():
    table = pd.concat([rows("base", {}), rows("a", PLANTED)], ignore_index=True)
    away = verdicts(table.assign(n=0, mean_time=np.nan)).loc[("a", "quake")]
    assert away["verdict"] == "undecided"
    assert np.isnan(away["mean_change"])


def test_a_group_nobody_is_in_on_any_seed_is_left_out_of_the_verdict():
    table = pd.concat([rows("base", {}), rows("a", PLANTED)], ignore_index=True)
    gone = table["display"] == "over_80"
    without = verdicts(table.assign(n=table["n"].mask(gone, 0),
                                    mean_time=table["mean_time"].mask(gone)))  # fmt: skip
    row = without.loc[("a", "quake")]
    assert (row["verdict"], row["worst_group"]) == ("flagged", "wheelchair")


def test_without_schemes_there_is_an_empty_table():
    assert len(judged()) == 0


def test_the_verdict_can_be_traced_to_the_runs():
    groups = find(
        "simulation.groups", pd.concat([rows("base", {}), rows("a", PLANTED)]),
        key=["scheme", "scenario", "seed", "display"],
    )  # fmt: skip
    made = paradox(groups, POLICY)
    assert made.provenance.parents["simulation.groups"] == (groups.id, groups.content)
    assert made.provenance.policy == {"confidence": POLICY.confidence}
    assert set(made.provenance.lineage) >= {"verdict", "mean_change", "worst_change", "gap_change"}
