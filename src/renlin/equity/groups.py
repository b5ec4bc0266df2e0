"""Lay a measure beside every group: level, gap, ratio, worst-off, and who is unknown.

Groups may overlap (an old person who lives alone and rents belongs to three) or part the
community (one label each). A small group is kept and marked; a missing value is counted
in its own column.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.equity.levels import Worse, mean, quantile, ratio, upward
from renlin.equity.samples import (
    BoolArray,
    FloatArray,
    Numbers,
    aligned,
    input_fault,
    with_unknown,
)
from renlin.errors import DataFault, Fault, Said, did_you_mean

UNKNOWN = "unknown"
"""Group of the rows that carry no label."""
REST = "rest"
"""Reference: everybody known not to be in the group."""
ALL = "all"
"""Reference: everybody."""
SMALL_GROUP = 10
"""Rows below which a group is marked small. Assumption: below it one person moves a share by
more than a tenth."""


class Memberships(NamedTuple):
    """Who belongs to what; both tables of shape (n, n_groups).

    ``member`` is True where the row surely belongs, ``decided`` where that is known.
    """

    names: tuple[str, ...]
    member: BoolArray
    decided: BoolArray


def labels(groups: Any, values: Any, *, place: str) -> npt.NDArray[np.str_]:
    """Return one text label per row of ``values``; ``unknown`` where it is missing.

    Raises
    ------
    DataFault
        When the number of labels differs from the number of rows.
    """
    if isinstance(groups, pd.Series):
        series = aligned(groups, values, place=place, column="groups")
    else:
        series = pd.Series(list(groups), dtype=object)
    n = len(values)
    if len(series) != n:
        expected = Said(f"{n} 个分组标签", f"{n} group labels")
        got = Said(f"{len(series)} 个", f"{len(series)}")
        raise DataFault(input_fault(place, "groups", expected, got))
    missing = series.isna().to_numpy(dtype=bool)
    return np.where(missing, UNKNOWN, np.array([str(item) for item in series], dtype=np.str_))


def memberships(groups: Any, values: Any, *, place: str) -> Memberships:
    """Return who belongs to which group, from labels or from a table of yes and no.

    Parameters
    ----------
    groups
        One label per row (groups sorted by name), or a DataFrame with one boolean column
        per group, which may overlap and hold missing values (order of columns kept).
    values
        The rows that the groups speak of; labels of the index are matched when both
        have them.
    place
        Word for the error message.

    Raises
    ------
    DataFault
        When lengths or row labels differ, or a column holds something else than yes and no.
    """
    if not isinstance(groups, pd.DataFrame):
        label = labels(groups, values, place=place)
        found = np.unique(label)
        member = label[:, None] == found[None, :]
        return Memberships(tuple(str(g) for g in found), member, np.ones_like(member))
    table = aligned(groups, values, place=place, column="groups")
    if len(table) != len(values):
        expected = Said(f"{len(values)} 行", f"{len(values)} rows")
        raise DataFault(
            input_fault(place, "groups", expected, Said(f"{len(table)} 行", f"{len(table)} rows"))
        )
    columns = [_yes_no(table[name], place) for name in table.columns]
    member = np.column_stack([yes for yes, _ in columns]) if columns else np.ones((len(table), 0))
    decided = np.column_stack([d for _, d in columns]) if columns else np.ones((len(table), 0))
    names = tuple(str(name) for name in table.columns)
    return Memberships(names, member.astype(bool), decided.astype(bool))


def with_rest(belong: Memberships) -> Memberships:
    """Return the groups and, for those surely in none of them, the group ``rest``."""
    outside = belong.decided.all(axis=1) & ~belong.member.any(axis=1)
    if not outside.any() or REST in belong.names:
        return belong
    return Memberships(
        (*belong.names, REST),
        np.column_stack([belong.member, outside]),
        np.column_stack([belong.decided, belong.decided.all(axis=1)]),
    )


def by_group(
    values: Numbers,
    weights: Numbers | None,
    groups: Any,
    *,
    reference: str = REST,
    worse: Worse = "higher",
    small_below: int = SMALL_GROUP,
) -> pd.DataFrame:
    """Return one row per group: level, gap and ratio against the reference, worst-off.

    Parameters
    ----------
    values
        Shape (n,); missing is unknown: counted, and in no mean.
    weights
        Persons per row, shape (n,), or None for one each. Rows of weight zero count for
        nobody.
    groups
        As in ``memberships``. Rows without a label form the group ``unknown``.
    reference
        ``"rest"`` (everybody surely not in the group), ``"all"``, or a group's name.
    worse
        ``"higher"`` for burdens, ``"lower"`` for goods.
    small_below
        Groups with fewer known rows are marked ``small``; they stay in the table.

    Returns
    -------
    Columns ``group``, ``n`` (rows with a known value), ``n_unknown`` (members whose value
    is unknown), ``n_undecided`` (rows of which it is unknown whether they belong),
    ``persons`` (weight of n), ``mean``, ``p50``, ``p90``, ``max``, ``reference_mean``,
    ``gap`` (mean - reference mean, unit of the values), ``ratio`` (mean / reference mean),
    ``small``, ``worst`` (every group that shares the worst mean). Nothing known: NaN.

    Raises
    ------
    DataFault
        When rows, labels or the reference do not fit, or a value is infinite.

    Examples
    --------
    >>> table = by_group([60.0, 60.0, 180.0], None, ["able", "able", "wheelchair"])
    >>> table[["group", "mean", "gap", "worst"]].values.tolist()
    [['able', 60.0, -120.0, False], ['wheelchair', 180.0, 120.0, True]]
    """
    place = "equity.by_group"
    x, w = with_unknown(values, weights, place=place)
    belong = memberships(groups, values, place=place)
    if reference not in (REST, ALL, *belong.names):
        expected = Said("rest、all 或组名", "rest, all or the name of a group")
        raise DataFault(
            Fault(
                place,
                expected,
                Said(reference, reference),
                did_you_mean(reference, (REST, ALL, *belong.names)),
                column="reference",
            )
        )
    rows = [
        _row(name, x, w, belong.member[:, g], belong.decided[:, g])
        | {"reference_mean": _reference_mean(reference, g, x, w, belong)}
        for g, name in enumerate(belong.names)
    ]
    return _contrasted(pd.DataFrame(rows, columns=[*_LEVELS, "reference_mean"]), worse, small_below)


_LEVELS = ("group", "n", "n_unknown", "n_undecided", "persons", "mean", "p50", "p90", "max")


def spread(table: pd.DataFrame) -> float:
    """Return the gap of a ``by_group`` table: largest minus smallest known group mean."""
    means = table["mean"].dropna()
    return float(means.max() - means.min()) if len(means) else float("nan")


def _row(
    name: str, x: FloatArray, w: FloatArray, member: BoolArray, decided: BoolArray
) -> dict[str, Any]:
    inside = member & (w > 0)
    told = inside & ~np.isnan(x)
    counts = {
        "group": name,
        "n": int(told.sum()),
        "n_unknown": int((inside & np.isnan(x)).sum()),
        "n_undecided": int((~decided & (w > 0)).sum()),
        "persons": float(w[told].sum()),
    }
    if not told.any():
        return counts | dict.fromkeys(("mean", "p50", "p90", "max"), float("nan"))
    xs, ws = x[told], w[told]
    level = {"mean": mean(xs, ws), "p50": quantile(xs, 0.5, ws), "p90": quantile(xs, 0.9, ws)}
    return counts | level | {"max": float(xs.max())}


def _reference_mean(
    reference: str, group: int, x: FloatArray, w: FloatArray, belong: Memberships
) -> float:
    if reference == ALL:
        others = np.ones(len(x), dtype=bool)
    elif reference == REST:
        others = ~belong.member[:, group] & belong.decided[:, group]
    else:
        others = belong.member[:, belong.names.index(reference)]
    told = others & (w > 0) & ~np.isnan(x)
    return mean(x[told], w[told]) if told.any() else float("nan")


def _contrasted(table: pd.DataFrame, worse: Worse, small_below: int) -> pd.DataFrame:
    means = table["mean"]
    table["gap"] = means - table["reference_mean"]
    table["ratio"] = [
        ratio(own, other) for own, other in zip(means, table["reference_mean"], strict=True)
    ]
    table["small"] = table["n"] < small_below
    edge = means.max() if upward(worse) > 0 else means.min()
    table["worst"] = (means == edge).fillna(False)
    return table


def _yes_no(column: pd.Series[Any], place: str) -> tuple[BoolArray, BoolArray]:
    decided = column.notna().to_numpy(dtype=bool)
    try:
        yes = column.astype("boolean").fillna(False).to_numpy(dtype=bool)
    except (TypeError, ValueError) as error:
        got = Said("别的值", "something else")
        expected = Said("是、否或未知", "yes, no or unknown")
        raise DataFault(input_fault(place, str(column.name), expected, got)) from error
    return yes, decided
