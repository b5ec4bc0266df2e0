"""Sort units of display into classes of risk and coverage; unknown is a class of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from renlin.report.maps.units import Units

UNKNOWN = 0
THIRDS = (1 / 3, 2 / 3)
"""Share out of reach at which coverage turns from good to middle to poor. Assumption:
equal thirds, printed in the legend; no standard sets other breaks."""
MOSTLY = 0.5
"""A unit of which more than this share of the people is unknown is unknown itself."""


@dataclass(frozen=True)
class Classes:
    """Units with their classes and the breaks used.

    Attributes
    ----------
    table
        Index unit; columns risk, out_share (of the known), unknown_share, persons,
        risk_class and cover_class (1 good or low to 3 poor or high, 0 unknown).
    risk_breaks
        Risk from which a unit is middle and high.
    """

    table: pd.DataFrame
    risk_breaks: tuple[float, float]

    def counts(self) -> Mapping[tuple[int, int], int]:
        """Return (risk class, cover class) -> number of units; (0, 0) is unknown."""
        pairs = [
            (int(r), int(c)) if r and c else (UNKNOWN, UNKNOWN)
            for r, c in zip(self.table["risk_class"], self.table["cover_class"], strict=True)
        ]
        return {(0, 0): 0, **Counter(pairs)}


def classify(
    units: Units, hazard: pd.DataFrame, coverage: pd.DataFrame, high_share: float
) -> Classes:
    """Return the classes of all inhabited units.

    Parameters
    ----------
    hazard
        Columns building, risk (0-1, missing is unknown).
    coverage
        One row per person of one service: entrance, state.
    high_share
        Share of buildings below the high class; the middle starts at their median.
    """
    risk = hazard.set_index("building")["risk"].astype(float)
    known = risk.dropna()
    quantiles = np.quantile(known, (0.5, high_share)) if len(known) else (np.nan, np.nan)
    breaks = (float(quantiles[0]), float(quantiles[1]))
    table = units.people.copy()
    table["risk"] = [_mean_risk(risk, buildings) for buildings in table["buildings"]]
    states = coverage.assign(unit=coverage["entrance"].map(units.of))
    counted = states.pivot_table(
        index="unit", columns="state", values="entrance", aggfunc="count", fill_value=0
    )
    counted = counted.reindex(index=table.index, fill_value=0)
    counted = counted.reindex(columns=["covered", "not_covered", "unknown"], fill_value=0)
    told = counted["covered"] + counted["not_covered"]
    table["out_share"] = (counted["not_covered"] / told).where(told > 0)
    table["unknown_share"] = (counted["unknown"] / counted.sum(axis=1)).fillna(1.0)
    table["risk_class"] = _classes(table["risk"], breaks)
    cover = _classes(table["out_share"], THIRDS)
    table["cover_class"] = cover.where(table["unknown_share"] <= MOSTLY, UNKNOWN)
    return Classes(table, breaks)


def _mean_risk(risk: pd.Series, buildings: list[str]) -> float:
    values = risk.reindex(buildings).dropna()
    return float(values.mean()) if len(values) else float("nan")


def _classes(values: pd.Series, breaks: tuple[float, float]) -> pd.Series:
    made = np.digitize(values.fillna(-1.0), breaks) + 1
    return pd.Series(made, index=values.index).where(values.notna(), UNKNOWN).astype(int)


def five(values: pd.Series, low: float = 0.0, high: float = 1.0) -> tuple[pd.Series, list[float]]:
    """Return classes 1 to 5 of equal width (0 unknown) and the five lower bounds."""
    edges = list(np.linspace(low, high, 6))
    made = np.clip(np.digitize(values.astype(float).fillna(low), edges[1:-1]) + 1, 1, 5)
    series = pd.Series(made, index=values.index).where(values.notna(), UNKNOWN)
    return series.astype(int), [float(edge) for edge in edges[:-1]]
