"""Say for each household what to do in each event: fire at home and fire elsewhere are two rows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.governance.decisions import GO, STAY, WAIT

FIRE_HOME = "fire_home"
EVENTS = {
    "stair_fire": "fire_elsewhere",
    "earthquake": "earthquake",
    "flood": "flood",
    "local_incident": "gas",
    "personal_incident": "fall",
}
"""Mechanism -> event as the card calls it."""
CAREFUL_FIRST = (STAY, WAIT, GO)
COLUMNS = ("household", "event", "go", "rule", "scenario", "trigger_zh", "trigger_en")


def actions(plans: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return one row per household and event.

    Fire in one's own home: out of the flat at once, whatever else the plans say; the door
    shut behind. For every other event the plan of its simulated scenario says it; of
    several the most careful counts. An event nobody simulated has no row: what is unknown
    is not printed.

    Returns
    -------
    ``scenario`` is the one the decision rests on; empty for the fire at home.
    """
    rows: list[dict[str, Any]] = []
    for household, part in plans.groupby("household", sort=True):
        if (
            part["kind"].map(lambda code: catalogue.scenarios[code].mechanism) == "stair_fire"
        ).any():
            rows.append(_at_home(str(household), catalogue))
        best: dict[str, dict[str, Any]] = {}
        for plan in part.sort_values("scenario").to_dict("records"):
            event = EVENTS[catalogue.scenarios[plan["kind"]].mechanism]
            known = best.get(event)
            if known is None or _care(plan) < _care(known):
                best[event] = {str(k): v for k, v in plan.items()}
        rows += [
            {"household": household, "event": event, **{c: plan[c] for c in COLUMNS[2:]}}
            for event, plan in sorted(best.items())
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype("str")


def _at_home(household: str, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "household": household,
        "event": FIRE_HOME,
        "go": GO,
        "rule": "own_home_burns",
        "scenario": "",
        "trigger_zh": catalogue.word("trigger_fire_home", "zh"),
        "trigger_en": catalogue.word("trigger_fire_home", "en"),
    }


def _care(plan: dict[Any, Any]) -> int:
    return CAREFUL_FIRST.index(plan["go"])
