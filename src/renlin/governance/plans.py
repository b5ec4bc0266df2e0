"""Write one plan per household and scenario: go or stay, with whom, by which way, how long.

Route, helper and times come from the simulation of that household with its helpers;
what was not simulated is not printed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.settings import Scenario

COLUMNS = (
    "household",
    "scenario",
    "kind",
    "tier",
    "go",
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
    "review_on",
    "reason",
)
GO, STAY, WAIT = "go", "stay", "wait_then_go"
TRIGGERS = {
    "stair_fire": ("闻到烟味、听到报警或有人敲门", "smell of smoke, an alarm or a knock"),
    "earthquake": ("摇晃停下", "the shaking stops"),
    "flood": ("社区通知转移，或水进楼门", "the community says so, or water at the door"),
    "local_incident": ("闻到燃气味或接到通知", "smell of gas, or told so"),
    "personal_incident": ("摔倒、胸闷、叫不应", "a fall, chest pain, no answer"),
}


@dataclass(frozen=True)
class Chosen:
    """What a plan is made from.

    Attributes
    ----------
    households
        ``needs.households`` of those who get a plan: household, sure, floor, entrance.
    simulated
        ``simulation.households`` of the world with the proposed pairs.
    pairs
        ``governance.pairs``.
    needs
        household -> needs as pictogram codes.
    take
        household -> three things to take.
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
    survey_date: pd.Timestamp,
) -> pd.DataFrame:
    """Return one row per household and simulated scenario.

    Go or stay: after an earthquake wait until the shaking stops, then go; in a flood stay
    at or above ``safe_floor``; in a fire elsewhere in the stair go only when the slow run
    (p90) with ``plan_margin`` keeps below the time the stair stays tenable, else stay and
    be fetched; gas: go; a fall: stay and call.
    """
    months = int(catalogue.number("review_months_household_plan"))
    review = survey_date + pd.DateOffset(months=months)
    helpers = _helpers(chosen.pairs)
    places = chosen.households.set_index("household")
    rows = []
    for run in chosen.simulated.to_dict("records"):
        household, code = str(run["household"]), str(run["scenario"])
        if household not in places.index or code not in scenarios:
            continue
        home, scenario = places.loc[household], scenarios[code]
        go = decide(scenario, run, home["floor"], home["entrance"], catalogue)
        zh, en = TRIGGERS[catalogue.scenarios[scenario.kind].mechanism]
        who = helpers.get(household, {})
        walked = steps(run, who, chosen.take.get(household, ()))
        rows.append(
            {
                "household": household,
                "scenario": code,
                "kind": scenario.kind,
                "tier": home["sure"],
                "go": go,
                "trigger_zh": zh,
                "trigger_en": en,
                **{name: run[name] for name in _FROM_RUN},
                **who,
                "steps": json.dumps(walked, ensure_ascii=False),
                "take": ";".join(chosen.take.get(household, ())),
                "needs": ";".join(chosen.needs.get(household, ())),
                "review_on": review,
                "reason": run["reason"],
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


_FROM_RUN = (
    "p50",
    "p90",
    "arrived_share",
    "n_runs",
    "destination",
    "route",
    "helper_p50",
    "helper_used_share",
)


def decide(
    scenario: Scenario, run: Mapping[Any, Any], floor: Any, entrance: Any, catalogue: Catalogue
) -> str:
    """Return ``go``, ``stay`` or ``wait_then_go`` for one household and scenario."""
    kind = catalogue.scenarios[scenario.kind]
    value = {name: entry.value for name, entry in kind.parameters.items()} | scenario.parameters
    if kind.mechanism == "earthquake":
        return WAIT
    if kind.mechanism == "personal_incident":
        return STAY
    if kind.mechanism == "flood":
        return STAY if not pd.isna(floor) and floor >= value["safe_floor"] else GO
    if kind.mechanism == "stair_fire" and scenario.places.get("entrance") == entrance:
        tenable = value.get("stair_untenable_after", value.get("tenable_time"))
        late = pd.isna(run["p90"]) or tenable is None
        slow = late or run["p90"] + catalogue.number("plan_margin") > tenable
        return STAY if slow else GO
    return GO


def steps(
    run: Mapping[Any, Any], who: Mapping[str, Any], take: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Return the numbered steps with pictogram, words and median seconds, in order.

    Phases of zero length are left out; what the simulation does not know is no step.
    """
    fetched = isinstance(who.get("primary"), str)
    phases = [
        (
            "helper" if fetched else "alarm",
            "等人来" if fetched else "准备出门",
            "wait for your helper" if fetched else "get ready",
            run["wait_p50"] if fetched and not pd.isna(run["wait_p50"]) else run["premove_p50"],
        ),
        ("oxygen" if "oxygen" in take else "prepare", "准备好再走", "prepare", run["prepare_p50"]),
        ("stairs", "下楼", "down the stairs", run["stairs_p50"]),
        ("shelter", "到安全处", "to the safe place", _sum(run["lanes_p50"], run["queue_p50"])),
    ]
    return [
        {"pictogram": picture, "zh": zh, "en": en, "seconds": round(float(seconds), 1)}
        for picture, zh, en, seconds in phases
        if not pd.isna(seconds) and seconds > 0
    ]


def _sum(*parts: float) -> float:
    known = [part for part in parts if not pd.isna(part)]
    return float(sum(known)) if known else float("nan")


def _helpers(pairs: pd.DataFrame) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in pairs.to_dict("records"):
        if row["role"] in ("primary", "second", "backup"):
            found.setdefault(str(row["household"]), {})[str(row["role"])] = row["helper"]
    return found
