"""Work out weights from the data or from pairwise judgements, every variant named.

Matrices have shape (n_units, n_columns) and no unknown cell; ``directions`` holds 1 where
more is worse and -1 where more is better.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from renlin.needs.indices.ranking import Floats

Normalisation = Literal["sum", "min_max"]


def entropy(
    matrix: Floats,
    directions: Floats,
    *,
    normalisation: Normalisation,
    directed: bool,
    shift: float,
) -> Floats:
    """Return entropy weights, shape (n_columns,), summing to 1.

    y = the column after ``min_max`` (turned round where the direction is -1 and ``directed``
    holds) or as it stands (``sum``), plus ``shift``; p = y / sum(y);
    e = -sum(p ln p) / ln n with 0 ln 0 = 0; weight = (1 - e) / sum(1 - e).
    A column without spread carries no information: weight 0. Without any spread at all the
    weights are NaN.

    Source: shannon1948.
    """
    made = _min_max(matrix, directions if directed else np.ones_like(directions))
    shifted = (made if normalisation == "min_max" else matrix) + shift
    flat = np.ptp(matrix, axis=0) == 0
    shifted = np.where(flat, 1.0, shifted)
    share = shifted / shifted.sum(axis=0)
    information = np.where(share > 0, share * np.log(np.where(share > 0, share, 1.0)), 0.0)
    spread = np.where(flat, 0.0, 1 + information.sum(axis=0) / np.log(len(matrix)))
    return _to_one(spread)


def critic(matrix: Floats, directions: Floats, *, directed: bool) -> Floats:
    """Return CRITIC weights: spread times conflict with the other columns.

    z = the column after min-max (turned round where the direction is -1 and ``directed``
    holds); weight of j is proportional to sd(z_j) * sum over k of (1 - r_jk).
    A column without spread has weight 0.

    Source: diakoulaki1995.
    """
    z = _min_max(matrix, directions if directed else np.ones_like(directions))
    flat = np.ptp(matrix, axis=0) == 0
    moved = z - z.mean(axis=0)
    length = np.where(flat, 1.0, np.sqrt((moved**2).sum(axis=0)))
    correlation = (moved / length).T @ (moved / length)
    conflict = np.where(flat, 0.0, 1 - correlation).sum(axis=1)
    return _to_one(np.where(flat, 0.0, z.std(axis=0, ddof=1 if len(z) > 1 else 0) * conflict))


class Judged(NamedTuple):
    """Weights of pairwise judgements with what tells whether they are consistent.

    ``eigenvalue`` is the greatest; ``consistency`` = (eigenvalue - n) / (n - 1); ``ratio`` =
    consistency / random index, 0 for one or two things.
    """

    weights: Floats
    eigenvalue: float
    consistency: float
    ratio: float


def ahp(judgements: Floats, random_index: float) -> Judged:
    """Return the weights of a reciprocal matrix, shape (n, n): its principal eigenvector.

    Source: saaty1980.
    """
    n = len(judgements)
    values, vectors = np.linalg.eig(judgements)
    first = int(np.argmax(values.real))
    weights = _to_one(np.abs(vectors[:, first].real))
    most = float(values[first].real)
    index = (most - n) / (n - 1) if n > 1 else 0.0
    return Judged(weights, most, index, index / random_index if random_index > 0 else 0.0)


def _min_max(matrix: Floats, directions: Floats) -> Floats:
    spread = np.ptp(matrix, axis=0)
    z = (matrix - matrix.min(axis=0)) / np.where(spread == 0, 1.0, spread)
    return np.asarray(np.where(directions < 0, 1 - z, z))


def _to_one(weights: Floats) -> Floats:
    total = float(weights.sum())
    return np.asarray(weights / total) if total > 0 else np.full(weights.shape, np.nan)
