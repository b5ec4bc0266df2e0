"""Say which household lacks whom, and why: a shortage is a row, never silence."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.governance.candidates import Able, sure
from renlin.governance.demand import Demand
from renlin.governance.matching import Match
from renlin.governance.roles import FIRST_ROLES, part_of

COLUMNS = (
    "household",
    "building",
    "entrance",
    "floor",
    "tier",
    "need",
    "carry",
    "helpers",
    "backup",
    "strong",
    "night",
    "day",
    "reason",
    "backup_reason",
)
PLACE_UNKNOWN, NO_WAY, NOBODY_STRONG = "place_unknown", "no_way_known", "nobody_strong"
NO_OTHER_BUILDING, NONE_FREE = "no_other_building", "none_free"


def shortages(wanted: Demand, may: Able, pairs: pd.DataFrame, found: Match) -> pd.DataFrame:
    """Return one row per household with too few helpers.

    Parameters
    ----------
    pairs
        Pairs kept and proposed: household, role, helper, night, day.
    found
        The choice, with what it could not meet.

    Returns
    -------
    ``helpers`` first helpers lacking (who can lift, where somebody must be carried),
    ``strong`` how many of them must be able to lift, ``backup`` backups lacking, ``night``
    and ``day`` 1 where somebody comes first but nobody who is surely there then,
    ``reason`` and ``backup_reason``: place_unknown, no_way_known, nobody_strong,
    no_other_building or none_free; empty where nothing is lacking.
    """
    table = wanted.households.copy()
    table["helpers"], table["backup"] = found.helpers, found.backup
    table["strong"] = np.where(table["carry"], table["helpers"], 0)
    table["night"] = found.night
    table["day"] = _nobody_by_day(wanted, pairs, found)
    table["reason"] = _reasons(wanted, may.first, found.helpers, NOBODY_STRONG)
    table["backup_reason"] = _reasons(wanted, may.backup, found.backup, NO_OTHER_BUILDING)
    lacking = table[["helpers", "backup", "night", "day"]].sum(axis=1) > 0
    return table.loc[lacking, list(COLUMNS)].reset_index(drop=True)


def _nobody_by_day(wanted: Demand, pairs: pd.DataFrame, found: Match) -> list[int]:
    """Return 1 for households of whose first helpers nobody is surely there by day."""
    comes = np.array([part_of(str(role)) in FIRST_ROLES for role in pairs["role"]], dtype=bool)
    first = pairs[comes]
    by_day = set(first.loc[sure(first["day"]), "household"])
    served = set(first["household"])
    return [
        int(need > 0 and lacking == 0 and home in served and home not in by_day)
        for home, need, lacking in zip(
            wanted.households["household"], wanted.households["need"], found.helpers, strict=True
        )
    ]


def _reasons(
    wanted: Demand,
    allowed: npt.NDArray[np.bool_],
    lacking: npt.NDArray[np.int64],
    otherwise: str,
) -> list[str]:
    """Return why each household lacks somebody, "" where it does not."""
    reached: npt.NDArray[np.bool_] = np.asarray(np.isfinite(wanted.time).any(axis=1))
    some: npt.NDArray[np.bool_] = np.asarray(allowed.any(axis=1))
    reasons = np.select(
        [lacking == 0, ~wanted.placed, ~reached, some],
        ["", PLACE_UNKNOWN, NO_WAY, NONE_FREE],
        otherwise,
    )
    return [str(reason) for reason in reasons]
