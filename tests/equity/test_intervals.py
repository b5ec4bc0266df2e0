"""Intervals against published values, other code, and what they must never do."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from renlin.equity.contrasts import contrast_means, contrast_shares
from renlin.equity.intervals import (
    holm,
    log_ratio_wald,
    newcombe,
    paired_p,
    paired_t,
    probability_better,
    wilson,
)
from renlin.equity.resampling import cluster_bootstrap, paired_bca
from renlin.errors import DataFault


@pytest.mark.parametrize(("count", "n"), [(0, 20), (1, 29), (15, 148), (81, 263), (20, 20)])
def test_wilson_equals_an_independent_implementation(count, n):
    other = stats.binomtest(count, n).proportion_ci(0.95, method="wilson")
    found = wilson(count, n)
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=1e-12)


def test_wilson_of_nobody_says_nothing():
    found = wilson(0, 0)
    assert (found.low, found.high) == (0.0, 1.0)
    assert np.isnan(found.estimate)


def test_a_count_above_its_n_is_refused():
    with pytest.raises(DataFault, match="3 of 2"):
        wilson(3, 2)


def test_the_ratio_interval_equals_an_independent_implementation():
    other = stats.contingency.relative_risk(30, 100, 15, 120)
    low, high = other.confidence_interval(0.95)
    found = log_ratio_wald(30, 100, 15, 120)
    assert (found.estimate, found.low, found.high) == pytest.approx(
        (other.relative_risk, low, high)
    )


@pytest.mark.parametrize("counts", [(3, 10, 0, 10), (0, 10, 3, 10), (0, 10, 0, 10), (5, 5, 4, 4)])
def test_a_ratio_on_the_edge_keeps_an_interval_that_holds_it(counts):
    found = log_ratio_wald(*counts)
    assert found.low < found.high
    if not np.isnan(found.estimate):
        assert found.low <= found.estimate <= found.high
    mirrored = log_ratio_wald(*counts[2:], *counts[:2])
    if mirrored.low > 0 and np.isfinite(mirrored.high):
        assert found.low == pytest.approx(1 / mirrored.high)


def test_newcombe_equals_his_published_example():
    # Newcombe 1998, table II (a): 56/70 - 48/80, method 10
    found = newcombe(56, 70, 48, 80)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@settings(max_examples=50, deadline=None)
@given(x=st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=20))
def test_paired_t_equals_the_one_sample_test(x):
    x = np.array(x)
    if np.ptp(x) < 1e-3:
        return
    other = stats.ttest_1samp(x, 0.0)
    low, high = other.confidence_interval(0.95)
    found = paired_t(x)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-6, abs=1e-9)
    assert paired_p(x) == pytest.approx(other.pvalue, rel=1e-6, abs=1e-12)


def test_the_same_difference_every_time_is_certain():
    found = paired_t([-3.0] * 5)
    assert (found.low, found.high, found.excludes_zero) == (-3.0, -3.0, True)
    assert paired_p([-3.0] * 5) == 0.0
    assert paired_p([0.0] * 5) == 1.0


@pytest.mark.parametrize("interval", [paired_t, lambda d: paired_bca(d, seed=1)])
def test_one_run_proves_nothing(interval):
    found = interval([-99.0])
    assert (found.low, found.high, found.excludes_zero) == (-np.inf, np.inf, False)


def test_unknown_differences_are_left_out_and_n_says_so():
    assert paired_t([1.0, np.nan, 3.0]).n == 2
    assert paired_t(pd.Series([None, None], dtype="Float64")).n == 0


def test_bca_is_close_to_another_library():
    x = np.random.default_rng(5).gamma(2.0, 3.0, 40) - 4.0
    other = stats.bootstrap(
        (x,), np.mean, n_resamples=20000, method="BCa", random_state=np.random.default_rng(1)
    ).confidence_interval
    found = paired_bca(x, seed=3)
    assert found.low == pytest.approx(other.low, abs=0.15)
    assert found.high == pytest.approx(other.high, abs=0.15)


def test_bca_covers_about_as_often_as_it_says():
    rng = np.random.default_rng(11)
    hits = 0
    for trial in range(200):
        found = paired_bca(rng.exponential(1.0, 30), seed=trial, n_draws=400)
        hits += found.low <= 1.0 <= found.high
    assert 0.86 <= hits / 200 <= 0.99


def test_bca_is_the_same_for_the_same_seed_and_any_order():
    x = np.random.default_rng(2).normal(1.0, 2.0, 25)
    assert paired_bca(x, seed=4) == paired_bca(x[::-1], seed=4)
    assert paired_bca(x, seed=4) != paired_bca(x, seed=5)


def test_bca_mirrors_when_the_differences_do():
    x = np.random.default_rng(2).exponential(2.0, 30)
    here, there = paired_bca(x, seed=4), paired_bca(-x, seed=4)
    assert here.low == pytest.approx(-there.high, abs=0.2)
    assert here.high == pytest.approx(-there.low, abs=0.2)


def test_bca_resamples_base_and_scheme_together():
    rng = np.random.default_rng(8)
    luck = rng.normal(0.0, 50.0, 30)
    pairs = np.column_stack([luck, luck + 2.0])

    def ninetieth(resamples):
        return np.quantile(resamples[:, :, 1], 0.9, axis=1) - np.quantile(
            resamples[:, :, 0], 0.9, axis=1
        )

    found = paired_bca(pairs, ninetieth, seed=1)
    assert (found.low, found.high) == pytest.approx((2.0, 2.0))


def test_bca_of_a_median_lies_within_the_values():
    x = [1.0, 2.0, 3.0, 10.0, 12.0, 40.0]
    found = paired_bca(x, lambda r: np.median(r, axis=1), seed=1)
    assert 1.0 <= found.low <= 6.5 <= found.high <= 40.0


def test_neighbours_who_share_all_make_the_interval_wider():
    rng = np.random.default_rng(4)
    building = np.repeat(np.arange(20), 10)
    x = rng.normal(0, 1, 20)[building]

    def average(times):
        return float((times * x).sum() / times.sum())

    clustered = cluster_bootstrap(average, building, seed=1)
    alone = cluster_bootstrap(average, np.arange(200), seed=1)
    assert clustered.n == 20
    assert clustered.high - clustered.low > 2 * (alone.high - alone.low)


def test_one_building_proves_nothing():
    found = cluster_bootstrap(lambda times: float(times.sum()), ["b1", "b1"], seed=1)
    assert not found.excludes_zero
    assert found.high == np.inf


def test_a_person_without_a_building_is_refused():
    with pytest.raises(DataFault, match="1 of 2 missing"):
        cluster_bootstrap(lambda times: 0.0, ["b1", None], seed=1)


def test_holm_equals_the_steps_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@settings(max_examples=40, deadline=None)
@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=8), seed=st.integers(0, 9))
def test_holm_never_lowers_never_reorders_and_ignores_order(p, seed):
    p = np.array(p)
    adjusted = holm(p)
    order = np.random.default_rng(seed).permutation(len(p))
    assert (adjusted >= p).all()
    assert (adjusted <= np.minimum(1, len(p) * p) + 1e-15).all()
    assert holm(p[order]) == pytest.approx(adjusted[order])


def test_shares_of_better_same_and_worse_runs():
    assert probability_better([-1.0, -1.0, 0.0, 2.0]) == (0.5, 0.25, 0.25, 4)
    assert probability_better([-1.0, -1.0, 0.0, 2.0], worse="lower").better == 0.25


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_outside_zero_to_one_is_refused(level):
    with pytest.raises(DataFault, match="level"):
        paired_t([1.0, 2.0], level=level)


def test_a_group_share_stands_beside_that_of_the_rest_with_both_contrasts():
    flags = [True] * 30 + [False] * 70 + [True] * 15 + [False] * 85
    table = contrast_shares(flags, ["old"] * 100 + ["young"] * 100).set_index("group")
    row = table.loc["old"]
    assert (row["share"], row["rest_share"], row["ratio"]) == (0.3, 0.15, 2.0)
    assert (row["ratio_low"], row["ratio_high"]) == pytest.approx(
        tuple(getattr(log_ratio_wald(30, 100, 15, 100), b) for b in ("low", "high"))
    )
    assert row["difference"] == pytest.approx(0.15)
    assert row["difference_low"] > 0


def test_unknown_flags_are_counted_and_in_no_share():
    table = contrast_shares(
        pd.Series([True, None, False, False], dtype="boolean"), ["a", "a", "a", "b"]
    ).set_index("group")
    assert (table.at["a", "n"], table.at["a", "n_unknown"], table.at["a", "share"]) == (2, 1, 0.5)


def test_a_group_that_is_everybody_has_no_contrast():
    row = contrast_shares([True, False], ["all", "all"]).iloc[0]
    assert row["rest_n"] == 0
    assert np.isnan(row["ratio"])
    assert row["difference_low"] < 0 < row["difference_high"]


def test_the_mean_of_a_group_against_the_rest_by_building():
    building = np.repeat([f"b{i}" for i in range(30)], 4)
    group = np.tile(["old", "old", "young", "young"], 30)
    x = np.where(group == "old", 300.0, 100.0) + np.repeat(np.arange(30.0), 4)
    table = contrast_means(x, None, group, clusters=building, seed=1).set_index("group")
    row = table.loc["old"]
    assert row["difference"] == pytest.approx(200.0)
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((200.0, 200.0))
    assert row["ratio_low"] < row["ratio"] < row["ratio_high"]
    assert row["n_clusters"] == 30


def test_a_contrast_of_means_does_not_depend_on_the_order_of_rows():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {"x": rng.normal(5, 1, 60), "g": rng.choice(["a", "b"], 60), "b": rng.integers(0, 9, 60)}
    )
    mixed = frame.sample(frac=1.0, random_state=2)
    one = contrast_means(frame["x"], None, frame["g"], clusters=frame["b"], seed=7)
    two = contrast_means(mixed["x"], None, mixed["g"], clusters=mixed["b"], seed=7)
    pd.testing.assert_frame_equal(one, two, rtol=1e-12)
