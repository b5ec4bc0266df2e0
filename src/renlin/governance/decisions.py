"""Decide for each household: go out, stay, or wait and then go.

A01: go only when the slow run with a margin keeps below the time that is left; else stay,
protect the home and be fetched.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.settings import Scenario

GO, STAY, WAIT = "go", "stay", "wait_then_go"
GROUND_FLOOR = 1
SHELTERED = "sheltered"
"""Reason of the simulation for who is safest at home and told so."""
P90 = 0.9


def decide(
    scenario: Scenario, run: Mapping[Any, Any], floor: Any, catalogue: Catalogue
) -> tuple[str, str]:
    """Return what a household does, and the rule that says so.

    Earthquake: wait until the shaking stops, then go. Flood: stay at or above
    ``safe_floor``, else go. Fire: go only when out of the stair before its smoke would
    close it; else stay, shut the door and be fetched. The simulated fire stands for one in
    the household's own stair, so that the plan holds wherever it burns. Gas: go when
    called out. A fall: stay and call. Who the simulation tells to stay stays.

    Parameters
    ----------
    run
        Row of ``simulation.households`` of this household and scenario.
    floor
        Storey the household lives on; missing is unknown, and then the worst is assumed.

    Source: governance reference A01, algorithm c.
    """
    kind = catalogue.scenarios[scenario.kind]
    value = {name: entry.value for name, entry in kind.parameters.items()} | scenario.parameters
    if run["reason"] == SHELTERED:
        return STAY, "safest_at_home"
    if kind.mechanism in ("earthquake", "aftershock"):
        return WAIT, "shaking_first"
    if kind.stay_put:
        return STAY, "cannot_leave"
    if kind.mechanism == "flood":
        above = not pd.isna(floor) and floor >= value["safe_floor"]
        return (STAY, "above_the_water") if above else (GO, "below_the_water")
    if kind.mechanism == "stair_fire":
        return _fire(scenario, run, floor, catalogue, value)
    return GO, "called_out"


def _fire(
    scenario: Scenario,
    run: Mapping[Any, Any],
    floor: Any,
    catalogue: Catalogue,
    value: Mapping[str, float],
) -> tuple[str, str]:
    needed = out_of_stair(run)
    if np.isnan(needed):
        return STAY, "time_unknown"
    seat = float(scenario.places.get("floor", GROUND_FLOOR))
    left = tenable(value, floor, seat)
    if needed + catalogue.number("plan_margin") <= left:
        return GO, "before_the_smoke"
    return STAY, "smoke_first"


def tenable(value: Mapping[str, float], floor: Any, seat: float) -> float:
    """Return until when the stair can be walked from a storey, s after ignition (ASET).

    ``smoke_start + tenable_time``, and ``smoke_sink_per_floor`` more for every storey the
    household lives below the fire: it never passes it. An unknown storey counts as above.
    """
    below = 0.0 if pd.isna(floor) else max(seat - float(floor), 0.0)
    return value["smoke_start"] + value["tenable_time"] + below * value["smoke_sink_per_floor"]


def out_of_stair(run: Mapping[Any, Any]) -> float:
    """Return when the household is out of its stair in a slow run, s (RSET); NaN if unknown.

    The p90 of the whole way less the median way on the lanes. Assumption: the spread of
    the way on the lanes is small against that of leaving home.
    """
    whole = reached(run, "p90", P90)
    lanes = run["lanes_p50"]
    return float("nan") if np.isnan(whole) or pd.isna(lanes) else whole - float(lanes)


def reached(run: Mapping[Any, Any], column: str, share: float) -> float:
    """Return a quantile of the time to safety; NaN where there is none to tell.

    None where fewer runs arrive than the quantile asks for, and for who stays where it is.
    """
    share_arrived = run["arrived_share"]
    few = pd.isna(run[column]) or pd.isna(share_arrived) or share_arrived < share
    if few or run["reason"] == SHELTERED:
        return float("nan")
    return float(run[column])
