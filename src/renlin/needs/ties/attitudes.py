"""Score how residents feel they belong, and trust that people here act together.

A score is the mean of the items a sheet answers, from 0 (least) to 1; an item that speaks
against the scale is turned. Wording is ours, so figures hold within a community and between
its rounds, not against those of other places.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from renlin.catalogue.participation import AttitudeItem

FIELD = "attitudes"
"""Field of the register of fields under which an answer may be withdrawn."""
SHEETS = ("scale", "sheet", "person", "building", "score", "held_on")


def sheets(
    attitudes: pd.DataFrame,
    items: Mapping[str, AttitudeItem],
    day: pd.Timestamp,
    *,
    valid_days: float,
    least: float,
    gone: pd.MultiIndex,
) -> pd.DataFrame:
    """Return the score of each answer sheet on each scale.

    Of several answers of a sheet to one item the last day counts; different ones on that
    day are no answer, nor is a step beyond the item's. A sheet has a score when it answers
    at least ``least`` of the items of the scale that anybody was asked. Of several sheets
    of one resident the last counts; two of one day with different scores do not.

    Parameters
    ----------
    attitudes
        Table of that name.
    items
        Items of the catalogue; a row of another item is left out.
    day, valid_days
        Survey date; days an answer counts.
    least
        Share of items, 0 to 1.
    gone
        (subject, field) that may not be used.

    Returns
    -------
    Columns of ``SHEETS``; person and building missing where the sheet does not say.
    """
    cells = _cells(attitudes, items, day, valid_days, gone)
    asked = cells.groupby("scale")["item"].nunique()
    each = cells.groupby(["scale", "sheet"], as_index=False).agg(
        person=("person", "first"), building=("building", "first"), score=("value", "mean"),
        n=("value", "count"), held_on=("held_on", "max"),
    )  # fmt: skip
    enough = each["n"] >= least * each["scale"].map(asked).astype("float64")
    scored = each[enough & (each["n"] > 0)]
    return _one_voice(scored)[list(SHEETS)].reset_index(drop=True)


def alpha(
    attitudes: pd.DataFrame,
    items: Mapping[str, AttitudeItem],
    day: pd.Timestamp,
    *,
    valid_days: float,
    gone: pd.MultiIndex,
) -> dict[str, float]:
    """Return how consistently the items of each scale were answered, scale -> alpha.

    ``alpha = k / (k - 1) (1 - sum of item variances / variance of the sum)`` over the sheets
    that answer all ``k`` items asked; a scale of one item, or of fewer than two such sheets
    or without any variance, has none.

    Source: cronbach1951.
    """
    cells = _cells(attitudes, items, day, valid_days, gone)
    made = {}
    for scale, part in cells.groupby("scale"):
        wide = part.set_index(["sheet", "item"])["value"].unstack("item").dropna()  # noqa: PD010
        k = wide.shape[1]
        whole = float(wide.sum(axis=1).var(ddof=1)) if len(wide) > 1 else 0.0
        if k > 1 and whole > 0:
            made[str(scale)] = k / (k - 1) * (1 - float(wide.var(ddof=1).sum()) / whole)
    return made


def of_people(scored: pd.DataFrame, scale: str, people: pd.Series) -> pd.DataFrame:
    """Return the score of each resident with its bounds, 0 to 1 where there is none."""
    own = scored[(scored["scale"] == scale) & scored["person"].notna()].set_index("person")
    value = people.map(own["score"]).astype("float64").to_numpy()
    unknown = np.isnan(value)
    return pd.DataFrame(
        {
            "value": value,
            "low": np.where(unknown, 0.0, value),
            "high": np.where(unknown, 1.0, value),
        }
    )


def _cells(
    attitudes: pd.DataFrame,
    items: Mapping[str, AttitudeItem],
    day: pd.Timestamp,
    valid_days: float,
    gone: pd.MultiIndex,
) -> pd.DataFrame:
    """Return one row per sheet and item with its value from 0 to 1, missing without one."""
    rows = attitudes[attitudes["item"].isin(items) & (attitudes["held_on"] <= day)]
    rows = rows[(day - rows["held_on"]).dt.days <= valid_days]
    silenced = {str(who) for who, field in gone if field == FIELD}
    rows = rows[~rows["person"].isin(silenced)]
    last = rows.groupby(["sheet", "item"])["held_on"].transform("max")
    rows = rows[rows["held_on"] == last]
    said = rows["said"].astype("Float64").astype("float64")
    top = rows["item"].map({c: float(one.steps) for c, one in items.items()}).astype("float64")
    share = ((said - 1) / (top - 1)).where(said <= top)
    turned = rows["item"].isin([c for c, one in items.items() if one.reversed])
    rows = rows.assign(
        scale=rows["item"].map({c: one.scale for c, one in items.items()}).astype("str"),
        value=share.where(~turned, 1 - share),
    )
    clash = rows.groupby(["sheet", "item"])["value"].transform("nunique") > 1
    rows = rows.assign(value=rows["value"].mask(clash))
    kept = rows.sort_values(["value", "attitude"]).drop_duplicates(["sheet", "item"])
    ordered: pd.DataFrame = kept.sort_values("attitude")
    return ordered


def _one_voice(scored: pd.DataFrame) -> pd.DataFrame:
    """Return the last sheet of each resident, and all sheets without a name."""
    keys = ["scale", "person"]
    last = scored.groupby(keys)["held_on"].transform("max")
    kept = scored[scored["person"].isna() | (scored["held_on"] == last)]
    clash = kept["person"].notna() & (kept.groupby(keys)["score"].transform("nunique") > 1)
    kept = kept[~clash.fillna(False).astype(bool)]
    again = kept["person"].notna() & kept.duplicated(keys)
    return kept[~again]
