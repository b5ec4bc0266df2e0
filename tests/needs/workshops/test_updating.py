"""Register and workshop are weighed by a stated rule, in any order, with honest intervals."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta as beta_distribution

from renlin.needs.workshops.updating import Count, Register, order_flips, update, with_absent

RULE = {"cap": 30, "interval": 0.9}
counts = st.builds(
    lambda yes, no, deff: Count(yes, yes + no, deff),
    st.integers(0, 40), st.integers(0, 40), st.sampled_from([1.5, 2.0, 3.0]),
)  # fmt: skip
registers = st.builds(Register, st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))


def test_three_of_thirty_and_twelve_of_twenty_volunteers_give_nine_in_forty():
    found = update(Register(3, 27), [Count(12, 20, 2)], **RULE)
    assert found.before.mean == pytest.approx(0.1)
    assert found.after.mean == pytest.approx(9 / 40)
    assert found.shift.mean == pytest.approx(0.125)


def test_the_interval_of_the_shift_is_that_of_the_posterior_less_the_register():
    found = update(Register(3, 27), [Count(12, 20, 2)], **RULE)
    low, high = beta_distribution(9, 31).ppf([0.05, 0.95])
    assert (found.shift.low, found.shift.high) == pytest.approx((low - 0.1, high - 0.1))
    assert found.is_correction


def test_unknown_residents_widen_the_shift_by_what_they_may_be():
    """3 of 30 known, 30 unknown: the register lies between 3/60 and 33/60, m = 30 x 30/60."""
    found = update(Register(3, 27, 30), [Count(12, 20, 2)], **RULE)
    low, high = beta_distribution(1.5 + 6, 13.5 + 4).ppf([0.05, 0.95])
    assert found.shift.low == pytest.approx(low - 33 / 60)
    assert found.shift.high == pytest.approx(high - 3 / 60)
    assert not found.is_correction


def test_a_group_nobody_knows_never_gives_a_correction():
    assert not update(Register(0, 0, 10), [Count(40, 40, 2)], **RULE).is_correction


def test_a_group_of_nobody_gives_nothing_to_divide_by():
    assert 0 <= update(Register(0, 0), [Count(0, 0, 2)], **RULE).after.mean <= 1


def test_without_a_workshop_the_share_stays():
    found = update(Register(3, 27), [], **RULE)
    assert found.after == found.before
    assert found.shift.mean == 0
    assert not found.is_correction


@given(registers, st.lists(counts, min_size=1, max_size=5), st.randoms())
def test_the_order_of_workshops_never_matters(register, told, luck):
    turned = luck.sample(told, len(told))
    assert update(register, told, **RULE) == update(register, turned, **RULE)


@given(registers, st.lists(counts, max_size=4), counts)
def test_taking_a_workshop_back_gives_exactly_what_was_before(register, told, one):
    before = update(register, told, **RULE)
    update(register, [*told, one], **RULE)
    assert update(register, told, **RULE) == before


@given(registers, counts)
def test_unknown_residents_never_narrow_the_prior(register, count):
    known = Register(register.n_yes, register.n_no)
    one, other = (update(r, [], **RULE).before for r in (known, register))
    assert other.high - other.low >= one.high - one.low - 1e-12 or other.mean in (0.0, 1.0, 0.5)


@given(registers, st.lists(counts, max_size=4))
def test_the_estimates_are_shares_inside_their_intervals(register, told):
    found = update(register, told, **RULE)
    for one in (found.before, found.after):
        assert 0 <= one.low <= one.mean + 1e-9
        assert one.mean - 1e-9 <= one.high <= 1


def test_more_volunteers_discount_more():
    one, other = (update(Register(3, 27), [Count(12, 20, d)], **RULE) for d in (2, 4))
    assert other.after.mean < one.after.mean


def test_the_absent_with_double_odds_raise_a_half_to_seven_twelfths():
    """10 of 20 residents came, half said yes; the absent have odds 2, share 2/3."""
    found = with_absent(Count(5, 10, 2), 20, 2.0)
    assert found.n_yes / found.n_asked == pytest.approx((0.5 + 2 / 3) / 2)
    assert found.n_asked == 10


@given(st.integers(0, 20), st.integers(1, 20), st.integers(1, 99))
def test_the_same_odds_change_nothing(yes, no, residents):
    count = Count(yes, yes + no, 2)
    assert with_absent(count, residents, 1.0).n_yes == pytest.approx(yes, abs=1e-9)


def test_only_groups_whose_places_change_have_flipped():
    assert order_flips([0.2, 0.5, 0.9], [0.6, 0.5, 0.9]) == [True, True, False]


def test_a_tie_that_opens_counts_as_a_flip_and_an_unknown_group_never_does():
    assert order_flips([0.5, 0.5], [0.5, 0.6]) == [True, True]
    assert order_flips([0.5, math.nan], [0.9, 0.6]) == [False, False]
