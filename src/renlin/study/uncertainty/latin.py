"""Draw parameter tables by Latin hypercube: every value covers its range evenly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

from renlin.random_streams import draw
from renlin.study.uncertainty.doubts import Doubt

Floats = npt.NDArray[np.float64]
BITS = 53


def hypercube(names: Sequence[str], n_draws: int, *, seed: int = 0) -> Floats:
    """Return shares in [0, 1), one row per draw and one column per name.

    Each column has one draw in every n-th of the range, in an order of its own. The luck
    of a column belongs to (seed, name, number of draws): leaving a name out, or adding
    one, changes no other column.

    Source: mckay1979.

    Examples
    --------
    >>> cube = hypercube(["a", "b"], 4)
    >>> np.sort((cube * 4).astype(int), axis=0).tolist()
    [[0, 0], [1, 1], [2, 2], [3, 3]]
    """
    columns = [_column(name, n_draws, seed) for name in names]
    return np.column_stack(columns) if columns else np.empty((n_draws, 0))


def design(doubts: Sequence[Doubt], n_draws: int, *, seed: int = 0) -> Floats:
    """Return the number of every doubt in every draw, shape (n_draws, n_doubts)."""
    cube = hypercube([doubt.name for doubt in doubts], n_draws, seed=seed)
    numbers = [[d.number(float(s)) for d, s in zip(doubts, row, strict=True)] for row in cube]
    return np.array(numbers, dtype=np.float64).reshape(n_draws, len(doubts))


def _column(name: str, n_draws: int, seed: int) -> Floats:
    luck = float(draw(seed, "latin_hypercube", [f"{name}|{n_draws}"])[0])
    cube = qmc.LatinHypercube(d=1, rng=int(luck * 2**BITS))
    return np.asarray(cube.random(n_draws), dtype=np.float64)[:, 0]
