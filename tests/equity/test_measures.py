"""Measures against published values, independent code, brute force and their axioms."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.equity.measures import (
    atkinson,
    concentration_index,
    erreygers_index,
    gini,
    kolm_pollak,
    kolm_pollak_at,
    kolm_pollak_kappa,
    mean,
    palma,
    quantile,
    quintile_contrast,
    theil,
    theil_split,
    worst_decile_mean,
    worst_mean,
)
from renlin.equity.samples import capped, known
from renlin.errors import DataFault

SIX = [1.0, 2.0, 3.0, 4.0, 10.0, 20.0]
HALVES = ["a", "a", "a", "b", "b", "b"]

amounts = st.lists(
    st.tuples(st.floats(0.0, 1000.0), st.integers(1, 5)), min_size=2, max_size=12
).filter(lambda rows: any(x > 1e-3 for x, _ in rows))
few = settings(max_examples=60, deadline=None)


def _columns(rows):
    return np.array([x for x, _ in rows]), np.array([float(w) for _, w in rows])


def _repeated(rows):
    x, w = _columns(rows)
    return np.repeat(x, w.astype(int))


RELATIVE = {
    "gini": gini,
    "theil": theil,
    "atkinson half": lambda x, w=None: atkinson(x, 0.5, w),
    "atkinson one": lambda x, w=None: atkinson(x, 1.0, w),
    "atkinson two": lambda x, w=None: atkinson(x, 2.0, w),
}


def test_the_six_values_of_the_reference_come_out():
    split = theil_split(SIX, None, HALVES)
    assert gini(SIX) == pytest.approx(0.5, abs=1e-12)
    assert split.total == pytest.approx(0.4320751, abs=1e-7)
    assert split.between == pytest.approx(0.2704381, abs=1e-7)
    assert split.within == pytest.approx(0.1616371, abs=1e-7)
    assert atkinson(SIX, 0.5) == pytest.approx(0.2087, abs=5e-5)
    assert kolm_pollak(SIX, -1.0).equivalent == pytest.approx(8.6191, abs=5e-5)
    assert kolm_pollak(SIX, -1.0).kappa == pytest.approx(-0.0755, abs=5e-5)
    assert kolm_pollak_at(SIX, -1.0).equivalent == pytest.approx(18.208, abs=5e-4)


def test_kolm_pollak_of_three_walking_distances_equals_the_published_digits():
    found = kolm_pollak([120.0, 300.0, 450.0], -1.0, [2.0, 1.0, 1.0])
    assert found.equivalent == pytest.approx(277.8506237512734, abs=1e-10)
    assert found.kappa == pytest.approx(-0.00308123249, abs=1e-11)
    assert found.mean == 247.5


def test_gini_theil_and_atkinson_equal_an_independent_library():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from inequality.atkinson import atkinson as other_atkinson
        from inequality.gini import Gini
        from inequality.theil import Theil, TheilD

        x = np.random.default_rng(3).lognormal(1.0, 0.9, 200)
        groups = np.arange(200) % 7
        split = theil_split(x, None, groups)
        other = TheilD(x, groups)
        assert gini(x) == pytest.approx(float(Gini(x).g), abs=1e-10)
        assert theil(x) == pytest.approx(float(Theil(x).T), abs=1e-10)
        assert split.between == pytest.approx(float(np.asarray(other.bg).sum()), abs=1e-10)
        assert split.within == pytest.approx(float(np.asarray(other.wg).sum()), abs=1e-10)
        for aversion in (0.5, 1.0, 2.0):
            assert atkinson(x, aversion) == pytest.approx(other_atkinson(x, aversion), abs=1e-10)


def _others(x, groups):
    """Return Gini, Theil and its parts by an independent library."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from inequality.gini import Gini
        from inequality.theil import Theil, TheilD

        parts = TheilD(x, groups)
        sums = (float(np.asarray(one).sum()) for one in (parts.bg, parts.wg))
        return float(Gini(x).g), float(Theil(x).T), *sums


@few
@given(
    st.lists(
        st.tuples(st.one_of(st.just(0.0), st.floats(0.01, 1e4)), st.integers(0, 6)),
        min_size=2,
        max_size=60,
    ).filter(lambda rows: any(value for value, _ in rows))
)
def test_zeros_and_groups_of_one_or_of_nothing_equal_an_independent_library(rows):
    x, groups = (np.array(column) for column in zip(*rows, strict=True))
    alone = np.append(groups, [100, 101])  # one person each, one of them with nothing
    whole = np.append(x, [x.max(), 0.0])
    split = theil_split(whole, None, alone)
    found = (gini(whole), theil(whole), split.between, split.within)
    assert found == pytest.approx(_others(whole, alone), abs=1e-10)


@few
@given(rows=amounts)
def test_the_concentration_index_of_values_ranked_by_themselves_is_their_gini(rows):
    x, w = _columns(rows)
    assert concentration_index(x, x, w) == pytest.approx(gini(x, w), abs=1e-10)


@pytest.mark.parametrize("measure", [gini, theil, lambda x: kolm_pollak(x, -1.0)])
def test_values_below_zero_are_refused(measure):
    with pytest.raises(DataFault):
        measure([-1.0, 2.0, 3.0])


def test_burdens_of_zero_throughout_weigh_nothing():
    found = kolm_pollak([0.0, 0.0], -1.0, [1.0, 3.0])
    assert (found.equivalent, found.index, found.kappa) == (0.0, 0.0, 0.0)


def test_gini_equals_all_pairs_by_brute_force():
    x, w = np.array([0.0, 3.0, 3.0, 8.0]), np.array([2.0, 1.0, 4.0, 0.5])
    pairs = (w[:, None] * w[None, :] * np.abs(x[:, None] - x[None, :])).sum()
    assert gini(x, w) == pytest.approx(pairs / (2 * w.sum() ** 2 * np.average(x, weights=w)))


@pytest.mark.parametrize("name", RELATIVE)
@few
@given(rows=amounts)
def test_a_weight_is_that_many_persons(name, rows):
    x, w = _columns(rows)
    assert RELATIVE[name](x, w) == pytest.approx(RELATIVE[name](_repeated(rows)), abs=1e-9)


@pytest.mark.parametrize("name", RELATIVE)
@few
@given(rows=amounts, factor=st.floats(1e-3, 1e3))
def test_relative_measures_do_not_care_for_the_unit(name, rows, factor):
    x, w = _columns(rows)
    assert RELATIVE[name](factor * x, w) == pytest.approx(RELATIVE[name](x, w), abs=1e-9)


@pytest.mark.parametrize("name", RELATIVE)
@few
@given(rows=amounts, copies=st.integers(2, 4))
def test_copies_of_a_community_are_as_unequal_as_one(name, rows, copies):
    x, w = _columns(rows)
    many = RELATIVE[name](np.tile(x, copies), np.tile(w, copies))
    assert many == pytest.approx(RELATIVE[name](x, w), abs=1e-9)


@pytest.mark.parametrize("name", RELATIVE)
@few
@given(rows=amounts, seed=st.integers(0, 99))
def test_the_order_of_rows_changes_not_one_bit(name, rows, seed):
    x, w = _columns(rows)
    order = np.random.default_rng(seed).permutation(len(x))
    assert RELATIVE[name](x[order], w[order]) == RELATIVE[name](x, w)


@pytest.mark.parametrize("name", RELATIVE)
@few
@given(x=st.lists(st.floats(1.0, 100.0), min_size=3, max_size=9), part=st.floats(0.05, 0.45))
def test_a_transfer_from_rich_to_poor_never_raises_inequality(name, x, part):
    x = np.array(x)
    poor, rich = int(x.argmin()), int(x.argmax())
    after = x.copy()
    step = part * (x[rich] - x[poor])
    after[poor] += step
    after[rich] -= step
    assert RELATIVE[name](after) <= RELATIVE[name](x) + 1e-12


@pytest.mark.parametrize("name", RELATIVE)
def test_equal_shares_have_no_inequality_at_all(name):
    assert RELATIVE[name]([0.1] * 7, [3.0, 1.0, 1.0, 2.0, 1.0, 1.0, 0.3]) == 0.0


@pytest.mark.parametrize("name", RELATIVE)
def test_nothing_but_zeros_is_refused(name):
    with pytest.raises(DataFault, match="all zero"):
        RELATIVE[name]([0.0, 0.0])


@pytest.mark.parametrize("name", RELATIVE)
def test_a_negative_value_is_refused(name):
    with pytest.raises(DataFault, match="1 smaller"):
        RELATIVE[name]([-1.0, 2.0])


@pytest.mark.parametrize("measure", [*RELATIVE.values(), mean, palma, worst_decile_mean])
def test_an_empty_register_is_refused(measure):
    with pytest.raises(DataFault, match="no rows"):
        measure([])


def test_all_faults_of_the_input_come_at_once():
    with pytest.raises(DataFault) as caught:
        gini([np.nan, np.inf, -1.0])
    assert len(caught.value.faults) == 3


def test_an_unknown_value_is_never_dropped_in_silence():
    with pytest.raises(DataFault, match="1 unknown"):
        mean(pd.Series([1.0, None], dtype="Float64"))


def test_unknown_rows_are_taken_out_with_their_weight_and_counted():
    found = known(pd.Series([4.0, None, 8.0], dtype="Float64"), [1.0, 5.0, 3.0])
    assert found.n_unknown == 1
    assert mean(found.values, found.weights) == 7.0


def test_the_unreached_are_capped_at_the_ceiling_and_counted():
    found = capped([300.0, 1800.0, np.inf, np.nan], 1800.0)
    assert found.n_capped == 1
    assert found.values[:3].tolist() == [300.0, 1800.0, 1800.0]
    assert np.isnan(found.values[3])


def test_weights_are_matched_by_label_not_by_position():
    values = pd.Series([0.0, 3.0], index=["lin", "chen"])
    weights = pd.Series([1.0, 2.0], index=["chen", "lin"])
    assert mean(values, weights) == 1.0


def test_weights_of_other_persons_are_refused():
    values = pd.Series([0.0, 3.0], index=["lin", "chen"])
    with pytest.raises(DataFault, match="row labels"):
        mean(values, pd.Series([1.0, 2.0], index=["chen", "wu"]))


@pytest.mark.parametrize("weights", [[1.0, -1.0], [0.0, 0.0], [1.0, np.nan], [1.0]])
def test_impossible_weights_are_refused(weights):
    with pytest.raises(DataFault, match="weights"):
        mean([1.0, 2.0], weights)


def test_a_person_of_weight_zero_counts_for_nobody():
    assert worst_decile_mean([1.0, 99.0], [1.0, 0.0]) == 1.0
    assert gini([1.0, 3.0, 99.0], [1.0, 1.0, 0.0]) == gini([1.0, 3.0])


@few
@given(rows=amounts, labels=st.lists(st.sampled_from("abcde"), min_size=12, max_size=12))
def test_theil_parts_add_up_for_any_number_of_groups(rows, labels):
    x, w = _columns(rows)
    split = theil_split(x, w, labels[: len(x)])
    assert split.between + split.within == pytest.approx(split.total, abs=1e-12)
    assert split.by_group["within"].sum() == pytest.approx(split.within, abs=1e-15)
    assert split.between >= -1e-12


def test_one_person_groups_put_all_inequality_between():
    split = theil_split(SIX, None, list("abcdef"))
    assert split.within == 0.0
    assert split.between == pytest.approx(split.total, abs=1e-15)
    assert split.between_share == pytest.approx(1.0)


def test_a_group_with_nothing_adds_nothing_within_and_has_no_theil_of_its_own():
    split = theil_split([0.0, 0.0, 2.0, 2.0], None, ["none", "none", "some", "some"])
    assert split.within == 0.0
    assert split.total == pytest.approx(np.log(2))
    assert np.isnan(split.by_group.set_index("group").at["none", "theil"])


def test_rows_without_a_label_are_a_group_of_their_own():
    split = theil_split([1.0, 3.0], None, ["tenant", None])
    assert split.by_group["group"].tolist() == ["tenant", "unknown"]


def test_atkinson_with_one_zero_is_finite_below_aversion_one_and_full_from_there():
    assert atkinson([0.0, 4.0], 0.5) == pytest.approx(0.5)
    assert atkinson([0.0, 4.0], 1.0) == 1.0
    assert atkinson([0.0, 4.0], 3.0) == 1.0


def test_atkinson_passes_smoothly_through_aversion_one():
    x = [1.0, 2.0, 7.0]
    below, at, above = (atkinson(x, a) for a in (1 - 1e-9, 1.0, 1 + 1e-9))
    assert below == pytest.approx(at, abs=1e-7)
    assert above == pytest.approx(at, abs=1e-7)


def test_atkinson_of_strong_aversion_does_not_overflow():
    assert atkinson([1e-6, 1.0, 1e6], 200.0) == pytest.approx(1.0, abs=1e-9)


def test_palma_takes_boundary_persons_in_part():
    # top tenth of six: 0.6 of 20; bottom four tenths: 1 + 2 + 0.4 * 3
    assert palma(SIX) == pytest.approx(12.0 / 4.2)


def test_palma_without_anything_at_the_bottom_is_refused():
    with pytest.raises(DataFault, match="bottom 40"):
        palma([0.0] * 5 + [1.0] * 5)


def test_worst_decile_counts_ties_and_boundaries_exactly():
    # 25 persons: the worst 2.5 are the 9, one 8, half of the other 8
    x = [9.0, 8.0, 8.0] + [1.0] * 22
    assert worst_decile_mean(x) == pytest.approx((9 + 8 + 4) / 2.5)
    assert worst_decile_mean(x, worse="lower") == 1.0


@few
@given(rows=amounts, share=st.floats(0.01, 1.0))
def test_the_worst_part_is_never_better_than_the_mean(rows, share):
    x, w = _columns(rows)
    assert worst_mean(x, share, w) >= mean(x, w) - 1e-9
    assert worst_mean(x, share, w, worse="lower") <= mean(x, w) + 1e-9


@few
@given(rows=amounts, share=st.floats(0.0, 1.0))
def test_a_weighted_quantile_is_that_of_the_repeated_persons(rows, share):
    x, w = _columns(rows)
    whole = round(share * w.sum()) / w.sum()
    assert quantile(x, whole, w) == quantile(_repeated(rows), whole)
    assert quantile(-x, 1.0 - whole, w) == -quantile(x, whole, w)


def test_the_quantile_equals_that_of_another_library_off_the_steps():
    x, w = np.array([5.0, 1.0, 9.0, 4.0]), np.array([1.0, 2.0, 1.0, 3.0])
    for share in (0.05, 0.33, 0.5, 0.8, 0.99):
        assert quantile(x, share, w) == np.quantile(x, share, weights=w, method="inverted_cdf")


def test_quantile_ends_are_the_smallest_and_the_largest():
    assert (quantile(SIX, 0.0), quantile(SIX, 1.0)) == (1.0, 20.0)


def test_concentration_ranked_by_itself_is_gini():
    w = [1.0, 2.0, 1.0, 3.0, 1.0, 1.0]
    assert concentration_index(SIX, SIX, w) == pytest.approx(gini(SIX, w))
    assert concentration_index(SIX, [-x for x in SIX], w) == pytest.approx(-gini(SIX, w))


def test_ties_in_rank_share_the_middle_of_their_block():
    tied = concentration_index([1.0, 5.0, 3.0], [0.0, 1.0, 1.0])
    assert tied == concentration_index([1.0, 3.0, 5.0], [0.0, 1.0, 1.0])
    assert concentration_index([1.0, 5.0], [2.0, 2.0]) == 0.0


def test_erreygers_sees_the_reached_and_the_unreached_alike():
    reached, rank = np.array([1.0, 0.0, 0.0, 1.0, 0.0]), np.arange(5.0)
    assert erreygers_index(reached, rank) == pytest.approx(-erreygers_index(1 - reached, rank))


def test_erreygers_equals_the_definition_by_ranks():
    h, n = np.array([2.0, 5.0, 3.0, 9.0]), 4
    z = np.arange(1, n + 1) - (n + 1) / 2
    wanted = 8 / (n**2 * (10.0 - 0.0)) * (z * h).sum()
    assert erreygers_index(h, np.arange(4.0), bounds=(0.0, 10.0)) == pytest.approx(wanted)


def test_erreygers_outside_its_bounds_is_refused():
    with pytest.raises(DataFault, match="1 or less"):
        erreygers_index([0.2, 1.2], [1.0, 2.0])


def test_an_unknown_rank_is_refused():
    with pytest.raises(DataFault, match="known rank"):
        concentration_index([1.0, 2.0], [1.0, np.nan])


def test_the_ends_of_vulnerability_share_ties_in_equal_parts():
    # five persons per end of ten are two; the tied pair at the top enters whole
    found = quintile_contrast([1.0, 1.0] + [2.0] * 6 + [4.0, 8.0], [0, 0, *range(1, 7), 9, 9])
    assert (found.most, found.least, found.difference, found.ratio) == (6.0, 1.0, 5.0, 6.0)


@few
@given(rows=amounts, shift=st.floats(0.0, 1000.0), kappa=st.floats(-0.05, -0.001))
def test_kolm_pollak_moves_with_everybody(rows, shift, kappa):
    x, w = _columns(rows)
    moved = kolm_pollak_at(x + shift, kappa, w)
    assert moved.index == pytest.approx(kolm_pollak_at(x, kappa, w).index, abs=1e-6)


@few
@given(rows=amounts)
def test_kolm_pollak_penalises_inequality_of_burdens_and_of_goods(rows):
    x, w = _columns(rows)
    assert kolm_pollak(x, -1.0, w).index >= -1e-12
    assert kolm_pollak(x, 1.0, w).index <= 1e-12
    assert kolm_pollak(3.0 * x, -1.0, w).equivalent == pytest.approx(
        3.0 * kolm_pollak(x, -1.0, w).equivalent
    )


def test_kolm_pollak_does_not_overflow_on_huge_values():
    assert kolm_pollak_at([0.0, 1e6], -1.0).equivalent == pytest.approx(1e6 - np.log(2))
    assert np.isfinite(kolm_pollak([0.0] * 999 + [1e300], -5.0).equivalent)


def test_kolm_pollak_of_equal_burdens_is_the_burden():
    found = kolm_pollak([7.0] * 3, -1.0)
    assert (found.equivalent, found.index) == (7.0, 0.0)
    assert kolm_pollak([0.0, 0.0], -1.0).equivalent == 0.0


def test_one_kappa_serves_base_and_scheme():
    base, scheme = [100.0, 400.0], [50.0, 400.0]
    kappa = kolm_pollak_kappa(base, -1.0)
    assert kolm_pollak_at(scheme, kappa).equivalent < kolm_pollak_at(base, kappa).equivalent
