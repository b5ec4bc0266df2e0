"""Find where values cluster in space: local G, permutations, and control of false finds.

Gi* at place i compares the sum of values around it, its own included, with what the mean of
all places gives:

``z_i = (sum_j w_ij x_j - x_mean W_i) / (s sqrt((n S_i - W_i^2) / (n - 1)))``

``W_i = sum_j w_ij``, ``S_i = sum_j w_ij^2``, ``s`` the standard deviation with divisor n.
Scaling the weights of a row changes nothing.

Source: ord_getis1995; benjamini_hochberg1995.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, eye_array
from scipy.spatial import cKDTree
from scipy.special import ndtr

from renlin.random_streams import draw

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
FLAT = 1e-12
"""Spread relative to the size of the values below which they count as all alike."""


def neighbours(places: Floats, radius: float) -> csr_array:
    """Return 1 for every two different places within ``radius``, closed. Shape (n, n)."""
    pairs = cKDTree(places).query_pairs(radius, output_type="ndarray")
    rows, columns = np.concatenate([pairs, pairs[:, ::-1]]).T
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(places),) * 2)


def gi_star(values: Floats, near: csr_array) -> Floats:
    """Return the z of Gi* at every place; 0 where all values are alike or all places near.

    Parameters
    ----------
    values
        ``x``, known everywhere. Shape (n,) or (n, n_cases): cases are worked out side by side.
    near
        Weights of the other places, as :func:`neighbours` gives them; each place itself
        weighs 1.

    Examples
    --------
    >>> line = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [9.0, 0.0]])
    >>> gi_star(np.array([4.0, 4.0, 4.0, 0.0]), neighbours(line, 1.0)).round(3).tolist()
    [1.0, 1.732, 1.0, -1.732]
    """
    n = len(values)
    weights = (near + eye_array(n)).tocsr()
    total = np.asarray(weights.sum(axis=1)).ravel()
    square = np.asarray(weights.multiply(weights).sum(axis=1)).ravel()
    mean, spread = values.mean(axis=0), values.std(axis=0)
    shape = (-1, *([1] * (values.ndim - 1)))
    width = np.sqrt(np.maximum(n * square - total**2, 0.0) / max(n - 1, 1)).reshape(shape)
    above = weights @ values - mean * total.reshape(shape)
    scale = spread * width
    moves = (scale > 0) & (spread > FLAT * np.abs(values).max(axis=0, initial=0.0))
    found: Floats = np.divide(above, scale, out=np.zeros_like(above), where=moves)
    return found


def gi(values: Floats, near: csr_array) -> Floats:
    """Return the z of Gi at every place: its own value left out of sum, mean and spread.

    Shape (n,); 0 where nothing can be compared.
    """
    n = len(values)
    total = np.asarray(near.sum(axis=1)).ravel()
    square = np.asarray(near.multiply(near).sum(axis=1)).ravel()
    mean = (values.sum() - values) / max(n - 1, 1)
    variance = ((values**2).sum() - values**2) / max(n - 1, 1) - mean**2
    inside = ((n - 1) * square - total**2) / max(n - 2, 1)
    scale = np.sqrt(np.maximum(variance, 0.0) * np.maximum(inside, 0.0))
    above = near @ values - mean * total
    found: Floats = np.divide(above, scale, out=np.zeros(n), where=scale > 0)
    return found


def upper_tail(z: Floats) -> Floats:
    """Return the chance of a value this high or higher under the normal law."""
    tail: Floats = ndtr(-z)
    return tail


def permuted(values: Floats, near: csr_array, *, seed: int, n_draws: int) -> Floats:
    """Return how often other values in the same places give as high a Gi*, shape (n,).

    The value of the place itself stays, those around it are drawn from all others without
    putting back: ``p = (1 + number as high) / (1 + n_draws)``. No normal law is supposed.
    """
    own = near @ values
    as_high = np.zeros(len(values))
    for drawn in shuffles(len(values), near, seed=seed, n_draws=n_draws):
        as_high += _sums(values, near, drawn) >= own - FLAT * np.abs(own)
    found: Floats = (1.0 + as_high) / (1.0 + n_draws)
    return found


def shuffles(n: int, near: csr_array, *, seed: int, n_draws: int) -> Iterator[Whole]:
    """Yield orders of the n - 1 others, as many of them as the fullest place has neighbours."""
    most = int(np.diff(near.indptr).max(initial=0))
    for number in range(n_draws if most else 0):
        luck = draw(seed, f"neighbours {number}", np.arange(n - 1))
        yield np.argsort(luck, kind="stable")[:most]


def _sums(values: Floats, near: csr_array, drawn: Whole) -> Floats:
    """Return the sum of drawn values at every place, of as many as it has neighbours."""
    n, counts = len(values), np.diff(near.indptr)
    place = np.repeat(np.arange(n), counts)
    rank = np.arange(len(place)) - np.repeat(near.indptr[:-1], counts)
    other = drawn[rank]
    other = other + (other >= place)
    sums = np.bincount(place, weights=near.data * values[other], minlength=n)
    return sums.astype(np.float64)


def discoveries(p: Floats, rate: float) -> Flags:
    """Return which p-values stand when so large a share of finds may be false.

    Step-up: the greatest k with ``p_(k) <= k rate / m`` and all below it.

    Examples
    --------
    >>> discoveries(np.array([0.01, 0.04, 0.03, 0.5]), 0.05).tolist()
    [True, False, False, False]
    """
    order = np.argsort(p, kind="stable")
    below = np.flatnonzero(p[order] <= rate * np.arange(1, len(p) + 1) / max(len(p), 1))
    found = np.zeros(len(p), dtype=bool)
    found[order[: below[-1] + 1 if len(below) else 0]] = True
    return found


def bivariate(
    one: Floats, other: Floats, near: csr_array, *, seed: int, n_draws: int
) -> tuple[Floats, Floats]:
    """Return the bivariate local Moran of ``one`` here and ``other`` around, and its p-value.

    ``I_i = z_i sum_j w_ij y_j / sum_j w_ij`` with both standardised; p-values as
    :func:`permuted` has them, of the tail the value lies in. Places without a neighbour, and
    all where either is alike everywhere, have 0 and 1.

    Source: anselin1995.
    """
    n, counts = len(one), np.diff(near.indptr)
    z, y = _standard(one), _standard(other)
    share = np.divide(1.0, counts, out=np.zeros(n), where=counts > 0)
    lag = (near @ y) * share
    above, below = np.zeros(n), np.zeros(n)
    for drawn in shuffles(n, near, seed=seed, n_draws=n_draws):
        sums = _sums(y, near, drawn) * share
        above += sums >= lag - FLAT
        below += sums <= lag + FLAT
    p = (1.0 + np.minimum(above, below)) / (1.0 + n_draws)
    told = (counts > 0) & z.any() & y.any()
    return z * lag, np.where(told, p, 1.0)


def _standard(values: Floats) -> Floats:
    spread = values.std()
    if spread <= FLAT * np.abs(values).max(initial=0.0):
        return np.zeros(len(values))
    standard: Floats = (values - values.mean()) / spread
    return standard
