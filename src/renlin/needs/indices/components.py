"""SoVI: principal components, varimax rotation, and the sum of component scores.

For research only. The order of two units depends on which other units are in the table, and
a variable may enter with the wrong sign: :func:`sovi` returns what is needed to see both.
Source: cutter2003; spielman2020 (why it must not decide).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from renlin.needs.indices.ranking import Floats

MOST_ROTATIONS = 100
TOLERANCE = 1e-6
"""Relative growth of the singular-value sum at which the rotation stops (R's varimax and
the published SoVI procedure use the same kind of rule)."""


class Components(NamedTuple):
    """What SoVI gives.

    Attributes
    ----------
    scores
        Row sum of the component scores, shape (n_units,).
    loadings
        Rotated loadings, shape (n_variables, n_components).
    contributions
        Sum of the scoring weights of each variable, shape (n_variables,): how the score
        changes per standard deviation of the variable, after the stated direction.
    eigenvalues
        Of the covariance, descending, shape (n_variables,).
    """

    scores: Floats
    loadings: Floats
    contributions: Floats
    eigenvalues: Floats


def sovi(matrix: Floats, directions: Floats, least: float) -> Components:
    """Return the scores of a table without unknown cells, shape (n_units, n_variables).

    Columns with direction -1 are negated; z with ddof 0; covariance with ddof 1; components
    with an eigenvalue above ``least``; loadings V sqrt(lambda), columns with a negative sum
    reflected; varimax with Kaiser's normalisation; reflected again; weights C inv(C'C).
    """
    signed = matrix * directions
    z = (signed - signed.mean(axis=0)) / signed.std(axis=0)
    values, vectors = np.linalg.eigh(np.cov(z.T, ddof=1).reshape(z.shape[1], z.shape[1]))
    order = np.argsort(values)[::-1]
    values, vectors = values[order], vectors[:, order]
    kept = max(int((values > least).sum()), 1)
    loadings = reflected(vectors[:, :kept] * np.sqrt(values[:kept]))
    rotated = reflected(rotated_by_varimax(loadings)) if kept > 1 else loadings
    weights = rotated @ np.linalg.inv(rotated.T @ rotated)
    scores = (z @ weights).sum(axis=1)
    return Components(scores, rotated, weights.sum(axis=1), values)


def reflected(loadings: Floats) -> Floats:
    """Return loadings with the sign of every column of negative sum turned."""
    return np.asarray(loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0))


def rotated_by_varimax(loadings: Floats) -> Floats:
    """Return loadings, shape (n_variables, n_components), rotated to simple structure.

    Rows are brought to length 1 first and back afterwards (Kaiser); communalities stay.

    Source: kaiser1958.
    """
    length = np.sqrt((loadings**2).sum(axis=1))
    safe = np.where(length == 0, 1.0, length)[:, None]
    rows = loadings / safe
    turn, total = np.eye(loadings.shape[1]), 0.0
    for _ in range(MOST_ROTATIONS):
        made = rows @ turn
        slope = rows.T @ (made**3 - made @ np.diag((made**2).sum(axis=0)) / len(rows))
        left, sizes, right = np.linalg.svd(slope)
        turn, before, total = left @ right, total, float(sizes.sum())
        if total < before * (1 + TOLERANCE):
            break
    return np.asarray((rows @ turn) * safe)
