"""Score how exposed and sensitive each resident is, and what they are prepared for.

Every score is a share of items of the catalogue, so each can be traced to its evidence;
no item has a weight of its own. What is not known widens the interval and never scores 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.models import Indicator
from renlin.needs.values import Told, all_of, applies

DIMENSIONS = ("exposure", "sensitivity", "adaptive")
CAPACITIES = ("prevention", "response", "recovery")
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Counts:
    """Items that hold, do not, and are not known, each of shape (n_persons,)."""

    yes: IntArray
    no: IntArray
    unknown: IntArray

    @property
    def n(self) -> IntArray:
        """Return how many items apply, or may apply."""
        return self.yes + self.no + self.unknown


def items_of(indicators: Mapping[str, Indicator], score: str) -> dict[str, Literal["risk", "met"]]:
    """Return the indicators a score is made of, and which of their conditions counts.

    Exposure and sensitivity count risks; adaptive capacity and the three capacities count
    what is met (or, where the catalogue gives no such condition, what is no risk).
    """
    if score in ("exposure", "sensitivity"):
        return {
            c: "risk" for c, e in sorted(indicators.items()) if e.dimension == score and e.risk_when
        }
    chosen = {
        c: e
        for c, e in sorted(indicators.items())
        if (e.dimension if score == "adaptive" else e.capacity) == score
    }
    return {c: "met" for c, e in chosen.items() if e.met_when or e.risk_when}


def holds(table: pd.DataFrame, indicator: Indicator, which: Literal["risk", "met"]) -> Told:
    """Return for whom an item counts; what does not apply is neither yes nor no."""
    if which == "risk":
        return all_of(table, indicator.risk_when)
    if indicator.met_when:
        return all_of(table, indicator.met_when)
    risk = all_of(table, indicator.risk_when)
    return Told(risk.no, risk.yes)


def count(table: pd.DataFrame, indicators: Mapping[str, Indicator], score: str) -> Counts:
    """Return how many items of ``score`` hold, do not, and are not known, per resident.

    An item that surely does not apply is left out; one that may not apply counts as
    unknown unless it is known to hold.
    """
    yes, no, unknown = (np.zeros(len(table), dtype=np.int64) for _ in range(3))
    for code, which in items_of(indicators, score).items():
        scope = applies(table, indicators[code])
        told = holds(table, indicators[code], which)
        yes += told.yes & ~scope.no
        no += told.no & scope.yes
        unknown += ~told.yes & ~scope.no & ~(told.no & scope.yes)
    return Counts(yes, no, unknown)


def score_dimensions(table: pd.DataFrame, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """Return exposure, sensitivity and adaptive capacity of every row, with bounds.

    ``score = yes / (yes + no)`` over the items known, missing when none is; ``low = yes /
    n`` as if no unknown item held, ``high = (yes + unknown) / n`` as if all did.

    Returns
    -------
    ``<dimension>``, ``<dimension>_low``, ``<dimension>_high`` for each, shares.

    Source: features A3; reference needs 4.3.
    """
    made: dict[str, npt.NDArray[np.float64]] = {}
    for dimension in DIMENSIONS:
        found = count(table, indicators, dimension)
        made[dimension] = share(found.yes, found.yes + found.no)
        made[f"{dimension}_low"] = share(found.yes, found.n)
        made[f"{dimension}_high"] = share(found.yes + found.unknown, found.n)
    return pd.DataFrame(made)


def score_capacities(table: pd.DataFrame, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """Return the capacities 防灾, 应灾 and 恢复 of every row, never as one sum.

    Each is the share of applicable items met, with the share not known beside it; missing
    when nothing is known. Met, unmet and unknown shares sum to 1. ``low = yes / n`` as if no
    unknown item were met, ``high = (yes + unknown) / n`` as if all were: the interval is as
    wide as the unknown share.

    Returns
    -------
    ``prevention``, ``prevention_low``, ``prevention_high``, ``prevention_unknown``, and so on
    for response and recovery, shares.

    Source: reference needs 5, capacity scores.
    """
    made: dict[str, npt.NDArray[np.float64]] = {}
    for capacity in CAPACITIES:
        found = count(table, indicators, capacity)
        met = share(found.yes, found.n)
        made[capacity] = np.where(found.unknown < found.n, met, np.nan)
        made[f"{capacity}_low"] = met
        made[f"{capacity}_high"] = share(found.yes + found.unknown, found.n)
        made[f"{capacity}_unknown"] = share(found.unknown, found.n)
    return pd.DataFrame(made)


def share(part: IntArray, whole: IntArray) -> npt.NDArray[np.float64]:
    """Return part / whole; missing where the whole is nothing."""
    empty = np.full(len(part), np.nan)
    made: npt.NDArray[np.float64] = np.divide(part, whole, out=empty, where=whole > 0)
    return made
