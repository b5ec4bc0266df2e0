"""Say how many homes a building holds and what share of its residents one incident reaches."""

from __future__ import annotations

import pandas as pd

COLUMNS = ("building", "homes", "one", "stair_share", "ground_share", "building_share")


def stock(
    buildings: pd.DataFrame, entrances: pd.DataFrame, dwellings: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per building.

    ``homes`` is the dwellings on record, else those of the design, else 1 (a building
    whose homes nobody counted is at least one). One incident reaches ``1 / stairs`` of the
    residents on its stair and ``1 / storeys`` on the ground floor; where stairs or storeys
    are not known it may reach everybody.

    Returns
    -------
    Columns of ``COLUMNS``: homes and ``one`` (the building itself), and the shares, 0-1.
    """
    key = buildings["building"]
    block = dict(zip(entrances["entrance"], entrances["building"], strict=True))
    per_house = dwellings["entrance"].map(block).value_counts()
    counted = key.map(per_house).astype("Float64")
    homes = counted.fillna(buildings["dwellings"].astype("Float64")).fillna(1.0).clip(lower=1.0)
    stairs = key.map(entrances["building"].value_counts()).astype("Float64").fillna(1.0)
    storeys = buildings["floors"].astype("Float64").fillna(1.0)
    made = pd.DataFrame(
        {
            "building": key,
            "homes": homes.astype("float64"),
            "one": 1.0,
            "stair_share": 1.0 / stairs.astype("float64"),
            "ground_share": 1.0 / storeys.astype("float64"),
            "building_share": 1.0,
        }
    )
    return made[list(COLUMNS)].reset_index(drop=True)
