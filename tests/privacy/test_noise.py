"""Noise for open data: the right law, exact sums of budget, never for working lists."""

from fractions import Fraction

import numpy as np
import pytest

from renlin.errors import PrivacyFault
from renlin.privacy.noise import Budget, discrete_laplace, noisy, variance


def luck(seed):
    rng = np.random.Generator(np.random.Philox(seed))
    return lambda below: int(rng.integers(below))


def test_the_noise_follows_the_discrete_laplace_law():
    below, n = luck(7), 20_000
    drawn = np.array([discrete_laplace(Fraction(1, 2), below) for _ in range(n)])
    p = np.exp(-0.5)
    for x in range(-3, 4):
        expected = (1 - p) / (1 + p) * p ** abs(x)
        seen = (drawn == x).mean()
        assert abs(seen - expected) < 5 * np.sqrt(expected * (1 - expected) / n)
    assert abs(drawn.mean()) < 5 * np.sqrt(variance(0.5) / n)


def test_without_a_source_of_luck_of_ones_own_two_counts_differ_in_the_end():
    assert len({noisy(100, Fraction(1, 10)) for _ in range(50)}) > 1


def test_the_budget_adds_up_exactly_and_stops():
    budget = Budget(Fraction(1))
    for _ in range(10):
        budget = budget.after(Fraction(1, 10))
    assert budget.spent == 1
    with pytest.raises(PrivacyFault) as caught:
        budget.after(Fraction(1, 1000))
    assert caught.value.faults[0].place == "epsilon"


@pytest.mark.parametrize("epsilon", [Fraction(0), Fraction(-1)])
def test_no_epsilon_is_refused(epsilon):
    with pytest.raises(ValueError, match="above 0"):
        discrete_laplace(epsilon)
    with pytest.raises(PrivacyFault):
        Budget(Fraction(1)).after(epsilon)
