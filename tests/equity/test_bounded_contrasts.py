"""Gaps when values are known within bounds: what is unknown and what is chance, joined."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.equity.bounded_contrasts import contrast_bounds
from renlin.errors import DataFault


def values(x, low=None, high=None):
    return pd.DataFrame(
        {"value": x, "low": x if low is None else low, "high": x if high is None else high}
    )


def contrast(table, groups, clusters, few=2, seed=1):
    return contrast_bounds({"m": table}, groups, clusters=clusters, few=few, seed=seed).set_index(
        "group"
    )


def test_the_difference_and_the_ratio_are_those_of_the_means():
    row = contrast(values([0.8, 0.4, 0.2, 0.4]), list("aabb"), list("wxyz")).loc["a"]
    assert row["difference"] == pytest.approx(0.3)
    assert row["ratio"] == pytest.approx(2.0)


def test_what_missing_data_leave_open_is_the_worst_on_each_side():
    table = values([1.0, np.nan, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 1.0])
    row = contrast(table, list("aabb"), list("wxyz")).loc["a"]
    assert (row["open_low"], row["open_high"]) == (0.0, 1.0)
    assert row["n_unknown"] == 1


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=6, max_size=12))
def test_the_interval_is_never_narrower_than_what_is_unknown(pairs):
    low, high = (np.array([f(pair) for pair in pairs]) for f in (min, max))
    groups = ["a" if i % 2 else "b" for i in range(len(pairs))]
    clusters = [f"c{i // 2}" for i in range(len(pairs))]
    row = contrast(values(low, low, high), groups, clusters).loc["a"]
    assert row["difference_low"] <= row["open_low"] <= row["open_high"] <= row["difference_high"]


def test_a_group_in_one_building_says_nothing_sure():
    row = contrast(values([1.0, 1.0, 0.0, 0.0]), list("aabb"), list("wwyz")).loc["a"]
    assert (row["difference_low"], row["difference_high"]) == (-np.inf, np.inf)


def test_few_buildings_widen_the_interval_and_are_said():
    x = [1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0]
    groups, clusters = list("abababab"), list("wwxxyyzz")
    plain, wide = (contrast(values(x), groups, clusters, few=f).loc["a"] for f in (2, 10))
    assert wide["few_clusters"]
    assert not plain["few_clusters"]
    assert wide["difference_high"] > plain["difference_high"]


def test_the_order_of_rows_does_not_matter():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"x": rng.random(30), "g": rng.choice(list("ab"), 30), "c": rng.choice(list("uvwxyz"), 30)}
    )
    mixed = frame.sample(frac=1, random_state=1)
    a = contrast(values(frame["x"].to_numpy()), list(frame["g"]), list(frame["c"]))
    b = contrast(values(mixed["x"].to_numpy()), list(mixed["g"]), list(mixed["c"]))
    np.testing.assert_allclose(
        a[["difference_low", "difference_high"]].to_numpy(),
        b[["difference_low", "difference_high"]].to_numpy(),
        atol=1e-12,
    )


def test_groups_that_overlap_are_each_held_against_their_own_rest():
    groups = pd.DataFrame({"a": [True, True, False, False], "b": [False, True, True, False]})
    table = contrast(values([1.0, 1.0, 0.0, 0.0]), groups, list("wxyz"))
    assert table.loc["a", "difference"] == 1.0
    assert table.loc["b", "difference"] == 0.0


def test_neighbours_alike_are_less_sure_than_strangers():
    x = np.repeat([1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0], 10)
    groups = ["a" if i % 2 else "b" for i in range(120)]
    alike = contrast(values(x), groups, [f"c{i // 10}" for i in range(120)]).loc["a"]
    own = contrast(values(x), groups, [f"p{i}" for i in range(120)]).loc["a"]
    assert alike["mean"] == own["mean"]
    # every building holds as many of a as of b, so the gap itself is exact
    assert (alike["difference_low"], alike["difference_high"]) == (0.0, 0.0)
    assert own["difference_high"] > 0


def test_a_lower_bound_above_the_upper_is_refused():
    with pytest.raises(DataFault, match="low not above high"):
        contrast(values([1.0, 1.0], [1.0, 1.0], [0.0, 1.0]), list("ab"), list("xy"))
