"""Sum what inspections found into a risk by building, with its bounds beside it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue

FAMILIES = ("fire", "electric", "structure", "flood", "access", "gas")
COLUMNS = ("building", *FAMILIES, "risk", "low", "high", "quality", "n_open", "newest")


def surface(
    buildings: gpd.GeoDataFrame, found: pd.DataFrame, catalogue: Catalogue
) -> gpd.GeoDataFrame:
    """Return the hazard surface: one row per building, risk by family and in all.

    ``risk = 1 - prod(1 - weight * rate)`` over the findings whose rate is known; NaN when
    there is none, and so for each family: not inspected is unknown, not safe.

    ``low`` counts what is known and nothing else. ``high`` also lets every finding of
    unknown gravity be at its worst, and what was not inspected lately hide
    ``uninspected_rate`` of its share:
    ``high = 1 - (1 - low) * prod(1 - weight) * (1 - uninspected_rate * (1 - quality))``.

    ``quality`` is the certainty of the newest inspection of each kind, 0 where there was
    none, averaged over all kinds by weight.

    Parameters
    ----------
    found
        Table of :func:`renlin.space.risk.inspections.by_building`.

    Returns
    -------
    Columns of ``COLUMNS`` and geometry, in the order of ``buildings``.
    """
    names = pd.Index(buildings["building"], name="building")
    remaining = found.assign(kept=1.0 - found["weight"] * found["rate"]).sort_values("kept")
    measured = remaining[remaining["rate"].notna()]
    table = pd.DataFrame(index=names)
    for family in FAMILIES:
        part = measured[measured["family"] == family]
        table[family] = 1.0 - _product(part).reindex(names)
    table["risk"] = 1.0 - _product(measured).reindex(names)
    table["low"] = table["risk"].fillna(0.0)
    table["quality"] = _quality(found, catalogue).reindex(names).fillna(0.0)
    ungraded = remaining[remaining["rate"].isna()].assign(kept=lambda t: 1.0 - t["weight"])
    hidden = catalogue.number("uninspected_rate") * (1.0 - table["quality"])
    worst = _product(ungraded.sort_values("kept")).reindex(names).fillna(1.0)
    table["high"] = 1.0 - (1.0 - table["low"]) * worst * (1.0 - hidden)
    grouped = found.groupby("building")
    counted = (~found["closed"].astype(bool)).groupby(found["building"]).sum()
    table["n_open"] = counted.reindex(names).fillna(0).astype("Int64")
    table["newest"] = grouped["inspected_on"].max().reindex(names)
    shapes = buildings["geometry"].to_numpy()
    ordered = table.reset_index()[list(COLUMNS)]
    return gpd.GeoDataFrame(ordered, geometry=shapes, crs=buildings.crs)


def _product(part: pd.DataFrame) -> pd.Series:
    product: pd.Series = part.groupby("building")["kept"].prod()
    return product


def _quality(found: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """Return building -> certainty over all kinds, weighted by what they may add."""
    whole = float(np.sum([kind.weight.value for kind in catalogue.hazards.values()]))
    newest = found.groupby(["building", "kind"])[["quality", "weight"]].max()
    share = (newest["quality"] * newest["weight"] / whole).sort_values()
    quality: pd.Series = share.groupby(level="building").sum()
    return quality
