"""SoVI keeps the properties of its steps, and says how little it is to be trusted."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from renlin.needs.indices.components import reflected, rotated_by_varimax, sovi
from renlin.needs.indices.stability import extent_stability
from renlin.random_streams import draw


def made(n, k):
    """Return (n, k) numbers in which every second column follows the one before it."""
    values = draw(7, "test", range(n), count=k) * 4 - 2
    values[:, 1::2] += values[:, : k - k % 2 : 2]
    return values


def test_the_eigenvalues_are_those_of_scikit_learn():
    matrix = made(60, 6)
    found = sovi(matrix, np.ones(6), 1.0)
    z = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    assert found.eigenvalues == pytest.approx(PCA().fit(z).explained_variance_, abs=1e-10)
    assert found.loadings.shape[1] == (found.eigenvalues > 1).sum()


def test_rotation_keeps_communalities_and_the_sum_of_variances():
    loadings = made(8, 3)
    rotated = rotated_by_varimax(loadings)
    assert (rotated**2).sum(axis=1) == pytest.approx((loadings**2).sum(axis=1))
    assert (rotated**2).sum() == pytest.approx((loadings**2).sum())


def test_rotation_makes_the_structure_simpler():
    """Kaiser's criterion: squared loadings of normalised rows spread more within columns."""
    loadings = made(12, 3)

    def spread(found):
        rows = found / np.sqrt((found**2).sum(axis=1, keepdims=True))
        return (rows**2).var(axis=0).sum()

    assert spread(rotated_by_varimax(loadings)) > spread(loadings) * 1.2


def test_no_column_of_loadings_sums_below_zero():
    assert (reflected(made(8, 3)).sum(axis=0) >= 0).all()


def test_one_component_scores_as_the_first_axis_of_equal_columns():
    column = np.array([1.0, 2.0, 4.0, 7.0, 8.0])
    found = sovi(np.column_stack([column, column, column]), np.ones(3), 1.0)
    assert found.loadings.shape == (3, 1)
    assert np.argsort(found.scores).tolist() == [0, 1, 2, 3, 4]
    assert np.ptp(found.contributions) == pytest.approx(0, abs=1e-12)


def test_a_column_turned_by_hand_is_one_turned_by_its_direction():
    matrix = made(40, 5)
    signs = np.array([1.0, 1.0, -1.0, 1.0, 1.0])
    assert sovi(matrix, signs, 1.0).scores == pytest.approx(
        sovi(matrix * signs, np.ones(5), 1.0).scores
    )


def test_the_order_of_rows_does_not_matter():
    matrix = made(40, 5)
    turned = sovi(matrix[::-1], np.ones(5), 1.0).scores[::-1]
    assert sovi(matrix, np.ones(5), 1.0).scores == pytest.approx(turned)


def test_leaving_units_out_changes_ranks_and_the_report_says_by_how_much():
    found = extent_stability(made(60, 6), np.ones(6), 1.0)
    assert found["n_parts"] == 20
    assert -1 <= found["least_correlation"] <= found["mean_correlation"] < 1
    assert 0 < found["greatest_shift"] <= 1
