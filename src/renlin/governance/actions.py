"""Say for each household what to do in each event: fire at home and fire elsewhere are two rows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.governance.decisions import GO, STAY, WAIT

FIRE_HOME = "fire_home"
EVENTS = {
    "stair_fire": "fire_elsewhere",
    "building_fire": "fire_elsewhere",
    "earthquake": "earthquake",
    "aftershock": "earthquake",
    "flood": "flood",
    "local_incident": "gas",
    "collapse": "collapse",
    "crowding": "crowding",
    "power_cut": "power_cut",
    "heat": "heat",
    "kept_at_home": "kept_at_home",
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
    best: dict[tuple[str, str], dict[str, Any]] = {}
    for plan in plans.sort_values(["household", "scenario"]).to_dict("records"):
        event = EVENTS[catalogue.scenarios[plan["kind"]].mechanism]
        key = (str(plan["household"]), event)
        if key not in best or _care(plan) < _care(best[key]):
            best[key] = {"household": key[0], "event": event, **{c: plan[c] for c in COLUMNS[2:]}}
    burnt = sorted({home for home, event in best if event == EVENTS["stair_fire"]})
    rows = [*best.values(), *(_at_home(home, catalogue) for home in burnt)]
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
