"""Forecast the known risk of each building some months on, and score it on months held back.

Four simple forecasts compete: persistence (as it is now), the mean of the months behind,
the seasonal mean (change since this month of the years before) and a damped drift. The
one with the least error on the months before those held back is used, and then scored on
the latter, which it has not seen. Where it does no better than persistence, it is said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Method = Callable[[Floats, int], Floats]

YEAR = 12  # months
LEAST_DATES = 3
"""Dates of inspection below which nothing is forecast (space reference §1: 趋势研判)."""
PERSISTENCE = "persistence"
FORECASTS = (
    "building",
    "month",
    "horizon",
    "method",
    "value",
    "low",
    "high",
    "n_dates",
    "state",
)
SCORES = (
    "horizon",
    "method",
    "chosen",
    "n",
    "error",
    "persistence_error",
    "skill",
    "coverage",
    "level",
    "verdict",
)
BETTER, NO_BETTER, NOT_SCORED = "better", "no_better", "not_scored"
FORECAST, TOO_FEW, UNKNOWN = "forecast", "too_few_dates", "unknown"


@dataclass(frozen=True)
class Plan:
    """Value choices of the forecast.

    Attributes
    ----------
    horizons
        Months ahead.
    held
        Last months that score and are never learnt from.
    level
        Share of later values the interval is meant to hold, 0-1.
    """

    horizons: tuple[int, ...]
    held: int
    level: float


def persistence(series: Floats, _ahead: int = 1) -> Floats:
    """Return the last value of each row, shape (n,)."""
    return series[:, -1]


def mean(series: Floats, _ahead: int = 1) -> Floats:
    """Return the mean of the known values of each row."""
    counted = np.isfinite(series).sum(axis=1)
    total = np.nansum(series, axis=1)
    told: Floats = np.where(counted > 0, total / np.maximum(counted, 1), np.nan)
    return told


def seasonal(series: Floats, ahead: int) -> Floats:
    """Return the last value plus the mean change over the same months of earlier years, from 0."""
    n = series.shape[1]
    starts = np.arange(n - 1 - YEAR, -1, -YEAR)
    starts = starts[starts + ahead < n]
    if len(starts) == 0:
        return np.full(len(series), np.nan)
    moved = series[:, starts + ahead] - series[:, starts]
    return np.maximum(series[:, -1] + np.nan_to_num(mean(moved), nan=0.0), 0.0)


def drift(series: Floats, ahead: int) -> Floats:
    """Return the last value plus half the mean monthly change of the last year, ahead times."""
    back = series[:, -min(series.shape[1], YEAR + 1) :]
    if back.shape[1] < 2:
        return series[:, -1]
    moved = np.nan_to_num(mean(np.diff(back, axis=1)), nan=0.0)
    return np.maximum(series[:, -1] + 0.5 * ahead * moved, 0.0)


METHODS: dict[str, Method] = {
    PERSISTENCE: persistence,
    "mean": mean,
    "seasonal": seasonal,
    "drift": drift,
}


def forecast(series: pd.DataFrame, n_dates: pd.Series, plan: Plan) -> pd.DataFrame:
    """Return the forecast of each building at each horizon.

    Parameters
    ----------
    series
        Known risk, one row per building, one column per month end, earliest first; NaN
        where it was not known.
    n_dates
        Building -> different dates on which it was inspected.

    Returns
    -------
    Columns of ``FORECASTS``. ``low`` and ``high`` should hold the ``level`` share of the
    buildings of a month not seen, judged by all earlier months. ``state`` is
    ``too_few_dates`` below ``LEAST_DATES``, and ``unknown`` where the risk is not known or
    there are too few months to learn from; the values are NaN there.
    """
    values = series.to_numpy(dtype=np.float64)
    counted = n_dates.reindex(series.index).fillna(0).to_numpy(dtype=np.int64)
    last = pd.Timestamp(series.columns[-1]) if series.shape[1] else pd.NaT
    parts = []
    for ahead in plan.horizons:
        errors = {m: _errors(values, m, ahead, _ends(values, ahead, 0)) for m in METHODS}
        method = _best(errors)
        told = METHODS[method](values, ahead) if values.shape[1] else np.full(len(values), np.nan)
        band = _band(errors[method], plan.level)
        state = np.where(counted < LEAST_DATES, TOO_FEW, FORECAST)
        state = np.where(
            (state == FORECAST) & ~(np.isfinite(told) & np.isfinite(band)), UNKNOWN, state
        )
        told = np.where(state == FORECAST, told, np.nan)
        parts.append(
            pd.DataFrame(
                {
                    "building": series.index,
                    "month": last + pd.offsets.MonthEnd(ahead),
                    "horizon": ahead,
                    "method": method,
                    "value": told,
                    "low": np.maximum(told - band, 0.0),
                    "high": told + band,
                    "n_dates": counted,
                    "state": state,
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)[list(FORECASTS)]
    return table.sort_values(["building", "horizon"]).reset_index(drop=True)


def score(series: pd.DataFrame, n_dates: pd.Series, plan: Plan) -> pd.DataFrame:
    """Return how every method did on the months held back, at each horizon.

    The method is chosen, and its interval made, from the months before those held back
    alone. ``error`` is the mean absolute error; ``skill`` is ``1 - error /
    persistence_error`` (0 is no better, NaN where persistence made no error);
    ``coverage`` the share of held-back values within the interval.

    Returns
    -------
    Columns of ``SCORES``, by horizon and method. ``verdict`` of the chosen one: ``better``
    than persistence, ``no_better``, or ``not_scored`` where no month was held back.
    """
    enough = n_dates.reindex(series.index).fillna(0) >= LEAST_DATES
    values = series[enough.to_numpy()].to_numpy(dtype=np.float64)
    rows = []
    for ahead in plan.horizons:
        early = values[:, : max(values.shape[1] - plan.held, 0)]
        learnt = {m: _errors(early, m, ahead, _ends(early, ahead, 0)) for m in METHODS}
        chosen = _best(learnt)
        ends = _ends(values, ahead, early.shape[1])
        late = {m: _errors(values, m, ahead, ends) for m in METHODS}
        base = _size(late[PERSISTENCE])
        rows += [
            _scored(m, ahead, m == chosen, late[m], base, _band(learnt[m], plan.level), plan)
            for m in METHODS
        ]
    return pd.DataFrame(rows, columns=list(SCORES))


def _scored(
    method: str, ahead: int, chosen: bool, late: Floats, base: float, band: float, plan: Plan
) -> dict[str, object]:
    known = late[np.isfinite(late)]
    error = _size(late)
    skill = 1.0 - error / base if base > 0 else float("nan")
    verdict = NOT_SCORED if len(known) == 0 else BETTER if skill > 0 else NO_BETTER
    inside = float((np.abs(known) <= band).mean()) if len(known) else float("nan")
    return {
        "horizon": ahead,
        "method": method,
        "chosen": chosen,
        "n": len(known),
        "error": error,
        "persistence_error": base,
        "skill": skill,
        "coverage": inside if np.isfinite(band) else float("nan"),
        "level": plan.level,
        "verdict": verdict,
    }


def _ends(values: Floats, ahead: int, first: int) -> list[int]:
    """Return the months to forecast from, such that the month forecast is ``first`` or later.

    Nothing is forecast from fewer than three months.
    """
    return [t for t in range(LEAST_DATES, values.shape[1] - ahead + 1) if t + ahead - 1 >= first]


def _errors(values: Floats, method: str, ahead: int, ends: list[int]) -> Floats:
    """Return value minus forecast, shape (n, len(ends)); the forecast saw ``[:, :end]``."""
    if not ends:
        return np.empty((len(values), 0))
    made = [values[:, t + ahead - 1] - METHODS[method](values[:, :t], ahead) for t in ends]
    return np.stack(made, axis=1)


def _size(errors: Floats) -> float:
    known = errors[np.isfinite(errors)]
    return float(np.abs(known).mean()) if len(known) else float("nan")


def _best(errors: dict[str, Floats]) -> str:
    """Return the method of least error where all can be compared; persistence wins ties."""
    common = np.isfinite(np.stack(list(errors.values()))).all(axis=0)
    if not common.any():
        common = np.isfinite(errors[PERSISTENCE])
    sizes = {m: _size(np.where(common, e, np.nan)) for m, e in errors.items()}
    told = {m: s for m, s in sizes.items() if np.isfinite(s)}
    return min(told, key=lambda m: told[m]) if told else PERSISTENCE


def _band(errors: Floats, level: float) -> float:
    """Return the half-width that should hold the ``level`` share of a month not seen.

    One round of inspections moves many buildings at once, so months are what repeats, not
    buildings: in each month the half-width that held the ``level`` share of its errors, of
    those the ``ceil((m + 1) level)``-th smallest of m, the largest where there are too few.

    Source: papadopoulos2002 (split conformal prediction), months as its cases.
    """
    sizes = np.abs(errors[:, np.isfinite(errors).any(axis=0)])
    if not sizes.size:
        return float("nan")
    held = np.sort(np.nanquantile(sizes, level, axis=0, method="higher"))
    rank = min(int(np.ceil((len(held) + 1) * level)), len(held))
    return float(held[rank - 1])
