"""Split a difference into its causes, so that the parts add up to the whole.

Two questions. Why do two social settings fare differently under one hazard: exposure,
sensitivity or capacity? And did a scheme remove risk or only move it: to another hour,
place or household?
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import pandas as pd

from renlin.equity.levels import SAME, mean
from renlin.equity.samples import FloatArray, Numbers, aligned, input_fault, numbers
from renlin.errors import DataFault, Said, raise_all

FACTORS = ("exposure", "sensitivity", "capacity")
"""The three parts of risk. Source: rong_inequality, figure 1."""
REACHES = ("hour", "place", "household")
"""How far risk can move, nearest first."""


@dataclass(frozen=True)
class Split:
    """A difference and its parts.

    Parameters
    ----------
    first, second
        The two outcomes, in the unit of the outcome.
    difference
        ``second - first``.
    parts
        One part per factor; they sum to the difference.
    """

    first: float
    second: float
    difference: float
    parts: Mapping[str, float]


def shapley_split(
    outcome: Callable[[frozenset[str]], float], factors: Sequence[str] = FACTORS
) -> Split:
    """Return the part of each factor in the difference between two settings.

    Each factor is switched from the first setting to the second in every possible order,
    and its effects averaged, so no order is preferred, a factor that changes nothing gets
    nothing, and the parts sum to the difference.

    Parameters
    ----------
    outcome
        Takes the factors that come from the second setting (the others from the first)
        and returns the outcome, by arithmetic or by a whole simulation under the same
        luck. Called once for each of the ``2 ** n`` sets.
    factors
        Names of the factors.

    Raises
    ------
    DataFault
        When a factor repeats or an outcome is unknown or infinite.

    Source: shapley1953; shorrocks2013.

    Examples
    --------
    >>> split = shapley_split(lambda switched: 2.0 * len(switched))
    >>> dict(split.parts)
    {'exposure': 2.0, 'sensitivity': 2.0, 'capacity': 2.0}
    """
    names = tuple(factors)
    if len(set(names)) != len(names) or not names:
        expected = Said("互不相同的因素", "factors, each once")
        got = Said("空或重复", "none, or repeated")
        raise DataFault(input_fault("equity.shapley_split", "factors", expected, got))
    worth = {
        frozenset(chosen): float(outcome(frozenset(chosen)))
        for size in range(len(names) + 1)
        for chosen in combinations(names, size)
    }
    wrong = sum(not np.isfinite(value) for value in worth.values())
    if wrong:
        expected = Said("有限的结果", "finite outcomes")
        got = Said(f"{wrong} 个未知或无穷", f"{wrong} unknown or infinite")
        raise DataFault(input_fault("equity.shapley_split", "outcome", expected, got))
    first, second = worth[frozenset()], worth[frozenset(names)]
    parts = {name: _part(name, names, worth) for name in names}
    return Split(first, second, second - first, parts)


def split_risk(first: pd.DataFrame, second: pd.DataFrame, weights: Numbers | None = None) -> Split:
    """Return what exposure, sensitivity and capacity each do to the mean risk.

    ``risk = exposure * sensitivity * (1 - capacity)`` per household; the mean is weighted
    by persons, the same on both sides, so that only the three factors differ.

    Parameters
    ----------
    first, second
        Two settings of the same households: columns ``exposure`` (0 or more),
        ``sensitivity`` (0 or more), ``capacity`` (0 to 1), all known.
    weights
        Persons per household, shape (n,).

    Raises
    ------
    DataFault
        When households differ, or a number is unknown or out of its range.

    Source: rong_inequality, figure 1; turner2003 for the three parts. Assumption: they
    multiply; give another model to ``shapley_split``.

    Examples
    --------
    >>> first = pd.DataFrame({"exposure": [0.2], "sensitivity": [1.0], "capacity": [0.5]})
    >>> round(split_risk(first, first.assign(capacity=0.0)).parts["capacity"], 6)
    0.1
    """
    own = {factor: _factor(first, factor, "first") for factor in FACTORS}
    lined = aligned(second, first, place="equity.split_risk", column="second")
    other = {factor: _factor(lined, factor, "second") for factor in FACTORS}
    if len(lined) != len(first):
        expected = Said("同样的住户", "the same households")
        got = Said(f"{len(first)} 与 {len(lined)} 行", f"{len(first)} and {len(lined)} rows")
        raise DataFault(input_fault("equity.split_risk", "second", expected, got))
    persons = None
    if weights is not None:
        persons = aligned(weights, first, place="equity.split_risk", column="weights")

    def risk(switched: frozenset[str]) -> float:
        e, s, c = (other[f] if f in switched else own[f] for f in FACTORS)
        return mean(e * s * (1.0 - c), persons)

    return shapley_split(risk)


@dataclass(frozen=True, eq=False)
class Moved:
    """What a scheme took away, added, and only moved; all in the unit of the risk.

    Parameters
    ----------
    change
        Sum of scheme minus base; ``change = added - removed``.
    removed, added
        Risk that is gone, and risk that is new, in the whole community; one of them is 0.
    moved
        Risk that changed its hour, its place or its household (keys of ``REACHES``).
    households
        One row per household: ``change``, ``removed``, ``added``, ``moved_out`` and
        ``moved_in`` (to and from other households, equal in sum), ``moved_place`` and
        ``moved_hour`` (within the household), ``n_unknown`` cells.
        ``change = added - removed + moved_in - moved_out``.
    n_unknown
        Cells left out because one side is unknown: they may hide a move.
    """

    change: float
    removed: float
    added: float
    moved: Mapping[str, float]
    households: pd.DataFrame
    n_unknown: int


def split_change(cells: pd.DataFrame) -> Moved:
    """Return how much of each household's change was removed and how much only moved.

    Losses and gains are set against each other where they are nearest: first between hours
    of one household and place, then between places of one household, then between
    households; what remains on one side is removed or added. Between households each loss
    is taken to move in the same proportion, since nobody can say whose risk went to whom.

    Parameters
    ----------
    cells
        One row per household and, where known, ``place`` and ``hour``: columns
        ``household``, ``base`` and ``scheme`` (risk × persons, so that cells may be
        added), each combination once. Missing risk is unknown.

    Raises
    ------
    DataFault
        When columns are missing, a cell repeats, its household is missing, or a risk is
        infinite.

    Source: rong_inequality, 1.1 (risk is passed on). Assumption: nearest first, then in
    proportion.

    Examples
    --------
    >>> cells = pd.DataFrame({"household": ["a", "b"], "base": [5.0, 1.0], "scheme": [2.0, 4.0]})
    >>> moved = split_change(cells)
    >>> moved.removed, moved.moved["household"]
    (0.0, 3.0)
    """
    table = _checked_cells(cells)
    told = table["change"].notna()
    household = table["household"].to_numpy()
    names, block = np.unique(household, return_inverse=True)
    change = table["change"].where(told, 0.0).to_numpy(np.float64)
    place_of, within_place = _inner(table, block, change)
    per_place = np.bincount(place_of, weights=change).astype(np.float64)
    owner = np.zeros(len(per_place), dtype=np.intp)
    owner[place_of] = block
    moved_place = _offset(per_place, owner, len(names))
    net = np.bincount(block, weights=change, minlength=len(names))
    lost, gained = np.maximum(-net, 0.0), np.maximum(net, 0.0)
    moved = min(float(lost.sum()), float(gained.sum()))
    moved_out, moved_in = _shared(lost, moved), _shared(gained, moved)
    rows = pd.DataFrame(
        {
            "household": names,
            "change": net,
            "removed": lost - moved_out,
            "added": gained - moved_in,
            "moved_out": moved_out,
            "moved_in": moved_in,
            "moved_place": moved_place,
            "moved_hour": within_place,
            "n_unknown": np.bincount(block, weights=~told, minlength=len(names)).astype(np.int64),
        }
    )
    return Moved(
        change=float(net.sum()),
        removed=float(rows["removed"].sum()),
        added=float(rows["added"].sum()),
        moved={
            "hour": float(within_place.sum()),
            "place": float(moved_place.sum()),
            "household": moved,
        },
        households=rows,
        n_unknown=int((~told).sum()),
    )


def _part(name: str, names: tuple[str, ...], worth: Mapping[frozenset[str], float]) -> float:
    n = len(names)
    total = 0.0
    for before, value in worth.items():
        if name in before:
            continue
        orders = factorial(len(before)) * factorial(n - len(before) - 1) / factorial(n)
        total += orders * (worth[before | {name}] - value)
    return total


def _factor(table: pd.DataFrame, factor: str, side: str) -> FloatArray:
    place = f"equity.split_risk.{side}"
    if factor not in table.columns:
        raise DataFault(
            input_fault(place, factor, Said("这一列", "this column"), Said("没有", "none"))
        )
    x = numbers(table[factor], place=place, column=factor)
    highest = 1.0 if factor == "capacity" else np.inf
    wrong = int((~np.isfinite(x) | (x < 0) | (x > highest)).sum())
    if wrong:
        expected = (
            Said("0 到 1 的已知数", "known numbers from 0 to 1")
            if factor == "capacity"
            else Said("已知且不小于零", "known, zero or more")
        )
        got = Said(f"{wrong} 个不是", f"{wrong} that are not")
        raise DataFault(input_fault(place, factor, expected, got))
    return x


def _inner(table: pd.DataFrame, block: Any, change: FloatArray) -> tuple[Any, FloatArray]:
    """Return each cell's (household, place) code and the risk moved between hours by household."""
    key = pd.MultiIndex.from_arrays([block, table["place"].astype(str)])
    place_of = pd.factorize(key, sort=True)[0]
    n_households = int(block.max()) + 1
    owner = np.zeros(int(place_of.max()) + 1, dtype=np.intp)
    owner[place_of] = block
    by_place = _offset(change, place_of, len(owner))
    moved = np.bincount(owner, weights=by_place, minlength=n_households)
    return place_of, moved.astype(np.float64)


def _offset(change: FloatArray, block: Any, n: int) -> FloatArray:
    """Return, per block, how much loss and gain inside it cancel."""
    lost = np.bincount(block, weights=np.maximum(-change, 0.0), minlength=n)
    gained = np.bincount(block, weights=np.maximum(change, 0.0), minlength=n)
    return np.minimum(lost, gained)


def _shared(amounts: FloatArray, moved: float) -> FloatArray:
    """Return ``moved`` shared in proportion to ``amounts``; all of them within the noise."""
    total = float(amounts.sum())
    if total == 0.0:
        return np.zeros_like(amounts)
    return amounts.copy() if moved >= total * (1 - SAME) else amounts * (moved / total)


def _checked_cells(cells: pd.DataFrame) -> pd.DataFrame:
    place = "equity.split_change"
    missing = [c for c in ("household", "base", "scheme") if c not in cells.columns]
    raise_all(
        [
            input_fault(place, c, Said("这一列", "this column"), Said("没有", "none"))
            for c in missing
        ]
    )
    table = pd.DataFrame(
        {
            "household": cells["household"].astype(str).to_numpy(),
            "place": cells["place"].astype(str).to_numpy() if "place" in cells else "",
            "hour": cells["hour"].astype(str).to_numpy() if "hour" in cells else "",
        }
    )
    faults = []
    if not len(table) or cells["household"].isna().any():
        expected = Said("至少一行且都有住户", "at least one row, each with a household")
        faults.append(input_fault(place, "household", expected, Said("缺失", "missing")))
    if repeated := int(table.duplicated().sum()):
        expected = Said("每户、每处、每时一行", "one row per household, place and hour")
        got = Said(f"{repeated} 行重复", f"{repeated} repeated rows")
        faults.append(input_fault(place, "household", expected, got))
    base = numbers(cells["base"], place=place, column="base")
    scheme = numbers(cells["scheme"], place=place, column="scheme")
    if np.isinf(base).any() or np.isinf(scheme).any():
        expected = Said("有限的风险量", "finite risk")
        faults.append(input_fault(place, "base / scheme", expected, Said("无穷", "infinite")))
    raise_all(faults)
    return table.assign(change=scheme - base)
