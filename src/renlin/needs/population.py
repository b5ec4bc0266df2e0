"""Count who is there by day and by night, and keep who came, who left and how old a record is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from renlin.catalogue.models import Value
from renlin.needs.records import register_row, seen

HOURS: Mapping[str, tuple[int, ...]] = {
    "day": tuple(range(6, 22)),
    "night": (22, 23, 0, 1, 2, 3, 4, 5),
}
"""Hours of each period; the night of the tables of helpers and duties, 22:00-06:00."""
ALL = "all"


def population(
    profiles: pd.DataFrame,
    records: pd.DataFrame,
    presence: Mapping[tuple[str, int], Value],
) -> pd.DataFrame:
    """Return the residents expected at home by period and display group, with bounds.

    ``persons`` is the sum of the presence share of each resident's group, averaged over
    the hours of the period. The upper bound counts everybody at the upper share; the
    lower bound leaves out whose record is stale or who is unregistered with no fresh
    record, at the lower share. A group without presence rates has 0 to all of its
    residents, and its expectation is not known.

    Parameters
    ----------
    profiles
        Columns person, display, display_possible.
    records
        As :func:`records_of` returns: columns person, stale.
    presence
        Share at home by (group, hour).

    Returns
    -------
    Columns ``period``, ``display`` (``all`` too), ``n`` (residents on record), ``persons``,
    ``low``, ``high``, ``n_unknown`` (residents whose record is stale), ``n_undecided``
    (residents who may belong to another group).
    """
    people = profiles[["person", "display", "display_possible"]].merge(
        records[["person", "stale"]], on="person", how="left"
    )
    rows = []
    for period, hours in HOURS.items():
        parts = [
            _row(period, str(display), part, _share(str(display), hours, presence))
            for display, part in people.groupby("display")
        ]
        rows += [*parts, _sum(period, parts)]
    columns = ["period", "display", "n", "persons", "low", "high", "n_unknown", "n_undecided"]
    return pd.DataFrame(rows, columns=columns)


def _share(
    display: str, hours: tuple[int, ...], presence: Mapping[tuple[str, int], Value]
) -> tuple[float, float, float]:
    values = [presence[display, hour] for hour in hours if (display, hour) in presence]
    if len(values) < len(hours):
        return float("nan"), 0.0, 1.0
    low = [value.value if value.low is None else value.low for value in values]
    high = [value.value if value.high is None else value.high for value in values]
    return (
        float(np.mean([value.value for value in values])),
        float(np.mean(low)),
        float(np.mean(high)),
    )


def _row(
    period: str, display: str, part: pd.DataFrame, share: tuple[float, float, float]
) -> dict[str, object]:
    stale = int(part["stale"].sum())
    other = part["display_possible"].map(lambda names: set(names.split(";")) - {display, ""})
    return {
        "period": period,
        "display": display,
        "n": len(part),
        "persons": len(part) * share[0],
        "low": (len(part) - stale) * share[1],
        "high": len(part) * share[2],
        "n_unknown": stale,
        "n_undecided": int(other.map(bool).sum()),
    }


def _sum(period: str, parts: list[dict[str, object]]) -> dict[str, object]:
    table = pd.DataFrame(parts, columns=["n", "persons", "low", "high", "n_unknown", "n_undecided"])
    return {
        "period": period,
        "display": ALL,
        "n": int(table["n"].sum()),
        "persons": float(table["persons"].sum(skipna=False)) if parts else 0.0,
        "low": float(table["low"].sum()),
        "high": float(table["high"].sum()),
        "n_unknown": int(table["n_unknown"].sum()),
        "n_undecided": int(table["n_undecided"].sum()),
    }


def records_of(
    place: Mapping[str, pd.DataFrame], day: pd.Timestamp, fresh_days: float
) -> pd.DataFrame:
    """Return the history of every resident ever on record: nobody vanishes.

    ``state``: ``present``, ``left`` (before the survey date) or ``expected`` (arrives
    after it). ``stale`` when nobody has seen the record for longer than ``fresh_days``, or
    it carries no date at all.

    Parameters
    ----------
    place
        Tables persons, households and links.

    Returns
    -------
    Columns ``person``, ``household``, ``origin``, ``household_origin``, ``since``,
    ``until``, ``seen_on``, ``record_days`` (missing without any date), ``stale``, ``state``,
    ``file`` and ``row`` (the first register row the resident was linked to, else the layer).
    """
    persons, households = place["persons"], place["households"]
    made = persons[["person", "household", "origin", "since", "until", "seen_on"]].copy()
    origin = households.set_index("household")["origin"]
    made["household_origin"] = made["household"].map(origin)
    checked = seen(persons)
    made["record_days"] = (day - checked).dt.days.astype("Int64")
    made["stale"] = (made["record_days"] > fresh_days).fillna(True).astype(bool)
    left = (made["until"] < day).to_numpy(dtype=bool)
    later = (made["since"] > day).to_numpy(dtype=bool)
    made["state"] = pd.Series(
        np.select([left, later], ["left", "expected"], "present"), index=made.index, dtype="str"
    )
    columns = ["person", "household", "origin", "household_origin", "since", "until", "seen_on",
               "record_days", "stale", "state", "file", "row"]  # fmt: skip
    made["subject"], made["subject_table"] = made["person"], "persons"
    return register_row(made, place)[columns].reset_index(drop=True)
