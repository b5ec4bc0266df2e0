"""Floating catchment: published values, and supply that is neither lost nor made."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.space.access.catchment import three_step, two_step

POPULATION, SUPPLY = np.array([100.0, 50.0, 10.0]), np.array([15.0, 20.0, 100.0])


def times(into, out, cross):
    """Return minutes between three places: 1 and 2 lead into 3, 3 out to both, 1 and 2 cross."""
    return np.array([[1.0, cross, into], [cross, 1.0, into], [out, out, 1.0]])


# Source: the hospital example of pysal/access, values recomputed.
@pytest.mark.parametrize(
    ("minutes", "two", "three"),
    [
        ((40, 40, 80), (0.331444, 0.579828, 7.286418), (0.156257, 0.406216, 9.906352)),
        ((20, 40, 80), (0.435340, 0.683724, 5.727977), (0.173814, 0.423772, 9.643002)),
        ((40, 20, 80), (0.331072, 0.577858, 7.299992), (0.156526, 0.406373, 9.902877)),
        ((20, 20, 40), (0.442568, 0.666758, 5.740525), (0.174802, 0.424036, 9.631801)),
    ],
)
def test_three_places_come_out_as_published(minutes, two, three):
    t = times(*minutes)
    weights = np.where(t < 61, 1 / t, 0.0)
    plain, spread = (
        two_step(weights, POPULATION, SUPPLY),
        three_step(weights, t, POPULATION, SUPPLY),
    )
    assert plain == pytest.approx(two, abs=1e-6)
    assert spread == pytest.approx(three, abs=1e-6)
    assert POPULATION @ plain == pytest.approx(135.0)
    assert POPULATION @ spread == pytest.approx(135.0)


def test_who_reaches_nothing_has_no_place():
    assert two_step(np.array([[0.0], [1.0]]), np.array([5.0, 5.0]), np.array([10.0])).tolist() == [
        0.0,
        2.0,
    ]


def test_an_unknown_number_of_places_is_unknown_for_those_who_reach_it_only():
    weights = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    found = two_step(weights, np.ones(3), np.array([4.0, np.nan]))
    assert found[0] == 2.0
    assert np.isnan(found[1:]).all()


def test_two_groups_at_one_door_share_what_both_reach():
    fast, slow = [1.0, 1.0], [1.0, 0.0]
    found = two_step(np.array([fast, slow]), np.array([10.0, 10.0]), np.array([20.0, 30.0]))
    assert found.tolist() == [1.0 + 3.0, 1.0]


def test_a_way_without_end_attracts_nobody():
    t = np.array([[1.0, np.inf], [np.inf, np.inf]])
    assert three_step(np.ones((2, 2)), t, np.ones(2), np.array([6.0, 6.0])).tolist() == [6.0, 0.0]


cases = st.integers(1, 6).flatmap(
    lambda n: st.integers(1, 4).flatmap(
        lambda m: st.tuples(
            st.lists(
                st.lists(st.sampled_from([0.0, 0.22, 0.68, 1.0]), min_size=m, max_size=m),
                min_size=n,
                max_size=n,
            ),
            st.lists(st.floats(0.5, 100), min_size=n, max_size=n),
            st.lists(st.floats(0, 500), min_size=m, max_size=m),
        )
    )
)


@given(cases)
@settings(max_examples=60, deadline=None)
def test_what_is_shared_out_is_the_supply_anybody_reaches(case):
    weights, population, supply = (np.array(part) for part in case)
    shared = population @ two_step(weights, population, supply)
    assert shared == pytest.approx(supply[(weights > 0).any(axis=0)].sum(), rel=1e-9, abs=1e-9)


@given(cases, st.randoms())
@settings(max_examples=30, deadline=None)
def test_the_order_of_homes_and_facilities_means_nothing(case, luck):
    weights, population, supply = (np.array(part) for part in case)
    rows = luck.sample(range(len(population)), len(population))
    columns = luck.sample(range(len(supply)), len(supply))
    turned = two_step(weights[np.ix_(rows, columns)], population[rows], supply[columns])
    assert turned == pytest.approx(two_step(weights, population, supply)[rows])
