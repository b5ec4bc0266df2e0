"""Choose responses by rules: which trigger fired where, for whom, who owns it, until when."""

from __future__ import annotations

import pandas as pd

from renlin.catalogue.models import Response
from renlin.governance.triggers import TRIGGERS, Evidence, Hit

COLUMNS = (
    "response",
    "place",
    "trigger",
    "strategy",
    "dimension",
    "phase",
    "order",
    "persons",
    "display",
    "evidence",
    "owner",
    "review_on",
    "lever",
    "cost_low",
    "cost_high",
    "cost_unit",
    "state",
    "basis",
    "text_zh",
    "text_en",
)
ALWAYS = 1.0


def respond(evidence: Evidence, day: pd.Timestamp) -> pd.DataFrame:
    """Return every response a trigger calls for, most persons first.

    A response whose effect is only assumed (its prior is a sweep, not evidence) is
    ``undecided`` until it was simulated or drilled here; one that costs no money and
    names no effect on walking is ``recommended`` at once.

    Returns
    -------
    One row per response and place. Triggers without an evaluator here are listed by
    :func:`unevaluated`.
    """
    rows: list[dict[str, object]] = []
    for code, response in sorted(evidence.catalogue.responses.items()):
        trigger = TRIGGERS.get(response.trigger)
        if trigger is None:
            continue
        least = ALWAYS if response.threshold is None else response.threshold.value
        best: dict[str, Hit] = {}
        for hit in trigger(evidence, least):
            known = best.get(hit.place)
            if known is None or hit.persons > known.persons:
                best[hit.place] = hit
        rows.extend(_row(code, response, hit, day) for hit in best.values())
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(
        ["persons", "response", "place"], ascending=[False, True, True]
    ).reset_index(drop=True)


def unevaluated(responses: dict[str, Response]) -> list[str]:
    """Return the responses whose trigger needs records this community does not keep yet."""
    return sorted(code for code, entry in responses.items() if entry.trigger not in TRIGGERS)


def _row(code: str, response: Response, hit: Hit, day: pd.Timestamp) -> dict[str, object]:
    cost = response.cost
    free = cost is not None and cost.value == 0.0
    return {
        "response": code,
        "place": hit.place,
        "trigger": response.trigger,
        "strategy": response.strategy,
        "dimension": response.dimension,
        "phase": response.phase,
        "order": response.order,
        "persons": hit.persons,
        "display": hit.display,
        "evidence": hit.evidence,
        "owner": response.owner,
        "review_on": day + pd.DateOffset(months=response.review_months),
        "lever": response.lever,
        "cost_low": float("nan") if cost is None else _bound(cost.low, cost.value),
        "cost_high": float("nan") if cost is None else _bound(cost.high, cost.value),
        "cost_unit": "" if cost is None else cost.unit,
        "state": "recommended" if free else "undecided",
        "basis": response.basis,
        "text_zh": response.zh,
        "text_en": response.en,
    }


def _bound(bound: float | None, value: float) -> float:
    return value if bound is None else bound
