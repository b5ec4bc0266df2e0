"""Introduce the steps of governance to each other."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings, SimulatedFindings, SpaceFindings
from renlin.finding import Finding, Lineage, find
from renlin.governance.demand import TIERS_WITH_PLAN
from renlin.governance.duties import check_duties
from renlin.governance.pair import Pairs
from renlin.governance.plans import Chosen, plans
from renlin.governance.responses import respond
from renlin.governance.triggers import Evidence

WORLD = "paired"
TAKE = 3
TAKE_ALWAYS = ("medicine", "phone", "water")
TAKE_FIRST = {"power_device": "oxygen", "daily_medicine": "medicine", "child": "infant_food"}


@dataclass(frozen=True)
class Governed:
    """Who does what for whom.

    Attributes
    ----------
    plans
        One household one plan, by scenario, from the simulation of that household.
    responses
        Responses of planning, construction and governance with evidence.
    duties
        The responsibility list with its gaps and overlaps.
    """

    plans: Finding
    responses: Finding
    duties: Finding


def govern(
    place: Community,
    needs: NeedsFindings,
    space: SpaceFindings,
    simulated: SimulatedFindings,
    *,
    pairs: Pairs,
) -> Governed:
    """Say who does what for whom.

    Parameters
    ----------
    place
        The community with the proposed pairs.
    simulated
        Must hold the world ``paired``, in which those pairs help.
    pairs
        Result of :func:`renlin.governance.pair`.
    """
    made = _plans(place, needs, simulated, pairs)
    duties = _duties(place)
    responses = _responses(place, needs, space, simulated, pairs, made, duties)
    return Governed(made, responses, duties)


def _plans(
    place: Community, needs: NeedsFindings, simulated: SimulatedFindings, pairs: Pairs
) -> Finding:
    homes = needs.households.table
    helped = set(pairs.pairs.table["household"]) | set(pairs.shortages.table["household"])
    chosen_homes = homes[homes["sure"].isin(TIERS_WITH_PLAN) | homes["household"].isin(helped)]
    wanted = (place.study.plan_scenarios if place.study else ()) or tuple(place.scenarios)
    run = simulated.households.table
    run = run[(run["scheme"] == WORLD) & run["scenario"].isin(wanted)]
    needed = _needs(needs)
    chosen = Chosen(chosen_homes, run, pairs.pairs.table, needed, _take(needs, needed))
    day = pd.Timestamp(place.settings.survey_date)
    table = plans(chosen, place.scenarios, place.catalogue, day)
    names = ("plan_margin", "review_months_household_plan")
    parents = (
        ("simulation.households", "household", "household"),
        ("governance.pairs", "household", "household"),
        ("needs.households", "household", "household"),
    )
    rule = "times, route and helper from the simulation with the proposed pairs"
    lineage = {
        name: Lineage(rule, tuple(f"parameters/{n}" for n in names), parents)
        for name in ("p50", "p90", "go", "arrived_share", "route", "primary")
    }
    return find(
        "governance.plans",
        table,
        key=["household", "scenario"],
        privacy="personal",
        parents=[needs.households, needs.list, needs.indicators, simulated.households, pairs.pairs],
        parameters={name: place.catalogue.number(name) for name in names},
        catalogue={"scenarios": place.catalogue.digest("scenarios")},
        lineage=lineage,
    )


def _needs(needs: NeedsFindings) -> dict[str, tuple[str, ...]]:
    table = needs.list.table
    return {
        str(household): tuple(sorted(set(part["item"])))
        for household, part in table[table["kind"] != "supply"].groupby("household")
    }


def _take(needs: NeedsFindings, needed: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the three things each household takes: what keeps somebody alive comes first."""
    indicators = needs.indicators.table
    device = indicators["power_device"].notna() & ~indicators["power_device"].isin(["none", ""])
    powered = set(indicators.loc[device, "household"])
    infants = set(indicators.loc[indicators["age"].astype("float64") <= 2, "household"])
    homes = set(indicators["household"]) | set(needed)
    made = {}
    for home in homes:
        first = (["oxygen"] if home in powered else []) + (["infant"] if home in infants else [])
        made[str(home)] = tuple(dict.fromkeys([*first, *TAKE_ALWAYS]))[:TAKE]
    return made


def _duties(place: Community) -> Finding:
    open_kinds = place["hazards"].loc[place["hazards"]["closed_on"].isna(), "kind"]
    families = {place.catalogue.hazards[str(kind)].family for kind in open_kinds}
    table = check_duties(place["duties"], families)
    lineage = {
        "status": Lineage(
            "exactly one accountable body per hazard and phase; one acts; "
            "a deputy at night where minutes count"
        )
    }
    return find(
        "governance.duties",
        table,
        key=["hazard", "phase"],
        privacy="public",
        inputs={"duties": place["duties"], "hazards": place["hazards"]},
        lineage=lineage,
        catalogue={"hazards": place.catalogue.digest("hazards")},
    )


def _responses(
    place: Community,
    needs: NeedsFindings,
    space: SpaceFindings,
    simulated: SimulatedFindings,
    pairs: Pairs,
    made: Finding,
    duties: Finding,
) -> Finding:
    parents = [
        needs.profiles,
        needs.households,
        needs.indicators,
        needs.work_list,
        space.hazard,
        space.coverage,
        space.points,
        space.contradictions,
        space.network_gaps,
        simulated.shelters,
        pairs.shortages,
        made,
        duties,
    ]
    evidence = Evidence(place.tables, {parent.name: parent for parent in parents}, place.catalogue)
    table = respond(evidence, pd.Timestamp(place.settings.survey_date))
    entries = tuple(f"responses/{code}" for code in sorted(place.catalogue.responses))
    lineage = {
        name: Lineage("trigger of the response, see column evidence", entries)
        for name in ("persons", "state", "cost_low", "cost_high", "evidence")
    }
    return find(
        "governance.responses",
        table,
        key=["response", "place"],
        parents=parents,
        inputs={name: place[name] for name in ("entrances", "hazards", "buildings")},
        catalogue={"responses": place.catalogue.digest("responses")},
        lineage=lineage,
    )
