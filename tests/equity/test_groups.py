"""One row per group: overlapping or disjoint, unknown counted, nobody dropped."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.equity.groups import by_group, spread
from renlin.errors import DataFault

# Willow: seconds to the gate for six residents.
TIMES = pd.Series(
    [60.0, 80.0, 100.0, 300.0, 420.0, None],
    index=["chen", "wu", "zhao", "lin", "sun", "li"],
    dtype="Float64",
)
GROUPS = pd.DataFrame(
    {
        "alone": [False, False, False, True, True, True],
        "wheelchair": [False, False, False, True, None, False],
        "tenant": [True, False, False, False, True, False],
    },
    index=TIMES.index,
).astype("boolean")


def _rows(table):
    return table.set_index("group")


def test_overlapping_groups_each_stand_against_their_own_rest():
    table = _rows(by_group(TIMES, None, GROUPS))
    assert table.at["alone", "mean"] == 360.0
    assert table.at["alone", "reference_mean"] == 80.0
    assert table.at["alone", "gap"] == 280.0
    assert table.at["alone", "ratio"] == 4.5
    assert table.at["tenant", "mean"] == 240.0
    assert table.at["tenant", "reference_mean"] == pytest.approx(480 / 3)


def test_an_unknown_time_is_counted_in_its_group_and_in_no_mean():
    table = _rows(by_group(TIMES, None, GROUPS))
    assert table.at["alone", "n"] == 2
    assert table.at["alone", "n_unknown"] == 1


def test_an_unknown_membership_puts_a_person_on_neither_side():
    table = _rows(by_group(TIMES, None, GROUPS))
    assert table.at["wheelchair", "n_undecided"] == 1
    assert table.at["wheelchair", "n"] == 1
    assert table.at["wheelchair", "reference_mean"] == 80.0


def test_quantiles_and_the_largest_are_of_known_members():
    row = _rows(by_group(TIMES, None, GROUPS)).loc["alone"]
    assert (row["p50"], row["p90"], row["max"]) == (360.0, 420.0, 420.0)


def test_small_groups_stay_and_are_marked():
    table = _rows(by_group(TIMES, None, GROUPS, small_below=3))
    assert table["small"].tolist() == [True, True, True]
    assert not by_group(TIMES, None, GROUPS, small_below=1)["small"].any()


def test_every_group_that_shares_the_worst_mean_is_worst():
    table = by_group([5.0, 5.0, 1.0], None, ["a", "b", "c"])
    assert table["worst"].tolist() == [True, True, False]


def test_for_goods_the_lowest_mean_is_worst():
    table = by_group([0.9, 0.2], None, ["near", "far"], worse="lower")
    assert _rows(table)["worst"].to_dict() == {"far": True, "near": False}


def test_a_named_group_can_be_the_reference():
    table = _rows(by_group([10.0, 30.0], None, ["able", "slow"], reference="able"))
    assert table.at["slow", "ratio"] == 3.0
    assert (table.at["able", "gap"], table.at["able", "ratio"]) == (0.0, 1.0)


def test_everybody_can_be_the_reference():
    table = _rows(by_group([10.0, 30.0], [3.0, 1.0], ["able", "slow"], reference="all"))
    assert table.at["slow", "reference_mean"] == 15.0


def test_a_misspelt_reference_gets_the_nearest_name():
    with pytest.raises(DataFault, match="Did you mean able"):
        by_group([10.0, 30.0], None, ["able", "slow"], reference="abel")


def test_rows_without_a_label_form_the_group_unknown():
    table = by_group([1.0, 2.0, 3.0], None, ["a", None, "a"])
    assert table["group"].tolist() == ["a", "unknown"]
    assert table["n"].sum() == 3


def test_a_group_of_which_nothing_is_known_is_kept_without_a_mean():
    table = _rows(by_group([1.0, np.nan], None, ["a", "b"]))
    assert table.at["b", "n_unknown"] == 1
    assert np.isnan(table.at["b", "mean"])
    assert not table.at["b", "worst"]


def test_weights_are_persons():
    table = _rows(by_group([10.0, 40.0], [2.0, 1.0], ["a", "a"]))
    assert table.at["a", "mean"] == 20.0
    assert table.at["a", "persons"] == 3.0


def test_ratio_to_a_reference_of_zero_is_infinite_and_zero_to_zero_is_unknown():
    table = _rows(by_group([0.0, 2.0, 0.0], None, ["a", "b", "c"], reference="a"))
    assert table.at["b", "ratio"] == np.inf
    assert np.isnan(table.at["c", "ratio"])


def test_the_unreached_must_be_capped_first():
    with pytest.raises(DataFault, match="capped"):
        by_group([1.0, np.inf], None, ["a", "b"])


def test_a_column_that_is_not_yes_or_no_is_refused():
    with pytest.raises(DataFault, match="yes, no or unknown"):
        by_group([1.0, 2.0], None, pd.DataFrame({"alone": ["often", "never"]}))


def test_memberships_are_matched_by_label():
    shuffled = GROUPS.sample(frac=1.0, random_state=1)
    pd.testing.assert_frame_equal(by_group(TIMES, None, shuffled), by_group(TIMES, None, GROUPS))


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.one_of(st.none(), st.floats(0, 1e4)), st.sampled_from("abc")), min_size=1
    ),
    seed=st.integers(0, 9),
)
def test_every_row_is_counted_once_whatever_the_order(rows, seed):
    values = [np.nan if x is None else x for x, _ in rows]
    labels = [g for _, g in rows]
    table = by_group(values, None, labels)
    assert table["n"].sum() + table["n_unknown"].sum() == len(rows)
    order = np.random.default_rng(seed).permutation(len(rows))
    again = by_group(np.array(values)[order], None, np.array(labels)[order])
    pd.testing.assert_frame_equal(again, table, check_exact=True)


def test_the_spread_is_largest_minus_smallest_known_mean():
    assert spread(by_group([1.0, 9.0, np.nan], None, ["a", "b", "c"])) == 8.0
