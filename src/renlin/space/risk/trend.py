"""Look at the same place as it was known on earlier dates (趋势研判).

A risk that rises because somebody looked for the first time has not risen: what was newly
looked at is kept apart from what changed where it had been looked at before.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.space.risk.surface import by_family

Floats = npt.NDArray[np.float64]
COLUMNS = (
    "building",
    "day",
    "risk",
    "low",
    "high",
    "quality",
    "n_open",
    "change",
    "newly_seen",
    "like_for_like",
    "change_low",
    "change_high",
    "verdict",
)
RISING, FALLING, STEADY, UNDECIDED = "rising", "falling", "steady", "undecided"
PLACE = ["building", "place_table", "place", "kind"]
SIDES = ("risk", "rates_low", "rates_high")


def dates(survey: pd.Timestamp, *, n: int, step: float) -> list[pd.Timestamp]:
    """Return ``n`` dates ending with ``survey``, ``step`` days apart, earliest first."""
    return [survey - pd.Timedelta(days=step * k) for k in range(n - 1, -1, -1)]


def months(first: pd.Timestamp, last: pd.Timestamp) -> list[pd.Timestamp]:
    """Return the ends of all months from ``first`` on that ``last`` has seen whole."""
    return list(pd.date_range(first, last, freq="ME"))


def trend(
    known: Mapping[pd.Timestamp, pd.DataFrame],
    buildings: pd.DataFrame,
    stock: pd.DataFrame,
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Return the risk of every building as it was known on each day, and what changed.

    Parameters
    ----------
    known
        Day -> what was known then, by building
        (:func:`renlin.space.risk.inspections.by_building`); earliest first.

    Returns
    -------
    Columns of ``COLUMNS``, by building and day; risks per hundred residents and year.
    ``change`` is against the day before, NaN where either is unknown; it is the sum of
    ``newly_seen`` (places and kinds looked at for the first time) and ``like_for_like``
    (all others). ``change_low`` and ``change_high`` bound ``like_for_like`` under the
    bounds of the catalogue's rates. ``verdict`` goes by them: ``rising`` where both lie
    above 0, ``falling`` where both lie below, ``steady`` where both are 0, else
    ``undecided``, as on the first day and where a risk is not known.
    """
    parts = []
    before: pd.DataFrame | None = None
    then: pd.DataFrame | None = None
    for day, found in known.items():
        now = _whole(buildings, found, stock, catalogue)
        row = _told(now, day)
        if before is not None and then is not None:
            again = found.merge(then[PLACE].drop_duplicates(), on=PLACE)
            row = _compared(row, now, before, _whole(buildings, again, stock, catalogue))
        parts.append(row)
        before, then = now, found
    table = pd.concat(parts, ignore_index=True).sort_values(["building", "day"])
    return table[list(COLUMNS)].reset_index(drop=True)


def _whole(
    buildings: pd.DataFrame, found: pd.DataFrame, stock: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    long = by_family(buildings, found, stock, catalogue)
    return long[long["family"] == "all"].set_index("building")


def _told(now: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    row = now[["low", "high", "quality", "n_open"]].copy()
    row["risk"] = now["risk"].where(now["inspected"].astype(bool))
    for column in ("change", "newly_seen", "like_for_like", "change_low", "change_high"):
        row[column] = np.nan
    return row.assign(day=day, verdict=UNDECIDED).reset_index()


def _compared(
    row: pd.DataFrame, now: pd.DataFrame, before: pd.DataFrame, again: pd.DataFrame
) -> pd.DataFrame:
    """Return the row with its change against the day before, split and bounded."""
    both = (now["inspected"] & before["inspected"]).to_numpy(dtype=bool)
    moved = np.stack([(again[side] - before[side]).to_numpy(dtype=float) for side in SIDES])
    moved = np.where(np.abs(moved) < _noise(now, before), 0.0, moved)
    row["like_for_like"] = np.where(both, moved[0], np.nan)
    row["newly_seen"] = np.where(both, (now["risk"] - again["risk"]).to_numpy(), np.nan)
    row["change"] = row["like_for_like"] + row["newly_seen"]
    row["change_low"] = np.where(both, moved.min(axis=0), np.nan)
    row["change_high"] = np.where(both, moved.max(axis=0), np.nan)
    low, high = row["change_low"], row["change_high"]
    told = [low > 0, high < 0, (low == 0) & (high == 0)]
    row["verdict"] = np.select(told, [RISING, FALLING, STEADY], UNDECIDED)
    return row


def _noise(now: pd.DataFrame, before: pd.DataFrame) -> Floats:
    """Return below what a difference is a rounding of sums, per building."""
    size = np.maximum(now["rates_high"].to_numpy(), before["rates_high"].to_numpy())
    noise: Floats = 1e-9 * np.maximum(size, 1e-9)
    return noise
