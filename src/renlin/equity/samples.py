"""Check numbers and their weights once, before any measure touches them.

Unknown values are never filled and never dropped in silence: a measure refuses them,
and :func:`known` and :func:`capped` take them out with a count.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.errors import DataFault, Fault, Said, raise_all

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = "FloatArray | pd.Series[Any] | Iterable[float]"

_SEPARATE = Said(
    "请先用 known 分出未知值并报告其数目。",
    "Separate them with `known` and report how many there are.",
)


class Sample(NamedTuple):
    """Finite values and their positive weights, both of shape (n,)."""

    values: FloatArray
    weights: FloatArray


class Known(NamedTuple):
    """What is known, and how many rows are not."""

    values: FloatArray
    weights: FloatArray
    n_unknown: int


class Capped(NamedTuple):
    """Values with the unreached set to a declared ceiling, and how many those are."""

    values: FloatArray
    n_capped: int


def numbers(values: Numbers, *, place: str, column: str = "values") -> FloatArray:
    """Return ``values`` as floats of shape (n,), unknown as NaN.

    Raises
    ------
    DataFault
        When a value is no number or the input is not one column.
    """
    try:
        if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
            array: FloatArray = values.astype(np.float64)
        else:
            series = values if isinstance(values, pd.Series) else pd.Series(list(values))
            array = np.asarray(series.astype("Float64").to_numpy(np.float64, na_value=np.nan))
    except (TypeError, ValueError) as error:
        raise DataFault(
            input_fault(place, column, Said("数字", "numbers"), _no_number())
        ) from error
    if array.ndim != 1:
        expected = Said("一列数字", "one column of numbers")
        got = Said(f"{array.ndim} 维", f"{array.ndim} dimensions")
        raise DataFault(input_fault(place, column, expected, got))
    return np.asarray(array, dtype=np.float64)


def aligned(other: Any, values: Any, *, place: str, column: str) -> Any:
    """Return ``other`` in the row order of ``values`` when both carry labels.

    Labels, not positions, say which rows belong together; when one side has no labels,
    positions do.

    Raises
    ------
    DataFault
        When the labels differ or repeat in a different order.
    """
    if not isinstance(values, pd.Series | pd.DataFrame):
        return other
    if not isinstance(other, pd.Series | pd.DataFrame) or other.index.equals(values.index):
        return other
    unique = other.index.is_unique and values.index.is_unique
    if unique and len(other) == len(values) and other.index.isin(values.index).all():
        return other.reindex(values.index)
    expected = Said("与数值相同的行标签", "the same row labels as the values")
    got = Said("不同或重复的行标签", "different or repeated row labels")
    raise DataFault(input_fault(place, column, expected, got))


def sample(
    values: Numbers,
    weights: Numbers | None = None,
    *,
    measure: str,
    lowest: float = 0.0,
) -> Sample:
    """Return checked values and weights; rows of weight zero count for nobody and go.

    Parameters
    ----------
    values
        Shape (n,), any unit.
    weights
        Persons (or any mass) each value stands for, shape (n,); every row counts one
        when None.
    measure
        Word for the error message.
    lowest
        The smallest value for which the measure is defined, in the unit of ``values``.

    Raises
    ------
    DataFault
        All faults at once: no rows, lengths that differ, unknown or infinite values,
        weights that are unknown, negative or all zero, values below zero.
    """
    place = f"equity.{measure}"
    x = numbers(values, place=place)
    w = _weights(weights, values, len(x), place)
    if len(w) != len(x):
        expected = Said(f"{len(x)} 个权重", f"{len(x)} weights")
        got = Said(f"{len(w)} 个", f"{len(w)}")
        raise DataFault(input_fault(place, "weights", expected, got))
    faults = _weight_faults(w, place)
    raise_all(faults + _value_faults(x[w > 0], place, lowest))
    return Sample(x[w > 0], w[w > 0])


def with_unknown(values: Numbers, weights: Numbers | None, *, place: str) -> Sample:
    """Return values, unknown ones as NaN, and their weights, zero ones kept; shape (n,).

    Raises
    ------
    DataFault
        All faults at once: lengths that differ, infinite values, weights that are unknown
        or negative.
    """
    x = numbers(values, place=place)
    w = _weights(weights, values, len(x), place)
    faults = []
    if len(w) != len(x):
        got = Said(f"{len(w)} 个", f"{len(w)}")
        faults.append(input_fault(place, "weights", Said(f"{len(x)} 个", f"{len(x)} weights"), got))
    if not (np.isfinite(w) & (w >= 0)).all():
        got = Said("未知或负的权重", "unknown or negative weights")
        faults.append(input_fault(place, "weights", Said("不小于零", "zero or more"), got))
    if np.isinf(x).any():
        expected = Said("有限值（先用 capped）", "finite values (use `capped` first)")
        n = int(np.isinf(x).sum())
        faults.append(input_fault(place, "values", expected, Said(f"{n} 个无穷", f"{n} infinite")))
    if faults:
        raise DataFault(faults)
    return Sample(x, w)


def known(values: Numbers, weights: Numbers | None = None, *, measure: str = "known") -> Known:
    """Return the rows whose value is known, and count the others.

    Examples
    --------
    >>> known([10.0, None, 30.0]).n_unknown
    1
    """
    place = f"equity.{measure}"
    x = numbers(values, place=place)
    w = _weights(weights, values, len(x), place)
    there = ~np.isnan(x)
    return Known(x[there], w[there], int((~there).sum()))


def capped(values: Numbers, ceiling: float) -> Capped:
    """Set what is above ``ceiling`` (also infinity: never reached) to it, and count it.

    Parameters
    ----------
    values
        Burdens such as walking time in s, shape (n,). Unknown values stay unknown.
    ceiling
        Declared by the caller's policy, in the unit of ``values``; a value equal to it
        counts as reached.

    Examples
    --------
    >>> capped([300.0, float("inf")], 1800.0).n_capped
    1
    """
    x = numbers(values, place="equity.capped")
    above = x > ceiling
    return Capped(np.where(above, ceiling, x), int(above.sum()))


def _weights(weights: Numbers | None, values: Any, n: int, place: str) -> FloatArray:
    if weights is None:
        return np.ones(n)
    return numbers(
        aligned(weights, values, place=place, column="weights"), place=place, column="weights"
    )


def _weight_faults(w: FloatArray, place: str) -> list[Fault]:
    if len(w) == 0:
        return []
    if not np.isfinite(w).all():
        n = int((~np.isfinite(w)).sum())
        got = Said(f"{n} 个未知或无穷", f"{n} unknown or infinite")
        return [input_fault(place, "weights", Said("有限的权重", "finite weights"), got)]
    if (w < 0).any():
        n = int((w < 0).sum())
        got = Said(f"{n} 个负数", f"{n} negative")
        return [input_fault(place, "weights", Said("不小于零", "zero or more"), got)]
    if not (w > 0).any():
        got = Said("全为零", "all zero")
        return [input_fault(place, "weights", Said("至少一个正数", "at least one above zero"), got)]
    return []


def _value_faults(x: FloatArray, place: str, lowest: float) -> list[Fault]:
    faults = []
    if len(x) == 0:
        expected = Said("至少一个值", "at least one value")
        faults.append(input_fault(place, "values", expected, Said("空表", "no rows")))
    if n := int(np.isnan(x).sum()):
        got = Said(f"{n} 个未知", f"{n} unknown")
        faults.append(
            input_fault(place, "values", Said("已知的值", "known values"), got, _SEPARATE)
        )
    if n := int(np.isinf(x).sum()):
        remedy = Said(
            "未到达者请用 capped 设为声明的上限并报告人数。",
            "Set the unreached to a declared ceiling with `capped` and report how many.",
        )
        got = Said(f"{n} 个无穷", f"{n} infinite")
        faults.append(input_fault(place, "values", Said("有限的值", "finite values"), got, remedy))
    if n := int((x < lowest).sum()):
        got = Said(f"{n} 个更小的值", f"{n} smaller values")
        expected = Said(f"不小于 {lowest:g}", f"{lowest:g} or more")
        remedy = Said(
            "此指标在其下无定义；可改报均值与差距。",
            "The measure is undefined below that; report mean and gap instead.",
        )
        faults.append(input_fault(place, "values", expected, got, remedy))
    return faults


def all_zero(measure: str) -> DataFault:
    """Return the fault that a relative measure of nothing but zeros is undefined."""
    expected = Said("均值大于零", "a mean above zero")
    remedy = Said(
        "零的分布没有相对不平等；请报告绝对差距。",
        "Nothing but zeros has no relative inequality; report the absolute gap.",
    )
    got = Said("全为零", "all zero")
    return DataFault(input_fault(f"equity.{measure}", "values", expected, got, remedy))


def _no_number() -> Said:
    return Said("不是数字的值", "a value that is no number")


def bad_number(measure: str, column: str, expected: Said, got: float) -> DataFault:
    """Return the fault that a parameter or value is out of its range."""
    shown = Said(f"{got:g}", f"{got:g}")
    return DataFault(input_fault(f"equity.{measure}", column, expected, shown))


def input_fault(
    place: str, column: str, expected: Said, got: Said, remedy: Said | None = None
) -> Fault:
    """Return a fault of a measure's input; ``place`` is the measure's word."""
    fix = remedy or Said("请更正输入。", "Correct the input.")
    return Fault(place=place, expected=expected, got=got, remedy=fix, column=column)
