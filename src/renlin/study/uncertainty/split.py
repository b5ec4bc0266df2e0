"""Split what a number varies by: luck of the runs, and parameters nobody has measured."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.equity.levels import SAME

Floats = npt.NDArray[np.float64]
LEAST = 2
"""Draws, and runs of each, needed to tell the two apart."""


class Split(NamedTuple):
    """Variances by the law of total variance, in the unit of the number squared.

    Attributes
    ----------
    epistemic
        Var(E[Y | parameters]): what would go if the parameters were known.
    aleatory
        E[Var(Y | parameters)]: what stays even then, from run to run.
    """

    epistemic: float
    aleatory: float

    @property
    def epistemic_share(self) -> float:
        """Return the part of the variance that better knowledge could take away; NaN of none."""
        total = self.epistemic + self.aleatory
        return self.epistemic / total if total > 0 else float("nan")


def split(level: Floats) -> Split:
    """Return both parts of the variance of ``level``.

    Every draw meets the same seeds, so a run is the crossing of a draw and a seed:
    ``Y[d, s] = m + a[d] + b[s] + c[d, s]``. With ``n`` seeds, the variance of the means of
    the draws is ``Var(a) + Var(c) / n``: what the luck of few runs puts between draws must
    be taken off, and it is the residual's (the seeds' own effect is common to all draws
    and cancels). Hence epistemic ``= (MS_draws - MS_residual) / n``, not below zero, and
    aleatory the mean of the variances within the draws.

    Parameters
    ----------
    level
        Shape (n_draws, n_seeds). Seeds in which any draw is unknown are left out.

    Returns
    -------
    NaN for both with fewer than two draws or seeds.

    Source: searle1992.
    """
    known = level[:, ~np.isnan(level).any(axis=0)]
    n_draws, n_seeds = known.shape
    if n_draws < LEAST or n_seeds < LEAST:
        return Split(float("nan"), float("nan"))
    of_draw = known.mean(axis=1, keepdims=True)
    of_seed = known.mean(axis=0, keepdims=True)
    residual = known - of_draw - of_seed + known.mean()
    freedom = (n_draws - 1) * (n_seeds - 1)
    ms_residual = float((residual**2).sum()) / freedom
    ms_draws = n_seeds * float(of_draw.var(ddof=1))
    aleatory = float(known.var(axis=1, ddof=1).mean())
    between = ms_draws - ms_residual
    if between <= SAME * ms_draws:
        between = 0.0
    return Split(between / n_seeds, aleatory)
