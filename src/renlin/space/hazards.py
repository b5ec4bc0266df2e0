"""Turn dated inspections into a risk by building, with its uncertainty beside it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Hazard

FAMILIES = ("fire", "electric", "structure", "flood", "access", "gas")


def open_hazards(hazards: pd.DataFrame, catalogue: Catalogue, day: pd.Timestamp) -> pd.DataFrame:
    """Return the hazards still open on ``day`` with rate and certainty.

    Where a place was inspected several times for one kind, the newest inspection holds.

    Returns
    -------
    ``hazards`` with columns family, rate (0-1), quality (0-1, halves every half-life of
    its kind), age_days; closed ones are kept with rate 0: an inspection that found
    the thing put right is knowledge too.

    Source: the kind's own entry in hazards.toml.
    """
    known = hazards[hazards["inspected_on"] <= day]
    newest = known.sort_values(["inspected_on", "hazard"]).drop_duplicates(
        ["place_table", "place", "kind"], keep="last"
    )
    rows = []
    for row in newest.to_dict("records"):
        kind = catalogue.hazards[str(row["kind"])]
        age = (day - row["inspected_on"]).days
        closed = not pd.isna(row["closed_on"]) and row["closed_on"] <= day
        rows.append(
            {
                **{str(key): value for key, value in row.items()},
                "family": kind.family,
                "rate": 0.0 if closed else rate_of(kind, row["measure"], row["severity"]),
                "quality": 0.5 ** (age / kind.half_life.value),
                "age_days": age,
                "closed": closed,
            }
        )
    columns = [*hazards.columns, "family", "rate", "quality", "age_days", "closed"]
    return pd.DataFrame(rows, columns=columns).sort_values("hazard").reset_index(drop=True)


def rate_of(kind: Hazard, measure: float | None, severity: float | None) -> float:
    """Return how bad a finding is, 0-1: by its measure when bounds exist, else by its grade.

    NaN when neither measure nor grade is known.
    """
    if measure is not None and not pd.isna(measure) and kind.measure_low is not None:
        if kind.measure_high is None:
            return float("nan")
        span = kind.measure_high - kind.measure_low
        return float(np.clip((measure - kind.measure_low) / span, 0.0, 1.0))
    if severity is not None and not pd.isna(severity) and kind.severity_rate:
        return float(kind.severity_rate[int(severity) - 1])
    return float("nan")


def surface(
    buildings: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    found: pd.DataFrame,
    places: gpd.GeoDataFrame,
    catalogue: Catalogue,
) -> gpd.GeoDataFrame:
    """Return the hazard surface: one row per building, risk by family and in all.

    Within a building ``risk = 1 − Π (1 − weight · rate)`` over its open hazards; a kind
    never inspected leaves ``low`` at what is known and raises ``high`` by its share.

    Parameters
    ----------
    found
        Table of :func:`open_hazards`.
    places
        Shapes of walks, spaces and facilities by (table, place): a hazard there counts for
        every building within ``hazard_reach``.

    Returns
    -------
    Columns building, one per family, risk, low, high, quality, n_open, newest, geometry.
    Families never inspected in a building are NaN.
    """
    at = _by_building(found, buildings, entrances, places, catalogue.number("hazard_reach"))
    rows = [
        _building(name, at[at["building"] == name], catalogue) for name in buildings["building"]
    ]
    columns = ["building", *FAMILIES, "risk", "low", "high", "quality", "n_open", "newest"]
    table = pd.DataFrame(rows, columns=columns)
    table["n_open"] = table["n_open"].astype("Int64")
    return gpd.GeoDataFrame(table, geometry=list(buildings["geometry"]), crs=buildings.crs)


def _building(name: str, here: pd.DataFrame, catalogue: Catalogue) -> dict[str, object]:
    made: dict[str, object] = {"building": name}
    for family in FAMILIES:
        part = here[here["family"] == family]
        made[family] = _risk(part, catalogue) if len(part) else float("nan")
    inspected = set(here["kind"])
    unseen = [kind for code, kind in catalogue.hazards.items() if code not in inspected]
    weight_all = sum(kind.weight.value for kind in catalogue.hazards.values())
    weight_unseen = sum(kind.weight.value for kind in unseen)
    low = _risk(here, catalogue)
    prior = catalogue.number("uninspected_rate")
    high = 1.0 - (1.0 - low) * (1.0 - prior * weight_unseen / weight_all)
    fresh = dict.fromkeys(catalogue.hazards, 0.0) | dict(here.groupby("kind")["quality"].max())
    quality = (
        sum(catalogue.hazards[code].weight.value * q for code, q in fresh.items()) / weight_all
    )
    return made | {
        "risk": low if len(here) else float("nan"),
        "low": low,
        "high": high,
        "quality": quality,
        "n_open": int((~here["closed"].astype(bool)).sum()),
        "newest": here["inspected_on"].max() if len(here) else pd.NaT,
    }


def _risk(part: pd.DataFrame, catalogue: Catalogue) -> float:
    rates = part["rate"].to_numpy(dtype=float)
    weights = np.array([catalogue.hazards[code].weight.value for code in part["kind"]])
    known = ~np.isnan(rates)
    return float(1.0 - np.prod(1.0 - weights[known] * rates[known]))


def _by_building(
    found: pd.DataFrame,
    buildings: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    reach: float,
) -> pd.DataFrame:
    """Return one row per hazard and building it counts for."""
    own = found[found["place_table"] == "buildings"].assign(building=lambda t: t["place"])
    unit = dict(zip(entrances["entrance"], entrances["building"], strict=True))
    stairs = found[found["place_table"] == "entrances"].copy()
    stairs["building"] = stairs["place"].map(unit)
    rest = found[~found["place_table"].isin(["buildings", "entrances"])]
    shapes = rest.merge(places, on=["place_table", "place"], how="inner")
    near = []
    if len(shapes):
        outdoors = gpd.GeoDataFrame(shapes, geometry="geometry", crs=buildings.crs)
        hits = buildings.sindex.query(outdoors.geometry, predicate="dwithin", distance=reach)
        joined = outdoors.iloc[hits[0]].drop(columns="geometry").reset_index(drop=True)
        joined["building"] = buildings["building"].to_numpy()[hits[1]]
        near.append(pd.DataFrame(joined))
    return pd.concat([own, stairs, *near], ignore_index=True)


def heat(
    surface_table: gpd.GeoDataFrame, residents: pd.Series, catalogue: Catalogue
) -> pd.DataFrame:
    """Return the risk heat map: risk × residents per hectare on a grid, smoothed.

    Binning on cells of ``heat_cell`` metres, then a Gaussian of ``heat_bandwidth``.
    Buildings without a known risk add nothing and are counted beside the map.

    Parameters
    ----------
    residents
        Building -> residents.

    Returns
    -------
    Columns row, column, x, y (cell centre, m), value (risk-persons per hectare).
    """
    from scipy.ndimage import gaussian_filter

    cell, bandwidth = catalogue.number("heat_cell"), catalogue.number("heat_bandwidth")
    known = surface_table[surface_table["risk"].notna()]
    if len(known) == 0:
        return pd.DataFrame(columns=["row", "column", "x", "y", "value"], dtype=float)
    centres = known.geometry.centroid
    left, bottom, right, top = surface_table.total_bounds
    margin = 3.0 * bandwidth
    n_columns = int(np.ceil((right - left + 2 * margin) / cell))
    n_rows = int(np.ceil((top - bottom + 2 * margin) / cell))
    weights = known["risk"].to_numpy() * known["building"].map(residents).fillna(0).to_numpy()
    counts, ys, xs = np.histogram2d(
        centres.y,
        centres.x,
        bins=(n_rows, n_columns),
        weights=weights,
        range=(
            (bottom - margin, bottom - margin + n_rows * cell),
            (left - margin, left - margin + n_columns * cell),
        ),
    )
    smooth = gaussian_filter(counts, bandwidth / cell, mode="constant") * 10_000.0 / cell**2
    rows, columns = np.nonzero(smooth > 0)
    return pd.DataFrame(
        {
            "row": rows,
            "column": columns,
            "x": (xs[:-1] + cell / 2)[columns],
            "y": (ys[:-1] + cell / 2)[rows],
            "value": smooth[rows, columns],
        }
    )
