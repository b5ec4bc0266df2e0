"""Share the places of facilities among those who reach them: floating catchment.

Every group reaches at its own pace, so weights come per (home, facility) and may differ
between groups that live at one door.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]


def two_step(weights: Floats, population: Floats, supply: Floats) -> Floats:
    """Return places per person by the two-step floating catchment.

    ``R_j = S_j / sum_i W_ij P_i``, ``A_i = sum_j W_ij R_j``; so ``sum_i P_i A_i`` is the
    supply that anybody reaches.

    Parameters
    ----------
    weights
        ``W``, 0 where j is not reached from i. Shape (n_homes, n_facilities).
    population
        ``P``, persons. Shape (n_homes,).
    supply
        ``S``, places; NaN where it is not known. Shape (n_facilities,).

    Returns
    -------
    ``A``, shape (n_homes,); 0 where nothing is reached, NaN where a facility that is
    reached has an unknown number of places.

    Source: luo_wang2003.

    Examples
    --------
    >>> two_step(np.array([[1.0], [1.0]]), np.array([10.0, 30.0]), np.array([20.0])).tolist()
    [0.5, 0.5]
    """
    reached = csr_array(weights)
    demand = reached.T @ population
    unknown = np.isnan(supply) & (demand > 0)
    places = np.where(np.isnan(supply), 0.0, supply)
    ratio = np.divide(places, demand, out=np.zeros_like(places), where=demand > 0)
    share: Floats = reached @ ratio
    return np.where(reached @ unknown.astype(np.float64) > 0, np.nan, share)


def stepped(metres: Floats, bounds: Floats, weights: Floats) -> Floats:
    """Return the weight of every way by its length, in steps (E2SFCA).

    ``W_ij`` is the weight of the first step ``metres_ij`` does not exceed, 0 beyond the last;
    steps are closed above. With these weights :func:`two_step` is the enhanced two-step
    floating catchment.

    Parameters
    ----------
    metres
        Walked, infinite where there is no way. Shape (n_homes, n_facilities).
    bounds, weights
        Ends of the steps, ascending, m, and the weight of each. Shape (n_steps,).

    Source: luo_qi2009.

    Examples
    --------
    >>> stepped(np.array([[400.0, 500.0, 501.0, 2000.0]]), np.array([500.0, 750.0]),
    ...         np.array([1.0, 0.68])).tolist()
    [[1.0, 1.0, 0.68, 0.0]]
    """
    step = np.searchsorted(bounds, metres, side="left")
    found: Floats = np.append(weights, 0.0)[step]
    return found


def three_step(weights: Floats, times: Floats, population: Floats, supply: Floats) -> Floats:
    """Return places per person when everybody spreads over all destinations by nearness.

    The weights of :func:`two_step` times the choice share
    ``G_ij = (1 / t_ij) / sum_j (1 / t_ij)``, normalised over all destinations, also those
    beyond the limit.

    Parameters
    ----------
    times
        ``t``, above 0; infinite where there is no way. Shape (n_homes, n_facilities).

    Source: wan2012.
    """
    near = 1.0 / times
    total = near.sum(axis=1, keepdims=True)
    choice = np.divide(near, total, out=np.zeros_like(near), where=total > 0)
    return two_step(weights * choice, population, supply)
