"""Scores: shares of items, each traceable, with the unknown beside and never as 0."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.catalogue import load, models
from renlin.needs.capacities import (
    CAPACITIES,
    DIMENSIONS,
    count,
    items_of,
    score_capacities,
    score_dimensions,
)

DAYS = {"value": 365.0, "unit": "days", "source": "assumption"}
CATALOGUE = load()


def item(code, *, dimension="none", capacity="none", risk=None, met=None, **more):
    def claim(wanted):
        return [] if wanted is None else [{"indicator": code, "op": "=", "value": wanted}]

    return models.Indicator(
        code=code, zh=code, en=code, source="assumption", subject="persons", kind="boolean",
        expiry=DAYS, group="older", dimension=dimension, capacity=capacity,
        risk_when=claim(risk), met_when=claim(met), **more,
    )  # fmt: skip


ITEMS = {
    one.code: one
    for one in (
        item("frail", dimension="sensitivity", risk=True),
        item("sick", dimension="sensitivity", risk=True),
        item("alarm", dimension="adaptive", capacity="prevention", met=True),
        item("tenant", dimension="adaptive", risk=True),
        item("drill", dimension="adaptive", capacity="prevention", met=True),
    )
}


def table(**columns):
    made = {code: pd.array(values, dtype="boolean") for code, values in columns.items()}
    return pd.DataFrame(made)


def test_the_score_is_the_share_of_known_items_and_the_bounds_count_the_unknown():
    wide = table(
        frail=[True, True, None],
        sick=[False, None, None],
        alarm=[None] * 3,
        tenant=[None] * 3,
        drill=[None] * 3,
    )
    found = score_dimensions(wide, ITEMS)
    assert found["sensitivity"].tolist()[:2] == [0.5, 1.0]
    assert found["sensitivity_low"].tolist() == [0.5, 0.5, 0.0]
    assert found["sensitivity_high"].tolist() == [0.5, 1.0, 1.0]
    assert np.isnan(found["sensitivity"][2])


def test_an_item_without_met_counts_as_met_where_it_is_no_risk():
    wide = table(frail=[None], sick=[None], alarm=[True], tenant=[False], drill=[False])
    assert score_dimensions(wide, ITEMS)["adaptive"].tolist() == [pytest.approx(2 / 3)]


def test_capacity_is_the_share_met_with_the_unknown_share_beside_and_missing_if_nothing_is_known():
    wide = table(
        frail=[None] * 3,
        sick=[None] * 3,
        tenant=[None] * 3,
        alarm=[True, True, None],
        drill=[False, None, None],
    )
    found = score_capacities(wide, ITEMS)
    assert found["prevention"].tolist()[:2] == [0.5, 0.5]
    assert found["prevention_unknown"].tolist() == [0.0, 0.5, 1.0]
    assert np.isnan(found["prevention"][2])


def test_an_item_that_does_not_apply_is_left_out_and_one_that_may_not_is_unknown():
    only_frail = [[{"indicator": "frail", "op": "=", "value": True}]]
    items = ITEMS | {
        "alarm": item("alarm", capacity="prevention", met=True, applies_when=only_frail)
    }
    wide = table(
        frail=[True, False, None],
        sick=[None] * 3,
        alarm=[False] * 3,
        tenant=[None] * 3,
        drill=[True] * 3,
    )
    found = count(wide, items, "prevention")
    assert (found.yes.tolist(), found.no.tolist(), found.unknown.tolist()) == (
        [1, 1, 1], [1, 0, 0], [0, 0, 1],
    )  # fmt: skip


COLUMN = st.lists(st.sampled_from([True, False, None]), min_size=4, max_size=4)


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(ITEMS, COLUMN)))
def test_the_score_lies_within_its_bounds_and_forgetting_only_widens_them(columns):
    found = score_dimensions(table(**columns), ITEMS)
    less = score_dimensions(table(**columns | {"frail": [None] * 4}), ITEMS)
    for name in DIMENSIONS:
        value, low, high = (found[f"{name}{side}"] for side in ("", "_low", "_high"))
        assert ((value >= low) & (value <= high) | value.isna()).all()
        assert ((less[f"{name}_low"] <= low) | low.isna()).all()
        assert ((less[f"{name}_high"] >= high) | high.isna()).all()


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(ITEMS, COLUMN)))
def test_met_unmet_and_unknown_shares_sum_to_one(columns):
    wide = table(**columns)
    counts = count(wide, ITEMS, "prevention")
    found = score_capacities(wide, ITEMS)
    met, unknown = found["prevention"].fillna(0.0), found["prevention_unknown"]
    assert np.allclose(met + unknown + counts.no / counts.n, 1.0)


@pytest.mark.parametrize(
    ("indicator", "capacity", "good", "bad"),
    [
        ("information_access", "prevention", "0.5", "0.49"),
        ("resource_mobilisation", "recovery", "0.4", "0.39"),
        ("participation", "recovery", "1", "0"),
        ("joined_drill", "prevention", "yes", "no"),
    ],
)
def test_each_of_the_three_disadvantages_moves_its_capacity_in_the_stated_direction(
    tell, learned, indicator, capacity, good, bad
):
    def scored(value):
        known = learned(tell(("wu", indicator, value, "2026-10-20")))
        scores = score_capacities(known.table, CATALOGUE.indicators)
        return scores[capacity][known.table["person"] == "wu"].iloc[0]

    assert scored(good) > scored(bad)
    assert np.isnan(scored(None)) or scored(None) <= scored(good)


def test_every_shipped_score_names_the_items_it_is_made_of():
    for score in (*DIMENSIONS, *CAPACITIES):
        assert items_of(CATALOGUE.indicators, score)


def test_lins_scores_are_those_worked_by_hand(found, rows):
    """Of 23 sensitivity items that apply, 8 hold, 3 do not (no infant, sees, hears), 12 unknown."""
    lin = rows(found.profiles).loc["lin"]
    assert lin["sensitivity"] == pytest.approx(8 / 11)
    assert lin["sensitivity_low"] == pytest.approx(8 / 23)
    assert lin["sensitivity_high"] == pytest.approx(20 / 23)
    assert lin[["exposure", "exposure_low", "exposure_high"]].tolist() == [
        0.0, 0.0, pytest.approx(1 / 3),
    ]  # fmt: skip


def test_lins_capacities_are_those_worked_by_hand(found, rows):
    """Response: ten items; she has lived here long, can do little and uses no device."""
    lin = rows(found.profiles).loc["lin"]
    assert (lin["response"], lin["response_unknown"]) == (pytest.approx(0.1), pytest.approx(0.7))
    assert np.isnan(lin["prevention"])
    assert lin["prevention_unknown"] == 1.0


def test_the_interval_of_a_capacity_is_as_wide_as_what_is_not_known():
    wide = table(
        frail=[None] * 4,
        sick=[None] * 4,
        tenant=[None] * 4,
        alarm=[True, True, False, None],
        drill=[False, None, None, None],
    )
    found = score_capacities(wide, ITEMS)
    assert found["prevention_low"].tolist() == [0.5, 0.5, 0.0, 0.0]
    assert found["prevention_high"].tolist() == [0.5, 1.0, 0.5, 1.0]
    width = found["prevention_high"] - found["prevention_low"]
    assert width.tolist() == found["prevention_unknown"].tolist() == [0.0, 0.5, 0.5, 1.0]
