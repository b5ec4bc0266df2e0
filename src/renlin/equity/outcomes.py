"""Gather what a scheme does, run by run: the mean, every group, the worst tenth.

Base and scheme meet the same luck, so everything is paired by seed and by person. A value
that is unknown on one side is left out on both, and counted: a person must not improve
the mean by getting lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from renlin.equity.groups import Memberships, memberships, with_rest
from renlin.equity.levels import DECILE, Worse, worst_mean
from renlin.equity.samples import BoolArray, FloatArray, Numbers, input_fault, with_unknown
from renlin.errors import DataFault, Said

_PLACE = "equity.pair_persons"


@dataclass(frozen=True, eq=False)
class Outcome:
    """One scheme over its runs; every table is indexed by seed, one unit throughout.

    Parameters
    ----------
    mean
        Mean over all persons, one value per seed.
    groups
        Mean of each group (columns), one row per seed; NaN is unknown.
    worst_decile
        Mean of the tenth of the persons who fare worst in that run.
    persons
        Number of persons by group, for the reader; None when not known.
    n_unknown
        Person-runs left out because their value is unknown here or in the other scheme.
    n_unpaired
        Those of them whose value is known in the other scheme or here: they may have
        lost, so nobody can be cleared while there are any.
    """

    mean: pd.Series[float]
    groups: pd.DataFrame
    worst_decile: pd.Series[float]
    persons: pd.Series[int] | None = None
    n_unknown: int = 0
    n_unpaired: int = 0


class Paired(NamedTuple):
    """Base and scheme over the same seeds and persons."""

    base: Outcome
    scheme: Outcome


def pair_persons(
    base: pd.DataFrame,
    scheme: pd.DataFrame,
    weights: Numbers | None,
    groups: Any,
    *,
    worse: Worse = "higher",
    worst_share: float = DECILE,
) -> Paired:
    """Return the outcomes of base and scheme from one value per person and run.

    Parameters
    ----------
    base, scheme
        Persons (index) × seeds (columns), same labels on both; missing is unknown. People
        who never arrive must be set to a declared ceiling first (``samples.capped``).
    weights
        Persons each row stands for, shape (n,), or None.
    groups
        Labels or a boolean table, as in ``groups.memberships``. Persons in none of the
        groups form the group ``rest``, so that a gap can be seen.
    worse
        ``"higher"`` for burdens, ``"lower"`` for goods.
    worst_share
        Share of the persons who count as faring worst, from the policy.

    Raises
    ------
    DataFault
        When persons, seeds or rows do not fit, a value is infinite, or a run has nobody
        known.

    Examples
    --------
    >>> base = pd.DataFrame({1: [60.0, 200.0], 2: [80.0, 220.0]}, index=["chen", "lin"])
    >>> pair = pair_persons(base, base - 10.0, None, ["able", "wheelchair"])
    >>> pair.scheme.groups["wheelchair"].tolist()
    [190.0, 210.0]
    """
    other = _same_labels(base, scheme)
    belong = with_rest(memberships(groups, base, place=_PLACE))
    w = with_unknown(np.zeros(len(base)), _plain(weights, base), place=_PLACE).weights
    first, second = _cells(base), _cells(other)
    order = np.argsort(np.array([str(person) for person in base.index]), kind="stable")
    first, second, w = first[order], second[order], w[order]
    belong = Memberships(belong.names, belong.member[order], belong.decided[order])
    told = ~np.isnan(first) & ~np.isnan(second) & (w > 0)[:, None]
    counted = np.isnan(first) | np.isnan(second)
    lost = np.isnan(first) ^ np.isnan(second)
    if not told.any(axis=0).all():
        got = Said("某次运行无人已知", "a run in which nobody is known")
        expected = Said("每次运行至少一人已知", "at least one person known in every run")
        raise DataFault(input_fault(_PLACE, "seeds", expected, got))
    counts = (int(counted[w > 0].sum()), int(lost[w > 0].sum()))
    made = [_outcome(x, told, w, belong, (worse, worst_share)) for x in (first, second)]
    return Paired(*(_labelled(parts, base.columns, belong, counts) for parts in made))


def _outcome(
    x: FloatArray,
    told: BoolArray,
    w: FloatArray,
    belong: Memberships,
    worst_part: tuple[Worse, float],
) -> tuple[FloatArray, FloatArray, FloatArray]:
    mass = np.where(told, w[:, None], 0.0)
    held = mass * np.where(told, x, 0.0)
    member = belong.member.astype(np.float64).T
    there = member @ mass
    level = np.where(there > 0, (member @ held) / np.where(there > 0, there, 1.0), np.nan)
    worse, worst_share = worst_part
    worst = np.array(
        [
            worst_mean(x[told[:, run], run], worst_share, w[told[:, run]], worse=worse)
            for run in range(x.shape[1])
        ]
    )
    return held.sum(axis=0) / mass.sum(axis=0), level, worst


def _labelled(
    parts: tuple[FloatArray, FloatArray, FloatArray],
    seeds: pd.Index[Any],
    belong: Memberships,
    counts: tuple[int, int],
) -> Outcome:
    average, level, worst = parts
    names = list(belong.names)
    return Outcome(
        mean=pd.Series(average, index=seeds),
        groups=pd.DataFrame(level.T, index=seeds, columns=names),
        worst_decile=pd.Series(worst, index=seeds),
        persons=pd.Series(belong.member.sum(axis=0), index=names),
        n_unknown=counts[0],
        n_unpaired=counts[1],
    )


def _same_labels(base: pd.DataFrame, scheme: pd.DataFrame) -> pd.DataFrame:
    faults = []
    for column, own, other in (
        ("persons", base.index, scheme.index),
        ("seeds", base.columns, scheme.columns),
    ):
        if not own.is_unique or not other.is_unique or set(own) != set(other):
            n = len(set(own) ^ set(other))
            expected = Said("两方案标签相同且不重复", "the same labels on both sides, each once")
            got = Said(f"{n} 个不同", f"{n} that differ or repeat")
            faults.append(input_fault(_PLACE, column, expected, got))
    if faults:
        raise DataFault(faults)
    return scheme.loc[base.index, base.columns]


def _cells(table: pd.DataFrame) -> FloatArray:
    cells: FloatArray = np.asarray(table.astype("Float64").to_numpy(np.float64, na_value=np.nan))
    if np.isinf(cells).any():
        n = int(np.isinf(cells).sum())
        expected = Said("有限值（先用 capped）", "finite values (use `capped` first)")
        raise DataFault(
            input_fault(_PLACE, "values", expected, Said(f"{n} 个无穷", f"{n} infinite"))
        )
    return cells


def _plain(weights: Numbers | None, base: pd.DataFrame) -> Numbers | None:
    if isinstance(weights, pd.Series) and weights.index.is_unique:
        if set(weights.index) != set(base.index):
            expected = Said("与人员相同的行标签", "the same labels as the persons")
            got = Said("不同的行标签", "different labels")
            raise DataFault(input_fault(_PLACE, "weights", expected, got))
        return weights.loc[base.index].reset_index(drop=True)
    return weights
