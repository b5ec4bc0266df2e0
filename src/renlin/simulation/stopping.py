"""Decide whether the runs so far say how schemes differ, or more are needed.

The usual rule of simulation studies: go on until the interval of every comparison is
narrow enough or the most runs one is ready to wait for are done. What is looked at is how
wide an interval is, never on which side of zero it lies.

Source: simulation reference 6.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.equity.intervals import paired_t

Times = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]


class Precision(NamedTuple):
    """How sure a comparison must be.

    Attributes
    ----------
    seconds, share
        Half the interval must be no wider than the greater of ``seconds`` and ``share`` of
        the base.
    confidence
        Of the interval.
    block
        Runs added at a time.
    most
        Runs of one scheme and scenario at most.
    """

    seconds: float
    share: float
    confidence: float
    block: int
    most: int


def precision(catalogue: Catalogue, confidence: float, most: int) -> Precision:
    """Return the precision the catalogue asks for."""
    return Precision(
        catalogue.number("stop_half_width"),
        catalogue.number("stop_half_width_share"),
        confidence,
        int(catalogue.number("stop_block")),
        most,
    )


def enough(
    base: Times, schemes: Sequence[Times], groups: Mapping[str, Flags], wanted: Precision
) -> bool:
    """Return whether every scheme is compared surely enough, for all and for the slowest group.

    Parameters
    ----------
    base, schemes
        Seconds to safety, shape (n_seeds, n_persons) each, paired by seed; NaN where a
        person is away.
    groups
        Group -> its persons, shape (n_persons,).
    """
    levels = {name: _mean(base[:, member]) for name, member in groups.items() if member.any()}
    means = {name: float(np.nanmean(level)) for name, level in levels.items() if _known(level)}
    slowest = max(sorted(means), key=lambda name: means[name], default=None)
    looked_at = [np.ones(base.shape[1], dtype=bool)]
    if slowest is not None:
        looked_at.append(groups[slowest])
    return all(
        _narrow(_mean(base[:, member]), _mean(scheme[:, member]), wanted)
        for scheme in schemes
        for member in looked_at
    )


def _narrow(
    base: npt.NDArray[np.float64], scheme: npt.NDArray[np.float64], wanted: Precision
) -> bool:
    if not (_known(base) and _known(scheme)):
        return True
    interval = paired_t(scheme - base, level=wanted.confidence)
    half = (interval.high - interval.low) / 2.0
    return bool(half <= max(wanted.seconds, wanted.share * float(np.nanmean(base))))


def _known(level: npt.NDArray[np.float64]) -> bool:
    return bool((~np.isnan(level)).any())


def _mean(times: Times) -> npt.NDArray[np.float64]:
    """Return the mean over the persons who are there in each run; NaN where nobody is."""
    there = ~np.isnan(times)
    total = np.where(there, times, 0.0).sum(axis=1, dtype=np.float64)
    n = there.sum(axis=1)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)
