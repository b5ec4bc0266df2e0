"""See how far SoVI's order holds when units are left out: nothing else changes."""

from __future__ import annotations

import numpy as np

from renlin.needs.indices.components import sovi
from renlin.needs.indices.ranking import Floats, ranked
from renlin.random_streams import draw

N_PARTS = 20
"""How often a part of the units is taken. Assumption: enough to see whether order holds."""
KEPT = 0.8
"""Share of the units in a part. Assumption."""
SEED = 0
"""The parts are the same for the same number of units: the report is part of the index."""


def extent_stability(matrix: Floats, directions: Floats, least: float) -> dict[str, float]:
    """Return how ranks of SoVI change between the whole table and parts of it.

    ``least_correlation``, ``mean_correlation``: Spearman's, of the ranks of the units of a
    part in the part and in the whole; ``greatest_shift``: largest change of a unit's rank in
    a part, as a share of its units; ``n_parts``: parts that could be worked out.

    Parameters
    ----------
    matrix
        Values without unknown cells, shape (n_units, n_variables).
    """
    whole = sovi(matrix, directions, least).scores
    n = len(matrix)
    found, shifts = [], []
    for part in range(N_PARTS):
        luck = draw(SEED, f"needs.index.part.{part}", range(n))
        rows = np.sort(np.argsort(luck, kind="stable")[: int(n * KEPT)])
        chosen = matrix[rows]
        if len(rows) <= matrix.shape[1] or bool((np.ptp(chosen, axis=0) == 0).any()):
            continue
        here = ranked(sovi(chosen, directions, least).scores, "average")
        there = ranked(whole[rows], "average")
        found.append(float(np.corrcoef(here, there)[0, 1]))
        shifts.append(float(np.abs(here - there).max() / len(rows)))
    if not found:
        return {"n_parts": 0.0}
    return {"n_parts": float(len(found)), "least_correlation": min(found),
            "mean_correlation": float(np.mean(found)), "greatest_shift": max(shifts)}  # fmt: skip
