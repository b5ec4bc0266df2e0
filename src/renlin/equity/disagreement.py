"""Say how far bodies stand apart on one issue, from their answers."""

from __future__ import annotations

import numpy as np

from renlin.equity.samples import FloatArray, input_fault
from renlin.errors import DataFault, Said


def agreement(counts: FloatArray) -> float:
    """Return van der Eijk's agreement of ordered answers, -1 (two camps at the ends) to 1.

    The counts are cut into layers that are each flat; a layer with ``S`` of ``K`` steps in
    use has ``A = U (1 - (S - 1) / (K - 1))``, where ``U`` compares triples that speak for
    one peak (110, 011) with those that speak against (101). NaN without answers.

    Parameters
    ----------
    counts
        Answers by step, shape (n_steps,), at least three steps.

    Source: vandereijk2001.

    Examples
    --------
    >>> agreement(np.array([5.0, 0.0, 0.0, 0.0, 5.0]))
    -1.0
    >>> agreement(np.array([0.0, 0.0, 9.0, 0.0, 0.0])), agreement(np.ones(5))
    (1.0, 0.0)
    """
    left = np.asarray(counts, dtype=np.float64).copy()
    if left.ndim != 1 or len(left) < 3 or (left < 0).any() or not np.isfinite(left).all():
        expected = Said("三级以上、不小于零的计数", "counts of three steps or more, none negative")
        got = Said("别的", "something else")
        raise DataFault(input_fault("equity.agreement", "counts", expected, got))
    total = left.sum()
    if total == 0:
        return float("nan")
    found = 0.0
    while (left > 0).any():
        used = left > 0
        height = left[used].min()
        found += height * used.sum() / total * _layer(used)
        left[used] -= height
        left[left < 1e-12 * total] = 0.0
    return float(found)


def _layer(used: np.ndarray) -> float:
    k, s = len(used), int(used.sum())
    if s == 1:
        return 1.0
    if s == k:
        return 0.0
    before, after = np.cumsum(used) - used, used.sum() - np.cumsum(used)
    holes = ~used
    against = float((before * after)[holes].sum())
    gaps_after = np.cumsum(holes[::-1])[::-1] - holes
    gaps_before = np.cumsum(holes) - holes
    speaking = float((before * gaps_after)[used].sum() + (after * gaps_before)[used].sum())
    unimodal = ((k - 2) * speaking - (k - 1) * against) / ((k - 2) * (speaking + against))
    return unimodal * (1 - (s - 1) / (k - 1))


def ordered_distance(shares: FloatArray) -> FloatArray:
    """Return how far bodies stand apart on an ordered scale, 0 to 1.

    Mean over pairs of bodies of ``sum_k |F_a(k) - F_b(k)| / (K - 1)``; ``F`` the share at
    step k or below. One body at the lowest and one at the highest step give 1.

    Parameters
    ----------
    shares
        Shares by step, shape (..., n_bodies, n_steps).

    Source: rubner2000 (earth mover's distance in one dimension).
    """
    below = np.cumsum(shares, axis=-1)[..., :-1]
    pairs = np.abs(below[..., :, None, :] - below[..., None, :, :]).sum(axis=-1)
    n, steps = shares.shape[-2], shares.shape[-1]
    made: FloatArray = pairs.sum(axis=(-1, -2)) / (n * (n - 1)) / (steps - 1)
    return made


def kinds_distance(shares: FloatArray) -> FloatArray:
    """Return how far bodies stand apart on kinds without order, 0 to 1.

    Jensen-Shannon divergence of the bodies, each with the same weight, over its largest
    value ``ln n_bodies``.

    Parameters
    ----------
    shares
        Shares by kind, shape (..., n_bodies, n_kinds).

    Source: lin1991.
    """
    middle = shares.mean(axis=-2)
    apart = _entropy(middle) - _entropy(shares).mean(axis=-1)
    made: FloatArray = np.clip(apart / np.log(shares.shape[-2]), 0.0, 1.0)
    return made


def _entropy(shares: FloatArray) -> FloatArray:
    logs = np.log(np.where(shares > 0, shares, 1.0))
    made: FloatArray = -(shares * logs).sum(axis=-1)
    return made


def between_share(counts: FloatArray) -> float:
    """Return the share of the variance of ordered answers that lies between bodies, 0 to 1.

    Steps count 1, 2, ...; NaN where nothing varies.

    Parameters
    ----------
    counts
        Answers, shape (n_bodies, n_steps).
    """
    steps = np.arange(counts.shape[1], dtype=np.float64)
    n = counts.sum(axis=1)
    whole = counts.sum()
    if whole == 0:
        return float("nan")
    centre = (counts @ steps).sum() / whole
    total = (counts.sum(axis=0) * (steps - centre) ** 2).sum()
    own = np.where(n > 0, (counts @ steps) / np.where(n > 0, n, 1.0), centre)
    between = (n * (own - centre) ** 2).sum()
    return float(between / total) if total > 0 else float("nan")
