"""Gaps and the numbers side by side: published cross-checks, parts that sum, nobody known."""

import numpy as np
import pandas as pd
import pytest

from renlin.needs.inequality import gaps


def bounded(x):
    return pd.DataFrame({"value": x, "low": x, "high": x}, dtype="float64")


def table(x, members, clusters=None, few=2):
    made = pd.DataFrame({name: pd.array(own, dtype="boolean") for name, own in members.items()})
    made.insert(0, "person", [f"p{i}" for i in range(len(made))])
    block = pd.Series(clusters or [f"b{i}" for i in range(len(made))])
    return {"tier_1_2_share": bounded(x)}, made, block, few


def compared(x, members, clusters=None, few=2, small_below=10):
    measures, made, block, few = table(x, members, clusters, few)
    return gaps.compare(
        measures, made, block, few=few, small_below=small_below, seed=1, confidence=0.95
    )


def test_a_share_carries_the_formula_beside_the_resampling():
    row = compared([1, 1, 0, 0, 0, 0], {"old": [True] * 3 + [False] * 3}).iloc[0]
    assert row["difference"] == pytest.approx(2 / 3)
    assert row["share_difference_low"] < row["difference"] < row["share_difference_high"]
    assert np.isinf(row["ratio"])


def test_small_groups_stay_and_are_marked():
    row = compared([1, 0, 0], {"old": [True, False, False]}).iloc[0]
    assert row["small"]
    assert not row["apart"]


def test_equal_shares_are_not_apart():
    row = compared([1, 1, 1, 1], {"old": [True, True, False, False]}).iloc[0]
    assert not row["apart"]
    assert not row["scales_disagree"]


def test_nobody_gives_an_empty_table():
    measures = {"tier_1_2_share": bounded([])}
    members = pd.DataFrame({"person": [], "old": pd.array([], dtype="boolean")})
    made = gaps.compare(
        measures, members, pd.Series([], dtype="str"), few=2, small_below=1, seed=1, confidence=0.95
    )
    assert len(made) == 0


def four(x, label):
    members = pd.DataFrame(
        {"person": [f"p{i}" for i in range(len(x))], "g": pd.array(label, dtype="boolean")}
    )
    measures = {name: bounded(x) for name in gaps.COMPARED}
    measures["adaptive"] = bounded(1 - np.array(x))
    made = gaps.side_by_side(measures, members, pd.Series(["b"] * len(x)), epsilon=-1.0)
    return made.set_index(["measure", "partition"])


def test_the_numbers_are_those_of_the_reference():
    """y = 1, 2, 3, 4, 10, 20 in two groups, scaled to shares; all four keep or scale."""
    y = np.array([1, 2, 3, 4, 10, 20]) / 20
    row = four(y, [False] * 3 + [True] * 3).loc[("exposure", "g")]
    assert row["theil"] == pytest.approx(0.4320751, abs=1e-7)
    assert row["between"] == pytest.approx(0.2704381, abs=1e-7)
    assert row["within"] == pytest.approx(0.1616371, abs=1e-7)
    assert 20 * row["equivalent"] == pytest.approx(8.6191, abs=1e-4)
    assert row["kappa"] / 20 == pytest.approx(-0.0755, abs=1e-4)


def test_the_parts_of_theil_sum_and_agree_with_pysal():
    pysal = pytest.importorskip("inequality.theil")
    rng = np.random.default_rng(5)
    y, label = rng.random(60), rng.random(60) < 0.4
    row = four(y, label.tolist()).loc[("exposure", "g")]
    other = pysal.TheilD(y, label.astype(int))
    assert row["theil"] == pytest.approx(row["between"] + row["within"], abs=1e-10)
    assert row["theil"] == pytest.approx(float(np.squeeze(other.T)), abs=1e-10)
    assert row["between"] == pytest.approx(float(np.squeeze(other.bg)), abs=1e-10)


def test_where_all_have_nothing_there_is_nothing_to_split():
    row = four(np.zeros(4), [True, False, True, False]).loc[("exposure", "g")]
    assert np.isnan(row["theil"])
    assert row["mean"] == 0.0


def test_somebody_alone_in_a_group_adds_nothing_within():
    row = four(np.array([0.2, 0.4, 0.4]), [True, False, False]).loc[("exposure", "g")]
    assert row["within"] == pytest.approx(0.0, abs=1e-12)
