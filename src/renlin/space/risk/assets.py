"""Say how often pipes, wires and devices fail, by age, material and load, from cited curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from renlin.catalogue.assets import FailureCurve
from renlin.catalogue.load import Catalogue
from renlin.community.cells import items

LAYER = "layers/assets"
FIRST_ROW = 2
KM = 1000.0  # m
DAYS = 365.25  # a year
IN_RANGE, AGE_UNKNOWN, BEYOND = "in_range", "age_unknown", "beyond_range"
MATERIAL_UNKNOWN, NO_CURVE, LENGTH_UNKNOWN = "material_unknown", "no_curve", "length_unknown"
COLUMNS = (
    "asset",
    "name",
    "service",
    "kind",
    "material",
    "age",
    "length",
    "curve",
    "state",
    "rate",
    "failures",
    "low",
    "high",
    "load_factor",
    "worn",
    "checked_days",
    "quake_repairs",
    "row",
)
FAILING = ("asset", "building", "family", "incidents", "low", "high")


@dataclass(frozen=True)
class Failing:
    """Failures a year of one asset.

    Attributes
    ----------
    state
        Why the value is not known, or ``in_range``.
    rate
        Per km and year, or per unit and year; NaN where not known.
    factor
        What one rate makes of the asset: km, or 1.
    low, value, high
        Failures a year; NaN where nothing can be said.
    load
        Factor on the rate by load; 1 up to the rated load.
    """

    curve: str
    state: str
    rate: float
    value: float
    low: float
    high: float
    load: float


def failures(
    assets: gpd.GeoDataFrame, catalogue: Catalogue, day: pd.Timestamp, *, pgv: float
) -> gpd.GeoDataFrame:
    """Return every asset with its failures a year and the curve they come from.

    An unknown age or material leaves the value open between the least and the greatest
    any age or material of the curves gives. Beyond the ages, diameters or loads a curve
    holds for, the value is not known either: what the curve says at its end is the lower
    bound, and there is no upper bound.

    Parameters
    ----------
    pgv
        Peak ground velocity of the design earthquake, cm/s: ``quake_repairs`` is the
        repairs it would need, NaN where no relation holds.

    Returns
    -------
    Columns of ``COLUMNS`` and geometry, by asset. ``failures``, ``low``, ``high`` per
    year; ``length`` m; ``age`` years; ``checked_days`` since the last check, NaN for never.

    Source: failure_curves.csv, quake_repairs.csv.
    """
    table = assets.assign(row=np.arange(len(assets)) + FIRST_ROW)
    drawn = gpd.GeoSeries(table["geometry"], crs=assets.crs).length
    table["length"] = table["length"].astype("float64").fillna(drawn.where(drawn > 0))
    table["age"] = (day.year - table["laid"].astype("Float64")).astype("float64")
    table["checked_days"] = (day - table["checked_on"]).dt.days.astype("float64")
    rows = table.to_dict("records")
    made = [_failing(row, catalogue) for row in rows]
    for column in ("curve", "state", "rate", "low", "high"):
        table[column] = [getattr(one, column) for one in made]
    table["failures"] = [one.value for one in made]
    table["load_factor"] = [one.load for one in made]
    table["quake_repairs"] = [quake_repairs(row, pgv, catalogue) for row in rows]
    table["worn"] = [_worn(one, row, catalogue) for one, row in zip(made, rows, strict=True)]
    numbers = ("rate", "low", "high", "failures", "load_factor", "quake_repairs")
    table = table.astype(dict.fromkeys(numbers, "float64") | {"curve": "str", "state": "str"})
    table["worn"] = table["worn"].astype("boolean")
    told = table[[*COLUMNS, "geometry"]].sort_values("asset").reset_index(drop=True)
    return gpd.GeoDataFrame(told, geometry="geometry", crs=assets.crs)


def _failing(row: Mapping[str, object], catalogue: Catalogue) -> Failing:
    curves = _curves(row, catalogue)
    if not curves:
        return Failing("", NO_CURVE, np.nan, np.nan, 0.0, np.nan, 1.0)
    told = [_one(row, curve) for curve in curves]
    if len(told) == 1:
        return told[0]
    least = min((one.low for one in told if not np.isnan(one.low)), default=0.0)
    highs = [one.high for one in told]
    return Failing("", MATERIAL_UNKNOWN, np.nan, np.nan, least, float(np.max(highs)), 1.0)


def _worn(one: Failing, row: Mapping[str, object], catalogue: Catalogue) -> bool | None:
    """Return whether an asset fails ``worn_factor`` times as often as its kind, or is older
    than the curve holds for; None where nobody can say."""
    curve = catalogue.failure_curves.get(one.curve)
    if curve is None or one.state == AGE_UNKNOWN:
        return None
    if one.state == BEYOND:
        return _number(row["age"]) > curve.age_high
    return one.rate >= catalogue.number("worn_factor") * curve.rate


def _curves(row: Mapping[str, object], catalogue: Catalogue) -> list[FailureCurve]:
    """Return the curves of the service and kind that fit the material; all where unknown."""
    able = [
        curve
        for curve in catalogue.failure_curves.values()
        if row["service"] in curve.service.split("|") and row["kind"] in curve.kinds.split("|")
    ]
    material = row["material"]
    if pd.isna(material) or material == "unknown":  # type: ignore[call-overload]
        return able
    return [curve for curve in able if material in curve.materials.split("|")]


def _one(row: Mapping[str, object], curve: FailureCurve) -> Failing:
    age, load = _number(row["age"]), _number(row["load_share"])
    size = _number(row["length"]) / KM if curve.per == "km" else 1.0
    spread = (curve.age_low, curve.age_high) if np.isnan(age) else (age, age)
    ends = [_at(curve, float(np.clip(a, curve.age_low, curve.age_high))) for a in spread]
    low, high = (e * s / curve.rate for e, s in zip(ends, (curve.low, curve.high), strict=True))
    factor, worst = load_factor(curve, load)
    state = IN_RANGE
    if _beyond(curve, age, _number(row["diameter"]), load):
        state = BEYOND
    elif np.isnan(age) and curve.form == "exponential":
        state = AGE_UNKNOWN
    elif np.isnan(size):
        state = LENGTH_UNKNOWN
    rate = ends[0] * factor if state in (IN_RANGE, LENGTH_UNKNOWN) else np.nan
    top = np.nan if state == BEYOND else high * worst * size
    least = 0.0 if np.isnan(size) else low * size
    return Failing(curve.code, state, rate, rate * size, least, top, factor)


def _at(curve: FailureCurve, age: float) -> float:
    if curve.form == "constant":
        return curve.rate
    return float(curve.rate * np.exp(curve.growth * (age - curve.reference_age)))


def _beyond(curve: FailureCurve, age: float, diameter: float, load: float) -> bool:
    """Return whether any stated figure lies outside the ranges of the curve; ends are inside."""
    ranges = (
        (age, curve.age_low, curve.age_high),
        (diameter, curve.diameter_low, curve.diameter_high),
        (load, None, curve.load_high),
    )
    return any(
        (low is not None and value < low) or (high is not None and value > high)
        for value, low, high in ranges
        if not np.isnan(value)
    )


def load_factor(curve: FailureCurve, load: float) -> tuple[float, float]:
    """Return the factor on the rate of an asset at ``load``, and its upper bound.

    For ``iec60076`` the insulation ages ``V = 2 ^ ((78 K ^ 1.6 + 20 - 98) / 6)`` times as
    fast at a load K times the rated one. Assumption: failures grow by between nothing and
    V; their geometric mean is taken. Up to the rated load, and where it is not known, 1.

    Examples
    --------
    >>> from renlin.catalogue.load import load
    >>> curve = load().failure_curves["transformer_oil"]
    >>> [round(x, 2) for x in load_factor(curve, 1.1)]
    [2.13, 4.52]
    """
    if curve.load_form == "none" or np.isnan(load) or load <= 1.0:
        return 1.0, 1.0
    ageing = float(2.0 ** ((78.0 * load**1.6 + 20.0 - 98.0) / 6.0))
    return float(np.sqrt(ageing)), ageing


def quake_repairs(row: Mapping[str, object], pgv: float, catalogue: Catalogue) -> float:
    """Return the repairs a pipe needs after shaking of ``pgv`` cm/s.

    The mean of the relations that hold for its material, over their own range of shaking;
    NaN for anything that is no pipe or whose material or length is not known.
    """
    length = _number(row["length"])
    able = [
        one.factor * one.constant * pgv**one.exponent
        for one in catalogue.quake_repairs.values()
        if row["material"] in one.materials.split("|")
        and one.intensity_low <= pgv <= one.intensity_high
    ]
    pipe = row["service"] in ("water", "gas", "sewage", "drainage", "heat")
    if not pipe or not able or np.isnan(length):
        return float("nan")
    return float(np.mean(able)) * length / KM


def _number(value: object) -> float:
    return float("nan") if pd.isna(value) else float(value)  # type: ignore[arg-type, call-overload]


def incidents(
    table: gpd.GeoDataFrame,
    assets: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Return the incidents a year that failing assets bring to the buildings near them.

    ``incidents = failures a year * share that becomes an incident``, split evenly over the
    buildings the asset stands in, enters or passes within the reach of its service. Where
    the failures are not known the lower bound counts, as everywhere.

    Returns
    -------
    Columns of ``FAILING``, per year.

    Source: asset_incidents.csv.
    """
    pairs = near(assets, buildings, catalogue).merge(
        table[["asset", "service", "failures", "low", "high"]], on="asset"
    )
    kinds = catalogue.asset_incidents
    family = pairs["service"].map({code: entry.family for code, entry in kinds.items()})
    pairs = pairs.assign(family=family.astype("str"))[family != ""]
    part = 1.0 / pairs.groupby("asset")["asset"].transform("size").astype("float64")
    known = pairs["failures"].fillna(pairs["low"])
    for column, count in (("incidents", known), ("low", pairs["low"]), ("high", pairs["high"])):
        side = "share" if column == "incidents" else column
        share = pairs["service"].map({code: getattr(e, side) for code, e in kinds.items()})
        pairs[column] = count.fillna(known) * share.astype("float64") * part
    return pairs[list(FAILING)].sort_values(["asset", "building"]).reset_index(drop=True)


def near(
    assets: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """Return asset, building: where it stands, what it enters and what it passes close by."""
    named = pd.DataFrame(
        [
            (asset, building)
            for asset, cell in zip(assets["asset"], assets["buildings"], strict=True)
            for building in items(cell)
        ],
        columns=["asset", "building"],
    )
    parts = [named]
    for code, entry in catalogue.asset_incidents.items():
        lines = assets[(assets["service"] == code) & assets["geometry"].notna()]
        if entry.reach > 0 and len(lines):
            at = buildings.sindex.query(
                lines["geometry"], predicate="dwithin", distance=entry.reach
            )
            keys = (lines["asset"].to_numpy()[at[0]], buildings["building"].to_numpy()[at[1]])
            parts.append(pd.DataFrame(dict(zip(("asset", "building"), keys, strict=True))))
    whole = pd.concat(parts, ignore_index=True).drop_duplicates()
    return whole.sort_values(["asset", "building"]).reset_index(drop=True)
