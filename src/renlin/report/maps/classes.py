"""Sort units of display into classes of risk and coverage; unknown is a class of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from renlin.report.maps.units import Units

UNKNOWN = 0
EVERYBODY, SOMEBODY, VULNERABLE = 1, 2, 3
"""Classes of coverage: all known to be reached; somebody is not; somebody who is to be
protected first is not. No share decides, so that a single one is not averaged away."""
MOSTLY = 0.5
"""A unit of which more than this share of the people is unknown is unknown itself."""
STATES = ("covered", "not_covered", "unknown")


@dataclass(frozen=True)
class Rule:
    """Value choices behind the classes.

    Attributes
    ----------
    high_share
        Share of buildings below the high class of risk; the middle starts at the median.
    vulnerable
        Display groups that are to be protected first.
    """

    high_share: float
    vulnerable: tuple[str, ...]


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


def classify(units: Units, hazard: pd.DataFrame, coverage: pd.DataFrame, rule: Rule) -> Classes:
    """Return the classes of all inhabited units.

    Parameters
    ----------
    hazard
        Columns building, risk (0-1, missing is unknown).
    coverage
        One row per person of one service: entrance, display, state; ``capacity_ratio``
        below one, where it is given, makes a place too full to count as reached.
    """
    risk = hazard.set_index("building")["risk"].astype(float)
    known = risk.dropna()
    quantiles = np.quantile(known, (0.5, rule.high_share)) if len(known) else (np.nan, np.nan)
    breaks = (float(quantiles[0]), float(quantiles[1]))
    table = units.people.copy()
    told = {str(building): float(value) for building, value in known.items()}
    table["risk"] = [_mean_risk(told, buildings) for buildings in table["buildings"]]
    states = reached(units, coverage, rule.vulnerable)
    counted = states.pivot_table(
        index="unit", columns="state", values="entrance", aggfunc="count", fill_value=0
    )
    counted = counted.reindex(index=table.index, columns=list(STATES), fill_value=0)
    sure = counted["covered"] + counted["not_covered"]
    table["out_share"] = (counted["not_covered"] / sure).where(sure > 0)
    table["unknown_share"] = (counted["unknown"] / counted.sum(axis=1)).fillna(1.0)
    table["risk_class"] = _risk_classes(table["risk"], breaks)
    cover = states.groupby("unit")["level"].max().reindex(table.index).fillna(UNKNOWN)
    seen = (table["unknown_share"] <= MOSTLY) | (cover == VULNERABLE)
    table["cover_class"] = cover.where(seen, UNKNOWN).astype(int)
    return Classes(table, breaks)


def reached(units: Units, coverage: pd.DataFrame, vulnerable: Collection[str]) -> pd.DataFrame:
    """Return per person the unit, the state and the class of coverage they bring to it."""
    made = coverage[["entrance", "display", "state"]].copy()
    if "capacity_ratio" in coverage:
        full = (coverage["state"] == "covered") & (coverage["capacity_ratio"] < 1.0)
        made["state"] = made["state"].mask(full, "not_covered")
    out = made["state"] == "not_covered"
    first = out & made["display"].isin(list(vulnerable))
    made["level"] = np.select([first, out], [VULNERABLE, SOMEBODY], EVERYBODY)
    return made.assign(unit=made["entrance"].map(units.of))


def _mean_risk(known: Mapping[str, float], buildings: list[str]) -> float:
    values = [known[building] for building in buildings if building in known]
    return float(np.mean(values)) if values else float("nan")


def _risk_classes(values: pd.Series, breaks: tuple[float, float]) -> pd.Series:
    made = np.digitize(values.fillna(-1.0), breaks) + 1
    return pd.Series(made, index=values.index).where(values.notna(), UNKNOWN).astype(int)


def five(values: pd.Series, low: float = 0.0, high: float = 1.0) -> tuple[pd.Series, list[float]]:
    """Return classes 1 to 5 of equal width (0 unknown) and the five lower bounds."""
    edges = list(np.linspace(low, high, 6))
    made = np.clip(np.digitize(values.astype(float).fillna(low), edges[1:-1]) + 1, 1, 5)
    series = pd.Series(made, index=values.index).where(values.notna(), UNKNOWN)
    return series.astype(int), [float(edge) for edge in edges[:-1]]


def stepped(values: pd.Series, breaks: Sequence[float]) -> tuple[pd.Series, list[float]]:
    """Return classes 1 to n + 1 by the ``breaks`` (0 unknown; closed below), and lower bounds."""
    made = np.digitize(values.astype(float).fillna(0.0), list(breaks)) + 1
    series = pd.Series(made, index=values.index).where(values.notna(), UNKNOWN)
    return series.astype(int), [0.0, *(float(edge) for edge in breaks)]
