"""Keep contradictions with where they came from."""

from __future__ import annotations

import pandas as pd

from renlin.community.community import Community
from renlin.finding import Finding, Lineage, find
from renlin.space.tracing import digests, entries, inputs, numbers

RULED = ("spaces", "uses", "gates", "walks", "facilities", "entrances")
RULED_BY = ("hazard_reach", "need_hour", "opening_minutes_limit", "shelter_usable_share")


def contradictions(
    place: Community, table: pd.DataFrame, covered: Finding, risk: Finding
) -> Finding:
    """Return where space and need contradict each other."""
    standards = entries("standards", sorted({code for code in table["standard"] if code}))
    cited = (*standards, *entries("parameters", RULED_BY))
    columns = ("needed", "offered", "gap", "persons")
    lineage = dict.fromkeys(columns, Lineage("the rule named in column rule", cited))
    weighed = "min(1, gap / needed) x share of residents x upper bound of their risk"
    lineage["severity"] = Lineage(weighed, cited, (("space.hazard", "", ""),))
    return find(
        "space.contradictions",
        table,
        key=["contradiction"],
        parents=[covered, risk],
        inputs=inputs(place, *RULED),
        catalogue=digests(place, "standards", "facilities"),
        parameters=numbers(place, RULED_BY),
        lineage=lineage,
    )
