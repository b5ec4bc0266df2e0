"""What is learnt from counted patterns is what made them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renlin.intake.matching.learning import Source, clear_share, learn, starting

RULE = {"exact": 0.8, "differ": 0.05, "strength": 1.0}


def made(n, share, m, u):
    """Return the expected counts of every pattern of yes/no comparisons."""
    patterns = np.array(np.meshgrid(*[[0, 1]] * len(m))).reshape(len(m), -1).T.astype(np.int64)

    def chance(p):
        return np.prod(np.where(patterns == 1, p, 1 - np.asarray(p)), axis=1)

    counts = n * (share * chance(m) + (1 - share) * chance(u))
    return Source(patterns, counts, 0.3, random=True, most=0.5)


def test_the_chances_that_made_the_counts_are_found():
    source = made(500_000, 0.01, [0.9, 0.8, 0.95, 0.7], [0.01, 0.05, 0.002, 0.1])
    found = learn([source], [2] * 4, RULE)
    assert [m[1] for m in found.m] == pytest.approx([0.9, 0.8, 0.95, 0.7], abs=0.01)
    assert [u[1] for u in found.u] == pytest.approx([0.01, 0.05, 0.002, 0.1], rel=0.02)
    assert source.share == pytest.approx(0.01, rel=0.02)


def test_true_pairs_among_random_ones_do_not_count_as_chance():
    source = made(500_000, 0.01, [0.9, 0.9, 0.9], [1e-6, 1e-3, 1e-3])
    found = learn([source], [2] * 3, RULE)
    assert (source.counts * (source.patterns[:, 0] == 1)).sum() / 500_000 > 0.008
    assert found.u[0][1] < 1e-4


def test_a_level_nobody_saw_keeps_its_default_share():
    source = made(1000, 0.1, [0.9, 0.9], [0.01, 0.01])
    found = learn([source], [2, 3], RULE)  # the second comparison never shows its level 2
    assert found.seen[1][2] == 0.0
    assert 0 < found.m[1][2] < 0.05


def test_a_block_teaches_nothing_about_its_own_field():
    blocked = made(10_000, 0.4, [0.9, 0.6, 0.7], [0.01, 0.02, 0.02])
    blocked.patterns[:, 0], blocked.random = -1, False
    chance = made(100_000, 1e-9, [0.9, 0.6, 0.7], [0.01, 0.02, 0.02])
    chance.teaches, chance.most = False, 1e-9
    found = learn([chance, blocked], [2] * 3, RULE)
    assert found.m[0] == pytest.approx([0.2, 0.8])
    assert found.m[1][1] == pytest.approx(0.6, abs=0.01)


@given(st.integers(1, 12))
def test_starting_chances_sum_to_one_and_rise_to_exact(n):
    start = starting(n, 0.8, 0.05)
    assert start.sum() == pytest.approx(1.0)
    assert start[-1] == start.max()


def test_no_pairs_at_all_leave_the_defaults():
    nothing = Source(np.zeros((0, 1), dtype=np.int64), np.zeros(0), 0.1, random=True)
    found = learn([nothing], [2], RULE)
    assert found.m[0] == pytest.approx([0.2, 0.8])
    assert found.u[0] == pytest.approx([0.5, 0.5])


def test_expected_true_pairs_that_all_look_untrue_are_not_clear():
    patterns = np.array([[0], [1]])
    spread = Source(patterns, np.array([900.0, 100.0]), 0.1, chances=np.array([0.05, 0.4]))
    split = Source(patterns, np.array([900.0, 100.0]), 0.1, chances=np.array([0.001, 0.99]))
    assert clear_share([spread], 0.9) == 0.0
    assert clear_share([split], 0.9) == pytest.approx(99 / 99.9)
    assert clear_share([], 0.9) == 1.0


def test_anchored_learning_keeps_how_true_pairs_look():
    source = made(500_000, 0.01, [0.6, 0.6, 0.6], [0.01, 0.05, 0.002])
    found = learn([source], [2] * 3, RULE, anchored=True)
    assert all(m == pytest.approx([0.2, 0.8]) for m in found.m)
    assert found.u[1][1] == pytest.approx(0.05, rel=0.05)
