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
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.community.community import Community
from renlin.community.scheme import apply, combine
from renlin.community.settings import Policy, Scheme
from renlin.equity.allocation import Allocation, compare_rules
from renlin.equity.problem import Terms, community_measures
from renlin.equity.programmes import Limits
from renlin.errors import Fault, Said, SchemeFault
from renlin.finding import Finding, Lineage, find
from renlin.study.panel import CONTROL, EQUITY, UNIVERSAL, Times, panel_table, price_table

RULE_OF = {UNIVERSAL: "value_weighted", EQUITY: "epsilon", CONTROL: "person_utilitarian"}


Simulate = Callable[[Mapping[str, Community], Sequence[int]], Times]


@dataclass(frozen=True)
class DualView:
    """Both plans for one budget, what they do, and what fairness costs."""

    dual_view: Finding
    price: Finding
    portfolios: Finding
    plans: Mapping[str, Scheme]


def dual_view(
    place: Community,
    profiles: Finding,
    households: Finding,
    simulate: Simulate,
    *,
    budget: float,
    screening: Sequence[int],
    seeds: Sequence[int],
) -> DualView | None:
    """Return both views for ``budget``; None when the folder names no candidate measures.

    Parameters
    ----------
    profiles, households
        ``needs.profiles`` and ``needs.households``.
    simulate
        Runs worlds under seeds and returns the times of every person.
    budget
        Yuan, the same for both views.
    screening, seeds
        Seeds for the single measures and for the portfolios.
    """
    measures = place["measures"]
    if len(measures) == 0:
        return None
    schemes = {row["measure"]: _scheme(place, row) for row in measures.to_dict("records")}
    worlds = {"base": place} | {code: apply(made, place) for code, made in schemes.items()}
    alone = simulate(worlds, screening)
    chosen = _choose(place, profiles.table, measures, alone, budget)
    plans = {
        view: combine(
            [schemes[m] for m in chosen[view].given.index[chosen[view].given > 0.5]],
            code=view,
            zh=view,
            en=view,
        )
        for view in (UNIVERSAL, EQUITY, CONTROL)
    }
    together = simulate({"base": place} | {v: apply(p, place) for v, p in plans.items()}, seeds)
    table = panel_table(place, profiles.table, together, plans, budget)
    rule = "portfolio simulated whole under paired seeds; chosen by {} from single effects"
    behind = (("study.portfolios", "", ""), ("needs.profiles", "", ""))
    lineage = {
        name: Lineage(rule.format(RULE_OF.get(name, "comparison")), (), behind)
        for name in (UNIVERSAL, EQUITY, "better")
    }
    keep = partial(
        find,
        parents=[profiles, households],
        inputs={"measures": measures},
        policy=_in_force(place.policy) | {"budget": budget},
        seeds=seeds,
        privacy="public",
        synthetic=place.synthetic,
    )
    price = price_table(place, profiles.table, together)
    portfolios = _portfolios(measures, chosen, alone)
    return DualView(
        keep("study.dual_view", table, key=["row"], lineage=lineage),
        keep("study.price", price, key=["display"]),
        keep("study.portfolios", portfolios, key=["measure"]),
        plans,
    )


def _scheme(place: Community, row: Mapping[Any, Any]) -> Scheme:
    code = str(row["scheme"]).removesuffix(".toml")
    for scheme in place.schemes.values():
        if code in (scheme.code, f"schemes/{scheme.code}"):
            return scheme
    raise SchemeFault(
        Fault(
            "layers/measures.csv",
            Said("schemes/ 里有的方案", "a scheme under schemes/"),
            Said(code, code),
            Said("补上方案文件，或改正 scheme。", "Add the scheme file, or correct scheme."),
            None,
            "scheme",
        )
    )


def _choose(
    place: Community, profiles: pd.DataFrame, measures: pd.DataFrame, alone: Times, budget: float
) -> dict[str, Allocation]:
    """Return one portfolio per view, from the effects of single measures on households."""
    people = profiles.set_index("person").loc[list(alone.persons)].reset_index()
    home, members = np.unique(people["household"].to_numpy(dtype=str), return_inverse=True)
    count = np.bincount(members)
    mean = {
        code: np.bincount(members, weights=time.mean(axis=0)) / count
        for code, time in alone.time.items()
    }
    units = pd.DataFrame(
        {"risk": mean["base"], "persons": count, "value": _value(place, home, count)}, index=home
    )
    groups = _display_of_home(people, members, place)
    effect = pd.DataFrame({c: mean["base"] - mean[c] for c in measures["measure"]}, index=home)
    costs = pd.Series(measures["cost"].to_numpy(dtype=float), index=measures["measure"].tolist())
    terms = Terms(
        budget=budget,
        removable=place.catalogue.number("removable_share"),
        kind="indivisible",
        requires=_pairs(measures, "requires"),
        excludes=_pairs(measures, "excludes"),
    )
    problem = community_measures(units, pd.Series(groups, index=home), costs, effect, terms)
    limits = Limits(
        majority=place.policy.reference if place.policy.reference in set(groups) else None,
        max_loss=place.policy.majority_loss if place.policy.reference in set(groups) else None,
        against="none",
    )
    plans = compare_rules(problem, epsilon=place.policy.epsilon, limits=limits)
    return {view: plans[rule] for view, rule in RULE_OF.items()}


def _value(
    place: Community, home: npt.NDArray[np.str_], count: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Return the weight per person of the efficiency-first view (policy ``value_weight``).

    ``floor_area``: floor area of the building per dwelling and person, the stand-in for
    资源向高经济价值区域倾斜; it describes no city's policy. ``owner_occupied``: 1 for owners,
    0 for the rest. ``persons``: everybody alike.
    """
    kind = place.policy.value_weight
    if kind == "persons":
        return np.ones(len(home))
    households = place["households"].set_index("household").reindex(home)
    if kind == "owner_occupied":
        return np.where(households["tenure"] == "owner", 1.0, 0.0)
    dwellings = place["dwellings"].merge(
        place["entrances"][["entrance", "building"]], on="entrance", how="left"
    )
    buildings = place["buildings"].set_index("building")
    area = buildings.geometry.area * buildings["floors"].astype("float64").fillna(1.0)
    per_dwelling = area / dwellings.groupby("building")["dwelling"].size()
    of_dwelling = dwellings.set_index("dwelling")["building"].map(per_dwelling)
    found = households["dwelling"].map(of_dwelling).astype("float64")
    value: npt.NDArray[np.float64] = (found.fillna(found.median()).fillna(1.0)).to_numpy() / count
    return value


def _display_of_home(
    people: pd.DataFrame, members: npt.NDArray[np.intp], place: Community
) -> list[str]:
    """Return the group of each household: its member's group that the catalogue puts last.

    A household with a wheelchair user counts as ``wheelchair``; vulnerable groups come
    before the reference.
    """
    order = {
        code: (not entry.vulnerable, entry.order)
        for code, entry in place.catalogue.displays.items()
    }
    best: dict[int, str] = {}
    for member, display in zip(members, people["display"], strict=True):
        known = best.get(int(member))
        if known is None or order[str(display)] < order[known]:
            best[int(member)] = str(display)
    return [best[index] for index in range(len(best))]


def _pairs(measures: pd.DataFrame, column: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (str(row["measure"]), other)
        for row in measures.to_dict("records")
        if not pd.isna(row[column])
        for other in str(row[column]).split(";")
    )


def _portfolios(
    measures: pd.DataFrame, chosen: Mapping[str, Allocation], alone: Times
) -> pd.DataFrame:
    """Return every measure with its single effect and which view takes it."""
    rows = []
    for row in measures.to_dict("records"):
        code = row["measure"]
        change = (alone.time[code] - alone.time["base"]).mean()
        rows.append(
            {
                "measure": code,
                "name": row["name"],
                "cost": float(row["cost"]),
                "mean_change": float(change),
                **{view: bool(plan.given[code] > 0.5) for view, plan in chosen.items()},
                "status": chosen[EQUITY].status,
            }
        )
    return pd.DataFrame(rows)


def _in_force(policy: Policy) -> dict[str, object]:
    return {
        "epsilon": policy.epsilon,
        "majority_loss": policy.majority_loss,
        "reference": policy.reference,
        "value_weight": policy.value_weight,
        "worst_share": policy.worst_share,
        "decided_by": policy.decided_by,
        "decided_on": str(policy.decided_on),
    }
