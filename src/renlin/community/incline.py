"""Say how much a slope slows walking, up and down: one rule for space and simulation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue

Floats = npt.NDArray[np.float64]


def inclines(links: pd.DataFrame, catalogue: Catalogue) -> Floats:
    """Return the factor of each link's slope on level speed, shape (n_links, 2).

    Column 0 holds from origin to target, column 1 back. ``exp(-k (|S - S0| - |S0|))`` of
    rise over run ``S`` on the level is 1; it would exceed 1 gently downhill, and nobody is
    credited with that. An unknown slope slows nobody, nor does a lift. Steps have speeds of
    their own, to which this does not apply.

    Source: parameters ``incline_decay`` and ``incline_fastest``; tobler1993.
    """
    lifts = links["lift"].fillna(False).to_numpy(dtype=bool)
    slope = links["slope"].fillna(0.0).mask(lifts, 0.0).to_numpy(dtype=np.float64)
    decay, fastest = catalogue.number("incline_decay"), catalogue.number("incline_fastest")
    both = np.stack([slope, -slope], axis=1)
    return np.asarray(np.minimum(np.exp(-decay * (np.abs(both - fastest) - abs(fastest))), 1.0))
