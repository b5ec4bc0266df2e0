"""Persons by place, hour and group: by hand, and sums that agree with the margins."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.community.drawn import willow

from renlin.space.access.hours import Day
from renlin.space.points.cube import AWAY, COLUMNS, OUTDOORS, UNPLACED, Rates, cube

PRESENCE = willow().catalogue.presence
NIGHT = frozenset({22, 23, 0, 1, 2, 3, 4, 5})
RATES = Rates(PRESENCE, 0.15, NIGHT)


def day_of(states, pattern=None):
    """Return a day of one service; ``states`` are (person, pattern, state)."""
    rows = [(p, "shelter", "general", state, first) for p, first, state in states]
    columns = ["person", "service", "display", "state", "pattern"]
    hours = pattern or dict.fromkeys(range(24), 0)
    return Day(
        pd.DataFrame(rows, columns=columns), {("shelter", h): first for h, first in hours.items()}
    )


def people(*rows):
    columns = ["person", "display", "building", "walks_alone"]
    return pd.DataFrame(rows, columns=columns)


class TestByHand:
    def test_who_is_at_home_uncovered_and_at_risk_at_noon(self):
        asked = people(("a", "general", "A", True), ("b", "general", "A", True))
        day = day_of([("a", 0, "not_covered"), ("b", 0, "unknown")])
        found = cube(asked, day, pd.Series({"A": True}), RATES).set_index(
            ["place", "hour", "display"]
        )
        noon, share = found.loc[("A", 12, "general")], PRESENCE["general", 12].value
        assert noon["residents"] == 2
        assert noon["present"] == pytest.approx(2 * share)
        assert noon["present_low"] == pytest.approx(2 * PRESENCE["general", 12].low)
        assert noon["uncovered"] == pytest.approx(share)
        assert noon["unknown"] == pytest.approx(share)
        assert noon["at_risk"] == pytest.approx(2 * share)

    def test_by_day_some_are_outdoors_and_by_night_nobody(self):
        asked = people(("a", "general", "A", True), ("b", "general", "A", False))
        found = cube(asked, day_of([]), pd.Series({"A": False}), RATES).set_index(
            ["place", "hour", "display"]
        )["present"]
        out = 1 - PRESENCE["general", 9].value
        assert found[OUTDOORS, 9, "general"] == pytest.approx(0.15 * out)
        assert found[AWAY, 9, "general"] == pytest.approx(2 * out - 0.15 * out)
        assert found[OUTDOORS, 2, "general"] == 0.0

    def test_a_building_of_unknown_risk_is_neither_at_risk_nor_safe(self):
        found = cube(people(("a", "general", "A", True)), day_of([]), pd.Series(dtype=bool), RATES)
        assert found.loc[found["place"] == "A", "at_risk"].isna().all()

    def test_a_home_without_a_place_is_counted_as_unplaced(self):
        found = cube(people(("a", "general", None, True)), day_of([]), pd.Series(dtype=bool), RATES)
        assert UNPLACED in set(found["place"])

    def test_hours_follow_what_is_open(self):
        pattern = {hour: (0 if hour < 6 else 6) for hour in range(24)}
        day = day_of([("a", 0, "not_covered"), ("a", 6, "covered")], pattern)
        found = cube(people(("a", "general", "A", True)), day, pd.Series({"A": True}), RATES)
        own = found[found["place"] == "A"].set_index("hour")["uncovered"]
        assert (own[:6] > 0).all()
        assert (own[6:] == 0).all()

    def test_nobody_is_no_row(self):
        found = cube(people(), day_of([]), pd.Series(dtype=bool), RATES)
        assert (len(found), found.columns.tolist()) == (0, list(COLUMNS))


groups = st.sampled_from(["general", "over_80", "wheelchair", "tenant"])
homes = st.lists(
    st.tuples(groups, st.sampled_from(["A", "B", None]), st.booleans()), min_size=1, max_size=12
)


@given(homes, st.lists(st.sampled_from(["covered", "not_covered", "unknown"]), min_size=12))
@settings(max_examples=25, deadline=None)
def test_over_all_places_of_an_hour_the_residents_of_every_group_are_there(drawn, states):
    asked = people(*[(f"p{n}", *one) for n, one in enumerate(drawn)])
    day = day_of([(f"p{n}", 0, states[n]) for n in range(len(drawn))])
    found = cube(asked, day, pd.Series({"A": True, "B": False}), RATES)
    sums = found.groupby(["hour", "display"])["present"].sum()
    residents = asked["display"].value_counts()
    for (_, group), n in sums.items():
        assert n == pytest.approx(residents[group])
    placed = found[~found["place"].isin([OUTDOORS, AWAY])]
    assert (placed["uncovered"] + placed["unknown"] <= placed["present"] + 1e-9).all()
    assert (placed["present_low"] <= placed["present"] + 1e-9).all()
    assert (placed["present"] <= placed["present_high"] + 1e-9).all()
    home = placed.groupby(["hour", "display"])["uncovered"].sum()
    missed = asked.loc[[states[n] == "not_covered" for n in range(len(drawn))], "display"]
    for (hour, group), n in home.items():
        share = PRESENCE[group, hour].value
        assert n == pytest.approx(share * (missed == group).sum())
    assert np.isfinite(sums).all()
