"""Say which statements are older than their field may be kept.

Source: 个人信息保护法 art. 19 (the shortest time needed); days per field are rows of the
field register.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd


def overdue(stated: pd.DataFrame, days: Mapping[str, float], day: pd.Timestamp) -> pd.Series:
    """Return which rows are past their retention on ``day``.

    Parameters
    ----------
    stated
        Columns field and observed_on; a row without a date has none to count from and is
        not overdue here: it is listed by :func:`undated`.
    days
        Field -> days it may be kept.
    """
    limit = stated["field"].map(days).astype("Float64")
    age = (day - stated["observed_on"]).dt.days.astype("Float64")
    gone: pd.Series = (age > limit).fillna(False).astype("bool")
    return gone


def undated(stated: pd.DataFrame) -> pd.Series:
    """Return which rows have no date to count from."""
    return stated["observed_on"].isna()


def summary(stated: pd.DataFrame, gone: pd.Series) -> pd.DataFrame:
    """Return the rows to delete by table and field: counts and oldest day, no values.

    Parameters
    ----------
    stated
        Columns table, field, observed_on.
    gone
        As :func:`overdue` returns.

    Returns
    -------
    Columns table, field, n, oldest.
    """
    grouped = stated[gone].groupby(["table", "field"])["observed_on"]
    made = grouped.agg(n="size", oldest="min").reset_index()
    return made.sort_values(["table", "field"], kind="stable").reset_index(drop=True)
