"""Draw whole ages inside the bands of a household, parents old enough for their children."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.intake.household_sample import Member

Floats = npt.NDArray[np.float64]
_RANK = {"grandchild": 0, "child": 1, "mate": 2, "head": 2, "spouse": 2, "parent": 3}
"""Generation of each role; who shares a flat is nobody's parent or child."""


def ages_of(members: tuple[Member, ...], luck: Floats, catalogue: Catalogue) -> list[int]:
    """Return whole ages inside the bands, parents old enough for their children.

    The youngest are drawn first, with room left for their parents.
    """
    least, most = catalogue.number("parent_gap_least"), catalogue.number("parent_gap_most")
    ages = [0] * len(members)
    for i in sorted(range(len(members)), key=lambda k: (_RANK[members[k].role], k)):
        low, high = float(members[i].low), float(members[i].high)
        for j, other in enumerate(members):
            gap = _RANK[other.role] - _RANK[members[i].role]
            if "mate" in (other.role, members[i].role) or gap == 0:
                continue
            if gap > 0:
                low, high = max(low, other.low - gap * most), min(high, other.high - gap * least)
            else:
                low, high = max(low, ages[j] - gap * least), min(high, ages[j] - gap * most)
        low = min(max(low, members[i].low), members[i].high)
        high = max(min(high, members[i].high), low)
        ages[i] = _age(low, high, float(luck[i]), catalogue)
    return ages


def _age(low: float, high: float, luck: float, catalogue: Catalogue) -> int:
    """Return a whole age: even in a closed band, thinning out in the band up to the oldest."""
    if high < catalogue.number("age_oldest"):
        return int(low + luck * (high - low + 1))
    mean = catalogue.number("age_open_band_mean")
    reach = 1.0 - np.exp(-(high - low) / mean)
    return int(low - mean * np.log(1.0 - luck * reach))
