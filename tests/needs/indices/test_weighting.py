"""Weights and closeness have the values other libraries and the formulas give."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pymcdm import methods, normalizations
from pymcdm import weights as pymcdm_weights
from pyrepo_mcda import weighting_methods

from renlin.needs.indices.aggregation import joined, topsis
from renlin.needs.indices.weighting import ahp, critic, entropy

MATRIX = np.array([[69, 31, 34], [56, 19, 35], [87, 11, 31], [65, 22, 24], [72, 40, 29]], float)
SIGNS = np.array([1.0, 1.0, -1.0])
TABLES = arrays(np.float64, st.tuples(st.integers(3, 8), st.integers(2, 4)),
                elements=st.integers(1, 60).map(float))  # fmt: skip


def apart(matrix):
    """Leave out tables with a column without spread, or two that move together."""
    assume((np.ptp(matrix, axis=0) > 0).all())
    between = np.corrcoef(matrix.T)
    assume((np.abs(between - np.eye(len(between))) < 0.999).all())


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        (0, [0.293203, 0.300924, 0.405873]),
        (0.0001, [0.29318, 0.300926, 0.405895]),
        (0.01, [0.292609, 0.301583, 0.405807]),
        (1, [0.298986, 0.326257, 0.374757]),
    ],
)
def test_entropy_after_min_max_depends_on_the_shift(shift, expected):
    got = entropy(MATRIX, SIGNS, normalisation="min_max", directed=True, shift=shift)
    assert got == pytest.approx(expected, abs=1e-6)


def test_entropy_of_raw_shares_is_that_of_two_libraries():
    got = entropy(MATRIX, SIGNS, normalisation="sum", directed=False, shift=0)
    assert got == pytest.approx([0.100735, 0.817177, 0.082088], abs=1e-6)


@given(TABLES)
def test_raw_entropy_equals_pymcdm_and_pyrepo_on_any_table(matrix):
    apart(matrix)
    got = entropy(matrix, np.ones(matrix.shape[1]), normalisation="sum", directed=False, shift=0)
    assert got == pytest.approx(pymcdm_weights.entropy_weights(matrix), abs=1e-9)
    assert got == pytest.approx(weighting_methods.entropy_weighting(matrix), abs=1e-9)


@given(TABLES)
def test_critic_without_direction_equals_pymcdm_and_pyrepo(matrix):
    apart(matrix)
    got = critic(matrix, np.ones(matrix.shape[1]), directed=False)
    assert got == pytest.approx(pymcdm_weights.critic_weights(matrix), abs=1e-9)
    assert got == pytest.approx(weighting_methods.critic_weighting(matrix), abs=1e-9)


def test_critic_minds_the_direction_only_when_told():
    ignored, aware = [0.327784, 0.336665, 0.335552], [0.331505, 0.360077, 0.308418]
    assert critic(MATRIX, SIGNS, directed=False) == pytest.approx(ignored, abs=1e-6)
    assert critic(MATRIX, SIGNS, directed=True) == pytest.approx(aware, abs=1e-6)


def test_a_column_without_spread_weighs_nothing():
    flat = np.column_stack([MATRIX, np.full(5, 7.0)])
    signs = np.append(SIGNS, 1.0)
    for got in (
        entropy(flat, signs, normalisation="sum", directed=False, shift=0),
        entropy(flat, signs, normalisation="min_max", directed=True, shift=0.01),
        critic(flat, signs, directed=True),
    ):
        assert got[-1] == 0
        assert got.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("normalisation", "other"),
    [
        ("min_max", normalizations.minmax_normalization),
        ("vector", normalizations.vector_normalization),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")  # pymcdm advises on dominated rows
@given(matrix=TABLES)
def test_topsis_equals_pymcdm_where_more_is_worse(normalisation, other, matrix):
    apart(matrix)
    weights = np.full(matrix.shape[1], 1 / matrix.shape[1])
    signs = np.ones(matrix.shape[1])
    theirs = methods.TOPSIS(normalization_function=other)(matrix, weights, signs)
    assert topsis(matrix, weights, signs, normalisation) == pytest.approx(theirs, abs=1e-9)


def test_topsis_has_the_printed_values_of_both_normalisations():
    weights = entropy(MATRIX, SIGNS, normalisation="sum", directed=False, shift=0)
    by_range = [0.676, 0.271, 0.114, 0.386, 0.930]
    by_length = [0.6879, 0.2752, 0.0485, 0.3800, 0.9725]
    assert topsis(MATRIX, weights, SIGNS, "min_max") == pytest.approx(by_range, abs=5e-4)
    assert topsis(MATRIX, weights, SIGNS, "vector") == pytest.approx(by_length, abs=5e-5)


def test_units_that_are_all_alike_have_no_closeness():
    same = np.ones((3, 2))
    assert np.isnan(topsis(same, np.array([0.5, 0.5]), np.ones(2), "vector")).all()


def test_judgements_give_the_published_weights_and_consistency():
    found = ahp(np.array([[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]]), 0.58)
    assert found.weights == pytest.approx([0.6483, 0.2297, 0.1220], abs=5e-5)
    assert found.consistency == pytest.approx(0.00185, abs=5e-6)
    assert found.ratio == pytest.approx(0.0032, abs=5e-5)


@given(arrays(np.float64, 4, elements=st.floats(0.1, 9)))
def test_judgements_that_fit_one_another_are_consistent(true):
    found = ahp(true[:, None] / true[None, :], 0.9)
    assert found.weights == pytest.approx(true / true.sum(), rel=1e-6)
    assert found.ratio == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("sum", 11.0),
        ("mean", 11 / 4),
        ("geometric", (2 * 3**3) ** 0.25),
        ("max", 3.0),
        ("min", 2.0),
    ],
)
def test_columns_are_joined_as_by_hand(how, expected):
    got = joined(np.array([[2.0, 3.0]]), np.array([1.0, 3.0]), how, "missing", 1)
    assert got[0] == pytest.approx(expected)


def test_a_unit_with_an_unknown_column_is_unknown_or_does_without_it_as_stated():
    columns = np.array([[2.0, np.nan], [np.nan, np.nan]])
    weights = np.array([1.0, 3.0])
    assert np.isnan(joined(columns, weights, "mean", "missing", 1)).all()
    assert joined(columns, weights, "mean", "skip", 1).tolist()[0] == 2.0
    assert np.isnan(joined(columns, weights, "mean", "skip", 1)[1])
    assert np.isnan(joined(columns, weights, "mean", "skip", 2)).all()


def test_a_zero_makes_a_geometric_mean_zero():
    assert joined(np.array([[0.0, 4.0]]), np.ones(2), "geometric", "missing", 1)[0] == 0
