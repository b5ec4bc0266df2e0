"""Write one plan per household and scenario: go or stay, with whom, by which way, how long.

Route, helper and times come from the simulation of that household with its helpers; what
the runs do not tell is not printed. A plan is a draft until a person confirms it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.settings import Scenario, Settings
from renlin.governance.decisions import P90, STAY, decide, reached
from renlin.governance.responsible import answering
from renlin.governance.roles import ROLES, part_of
from renlin.governance.steps import going, staying

COLUMNS = (
    "household",
    "scenario",
    "kind",
    "tier",
    "go",
    "rule",
    "trigger_zh",
    "trigger_en",
    "p50",
    "p90",
    "arrived_share",
    "n_runs",
    "destination",
    "route",
    "primary",
    "second",
    "backup",
    "helper_p50",
    "helper_used_share",
    "steps",
    "take",
    "needs",
    "owner",
    "deputy",
    "state",
    "confirmed_by",
    "review_on",
    "reason",
)
RESPONSE = "household_plans"
"""Response of the catalogue that calls for plans; its owner answers for each."""
HALF = 0.5
DRAFT = "draft"
FROM_RUN = ("arrived_share", "n_runs", "destination", "route", "helper_p50", "helper_used_share")


@dataclass(frozen=True)
class Chosen:
    """What plans are made from.

    Attributes
    ----------
    households
        ``needs.households`` of those who get a plan: household, sure, floor.
    simulated
        ``simulation.households`` of the world with the proposed pairs.
    pairs
        ``governance.pairs``.
    needs, take
        Household -> pictograms of what it needs, and of what it takes along.
    """

    households: pd.DataFrame
    simulated: pd.DataFrame
    pairs: pd.DataFrame
    needs: Mapping[str, tuple[str, ...]]
    take: Mapping[str, tuple[str, ...]]


def plans(
    chosen: Chosen,
    scenarios: Mapping[str, Scenario],
    catalogue: Catalogue,
    settings: Settings,
) -> pd.DataFrame:
    """Return one row per household and simulated scenario.

    ``p50`` and ``p90`` are missing where fewer than half, or nine in ten, of the runs
    arrive; destination and route stay empty for who is to stay.
    """
    months = int(catalogue.number("review_months_household_plan"))
    review = pd.Timestamp(settings.survey_date) + pd.DateOffset(months=months)
    party = answering(catalogue.responses[RESPONSE].owner, settings)
    who = _helpers(chosen.pairs)
    homes = chosen.households.set_index("household")[["sure", "floor"]].to_dict("index")
    rows = []
    for run in chosen.simulated.to_dict("records"):
        household, code = str(run["household"]), str(run["scenario"])
        if household in homes and code in scenarios:
            home, scenario = homes[household], scenarios[code]
            made = _plan(run, scenario, home["floor"], chosen.take.get(household, ()), catalogue)
            given = {
                "tier": home["sure"],
                "needs": ";".join(chosen.needs.get(household, ())),
                "owner": party.body,
                "deputy": party.deputy,
                "review_on": review,
                **who.get(household, {}),
            }
            rows.append({"household": household, "scenario": code, **made, **given})
    return _typed(pd.DataFrame(rows, columns=list(COLUMNS)))


def _plan(
    run: Mapping[Any, Any],
    scenario: Scenario,
    floor: Any,
    take: tuple[str, ...],
    catalogue: Catalogue,
) -> dict[str, Any]:
    go, rule = decide(scenario, run, floor, catalogue)
    mechanism = catalogue.scenarios[scenario.kind].mechanism
    steps = staying(run, mechanism, catalogue) if go == STAY else going(run, take, catalogue)
    told: dict[str, Any] = {name: run[name] for name in FROM_RUN}
    if go == STAY:
        told |= {"destination": "", "route": ""}
    return {
        "kind": scenario.kind,
        "go": go,
        "rule": rule,
        "trigger_zh": catalogue.word(f"trigger_{mechanism}", "zh"),
        "trigger_en": catalogue.word(f"trigger_{mechanism}", "en"),
        "p50": reached(run, "p50", HALF),
        "p90": reached(run, "p90", P90),
        **told,
        "steps": json.dumps(steps, ensure_ascii=False),
        "take": ";".join(take),
        "state": DRAFT,
        "reason": run["reason"],
    }


def _helpers(pairs: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return household -> role -> helper; of several in one part the first counts."""
    found: dict[str, dict[str, Any]] = {}
    for row in pairs.sort_values(["household", "role"]).to_dict("records"):
        part = part_of(str(row["role"]))
        found.setdefault(str(row["household"]), {}).setdefault(part, row["helper"])
    return found


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its types, also where it has no rows."""
    words = [*ROLES, "confirmed_by", "destination", "route"]
    table[words] = table[words].astype("str")
    numbers = ["p50", "p90", "arrived_share", "helper_p50", "helper_used_share"]
    table[numbers] = table[numbers].astype("float64")
    return table
