"""Choose responses by rules: which trigger fired where, for whom, who owns it, until when."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Response
from renlin.governance.effects import claims_effect, helped
from renlin.governance.evidence import Evidence, Hit
from renlin.governance.responsible import answering
from renlin.governance.triggers import TRIGGERS

COLUMNS = (
    "response",
    "place",
    "trigger",
    "strategy",
    "dimension",
    "phase",
    "order",
    "persons",
    "unknown",
    "display",
    "evidence",
    "owner",
    "deputy",
    "owner_rule",
    "due_on",
    "review_on",
    "lever",
    "tried_by",
    "cost_low",
    "cost_high",
    "cost_unit",
    "state",
    "basis",
    "text_zh",
    "text_en",
)
UNEVALUATED = ("response", "trigger", "why", "text_zh", "text_en")
RECOMMENDED, UNDECIDED = "recommended", "undecided"
ALWAYS = 1.0
"""Threshold of a response that names none: any one case."""
COMPARISON = "simulation.comparison"


def respond(evidence: Evidence, tried: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return every response a trigger calls for, most persons first.

    ``recommended`` is what claims no effect on anybody's way (a gap in the duties is a gap
    whatever a model says), and what was simulated here alone, under the same luck, and
    surely helped the group it is for without hurting any other. Everything else stays
    ``undecided``: its effect is assumed.

    Parameters
    ----------
    tried
        Response -> schemes of this run that move its levers and no others.
    """
    compared = evidence.table(COMPARISON)
    proven = cache(lambda code, group: helped(compared, tried.get(code, ()), group))
    rows = [
        _row(code, response, hit, evidence)
        | {
            "tried_by": ";".join(tried.get(code, ())),
            "state": RECOMMENDED
            if not claims_effect(response) or proven(code, hit.display)
            else UNDECIDED,
        }
        for code, response in sorted(evidence.catalogue.responses.items())
        if response.trigger in TRIGGERS
        for hit in _hits(evidence, response)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    dates = dict.fromkeys(("due_on", "review_on"), "datetime64[s]")
    return (
        table.sort_values(["persons", "response", "place"], ascending=[False, True, True])
        .reset_index(drop=True)
        .astype(dates)
    )


def unevaluated(catalogue: Catalogue) -> pd.DataFrame:
    """Return the responses nobody could decide here, and what is missing for it."""
    rows = [
        _undecidable(code, entry, catalogue)
        for code, entry in sorted(catalogue.responses.items())
        if entry.trigger not in TRIGGERS
    ]
    return pd.DataFrame(rows, columns=list(UNEVALUATED)).astype("str")


def _undecidable(code: str, response: Response, catalogue: Catalogue) -> dict[str, str]:
    word = f"unevaluated_{response.trigger}"
    why = word if word in catalogue.words else "unevaluated_unknown"
    return {
        "response": code,
        "trigger": response.trigger,
        "why": why.removeprefix("unevaluated_"),
        "text_zh": catalogue.word(why, "zh"),
        "text_en": catalogue.word(why, "en"),
    }


def _hits(evidence: Evidence, response: Response) -> list[Hit]:
    """Return the hits of a response, one per place: the one that concerns most."""
    least = ALWAYS if response.threshold is None else response.threshold.value
    best: dict[str, Hit] = {}
    for hit in TRIGGERS[response.trigger](evidence, least):
        known = best.get(hit.place)
        if known is None or (hit.persons, hit.unknown) > (known.persons, known.unknown):
            best[hit.place] = hit
    return list(best.values())


def _row(code: str, response: Response, hit: Hit, evidence: Evidence) -> dict[str, Any]:
    cost = response.cost
    party = answering(response.owner, evidence.place.settings)
    months = int(evidence.catalogue.number("response_deadline_months"))
    return {
        "response": code,
        "place": hit.place,
        "trigger": response.trigger,
        "strategy": response.strategy,
        "dimension": response.dimension,
        "phase": response.phase,
        "order": response.order,
        "persons": hit.persons,
        "unknown": hit.unknown,
        "display": hit.display,
        "evidence": hit.evidence,
        "owner": party.body,
        "deputy": party.deputy,
        "owner_rule": party.rule,
        "due_on": evidence.day + pd.DateOffset(months=months),
        "review_on": evidence.day + pd.DateOffset(months=response.review_months),
        "lever": response.lever,
        "cost_low": float("nan") if cost is None else _bound(cost.low, cost.value),
        "cost_high": float("nan") if cost is None else _bound(cost.high, cost.value),
        "cost_unit": "" if cost is None else cost.unit,
        "basis": "；".join(part for part in (response.basis, party.basis) if part),
        "text_zh": response.zh,
        "text_en": response.en,
    }


def _bound(bound: float | None, value: float) -> float:
    return value if bound is None else bound
