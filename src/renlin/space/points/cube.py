"""Count who is where at which hour, and who of them is uncovered or at risk: the cube.

Rows are place, hour and group. A place is a building, ``outdoors`` (in a space of the
community), ``away``, or ``unplaced`` (at home, nobody knows where). Persons are expected
numbers, by the share of each group at home at the hour; over all places of an hour they add
up to the residents of the group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from renlin.catalogue.models import Value
from renlin.space.access.hours import HOURS, Day, share_at_home
from renlin.space.access.states import NOT_COVERED, UNKNOWN

OUTDOORS, AWAY, UNPLACED = "outdoors", "away", "unplaced"
COLUMNS = (
    "place",
    "hour",
    "display",
    "residents",
    "present",
    "present_low",
    "present_high",
    "uncovered",
    "unknown",
    "at_risk",
)


@dataclass(frozen=True)
class Rates:
    """Where people are by hour.

    Attributes
    ----------
    presence
        Share at home by (group, hour).
    outdoors
        Of those not at home by day and who walk without help, the share outdoors here.
    asleep
        Hours at which nobody is outdoors.
    """

    presence: Mapping[tuple[str, int], Value]
    outdoors: float
    asleep: frozenset[int]


def cube(people: pd.DataFrame, day: Day, high_risk: pd.Series, rates: Rates) -> pd.DataFrame:
    """Return persons by place, hour and group.

    Parameters
    ----------
    people
        person, display, building (missing where not known), walks_alone.
    high_risk
        Building -> whether its risk is high; missing where the risk is not known.

    Returns
    -------
    Columns of ``COLUMNS``: ``residents`` live there; ``present`` with bounds, of them
    ``uncovered`` for at least one service at the hour, ``unknown`` for one and surely
    uncovered for none, and ``at_risk``, in a building of high risk (NaN where that is not
    known). NaN where a group has no rate. Places where nobody of a group lives have no row.
    """
    homes = people.assign(building=people["building"].astype("object").fillna(UNPLACED))
    parts = []
    for hours, states in _moments(day):
        counted = _counted(homes, states)
        parts += [_at(counted, hour, high_risk, rates) for hour in hours]
        parts += [_elsewhere(homes, hour, rates) for hour in hours]
    if not parts or len(people) == 0:
        return pd.DataFrame({column: pd.Series(dtype="object") for column in COLUMNS})
    table = pd.concat(parts, ignore_index=True)[list(COLUMNS)]
    return table.sort_values(["place", "hour", "display"]).reset_index(drop=True)


def _moments(day: Day) -> list[tuple[list[int], pd.DataFrame]]:
    """Return hours that share all states, with person and the worst of their states."""
    kinds = sorted({kind for kind, _ in day.pattern})
    alike: dict[tuple[int, ...], list[int]] = {}
    for hour in HOURS:
        alike.setdefault(tuple(day.pattern[kind, hour] for kind in kinds), []).append(hour)
    found = []
    for firsts, hours in alike.items():
        own = [
            day.states[(day.states["service"] == kind) & (day.states["pattern"] == first)]
            for kind, first in zip(kinds, firsts, strict=True)
        ]
        rows = pd.concat(own) if own else day.states
        missed = set(rows.loc[rows["state"] == NOT_COVERED, "person"])
        unsure = set(rows.loc[rows["state"] == UNKNOWN, "person"]) - missed
        told = pd.DataFrame({"person": [*missed, *unsure]}, dtype="object")
        states = told.assign(state=[NOT_COVERED] * len(missed) + [UNKNOWN] * len(unsure))
        found.append((hours, states))
    return found


def _counted(homes: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    state = homes["person"].map(states.set_index("person")["state"])
    marked = homes.assign(n_uncovered=state == NOT_COVERED, n_unknown=state == UNKNOWN, residents=1)
    keys = ["building", "display"]
    return marked.groupby(keys)[["residents", "n_uncovered", "n_unknown"]].sum().reset_index()


def _at(counted: pd.DataFrame, hour: int, high_risk: pd.Series, rates: Rates) -> pd.DataFrame:
    """Return who is at home at an hour."""
    share = _shares(counted["display"], hour, rates)
    present = counted["residents"] * share["value"]
    risky = counted["building"].map(high_risk).astype("object")
    unknown = risky.isna()
    return pd.DataFrame(
        {
            "place": counted["building"],
            "hour": hour,
            "display": counted["display"],
            "residents": counted["residents"],
            "present": present,
            "present_low": counted["residents"] * share["low"],
            "present_high": counted["residents"] * share["high"],
            "uncovered": counted["n_uncovered"] * share["value"],
            "unknown": counted["n_unknown"] * share["value"],
            "at_risk": (present * risky.fillna(False).astype("float64")).mask(unknown),
        }
    )


def _elsewhere(homes: pd.DataFrame, hour: int, rates: Rates) -> pd.DataFrame:
    """Return who is outdoors and who is away at an hour."""
    counted = homes.groupby("display")["walks_alone"].agg(["size", "sum"]).reset_index()
    share = _shares(counted["display"], hour, rates)
    outside = 0.0 if hour in rates.asleep else rates.outdoors
    parts = []
    for place in (OUTDOORS, AWAY):
        whole = {bound: counted["size"] * (1.0 - share[bound]) for bound in share}
        out = {bound: counted["sum"] * (1.0 - share[bound]) * outside for bound in share}
        here = out if place == OUTDOORS else {b: whole[b] - out[b] for b in share}
        table = pd.DataFrame(
            {
                "place": place,
                "hour": hour,
                "display": counted["display"],
                "residents": 0,
                "present": here["value"],
                "present_low": here["high"],
                "present_high": here["low"],
            }
        )
        parts.append(table.assign(uncovered=np.nan, unknown=np.nan, at_risk=np.nan))
    return pd.concat(parts)


def _shares(display: pd.Series, hour: int, rates: Rates) -> dict[str, pd.Series]:
    """Return the share at home of each row, with bounds."""
    found = {str(one): share_at_home(rates.presence, str(one), hour) for one in display.unique()}
    names = ("value", "low", "high")
    return {
        name: display.map({one: bounds[number] for one, bounds in found.items()})
        for number, name in enumerate(names)
    }
