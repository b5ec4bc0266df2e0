"""Rank the points of high risk and low coverage, with their cause and the cheapest fix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Response
from renlin.space.access.residents import vulnerable
from renlin.space.access.states import COVERED, NOT_COVERED, UNKNOWN, commonest
from renlin.space.points.weighing import weighed

FULL = "full"
COLUMNS = (
    "point",
    "entrance",
    "building",
    "rank",
    "risk",
    "persons",
    "unserved_vulnerable",
    "unserved_possible",
    "unserved",
    "unknown",
    "tier1",
    "tier2",
    "cause",
    "fix",
    "stable",
    "rank_share",
    "rank_first",
    "rank_last",
    "max_regret",
    "rank_regret",
    "display_worst",
    "score",
    "geometry",
)


def high_risk(risk: pd.Series, share: float, least: float) -> float:
    """Return the risk from which a building counts as high; closed below.

    The larger of the absolute threshold and the ``share`` quantile over buildings with a
    known risk: a quiet place does not get points for being the least quiet.
    """
    known = risk.dropna()
    return least if len(known) == 0 else max(float(known.quantile(share)), least)


def low_coverage(coverage: pd.DataFrame) -> pd.DataFrame:
    """Return the residents whose coverage is low, with the reason.

    Not covered, or covered by places of which there is less than one each. Unknown is
    never counted as low.
    """
    full = (coverage["state"] == COVERED) & (coverage["capacity_ratio"] < 1.0)
    low = coverage[(coverage["state"] == NOT_COVERED) | full]
    return low.assign(reason=low["reason"].mask(low["state"] == COVERED, FULL))


def rank_points(
    coverage: pd.DataFrame,
    tiers: pd.DataFrame,
    risk: pd.Series,
    entrances: gpd.GeoDataFrame,
    catalogue: Catalogue,
    *,
    risk_percentile: float,
) -> gpd.GeoDataFrame:
    """Return the 高风险–低覆盖 points, worst first.

    A point is an entrance in a building of high risk with vulnerable residents of low
    coverage: of a vulnerable group, or surely of tier ``point_tier`` or above. Who may be
    vulnerable once what is missing is asked is counted beside (``unserved_possible``).
    ``score = unserved vulnerable persons x risk``; ties share a rank.

    Parameters
    ----------
    coverage
        Table of :func:`renlin.space.access.coverage.cover`, one or more services.
    tiers
        person, sure, possible.
    risk
        Building -> risk, NaN where not known: no point, but unknown.
    """
    line = high_risk(risk, risk_percentile, catalogue.number("high_risk_rate"))
    block = dict(zip(entrances["entrance"], entrances["building"], strict=True))
    at_risk = coverage.assign(
        building=coverage["entrance"].map(block),
        risk=coverage["entrance"].map(block).map(risk),
    )
    at_risk = at_risk[at_risk["risk"] >= line].merge(
        tiers[["person", "sure", "possible"]], on="person", how="left"
    )
    marked = _marked(at_risk, catalogue)
    rows = [_point(str(name), part) for name, part in marked.groupby("entrance")]
    table = pd.DataFrame([row for row in rows if row is not None], columns=list(COLUMNS))
    table["fix"] = [cheapest_fix(str(cause), catalogue.responses) for cause in table["cause"]]
    score = table["score"].astype("float64")
    table["score"] = score
    table["rank"] = score.rank(method="min", ascending=False).astype("Int64")
    spread = catalogue.number("weight_spread")
    held = weighed(table["unserved_vulnerable"].astype("float64"), table["risk"], spread)
    table[list(held.columns)] = held
    shape = dict(zip(entrances["entrance"], entrances["geometry"], strict=True))
    table["geometry"] = table["entrance"].map(shape)
    table = table.sort_values(["rank", "point"]).reset_index(drop=True)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=entrances.crs)


def _marked(at_risk: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the rows with what makes them low, vulnerable and possibly vulnerable."""
    low = low_coverage(at_risk)
    return at_risk.assign(
        low=at_risk.index.isin(low.index),
        cause=low["reason"].reindex(at_risk.index),
        vulnerable=vulnerable(at_risk["display"], at_risk["sure"], catalogue),
        possible=vulnerable(at_risk["display"], at_risk["possible"], catalogue),
    )


def _point(entrance: str, here: pd.DataFrame) -> dict[str, Any] | None:
    """Return the point at an entrance, None when no vulnerable resident is unserved."""
    low = here[here["low"]]
    unserved = low[low["vulnerable"]]
    if len(unserved) == 0:
        return None
    persons = unserved.drop_duplicates("person")
    risk = float(here["risk"].iloc[0])
    return {
        "point": f"pt-{entrance}",
        "entrance": entrance,
        "building": here["building"].iloc[0],
        "risk": risk,
        "persons": here["person"].nunique(),
        "unserved_vulnerable": len(persons),
        "unserved_possible": low.loc[low["possible"], "person"].nunique(),
        "unserved": low["person"].nunique(),
        "unknown": here.loc[here["state"] == UNKNOWN, "person"].nunique(),
        "tier1": int((persons["sure"] == 1).sum()),
        "tier2": int((persons["sure"] == 2).sum()),
        "cause": commonest(unserved["cause"]),
        "display_worst": commonest(persons["display"]),
        "score": len(persons) * risk,
    }


def cheapest_fix(cause: str, responses: Mapping[str, Response]) -> str:
    """Return the cheapest response that takes ``cause`` away; "" when none does."""
    able = [entry for entry in responses.values() if cause in entry.causes]
    ranked = sorted(able, key=lambda r: (r.cost is None, r.cost.value if r.cost else 0.0, r.code))
    return ranked[0].code if ranked else ""
