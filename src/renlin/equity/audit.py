"""Audit a model for fairness: whom it misses, whom it alarms for nothing, whether that drifts.

Every model whose output touches a person (a tier, a warning, a forecast) is held against
what turned out, by group. An audit without a way to appeal is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from renlin.equity.contrasts import contrast_shares
from renlin.equity.groups import by_group
from renlin.equity.intervals import LEVEL, newcombe
from renlin.equity.samples import FloatArray, Numbers, aligned, input_fault, numbers
from renlin.errors import DataFault, Said

ERRORS = ("missed", "false_alarm")
"""Kinds of error: in need and not seen; seen and not in need."""


@dataclass(frozen=True, eq=False)
class Audit:
    """What a model does to each group.

    Parameters
    ----------
    by_group
        One row per kind of error and group.
    drift
        One row per kind of error, group and period against the first period; empty
        without periods.
    appeal
        How a resident may object, as given.
    n_unknown
        Rows that cannot be judged because prediction or outcome is unknown.
    """

    by_group: pd.DataFrame
    drift: pd.DataFrame
    appeal: Said
    n_unknown: int


def audit_flags(
    predicted: Any,
    actual: Any,
    groups: Any,
    *,
    appeal: Said,
    periods: Any = None,
    level: float = LEVEL,
) -> Audit:
    """Return the missed and the falsely alarmed of each group, with intervals.

    Parameters
    ----------
    predicted, actual
        Yes, no or unknown per person, shape (n,): what the model said, what was so.
    groups
        Labels or a boolean table, as in ``groups.memberships``.
    appeal
        How a resident may object; must say something in both languages.
    periods
        One label per row, sorted as text (such as ``2026-03``), or None.
    level
        Confidence, 0 to 1.

    Returns
    -------
    Audit whose ``by_group`` has the columns of ``contrasts.contrast_shares`` with ``error``
    in front: ``missed`` is the share of those in need whom the model did not see,
    ``false_alarm`` the share of those not in need whom it did. ``drift`` has ``error``,
    ``group``, ``period``, ``n``, ``share``, ``change`` since the first period with bounds.

    Raises
    ------
    DataFault
        When a value is not yes, no or unknown, rows do not fit, or the appeal is empty.

    Source: hardt2016 for the two errors.

    Examples
    --------
    >>> objection = Said("到居委会提出", "at the residents' committee")
    >>> audit = audit_flags([True, False], [True, True], ["owner", "tenant"], appeal=objection)
    >>> audit.by_group[["error", "group", "share"]].values.tolist()
    [['missed', 'owner', 0.0], ['missed', 'tenant', 1.0]]
    """
    place = "equity.audit_flags"
    _need_appeal(place, appeal)
    said, was = _paired(predicted, actual, place)
    if not all(set(np.unique(x[~np.isnan(x)])) <= {0.0, 1.0} for x in (said, was)):
        expected = Said("是、否或未知", "yes, no or unknown")
        raise DataFault(input_fault(place, "flags", expected, Said("别的值", "something else")))
    labels = _lined(groups, predicted, place, "groups")
    wrong = {
        "missed": np.where(was == 1, 1.0 - said, np.nan),
        "false_alarm": np.where(was == 0, said, np.nan),
    }
    asked = {"missed": was == 1, "false_alarm": was == 0}
    tables, drifts = [], []
    for error in ERRORS:
        rows = asked[error]
        if not rows.any():
            continue
        flags = wrong[error][rows]
        inside = _rows(labels, rows)
        tables.append(contrast_shares(flags, inside, level=level).assign(error=error))
        if periods is not None:
            when = np.array([str(p) for p in _lined(periods, predicted, place, "periods")])[rows]
            drifts.append(_drift(flags, inside, when, level).assign(error=error))
    return Audit(
        by_group=_front(tables, "error"),
        drift=_front(drifts, "error"),
        appeal=appeal,
        n_unknown=int((np.isnan(said) | np.isnan(was)).sum()),
    )


def audit_estimates(
    predicted: Numbers,
    actual: Numbers,
    groups: Any,
    *,
    appeal: Said,
    weights: Numbers | None = None,
) -> Audit:
    """Return the bias and the size of a forecast's errors in each group.

    Parameters
    ----------
    predicted, actual
        Same unit, shape (n,); unknown is counted, never filled.
    groups
        Labels or a boolean table.
    appeal
        How a resident may object.
    weights
        Persons per row, or None.

    Returns
    -------
    Audit whose ``by_group`` has the columns of ``groups.by_group`` with ``error`` in front:
    ``bias`` (predicted - actual, keeps its sign) and ``size`` (its absolute value).

    Raises
    ------
    DataFault
        When rows do not fit or the appeal is empty.

    Assumption: bias and size are both shown, since errors of both signs can hide each other.
    """
    place = "equity.audit_estimates"
    _need_appeal(place, appeal)
    said, was = _paired(predicted, actual, place)
    labels = _lined(groups, predicted, place, "groups")
    persons = None if weights is None else _lined(weights, predicted, place, "weights")
    if persons is not None:
        persons = numbers(persons, place=place, column="weights")
    difference = said - was
    tables = [
        by_group(x, persons, _plain(labels)).assign(error=error)
        for error, x in (("bias", difference), ("size", np.abs(difference)))
    ]
    unknown = int(np.isnan(difference).sum())
    return Audit(_front(tables, "error"), pd.DataFrame(), appeal, unknown)


def _drift(flags: FloatArray, groups: Any, periods: Any, level: float) -> pd.DataFrame:
    from_first: dict[str, tuple[int, int]] = {}
    rows = []
    for period in np.unique(periods):
        inside = periods == period
        table = contrast_shares(flags[inside], _rows(groups, inside), level=level)
        for row in table.to_dict("records"):
            count, n = int(row["n_flagged"]), int(row["n"])
            first = from_first.setdefault(str(row["group"]), (count, n))
            change = newcombe(count, n, *first, level=level)
            rows.append(
                {
                    "group": row["group"],
                    "period": period,
                    "n": n,
                    "share": row["share"],
                    "change": change.estimate,
                    "change_low": change.low,
                    "change_high": change.high,
                }
            )
    return pd.DataFrame(rows)


def _paired(predicted: Any, actual: Any, place: str) -> tuple[FloatArray, FloatArray]:
    said = numbers(predicted, place=place, column="predicted")
    lined = _lined(actual, predicted, place, "actual")
    return said, numbers(lined, place=place, column="actual")


def _lined(other: Any, values: Any, place: str, column: str) -> Any:
    """Return ``other`` in the row order of ``values``, refusing another number of rows."""
    lined = aligned(other, values, place=place, column=column)
    if len(lined) != len(values):
        expected = Said(f"{len(values)} 行", f"{len(values)} rows")
        got = Said(f"{len(lined)} 行", f"{len(lined)} rows")
        raise DataFault(input_fault(place, column, expected, got))
    return lined


def _plain(groups: Any) -> Any:
    """Return groups without row labels, so that positions speak."""
    if isinstance(groups, pd.DataFrame | pd.Series):
        return groups.reset_index(drop=True)
    return pd.Series(list(groups), dtype=object)


def _rows(groups: Any, chosen: Any) -> Any:
    return _plain(groups)[np.asarray(chosen)].reset_index(drop=True)


def _front(tables: list[pd.DataFrame], column: str) -> pd.DataFrame:
    if not tables:
        return pd.DataFrame()
    table = pd.concat(tables, ignore_index=True)
    return table[[column, *(c for c in table.columns if c != column)]]


def _need_appeal(place: str, appeal: Said) -> None:
    if not (appeal.zh.strip() and appeal.en.strip()):
        expected = Said("申诉途径（中英文）", "a way to appeal, in both languages")
        raise DataFault(input_fault(place, "appeal", expected, Said("空", "nothing")))
