"""Count coverage by group, with the gap between the best known and the worst served."""

from __future__ import annotations

from typing import Any

import pandas as pd

from renlin.equity.intervals import newcombe, wilson
from renlin.space.access.states import COVERED, NOT_COVERED, UNKNOWN

EVERYBODY, GAP = "all", "gap"
COLUMNS = (
    "service",
    "display",
    "n",
    "covered",
    "not_covered",
    "unknown",
    "covered_share",
    "low",
    "high",
    "least_share",
    "most_share",
)


def by_group(coverage: pd.DataFrame, *, reference: str, level: float) -> pd.DataFrame:
    """Return the three states by service and group, everybody and the gap.

    ``covered_share`` is the share among residents whose state is known, with its score
    interval; ``least_share`` and ``most_share`` are the shares of all residents when every
    unknown one is not covered, and when every one is. The gap is the share of the
    reference group minus that of the worst served other group, with its interval.

    Parameters
    ----------
    coverage
        Table of coverage, one or more services.
    reference
        Display group the gap is taken against.
    level
        Confidence of the intervals, 0-1.
    """
    rows: list[dict[str, Any]] = []
    for service, part in coverage.groupby("service"):
        groups = {EVERYBODY: part} | {str(name): own for name, own in part.groupby("display")}
        counted = {name: _row(str(service), name, own, level) for name, own in groups.items()}
        rows += [*counted.values(), _gap(str(service), counted, reference, level)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(service: str, display: str, part: pd.DataFrame, level: float) -> dict[str, Any]:
    counts = part["state"].value_counts()
    covered, missed, unknown = (int(counts.get(s, 0)) for s in (COVERED, NOT_COVERED, UNKNOWN))
    share = wilson(covered, covered + missed, level=level)
    return {
        "service": service,
        "display": display,
        "n": len(part),
        "covered": covered,
        "not_covered": missed,
        "unknown": unknown,
        "covered_share": share.estimate,
        "low": share.low,
        "high": share.high,
        "least_share": covered / len(part),
        "most_share": (covered + unknown) / len(part),
    }


def _gap(
    service: str, counted: dict[str, dict[str, Any]], reference: str, level: float
) -> dict[str, Any]:
    """Return reference minus worst group as a row of its own; it counts nobody again."""
    row: dict[str, Any] = dict.fromkeys(COLUMNS, float("nan"))
    row |= {"service": service, "display": GAP, "n": 0}
    row |= dict.fromkeys(("covered", "not_covered", "unknown"), 0)
    others = {
        name: own
        for name, own in counted.items()
        if name not in (EVERYBODY, reference) and own["covered"] + own["not_covered"] > 0
    }
    base = counted.get(reference)
    if base is None or not others:
        return row
    worst = min(others.values(), key=lambda own: (own["covered_share"], own["display"]))
    n, other_n = (own["covered"] + own["not_covered"] for own in (base, worst))
    gap = newcombe(base["covered"], n, worst["covered"], other_n, level=level)
    return row | {"covered_share": gap.estimate, "low": gap.low, "high": gap.high}
