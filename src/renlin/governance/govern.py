"""Introduce the steps of governance to each other and hand on findings that can be traced."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings, SimulatedFindings, SpaceFindings
from renlin.finding import Finding, Lineage, find
from renlin.governance.actions import actions
from renlin.governance.duties import EVENTS, check_duties
from renlin.governance.effects import tried
from renlin.governance.evidence import Evidence
from renlin.governance.pair import Pairs
from renlin.governance.plans import Chosen, plans
from renlin.governance.responses import respond, unevaluated
from renlin.governance.signs import needs_of, take_of

WORLD = "paired"
"""Scheme of the simulation in which the proposed pairs help."""
TRIES = {"carry_household_without_pair": WORLD}
"""Trigger -> world that tries exactly its response."""
LAYERS = (
    "buildings",
    "dwellings",
    "entrances",
    "facilities",
    "gates",
    "households",
    "sensors",
    "spaces",
    "walks",
)
PLAN_PARAMETERS = ("plan_margin", "review_months_household_plan")
RESPONSE_PARAMETERS = (
    "response_deadline_months",
    "response_high_floor",
    "single_exit_doors",
)


@dataclass(frozen=True)
class Governed:
    """Who does what for whom.

    Attributes
    ----------
    plans
        One household one plan, by scenario, from the simulation of that household.
    actions
        Go, stay, or wait and then go, by household and event, as the card prints it.
    responses
        Responses of planning, construction and governance with evidence, owner, deadline.
    unevaluated
        Responses nobody could decide on here, and what is missing for it.
    duties
        The responsibility list with its gaps and overlaps.
    """

    plans: Finding
    actions: Finding
    responses: Finding
    unevaluated: Finding
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

    Plans are drafts and responses proposals until people decide: nothing here is final.

    Parameters
    ----------
    place
        The community as it stands.
    needs, space
        Findings of the stages before, for this community.
    simulated
        Must hold the world ``paired``, in which the proposed pairs help.
    pairs
        Result of :func:`renlin.governance.pair`.
    """
    made = _plans(place, needs, simulated, pairs)
    doing = _actions(place, made)
    duties = _duties(place)
    responses = _responses(place, needs, space, simulated, pairs, made, duties)
    left = find(
        "governance.unevaluated",
        unevaluated(place.catalogue),
        key=["response"],
        catalogue={"responses": place.catalogue.digest("responses")},
        privacy="public",
    )
    return Governed(made, doing, responses, left, duties)


def _plans(
    place: Community, needs: NeedsFindings, simulated: SimulatedFindings, pairs: Pairs
) -> Finding:
    homes = needs.households.table
    wanted = {*pairs.pairs.table["household"], *pairs.shortages.table["household"]}
    run = simulated.households.table
    listed = (place.study.plan_scenarios if place.study else ()) or tuple(place.scenarios)
    run = run[(run["scheme"] == WORLD) & run["scenario"].isin(listed)]
    indicators, profiles = needs.indicators.table, needs.profiles.table
    chosen = Chosen(
        homes[homes["household"].isin(wanted)],
        run,
        pairs.pairs.table,
        needs_of(indicators, profiles),
        take_of(indicators, homes["household"]),
    )
    behind = (
        ("simulation.households", "household", "household"),
        ("governance.pairs", "household", "household"),
        ("needs.households", "household", "household"),
    )
    entries = tuple(f"parameters/{name}" for name in PLAN_PARAMETERS)
    kinds = sorted({place.scenarios[code].kind for code in listed if code in place.scenarios})
    decided = Lineage(
        "go when out of the stair before its smoke closes it (p90 and margin), at or above the "
        "safe floor stay in a flood, after the shaking go, a fall stays",
        (*entries, *(f"scenarios/{kind}" for kind in kinds)),
        behind,
    )
    simulation = Lineage("simulation with the proposed pairs", entries, behind)
    numbers = ("p50", "p90", "arrived_share", "n_runs", "helper_p50", "helper_used_share")
    return find(
        "governance.plans",
        plans(chosen, place.scenarios, place.catalogue, place.settings),
        key=["household", "scenario"],
        privacy="personal",
        parents=[
            needs.households,
            needs.profiles,
            needs.indicators,
            simulated.households,
            pairs.pairs,
            pairs.shortages,
        ],
        parameters={name: place.catalogue.number(name) for name in PLAN_PARAMETERS},
        catalogue={name: place.catalogue.digest(name) for name in ("scenarios", "responses")},
        lineage=dict.fromkeys((*numbers, "route", "destination", "primary"), simulation)
        | {"go": decided, "steps": simulation},
    )


def _actions(place: Community, made: Finding) -> Finding:
    behind = (("governance.plans", "household", "household"),)
    return find(
        "governance.actions",
        actions(made.table, place.catalogue),
        key=["household", "event"],
        privacy="personal",
        parents=[made],
        catalogue={"scenarios": place.catalogue.digest("scenarios")},
        lineage={"go": Lineage("most careful plan of the event; own fire: out", (), behind)},
    )


def _duties(place: Community) -> Finding:
    day = pd.Timestamp(place.settings.survey_date)
    hazards = place["hazards"]
    done = hazards["closed_on"].notna() & (hazards["closed_on"] <= day)
    families = {place.catalogue.hazards[str(kind)].family for kind in hazards.loc[~done, "kind"]}
    struck = {
        EVENTS[place.catalogue.scenarios[one.kind].mechanism] for one in place.scenarios.values()
    }
    table = check_duties(place["duties"], families | struck, place.catalogue, place.settings)
    rule = Lineage(
        "exactly one accountable body per task; one acts; somebody else stands in at night "
        "where minutes count; no body carries too much",
        ("parameters/duty_load_cap",),
    )
    settings = place.settings
    return find(
        "governance.duties",
        table,
        key=["hazard", "phase"],
        privacy="public",
        inputs={"duties": place["duties"], "hazards": hazards[["kind", "closed_on"]]},
        parameters={
            "duty_load_cap": place.catalogue.number("duty_load_cap"),
            "struck": sorted(struck),
            "property_manager": settings.property_manager,
            "owner_unit": settings.owner_unit,
            "jurisdiction": settings.jurisdiction,
        },
        catalogue={"hazards": place.catalogue.digest("hazards")},
        lineage=dict.fromkeys(("status", "suggested", "without_basis"), rule),
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
        space.inspections,
        space.coverage,
        space.points,
        space.contradictions,
        space.network_gaps,
        simulated.households,
        simulated.shelters,
        simulated.comparison,
        pairs.shortages,
        made,
        duties,
    ]
    evidence = Evidence(place, {parent.name: parent for parent in parents})
    responses = place.catalogue.responses
    entries = tuple(f"responses/{code}" for code in sorted(responses))
    behind = tuple((parent.name, "", "") for parent in parents)
    shown = ("persons", "unknown", "state", "cost_low", "cost_high", "evidence")
    settings = place.settings
    return find(
        "governance.responses",
        respond(evidence, tried(responses, place.schemes, TRIES)),
        key=["response", "place"],
        parents=parents,
        inputs={name: place[name] for name in LAYERS},
        catalogue={name: place.catalogue.digest(name) for name in ("responses", "classes")},
        parameters={name: place.catalogue.number(name) for name in RESPONSE_PARAMETERS}
        | {"property_manager": settings.property_manager, "owner_unit": settings.owner_unit},
        lineage=dict.fromkeys(
            shown, Lineage("trigger of the response, see column evidence", entries, behind)
        ),
    )
