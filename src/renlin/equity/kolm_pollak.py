"""Weigh a burden so that inequality counts, in the unit of the burden itself.

Atkinson is undefined or useless where zero is good news (no waiting, no danger);
Kolm-Pollak is the measure for such burdens, and unmoved by adding the same to everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renlin.equity.levels import ascending, centre, log_power_mean
from renlin.equity.samples import Numbers, bad_number, sample
from renlin.errors import Said


@dataclass(frozen=True)
class KolmPollak:
    """An equally distributed equivalent and what belongs to it.

    Parameters
    ----------
    equivalent
        The level that, given to everybody, would be as good or bad as the real
        distribution; same unit as the values.
    index
        ``equivalent - mean``: the penalty of inequality, same unit; at least zero for
        burdens, at most zero for goods.
    mean
        Weighted mean.
    kappa
        Parameter in 1/unit; below zero for burdens.
    """

    equivalent: float
    index: float
    mean: float
    kappa: float


def kolm_pollak(values: Numbers, epsilon: float, weights: Numbers | None = None) -> KolmPollak:
    """Return the Kolm-Pollak equivalent with kappa normalised to the size of the values.

    ``kappa = epsilon * sum(w x) / sum(w x^2)``, so that ``epsilon`` has no unit and the
    result scales with the unit of ``values``. To compare two schemes, take the kappa of
    the base for both: ``kolm_pollak_at``.

    Parameters
    ----------
    values
        Shape (n,), zero or more.
    epsilon
        **Below zero for burdens** (distance, time, harm), above zero for goods; zero
        gives the mean.
    weights
        Persons per row, shape (n,).

    Raises
    ------
    DataFault
        When a value is negative or epsilon is not finite.

    Source: sheriff2020; logan2021.

    Examples
    --------
    >>> round(kolm_pollak([120.0, 300.0, 450.0], -1.0, [2.0, 1.0, 1.0]).equivalent, 6)
    277.850624
    """
    return kolm_pollak_at(values, kolm_pollak_kappa(values, epsilon, weights), weights)


def kolm_pollak_kappa(values: Numbers, epsilon: float, weights: Numbers | None = None) -> float:
    """Return the normalised kappa, in 1/unit; zero when all values are zero."""
    if not np.isfinite(epsilon):
        raise bad_number("kolm_pollak", "epsilon", Said("有限数", "a finite number"), epsilon)
    x, w = ascending(sample(values, weights, measure="kolm_pollak"))
    largest = x.max()
    if largest == 0.0:
        return 0.0
    scaled = x / largest
    return float(epsilon * (w * scaled).sum() / (w * scaled**2).sum() / largest)


def kolm_pollak_at(values: Numbers, kappa: float, weights: Numbers | None = None) -> KolmPollak:
    """Return the Kolm-Pollak equivalent for a kappa that is given, in 1/unit.

    ``EDE = -ln(sum w exp(-kappa x) / sum w) / kappa``, worked from the largest exponent so
    that it cannot overflow. Adding c to every value adds c to the equivalent.

    Source: sheriff2020.

    Examples
    --------
    >>> round(kolm_pollak_at([0.0, 10.0], -0.1).equivalent, 4)
    6.2011
    """
    if not np.isfinite(kappa):
        raise bad_number("kolm_pollak", "kappa", Said("有限数", "a finite number"), kappa)
    checked = ascending(sample(values, weights, measure="kolm_pollak", lowest=-np.inf))
    average = centre(checked)
    share = checked.weights / checked.weights.sum()
    index = log_power_mean(checked.values - average, share, -kappa) if kappa else 0.0
    return KolmPollak(average + index, index, average, kappa)
