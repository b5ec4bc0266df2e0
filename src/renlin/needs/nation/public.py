"""Say which counts of a country may be shown, and write those.

Small cells are hidden first; then others, the smallest ones, until whoever knows every
shown cell and every total can place a hidden one only within a wide enough range. Districts
add up to cities and cities to the country and nothing else adds up, so the range is known
without solving anything: hidden parts of one known sum may each be anything from none of
what the sum leaves open to all of it, as soon as there are two. Source: Hundepool et al.
2012, ch. 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.community.spreadsheet import guarded
from renlin.community.staging import staged
from renlin.needs.nation.aggregates import COUNTS, SIDES
from renlin.needs.nation.district import store
from renlin.needs.nation.residents import MEASURES
from renlin.needs.nation.run import Nation
from renlin.privacy.publishing import Limits

AREAS = {"districts": ["city", "district"], "cities": ["city"], "nation": []}
SHOWN = tuple(c for c in COUNTS if not c.endswith("_sum") and c[2:] not in MEASURES)
MEANS = tuple(f"{name}{side}" for name in MEASURES for side in SIDES)
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def publish(found: Nation, folder: Path, limits: Limits) -> Mapping[str, pd.DataFrame]:
    """Write the tables of districts, cities and the country as they may be shown.

    Returns
    -------
    ``districts``, ``cities``, ``nation``: counts, missing where hidden; means, missing where
    the number of residents is; ``hidden``, whether anything of the row is. Each is written
    to ``folder`` as CSV and as Parquet, all or none.
    """
    tables = public(found.districts, found.cities, found.nation, limits)
    with staged(folder) as fresh:
        for name, table in tables.items():
            table.map(guarded).to_csv(fresh / f"{name}.csv", index=False, lineterminator="\n")
            store(table, fresh / f"{name}.parquet")
    return tables


def public(
    districts: pd.DataFrame, cities: pd.DataFrame, nation: pd.DataFrame, limits: Limits
) -> dict[str, pd.DataFrame]:
    """Return the three tables with hidden counts missing.

    Parameters
    ----------
    districts, cities, nation
        As :func:`renlin.needs.nation.run.judge` gives them.
    """
    given = dict(zip(AREAS, (districts, cities, nation), strict=True))
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in AREAS}
    for group in nation["group"]:
        mine = {
            name: table[table["group"] == group].reset_index(drop=True)
            for name, table in given.items()
        }
        for name, table in _one_group(mine, limits).items():
            parts[name].append(table)
    made = {}
    for name, keys in AREAS.items():
        whole = pd.concat(parts[name], ignore_index=True)
        made[name] = whole.sort_values([*keys, "group"], kind="stable").reset_index(drop=True)
    return made


def _one_group(mine: Mapping[str, pd.DataFrame], limits: Limits) -> dict[str, pd.DataFrame]:
    names = mine["cities"]["city"].tolist()
    within = mine["districts"]["city"].map(names.index).to_numpy(dtype=np.int64)
    homes = {name: _homes(table) for name, table in mine.items()}
    made = {name: table[[*AREAS[name], "group"]].copy() for name, table in mine.items()}
    for column in SHOWN:
        values = {name: _whole(table[column]) for name, table in mine.items()}
        small = {
            name: limits.small(
                cells.astype(np.float64),
                homes[name] if column == "n" else np.full(len(cells), np.inf),
            )
            for name, cells in values.items()
        }
        if column == "n_households":
            small = {name: (v > 0) & (v < limits.households) for name, v in values.items()}
        hidden = hidden_of(values["districts"], within, small, limits.width)
        for name, table in mine.items():
            made[name][column] = table[column].astype("Int64").mask(hidden[name])
    for name, table in mine.items():
        dark = made[name]["n"].isna().to_numpy()
        for mean in MEANS:
            made[name][mean] = table[mean].mask(dark)
        told = [c for c in SHOWN if mine[name][c].notna().all()]
        made[name]["hidden"] = made[name][told].isna().any(axis=1).to_numpy(dtype=bool)
    return made


def hidden_of(
    values: Ints, within: Ints, small: Mapping[str, Bools], width: float
) -> dict[str, Bools]:
    """Return which districts, which cities and whether the country to hide.

    Parameters
    ----------
    values, within
        Count of each district and place of its city, shape (n_districts,).
    small
        ``districts``, ``cities`` and ``nation`` (one cell): cells too small to be shown.
    width
        Range that must stay open for every hidden cell.
    """
    low, middle, top = (small[name].copy() for name in AREAS)
    totals = np.bincount(within, values, len(middle)).astype(np.int64)
    if top.any() and not middle.any():
        middle[_least(totals, ~middle)] = True
    while True:
        for city in range(len(middle)):
            middle[city] |= _protected(low, values, within == city, bool(middle[city]), width)
        if top.any() or not middle.any():
            break
        slack = values[low & middle[within]].sum()
        if middle.sum() >= 2 and slack >= width:
            break
        if middle.all():
            top[:] = True
        else:
            middle[_least(totals, ~middle)] = True
    return {"districts": low, "cities": middle, "nation": top}


def _protected(low: Bools, values: Ints, mine: Bools, dark: bool, width: float) -> bool:
    """Hide districts of one city until they protect each other; tell whether it must go too.

    ``low`` is changed. A city that is hidden needs one hidden district, or their sum would
    give it away.
    """
    while True:
        inside = low & mine
        if dark and inside.any():
            return True
        if not dark and (not inside.any() or (inside.sum() >= 2 and values[inside].sum() >= width)):
            return False
        if inside.sum() == mine.sum():
            return True
        low[_least(values, mine & ~low)] = True


def _least(values: Ints, where: Bools) -> int:
    """Return the place of the smallest value there, the first of equal ones."""
    at = np.flatnonzero(where)
    return int(at[np.argmin(values[at])])


def _homes(table: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return the households of each cell; where nobody counted them they hide nothing."""
    homes = table["n_households"].astype("Float64")
    return np.asarray(homes.to_numpy(dtype=np.float64, na_value=np.inf), dtype=np.float64)


def _whole(column: pd.Series) -> Ints:
    whole = column.astype("Int64").to_numpy(dtype=np.int64, na_value=0)
    return np.asarray(whole, dtype=np.int64)
