"""Forecasts are scored on months they have not seen, and none is made from two dates."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from renlin.space.risk.forecast import METHODS, Plan, drift, forecast, mean, score, seasonal

PLAN = Plan((1, 3), 6, 0.9)
MONTHS = pd.date_range("2023-01-31", periods=36, freq="ME")


def series(*rows):
    return pd.DataFrame(
        list(rows), index=[f"b{n}" for n in range(len(rows))], columns=MONTHS[: len(rows[0])]
    )


def dated(table, n=5):
    return pd.Series(n, index=table.index)


def chosen(table, horizon):
    found = score(table, dated(table), PLAN)
    return found[(found["horizon"] == horizon) & found["chosen"]].iloc[0]


class TestMethodsByHand:
    def test_the_mean_skips_what_was_not_known(self):
        assert mean(np.array([[1.0, np.nan, 3.0], [np.nan] * 3]), 1).tolist()[0] == 2.0

    def test_the_season_repeats_the_change_of_last_year(self):
        year = np.arange(24.0) % 12
        assert seasonal(year[None, :13], 3).tolist() == [3.0]
        assert np.isnan(seasonal(year[None, :12], 3)).all()

    def test_the_drift_goes_on_at_half_the_pace_and_never_below_zero(self):
        assert drift(np.array([[1.0, 2.0, 3.0]]), 2).tolist() == [4.0]
        assert drift(np.array([[3.0, 1.0, 0.5]]), 3).tolist() == [0.0]


def test_a_level_that_never_moves_is_no_better_than_persistence():
    row = chosen(series([0.4] * 24, [0.2] * 24), 1)
    assert (row["method"], row["verdict"], row["coverage"]) == ("persistence", "no_better", 1.0)
    assert row["error"] == 0.0


def test_a_season_is_found_and_beats_persistence_on_months_held_back():
    wave = 1.0 + np.sin(np.arange(36) * np.pi / 6)
    row = chosen(series(wave, 2 * wave), 3)
    assert (row["method"], row["verdict"]) == ("seasonal", "better")
    assert row["skill"] == pytest.approx(1.0)


def test_nothing_is_forecast_from_fewer_than_three_dates():
    table = series([0.4] * 24, [0.2] * 24)
    counts = pd.Series([2, 3], index=table.index)
    found = forecast(table, counts, PLAN).set_index(["building", "horizon"])
    assert found.loc[("b0", 1), "state"] == "too_few_dates"
    assert np.isnan(found.loc[("b0", 1), "value"])
    assert found.loc[("b1", 1), "value"] == pytest.approx(0.2)
    assert found.loc[("b1", 3), "month"] == pd.Timestamp("2025-03-31")


def test_a_month_in_which_all_buildings_moved_widens_the_interval_of_each():
    table = series(*[[0.0] * 7 + [1.0] * 7] * 20)
    found = forecast(table, dated(table), PLAN).query("horizon == 1")
    assert set(found["method"]) == {"persistence"}
    assert found["high"].tolist() == [2.0] * 20  # 1 of 11 months; of 220 errors too few


def test_no_months_at_all_give_no_forecast_and_no_score():
    table = pd.DataFrame(index=["a"])
    found = forecast(table, pd.Series([5], index=["a"]), PLAN)
    assert found["state"].tolist() == ["unknown", "unknown"]
    assert set(score(table, pd.Series([5], index=["a"]), PLAN)["verdict"]) == {"not_scored"}


def test_months_held_back_choose_nothing():
    wave = 1.0 + np.sin(np.arange(30) * np.pi / 6)
    late = np.concatenate([wave[:24], np.full(6, 9.0)])
    assert chosen(series(wave), 1)["method"] == chosen(series(late), 1)["method"]


@given(st.lists(st.floats(0, 5), min_size=20, max_size=30), st.floats(0.1, 10))
@settings(max_examples=25, deadline=None)
def test_the_unit_of_the_risk_changes_no_skill(values, factor):
    one, other = (
        score(series(v), dated(series(v)), PLAN)
        for v in (values, [factor * value for value in values])
    )
    assert other["error"].to_numpy() == pytest.approx(factor * one["error"].to_numpy(), nan_ok=True)


@given(st.lists(st.floats(0, 5), min_size=8, max_size=30))
@example([0.0, 3.0, *[0.0] * 11, 2.0])  # the season fell by more than there is
@settings(max_examples=25, deadline=None)
def test_values_lie_within_their_intervals(values):
    found = forecast(series(values), dated(series(values)), PLAN)
    told = found[found["state"] == "forecast"]
    assert (told["low"] <= told["value"] + 1e-12).all()
    assert (told["value"] <= told["high"] + 1e-12).all()
    assert set(found["method"]) <= set(METHODS)
