"""Detect the efficiency paradox: better on average, worse for those who fare worst.

The decision, in three values. All differences are scheme minus base, paired by seed, in
the direction in which up is worse; an interval *says so* when it lies wholly on one side
of zero.

1. *The mean improves* when its interval lies below zero; it does not when it lies at or
   above zero; else it is undecided.
2. *The worst-off lose* (``worst_off_loses``) when the interval of any of these lies above
   zero: each group that is worst off under the base (ties count as several); the level
   of whichever group is worst off in a run; the worst tenth of the persons. They surely
   do not lose when all those intervals lie at or below zero.
3. *The gap widens* (``gap_widens``) when the interval of largest minus smallest group
   mean, taken run by run and before any rounding, lies above zero.
4. The verdict is 1 and (2 or 3) in Kleene's logic: ``flagged`` when surely true,
   ``not_found`` when surely false, ``undecided`` otherwise. While persons are known on
   one side only, nothing is ``not_found``.

Means use the paired t interval, the worst tenth, the worst level and the gap the paired
BCa bootstrap (below ten runs the t interval too: a bootstrap of so few is too narrow).
Differences within the noise of summing are zero. Names and order of groups play no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from renlin.equity.intervals import (
    LEVEL,
    Interval,
    holm,
    paired_p,
    paired_t,
    probability_better,
)
from renlin.equity.levels import SAME, Worse, upward
from renlin.equity.outcomes import Outcome
from renlin.equity.resampling import paired_bca
from renlin.equity.samples import FloatArray, input_fault
from renlin.errors import DataFault, Said

Answer: TypeAlias = Literal["flagged", "not_found", "undecided"]
Form: TypeAlias = Literal["worst_off_loses", "gap_widens"]
Claim: TypeAlias = bool | None

BOOTSTRAP_FROM = 10
"""Runs from which the bootstrap is used. Assumption: below it the t interval is the safer."""
_RESAMPLED = ("worst_level", "worst_decile", "gap")


@dataclass(frozen=True, eq=False)
class Verdict:
    """What the detector says of one scheme, with every number it rests on.

    Parameters
    ----------
    answer
        ``flagged``, ``not_found`` or ``undecided``.
    forms
        The forms that fired: ``worst_off_loses``, ``gap_widens``; empty unless flagged.
    possible_forms
        The forms that cannot be excluded; empty unless undecided.
    worst_off
        Groups worst off under the base, sorted by name.
    losing, gaining
        Groups that surely get worse or better, worst-off or not, sorted by name.
    gap_before, gap_after
        Mean over the runs of largest minus smallest group mean, unrounded.
    table
        One row per measure (``mean``, ``group``, ``worst_level``, ``worst_decile``,
        ``gap``): ``group``, ``persons``, ``base``, ``scheme``, ``change`` with ``low`` and
        ``high`` in the unit and sign of the input, ``n_seeds``, ``method``, ``p`` (paired
        t), ``better_share`` of the runs, ``state`` (better, worse, unchanged, undecided),
        ``worst_off``.
    n_seeds
        Fewest paired runs behind any measure.
    n_unknown, n_unpaired
        Person-runs left out, as in ``Outcome``.
    level
        Confidence of the intervals.
    """

    answer: Answer
    forms: tuple[Form, ...]
    possible_forms: tuple[Form, ...]
    worst_off: tuple[str, ...]
    losing: tuple[str, ...]
    gaining: tuple[str, ...]
    gap_before: float
    gap_after: float
    table: pd.DataFrame
    n_seeds: int
    n_unknown: int
    n_unpaired: int
    level: float


def detect(
    base: Outcome,
    scheme: Outcome,
    *,
    worse: Worse = "higher",
    level: float = LEVEL,
    seed: int = 0,
) -> Verdict:
    """Return whether the scheme improves the average at the cost of those who fare worst.

    Parameters
    ----------
    base, scheme
        Over the same seeds and groups; at least two groups.
    worse
        ``"higher"`` for burdens (time, harm), ``"lower"`` for goods.
    level
        Confidence of every interval, 0 to 1.
    seed
        Of the bootstrap.

    Raises
    ------
    DataFault
        When seeds or groups differ, repeat, or there are fewer than two groups.

    Source: rong_inequality, introduction (the paradox); the decision is the module's.

    Examples
    --------
    >>> seeds = [1, 2, 3]
    >>> def outcome(mean, able, wheelchair):
    ...     column = lambda x: pd.Series([x] * 3, index=seeds)
    ...     groups = pd.DataFrame({"able": column(able), "wheelchair": column(wheelchair)})
    ...     return Outcome(column(mean), groups, column(wheelchair))
    >>> verdict = detect(outcome(110.0, 100.0, 200.0), outcome(92.0, 70.0, 290.0))
    >>> verdict.answer, verdict.forms, verdict.losing
    ('flagged', ('worst_off_loses', 'gap_widens'), ('wheelchair',))
    """
    names = _same_shape(base, scheme)
    sign = upward(worse)
    measured = [_judged(pair, sign, level, seed) for pair in _pairs(base, scheme, names, sign)]
    harm = [sign * m.row["base"] if m.row["measure"] == "group" else np.nan for m in measured]
    edge = np.nanmax(harm) if not np.isnan(harm).all() else np.nan
    for one, burden in zip(measured, harm, strict=True):
        one.row["worst_off"] = bool(burden >= edge - SAME * abs(edge))
    return _verdict(measured, scheme, level)


def detect_schemes(
    base: Outcome,
    schemes: Mapping[str, Outcome],
    *,
    worse: Worse = "higher",
    level: float = LEVEL,
    seed: int = 0,
) -> dict[str, Verdict]:
    """Return one verdict per scheme, in the order given; each stands on its own intervals."""
    return {
        name: detect(base, scheme, worse=worse, level=level, seed=seed)
        for name, scheme in schemes.items()
    }


def verdict_table(verdicts: Mapping[str, Verdict]) -> pd.DataFrame:
    """Return all rows of all verdicts, with p-values adjusted across the schemes.

    Returns
    -------
    The columns of ``Verdict.table`` with ``scheme_name`` and ``answer`` in front and
    ``p_holm`` behind: per measure and group, Holm's correction over the schemes (NaN where
    p is unknown). The verdicts themselves rest on the intervals, not on these.

    Source: holm1979.
    """
    parts = [
        verdict.table.assign(scheme_name=name, answer=verdict.answer)
        for name, verdict in verdicts.items()
    ]
    table = pd.concat(parts, ignore_index=True)
    table["p_holm"] = np.nan
    for _, rows in table.groupby(["measure", "group"], sort=False, dropna=False).groups.items():
        p = table.loc[rows, "p"].dropna()
        table.loc[p.index, "p_holm"] = holm(p)
    front = ["scheme_name", "answer"]
    return table[[*front, *(c for c in table.columns if c not in front)]]


class _Pair(NamedTuple):
    """One measure over the runs; ``size`` is the magnitude its noise goes with."""

    measure: str
    group: str
    persons: int | None
    base: FloatArray
    scheme: FloatArray
    size: FloatArray


class _Judged(NamedTuple):
    row: dict[str, Any]
    worsens: Claim
    improves: Claim


def _pairs(base: Outcome, scheme: Outcome, names: list[str], sign: float) -> list[_Pair]:
    seeds = base.mean.index
    own, other = (_cells(o.groups.loc[seeds, names]) for o in (base, scheme))
    size = np.maximum(np.abs(own), np.abs(other))
    widest = size.max(axis=1)
    persons = {} if base.persons is None else {str(k): int(v) for k, v in base.persons.items()}

    def plain(measure: str, first: pd.Series[float], second: pd.Series[float]) -> _Pair:
        x, y = _cells(first.loc[seeds]), _cells(second.loc[seeds])
        return _Pair(measure, "", None, x, y, np.maximum(np.abs(x), np.abs(y)))

    edge = np.max if sign > 0 else np.min
    return [
        plain("mean", base.mean, scheme.mean),
        *(
            _Pair("group", str(g), persons.get(str(g)), own[:, i], other[:, i], size[:, i])
            for i, g in enumerate(names)
        ),
        _Pair("worst_level", "", None, edge(own, axis=1), edge(other, axis=1), widest),
        plain("worst_decile", base.worst_decile, scheme.worst_decile),
        _Pair("gap", "", None, np.ptp(own, axis=1), np.ptp(other, axis=1), widest),
    ]


def _judged(pair: _Pair, sign: float, level: float, seed: int) -> _Judged:
    worse_way = 1.0 if pair.measure == "gap" else sign
    told = ~np.isnan(pair.base) & ~np.isnan(pair.scheme)
    first, second, size = pair.base[told], pair.scheme[told], pair.size[told]
    difference = np.where(np.abs(second - first) <= SAME * size, 0.0, second - first)
    if pair.measure in _RESAMPLED and len(difference) >= BOOTSTRAP_FROM:
        interval = paired_bca(difference, seed=seed, level=level)
    else:
        interval = paired_t(difference, level=level)
    up: Worse = "higher" if worse_way > 0 else "lower"
    row = {
        "measure": pair.measure,
        "group": pair.group,
        "persons": pair.persons,
        "base": float(first.mean()) if len(first) else float("nan"),
        "scheme": float(second.mean()) if len(second) else float("nan"),
        "change": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "n_seeds": interval.n,
        "method": interval.method,
        "p": paired_p(difference),
        "better_share": probability_better(difference, worse=up).better,
        "state": _state(interval, worse_way),
    }
    return _Judged(row, _claim(interval, worse_way), _claim(interval, -worse_way))


def _verdict(measured: list[_Judged], scheme: Outcome, level: float) -> Verdict:
    worst = ("worst_level", "worst_decile")
    lose = _any(m.worsens for m in measured if m.row["worst_off"] or m.row["measure"] in worst)
    mean, gap = measured[0], measured[-1]
    widen = gap.worsens
    paradox = _all([mean.improves, _any([lose, widen])])
    answer: Answer = "flagged" if paradox else "undecided" if paradox is None else "not_found"
    if answer == "not_found" and scheme.n_unpaired:
        answer = "undecided"
    claims: tuple[tuple[Form, Claim], ...] = (("worst_off_loses", lose), ("gap_widens", widen))
    possible = tuple(form for form, claim in claims if claim is not False)
    table = pd.DataFrame([m.row for m in measured]).astype({"persons": "Int64"})
    groups = table[table["measure"] == "group"]
    return Verdict(
        answer=answer,
        forms=tuple(form for form, claim in claims if claim) if answer == "flagged" else (),
        possible_forms=possible if answer == "undecided" else (),
        worst_off=_names(groups[groups["worst_off"]]),
        losing=_names(groups[groups["state"] == "worse"]),
        gaining=_names(groups[groups["state"] == "better"]),
        gap_before=gap.row["base"],
        gap_after=gap.row["scheme"],
        table=table,
        n_seeds=int(table["n_seeds"].min()),
        n_unknown=scheme.n_unknown,
        n_unpaired=scheme.n_unpaired,
        level=level,
    )


def _claim(interval: Interval, way: float) -> Claim:
    """Return whether the measure surely moves that ``way``; None when it cannot be said."""
    low = interval.low if way > 0 else -interval.high
    high = interval.high if way > 0 else -interval.low
    if low > 0:
        return True
    return False if high <= 0 else None


def _state(interval: Interval, worse_way: float) -> str:
    if interval.low == interval.high == 0:
        return "unchanged"
    if not interval.excludes_zero:
        return "undecided"
    return "worse" if interval.estimate * worse_way > 0 else "better"


def _any(claims: Iterable[Claim]) -> Claim:
    listed = list(claims)
    if any(claim is True for claim in listed):
        return True
    return None if any(claim is None for claim in listed) else False


def _all(claims: list[Claim]) -> Claim:
    if any(claim is False for claim in claims):
        return False
    return None if any(claim is None for claim in claims) else True


def _names(rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(sorted(str(name) for name in rows["group"]))


def _cells(values: pd.Series[float] | pd.DataFrame) -> FloatArray:
    cells: FloatArray = np.asarray(values.astype("Float64").to_numpy(np.float64, na_value=np.nan))
    return cells


def _same_shape(base: Outcome, scheme: Outcome) -> list[str]:
    """Return the group names in order, or raise for everything that does not pair up."""
    place = "equity.paradox"
    faults = []
    seeds = base.mean.index
    indexes = [
        part.index
        for outcome in (base, scheme)
        for part in (outcome.mean, outcome.groups, outcome.worst_decile)
    ]
    if not all(i.is_unique and set(i) == set(seeds) for i in indexes):
        expected = Said("两方案同一组随机种子，各一次", "the same seeds on both sides, each once")
        got = Said("不同或重复的种子", "seeds that differ or repeat")
        faults.append(input_fault(place, "seeds", expected, got))
    own, other = base.groups.columns, scheme.groups.columns
    if not own.is_unique or not other.is_unique or set(own) != set(other):
        expected = Said("两方案同样的人群", "the same groups on both sides, each once")
        got = Said("不同或重复的人群", "groups that differ or repeat")
        faults.append(input_fault(place, "groups", expected, got))
    if len(own) < 2:
        expected = Said("至少两个人群", "at least two groups")
        faults.append(input_fault(place, "groups", expected, Said(f"{len(own)} 个", f"{len(own)}")))
    if faults:
        raise DataFault(faults)
    return sorted(own, key=str)
