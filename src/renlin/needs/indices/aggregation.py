"""Join several columns into one: sum, weighted means, extremes, closeness to the ideal.

Columns have shape (n_units, n_columns); NaN is unknown.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from renlin.needs.indices.ranking import Floats

How = Literal["sum", "mean", "geometric", "max", "min"]
Missing = Literal["missing", "skip"]


def joined(columns: Floats, weights: Floats, how: str, missing: Missing, at_least: int) -> Floats:
    """Return one value per unit, shape (n_units,).

    Parameters
    ----------
    columns
        Shape (n_units, n_columns); not negative for ``geometric``.
    weights
        Shape (n_columns,). ``sum`` is sum(w x); ``mean`` sum(w x) / sum(w); ``geometric``
        exp(sum(w ln x) / sum(w)), 0 where an x is 0; ``max`` and ``min`` use no weights.
    how
        How they are joined: one of ``How``.
    missing
        ``missing``: a unit with an unknown column is unknown. ``skip``: the column is left
        out for this unit, and its weight with it.
    at_least
        Known columns a unit must have under ``skip``.
    """
    known = ~np.isnan(columns)
    used = np.where(known, weights, 0.0)
    filled = np.where(known, columns, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        if how == "sum":
            value = (used * filled).sum(axis=1)
        elif how == "mean":
            value = (used * filled).sum(axis=1) / used.sum(axis=1)
        elif how == "geometric":
            logs = np.where(used > 0, used * np.log(np.where(known, columns, 1.0)), 0.0)
            value = np.exp(logs.sum(axis=1) / used.sum(axis=1))
        elif how == "max":
            value = np.where(known, columns, -np.inf).max(axis=1)
        else:
            value = np.where(known, columns, np.inf).min(axis=1)
    count = known.sum(axis=1)
    least = columns.shape[1] if missing == "missing" else max(at_least, 1)
    return np.where(count >= least, value, np.nan)


def topsis(
    matrix: Floats,
    weights: Floats,
    directions: Floats,
    normalisation: Literal["min_max", "vector"],
) -> Floats:
    """Return the closeness to the ideal, 0..1, shape (n_units,).

    v = w * normalised column (``min_max`` over the units, or divided by the length of the
    column); ideal = greatest v where the direction is 1, least where it is -1; anti-ideal the
    other way round; closeness = d- / (d+ + d-), Euclidean. With ``min_max`` a column whose
    direction is -1 is turned round first. Units with an unknown cell are left out and come
    back unknown; when ideal and anti-ideal are one, all are unknown.

    Source: hwang1981.
    """
    out = np.full(len(matrix), np.nan)
    known = ~np.isnan(matrix).any(axis=1)
    chosen = matrix[known]
    if not len(chosen):
        return out
    if normalisation == "min_max":
        spread = np.ptp(chosen, axis=0)
        z = (chosen - chosen.min(axis=0)) / np.where(spread == 0, 1.0, spread)
    else:
        length = np.sqrt((chosen**2).sum(axis=0))
        z = chosen / np.where(length == 0, 1.0, length)
    v = weights * z * np.where(directions < 0, -1.0, 1.0)
    far = np.sqrt(((v - v.max(axis=0)) ** 2).sum(axis=1))
    near = np.sqrt(((v - v.min(axis=0)) ** 2).sum(axis=1))
    total = far + near
    out[known] = np.where(total > 0, near / np.where(total > 0, total, 1.0), np.nan)
    return out
