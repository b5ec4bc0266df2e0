"""Play table 1: the universal and the risk-inequality view, for the same budget.

Every candidate measure is simulated alone under the same seeds; its effect is the time
it takes off each household. Two portfolios are then chosen for the same budget, by
value-weighted efficiency and by the ε-constraint, and simulated whole: what is printed
is what the joint simulation gave, not the sum of single effects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import Any

import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.community.scheme import apply
from renlin.community.settings import Policy, Scheme
from renlin.equity.accounts import Allocation
from renlin.finding import Finding, find
from renlin.simulation.traced import CATALOGUE, TABLES
from renlin.study.candidates import Measures, candidates
from renlin.study.panel import CONTROL, EQUITY, UNIVERSAL, figures, panels, price
from renlin.study.portfolios import (
    TAKEN,
    choose,
    effects,
    portfolio_table,
    problem,
    sweep,
    worlds_of,
)
from renlin.study.table_one import table_one
from renlin.study.times import BASE, Times, seen
from renlin.study.traced import (
    frontier_lineage,
    portfolio_lineage,
    price_lineage,
    view_lineage,
)

Simulate = Callable[[Mapping[str, Community], Sequence[int]], Times]
PLANS = (UNIVERSAL, EQUITY, CONTROL)
WORDS, FIGURE = "words", "figure"


@dataclass(frozen=True)
class DualView:
    """Both plans for one budget, what they do, and what fairness costs.

    Attributes
    ----------
    dual_view
        Figures of both views with the difference and its interval, and the eight rows of
        table 1 in words.
    price
        Who gives and who gains, by group.
    portfolios
        Every candidate measure, which view takes it, and why.
    frontier
        The whole way from equity to efficiency, by epsilon.
    plans
        View -> scheme with the edits of its measures.
    """

    dual_view: Finding
    price: Finding
    portfolios: Finding
    frontier: Finding
    plans: Mapping[str, Scheme]


def dual_view(
    place: Community,
    needs: NeedsFindings,
    simulate: Simulate,
    *,
    budget: float,
    screening: Sequence[int],
    seeds: Sequence[int],
) -> DualView | None:
    """Return both views for ``budget``; None when the folder names no candidate measures.

    Parameters
    ----------
    needs
        Findings of needs identification for ``place``.
    simulate
        Runs worlds under seeds and returns the times of every person in the study's main
        scenario.
    budget
        Yuan, the same for both views.
    screening, seeds
        Seeds for the single measures and for the portfolios.

    Raises
    ------
    SchemeFault
        When a measure's scheme is not there or cannot be applied.
    Infeasible
        When the limits of the policy cannot be met together.

    Source: governance reference §6; rong_inequality, table 1.
    """
    if len(place["measures"]) == 0:
        return None
    measures = candidates(place)
    worlds = {
        name: apply(measures.scheme(taken, name), place) if taken else place
        for name, taken in worlds_of(measures).items()
    }
    profiles = needs.profiles.table
    alone = seen(simulate({BASE: place} | worlds, screening))
    known = effects(place, profiles, measures, alone)
    stated = problem(place, measures, known, budget)
    chosen = choose(place, stated)
    plans = {view: measures.scheme(_taken(chosen[view]), view) for view in PLANS}
    tried = {BASE: place} | {view: apply(plan, place) for view, plan in plans.items()}
    together = seen(simulate(tried, seeds))
    display = (
        profiles.set_index("person")["display"].reindex(list(together.persons)).to_numpy(object)
    )
    made = panels(together, display, place.policy)
    spent = {view: float(plan.cost or 0.0) for view, plan in plans.items()}
    gaps = {view: float(made[view].levels.gap.mean()) for view in (UNIVERSAL, EQUITY)}
    words = table_one(place.catalogue, chosen, measures.table, gaps, place.policy.reference).assign(
        kind=WORDS
    )
    rows = figures(made, spent, budget, place.policy).assign(kind=FIGURE)
    keep = partial(
        find,
        parents=[needs.profiles, needs.households, needs.indicators],
        inputs={name: place.hashes[name] for name in (*TABLES, "measures")}
        | {"schemes": _written(measures)},
        catalogue={part: place.catalogue.digest(part) for part in CATALOGUE},
        policy=in_force(place.policy) | {"budget": budget},
        parameters=_scenario(place) | {"screening": list(screening)},
        seeds=seeds,
        privacy="public",
        synthetic=place.synthetic,
    )
    listed = keep(
        "study.portfolios",
        portfolio_table(measures, known, chosen, place.catalogue),
        key=["measure"],
        lineage=portfolio_lineage(),
    )
    rests = [needs.profiles, needs.households, needs.indicators, listed]
    paid = price(together, display, place.policy)
    both, way = view_lineage(), frontier_lineage()
    return DualView(
        keep("study.dual_view", _stacked(rows, words), key=["row"], parents=rests, lineage=both),
        keep("study.price", paid, key=["display"], parents=rests, lineage=price_lineage()),
        listed,
        keep("study.frontier", sweep(place, stated), key=["epsilon"], parents=rests, lineage=way),
        plans,
    )


def _taken(plan: Allocation) -> list[str]:
    return [str(measure) for measure in plan.given.index[plan.given > TAKEN]]


def _stacked(rows: pd.DataFrame, words: pd.DataFrame) -> pd.DataFrame:
    """Return figures and words as one table; what a kind of row has not stays missing."""
    table = pd.concat([rows, words], ignore_index=True)
    texts = [c for c in table.columns if table[c].dtype == object or str(table[c].dtype) == "str"]
    table[texts] = table[texts].fillna("").astype("str")
    return table


def _written(measures: Measures) -> str:
    """Return the content hash of the schemes behind the measures."""
    written = {code: scheme.model_dump_json() for code, scheme in measures.schemes.items()}
    return blake2b(repr(sorted(written.items())).encode(), digest_size=8).hexdigest()


def _scenario(place: Community) -> dict[str, Any]:
    """Return the scenario both views are tried in, with its own numbers."""
    chosen = place.scenarios.get(place.study.main_scenario) if place.study else None
    return {"scenario": chosen.model_dump_json() if chosen else ""}


def in_force(policy: Policy) -> dict[str, object]:
    """Return the value choices that shape the dual view, and who made them when."""
    return {
        "epsilon": policy.epsilon,
        "majority_loss": policy.majority_loss,
        "reference": policy.reference,
        "value_weight": policy.value_weight,
        "worst_share": policy.worst_share,
        "confidence": policy.confidence,
        "decided_by": policy.decided_by,
        "decided_on": str(policy.decided_on),
    }
