"""Parts that add up: why two settings differ, and whether risk was removed or moved."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.equity.decomposition import FACTORS, shapley_split, split_change, split_risk
from renlin.errors import DataFault

share = st.floats(0.0, 1.0)
setting = st.lists(st.tuples(share, share, share), min_size=3, max_size=3)


def _setting(rows):
    return pd.DataFrame(rows, columns=list(FACTORS), index=["lin", "chen", "wu"])


@settings(max_examples=60, deadline=None)
@given(first=setting, second=setting)
def test_exposure_sensitivity_and_capacity_sum_to_the_difference(first, second):
    split = split_risk(_setting(first), _setting(second), [1.0, 2.0, 3.0])
    assert sum(split.parts.values()) == pytest.approx(split.difference, abs=1e-12)
    assert split.second - split.first == split.difference


def test_the_parts_are_worked_by_hand_for_one_household():
    first = pd.DataFrame({"exposure": [0.2], "sensitivity": [0.5], "capacity": [0.0]})
    second = pd.DataFrame({"exposure": [0.4], "sensitivity": [1.0], "capacity": [0.0]})
    split = split_risk(first, second)
    # .2*.5 = .1 to .4*1 = .4; exposure first .1, last .2; sensitivity first .1, last .2
    assert split.difference == pytest.approx(0.3)
    assert split.parts == pytest.approx({"exposure": 0.15, "sensitivity": 0.15, "capacity": 0.0})


@pytest.mark.parametrize("factor", FACTORS)
def test_a_factor_that_alone_changes_gets_the_whole_difference(factor):
    first = _setting([(0.5, 0.5, 0.5)] * 3)
    split = split_risk(first, first.assign(**{factor: 0.9}))
    assert split.parts[factor] == pytest.approx(split.difference)
    assert sum(value != 0.0 for value in split.parts.values()) == 1


@settings(max_examples=30, deadline=None)
@given(first=setting, second=setting)
def test_the_mirror_image_has_the_opposite_parts(first, second):
    here = split_risk(_setting(first), _setting(second))
    back = split_risk(_setting(second), _setting(first))
    for factor in FACTORS:
        assert here.parts[factor] == pytest.approx(-back.parts[factor], abs=1e-12)


def test_households_are_matched_by_label():
    first = _setting([(0.1, 1.0, 0.0), (0.2, 1.0, 0.0), (0.3, 1.0, 0.0)])
    assert split_risk(first, first.iloc[::-1]).difference == 0.0


def test_weights_are_persons():
    first = _setting([(0.0, 1.0, 0.0)] * 3)
    second = first.assign(exposure=[0.6, 0.0, 0.0])
    assert split_risk(first, second, [3.0, 1.0, 2.0]).difference == pytest.approx(0.3)


def test_unknown_or_impossible_factors_are_refused():
    first = _setting([(0.1, 1.0, 0.0)] * 3)
    with pytest.raises(DataFault, match="capacity"):
        split_risk(first, first.assign(capacity=1.2))
    with pytest.raises(DataFault, match="1 that are not"):
        split_risk(first, first.assign(exposure=[0.1, np.nan, 0.1]))
    with pytest.raises(DataFault, match="sensitivity"):
        split_risk(first.drop(columns="sensitivity"), first)


def test_a_whole_simulation_can_be_split_and_runs_once_per_set():
    calls = []

    def outcome(switched):
        calls.append(switched)
        return 10.0 * ("rain" in switched) + 5.0 * ("rain" in switched and "drain" in switched)

    split = shapley_split(outcome, ["rain", "drain"])
    assert len(calls) == len(set(calls)) == 4
    assert split.parts == {"rain": 12.5, "drain": 2.5}


def test_an_unknown_outcome_is_refused():
    with pytest.raises(DataFault, match="finite outcomes"):
        shapley_split(lambda switched: float("nan") if switched else 1.0)


def _cells(rows, columns=("household", "base", "scheme")):
    return pd.DataFrame(rows, columns=list(columns))


def test_risk_that_only_changes_household_is_not_removed():
    moved = split_change(_cells([("lin", 0.1, 0.3), ("chen", 0.3, 0.2), ("wu", 0.3, 0.2)]))
    assert (moved.removed, moved.added) == (0.0, 0.0)
    assert moved.moved["household"] == pytest.approx(0.2)


def test_removed_and_moved_are_worked_by_hand():
    # Chen loses 6, Wu 2, Lin gains 4: half of each loss moved to Lin, half is gone.
    moved = split_change(_cells([("lin", 1.0, 5.0), ("chen", 9.0, 3.0), ("wu", 4.0, 2.0)]))
    rows = moved.households.set_index("household")
    assert (moved.change, moved.removed, moved.added) == (-4.0, 4.0, 0.0)
    assert rows["removed"].to_dict() == {"chen": 3.0, "lin": 0.0, "wu": 1.0}
    assert rows["moved_out"].to_dict() == {"chen": 3.0, "lin": 0.0, "wu": 1.0}
    assert rows["moved_in"].to_dict() == {"chen": 0.0, "lin": 4.0, "wu": 0.0}


def test_risk_moves_to_the_nearest_first_hour_then_place_then_household():
    columns = ("household", "place", "hour", "base", "scheme")
    moved = split_change(
        _cells(
            [
                ("lin", "home", "day", 5.0, 2.0),  # 3 less ...
                ("lin", "home", "night", 1.0, 2.0),  # ... of which 1 to the night
                ("lin", "yard", "day", 0.0, 1.5),  # ... and 1.5 to the yard
                ("chen", "home", "day", 1.0, 1.25),  # ... and 0.25 to Chen
            ],
            columns,
        )
    )
    assert moved.moved == {"hour": 1.0, "place": 1.5, "household": 0.25}
    assert moved.removed == pytest.approx(0.25)
    assert moved.change == pytest.approx(-0.25)


def test_a_place_of_the_same_name_in_two_households_is_two_places():
    columns = ("household", "place", "base", "scheme")
    moved = split_change(_cells([("a", "home", 2.0, 1.0), ("b", "home", 1.0, 2.0)], columns))
    assert moved.moved == {"hour": 0.0, "place": 0.0, "household": 1.0}


cell = st.tuples(
    st.sampled_from("abcd"),
    st.sampled_from("xy"),
    st.sampled_from("12"),
    st.floats(0, 100),
    st.floats(0, 100),
)


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(cell, min_size=1, max_size=16, unique_by=lambda r: r[:3]))
def test_moved_parts_balance_and_all_parts_add_up(rows):
    cells = _cells(rows, ("household", "place", "hour", "base", "scheme"))
    moved = split_change(cells)
    table = moved.households
    assert table["moved_out"].sum() == pytest.approx(table["moved_in"].sum(), abs=1e-9)
    parts = table["added"] - table["removed"] + table["moved_in"] - table["moved_out"]
    assert parts.tolist() == pytest.approx(table["change"].tolist(), abs=1e-9)
    assert moved.change == pytest.approx((cells["scheme"] - cells["base"]).sum(), abs=1e-9)
    assert moved.change == pytest.approx(moved.added - moved.removed, abs=1e-9)
    assert min(moved.added, moved.removed) == pytest.approx(0.0, abs=1e-9)
    assert (table.drop(columns=["household", "change"]) >= 0).all(axis=None)
    mixed = split_change(cells.sample(frac=1.0, random_state=1))
    assert mixed.moved == pytest.approx(moved.moved, abs=1e-9)


def test_unknown_cells_are_counted_and_in_no_part():
    cells = _cells([("lin", 1.0, None), ("lin2", 2.0, 1.0)])
    moved = split_change(cells)
    assert (moved.n_unknown, moved.removed) == (1, 1.0)
    assert moved.households.set_index("household").at["lin", "n_unknown"] == 1


def test_a_repeated_cell_is_refused():
    with pytest.raises(DataFault, match="1 repeated"):
        split_change(_cells([("lin", 1.0, 2.0), ("lin", 1.0, 2.0)]))
