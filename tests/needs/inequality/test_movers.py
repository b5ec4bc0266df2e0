"""Movers and stayers: a displacement is flagged, its mirror is not, unknown is not stayed."""

import numpy as np
import pandas as pd
import pytest

from renlin.needs.inequality import movers

BEGAN, ENDED = pd.Timestamp("2024-01-01"), pd.Timestamp("2025-01-01")
LEFT_DAY, SEEN = "2024-07-01", "2026-01-01"


def people(*rows):
    made = pd.DataFrame(rows, columns=["since", "until", "seen_on"])
    return made.apply(pd.to_datetime)


def place(poor_left, rich_left, n=40):
    """``n`` poor and ``n`` others in ten buildings; so many of each left."""
    rows = [("2000-01-01", LEFT_DAY if i < poor_left else None, SEEN) for i in range(n)]
    rows += [("2000-01-01", LEFT_DAY if i < rich_left else None, SEEN) for i in range(n)]
    members = pd.DataFrame({"dibao": pd.array([True] * n + [False] * n, dtype="boolean")})
    risk = np.array([0.9] * n + [0.1] * n)
    values = {"exposure": pd.DataFrame({"value": risk, "low": risk, "high": risk})}
    return people(*rows), members, values, pd.Series([f"b{i % 10}" for i in range(2 * n)])


def flagged(poor_left, rich_left):
    persons, members, values, block = place(poor_left, rich_left)
    state = movers.states(persons, BEGAN, ENDED)
    rates = movers.composition("r", persons, state, members, began=BEGAN, ended=ENDED,
                               confidence=0.95, small_below=10)  # fmt: skip
    risk = movers.remaining_risk("r", state, values, block, seed=1, confidence=0.95)
    return rates.iloc[0], risk.iloc[0]


def test_states_follow_the_dates():
    persons = people(
        ("2000-01-01", LEFT_DAY, SEEN),
        ("2000-01-01", None, SEEN),
        ("2024-03-01", None, SEEN),
        ("2000-01-01", None, "2023-06-01"),
        (None, None, SEEN),
        ("2000-01-01", "2023-12-31", SEEN),
        ("2000-01-01", "2025-06-01", SEEN),
        ("2000-01-01", None, None),
    )
    assert movers.states(persons, BEGAN, ENDED).tolist() == [
        "left", "stayed", "came", "unknown", "unknown", "gone_before", "stayed", "unknown",
    ]  # fmt: skip


def test_the_poor_leaving_is_flagged():
    rates, risk = flagged(20, 2)
    assert rates["alert"]
    assert not risk["alert"]


def test_the_better_off_leaving_raises_the_risk_of_those_who_remain():
    rates, risk = flagged(2, 20)
    assert not rates["alert"]
    assert risk["alert"]


def test_an_even_departure_is_not_flagged():
    rates, risk = flagged(8, 8)
    assert not rates["alert"]
    assert not risk["alert"]
    assert risk["difference"] == pytest.approx(0.0, abs=1e-12)


def test_unknown_departures_take_the_alert_away():
    persons, members, _, _ = place(14, 2)
    persons.loc[60:, "seen_on"] = pd.Timestamp("2023-06-01")
    state = movers.states(persons, BEGAN, ENDED)
    row = movers.composition("r", persons, state, members, began=BEGAN, ended=ENDED,
                             confidence=0.95, small_below=10).iloc[0]  # fmt: skip
    assert (state == "unknown").sum() == 20
    assert not row["alert"]


def test_composition_is_counted_by_hand():
    persons = people(
        ("2000-01-01", LEFT_DAY, SEEN), ("2000-01-01", None, SEEN), ("2024-03-01", None, SEEN)
    )
    members = pd.DataFrame({"older": pd.array([True, True, False], dtype="boolean")})
    state = movers.states(persons, BEGAN, ENDED)
    row = movers.composition("r", persons, state, members, began=BEGAN, ended=ENDED,
                             confidence=0.95, small_below=1).iloc[0]  # fmt: skip
    assert row[["n_before", "n_left", "n_stayed", "n_came"]].tolist() == [2, 1, 1, 0]
    assert (row["share_before"], row["share_after"]) == (1.0, 0.5)


def test_a_hidden_age_band_takes_another_with_it():
    table = pd.DataFrame(
        {
            "renewal": "r",
            "display": ["children", "working_age", "older"],
            "small": [True, False, False],
        }
        | {c: [3.0, 60.0, 20.0] for c in movers.COMPOSITION if c.startswith("n_")}
        | {"alert": False}
    ).reindex(columns=list(movers.COMPOSITION))
    kept = movers.protect(table).set_index("display")
    assert kept["n_before"].isna().tolist() == [True, False, True]


def test_the_unknown_are_tried_on_both_sides():
    """Two stayed at 0.5, one left at 0.5, one unknown at 1.0: stayed gives 1/24 + 1/8."""
    state = pd.Series(["stayed", "stayed", "left", "unknown"])
    risk = np.array([0.5, 0.5, 0.5, 1.0])
    values = {"exposure": pd.DataFrame({"value": risk, "low": risk, "high": risk})}
    row = movers.remaining_risk(
        "r", state, values, pd.Series(list("wxyz")), seed=1, confidence=0.95
    ).iloc[0]
    stays, goes = 2 / 3 - 2.5 / 4, 0.5 - 2.5 / 4
    assert row["low"] <= goes + 1e-12
    assert row["high"] >= stays - 1e-12


def test_a_few_who_left_cannot_be_found_from_the_means_before_and_after():
    """1 of 80 left: 80 x before less 79 x remain would be the risk of that one."""
    _, risk = flagged(1, 0)
    assert 80 * risk["before"] - 79 * risk["remain"] == pytest.approx(0.9)
    told = movers.protect_risk(risk.to_frame().T.infer_objects(), small_below=10).iloc[0]
    hidden = ["n_before", "n_remain", "before", "remain", "difference", "low", "high"]
    assert told[hidden].isna().all()
    assert told["alert"] == risk["alert"]


def test_nobody_left_or_enough_of_them_are_shown():
    for left in (0, 12):
        _, risk = flagged(left, 0)
        told = movers.protect_risk(risk.to_frame().T.infer_objects(), small_below=10).iloc[0]
        assert told["remain"] == risk["remain"]
