"""Ranks under several weighings, by hand and as properties."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.space.points.weighing import weighed, weighings


def held(*points):
    persons, risk = zip(*points, strict=True)
    return weighed(pd.Series(persons, dtype=float), pd.Series(risk, dtype=float), 0.2)


def test_more_persons_at_more_risk_are_first_whatever_the_weights():
    found = held((9, 0.9), (3, 0.5))
    assert found["stable"].tolist() == [True, True]
    assert found["rank_regret"].tolist() == [1, 2]
    assert found["max_regret"].iloc[0] == 0.0


def test_two_that_change_places_are_unstable_and_say_how_often():
    """8 x 0.5 = 4 against 4 x 0.99 = 3.96: heavier risk turns them."""
    found = held((8, 0.5), (4, 0.99))
    assert found["stable"].tolist() == [False, False]
    turned = [8**a * 0.5**b < 4**a * 0.99**b for a, b in weighings(0.2)]
    assert found["rank_share"].tolist() == [pytest.approx(1 - sum(turned) / 9)] * 2
    assert found[["rank_first", "rank_last"]].to_numpy().tolist() == [[1, 2], [1, 2]]


def test_the_greatest_regret_is_the_most_a_point_lacks_of_the_best():
    found = held((8, 0.5), (4, 0.99))
    lacks = max(1 - 8**a * 0.5**b / max(8**a * 0.5**b, 4**a * 0.99**b) for a, b in weighings(0.2))
    assert found["max_regret"].iloc[0] == pytest.approx(lacks)


def test_alike_points_share_all_ranks_and_no_points_give_no_rows():
    assert held((3, 0.4), (3, 0.4))["rank_regret"].tolist() == [1, 1]
    empty = weighed(pd.Series([], dtype=float), pd.Series([], dtype=float), 0.2)
    assert len(empty) == 0


points = st.lists(st.tuples(st.integers(1, 60), st.floats(0.3, 1.0)), min_size=1, max_size=12)


@given(points)
@settings(max_examples=60, deadline=None)
def test_who_holds_in_all_weighings_holds_first_and_last(drawn):
    found = held(*drawn)
    assert (found["stable"] == (found["rank_share"] == 1.0)).all()
    same = found["rank_first"] == found["rank_last"]
    assert (found["stable"] == same).all()
    assert found["max_regret"].between(0, 1).all()
    assert found["rank_regret"].min() == 1


@given(points)
@settings(max_examples=40, deadline=None)
def test_without_spread_every_rank_is_stable(drawn):
    persons, risk = zip(*drawn, strict=True)
    found = weighed(pd.Series(persons, dtype=float), pd.Series(risk, dtype=float), 0.0)
    assert found["stable"].all()
