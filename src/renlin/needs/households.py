"""Bring residents together by household: its tier is that of the resident most at risk."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from renlin.catalogue.decisions import NO_TIER
from renlin.catalogue.models import Indicator
from renlin.needs.capacities import DIMENSIONS, count, share

NOBODY_ZH = "名册里没有这一户的住户，不能当作没有人，也不能当作没有风险。"
NOBODY_EN = "No resident of this home is on record; neither empty nor safe can be assumed."
COLUMNS = (
    "household", "sure", "indicated", "possible", "n_persons", "reason_zh", "reason_en", "leader",
    "entrance", "building", "floor", "origin",
)  # fmt: skip


def summarise(
    tiers: pd.DataFrame,
    households: pd.DataFrame,
    place: Mapping[str, pd.DataFrame],
    day: pd.Timestamp,
) -> pd.DataFrame:
    """Return one row per household that is here on ``day``, with its place.

    The tier is the highest of its residents, and the reason that of the resident it comes
    from (``leader``: the highest sure tier, then the highest possible one, then the key). A
    household on record without any resident on record may hold anybody: no tier is sure
    and every tier possible.

    Parameters
    ----------
    tiers
        Columns person, household, sure, indicated, possible, reason_zh, reason_en.
    households
        Table of the community.
    place
        Tables dwellings and entrances.
    day
        Survey date; a household that left before it, and left nobody, is not here.

    Returns
    -------
    Columns of ``COLUMNS``; leader, place and floor missing where they are not known.
    """
    inhabited = households["household"].isin(set(tiers["household"]))
    here = households[~(households["until"] < day) | inhabited]
    order = tiers.sort_values(["household", "sure", "possible", "person"], kind="stable")
    leader = order.drop_duplicates("household").set_index("household")
    best = tiers.groupby("household").agg(
        sure=("sure", "min"),
        indicated=("indicated", "min"),
        possible=("possible", "min"),
        n_persons=("person", "size"),
    )
    made = here[["household", "dwelling", "origin"]].reset_index(drop=True)
    homes = made["household"]
    for name, level in (("sure", NO_TIER), ("indicated", NO_TIER), ("possible", 1)):
        made[name] = homes.map(best[name]).fillna(level).astype("int64")
    made["n_persons"] = homes.map(best["n_persons"]).fillna(0).astype("int64")
    made["leader"] = homes.map(leader["person"]).astype("str")
    for name, otherwise in (("reason_zh", NOBODY_ZH), ("reason_en", NOBODY_EN)):
        said = homes.map(leader[name]).astype("object")
        made[name] = said.where(said.notna(), otherwise).astype("str")
    located = _located(made, place)
    return located[list(COLUMNS)]


def _located(made: pd.DataFrame, place: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    dwellings = place["dwellings"].set_index("dwelling")
    units = pd.Series(
        place["entrances"]["building"].to_numpy(), index=place["entrances"]["entrance"]
    )
    made["entrance"] = made["dwelling"].map(dwellings["entrance"]).astype("str")
    made["building"] = made["entrance"].map(units).astype("str")
    made["floor"] = made["dwelling"].map(dwellings["floor"]).astype("Int64")
    return made


def score(table: pd.DataFrame, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """Return exposure, sensitivity and adaptive capacity of every household, with bounds.

    The items of all its residents count together, each resident's own.

    Returns
    -------
    ``household`` and, for each dimension, ``<dimension>``, ``_low``, ``_high``, shares.
    """
    homes = table["household"].to_numpy()
    made = pd.DataFrame({"household": np.unique(homes)})
    for dimension in DIMENSIONS:
        found = count(table, indicators, dimension)
        sums = (
            pd.DataFrame({"yes": found.yes, "no": found.no, "unknown": found.unknown})
            .groupby(homes)
            .sum()
        )
        yes, no, unknown = (sums[name].to_numpy() for name in ("yes", "no", "unknown"))
        n = yes + no + unknown
        made[dimension] = share(yes, yes + no)
        made[f"{dimension}_low"] = share(yes, n)
        made[f"{dimension}_high"] = share(yes + unknown, n)
    return made
