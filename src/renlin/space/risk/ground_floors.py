"""Find what is done under people's homes: kitchens, workshops, stores, charging (功能混杂)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue

LAYER = "layers/ground_floors.csv"
FIRST_ROW = 2
COLUMNS = (
    "ground_floor",
    "building",
    "entrance",
    "use",
    "hazard",
    "rate",
    "low",
    "high",
    "area",
    "households",
    "persons",
    "incidents",
    "seen_on",
    "file",
    "row",
)


def in_use(ground_floors: pd.DataFrame, catalogue: Catalogue, day: pd.Timestamp) -> pd.DataFrame:
    """Return the rooms in use on ``day`` with how bad their use is for those above.

    ``rate`` is the use's share of its kind of hazard at the worst: less where walls and
    ceiling keep a fire from the dwellings, the larger of the two where nobody knows.

    Returns
    -------
    ``ground_floors`` with hazard ("" for a use that is none), rate, low, high (0-1), file
    and row.

    Source: ground_floor_uses.csv.
    """
    rows = ground_floors.assign(
        file=LAYER, row=np.arange(len(ground_floors)) + FIRST_ROW, low=np.nan, high=np.nan
    )
    left = rows["ended_on"].notna() & (rows["ended_on"] <= day)
    rows = rows[(rows["seen_on"] <= day) & ~left].copy()
    uses = [catalogue.ground_floor_uses[str(use)] for use in rows["use"]]
    open_ = np.array([use.rate for use in uses], dtype=np.float64)
    shut = np.array([use.separated_rate for use in uses], dtype=np.float64)
    sure = rows["separated"].fillna(False).to_numpy(dtype=bool)
    unknown = rows["separated"].isna().to_numpy(dtype=bool)
    rows["hazard"] = pd.Series([use.hazard for use in uses], index=rows.index, dtype="str")
    rows["rate"] = np.where(sure, shut, open_)
    rows["low"] = np.where(sure | unknown, shut, open_)
    rows["high"] = rows["rate"]
    return rows


def as_findings(rows: pd.DataFrame, catalogue: Catalogue, day: pd.Timestamp) -> pd.DataFrame:
    """Return them in the form of :func:`renlin.space.risk.inspections.current`."""
    rows = rows[rows["hazard"] != ""]
    kinds = [catalogue.hazards[str(kind)] for kind in rows["hazard"]]
    stair = rows["entrance"].notna()
    age = (day - rows["seen_on"]).dt.days
    half_life = np.array([kind.half_life.value for kind in kinds], dtype=np.float64)
    return pd.DataFrame(
        {
            "hazard": "ground:" + rows["ground_floor"].astype(str),
            "kind": rows["hazard"],
            "family": [kind.family for kind in kinds],
            "place_table": np.where(stair, "entrances", "buildings"),
            "place": rows["entrance"].where(stair, rows["building"]),
            "measure": np.nan,
            "severity": pd.Series(pd.NA, index=rows.index, dtype="Int64"),
            "rate": rows["rate"],
            "multiplier": np.array([k.multiplier.value for k in kinds], dtype=np.float64),
            "quality": 0.5 ** (age / half_life),
            "age_days": age,
            "inspected_on": rows["seen_on"],
            "closed": False,
            "file": rows["file"],
            "row": rows["row"],
        }
    )


def above(
    rows: pd.DataFrame, entrances: pd.DataFrame, lived: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """Return every use that is a hazard, with the households and residents above it.

    Parameters
    ----------
    rows
        Table of :func:`in_use`.
    lived
        entrance, household, person: who lives where.

    Returns
    -------
    Columns of ``COLUMNS``. ``incidents`` is what the use adds a year: the base of its
    family times the homes above (or 1 for a building) times what it adds to the multiple.
    """
    block = dict(zip(entrances["entrance"], entrances["building"], strict=True))
    people = lived.assign(building=lived["entrance"].map(block))
    per_house = people.groupby("building")[["household", "person"]].nunique()
    per_stair = people.groupby("entrance")[["household", "person"]].nunique()
    rows = rows[rows["hazard"] != ""].copy()
    stair = rows["entrance"].notna()
    for column, key in (("households", "household"), ("persons", "person")):
        own = rows["entrance"].map(per_stair[key]).astype("Int64")
        house = rows["building"].map(per_house[key]).astype("Int64")
        rows[column] = own.where(stair, house).fillna(0)
    rows["incidents"] = [
        _adds(str(kind), rate, max(int(homes), 1), catalogue)
        for kind, rate, homes in zip(rows["hazard"], rows["rate"], rows["households"], strict=True)
    ]
    rows["incidents"] = rows["incidents"].astype("float64")
    return rows[list(COLUMNS)].sort_values("ground_floor").reset_index(drop=True)


def _adds(kind: str, rate: float, homes: int, catalogue: Catalogue) -> float:
    entry = catalogue.hazards[kind]
    family = catalogue.hazard_families[entry.family]
    units = homes if family.per == "household" else 1
    return family.base.value * units * (entry.multiplier.value - 1.0) * rate
