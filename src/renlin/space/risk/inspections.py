"""Turn dated inspections into rates with their certainty, each at the buildings it counts for."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Hazard

LAYER = "layers/hazards.csv"
FIRST_ROW = 2
COLUMNS = (
    "building",
    "hazard",
    "kind",
    "family",
    "place_table",
    "place",
    "measure",
    "severity",
    "rate",
    "multiplier",
    "share",
    "quality",
    "age_days",
    "closed",
    "inspected_on",
    "file",
    "row",
)


def current(hazards: pd.DataFrame, catalogue: Catalogue, day: pd.Timestamp) -> pd.DataFrame:
    """Return what is known on ``day`` of every place and kind of hazard.

    Where a place was inspected several times for one kind, the newest inspection holds;
    of several findings of one day the worst one does. One put right is kept with rate 0:
    an inspection that found nothing is knowledge too.

    Parameters
    ----------
    hazards
        Layer of inspections; later ones than ``day`` are left out.

    Returns
    -------
    ``hazards`` with family, rate (0-1, NaN when neither measured nor graded), multiplier,
    quality (0-1, halves every half-life of its kind), age_days, closed, file and row.

    Source: the kind's own entry in hazards.toml.
    """
    found = hazards
    if "row" not in hazards:
        found = hazards.assign(file=LAYER, row=np.arange(len(hazards)) + FIRST_ROW)
    found = found[found["inspected_on"] <= day].copy()
    kinds = [catalogue.hazards[str(kind)] for kind in found["kind"]]
    graded = zip(kinds, found["measure"], found["severity"], strict=True)
    found["closed"] = found["closed_on"].notna() & (found["closed_on"] <= day)
    rates = np.array([rate(*one) for one in graded], dtype=np.float64)
    found["rate"] = np.where(found["closed"], 0.0, rates)
    found["family"] = [kind.family for kind in kinds]
    found["multiplier"] = np.array([kind.multiplier.value for kind in kinds], dtype=np.float64)
    found["age_days"] = (day - found["inspected_on"]).dt.days
    half_life = np.array([kind.half_life.value for kind in kinds], dtype=np.float64)
    found["quality"] = 0.5 ** (found["age_days"] / half_life)
    ordered = found.assign(open=~found["closed"]).sort_values(
        ["inspected_on", "open", "rate", "hazard"], na_position="first"
    )
    newest = ordered.drop_duplicates(["place_table", "place", "kind"], keep="last")
    return newest.drop(columns="open").sort_values("hazard").reset_index(drop=True)


def rate(kind: Hazard, measure: float | None, severity: float | None) -> float:
    """Return how bad a finding is, 0-1: by its measure where the kind has bounds, else by grade.

    NaN when what is needed is not known.

    Examples
    --------
    >>> from renlin.catalogue.load import load
    >>> round(rate(load().hazards["wiring"], 22.5, None), 6)
    0.5
    """
    low, high = kind.measure_low, kind.measure_high
    if low is not None and high is not None and not pd.isna(measure):
        if low == high:
            return float(measure >= low)
        return float(np.clip((measure - low) / (high - low), 0.0, 1.0))
    if not pd.isna(severity) and 1 <= severity <= len(kind.severity_rate):
        return float(kind.severity_rate[int(severity) - 1])
    return float("nan")


def merged(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return what several sources say, each thing once.

    Where two sources tell of one kind at one place, the one that tells of more holds: the
    same workshop is not counted as an inspector's finding and again as a room on record.
    Findings nobody graded are all kept.

    Parameters
    ----------
    parts
        Tables in the form of :func:`current`, one per source.
    """
    key = ["place_table", "place", "kind"]
    marked = [part.assign(source=at) for at, part in enumerate(parts) if len(part)]
    if not marked:
        return parts[0]
    whole = pd.concat(marked, ignore_index=True)
    graded = whole["rate"].notna()
    summed = whole.groupby([*key, "source"])["rate"].transform("sum").where(graded)
    most = summed.groupby([whole[column] for column in key]).transform("max")
    first = whole["source"].where(summed == most).groupby([whole[c] for c in key])
    chosen = ~graded | (whole["source"] == first.transform("min"))
    return whole[chosen].drop(columns="source").sort_values("hazard").reset_index(drop=True)


def by_building(
    found: pd.DataFrame,
    buildings: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    outdoors: gpd.GeoDataFrame,
    reach: float,
) -> pd.DataFrame:
    """Return one row per building and hazard that counts for it.

    A hazard in a building or its stair counts there; one outdoors for every building
    within ``reach``.

    Parameters
    ----------
    found
        Table of :func:`current`.
    outdoors
        place_table, place, geometry of walks, spaces and facilities.
    reach
        Metres between outlines.

    Returns
    -------
    Columns of ``COLUMNS``, by building and hazard. ``share`` is the part of the stairs of
    the building it concerns: one of them for a hazard on a stair, else all.
    """
    found = found.assign(share=1.0)
    own = found[found["place_table"] == "buildings"].assign(building=lambda t: t["place"])
    unit = dict(zip(entrances["entrance"], entrances["building"], strict=True))
    stairs = found[found["place_table"] == "entrances"]
    stairs = stairs.assign(building=stairs["place"].map(unit))
    per_house = entrances["building"].value_counts()
    stairs["share"] = 1.0 / stairs["building"].map(per_house).astype("float64")
    rest = found.merge(outdoors, on=["place_table", "place"], how="inner")
    near = buildings.sindex.query(rest["geometry"], predicate="dwithin", distance=reach)
    outside = rest.drop(columns="geometry").iloc[near[0]]
    outside = outside.assign(building=buildings["building"].to_numpy()[near[1]])
    parts = [part[list(COLUMNS)] for part in (own, stairs, outside) if len(part)]
    known: pd.DataFrame = pd.concat(parts or [own[list(COLUMNS)]], ignore_index=True)
    known = known[known["building"].isin(buildings["building"])]
    return known.sort_values(["building", "hazard"]).reset_index(drop=True)


def outdoors(
    walks: gpd.GeoDataFrame, spaces: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return place_table, place and geometry of everything outdoors a hazard may be found at."""
    parts = []
    for name, frame in (("walks", walks), ("spaces", spaces), ("facilities", facilities)):
        keys, shapes = frame.iloc[:, 0].astype("str"), frame["geometry"].to_numpy()
        parts.append(pd.DataFrame({"place_table": name, "place": keys, "geometry": shapes}))
    whole = pd.concat(parts, ignore_index=True)
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=walks.crs)
