"""List what is still to be asked (待补), the answer that changes most first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.rules import RuleSet
from renlin.needs.reasons import Wording

ASK_AT_HOME = "survey_visit"
"""Need whose name says that somebody should ask at home."""
COLUMNS = (
    "subject", "indicator", "subject_table", "household", "matters", "n_persons", "settles",
    "state", "observed_on", "who_could_tell_zh", "rank",
)  # fmt: skip


def work_list(
    tiers: pd.DataFrame,
    wordings: Sequence[Wording],
    told: np.ndarray,
    evidence: pd.DataFrame,
    sources: Mapping[str, str],
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Return one row per subject and indicator whose answer can change a tier.

    ``matters`` sums, over the residents it concerns, by how many levels the answer can
    move the tier, over all answers of the other unknowns. ``settles`` is the expected number
    of residents whose tier this answer alone makes certain. An indicator of the household
    concerns all of its residents. What a resident withdrew is not asked again.

    Parameters
    ----------
    tiers
        Columns person, household, possible; one row per resident.
    wordings, told
        What is said about each set of facts, and which of them each resident has.
    evidence
        ``needs.evidence``, to say whether it was never asked, asked in vain or expired.
    sources
        Field -> who could tell, as the rule files say.
    catalogue
        Indicators, and the name of the visit that asks at home.

    Returns
    -------
    Columns of ``COLUMNS``, ordered by ``rank`` (1 first: matters most, then the higher
    possible tier, then what settles more, then the keys).
    """
    rows = [
        (person, household, possible, field, steps, settles)
        for person, household, possible, at in zip(
            tiers["person"], tiers["household"], tiers["possible"], told, strict=True
        )
        for field, steps, settles in zip(
            wordings[at].missing, wordings[at].steps, wordings[at].settles, strict=True
        )
    ]
    names = ["person", "household", "possible", "indicator", "matters", "settles"]
    asked = pd.DataFrame(rows, columns=names)
    shared = {c for c, entry in catalogue.indicators.items() if entry.subject == "households"}
    of_home = asked["indicator"].isin(shared)
    asked["subject"] = asked["person"].where(~of_home, asked["household"])
    asked["subject_table"] = np.where(of_home, "households", "persons")
    keys = ["subject", "indicator", "subject_table", "household"]
    made = asked.groupby(keys, as_index=False).agg(
        matters=("matters", "sum"),
        n_persons=("person", "nunique"),
        settles=("settles", "sum"),
        possible=("possible", "min"),
    )
    states = evidence[["subject", "indicator", "state", "observed_on"]]
    made = made.merge(states, on=["subject", "indicator"], how="left")
    made["state"] = made["state"].fillna("never_asked").astype("str")
    made = made[made["state"] != "withdrawn"]
    home = catalogue.needs[ASK_AT_HOME].zh
    made["who_could_tell_zh"] = [sources.get(code) or home for code in made["indicator"]]
    order = made.sort_values(
        ["matters", "possible", "settles", "subject", "indicator"],
        ascending=[False, True, False, True, True],
        kind="stable",
    ).reset_index(drop=True)
    order["rank"] = np.arange(1, len(order) + 1)
    return order[list(COLUMNS)]


def sources_of(rule_sets: Sequence[RuleSet]) -> dict[str, str]:
    """Return field -> where the rule files expect its evidence from."""
    found: dict[str, list[str]] = {}
    for rules in rule_sets:
        for factor in rules.factors.values():
            if factor.field and factor.source:
                found.setdefault(factor.field, []).append(factor.source)
    return {field: "、".join(dict.fromkeys(names)) for field, names in found.items()}
