"""Read what registers say into the values of an indicator, and hold conditions against them.

A word the catalogue does not know is not guessed: it is unknown, and marked so that a
person can correct the register or teach the catalogue the word.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.models import Answer, Condition, Indicator
from renlin.errors import CatalogueFault, Fault, Said, did_you_mean

BoolArray = npt.NDArray[np.bool_]
WITHDRAWN = "withdrawn"
"""Value of a fact whose consent was withdrawn: unknown in every rule."""
NOT_CONSENTED = "not_consented"
"""Value of a fact nobody consented to where a ledger is kept: unknown in every rule too."""
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


class Told(NamedTuple):
    """Kleene truth of a claim for every row, shape (n,): surely so, and surely not."""

    yes: BoolArray
    no: BoolArray

    @property
    def unknown(self) -> BoolArray:
        """Return where neither is known."""
        return ~(self.yes | self.no)


def read_word(text: str, indicator: Indicator, answers: Mapping[str, Answer]) -> str | None:
    """Return the value that ``text`` stands for, as canonical text.

    Parameters
    ----------
    text
        Word of a register or a value already canonical.
    indicator
        Its ``values`` translate words; then ``true``/``false`` (boolean), a number within
        its bounds (level, number) or one of its levels (category) is understood.
    answers
        Words that say "not known".

    Returns
    -------
    Canonical text; ``""`` when the word says unknown; None when it cannot be read.
    """
    word = text.strip()
    plain = indicator.values.get(word, word)
    if plain == "unknown" or (plain in answers and answers[plain].value == "unknown"):
        return ""
    if indicator.kind == "boolean":
        return plain if plain in ("true", "false") else None
    if indicator.kind == "category":
        return plain if not indicator.levels or plain in indicator.levels else None
    return _number(plain, indicator)


def _number(plain: str, indicator: Indicator) -> str | None:
    if plain in indicator.levels and indicator.low is not None:
        return f"{indicator.low + indicator.levels.index(plain):g}"
    try:
        value = float(plain)
    except ValueError:
        return None
    low = -np.inf if indicator.low is None else indicator.low
    high = np.inf if indicator.high is None else indicator.high
    whole = indicator.kind != "level" or value.is_integer()
    return f"{value:.10g}" if low <= value <= high and whole else None


def typed(texts: npt.NDArray[np.object_], indicator: Indicator) -> pd.Series:
    """Return canonical ``texts`` (None = unknown) in the type of the indicator.

    Booleans are nullable ``boolean``, levels ``Int64``, numbers ``Float64``, categories text.
    """
    unknown = pd.isna(texts)
    if indicator.kind == "boolean":
        yes = np.asarray(texts == "true", dtype=bool)
        return pd.Series(pd.arrays.BooleanArray(yes, unknown))
    if indicator.kind == "category":
        return pd.Series(texts, dtype="str")
    numbers = np.where(unknown, "0", texts).astype(np.float64)
    if indicator.kind == "level":
        return pd.Series(pd.arrays.IntegerArray(numbers.astype(np.int64), unknown))
    return pd.Series(pd.arrays.FloatingArray(numbers, unknown))


def compare(table: pd.DataFrame, condition: Condition) -> Told:
    """Return the truth of one condition of the catalogue for every row of ``table``.

    Raises
    ------
    CatalogueFault
        When the condition names a column the table does not have.
    """
    if condition.indicator not in table:
        raise CatalogueFault(
            Fault(
                "indicators.toml",
                Said("目录里的指标", "an indicator of the catalogue"),
                Said(condition.indicator, condition.indicator),
                did_you_mean(condition.indicator, map(str, table.columns)),
            )
        )
    column = table[condition.indicator]
    known = column.notna().to_numpy(dtype=bool)
    if isinstance(condition.value, list):
        holds = column.isin(condition.value).to_numpy(dtype=bool)
    elif pd.api.types.is_bool_dtype(column.dtype):
        holds = _COMPARE[condition.op](column.to_numpy(dtype=bool, na_value=False), condition.value)
    elif pd.api.types.is_numeric_dtype(column.dtype):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        holds = _COMPARE[condition.op](numbers, condition.value)
    else:
        words = np.where(known, column.to_numpy(dtype=object), condition.value)
        holds = _COMPARE[condition.op](words, condition.value)
    found = np.asarray(holds, dtype=bool) & known
    return Told(found, known & ~found)


def counts_as_risk(indicator: Indicator, value: str) -> bool:
    """Return whether the canonical ``value`` counts as a risk by the indicator itself."""
    own = [one for one in indicator.risk_when if one.indicator == indicator.code]
    plain = plain_value(value, indicator)
    return bool(own) and all(_holds(one, plain) for one in own)


def plain_value(value: str, indicator: Indicator) -> bool | float | str:
    """Return the canonical ``value`` as a boolean, a number or a word."""
    if indicator.kind == "boolean":
        return value == "true"
    return value if indicator.kind == "category" else float(value)


def _holds(condition: Condition, value: bool | float | str) -> bool:
    if isinstance(condition.value, list):
        return value in condition.value
    return bool(_COMPARE[condition.op](value, condition.value))


def all_of(table: pd.DataFrame, conditions: Sequence[Condition]) -> Told:
    """Return where every condition holds; of none: everywhere."""
    parts = [compare(table, one) for one in conditions]
    yes = np.ones(len(table), dtype=bool)
    no = np.zeros(len(table), dtype=bool)
    for part in parts:
        yes, no = yes & part.yes, no | part.no
    return Told(yes, no)


def any_list(table: pd.DataFrame, lists: Sequence[Sequence[Condition]]) -> Told:
    """Return where one of the lists holds whole; of none: nowhere."""
    yes = np.zeros(len(table), dtype=bool)
    no = np.ones(len(table), dtype=bool)
    for part in (all_of(table, conditions) for conditions in lists):
        yes, no = yes | part.yes, no & part.no
    return Told(yes, no)


def applies(table: pd.DataFrame, indicator: Indicator) -> Told:
    """Return to whom an indicator applies: everybody unless the catalogue limits it."""
    if not indicator.applies_when:
        return all_of(table, ())
    return any_list(table, indicator.applies_when)
