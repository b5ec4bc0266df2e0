"""Let sensors count: what they report is evidence, their silence is lack of knowledge."""

from __future__ import annotations

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue

LAYER = "layers/sensors.csv"
FIRST_ROW = 2
WARNING, ALARM = "warning", "alarm"


def watched(
    sensors: pd.DataFrame,
    buildings: pd.DataFrame,
    entrances: pd.DataFrame,
    dwellings: pd.DataFrame,
    catalogue: Catalogue,
    day: pd.Timestamp,
) -> pd.DataFrame:
    """Return how far sensors make each kind of hazard known in each building.

    ``quality = share of the stairs * 0.5 ^ (days of silence / sensor_half_life)``, summed
    up to 1. A sensor that never reported, or reports from after ``day``, adds nothing: it
    is not taken for good news.

    Returns
    -------
    Columns building, kind, quality (0-1).
    """
    reported = sensors[sensors["last_seen"].notna() & (sensors["last_seen"] <= day)]
    house, share = _houses(reported, buildings, entrances, dwellings)
    silent = (day - reported["last_seen"]).dt.days
    fresh = 0.5 ** (silent / catalogue.number("sensor_half_life"))
    seen = pd.DataFrame(
        {"sensor": reported["kind"], "building": house, "quality": share * fresh}
    ).dropna()
    kinds = _noticed(catalogue).merge(seen, on="sensor")
    summed = kinds.sort_values("quality").groupby(["building", "kind"])["quality"].sum()
    return summed.clip(upper=1.0).reset_index()


def readings(
    sensors: pd.DataFrame, dwellings: pd.DataFrame, catalogue: Catalogue, day: pd.Timestamp
) -> pd.DataFrame:
    """Return warnings and alarms as findings, in the form of the layer of inspections.

    A normal reading is no finding: it only makes the building better known. The findings
    stand beside those of inspectors under the kind's own key, and none replaces another.

    Returns
    -------
    hazard (``sensor:kind``), kind, place, place_table, measure, severity, inspected_on,
    closed_on, file, row.
    """
    told = sensors.assign(file=LAYER, row=np.arange(len(sensors)) + FIRST_ROW)
    told = told[told["reading"].isin([WARNING, ALARM]) & (told["last_seen"] <= day)]
    joined = told.rename(columns={"kind": "noticed"}).merge(
        _noticed(catalogue), left_on="noticed", right_on="sensor", suffixes=("", "_kind")
    )
    flat = dict(zip(dwellings["dwelling"], dwellings["entrance"], strict=True))
    homes = joined["place_table"] == "dwellings"
    grade = {k: catalogue.number(f"sensor_{k}_grade") for k in (WARNING, ALARM)}
    return pd.DataFrame(
        {
            "hazard": joined["sensor"].astype(str) + ":" + joined["kind"].astype(str),
            "kind": joined["kind"],
            "place": joined["place"].where(~homes, joined["place"].map(flat)),
            "place_table": joined["place_table"].where(~homes, "entrances"),
            "measure": np.nan,
            "severity": joined["reading"].map(grade).astype("float64"),
            "inspected_on": joined["last_seen"],
            "closed_on": pd.NaT,
            "file": joined["file"],
            "row": joined["row"],
        }
    )


def _noticed(catalogue: Catalogue) -> pd.DataFrame:
    """Return sensor, kind: which kind of sensor notices which kind of hazard."""
    pairs = [(s, code) for code, entry in catalogue.hazards.items() for s in entry.sensors]
    return pd.DataFrame(sorted(pairs), columns=["sensor", "kind"])


def _houses(
    sensors: pd.DataFrame,
    buildings: pd.DataFrame,
    entrances: pd.DataFrame,
    dwellings: pd.DataFrame,
) -> tuple[pd.Series, pd.Series]:
    """Return the building a sensor hangs in, and the part of its stairs it watches."""
    block = dict(zip(entrances["entrance"], entrances["building"], strict=True))
    flat = dict(zip(dwellings["dwelling"], dwellings["entrance"], strict=True))
    stairs = entrances["building"].value_counts()
    homes = dwellings["entrance"].map(block).value_counts()
    where, place = sensors["place_table"], sensors["place"]
    house = place.where(where == "buildings")
    house = house.where(house.isin(buildings["building"]))
    house = house.fillna(place.where(where == "entrances").map(block))
    house = house.fillna(place.where(where == "dwellings").map(flat).map(block))
    share = pd.Series(1.0, index=sensors.index)
    share = share.where(where != "entrances", 1.0 / house.map(stairs).astype("float64"))
    return house, share.where(where != "dwellings", 1.0 / house.map(homes).astype("float64"))
