"""Reduce runs to numbers: quantiles over seeds, means of those who are there."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def mean_over(values: npt.NDArray[Any], axis: int = 0) -> Floats:
    """Return the mean of what is known along ``axis``; missing where nothing is."""
    known = ~np.isnan(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis, dtype=np.float64)
    mean: Floats = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean


def quantile_over(values: npt.NDArray[Any], share: float) -> Floats:
    """Return the quantile of what is known in each column, linear between ranks.

    Parameters
    ----------
    values
        Shape (n_seeds, n, ...); missing is left out.
    share
        0 to 1.
    """
    ordered = np.sort(values.astype(np.float64), axis=0)
    count = (~np.isnan(ordered)).sum(axis=0)
    place = share * np.maximum(count - 1, 0)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    below = np.take_along_axis(ordered, low[None], axis=0)[0]
    above = np.take_along_axis(ordered, high[None], axis=0)[0]
    return np.asarray(below + (above - below) * (place - low))


def commonest(codes: npt.NDArray[Any], counted: npt.NDArray[np.bool_], n_codes: int) -> Any:
    """Return in each column the code that stands there most often, -1 where none counts.

    Of equally common ones the lowest.
    """
    tally = np.zeros((n_codes, codes.shape[1]), dtype=np.int64)
    for code in range(n_codes):
        tally[code] = ((codes == code) & counted).sum(axis=0)
    return np.where(tally.any(axis=0), tally.argmax(axis=0), -1)


def middle_run(values: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return in each column the row of the lower median of what is known; -1 where nothing is."""
    order = np.argsort(values, axis=0, kind="stable")
    count = (~np.isnan(values)).sum(axis=0)
    place = np.maximum((count - 1) // 2, 0)
    chosen = np.take_along_axis(order, place[None], axis=0)[0]
    return np.where(count > 0, chosen, -1).astype(np.int64)
