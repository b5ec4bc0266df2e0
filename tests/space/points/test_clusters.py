"""Local clusters against published values, esda, enumeration and noise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from renlin.space.points.clusters import (
    bivariate,
    discoveries,
    gi,
    gi_star,
    neighbours,
    permuted,
    upper_tail,
)

AT = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], float)
Y = np.array([2, 3, 3.2, 5, 8, 7])


def square(side):
    return np.array([(x, y) for x in range(side) for y in range(side)], float)


class TestPublished:
    """Source: the six points of pysal/esda."""

    def test_gi_of_the_first_point(self):
        assert gi(Y, neighbours(AT, 15.0))[0] == pytest.approx(-1.0136729, abs=1e-7)

    def test_gi_star_of_the_first_point(self):
        assert gi_star(Y, neighbours(AT, 15.0))[0] == pytest.approx(-1.39727626, abs=1e-7)

    def test_row_standardised_weights_of_the_star_give_the_same(self):
        near = neighbours(AT, 15.0)
        z = gi_star(Y, near)
        full = near.toarray() + np.eye(6)
        full /= full.sum(axis=1, keepdims=True)
        mean, s = Y.mean(), Y.std()
        scaled = (full @ Y - mean) / (s * np.sqrt((6 * (full**2).sum(axis=1) - 1) / 5))
        assert z == pytest.approx(scaled)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(4))
def test_both_are_those_of_esda_with_binary_weights(seed):
    from esda.getisord import G_Local
    from libpysal.weights import DistanceBand

    luck = np.random.default_rng(seed)
    at, x = luck.random((40, 2)) * 100, luck.random(40) * 9
    band = DistanceBand(at, 30.0, binary=True, silence_warnings=True)
    near = neighbours(at, 30.0)
    if (np.diff(near.indptr) == 0).any():
        pytest.skip("a point without neighbours is left out by esda")
    for star, own in ((True, gi_star), (False, gi)):
        told = G_Local(x, band, transform="B", star=star, permutations=0)
        assert own(x, near) == pytest.approx(np.asarray(told.Zs), abs=1e-10)


@pytest.mark.filterwarnings("ignore")
def test_the_bivariate_moran_is_that_of_esda():
    from esda.moran import Moran_Local_BV
    from libpysal.weights import DistanceBand

    luck = np.random.default_rng(2)
    at = square(7) * 10
    x, y = luck.random(49), luck.random(49)
    band = DistanceBand(at, 15.0, binary=True, silence_warnings=True)
    told = Moran_Local_BV(x, y, band, permutations=999, seed=1)
    own, p = bivariate(x, y, neighbours(at, 15.0), seed=3, n_draws=999)
    ratio = np.asarray(told.Is) / own
    assert ratio == pytest.approx(np.full(49, ratio[0]))
    assert np.abs(p - np.asarray(told.p_sim)).max() < 0.06


grids = st.integers(0, 10_000).map(lambda seed: np.random.default_rng(seed).random(25))


@given(grids, st.floats(0.1, 50), st.floats(-20, 20))
@settings(max_examples=30, deadline=None)
def test_neither_the_unit_nor_the_zero_of_the_values_matters(x, scale, shift):
    near = neighbours(square(5), 1.5)
    assert gi_star(x * scale + shift, near) == pytest.approx(gi_star(x, near), abs=1e-6)


@given(grids, st.randoms())
@settings(max_examples=20, deadline=None)
def test_the_order_of_places_means_nothing(x, luck):
    order = np.array(luck.sample(range(25), 25))
    near, turned = neighbours(square(5), 1.5), neighbours(square(5)[order], 1.5)
    assert gi_star(x[order], turned) == pytest.approx(gi_star(x, near)[order])


def test_values_all_alike_cluster_nowhere():
    near = neighbours(square(4), 1.5)
    assert (gi_star(np.full(16, 0.1), near) == 0).all()
    assert (permuted(np.full(16, 0.1), near, seed=1, n_draws=19) == 1).all()


def test_one_place_alone_is_no_cluster():
    assert gi_star(np.array([3.0]), neighbours(square(1), 1.0)).tolist() == [0.0]
    assert gi(np.array([3.0]), neighbours(square(1), 1.0)).tolist() == [0.0]
    assert discoveries(np.zeros(0), 0.05).tolist() == []


class TestFalseDiscovery:
    @given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
    @settings(max_examples=60, deadline=None)
    def test_finds_are_those_of_adjusted_p_values(self, p):
        p = np.array(p)
        adjusted = false_discovery_control(p)
        clear = np.abs(adjusted - 0.05) > 1e-9
        assert (discoveries(p, 0.05) == (adjusted <= 0.05))[clear].all()

    def test_pure_noise_is_called_a_cluster_at_the_nominal_rate(self):
        """200 seeds at once: single tests at 5 %, and any find at all in 5 % of the seeds."""
        noise = np.random.default_rng(11).normal(size=(144, 200))
        p = upper_tail(gi_star(noise, neighbours(square(12), 1.5)))
        assert (p < 0.05).mean() == pytest.approx(0.05, abs=0.008)
        any_find = np.mean([discoveries(p[:, seed], 0.05).any() for seed in range(200)])
        assert 0.01 <= any_find <= 0.09

    def test_a_planted_cluster_is_found_and_nothing_far_from_it(self):
        at = square(12)
        x = np.random.default_rng(5).normal(size=144)
        planted = (at[:, 0] < 3) & (at[:, 1] < 3)
        near = neighbours(at, 1.5)
        found = discoveries(upper_tail(gi_star(x + 4.0 * planted, near)), 0.05)
        assert found[planted].all()
        far = (at[:, 0] > 4) | (at[:, 1] > 4)
        assert found[far].mean() <= 0.05


class TestPermutations:
    def test_a_small_case_is_what_enumeration_gives(self):
        """Three in a row: 5 has 3 near of 3 and 1, 1 has the less of 5 and 3, 3 has both."""
        near = neighbours(np.array([[0, 0], [1, 0], [2, 0]], float), 1.0)
        p = permuted(np.array([5.0, 3.0, 1.0]), near, seed=4, n_draws=4_000)
        assert p[1] == 1.0
        assert p[0] == pytest.approx(0.5, abs=0.03)
        assert p[2] == 1.0

    def test_the_same_seed_gives_the_same_and_another_one_another(self):
        near, x = neighbours(square(5), 1.5), np.random.default_rng(1).random(25)
        first = permuted(x, near, seed=1, n_draws=99)
        assert (first == permuted(x, near, seed=1, n_draws=99)).all()
        assert (first != permuted(x, near, seed=2, n_draws=99)).any()

    def test_a_planted_cluster_has_the_smallest_p(self):
        at = square(8)
        x = np.random.default_rng(3).normal(size=64) + 5.0 * ((at < 2).all(axis=1))
        p = permuted(x, neighbours(at, 1.5), seed=7, n_draws=199)
        assert p.argmin() in np.flatnonzero((at < 2).all(axis=1))
