"""Workshops correct by a stated rule, can be undone, and never lower anybody in silence."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from renlin.needs import identify
from renlin.needs.corrections import Weights, corrected
from renlin.needs.workshops.updating import beta as estimate

BY = Weights(prior_cap=30, design_effect=2, interval=0.9)


def test_a_workshop_of_twelve_in_twenty_moves_a_register_of_one_in_ten_to_nine_in_forty():
    """Beta(3, 27) of 30 known, 12 / 2 and 8 / 2 added: Beta(9, 31)."""
    before, after = corrected(3, 30, 12, 20, BY)
    assert before.mean == pytest.approx(0.1)
    assert after.mean == pytest.approx(9 / 40)


def test_a_large_register_counts_for_thirty_at_most():
    assert corrected(300, 3000, 12, 20, BY)[1].mean == pytest.approx(9 / 40)


def test_the_interval_holds_the_stated_probability():
    found = estimate(9.0, 31.0, 0.9)
    inside, _ = quad(lambda x: x**8 * (1 - x) ** 30, found.low, found.high)
    whole, _ = quad(lambda x: x**8 * (1 - x) ** 30, 0, 1)
    assert inside / whole == pytest.approx(0.9, abs=1e-6)


def test_nothing_known_and_nobody_asked_says_nothing():
    before, after = corrected(0, 0, 0, 0, BY)
    assert before.mean == after.mean == 0.5
    assert after.low < 0.05
    assert after.high > 0.95


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 40), st.integers(0, 40))
def test_the_estimate_lies_in_its_interval_between_register_and_workshop(yes, no, said, unsaid):
    _, after = corrected(yes, yes + no, said, said + unsaid, BY)
    assert 0 <= after.low <= after.mean <= after.high <= 1
    if yes + no and said + unsaid:
        ends = sorted([yes / (yes + no), said / (said + unsaid)])
        assert ends[0] - 1e-9 <= after.mean <= ends[1] + 1e-9


def table_of(needs):
    return needs.corrections.table.set_index("correction")


def test_willows_correction_is_applied_and_changes_no_tier(found):
    row = table_of(found).loc["c1"]
    assert row["applied"]
    assert (row["tiers_changed"], row["raised"], row["kept"]) == (0, 0, 0)
    assert np.isnan(row["before"])


def test_a_correction_that_raises_somebody_is_listed_as_such(correct, rows):
    place = correct({"subject": "wang", "field": "adl_level", "is": "4"})
    needs = identify(place)
    assert rows(needs.tiers).loc["wang", "sure"] == 1
    row = table_of(needs).loc["k0"]
    assert (row["tiers_changed"], row["raised"], row["kept"]) == (1, 1, 0)


def test_a_correction_that_would_lower_keeps_the_higher_tier_possible_and_is_listed(correct, rows):
    place = correct(
        {"subject": "lin", "field": "adl_level", "is": "0"},
        {"subject": "lin", "field": "walking_aid", "is": "none"},
        {"subject": "lin", "field": "power_device", "is": "none"},
    )
    needs = identify(place)
    lin = rows(needs.tiers).loc["lin"]
    assert (lin["sure"], lin["possible"], lin["lowered"]) == (2, 1, True)
    assert lin["change_zh"].startswith("居民会上的说法会把等级降低")
    assert table_of(needs)["kept"].tolist() == [1, 1, 1]
    assert pd.isna(lin["confirmed_by"])


def test_a_correction_that_would_narrow_what_is_possible_keeps_it_too(correct, rows, tell):
    known = {
        "limb_level": "5", "dialysis_weekly": "0", "vision_level": "5", "hearing_level": "5",
        "cognitive_impairment": "no", "intellectual_level": "5", "power_device": "none",
        "power_dependent": "no", "oxygen_hours": "0",
    }  # fmt: skip
    place = tell(*(("zhao", code, value, "2026-10-20") for code, value in known.items()))
    needs = identify(correct({"subject": "zhao", "field": "bedridden", "is": "no"}, place=place))
    zhao = rows(needs.tiers).loc["zhao"]
    assert (zhao["sure"], zhao["possible"], zhao["missing"]) == (2, 1, "")
    assert zhao["lowered"]


def test_an_undone_correction_is_kept_and_changes_nothing(correct, rows):
    place = correct({"subject": "wang", "field": "adl_level", "is": "4", "state": "undone"})
    needs = identify(place)
    row = table_of(needs).loc["k0"]
    assert (row["undone"], row["applied"]) == (True, False)
    assert rows(needs.tiers).loc["wang", "sure"] == 2


def test_undoing_gives_the_tiers_as_if_it_had_never_been_made(correct):
    undone = identify(
        correct({"subject": "wang", "field": "adl_level", "is": "4", "state": "undone"})
    )
    never = identify(correct())
    pd.testing.assert_frame_equal(undone.tiers.table, never.tiers.table)
    assert undone.evidence.content == never.evidence.content


def test_a_newer_fact_supersedes_a_correction(correct, tell):
    place = correct(
        {"subject": "zhao", "field": "has_smart_device", "is": "no"},
        place=tell(("zhao", "has_smart_device", "yes", "2026-10-20")),
    )
    assert not table_of(identify(place)).loc["k0", "applied"]


def test_a_prevalence_correction_gives_before_after_and_shift_and_moves_no_tier(correct, tell):
    place = tell(
        ("lin", "has_smart_device", "yes", "2026-10-30"),
        ("zhao", "has_smart_device", "no", "2026-10-30"),
    )
    counted = {
        "kind": "prevalence",
        "subject": "over_80",
        "field": "has_smart_device",
        "n_asked": 8,
        "n_yes": 6,
    }
    needs = identify(correct(counted, place=place))
    row = table_of(needs).loc["k0"]
    assert row["before"] == pytest.approx(0.5)
    assert row["after"] == pytest.approx((1 + 3) / (2 + 4))
    assert row["shift"] == pytest.approx(row["after"] - row["before"])
    assert row["shift_low"] < row["shift"] < row["shift_high"]
    plain = identify(correct(place=place))
    pd.testing.assert_frame_equal(needs.tiers.table, plain.tiers.table)


def test_an_undone_prevalence_correction_leaves_the_register_as_it_was(correct):
    counted = {
        "kind": "prevalence",
        "subject": "all",
        "field": "has_smart_device",
        "n_asked": 8,
        "n_yes": 6,
    }
    row = table_of(identify(correct(counted | {"state": "undone"}))).loc["k0"]
    assert row["after"] == row["before"]


@pytest.mark.parametrize("kind", ["preference", "space", "rule"])
def test_a_preference_is_kept_apart_and_changes_no_estimate(correct, kind):
    row = table_of(
        identify(correct({"kind": kind, "subject": "over_80", "field": "has_smart_device"}))
    ).loc["k0"]
    assert not row["applied"]
    assert np.isnan(row["after"])


def test_a_correction_of_something_unknown_is_listed_and_not_applied(correct):
    needs = identify(
        correct({"subject": "nobody", "field": "adl_level"}, {"subject": "lin", "field": "shoe"})
    )
    assert table_of(needs)["applied"].tolist() == [False, False]
