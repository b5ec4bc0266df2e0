"""Look at the same inspections as they were known on earlier dates (趋势研判).

The simplest honest form: dated assessments compared under one catalogue. There is no
forecast; a change is called only where the bounds of two dates do not touch.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.space.risk.inspections import by_building, current
from renlin.space.risk.surface import surface

COLUMNS = ("building", "day", "risk", "low", "high", "quality", "n_open", "change", "verdict")
RISING, FALLING, UNDECIDED = "rising", "falling", "undecided"


def dates(survey: pd.Timestamp, *, n: int, step: float) -> list[pd.Timestamp]:
    """Return ``n`` dates ending with ``survey``, ``step`` days apart, earliest first."""
    return [survey - pd.Timedelta(days=step * k) for k in range(n - 1, -1, -1)]


def trend(
    hazards: pd.DataFrame,
    buildings: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    outdoors: gpd.GeoDataFrame,
    catalogue: Catalogue,
    days: list[pd.Timestamp],
) -> pd.DataFrame:
    """Return the risk of every building as it was known on each of ``days``.

    Returns
    -------
    Columns of ``COLUMNS``. ``change`` is the risk minus that of the date before, NaN where
    either is unknown. ``verdict`` is ``rising`` where both are known and all that may be
    true now lies above all that may have been true then, ``falling`` where it lies below,
    else ``undecided``.
    """
    reach = catalogue.number("hazard_reach")
    parts = []
    for day in days:
        found = by_building(current(hazards, catalogue, day), buildings, entrances, outdoors, reach)
        risk = pd.DataFrame(surface(buildings, found, catalogue).drop(columns="geometry"))
        parts.append(risk.assign(day=day))
    table = pd.concat(parts, ignore_index=True).sort_values(["building", "day"])
    before = table.groupby("building")[["risk", "low", "high"]].shift()
    table["change"] = table["risk"] - before["risk"]
    both = table["change"].notna()
    rose, fell = table["low"] > before["high"], table["high"] < before["low"]
    table["verdict"] = np.select([both & rose, both & fell], [RISING, FALLING], UNDECIDED)
    return table[list(COLUMNS)].reset_index(drop=True)
